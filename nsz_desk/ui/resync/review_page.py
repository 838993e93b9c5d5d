"""Third page: the document a person approves before anything is undone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from nsz_desk.engine.controls import total_to_type
from nsz_desk.ui.check_box import CheckBox
from nsz_desk.ui.figures import figure_row
from nsz_desk.ui.resync import words
from nsz_desk.ui.resync.undo import Queue, Undo
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.typed_total import TypedTotal
from nsz_desk.ui.widgets import Shape, card, column, label, line

REFUSED_LINES = 5
MEMO = "Clear the credit memo's Integration Status and Zuora ID too"


class ReviewPage(QWidget):
    """Shows the plans; `changed` comes when another document stands here, or the total has been typed."""

    changed = Signal()

    def __init__(self, *, ask_total: bool) -> None:
        super().__init__()
        self._ask_total = ask_total
        self._queue: Queue | None = None
        self.total: TypedTotal | None = None
        self.agreed = not ask_total
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What will be done")
        column(self).addWidget(area)
        page = QWidget()
        page.setObjectName("page")
        area.setWidget(page)
        whole = column(page, gap=10)
        self._top = column(gap=10)
        whole.addLayout(self._top)
        self.memo = CheckBox(MEMO)
        self.memo.setChecked(True)
        self.memo.toggled.connect(self._memo_turned)
        whole.addWidget(self.memo, 0, Qt.AlignmentFlag.AlignLeft)
        self._calls_title = label("", "group")
        whole.addWidget(self._calls_title)
        self.calls = QPlainTextEdit()
        self.calls.setReadOnly(True)
        self.calls.setProperty("look", "code")
        self.calls.setAccessibleName("What will be sent, in this order")
        self.calls.setTabChangesFocus(True)
        self.calls.setMinimumHeight(150)
        whole.addWidget(self.calls, 1)
        self._foot = column()
        whole.addLayout(self._foot)

    def show_queue(self, queue: Queue) -> None:
        """Show other plans; a total that was typed for others counts no more."""
        self._queue = queue
        _empty(self._top)
        self._top.addWidget(figure_row(words.figures(queue.batch)))
        self._top.addWidget(self._truths(queue))
        if queue.batch.refused:
            self._top.addWidget(_refused(queue))
        self.memo.setVisible(any(plan.memo_id for plan in queue.batch.plans))
        self._ask(queue)

    def show_undo(self, undo: Undo) -> None:
        """Show the calls of a refund."""
        self._calls_title.setText(shown(f"WHAT WILL BE SENT FOR {undo.row.number}, IN THIS ORDER"))
        text = words.calls_text(undo.plan) if undo.plan else f"Nothing. {words.can_work(undo)}"
        self.calls.setPlainText(text)

    def _truths(self, queue: Queue) -> QWidget:
        made = QWidget()
        row = line(made, gap=12)
        beware = card("tint-manual")
        inside = column(beware, margins=(16, 12, 16, 12), gap=6)
        inside.addWidget(label("WHAT CANNOT BE UNDONE", "manual"))
        inside.addWidget(label(words.FOR_EVER, "rule-open", wrap=True))
        inside.addWidget(label(words.NO_GATEWAY, "rule", wrap=True))
        inside.addStretch(1)
        after = card()
        listing = column(after, margins=(16, 12, 16, 12), gap=4)
        listing.addWidget(label("WHAT WILL BE TRUE AFTERWARDS", "group"))
        for sentence in words.afterwards(queue.batch):
            point = line(gap=8)
            point.addWidget(Shape("check", "ready", 12))
            point.addWidget(label(sentence, "rule", wrap=True), 1)
            listing.addLayout(point)
        listing.addStretch(1)
        row.addWidget(beware, 3)
        row.addWidget(after, 4)
        return made

    def _ask(self, queue: Queue) -> None:
        _empty(self._foot)
        total = total_to_type(queue.batch.totals) if self._ask_total else None
        self.total = TypedTotal(total) if total else None
        self.agreed = self.total is None
        if self.total is not None:
            self.total.agreed.connect(self._agree)
            self._foot.addWidget(self.total)

    def _agree(self, agreed: bool) -> None:
        self.agreed = agreed
        self.changed.emit()

    def _memo_turned(self, clear: bool) -> None:
        if self._queue is not None:
            self._queue.keep_memos(not clear)
            self.show_queue(self._queue)
            self.changed.emit()


def _refused(queue: Queue) -> QFrame:
    box = card("tint-blocked")
    inside = column(box, margins=(16, 10, 16, 10), gap=3)
    refused = queue.batch.refused
    inside.addWidget(label(f"{count_text(len(refused), 'refund')} cannot be undone and will be left alone", "blocked"))
    for refund_id, number, why in refused[:REFUSED_LINES]:
        name = number or queue.undos[refund_id].row.number
        inside.addWidget(label(f"{name}: {why}", "rule", wrap=True))
    if len(refused) > REFUSED_LINES:
        inside.addWidget(label(f"and {len(refused) - REFUSED_LINES:,} more", "muted"))
    return box


def _empty(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
