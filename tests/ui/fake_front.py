"""Profiles for the start page that open, or do not; a page with them; and typing into the wizard."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nsz_desk.domain.errors import DeskError, Setup
from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.engine.checks import Answer, Check, Examination, Pin
from nsz_desk.engine.evidence import Evidence
from nsz_desk.ui.front_door import ProfileLine, ProfileText, Wanted
from nsz_desk.ui.start.connect import ConnectDialog
from nsz_desk.ui.start.connection import Connection
from nsz_desk.ui.start.view import StartWindow
from tests.ui.fake_desk import FakeDesk

HOSTILE = ProfileLine("<b>x</b>\u202e", "production", "9" * 300, "<img src=x>", problem="<i>kind</i> is missing")
LINES = (
    ProfileLine("books", "sandbox", "1234567_SB1", "test.zuora.com", last=True),
    ProfileLine("old", "production", "7654321", "na.zuora.com"),
    HOSTILE,
)

OK_CHECK = Check("reachable", "NetSuite reachable", Answer.OK, "it answers")
OPEN_CHECK = Check("connector_sync", "Connector", Answer.NOT_KNOWN, "not readable", "Ask its administrator.")
BAD_CHECK = Check("zuora_login", "Zuora signed in", Answer.PROBLEM, "the client is refused", "Renew the client.")


PROFILE = Connection("sandbox", "1234567_SB1", "rest.test.zuora.com", "2026-10-01", "Europe/Berlin").text()
WAITING = KeyCertificate("-----BEGIN CERTIFICATE-----", date(2028, 11, 23), 729)


@dataclass
class FakeFront:
    """Profiles that open, or do not."""

    lines: tuple[ProfileLine, ...] = LINES
    fails: DeskError | None = None
    found: Examination = field(default_factory=lambda: Examination((OK_CHECK, OPEN_CHECK), Pin("t.1", "-", False), "x"))
    opened: list[str] = field(default_factory=list)
    added: list[Wanted] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    probed: list[str] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)  # for each key made, whether it was another

    def profiles(self) -> tuple[ProfileLine, ...]:
        """What it was given."""
        return self.lines

    def open_profile(self, name: str) -> FakeDesk:
        """A desk, or the error."""
        self.opened.append(name)
        if self.fails:
            raise self.fails
        return FakeDesk(kind="sandbox")

    def open_demo(self) -> FakeDesk:
        """A desk, or the error."""
        return self.open_profile("demo")

    def test_profile(self, wanted: Wanted, tell: Callable[[Check], None]) -> Examination:
        """What it was given, or the error."""
        if self.fails:
            raise self.fails
        return self.found

    def write_probe(self, wanted: Wanted) -> Check:
        """Nothing changed, or the error."""
        if self.fails:
            raise self.fails
        self.probed.append(wanted.name)
        return Check("write_probe", "Write to NetSuite", Answer.OK, "refund 7 reads the same")

    def add_profile(self, wanted: Wanted) -> str:
        """Remember, or the error."""
        if self.fails:
            raise self.fails
        self.added.append(wanted)
        self.lines = (*self.lines, ProfileLine(wanted.name, "sandbox", "1", "2"))
        return "saved and read back in the test's keychain"

    def make_key(self, wanted: Wanted, again: bool) -> ProfileText:
        """A connection whose key waits, or the error."""
        if self.fails:
            raise self.fails
        self.keys.append(again)
        return replace(self.profile(wanted.name), text=wanted.text, waiting=WAITING)

    def profile(self, name: str) -> ProfileText:
        """A connection over REST."""
        return ProfileText(name, PROFILE, "sandbox", "rest", "1234567_SB1")

    def read_profile(self, text: str) -> ProfileText:
        """What a good file holds; anything else is refused."""
        if text != PROFILE:
            raise Setup("The file holds a secret (token), and is refused.", "Nothing was saved.", "Take it out.")
        return self.profile("")

    def export_profile(self, name: str) -> str:
        """Some text."""
        return f"name = '{name}'"

    def check_evidence(self, path: Path) -> Evidence:
        """Intact, or the error."""
        if self.fails:
            raise self.fails
        at = datetime(2026, 11, 22, 9, 33, tzinfo=UTC)
        return Evidence("1234567", 12, 3, at, at, "ab" * 32, "cd" * 32)

    def remove_profile(self, name: str) -> str:
        """Remember."""
        self.removed.append(name)
        return f"{name} is removed."


Began = Callable[[FakeFront], StartWindow]


def fill(dialog: ConnectDialog) -> None:
    """Sandbox systems by keyboard: Space on Sandbox, then typing from field to field."""
    page = dialog.systems
    assert dialog.focusWidget() is page.kinds["sandbox"]
    QTest.keyClick(page.kinds["sandbox"], Qt.Key.Key_Space)
    QTest.keyClicks(page.account, "1234567-sb1")
    page.centre.setCurrentIndex(page.centre.findData("rest.test.zuora.com"))
    QTest.keyClicks(page.name, "books-sb")
