"""A check box that is visible in light and dark, drawn as those of the lists are."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from nsz_desk.ui.cells import BOX, draw_box
from nsz_desk.ui.texts import shown
from nsz_desk.ui.theme import colours

GAP, EDGE = 8, 4  # pixels between box and text, and around both


class CheckBox(QCheckBox):
    """A box with its text, which is its accessible name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(shown(text).replace("&", "&&"))
        self.setAccessibleName(shown(text))

    def sizeHint(self) -> QSize:
        """Box and text."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.accessibleName()) + BOX + GAP + 2 * EDGE
        return QSize(width, max(BOX, metrics.height()) + 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        """The text is never cut."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """All of it can be pressed."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, text, and where the focus is."""
        painter, roles, area = QPainter(self), colours(), self.rect().adjusted(EDGE, 0, -EDGE, 0)
        draw_box(
            painter, QRect(area.left(), area.top(), BOX, area.height()), self.checkState(), self.isEnabled(), roles
        )
        painter.setPen(QColor(roles.text if self.isEnabled() else roles.muted))
        words = area.adjusted(BOX + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.accessibleName())
        if self.hasFocus():
            painter.setPen(QPen(QColor(roles.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
