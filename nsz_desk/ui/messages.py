"""What the window says in a dialog: one function per kind. Tests hand in a recorder of the same shape."""

import logging
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.fault_words import trace_of, words_of
from nsz_desk.ui.icons import pixmap
from nsz_desk.ui.texts import shown, shown_lines
from nsz_desk.ui.theme import colours

SHAPES = {
    QMessageBox.Icon.Information: ("check", "accent"),
    QMessageBox.Icon.Warning: ("warning", "manual"),
    QMessageBox.Icon.Question: ("question", "accent"),
    QMessageBox.Icon.Critical: ("cross", "blocked"),
}
LOG = logging.getLogger(__name__)


class Messages(Protocol):
    """The kinds of messages."""

    def tell(self, title: str, text: str) -> None:
        """Something is so."""

    def warn(self, title: str, text: str) -> None:
        """Something needs attention."""

    def ask(self, title: str, text: str, yes: str, no: str) -> bool:
        """A question with the answers' own words; `no` is the default. True for `yes`."""

    def show_error(self, error: DeskError) -> None:
        """What happened, what is now true, what to do."""

    def show_bug(self, error: BaseException) -> None:
        """A fault of this program."""


class Dialogs:
    """Messages as dialogs over a window. Main thread only."""

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner

    def tell(self, title: str, text: str) -> None:
        """Something is so."""
        self._box(QMessageBox.Icon.Information, title, text).exec()

    def warn(self, title: str, text: str) -> None:
        """Something needs attention."""
        self._box(QMessageBox.Icon.Warning, title, text).exec()

    def ask(self, title: str, text: str, yes: str, no: str) -> bool:
        """A question; Escape and Enter mean `no`."""
        box = self.question_box(title, text, yes, no)
        box.exec()
        pressed = box.clickedButton()
        return box.buttonRole(pressed) == QMessageBox.ButtonRole.AcceptRole

    def show_error(self, error: DeskError) -> None:
        """What happened, what is now true, what to do."""
        self.error_box(error).exec()

    def show_bug(self, error: BaseException) -> None:
        """A fault of this program: the plain truth first, the trace folded. The log has it too."""
        LOG.error("unexpected error:\n%s", trace_of(error))
        self.bug_box(error).exec()

    def question_box(self, title: str, text: str, yes: str, no: str) -> QMessageBox:
        """The dialog of a question."""
        box = self._box(QMessageBox.Icon.Question, title, text, close="")
        box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(refuse)
        box.setEscapeButton(refuse)
        _name_all(box)
        return box

    def error_box(self, error: DeskError) -> QMessageBox:
        """The dialog of an error."""
        text = "\n\n".join(part for part in (error.message, error.hint) if part) or "Nothing more is known."
        box = self._box(QMessageBox.Icon.Warning, error.title, text)
        if error.code:
            box.setDetailedText(shown(f"Code of the other system: {error.code}"))
            _name_all(box)
        return box

    def bug_box(self, error: BaseException) -> QMessageBox:
        """The dialog of a fault."""
        said = f"{words_of(error)}."
        text = f"{said}\n\nThe journal is not touched by this. Refresh; rows that were under way show as in doubt."
        box = self._box(QMessageBox.Icon.Critical, "The desk met a fault of its own", text)
        box.setDetailedText(shown_lines(trace_of(error)))
        _name_all(box)
        return box

    def _box(self, kind: QMessageBox.Icon, title: str, text: str, close: str = "Close") -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, shown(title, 120), shown(title, 200), parent=self._owner)
        shape, tone = SHAPES[kind]
        box.setIconPixmap(pixmap(shape, colours().tone(tone).name(), 32, box.devicePixelRatioF()))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(shown_lines(text, 4000))
        for one in box.findChildren(QLabel):  # the informative text has its own label, rich by default
            one.setTextFormat(Qt.TextFormat.PlainText)
        if close:
            box.setDefaultButton(box.addButton(close, QMessageBox.ButtonRole.RejectRole))
        _name_all(box)
        return box


def _name_all(box: QMessageBox) -> None:
    for button in box.findChildren(QPushButton):
        button.setAccessibleName(button.text().replace("&", ""))
