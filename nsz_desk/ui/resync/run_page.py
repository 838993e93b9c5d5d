"""Fourth page: each step with its state, live. It stops at the first doubt."""

from PySide6.QtWidgets import QWidget

from nsz_desk.ui.resync.compare_page import Saying
from nsz_desk.ui.resync.steps import steps_of
from nsz_desk.ui.resync.tables import step_view
from nsz_desk.ui.resync.undo import Undo
from nsz_desk.ui.widgets import card, column

WAITS = "It is about to begin; refunds of one Zuora account go one after the other."
BROKE = (
    "The run broke off. What was sent stands in the refund's history; the list tells what is open, and Finish ends it."
)


class RunPage(QWidget):
    """The steps of the refund one is on."""

    def __init__(self) -> None:
        super().__init__()
        whole = column(self, gap=10)
        self.view = step_view(self)
        self.view.setMinimumHeight(96)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.view)
        whole.addWidget(frame, 1)
        self.saying = Saying()
        whole.addWidget(self.saying)

    def show_undo(self, undo: Undo) -> None:
        """Show how far it is."""
        steps = steps_of(undo)
        if self.view.table.rows() != steps:
            self.view.table.set_rows(steps)
        badge = undo.badge
        self.saying.say(_words(undo), badge.icon, badge.tone)

    def broke_off(self) -> None:
        """The run ended in an error that no refund's result tells."""
        self.saying.say(BROKE, "question", "doubt")


def _words(undo: Undo) -> str:
    if undo.plan is None:
        return f"Nothing is sent for {undo.row.number}: it cannot be undone."
    if undo.result is not None:
        return " ".join(part for part in (undo.result.reason, undo.result.next_step) if part)
    return f"{undo.row.number}: {undo.said}." if undo.states else WAITS
