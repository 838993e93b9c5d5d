"""The page on which a person approves a link, or a link taken back: the exact calls, and what will be true."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QWidget

from nsz_desk.engine.link_review import LinkReview
from nsz_desk.engine.results import Environment
from nsz_desk.ui.calls import calls_page
from nsz_desk.ui.environment import EnvironmentChip, is_production
from nsz_desk.ui.figures import Figure, figure_row
from nsz_desk.ui.texts import day_text, shown
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line

LEAST_CALLS = 150  # pixels


class LinkReviewDialog(QDialog):
    """Shows one review; `approved` is emitted at most once."""

    approved = Signal()

    def __init__(self, review: LinkReview, environment: Environment, parent: QWidget) -> None:
        super().__init__(parent)
        self._review, self._environment = review, environment
        verb = "unlinking" if review.undoes else "linking"
        title = f"Review before {verb} {review.plan.number}"
        self.setWindowTitle(shown(f"{title} · {environment.word}"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(980, max(720, room.width() - 120)), min(720, max(460, room.height() - 40)))
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(label(shown(title, 60), "big-title", wrap=True), 1)
        head.addWidget(EnvironmentChip(environment), 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(head)
        whole.addWidget(self._page(), 1)
        whole.addLayout(self._foot(verb))
        (self.cancel if is_production(environment) else self.send).setFocus()

    def _page(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What will be done")
        page = QWidget()
        page.setObjectName("page")
        rows = column(page, margins=(0, 0, 10, 0), gap=10)
        rows.addWidget(figure_row(self._figures()))
        rows.addWidget(self._truths())
        rows.addWidget(label("WHAT WILL BE SENT, IN THIS ORDER", "group"))
        self.calls = QPlainTextEdit()
        self.calls.setReadOnly(True)
        self.calls.setProperty("look", "code")
        self.calls.setAccessibleName("What will be sent, in this order")
        self.calls.setTabChangesFocus(True)
        self.calls.setMinimumHeight(LEAST_CALLS)
        self.calls.setPlainText(self._calls_text())
        rows.addWidget(self.calls, 1)
        area.setWidget(page)
        return area

    def _figures(self) -> tuple[Figure, ...]:
        plan = self._review.plan
        return (
            ("REFUND", (plan.number,), (f"credit memo {plan.memo_number}",)),
            ("AMOUNT", (str(plan.amount),), (day_text(plan.day),)),
            ("CUSTOMER", (plan.customer,), (f"payment {plan.payment_number}",)),
        )

    def _truths(self) -> QWidget:
        made = QWidget()
        row = line(made, gap=12)
        money = card("tint-accent")
        inside = line(money, margins=(16, 12, 16, 12), gap=10)
        inside.addWidget(Shape("document", "accent", 16), 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(label(self._review.notice, "strong", wrap=True), 1, Qt.AlignmentFlag.AlignTop)
        after = card()
        listing = column(after, margins=(16, 10, 16, 10), gap=4)
        listing.addWidget(label("WHAT WILL BE TRUE AFTERWARDS", "group"))
        for sentence in self._review.after:
            point = line(gap=8)
            point.addWidget(Shape("check", "ready", 12))
            point.addWidget(label(sentence, "rule", wrap=True), 1)
            listing.addLayout(point)
        listing.addStretch(1)
        row.addWidget(money, 2)
        row.addWidget(after, 5)
        return made

    def _calls_text(self) -> str:
        plan = self._review.plan
        reason = (f"Reason: {plan.call.body}",) if self._review.undoes else ()
        return calls_page(self._review.calls, *reason, f"Plan {plan.hash}")

    def _foot(self, verb: str) -> QHBoxLayout:
        foot = line(gap=12)
        foot.addStretch(1)
        plan, production = self._review.plan, is_production(self._environment)
        digest = label(f"Plan {plan.hash[:16]}…", "mono")
        digest.setAccessibleName(f"Plan {plan.hash}")
        foot.addWidget(digest)
        self.cancel = Button("Cancel")
        self.cancel.clicked.connect(self.reject)
        word = "Unlink" if verb == "unlinking" else "Link"
        look, icon, tone = ("danger", "warning", "surface") if production else ("primary", "", "on_accent")
        text = shown(f"{word} {plan.number} in {self._environment.word}", 60)
        self.send = Button(text, look, icon_name=icon, tone=tone)
        self.send.clicked.connect(self._approve)
        foot.addWidget(self.cancel)
        foot.addWidget(self.send)
        return foot

    def _approve(self) -> None:
        self.send.setEnabled(False)  # at once: a double click must not approve twice
        self.accept()
        self.approved.emit()
