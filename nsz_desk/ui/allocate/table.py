"""The table of invoices with one column to type into; Tab and Enter go down to the next amount."""

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nsz_desk.domain.money import Money
from nsz_desk.ui.allocate.split import Typed
from nsz_desk.ui.cells import PAD, ROW_HEIGHT, cell_font
from nsz_desk.ui.tables import LEFT, NONE, RIGHT, Index
from nsz_desk.ui.texts import day_text, shown, tip
from nsz_desk.ui.theme import colours

TITLES = ("Invoice", "Date", "Applied", "Refunded before", "Room", "This refund", "Balance after")
TYPED = TITLES.index("This refund")
LEAST_COLUMN = 48  # pixels
ROLE, NO_ITEM = Qt.ItemDataRole, "–"


class SplitModel(QAbstractTableModel):
    """The invoices of an offer and what is typed for each. `changed` comes after every keystroke."""

    changed = Signal()

    def __init__(self, typed: Typed, parent: QObject) -> None:
        super().__init__(parent)
        self.typed = typed
        self._wrong = [""] * len(typed.offer.lines)
        self._nothing = Money(Decimal(0), typed.offer.amount.currency).plain()

    def rowCount(self, parent: Index = NONE) -> int:
        """One row for each invoice."""
        return 0 if parent.isValid() else len(self.typed.offer.lines)

    def columnCount(self, parent: Index = NONE) -> int:
        """One column for each title."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        """The titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == ROLE.TextAlignmentRole:
            return LEFT if section < 2 else RIGHT
        return TITLES[section] if role == ROLE.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only the amount can be typed."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == TYPED else usual

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """Texts, how they stand, and what a screen reader says."""
        if role == ROLE.DisplayRole:
            return self._text(index.row(), index.column())
        if role == ROLE.EditRole and index.column() == TYPED:
            return self.typed.texts.get(self.typed.offer.lines[index.row()].invoice_id, "")
        if role == ROLE.TextAlignmentRole:
            return LEFT if index.column() < 2 else RIGHT
        if role == ROLE.ToolTipRole:
            return tip(self.wrong(index.row())) or None
        if role == ROLE.AccessibleTextRole:
            wrong = self.wrong(index.row()) if index.column() == TYPED else ""
            return f"{TITLES[index.column()]}: {self._text(index.row(), index.column())}. {wrong}".strip()
        return None

    def _text(self, row: int, place: int) -> str:
        line = self.typed.offer.lines[row]
        if place == TYPED:
            return shown(self.typed.texts.get(line.invoice_id, "")) or self._nothing
        after = self.typed.afterwards(line)
        texts = (
            shown(line.name), day_text(line.day) if line.day else NO_ITEM, line.paid.plain_grouped(),
            line.refunded.plain_grouped(), line.room.plain_grouped(), "", after.plain_grouped() if after else NO_ITEM,
        )  # fmt: skip
        return texts[place]

    def wrong(self, row: int) -> str:
        """What is wrong with the amount of a row."""
        return self._wrong[row]

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        """Take an amount as it is typed."""
        if role != ROLE.EditRole or index.column() != TYPED:
            return False
        self.typed.type(self.typed.offer.lines[index.row()].invoice_id, str(value))
        self.show_all()
        return True

    def show_all(self) -> None:
        """Judge the split once and show every row anew."""
        lines = self.typed.offer.lines
        about = {one.partition(":")[0]: one for one in reversed(self.typed.wrong())}
        self._wrong = [about.get(f"Invoice {line.name}", "") for line in lines]
        self.dataChanged.emit(self.index(0, TYPED), self.index(len(lines) - 1, len(TITLES) - 1))
        self.changed.emit()


class AmountCells(QStyledItemDelegate):
    """Draws the cells as the house's tables do, the amount as a field; its editor tells every keystroke."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as the text."""
        text = str(index.data() or "")
        return QSize(option.fontMetrics.horizontalAdvance(text) + 3 * PAD, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Text, and for the amount the frame of a field."""
        roles, area = colours(), option.rect
        model = index.model()
        wrong = isinstance(model, SplitModel) and index.column() == TYPED and bool(model.wrong(index.row()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() == TYPED:
            view = self.parent()
            here = isinstance(view, QTableView) and view.hasFocus() and view.currentIndex() == index
            edge = roles.blocked if wrong else roles.accent if here else roles.border
            painter.setPen(QPen(QColor(edge), 2 if here or wrong else 1))
            painter.setBrush(QColor(roles.raised))
            painter.drawRoundedRect(QRectF(area).adjusted(4, 4, -4, -4), 7, 7)
        strong = index.column() in (0, TYPED)
        painter.setFont(cell_font(13, strong))
        painter.setPen(QColor(roles.blocked if wrong else roles.text if strong else roles.muted))
        painter.drawText(area.adjusted(PAD, 0, -PAD, 0), index.data(ROLE.TextAlignmentRole), str(index.data()))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field whose text is taken at every keystroke."""
        made = QLineEdit(parent)
        made.setAlignment(RIGHT)
        made.setProperty("before", index.data(ROLE.EditRole))
        made.setAccessibleName(f"This refund, {index.sibling(index.row(), 0).data()}")
        made.textEdited.connect(lambda text: index.model().setData(index, text))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with what stands there, all of it chosen; a text that is being typed stays."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(ROLE.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Every keystroke was taken already."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Where the frame is drawn."""
        editor.setGeometry(option.rect.adjusted(4, 3, -4, -3))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter and Tab close the field and go down, Shift+Tab up."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(editor, QLineEdit):
            if event.key() == Qt.Key.Key_Escape:  # what stood there before comes back
                editor.setText(str(editor.property("before")))
                editor.textEdited.emit(editor.text())
            down = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Down)
            up = event.key() in (Qt.Key.Key_Backtab, Qt.Key.Key_Up)
            view = self.parent()
            if (down or up) and isinstance(view, SplitView):
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
                view.go(1 if down else -1)
                return True
        return super().eventFilter(editor, event)


class SplitView(QTableView):
    """The table. Typing begins in the amount of the row that one is on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Invoices of the payment")
        self.setProperty("look", "split")
        self.setItemDelegate(AmountCells(self))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT + 4)
        head = self.horizontalHeader()
        head.setMinimumSectionSize(LEAST_COLUMN)
        head.setHighlightSections(False)
        head.setFixedHeight(ROW_HEIGHT)
        self.clicked.connect(lambda index: self.edit(index) if index.column() == TYPED else None)

    def show_model(self, model: SplitModel) -> None:
        """Show an offer and stand on its first amount."""
        self.setModel(model)
        head = self.horizontalHeader()
        for place, width in enumerate(_widths(model)):
            head.setSectionResizeMode(place, head.ResizeMode.Fixed if place else head.ResizeMode.Stretch)
            self.setColumnWidth(place, width)
        self.setCurrentIndex(model.index(0, TYPED))

    def go(self, step: int) -> None:
        """Stand on the amount above or below; from the last one Enter leaves the table."""
        row = self.currentIndex().row() + step
        model = self.model()
        if 0 <= row < model.rowCount():
            self.setCurrentIndex(model.index(row, TYPED))
            self.setFocus()
        else:
            self.focusNextPrevChild(step > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins to type; the arrows stay in the column of amounts."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.go(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _widths(model: SplitModel) -> list[int]:
    """As wide as title and longest text of each column, in pixels; what is typed gets room for any amount."""
    title, text = QFontMetrics(cell_font(12, True)), QFontMetrics(cell_font(13, True))
    found = []
    for place in range(model.columnCount()):
        cells = (str(model.index(row, place).data()) for row in range(model.rowCount()))
        longest = max((text.horizontalAdvance(one) for one in set(cells)), default=0)
        found.append(max(title.horizontalAdvance(TITLES[place]), longest) + 3 * PAD)
    amounts = found[TITLES.index("Room")]
    return [max(width, amounts + 2 * PAD) if place == TYPED else width for place, width in enumerate(found)]
