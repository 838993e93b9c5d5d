"""A person's decision that writes, with the power cut before and after every effect; then starts until it is quiet."""

from collections.abc import Callable

import pytest

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.ports import Event
from nsz_desk.engine.results import Result
from nsz_desk.engine.reviews import What
from tests.builders import usd
from tests.engine.reviewing import decide, open_ones
from tests.engine.undoing import assert_undone, synced
from tests.engine.worlds import World
from tests.fakes import PowerCut

MINUTE = 60.0


def to_adopt() -> World:
    """Two were live; one was cancelled by hand, and NetSuite names none."""
    world = World()
    for key in ("1", "2"):
        world.foreign(id=f"f{key}", number=f"R-F{key}", integration_id="901")
    world.recover()
    world.zuora.cancel("f2")
    return world


def to_relink() -> World:
    """NetSuite names a dead one; another desk's newer one is live."""
    world = synced(settlement=False)
    world.zuora.cancel("zr1")
    world.foreign(id="new", number="R-NEW", integration_id="901", transferred="Yes")
    return world


def to_repair() -> World:
    """The memo lost its stamp after the sync."""
    world = synced(settlement=False)
    world.edit_memo(zuora_id="", status_text="Error Creating Refund")
    words = "fields: the NetSuite memo lost its stamp"
    world.journal.append(Event("episode_ended", "901", "made-up", {"end": "drift", "reason": words}))
    return world


def to_clear() -> World:
    """It was cancelled in Zuora by somebody."""
    world = synced()
    world.zuora.cancel("zr1")
    return world


def to_resync() -> World:
    """The amount was changed in NetSuite after the sync."""
    world = synced()
    world.edit(amount=usd("90.00"))
    return world


def one_written_back(world: World) -> None:
    """Exactly one is live, and refund and memo name it."""
    world.assert_done()


def all_cleared(world: World) -> None:
    """Nothing is live, and NetSuite names nothing."""
    assert world.live() == []
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("", "")


CASES = [
    (to_adopt, What.ADOPT, one_written_back),
    (to_relink, What.RELINK, one_written_back),
    (to_repair, What.REPAIR, one_written_back),
    (to_clear, What.CLEAR, all_cleared),
    (to_resync, What.RESYNC, assert_undone),
]


def effects_of(path: Callable[[], World], what: What) -> int:
    """How many effects the decision has when nobody cuts the power."""
    world = path()
    before = world.power.count
    assert decide(world, what).result is Result.COMPLETE
    return world.power.count - before


@pytest.mark.parametrize(("path", "what", "proof"), CASES, ids=[what.value for _, what, _ in CASES])
def test_after_a_cut_anywhere_the_decision_is_done_or_open_again(
    path: Callable[[], World], what: What, proof: Callable[[World], None]
) -> None:
    """Nothing is created; what a start cannot finish by itself waits with the same decision open, and is done then."""
    for at in range(1, effects_of(path, what) + 1):
        for side in ("before", "after"):
            world = path()
            creates = len(world.creates())
            world.power.cut = (world.power.count + at, side)
            with pytest.raises(PowerCut):
                decide(world, what)
            world.power.cut = None
            world.recover_until_quiet(pause=4 * MINUTE)
            where = (at, side, world.power.trace[-1])
            if not proved(world, proof):
                assert what.value in open_ones(world), where
                assert decide(world, what).result is Result.COMPLETE, where
                world.recover_until_quiet(pause=4 * MINUTE)
            proof(world)
            assert len(world.creates()) == creates, where
            assert world.desk().open_episodes() == (), where


def proved(world: World, proof: Callable[[World], None]) -> bool:
    """Whether it is as it should be already."""
    try:
        proof(world)
    except (AssertionError, DeskError):
        return False
    return True
