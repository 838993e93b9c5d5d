"""One run of several refunds: the canary, the user's stop, and a journal that cannot be written."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.ports import Event
from nsz_desk.engine.results import Result
from tests.builders import a_part, usd
from tests.engine.cuts import answer_lost, cut, happy
from tests.engine.undoing import plan as undo_plan
from tests.engine.undoing import synced
from tests.engine.worlds import CREATING, HOUR, World
from tests.fakes import ReportNever, StopWhen


def three() -> World:
    """Three refunds of three accounts."""
    world = World()
    world.add(2)
    world.add(3)
    return world


def results(world: World) -> list[Result]:
    """Sync all three."""
    return [one.result for one in world.sync(None, "901", "902", "903").results]


def test_the_first_create_goes_alone_and_the_others_follow_in_their_lanes() -> None:
    """The canary is found by the search; then each account has a lane."""
    world = three()
    assert results(world) == [Result.COMPLETE] * 3
    assert world.lanes.ran == ["acc-2", "acc-3"]


def test_a_search_that_does_not_show_the_first_refund_stops_the_run() -> None:
    """A blind search looks like "none exists": the first is complete by id, nothing else is begun."""
    world = three()
    desk = world.desk()
    plan = world.plan(desk, "901", "902", "903")
    world.zuora.search_lag = HOUR
    done = world.run(desk, plan).results
    assert [one.result for one in done] == [Result.COMPLETE, Result.SKIPPED, Result.SKIPPED]
    assert "cannot be trusted" in done[1].reason
    assert len(world.creates()) == 1


def test_the_first_refund_gets_a_minute_to_show() -> None:
    """A search 40 seconds late is late, not blind."""
    world = three()
    desk = world.desk()
    plan = world.plan(desk, "901", "902", "903")
    world.zuora.search_lag = 40.0
    assert world.run(desk, plan).results[0].result is Result.COMPLETE
    assert len(world.live("902")) == 1


def test_a_refusal_is_no_canary() -> None:
    """Refused, blocked or stopped rows show nothing of the search: the next create goes alone too."""
    world = three()
    world.zuora.fails.fail("create_refund", 1, "refused")
    assert results(world) == [Result.FAILED, Result.COMPLETE, Result.COMPLETE]
    assert world.lanes.ran == ["acc-3"]


def test_a_duplicate_found_at_the_end_of_the_batch_is_reported() -> None:
    """Somebody made a second one while the batch ran: the complete row becomes a row in doubt."""
    world = World()
    world.add(2)
    lanes = world.lanes.run

    def meanwhile(jobs: list[tuple[str, Callable[[], None]]]) -> None:
        lanes(jobs)
        world.foreign(integration_id="901")

    world.lanes.run = meanwhile  # type: ignore[assignment, method-assign]
    first, second = world.sync(None, "901", "902").results
    assert (first.result, second.result) == (Result.IN_DOUBT, Result.COMPLETE)
    assert first.reason.startswith("duplicate: two live Zuora refunds R-00000001 and R-F exist")
    assert "waits for a person (review)" in world.desk().ledger.words("901")


def at_state(world: World, state: str) -> StopWhen:
    """A user who stops once the journal shows that state."""
    return StopWhen(lambda: state in world.states() or (state == "ready" and bool(world.journal.open_episodes())))


@pytest.mark.parametrize("state", ["ready", "judged", "free"])
def test_a_stop_in_a_safe_state_ends_the_row_with_nothing_written(state: str) -> None:
    """Judged, searched, but not claimed: skipped."""
    world = World()
    result = world.one(report=at_state(world, state))
    assert (result.result, result.reason) == (Result.SKIPPED, "the user stopped")
    assert world.oracle.writes == 0
    assert world.desk().open_episodes() == ()


def test_a_stop_while_waiting_ends_the_row() -> None:
    """The wait for a key is a safe state: skipped, nothing was sent."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.zuora.search_lag = HOUR
    world.foreign(integration_id="")
    result = world.run(desk, plan, at_state(world, "waiting")).results[0]
    assert (result.result, world.oracle.writes) == (Result.SKIPPED, 0)


@pytest.mark.parametrize("state", ["claiming", "claimed"])
def test_a_stop_after_the_claim_lets_go_of_it(state: str) -> None:
    """The former text is put back, then the row ends skipped."""
    world = World()
    world.edit(status_text="Error Creating Refund", claim_note="old words")
    result = world.one(report=at_state(world, state))
    assert result.result is Result.SKIPPED
    assert world.states()[-2:] == ["letting go", "stopped"]
    assert (world.refund.status_text, world.refund.claim_note) == ("Error Creating Refund", "old words")
    assert world.creates() == []


@pytest.mark.parametrize("state", ["armed", "made", "verified", "marked", "stamped", "both"])
def test_from_the_create_on_a_stop_changes_nothing(state: str) -> None:
    """The row is finished; the next one is not begun."""
    world = World()
    world.add(2)
    first, second = world.sync(None, "901", "902", report=at_state(world, state)).results
    assert (first.result, second.result) == (Result.COMPLETE, Result.SKIPPED)
    assert second.reason == "Not started: the user stopped"
    world.assert_done()


def lines_of_a_run() -> int:
    """How many lines the happy path writes."""
    world = World()
    world.one()
    return len(world.journal.kept)


@pytest.mark.parametrize("line", range(2, 20))
def test_a_journal_that_fails_anywhere_halts_the_run_and_nothing_more_is_sent(line: int) -> None:
    """From that line on no write leaves, and no row with an open line is called skipped.

    After the disk is mended the next start finishes. Only the very last line comes too late to matter.
    """
    assert lines_of_a_run() == 19
    world = World()
    world.add(2)
    world.journal.broken_from = line
    desk = world.desk()
    done = world.run(desk, world.plan(desk, "901", "902")).results
    first = {2: Result.SKIPPED, 19: Result.COMPLETE}.get(line, Result.IN_DOUBT)
    assert [one.result for one in done] == [first, Result.SKIPPED]
    assert "disk is full" in done[1].reason
    assert len(world.live("902")) == 0
    after = world.power.trace[len(world.power.trace) - world.power.trace[::-1].index("journal run") :]
    broken = [at for at, what in enumerate(after) if what.startswith("journal")][line - 2]
    assert not {"write_fields", "create_refund", "mark_refund"} & set(after[broken:])
    world.journal.broken_from = 0
    world.recover_until_quiet()
    world.sync(None, "901", "902")
    assert len(world.live("902")) == 1
    world.assert_done()


def test_a_journal_that_fails_before_the_first_line_is_an_error_of_the_run() -> None:
    """Not even the run could be noted: nothing was begun."""
    world = World()
    world.journal.broken_from = 1
    with pytest.raises(Setup, match="disk is full"):
        world.one()
    assert world.oracle.writes == 0


def test_a_read_only_desk_sends_nothing() -> None:
    """Another window is open, or the journal is broken."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    desk.read_only = "Another window is open."
    with pytest.raises(Setup, match="Another window"):
        world.run(desk, plan)
    with pytest.raises(Setup, match="Another window"):
        world.recover(desk)
    assert world.oracle.writes == 0


def test_another_tenant_than_the_pinned_one_gets_nothing() -> None:
    """It is part of every key."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    other = world.desk()
    other.pair = world.pair.__class__("1234567_SB1", "tenant.2/-", world.pair.route)
    with pytest.raises(Setup, match="Another Zuora tenant"):
        world.run(other, plan)
    assert world.oracle.writes == 0


def test_an_open_doubt_is_inherited() -> None:
    """A new sync beside an open episode sends nothing and says what is open."""
    world = answer_lost()
    world.zuora.search_lag = HOUR
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.run(desk, plan)
    sent = world.oracle.writes
    result = world.run(desk, plan).results[0]
    assert (result.result, world.oracle.writes) == (Result.IN_DOUBT, sent)
    assert "open (held doubt)" in result.reason


def test_a_row_that_waits_for_a_person_is_not_synced_again() -> None:
    """Review is left by a decision only."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.foreign(integration_id="901", amount=world.refund.amount, type="Electronic")
    world.run(desk, plan)
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert "waits for a person (review)" in result.reason


def test_recovery_that_is_stopped_never_calls_an_open_doubt_skipped() -> None:
    """The create may have happened: the row stays in doubt, whoever stopped the looking."""
    world = cut(happy, 27, "before")
    desk = world.desk()
    assert world.power.trace[-1] == "create_refund"
    stop = StopWhen(lambda: world.power.trace[-1] == "periods" and len(world.journal.kept) > 3)
    (result,) = desk.recover(stop, world.told.append).results
    assert result.result is Result.IN_DOUBT
    assert world.refund.status_text == CREATING
    assert world.creates() == []


def test_a_payment_no_call_fits_any_more_stops_its_row_only() -> None:
    """Loosened and spread since the approval: a changed plan of this row, the others go on."""
    world = World(settlement=True, crud=False)
    world.add(2)
    desk = world.desk()
    plan = world.plan(desk, "901", "902")
    payment = world.zuora.known_payments["p-1"]
    parts = (a_part(1, "60.00"), a_part(2, "40.00"))
    world.zuora.known_payments["p-1"] = replace(payment, amount=usd("100.00"), unapplied=usd("-1.00"), parts=parts)
    first, second = world.run(desk, plan).results
    assert (first.result, second.result) == (Result.REFUSED, Result.COMPLETE)
    assert "plan changed" in first.reason


def test_three_refused_sign_ins_stop_the_run_before_a_system_locks_the_login() -> None:
    """The circuit breaker: after the third refusal not one call more is made in this run."""
    world = three()
    desk = world.desk()
    plan = world.plan(desk, "901", "902", "903")
    world.netsuite.fails.fail("read", 0, "login", "INVALID_LOGIN")
    done = world.run(desk, plan).results
    assert [one.result for one in done] == [Result.SKIPPED] * 3
    assert "Signing in was refused three times" in done[2].reason
    assert world.creates() == []
    world.netsuite.fails.heal()
    assert results(world) == [Result.COMPLETE] * 3


def many(count: int) -> tuple[World, list[str]]:
    """So many refunds, each of an account of its own."""
    world = World()
    return world, ["901", *(world.add(n) for n in range(2, count + 1))]


@pytest.mark.parametrize(("system", "verb"), [("netsuite", "read"), ("zuora", "read_payment")])
@pytest.mark.parametrize("how", ["not_sent", "drop_request"])
def test_in_a_dead_network_the_run_gives_up_after_three_rows(system: str, verb: str, how: str) -> None:
    """The rest is skipped with the reason, and not one call more is made for it."""
    world, ids = many(8)
    desk = world.desk()
    plan = world.plan(desk, *ids)
    side = world.netsuite.fails if system == "netsuite" else world.zuora.fails
    begun = side.count(verb)
    for one in (verb, "accounts") if system == "zuora" else (verb,):
        side.fail(one, 0, how)
    done = world.run(desk, plan).results
    assert {one.result for one in done} == {Result.SKIPPED}
    assert all("3 refunds in a row got no answer" in one.reason for one in done[3:])
    assert not any("in a row" in one.reason for one in done[:3])
    assert side.count(verb) - begun == 3 * (len(world.limits.backoff) + 1)
    assert world.oracle.writes == 0
    side.heal()
    assert {one.result for one in world.sync(desk, *ids).results} == {Result.COMPLETE}


def test_rows_that_fail_for_another_reason_do_not_stop_the_run() -> None:
    """Two silent ones, one refused by a rule, two silent ones: never three in a row."""
    world, ids = many(6)
    desk = world.desk()
    plan = world.plan(desk, *ids)
    tries = len(world.limits.backoff) + 1
    world.netsuite.refunds["903"] = replace(world.netsuite.refunds["903"], voided=True)
    for nth in (*range(1, 2 * tries + 1), *range(2 * tries + 2, 4 * tries + 2)):
        world.netsuite.fails.fail("read", nth, "drop_request")
    done = world.run(desk, plan).results
    assert [one.result.value for one in done] == ["skipped", "skipped", "refused", "skipped", "skipped", "complete"]


def test_a_full_disk_before_an_undo_begins_is_skipped_also_beside_a_review() -> None:
    """Nothing was begun, although an earlier episode waits for a person."""
    world = synced()
    world.journal.append(Event("episode_ended", "901", "earlier", {"end": "drift", "reason": "date: another"}))
    desk = world.desk()
    batch = undo_plan(world, desk)
    writes = world.oracle.writes
    world.journal.broken_from = len(world.journal.kept) + 2  # the run's line is written, the episode's is not
    (result,) = desk.resync(batch, ReportNever(), world.told.append).results
    assert (result.result, "disk is full" in result.reason) == (Result.SKIPPED, True)
    assert world.oracle.writes == writes
    world.assert_done()
