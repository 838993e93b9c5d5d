"""How a person arranged the window: size, columns. Kept in a file of the desk's own folder; losing it never matters.

The file holds only what Qt's `saveGeometry` and `saveState` give, each under the version of its layout. What does not
fit (another version, other columns, a screen that is gone, a damaged file) is left aside in favour of the usual look.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, QSettings
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHeaderView, QWidget

VERSION = 1  # of what is kept; another one is not read
SEEN = 120  # pixels of a window's top that must lie on a screen


class Layouts:
    """Reads and writes the file; without one (`path` None) nothing is kept. Main thread only."""

    def __init__(self, path: Path | None) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat) if path else None

    def keep_window(self, window: QWidget) -> None:
        """Remember size and place."""
        self._write("window", window.saveGeometry())

    def restore_window(self, window: QWidget) -> bool:
        """Put a window where it was; False when nothing fits."""
        state = self._read("window")
        if state is None or not window.restoreGeometry(state):
            return False
        if not on_a_screen(window.geometry()):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            window.resize(window.size().boundedTo(screen.size()))
            window.move(screen.topLeft())
        return True

    def keep_columns(self, name: str, keys: tuple[str, ...], header: QHeaderView) -> None:
        """Remember widths, order, sort and which columns are hidden."""
        self._write(f"columns/{name}", header.saveState(), ",".join(keys))

    def restore_columns(self, name: str, keys: tuple[str, ...], header: QHeaderView) -> bool:
        """Arrange the columns as they were; False when they were other columns or nothing is kept."""
        state = self._read(f"columns/{name}", ",".join(keys))
        before = header.saveState()
        if state is None:
            return False
        if header.restoreState(state) and header.count() == len(keys) and _some_shown(header):
            return True
        header.restoreState(before)
        return False

    def forget_columns(self, name: str) -> None:
        """Back to the usual columns at the next start."""
        if self._settings is not None:
            self._settings.remove(f"columns/{name}")

    def _write(self, name: str, state: QByteArray, of: str = "") -> None:
        if self._settings is not None:
            self._settings.setValue(f"{name}/of", f"{VERSION}|{of}")
            self._settings.setValue(f"{name}/state", state.toHex())
            self._settings.sync()

    def _read(self, name: str, of: str = "") -> QByteArray | None:
        if self._settings is None or str(self._settings.value(f"{name}/of", "")) != f"{VERSION}|{of}":
            return None
        state = self._settings.value(f"{name}/state")
        return QByteArray.fromHex(state) if isinstance(state, QByteArray) else None


def on_a_screen(place: QRect) -> bool:
    """Whether enough of the window's top can be seen and taken by the hand."""
    top = QRect(place.left(), place.top(), place.width(), SEEN)
    seen = (screen.availableGeometry().intersected(top) for screen in QGuiApplication.screens())
    return any(part.width() >= SEEN and part.height() >= SEEN // 3 for part in seen)


def _some_shown(header: QHeaderView) -> bool:
    return any(not header.isSectionHidden(at) and header.sectionSize(at) > 0 for at in range(header.count()))
