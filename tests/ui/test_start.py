"""The start page: demo, connections, and what can go wrong with each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Credentials, DeskError, Setup
from nsz_desk.engine.checks import Answer as CheckAnswer
from nsz_desk.engine.checks import Check, Examination, Pin
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import parse_profile
from nsz_desk.settings.model import ZUORA_HOSTS
from nsz_desk.ui.application import run
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.ports import SECRETS, ProfileLine
from nsz_desk.ui.start.connect import ConnectDialog
from nsz_desk.ui.start.connection import CENTRES, Connection
from nsz_desk.ui.start.view import StartWindow
from tests.ui.conftest import Recorder
from tests.ui.fake_desk import FakeDesk

HOSTILE = ProfileLine("<b>x</b>\u202e", "production", "9" * 300, "<img src=x>", problem="<i>kind</i> is missing")
LINES = (
    ProfileLine("books", "sandbox", "1234567_SB1", "test.zuora.com", last=True),
    ProfileLine("old", "production", "7654321", "na.zuora.com"),
    HOSTILE,
)

OK_CHECK = Check("reachable", "NetSuite reachable", CheckAnswer.OK, "it answers")
OPEN_CHECK = Check("connector_sync", "Connector", CheckAnswer.NOT_KNOWN, "not readable", "Ask its administrator.")
BAD_CHECK = Check("zuora_login", "Zuora signed in", CheckAnswer.PROBLEM, "the client is refused", "Renew the client.")


@dataclass
class FakeFront:
    """Profiles that open, or do not."""

    lines: tuple[ProfileLine, ...] = LINES
    fails: DeskError | None = None
    found: Examination = field(default_factory=lambda: Examination((OK_CHECK, OPEN_CHECK), Pin("t.1", "-", False), "x"))
    opened: list[str] = field(default_factory=list)
    added: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

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

    def test_profile(self, text: str, secrets: Mapping[str, str]) -> Examination:
        """What it was given, or the error."""
        if self.fails:
            raise self.fails
        return self.found

    def add_profile(self, name: str, text: str, secrets: Mapping[str, str]) -> str:
        """Remember, or the error."""
        if self.fails:
            raise self.fails
        self.added.append((name, text, dict(secrets)))
        self.lines = (*self.lines, ProfileLine(name, "sandbox", "1", "2"))
        return "saved and read back in the test's keychain"


Began = Callable[[FakeFront], StartWindow]


@pytest.fixture
def began(qtbot: QtBot, recorder: Recorder) -> Iterator[Began]:
    """Open the start page and wait for its profiles."""
    jobs = Jobs()

    def open_page(front: FakeFront) -> StartWindow:
        window = StartWindow(front, jobs, theme="light", messages=recorder)
        qtbot.addWidget(window)
        with qtbot.waitSignal(window.listed):
            window.show()
        return window

    yield open_page
    jobs.close()


def test_the_page_offers_demo_connect_and_the_connections(began: Began) -> None:
    """The one used last has the focus; one with a mistake in its file is grey and says why."""
    window = began(FakeFront())
    books, old, broken = window.profile_buttons()
    assert books.hasFocus()
    assert books.accessibleName() == "books SANDBOX used last 1234567_SB1 ⇄ test.zuora.com"
    assert old.isEnabled()
    assert not broken.isEnabled()
    assert "kind" in broken.toolTip()
    assert window.demo.text() == "Try the demo"
    assert window.connect_.text() == "Connect…"


def test_hostile_profile_texts_are_inert(began: Began) -> None:
    """Markup and reordering in a profile's file are shown as they stand; nothing grows out of the page."""
    window = began(FakeFront())
    texts = " ".join(one.text() for one in window.findChildren(QLabel))
    assert "\u202e" not in texts
    assert "<b>x</b>⟪RLO⟫" in texts
    assert "<i>" not in window.profile_buttons()[2].toolTip()
    assert window.width() == 1440


def test_without_profiles_the_demo_is_one_key_away(began: Began, qtbot: QtBot) -> None:
    """The demo has the focus; Space starts it, and the desk it opens is handed on once."""
    front = FakeFront(lines=())
    window = began(front)
    assert window.demo.hasFocus()
    with qtbot.waitSignal(window.opened) as opened:
        window.demo.click()
        window.demo.click()
    assert opened.args
    assert isinstance(opened.args[0], FakeDesk)
    assert front.opened == ["demo"]


def test_an_early_press_waits_until_the_profiles_are_read(qtbot: QtBot, recorder: Recorder) -> None:
    """The demo pressed before the page knows its profiles is opened after them, once, and not beside them."""
    front = FakeFront()
    together: list[str] = []
    read, gate = front.profiles, Event()

    def slowly() -> tuple[ProfileLine, ...]:
        gate.wait(5)
        together.extend(front.opened)
        return read()

    front.profiles = slowly  # type: ignore[method-assign]
    jobs = Jobs()
    window = StartWindow(front, jobs, theme="light", messages=recorder)
    qtbot.addWidget(window)
    window.show()
    window.demo.click()
    qtbot.wait(60)
    assert front.opened == []
    with qtbot.waitSignal(window.opened):
        gate.set()
    assert (front.opened, together) == (["demo"], [])
    jobs.close()


def test_a_profile_that_does_not_open_says_why_and_can_be_tried_again(
    began: Began, qtbot: QtBot, recorder: Recorder
) -> None:
    """A locked keychain is told in its own words; afterwards every button works again."""
    front = FakeFront(fails=Credentials("The keychain is locked.", "Nothing was read.", "Unlock it."))
    window = began(front)
    window.profile_buttons()[0].click()
    assert not window.demo.isEnabled()
    qtbot.waitUntil(lambda: bool(recorder.errors) and not window.opening)
    assert recorder.errors == [front.fails]
    assert window.demo.isEnabled()
    assert not window.profile_buttons()[2].isEnabled()


def fill(dialog: ConnectDialog) -> None:
    """Sandbox systems by keyboard: Space on Sandbox, then typing from field to field."""
    page = dialog.systems
    assert dialog.focusWidget() is page.kinds["sandbox"]
    QTest.keyClick(page.kinds["sandbox"], Qt.Key.Key_Space)
    QTest.keyClicks(page.account, "1234567-sb1")
    page.centre.setCurrentIndex(page.centre.findData("rest.test.zuora.com"))
    QTest.keyClicks(page.name, "books-sb")


def test_connect_goes_over_systems_secrets_and_test_to_a_saved_connection(began: Began, qtbot: QtBot) -> None:
    """Some secrets are not enough; what the test found is pinned; secrets are handed on once."""
    front = FakeFront()
    window = began(front)
    dialog = window.show_connect()
    assert not dialog.next.isEnabled()
    fill(dialog)
    dialog.next.click()
    fields = list(dialog.keys.fields.values())
    assert {one.echoMode() for one in fields} == {QLineEdit.EchoMode.Password}
    assert dialog.next.text() == "Save without secrets"
    fields[0].setText("k")
    assert not dialog.next.isEnabled()
    assert "all 6" in dialog.next.toolTip()
    for one in fields:
        one.setText(" s ")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save connection")
    assert dialog.step.text() == "Connected. 2 checks: 1 ok, 1 not known."
    assert "What to do: Ask its administrator." in [one.text() for one in dialog.checks.findChildren(QLabel)]
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    ((name, text, secrets),) = front.added
    assert (name, secrets) == ("books-sb", {key: "s" for key, _ in SECRETS})
    profile = parse_profile(text)
    assert (profile.kind.value, profile.netsuite.account, profile.zuora.tenant) == ("sandbox", "1234567_SB1", "t.1")
    assert not profile.zuora.settlement
    said = " ".join(one.text() for one in window.findChildren(QLabel))
    assert "Saved books-sb. Secrets: saved and read back in the test's keychain." in said
    assert [one.profile.name for one in window.profile_buttons()][-1] == "books-sb"


def test_production_and_a_sandbox_never_meet_in_one_connection(began: Began) -> None:
    """The data centres are those of the environment; an account of the other kind is named and refused."""
    dialog = began(FakeFront()).show_connect()
    page = dialog.systems
    page.kinds["production"].setChecked(True)
    hosts = [page.centre.itemData(at) for at in range(page.centre.count())]
    assert {ZUORA_HOSTS[host] for host in hosts} == {"production"}
    page.name.setText("books")
    page.account.setText("1234567_SB1")
    assert not dialog.next.isEnabled()
    assert "never mix" in dialog.next.toolTip()
    page.account.setText("1234567")
    assert dialog.next.isEnabled()
    dialog.reject()


def test_a_test_that_finds_a_problem_says_so_and_can_be_repeated(began: Began, qtbot: QtBot) -> None:
    """The worst line stands first with its remedy; Back leads to the secrets as they were typed."""
    front = FakeFront(found=Examination((OK_CHECK, BAD_CHECK), None, ""))
    dialog = began(front).show_connect()
    fill(dialog)
    dialog.next.click()
    for one in dialog.keys.fields.values():
        one.setText("s")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save anyway")
    assert dialog.step.text() == "Not yet connected. 2 checks: 1 ok, 1 problem."
    first = dialog.checks.findChildren(QLabel)[0]
    assert first.text() == "Zuora signed in (problem): the client is refused"
    dialog.back.click()
    assert len(dialog.keys.entered()) == 6
    dialog.reject()


def test_a_file_takes_the_place_of_the_fields(began: Began, qtbot: QtBot, tmp_path: Path) -> None:
    """Its stem is the name proposed; without secrets it is saved alone."""
    file = tmp_path / "my books.toml"
    file.write_text("kind = 'sandbox'")
    front = FakeFront()
    window = began(front)
    dialog = window.show_connect()
    dialog.take_file(file)
    assert dialog.systems.name.text() == "my-books"
    assert not dialog.systems.account.isEnabled()
    dialog.next.click()
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    assert front.added == [("my-books", "kind = 'sandbox'", {})]


def test_a_profile_that_is_refused_keeps_the_dialog_and_what_was_typed(
    began: Began, qtbot: QtBot, tmp_path: Path
) -> None:
    """The reason stands in the dialog; nothing has to be typed again."""
    file = tmp_path / "p.toml"
    file.write_text("x")
    window = began(FakeFront(fails=Setup("Settings are wrong: kind.", "Nothing was sent.", "Correct these fields.")))
    dialog = window.show_connect()
    dialog.take_file(file)
    dialog.next.click()
    dialog.next.click()
    qtbot.waitUntil(lambda: bool(dialog.said.text()))
    assert dialog.said.text() == "Settings are wrong: kind. Correct these fields."
    assert dialog.isVisible()
    assert dialog.next.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": ""}, "environment"),
        ({"account": "12x"}, "account id"),
        ({"account": "1234567"}, "never mix"),
        ({"host": "rest.na.zuora.com"}, "data centre"),
        ({"cutover": "1.10.2026"}, "cutover"),
        ({"zone": "Mars/Olympus"}, "time zone"),
        ({"zone": "../etc/passwd"}, "time zone"),
        ({}, ""),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, str], word: str) -> None:
    """Each with what is expected."""
    good = Connection("sandbox", " 1234567-sb1 ", "rest.test.zuora.com", "2026-10-01", "Europe/Berlin")
    found = replace(good, **changes).problem()
    assert word in found
    assert bool(found) is bool(word)


def test_every_data_centre_of_the_allow_list_can_be_chosen() -> None:
    """None is forgotten, none is made up."""
    assert set(CENTRES) == set(ZUORA_HOSTS)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 300_000], ids=["not text", "too large"])
def test_a_file_that_is_no_profile_is_refused_at_once(began: Began, tmp_path: Path, content: bytes) -> None:
    """Nothing is saved from it, and the reason is said."""
    file = tmp_path / "p.toml"
    file.write_bytes(content)
    dialog = began(FakeFront()).show_connect()
    dialog.take_file(file)
    assert "cannot be read" in dialog.said.text()
    assert not dialog.next.isEnabled()
    dialog.take_file(tmp_path / "missing.toml")
    assert not dialog.next.isEnabled()
    dialog.reject()


def test_the_program_goes_from_the_start_page_into_the_main_window(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`run` without a desk opens the start page; the demo takes its place on the screen, then closing ends it."""
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr("sys.setswitchinterval", lambda _seconds: None)
    seen: list[str] = []

    def look() -> None:
        windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        for one in windows:
            if isinstance(one, StartWindow) and "start" not in seen:
                seen.append("start")
                one.demo.click()
            elif isinstance(one, MainWindow) and not one.pending.actions_.reading and one.pending.table.rows():
                seen.append(f"main, {len(windows)} window")
                one.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    jobs = Jobs()
    assert run(None, jobs, front=FakeFront(), theme="light", layout=tmp_path / "layout.ini") == 0
    jobs.close()
    assert seen == ["start", "main, 1 window"]
    assert (tmp_path / "layout.ini").exists()
