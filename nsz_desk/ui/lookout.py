"""The desk looks by itself after what is open: at the start, every minute, and when the network is back.

A look goes on with this desk's own open episodes; it adopts nothing, begins nothing, and opens no dialog. On
production it waits until a person has let money move in this run of the program.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult
from nsz_desk.ui.environment import is_production
from nsz_desk.ui.jobs import Job, Jobs, Work
from nsz_desk.ui.ports import Desk, OnRow
from nsz_desk.ui.texts import time_text

LOG = logging.getLogger(__name__)
LOOK_MS = 60_000  # between two looks; an episode may ask for a longer pause


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: its result, None when nothing wanted one yet; and what is due next, None: nothing open."""

    result: BatchResult | None
    due: datetime | None


def look_when_due(*, desk: Desk, at_once: bool) -> Work:
    """A job that looks after what is open and due; with `at_once` also after what wanted to wait."""

    def work(report: Report, on_row: OnRow) -> Looked:
        due = desk.due()
        if due is None or not (at_once or due <= datetime.now(UTC)):
            return Looked(None, due)
        return Looked(desk.look(report, on_row), desk.due())

    return work


class Lookout(QObject):
    """Decides when to look, one look at a time. Main thread only.

    `is_free` answers whether nothing else is read, planned or sent.
    """

    looked = Signal(object)  # BatchResult
    said = Signal(str, str, str)  # state (asking, good, bad, or "": nothing is open), words, more words
    changed = Signal()  # a look began or ended
    ended = Signal()

    def __init__(self, desk: Desk, jobs: Jobs, is_free: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._is_free = desk, jobs, is_free
        self._permitted = not is_production(desk.environment)
        self._open = self._at_once = False
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._job is not None

    def start(self, every_ms: int) -> None:
        """Look now, then every so many milliseconds; 0: never."""
        if every_ms:
            self._timer.start(every_ms)
            self._watch_network()
            self._look_at_once()

    def permit(self) -> None:
        """A person has let money move: on production, too, the desk may go on with it from now on."""
        self._permitted = True

    def ask_again(self) -> None:
        """Sending must be enabled again: on production the desk waits for a person again."""
        self._permitted = not is_production(self._desk.environment)

    def note_open(self, is_open: bool) -> None:
        """Hear from the list whether an episode is open."""
        self._open = is_open
        if not is_open:
            self.said.emit("", "", "")
        elif not self._permitted:
            self.said.emit("asking", "waits for Finish", "On production the desk does nothing before you do.")

    def stop(self) -> None:
        """End the look under way at its next safe stop."""
        if self._job is not None:
            self._job.stop()

    def network_is_back(self) -> None:
        """Look at once: what could not be told without the network may be told now."""
        if self._timer.isActive():
            self._look_at_once()

    def _look_at_once(self) -> None:
        self._at_once = True  # stays wanted while something else is under way
        self._look()

    def _look(self) -> None:
        if self._job is not None or not self._may_look():
            return
        job = self._job = self._jobs.run(look_when_due(desk=self._desk, at_once=self._at_once))
        self._at_once = False
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._over)
        self.changed.emit()

    def _may_look(self) -> bool:
        if not self._open or not self._permitted or self._desk.read_only:
            return False
        return self._is_free() and QApplication.activeModalWidget() is None

    def _over(self) -> None:
        self._job = None
        self.changed.emit()
        self.ended.emit()

    def _finished(self, looked: Looked) -> None:
        self._open = looked.due is not None
        self._over()
        if looked.due is None:
            self.said.emit("good", "settled", "Nothing is open any more.")
        else:
            next_turn = datetime.now(UTC) + timedelta(milliseconds=self._timer.interval())
            at = time_text(max(looked.due, next_turn))
            self.said.emit("asking", f"looks again {at}", "It cannot be told yet whether a refund exists.")
        if looked.result is not None:
            self.looked.emit(looked.result)

    def _failed(self, error: BaseException) -> None:
        self._over()
        if not isinstance(error, DeskError):
            LOG.error("the desk's own look failed", exc_info=error)
        self.said.emit("bad", "could not look", str(error) or type(error).__name__)

    def _watch_network(self) -> None:
        """Hear of the network where the system tells; the timer is enough where it does not."""
        from PySide6.QtNetwork import QNetworkInformation  # late: not needed for the first picture

        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            online = QNetworkInformation.Reachability.Online
            network = QNetworkInformation.instance()
            network.reachabilityChanged.connect(lambda now: self.network_is_back() if now == online else None)
