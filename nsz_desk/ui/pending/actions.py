"""What the pending screen's buttons do: each click becomes a job, and each grey button has its reason."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult, Pending
from nsz_desk.ui.jobs import Job, Jobs, Work
from nsz_desk.ui.lookout import Lookout
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.pending.unfinished import Left
from nsz_desk.ui.ports import Desk, OnRow

LOOKING = "The desk is looking at what is open; it takes a moment."


def list_pending(*, desk: Desk) -> Work:
    """A job that reads the list and what is left from last time."""

    def work(report: Report, _on_row: OnRow) -> tuple[Pending, Left]:
        return desk.pending(report), Left(desk.open_episodes(), desk.last_run())

    return work


def make_plan(*, desk: Desk, ids: Sequence[str]) -> Work:
    """A job that derives the document to approve."""
    return lambda report, _on_row: desk.plan(ids, report)


def send_batch(*, desk: Desk, batch: Batch) -> Work:
    """A job that does what was approved; on production the typed total has let money move."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("typed total")
        return desk.sync(batch, report, on_row)

    return work


def finish_open(*, desk: Desk) -> Work:
    """A job that finishes or explains what is open; pressing it lets that money move on production, too."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("finish")
        return desk.recover(report, on_row)

    return work


class PendingActions(QObject):
    """At most one run at a time; a newer refresh replaces the older one. Main thread only."""

    listed = Signal(object, object)  # Pending, Left
    read = Signal()  # reading the list has ended, well or not
    list_said = Signal(str)
    list_failed = Signal(str)
    planned = Signal(object)  # Batch
    run_began = Signal(str, object)  # title, refund ids (empty: not known)
    rows_said = Signal(object)  # list[RowEvent]
    run_said = Signal(str)
    run_ended = Signal(object)  # BatchResult, or None when the run ended in an error
    apart_ended = Signal()  # a run that another page shows has ended, well or not
    changed = Signal()  # what may be pressed has changed

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._messages = desk, jobs, messages
        self._reading: Job | None = None
        self._planning: Job | None = None
        self._running: Job | None = None
        self.lookout = Lookout(desk, jobs, self._is_free, self)
        self.lookout.changed.connect(self.changed)

    # -- why a button is grey
    def why_no_refresh(self) -> str:
        """Reason, "" when it may be pressed."""
        if self._running:
            return "A run is under way; the list is read again when it has ended."
        return LOOKING if self.lookout.looking else ""

    def why_no_review(self, ticked: int) -> str:
        """Reason, "" when it may be pressed."""
        if self._running:
            return "A run is under way."
        if self._planning:
            return "The plan is being made…"
        if self.lookout.looking:
            return LOOKING
        if self._desk.read_only:
            return self._desk.read_only
        return "" if ticked else "Tick at least one ready refund."

    def why_no_finish(self) -> str:
        """Reason, "" when it may be pressed."""
        if self._running:
            return "A run is under way."
        return LOOKING if self.lookout.looking else self._desk.read_only

    def why_no_apart(self) -> str:
        """Reason why no run of another page may begin, "" when one may."""
        if self._running:
            return "A run is under way."
        if self._planning:
            return "The plan is being made…"
        return LOOKING if self.lookout.looking else self._desk.read_only

    @property
    def running(self) -> bool:
        """Whether money may be moving."""
        return self._running is not None

    @property
    def busy(self) -> bool:
        """Whether ticks must stay as they are: a plan is being made of them, or sent."""
        return self._running is not None or self._planning is not None

    @property
    def reading(self) -> bool:
        """Whether the list is being read."""
        return self._reading is not None

    # -- clicks
    def refresh(self) -> None:
        """Read the list."""
        if self.why_no_refresh():
            return
        if self._reading:
            self._reading.stop()
        job = self._reading = self._jobs.run(list_pending(desk=self._desk))
        job.finished.connect(partial(self._listed, job))
        job.failed.connect(partial(self._list_failed, job))
        job.progressed.connect(self._list_said)
        job.ended.connect(partial(self._read, job))
        self.changed.emit()

    def review(self, ids: Sequence[str]) -> None:
        """Derive the plan of the ticked rows."""
        if self.why_no_review(len(ids)):
            return
        job = self._planning = self._jobs.run(make_plan(desk=self._desk, ids=tuple(ids)))
        job.finished.connect(self._plan_made)
        job.failed.connect(self._plan_failed)
        job.cancelled.connect(self._plan_over)
        self.changed.emit()

    def send(self, batch: Batch, title: str) -> None:
        """Do what was approved."""
        if not (self._running or self.lookout.looking):
            ids = tuple(plan.refund_id for plan in batch.plans)
            self._run(send_batch(desk=self._desk, batch=batch), title, ids)

    def finish(self) -> None:
        """Finish what is open."""
        if not self.why_no_finish():
            self._run(finish_open(desk=self._desk), "Finishing what is open", ())

    def run_apart(self, work: Work) -> Job | None:
        """Begin a run that another page shows; everything here waits for its end. None when it may not begin."""
        if self.why_no_apart():
            return None
        job = self._begin(work)
        job.ended.connect(self._apart_over)
        self.changed.emit()
        return job

    def ask(self, work: Work, tell: Callable[[Any], None]) -> None:
        """Ask the desk for something to choose from; `tell` gets it. Nothing else is planned or sent meanwhile."""
        if self.why_no_apart():
            return

        def answered(answer: Any) -> None:
            self._plan_over()
            tell(answer)

        job = self._planning = self._jobs.run(work)
        job.finished.connect(answered)
        job.failed.connect(self._plan_failed)
        job.cancelled.connect(self._plan_over)
        self.changed.emit()

    def begin(self, work: Work, title: str, ids: tuple[str, ...]) -> None:
        """Do what was approved on another page, and show it as every run."""
        if not self.why_no_apart():
            self._run(work, title, ids)

    def stop(self) -> None:
        """Stop after the current refund."""
        if self._running:
            self._running.stop()

    def stop_reading(self) -> None:
        """Let what is only read, planned or looked at end at its next safe stop; a run goes on."""
        for job in (self._reading, self._planning):
            if job is not None:
                job.stop()
        self.lookout.stop()

    # -- what comes back
    def _is_free(self) -> bool:
        return not (self._running or self._planning or self._reading or self._jobs.held)

    def _begin(self, work: Work) -> Job:
        self.lookout.permit()
        if self._reading:
            self._reading.stop()
            self._reading = None
        job = self._running = self._jobs.run(work)
        return job

    def _apart_over(self) -> None:
        self._running = None
        self.apart_ended.emit()
        self.changed.emit()

    def _run(self, work: Work, title: str, ids: tuple[str, ...]) -> None:
        job = self._begin(work)
        job.rows.connect(self.rows_said)
        job.progressed.connect(self._run_said)
        job.finished.connect(self._run_over)
        job.failed.connect(self._run_failed)
        job.cancelled.connect(partial(self._run_over, None))
        self.run_began.emit(title, ids)
        self.changed.emit()

    def _list_said(self, done: int, total: int, text: str) -> None:
        self.list_said.emit(f"{text}: {done:,} of {total:,}" if total else text)

    def _listed(self, job: Job, answer: tuple[Pending, Left]) -> None:
        if job is self._reading:
            self.lookout.note_open(bool(answer[1].episodes))
            self.listed.emit(*answer)

    def _list_failed(self, job: Job, error: BaseException) -> None:
        if job is self._reading:
            self.list_failed.emit(str(error))
            self._say(error)

    def _read(self, job: Job) -> None:
        if job is self._reading:
            self._reading = None
            self.changed.emit()
            self.read.emit()

    def _plan_over(self) -> None:
        self._planning = None
        self.changed.emit()

    def _plan_made(self, batch: Batch) -> None:
        self._plan_over()
        self.planned.emit(batch)

    def _plan_failed(self, error: BaseException) -> None:
        self._plan_over()
        self._say(error)

    def _run_said(self, _done: int, _total: int, text: str) -> None:
        self.run_said.emit(text)

    def _run_over(self, result: BatchResult | None) -> None:
        self._running = None
        self.run_ended.emit(result)
        self.changed.emit()

    def _run_failed(self, error: BaseException) -> None:
        self._run_over(None)
        self._say(error)

    def _say(self, error: BaseException) -> None:
        if isinstance(error, DeskError):
            self._messages.show_error(error)
        else:
            self._messages.show_bug(error)
