"""What the doctor asks and answers: a check, what the profile expects, and what is examined. No behaviour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeVar

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.ports import Clock, NetSuite, Zuora
from nsz_desk.engine.results import Environment
from nsz_desk.engine.route import Route

T = TypeVar("T")


class Answer(Enum):
    """How a check ended. Only a problem stands in the way of work; not known is never taken for fine."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: a name that stays (snake_case), a title, the answer, what was found, what to do."""

    id: str
    title: str
    answer: Answer
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """Who answers in Zuora while the profile names no tenant yet; `settlement` is None where Zuora does not tell.

    As long as no tenant is pinned nothing can have been sent, so that the route may still be chosen.
    """

    tenant: str
    entity: str
    settlement: bool | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What the profile says. `login` is a fingerprint of who signs in to NetSuite, never a secret; `since` the cutover.

    `tenant` is "" while it is not pinned.
    """

    environment: Environment
    netsuite_host: str
    login: str
    tenant: str
    entity: str
    route: Route
    since: date


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything there is to look at. `write_journal` writes a line and checks the chain; it answers the lines' count.

    Calls raise `DeskError`. `keychain` says where the secrets are; `kept` whether they are kept there.
    """

    expected: Expected
    netsuite: NetSuite
    zuora: Zuora
    clock: Clock
    write_journal: Callable[[], int]
    keychain: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """The whole checklist; `pin` is set while the profile names no tenant and the token does."""

    checks: tuple[Check, ...]
    pin: Pin | None
    fingerprint: str

    @property
    def healthy(self) -> bool:
        """No check found a problem."""
        return all(one.answer is not Answer.PROBLEM for one in self.checks)


def attempted(ask: Callable[[], T]) -> T | DeskError:
    """What `ask` answers, or the error it raised."""
    try:
        return ask()
    except DeskError as error:
        return error


def failed(name: str, title: str, error: DeskError, answer: Answer = Answer.PROBLEM) -> Check:
    """A check that ended with an error, in the error's own words."""
    return Check(name, title, answer, error.title, error.hint)
