"""The dialog on a refund that waits for a person: why, what both systems show now, and what may be decided."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from nsz_desk.engine.controls import total_to_type
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import BatchResult, Environment, Result
from nsz_desk.engine.resync_calls import WARNING, after, calls_of
from nsz_desk.engine.resync_plan import ResyncPlan
from nsz_desk.engine.review import Review
from nsz_desk.engine.reviews import Follow
from nsz_desk.ui.badges import RESULTS
from nsz_desk.ui.calls import calls_page
from nsz_desk.ui.decide.actions import DecideActions
from nsz_desk.ui.decide.options import Options
from nsz_desk.ui.environment import EnvironmentChip, is_production
from nsz_desk.ui.texts import moment_text, shown
from nsz_desk.ui.typed_total import TypedTotal
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line, restyle

CHOOSE, APPROVE, END = range(3)
REASON_LIMIT = 300
PLANNED = (Follow.UNDO, Follow.CANCEL)  # what a person approves on a page of its own


class DecideDialog(QDialog):
    """Reads, lets decide, and tells what came of it. It closes only while nothing runs."""

    decided = Signal(object)  # BatchResult
    changed = Signal()  # it closes after a decision
    told = Signal()  # what was read or planned is on the screen

    def __init__(self, number: str, environment: Environment, parent: QWidget, *, ask_total: bool = False) -> None:
        super().__init__(parent)
        self._environment, self._ask_total = environment, ask_total
        self._actions: DecideActions | None = None
        self._plan: Batch | None = None
        self._busy, self._alone = True, False
        self.total: TypedTotal | None = None
        title = f"Decide on {number}"
        self.setWindowTitle(shown(f"{title} · {environment.word}"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(860, max(720, room.width() - 200)), min(720, max(460, room.height() - 40)))
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(label(shown(title), "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        self.words = label("Reading both systems…", "lead", wrap=True)
        whole.addWidget(self.words)
        self.pages = QStackedWidget()
        for page in (self._choose_page(), self._approve_page(), self._end_page()):
            self.pages.addWidget(page)
        whole.addWidget(self.pages, 1)
        self.said = label("", "blocked", wrap=True)
        self.said.hide()
        whole.addWidget(self.said)
        whole.addLayout(self._foot())
        self._show_ready()

    # -- put together
    def _choose_page(self) -> QWidget:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("What may be decided")
        page = QWidget()
        page.setObjectName("page")
        rows = column(page, margins=(0, 0, 10, 0), gap=10)
        self._evidence = card()
        self._evidence_rows = column(self._evidence, margins=(16, 12, 16, 12), gap=4)
        self._evidence_rows.addWidget(label("WHAT BOTH SYSTEMS SHOW NOW", "group"))
        self._ways = card()
        self._ways_rows = column(self._ways, margins=(16, 12, 16, 12), gap=4)
        self._ways_rows.addWidget(label("OTHER WAYS OUT OF IT", "group"))
        chosen = card()
        inside = column(chosen, margins=(16, 12, 16, 12), gap=6)
        inside.addWidget(label("DECISION", "group"))
        self.options = Options()
        self.options.changed.connect(self._show_ready)
        inside.addWidget(self.options)
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LIMIT)
        self.reason.setAccessibleName("Reason")
        self.reason.textChanged.connect(self._show_ready)
        words = label("Reason", "strong")
        words.setBuddy(self.reason)
        inside.addWidget(words)
        inside.addWidget(self.reason)
        for part in (self._evidence, chosen, self._ways):
            rows.addWidget(part)
        rows.addStretch(1)
        area.setWidget(page)
        return area

    def _approve_page(self) -> QWidget:
        page = QWidget()
        self._approve_rows = column(page, gap=10)
        self._warning = label(WARNING, "manual", wrap=True)
        self._approve_rows.addWidget(self._warning)
        self.calls = QPlainTextEdit()
        self.calls.setReadOnly(True)
        self.calls.setProperty("look", "code")
        self.calls.setAccessibleName("Exact calls")
        self.calls.setTabChangesFocus(True)
        self._approve_rows.addWidget(self.calls, 1)
        return page

    def _end_page(self) -> QWidget:
        page = QWidget()
        rows = column(page, gap=10)
        box = card()
        row = line(box, margins=(16, 12, 16, 12), gap=10)
        self._end_shape, self._end_words = Shape("check", "ready", 16), label("", "strong", wrap=True)
        row.addWidget(self._end_shape)
        row.addWidget(self._end_words, 1)
        rows.addWidget(box)
        self._next_step = label("", "", wrap=True)
        rows.addWidget(self._next_step)
        rows.addStretch(1)
        return page

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        self.why = label("", "muted", wrap=True)
        self.back, self.cancel, self.forward = Button("Back"), Button("Cancel"), Button("Decide", "primary")
        self.back.clicked.connect(lambda: self._show_page(CHOOSE))
        self.cancel.clicked.connect(self.reject)
        self.forward.clicked.connect(self._go_on)
        foot.addWidget(self.why, 1)
        for button in (self.back, self.cancel, self.forward):
            foot.addWidget(button)
        return foot

    def begin(self, actions: DecideActions) -> None:
        """Read the review."""
        self._actions = actions
        actions.read.connect(self._read)
        actions.planned.connect(self._planned)
        actions.failed.connect(self._failed)
        actions.ended.connect(self._ended)
        actions.look()

    @property
    def ready(self) -> bool:
        """Whether what was asked for is on the screen."""
        return not self._busy

    # -- buttons
    def _go_on(self) -> None:
        option, actions = self.options.chosen, self._actions
        if actions is None or option is None or not self.forward.isEnabled():
            return
        self.said.hide()
        self._busy = True
        self._show_ready()
        if option.decision.follow in PLANNED and self.pages.currentIndex() == CHOOSE:
            actions.plan(self.reason.text().strip(), option.target.id if option.target else "")
        elif not actions.decide(option.decision.what, self.reason.text().strip(), self._plan):
            self._failed(actions.why_not())

    @property
    def shows_result(self) -> bool:
        """Whether it tells what came of a decision; it comes back after a lock then."""
        return self.pages.currentIndex() == END

    def done(self, code: int) -> None:
        """Close, unless the decision is being carried out."""
        if self._actions is not None and self._actions.running:
            self.why.setText("It is being carried out; it takes a moment.")
            return
        super().done(code)
        if self.pages.currentIndex() == END:
            self.changed.emit()

    # -- what comes back
    def _read(self, found: Review | Declined) -> None:
        self._busy = False
        if isinstance(found, Declined):
            self.words.setText(shown(found.why))
            self.pages.hide()
        else:
            since = f" Since {moment_text(found.since)}." if found.since else ""
            self.words.setText(shown(f"It waits for a person: {found.words.rstrip('.')}.{since} {found.aside}".strip()))
            for sentence in found.seen:
                self._evidence_rows.addWidget(label(shown(sentence), "rule", wrap=True))
            for way in found.ways:
                self._ways_rows.addWidget(label(shown(way), "rule", wrap=True))
            self._ways.setVisible(bool(found.ways))
            self.options.show_options(found.options)
            next((one for one in self.options.buttons if one.isEnabled()), self.cancel).setFocus()
        self._show_ready()
        self.told.emit()

    def _planned(self, batch: Batch) -> None:
        plan = batch.plans[0] if batch.plans else None
        if not isinstance(plan, ResyncPlan):
            self._failed(batch.refused[0][2] if batch.refused else "There is nothing to undo.")
            return
        self._plan, self._busy, self._alone = batch, False, plan.alone
        total = total_to_type(batch.totals) if self._ask_total and self.total is None else None
        if total is not None:
            self.total = TypedTotal(total)
            self.total.agreed.connect(self._show_ready)
            self._approve_rows.addWidget(self.total)
        self._warning.setVisible(not plan.already_dead)
        self.calls.setPlainText(plan_text(plan))
        self._show_page(APPROVE)
        self.told.emit()

    def _failed(self, why: str) -> None:
        self._busy = False
        self.said.setText(shown(why))
        self.said.setVisible(bool(why))
        self._show_ready()
        self.told.emit()

    def _ended(self, result: BatchResult) -> None:
        self._busy = False
        row = result.results[0]
        badge = RESULTS[row.result]
        self._end_shape.show_shape(badge.icon, badge.tone)
        self._end_words.setText(shown(f"{badge.word}: {row.reason}"))
        self._next_step.setText(shown(f"What to do: {row.next_step}" if row.next_step else "Nothing is left to do."))
        self.words.setText("It stands in the journal, with the reason and what was seen.")
        if row.result is Result.REFUSED:
            self.words.setText("Nothing was sent.")
        self._show_page(END)
        self.decided.emit(result)

    # -- show
    def _show_page(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        if page == CHOOSE:
            self._plan = None
        self._show_ready()
        if page == APPROVE:
            first = (
                self.total.field if self.total else self.cancel if is_production(self._environment) else self.forward
            )
            first.setFocus()
        elif page == END:
            self.cancel.setFocus()

    def _show_ready(self) -> None:
        page, option = self.pages.currentIndex(), self.options.chosen
        undo = option is not None and option.decision.follow in PLANNED and page == CHOOSE
        why = self._why_not(page)
        self.forward.setText(self._forward_text(page, undo))
        danger = page == APPROVE and is_production(self._environment)
        restyle(self.forward, "danger" if danger else "primary")
        self.forward.setEnabled(not why and not self._busy)
        self.forward.setVisible(page != END)
        self.back.setVisible(page == APPROVE)
        self.back.setEnabled(not self._busy)
        self.cancel.setText("Close" if page == END else "Cancel")
        self.why.setText("" if self._busy or page == END else why)

    def _forward_text(self, page: int, undo: bool) -> str:
        if self._busy:
            return "Please wait…"
        if page == APPROVE:
            verb = "Cancel" if self._alone else "Undo"
            return f"{verb} it in {self._environment.word}"
        return "Look at the plan" if undo else "Decide"

    def _why_not(self, page: int) -> str:
        if page == APPROVE:
            return "" if self.total is None or self.total.is_agreed else "Type the total first."
        if self.options.chosen is None:
            return "Choose a decision."
        if not self.reason.text().strip():
            return "Give the reason; it stands in the journal for ever."
        return self._actions.why_not() if self._actions else ""


def plan_text(plan: ResyncPlan) -> str:
    """The exact writes in order, what is true afterwards, and the plan's hash."""
    return calls_page(calls_of(plan), "Afterwards:", *after(plan), "", f"Plan {plan.hash}")
