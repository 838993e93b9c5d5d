"""How cells are drawn: one painter for all columns."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from nsz_desk.ui.badges import HEIGHT, Badge, badge_pixmap
from nsz_desk.ui.icons import renderer
from nsz_desk.ui.tables import Index, RowTable
from nsz_desk.ui.theme import Colours, base_font, colours

PAD = 12
ROW_HEIGHT = 38
BOX = 18
DISC = 22
V_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=8)
def cell_font(pixels: int, strong: bool) -> QFont:
    """The table's font in one size and weight."""
    font = base_font()
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return font


def draw_box(painter: QPainter, area: QRect, state: Qt.CheckState, usable: bool, roles: Colours) -> None:
    """A check box that is visible in light and dark: ours, because Fusion's vanishes on dark ground."""
    box = QRectF(0, 0, BOX, BOX)
    box.moveCenter(QRectF(area).center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    filled = state != Qt.CheckState.Unchecked
    edge = roles.accent if filled else roles.strong_border if usable else roles.border
    painter.setPen(QPen(QColor(edge), 1.5))
    painter.setBrush(QColor(roles.accent if filled else roles.surface) if filled or usable else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    painter.setPen(QPen(QColor(roles.on_accent), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, top = box.left(), box.top()
    if state == Qt.CheckState.Checked:
        path = QPainterPath(QPointF(left + 5, top + 9.5))
        path.lineTo(left + 8, top + 12.5)
        path.lineTo(left + 13.5, top + 6)
        painter.drawPath(path)
    elif filled:
        painter.drawLine(QPointF(left + 5.5, top + 9), QPointF(left + 12.5, top + 9))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_mark(painter: QPainter, area: QRect, mark: Badge, roles: Colours, first: bool, last: bool) -> None:
    """A point on a line of time: the line from above and to below, and a disc with the mark's shape."""
    centre = QPointF(QRectF(area).center())
    top = centre.y() if first else area.top()
    bottom = centre.y() if last else area.bottom() + 1
    painter.fillRect(QRectF(centre.x() - 1, top, 2, bottom - top), QColor(roles.border))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(roles.tone(mark.tone), 1.2))
    painter.setBrush(roles.ground(mark.tone))
    painter.drawEllipse(centre, DISC / 2, DISC / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    icon = QRectF(0, 0, 12, 12)
    icon.moveCenter(centre)
    renderer(mark.icon, roles.tone(mark.tone).name()).render(painter, icon)


def wrapped_lines(text: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """At most two lines of `width` pixels; the second is cut with an ellipsis."""
    if metrics.horizontalAdvance(text) <= width:
        return (text,)
    words = text.split(" ")
    first = words[0]
    used = 1
    while used < len(words) and metrics.horizontalAdvance(f"{first} {words[used]}") < width - 2:  # rounding
        first, used = f"{first} {words[used]}", used + 1
    rest = " ".join(words[used:])
    elide = Qt.TextElideMode.ElideRight
    return (metrics.elidedText(first, elide, width), *((metrics.elidedText(rest, elide, width),) if rest else ()))


class CellPainter(QStyledItemDelegate):
    """Draws every cell of a RowTable: ground, hairline, focus, then tick, badge or text."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model = index.model()
        if not isinstance(model, RowTable):
            return
        state: QStyle.StateFlag = option.state
        area: QRect = option.rect
        roles = colours()
        self._ground(painter, area, state, roles)
        row, column = index.row(), index.column()
        tick = model.tick(row, column)
        if tick is not None:
            draw_box(painter, area, tick, model.may_tick(row), roles)
        elif mark := model.mark(row, column):
            draw_mark(painter, area, mark, roles, row == 0, row == model.rowCount() - 1)
        elif badge := model.badge(row, column):
            top = area.top() + (area.height() - HEIGHT) // 2
            painter.drawPixmap(area.left() + PAD, top, badge_pixmap(badge, painter.device().devicePixelRatioF()))
        else:
            self._text(painter, area, model, row, column, roles)
        self._focus(painter, area, index, roles)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Wide enough for the text or badge."""
        model = index.model()
        if not isinstance(model, RowTable):
            return QSize(0, ROW_HEIGHT)
        badge = model.badge(index.row(), index.column())
        text = badge.word if badge else model.cell(index.row(), index.column())
        return QSize(
            QFontMetrics(cell_font(13, True)).horizontalAdvance(text) + 2 * PAD + (36 if badge else 0), ROW_HEIGHT
        )

    def _ground(self, painter: QPainter, area: QRect, state: QStyle.StateFlag, roles: Colours) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(roles.accent_ground))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(roles.hover))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(roles.border))

    def _text(self, painter: QPainter, area: QRect, model: RowTable, row: int, column: int, roles: Colours) -> None:
        text = model.cell(row, column)
        if not text:
            return
        spec = model.columns[column]
        painter.setPen(roles.tone(model.tone(row, column)))
        inner = area.adjusted(PAD, 0, -PAD, 0)
        wraps = spec.key in model.wrapped
        font = cell_font(12 if wraps else 13, spec.key in model.strong)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        if not wraps:
            side = Qt.AlignmentFlag.AlignRight if spec.kind == "money" else Qt.AlignmentFlag.AlignLeft
            if metrics.horizontalAdvance(text) > inner.width():
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, side | V_MIDDLE, text)
            return
        lines = wrapped_lines(text, metrics, inner.width())
        step = min(metrics.height(), (area.height() - 4) // 2)
        top = area.top() + (area.height() - step * len(lines)) // 2
        for number, one in enumerate(lines):
            painter.drawText(QRect(inner.left(), top + number * step, inner.width(), step), V_MIDDLE, one)

    def _focus(self, painter: QPainter, area: QRect, index: Index, roles: Colours) -> None:
        view = self.parent()
        if not isinstance(view, QTableView) or view.currentIndex().row() != index.row():
            return
        if index.column() == view.columnAt(0):
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(roles.accent))
        if view.hasFocus():
            painter.fillRect(QRect(area.left(), area.top(), area.width(), 2), QColor(roles.accent))
            painter.fillRect(QRect(area.left(), area.bottom() - 1, area.width(), 2), QColor(roles.accent))
            if view.currentIndex() == index and index.column() != view.columnAt(0):
                painter.setPen(QColor(roles.accent))
                painter.drawRect(area.adjusted(2, 3, -3, -4))
