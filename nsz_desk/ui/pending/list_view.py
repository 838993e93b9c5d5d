"""The list of pending refunds as a table in which rows can be ticked."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from nsz_desk.ui.pending.model import PendingTable
from nsz_desk.ui.table_view import TableView

WIDTHS = {
    "tick": 40, "verdict": 122, "number": 86, "customer": 176, "amount": 108, "why": 196, "date": 104,
    "credit_memo": 112, "payment": 132, "status": 168,
}  # fmt: skip
HIDDEN = ("credit_memo", "payment", "status")  # the panel tells them; the column chooser shows them


class PendingList(TableView):
    """The list, in which Space and the box of a row turn its tick."""

    def __init__(self, model: PendingTable) -> None:
        super().__init__(model, "Pending refunds", WIDTHS, "why", "customer", HIDDEN)
        self.pending = model
        self.header.sectionClicked.connect(self._header_clicked)
        model.ticked_changed.connect(self.show_box)
        model.counted.connect(self.show_box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the chosen rows, Ctrl+A every ready row that is shown."""
        plain = not event.modifiers()
        if event.key() == Qt.Key.Key_Space and plain and self.currentIndex().isValid():
            self.pending.toggle(*self.chosen_positions())
        elif event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.pending.tick_shown(True)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a box turns it."""
        super().mousePressEvent(event)
        at = self.indexAt(event.position().toPoint())
        if at.isValid() and at.column() == 0 and event.button() == Qt.MouseButton.LeftButton:
            self.pending.toggle(at.row())

    def _header_clicked(self, place: int) -> None:
        if place == 0:
            self.pending.tick_shown(self.pending.box_for_all() != Qt.CheckState.Checked)

    def show_box(self) -> None:
        """Show in the header whether all, some or none of the ready rows on screen are ticked."""
        self.header.box = self.pending.box_for_all()
        self.header.box_usable = not self.pending.locked
        self.header.viewport().update()
