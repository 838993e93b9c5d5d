"""Decisions on rows that wait for a person: open on evidence only, journalled, and what follows from each."""

from dataclasses import replace

import pytest

from nsz_desk.domain.errors import Barred, Setup
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.ports import Event
from nsz_desk.engine.results import Result
from nsz_desk.engine.reviews import What
from nsz_desk.rules.book import Verdict
from tests.builders import usd
from tests.engine.reviewing import WHY, decide, open_ones, review
from tests.engine.undoing import assert_undone, synced, undo
from tests.engine.worlds import HOUR, World
from tests.fakes import ReportNever


def cancelled_in_doubt() -> World:
    """The create's answer was lost, and a person cancelled what it had made."""
    world = World()
    world.zuora.fails.fail("create_refund", 1, "drop_answer")

    def cancel() -> None:
        for one in world.live():
            world.zuora.cancel(one.id)

    watched, world.zuora.on_change = world.zuora.on_change, cancel
    result = world.one()
    world.zuora.on_change = watched
    assert (result.result, result.reason[:21]) == (Result.IN_DOUBT, "cancelled by somebody")
    return world


def test_a_row_that_waits_for_nobody_has_no_review() -> None:
    """Ready, synced, or unknown to NetSuite."""
    desk = World().desk()
    assert isinstance(desk.review_of("901", ReportNever()), Declined)
    assert isinstance(desk.review_of("999", ReportNever()), Declined)
    assert isinstance(synced().desk().review_of("901", ReportNever()), Declined)


def test_a_cancelled_refund_is_made_anew_once_its_create_is_settled() -> None:
    """Not while the lost create could still arrive; then the new plan lists the dead one and one new one is made."""
    world = cancelled_in_doubt()
    assert "make-new" not in open_ones(world)
    world.clock.advance(26 * HOUR)
    assert "make-new" in open_ones(world)
    assert decide(world, What.MAKE_NEW).result is Result.COMPLETE
    desk = world.desk()
    plan = world.plan(desk, "901")
    assert plan.plans[0].known_dead == ("zr1",)
    assert world.run(desk, plan).results[0].result is Result.COMPLETE
    world.assert_done()


def test_two_live_refunds_are_left_by_the_proof_that_one_was_cancelled() -> None:
    """While both live one can be cancelled, or all set aside; then the live one is adopted and written back."""
    world = World()
    world.foreign(integration_id="901", id="f1", number="R-F1")
    world.foreign(integration_id="901", id="f2", number="R-F2")
    world.recover()
    assert review(world).key == "duplicate"
    assert open_ones(world) == {"cancel", "set-aside"}
    with pytest.raises(Barred, match="R-F1 and R-F2 are live"):
        decide(world, What.ADOPT)
    world.zuora.cancel("f2")
    assert decide(world, What.ADOPT).result is Result.COMPLETE
    world.assert_done()
    assert world.creates() == []


def by_hand() -> World:
    """A look-alike without an id on the same payment, found by the search of a sync that was approved before."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.foreign(id="f1", number="R-F1", integration_id="")
    result = world.run(desk, plan).results[0]
    assert result.reason.startswith("possible manual refund"), result
    return world


def test_a_look_alike_that_is_another_refund_is_not_asked_about_again() -> None:
    """Its id stands in the new plan and so in the hash; exactly this one is ignored, a second one is not."""
    world = by_hand()
    assert decide(world, What.OTHER_REFUND).result is Result.COMPLETE
    desk = world.desk()
    plan = world.plan(desk, "901")
    assert plan.plans[0].ignored == ("f1",)
    world.foreign(id="f2", number="R-F2", integration_id="")
    again = desk.pending(ReportNever()).by_id["901"]
    assert again.verdict is Verdict.BLOCKED
    world.zuora.cancel("f2")
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def test_a_look_alike_in_the_list_can_be_declared_without_any_episode() -> None:
    """Rule D.12 blocks the row; the decision opens it."""
    world = World()
    world.foreign(id="f1", number="R-F1", integration_id="")
    assert review(world).key == "possible manual refund"
    decide(world, What.OTHER_REFUND)
    assert world.one().result is Result.COMPLETE


def test_a_cancellation_in_zuora_is_offered_and_cleared_with_proof() -> None:
    """The list says which decisions there are; clear cancels nothing and leaves the row pending."""
    world = synced()
    world.zuora.cancel("zr1")
    row = world.desk().pending(ReportNever()).by_id["901"]
    assert row.verdict is Verdict.IN_DOUBT
    for word in ("clear", "relink", "set-aside"):
        assert word in row.judgement.next_step
    assert {"clear", "set-aside"} <= open_ones(world)
    assert not {"relink", "resync", "adopt"} & open_ones(world)
    assert decide(world, What.CLEAR).result is Result.COMPLETE
    assert world.zuora.fails.count("cancel_refund") == 0
    assert (world.refund.zuora_id, world.refund.status_text, world.memo.zuora_id) == ("", "", "")
    assert world.desk().pending(ReportNever()).by_id["901"].can_sync


def test_a_deleted_zuora_refund_counts_as_dead_after_three_reads_only() -> None:
    """A 404 is asked three times over a minute before anything is cleared."""
    world = synced()
    world.zuora.delete("zr1")
    assert "clear" in open_ones(world)
    before = world.clock.mono
    assert decide(world, What.CLEAR).result is Result.COMPLETE
    assert world.clock.mono - before >= 60
    assert world.refund.zuora_id == ""


def test_a_clear_is_refused_when_the_refund_turns_out_to_be_live() -> None:
    """The evidence is read again at the decision: nothing is cleared and nothing journalled."""
    world = synced()
    world.zuora.cancel("zr1")
    desk = world.desk()
    plan = desk.plan_resync(["901"], WHY, ReportNever())
    world.zuora.put(replace(world.zuora.refunds["zr1"], status="Processed"))
    lines = len(world.journal.lines())
    found = desk.decide("901", What.CLEAR, WHY, ReportNever(), world.told.append, plan=plan).results[0]
    assert (found.result, found.reason) == (Result.REFUSED, "It waits for nobody's decision.")
    assert len(world.journal.lines()) == lines
    world.assert_done()


def test_netsuite_is_relinked_to_the_live_one_when_it_names_a_dead_one() -> None:
    """Another desk's newer refund: the old id is proved dead, then refund and memo name the live one."""
    world = synced(settlement=False)
    world.zuora.cancel("zr1")
    world.foreign(id="new", number="R-NEW", integration_id="901", transferred="Yes")
    assert review(world).key == "another Zuora ID"
    assert "relink" in open_ones(world)
    result = decide(world, What.RELINK)
    assert (result.result, result.zuora_refund_id) == (Result.COMPLETE, "new")
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("new", "new")
    assert world.creates() == world.creates()[:1]


def test_a_relink_never_overwrites_an_id_that_is_live() -> None:
    """Both live: relink is not open, whatever a person says."""
    world = synced(settlement=False)
    world.zuora.put(replace(world.zuora.refunds["zr1"], integration_id=""))
    world.foreign(id="new", number="R-NEW", integration_id="901", transferred="Yes")
    assert "relink" not in open_ones(world)
    with pytest.raises(Barred, match="not open"):
        decide(world, What.RELINK)
    assert world.refund.zuora_id == "zr1"


def test_a_changed_amount_is_undone_by_a_resync_from_the_review() -> None:
    """NetSuite was changed after the sync: cancel, put back, clear; the plan was approved."""
    world = synced()
    world.edit(amount=usd("90.00"))
    assert review(world).key == "fields"
    assert "resync" in open_ones(world)
    assert "repair" not in open_ones(world)
    assert decide(world, What.RESYNC).result is Result.COMPLETE
    assert_undone(world)


def test_a_resync_without_an_approved_plan_is_refused() -> None:
    """A decision is no approval of calls that nobody has seen."""
    world = synced()
    world.edit(amount=usd("90.00"))
    with pytest.raises(Setup, match="approved"):
        world.desk().decide("901", What.RESYNC, WHY, ReportNever(), world.told.append)
    assert world.live()


def test_a_lost_stamp_is_repaired_without_touching_the_money() -> None:
    """The memo lost its fields: they are written back from the live refund."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    assert world.run(desk, plan).results[0].result is Result.COMPLETE
    creates = len(world.creates())
    world.edit_memo(zuora_id="", status_text="Error Creating Refund")
    world.journal.append(_drift("fields: the NetSuite memo lost its stamp"))
    assert "repair" in open_ones(world)
    assert decide(world, What.REPAIR).result is Result.COMPLETE
    world.assert_done()
    assert len(world.creates()) == creates


def _drift(words: str) -> Event:
    return Event("episode_ended", "901", "made-up", {"end": "drift", "reason": words})


def test_another_date_in_zuora_is_accepted_with_a_reason() -> None:
    """Then the row is synced again and waits for nobody."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.zuora.fails.fail("create_refund", 1, "drop_answer")
    moved = {"done": False}

    def move() -> None:
        for one in world.live():
            if not moved["done"]:
                moved["done"] = True
                world.zuora.put(replace(one, date=one.date.replace(day=1)))

    world.zuora.on_change = move
    result = world.run(desk, plan).results[0]
    assert result.reason.startswith("date:"), result
    assert decide(world, What.ACCEPT).reason == "Decided: Accept the date in Zuora."
    assert world.desk().pending(ReportNever()).by_id["901"].verdict is Verdict.SYNCED


def test_a_row_that_is_set_aside_says_so_and_is_not_synced() -> None:
    """It stays in doubt with the person's words, and another decision takes it up again."""
    world = by_hand()
    assert decide(world, What.SET_ASIDE).result is Result.COMPLETE
    row = world.desk().pending(ReportNever()).by_id["901"]
    assert (row.verdict, row.can_sync) == (Verdict.IN_DOUBT, False)
    assert f"set aside) since {world.clock.wall:%Y-%m-%d %H:%M} UTC: {WHY}" in row.case.desk.open_episode
    assert "set aside" in review(world).aside
    decide(world, What.OTHER_REFUND)
    assert world.one().result is Result.COMPLETE


def test_a_decision_stands_in_the_journal_with_reason_and_what_was_seen() -> None:
    """Who, why, about what, and both systems as they were read."""
    world = by_hand()
    decide(world, What.OTHER_REFUND)
    line = next(one for one in reversed(world.journal.lines()) if one.event.kind == "decision")
    said = line.event.detail
    assert (said["what"], said["reason"], said["about"]) == ("other-refund", WHY, "possible manual refund")
    assert any("R-F1" in sentence for sentence in said["seen"])
    assert any("CR-901" in sentence for sentence in said["seen"])
    assert line.who
    titles = [one.title for one in world.desk().history("901")]
    assert "Decided by a person: It is another refund: do not ask again about exactly these" in titles


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_without_a_reason_is_refused(reason: str) -> None:
    """Nothing is journalled."""
    world = by_hand()
    lines = len(world.journal.lines())
    with pytest.raises(Setup, match="reason"):
        world.desk().decide("901", What.OTHER_REFUND, reason, ReportNever(), world.told.append)
    assert len(world.journal.lines()) == lines


def test_a_decision_that_the_reason_does_not_have_is_refused() -> None:
    """It says which ones there are."""
    desk = by_hand().desk()
    with pytest.raises(Barred, match="skip-apply is no decision on 'possible manual refund'"):
        desk.decide("901", What.SKIP_APPLY, WHY, ReportNever(), lambda event: None)


def test_a_search_that_does_not_answer_opens_nothing_but_setting_aside() -> None:
    """What was not read is never taken for a proof."""
    world = by_hand()
    desk = world.desk()
    desk.pending(ReportNever())
    world.zuora.fails.fail("refunds_of_account", 0, "drop_request")
    assert open_ones(world) == {"set-aside"}


def test_a_refund_voided_in_netsuite_after_its_sync_is_found() -> None:
    """NetSuite's list shows it no more; the journal does. Cancelled in Zuora by hand, a person accepts that."""
    world = synced()
    world.edit(voided=True)
    row = world.desk().pending(ReportNever()).by_id["901"]
    assert (row.verdict, "voided" in row.judgement.why) == (Verdict.IN_DOUBT, True)
    found = review(world)
    assert (found.key, open_ones(world)) == ("voided", {"cancel", "set-aside"})
    world.zuora.cancel("zr1")
    assert "901" not in world.desk().pending(ReportNever()).by_id


def test_a_refund_deleted_in_netsuite_after_its_sync_is_told() -> None:
    """There is no record to judge: it is a problem in words."""
    world = synced()
    del world.netsuite.refunds["901"]
    assert any("901 was synced and is gone" in one for one in world.desk().pending(ReportNever()).problems)


def test_the_vanished_are_read_only_when_the_list_lacks_them() -> None:
    """Completed refunds that it shows cost no call more, a voided one costs one in NetSuite."""
    world = synced()
    assert _reads(world) == 0
    world.edit(voided=True)
    assert _reads(world) == 1


def _reads(world: World) -> int:
    before = world.netsuite.fails.count("read")
    world.desk().pending(ReportNever())
    return world.netsuite.fails.count("read") - before


def held_apply() -> World:
    """A resync whose payment cannot be applied again: another payment has paid the invoice meanwhile."""
    world = synced()
    for key, invoice in list(world.zuora.known_invoices.items()):
        world.zuora.known_invoices[key] = replace(invoice, balance=usd("-500.00"))
    result = undo(world)
    assert result.result is Result.IN_DOUBT, result
    return world


def test_the_loose_money_of_a_held_resync_can_be_left_loose() -> None:
    """The table's own move, then NetSuite is cleared in the same run."""
    world = held_apply()
    assert review(world).key == "held apply"
    assert decide(world, What.SKIP_APPLY).result is Result.COMPLETE
    assert world.refund.zuora_id == ""
    assert world.zuora.fails.count("apply_payment") == 0


def test_a_held_row_is_looked_at_on_demand() -> None:
    """In doubt until later: a person's look goes on at once."""
    world = World()
    world.zuora.fails.fail("create_refund", 0, "drop_request")
    assert world.one().result is Result.IN_DOUBT
    world.zuora.fails.planned.clear()
    assert review(world).key == "held doubt"
    assert decide(world, What.LOOK_AGAIN).result is Result.COMPLETE
    world.assert_done()


def test_a_row_that_waits_says_so_in_the_list_and_in_recover() -> None:
    """Not "recover": recovering does nothing for it."""
    world = by_hand()
    row = world.desk().pending(ReportNever()).by_id["901"]
    assert row.judgement.next_step.startswith("Review shows")
    (told,) = world.recover().results
    assert (told.result, told.next_step) == (Result.IN_DOUBT, row.judgement.next_step)
