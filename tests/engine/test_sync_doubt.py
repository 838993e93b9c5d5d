"""What a sync does when Zuora or NetSuite contradict, refuse, or fall silent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nsz_desk.engine.results import Result
from tests.builders import usd
from tests.engine.worlds import CREATING, ERROR, HOUR, World


def test_two_live_refunds_are_a_duplicate_that_stops_the_run() -> None:
    """Said with both numbers and the newest; no refund after it is begun."""
    world = World()
    world.add(2)
    desk = world.desk()
    plan = world.plan(desk, "901", "902")
    world.foreign(integration_id="901", id="f1", number="R-1")
    world.clock.advance(1)
    world.foreign(integration_id="901", id="f2", number="R-2")
    first, second = world.run(desk, plan).results
    assert first.result is Result.IN_DOUBT
    assert first.reason == (
        "duplicate: two live Zuora refunds R-1 and R-2 exist for NetSuite refund CR-901. "
        "Do not pay out. Cancel one (R-2 is the newest)."
    )
    assert second.result is Result.SKIPPED
    assert world.oracle.writes == 0


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"amount": usd("99.00")}, "mismatch: R-F has amount 99.00 USD instead of 100.00 USD"),
        ({"payment_id": "p-2"}, "mismatch: R-F has payment p-2 instead of p-1"),
        ({"type": "Electronic"}, "mismatch: R-F has type Electronic"),
        ({"status": "Pending"}, "mismatch: R-F is Pending"),
        ({"status": "Brand New Word"}, "mismatch: R-F is Brand New Word"),
    ],
)
def test_a_live_refund_that_differs_is_not_adopted(what: dict[str, Any], said: str) -> None:
    """With our id, but not what was planned: a person looks. An unknown status is never taken for dead."""
    world, desk, plan = World.approved()
    world.add(2)
    world.zuora.known_payments["p-2"] = replace(world.zuora.known_payments["p-2"], account_id="acc-1")
    world.foreign(integration_id="901", **what)
    result = world.run(desk, plan).results[0]
    assert (result.result, result.reason) == (Result.IN_DOUBT, said)
    assert world.oracle.writes == 0


def test_an_adopted_refund_that_is_still_processing_is_waited_for() -> None:
    """Adopt and verify need Processed: the episode stays open until it is."""
    world, desk, plan = World.approved()
    made = world.foreign(integration_id="901", status="Processing")
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.IN_DOUBT, "made")
    world.zuora.put(replace(made, status="Processed"))
    assert [one.result for one in world.recover_until_quiet()] == [Result.COMPLETE]
    world.assert_done()


def test_a_refund_that_looks_made_by_hand_is_asked_about() -> None:
    """Same payment, same amount, five days apart, no id."""
    world, desk, plan = World.approved()
    world.foreign(integration_id="", date=date(2026, 3, 20))
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason.startswith("possible manual refund: R-F (foreign)")
    assert world.oracle.writes == 0


def test_a_refund_by_hand_long_before_is_another_one() -> None:
    """More than seven days apart: no question."""
    world, desk, plan = World.approved()
    world.foreign(integration_id="", date=date(2026, 3, 1))
    assert world.run(desk, plan).results[0].result is Result.COMPLETE


def test_a_cancelled_refund_that_the_plan_does_not_list_is_a_changed_plan() -> None:
    """Somebody made and cancelled one since the approval: exit 3, nothing sent."""
    world, desk, plan = World.approved()
    world.foreign(integration_id="901", status="Canceled")
    result = world.run(desk, plan).results[0]
    assert result.result is Result.REFUSED
    assert result.reason == "plan changed: cancelled refunds it does not list: foreign"
    assert world.oracle.writes == 0


def test_a_refund_cancelled_by_somebody_while_in_doubt_is_not_made_again() -> None:
    """The answer was lost, and a person cancelled what had been made: his cancellation is respected."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    world.zuora.fails.fail("refunds_of_account", 2, "drop_request")  # a pause before the search answers
    cancel_when(world, "zr1", after="create_refund")
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason.startswith("cancelled by somebody: R-00000001 is cancelled in Zuora")
    assert len(world.creates()) == 1


def cancel_when(world: World, refund_id: str, after: str) -> None:
    """A person cancels a refund as soon as the desk has slept once after the call `after`."""
    sleep = world.clock.sleep

    def watching(seconds: float) -> None:
        sleep(seconds)
        if world.zuora.fails.count(after) and not world.zuora.refunds[refund_id].dead:
            world.zuora.cancel(refund_id)

    world.clock.sleep = watching  # type: ignore[method-assign]


def test_a_refund_cancelled_by_somebody_before_it_was_verified_is_respected() -> None:
    """The power went after the create; meanwhile a person cancelled it."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("read_refund", 0, "drop_request")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    world.zuora.fails.heal()
    world.zuora.cancel("zr1")
    (result,) = world.recover_until_quiet()
    assert result.reason.startswith("cancelled by somebody")
    assert world.live() == []
    assert world.refund.status_text == CREATING, "nobody was told that it is complete"


def test_a_refusal_proved_twice_fails_and_is_told_in_netsuite() -> None:
    """The same key says it twice, nothing exists: failed, and Error Creating Refund over our own claim."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    result = world.run(desk, plan).results[0]
    assert (result.result, result.reason) == (Result.FAILED, "Refused on request.")
    assert len(world.creates()) == 2
    assert len(set(world.creates())) == 1
    assert (world.refund.status_text, world.refund.claim_note, world.refund.zuora_id) == (ERROR, "", "")
    assert world.zuora.refunds == {}


def test_a_person_who_syncs_again_passes_the_refused_key_after_proving_it() -> None:
    """K(0) replays its refusal twice, then K(1) makes the one refund."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.run(desk, plan)
    world.clock.advance(HOUR)
    assert world.one().result is Result.COMPLETE
    assert [key[-1] for key in world.creates()] == ["0", "0", "0", "0", "1"]
    world.assert_done()


def test_recovery_alone_never_passes_a_refused_key() -> None:
    """Passing it is a person's permission: a restart in the middle of a refusal ends refused."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.zuora.fails.fail("refunds_of_account", 2, "drop_request")
    for nth in range(3, 7):
        world.zuora.fails.fail("refunds_of_account", nth, "drop_request")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    assert world.states()[-1] == "refused?"
    world.zuora.fails.heal()
    (result,) = world.recover_until_quiet()
    assert result.result is Result.FAILED
    assert {key[-1] for key in world.creates()} == {"0"}


def test_a_refusal_of_an_edited_refund_is_mended_with_the_next_key() -> None:
    """Refused for its date, mended in NetSuite, synced again: K(0) answers 422, our own refusal lets K(1) pass."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.run(desk, plan)
    world.edit(date=date(2026, 3, 18))
    world.clock.advance(HOUR)
    assert world.one().result is Result.COMPLETE
    assert [key[-1] for key in world.creates()] == ["0", "0", "0", "1"]
    assert "mended" in world.states()
    world.assert_done()


def test_another_content_of_unknown_fate_under_the_key_waits_for_a_person() -> None:
    """422, and this desk's journal does not know what the key holds: never the old bytes, never the next key."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.run(desk, plan)
    world.edit(date=date(2026, 3, 18))
    world.clock.advance(2 * HOUR)
    other = world.desk("desk-2", world.new_journal())
    result = world.one(other)
    assert result.result is Result.IN_DOUBT
    assert result.reason.startswith("other content")
    assert {key[-1] for key in world.creates()} == {"0"}


def test_a_payment_that_moved_meanwhile_lets_no_other_content_pass() -> None:
    """422 over our own refusal, but the payment's total is not what it was before the post: a person looks."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "refused")
    world.run(desk, plan)
    world.edit(date=date(2026, 3, 18))
    during_a_pause(world, lambda: world.foreign(integration_id="", amount=usd("20.00")))
    assert world.one().reason.startswith("other content")
    assert {key[-1] for key in world.creates()} == {"0"}


def during_a_pause(world: World, act: Callable[[], object]) -> None:
    """Somebody acts once while a desk waits a minute or longer."""
    sleep, acted = world.clock.sleep, [False]

    def watching(seconds: float) -> None:
        sleep(seconds)
        if seconds >= 60 and not acted[0]:
            acted[0] = True
            act()

    world.clock.sleep = watching  # type: ignore[method-assign]


def test_absence_is_proved_by_two_searches_a_minute_apart() -> None:
    """After 25 hours the first search shows nothing and the second one does: adopted, not called never made."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 0, "drop_request")
    world.run(desk, plan)
    world.zuora.fails.heal()
    world.clock.advance(26 * HOUR)
    during_a_pause(world, lambda: world.foreign(integration_id="901"))
    (result,) = world.recover().results
    assert (result.result, result.zuora_refund_id) == (Result.COMPLETE, "foreign")


def test_a_stored_failure_of_unclear_fate_waits_for_a_person() -> None:
    """Zuora answers the same server error twice from its store: never taken for a refusal."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "unclear")
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert result.reason.startswith("failed, unclear")
    assert len(set(world.creates())) == 1


def test_an_edited_refund_in_doubt_sends_no_old_bytes() -> None:
    """The request was lost and NetSuite changed meanwhile: only looking, until the key is 25 hours old."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 0, "drop_request")
    assert world.run(desk, plan).results[0].result is Result.IN_DOUBT
    sent = len(world.creates())
    world.zuora.fails.heal()
    world.edit(memo="Other words")
    (result,) = world.recover_until_quiet()
    assert result.result is Result.FAILED
    assert world.states()[-1] == "unmade"
    assert len(world.creates()) == sent
    assert (world.clock.wall - line_time(world, "create")).total_seconds() >= 25 * HOUR
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def line_time(world: World, what: str) -> Any:
    """When the first intent of that kind was written."""
    return next(line.at for line in world.journal.lines() if what in str(line.event.detail.get("what", "")))


def test_a_search_that_stays_behind_never_lets_a_second_one_out() -> None:
    """The answer is lost and the listing is an hour late: held, then adopted when it shows."""
    world, desk, plan = World.approved()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    world.zuora.search_lag = HOUR
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()[-1]) == (Result.IN_DOUBT, "held doubt")
    assert "search behind" in result.reason
    assert [one.result for one in world.recover_until_quiet(pause=900)] == [Result.COMPLETE]
    assert len(world.creates()) == 1


def test_a_search_behind_before_the_first_post_waits_and_then_asks() -> None:
    """Somebody refunded on the payment, the listing does not show it: waiting, and after two hours a person."""
    world, desk, plan = World.approved()
    world.zuora.search_lag = 10 * HOUR
    world.foreign(integration_id="", amount=usd("20.00"))
    result = world.run(desk, plan).results[0]
    assert result.result is Result.IN_DOUBT
    assert "waiting" in world.states()
    results = world.recover_until_quiet(pause=900)
    assert results[0].reason == "totals differ: the search and the payment disagree for 2 hours"
    assert world.creates() == []
