"""Pictures of windows and dialogs in light and dark, numbered in the order they are taken."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nsz_desk.ui import theme as looks
from nsz_desk.ui.application import application

EXACT, COLOURS = 96, 256  # of a picture: colours kept as they are, and all of them


class TourFailed(Exception):
    """The tour could not go on; the text says where and why."""


class Camera:
    """Takes pictures into a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._number = folder, 0

    def shoot(self, what: str, widget: QWidget) -> None:
        """Save `NN-what-light.png` and `-dark.png` of a widget."""
        self._number += 1
        app = application()
        now, other = ("dark", "light") if looks.is_dark() else ("light", "dark")
        for theme in (now, other):  # the tour goes on in the other one: a change of theme takes its time
            looks.apply(app, theme)
            app.processEvents()
            path = self._folder / f"{self._number:02d}-{what}-{theme}.png"
            if not slim(widget.grab().toImage()).save(str(path)):
                raise TourFailed(f"The picture {path.name} could not be written.")
        print(f"  picture {self._number:02d}-{what} (light, dark)")


def slim(image: QImage) -> QImage:
    """The picture in 256 of its own colours: a third of the size, and no difference for the eye.

    The most used ones (grounds, texts) stay exact; the others are the most used one of each region of the colour
    cube, so that a small green tick stays green.
    """
    import numpy  # on first use, as everywhere

    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = numpy.frombuffer(flat.constBits(), dtype=numpy.uint32)
    found, counts = numpy.unique(pixels, return_counts=True)
    found = found[numpy.argsort(-counts)]
    regions = found[EXACT:] & 0x00F0F0F0
    first = numpy.sort(numpy.unique(regions, return_index=True)[1])[: COLOURS - EXACT]
    table = [int(one) for one in (*found[:EXACT], *found[EXACT:][first])]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    made = flat.convertToFormat(QImage.Format.Format_Indexed8, table, flags)
    made.setDevicePixelRatio(image.devicePixelRatio())
    return made
