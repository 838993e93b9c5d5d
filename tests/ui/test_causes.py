"""Causes, not rows: what needs somebody, grouped by the rule that speaks first."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from nsz_desk.domain.facts import Unread, known
from nsz_desk.rules.book import RULES, Verdict
from nsz_desk.ui.pending.causes import WAITS, cause_of, causes
from tests.ui.cases import a_case, a_row, company
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk


def three_barters() -> FakeDesk:
    """The company, and two more refunds of one more customer with a method that is not mapped."""
    first, second = (
        a_case(30, "10.00 USD", "Fourth Coffee", method="Barter"),
        a_case(31, "20.00 EUR", "Fourth Coffee", method="Barter"),
    )
    customer = known(first.customer_fact)
    same = replace(
        second,
        refund=replace(second.refund, customer_id=customer.id),
        memos=tuple(replace(memo, customer_id=customer.id) for memo in known(second.memos)),
        customer_fact=replace(customer, zuora_id=known(second.customer_fact).zuora_id),
    )
    return FakeDesk(cases=[*company(), first, same])


def test_causes_count_refunds_and_customers_and_sum_per_currency() -> None:
    """Most rows first; each with its rule, its words and what would make it pass."""
    found = causes(a_row(case) for case in three_barters().cases)
    assert found[0].rule == "D.6"
    assert found[0].words == "3 refunds of 2 customers: the payment method is not mapped"
    assert [str(total) for total in found[0].totals] == ["20.00 EUR", "330.00 USD"]
    assert all(cause.next_step for cause in found)
    assert sum(cause.rows for cause in found) == 5


def test_only_rows_that_need_somebody_have_a_cause() -> None:
    """Ready, doubtful, manual and done rows have none; an unread fact is a cause like any other."""
    unread = replace(a_case(8), payment_fact=Unread("Zuora payment", "no answer in 30 s"))
    assert cause_of(a_row(unread)) == "2.b"
    for case in company():
        row = a_row(case)
        assert bool(cause_of(row)) == (row.verdict in (Verdict.BLOCKED, Verdict.UNKNOWN)), row.number


def test_every_rule_that_can_block_has_its_words() -> None:
    """A new rule gets its words here, or its statement is shown."""
    blocking = {rule.id for rule in RULES if rule.id[0] in "2PD"} - {"D.1", "D.7", "D.13", "D.14", "D.15"}
    assert blocking <= set(WAITS)


def test_a_cause_narrows_the_list_and_a_refresh_keeps_it(opened: Opened, qtbot: QtBot) -> None:
    """The tile counts causes; the bar appears with it; a chosen cause shows its rows alone until it is gone."""
    desk = three_barters()
    window = opened(desk)
    view = window.pending
    assert not view.causes.isVisible()
    view.show_tile("needs-you")
    assert view.causes.isVisible()
    assert view.causes.button.text() == "All 3 causes"
    next(action for action in view.causes.menu().actions() if action.text().startswith("D.6")).trigger()
    assert [row.number for row in view.table.shown_rows()] == ["RF-10475", "RF-10490", "RF-10491"]
    assert view.causes.button.text() == "Cause D.6"
    with qtbot.waitSignal(view.listed):
        window.refresh()
    assert view.table.rowCount() == 3
    desk.cases = [case for case in desk.cases if case.refund.method != "Barter"]
    with qtbot.waitSignal(view.listed):
        window.refresh()
    assert view.table.cause == ""
    assert view.table.rowCount() == 2
    view.show_tile("")
    assert not view.causes.isVisible()
