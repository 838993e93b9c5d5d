"""Random schedules: none breaks an invariant, one seed is one run, and the mix reaches what it is for."""

import os

from tests.simulation.crowd import random_schedules, tally
from tests.simulation.draw import draw, duel
from tests.simulation.faults import ACTS, CREATES
from tests.simulation.frozen import freeze, kept, thaw
from tests.simulation.play import play

COUNT = int(os.environ.get("NSZ_SCHEDULES", "1200"))  # `python -m tests.simulation` plays 100,000 and more


def test_no_random_schedule_breaks_an_invariant() -> None:
    """Two or three desks, two to four refunds, up to six faults each: I1 to I8 and L1, L3 hold in all of them."""
    done = random_schedules(COUNT)
    assert done.runs >= COUNT
    assert done.failed == []


def test_no_duel_breaks_an_invariant() -> None:
    """The schedules in which wrong protocols fail are harmless to the right one."""
    done = tally(duel(seed) for seed in range(300))
    assert done.failed == []


def test_every_schedule_that_ever_failed_stays_good() -> None:
    """They are kept for ever, whole and as text, so that a change of `draw` gives them no other meaning."""
    done = tally(kept())
    assert done.runs >= 16
    assert done.failed == []


def test_a_schedule_as_text_is_the_same_schedule() -> None:
    """Frozen and thawed, nothing of it is lost."""
    for seed in range(200):
        assert thaw(freeze(draw(seed))) == draw(seed)


def test_one_seed_is_one_run() -> None:
    """Played twice, a schedule gives the same trace, byte for byte, also with a real chain in its journals."""
    for seed in (3, 64, 142, 901):
        first, second = (play(draw(seed), trace=True) for _ in range(2))
        assert first.world.trace == second.world.trace
        assert len(first.world.trace or []) > 50


def test_what_is_remembered_changes_nothing() -> None:
    """With and without remembered answers the same schedules take the same steps to the same ends."""
    for seed in range(40, 52):
        plain = play(draw(seed))
        quick = tally([draw(seed)])
        assert quick.effects == sum(plain.world.seen.values())
        assert sum(quick.ends.values()) == sum(len(ends) for ends in plain.world.watch.ends.values())


def test_the_mix_reaches_what_it_is_for() -> None:
    """Among 600 schedules are every end, most letters of the alphabet, and the states in which money is in doubt."""
    done = tally(draw(seed) for seed in range(600))
    assert {"complete", "review", "refused", "unmade", "busy", "stopped", "drift", "blocked"} <= set(done.ends)
    assert len(set(done.struck) & {*CREATES, *ACTS}) > 40
    assert {"resynced", "link busy"} & set(done.ends)
    reached = {target for _, _, target in done.moves}
    assert {"cancelling", "settled", "cleared", "linking", "approved"} <= reached
    assert {"held doubt", "again armed", "refused?", "mended", "next key", "not made", "waiting"} <= reached
