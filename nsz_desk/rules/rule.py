"""What a rule is: a statement, its source and the function that checks it; what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.money import CurrencyMismatch

RULES_PAGE = "Zuora, Refund transaction sync rules: NetSuite to Zuora"


class Answer(Enum):
    """Whether the statement holds. UNKNOWN is never taken for PASS."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Finding:
    """A rule's answer: the facts it looked at, and for a FAIL or UNKNOWN the cause and what to do.

    Not frozen: 27 of them are made for each row, a frozen one takes three times as long, and the rule that made it
    puts its number in. Nobody else writes to it.
    """

    answer: Answer
    looked_at: Mapping[str, object]
    cause: str = ""
    fix: str = ""
    note: str = ""
    rule: str = ""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The facts it looked at as texts, made when somebody reads them: of thousands of rows few are read."""
        return tuple((name.replace("_", " "), str(value)) for name, value in self.looked_at.items())


Check = Callable[[RefundCase], Finding]


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement with its source and its check.

    `source` is the rules page's number for the vendor's rules, "ours" with `reason` for the desk's own.
    """

    id: str
    statement: str
    code: str
    source: str
    check: Check
    reason: str = ""

    def __call__(self, case: RefundCase) -> Finding:
        """Check `case`; a fact that could not be read makes the answer UNKNOWN."""
        try:
            found = self.check(case)
            found.rule = self.id
            return found
        except FactMissing as gap:
            cause = f"Not known: {gap.what} ({gap.why})."
            return Finding(Answer.UNKNOWN, {}, cause, "Refresh; if it stays, look at the record itself.", "", self.id)
        except CurrencyMismatch as clash:
            cause = f"Amounts in different currencies cannot be compared: {clash}."
            return Finding(Answer.UNKNOWN, {}, cause, "See rule D.3: the currencies must agree first.", "", self.id)


def rule(number: str, statement: str, *, code: str, source: str = "", reason: str = "") -> Callable[[Check], Rule]:
    """Put a check under its statement. Registers nothing: `book` lists the rules in page order."""

    def make(check: Check) -> Rule:
        return Rule(number, statement, code, source or "ours", check, reason)

    return make


def passed(note: str = "", /, **facts: object) -> Finding:
    """The statement holds; `note` is worth a look all the same."""
    return Finding(Answer.PASS, facts, "", "", note)


def failed(cause: str, fix: str, /, **facts: object) -> Finding:
    """The statement does not hold: why, and what makes it hold."""
    return Finding(Answer.FAIL, facts, cause, fix)
