"""The fault alphabet: what can go wrong at an effect, as data, and what each letter does to it.

A fault stands at the nth call of a verb, counted over the whole world, so that it hits what it means to hit.
Letters of `ACTS` are events beside an effect: they happen right before it (see `acts`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nsz_desk.domain.errors import Changed, Credentials, DeskError, NoAnswer, Refused, Unreachable
from nsz_desk.engine.effects import Reply, outcome_of
from tests.fakes import PowerCut

TAINT = "taint-5e1c0f"  # stands for every secret: no line of a journal may hold it (I6)
DEFINITE = (10, 20, 21, 22, 23, 27, 30, 40, 45, 90)
PASSING, UNCLEAR = (50, 61, 70), (60, 99)

ANYWHERE = ("crash_before", "crash_after", "not_sent", "login", "drop_request")
READS = (*ANYWHERE, "partial")
WRITES = (*ANYWHERE, "drop_answer", "zombie", "crash_zombie", "twice", "gateway_before", "gateway_after", "html")
NETSUITE_WRITES = (
    *WRITES,
    "refused:RCRD_HAS_BEEN_CHANGED",
    "refused:TRAN_PERIOD_CLOSED",
    "refused:INSUFFICIENT_PERMISSION",
    "refused:RCRD_LOCKED_BY_WF",
    "refused:INVALID_FLD_VALUE",
    "unclear:UNEXPECTED_ERROR",
)
MARKS = (*WRITES, "refused:53200010", "unclear:53200060")
PUTS = frozenset({"zuora.mark_refund", "zuora.cancel_refund", "zuora.apply_payment"})  # they carry no key
CREATES = (
    *WRITES,
    *(f"stored:532000{suffix}" for suffix in DEFINITE),
    *(f"stored:again:532000{suffix}" for suffix in PASSING),
    *(f"stored:unclear:532000{suffix}" for suffix in UNCLEAR),
    "stored:unclear:500",
    "others_refusal",
    "others_refusal:old",
    "other_content",
    "running",
    "wait:",
    "wait:30",
    "wait:900",
    "truncated",
    "without_id",
)
JOURNALS = ("crash_before", "crash_after", "disk_full")
ACTS = (
    "edit_memo",
    "edit_amount",
    "edit_date",
    "void",
    "delete_refund",
    "repoint",
    "manual_refund",
    "cancel_manual",
    "delete_manual",
    "person_cancels",
    "person_resyncs",
    "connector_creates",
    "connector_cancelled",
    "connector_carries_back",
    "clock_back",
    "clock_forth",
    "connector_creates_wrong",
    "nap_90s",
    "nap_12h",
    "nap_25h",
    "suspend_90s",
    "suspend_12h",
    "suspend_25h",
    "to_expiry",
    "stale_search",
    "blind_search",
    "lost_journal",
    "user_stops",
)
EIGHT = (
    "drop_request",
    "drop_answer",
    "zombie",
    "stored:53200030",
    "crash_before",
    "crash_after",
    "stale_search",
    "to_expiry",
)
LETTERS: dict[str, tuple[str, ...]] = {
    "zuora.create_refund": CREATES,
    "zuora.mark_refund": MARKS,
    "zuora.cancel_refund": MARKS,
    "zuora.apply_payment": MARKS,
    "netsuite.write_fields": NETSUITE_WRITES,
    "journal.append": JOURNALS,
}


def letters(verb: str) -> tuple[str, ...]:
    """Every letter that can stand at a call of `verb`, events beside it included."""
    return (*LETTERS.get(verb, READS), *ACTS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One letter at the nth call of a verb; `after` is how late a delayed request arrives, in seconds."""

    verb: str
    nth: int
    letter: str
    after: float = 30.0

    def __str__(self) -> str:
        """For traces."""
        return f"{self.letter}@{self.verb}#{self.nth}" + (f"+{self.after:g}s" if "zombie" in self.letter else "")


Keep = Callable[[DeskError | None, bool], DeskError | None]
Do = Callable[[], Any]
Later = Callable[[float], None]  # deliver the same request once more, so many seconds from now


def strike(fault: Fault, do: Do, later: Later, keep: Keep) -> Any:
    """The reply to an effect under a fault.

    `do` performs it, `later` delivers it afterwards, `keep` lets Zuora store a failure under the key (None: the
    key is used by somebody with other content; True: almost a day ago) and answers it, None when the key held
    something already.

    Raises:
        PowerCut: the process is gone.
    """
    letter, _, rest = fault.letter.partition(":")
    if letter in ("stored", "others_refusal", "other_content"):
        return _stored(letter, rest, do, keep)
    if letter in ("drop_answer", "crash_after", "twice", "gateway_after", "truncated", "without_id"):
        return _happened(letter, do, fault, later)
    if letter in ("zombie", "crash_zombie", "running"):
        later(fault.after)
    if letter.startswith("crash"):
        raise PowerCut(str(fault))
    return _said(_instead(letter, rest))


def _said(error: DeskError) -> Reply[Any]:
    """As a gateway answers: behind the error stands one of the transport, and that one knows a secret."""
    error.__cause__ = ConnectionError(f"POST with Authorization: Bearer {TAINT}")
    return Reply(outcome_of(error), None, error)


def _happened(letter: str, do: Do, fault: Fault, later: Later) -> Any:
    reply = do()
    if letter == "twice":
        later(fault.after)
        return reply
    if letter == "crash_after":
        raise PowerCut(str(fault))
    return _said(NoAnswer("The connection broke.", "Whether it happened is not known."))


def _stored(letter: str, code: str, do: Do, keep: Keep) -> Any:
    """A failure that Zuora keeps under the key; a key that holds something already answers that."""
    if letter == "other_content":
        keep(None, False)
        return do()
    wanted: DeskError = Refused("Refused.", code=code if code.isdigit() else "53200030")
    if code.startswith(("again", "unclear")):
        wanted = NoAnswer("Failed.", "Whether it happened is not known.", code=code)
    kept = keep(wanted, code == "old")
    return do() if kept is None else _said(kept)


def _instead(letter: str, code: str) -> DeskError:
    """Why there was no effect (yet)."""
    if letter == "not_sent":
        return Unreachable("No connection.", "Nothing was sent.")
    if letter == "login":
        return Credentials("The login was refused.", "Nothing was done.", code="INVALID_LOGIN")
    if letter == "refused" and code == "RCRD_HAS_BEEN_CHANGED":
        return Changed("Edited meanwhile.", "Nothing changed.", code=code)
    if letter == "refused":
        return Refused("Refused.", "Nothing changed.", code=code)
    if letter == "unclear":
        return NoAnswer("Failed.", "Whether it happened is not known.", code=code)
    if letter == "running":
        return NoAnswer("The first call still runs.", code="409")
    if letter == "wait":
        return NoAnswer("Too many calls.", code="wait", wait=float(code or 2))
    return NoAnswer("The connection broke.", "Whether it happened is not known.")
