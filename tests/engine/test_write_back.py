"""After the create: marks and stamps that a system refuses, and records that changed meanwhile."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nsz_desk.domain.errors import Unreachable
from nsz_desk.domain.money import Money
from nsz_desk.engine.ports import MEMO, Line
from nsz_desk.engine.results import Result
from tests.builders import row
from tests.engine.worlds import COMPLETE, CREATING, World
from tests.fakes import PowerCut


def test_a_date_that_zuora_changed_is_drift() -> None:
    """Everything else agrees: the write-back is finished, and the difference is said."""
    world, desk, plan = World.approved()
    put = world.zuora.put

    def shifted(refund: Any) -> Any:
        return put(replace(refund, date=date(2026, 3, 14)))

    world.zuora.put = shifted  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason == "date: Zuora says 2026-03-14, the plan 2026-03-15"
    world.assert_done()


@pytest.mark.parametrize(
    "code", ["TRAN_PERIOD_CLOSED", "TRAN_PRD_CLOSED", "CLOSED_TRAN_PRD", "INSUFFICIENT_PERMISSION"]
)
@pytest.mark.parametrize("nth", [2, 3])
def test_a_stamp_that_netsuite_refuses_is_held_and_finished_later(code: str, nth: int) -> None:
    """Never cancelled, never posted again: the refund stays made until the period is open, then Recover stamps."""
    world, desk, plan = World.approved()
    world.netsuite.fails.fail("write_fields", nth, "refused", code)
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.IN_DOUBT, "held stamp")
    assert len(world.live()) == 1
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    assert len(world.creates()) == 1
    world.assert_done()


def test_a_mark_that_zuora_refuses_is_held_before_netsuite_hears() -> None:
    """Without the mark it would come back as a second NetSuite refund: no stamp before it."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("mark_refund", 1, "refused")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    assert (world.states()[-1], world.refund.zuora_id) == ("held mark", "")
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    world.assert_done()


def test_a_mark_that_zuora_accepts_and_forgets_is_held() -> None:
    """Success is a claim: what is read back decides, and NetSuite hears of nothing that is not marked."""
    world, desk, plan = World.approved()
    put = world.zuora.put
    world.zuora.put = lambda refund: put(replace(refund, transferred="No"))  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.IN_DOUBT, "held mark")
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("", "")
    world.zuora.put = put  # type: ignore[method-assign]
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    world.assert_done()


def test_a_sync_date_that_netsuite_refuses_is_only_noted() -> None:
    """The field is missing on the form: status and id are written without it."""
    world, desk, plan = World.approved()
    world.netsuite.fails.fail("write_fields", 2, "refused", "INVALID_FLD_VALUE")
    result = world.run(desk, plan).results[0]
    assert result.result is Result.COMPLETE
    assert "sync date could not be written" in result.reason
    world.assert_done()


def test_a_refund_deleted_in_netsuite_after_the_create_is_an_orphan() -> None:
    """The Zuora refund lives, NetSuite's is gone: a person decides, nothing is cancelled."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("mark_refund", 0, "not_sent")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    world.zuora.fails.heal()
    del world.netsuite.refunds["901"]
    (result,) = world.recover_until_quiet()
    assert result.reason == "orphan: the NetSuite record is gone"
    assert len(world.live()) == 1


def test_a_record_that_shows_another_zuora_id_is_not_overwritten() -> None:
    """Somebody stamped it meanwhile with another id."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("mark_refund", 0, "not_sent")
    world.run(desk, plan)
    world.zuora.fails.heal()
    world.edit(zuora_id="zr99", status_text="Sync Complete")
    (result,) = world.recover_until_quiet()
    assert result.reason == "another Zuora ID: the refund shows zr99, ours is zr1"
    assert world.refund.zuora_id == "zr99"


def test_a_refund_found_in_another_currency_is_said_and_stops_nobody() -> None:
    """It carries our id and another currency: a mismatch for a person, and recovery looks at the next row."""
    world = World()
    world.add(2)
    euros = Money(Decimal(100), "EUR")
    world.edit(amount=euros, applied=(row(amount=euros),))
    world.foreign(integration_id="901")
    world.foreign(integration_id="902", id="f2", number="R-2", payment_id="p-2", account_id="acc-2")
    first, second = sorted(world.recover().results, key=lambda one: one.id)
    assert first.reason == "mismatch: R-F has amount 100.00 USD instead of 100.00 EUR"
    assert second.result is Result.COMPLETE


def test_a_memo_left_blank_by_a_lost_journal_is_stamped_by_the_next_recovery() -> None:
    """The refund was stamped, then the power and the journal went: the row looks synced, its memo does not."""
    world = World()
    world.netsuite.fails.fail("write_fields", 3, "crash_before")
    with pytest.raises(PowerCut):
        world.one()
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("zr1", "")
    world.new_journal()
    (result,) = world.recover().results
    assert result.result is Result.COMPLETE
    assert len(world.creates()) == 1
    world.assert_done()


def taken_over(world: World) -> None:
    """Another desk has written its own claim over ours."""
    note = f"{world.clock.wall:%Y-%m-%dT%H:%M:%S}Z desk-9"
    world.edit(status_text=CREATING, claim_note=note)


def test_a_claim_that_another_took_over_is_not_put_back() -> None:
    """No connection for the create; the former text is restored over our own claim only."""
    world, desk, plan = World.approved()

    def closed() -> Line:
        taken_over(world)
        raise Unreachable("No connection.")

    world.zuora.open_line = closed  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.SKIPPED, "busy")
    assert (world.refund.status_text, world.refund.claim_note[-6:]) == (CREATING, "desk-9")


def test_an_error_is_not_told_over_the_claim_of_another() -> None:
    """Refused for good, but somebody else is at it by now: NetSuite is left as it is."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    during_refusal = world.zuora.refunds_of_account

    def meanwhile(account_id: str) -> Any:
        if len(world.creates()) == 2:
            taken_over(world)
        return during_refusal(account_id)

    world.zuora.refunds_of_account = meanwhile  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert result.result is Result.FAILED
    assert (world.refund.status_text, world.refund.claim_note[-6:]) == (CREATING, "desk-9")


@pytest.mark.parametrize("back", [True, False])
def test_a_stamp_that_is_lost_for_a_moment_is_looked_for_once_more(back: bool) -> None:
    """Another desk let go of its claim late and writes our stamp again; what stays lost is drift."""
    world, desk, plan = World.approved()
    slept, watch = world.clock.sleep, world.netsuite.on_write

    def lets_go(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if args[0] == MEMO:  # the refund's own stamp was read back before
            world.edit(status_text="")

    def gives_back(seconds: float) -> None:
        slept(seconds)
        if back and world.refund.zuora_id:
            world.edit(status_text=COMPLETE)

    world.netsuite.on_write = lets_go
    world.clock.sleep = gives_back  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert result.result is (Result.COMPLETE if back else Result.IN_DOUBT), result
    assert back or result.reason == "fields: the NetSuite refund lost its stamp"
