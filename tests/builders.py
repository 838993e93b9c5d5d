"""Records for tests: sane defaults that make a READY case, and one override where a test differs.

The story behind the defaults: Acme paid 250.00 USD (P-1) for one invoice, gets 100.00 back with refund 901,
applied to credit memo 801. Every amount is written as text, such as `usd("100.00")`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from nsz_desk.domain.case import Policy, RefundCase, Sibling, claim_text
from nsz_desk.domain.money import Money
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
    ZuoraRefund,
)
from nsz_desk.settings.model import Kind as World
from nsz_desk.settings.model import NetSuiteSettings, Profile, ZuoraSettings

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
DESK = "desk-1"
METHODS = {
    "Check": "Check",
    "Wire Transfer": "WireTransfer",
    "ACH": "ACH",
    "Cash": "Cash",
    "Credit Card (external)": "CreditCard",
    "Other": "Other",
}


def money(amount: str, currency: str = "USD") -> Money:
    """An exact amount."""
    return Money(Decimal(amount), currency)


def usd(amount: str) -> Money:
    """US dollars."""
    return money(amount)


def row(doc: str = "801", kind: Kind = Kind.CREDIT_MEMO, amount: Money | None = None) -> Application:
    """One applied row: by default the whole 100.00 on the credit memo."""
    return Application(doc, kind, amount or usd("100.00"))


def a_customer(**changes: Any) -> Customer:
    """Acme, known to Zuora."""
    return replace(Customer("501", "Acme Inc.", "acc-1"), **changes)


def a_refund(**changes: Any) -> CustomerRefund:
    """A pending refund of 100.00 USD by check, applied to credit memo 801 alone."""
    refund = CustomerRefund(
        id="901",
        number="CR-901",
        customer_id="501",
        date=date(2026, 3, 15),
        amount=usd("100.00"),
        method="Check",
        memo="Returned goods",
        status_text="",
        zuora_id="",
        claim_note="",
        created=datetime(2026, 3, 15, 9, 0, tzinfo=UTC),
        modified=datetime(2026, 3, 15, 9, 5, tzinfo=UTC),
        applied=(row(),),
        voided=False,
    )
    return replace(refund, **changes)


def a_memo(**changes: Any) -> CreditMemo:
    """A standalone credit memo over 100.00 that asks for a Zuora refund of payment p-1."""
    memo = CreditMemo(
        id="801",
        number="CM-801",
        customer_id="501",
        amount=usd("100.00"),
        create_zuora_refund=True,
        payment_id="p-1",
        reference_zuora_id="p-1",
        status_text="",
        zuora_id="",
        created_from="",
        item_lines=1,
        applied=(row("901", Kind.REFUND),),
        refunds=("901",),
        voided=False,
    )
    return replace(memo, **changes)


def an_account(**changes: Any) -> ZuoraAccount:
    """Acme's account in Zuora."""
    return replace(ZuoraAccount("acc-1", "A-1", "Acme Inc.", "USD", ""), **changes)


def a_part(number: int = 1, applied: str = "250.00", refunded: str = "0.00") -> InvoicePart:
    """What the payment paid of one invoice."""
    return InvoicePart(f"inv-{number}", f"INV-{number}", usd(applied), usd(refunded))


def a_payment(**changes: Any) -> Payment:
    """A processed payment of 250.00 USD for one invoice, nothing of it refunded."""
    payment = Payment(
        id="p-1",
        number="P-1",
        account_id="acc-1",
        date=date(2026, 2, 1),
        amount=usd("250.00"),
        refunded=usd("0.00"),
        unapplied=usd("0.00"),
        status="Processed",
        parts=(a_part(),),
    )
    return replace(payment, **changes)


def a_zuora_refund(**changes: Any) -> ZuoraRefund:
    """The Zuora refund that a sync of `a_refund` makes: processed, with its NetSuite id."""
    refund = ZuoraRefund(
        id="r-1",
        number="R-1",
        account_id="acc-1",
        payment_id="p-1",
        amount=usd("100.00"),
        date=date(2026, 3, 15),
        type="External",
        method="Check",
        status="Processed",
        integration_id="901",
        origin="NETSUITE",
        sync_date="",
        transferred="Yes",
        created=datetime(2026, 3, 20, 11, 0, tzinfo=UTC),
        updated=datetime(2026, 3, 20, 11, 0, tzinfo=UTC),
    )
    return replace(refund, **changes)


def a_period(book: str = "NetSuite", *, is_open: bool = True) -> Period:
    """March 2026 in one of the books."""
    return Period(book, "Mar 2026", date(2026, 3, 1), date(2026, 3, 31), is_open)


def a_claimed_note(at: datetime, desk: str = DESK) -> str:
    """The note of a refund that a desk has claimed."""
    return claim_text(at, desk)


def a_sibling(**changes: Any) -> Sibling:
    """Another pending refund, of another memo and another payment."""
    return replace(Sibling("902", "CR-902", usd("60.00"), ("802",), "p-2"), **changes)


def a_policy(**changes: Any) -> Policy:
    """Cutover at New Year 2026, the usual texts and methods."""
    return replace(Policy(date(2026, 1, 1), methods=METHODS), **changes)


def a_case(*, refund: CustomerRefund | None = None, memo: CreditMemo | None = None, **changes: Any) -> RefundCase:
    """A READY case; give a changed refund or memo, or any other fact of the case by name."""
    case = RefundCase(
        refund=refund or a_refund(),
        memos=(memo or a_memo(),),
        customer_fact=a_customer(),
        payment_fact=a_payment(),
        account_fact=an_account(),
        customer_account_fact=an_account(),
        own_refunds_fact=(),
        payment_refunds_fact=(),
        siblings_fact=(),
        netsuite_periods=(a_period("NetSuite"),),
        zuora_periods=(a_period("Zuora"),),
        policy=a_policy(),
        now=NOW,
    )
    return replace(case, **changes)


def a_case_over(amount: Money, **changes: Any) -> RefundCase:
    """A case whose refund, applied row and memo are all of that amount."""
    refund = a_refund(amount=amount, applied=(row(amount=amount),))
    return a_case(refund=refund, memo=a_memo(amount=amount), **changes)


def a_profile(**changes: Any) -> Profile:
    """A profile of the simulator on port 8123 with short waits."""
    address = "http://127.0.0.1:8123"
    base: dict[str, Any] = {
        "kind": World.SIMULATOR,
        "netsuite": NetSuiteSettings(account="1234567_SB1", url=address, user_zone="America/New_York"),
        "zuora": ZuoraSettings(url=address, tenant="tenant.10023"),
        "cutover": date(2026, 1, 1),
        "claim_wait_seconds": 0.05,
        "methods": METHODS,
    }
    return Profile(**(base | changes))
