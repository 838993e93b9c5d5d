"""The bridge from the lanes' worker threads to the window's thread.

Workers append to one queue; a timer of 33 ms empties it here, at most 4 ms per turn, so that a burst
never freezes the window. Order is kept: a job's rows always arrive before its end. While the window is locked the
queue is held: what was approved goes on, and what it says waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from nsz_desk.domain.errors import Cancelled, DeskError

if TYPE_CHECKING:  # the start page is painted before the engine is loaded
    from nsz_desk.engine.ports import Report
    from nsz_desk.engine.results import RowEvent
    from nsz_desk.ui.ports import Handle, Lanes

TICK_MS = 33
TURN_SECONDS = 0.004

Work = Callable[["Report", Callable[[Any], None]], Any]


class Job(QObject):
    """One job's life as signals in the main thread: rows and progress, then one end, then `ended`."""

    rows = Signal(object)  # a list of what the job tells on its way: RowEvent, or Check of a connection test
    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)  # BaseException
    cancelled = Signal()
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.handle: Handle | None = None
        self.stopping = False

    def stop(self) -> None:
        """Ask the job to end at its next safe stop."""
        self.stopping = True
        if self.handle is not None:
            self.handle.stop()

    def end(self, outcome: object) -> None:
        """Tell the end once: a value, or what was raised."""
        if isinstance(outcome, Cancelled):
            self.cancelled.emit()
        elif isinstance(outcome, BaseException):
            self.failed.emit(outcome)
        else:
            self.finished.emit(outcome)
        self.ended.emit()
        self.deleteLater()


class Jobs(QObject):
    """Starts jobs in the lanes and delivers what they say. Main thread only."""

    def __init__(self, lanes: Lanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._inbox: deque[tuple[Job, str, Any]] = deque()
        self._alive: set[Job] = set()
        self._working: set[Job] = set()  # also told by workers
        self.held = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._drain)

    @property
    def working(self) -> bool:
        """Whether a worker is still busy, whatever was delivered of it."""
        return bool(self._working)

    def hold(self) -> None:
        """Deliver nothing until `release`."""
        self.held = True

    def release(self) -> None:
        """Deliver what has waited, in its order."""
        self.held = False

    def run(self, work: Work) -> Job:
        """Start `work`; connect to the returned job before control goes back to the event loop."""
        job, inbox = Job(self), self._inbox
        self._alive.add(job)
        self._working.add(job)
        self._timer.start()

        def on_row(event: RowEvent) -> None:
            inbox.append((job, "row", event))

        def on_end(outcome: Any) -> None:
            inbox.append((job, "end", outcome))
            self._working.discard(job)

        try:
            job.handle = self._lanes.start(
                lambda report: work(report, on_row),
                on_progress=lambda done, total, text: inbox.append((job, "progress", (done, total, text))),
                on_done=on_end,
                on_failed=on_end,
            )
        except DeskError as error:  # the lanes are closed already
            on_end(error)
        return job

    def _drain(self) -> None:
        if self.held:
            return
        until = perf_counter() + TURN_SECONDS
        rows: dict[Job, list[RowEvent]] = {}
        progress: dict[Job, tuple[int, int, str]] = {}
        ends: list[tuple[Job, Any]] = []
        while self._inbox and perf_counter() < until:
            job, kind, what = self._inbox.popleft()
            if kind == "row":
                rows.setdefault(job, []).append(what)
            elif kind == "progress":
                progress[job] = what
            else:
                ends.append((job, what))
        for job, events in rows.items():
            job.rows.emit(events)
        for job, (done, total, text) in progress.items():
            job.progressed.emit(done, total, text)
        for job, outcome in ends:
            self._alive.discard(job)
            job.end(outcome)
        if not self._alive and not self._inbox:
            self._timer.stop()
