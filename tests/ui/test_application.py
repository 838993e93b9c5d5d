"""The program's own start and its net for faults that nobody expected."""

import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nsz_desk.lanes import Jobs
from nsz_desk.ui.application import application, run, watch_faults
from nsz_desk.ui.main_window import MainWindow
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk


@pytest.fixture(autouse=True)
def nothing_global_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what the program sets for its whole life."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "setswitchinterval", lambda _seconds: None)


def test_the_program_opens_one_window_and_ends_with_it(qapp: QApplication) -> None:
    """`run` shows the window on the given desk and answers 0 once it is closed."""
    titles: list[str] = []

    def close() -> None:
        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()]
        titles.extend(one.windowTitle() for one in windows)
        for one in windows:
            one.close()

    QTimer.singleShot(400, close)
    jobs = Jobs()
    assert run(FakeDesk(kind="sandbox"), jobs, theme="dark") == 0
    jobs.close()
    assert titles == ["nsz-desk · Pending refunds · SANDBOX"]
    assert application() is qapp


def test_a_fault_in_a_slot_is_shown_once_and_not_swallowed(opened: Opened, recorder: Recorder) -> None:
    """What a slot raises reaches the bug dialog after the slot has ended, not from within it."""
    window = opened(FakeDesk())
    watch_faults(window)
    error = RuntimeError("a fault")
    sys.excepthook(RuntimeError, error, None)
    assert recorder.errors == []
    QApplication.processEvents()
    assert recorder.errors == [error]


def test_closed_lanes_end_a_job_instead_of_the_program(qtbot: QtBot, recorder: Recorder) -> None:
    """A refresh that comes after the lanes were closed is cancelled quietly."""
    jobs = Jobs()
    window = MainWindow(FakeDesk(), jobs, theme="light", messages=recorder)
    qtbot.addWidget(window)
    jobs.close()
    window.refresh()
    qtbot.waitUntil(lambda: not window.pending.actions_.reading)
    assert recorder.errors == []
