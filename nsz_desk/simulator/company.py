"""Builds a company's records in both systems, so that scenarios read as stories.

Amounts are decimal text in the customer's currency. A payment's invoices are made with it and paid in
full by it; a pending refund comes with its own credit memo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from nsz_desk.simulator import zuora_books as books
from nsz_desk.simulator.world import (
    Applied,
    NsCustomer,
    NsMemo,
    NsPayment,
    NsPeriod,
    NsRefund,
    World,
    ZAccount,
    ZInvoice,
    ZPayment,
    ZPeriod,
    ZRefund,
)
from nsz_desk.simulator.zuora_v1 import tenant_split


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer as both systems know it."""

    netsuite: NsCustomer
    account: ZAccount


class Company:
    """Writes records into a world; ids and numbers run on by themselves."""

    def __init__(self, world: World) -> None:
        """Write into `world`; `today` is the world's date, UTC."""
        self.world = world
        self.today = world.now().date()
        self.month = self.today.replace(day=1)

    def day(self, number: int) -> date:
        """Return day `number` of the current month, but never a day to come."""
        return min(self.month + timedelta(days=number - 1), self.today)

    def moment(self, day: date) -> datetime:
        """Return a time of office hours on `day`, in the past."""
        return min(datetime.combine(day, time(14, 30), UTC), self.world.now() - timedelta(minutes=90))

    def periods(self, closed: int, zuora_closed: int) -> None:
        """Make monthly periods, from a year ago to next month.

        Those that lie at least `closed` (in Zuora `zuora_closed`) months before the current one are closed.
        """
        for back in range(12, -2, -1):
            start = _months_before(self.month, back)
            end = _months_before(self.month, back - 1) - timedelta(days=1)
            name = f"{start:%b %Y}"
            ns_id = str(300 - back)
            self.world.ns_periods[ns_id] = NsPeriod(ns_id, name, start, end, closed=back >= closed)
            period = ZPeriod(books.zuora_id(f"period {name}"), name, start, end)
            period.status = "Closed" if back >= zuora_closed else "Open"
            self.world.zuora_periods[period.id] = period

    def customer(self, name: str, currency: str, *, known: bool = True, parent: Customer | None = None) -> Customer:
        """Make a customer and its account; `known` fills the customer's Zuora ID."""
        serial = self.world.serial("customer")
        account = ZAccount(
            id=books.zuora_id(f"account {serial}"), number=f"A{serial:08d}", name=name, currency=currency,
            parent_id=parent.account.id if parent else "", integration_id=str(1200 + serial),
        )  # fmt: skip
        customer = NsCustomer(
            str(1200 + serial), name, account.id if known else "", currency, modified=self.moment(self.month)
        )
        self.world.accounts[account.id] = account
        self.world.customers[customer.id] = customer
        return Customer(customer, account)

    def payment(
        self, customer: Customer, *invoices: str, day: date, loose: str = "0", status: str = "Processed"
    ) -> ZPayment:
        """Make a payment that pays one invoice per amount, and holds `loose` money beside."""
        serial = self.world.serial("payment")
        currency, made = customer.account.currency, self.moment(day)
        paid = {self._invoice(customer, Decimal(amount), day): Decimal(amount) for amount in invoices}
        payment = ZPayment(
            id=books.zuora_id(f"payment {serial}"), number=f"P-{serial:08d}", account_id=customer.account.id, date=day,
            amount=sum(paid.values(), Decimal(loose)), currency=currency, status=status, created=made, updated=made,
            applied=dict(paid), paid=dict(paid), unapplied=Decimal(loose),
        )  # fmt: skip
        self.world.payments[payment.id] = payment
        return payment

    def _invoice(self, customer: Customer, amount: Decimal, day: date) -> str:
        serial = self.world.serial("invoice")
        invoice = ZInvoice(
            id=books.zuora_id(f"invoice {serial}"), number=f"INV{serial:08d}", account_id=customer.account.id,
            date=day - timedelta(days=20), amount=amount, balance=Decimal(0), currency=customer.account.currency,
        )  # fmt: skip
        self.world.invoices[invoice.id] = invoice
        return invoice.id

    def reference(self, customer: Customer, payment: ZPayment) -> str:
        """Make the NetSuite payment that stands for a Zuora payment, and return its internal id."""
        serial = self.world.serial("netsuite payment")
        made = NsPayment(
            id=str(27_000 + serial), number=f"PYMT-{serial:05d}", customer_id=customer.netsuite.id,
            zuora_id=payment.id, amount=payment.amount, currency=payment.currency, date=payment.date,
        )  # fmt: skip
        self.world.ns_payments[made.id] = made
        return made.id

    def memo(self, customer: Customer, amount: str, payment_id: str, day: date, **more: Any) -> NsMemo:
        """Make a credit memo that names `payment_id`; `more` are fields of the memo."""
        serial, made = self.world.serial("memo"), self.moment(day)
        memo = NsMemo(
            id=str(31_000 + serial), number=f"CM-{200 + serial}", customer_id=customer.netsuite.id, date=day,
            amount=Decimal(amount), currency=customer.netsuite.currency, created=made, modified=made,
            zuora_payment_id=payment_id,
        )  # fmt: skip
        for name, value in more.items():
            setattr(memo, name, value)
        self.world.memos[memo.id] = memo
        return memo

    def refund(self, customer: Customer, amount: str, day: date, *memos: NsMemo, **more: Any) -> NsRefund:
        """Make a customer refund applied to `memos`, the whole of each; `more` are fields of the refund."""
        serial, made = self.world.serial("netsuite refund"), self.moment(day)
        refund = NsRefund(
            id=str(48_000 + serial), number=f"CR-{1000 + serial}", customer_id=customer.netsuite.id, date=day,
            amount=Decimal(amount), currency=customer.netsuite.currency, method="Check", memo="", created=made,
            modified=made, applied_to=[Applied(memo.id, "credit_memo", memo.amount) for memo in memos],
        )  # fmt: skip
        for name, value in more.items():
            setattr(refund, name, value)
        self.world.refunds[refund.id] = refund
        return refund

    def pending(self, customer: Customer, payment: ZPayment, amount: str, day: date, **more: Any) -> NsRefund:
        """Make a pending refund and its memo; what begins with ``memo__`` is a field of the memo."""
        of_memo = {name[6:]: value for name, value in more.items() if name.startswith("memo__")}
        of_refund = {name: value for name, value in more.items() if not name.startswith("memo__")}
        memo = self.memo(customer, amount, payment.id, day, **of_memo)
        return self.refund(customer, amount, day, memo, **of_refund)

    def zuora_refund(self, payment: ZPayment, amount: str, day: date, of: NsRefund | None = None) -> ZRefund:
        """Write a Zuora refund: of a NetSuite refund, or by hand."""
        marks = {}
        if of is not None:
            marks = {"integration_id": of.id, "origin": "NETSUITE"}
        exact = Decimal(amount)
        wish = books.Wish(
            payment=payment, amount=exact, type="External", method="Check", date=day, comment=of.memo if of else "",
            taken=tenant_split(payment, exact), marks=marks, route="crud" if of else "by hand",
        )  # fmt: skip
        made = books.record(self.world, wish)
        made.created = made.updated = self.moment(day)
        return made

    def synced(self, customer: Customer, payment: ZPayment, amount: str, day: date, **more: Any) -> NsRefund:
        """Make a refund that was synced before, with everything a sync leaves in both systems."""
        refund = self.pending(customer, payment, amount, day, **more)
        made = self.zuora_refund(payment, amount, day, refund)
        stamp = f"{made.created:%Y-%m-%dT%H:%M:%SZ}"
        made.sync_date, made.transferred_to_accounting = stamp, "Yes"
        made.transaction = f"{customer.netsuite.name} {day.isoformat()}"
        memo = self.world.memos[refund.applied_to[0].doc]
        for record in (refund, memo):
            record.integration_status, record.zuora_id = "Sync Complete", made.id
        refund.sync_date = stamp
        return refund


def _months_before(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
