"""The power is cut at every single effect of every path; the next start finishes, or says what it knows."""

import pytest

from tests.engine.cuts import PATHS, Path, cut, effects_of, refused, search_behind
from tests.engine.worlds import World

LOST_AFTER = 76 * 60.0  # a claim of a journal that is lost is old after 75 minutes
SIDES = ("before", "after")  # before the effect; after it, when nobody has heard of it yet


def each_cut(path: Path) -> list[tuple[int, str]]:
    """Every place at which the power can go."""
    return [(at, side) for at in range(1, effects_of(path) + 1) for side in SIDES]


def assert_settled(world: World, what: object) -> None:
    """Nothing is open, one Zuora refund is live, and both systems tell the same story."""
    assert world.desk().open_episodes() == (), what
    assert world.oracle.violations == [], what
    world.assert_done()


@pytest.mark.parametrize("path", [path for path in PATHS if path is not refused], ids=lambda path: path.__name__)
def test_after_a_cut_anywhere_the_next_starts_end_complete(path: Path) -> None:
    """With the journal, recovery alone finishes what sent a create; the rest is pending as if nothing had been."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where, before = (at, side, world.power.trace[-1]), len(world.creates())
        begun = bool(world.desk().open_episodes())
        results = world.recover_until_quiet()
        if begun and before and path.__name__ != "made_before":
            assert [one.result.value for one in results] == ["complete"], where
        if not world.live():
            assert world.one().result.value in ("complete", "in_doubt"), where
            world.recover_until_quiet()
        assert_settled(world, where)


@pytest.mark.parametrize("path", [path for path in PATHS if path is not refused], ids=lambda path: path.__name__)
def test_a_lost_journal_is_no_second_refund(path: Path) -> None:
    """A fresh desk with an empty journal, 76 minutes later, adopts or makes the one refund."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where = (at, side, world.power.trace[-1])
        world.new_journal()
        world.clock.advance(LOST_AFTER)
        world.recover_until_quiet()
        if not world.live():
            assert world.one().result.value in ("complete", "in_doubt"), where
            world.recover_until_quiet()
        assert_settled(world, where)


def test_a_refusal_stays_a_refusal_through_every_cut() -> None:
    """Zuora's stored no is proved after the restart, told in NetSuite, and nothing is made by recovery."""
    for at, side in each_cut(refused):
        world = cut(refused, at, side)
        where, begun = (at, side, world.power.trace[-1]), bool(world.desk().open_episodes())
        sent = bool(world.creates())
        results = world.recover_until_quiet()
        assert world.live() == [], where
        if begun and sent:
            assert [one.result.value for one in results] == ["failed"], where
            assert world.refund.status_text == "Error Creating Refund", where
        assert world.desk().open_episodes() == (), where


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_a_second_cut_during_recovery_changes_nothing(path: Path) -> None:
    """Cut while the create's answer is on its way, and again at the 5th, 15th and 25th effect of the next start."""
    create = World()
    create.one()
    at = create.power.trace.index("create_refund") + 1
    for later in (5, 15, 25):
        world = cut(path, at, "after")
        world.power.cut = (world.power.count + later, "after")
        world.try_recover()
        world.power.cut = None
        world.recover_until_quiet()
        if not world.live() and path is not refused:
            world.one()
        if path is not refused:
            assert_settled(world, (path.__name__, later))
        assert len(world.live()) == (0 if path is refused else 1)


def test_every_write_of_the_happy_path_stands_in_the_journal_first() -> None:
    """Five writes (claim, create, mark, two stamps), each with its intent right before it."""
    world = World()
    world.one()
    writes = [
        at for at, what in enumerate(world.power.trace) if what in ("write_fields", "create_refund", "mark_refund")
    ]
    assert len(writes) == world.oracle.writes == 5
    assert [world.power.trace[at - 1] for at in writes] == ["journal intent"] * 5


def test_the_search_behind_path_really_rests_in_doubt() -> None:
    """The path is what it claims: an answer lost, and a search that does not show the refund yet."""
    world = search_behind()
    assert world.one().result.value == "in_doubt"
    assert world.states()[-1] == "held doubt"
    assert len(world.creates()) == 1
