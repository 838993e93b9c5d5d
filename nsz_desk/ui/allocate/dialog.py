"""The assistant: which invoices a partial refund takes back, until exactly nothing remains."""

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QFrame, QHBoxLayout, QWidget

from nsz_desk.domain.allocation import Proposal
from nsz_desk.domain.money import Money
from nsz_desk.engine.allocate import BY_HAND, Offer
from nsz_desk.engine.results import Environment
from nsz_desk.ui.allocate.forecast import READ_BACK
from nsz_desk.ui.allocate.split import NAMES, Typed
from nsz_desk.ui.allocate.table import SplitModel, SplitView
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.figures import Figure, figure_row
from nsz_desk.ui.texts import count_text, day_text, shown
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line, restyle

LOW = 560  # pixels of height below which the payment is one line
TYPING = "Type an amount into the column “This refund”; Enter goes to the next invoice."


class AllocateDialog(QDialog):
    """Shows an offer; `chosen` carries the split as it was typed, and only one without a fault."""

    chosen = Signal(object)  # Typed
    link_wanted = Signal()

    def __init__(self, offer: Offer, environment: Environment, parent: QWidget) -> None:
        super().__init__(parent)
        self.typed = Typed(offer)
        title = f"Allocate {offer.row.number} · {offer.row.customer}"
        self.setWindowTitle(shown(f"{title} · {environment.word}"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1120, max(760, room.width() - 80)), min(720, max(460, room.height() - 40)))
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(label(shown(title, 80), "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        self._payment, self._short = figure_row(_figures(offer)), label(shown(_lead(offer)), "muted", wrap=True)
        whole.addWidget(self._payment)
        whole.addWidget(self._short)
        whole.addLayout(self._strategies(offer))
        self.why = label("", "muted", wrap=True)
        whole.addWidget(self.why)
        self.model = SplitModel(self.typed, self)
        self.table = SplitView(self)
        self.table.show_model(self.model)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.table)
        whole.addWidget(frame, 1)
        whole.addWidget(self._footing())
        whole.addWidget(label(shown(f"Route: {offer.route}. {READ_BACK}"), "muted", wrap=True))
        whole.addLayout(self._foot())
        self.model.changed.connect(self._show)
        if offer.default:
            self.typed.follow(offer.default)
        self.model.show_all()
        self.table.setFocus()

    def _strategies(self, offer: Offer) -> QHBoxLayout:
        row = line(gap=8)
        row.addWidget(label("Strategy", "strong"))
        group = QButtonGroup(self)
        group.setExclusive(False)
        self.strategies: dict[str, Button] = {}
        for proposal in offer.proposals:
            button = Button(NAMES[proposal.strategy])
            button.setCheckable(True)
            button.setEnabled(proposal.works)
            button.setToolTip(shown(proposal.why))
            button.clicked.connect(lambda _=False, one=proposal: self._follow(one))
            self.strategies[proposal.strategy.value] = button
            row.addWidget(button)
        by_hand = self.strategies[BY_HAND] = Button("By hand")
        by_hand.setCheckable(True)
        by_hand.clicked.connect(self._by_hand)
        row.addWidget(by_hand)
        row.addStretch(1)
        return row

    def _footing(self) -> QFrame:
        self._box = card("tint-ready")
        row = line(self._box, margins=(16, 10, 16, 10), gap=10)
        self.allocated = label("", "strong", wrap=True)
        self.remaining = label("", "title")
        self._mark = Shape("check", "ready", 18)
        row.addWidget(self.allocated, 1)
        row.addWidget(self.remaining)
        row.addWidget(self._mark)
        self.state = label("", "strong")
        row.addWidget(self.state)
        return self._box

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        self.link = Button("Link a refund made by hand…", "link")
        self.link.clicked.connect(self._link)
        self.cancel, self.review = Button("Cancel"), Button("Review…", "primary")
        self.cancel.clicked.connect(self.reject)
        self.review.clicked.connect(self._review)
        self.cancel.setAutoDefault(False)
        foot.addWidget(self.link)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.review)
        return foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen the payment is told in one line: the invoices need the room."""
        super().resizeEvent(event)
        low = self.height() < LOW
        self._payment.setVisible(not low)
        self._short.setVisible(low)

    # -- what is pressed
    def _follow(self, proposal: Proposal) -> None:
        self.typed.follow(proposal)
        self.model.show_all()

    def _by_hand(self) -> None:
        self.typed.how, self.typed.why = BY_HAND, TYPING
        self.model.show_all()
        self.table.setFocus()

    def _link(self) -> None:
        self.reject()
        self.link_wanted.emit()

    def _review(self) -> None:
        if not self.typed.wrong():
            self.accept()
            self.chosen.emit(self.typed)

    # -- what is shown
    def _show(self) -> None:
        typed, amount = self.typed, self.typed.offer.amount
        for name, button in self.strategies.items():
            button.setChecked(name == typed.how)
        self.why.setText(shown(typed.why))
        wrong, left = typed.wrong(), typed.remaining
        tone = "blocked" if wrong else "ready"
        restyle(self._box, f"tint-{tone}")
        restyle(self.remaining, f"sum-{tone}")
        split = Money(amount.amount - left.amount, amount.currency)
        more = " ".join(wrong[:2])
        words = (
            f"Allocated {split.plain_grouped()} of {amount}. {more}".strip()
            if wrong
            else f"Allocated {split} of {amount}"
        )
        self.allocated.setText(shown(words))
        zero = Money(left.amount + Decimal(0), left.currency)
        self.remaining.setText(f"Remaining {zero.plain_grouped()}")
        self._mark.show_shape("cross" if wrong else "check", tone)
        self.state.setText("not yet" if wrong else "exact")
        self.review.setEnabled(not wrong)
        self.review.setToolTip(shown(more))


def _lead(offer: Offer) -> str:
    """The payment in one line."""
    payment, (applied, refunded, left) = offer.payment, offer.sums
    return (
        f"Payment {payment.number} of {day_text(payment.date)}, {payment.amount}: {applied.plain_grouped()} applied to "
        f"{count_text(len(offer.lines), 'invoice')}, {refunded.plain_grouped()} refunded before, "
        f"{left.plain_grouped()} left."
    )


def _figures(offer: Offer) -> tuple[Figure, ...]:
    """The payment in figures that foot: applied, less refunded before, is what is left."""
    payment, (applied, refunded, left) = offer.payment, offer.sums
    loose = (f"{payment.unapplied.plain_grouped()} of it loose",) if payment.unapplied.amount else ()
    return (
        ("PAYMENT", (payment.number,), (day_text(payment.date),)),
        ("AMOUNT", (str(payment.amount),), loose),
        ("APPLIED", (applied.plain_grouped(),), (f"to {count_text(len(offer.lines), 'invoice')}",)),
        ("REFUNDED BEFORE", (refunded.plain_grouped(),), ("of these invoices",)),
        ("LEFT", (left.plain_grouped(),), (f"this refund takes {offer.amount.plain_grouped()}",)),
    )
