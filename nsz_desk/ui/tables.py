"""One table for every list: our own model over rows that never change, its header, and the view's habits.

The model sorts and filters by a permutation of row numbers, with sort keys cached per column, and makes
display strings only when a cell is first shown. No proxy model: it is hundreds of times slower.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from nsz_desk.domain.money import Money
from nsz_desk.ui.badges import Badge
from nsz_desk.ui.columns import TableColumn, display, ranked, sort_key
from nsz_desk.ui.texts import tip

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
NUMPY_FROM = 10_000  # rows: below, plain Python sorts as quickly as numpy is imported
SEPARATOR = "\x1f"  # cannot be typed into a search field
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowTable(QAbstractTableModel):
    """Rows under columns. Subclasses say which columns are bold, in the plain text colour, or of two lines."""

    strong: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    wrapped: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()  # beside money: columns whose texts are not cut
    counted = Signal()  # the rows, or which of them are shown, changed

    def __init__(
        self, columns: Sequence[TableColumn], identity: Callable[[Any], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._identity = identity
        self._rows: tuple[Any, ...] = ()
        self._view: list[int] = []
        self._text: dict[int, tuple[str, ...]] = {}
        self._search: list[str] = []
        self._keys: dict[int, Any] = {}
        self._longest: dict[int, list[str]] = {}
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._words: tuple[str, ...] = ()

    # -- what is in it
    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows; filter and sort order stay."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._text, self._keys, self._longest = {}, {}, {}
        self._search = [self.search_text(row) for row in self._rows]
        self._arrange()
        self.endResetModel()
        self.counted.emit()

    def rows(self) -> tuple[Any, ...]:
        """All rows, shown or not."""
        return self._rows

    def shown_rows(self) -> list[Any]:
        """The rows that pass the filter, in the order on screen."""
        return [self._rows[number] for number in self._view]

    def row_at(self, position: int) -> Any:
        """The row at a place on screen."""
        return self._rows[self._view[position]]

    def id_at(self, position: int) -> str:
        """The id of the row at a place on screen."""
        return self._identity(self._rows[self._view[position]])

    def position(self, row_id: str) -> int:
        """Where a row is on screen, -1 when it is not shown."""
        return next((at for at, number in enumerate(self._view) if self._identity(self._rows[number]) == row_id), -1)

    # -- filter and sort
    def search(self, text: str) -> None:
        """Show only rows that hold every word of `text` somewhere."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self.refilter()

    def refilter(self) -> None:
        """Choose the shown rows anew."""
        self.beginResetModel()
        self._arrange()
        self.endResetModel()
        self.counted.emit()

    def keeps(self, row: Any) -> bool:
        """Whether a row is in the list at all (tiles and the like); subclasses narrow it."""
        return True

    def search_text(self, row: Any) -> str:
        """What the search looks through."""
        return SEPARATOR.join(self.format(column, row) for column in self.columns).casefold()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; persistent indexes follow their rows."""
        self._sorted = (column, order) if 0 <= column < len(self.columns) else None
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self._view[index.row()] for index in before]
        self._arrange()
        if before:
            place = {number: at for at, number in enumerate(self._view)}
            after = [self.index(place[number], index.column()) for number, index in zip(numbers, before, strict=True)]
            self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        order: Sequence[int] = range(len(self._rows))
        if self._sorted is not None:
            order = self._ordered(*self._sorted)
        rows, search, keeps = self._rows, self._search, self.keeps
        for word in self._words:  # word by word: a comprehension is several times quicker than all() per row
            order = [number for number in order if word in search[number]]
        self._view = [number for number in order if keeps(rows[number])]

    def _ordered(self, column: int, direction: Qt.SortOrder) -> list[int]:
        keys = self._keys.get(column)
        if keys is None:
            value = self.columns[column].value
            keys = self._keys[column] = ranked([sort_key(value(row)) for row in self._rows])
        falling = direction == Qt.SortOrder.DescendingOrder
        if len(self._rows) > NUMPY_FROM:
            import numpy  # on first use: it takes 0.1 s, which the first paint shall not wait for

            return list(numpy.argsort(-numpy.asarray(keys) if falling else keys, kind="stable").tolist())
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=falling)

    # -- Qt
    def rowCount(self, parent: Index = NONE) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else len(self._view)

    def columnCount(self, parent: Index = NONE) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell's text, alignment, tooltip and accessible text; every other role is None."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.columns[index.column()].kind == "money" else LEFT
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.cell(index.row(), index.column()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles and their tooltips."""
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        return column.tip or None if role == Qt.ItemDataRole.ToolTipRole else None

    # -- what the painter asks
    def cell(self, position: int, column: int) -> str:
        """The text of a cell."""
        number = self._view[position]
        texts = self._text.get(number)
        if texts is None:
            row = self._rows[number]
            texts = self._text[number] = tuple(self.format(one, row) for one in self.columns)
        return texts[column]

    def longest(self, column: int) -> list[str]:
        """The longest amounts of a money column, one per currency; of another one what 19 of 20 texts fit into.

        So an endless name takes no room from all others. Found once per list.
        """
        if column not in self._longest:
            values = [self.columns[column].value(row) for row in self._rows]
            most: dict[str, str] = {}
            for money in values:
                if isinstance(money, Money) and len(text := str(money)) > len(most.get(money.currency, "")):
                    most[money.currency] = text
            others = sorted((display(one) for one in values if not isinstance(one, Money)), key=len)
            self._longest[column] = [*most.values(), *others[(len(others) * 19 - 19) // 20 :][:1]]
        return self._longest[column]

    def spoken(self, position: int, column: int) -> str:
        """What a screen reader says for a cell."""
        return f"{self.columns[column].title}: {self.cell(position, column) or 'blank'}"

    def format(self, column: TableColumn, row: Any) -> str:
        """A value as text for people."""
        return display(column.value(row))

    def badge(self, position: int, column: int) -> Badge | None:
        """A badge in place of the text."""
        spec = self.columns[column]
        value = spec.value(self.row_at(position)) if spec.kind == "badge" else None
        return value if isinstance(value, Badge) else None

    def mark(self, position: int, column: int) -> Badge | None:
        """A point on a line of time in place of the text."""
        return None

    def tick(self, position: int, column: int) -> Qt.CheckState | None:
        """The state of a check box in place of the text."""
        return None

    def may_tick(self, position: int) -> bool:
        """Whether the row's check box can be used."""
        return False

    def tone(self, position: int, column: int) -> str:
        """The colour role of the text."""
        return "text" if self.columns[column].key in self.strong | self.plain else "muted"
