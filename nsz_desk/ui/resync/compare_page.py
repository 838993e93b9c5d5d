"""First page: both systems side by side, and in plain words whether it can be undone."""

from PySide6.QtWidgets import QWidget

from nsz_desk.ui.resync.tables import compared_view
from nsz_desk.ui.resync.undo import Undo
from nsz_desk.ui.resync.words import can_work
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Shape, card, column, label, line, restyle

LOOKING = "Looking at both systems, at the periods, and for other refunds with this id…"


class Saying(QWidget):
    """A sentence on a ground of its tone, with a shape before it."""

    def __init__(self) -> None:
        super().__init__()
        self._box = card("tint-quiet")
        column(self).addWidget(self._box)
        row = line(self._box, margins=(16, 10, 16, 10), gap=10)
        self._shape, self.text = Shape("clock", "quiet", 16), label("", "quiet", wrap=True)
        row.addWidget(self._shape)
        row.addWidget(self.text, 1)

    def say(self, text: str, icon: str, tone: str) -> None:
        """Say something else."""
        restyle(self._box, f"tint-{tone}")
        restyle(self.text, tone)
        self._shape.show_shape(icon, tone)
        self.text.setText(shown(text))
        self.setAccessibleName(shown(text))


class ComparePage(QWidget):
    """The comparison of the refund one is on."""

    def __init__(self, *, wide: bool) -> None:
        super().__init__()
        whole = column(self, gap=10)
        self.view = compared_view(self, "NetSuite now, Zuora now, afterwards", wide=wide)
        self.view.setMinimumHeight(96)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.view)
        whole.addWidget(frame, 1)
        self.saying = Saying()
        whole.addWidget(self.saying)

    def show_undo(self, undo: Undo) -> None:
        """Show what is known of a refund."""
        rows = undo.comparison.rows if undo.comparison else ()
        if self.view.table.rows() != rows:
            self.view.table.set_rows(rows)
        if not (undo.checked or undo.trouble):
            self.saying.say(LOOKING, "clock", "quiet")
        elif undo.can:
            self.saying.say(can_work(undo), "check", "ready")
        else:
            self.saying.say(can_work(undo), "stop", "blocked")
