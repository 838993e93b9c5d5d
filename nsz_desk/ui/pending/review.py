"""The review: the document a person approves before anything is sent, and the only way to send."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QSplitter, QVBoxLayout, QWidget

from nsz_desk.engine.controls import total_to_type
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import Environment
from nsz_desk.ui.columns import ListColumn
from nsz_desk.ui.environment import EnvironmentChip, is_production
from nsz_desk.ui.figures import figure_row
from nsz_desk.ui.pending import document
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.tables import RowTable
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.typed_total import TypedTotal
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line

COLUMNS = (
    ListColumn("number", "Refund", "text", lambda plan: plan.number),
    ListColumn("customer", "Customer", "text", lambda plan: plan.customer),
    ListColumn("amount", "Amount", "money", lambda plan: plan.amount),
    ListColumn("date", "Date", "date", lambda plan: plan.day, "It goes to Zuora as it is"),
    ListColumn("method", "Method", "text", lambda plan: plan.method_type, "Zuora's MethodType"),
    ListColumn("memo", "Credit memo", "text", lambda plan: plan.memo_number),
    ListColumn("payment", "Zuora payment", "text", lambda plan: plan.payment_number),
)
WIDTHS = {"number": 104, "customer": 150, "amount": 140, "date": 112, "method": 110, "memo": 116, "payment": 128}
FOLDED = ("method", "memo", "payment")
REFUSED_LINES = 5


class PlanTable(RowTable):
    """The plans of a batch."""

    strong = frozenset({"number", "amount"})
    plain = frozenset({"customer"})
    whole = frozenset({"number", "date"})


class ReviewDialog(QDialog):
    """Shows a batch; `approved` is emitted at most once. `ask_total`: only after its total has been typed."""

    approved = Signal(object)  # Batch

    def __init__(self, batch: Batch, environment: Environment, parent: QWidget, *, ask_total: bool = False) -> None:
        super().__init__(parent)
        self.batch, self._environment = batch, environment
        total = total_to_type(batch.totals) if ask_total else None
        self.total = TypedTotal(total) if total else None
        title = f"Review {count_text(len(batch.plans), 'refund')} before sending"
        self.setWindowTitle(f"{title} · {environment.word}")
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1120, max(760, room.width() - 120)), min(800, max(480, room.height() - 40)))
        whole = column(self, margins=(24, 16, 24, 12), gap=10)
        head = line(gap=12)
        head.addWidget(label(title, "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        whole.addWidget(self._page(), 1)
        if self.total:
            whole.addWidget(self.total)
        whole.addLayout(self._foot())
        (self.cancel if is_production(environment) or not batch.plans else self.send).setFocus()

    def _page(self) -> QScrollArea:
        """All that is read before it is approved; it scrolls where the screen is low."""
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What will be done")
        page = QWidget()
        page.setObjectName("page")
        rows = column(page, gap=10)
        rows.addWidget(label(document.what_happens(self.batch, self._environment), "lead", wrap=True))
        rows.addWidget(figure_row(document.figures(self.batch)))
        rows.addLayout(self._truths())
        if self.batch.refused:
            rows.addWidget(self._refused())
        self._add_plans(rows)
        area.setWidget(page)
        return area

    def _truths(self) -> QHBoxLayout:
        row = line(gap=12)
        money = card("tint-accent")
        inside = line(money, margins=(16, 12, 16, 12), gap=10)
        inside.addWidget(Shape("document", "accent", 16), 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(label(document.NO_GATEWAY, "strong", wrap=True), 1, Qt.AlignmentFlag.AlignTop)
        after = card()
        listing = column(after, margins=(16, 10, 16, 10), gap=3)
        listing.addWidget(label("WHAT WILL BE TRUE AFTERWARDS", "group"))
        for sentence in document.afterwards(self.batch):
            point = line(gap=8)
            point.addWidget(Shape("check", "ready", 12))
            point.addWidget(label(sentence, "rule", wrap=True), 1)
            listing.addLayout(point)
        row.addWidget(money, 2)
        row.addWidget(after, 5)
        return row

    def _refused(self) -> QFrame:
        box = card("tint-blocked")
        inside = column(box, margins=(16, 10, 16, 10), gap=3)
        refused = self.batch.refused
        inside.addWidget(label(f"{count_text(len(refused), 'row')} cannot be planned and will not be sent", "blocked"))
        for _, number, why in refused[:REFUSED_LINES]:
            inside.addWidget(label(f"{number}: {why}", "rule", wrap=True))
        if len(refused) > REFUSED_LINES:
            inside.addWidget(label(f"and {len(refused) - REFUSED_LINES:,} more", "muted"))
        return box

    def _add_plans(self, whole: QVBoxLayout) -> None:
        self.plans = PlanTable(COLUMNS, lambda plan: plan.refund_id, self)
        self.table = TableView(self.plans, "Refunds to send", WIDTHS, "customer")
        self.table.setMinimumHeight(84)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.table)
        self.calls = QPlainTextEdit()
        self.calls.setReadOnly(True)
        self.calls.setProperty("look", "code")
        self.calls.setAccessibleName("Exact calls")
        self.calls.setTabChangesFocus(True)
        self.calls.hide()
        self.fold = Button("Exact calls", "fold", icon_name="chevron-right")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._fold)
        self.plans_card, self.both = frame, QSplitter(Qt.Orientation.Horizontal)
        both = self.both
        both.setChildrenCollapsible(False)
        both.setHandleWidth(10)
        both.addWidget(frame)
        both.addWidget(self.calls)
        both.setSizes([600, 440])
        whole.addWidget(both, 1)
        self.table.moved_to.connect(self._show_calls)
        self.table.entered_row.connect(lambda _: self.fold.toggle())
        self.plans.set_rows(self.batch.plans)

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        foot.addWidget(self.fold)
        foot.addStretch(1)
        digest = label(f"Plan {self.batch.hash[:16]}…", "mono")
        digest.setToolTip(f"What you approve has the SHA-256 {self.batch.hash}")
        digest.setAccessibleName(f"Plan {self.batch.hash}")
        foot.addWidget(digest)
        self.cancel = Button("Cancel")
        self.cancel.clicked.connect(self.reject)
        production = is_production(self._environment)
        look, icon = ("danger", "warning") if production else ("primary", "")
        tone = "surface" if production else "on_accent"
        self.send = Button(document.send_text(self.batch, self._environment), look, icon_name=icon, tone=tone)
        self.send.setEnabled(bool(self.batch.plans) and self.total is None)
        if self.total:
            self.total.agreed.connect(self.send.setEnabled)
        self.send.clicked.connect(self._approve)
        foot.addWidget(self.cancel)
        foot.addWidget(self.send)
        return foot

    def _approve(self) -> None:
        self.send.setEnabled(False)  # at once: a double click must not approve twice
        self.accept()
        self.approved.emit(self.batch)

    def _fold(self, is_open: bool) -> None:
        self.fold.set_icon("chevron-down" if is_open else "chevron-right")
        self.calls.setVisible(is_open)
        for place, key in enumerate(self.table.keys):  # the calls tell them, and need the room
            if key in FOLDED:
                self.table.setColumnHidden(place, is_open)
        self.table.fit_columns()
        if is_open:  # on a low screen they lie below; once they have their place
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.calls))

    def _show_calls(self, refund_id: str) -> None:
        plan = next((plan for plan in self.batch.plans if plan.refund_id == refund_id), None)
        self.fold.setText(shown(f"Exact calls of {plan.number}" if plan else "Exact calls", 60))
        self.calls.setPlainText(document.calls_text(plan) if plan else "")
