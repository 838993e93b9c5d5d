"""The table's view and header: the house's habits, with cells and titles that line up."""

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nsz_desk.ui.cells import PAD, ROW_HEIGHT, V_MIDDLE, CellPainter, cell_font, draw_box
from nsz_desk.ui.tables import Index, RowTable
from nsz_desk.ui.theme import colours

GIVEN = 96  # pixels: as narrow as a column may become that gives room to others


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


class TableView(QTableView):
    """A table with the house's habits: whole rows, fixed height, no grid, one column that takes what is left."""

    entered_row = Signal(str)  # Enter or a double click on a row
    moved_to = Signal(str)  # the current row's id, "" for none

    def __init__(self, model: RowTable, name: str, widths: dict[str, int], stretch: str, gives: str = "") -> None:
        """Show `model`; `stretch` names the column that takes what is left, `gives` one that shrinks in need."""
        super().__init__()
        self._gives = gives
        self.table, self._widths, self._stretch = model, widths, stretch
        self._by_hand = False
        self.setModel(model)
        self.setItemDelegate(CellPainter(self))
        self.header = TableHeader(self)
        self.setHorizontalHeader(self.header)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        for place, column in enumerate(model.columns):
            self.setColumnWidth(place, widths.get(column.key, 120))
        self.header.sectionClicked.connect(self._sort_by)
        self.header.sectionResized.connect(self._resized)
        self.doubleClicked.connect(lambda index: self.entered_row.emit(self.table.id_at(index.row())))
        model.modelReset.connect(self._find_row_again)
        model.modelReset.connect(self._fit_money)
        self._current_id = ""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Remember the row by its id, so that it can be found again after a refresh."""
        super().currentChanged(current, previous)
        if current.isValid():
            new = self.table.id_at(current.row())
            if new != self._current_id:
                self._current_id = new
                self.moved_to.emit(new)
        self.viewport().update()  # the focus ring spans the whole row

    def go_to(self, row_id: str) -> bool:
        """Make a row the current one; False when it is not shown."""
        at = self.table.position(row_id)
        if at >= 0:
            self.setCurrentIndex(self.table.index(at, max(0, self.columnAt(0))))
        return at >= 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row, S sorts by the current column; everything else is Qt's."""
        if event.key() == Qt.Key.Key_S and not event.modifiers() and self.currentIndex().isValid():
            self._sort_by(self.currentIndex().column())
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().isValid():
                self.entered_row.emit(self.table.id_at(self.currentIndex().row()))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room that is left to the stretching column."""
        super().resizeEvent(event)
        self.fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def fit_columns(self) -> None:
        """Stretch one column so that the visible part ends at a column's edge, unless a person set widths."""
        if self._by_hand:
            return
        keys = [column.key for column in self.table.columns]
        place = keys.index(self._stretch)
        least = self._widths[self._stretch]
        if self._gives:
            self._shrink(keys.index(self._gives), place, least)
        before = sum(self.columnWidth(at) for at in range(place))
        after = [self.columnWidth(at) for at in range(place + 1, len(keys))]
        room = self.viewport().width() - before
        shown = next((count for count in range(len(after), -1, -1) if room - sum(after[:count]) >= least), 0)
        self._by_hand = True  # our own resize is not a person's
        self.setColumnWidth(place, max(least, room - sum(after[:shown])))
        self._by_hand = False

    def _shrink(self, giving: int, place: int, least: int) -> None:
        """Let one column give room until the stretching one has its least, but not below a few letters."""
        usual = self._widths[self._gives]
        others = sum(self.columnWidth(at) for at in range(place) if at != giving)
        self._by_hand = True
        self.setColumnWidth(giving, max(GIVEN, min(usual, self.viewport().width() - others - least)))
        self._by_hand = False

    def _fit_money(self) -> None:
        """Money is never cut: its columns are as wide as the longest amount."""
        metrics = QFontMetrics(cell_font(13, True))
        for place, spec in enumerate(self.table.columns):
            if spec.kind == "money" and not self._by_hand:
                widest = max(map(metrics.horizontalAdvance, self.table.longest(place)), default=0) + 2 * PAD + 2
                self.setColumnWidth(place, max(widest, self._widths.get(spec.key, 0)))
        self.fit_columns()

    def _resized(self, _place: int, _old: int, _new: int) -> None:
        if self.header.underMouse() and QGuiApplication.mouseButtons():  # a person drags an edge
            self._by_hand = True

    def _sort_by(self, place: int) -> None:
        if self.table.columns[place].kind == "tick":
            return
        same = self.header.sortIndicatorSection() == place
        rising = self.header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if same and rising else Qt.SortOrder.AscendingOrder
        self.header.setSortIndicator(place, order)
        self.table.sort(place, order)

    def _find_row_again(self) -> None:
        if self.table.rowCount() == 0:
            self._current_id, old = "", self._current_id
            if old:
                self.moved_to.emit("")
        elif not (self._current_id and self.go_to(self._current_id)):
            self.setCurrentIndex(self.table.index(0, 0))
