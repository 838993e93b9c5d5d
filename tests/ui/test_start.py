"""The start page: demo, connections, and what can go wrong with each."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.checks import Examination
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import parse_profile
from nsz_desk.settings.model import ZUORA_HOSTS
from nsz_desk.ui.application import run
from nsz_desk.ui.front_door import SECRETS, ProfileLine, Wanted
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.start.connection import CENTRES, Connection
from nsz_desk.ui.start.view import StartWindow
from tests.ui.conftest import Recorder
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_front import BAD_CHECK, OK_CHECK, PROFILE, Began, FakeFront, fill


def test_the_page_offers_demo_connect_and_the_connections(began: Began) -> None:
    """The one used last has the focus; one with a mistake in its file is grey and says why."""
    window = began(FakeFront())
    books, old, broken = (row.button for row in window.page.rows)
    assert books.hasFocus()
    assert books.accessibleName() == "books SANDBOX used last 1234567_SB1 ⇄ test.zuora.com"
    assert old.isEnabled()
    assert not broken.isEnabled()
    assert "kind" in broken.toolTip()
    assert window.page.demo.text() == "Try the demo"
    assert window.page.connect_.text() == "Connect…"


def test_hostile_profile_texts_are_inert(began: Began) -> None:
    """Markup and reordering in a profile's file are shown as they stand; nothing grows out of the page."""
    window = began(FakeFront())
    texts = " ".join(one.text() for one in window.findChildren(QLabel))
    assert "\u202e" not in texts
    assert "<b>x</b>⟪RLO⟫" in texts
    assert "<i>" not in window.page.rows[2].button.toolTip()
    assert window.width() == 1440


def test_without_profiles_the_demo_is_one_key_away(began: Began, qtbot: QtBot) -> None:
    """The demo has the focus; Space starts it, and the desk it opens is handed on once."""
    front = FakeFront(lines=())
    window = began(front)
    assert window.page.demo.hasFocus()
    with qtbot.waitSignal(window.opened) as opened:
        window.page.demo.click()
        window.page.demo.click()
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
    window.page.demo.click()
    qtbot.wait(60)
    assert front.opened == []
    with qtbot.waitSignal(window.opened):
        gate.set()
    assert (front.opened, together) == (["demo"], [])
    jobs.close()


def test_a_profile_that_does_not_open_says_why_and_can_be_tried_again(
    began: Began, qtbot: QtBot, recorder: Recorder
) -> None:
    """What stands in the way is told in its own words; afterwards every button works again."""
    front = FakeFront(fails=Setup("Another desk is open.", "Nothing was read.", "Close it."))
    window = began(front)
    window.page.rows[0].button.click()
    assert not window.page.demo.isEnabled()
    qtbot.waitUntil(lambda: bool(recorder.errors) and not window.opening)
    assert recorder.errors == [front.fails]
    assert window.page.demo.isEnabled()
    assert not window.page.rows[2].button.isEnabled()


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
    assert "all 5" in dialog.next.toolTip()
    for one in fields:
        one.setText(" s ")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.next.text() == "Save connection")
    assert dialog.step.text() == "Connected. 2 checks: 1 ok, 1 not known."
    assert "What to do: Ask its administrator." in [one.text() for one in dialog.checks.findChildren(QLabel)]
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    (added,) = front.added
    assert (added.name, added.secrets) == ("books-sb", {key: "s" for key, _ in SECRETS["rest"]})
    assert (added.new, added.this_run) == (True, False)
    profile = parse_profile(added.text)
    assert (profile.netsuite.interface, profile.netsuite.calls_at_once) == ("rest", 3)
    assert (profile.kind.value, profile.netsuite.account, profile.zuora.tenant) == ("sandbox", "1234567_SB1", "t.1")
    assert not profile.zuora.settlement
    said = " ".join(one.text() for one in window.findChildren(QLabel))
    assert "Saved books-sb. Secrets: saved and read back in the test's keychain." in said
    assert window.page.rows[-1].button.profile.name == "books-sb"


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
    assert len(dialog.keys.entered()) == 5
    dialog.reject()


def test_a_file_takes_the_place_of_the_fields(began: Began, qtbot: QtBot, tmp_path: Path) -> None:
    """Its stem is the name proposed; without secrets it is saved alone."""
    file = tmp_path / "my books.toml"
    file.write_text(PROFILE)
    front = FakeFront()
    window = began(front)
    dialog = window.show_connect()
    dialog.take_file(file)
    qtbot.waitUntil(lambda: dialog.systems.name.text() == "my-books")
    assert not dialog.systems.account.isEnabled()
    dialog.next.click()
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    assert front.added == [Wanted("my-books", PROFILE, {})]


def test_a_profile_that_is_refused_keeps_the_dialog_and_what_was_typed(
    began: Began, qtbot: QtBot, tmp_path: Path
) -> None:
    """The reason stands in the dialog; nothing has to be typed again."""
    file = tmp_path / "p.toml"
    file.write_text(PROFILE)
    window = began(FakeFront(fails=Setup("Settings are wrong: kind.", "Nothing was sent.", "Correct these fields.")))
    dialog = window.show_connect()
    dialog.take_file(file)
    qtbot.waitUntil(lambda: bool(dialog.systems.name.text()))
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
                one.page.demo.click()
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
