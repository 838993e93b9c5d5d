"""What the wizard's buttons do: each click becomes a job. Looking is many small jobs, the run is one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult
from nsz_desk.ui.jobs import Job, Jobs, Work
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.ports import Desk, OnRow
from nsz_desk.ui.resync.undo import CHECK_REASON


class Runs(Protocol):
    """Who says whether money may move now, and lets it."""

    def why_no_apart(self) -> str:
        """Reason why no run may begin, "" when one may."""

    def run_apart(self, work: Work) -> Job | None:
        """Begin a run beside which nothing else runs; None when it may not begin."""


def compare_one(*, desk: Desk, refund_id: str, undone: str) -> Work:
    """A job that sets both systems side by side; `undone` is the Zuora refund that a run has undone."""
    return lambda _report, _on_row: desk.compare(refund_id, undone)


def plan_undo(*, desk: Desk, ids: Sequence[str], reason: str) -> Work:
    """A job that derives what would be sent, and why a refund cannot be undone."""
    return lambda report, _on_row: desk.plan_resync(ids, reason, report)


def undo_batch(*, desk: Desk, batch: Batch) -> Work:
    """A job that undoes what was approved."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("typed total")  # on production the review has asked for it
        return desk.resync(batch, report, on_row)

    return work


class ResyncActions(QObject):
    """One job at a time. Main thread only."""

    compared = Signal(str, object)  # refund id, Comparison
    not_compared = Signal(str, str)  # refund id, why
    checked = Signal(object)  # Batch that is never sent: only whether there can be one
    planned = Signal(object)  # Batch to approve
    failed = Signal(str)  # planning or checking did not work
    rows_said = Signal(object)  # list[RowEvent]
    ended = Signal(object)  # BatchResult, or None when the run ended in an error

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._messages, self._runs = desk, jobs, messages, runs
        self._ids: tuple[str, ...] = ()
        self._waiting: list[tuple[str, str]] = []  # refund and Zuora refund
        self._looking: Job | None = None
        self._running: Job | None = None

    @property
    def running(self) -> bool:
        """Whether the run is under way."""
        return self._running is not None

    def why_no_run(self) -> str:
        """Reason why nothing can be undone now, "" when it can."""
        return self._runs.why_no_apart()

    def look(self, ids: Sequence[str]) -> None:
        """Compare one refund after the other, then learn of all whether they can be undone."""
        self._ids, self._waiting = tuple(ids), [(one, "") for one in ids]
        self._next()

    def look_again(self, undone: Sequence[tuple[str, str]]) -> None:
        """Compare refunds after their run, each with its Zuora refund; nothing else is asked of them."""
        self._ids, self._waiting = (), list(undone)
        self._next()

    def plan(self, ids: Sequence[str], reason: str) -> None:
        """Derive what is to be approved."""
        job = self._look_job(plan_undo(desk=self._desk, ids=tuple(ids), reason=reason))
        job.finished.connect(self._planned)
        job.failed.connect(self._not_planned)

    def run(self, batch: Batch) -> bool:
        """Undo what was approved; False when it may not begin now."""
        job = None if self.running else self._runs.run_apart(undo_batch(desk=self._desk, batch=batch))
        if job is None:
            return False
        self._running = job
        job.rows.connect(self.rows_said)
        job.finished.connect(self._run_over)
        job.failed.connect(self._run_failed)
        job.cancelled.connect(self._run_stopped)
        return True

    def stop(self) -> None:
        """Stop the run at its next safe stop, or what is being looked at."""
        job = self._running or self._looking
        if job is not None:
            job.stop()

    def leave(self) -> None:
        """The wizard closes: nothing that was looked at is told any more."""
        self._waiting = []
        if self._looking is not None:
            self._looking.finished.disconnect()
            self._looking.failed.disconnect()
            self._looking.stop()
            self._looking = None

    # -- what comes back
    def _next(self) -> None:
        if self._waiting:
            self._compare(*self._waiting.pop(0), self._next)
            return
        if not self._ids:
            self._looking = None
            return
        job = self._look_job(plan_undo(desk=self._desk, ids=self._ids, reason=CHECK_REASON))
        job.finished.connect(self._checked)
        job.failed.connect(self._not_planned)

    def _compare(self, refund_id: str, undone: str, then: Callable[[], None]) -> None:
        job = self._look_job(compare_one(desk=self._desk, refund_id=refund_id, undone=undone))

        def told(comparison: object) -> None:
            self.compared.emit(refund_id, comparison)
            then()

        def untold(error: BaseException) -> None:
            self.not_compared.emit(refund_id, str(error) or type(error).__name__)
            if not isinstance(error, DeskError):
                self._messages.show_bug(error)
            then()

        job.finished.connect(told)
        job.failed.connect(untold)

    def _look_job(self, work: Work) -> Job:
        job = self._looking = self._jobs.run(work)
        job.cancelled.connect(self._over)
        return job

    def _over(self) -> None:
        self._looking = None

    def _checked(self, batch: Batch) -> None:
        self._over()
        self.checked.emit(batch)

    def _planned(self, batch: Batch) -> None:
        self._over()
        self.planned.emit(batch)

    def _not_planned(self, error: BaseException) -> None:
        self._over()
        self.failed.emit(str(error) or type(error).__name__)
        if not isinstance(error, DeskError):
            self._messages.show_bug(error)

    def _run_over(self, result: BatchResult | None) -> None:
        self._running = None
        self.ended.emit(result)

    def _run_stopped(self) -> None:
        self._run_over(None)

    def _run_failed(self, error: BaseException) -> None:
        self._run_over(None)
        if isinstance(error, DeskError):
            self._messages.show_error(error)
        else:
            self._messages.show_bug(error)
