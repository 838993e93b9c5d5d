"""The dialog that links: the Zuora refunds that may have been made by hand, with what speaks for and against each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QHBoxLayout, QRadioButton, QScrollArea, QWidget

from nsz_desk.engine.link_offer import Candidate, LinkOffer
from nsz_desk.engine.results import Environment
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.texts import day_text, shown
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line

LEAD = (
    "Which of these Zuora refunds was made by hand for it? A link moves no money: the refund gets the NetSuite id, "
    "then both systems are written and read back as after a sync."
)
NONE = "No candidate: no live refund of this payment and amount is without a NetSuite id."
INDENT = 28


class LinkDialog(QDialog):
    """Shows an offer; `chosen` carries the id of the Zuora refund that was picked."""

    chosen = Signal(str)

    def __init__(self, offer: LinkOffer, environment: Environment, parent: QWidget) -> None:
        super().__init__(parent)
        self._offer = offer
        row = offer.row
        title = f"Link {row.number} · {row.customer}"
        self.setWindowTitle(shown(f"{title} · {environment.word}"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(820, max(680, room.width() - 200)), min(620, max(420, room.height() - 40)))
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(label(shown(title, 60), "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        facts = f"{row.amount} of {day_text(row.case.refund.date)}, payment {offer.payment.number}."
        whole.addWidget(label(shown(facts), "strong", wrap=True))
        whole.addWidget(label(LEAD, "muted", wrap=True))
        whole.addWidget(self._listing(), 1)
        whole.addLayout(self._foot())
        self._show_ready()
        (self.buttons[0] if self.buttons else self.cancel).setFocus()

    def _listing(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("Zuora refunds of the payment")
        page = QWidget()
        page.setObjectName("page")
        rows = column(page, margins=(0, 0, 10, 0), gap=8)
        self._group = QButtonGroup(self)
        self.buttons: list[QRadioButton] = []
        for candidate in self._offer.candidates:
            rows.addWidget(self._candidate(candidate))
        if not self._offer.candidates:
            rows.addWidget(label(NONE, "manual", wrap=True))
        if self._offer.others:
            rows.addWidget(label("THE PAYMENT'S OTHER REFUNDS", "group"))
        for refund, why in self._offer.others:
            rows.addWidget(label(shown(f"{refund.number}, {refund.amount}: {why}."), "muted", wrap=True))
        rows.addStretch(1)
        self._group.buttonToggled.connect(lambda *_: self._show_ready())
        area.setWidget(page)
        return area

    def _candidate(self, one: Candidate) -> QWidget:
        made = card()
        inside = column(made, margins=(16, 10, 16, 10), gap=4)
        refund = one.refund
        words = shown(f"{refund.number} · {refund.amount} · {day_text(refund.date)} · {refund.method or 'no method'}")
        button = QRadioButton(words.replace("&", "&&"))
        button.setAccessibleName(words)
        self.buttons.append(button)
        self._group.addButton(button)
        inside.addWidget(button)
        for icon, tone, texts in (("check", "ready", one.reasons), ("warning", "manual", one.differs)):
            if texts:
                row = line(margins=(INDENT, 0, 0, 0), gap=8)
                row.addWidget(Shape(icon, tone, 13))
                row.addWidget(label(shown("; ".join(texts)), "rule", wrap=True), 1)
                inside.addLayout(row)
        differs = f" But: {'; '.join(one.differs)}." if one.differs else ""
        button.setAccessibleDescription(shown(f"{'; '.join(one.reasons)}.{differs}"))
        return made

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        self.why = label("", "muted", wrap=True)
        self.cancel, self.link = Button("Cancel"), Button("Review…", "primary")
        self.cancel.clicked.connect(self.reject)
        self.link.clicked.connect(self._link)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.link)
        return foot

    @property
    def picked(self) -> Candidate | None:
        """The candidate that was picked."""
        pairs = zip(self.buttons, self._offer.candidates, strict=True)
        return next((one for button, one in pairs if button.isChecked()), None)

    def _show_ready(self) -> None:
        one = self.picked
        self.link.setEnabled(one is not None)
        nothing = "There is nothing to link." if not self.buttons else "Pick the one it is."
        self.why.setText("" if one else nothing)

    def _link(self) -> None:
        if (one := self.picked) is not None:
            self.accept()
            self.chosen.emit(one.refund.id)
