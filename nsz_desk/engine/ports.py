"""The ports: what the engine asks of NetSuite, Zuora, the journal, the clock and the face.

Every method of `NetSuite` and `Zuora` answers completely or raises a `DeskError` whose class says what
is known: `Refused` (a definite no), `Missing`, `Unreachable` (nothing was sent), `Credentials`,
`NoAnswer` (anything else; a write may have happened), `Changed` (the answer contradicts what was sent).
They are called from several threads at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from nsz_desk.domain.allocation import MemoLine
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import (
    CreditMemo,
    Customer,
    CustomerRefund,
    Invoice,
    Payment,
    Period,
    ZuoraAccount,
    ZuoraRefund,
)
from nsz_desk.engine.survey import Survey

REFUND, MEMO = "refund", "memo"  # the two NetSuite records the desk writes to
STATUS, ZUORA_ID, NOTE = "integration_status", "zuora_id", "claim_note"  # the fields it writes


class Report(Protocol):
    """Where long work tells how far it is, and learns that it should stop."""

    def progress(self, done: int, total: int, text: str) -> None:
        """Tell how far the work is; `total` 0 when not known."""

    def check(self) -> None:
        """Raise `Cancelled` when the user stopped; called at safe stops only."""


@dataclass(frozen=True, slots=True)
class NetSuiteListing:
    """All pending refunds since a date with their memos and customers, read in few calls.

    `older` counts refunds before that date that are not complete; None when it could not be counted.
    `at` is the server's own time (UTC).
    """

    refunds: tuple[CustomerRefund, ...]
    memos: Mapping[str, CreditMemo]
    customers: Mapping[str, Customer]
    at: datetime
    older: int | None = None


@dataclass(frozen=True, slots=True)
class NetSuiteFacts:
    """One refund read whole, right before a write: with the memos it is applied to and its customer."""

    refund: CustomerRefund
    memos: tuple[CreditMemo, ...]
    customer: Customer | Unread
    at: datetime


@dataclass(frozen=True, slots=True)
class Fields:
    """The desk's fields of one NetSuite record as they stand, and the server's time of reading (UTC)."""

    status: str
    zuora_id: str
    note: str
    at: datetime
    modified: datetime | None = None


class NetSuite(Protocol):
    """NetSuite, over whichever interface."""

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """Refunds dated on or after `since` that are not voided; also complete ones of the last days.

        Ids are collected completely before details are read; never one call per row.
        """

    def read(self, refund_id: str) -> NetSuiteFacts:
        """One refund whole, its memos whole, its customer. Raises `Missing` when the refund is gone."""

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """One refund and its memos by id in two calls: what would need a search or another record is Unread.

        For looking only, never before a write. Raises `Missing` when the refund is gone.
        """

    def memo_lines(self, memo_id: str) -> tuple[MemoLine, ...]:
        """The item lines of a credit memo that carry money. Raises `Missing`."""

    def read_fields(self, record: str, record_id: str) -> Fields:
        """The desk's three fields of a refund or memo (`REFUND`, `MEMO`)."""

    def write_fields(self, record: str, record_id: str, values: Mapping[str, str], clear: Sequence[str]) -> datetime:
        """Set and clear fields (`STATUS`, `ZUORA_ID`, `NOTE`) of one record in one single update.

        Returns the server's time (UTC). Never retried here.
        """

    def server_time(self) -> datetime:
        """The server's clock (UTC)."""

    def periods(self) -> tuple[Period, ...]:
        """NetSuite's accounting periods."""

    def survey(self, since: date) -> Survey:
        """A look at the account, at records dated on or after `since`: asks nothing yet."""


@dataclass(frozen=True, slots=True)
class CreateCall:
    """The create exactly as it is sent: path with query, and the body's bytes as ASCII text."""

    method: str
    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Created:
    """The remote's claim that a refund was made (perhaps earlier: a replay does not tell)."""

    refund_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who answers in Zuora: tenant and entity as the token names them ("" when it does not)."""

    tenant: str
    entity: str = "-"
    settlement: bool | None = None  # Invoice Settlement; None when it could not be found out


class Line(Protocol):
    """One open connection for one create; it never opens itself again."""

    def close(self) -> None:
        """Give the connection back or close it."""


class Zuora(Protocol):
    """Zuora over REST."""

    def tenant(self) -> Tenant:
        """Sign in afresh and say who answers."""

    def payments(self, ids: Iterable[str]) -> Mapping[str, Payment]:
        """Payments by id or number, those that exist, keyed by what was asked for. Few calls for many."""

    def accounts(self, ids: Iterable[str]) -> Mapping[str, ZuoraAccount]:
        """Accounts by id or number, those that exist, keyed by what was asked for."""

    def read_payment(self, key: str) -> Payment:
        """One payment by id: refunded total and parts as they stand now. Raises `Missing`."""

    def invoices(self, ids: Iterable[str]) -> Mapping[str, Invoice]:
        """Invoices by id, those that exist, keyed by what was asked for. Few calls for many."""

    def read_invoice(self, invoice_id: str) -> Invoice:
        """One invoice by id: its balance as it stands now. Raises `Missing`."""

    def refunds_of_account(self, account_id: str) -> tuple[ZuoraRefund, ...]:
        """Every refund of an account, all pages; a missing page raises `NoAnswer`."""

    def refunds_updated_since(self, since: datetime) -> tuple[ZuoraRefund, ...]:
        """Every refund of the tenant updated since then, all pages."""

    def read_refund(self, refund_id: str) -> ZuoraRefund:
        """One refund by id, with its payment and its parts per invoice. Raises `Missing`."""

    def open_line(self) -> Line:
        """Open the connection for a create now, with a token that lives long enough."""

    def create_refund(self, line: Line, call: CreateCall, key: str, track: str) -> Created:
        """Send the create on that connection: one request, no retry, no redirect.

        Raises:
            Refused: Zuora's definite no (`code`, `at`).
            KeyMismatch: the key holds other content.
            Unreachable: not a byte left.
            NoAnswer: anything else; `code` begins with "unclear" for a failure whose fate is unclear.
        """

    def mark_refund(self, refund_id: str, values: Mapping[str, str]) -> None:
        """PUT `transferred_to_accounting`, `sync_date`, `transaction`, `integration_id`, `origin` of a refund."""

    def cancel_refund(self, refund_id: str) -> None:
        """Cancel one refund: one PUT without a key, never repeated here. Raises `Missing`, `Refused` and as a write."""

    def apply_payment(self, payment_id: str, parts: Sequence[tuple[str, Money]]) -> None:
        """Apply loose money of a payment to invoices (invoice id, amount), with Invoice Settlement: one PUT that adds.

        Never repeated here: a second one would apply as much again.
        """

    def periods(self) -> tuple[Period, ...]:
        """Zuora's accounting periods."""

    def shows_ids(self) -> bool | None:
        """Whether refunds show IntegrationId__NS, by which the desk searches; None when nothing tells."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal as it is appended; `detail` is JSON of strings, numbers, lists, objects."""

    kind: str
    refund_id: str
    episode: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it stands in the journal, with its place in the chain."""

    seq: int
    at: datetime
    who: str
    event: Event
    hash: str


class Journal(Protocol):
    """The append-only journal of one NetSuite account."""

    def append(self, event: Event) -> Written:
        """Write one line durably; raises `Setup` when that is impossible. Then nothing may be sent."""

    def open_episodes(self) -> tuple[str, ...]:
        """Ids of the episodes that have not ended."""

    def episode(self, episode: str) -> tuple[Written, ...]:
        """All lines of one episode in order."""

    def of_refund(self, refund_id: str) -> tuple[Written, ...]:
        """All lines about one refund in order."""

    def lines(self, limit: int | None = None) -> tuple[Written, ...]:
        """All lines, or the last `limit`, in order."""

    def verify(self) -> int:
        """Check the whole chain and answer the number of lines; raises `Setup` naming the bad line."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, by the wall clock (UTC) and by the monotonic clock (seconds)."""

    wall: datetime
    mono: float


class Clock(Protocol):
    """Time and sleep, handed in."""

    def now(self) -> Moment:
        """Both clocks."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Lanes(Protocol):
    """Where episodes run: one lane per Zuora account, several accounts at once."""

    def run(self, jobs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Run every (lane, job): jobs of one lane one after the other in the given order, lanes in parallel.

        Returns when all have ended. A job does not raise; one that does is raised here after all have ended.
        """
