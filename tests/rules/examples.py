"""For each rule a case in which it holds, one in which it does not, and one in which nobody knows.

A value of None means that there can be no such case; NEVER_FAILS and NEVER_UNKNOWN say so by name.
"""

from datetime import date, timedelta

from nsz_desk.domain.case import Desk, RefundCase, claim_text
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Kind
from tests.builders import (
    DESK,
    NOW,
    a_case,
    a_case_over,
    a_customer,
    a_memo,
    a_part,
    a_payment,
    a_period,
    a_refund,
    a_sibling,
    a_zuora_refund,
    an_account,
    money,
    row,
    usd,
)

GAP = Unread("fact", "not readable")
TWIN = a_zuora_refund(integration_id="", origin="", date=date(2026, 3, 10))
OLD_CLAIM = claim_text(NOW - timedelta(hours=5), "desk-9")
TWO_PARTS = (a_part(1, "150.00"), a_part(2, "100.00"))

# These look only at what no listing can miss, and D.11 takes unread periods for a note.
NEVER_UNKNOWN = {"1.b", "D.4", "D.6", "D.7", "D.11", "D.13", "D.15"}
NEVER_FAILS = {"D.7", "D.14"}

PASSING: dict[str, list[RefundCase]] = {
    "1.a": [a_case(customer_fact=a_customer(zuora_id="A00001"))],
    "1.b": [
        a_case(refund=a_refund(status_text="")),
        a_case(refund=a_refund(status_text="Error Creating Refund")),
        a_case(refund=a_refund(status_text="Creating Refund...")),
        a_case(refund=a_refund(status_text="Something Else")),
    ],
    "1.c": [
        a_case(refund=a_refund(applied=(row(amount=usd("60.00")), row("802", amount=usd("40.00"))))),
        a_case(refund=a_refund(applied=(row(amount=usd("100.000")),))),
    ],
    "1.d": [a_case(memos=(a_memo(create_zuora_refund=False), a_memo(id="802")))],
    "2.a": [a_case()],
    "2.b": [
        a_case(payment_fact=a_payment(status="PROCESSED")),
        a_case(customer_account_fact=an_account(id="acc-0"), account_fact=an_account(parent_id="acc-0")),
        a_case(customer_account_fact=an_account(parent_id="acc-9"), account_fact=an_account(id="acc-9")),
    ],
    "2.c": [a_case(), a_case(payment_fact=a_payment(amount=usd("100.00")))],
    "P.1": [a_case()],
    "P.2": [a_case(memo=a_memo(applied=())), a_case(memo=a_memo(applied=(row("77", Kind.OTHER),)))],
    "P.3": [a_case()],
    "P.4": [a_case()],
    "M.1": [
        a_case(),
        a_case(payment_fact=a_payment(parts=())),
        a_case(payment_fact=a_payment(amount=usd("100.00"), parts=TWO_PARTS)),
        a_case(payment_fact=a_payment(unapplied=usd("100.00"), parts=TWO_PARTS)),
    ],
    "D.1": [
        a_case(own_refunds_fact=(a_zuora_refund(status="Canceled"),)),
        a_case(refund=a_refund(status_text="Creating Refund", claim_note=claim_text(NOW, DESK)), desk=Desk(DESK)),
    ],
    "D.2": [
        a_case(payment_fact=a_payment(refunded=usd("150.00"))),
        a_case(siblings_fact=(a_sibling(payment_id="p-1", amount=usd("150.00")),)),
        a_case(siblings_fact=(a_sibling(payment_id="p-2", amount=usd("9999.00")),)),
        a_case(payment_fact=a_payment(refunded=usd("250.00")), own_refunds_fact=(a_zuora_refund(),)),
    ],
    "D.3": [a_case()],
    "D.4": [a_case(), a_case_over(money("0.001", "KWD"))],
    "D.5": [a_case(payment_fact=a_payment(date=date(2026, 3, 15)))],
    "D.6": [a_case(refund=a_refund(method="Wire Transfer"))],
    "D.7": [a_case(), a_case(refund=a_refund(memo="x" * 256))],
    "D.8": [a_case()],
    "D.9": [a_case(siblings_fact=(a_sibling(),)), a_case(memo=a_memo(refunds=()))],
    "D.10": [
        a_case(memo=a_memo(reference_zuora_id=None)),
        a_case(memo=a_memo(reference_zuora_id="")),
        a_case(memo=a_memo(reference_zuora_id="p-1")),
    ],
    "D.11": [
        a_case(netsuite_periods=GAP, zuora_periods=GAP),
        a_case(zuora_periods=()),
        a_case(netsuite_periods=(a_period(is_open=False),), desk=Desk(overrides={"D.11": "agreed with audit"})),
    ],
    "D.12": [
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="902"),)),
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="", amount=usd("99.99")),)),
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="", date=date(2026, 3, 7)),)),
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="", status="Canceled"),)),
        a_case(payment_refunds_fact=(TWIN,), desk=Desk(ignored_refunds=frozenset({"r-1"}))),
        a_case(payment_refunds_fact=(TWIN,), desk=Desk(overrides={"D.12": "another one"})),
    ],
    "D.13": [a_case(refund=a_refund(date=date(2026, 1, 1)))],
    "D.14": [a_case(), a_case(siblings_fact=(a_sibling(payment_id="p-1"),))],
    "D.15": [
        a_case(refund=a_refund(status_text="Sync Complete", zuora_id="r-1")),
        a_case(refund=a_refund(status_text="", zuora_id=" ")),
    ],
}

FAILING: dict[str, list[RefundCase]] = {
    "1.a": [a_case(customer_fact=a_customer(zuora_id="  "))],
    "1.b": [
        a_case(refund=a_refund(status_text="Sync Complete", zuora_id="r-1")),
        a_case(refund=a_refund(status_text="sync complete. ", zuora_id="r-1")),
    ],
    "1.c": [
        a_case(refund=a_refund(applied=())),
        a_case(refund=a_refund(applied=(row(amount=usd("99.99")),))),
        a_case(refund=a_refund(applied=(row(amount=usd("100.01")),))),
    ],
    "1.d": [a_case(memo=a_memo(create_zuora_refund=False)), a_case(memos=())],
    "2.a": [
        a_case(refund=a_refund(applied=(row(amount=usd("60.00")), row("802", amount=usd("40.00"))))),
        a_case(refund=a_refund(applied=(row("700", Kind.INVOICE),))),
        a_case(refund=a_refund(applied=(row("700", Kind.OTHER),))),
    ],
    "2.b": [
        a_case(memo=a_memo(payment_id=" ", reference_zuora_id=None)),
        a_case(payment_fact=None, account_fact=None),
        a_case(account_fact=an_account(id="acc-2", name="Bolt Ltd.")),
        a_case(customer_account_fact=None),
        a_case(payment_fact=a_payment(status="Canceled")),
        a_case(payment_fact=a_payment(status="Processing")),
    ],
    "2.c": [a_case(payment_fact=a_payment(amount=usd("99.99")))],
    "P.1": [
        a_case(memo=a_memo(created_from="INV-7")),
        a_case(memo=a_memo(customer_id="502")),
        a_case(memo=a_memo(item_lines=0)),
    ],
    "P.2": [a_case(memo=a_memo(applied=(row("901", Kind.REFUND), row("700", Kind.INVOICE))))],
    "P.3": [
        a_case(memo=a_memo(create_zuora_refund=False)),
        a_case(memo=a_memo(payment_id="", reference_zuora_id=None)),
    ],
    "P.4": [
        a_case(memo=a_memo(amount=usd("120.00"))),
        a_case(refund=a_refund(amount=usd("80.00"), applied=(row(amount=usd("80.00")),))),
        a_case(refund=a_refund(applied=(row(amount=usd("60.00")), row("802", amount=usd("40.00"))))),
    ],
    "M.1": [
        a_case(payment_fact=a_payment(parts=TWO_PARTS)),
        a_case(payment_fact=a_payment(parts=TWO_PARTS, unapplied=usd("99.99"))),
    ],
    "D.1": [
        a_case(own_refunds_fact=(a_zuora_refund(),)),
        a_case(own_refunds_fact=(a_zuora_refund(status="Pending"),)),
        a_case(refund=a_refund(status_text="Creating Refund", claim_note=OLD_CLAIM)),
        a_case(refund=a_refund(status_text="Creating Refund", claim_note="", modified=None)),
    ],
    "D.2": [
        a_case(payment_fact=a_payment(refunded=usd("150.01"))),
        a_case(siblings_fact=(a_sibling(payment_id="p-1", amount=usd("150.01")),)),
        a_case(payment_fact=a_payment(refunded=usd("200.00")), own_refunds_fact=(a_zuora_refund(status="Canceled"),)),
    ],
    "D.3": [
        a_case(memo=a_memo(amount=money("100.00", "EUR"))),
        a_case(payment_fact=a_payment(amount=money("250.00", "EUR"))),
        a_case(account_fact=an_account(currency="CAD")),
        a_case(account_fact=None),
    ],
    "D.4": [
        a_case_over(usd("0.00")),
        a_case_over(usd("-5.00")),
        a_case_over(usd("10.005")),
        a_case_over(money("100.5", "JPY")),
    ],
    "D.5": [a_case(payment_fact=a_payment(date=date(2026, 3, 16)))],
    "D.6": [a_case(refund=a_refund(method="Barter")), a_case(refund=a_refund(method=""))],
    "D.8": [a_case(refund=a_refund(voided=True)), a_case(memo=a_memo(voided=True))],
    "D.9": [
        a_case(siblings_fact=(a_sibling(memo_ids=("803", "801")),)),
        a_case(memo=a_memo(refunds=("901", "902"))),
    ],
    "D.10": [
        a_case(memo=a_memo(reference_zuora_id="p-2")),
        a_case(memo=a_memo(payment_id="", reference_zuora_id="p-1")),
    ],
    "D.11": [
        a_case(netsuite_periods=(a_period(is_open=False),)),
        a_case(zuora_periods=(a_period("Zuora", is_open=False),), netsuite_periods=GAP),
    ],
    "D.12": [
        a_case(payment_refunds_fact=(TWIN,)),
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="", date=date(2026, 3, 8)),)),
        a_case(payment_refunds_fact=(a_zuora_refund(integration_id="", date=date(2026, 3, 22), status="Odd"),)),
    ],
    "D.13": [a_case(refund=a_refund(date=date(2025, 12, 31)), netsuite_periods=(), zuora_periods=())],
    "D.15": [
        a_case(refund=a_refund(status_text="Sync Complete", zuora_id="")),
        a_case(refund=a_refund(status_text="", zuora_id="r-1")),
        a_case(refund=a_refund(status_text="Error Creating Refund", zuora_id="r-1")),
    ],
}

UNREAD: dict[str, list[RefundCase]] = {
    "1.a": [a_case(customer_fact=GAP)],
    "1.c": [
        a_case(refund=a_refund(applied=GAP)),
        a_case(refund=a_refund(applied=(row(amount=money("100.00", "EUR")),))),
    ],
    "1.d": [a_case(memos=GAP)],
    "2.a": [a_case(refund=a_refund(applied=GAP))],
    "2.b": [
        a_case(memos=GAP),
        a_case(payment_fact=GAP),
        a_case(account_fact=GAP),
        a_case(customer_account_fact=GAP),
    ],
    "2.c": [
        a_case(payment_fact=GAP),
        a_case(payment_fact=None),
        a_case(payment_fact=a_payment(amount=money("250.00", "EUR"))),
    ],
    "P.1": [a_case(memos=GAP), a_case(memo=a_memo(item_lines=GAP)), a_case(memos=())],
    "P.2": [a_case(memos=GAP), a_case(memo=a_memo(applied=GAP))],
    "P.3": [a_case(memos=GAP)],
    "P.4": [a_case(memos=GAP), a_case(refund=a_refund(applied=GAP))],
    "M.1": [a_case(payment_fact=GAP), a_case(payment_fact=a_payment(parts=GAP))],
    "D.1": [a_case(own_refunds_fact=GAP)],
    "D.2": [a_case(payment_fact=GAP), a_case(siblings_fact=GAP), a_case(own_refunds_fact=GAP)],
    "D.3": [a_case(account_fact=GAP), a_case(payment_fact=GAP)],
    "D.5": [a_case(payment_fact=GAP)],
    "D.8": [a_case(refund=a_refund(voided=GAP)), a_case(memo=a_memo(voided=GAP)), a_case(memos=GAP)],
    "D.9": [a_case(siblings_fact=GAP), a_case(memo=a_memo(refunds=GAP))],
    "D.10": [a_case(memo=a_memo(reference_zuora_id=GAP))],
    "D.12": [a_case(payment_refunds_fact=GAP)],
    "D.14": [a_case(siblings_fact=GAP), a_case(memos=GAP)],
}

ALL_UNREAD = a_case(
    refund=a_refund(applied=GAP, voided=GAP, created=None, modified=None),
    memos=GAP,
    customer_fact=GAP,
    payment_fact=GAP,
    account_fact=GAP,
    customer_account_fact=GAP,
    own_refunds_fact=GAP,
    payment_refunds_fact=GAP,
    siblings_fact=GAP,
    netsuite_periods=GAP,
    zuora_periods=GAP,
)
