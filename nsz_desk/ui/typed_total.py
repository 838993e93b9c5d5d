"""Production asks for the total to be typed before money may move in this run of the program."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from nsz_desk.domain.money import Money
from nsz_desk.engine.controls import is_typed
from nsz_desk.ui.widgets import Shape, label, line


class TypedTotal(QWidget):
    """A field that wants one total. `agreed` tells at every keystroke whether it stands there."""

    agreed = Signal(bool)

    def __init__(self, total: Money) -> None:
        super().__init__()
        self._total = total
        row = line(self, gap=10)
        row.addWidget(Shape("warning", "blocked", 16))
        name = f"Type the total in {total.currency} to enable sending"
        words = label(name, "strong")
        row.addWidget(words)
        self.field = QLineEdit()
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText("0.00")
        self.field.setFixedWidth(self.field.fontMetrics().horizontalAdvance("0" * 22))
        words.setBuddy(self.field)
        row.addWidget(self.field)
        row.addStretch(1)
        self.field.textChanged.connect(lambda _text: self.agreed.emit(self.is_agreed))

    @property
    def is_agreed(self) -> bool:
        """Whether the total stands in the field."""
        return is_typed(self.field.text(), self._total)
