"""Our SVG icons in the colour of the moment, drawn once per size, colour and screen."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nsz_desk.assets import asset


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """One icon as a pixmap of `size` logical pixels; `colour` replaces the file's currentColor."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer(name, colour).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def renderer(name: str, colour: str) -> QSvgRenderer:
    """The icon in one colour, to be painted anywhere.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    text = asset(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))


def icon(name: str, colour: QColor | str, size: int = 16, gap: int = 0) -> QIcon:
    """An icon for a button, sharp at 100 and 200 %; `gap` logical pixels keep the text away from it."""
    return _icon(name, colour.name() if isinstance(colour, QColor) else colour, size, gap)


@lru_cache(maxsize=512)  # a button asks again whenever it is enabled or the palette changes
def _icon(name: str, word: str, size: int, gap: int) -> QIcon:
    made = QIcon()
    for ratio in (1.0, 2.0):
        picture = QPixmap(round((size + gap) * ratio), round(size * ratio))
        picture.fill(Qt.GlobalColor.transparent)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.drawPixmap(0, 0, pixmap(name, word, size, ratio))
        painter.end()
        made.addPixmap(picture)
    return made
