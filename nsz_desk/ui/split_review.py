"""The page on which a split is approved: the review of every send, with the route and each invoice's forecast."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nsz_desk.engine.allocate import Allotment
from nsz_desk.engine.results import Environment
from nsz_desk.ui.allocate.forecast import READ_BACK, forecast_view
from nsz_desk.ui.pending.review import ReviewDialog
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import card, column, label


class SplitReview(ReviewDialog):
    """Shows the plan of one split: in the place of the plans stands what each invoice will show."""

    def __init__(
        self, made: Allotment, route: str, environment: Environment, parent: QWidget, *, ask_total: bool
    ) -> None:
        super().__init__(made.batch, environment, parent, ask_total=ask_total)
        plan = made.plan
        self.plans_card.hide()
        split = QWidget()
        rows = column(split, gap=8)
        rows.addWidget(label(shown(f"{plan.number} · {plan.customer} · payment {plan.payment_number}"), "strong"))
        self.route = label(shown(f"{made.why} Route: {route}. {READ_BACK}"), "muted", wrap=True)
        rows.addWidget(self.route)
        self.forecast = forecast_view(made, self)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.forecast)
        rows.addWidget(frame, 1)
        self.both.setOrientation(Qt.Orientation.Vertical)
        self.both.insertWidget(0, split)
