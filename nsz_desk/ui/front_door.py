"""What the start page asks of the front door, as types. It is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the start page is painted before the engine is loaded
    from pathlib import Path

    from nsz_desk.domain.choices import Choices
    from nsz_desk.engine.certificates import KeyCertificate
    from nsz_desk.engine.checks import Check, Examination
    from nsz_desk.engine.evidence import Evidence
    from nsz_desk.ui.ports import Desk


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A profile as the start page shows it. `kind` is simulator, sandbox or production.

    `problem` says why it cannot be opened (a mistake in its file), "" when it can; `last` marks the one used last.
    `interface` is soap or rest; `certificate` and `waiting` are the certificates of its key in use and of a new key.
    """

    name: str
    kind: str
    netsuite: str
    zuora: str
    last: bool = False
    problem: str = ""
    interface: str = "soap"
    certificate: KeyCertificate | None = None
    waiting: KeyCertificate | None = None


@dataclass(frozen=True, slots=True)
class ProfileText:
    """A checked profile as text (JSON), the name proposed for it ("": none), and what the dialog shows of it.

    `waiting` is the certificate of a new key that waits for its id; `kept`: its secrets can be read.
    """

    name: str
    text: str
    kind: str
    interface: str
    netsuite: str
    waiting: KeyCertificate | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connection to save: name, profile as text (TOML or JSON), and its secrets by the keys of SECRETS.

    Secrets that are missing are those kept already; none at all saves the profile alone. `new` refuses a name that is
    taken. `this_run` keeps the secrets until the program ends, and never in the keychain. `choices` are of the mapping.
    """

    name: str
    text: str
    secrets: Mapping[str, str]
    new: bool = True
    this_run: bool = False
    choices: Choices | None = None


class FrontDoor(Protocol):
    """How the start page gets a Desk. Every method may block (keychain, journal) and is called in a job only.

    All raise DeskError with what is true now and what to do.
    """

    def profiles(self) -> tuple[ProfileLine, ...]:
        """The profiles there are, in the order to show."""

    def open_profile(self, name: str) -> Desk:
        """The Desk on a profile, with its secrets; raises NoSecrets when there are none."""

    def open_demo(self) -> Desk:
        """The Desk on the demo company."""

    def test_profile(self, wanted: Wanted, tell: Callable[[Check], None]) -> Examination:
        """The connection test of a profile that need not be saved yet; `tell` hears of each line as it is known."""

    def write_probe(self, wanted: Wanted) -> Check:
        """Write one field of one refund with the value that it has; never on production."""

    def add_profile(self, wanted: Wanted) -> str:
        """Check and save a profile and its secrets; answers where the secrets are, in words."""

    def make_key(self, wanted: Wanted, again: bool) -> ProfileText:
        """Make a key for REST in the keychain and save the profile, whose certificate waits then.

        One that waits already stays, unless `again` asks for another in its place.
        """

    def profile(self, name: str) -> ProfileText:
        """A saved profile; whether its secrets are kept is asked of the keychain."""

    def read_profile(self, text: str) -> ProfileText:
        """The profile in a file's text; hostile ones are refused by name."""

    def export_profile(self, name: str) -> str:
        """The text of a file for another desk, without secrets."""

    def remove_profile(self, name: str) -> str:
        """Remove a profile with its secrets; answers what stays, in words."""

    def check_evidence(self, path: Path) -> Evidence:
        """Check a journal that somebody handed over; raises Setup when it is no evidence."""


_ZUORA = (("zuora.client_id", "Zuora client id"), ("zuora.client_secret", "Zuora client secret"))
SECRETS: dict[str, tuple[tuple[str, str], ...]] = {
    "soap": (
        ("netsuite.consumer_key", "NetSuite consumer key"),
        ("netsuite.consumer_secret", "NetSuite consumer secret"),
        ("netsuite.token", "NetSuite token id"),
        ("netsuite.token_secret", "NetSuite token secret"),
        *_ZUORA,
    ),
    "rest": (
        ("netsuite_rest.client_id", "NetSuite client id"),
        ("netsuite_rest.certificate_id", "NetSuite certificate id"),
        ("netsuite_rest.private_key", "NetSuite private key"),
        *_ZUORA,
    ),
}
