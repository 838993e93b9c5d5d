"""Undoing a sync: what happens when all goes well, what stops it early, and the sync after it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.ports import REFUND
from tests.builders import a_claimed_note, a_period, a_zuora_refund, usd
from tests.engine.undoing import assert_undone, assert_untouched, bill, fresh, plan, run, synced, undo, when
from tests.engine.worlds import HOUR, World
from tests.fakes import PowerCut, ReportNever, StopWhen

HAPPY = [
    "planned",
    "mine",
    "shielding",
    "shielded",
    "cancelling",
    "cancelled",
    "loose",
    "reapplying",
    "settled",
    "clearing",
    "refund cleared",
    "cleared",
    "resynced",
]


def states_since(world: World, start: int) -> list[str]:
    """The states of the journal's outcome lines from one on."""
    return world.states()[start:]


@pytest.mark.parametrize("invoices", [1, 2])
def test_a_resync_walks_the_whole_table_and_leaves_everything_as_before(invoices: int) -> None:
    """Ignore, cancel, look, apply again, clear refund and memo: six writes, each with its intent."""
    world = synced(invoices=invoices)
    begun = len(world.states())
    result = undo(world)
    assert (result.result.value, result.zuora_refund_id, result.zuora_number) == ("complete", "", "R-00000001")
    assert states_since(world, begun) == HAPPY
    assert world.oracle.writes == 6
    assert_undone(world)
    dead = world.zuora.refunds["zr1"]
    assert (dead.status, dead.transferred) == ("Canceled", "Ignore")
    assert world.desk().open_episodes() == ()


def test_without_settlement_the_cancel_itself_puts_the_money_back() -> None:
    """Nothing is applied by the desk, and everything is as before."""
    world = synced(settlement=False)
    assert undo(world).result.value == "complete"
    assert world.zuora.fails.count("apply_payment") == 0
    assert_undone(world)


def test_a_profile_without_shield_only_cancels() -> None:
    """Transferred to Accounting stays Yes."""
    world = synced(shield=False)
    marks = world.zuora.fails.count("mark_refund")
    assert undo(world).result.value == "complete"
    assert world.zuora.fails.count("mark_refund") == marks
    assert world.zuora.refunds["zr1"].transferred == "Yes"
    assert_undone(world)


def test_an_unticked_memo_keeps_its_fields() -> None:
    """And its row is pending again all the same."""
    world = synced()
    assert undo(world, keep_memo=True).result.value == "complete"
    assert_undone(world, memo_kept=True)
    assert world.memo.zuora_id == "zr1"


def test_the_old_number_stays_in_the_history() -> None:
    """With the reason, who, and the lines of both episodes."""
    world = synced()
    undo(world)
    lines = world.desk().history("901")
    opened = next(line for line in lines if "undone" in line.title)
    assert dict(opened.detail)["plan_hash"]
    plans = [line.event.detail["plan"] for line in world.journal.lines() if line.event.kind == "episode_opened"]
    assert (plans[-1]["zuora_number"], plans[-1]["reason"]) == ("R-00000001", "wrong date")


@pytest.mark.parametrize("later", [0.0, 25.5 * HOUR])
def test_a_sync_after_a_resync_makes_exactly_one_new_refund(later: float) -> None:
    """Within the key's 24 hours K(0) replays the dead one and K(1) makes a new one; after 25 hours K(0) is free."""
    world = synced()
    undo(world)
    world.clock.advance(later)
    result = world.one()
    assert (result.result.value, result.zuora_refund_id) == ("complete", "zr2")
    assert [key.rsplit(":", 1)[1] for key in world.creates()] == (["0", "0", "1"] if not later else ["0", "0"])
    world.assert_done()


def test_twice_undone_and_synced_again_is_still_one_refund() -> None:
    """Three keys, two dead refunds that every plan lists, one live."""
    world = synced()
    for number in ("zr2", "zr3"):
        result = undo(world, then_sync=True)
        assert (result.result.value, result.zuora_refund_id) == ("complete", number)
    world.assert_done()
    assert world.plan(None, "901").plans == ()


def test_then_sync_works_while_the_search_is_behind() -> None:
    """The lists still show the cancelled refund as live; the desk's own proof of its death counts."""
    world = synced()
    world.clock.advance(HOUR)
    world.zuora.search_lag = HOUR / 2
    result = undo(world, then_sync=True)
    assert result.zuora_refund_id == "zr2", result
    assert result.result.value == "complete"
    world.assert_done()


def test_the_plans_hash_holds_what_is_cancelled_applied_and_cleared() -> None:
    """Another tick, another reason, another payment: another hash; the same facts give the same one."""
    world = synced()
    desk = world.desk()
    one = plan(world, desk).hash
    assert plan(world, desk).hash == one
    assert plan(world, desk, keep_memo=True).hash != one
    assert desk.plan_resync(["901"], "another", ReportNever()).hash != one
    world.zuora.applied_again["p-1"] = {"inv-1": usd("-10.00").amount}
    world.zuora.put(world.zuora.refunds["zr1"])
    assert plan(world, desk).hash != one


def test_a_reason_is_required() -> None:
    """Nothing is even read without one."""
    world = synced()
    with pytest.raises(Setup):
        world.desk().plan_resync(["901"], " ", ReportNever())


def zuora_is(**changes: object) -> Callable[[World], object]:
    """The Zuora refund as somebody left it."""
    return lambda world: world.zuora.put(replace(world.zuora.refunds["zr1"], **changes))  # type: ignore[arg-type]


def shut(book: str) -> Callable[[World], object]:
    """One of the books has closed the month."""
    period = a_period(book, is_open=False)
    return lambda world: setattr(
        world.netsuite if book == "NetSuite" else world.zuora,
        "open_periods" if book == "NetSuite" else "all_periods",
        (period,),
    )


def superseded(world: World) -> None:
    """Cancelled, and another one is live with this id, which NetSuite does not name."""
    world.zuora.cancel("zr1")
    world.foreign()


EARLY: list[tuple[str, Callable[[World], object], str]] = [
    ("electronic", zuora_is(type="Electronic"), "gateway"),
    ("under way", zuora_is(status="Processing"), "only a Processed refund"),
    ("another NetSuite id", zuora_is(integration_id="902"), "carries NetSuite id 902"),
    ("no NetSuite id", zuora_is(integration_id=""), "carries no NetSuite id"),
    ("two live", lambda world: world.foreign(amount=usd("50.00")), "More than one live"),
    ("closed in NetSuite", shut("NetSuite"), "NetSuite's period Mar 2026, which is closed"),
    ("closed in Zuora", shut("Zuora"), "Zuora's period Mar 2026, which is closed"),
    ("voided", lambda world: world.edit(voided=True), "voided"),
    ("never synced", lambda world: world.edit(zuora_id="", status_text=""), "no Zuora ID"),
    ("a sync under way", lambda world: world.edit(status_text="Creating Refund"), "under way or in doubt"),
    ("gone from NetSuite", lambda world: world.netsuite.refunds.clear(), "no such refund"),
    ("superseded", superseded, "Relink"),
]


@pytest.mark.parametrize(("change", "words"), [one[1:] for one in EARLY], ids=[one[0] for one in EARLY])
def test_what_cannot_be_undone_is_said_before_anything_is_written(
    change: Callable[[World], object], words: str
) -> None:
    """In plain words, with no plan."""
    world = synced()
    change(world)
    batch = plan(world, world.desk())
    assert batch.plans == ()
    assert words in batch.refused[0][2]
    assert world.oracle.writes == 0


@pytest.mark.parametrize(("change", "words"), [one[1:] for one in EARLY], ids=[one[0] for one in EARLY])
def test_what_changed_after_the_approval_stops_it_too(change: Callable[[World], object], words: str) -> None:
    """The plan is derived again before the first write: nothing is sent to Zuora, nothing cleared."""
    world = synced()
    desk = world.desk()
    batch = plan(world, desk)
    change(world)
    fresh(world)
    result = run(world, desk, batch)
    doubtful = ("More than one live", "Relink")  # not a no: a person has to look at both refunds
    assert result.result.value == ("in_doubt" if words in doubtful else "refused"), result
    assert world.oracle.writes == 0
    assert world.desk().open_episodes() == ()


def test_a_payment_that_changed_after_the_approval_stops_it() -> None:
    """Its parts are in the plan's hash."""
    world = synced()
    desk = world.desk()
    batch = plan(world, desk)
    world.zuora.applied_again["p-1"] = {"inv-1": usd("-10.00").amount}
    world.zuora.put(world.zuora.refunds["zr1"])
    result = run(world, desk, batch)
    assert result.result.value == "refused"
    assert result.reason.startswith("plan changed: applied")
    assert_untouched(world)


def test_another_zuora_id_in_netsuite_is_a_review() -> None:
    """Only the refund that was approved is ever cancelled."""
    world = synced()
    desk = world.desk()
    batch = plan(world, desk)
    world.edit(zuora_id="r-9")
    result = run(world, desk, batch)
    assert (result.result.value, world.states()[-1]) == ("in_doubt", "review")
    assert result.reason.startswith("superseded: NetSuite shows r-9 now")
    assert world.live()


@pytest.mark.parametrize("state", ["planned", "mine", "shielding"])
def test_a_payment_whose_money_moved_since_the_look_is_not_made_looser(state: str) -> None:
    """Another desk's undo has 10.00 of the same payment loose: after a cancel ours could not be told from theirs."""
    world = synced()

    def moved() -> None:
        world.zuora.applied_again["p-1"] = {"inv-1": usd("-10.00").amount}
        world.zuora._totals.clear()

    when(world, state, moved)
    result = undo(world)
    assert result.result.value == "failed", result
    assert "changed meanwhile: it pays 140.00 USD of INV-1 and 10.00 USD is loose" in result.reason
    assert world.zuora.fails.count("cancel_refund") == 0
    assert_untouched(world)


@pytest.mark.parametrize("loose", [True, False])
def test_an_undo_on_the_same_payment_that_is_not_finished_comes_first(loose: bool) -> None:
    """Its refund is cancelled, NetSuite still names it, money is loose: a second undo could not tell whose it is.

    With nothing loose the cancelled refund is only history.
    """
    world = synced()
    world.add(2, payment="p-1")
    world.netsuite.refunds["902"] = replace(
        world.netsuite.refunds["902"], zuora_id="other", status_text="Sync Complete"
    )
    for key, own in (("other", "902"), ("typed", "by hand")):  # the second is no NetSuite id, so nobody is asked for it
        world.zuora.put(a_zuora_refund(id=key, integration_id=own, status="Canceled", payment_id="p-1", parts=()))
    if loose:
        world.zuora.applied_again["p-1"] = {"inv-1": usd("-10.00").amount}
        world.zuora._totals.clear()
    batch = plan(world, world.desk())
    said = batch.refused[0][2] if batch.refused else ""
    assert ("undo of NetSuite refund 902 on the same payment is not finished" in said) is loose
    assert bool(batch.plans) is not loose
    assert (REFUND, "by hand") not in world.netsuite.fails.of("read_fields")


@pytest.mark.parametrize("move", ["advance", "jump"])
def test_the_confirmation_ends_after_15_minutes(move: str) -> None:
    """By either clock: a queue that takes long stops before the cancel, and nothing is left behind."""
    world = synced()
    when(world, "mine", lambda: getattr(world.clock, move)(901.0))
    result = undo(world)
    assert (result.result.value, "15 minutes" in result.reason) == ("skipped", True), result
    assert world.zuora.fails.count("cancel_refund") == 0
    assert_untouched(world)


def test_a_claim_whose_answer_was_lost_is_let_go_when_the_confirmation_is_over() -> None:
    """The power went after the claim: a quarter of an hour later Recover stops the undo and puts the note back."""
    world = synced()
    world.netsuite.fails.fail("write_fields", 1, "crash_after")
    with pytest.raises(PowerCut):
        undo(world)
    assert "desk-1" in world.refund.claim_note
    world.clock.advance(901.0)
    (result,) = world.recover().results
    assert (result.result.value, "15 minutes" in result.reason) == ("skipped", True), result
    assert_untouched(world)


def test_a_user_who_stops_before_the_shield_leaves_nothing_behind() -> None:
    """After the claim the claim is let go; before it nothing was written at all."""
    for state in ("planned", "mine"):
        world = synced()
        wanted = StopWhen(lambda world=world, state=state: world.states()[-1] == state)  # type: ignore[misc]
        result = undo(world, report=wanted)
        assert result.result.value == "skipped", (state, result)
        assert_untouched(world)


def test_a_fresh_claim_of_another_desk_is_busy() -> None:
    """Nothing is sent to Zuora while somebody else is at it; an old claim is nobody's."""
    world = synced()
    world.edit(claim_note=a_claimed_note(world.clock.wall, "desk-2"))
    assert undo(world).result.value == "skipped"
    assert world.states()[-1] == "busy"
    assert world.live()
    world.clock.advance(76 * 60)
    assert undo(world).result.value == "complete"
    assert_undone(world)


def test_an_open_doubt_is_no_ground_for_a_resync() -> None:
    """R5: the create's answer was lost and the search is blind: recover first."""
    world = World()
    world.zuora.fails.fail("create_refund", 0, "drop_answer")
    world.zuora.blind = True
    world.one()
    assert "Finish first" in plan(world, world.desk()).refused[0][2]


def test_a_review_is_a_way_in() -> None:
    """A row that waits for a person may be undone: that is one of the exits."""
    world = synced()
    desk = world.desk()
    batch = plan(world, desk)
    world.edit(zuora_id="r-9")
    run(world, desk, batch)
    world.edit(zuora_id="zr1")
    assert undo(world).result.value == "complete"
    assert_undone(world)


def test_cancelled_by_somebody_is_cleared_with_proof_only() -> None:
    """Nothing is cancelled; what is loose is applied again, as the plan says, and NetSuite is cleared."""
    world = synced()
    world.zuora.cancel("zr1")
    result = undo(world)
    assert (result.result.value, world.zuora.fails.count("cancel_refund")) == ("complete", 0), result
    assert "cancelled before" in result.reason
    assert_undone(world)


def test_deleted_in_zuora_is_cleared_after_three_reads() -> None:
    """A 404 counts after a minute of reads; the payment is left as it is."""
    world = synced(settlement=False)
    world.zuora.delete("zr1")
    assert undo(world).result.value == "complete"
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("", "")
    assert world.desk().ledger.known_dead("901") == frozenset()


def test_several_rows_are_one_review_and_each_its_own_episode() -> None:
    """The second is refused by Zuora; the first and the third are undone."""
    world = synced()
    world.add(2)
    world.add(3)
    for n in (2, 3):
        bill(world, f"inv-{n}", usd("250.00"))
    world.sync(None, "902", "903")
    desk = world.desk()
    batch = desk.plan_resync(["901", "902", "903"], "wrong month", ReportNever())
    world.zuora.fails.fail("cancel_refund", 2, "refused")
    done = desk.resync(batch, ReportNever(), world.told.append)
    assert [one.result.value for one in done.results] == ["complete", "failed", "complete"]
    assert [len(world.live(key)) for key in ("901", "902", "903")] == [0, 1, 0]
    assert world.netsuite.refunds["902"].status_text == "Sync Complete"
