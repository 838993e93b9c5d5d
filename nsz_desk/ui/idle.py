"""For how long nobody has touched keyboard or mouse over the desk's windows. Main thread only."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from nsz_desk.engine.ports import Moment

CHECK_MS = 5_000
TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,  # a shortcut takes its press away
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletMove,
        QEvent.Type.InputMethod,
    }
)


def now() -> Moment:
    """Both clocks of this computer."""
    return Moment(datetime.now(UTC), time.monotonic())


class Idle(QObject):
    """Says `passed` once nobody has touched anything for `minutes`; 0: never.

    It listens at the windows of the screen, not at every widget: their events are a handful, an application's are
    thousands. Both clocks count, because one of them stands still while a laptop sleeps.
    """

    passed = Signal()

    def __init__(self, minutes: int, clock: Callable[[], Moment], parent: QObject) -> None:
        super().__init__(parent)
        self._seconds, self._clock = minutes * 60, clock
        self._last = clock()
        if not minutes:
            return
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._listen)
        self._listen(QGuiApplication.focusWindow())
        timer = QTimer(self)
        timer.timeout.connect(self.check)
        timer.start(CHECK_MS)

    def touched(self) -> None:
        """Somebody is there: begin to count again."""
        self._last = self._clock()

    def check(self) -> None:
        """Say so when the time has passed."""
        at = self._clock()
        gone = max(at.mono - self._last.mono, (at.wall - self._last.wall).total_seconds())
        if self._seconds and gone >= self._seconds:
            self.passed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a touch; take nothing away."""
        if event.type() in TOUCHES:
            self.touched()
        return False

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # a second time does no harm
