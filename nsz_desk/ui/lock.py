"""The lock: the window shows nothing of anybody, tokens and secrets are let go of, and what was approved goes on.

Unlocking reads the secrets from the vault again. The whole page of the window is taken out of it, so that nothing of
it can be seen or read out; what a run has to say waits in the queue of the jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QToolTip, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.ui.idle import Idle
from nsz_desk.ui.jobs import Jobs
from nsz_desk.ui.lock_page import LockPage
from nsz_desk.ui.texts import count_text

if TYPE_CHECKING:
    from nsz_desk.engine.ports import Moment
    from nsz_desk.ui.ports import Desk, Lanes

LOOK_MS = 50  # between two looks whether the last worker has ended
POPUPS = 20  # menus over menus, at most


class Lock(QObject):
    """Locks and unlocks one window. `jobs` are the window's, the lock has its own."""

    locked_changed = Signal(bool)
    let_go = Signal()  # tokens and secrets are gone
    ended = Signal()  # while locked, nothing is under way any more

    def __init__(self, desk: Desk, lanes: Lanes, jobs: Jobs, clock: Callable[[], Moment], window: QMainWindow) -> None:
        super().__init__(window)
        self._desk, self._jobs, self._window = desk, jobs, window
        self._own = Jobs(lanes, self)
        self._kept: list[QDialog] = []  # dialogs that show a run, hidden meanwhile
        self._page: LockPage | None = None
        self._content: QWidget | None = None
        self._focus: QWidget | None = None
        self._state = ""  # of the gateways: "" open, "closing", "closed"
        self._wanted = False  # unlocking was asked for while they close
        self.idle = Idle(desk.idle_minutes, clock, self)
        self.idle.passed.connect(self._idle_passed)
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self._look)

    @property
    def page(self) -> LockPage | None:
        """What stands in the window while it is locked; None while it is not."""
        return self._page

    @property
    def locked(self) -> bool:
        """Whether the window is locked."""
        return self._page is not None

    def lock(self, why: str = "") -> None:
        """Lock now. Dialogs that wait for a person are closed unsent, those that show a run come back."""
        if self.locked:
            return
        self._page = LockPage(self._desk.environment, why)  # first: closing a dialog may come back here
        self._page.unlock_wanted.connect(self.unlock)
        self._jobs.hold()
        self._focus = self._window.focusWidget()
        closed = self._put_dialogs_away()
        self._page.show_closed(closed)
        self._page.show_run(self._jobs.working)
        self._content = self._window.takeCentralWidget()
        if self._content is not None:
            self._content.hide()
        self._window.setCentralWidget(self._page)
        for shortcut in self._shortcuts():
            shortcut.setEnabled(False)
        self._page.unlock.setFocus()
        self.locked_changed.emit(True)
        self._watch.start()

    def unlock(self) -> None:
        """Read the secrets again; the page says when the vault does not give them."""
        if self._page is None or self._page.is_busy:
            return
        self._page.show_busy()
        if self._state == "closing":
            self._wanted = True
            return
        job = self._own.run(lambda _report, _on_row: self._desk.unlock())
        job.finished.connect(self._unlocked)
        job.failed.connect(self._not_unlocked)

    def _idle_passed(self) -> None:
        self.lock(f"Nobody has used it for {count_text(self._desk.idle_minutes, 'minute')}.")

    # -- the gateways
    def _look(self) -> None:
        """Once the last worker has ended nothing needs the gateways any more."""
        if self._jobs.working or self._page is None:
            return
        self._watch.stop()
        self._page.show_run(False)
        self._state = "closing"
        job = self._own.run(lambda _report, _on_row: self._desk.lock())
        job.ended.connect(self._closed)
        self.ended.emit()

    def _closed(self) -> None:
        self._state = "closed"
        self.let_go.emit()
        if self._wanted and self._page is not None:
            self._wanted = False
            self._page.show_idle()
            self.unlock()

    def _not_unlocked(self, error: BaseException) -> None:
        if self._page is None:
            return
        known = isinstance(error, DeskError)
        self._page.show_idle(str(error) if known else f"It did not work ({type(error).__name__}).")

    def _unlocked(self) -> None:
        page, content = self._page, self._content
        if page is None or content is None:
            return
        self._watch.stop()
        self._page = self._content = None
        self._state = ""
        self._window.setCentralWidget(content)  # deletes the page
        content.show()
        for shortcut in self._shortcuts():
            shortcut.setEnabled(True)
        if self._focus is not None:
            self._focus.setFocus()
        self.idle.touched()
        self.locked_changed.emit(False)
        self._jobs.release()
        for dialog in self._kept:
            dialog.show()
        self._kept = []

    # -- dialogs
    def _put_dialogs_away(self) -> int:
        """Close or hide every dialog and menu over the window; answers how many were closed unsent."""
        QToolTip.hideText()
        for _ in range(POPUPS):
            if (popup := QApplication.activePopupWidget()) is None:
                break
            popup.close()
        closed = 0
        for dialog in self._dialogs():
            if not getattr(dialog, "shows_result", False) and dialog.close():
                closed += 1
            else:  # a result nobody has read yet, or a run that is under way
                dialog.hide()
                self._kept.append(dialog)
        return closed

    def _dialogs(self) -> list[QDialog]:
        """The visible dialogs over the window, those on top first."""
        found = [(_depth(one, self._window), one) for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]
        return [one for depth, one in sorted(found, key=lambda pair: -pair[0]) if depth and one.isVisible()]

    def _shortcuts(self) -> list[QShortcut]:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        held = self._window.findChildren(QShortcut, options=direct)
        return [one for one in held if one.key().toString() != "Ctrl+Q"]


def _depth(widget: QWidget, window: QWidget) -> int:
    """How many parents up the window is, 0 when it is none of them."""
    depth, parent = 1, widget.parentWidget()
    while parent is not None and parent is not window:
        depth, parent = depth + 1, parent.parentWidget()
    return depth if parent is window else 0
