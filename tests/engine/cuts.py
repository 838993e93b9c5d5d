"""Paths on which the power is cut: each is a world prepared, and the sync a person starts in it."""

from collections.abc import Callable
from dataclasses import replace

from tests.engine.worlds import HOUR, World
from tests.fakes import PowerCut

Path = Callable[[], World]


def happy() -> World:
    """Nothing goes wrong."""
    return World()


def answer_lost() -> World:
    """The create works, its answer is lost."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    return world


def request_lost() -> World:
    """The create never arrives, nobody knows."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "drop_request")
    return world


def zombie() -> World:
    """The create arrives two minutes later."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "zombie")
    return world


def search_behind() -> World:
    """The answer is lost and the search is half an hour behind."""
    world = answer_lost()
    world.zuora.search_lag = HOUR / 2
    return world


def refused() -> World:
    """Zuora refuses, and stores the refusal."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "refused")
    return world


def made_before() -> World:
    """A sync of yesterday was made, cancelled in Zuora and cleared in NetSuite: K(0) replays a dead refund."""
    world = World()
    assert world.one().result.value == "complete"
    undo(world)
    world.clock.advance(HOUR)
    world.power.count = 0
    world.power.trace.clear()
    return world


def unmarked() -> World:
    """The mark's answer is lost."""
    world = World()
    world.zuora.fails.fail("mark_refund", 1, "drop_answer")
    return world


def stamp_lost() -> World:
    """NetSuite does not answer when the refund is stamped (the claim is the first write)."""
    world = World()
    world.netsuite.fails.fail("write_fields", 2, "drop_request")
    return world


def let_go() -> World:
    """No connection can be opened for the first create: the claim is let go and taken again."""
    world = World()
    world.zuora.fails.fail("open_line", 1, "not_sent")
    return world


PATHS: tuple[Path, ...] = (
    happy,
    answer_lost,
    request_lost,
    zombie,
    search_behind,
    refused,
    made_before,
    unmarked,
    stamp_lost,
    let_go,
)


def undo(world: World) -> None:
    """What a resync does: cancel in Zuora, clear refund and memo in NetSuite."""
    for one in world.live():
        world.zuora.cancel(one.id)
    world.edit(status_text="", zuora_id="", claim_note="")
    world.netsuite.memos["801"] = replace(world.memo, status_text="", zuora_id="")


def effects_of(path: Path) -> int:
    """How many effects the path has when nobody cuts the power."""
    world = path()
    start = world.power.count
    world.one()
    return world.power.count - start


def cut(path: Path, at: int, side: str) -> World:
    """The path's world after the power was cut at that effect."""
    world = path()
    world.power.cut = (world.power.count + at, side)
    try:
        world.one()
    except PowerCut:
        return world
    raise AssertionError(f"the power was never cut: {path.__name__} has no effect {at}")
