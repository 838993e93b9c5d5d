"""What the Desk answers to both faces: frozen values, no behaviour."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from nsz_desk.domain.money import Money
from nsz_desk.engine.lists import Row


class Result(Enum):
    """How a refund's sync ended, by the contract."""

    COMPLETE = "complete"
    FAILED = "failed"
    REFUSED = "refused"
    SKIPPED = "skipped"
    IN_DOUBT = "in_doubt"


class Told(Enum):
    """Recovery's three verdicts on "was it created?", and nothing where the question was not asked."""

    NOT_ASKED = ""
    EXISTS = "exists"
    DOES_NOT_EXIST = "does_not_exist"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class RowResult:
    """One refund's result: what happened and what to do next, in words. `amount` is None for an unknown id.

    `told` is whether the Zuora refund exists; `look_again` when the desk would look next by itself (UTC).
    """

    id: str
    number: str
    result: Result
    zuora_refund_id: str
    reason: str
    next_step: str
    amount: Money | None
    zuora_number: str = ""
    told: Told = Told.NOT_ASKED
    look_again: datetime | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """All results of one run, in the order of the plans, and the hash that was approved."""

    results: tuple[RowResult, ...]
    plan_hash: str


@dataclass(frozen=True, slots=True)
class RowEvent:
    """Progress of one row: the state of the table it reached, and a short text for people.

    `result` is set with the last event of a row.
    """

    refund_id: str
    state: str
    text: str
    result: RowResult | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The judged list as of one moment (server UTC). `problems` are facts that could not be read at all."""

    rows: tuple[Row, ...]
    as_of: datetime
    older: int | None
    problems: tuple[str, ...] = ()
    by_id: dict[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a refund's history, for people. `at` is UTC; `detail` are (name, value) pairs."""

    seq: int
    at: datetime
    who: str
    refund_id: str
    title: str
    detail: tuple[tuple[str, str], ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Which two systems the desk is on. `kind` is simulator, sandbox or production.

    `netsuite_app` and `zuora_ui` are where people open records (https, no path), "" where there is no such place;
    `netsuite_by` and `zuora_by` say in a word or two how each system is reached.
    """

    kind: str
    netsuite: str
    zuora: str
    netsuite_app: str = ""
    zuora_ui: str = ""
    netsuite_by: str = ""
    zuora_by: str = ""

    @property
    def word(self) -> str:
        """The word that stands in every confirmation."""
        return self.kind.upper()
