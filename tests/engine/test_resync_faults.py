"""Every row of the RESYNC table when something goes wrong: what the desk does, and where the episode rests."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from nsz_desk.domain.errors import Missing
from nsz_desk.engine.outlook import due
from nsz_desk.engine.ports import MEMO, REFUND, STATUS, ZUORA_ID
from nsz_desk.engine.runner import carried_over
from tests.builders import usd
from tests.engine.undoing import (
    assert_payment_as_before,
    assert_undone,
    assert_untouched,
    plan,
    run,
    synced,
    undo,
    when,
)
from tests.engine.worlds import COMPLETE, World

MINUTE = 60.0
CLAIM, CLEAR, CLEAR_MEMO = 1, 2, 3  # the resync's writes in NetSuite, in order


def failing(system: str, verb: str, nth: int, how: str, code: str = "") -> World:
    """A synced world in which one call of the resync goes wrong."""
    world = synced()
    getattr(world, system).fails.fail(verb, nth, how, code)
    return world


def last(world: World) -> str:
    """The state that the journal tells last."""
    return world.states()[-1]


def recovered(world: World, after: float = 4 * MINUTE) -> str:
    """What a start says, some minutes later, when nothing goes wrong any more."""
    world.clock.advance(after)
    world.zuora.fails.planned.clear()
    world.netsuite.fails.planned.clear()
    (result,) = world.recover().results
    return result.result.value


LOST_ANSWERS = [
    ("netsuite", "write_fields", CLAIM),
    ("zuora", "mark_refund", 1),
    ("zuora", "cancel_refund", 1),
    ("zuora", "apply_payment", 1),
    ("netsuite", "write_fields", CLEAR),
    ("netsuite", "write_fields", CLEAR_MEMO),
]


@pytest.mark.parametrize(("system", "verb", "nth"), LOST_ANSWERS, ids=lambda part: str(part))
@pytest.mark.parametrize("how", ["drop_answer", "not_sent"])
def test_a_lost_answer_or_connection_is_looked_at_and_the_run_goes_on(
    system: str, verb: str, nth: int, how: str
) -> None:
    """No write is repeated that had happened; the resync ends undone in one run."""
    world = failing(system, verb, nth, how)
    assert undo(world).result.value == "complete"
    assert_undone(world)
    assert world.zuora.fails.count("cancel_refund") == 1 + (how == "not_sent" and verb == "cancel_refund")
    assert sum(some["inv-1"] for some in world.zuora.applied_again.values()) == 100


@pytest.mark.parametrize(("system", "verb", "nth"), LOST_ANSWERS, ids=lambda part: str(part))
@pytest.mark.parametrize("how", ["drop_request", "zombie"])
def test_a_write_of_unknown_fate_is_never_repeated_unread(system: str, verb: str, nth: int, how: str) -> None:
    """It ends undone, or as if nothing had been; money is put back once; a late write is found."""
    world = failing(system, verb, nth, how)
    undo(world)
    world.recover_until_quiet(pause=4 * MINUTE)
    assert world.desk().open_episodes() == ()
    if world.live():
        assert_untouched(world)
    else:
        assert_undone(world)
    world.clock.advance(20 * MINUTE)
    world.zuora.fails.wake()
    assert_payment_as_before(world) if not world.live() else assert_untouched(world)


def test_a_refused_shield_stops_the_resync() -> None:
    """The permission is missing: the claim is let go, nothing was cancelled."""
    world = failing("zuora", "mark_refund", 1, "refused")
    result = undo(world)
    assert (result.result.value, last(world)) == ("failed", "refused")
    assert result.reason.startswith("Refused on request")
    assert_untouched(world)


def test_a_refused_cancel_sets_the_shield_back() -> None:
    """Zuora says no: Yes again, claim let go, and its words are the result."""
    world = failing("zuora", "cancel_refund", 1, "refused")
    result = undo(world)
    assert (result.result.value, result.zuora_refund_id) == ("failed", "zr1")
    assert "Refused on request" in result.reason
    assert_untouched(world)


def test_a_refused_cancel_that_a_silent_one_overtakes_is_cancelled() -> None:
    """The first PUT arrives late, the second is refused as cancelled already: the look decides."""
    world = failing("zuora", "cancel_refund", 1, "zombie")
    undo(world)
    assert last(world) == "cancelling"
    assert recovered(world, 3 * MINUTE) == "complete"
    assert_undone(world)


def test_a_cancel_that_never_arrived_is_taken_back_by_the_next_start() -> None:
    """Yesterday's yes is no yes: the next start sets Yes again and lets go; nothing is cancelled then."""
    world = failing("zuora", "cancel_refund", 1, "drop_request")
    assert undo(world).result.value == "in_doubt"
    assert recovered(world) == "skipped"
    assert world.zuora.fails.count("cancel_refund") == 1
    assert_untouched(world)


def test_a_shield_that_cannot_be_taken_down_is_held() -> None:
    """The refund stays live under Ignore until a person gives the permission; then the next start goes on."""
    world = failing("zuora", "cancel_refund", 1, "refused")
    world.zuora.fails.fail("mark_refund", 2, "refused")
    result = undo(world)
    assert (result.result.value, last(world)) == ("in_doubt", "held unshield")
    assert "Give the permission" in result.next_step
    assert recovered(world) == "failed"
    assert_untouched(world)


def test_a_person_cancels_while_the_shield_is_held() -> None:
    """Then it is cancelled after all, and the resync goes on to its end."""
    world = failing("zuora", "cancel_refund", 1, "refused")
    world.zuora.fails.fail("mark_refund", 2, "refused")
    undo(world)
    world.zuora.cancel("zr1")
    assert recovered(world) == "complete"
    assert_undone(world)


def test_a_refused_apply_waits_for_a_person() -> None:
    """Applied by hand, the next start goes on; until then nothing is cleared."""
    world = failing("zuora", "apply_payment", 1, "refused")
    result = undo(world)
    assert (result.result.value, last(world)) == ("in_doubt", "held apply")
    assert world.refund.zuora_id == "zr1"
    assert recovered(world) == "in_doubt"
    world.zuora.apply_payment("p-1", (("inv-1", usd("100.00")),)) if by_hand(world) else None
    assert recovered(world) == "complete"
    assert_undone(world)


def by_hand(world: World) -> bool:
    """From now on a person writes, so the oracle asks for no intent."""
    world.zuora.on_write = lambda verb, args: None
    return True


def test_an_invoice_that_was_paid_meanwhile_is_not_touched() -> None:
    """Other money has paid it: nothing is sent, a person decides."""
    world = synced()
    invoice = world.zuora.known_invoices["inv-1"]
    world.zuora.known_invoices["inv-1"] = replace(invoice, balance=usd("-60.00"))
    result = undo(world)
    assert (last(world), world.zuora.fails.count("apply_payment")) == ("held apply", 0)
    assert "owes 40.00 USD only" in result.reason


def test_a_person_may_leave_the_money_loose() -> None:
    """Knowingly, with a reason that stands in the journal; the rest of the resync goes on."""
    world = failing("zuora", "apply_payment", 1, "refused")
    undo(world)
    world.desk().skip_apply("901", "customer asked for credit")
    assert recovered(world) == "complete"
    assert world.refund.zuora_id == "" == world.memo.zuora_id
    assert world.payment.unapplied == usd("100.00")


MEANWHILE: list[tuple[str, str, Callable[[World], object], str]] = [
    (
        "the payment is applied elsewhere",
        "loose",
        lambda world: applied_elsewhere(world),
        "parts differ",
    ),
    ("another desk claims it", "loose", lambda world: world.edit(claim_note=claim_of(world)), "superseded"),
    ("another Zuora ID appears", "settled", lambda world: world.edit(zuora_id="r-9"), "another Zuora ID"),
    ("another refund is made", "settled", lambda world: world.foreign(amount=usd("40.00")), "another Zuora ID"),
    ("the refund is deleted", "settled", lambda world: world.netsuite.refunds.clear(), "record gone"),
    ("another id on the memo", "refund cleared", lambda world: world.edit_memo(zuora_id="r-9"), "another Zuora ID"),
]


def applied_elsewhere(world: World) -> None:
    """Somebody applies a part of what is loose."""
    world.zuora.applied_again["p-1"] = {"inv-1": usd("30.00").amount}
    world.zuora.put(world.zuora.refunds["zr1"])


def claim_of(world: World) -> str:
    """A fresh claim of another desk."""
    return f"{world.clock.wall:%Y-%m-%dT%H:%M:%S}Z desk-2"


@pytest.mark.parametrize(("state", "act", "words"), [one[1:] for one in MEANWHILE], ids=[one[0] for one in MEANWHILE])
def test_what_happens_in_between_goes_to_a_person(state: str, act: Callable[[World], object], words: str) -> None:
    """The desk stops where it is; nothing is applied twice, nothing of others is cleared."""
    world = synced()
    when(world, state, lambda: act(world))
    result = undo(world)
    assert (result.result.value, last(world)) == ("in_doubt", "review"), result
    assert result.reason.startswith(words)
    assert world.desk().open_episodes() == ()


def test_a_payment_that_is_gone_is_a_review() -> None:
    """It cannot be applied again; a person looks."""
    world = synced()
    when(world, "cancelled", lambda: world.zuora.known_payments.pop("p-1"))
    result = undo(world)
    assert (last(world), result.reason.startswith("payment gone")) == ("review", True)


@pytest.mark.parametrize("nth", [CLEAR, CLEAR_MEMO])
@pytest.mark.parametrize("code", ["TRAN_PERIOD_CLOSED", "INSUFFICIENT_PERMISSION"])
def test_a_clear_that_netsuite_refuses_is_held_and_goes_on_later(nth: int, code: str) -> None:
    """The Zuora refund is cancelled, so nothing is taken back; an administrator opens the period."""
    world = failing("netsuite", "write_fields", nth, "refused", code)
    result = undo(world)
    assert (result.result.value, last(world)) == ("in_doubt", "held clear")
    assert "cancelled" in result.next_step
    assert world.live() == []
    assert recovered(world) == "complete"
    assert_undone(world)


@pytest.mark.parametrize("nth", [CLEAR, CLEAR_MEMO])
def test_another_refusal_of_a_clear_is_tried_again(nth: int) -> None:
    """A workflow had locked the record for a moment."""
    world = failing("netsuite", "write_fields", nth, "refused", "RCRD_LOCKED_BY_WF")
    assert undo(world).result.value == "complete"
    assert_undone(world)


def test_a_memo_that_is_gone_is_no_hindrance() -> None:
    """There is nothing to clear on it."""
    world = synced()
    when(world, "refund cleared", lambda: world.netsuite.memos.clear())
    assert undo(world).result.value == "complete"
    assert world.refund.zuora_id == ""


def late_stamp(world: World, record: str, record_id: str, zuora_id: str = "zr1") -> None:
    """A stamp that NetSuite had not answered arrives after the clear."""
    world.netsuite.on_write = lambda verb, args: None
    world.netsuite.write_fields(record, record_id, {STATUS: COMPLETE, ZUORA_ID: zuora_id}, [])
    world.netsuite.on_write = world.oracle.netsuite_write


def watched() -> World:
    """A resync whose clear went unanswered: it is done, and watches for 16 minutes."""
    world = failing("netsuite", "write_fields", CLEAR, "drop_answer")
    result = undo(world)
    assert (result.result.value, last(world)) == ("complete", "cleared")
    assert result.look_again is not None
    assert due(world.desk().ledger, world.clock.wall) == result.look_again
    return world


def test_the_watch_is_no_doubt_and_ends_by_itself() -> None:
    """The row is pending at once; the next start after 16 minutes ends the episode."""
    world = watched()
    desk = world.desk()
    assert len(desk.ledger.open_episodes()) == 1
    assert desk.open_episodes() == ()
    assert desk.ledger.words("901") == ""
    assert world.plan(desk, "901").plans
    assert recovered(world, 5 * MINUTE) == "complete"
    assert len(world.desk().ledger.open_episodes()) == 1
    assert recovered(world, 12 * MINUTE) == "complete"
    assert world.desk().ledger.open_episodes() == ()


@pytest.mark.parametrize(("record", "record_id"), [(REFUND, "901"), (MEMO, "801")])
def test_a_late_write_of_the_old_id_is_cleared_again(record: str, record_id: str) -> None:
    """W7: the start that finds it puts it right."""
    world = watched()
    late_stamp(world, record, record_id)
    assert recovered(world, 5 * MINUTE) == "complete"
    assert_undone(world)


def test_a_late_write_over_a_newer_sync_is_told_to_a_person() -> None:
    """The old id is back on the refund while a newer Zuora refund is live: nothing is cleared."""
    world = watched()
    assert world.one().result.value == "complete"
    late_stamp(world, REFUND, "901")
    world.recover()
    assert "late write" in world.desk().ledger.words("901")
    assert [one.id for one in world.live()] == ["zr2"]


def test_a_sync_beside_the_watch_keeps_its_own_doubt_and_its_keys() -> None:
    """Both episodes are open; the watch ends and the doubt stays, found and finished by the next start."""
    world = watched()
    world.zuora.fails.fail("create_refund", 2, "drop_answer")
    world.zuora.blind = True
    assert world.one().result.value == "in_doubt"
    assert len(world.desk().ledger.open_episodes()) == 2
    world.clock.advance(20 * MINUTE)
    world.recover()
    assert len(world.desk().ledger.open_episodes()) == 1
    assert "open" in world.desk().ledger.words("901")
    world.zuora.blind = False
    world.clock.advance(20 * MINUTE)
    world.recover()
    world.assert_done()


def test_a_404_that_was_read_lag_is_no_proof() -> None:
    """One read by id finds nothing, the next does: it is live, and is cancelled as approved."""
    world = synced()
    desk = world.desk()
    batch = plan(world, desk)
    told: list[str] = []
    real = world.zuora.read_refund

    def once(refund_id: str) -> object:
        if not told:
            told.append(refund_id)
            raise Missing("Zuora has no such refund.")
        return real(refund_id)

    world.zuora.read_refund = once  # type: ignore[method-assign,assignment]
    assert run(world, desk, batch).result.value == "complete"
    assert world.zuora.fails.count("cancel_refund") == 1
    assert_undone(world)


@pytest.mark.parametrize(("verb", "room"), [("mark_refund", "shielding"), ("apply_payment", "reapplying")])
def test_a_put_that_may_still_run_is_not_sent_again(verb: str, room: str) -> None:
    """A look that contradicts it counts only 180 s later: until then the episode stays open and nothing is repeated."""
    world = failing("zuora", verb, 1, "zombie")
    before = world.zuora.fails.count(verb)
    assert undo(world).result.value == "in_doubt"
    assert (last(world), world.zuora.fails.count(verb)) == (room, before + 1)


def test_money_that_somebody_applied_in_between_is_not_applied_again() -> None:
    """The desk sends no apply at all, and goes on to the clear."""
    world = synced()

    def applied() -> None:
        world.zuora.applied_again["p-1"] = {"inv-1": usd("100.00").amount}
        world.zuora.put(world.zuora.refunds["zr1"])

    when(world, "loose", applied)
    assert undo(world).result.value == "complete"
    assert world.zuora.fails.count("apply_payment") == 0
    assert_undone(world)


def test_a_claim_that_is_let_go_puts_the_former_note_back() -> None:
    """The Sync Date of the sync stands there again."""
    world = failing("zuora", "cancel_refund", 1, "refused")
    former = world.refund.claim_note
    assert former
    undo(world)
    assert world.refund.claim_note == former


def test_a_stamp_that_went_unanswered_before_the_resync_is_watched_for() -> None:
    """The sync's stamp had no answer two minutes ago: it may still come and put the old id back."""
    world = synced()
    undo(world)
    world.netsuite.fails.fail("write_fields", 2, "drop_answer")  # the claim is the first write, the stamp the second
    assert world.one().result.value == "complete"
    world.clock.advance(2 * MINUTE)
    result = undo(world)
    assert (result.result.value, last(world), result.look_again is not None) == ("complete", "cleared", True)


def test_keys_posted_beside_a_watch_are_known_to_the_next_episode() -> None:
    """The watch ends after the newer sync; its line knows nothing of the keys, the sync's lines do."""
    world = watched()
    assert world.one().result.value == "complete"
    world.clock.advance(20 * MINUTE)
    world.recover()
    assert world.states()[-1] == "resynced"
    posts = carried_over(world.desk().ledger.of_refund("901"))["posts"]
    assert [post["n"] for post in posts] == [0, 0, 1]
