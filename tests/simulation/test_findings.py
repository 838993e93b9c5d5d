"""What the simulation found in the core, as the smallest story of each."""

from dataclasses import replace
from typing import Any

import pytest

from nsz_desk.engine.ports import MEMO
from tests.builders import usd
from tests.engine.worlds import World
from tests.simulation.bad import PROTOCOLS
from tests.simulation.faults import Fault
from tests.simulation.frozen import kept
from tests.simulation.patches import patched
from tests.simulation.play import Schedule, play
from tests.simulation.trees import BASE, SCENARIOS
from tests.simulation.undo_mutants import UNDO_MUTANTS


def test_an_amount_that_was_edited_after_the_create_is_told() -> None:
    """NetSuite says 99.00 when both records are read back: drift, never a quiet `complete`."""
    world = World()

    watch = world.netsuite.on_write

    def edit_late(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if args[0] == MEMO:
            world.edit(amount=usd("99.00"))

    world.netsuite.on_write = edit_late
    result = world.one()
    assert result.result.value == "in_doubt"
    assert "99.00" in result.reason


def test_a_void_after_the_create_is_told() -> None:
    """A refund that is void in NetSuite and live in Zuora is a person's matter."""
    world = World()
    watch = world.netsuite.on_write

    def void_late(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if args[0] == MEMO:
            world.edit(voided=True)

    world.netsuite.on_write = void_late
    assert "voided" in world.one().reason


def test_a_resync_of_a_deleted_refund_comes_to_a_person() -> None:
    """Its money lay loose and it was tried again for ever; now a person hears that the record is gone."""
    faults = (Fault("netsuite.read_fields", 3, "delete_refund"),)
    played = play(replace(SCENARIOS["resync, then sync, Invoice Settlement"], faults=faults))
    assert played.violations == []
    assert ("review", "record gone: NetSuite has no such refund any more") in played.world.watch.ends["901"]


def test_a_look_that_fails_before_a_payment_is_applied_again_does_not_count_as_applied() -> None:
    """It waited for ever for an apply that had not been sent; now it is sent, and the payment is as before."""
    faults = (Fault("netsuite.read_fields", 3, "drop_request"),)
    played = play(replace(SCENARIOS["resync, then sync, Invoice Settlement"], faults=faults))
    assert played.violations == []
    assert [end for end, _ in played.world.watch.ends["901"]] == ["complete", "resynced", "complete"]


MENDED = SCENARIOS["allocated, undone, split otherwise"]


def test_a_read_that_fails_behind_a_422_is_asked_again() -> None:
    """Whether our own earlier content holds the key was not readable for a moment: no matter for a person."""
    at = play(MENDED).rested["zuora.read_refund"]
    for nth in range(1, at + 1):
        played = play(replace(MENDED, faults=(Fault("zuora.read_refund", nth, "drop_request"),)))
        assert [end for end, _ in played.world.watch.ends["901"]] == ["complete", "resynced", "complete"]


def test_a_crash_behind_a_422_still_knows_what_was_refunded_before() -> None:
    """The total before the first post stands in the journal, so that the next start can compare it."""
    at = play(MENDED).rested["journal.append"]
    for nth in range(1, at + 1):
        played = play(replace(MENDED, faults=(Fault("journal.append", nth, "crash_after"),)))
        assert "review" not in [end for end, _ in played.world.watch.ends["901"]], nth


@pytest.mark.parametrize("seed", [224, 24])
def test_only_the_pinned_line_keeps_a_slept_create_from_leaving(seed: int) -> None:
    """A machine slept between a create's intent and its sending, for 25 hours (R4) and for 2 (I5).

    These were seen once when the model let requests leave on a closed line: a fault of the model, not of the core.
    """
    schedule = of_seed(seed)
    assert play(schedule).violations == []
    with patched(PROTOCOLS["unpinned"].patches()):
        assert play(schedule).violations != []


def of_seed(seed: int) -> Schedule:
    """A schedule that was kept."""
    (schedule,) = [one for one in kept() if one.seed == seed]
    return schedule


def test_money_of_another_refund_on_the_invoices_is_not_taken_for_ours() -> None:
    """Two desks undid two refunds of one payment; the second saw the parts as they should be and left its own loose."""
    assert play(of_seed(481)).violations == []
    with patched(UNDO_MUTANTS["apply again: whose money is loose is not asked"]()):
        assert "I2" in play(of_seed(481)).violations[0]


def test_a_look_is_judged_by_the_time_at_which_it_was_made() -> None:
    """A machine slept right after it had read "not yet": by its clock the 180 seconds were over, by the look not."""
    played = play(of_seed(2564))
    assert played.violations == []
    live = [one.transferred for one in played.world.zuora.refunds.values() if one.live]
    assert set(live) == {"Yes"}


def test_a_refund_deleted_while_its_claim_is_read_back_comes_to_an_end() -> None:
    """It was tried again for ever; now the judgement tells a person that the record is gone."""
    faults = (Fault("netsuite.read_fields", 1, "delete_refund"),)
    played = play(replace(BASE, faults=faults))
    assert played.violations == []
    assert [end for end, _ in played.world.watch.ends["901"]] == ["review"]
