"""What the start page does with connections: keys, secrets, renewal, duplicate, export, import, removal, evidence."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Credentials, DeskError, NoSecrets, Setup
from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.engine.checks import Answer, Check, Examination, Pin
from nsz_desk.ui.front_door import SECRETS, ProfileLine, Wanted
from nsz_desk.ui.start.connect import KEYS, SYSTEMS, ConnectDialog
from nsz_desk.ui.start.connection import over_rest, pinned
from nsz_desk.ui.start.profile_button import DUPLICATE, EXPORT, REMOVE, RENEW, REST
from nsz_desk.ui.start.profile_button import SECRETS as ENTER
from nsz_desk.ui.start.view import StartWindow
from tests.ui.conftest import Recorder
from tests.ui.fake_front import BAD_CHECK, HOSTILE, LINES, OK_CHECK, PROFILE, WAITING, Began, FakeFront, fill
from tests.ui.seeing import cut_off, misnamed


def test_what_the_test_pins_is_added_to_a_file_as_well() -> None:
    """Tenant, entity and Invoice Settlement; nothing else of the profile changes."""
    assert pinned(PROFILE, None) == PROFILE
    before, after = json.loads(PROFILE), json.loads(pinned(PROFILE, Pin("t.1", "-", True)))
    assert after.pop("zuora") == before.pop("zuora") | {"tenant": "t.1", "entity": "-", "invoice_settlement": "on"}
    assert after == before


def test_soap_is_offered_with_a_plain_warning_and_asks_for_tokens(began: Began) -> None:
    """REST is chosen at first; SOAP says when it ends, and the fields are those of its tokens."""
    dialog = began(FakeFront()).show_connect()
    page = dialog.systems
    fill(dialog)
    assert page.methods["rest"].isChecked()
    assert not page.late.isVisible()
    page.methods["soap"].setChecked(True)
    assert page.late.isVisible()
    assert "2027.1" in page.late.text()
    dialog.next.click()
    assert list(dialog.keys.fields) == [key for key, _ in SECRETS["soap"]]
    assert not dialog.keys.key.isVisible()
    for one in dialog.keys.fields.values():
        assert one.isVisible()
    assert json.loads(dialog.systems.connection().text())["netsuite"]["interface"] == "soap"
    dialog.reject()


def test_a_key_is_made_and_its_certificate_saved_for_the_administrator(
    began: Began, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is saved with it; only its id is missing then, and no private key can be typed any more."""
    file = tmp_path / "certificate.pem"
    asked: list[str] = []

    def choose(_owner: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        asked.append(name)
        return str(file), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    front = FakeFront()
    window = began(front)
    dialog = window.show_connect()
    fill(dialog)
    dialog.next.click()
    with qtbot.waitSignal(window.listed):
        dialog.keys.key.make.click()
    qtbot.waitUntil(file.exists)
    assert file.read_text() == "-----BEGIN CERTIFICATE-----\n"
    assert asked == ["nsz-desk-1234567_SB1-until-2028-11-23.pem"]
    assert "netsuite_rest.private_key" not in dialog.keys.entered()
    assert not dialog.keys.fields["netsuite_rest.private_key"].isEnabled()
    assert not dialog.next.isEnabled()
    assert dialog.cancel.text() == "Close"
    assert not dialog.back.isVisible()
    for key in ("netsuite_rest.client_id", "netsuite_rest.certificate_id", "zuora.client_id", "zuora.client_secret"):
        dialog.keys.fields[key].setText("s")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save connection")
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    (added,) = front.added
    assert (added.new, "netsuite_rest.private_key" in added.secrets) == (False, False)
    assert front.keys == [False]


def test_a_certificate_that_cannot_be_written_is_said_and_can_be_saved_again(
    began: Began, qtbot: QtBot, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key waits all the same; it is thrown away for another one only after a question."""
    paths = [str(tmp_path), "", str(tmp_path / "c.pem"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (paths.pop(0), ""))
    front = FakeFront()
    dialog = began(front).show_connect()
    fill(dialog)
    dialog.next.click()
    dialog.keys.key.make.click()
    qtbot.waitUntil(lambda: "cannot be written" in dialog.said.text())
    assert dialog.keys.key.waiting is WAITING
    dialog.keys.key.save.click()
    dialog.keys.key.save.click()
    assert (tmp_path / "c.pem").exists()
    assert not dialog.said.isVisible()
    dialog.keys.key.again.click()
    assert "worth nothing" in recorder.said[-1][1]
    assert dialog.keys.key.isEnabled()
    assert front.keys == [False]
    recorder.answer = True
    dialog.keys.key.again.click()
    qtbot.waitUntil(lambda: paths == [])
    assert front.keys == [False, True]
    dialog.reject()


def test_an_open_that_lacks_secrets_asks_for_them(began: Began, qtbot: QtBot) -> None:
    """None kept, or a locked keychain: the words stand in the dialog, and what was typed may be for this run only."""
    for problem in (NoSecrets("None are kept."), Credentials("The keychain is locked.", "Nothing.", "Unlock it.")):
        front = FakeFront(fails=problem)
        window = began(front)
        with qtbot.waitSignal(window.keeping.asked) as asked:
            window.page.rows[0].button.click()
        assert asked.args
        dialog = asked.args[0]
        assert isinstance(dialog, ConnectDialog)
        assert dialog.windowTitle() == "Secrets of books"
        assert problem.title in dialog.said.text()
        front.fails = None
        for one in dialog.keys.fields.values():
            one.setText("s")
        dialog.this_run.click()
        dialog.next.click()
        qtbot.waitUntil(lambda dialog=dialog: dialog.next.text() == "Save connection")  # type: ignore[misc]
        with qtbot.waitSignal(window.listed):
            dialog.next.click()
        assert (front.added[0].name, front.added[0].new, front.added[0].this_run) == ("books", False, True)


@pytest.mark.parametrize("fails", [None, Setup("Too late.")])
def test_a_wizard_closed_in_the_middle_of_its_test_leaves_no_fault(
    began: Began, qtbot: QtBot, recorder: Recorder, fails: DeskError | None
) -> None:
    """What the test finds is nobody's any more; an error is said by the page."""
    gate, ended = Event(), Event()

    class Slow(FakeFront):
        def test_profile(self, wanted: Wanted, tell: Callable[[Check], None]) -> Examination:
            gate.wait(5)
            try:
                return super().test_profile(wanted, tell)
            finally:
                ended.set()

    window = began(Slow(fails=fails))
    dialog = window.show_connect()
    fill(dialog)
    dialog.next.click()
    for one in dialog.keys.fields.values():
        one.setText("s")
    dialog.next.click()
    dialog.reject()
    gate.set()
    qtbot.waitUntil(ended.is_set)
    with qtbot.waitSignal(window.listed):
        window.refresh()
    assert recorder.errors == ([fails] if fails else [])


def entries(window: StartWindow, at: int) -> list[str]:
    """The words of a connection's menu."""
    return [one.text() for one in window.page.rows[at].menu.actions() if one.text()]


def test_each_connection_has_a_menu_that_fits_it(began: Began) -> None:
    """Certificates only over REST; of one whose file is wrong only the removal; days and waiting keys on the button."""
    days = [KeyCertificate("", date(2028, 11, 23), left) for left in (729, 12, -1)]
    rest = [
        ProfileLine(f"r{at}", "sandbox", "1", "z", interface="rest", certificate=one) for at, one in enumerate(days)
    ]
    waits = ProfileLine("w", "sandbox", "1", "z", interface="rest", waiting=WAITING)
    window = began(FakeFront(lines=(LINES[0], HOSTILE, *rest, waits)))
    assert "Renew certificate…" not in entries(window, 0)
    assert "Duplicate for REST…" in entries(window, 0)
    assert entries(window, 1) == ["Remove…"]
    assert entries(window, 2) == [
        "Enter secrets…", "Renew certificate…", "Duplicate…", "Export without secrets…", "Remove…",
    ]  # fmt: skip
    assert "Enter certificate id…" in entries(window, 5)
    names = [row.button.accessibleName() for row in window.page.rows]
    words = ("729 days left", "12 days left", "certificate ended", "waits for the certificate id")
    assert all(word in name for word, name in zip(words, names[2:], strict=True))
    looks = [
        next(o for o in row.button.findChildren(QLabel) if "ertificate" in o.text()) for row in window.page.rows[2:]
    ]
    assert [one.property("look") for one in looks] == ["muted", "manual", "blocked", "accent"]
    assert window.page.rows[0].more.accessibleName() == "More about books"


def test_a_renewal_cannot_be_saved_while_netsuite_does_not_let_the_new_key_in(began: Began, qtbot: QtBot) -> None:
    """Saving anyway would take a working key out of use; what is kept need not be typed again."""
    front = FakeFront(found=Examination((BAD_CHECK,), None, ""))
    window = began(front)
    waits = replace(front.profile("books"), waiting=WAITING, kept=True)
    dialog = window.keeping.enter_secrets(waits)
    assert dialog.focusWidget() is dialog.keys.fields["netsuite_rest.certificate_id"]
    dialog.keys.fields["netsuite_rest.certificate_id"].setText("new")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save anyway")
    assert not dialog.next.isEnabled()
    assert "the one in use stays" in dialog.why.text()
    dialog.back.click()
    signed = Check("netsuite_signed_in", "NetSuite signed in", Answer.OK, "it does")
    front.found = Examination((signed, BAD_CHECK), None, "")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save anyway" and dialog.next.isEnabled())
    dialog.reject()


def test_other_secrets_can_be_changed_while_a_new_key_waits(began: Began, qtbot: QtBot) -> None:
    """A new Zuora secret does not have to wait for NetSuite's administrator, and leaves the key in use alone."""
    front = FakeFront(found=Examination((BAD_CHECK,), None, ""))
    window = began(front)
    dialog = window.keeping.enter_secrets(replace(front.profile("books"), waiting=WAITING, kept=True))
    assert not dialog.next.isEnabled()
    dialog.keys.fields["zuora.client_secret"].setText("newer")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save anyway")
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    assert front.added[0].secrets == {"zuora.client_secret": "newer"}


@pytest.mark.parametrize(("what", "name"), [(DUPLICATE, "books-2"), (REST, "books-rest")])
def test_a_duplicate_is_the_wizard_on_a_copy(began: Began, qtbot: QtBot, what: str, name: str) -> None:
    """Another name is proposed, and the secrets are asked for; one over SOAP can be tried over REST beside it."""
    front = FakeFront()
    window = began(front)
    with qtbot.waitSignal(window.keeping.asked) as asked:
        window.page.rows[0].wanted.emit(what)
    assert asked.args
    dialog = asked.args[0]
    assert isinstance(dialog, ConnectDialog)
    qtbot.waitUntil(lambda: dialog.systems.name.text() == name)
    dialog.next.click()
    assert dialog.keys.interface == "rest"
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    assert front.added == [Wanted(name, PROFILE, {})]


def test_a_profile_over_rest_differs_in_nothing_else() -> None:
    """Account, tenant and fields stay, so that both are the same desk with the same journal."""
    soap = json.dumps({"kind": "sandbox", "netsuite": {"interface": "soap", "account": "1"}, "zuora": {"tenant": "t"}})
    assert json.loads(over_rest(soap)) == {
        "kind": "sandbox", "netsuite": {"interface": "rest", "account": "1"}, "zuora": {"tenant": "t"},
    }  # fmt: skip


def test_an_export_is_written_where_it_is_wanted(
    began: Began, qtbot: QtBot, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says that no secrets are in it; where it cannot be written, that is said."""
    window = began(FakeFront())
    for path in (tmp_path / "books.toml", tmp_path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        window.page.rows[0].wanted.emit(EXPORT)
        qtbot.waitUntil(lambda: "Exported books" in window.page.said.text())
    assert (tmp_path / "books.toml").read_text() == "name = 'books'"
    qtbot.waitUntil(lambda: bool(recorder.said))
    assert "cannot be written" in recorder.said[0][1]


def test_remove_asks_first_and_says_what_stays(began: Began, qtbot: QtBot, recorder: Recorder) -> None:
    """A no keeps it; a yes removes profile and secrets."""
    front = FakeFront()
    window = began(front)
    window.page.rows[0].wanted.emit(REMOVE)
    assert "journal stays" in recorder.said[0][1]
    assert front.removed == []
    recorder.answer = True
    with qtbot.waitSignal(window.listed):
        window.page.rows[0].wanted.emit(REMOVE)
    assert front.removed == ["books"]
    assert window.page.said.text() == "books is removed."


@pytest.mark.parametrize("what", [ENTER, RENEW])
def test_secrets_and_renewal_lead_to_the_secrets_of_that_connection(began: Began, qtbot: QtBot, what: str) -> None:
    """A renewal begins at the key."""
    window = began(FakeFront())
    with qtbot.waitSignal(window.keeping.asked) as asked:
        window.page.rows[1].wanted.emit(what)
    assert asked.args
    dialog = asked.args[0]
    assert isinstance(dialog, ConnectDialog)
    assert dialog.windowTitle() == "Secrets of old"
    assert dialog.focusWidget() is (dialog.keys.key.make if what == RENEW else dialog.keys.first())
    dialog.reject()


@pytest.mark.qt_log_ignore("This plugin does not support")  # a screen in memory knows no stacking of windows
def test_the_menu_opens_by_keyboard(began: Began, qtbot: QtBot) -> None:
    """Space on the three dots; Escape closes it."""
    row = began(FakeFront()).page.rows[0]
    QTest.keyClick(row.more, Qt.Key.Key_Space)
    qtbot.waitUntil(row.menu.isVisible)
    assert row.menu.activeAction() is row.menu.actions()[0]
    QTest.keyClick(row.menu, Qt.Key.Key_Escape)
    assert not row.menu.isVisible()


def test_an_import_of_a_file_with_a_secret_is_refused_by_name(
    began: Began, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wizard opens with the reason, and cannot go on."""
    file = tmp_path / "x.toml"
    file.write_text("token = 1")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(file), ""))
    window = began(FakeFront())
    with qtbot.waitSignal(window.keeping.asked) as asked:
        window.page.import_.click()
    assert asked.args
    dialog = asked.args[0]
    assert isinstance(dialog, ConnectDialog)
    qtbot.waitUntil(lambda: "holds a secret (token)" in dialog.said.text())
    assert not dialog.next.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("fails", [None, Setup("x.sqlite is broken at line 3: changed.", "The file was only read.")])
def test_an_evidence_file_is_checked_and_told(
    began: Began, qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, fails: DeskError | None
) -> None:
    """Intact with what an auditor compares, or broken at its line; the button works again."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("/somewhere/x.sqlite", ""))
    window = began(FakeFront(fails=fails))
    window.page.evidence.click()
    qtbot.waitUntil(lambda: window.page.evidence.isEnabled() and bool(recorder.said or recorder.errors))
    assert recorder.errors == ([fails] if fails else [])
    if not fails:
        ((title, text),) = recorder.said
        assert title == "x.sqlite is intact"
        assert "12 lines about 3 refunds of NetSuite account 1234567" in text
        assert " ".join(["abababab"] * 8) in text
        assert "cut off at the end" in text


def stages(window: StartWindow) -> Iterator[tuple[str, QWidget]]:
    """Start page and wizard, one page after the other, in words as long as they get."""
    yield "start", window
    dialog = window.show_connect()
    for method in ("rest", "soap"):
        dialog.systems.methods[method].setChecked(True)
        yield f"systems {method}", dialog
        dialog.show_page(KEYS)
        yield f"secrets {method}", dialog
        dialog.show_page(SYSTEMS)
    dialog.reject()
    renewal = window.keeping.enter_secrets(
        replace(FakeFront().profile("b" * 40), waiting=WAITING, kept=True), "x " * 90
    )
    yield "renewal", renewal
    renewal.show_test(Examination((BAD_CHECK, OK_CHECK), None, ""))
    yield "test", renewal
    renewal.reject()


@pytest.mark.parametrize("size", [(960, 500), (1120, 760)], ids=["full HD at 200 %", "1120"])
def test_no_page_of_the_start_is_cut_off(began: Began, qtbot: QtBot, size: tuple[int, int]) -> None:
    """Every control is as wide as its text and named as it reads, also in a low window, where pages scroll."""
    days = KeyCertificate("", date(2028, 11, 23), 12)
    long = ProfileLine("b" * 40, "production", "1234567", "na.zuora.com", interface="rest", certificate=days)
    window = began(FakeFront(lines=(*LINES, replace(long, waiting=WAITING))))
    window.resize(*size)
    wrong = list[str]()
    for name, page in stages(window):
        qtbot.wait(20)
        assert page.width() <= size[0]
        assert page.height() <= size[1]
        wrong += [f"{name}: {one}" for one in (*cut_off(page), *misnamed(page))]
    assert wrong == []
