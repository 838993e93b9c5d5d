"""What the dialog's buttons do: read the review, derive a resync's plan, carry out the decision. Each is a job."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult
from nsz_desk.engine.reviews import What
from nsz_desk.ui.jobs import Job, Jobs, Work
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.ports import Desk, OnRow


class Runs(Protocol):
    """Who says whether money may move now, and lets it."""

    def why_no_apart(self) -> str:
        """Reason why no run may begin, "" when one may."""

    def run_apart(self, work: Work) -> Job | None:
        """Begin a run beside which nothing else runs; None when it may not begin."""


def read_review(*, desk: Desk, refund_id: str) -> Work:
    """A job that reads why a refund waits, what both systems show, and what may be decided."""
    return lambda report, _on_row: desk.review_of(refund_id, report)


def plan_undo(*, desk: Desk, refund_id: str, reason: str, target: str) -> Work:
    """A job that derives what a decision to undo would send; `target` is a Zuora refund to cancel by itself."""

    def work(report: Report, _on_row: OnRow) -> Batch:
        if target:
            return desk.plan_cancel(refund_id, target, reason, report)
        return desk.plan_resync((refund_id,), reason, report)

    return work


def carry_out(*, desk: Desk, refund_id: str, what: What, reason: str, plan: Batch | None) -> Work:
    """A job that writes the decision into the journal and does what follows."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("review")
        return desk.decide(refund_id, what, reason, report, on_row, plan=plan)

    return work


class DecideActions(QObject):
    """One job at a time on one refund. Main thread only."""

    read = Signal(object)  # Review or Declined
    planned = Signal(object)  # Batch
    failed = Signal(str)  # why it did not work; nothing was decided
    ended = Signal(object)  # BatchResult

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages, runs: Runs, refund_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._messages, self._runs, self._id = desk, jobs, messages, runs, refund_id
        self.running = False

    def why_not(self) -> str:
        """Reason why nothing can be decided now, "" when it can."""
        return self._runs.why_no_apart()

    def look(self) -> None:
        """Read the review."""
        self._follow(self._jobs.run(read_review(desk=self._desk, refund_id=self._id)), self.read.emit)

    def plan(self, reason: str, target: str = "") -> None:
        """Derive the plan of an undo, or of a cancel of one Zuora refund."""
        work = plan_undo(desk=self._desk, refund_id=self._id, reason=reason, target=target)
        self._follow(self._jobs.run(work), self.planned.emit)

    def decide(self, what: What, reason: str, plan: Batch | None) -> bool:
        """Carry it out; False when it may not begin now."""
        work = carry_out(desk=self._desk, refund_id=self._id, what=what, reason=reason, plan=plan)
        job = None if self.running else self._runs.run_apart(work)
        if job is None:
            return False
        self.running = True
        self._follow(job, self.ended.emit)
        job.cancelled.connect(partial(self.failed.emit, "It was stopped. Finish goes on with what was begun."))
        return True

    def _follow(self, job: Job, tell: object) -> None:
        job.finished.connect(tell)
        job.failed.connect(self._failed)
        job.ended.connect(self._over)

    def _over(self) -> None:
        self.running = False

    def _failed(self, error: BaseException) -> None:
        self.running = False
        if isinstance(error, DeskError):
            self.failed.emit(str(error))
        else:
            self.failed.emit("It did not work.")
            self._messages.show_bug(error)
