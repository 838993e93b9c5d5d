"""The decisions of a review as lines to choose from; those that lack evidence are grey and say what is missing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from nsz_desk.engine.review import Option
from nsz_desk.ui.texts import day_text, shown
from nsz_desk.ui.widgets import column, label

INDENT = 28  # pixels: under the words, not under the mark


class Options(QWidget):
    """At most one is chosen; `changed` tells that it has changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows = column(self, gap=4)
        self._group = QButtonGroup(self)
        self.buttons: list[QRadioButton] = []
        self._options: tuple[Option, ...] = ()
        self._group.buttonToggled.connect(lambda *_: self.changed.emit())

    def show_options(self, options: tuple[Option, ...]) -> None:
        """Show these, what can be decided first."""
        self._options = tuple(sorted(options, key=lambda one: not one.is_open))
        for option in self._options:
            button = QRadioButton(_says(option).replace("&", "&&"))
            button.setAccessibleName(_says(option))
            button.setEnabled(option.is_open)
            self._group.addButton(button)
            self.buttons.append(button)
            self._rows.addWidget(button)
            button.show()  # at once, not when the layout comes round to it: it is to take the focus
            words = option.decision.follow.value
            if not option.is_open:
                words = f"Not open: {'; '.join(option.missing)}."
            below = label(shown(words), "muted", wrap=True)
            below.setContentsMargins(INDENT, 0, 0, 4)
            button.setAccessibleDescription(shown(words))
            self._rows.addWidget(below)

    @property
    def chosen(self) -> Option | None:
        """The decision chosen."""
        pairs = zip(self.buttons, self._options, strict=True)
        return next((option for button, option in pairs if button.isChecked()), None)


def _says(option: Option) -> str:
    """What it says, with the Zuora refund that it is about."""
    one = option.target
    about = f": {one.number}, {one.amount} of {day_text(one.date)}" if one else ""
    return shown(f"{option.decision.says}{about}")
