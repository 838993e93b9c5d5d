"""The start page with the real front door and a simulator over sockets, by keyboard only: from nothing to a list."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from keyring import errors
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.connections import connections
from nsz_desk.front import Front
from nsz_desk.lanes import Jobs
from nsz_desk.settings import vault
from nsz_desk.settings.file import Profiles, parse_profile
from nsz_desk.simulator.netsuite_oauth import certificate_id, own_certificate
from nsz_desk.simulator.server import Simulator
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.start.connect import TEST, ConnectDialog
from nsz_desk.ui.start.view import StartWindow
from tests.cli.commands import secret_service
from tests.ui.conftest import Recorder

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
WAIT_MS = 60_000
LONGEST_WAY = 60  # presses of Tab after which a field counts as out of reach

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # a screen in memory has no window manager


class Person:
    """Somebody who only has a keyboard. `world` is the simulator behind both systems."""

    def __init__(self, world: Simulator, home: Path, jobs: Jobs, qtbot: QtBot, stack: ExitStack) -> None:
        self.said, self._jobs, self._qtbot, self.world, self.home = Recorder(), jobs, qtbot, world, home
        self.window = StartWindow(Front(stack), jobs, theme="light", messages=self.said)
        qtbot.addWidget(self.window)
        with qtbot.waitSignal(self.window.listed, timeout=WAIT_MS):
            self.window.show()

    @property
    def told(self) -> dict[str, Any]:
        """What the simulator says of itself."""
        return dict(self.world.announcement())

    def file(self, name: str, **changes: object) -> Path:
        """The simulator's profile for REST as a file."""
        path = self.home / f"{name}.json"
        path.write_text(json.dumps(self.told["profile_rest"] | changes))
        return path

    def go_to(self, window: QWidget, wanted: QWidget) -> None:
        """Press Tab until the focus is there."""
        for _ in range(LONGEST_WAY):
            if window.focusWidget() is wanted:
                return
            QTest.keyClick(window.focusWidget(), KEY.Key_Tab)
        raise AssertionError(f"{wanted.accessibleName()} cannot be reached by Tab")

    def press(self, window: QWidget, wanted: QWidget) -> None:
        """Go to a button and press Space."""
        self.go_to(window, wanted)
        QTest.keyClick(wanted, KEY.Key_Space)

    def connect(self) -> ConnectDialog:
        """Open the wizard."""
        with self._qtbot.waitSignal(self.window.keeping.asked, timeout=WAIT_MS) as opened:
            self.press(self.window, self.window.page.connect_)
        return self._dialog(opened.args)

    def renew(self) -> ConnectDialog:
        """Open the menu of the connection and choose its second entry."""
        (row,) = self.window.page.rows
        self.press(self.window, row.more)
        self.wait(row.menu.isVisible)
        QTest.keyClick(row.menu, KEY.Key_Down)
        with self._qtbot.waitSignal(self.window.keeping.asked, timeout=WAIT_MS) as opened:
            QTest.keyClick(row.menu, KEY.Key_Return)
        return self._dialog(opened.args)

    def take_file(self, dialog: ConnectDialog) -> None:
        """Choose the profile file; the system's own dialog answers by itself."""
        self.press(dialog, dialog.systems.choose)
        self.wait(lambda: bool(dialog.systems.name.text()) or bool(dialog.said.text()))

    def type_secrets(self, dialog: ConnectDialog, **given: str) -> None:
        """Type, or paste what has more than one line, into the fields named `system__name`."""
        for key, value in given.items():
            field = dialog.keys.fields[key.replace("__", ".")]
            self.go_to(dialog, field)
            if "\n" in value:
                QGuiApplication.clipboard().setText(value)
                QTest.keyClick(field, KEY.Key_V, CTRL)
            else:
                QTest.keyClicks(field, value)

    def test(self, dialog: ConnectDialog) -> None:
        """Test the connection and wait for the checklist."""
        self.press(dialog, dialog.next)
        self.wait(lambda: dialog.pages.currentIndex() == TEST and dialog.next.isEnabled())
        assert dialog.step.text().startswith("Connected."), dialog.step.text()

    def save(self, dialog: ConnectDialog) -> None:
        """Go over the mapping as it is proposed, save, and wait for the start page."""
        if dialog.pages.currentIndex() == TEST:
            self.press(dialog, dialog.next)
        assert dialog.next.text() == "Save connection"
        with self._qtbot.waitSignal(self.window.listed, timeout=WAIT_MS):
            self.press(dialog, dialog.next)

    def listed(self) -> int:
        """Open the connection that has the focus; how many refunds its list shows."""
        (row,) = self.window.page.rows
        with self._qtbot.waitSignal(self.window.opened, timeout=WAIT_MS) as opened:
            self.press(self.window, row.button)
        assert opened.args
        window = MainWindow(opened.args[0], self._jobs, theme="light", messages=self.said, look_ms=0)
        self._qtbot.addWidget(window)
        with self._qtbot.waitSignal(window.pending.listed, timeout=WAIT_MS):
            window.show()
        self.wait(lambda: not window.pending.actions_.reading)
        rows = len(window.pending.table.rows())
        assert window.close()
        return rows

    def wait(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(true, timeout=WAIT_MS)

    def _dialog(self, args: list[Any] | None) -> ConnectDialog:
        assert args
        dialog = args[0]
        assert isinstance(dialog, ConnectDialog)
        self.wait(dialog.isActiveWindow)  # arrows move in a group of choices of the active window only
        return dialog


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A keychain that the desk trusts."""
    kept = secret_service()
    monkeypatch.setattr(vault, "_usable_backend", lambda: kept)
    return kept


@pytest.fixture
def person(own_home: Path, qtbot: QtBot) -> Iterator[Person]:
    """A person before the start page of a new installation."""
    jobs = Jobs()
    with Simulator("demo") as world, ExitStack() as stack:
        yield Person(world, own_home, jobs, qtbot, stack)
    jobs.close()


def choose(monkeypatch: pytest.MonkeyPatch, name: str, path: Path) -> None:
    """What the system's file dialog answers."""
    monkeypatch.setattr(QFileDialog, name, lambda *_args, **_more: (str(path), ""))


def test_rest_by_keyboard_from_making_a_key_to_a_listed_refund(
    person: Person, ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk makes the key, the administrator registers its certificate, the id is entered, tested and saved."""
    certificate = person.home / "for-the-administrator.pem"
    choose(monkeypatch, "getOpenFileName", person.file("books"))
    choose(monkeypatch, "getSaveFileName", certificate)
    dialog = person.connect()
    person.take_file(dialog)
    person.press(dialog, dialog.next)
    secrets = person.told["credentials"]
    person.type_secrets(dialog, netsuite_rest__client_id=secrets["netsuite_rest"]["client_id"])
    person.press(dialog, dialog.keys.key.make)
    person.wait(certificate.exists)
    assert not dialog.next.isEnabled()
    assert "certificate id" in dialog.why.text()
    pem = certificate.read_text()
    assert "PRIVATE" not in pem
    person.world.world.netsuite.certificates = [pem]
    person.type_secrets(
        dialog,
        netsuite_rest__certificate_id=certificate_id(pem),
        zuora__client_id=secrets["zuora"]["client_id"],
        zuora__client_secret=secrets["zuora"]["client_secret"],
    )
    person.test(dialog)
    person.save(dialog)
    assert "certificate 729 days left" in person.window.page.rows[0].button.accessibleName()
    assert person.listed() > 5
    assert person.said.errors == []
    kept = [value for _, value in ring.entries.items() if "PRIVATE KEY" in value]
    assert len(kept) == 1
    files = b"".join(one.read_bytes() for one in person.home.rglob("*") if one.is_file())
    assert kept[0].splitlines()[1].encode() not in files


def test_a_key_whose_id_comes_later_is_waited_for_over_a_restart(
    person: Person, ring: Any, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The wizard is closed; the connection says what it waits for, and opening it goes on where it was left."""
    certificate = person.home / "later.pem"
    choose(monkeypatch, "getOpenFileName", person.file("books"))
    choose(monkeypatch, "getSaveFileName", certificate)
    dialog = person.connect()
    person.take_file(dialog)
    person.press(dialog, dialog.next)
    person.press(dialog, dialog.keys.key.make)
    person.wait(certificate.exists)
    person.press(dialog, dialog.cancel)
    person.wait(lambda: len(person.window.page.rows) == 1)
    assert "waits for the certificate id" in person.window.page.rows[0].button.accessibleName()
    pem = certificate.read_text()
    person.world.world.netsuite.certificates = [pem]
    with qtbot.waitSignal(person.window.keeping.asked, timeout=WAIT_MS) as opened:
        person.press(person.window, person.window.page.rows[0].button)
    dialog = person._dialog(opened.args)
    assert "No secrets are kept" in dialog.said.text()
    secrets = person.told["credentials"]
    person.type_secrets(
        dialog,
        netsuite_rest__client_id=secrets["netsuite_rest"]["client_id"],
        netsuite_rest__certificate_id=certificate_id(pem),
        zuora__client_id=secrets["zuora"]["client_id"],
        zuora__client_secret=secrets["zuora"]["client_secret"],
    )
    person.test(dialog)
    person.save(dialog)
    assert person.listed() > 5


def test_a_certificate_is_renewed_while_the_old_key_goes_on_working(
    person: Person, ring: Any, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The menu leads to a new key; an id that NetSuite does not know cannot be saved; the right one takes over."""
    secrets = person.told["credentials"]
    given = {f"{b}.{n}": value for b in ("netsuite_rest", "zuora") for n, value in secrets[b].items()}
    keep = connections().keep
    keep("books", parse_profile(person.file("books").read_text()), given, new=True)
    with qtbot.waitSignal(person.window.listed, timeout=WAIT_MS):
        person.window.refresh()
    before = dict(ring.entries)
    certificate = person.home / "renewed.pem"
    choose(monkeypatch, "getSaveFileName", certificate)
    dialog = person.renew()
    assert dialog.focusWidget() is dialog.keys.key.make
    person.press(dialog, dialog.keys.key.make)
    person.wait(certificate.exists)
    assert before.items() <= ring.entries.items()
    pem = certificate.read_text()
    person.type_secrets(dialog, netsuite_rest__certificate_id="not-this-one")
    person.press(dialog, dialog.next)
    person.wait(lambda: dialog.next.text() == "Save anyway")
    assert not dialog.next.isEnabled()
    assert "the one in use stays" in dialog.why.text()
    person.press(dialog, dialog.cancel)

    own = secrets["netsuite_rest"]["certificate_id"]
    person.world.world.netsuite.certificates = [own_certificate(), pem]
    dialog = person.renew()
    assert dialog.focusWidget() is dialog.keys.fields["netsuite_rest.certificate_id"]
    person.type_secrets(dialog, netsuite_rest__certificate_id=certificate_id(pem))
    person.test(dialog)
    person.save(dialog)
    assert own not in ring.entries.values()
    assert [name for name, _ in ring.entries if "next_key" in name] == []
    person.world.world.netsuite.certificates = [pem]
    assert person.listed() > 5
    assert person.said.errors == []


def test_production_with_a_sandbox_is_refused_in_fields_and_in_a_file(
    person: Person, ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wizard says that they never mix; a file that mixes them is refused in words, and nothing is saved."""
    dialog = person.connect()
    page = dialog.systems
    QTest.keyClick(page.kinds["sandbox"], KEY.Key_Space)
    QTest.keyClick(page.kinds["sandbox"], KEY.Key_Right)
    assert page.kinds["production"].isChecked()
    person.go_to(dialog, page.account)
    QTest.keyClicks(page.account, "1234567_SB1")
    person.go_to(dialog, page.name)
    QTest.keyClicks(page.name, "books")
    assert not dialog.next.isEnabled()
    assert "they never mix" in dialog.why.text()
    zuora = person.told["profile_rest"]["zuora"] | {"url": "https://rest.test.zuora.com"}
    netsuite = person.told["profile_rest"]["netsuite"] | {"account": "1234567", "url": ""}
    mixed = person.file("mixed", kind="production", zuora=zuora, netsuite=netsuite)
    choose(monkeypatch, "getOpenFileName", mixed)
    person.press(dialog, page.choose)
    person.wait(lambda: bool(dialog.said.text()))
    assert "must all be sandbox or all be production" in dialog.said.text()
    assert not dialog.next.isEnabled()
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert Profiles(person.home).names() == ()


def test_a_locked_keychain_is_told_and_the_secrets_can_be_for_this_run_only(
    person: Person, ring: Any, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Nothing is saved at first; for this run the list is there; after a restart the secrets are asked for again."""
    choose(monkeypatch, "getOpenFileName", person.file("books"))
    ring.failure = errors.KeyringLocked("hush")
    dialog = person.connect()
    person.take_file(dialog)
    person.press(dialog, dialog.next)
    secrets = person.told["credentials"]
    blocks = ("netsuite_rest", "zuora")
    given = {f"{block}__{name}": value for block in blocks for name, value in secrets[block].items()}
    person.type_secrets(dialog, **given)
    person.test(dialog)
    person.press(dialog, dialog.next)  # to the mapping
    person.press(dialog, dialog.next)
    person.wait(lambda: bool(dialog.said.text()))
    assert "refused to save the secrets" in dialog.said.text()
    assert "Unlock it" in dialog.said.text()
    assert "hush" not in dialog.said.text()
    assert Profiles(person.home).names() == ()
    person.press(dialog, dialog.this_run)
    person.save(dialog)
    assert "for this run only" in person.window.page.said.text()
    assert ring.entries == {}
    assert person.listed() > 5

    with ExitStack() as stack:
        again = Person(person.world, person.home, person._jobs, qtbot, stack)
        with qtbot.waitSignal(again.window.keeping.asked, timeout=WAIT_MS) as opened:
            again.press(again.window, again.window.page.rows[0].button)
        dialog = again._dialog(opened.args)
        assert "refused to read the secrets" in dialog.said.text()
        assert dialog.windowTitle() == "Secrets of books"
        QTest.keyClick(dialog, KEY.Key_Escape)
        assert person.said.errors + again.said.errors == []


def test_without_a_keychain_no_key_is_made_and_secrets_last_for_this_run(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made key would be lost with the program; typed secrets open the list, and the page says for how long."""
    monkeypatch.setattr(vault, "ALLOWED", {("no.such.module", "Keyring"): "Secret Service"})
    choose(monkeypatch, "getOpenFileName", person.file("books"))
    dialog = person.connect()
    person.take_file(dialog)
    person.press(dialog, dialog.next)
    person.press(dialog, dialog.keys.key.make)
    person.wait(lambda: bool(dialog.said.text()))
    assert "no keychain that the desk trusts" in dialog.said.text()
    assert Profiles(person.home).names() == ()
    secrets = person.told["credentials"]
    blocks = ("netsuite_rest", "zuora")
    given = {f"{block}__{name}": value for block in blocks for name, value in secrets[block].items()}
    person.type_secrets(dialog, **given)
    person.test(dialog)
    person.save(dialog)
    assert "for this run only" in person.window.page.said.text()
    assert "no keychain" in person.window.page.said.text()
    assert person.listed() > 5
    files = b"".join(one.read_bytes() for one in person.home.rglob("*") if one.is_file())
    assert [one for one in given.values() if one.encode() in files] == []
