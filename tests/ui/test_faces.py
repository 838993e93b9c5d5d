"""What every window and dialog must keep: names, plain texts, nothing cut off, both themes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Refused, Unreachable
from nsz_desk.lanes import Jobs
from nsz_desk.ui.camera import Camera
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.messages import Dialogs
from nsz_desk.ui.start.view import StartWindow
from nsz_desk.ui.tour import OneDesk, tour
from nsz_desk.ui.widgets import ElidedLabel
from tests.ui.cases import company, hostile
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk
from tests.ui.seeing import CONTROLS, in_scroll_area, name_of, overlapping, visible_label
from tests.ui.test_story import reviewed, sent

DANGEROUS = ("\u202e", "\u2066", "\r", "\n\n\n")


def stages(opened: Opened, qtbot: QtBot, desk: FakeDesk, size: tuple[int, int] = (1280, 800)) -> Iterator[QWidget]:
    """Every window and dialog of the main job, one after the other, as a person meets them."""
    window = opened(desk, size=size)
    window.pending.list.go_to("10004")
    yield window
    dialog = reviewed(window, qtbot)
    dialog.fold.click()
    yield dialog
    outcome = sent(window, dialog, qtbot)
    yield outcome
    with qtbot.waitSignal(window.pending.listed):
        outcome.done_button.click()
    window.go("history")
    qtbot.waitUntil(lambda: window.history.table.rowCount() > 0)
    yield window
    with qtbot.waitSignal(window.history.moments.counted):
        window.pending.history_wanted.emit(desk.sent[0])
    yield window
    with qtbot.waitSignal(window.keys_opened) as keys:
        window.rail.keys.click()
    assert keys.args
    yield keys.args[0]
    keys.args[0].reject()
    start = StartWindow(OneDesk(desk), Jobs(), theme="light", messages=window.messages)
    qtbot.addWidget(start)
    start.resize(*size)
    with qtbot.waitSignal(start.listed):
        start.show()
    yield start
    connect = start.show_connect()
    yield connect
    connect.reject()


def test_every_control_has_the_name_one_reads_on_it(opened: Opened, qtbot: QtBot) -> None:
    """Screen readers and tests find each control by a name; where a label is visible, it is the same."""
    checked = 0
    for top in stages(opened, qtbot, FakeDesk(spoil=True)):
        for widget in top.findChildren(QWidget):
            if not isinstance(widget, CONTROLS) or isinstance(widget, QHeaderView):
                continue
            if isinstance(widget.parent(), QAbstractItemView):
                continue  # Qt's own corner
            face = QAccessible.queryAccessibleInterface(widget)
            name = face.text(QAccessible.Text.Name)
            assert name, f"{widget} in {top.windowTitle()} has no name"
            seen = visible_label(widget)
            assert not seen or name == seen, f"{name!r} is not {seen!r}"
            checked += 1
    assert checked > 60


def test_hostile_texts_are_inert_everywhere(opened: Opened, qtbot: QtBot) -> None:
    """Markup in names is shown as it stands, reordering is visible, endless names break no layout."""
    desk = FakeDesk(cases=[*company(), hostile()])
    for top in stages(opened, qtbot, desk):
        if isinstance(top, MainWindow):
            top.pending.list.go_to("10090")
        for one in top.findChildren(QLabel):
            assert one.textFormat() == Qt.TextFormat.PlainText, one.text()[:80]
        texts = [one.text() for one in top.findChildren(QLabel)] + [
            one.text() for one in top.findChildren(QAbstractButton)
        ]
        texts += [one.toPlainText() for one in top.findChildren(QPlainTextEdit)] + [top.windowTitle()]
        assert [text[:80] for text in texts for bad in DANGEROUS if bad in text] == []
        tips = [one.toolTip() for one in top.findChildren(QWidget)]
        assert [tip[:80] for tip in tips if "<img" in tip or "<b " in tip or "<i>" in tip] == []
        assert top.width() <= 1280


@pytest.mark.parametrize(
    "size", [(960, 500), (1024, 640), (1280, 800), (1720, 900)], ids=["960", "1024", "1280", "1720"]
)
def test_nothing_is_cut_off(opened: Opened, qtbot: QtBot, size: tuple[int, int]) -> None:
    """Every visible control lies inside its window, and buttons and labels are as wide as their texts."""
    for top in stages(opened, qtbot, FakeDesk(spoil=True, kind="production"), size):
        qtbot.wait(20)
        assert top.width() <= size[0]
        assert top.height() <= size[1]
        assert overlapping(top) == []
        for widget in top.findChildren(QWidget):
            if not widget.isVisible() or in_scroll_area(widget):
                continue
            if isinstance(widget, (QAbstractButton, QLabel, QLineEdit)):
                place = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())
                assert top.rect().contains(place), f"{name_of(widget)} at {place} in {top.rect()}"
            if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel) and not widget.wordWrap():
                assert widget.fontMetrics().horizontalAdvance(widget.text()) <= widget.width() + 1, name_of(widget)
            if isinstance(widget, QPushButton):
                assert widget.width() >= widget.minimumSizeHint().width(), name_of(widget)


def test_messages_are_plain_text_with_named_buttons(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error with markup from a server is shown as it stands, in every part of the dialog; buttons have names."""
    window = opened(FakeDesk())
    seen: list[tuple[str, str]] = []

    def look(box: QMessageBox) -> int:
        for one in box.findChildren(QLabel):
            assert one.textFormat() == Qt.TextFormat.PlainText
        assert all(button.accessibleName() for button in box.findChildren(QPushButton))
        seen.append((box.text(), box.informativeText()))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", look)
    dialogs = Dialogs(window)
    dialogs.show_error(Refused("<b>No</b>\u202e", "Nothing changed.", "Try <a href='x'>this</a>.", "E<1>"))
    assert seen == [("<b>No</b>⟪RLO⟫", "Nothing changed.\n\nTry <a href='x'>this</a>.")]
    assert dialogs.ask("Sure?", "It stops.", "Stop", "Go on") is False


HEAVY = ("numpy", "requests", "zeep", "lxml", "pydantic", "sqlalchemy", "cryptography", "pyqtgraph")
LIST_LOADED = """
import sys
from nsz_desk.ui.application import application
from nsz_desk.ui.main_window import MainWindow
from tests.ui.fake_desk import FakeDesk
class NoLanes:
    def start(self, job, **callbacks):
        class Handle:
            def stop(self): pass
        return Handle()
app = application()
window = MainWindow(FakeDesk(), NoLanes())
window.show()
app.processEvents()
print([name for name in {heavy!r} if name in sys.modules])
"""


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    """Importing and showing the window loads none of the libraries that cost a tenth of a second or more."""
    code = LIST_LOADED.format(heavy=HEAVY)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_tour_does_the_job_and_takes_a_picture_of_every_stage(qapp: object, tmp_path: Path) -> None:
    """All that is ready is sent through the window's own buttons; each stage has its picture in light and dark."""
    jobs, desk = Jobs(), FakeDesk(pause=0.02, spoil=True)
    desk.undoing.pause = 0.05
    code = tour(desk, jobs, tmp_path, lambda result: [] if len(result.results) in (8, 1) else ["not eight, then one"])
    jobs.close()
    assert (code, len(desk.sent)) == (0, 9)
    names = {path.stem.split("-", 1)[1] for path in tmp_path.glob("*.png")}
    seen = (
        "start connect connect-soap secrets secrets-soap test mapping renew pending causes one-cause rules "
        "ticked review exact-calls sending result synced history timeline resync-compare resync-reason "
        "resync-review resync-run resync-result allocate split-review link decide finished after keys help "
        "error question fault locked locked-keychain"
    ).split()
    assert names == {f"{stage}-{theme}" for stage in seen for theme in ("light", "dark")}
    light, dark = (QImage(str(next(tmp_path.glob(f"*-pending-{theme}.png")))) for theme in ("light", "dark"))
    assert light.pixelColor(4, 4).lightness() > 200
    assert dark.pixelColor(4, 4).lightness() < 60


def test_the_tour_believes_the_check_and_not_itself(
    qapp: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the world is not as the window says, the tour names the difference and answers 1."""
    monkeypatch.setattr(Camera, "shoot", lambda *_: None)
    jobs = Jobs()
    code = tour(FakeDesk(), jobs, tmp_path, lambda _result: ["Zuora holds 2 refunds for RF-10461."])
    jobs.close()
    assert code == 1
    assert "NOT TRUE: Zuora holds 2 refunds for RF-10461." in capsys.readouterr().out


def test_the_tour_fails_when_nothing_can_be_read(
    qapp: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error that a person would see in a dialog ends the tour with 1 and is printed."""
    jobs = Jobs()
    code = tour(FakeDesk(fails=Unreachable("NetSuite does not answer.")), jobs, tmp_path, lambda _result: [])
    jobs.close()
    assert code == 1
    assert "NOT TRUE: NetSuite does not answer." in capsys.readouterr().out


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_readmes_pictures_are_of_the_main_window_and_small(theme: str) -> None:
    """1440 pixels wide, in their theme, at most 200 kB: `packaging/screenshots` makes them."""
    path = Path(__file__).parents[2] / "packaging" / "pictures" / f"main-{theme}.png"
    picture = QImage(str(path))
    assert picture.width() == 1440
    assert path.stat().st_size <= 200_000
    assert (picture.pixelColor(4, 4).lightness() < 60) == (theme == "dark")
