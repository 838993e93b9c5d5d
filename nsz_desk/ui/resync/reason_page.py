"""Second page: why it is undone. A code and a note, both needed: they stand in the journal for ever."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from nsz_desk.ui.drop_down import DropDown
from nsz_desk.ui.resync.words import REASONS, reason_text
from nsz_desk.ui.widgets import card, column, label

NOTE_LIMIT = 300
WHY = "Both are needed. They stand in the journal for ever, beside the old Zuora number, for whoever asks later."
CHOOSE = "Choose a reason"


class ReasonPage(QWidget):
    """Asks for the reason; `changed` comes whenever it may have become whole."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        whole = column(self, gap=10)
        box = card()
        inside = column(box, margins=(20, 16, 20, 18), gap=8)
        inside.addWidget(label("Why is it undone?", "title"))
        inside.addWidget(label(WHY, "muted", wrap=True))
        inside.addSpacing(6)
        self.code, self.note = DropDown("Reason"), QLineEdit()
        self.note.setAccessibleName("Note")
        self.code.addItems([CHOOSE, *REASONS])
        self.code.setMaxVisibleItems(len(REASONS) + 1)
        self.note.setMaxLength(NOTE_LIMIT)
        for name, field in (("Reason", self.code), ("Note", self.note)):
            words = label(name, "strong")
            words.setBuddy(field)
            inside.addWidget(words)
            inside.addWidget(field)
        whole.addWidget(box)
        whole.addStretch(1)
        self.code.currentIndexChanged.connect(self.changed)
        self.note.textChanged.connect(self.changed)

    @property
    def reason(self) -> str:
        """Code and note, "" while one of them is missing."""
        note = self.note.text().strip()
        return reason_text(self.code.currentText(), note) if self.code.currentIndex() > 0 and note else ""

    @property
    def missing(self) -> str:
        """What is still to be given, "" when nothing is."""
        if self.code.currentIndex() <= 0:
            return "Choose a reason."
        return "" if self.note.text().strip() else "Write a note: what was wrong, or who asked for it."
