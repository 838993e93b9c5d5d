"""The table's view: the house's habits, one column that takes what is left, and what a person can do with columns."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from nsz_desk.ui.cells import PAD, ROW_HEIGHT, CellPainter, cell_font
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.table_header import TableHeader
from nsz_desk.ui.table_menu import COPY_TITLES, WITHOUT_TEXT, add_columns, add_copy, copy_rows
from nsz_desk.ui.tables import Index, RowTable

GIVEN = 96  # pixels: as narrow as a column may become that gives room to others


class TableView(QTableView):
    """A table with the house's habits: whole rows, fixed height, no grid, one column that takes what is left."""

    entered_row = Signal(str)  # Enter or a double click on a row
    moved_to = Signal(str)  # the current row's id, "" for none
    menu_opens = Signal(object, str)  # QMenu to add to, id of the row it is about

    def __init__(
        self,
        model: RowTable,
        name: str,
        widths: dict[str, int],
        stretch: str,
        gives: str = "",
        hidden: Iterable[str] = (),
    ) -> None:
        """Show `model`; `stretch` takes what is left, `gives` shrinks in need, `hidden` are shown when asked for."""
        super().__init__()
        self._gives, self._hidden = gives, frozenset(hidden)
        self.table, self._usual, self._widths, self._stretch = model, widths, dict(widths), stretch
        self._by_hand = False
        self._current_id = ""
        self.setModel(model)
        self.setItemDelegate(CellPainter(self))
        self.header = TableHeader(self)
        self.setHorizontalHeader(self.header)
        self.setAccessibleName(name)
        self._set_habits()
        self.usual_columns()
        self.header.sectionClicked.connect(self._sort_by)
        self.header.sectionResized.connect(self._resized)
        self.header.customContextMenuRequested.connect(self._header_menu)
        self.doubleClicked.connect(lambda index: self.entered_row.emit(self.table.id_at(index.row())))
        model.modelReset.connect(self._find_row_again)
        model.modelReset.connect(self._fit_whole)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns' names in settings."""
        return tuple(column.key for column in self.table.columns)

    def _set_habits(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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

    # -- rows
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
            self._stand_on(self.table.index(at, max(0, self.columnAt(0))))
        return at >= 0

    def _stand_on(self, index: Index) -> None:
        """Choose this row alone; in the mode for many, Shift or Ctrl held at this moment would extend the selection."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setCurrentIndex(index)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def chosen_positions(self) -> list[int]:
        """Where the selected rows are on screen, from top to bottom; the current row where none is selected."""
        ranges = self.selectionModel().selection().toList()
        found = {at for part in ranges for at in range(part.top(), part.bottom() + 1)}
        if not found and self.currentIndex().isValid():
            found = {self.currentIndex().row()}
        return sorted(found)

    # -- keys and menus
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row, S sorts by the current column, Ctrl+C copies; everything else is Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy(titles=False)
        elif event.keyCombination() == COPY_TITLES:
            self.copy(titles=True)
        elif event.key() == Qt.Key.Key_S and not event.modifiers() and self.currentIndex().isValid():
            self._sort_by(self.currentIndex().column())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().isValid():
                self.entered_row.emit(self.table.id_at(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the row: by the right button, or the menu key."""
        current = self.currentIndex()
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.visualRect(current).bottomLeft() if by_key and current.isValid() else event.pos()
        self.row_menu().exec(self.viewport().mapToGlobal(at))

    def row_menu(self) -> QMenu:
        """The menu about the current row; owners add to it when `menu_opens` comes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.currentIndex().row()
        if row >= 0:
            self.menu_opens.emit(menu, self.table.id_at(row))
            add_copy(menu, lambda titles: self.copy(titles=titles))
        self._add_columns(menu.addMenu("Columns"))
        return menu

    def copy(self, *, titles: bool) -> None:
        """Put the selected rows, as far as their columns are shown, on the clipboard."""
        copy_rows(self.table, self.chosen_positions(), self._shown_places(), titles=titles)

    def _header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_columns(menu)
        menu.exec(self.header.mapToGlobal(at))

    def _add_columns(self, menu: QMenu) -> None:
        titled = [
            (place, column.title, not self.isColumnHidden(place))
            for place, column in enumerate(self.table.columns)
            if column.kind not in WITHOUT_TEXT
        ]
        add_columns(menu, titled, self.show_column, self.usual_columns)

    def _shown_places(self) -> list[int]:
        order = (self.header.logicalIndex(at) for at in range(len(self.keys)))
        return [at for at in order if not self.isColumnHidden(at)]

    # -- columns
    def usual_columns(self) -> None:
        """Widths, order, sort and hidden columns as delivered."""
        self._by_hand, self._widths = False, dict(self._usual)
        for place, key in enumerate(self.keys):
            self.header.moveSection(self.header.visualIndex(place), place)
            self.setColumnWidth(place, self._usual.get(key, 120))
            self.setColumnHidden(place, key in self._hidden)
        self.header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.sort(-1)
        self._fit_whole()

    def show_column(self, place: int, on: bool) -> None:
        """Show or hide a column; the last one stays."""
        if on or len(self._shown_places()) > 1:
            self.setColumnHidden(place, not on)
            self.fit_columns()

    def restore(self, layouts: Layouts, name: str) -> None:
        """Arrange the columns as a person left them."""
        if not layouts.restore_columns(name, self.keys, self.header):
            return
        for place, key in enumerate(self.keys):
            if key not in (self._stretch, self._gives) and not self.isColumnHidden(place):
                self._widths[key] = self.columnWidth(place)
        if self.header.sortIndicatorSection() in range(len(self.keys)):
            self.table.sort(self.header.sortIndicatorSection(), self.header.sortIndicatorOrder())
        self.fit_columns()

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
        """Stretch one column so that the visible part ends at a column's edge, unless a person set its width."""
        shown = self._shown_places()
        stretching = self.keys.index(self._stretch)
        if self._by_hand or stretching not in shown:
            return
        least, room = self._widths[self._stretch], self.viewport().width()
        self._by_hand = True  # our own resize is not a person's
        giving = self.keys.index(self._gives) if self._gives else -1
        if giving in shown:
            others = sum(self.columnWidth(at) for at in shown if at not in (giving, stretching))
            self.setColumnWidth(giving, max(GIVEN, min(self._widths[self._gives], room - others - least)))
        place = shown.index(stretching)
        room -= sum(self.columnWidth(at) for at in shown[:place])
        after = [self.columnWidth(at) for at in shown[place + 1 :]]
        fits = next((count for count in range(len(after), -1, -1) if room - sum(after[:count]) >= least), 0)
        self.setColumnWidth(stretching, max(least, room - sum(after[:fits])))
        self._by_hand = False

    def _fit_whole(self) -> None:
        """Money, and what else is never cut: columns as wide as their longest text, but for texts without end."""
        metrics = QFontMetrics(cell_font(13, True))
        for place, spec in enumerate(self.table.columns):
            if self.isColumnHidden(place) or not (spec.kind == "money" or spec.key in self.table.whole):
                continue
            widest = max(map(metrics.horizontalAdvance, self.table.longest(place)), default=0) + 2 * PAD + 2
            usual = self._widths.get(spec.key, 0)
            self.setColumnWidth(place, max(usual, widest))
        self.fit_columns()

    def _resized(self, place: int, _old: int, new: int) -> None:
        if self._by_hand or not (self.header.underMouse() and QGuiApplication.mouseButtons()):
            return
        key = self.keys[place]  # a person drags an edge
        if key == self._stretch:
            self._by_hand = True
        elif new > 0:
            self._widths[key] = new

    def _sort_by(self, place: int) -> None:
        if self.table.columns[place].kind in WITHOUT_TEXT:
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
            self._stand_on(self.table.index(0, 0))
