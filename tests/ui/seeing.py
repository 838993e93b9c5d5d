"""What can be seen of a window or dialog: names, what is cut off, what lies over each other. For every face's tests."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from nsz_desk.ui.widgets import ElidedLabel, FaceButton

CONTROLS = (QAbstractButton, QLineEdit, QAbstractItemView, QPlainTextEdit, QProgressBar)


def visible_label(widget: QWidget) -> str:
    """What a person reads on a control, "" when it shows no text of its own."""
    if isinstance(widget, FaceButton):
        texts = [one.accessibleName() or one.text() for one in widget.findChildren(QLabel)]
        return " ".join(text for text in texts if text)
    if isinstance(widget, QAbstractButton):
        return widget.text().replace("&&", "&")
    buddies = [one.text() for one in widget.window().findChildren(QLabel) if one.buddy() is widget]
    if buddies and isinstance(widget, QLineEdit):  # Qt names a combo box by what is chosen in it
        return buddies[0]
    return widget.placeholderText() if isinstance(widget, QLineEdit) else ""


def misnamed(top: QWidget) -> list[str]:
    """Controls without a name, or with another one than the label that one reads on them."""
    found = []
    for widget in top.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QHeaderView):
            continue
        if isinstance(widget.parent(), QAbstractItemView):
            continue  # Qt's own corner
        name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        seen = visible_label(widget)
        if not name or (seen and name != seen):
            found.append(f"{name_of(widget)}: {name!r} is not {seen!r}")
    return found


def cut_off(top: QWidget) -> list[str]:
    """What is not wholly seen: outside of its window, narrower than its text, under another widget."""
    found = overlapping(top)
    for widget in top.findChildren(QWidget):
        if not widget.isVisible() or in_scroll_area(widget):
            continue
        if isinstance(widget, (QAbstractButton, QLabel, QLineEdit)):
            place = QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())
            if not top.rect().contains(place):
                found.append(f"{name_of(widget)} at {place} in {top.rect()}")
        if is_narrow(widget):
            found.append(f"{name_of(widget)} is narrower than its text")
    return found


def is_narrow(widget: QWidget) -> bool:
    """Whether a label of one line, a button or a wrapped label has less room than its text needs."""
    if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel):
        if widget.wordWrap():
            return widget.height() + 1 < widget.heightForWidth(widget.width())
        return widget.fontMetrics().horizontalAdvance(widget.text()) > widget.width() + 1
    return isinstance(widget, QPushButton) and widget.width() < widget.minimumSizeHint().width()


def overlapping(top: QWidget) -> list[str]:
    """Pairs of visible neighbours that lie over each other."""
    found = []
    for parent in (top, *top.findChildren(QWidget)):
        if isinstance(parent, (QLineEdit, QAbstractItemView, QStackedWidget)) or not parent.isVisible():
            continue
        children = [one for one in parent.children() if isinstance(one, QWidget) and one.isVisible()]
        for place, one in enumerate(children):
            for other in children[place + 1 :]:
                if not (one.isWindow() or other.isWindow()) and one.geometry().intersects(other.geometry()):
                    found.append(f"{name_of(one)} over {name_of(other)} in {name_of(parent)}")
    return found


def in_scroll_area(widget: QWidget) -> bool:
    """Whether it lies in something that scrolls."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, (QScrollArea, QAbstractItemView)):
            return True
        parent = parent.parentWidget()
    return False


def name_of(widget: QWidget) -> str:
    """For messages of this test."""
    text = widget.text() if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)) else ""
    return f"{type(widget).__name__} {text!r} {widget.accessibleName()!r}"
