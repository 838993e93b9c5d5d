"""The core yields effects and receives replies: it has no clock, randomness, thread or network of its own.

Each function here is one effect with its types; whoever drives the generator performs it (`perform`).
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from nsz_desk.domain.errors import (
    Cancelled,
    Changed,
    Credentials,
    DeskError,
    Missing,
    NoAnswer,
    Refused,
    Setup,
    Unreachable,
)
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice, Payment, ZuoraAccount, ZuoraRefund
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.ports import CreateCall, Created, Event, Fields, Line, Moment, NetSuiteFacts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to be done outside: a verb of a port and its arguments."""

    verb: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What came back: the value when DONE, else the error that says what is known."""

    outcome: Outcome
    value: T | None = None
    error: DeskError | None = None

    @property
    def got(self) -> T:
        """The value of a DONE reply."""
        if self.value is None:
            raise AssertionError(f"no value on {self.outcome}")
        return self.value

    @property
    def reason(self) -> str:
        """The error in words, "" when there is none."""
        return str(self.error) if self.error else ""

    @property
    def code(self) -> str:
        """The remote's code, "" when there is none."""
        return self.error.code if self.error else ""


Act: TypeAlias = Generator[Effect, Any, T]

# What an error class says of a write; for a look see `looked`.
OUTCOMES: tuple[tuple[type[DeskError], Outcome], ...] = (
    (Missing, Outcome.ABSENT),
    (Refused, Outcome.REFUSED),
    (Credentials, Outcome.REFUSED),
    (Unreachable, Outcome.NOT_SENT),
    (Setup, Outcome.NOT_SENT),
    (Cancelled, Outcome.NOT_SENT),
    (Changed, Outcome.CONFLICT),
    (NoAnswer, Outcome.NO_ANSWER),
)


def outcome_of(error: DeskError) -> Outcome:
    """The outcome that an error stands for."""
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), Outcome.NO_ANSWER)


def looked(reply: Reply[T]) -> Reply[T]:
    """A reply to a look: a refused or contradictory read is NO_ANSWER, since nothing is known then."""
    if reply.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        return Reply(Outcome.NO_ANSWER, None, reply.error)
    return reply


def now() -> Act[Moment]:
    """Both clocks."""
    moment: Moment = yield Effect("clock.now")
    return moment


def sleep(seconds: float) -> Act[None]:
    """Wait."""
    yield Effect("clock.sleep", (seconds,))


def stopping() -> Act[bool]:
    """Whether the user asked to stop."""
    asked: bool = yield Effect("report.stopping")
    return asked


def record(event: Event) -> Act[None]:
    """Append to the journal; a failure ends the episode's run at once, by an exception."""
    yield Effect("journal.append", (event,))


def read_facts(refund_id: str) -> Act[Reply[NetSuiteFacts]]:
    """The refund, its memos and its customer, whole."""
    return looked((yield Effect("netsuite.read", (refund_id,))))


def read_fields(kind: str, record_id: str) -> Act[Reply[Fields]]:
    """The desk's fields of a refund or memo."""
    return looked((yield Effect("netsuite.read_fields", (kind, record_id))))


def write_fields(
    kind: str, record_id: str, values: Mapping[str, str], clear: Sequence[str] = ()
) -> Act[Reply[datetime]]:
    """Set and clear fields of one record: a write."""
    reply: Reply[datetime] = yield Effect("netsuite.write_fields", (kind, record_id, values, clear))
    return reply


def read_payment(key: str) -> Act[Reply[Payment]]:
    """A payment by id."""
    return looked((yield Effect("zuora.read_payment", (key,))))


def accounts(ids: Sequence[str]) -> Act[Reply[Mapping[str, ZuoraAccount]]]:
    """Accounts by id or number."""
    return looked((yield Effect("zuora.accounts", (ids,))))


def read_invoice(invoice_id: str) -> Act[Reply[Invoice]]:
    """An invoice by id."""
    return looked((yield Effect("zuora.read_invoice", (invoice_id,))))


def refunds_of_account(account_id: str) -> Act[Reply[tuple[ZuoraRefund, ...]]]:
    """Listing (a)."""
    return looked((yield Effect("zuora.refunds_of_account", (account_id,))))


def refunds_updated_since(since: datetime) -> Act[Reply[tuple[ZuoraRefund, ...]]]:
    """Listing (b)."""
    return looked((yield Effect("zuora.refunds_updated_since", (since,))))


def read_refund(refund_id: str) -> Act[Reply[ZuoraRefund]]:
    """A Zuora refund by id."""
    return looked((yield Effect("zuora.read_refund", (refund_id,))))


def open_line() -> Act[Reply[Line]]:
    """The connection for a create, opened now."""
    return looked((yield Effect("zuora.open_line")))


def create_refund(line: Line, call: CreateCall, key: str, track: str) -> Act[Reply[Created]]:
    """The create: a write."""
    reply: Reply[Created] = yield Effect("zuora.create_refund", (line, call, key, track))
    return reply


def cancel_refund(refund_id: str) -> Act[Reply[bool]]:
    """Cancel a Zuora refund: a write."""
    reply: Reply[bool] = yield Effect("zuora.cancel_refund", (refund_id,))
    return reply


def apply_payment(payment_id: str, parts: Sequence[tuple[str, Money]]) -> Act[Reply[bool]]:
    """Apply loose money of a payment to invoices: a write that adds, so it is never repeated unread."""
    reply: Reply[bool] = yield Effect("zuora.apply_payment", (payment_id, parts))
    return reply


def mark_refund(refund_id: str, values: Mapping[str, str]) -> Act[Reply[bool]]:
    """PUT marks on a Zuora refund: a write."""
    reply: Reply[bool] = yield Effect("zuora.mark_refund", (refund_id, values))
    return reply
