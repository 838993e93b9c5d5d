"""What the doctor asks and answers: a check, what the profile expects, and what is examined. No behaviour."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TypeVar

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.status import StatusTexts
from nsz_desk.engine.certificates import Certificates
from nsz_desk.engine.ports import Clock, NetSuite, Zuora
from nsz_desk.engine.results import Environment
from nsz_desk.engine.route import Route
from nsz_desk.engine.survey import FieldsFound, Seen

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
class Attested:
    """A person's word that the vendor's connector does not sync refunds: who gave it, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Expected:
    """What the profile says. `login` is a fingerprint of who signs in to NetSuite, never a secret; `since` the cutover.

    `tenant` is "" while it is not pinned. `fields` are script ids by the profile's names (without a claim note that is
    not used), `methods` NetSuite's payment methods with their Zuora MethodType.
    """

    environment: Environment
    netsuite_host: str
    login: str
    tenant: str
    entity: str
    route: Route
    since: date
    certificates: Certificates | None = None  # None: NetSuite is not reached with one
    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: StatusTexts = StatusTexts()
    methods: Mapping[str, str] = field(default_factory=dict)
    connector_off: Attested | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether the NetSuite account is a sandbox or a release preview by its number, as `1234567_SB1` is."""
        return bool(re.search(r"_(SB|RP)\d*$", self.environment.netsuite.upper()))


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


@dataclass(slots=True)
class Holdings:
    """What the account holds, as far as it could be read: what a mapping is chosen from."""

    fields: FieldsFound | None = None
    seen: Seen = field(default_factory=lambda: Seen(Unread("payment methods", "they were not read")))


@dataclass(frozen=True, slots=True)
class Offer:
    """A setting: its name, its title, what may be chosen (value, words), and what is proposed ("" for nothing).

    `now` is what the profile says; it is among the choices, marked where the account does not have it.
    """

    name: str
    title: str
    choices: tuple[tuple[str, str], ...]
    proposed: str
    now: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What a mapping is chosen from, and who has confirmed before that the connector does not sync refunds."""

    fields: tuple[Offer, ...]
    statuses: tuple[Offer, ...]
    methods: tuple[Offer, ...]
    confirmed: Attested | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """The whole checklist; `pin` is set while the profile names no tenant and the token does.

    `offers` are None where NetSuite did not tell what there is to choose from.
    """

    checks: tuple[Check, ...]
    pin: Pin | None
    fingerprint: str
    offers: Offers | None = None

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
