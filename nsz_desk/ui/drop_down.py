"""A list to choose one from, with an arrow that is visible in light and dark."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from nsz_desk.ui.icons import pixmap
from nsz_desk.ui.theme import colours

ARROW, EDGE = 14, 12  # pixels


class DropDown(QComboBox):
    """The house's combo box; `name` is what screen readers say."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, then our arrow: a styled box has none."""
        super().paintEvent(event)
        painter = QPainter(self)
        tone = colours().tone("text" if self.isEnabled() else "muted").name()
        place = QRect(self.width() - ARROW - EDGE, (self.height() - ARROW) // 2, ARROW, ARROW)
        painter.drawPixmap(place, pixmap("chevron-down", tone, ARROW, self.devicePixelRatioF()))
