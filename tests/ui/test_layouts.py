"""The remembered layout: it comes back, and nothing that is wrong with it does any harm."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from nsz_desk.lanes import Jobs
from nsz_desk.ui import layouts
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.main_window import MainWindow
from tests.ui.fake_desk import FakeDesk


def window_on(path: Path, qtbot: QtBot) -> MainWindow:
    """A window that remembers in this file; not shown."""
    window = MainWindow(FakeDesk(), Jobs(), theme="light", layouts=Layouts(path))
    qtbot.addWidget(window)
    return window


def arranged(path: Path, qtbot: QtBot) -> None:
    """Leave a layout: the memo shown, Date moved to the second place, sorted by customer, another size."""
    window = window_on(path, qtbot)
    view = window.pending.list
    view.show_column(view.keys.index("credit_memo"), True)
    view.header.moveSection(view.keys.index("date"), 1)
    view._sort_by(view.keys.index("customer"))
    window.resize(960, 700)  # the screen of a test is small
    window.close()


def test_a_layout_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    """Size, order, shown columns and sort are as they were left."""
    path = tmp_path / "layout.ini"
    arranged(path, qtbot)
    window = window_on(path, qtbot)
    view = window.pending.list
    assert not view.isColumnHidden(view.keys.index("credit_memo"))
    assert view.header.visualIndex(view.keys.index("date")) == 1
    assert view.header.sortIndicatorSection() == view.keys.index("customer")
    assert (window.width(), window.height()) == (960, 700)


def test_usual_columns_undo_everything(qtbot: QtBot, tmp_path: Path) -> None:
    """One menu entry gives back widths, order, sort and hidden columns."""
    path = tmp_path / "layout.ini"
    arranged(path, qtbot)
    view = window_on(path, qtbot).pending.list
    view.usual_columns()
    assert view.isColumnHidden(view.keys.index("credit_memo"))
    assert [view.header.visualIndex(at) for at in range(len(view.keys))] == list(range(len(view.keys)))
    assert view.header.sortIndicatorSection() == -1


@pytest.mark.parametrize("harm", ["version", "columns", "damaged", "garbage", "empty", "folder"])
def test_a_layout_that_does_not_fit_is_left_aside(
    qtbot: QtBot, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version, other columns, a damaged or missing file: the usual look, no error, and it can be kept again."""
    path = tmp_path / "layout.ini"
    arranged(path, qtbot)
    if harm == "version":
        monkeypatch.setattr(layouts, "VERSION", layouts.VERSION + 1)
    elif harm == "columns":
        settings = QSettings(str(path), QSettings.Format.IniFormat)
        settings.setValue("columns/pending/of", f"{layouts.VERSION}|tick,verdict,gone")
        settings.sync()
    elif harm == "damaged":
        settings = QSettings(str(path), QSettings.Format.IniFormat)
        for name in ("window", "columns/pending"):
            settings.setValue(f"{name}/state", b"00ff00ff")
        settings.sync()
    elif harm == "garbage":
        path.write_bytes(b"\x00\xff[[[%%%\n" * 50)
    elif harm == "empty":
        path.unlink()
    else:
        path.unlink()
        path.mkdir()
    window = window_on(path, qtbot)
    view = window.pending.list
    assert view.isColumnHidden(view.keys.index("credit_memo"))
    if harm not in ("columns",):
        assert (window.width(), window.height()) == (1440, 860)
    window.close()


def test_a_window_of_a_screen_that_vanished_comes_to_one_that_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    """A place outside all screens is not used: the window's top can be seen and taken by the hand."""
    path = tmp_path / "layout.ini"
    window = window_on(path, qtbot)
    window.move(9000, 7000)
    window.close()
    again = window_on(path, qtbot)
    assert layouts.on_a_screen(again.geometry())
    assert not layouts.on_a_screen(QRect(9000, 7000, 1440, 860))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(again.geometry().topLeft())


def test_without_a_file_nothing_is_kept_and_nothing_fails(qtbot: QtBot) -> None:
    """The demo has no folder of its own."""
    window = MainWindow(FakeDesk(), Jobs(), theme="light")
    qtbot.addWidget(window)
    assert window.close()
