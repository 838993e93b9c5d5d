"""What every table offers about its rows and columns: copy, and which columns are shown."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from nsz_desk.ui.copying import Cell, cells, decimal_sign, mime
from nsz_desk.ui.copying import titles as title_cells
from nsz_desk.ui.tables import RowTable

COPY_TITLES = QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C)
WITHOUT_TEXT = ("tick", "mark")


def copy_rows(table: RowTable, positions: Iterable[int], places: Iterable[int], *, titles: bool) -> None:
    """Put rows on the clipboard: `positions` on screen from top to bottom, `places` of columns from left to right."""
    chosen = [at for at in places if table.columns[at].kind not in WITHOUT_TEXT]
    decimal = decimal_sign()
    lines: list[list[Cell]] = [title_cells(table.columns[at] for at in chosen)] if titles else []
    for position in positions:
        row = table.row_at(position)
        lines.append(
            [
                cell
                for at in chosen
                for cell in cells(table.columns[at], table.columns[at].value(row), table.cell(position, at), decimal)
            ]
        )
    QGuiApplication.clipboard().setMimeData(mime(lines))


def add_copy(menu: QMenu, copy: Callable[[bool], None]) -> None:
    """Two ways to copy; `copy` gets whether titles are wanted."""
    menu.addAction("Copy\tCtrl+C", lambda: copy(False))
    menu.addAction("Copy with headers\tCtrl+Shift+C", lambda: copy(True))


def add_columns(
    menu: QMenu,
    titles: Iterable[tuple[int, str, bool]],
    show: Callable[[int, bool], None],
    usual: Callable[[], None],
) -> None:
    """A box for each column (place, title, whether it is shown), and the way back to the usual ones."""
    for place, title, on in titles:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(lambda wanted, place=place: show(place, wanted))
    menu.addSeparator()
    menu.addAction("Usual columns, widths and order", usual)
