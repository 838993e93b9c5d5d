"""What a sync does over a whole small world: the refund is made once, marked and stamped, or a reason is said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nsz_desk.engine.results import Result
from tests.builders import usd
from tests.engine.worlds import COMPLETE, CREATING, World

HAPPY = "judged free claiming claimed armed made verified marked stamped both complete".split()


def test_a_ready_refund_is_made_once_marked_and_stamped() -> None:
    """One create under K(0); Zuora says Yes before NetSuite says Sync Complete; the memo comes last."""
    world = World()
    result = world.one()
    assert (result.result, result.zuora_refund_id, result.next_step) == (Result.COMPLETE, "zr1", "")
    assert world.states() == HAPPY
    world.assert_done()
    assert world.creates() == ["nsrf:b7ad4035cb5141123da2d8072330ff7c:0"]
    assert world.refund.claim_note == "2026-03-20T12:00:01Z", "the sync date takes the place of the claim"
    assert [event.state for event in world.told] == [*HAPPY, "complete"]
    assert world.told[-1].result == result


def test_what_is_made_is_what_was_planned() -> None:
    """Amount, date, method, comment's ids: the plan's facts in Zuora, and the payment's total follows."""
    world = World()
    world.one()
    (made,) = world.live()
    assert (made.amount, made.date, made.method, made.type) == (usd("100.00"), date(2026, 3, 15), "Check", "External")
    assert (made.integration_id, made.origin, made.sync_date) == ("901", "NETSUITE", "2026-03-20T12:00:01Z")
    assert world.payment.refunded == usd("100.00")


@pytest.mark.parametrize(("settlement", "crud"), [(True, False), (True, True), (False, True)])
def test_every_route_ends_complete(settlement: bool, crud: bool) -> None:
    """With and without Invoice Settlement, with either call."""
    world = World(settlement=settlement, crud=crud)
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def test_a_second_sync_of_a_done_refund_sends_nothing() -> None:
    """It is synced; the plan has no place for it."""
    world = World()
    world.one()
    writes = world.oracle.writes
    assert world.one().result is Result.REFUSED
    assert world.oracle.writes == writes


def test_a_plan_approved_before_another_desk_was_faster_sends_nothing() -> None:
    """Two desks plan the same refund; the second finds it synced when it judges again."""
    world = World()
    slow, fast = world.desk("slow", world.new_journal()), world.desk("fast", world.new_journal())
    plan = world.plan(slow, "901")
    assert world.one(fast).result is Result.COMPLETE
    late = world.run(slow, plan).results[0]
    assert (late.result, late.reason) == (Result.SKIPPED, "synced already, as zr1")
    world.assert_done()


def test_what_exists_with_our_id_is_adopted() -> None:
    """Made by a desk whose journal is lost: no create is sent, marks and stamps follow."""
    world = World()
    plan = world.plan(None, "901")
    made = world.foreign(integration_id="901")
    result = world.run(world.desk(), plan).results[0]
    assert (result.result, result.zuora_refund_id) == (Result.COMPLETE, made.id)
    assert "adopted" in result.reason
    assert world.creates() == []
    world.assert_done()


@pytest.mark.parametrize("desk_id", ["desk-9", ""])
def test_a_fresh_claim_of_another_is_busy(desk_id: str) -> None:
    """Another desk, or a program that leaves no name: nothing is sent, the result is skipped."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    note = f"{world.clock.wall:%Y-%m-%dT%H:%M:%S}Z {desk_id}" if desk_id else ""
    world.edit(status_text=CREATING, claim_note=note, modified=world.clock.wall)
    result = world.run(desk, plan).results[0]
    assert result.result is Result.SKIPPED
    assert (desk_id or "another program") in result.reason
    assert world.oracle.writes == 0


def test_an_old_claim_is_in_doubt_and_then_safe_to_name() -> None:
    """After 75 minutes recovery looks, says that nothing exists, and a person may sync it by name."""
    world = World()
    world.edit(status_text=CREATING + "...", claim_note="2026-03-20T10:00:00Z desk-9")
    (said,) = world.recover().results
    assert (said.result, said.next_step) == (Result.IN_DOUBT, "It is safe to sync it now.")
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def test_a_claim_that_another_overwrote_is_left_to_him() -> None:
    """Both wrote at the same moment; the read-back shows the other one's name."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")

    def overwrite(seconds: float) -> None:
        world.clock.advance(seconds)
        world.edit(claim_note=f"{world.clock.wall:%Y-%m-%dT%H:%M:%S}Z desk-9")

    world.clock.sleep = overwrite  # type: ignore[method-assign]
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.SKIPPED, "busy")
    assert world.creates() == []


def test_fields_that_contradict_wait_for_a_person() -> None:
    """A Zuora ID with a blank status: a write was lost, or somebody typed it."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.edit(zuora_id="zr77")
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason == "fields contradict: Zuora ID zr77 with status blank"
    assert world.oracle.writes == 0


def test_a_refund_deleted_before_the_first_write_waits_for_a_person() -> None:
    """Record gone."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    del world.netsuite.refunds["901"]
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason.startswith("record gone")


def test_an_error_status_is_synced_like_a_blank_one() -> None:
    """The last try ended in an error; this one does not."""
    world = World()
    world.edit(status_text="Error Creating Refund")
    assert world.one().result is Result.COMPLETE
    assert world.refund.status_text == COMPLETE


def test_two_refunds_on_one_payment_run_in_one_lane_one_after_the_other() -> None:
    """Both are made; the payment's total is right; D.2 counted both before."""
    world = World()
    world.add(2, payment="p-1")
    world.netsuite.customers["502"] = replace(world.netsuite.customers["502"], zuora_id="acc-1")
    done = world.sync(None, "901", "902")
    assert [one.result for one in done.results] == [Result.COMPLETE] * 2
    assert world.payment.refunded == usd("200.00")
    assert world.lanes.ran == ["acc-1"], "the first goes alone, the second follows in the account's lane"
    assert len({key[:-2] for key in world.creates()}) == 2


def test_the_plan_is_the_same_a_day_later_on_another_desk() -> None:
    """No clock, no desk in the approval."""
    world = World()
    first = world.plan(world.desk("a"), "901").hash
    world.clock.advance(timedelta(days=1).total_seconds())
    assert world.plan(world.desk("b"), "901").hash == first
