"""A window on the fake desk with the real lanes, and a recorder of what it says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import DeskError
from nsz_desk.lanes import Jobs
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.start.view import StartWindow
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_front import Began, FakeFront


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one remark of the offscreen platform pass: it has no window manager to give size hints to."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))


class Recorder:
    """Messages that nobody sees; questions get `answer`."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.errors: list[BaseException] = []
        self.answer = False

    def tell(self, title: str, text: str) -> None:
        """Record."""
        self.said.append((title, text))

    def warn(self, title: str, text: str) -> None:
        """Record."""
        self.said.append((title, text))

    def ask(self, title: str, text: str, yes: str, no: str) -> bool:
        """Record and answer."""
        self.said.append((title, text))
        return self.answer

    def show_error(self, error: DeskError) -> None:
        """Record."""
        self.errors.append(error)

    def show_bug(self, error: BaseException) -> None:
        """Record."""
        self.errors.append(error)


@pytest.fixture
def recorder() -> Recorder:
    """What the window said."""
    return Recorder()


Opened = Callable[..., MainWindow]


@pytest.fixture
def opened(qtbot: QtBot, recorder: Recorder) -> Iterator[Opened]:
    """Open a window on a desk and wait until it shows the list."""
    jobs = Jobs()

    def open_window(
        desk: FakeDesk, theme: str = "light", size: tuple[int, int] = (1280, 800), look_ms: int = 0
    ) -> MainWindow:
        window = MainWindow(desk, jobs, theme=theme, messages=recorder, look_ms=look_ms)
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitSignal(window.pending.listed):
            window.show()
        qtbot.waitUntil(lambda: not window.pending.actions_.reading)
        return window

    yield open_window
    jobs.close()


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
