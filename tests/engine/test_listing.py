"""The list of pending refunds: facts joined by id, missing ones kept missing, each row judged."""

from dataclasses import replace
from datetime import date

import pytest

from nsz_desk.domain.errors import Cancelled, DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.listing import Judge, pending_of, read_sources
from nsz_desk.engine.lists import PENDING, row_json
from nsz_desk.engine.results import Pending
from nsz_desk.rules.book import Verdict
from nsz_desk.rules.rule import Answer
from tests.builders import a_period, usd
from tests.engine.worlds import CREATING, World
from tests.fakes import ReportNever, StopWhen


def listed(world: World) -> Pending:
    """The judged list."""
    return world.desk().pending(ReportNever())


def test_a_plain_refund_is_ready() -> None:
    """All facts are there and all rules hold."""
    (row,) = listed(World()).rows
    assert (row.id, row.number, row.customer, row.memo_number) == ("901", "CR-901", "Acme Inc.", "CM-801")
    assert (row.payment, row.account_id, row.status) == ("P-1", "acc-1", "")
    assert (row.verdict, row.can_sync) == (Verdict.READY, True)
    assert row.judgement.why == ""


def test_rows_come_by_date_and_number_and_can_be_found_by_id() -> None:
    """A stable order of the desk's own, whatever NetSuite's was."""
    world = World()
    for n, day in ((4, 20), (2, 16), (3, 16)):
        world.add(n, date=date(2026, 3, day))
    found = listed(world)
    assert [row.id for row in found.rows] == ["901", "902", "903", "904"]
    assert found.by_id["903"].number == "CR-903"
    assert found.as_of == world.clock.wall


def test_the_list_is_read_in_a_fixed_number_of_calls() -> None:
    """Never one call per row: as many for twenty refunds as for one."""

    def calls(world: World) -> int:
        world.zuora.fails.calls.clear()
        world.netsuite.fails.calls.clear()
        listed(world)
        return len(world.zuora.fails.calls) + len(world.netsuite.fails.calls)

    many = World()
    for n in range(2, 21):
        many.add(n)
    assert calls(many) == calls(World()) == 7


@pytest.mark.parametrize(
    ("verb", "rules", "problem"),
    [
        ("payments", {"2.b", "2.c", "M.1", "D.2", "D.3", "D.5"}, "Zuora payments: "),
        ("accounts", {"2.b", "D.3"}, "Zuora accounts: "),
        ("refunds_updated_since", {"D.1", "D.2", "D.12"}, "Zuora refunds: "),
    ],
)
def test_a_part_that_zuora_does_not_answer_stays_unknown(verb: str, rules: set[str], problem: str) -> None:
    """The rules that need it answer UNKNOWN, never PASS; the row is not ready, and the problem is noted."""
    world = World()
    world.zuora.fails.fail(verb, 1, "drop_request")
    found = listed(world)
    (row,) = found.rows
    unknown = {one.rule for one in row.judgement.findings if one.answer is Answer.UNKNOWN}
    assert unknown == rules
    assert (row.verdict, row.can_sync) == (Verdict.UNKNOWN, False)
    assert found.problems == (problem + "The connection broke.",)


@pytest.mark.parametrize("book", ["netsuite", "zuora"])
def test_periods_that_cannot_be_read_are_a_note(book: str) -> None:
    """D.11 passes with a note; the row stays ready."""
    world = World()
    side = world.netsuite.fails if book == "netsuite" else world.zuora.fails
    side.fail("periods", 1, "drop_request")
    found = listed(world)
    assert found.rows[0].verdict is Verdict.READY
    assert "periods not read" in found.rows[0].judgement.finding("D.11").note
    assert len(found.problems) == 1


def test_a_list_that_netsuite_does_not_answer_is_no_list() -> None:
    """Half a list would look like the whole."""
    world = World()
    world.netsuite.fails.fail("pending", 1, "drop_request")
    with pytest.raises(DeskError, match="The connection broke"):
        listed(world)


def test_a_memo_or_customer_that_is_missing_makes_its_row_unknown_only() -> None:
    """The other rows go on."""
    world = World()
    world.add(2)
    world.add(3)
    del world.netsuite.memos["802"]
    del world.netsuite.customers["503"]
    found = listed(world)
    assert [row.verdict for row in found.rows] == [Verdict.READY, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert found.rows[1].judgement.finding("1.d").answer is Answer.UNKNOWN
    assert found.rows[2].judgement.finding("1.a").answer is Answer.UNKNOWN


def test_applied_rows_that_could_not_be_read_are_unknown() -> None:
    """Unread is never "applied to nothing"."""
    world = World()
    world.edit(applied=Unread("applied rows", "not allowed"))
    (row,) = listed(world).rows
    assert row.verdict is Verdict.UNKNOWN
    assert row.judgement.finding("2.a").answer is Answer.UNKNOWN


def test_siblings_on_one_payment_are_counted_and_noted() -> None:
    """Two refunds of 100.00 fit into 250.00 and know of each other; with a third none fits."""
    world = World()
    world.add(2, payment="p-1")
    two = listed(world).rows
    assert [row.verdict for row in two] == [Verdict.READY] * 2
    assert two[0].judgement.finding("D.14").note == "Also on this payment: CR-902."
    world.add(3, payment="p-1")
    assert {row.judgement.why[:4] for row in listed(world).rows} == {"D.2 "}


def test_a_sibling_that_is_made_already_is_not_counted_twice() -> None:
    """Its live Zuora refund is in the payment's total; its own pending row is not added to that."""
    world = World()
    world.add(2, payment="p-1")
    world.foreign(integration_id="902", amount=usd("100.00"))
    rows = {row.id: row for row in listed(world).rows}
    assert rows["901"].verdict is Verdict.READY
    assert rows["902"].verdict is Verdict.IN_DOUBT


@pytest.mark.parametrize("change", [{"voided": True}, {"status_text": "Sync Complete", "zuora_id": "zr5"}])
def test_siblings_that_are_over_do_not_count(change: dict[str, object]) -> None:
    """Voided or complete: the row that is left is ready."""
    world = World()
    world.add(2, payment="p-1")
    world.add(3, payment="p-1")
    world.netsuite.refunds["903"] = replace(world.netsuite.refunds["903"], **change)  # type: ignore[arg-type]
    rows = {row.id: row for row in listed(world).rows}
    assert [rows[key].verdict for key in ("901", "902")] == [Verdict.READY] * 2


def test_two_refunds_on_one_memo_are_both_blocked() -> None:
    """One memo stands for one refund."""
    world = World()
    world.add(2)
    world.netsuite.refunds["902"] = replace(world.netsuite.refunds["902"], applied=world.refund.applied)
    rows = listed(world).rows
    assert [row.verdict for row in rows] == [Verdict.BLOCKED] * 2
    assert [row.judgement.finding("D.9").answer for row in rows] == [Answer.FAIL] * 2


def test_a_refund_before_the_cutover_is_counted_and_not_listed() -> None:
    """Without the cutover every refund ever made would be pending."""
    world = World()
    world.add(2, date=date(2025, 12, 31))
    found = listed(world)
    assert [row.id for row in found.rows] == ["901"]
    assert found.older == 1


def test_a_live_zuora_refund_with_our_id_puts_the_row_in_doubt() -> None:
    """It is not sent again by a list that was not looked at: not even by name."""
    world = World()
    world.foreign(integration_id="901")
    (row,) = listed(world).rows
    assert (row.verdict, row.can_sync) == (Verdict.IN_DOUBT, False)


def test_an_old_claim_without_a_zuora_refund_may_be_synced_by_name() -> None:
    """In doubt, but nothing else speaks against it."""
    world = World()
    world.edit(status_text=CREATING, claim_note="2026-03-20T08:00:00Z desk-9")
    (row,) = listed(world).rows
    assert (row.verdict, row.can_sync) == (Verdict.IN_DOUBT, True)


def test_an_old_claim_with_another_failing_rule_may_not() -> None:
    """A closed period beside the old claim."""
    world = World()
    world.edit(status_text=CREATING, claim_note="2026-03-20T08:00:00Z desk-9")
    world.zuora.all_periods = (a_period("Zuora", is_open=False),)
    assert listed(world).rows[0].can_sync is False


def test_a_refund_outside_the_list_is_planned_by_itself() -> None:
    """Named by its id it is read alone, judged, and refused with the reason; an unknown id says so."""
    world = World()
    world.add(2, date=date(2025, 12, 31))
    batch = world.plan(None, "902", "777", "x1")
    assert batch.plans == ()
    assert [why[:40] for _, _, why in batch.refused] == [
        "not selected: D.13 Refund date 2025-12-3",
        "NetSuite has no customer refund with thi",
        "NetSuite has no customer refund with thi",
    ]


def test_the_user_can_stop_the_reading() -> None:
    """At a safe place between two systems."""
    world = World()
    stop = StopWhen(lambda: True)
    with pytest.raises(Cancelled):
        read_sources(world.netsuite, world.zuora, world.policy, stop)


def test_only_some_rows_can_be_judged() -> None:
    """For a refresh of a few."""
    world = World()
    world.add(2)
    desk = world.desk()
    desk.pending(ReportNever())
    sources = read_sources(world.netsuite, world.zuora, world.policy, ReportNever())
    judge = Judge(sources, world.policy, desk._knowledge)
    assert [row.id for row in pending_of(sources, judge, ["902"]).rows] == ["902"]


def test_two_thousand_rows_are_judged_each_by_its_own_facts() -> None:
    """Every hundredth is spoilt in its own way, and only those are not ready."""
    world = World()
    for n in range(2, 2001):
        world.add(n)
    spoilt = {f"90{n}" for n in range(100, 2001, 100)}
    for key in spoilt:
        world.netsuite.refunds[key] = replace(world.netsuite.refunds[key], method="Barter")
    rows = listed(world).rows
    assert len(rows) == 2000
    assert {row.id for row in rows if row.verdict is not Verdict.READY} == spoilt
    assert {row.account_id for row in rows} == {f"acc-{n}" for n in range(1, 2001)}


def test_a_row_in_the_contracts_form_is_complete() -> None:
    """Money with its currency, the date as it is, every rule with its answer."""
    (row,) = listed(World()).rows
    said = row_json(row)
    assert said["amount"] == {"amount": "100.00", "currency": "USD"}
    assert (said["date"], said["verdict"], said["credit_memo"]) == ("2026-03-15", "ready", "CM-801")
    assert isinstance(said["findings"], list)
    assert len(said["findings"]) == 27
    assert [column.key for column in PENDING if column.value(row) is None] == []
