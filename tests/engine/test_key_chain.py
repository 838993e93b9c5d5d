"""The chain at work: cancelled refunds, expiring keys, and two desks."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from nsz_desk.engine.ports import STATUS
from nsz_desk.engine.results import Result
from tests.engine.cuts import undo
from tests.engine.worlds import COMPLETE, HOUR, World
from tests.fakes import PowerCut


def undone(hours: float) -> World:
    """Synced, cancelled in Zuora and cleared in NetSuite; so many hours ago."""
    world = World()
    assert world.one().result is Result.COMPLETE
    undo(world)
    world.clock.advance(hours * HOUR)
    return world


def places(world: World) -> list[str]:
    """The place in the chain of every create that was sent."""
    return [key.rsplit(":", 1)[1] for key in world.creates()]


@pytest.mark.parametrize("hours", [0.1, 19.5])
def test_within_a_day_a_dead_refund_that_the_plan_lists_moves_the_chain_on(hours: float) -> None:
    """K(0) replays the cancelled refund's success; it is known dead, so K(1) makes one."""
    world = undone(hours)
    assert world.plan().plans[0].known_dead == ("zr1",)
    result = world.one()
    assert (result.result, result.zuora_refund_id) == (Result.COMPLETE, "zr2")
    assert places(world) == ["0", "0", "1"]
    assert "next key" in world.states()
    world.assert_done()


def test_after_25_hours_the_chain_starts_at_zero_again() -> None:
    """The key is forgotten for certain and the search current for certain: K(0) makes the new one."""
    world = undone(25.5)
    assert world.one().zuora_refund_id == "zr2"
    assert places(world) == ["0", "0"]
    world.assert_done()


def test_a_key_posted_again_after_25_hours_begins_a_new_life() -> None:
    """Its age counts from the new post: an unanswered one is in doubt, not "never made" because the old one is old."""
    world = undone(25.5)
    world.zuora.fails.fail("create_refund", 0, "drop_request")
    result = world.one()
    assert (result.result, world.states()[-1]) == (Result.IN_DOUBT, "held doubt")
    world.zuora.fails.heal()
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    world.assert_done()


@pytest.mark.parametrize("hours", [20.1, 22, 23.9, 24.9])
def test_between_20_and_25_hours_nothing_is_posted(hours: float) -> None:
    """The guard band: nobody knows whether the key still stands. The row waits, and says until when."""
    world = undone(hours)
    result = world.one()
    assert result.result is Result.IN_DOUBT
    assert result.reason == "waiting until 13:00 UTC"
    assert places(world) == ["0"]
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    assert places(world) == ["0", "0"]
    assert world.clock.wall >= min(one.created or world.clock.wall for one in world.zuora.refunds.values()) + timedelta(
        hours=25
    )
    world.assert_done()


def test_the_band_counts_refused_keys_of_earlier_episodes() -> None:
    """A refusal leaves no record in Zuora; the journal knows when the key was posted."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "refused")
    assert world.one().result is Result.FAILED
    world.clock.advance(22 * HOUR)
    assert world.one().reason.startswith("waiting until")
    assert places(world) == ["0", "0"]
    world.recover_until_quiet()
    assert places(world) == ["0", "0", "0"]
    world.assert_done()


def test_the_band_holds_for_a_key_that_a_restart_would_send_again() -> None:
    """Refused once, then the power went for 22 hours: the second proof waits until the key is forgotten for certain."""
    world = World()
    plan = world.plan(None, "901")
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.zuora.fails.fail("refunds_of_account", 2, "crash_before")
    crash(world, world.desk(), plan)
    world.clock.advance(22 * HOUR)
    (result,) = world.recover().results
    assert (result.result, places(world)) == (Result.IN_DOUBT, ["0"])
    (result,) = world.recover_until_quiet()
    assert (result.result, places(world)) == (Result.FAILED, ["0"])


def test_the_band_holds_for_an_earlier_key_that_must_be_proved_again() -> None:
    """K(1) is unanswered, and K(0), with which the next walk begins, is about to expire."""
    world = undone(19)
    plan = world.plan(None, "901")
    world.zuora.fails.fail("create_refund", 2, "crash_before")
    crash(world, world.desk(), plan)
    world.clock.advance(1.5 * HOUR)
    (result,) = world.recover().results
    assert (result.result, places(world)) == (Result.IN_DOUBT, ["0", "0", "1"])
    (result,) = world.recover_until_quiet()
    assert (result.result, world.states()[-1], places(world)) == (Result.FAILED, "unmade", ["0", "0", "1"])
    assert world.live() == []
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def test_three_undone_refunds_take_three_steps() -> None:
    """The chain has one dimension: every desk walks 0, 1, 2, 3."""
    world = undone(1)
    for known in (1, 2):
        assert world.one().result is Result.COMPLETE
        assert len([one for one in world.zuora.refunds.values() if one.dead]) == known
        undo(world)
        world.clock.advance(HOUR)
    assert world.one().result is Result.COMPLETE
    assert places(world)[-4:] == ["0", "1", "2", "3"]
    world.assert_done()


def test_a_fresh_desk_with_an_empty_journal_walks_the_same_chain() -> None:
    """Nothing but the keys, the search and the plan is needed."""
    world = undone(1)
    world.new_journal()
    assert world.one(world.desk("desk-2")).result is Result.COMPLETE
    assert places(world) == ["0", "0", "1"]


def test_an_undone_refund_whose_date_was_mended_goes_on_behind_a_422() -> None:
    """Resync because the date was wrong: K(0) holds the old content, our own cancelled refund, so K(1) may pass."""
    world = undone(1)
    world.edit(date=date(2026, 3, 18))
    assert world.one().result is Result.COMPLETE
    assert places(world) == ["0", "0", "1"]
    assert "mended" in world.states()
    world.assert_done()


def test_an_undone_refund_mended_on_a_desk_without_the_journal_asks() -> None:
    """422, and nothing says whose content it is."""
    world = undone(1)
    world.edit(date=date(2026, 3, 18))
    world.new_journal()
    assert world.one(world.desk("desk-2")).reason.startswith("other content")
    assert places(world) == ["0", "0"]


def test_a_replayed_dead_refund_that_nobody_listed_asks_a_person() -> None:
    """Made and cancelled by others while the search was blind to it: that is respected, K(1) is not sent."""
    world = undone(0.5)
    world.zuora.search_lag = HOUR
    world.new_journal()
    desk = world.desk("desk-2")
    plan = world.plan(desk, "901")
    assert plan.plans[0].known_dead == ()
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason == "cancelled by somebody: R-00000001 is Canceled"
    assert places(world) == ["0", "0"]


def test_proofs_of_earlier_keys_do_not_survive_a_restart() -> None:
    """K(0) answered with the known dead one, then the power went for an hour: the walk begins at 0 again."""
    world = undone(1)
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.zuora.fails.fail("read_refund", 0, "drop_request")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    assert world.states()[-1] == "made"
    world.zuora.fails.heal()
    world.clock.advance(HOUR)
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    assert places(world) == ["0", "0", "0", "1"]


def test_an_unanswered_later_key_waits_until_the_search_is_current() -> None:
    """K(1) is unanswered and its proofs are over: nothing is posted for 75 minutes, then from 0 again."""
    world = undone(1)
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.zuora.fails.fail("create_refund", 2, "crash_before")
    crash(world, desk, plan)
    world.clock.advance(HOUR / 2)
    (result,) = world.recover().results
    assert (result.result, places(world)) == (Result.IN_DOUBT, ["0", "0", "1"])
    world.clock.advance(HOUR)
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    assert places(world) == ["0", "0", "1", "0", "1"]


def crash(world: World, desk: Any, plan: Any) -> None:
    """Run until the power goes."""
    with pytest.raises(PowerCut):
        world.run(desk, plan)


def test_a_walk_that_an_edit_interrupts_ends_when_nothing_can_arrive_any_more() -> None:
    """K(0) was the known dead one, K(1) not posted yet, and NetSuite changed: looked for 25 hours, then over."""
    world = undone(1)
    plan = world.plan(None, "901")
    world.zuora.fails.fail("create_refund", 1, "crash_after")
    crash(world, world.desk(), plan)
    read, edited = world.netsuite.read, replace(world.refund, memo="Other words")

    def changed(refund_id: str) -> Any:
        world.netsuite.refunds["901"] = replace(
            edited, status_text="Creating Refund", claim_note=world.refund.claim_note
        )
        return read(refund_id)

    world.netsuite.read = changed  # type: ignore[method-assign]
    results = world.recover_until_quiet()
    assert [one.result for one in results] == [Result.FAILED]
    assert places(world) == ["0", "0"]


def test_a_create_that_arrives_late_is_met_by_the_same_key() -> None:
    """A zombie request: whoever posts K(0) first makes the refund, the other one hears of it."""
    world = World()
    world.zuora.fails.later = 3.0
    world.zuora.fails.fail("create_refund", 1, "zombie")
    assert world.one().result is Result.COMPLETE
    world.clock.advance(HOUR)
    world.zuora.fails.wake()
    assert len(world.zuora.refunds) == 1


def test_a_foreign_refund_between_the_search_and_the_post_is_seen_by_the_guard() -> None:
    """The payment's total moved since the search: the claim is let go, judged and searched again."""
    world = World()
    slept = world.clock.sleep

    def meanwhile(seconds: float) -> None:
        slept(seconds)
        if not world.zuora.refunds:
            world.foreign(integration_id="901")

    world.clock.sleep = meanwhile  # type: ignore[method-assign]
    result = world.one()
    assert (result.result, result.zuora_refund_id) == (Result.COMPLETE, "foreign")
    assert "letting go" in world.states()
    assert world.creates() == []


@pytest.mark.parametrize("lost", ["", "write_fields", "read_fields"])
def test_a_stamp_between_the_look_and_the_letting_go_gets_its_status_back(lost: str) -> None:
    """Another desk made and stamped it while ours let go: the write of ours took the status, so ours gives it back."""
    world = World()
    slept = world.clock.sleep

    def makes(seconds: float) -> None:
        slept(seconds)
        if not world.zuora.refunds:
            world.foreign(integration_id="901", transferred="Yes", sync_date="2026-01-15T12:00:00Z")

    watch = world.netsuite.on_write

    def stamps(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if STATUS in args[3]:
            world.edit(status_text=COMPLETE, zuora_id="foreign", claim_note="2026-01-15T12:00:00Z")
            world.edit_memo(status_text=COMPLETE, zuora_id="foreign")
            if lost:
                world.netsuite.fails.fail(lost, 1, "not_sent" if lost == "read_fields" else "drop_answer")

    world.clock.sleep = makes  # type: ignore[method-assign]
    world.netsuite.on_write = stamps
    result = world.one()
    assert (result.result, result.reason) == (
        Result.SKIPPED,
        "somebody else was at it meanwhile: NetSuite names foreign",
    )
    assert world.refund.claim_note == "2026-01-15T12:00:00Z"
    world.assert_done()
    assert world.creates() == []


def test_a_clock_that_jumps_between_search_and_post_sends_nothing_old() -> None:
    """The laptop slept in between: proofs are over by either clock."""
    world = World()
    slept = world.clock.sleep

    def asleep(seconds: float) -> None:
        slept(seconds)
        if len(world.clock.slept) == 1:
            world.clock.jump(12 * HOUR)

    world.clock.sleep = asleep  # type: ignore[method-assign]
    assert world.one().result is Result.COMPLETE
    assert world.states().count("letting go") == 1
    world.assert_done()


def test_a_memo_pointed_to_another_payment_still_finds_what_was_made_on_the_first() -> None:
    """Listing (b), of the whole tenant: the refund made on the old payment is seen, and nothing is made."""
    world = World()
    world.add(2)
    world.zuora.known_accounts["acc-2"] = replace(world.zuora.known_accounts["acc-2"], parent_id="acc-1")
    world.edit_memo(payment_id="p-2", reference_zuora_id="p-2")
    plan = world.plan(None, "901")
    world.foreign(integration_id="901")
    result = world.run(world.desk(), plan).results[0]
    assert result.reason.startswith("mismatch: R-F has payment p-1 instead of p-2")
    assert world.creates() == []
