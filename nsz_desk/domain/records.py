"""The records of both systems as the desk reads them. Frozen; money exact; business dates are dates."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money


class Kind(Enum):
    """What the other side of an application is."""

    CREDIT_MEMO = "credit memo"
    INVOICE = "invoice"
    REFUND = "customer refund"
    OTHER = "other transaction"


@dataclass(frozen=True, slots=True)
class Application:
    """One applied row of a refund or memo: the other transaction and the amount taken.

    `amount` is None where a listing tells the link but not its amount (never for a refund's own rows).
    """

    doc: str
    kind: Kind
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Customer:
    """A NetSuite customer; `zuora_id` is its Zuora Customer ID, "" when blank."""

    id: str
    name: str
    zuora_id: str


@dataclass(frozen=True, slots=True)
class CustomerRefund:
    """A NetSuite customer refund. `amount` is positive; status and note are the texts as read."""

    id: str
    number: str
    customer_id: str
    date: date
    amount: Money
    method: str
    memo: str
    status_text: str
    zuora_id: str
    claim_note: str
    created: datetime | None
    modified: datetime | None
    applied: tuple[Application, ...] | Unread
    voided: bool | Unread
    subsidiary: str = ""


@dataclass(frozen=True, slots=True)
class CreditMemo:
    """A NetSuite credit memo.

    `payment_id` is the text field Zuora Refund Payment ID; `reference_zuora_id` the Zuora ID of the
    NetSuite payment picked in Zuora Refund Payment Reference, None when nothing was picked.
    `applied` lists invoices and other documents; the refund's own row may or may not be among them.
    """

    id: str
    number: str
    customer_id: str
    amount: Money
    create_zuora_refund: bool
    payment_id: str
    reference_zuora_id: str | None | Unread
    status_text: str
    zuora_id: str
    created_from: str
    item_lines: int | Unread
    applied: tuple[Application, ...] | Unread
    refunds: tuple[str, ...] | Unread  # ids of the customer refunds that are applied to it
    voided: bool | Unread


@dataclass(frozen=True, slots=True)
class ZuoraAccount:
    """A Zuora account. `parent_id` is "" at the top."""

    id: str
    number: str
    name: str
    currency: str
    parent_id: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A Zuora invoice: its date, its amount, and the balance that the customer owes on it now."""

    id: str
    number: str
    account_id: str
    date: date
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class InvoicePart:
    """What a payment paid of one invoice: now applied, refunded before; together what it paid."""

    invoice_id: str
    invoice_number: str
    applied: Money
    refunded: Money | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A Zuora payment; `refunded` is its refunded total, read by id where money depends on it."""

    id: str
    number: str
    account_id: str
    date: date
    amount: Money
    refunded: Money
    unapplied: Money
    status: str
    parts: tuple[InvoicePart, ...] | Unread

    @property
    def refundable(self) -> Money:
        """What can still be refunded: the amount less the refunded total."""
        return self.amount - self.refunded


LIVE = frozenset({"processed", "processing"})
DEAD = frozenset({"canceled", "cancelled", "error"})


@dataclass(frozen=True, slots=True)
class ZuoraRefund:
    """A Zuora refund. `transferred` is Yes, No, Ignore, Error, Processing or "" as text.

    `payment_id` is None where the listing does not tell it; `parts` (invoice id, amount) likewise.
    """

    id: str
    number: str
    account_id: str
    payment_id: str | None
    amount: Money
    date: date
    type: str
    method: str
    status: str
    integration_id: str
    origin: str
    sync_date: str
    transferred: str
    created: datetime | None
    updated: datetime | None
    parts: tuple[tuple[str, Money], ...] | None = None

    @property
    def live(self) -> bool:
        """Processed or Processing: money counts."""
        return self.status.casefold() in LIVE

    @property
    def dead(self) -> bool:
        """Canceled or Error. A word nobody knows is neither live nor dead."""
        return self.status.casefold() in DEAD


@dataclass(frozen=True, slots=True)
class Period:
    """An accounting period of one of the books, first and last day inclusive."""

    book: str
    name: str
    start: date
    end: date
    is_open: bool

    def holds(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.start <= day <= self.end
