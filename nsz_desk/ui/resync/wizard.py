"""The resync wizard: five steps on one refund, or on a queue of them with one review."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import BatchResult, Environment, Result, RowEvent
from nsz_desk.engine.resync_compare import Comparison
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.resync import words
from nsz_desk.ui.resync.actions import ResyncActions
from nsz_desk.ui.resync.chips import StepChips
from nsz_desk.ui.resync.compare_page import ComparePage
from nsz_desk.ui.resync.foot import Foot
from nsz_desk.ui.resync.reason_page import ReasonPage
from nsz_desk.ui.resync.result_page import ResultPage
from nsz_desk.ui.resync.review_page import ReviewPage
from nsz_desk.ui.resync.run_page import RunPage
from nsz_desk.ui.resync.tables import queue_view
from nsz_desk.ui.resync.undo import Queue
from nsz_desk.ui.resync.words import COMPARE, REASON, RESULT, REVIEW, RUN
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import ElidedLabel, card, column, label, line

LEAD = "Undo the sync: cancel the Zuora refund, then clear NetSuite, so that it can be synced again."
QUEUE_WIDTH, NARROW_QUEUE, NARROW = 388, 252, 1100  # pixels; below NARROW of the wizard the amounts fold


class ResyncWizard(QDialog):
    """Leads through an undo. It closes only while nothing runs."""

    stepped = Signal(int)  # the step one is on now
    sync_wanted = Signal(object)  # refund ids to sync again
    finish_wanted = Signal()
    changed = Signal()  # it closes after a run

    def __init__(self, queue: Queue, environment: Environment, parent: QWidget, *, ask_total: bool = False) -> None:
        super().__init__(parent)
        self.queue, self._environment = queue, environment
        self.actions_: ResyncActions | None = None
        self.step, self._at = COMPARE, next(iter(queue.undos))
        self._ran = False
        self.setWindowTitle(shown(f"{words.title(queue)} · {environment.word}"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1180, max(760, room.width() - 60)), min(800, max(460, room.height() - 40)))
        alone = len(queue) == 1
        self.compare, self.reason = ComparePage(wide=alone), ReasonPage()
        self.run_page, self.result_page = RunPage(), ResultPage(wide=alone)
        self.review = ReviewPage(ask_total=ask_total)
        self.foot = Foot(environment)
        self.queue_list = queue_view(self)
        self._chips = StepChips()
        self._lay_out()
        self._wire()

    # -- put together
    def _lay_out(self) -> None:
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(ElidedLabel(words.title(self.queue), "big-title"), 1)
        head.addWidget(EnvironmentChip(self._environment))
        whole.addLayout(head)
        whole.addWidget(label(LEAD, "muted", wrap=True))
        whole.addWidget(self._chips)
        middle = line(gap=12)
        self._queue_card = card()
        column(self._queue_card, margins=(1, 1, 1, 1)).addWidget(self.queue_list)
        self._queue_card.setVisible(len(self.queue) > 1)
        middle.addWidget(self._queue_card)
        self._stack = QStackedWidget()
        self._pages = (self.compare, self.reason, self.review, self.run_page, self.result_page)
        for page in self._pages:
            self._stack.addWidget(page)
        middle.addWidget(self._stack, 1)
        whole.addLayout(middle, 1)
        whole.addWidget(self.foot)

    def _wire(self) -> None:
        foot = self.foot
        foot.cancel.clicked.connect(self.reject)
        foot.back.clicked.connect(self._back)
        foot.forward.clicked.connect(self._forward)
        foot.stop.clicked.connect(self._stop)
        foot.again.clicked.connect(self._sync_again)
        foot.finish.clicked.connect(self._finish)
        self.reason.changed.connect(self._show_foot)
        self.reason.note.returnPressed.connect(self._forward)
        self.review.changed.connect(self._plans_changed)
        self.queue_list.moved_to.connect(self._go_to)

    def attach(self, actions: ResyncActions) -> None:
        """Do what the buttons ask for with these actions."""
        self.actions_ = actions
        actions.compared.connect(self._compared)
        actions.not_compared.connect(self._not_compared)
        actions.checked.connect(self._checked)
        actions.planned.connect(self._planned)
        actions.failed.connect(self._failed)
        actions.rows_said.connect(self._rows_said)
        actions.ended.connect(self._ended)

    def begin(self) -> None:
        """Look at the refunds."""
        self.queue_list.table.set_rows(tuple(self.queue.undos.values()))
        self._show_step(COMPARE)
        if self.actions_ is not None:
            self.actions_.look(tuple(self.queue.undos))

    # -- buttons
    def _back(self) -> None:
        if self.step in (REASON, REVIEW):
            self._show_step(self.step - 1)

    def _forward(self) -> None:
        if self.actions_ is None or not self.foot.forward.isEnabled():
            return
        if self.step == COMPARE:
            self._show_step(REASON)
        elif self.step == REASON:
            self.foot.forward.setEnabled(False)
            self.foot.say("The plan is being made…")
            self.actions_.plan([undo.row.id for undo in self.queue.possible], self.reason.reason)
        elif self.step == REVIEW:
            self._approve()

    def _approve(self) -> None:
        self.foot.forward.setEnabled(False)  # at once: a double click must not approve twice
        assert self.actions_ is not None  # noqa: S101 - the button is grey before
        if self.actions_.run(self.queue.batch):
            self._ran = True
            self.queue.begin()
            self._show_step(RUN)
        else:
            self._show_foot()

    def _stop(self) -> None:
        if self.actions_ is not None:
            self.foot.stopping()
            self.actions_.stop()

    def _sync_again(self) -> None:
        ids = [undo.row.id for undo in self.queue.ended(Result.COMPLETE)]
        self.accept()
        self.sync_wanted.emit(ids)

    def _finish(self) -> None:
        self.accept()
        self.finish_wanted.emit()

    @property
    def shows_result(self) -> bool:
        """Whether it tells what came of the run; it comes back after a lock then."""
        return self.step == RESULT

    def done(self, code: int) -> None:
        """Close, unless the run is under way: then it must be stopped first."""
        if self.actions_ is not None:
            if self.actions_.running:
                self.foot.say("The run is under way. Stop it first; it ends where it can be gone on from.")
                return
            self.actions_.leave()
        super().done(code)
        if self._ran:
            self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the three columns beside the queue."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._queue_card.setFixedWidth(NARROW_QUEUE if narrow else QUEUE_WIDTH)
        self.queue_list.setColumnHidden(self.queue_list.keys.index("amount"), narrow)
        self.queue_list.fit_columns()

    # -- what comes back
    def _compared(self, refund_id: str, comparison: Comparison) -> None:
        undo = self.queue.undos[refund_id]
        if self.step == RESULT:
            undo.now = comparison
        else:
            undo.comparison = comparison
        self._show(refund_id)

    def _not_compared(self, refund_id: str, why: str) -> None:
        undo = self.queue.undos[refund_id]
        if self.step == RESULT:
            undo.trouble_now = why
        else:
            undo.trouble = why
        self._show(refund_id)

    def _checked(self, batch: Batch) -> None:
        self.queue.take_plans(batch)
        self._show_all()
        if self.foot.forward.isEnabled():
            self.foot.forward.setFocus()

    def _planned(self, batch: Batch) -> None:
        self.queue.take_plans(batch)
        if self.queue.possible:
            self.review.show_queue(self.queue)
            self._show_step(REVIEW)
        else:
            self._show_step(COMPARE)

    def _failed(self, why: str) -> None:
        for undo in self.queue.undos.values():
            if self.step == COMPARE and not undo.checked:
                undo.trouble = undo.trouble or why
        self._show_all()
        self.foot.say(why)

    def _rows_said(self, events: list[RowEvent]) -> None:
        self.queue.hear(events)
        for refund_id in dict.fromkeys(event.refund_id for event in events):
            self._show(refund_id)

    def _ended(self, result: BatchResult | None) -> None:
        if result is None:
            self._show_all()
            self.run_page.broke_off()
            return
        self.queue.end(result.results)
        self._show_step(RESULT)
        started = sorted((one for one in self.queue.undos.values() if one.started), key=lambda one: one.complete)
        if not started or self.actions_ is None:
            return
        if not started[0].complete:
            self.queue_list.go_to(started[0].row.id)
        self.actions_.look_again([(one.row.id, one.undone_id) for one in started])

    # -- show
    def _go_to(self, refund_id: str) -> None:
        if refund_id:
            self._at = refund_id
            self._show_page()

    def _plans_changed(self) -> None:
        self._show_page()
        self._show_foot()

    def _show(self, refund_id: str) -> None:
        if refund_id == self._at:
            self._show_page()
        self._show_queue()
        self._show_foot()

    def _show_all(self) -> None:
        self._show_page()
        self._show_queue()
        self._show_foot()

    def _show_queue(self) -> None:
        table = self.queue_list.table
        table.set_rows(table.rows())

    def _show_page(self) -> None:
        page = self._pages[self.step]
        if not isinstance(page, ReasonPage):
            page.show_undo(self.queue.undos[self._at])

    def _show_step(self, step: int) -> None:
        self.step = step
        self._stack.setCurrentIndex(step)
        self._chips.show_step(step)
        self._show_all()
        self._focus()
        self.stepped.emit(step)

    def _focus(self) -> None:
        """The keyboard goes where the step begins; on production never on the button that sends."""
        if self.step == REASON:
            self.reason.code.setFocus()
        elif self.step == REVIEW:
            self.foot.focus_first(self.review.total.field if self.review.total else None)
        elif self.step == COMPARE:
            (self.foot.forward if self.foot.forward.isEnabled() else self.compare.view).setFocus()
        elif self.step == RUN:
            self.run_page.view.setFocus()
        else:
            self.foot.focus_first(None)

    def _show_foot(self) -> None:
        running = self.actions_ is not None and self.actions_.running
        self.foot.show_step(self.step, self.queue, *self._why_not_forward(), running=running)

    def _why_not_forward(self) -> tuple[bool, str]:
        """Whether one may go on, and what the foot says."""
        queue = self.queue
        if self.step == COMPARE:
            nothing = "Nothing has been sent yet."
            told = words.queue_text(queue.undos.values()) if len(queue) > 1 else nothing
            return queue.all_checked and bool(queue.possible), told
        if self.step == REASON:
            return bool(self.reason.reason), self.reason.missing or "Nothing has been sent yet."
        if self.step == REVIEW and self.actions_ is not None:
            why = self.actions_.why_no_run()
            return not why and self.review.agreed and bool(queue.batch.plans), why or f"Plan {queue.batch.hash[:16]}…"
        return False, ""
