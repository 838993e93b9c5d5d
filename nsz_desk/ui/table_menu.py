"""What every table offers about its rows and columns: copy, and which columns are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from nsz_desk.ui.copying import cells, decimal_sign, mime, titles as title_cells

if TYPE_CHECKING:
    from nsz_desk.ui.table_view import TableView
