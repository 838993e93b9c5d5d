"""Real refund cases for the window's tests: sane defaults, one override per need, judged by the real Book."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nsz_desk.domain.case import Desk, Policy, RefundCase, claim_text
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money, exact
from nsz_desk.domain.records import (
    Application,
    CreditMemo,
    Customer,
    CustomerRefund,
    InvoicePart,
    Kind,
    Payment,
    Period,
    ZuoraAccount,
)
from nsz_desk.engine.lists import Row, row_of
from nsz_desk.rules.book import judge

NOW = datetime(2026, 11, 22, 9, 32, tzinfo=UTC)
LOST = "Answer lost at 14:03 UTC; Zuora may hold the refund."
CLAIM = claim_text(NOW - timedelta(minutes=4), "finance-02")
POLICY = Policy(date(2026, 1, 1), methods={"Check": "Check", "ACH": "ACH", "Wire Transfer": "WireTransfer"})


def money(text: str) -> Money:
    """`12.30 USD` as money."""
    amount, currency = text.split()
    return Money(exact(amount), currency)


def a_case(
    n: int = 1,
    amount: str = "1250.00 USD",
    customer: str = "Northwind Traders",
    *,
    paid: str | None = None,
    invoices: int = 1,
    day: date = date(2026, 11, 18),
    **refund_fields: Any,
) -> RefundCase:
    """A ready case; `n` makes all ids its own, `paid` is the payment's amount, the rest are refund fields."""
    value = money(amount)
    whole = money(paid) if paid else value
    share = Money((whole.amount / invoices).quantize(whole.amount), whole.currency)
    account = ZuoraAccount(f"2c92a{n:03d}", f"A-{n:05d}", customer, value.currency, "")
    refund = CustomerRefund(
        str(10000 + n), f"RF-{10460 + n}", str(500 + n), day, value, "Check", "Refund for an overpaid invoice", "", "",
        "", NOW, NOW, (Application(str(20000 + n), Kind.CREDIT_MEMO, value),), False,
    )  # fmt: skip
    memo = CreditMemo(
        str(20000 + n), f"CM-{2206 + n}", refund.customer_id, value, True, f"2c92pay{n:04d}", None, "", "", "", 1,
        (Application(refund.id, Kind.REFUND, value),), (refund.id,), False,
    )  # fmt: skip
    nothing = Money(value.amount * 0, value.currency)
    parts = tuple(InvoicePart(f"inv{n}{at}", f"INV-{n:04d}-{at}", share, nothing) for at in range(invoices))
    payment = Payment(
        memo.payment_id, f"P-{4000 + n:08d}", account.id, date(2026, 10, 1), whole, nothing, nothing, "Processed", parts
    )
    year = tuple(Period(book, "FY 2026", date(2026, 1, 1), date(2026, 12, 31), True) for book in ("NetSuite", "Zuora"))
    return RefundCase(
        refund=replace(refund, **refund_fields),
        memos=(memo,),
        customer_fact=Customer(refund.customer_id, customer, account.id),
        payment_fact=payment,
        account_fact=account,
        customer_account_fact=account,
        own_refunds_fact=(),
        payment_refunds_fact=(),
        siblings_fact=(),
        netsuite_periods=year[:1],
        zuora_periods=year[1:],
        policy=POLICY,
        now=NOW,
    )


def a_row(case: RefundCase) -> Row:
    """The row of a case, judged."""
    return row_of(case, judge(case))


def company() -> list[RefundCase]:
    """A small company with at least one refund of every verdict, in two currencies."""
    cases = [
        a_case(1, "1250.00 USD", "Northwind Traders"),
        a_case(2, "880.00 EUR", "Alpine Sports AG"),
        a_case(4, "4300.00 USD", "Contoso Ltd", paid="3100.00 USD"),
        a_case(5, "215.40 EUR", "Fabrikam GmbH", method="ACH"),
        a_case(6, "3000.00 USD", "Wide World Importers", paid="10000.00 USD", invoices=5),
        replace(a_case(7, "640.00 USD", "Tailspin Toys"), desk=Desk("desk-1", LOST)),
        replace(a_case(8, "75.00 USD", "Adventure Works"), payment_fact=Unread("Zuora payment", "no answer in 30 s")),
        a_case(10, "12400.00 USD", "Litware Inc", method="Wire Transfer"),
        a_case(11, "410.00 EUR", "Proseware", status_text="Creating Refund", claim_note=CLAIM),
        a_case(13, "99.00 USD", "Margie's Travel"),
        a_case(14, "1875.25 EUR", "Lucerne Publishing"),
        a_case(15, "320.00 USD", "Adventure Works Cycles", method="Barter"),
        a_case(17, "2010.00 USD", "Woodgrove Bank"),
        a_case(18, "57.50 USD", "Graphic Design Institute", memo="x" * 300),
        a_case(19, "1500.00 USD", "Blue Yonder Airlines", status_text="Sync Complete", zuora_id="2c92ref0019"),
        a_case(20, "240.00 USD", "City Power & Light", day=date(2025, 12, 30)),
        a_case(21, "12500 JPY", "Trey Research K.K."),
    ]  # fmt: skip
    unsynced = a_case(22, "510.00 USD", "Coho Vineyard")
    return [*cases, replace(unsynced, customer_fact=Customer("522", "Coho Vineyard", ""))]


def stale_claim(n: int = 95) -> RefundCase:
    """A refund in doubt only because of an old claim, of which Zuora shows nothing: it may be synced alone."""
    old = claim_text(NOW - timedelta(hours=3), "finance-02")
    return a_case(n, "77.00 USD", "Fourth Coffee", status_text="Creating Refund", claim_note=old)


def hostile(n: int = 90) -> RefundCase:
    """A ready refund whose names try everything: markup, reordering, line breaks, endless length."""
    name = '<b onclick="x">Acme</b> \u202eDSU 00.000,1\u202c <img src="x.png">\r\nReady ' + "long " * 200
    return a_case(n, "1.00 USD", name, memo="<a href='x'>pay</a>\u2066", number="RF-<i>90</i>\u202e")
