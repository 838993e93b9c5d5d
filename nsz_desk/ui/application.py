"""Start Qt: one application, one window, and a place for faults nobody expected."""

import logging
import sys
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from nsz_desk.ui import theme as looks
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.ports import Desk, Lanes

LOG = logging.getLogger(__name__)
SWITCH_SECONDS = 0.0005  # a repaint waits for the interpreter thousands of times; this bounds each wait


def application() -> QApplication:
    """Qt's application, made once, with the desk's name."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["nsz-desk"])
    app.setApplicationName("nsz-desk")
    app.setApplicationDisplayName("nsz-desk")
    app.setDesktopFileName("nsz-desk")
    return app


def run(desk: Desk, jobs: Lanes, *, theme: str = "system") -> int:
    """Open the window and stay until it is closed; answers Qt's exit code."""
    sys.setswitchinterval(SWITCH_SECONDS)
    app = application()
    window = MainWindow(desk, jobs, theme=theme)
    watch_faults(window)
    if theme == "system":
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: looks.apply(app, "system"))
    window.show()
    return app.exec()


def watch_faults(window: MainWindow) -> None:
    """Show what was raised in a slot; the log gets it too. One dialog at a time."""
    showing = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        nonlocal showing
        if showing:
            LOG.error("another fault", exc_info=error)
            return
        showing = True

        def show() -> None:
            nonlocal showing
            window.messages.show_bug(error)
            showing = False

        QTimer.singleShot(0, window, show)  # not inside the slot that failed

    sys.excepthook = hook
