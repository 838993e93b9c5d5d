"""The scenarios: the demo company has the cases it promises, a month end is seeded, balanced and quick."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from nsz_desk.simulator import scenario_demo
from nsz_desk.simulator.scenarios import build
from nsz_desk.simulator.world import NsMemo, NsRefund, World, ZPayment
from nsz_desk.simulator.world_listing import listing
from nsz_desk.simulator.zuora_books import is_live, refunded

DONE = "Sync Complete"


def first_memo(world: World, refund: NsRefund) -> NsMemo:
    """The memo that the refund is applied to first."""
    return world.memos[refund.applied_to[0].doc]


def payment_of(world: World, refund: NsRefund) -> ZPayment | None:
    """The payment that the refund's memo names."""
    return world.payments.get(first_memo(world, refund).zuora_payment_id)


def is_clean(world: World, refund: NsRefund) -> bool:
    """Judge the plain rules once more, from the rules page and not from the scenario."""
    memo, payment = first_memo(world, refund), payment_of(world, refund)
    customer = world.customers[refund.customer_id]
    if payment is None or refund.integration_status or refund.zuora_id or refund.voided or memo.voided:
        return False
    whole_cents = refund.amount == round(refund.amount, 0 if refund.currency == "JPY" else 2)
    partial_split = len(payment.applied) > 1 and refund.amount != sum(payment.applied.values())
    return (
        customer.zuora_id == payment.account_id
        and len(refund.applied_to) == 1
        and refund.amount == refund.applied_to[0].amount == memo.amount <= payment.amount - refunded(payment)
        and memo.create_zuora_refund and not memo.created_from and not memo.applied_to
        and payment.status == "Processed" and payment.date <= refund.date
        and refund.currency == payment.currency and refund.method != "Barter" and whole_cents and not partial_split
    )  # fmt: skip


@pytest.mark.parametrize("name", ["demo", "month-end"])
def test_every_payment_balances_and_knows_its_refunds(name: str) -> None:
    """Amount = applied + loose + the sum of live refunds, for every payment, to the cent."""
    world = build(name, refunds=200, seed=3)
    live: dict[str, Decimal] = {}
    for made in world.zuora_refunds.values():
        if is_live(made):
            live[made.payment_id] = live.get(made.payment_id, Decimal(0)) + made.amount
    assert live
    for payment in world.payments.values():
        assert refunded(payment) == live.get(payment.id, Decimal(0)), payment.number
        assert all(part > 0 for part in payment.applied.values())


def test_the_demo_has_many_clean_refunds_in_two_currencies_and_whole_split_payments() -> None:
    """At least fifteen with which nothing is wrong, dollars and euros, one of them over three invoices."""
    world = build("demo")
    clean = [one for one in world.refunds.values() if is_clean(world, one)]
    assert len(clean) >= 15
    assert {one.currency for one in clean} == {"USD", "EUR"}
    assert any(len(payment.applied) == 3 for one in clean if (payment := payment_of(world, one)))


def test_the_demo_has_the_cases_that_fail() -> None:
    """Each kind of trouble is there at least once, found by its facts."""
    world = build("demo")
    refunds = list(world.refunds.values())
    memos = {one.id: first_memo(world, one) for one in refunds}
    found = {
        "1.a": any(not world.customers[one.customer_id].zuora_id for one in refunds),
        "1.c": any(one.amount > sum(row.amount for row in one.applied_to) for one in refunds),
        "1.d": any(not memo.create_zuora_refund for memo in memos.values()),
        "2.a": any(len(one.applied_to) > 1 for one in refunds),
        "2.b blank": any(memo.create_zuora_refund and not memo.zuora_payment_id for memo in memos.values()),
        "2.b unknown": any(memo.zuora_payment_id not in {"", *world.payments} for memo in memos.values()),
        "2.b other account": any(
            (payment := payment_of(world, one))
            and world.customers[one.customer_id].zuora_id not in {"", payment.account_id}
            for one in refunds
        ),
        "2.b status": any((payment := payment_of(world, one)) and payment.status != "Processed" for one in refunds),
        "2.c": any((payment := payment_of(world, one)) and one.amount > payment.amount for one in refunds),
        "P.1": any(memo.created_from for memo in memos.values()),
        "P.2": any(memo.applied_to for memo in memos.values()),
        "P.4": any(len(one.applied_to) == 1 and one.amount < memos[one.id].amount for one in refunds),
        "D.3": any((payment := payment_of(world, one)) and one.currency != payment.currency for one in refunds),
        "D.4": any(one.currency == "JPY" and one.amount % 1 for one in refunds),
        "D.5": any((payment := payment_of(world, one)) and one.date < payment.date for one in refunds),
        "D.6": any(one.method == "Barter" for one in refunds),
        "D.7": any(len(one.memo) > 255 for one in refunds),
        "D.8": any(memo.voided for memo in memos.values()),
        "D.9": len({memo.id for memo in memos.values()}) < len(memos),
        "D.15 no id": any(one.integration_status == DONE and not one.zuora_id for one in refunds),
        "D.15 no status": any(one.zuora_id and not one.integration_status for one in refunds),
        "hostile": any("\u202e" in customer.name and "<b>" in customer.name for customer in world.customers.values()),
        "formula": any(one.memo.startswith("=HYPERLINK") for one in refunds),
    }
    assert [name for name, there in found.items() if not there] == []
    splits = {
        len(payment.applied) for one in refunds if (payment := payment_of(world, one)) and one.amount < payment.amount
    }
    assert {3, 5} <= splits


def test_the_demo_has_doubtful_and_finished_refunds() -> None:
    """One create whose refund lives, one that has none, one fresh claim; several synced with all their marks."""
    world = build("demo")
    ours = {made.integration_id: made for made in world.zuora_refunds.values() if made.integration_id}
    creating = [one for one in world.refunds.values() if one.integration_status.startswith("Creating")]
    assert len(creating) == 3
    assert len([one for one in creating if one.id in ours]) == 1
    ages = sorted((world.now() - datetime.fromisoformat(one.sync_date.split()[0])).total_seconds() for one in creating)
    assert ages[0] < 75 * 60 < ages[1]
    synced = [one for one in world.refunds.values() if one.integration_status == DONE and one.zuora_id]
    assert len(synced) >= 4
    for one in synced:
        made, memo = world.zuora_refunds[one.zuora_id], first_memo(world, one)
        assert (made.integration_id, made.status, made.transferred_to_accounting) == (one.id, "Processed", "Yes")
        assert (memo.integration_status, memo.zuora_id, made.amount) == (DONE, one.zuora_id, one.amount)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 31), date(2028, 2, 29), date(2026, 11, 2)])
def test_the_demo_can_start_on_any_day(today: date) -> None:
    """No record of it lies in the future but one payment, its periods fit, and one refund is before the cutover."""
    world = World(lambda: datetime(today.year, today.month, today.day, 0, 20, tzinfo=UTC))
    scenario_demo.fill(world)
    cutover = date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, today.month - 1, 1)
    assert all(one.date <= today and one.created <= world.now() for one in world.refunds.values())
    assert sum(one.date < cutover for one in world.refunds.values()) == 1
    closed = [one for one in world.zuora_periods.values() if one.status == "Closed"]
    in_closed = [one for one in world.refunds.values() if any(p.start <= one.date <= p.end for p in closed)]
    assert len([one for one in in_closed if one.date >= cutover]) == 1
    assert sum(is_clean(world, one) for one in world.refunds.values()) >= 15


def test_a_month_end_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    """Records are equal but for times of day; the settlement mode follows the seed."""

    def facts(seed: int) -> list[tuple[str, Decimal, str]]:
        world = build("month-end", refunds=60, seed=seed)
        return [(one.id, one.amount, one.method) for one in world.refunds.values()]

    assert facts(5) == facts(5) != facts(6)
    assert build("month-end", refunds=3, seed=5).tenant.invoice_settlement is True
    assert build("month-end", refunds=3, seed=6).tenant.invoice_settlement is False


def test_a_month_end_has_its_shares() -> None:
    """Of 1,000 pending refunds a few per cent fail, a third of the payments has room for another, some are split."""
    world = build("month-end", refunds=1000, seed=1)
    pending = [one for one in world.refunds.values() if not one.integration_status]
    assert len(pending) == 1000
    assert 5 <= sum(not is_clean(world, one) for one in pending) <= 70
    roomy = [one for one in pending if (payment := payment_of(world, one)) and payment.amount >= 2 * one.amount]
    assert 280 <= len(roomy) <= 390
    split = [one for one in pending if (payment := payment_of(world, one)) and len(payment.applied) > 1]
    assert split
    assert {one.currency for one in pending} == {"USD", "EUR"}
    assert len(world.zuora_refunds) >= 100


def test_ten_thousand_refunds_are_built_and_listed_quickly() -> None:
    """Building takes under three seconds and listing the world under three more."""
    start = time.process_time()
    world = build("month-end", refunds=10_000, seed=1)
    built = time.process_time()
    assert built - start < 3
    assert len(listing(world)) == 4
    assert time.process_time() - built < 3
