"""The power is cut at every single effect of a resync; the next starts finish it, or take back what was begun."""

from collections.abc import Callable

import pytest

from tests.engine.undoing import assert_undone, assert_untouched, cut, effects_of, synced, undo
from tests.engine.worlds import World
from tests.fakes import ReportNever

Path = Callable[[], World]
MINUTE = 60.0
SIDES = ("before", "after")  # before the effect; after it, when nobody has heard of it yet


def settled() -> World:
    """Nothing goes wrong, with Invoice Settlement and two invoices."""
    return synced(invoices=2)


def unsettled() -> World:
    """Nothing goes wrong, without Invoice Settlement."""
    return synced(settlement=False)


def cancel_refused() -> World:
    """Zuora refuses the cancel: the shield is taken down again."""
    world = synced()
    world.zuora.fails.fail("cancel_refund", 1, "refused")
    return world


def answers_lost() -> World:
    """The answers of the cancel, of the apply and of the clear are lost."""
    world = synced()
    world.zuora.fails.fail("cancel_refund", 1, "drop_answer")
    world.zuora.fails.fail("apply_payment", 1, "drop_answer")
    world.netsuite.fails.fail("write_fields", 2, "drop_answer")
    return world


def cancel_late() -> World:
    """The cancel arrives two minutes later."""
    world = synced()
    world.zuora.fails.fail("cancel_refund", 1, "zombie")
    return world


PATHS: tuple[Path, ...] = (settled, unsettled, cancel_refused, answers_lost, cancel_late)


def each_cut(path: Path) -> list[tuple[int, str]]:
    """Every place at which the power can go."""
    return [(at, side) for at in range(1, effects_of(path) + 1) for side in SIDES]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_after_a_cut_anywhere_the_next_starts_end_it_one_way_or_the_other(path: Path) -> None:
    """Undone altogether, or live as before; then a person's resync and sync end with exactly one live refund."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where = (at, side, world.power.trace[-1])
        world.recover_until_quiet(pause=4 * MINUTE)
        assert world.desk().open_episodes() == (), where
        assert_undone(world) if not world.live() else live_as_before(world)
        if world.live():
            world.clock.advance(76 * MINUTE)  # a claim that was cut off is old by then
            world.zuora.fails.planned.clear()
            assert undo(world).result.value == "complete", where
            assert_undone(world)
        assert world.one().result.value == "complete", where
        world.recover_until_quiet(pause=4 * MINUTE)
        world.assert_done()


def live_as_before(world: World) -> None:
    """A claim that was cut off right after it was written may stand in the note; nothing else differs."""
    if "desk-1" in world.refund.claim_note:
        assert world.states()[-1] not in ("shielded", "cancelling", "cancelled")
        world.edit(claim_note="")
    assert_untouched(world)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_no_restart_cancels_with_an_old_yes(path: Path) -> None:
    """What was not sent before the cut is not sent after it: the starts after it send no cancel at all."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        sent = world.zuora.fails.count("cancel_refund")
        world.recover_until_quiet(pause=4 * MINUTE)
        assert world.zuora.fails.count("cancel_refund") == sent, (at, side, world.power.trace[-1])


@pytest.mark.parametrize("path", [settled, answers_lost], ids=lambda path: path.__name__)
def test_a_second_cut_during_recovery_changes_nothing(path: Path) -> None:
    """Cut right after the cancel, and again at several effects of the next start."""
    whole = path()
    undo(whole)
    at = whole.power.trace.index("cancel_refund") - plan_effects(path) + 1
    for later in (3, 9, 15, 21, 27):
        world = cut(path, at, "after")
        world.power.cut = (world.power.count + later, "after")
        world.try_recover()
        world.power.cut = None
        world.recover_until_quiet(pause=4 * MINUTE)
        assert world.desk().open_episodes() == ()
        assert_undone(world)


def plan_effects(path: Path) -> int:
    """How many effects planning has."""
    world = path()
    world.desk().plan_resync(["901"], "x", ReportNever())
    return world.power.count


@pytest.mark.parametrize("path", [settled, unsettled], ids=lambda path: path.__name__)
def test_a_lost_journal_leaves_nothing_that_a_person_cannot_finish(path: Path) -> None:
    """A fresh desk with an empty journal: whatever was done, another resync ends undone, and a sync makes one."""
    for at, side in each_cut(path):
        world = cut(path, at, side)
        where = (at, side, world.power.trace[-1])
        world.new_journal()
        world.clock.advance(76 * MINUTE)
        if world.refund.zuora_id:
            assert undo(world).result.value == "complete", where
            assert_undone(world)
        assert world.live() == [], where
        assert world.refund.zuora_id == "", where
        if world.memo.zuora_id:
            continue  # the memo's fields were not cleared: a person sees them; the next sync is told
        assert world.one().result.value == "complete", where
        world.assert_done()
