"""Start Qt: one application, one window, and a place for faults nobody expected."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from nsz_desk.engine.fault_words import trace_of
from nsz_desk.ui import theme as looks
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.start.view import StartWindow

if TYPE_CHECKING:  # the start page is painted before these are loaded
    from nsz_desk.ui.front_door import FrontDoor
    from nsz_desk.ui.main_window import MainWindow
    from nsz_desk.ui.ports import Desk, Lanes

LOG = logging.getLogger(__name__)
SWITCH_SECONDS = 0.0005  # a repaint waits for the interpreter thousands of times; this bounds each wait


def application() -> QApplication:
    """Qt's application, made once, with the desk's name."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["nsz-desk", "-style", "fusion"])
    app.setApplicationName("nsz-desk")
    app.setApplicationDisplayName("nsz-desk")
    app.setDesktopFileName("nsz-desk")
    return app


def run(
    desk: Desk | None, jobs: Lanes, *, front: FrontDoor | None = None, theme: str = "system", layout: Path | None = None
) -> int:
    """Open the window and stay until it is closed; answers Qt's exit code.

    With a `desk` the main window opens on it, without one the start page asks `front` for it. `layout` is the file
    that remembers how the window was arranged.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    app = application()
    layouts = Layouts(layout)
    shown: list[MainWindow]  # holds the window for as long as the program runs
    if theme == "system":
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: looks.apply(app, "system"))
    if desk is not None:
        shown = [open_main(desk, jobs, theme, layouts)]
        return app.exec()
    if front is None:
        raise ValueError("the window needs a desk, or a front door that opens one")
    start = StartWindow(front, jobs, theme=theme, layouts=layouts)
    shown = []

    def go_on(opened: Desk) -> None:
        shown.append(open_main(opened, jobs, theme, layouts, start))
        start.close()  # after the other is shown: the program ends with its last window

    start.opened.connect(go_on)
    watch_faults(start)
    start.show()
    return app.exec()


def open_main(
    desk: Desk, jobs: Lanes, theme: str, layouts: Layouts, instead_of: StartWindow | None = None
) -> MainWindow:
    """Show the main window, in the place of the start page where there was one."""
    from nsz_desk.ui.main_window import MainWindow  # late: the start page is there before it is loaded

    window = MainWindow(desk, jobs, theme=theme, layouts=layouts)
    if instead_of is not None:
        window.setGeometry(instead_of.geometry())
    watch_faults(window)
    window.show()
    return window


def watch_faults(window: MainWindow | StartWindow) -> None:
    """Show what was raised in a slot; the log gets it too. One dialog at a time."""
    showing = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        nonlocal showing
        if showing:
            LOG.error("another fault:\n%s", trace_of(error))
            return
        showing = True

        def show() -> None:
            nonlocal showing
            window.messages.show_bug(error)
            showing = False

        QTimer.singleShot(0, window, show)  # not inside the slot that failed

    sys.excepthook = hook
