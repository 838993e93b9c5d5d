"""The table's header: titles that line up with their cells, painted without asking for every selected row."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from nsz_desk.ui.cells import PAD, ROW_HEIGHT, V_MIDDLE, cell_font, draw_box
from nsz_desk.ui.tables import RowTable
from nsz_desk.ui.theme import colours


class TableHeader(QHeaderView):
    """Paints its sections itself: aligned with the cells, and without asking for every selected row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.box = Qt.CheckState.Unchecked
        self.box_usable = True
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setHighlightSections(False)
        self.setFixedHeight(ROW_HEIGHT)
        self.setMinimumSectionSize(36)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw one title, its sort arrow, or the box that ticks all."""
        model = self.model()
        roles = colours()
        painter.fillRect(rect, QColor(roles.raised))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(roles.border))
        if not isinstance(model, RowTable):
            return
        spec = model.columns[logicalIndex]
        if spec.kind == "tick":
            draw_box(painter, rect, self.box, self.box_usable, roles)
            return
        sorted_here = self.sortIndicatorSection() == logicalIndex
        room = rect.adjusted(PAD, 0, -PAD, 0)
        font = cell_font(12, True)
        metrics = QFontMetrics(font)
        text = metrics.elidedText(spec.title, Qt.TextElideMode.ElideRight, room.width() - (14 if sorted_here else 0))
        painter.setFont(font)
        painter.setPen(roles.tone("text" if sorted_here else "muted"))
        right = spec.kind == "money"
        painter.drawText(room, (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | V_MIDDLE, text)
        if sorted_here:
            width = metrics.horizontalAdvance(text)
            self._arrow(painter, room.right() - width - 10 if right else room.left() + width + 10, room.center().y())

    def _arrow(self, painter: QPainter, x: int, y: int) -> None:
        up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        tip, base = (y - 3, y + 3) if up else (y + 3, y - 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().tone("accent"))
        painter.drawPolygon(QPolygonF([QPointF(x - 4, base), QPointF(x + 4, base), QPointF(x, tip)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
