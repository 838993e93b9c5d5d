"""The small pieces every screen is made of: labels that show plain text, buttons that know their name, cards."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from nsz_desk.ui.icons import icon, pixmap
from nsz_desk.ui.texts import shown, tip
from nsz_desk.ui.theme import colours

L = TypeVar("L", bound=QLayout)
Margins = tuple[int, int, int, int]
NONE: Margins = (0, 0, 0, 0)


def label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """A label for any text: plain, controls visible. `look` names a rule of the style sheet."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    made.setWordWrap(wrap)
    made.setText(shown(text))
    return made


class ElidedLabel(QLabel):
    """A label of one line that cuts its text to the room there is; the whole text is its tooltip."""

    def __init__(self, text: str = "", look: str = "", *, floor: int = 32) -> None:
        super().__init__()
        self._floor = floor  # pixels below which it does not shrink
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look)
        self._whole = ""
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show `text` as far as it fits."""
        self._whole = shown(text)
        self.setAccessibleName(self._whole)
        self.updateGeometry()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A few letters will do, unless it says otherwise."""
        return QSize(min(self._floor, self.sizeHint().width()), super().minimumSizeHint().height())

    def _fit(self) -> None:
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        self.setText(cut)
        self.setToolTip(tip(self._whole) if cut != self._whole else "")


class Button(QPushButton):
    """A push button whose accessible name is its text and whose icon follows the theme."""

    def __init__(self, text: str, look: str = "", *, icon_name: str = "", tone: str = "text") -> None:
        super().__init__()
        self._icon_name, self._tone = icon_name, tone
        self.setProperty("look", look)
        self.setAutoDefault(False)
        self.setText(text)
        self._recolour()

    def setText(self, text: str) -> None:
        """Set the text and with it the name that screen readers and tests use."""
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    def set_icon(self, name: str) -> None:
        """Change the icon."""
        self._icon_name = name
        self._recolour()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon again in the new theme's colour."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._recolour()

    def _recolour(self) -> None:
        if self._icon_name:
            tone = self._tone if self.isEnabled() else "muted"
            self.setIcon(icon(self._icon_name, colours().tone(tone), gap=6))
            self.setIconSize(QSize(22, 16))


class FaceButton(QPushButton):
    """A button whose face is a layout of labels; its name is what they say."""

    def __init__(self, look: str) -> None:
        super().__init__()
        self.setProperty("look", look)
        self.setAutoDefault(False)

    def refresh_name(self) -> None:
        """Take the labels' texts as the accessible name."""
        texts = [one.accessibleName() or one.text() for one in self.findChildren(QLabel)]
        self.setAccessibleName(" ".join(text for text in texts if text))

    def sizeHint(self) -> QSize:
        """As large as the labels need."""
        face = self.layout()
        return face.sizeHint() if face else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As small as the labels allow."""
        face = self.layout()
        return face.minimumSize() if face else super().minimumSizeHint()


class Shape(QWidget):
    """An icon in a tone, sharp on every screen. Decoration: the word stands beside it."""

    def __init__(self, name: str, tone: str, size: int = 16) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(size, size)

    def show_shape(self, name: str, tone: str) -> None:
        """Change shape and tone."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        painter = QPainter(self)
        colour = colours().tone(self._tone).name()
        painter.drawPixmap(0, 0, pixmap(self._name, colour, self._size, self.devicePixelRatioF()))


def card(look: str = "card") -> QFrame:
    """A framed surface; `look` names a rule of the style sheet."""
    made = QFrame()
    made.setProperty("look", look)
    return made


def column(owner: QWidget | None = None, *, margins: Margins = NONE, gap: int = 8) -> QVBoxLayout:
    """A vertical layout with the house's spacing."""
    made = QVBoxLayout(owner) if owner else QVBoxLayout()
    return _spaced(made, margins, gap)


def line(owner: QWidget | None = None, *, margins: Margins = NONE, gap: int = 8) -> QHBoxLayout:
    """A horizontal layout with the house's spacing."""
    made = QHBoxLayout(owner) if owner else QHBoxLayout()
    return _spaced(made, margins, gap)


def _spaced(layout: L, margins: Margins, gap: int) -> L:
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    return layout


def restyle(widget: QWidget, look: str) -> None:
    """Give a widget another look of the style sheet."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
