"""A line across the page that says what a person must know first, with buttons that do something about it."""

from PySide6.QtWidgets import QFrame

from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Button, Shape, label, line


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, tone: str, icon: str, action: str = "", second: str = "") -> None:
        super().__init__()
        self.setProperty("look", f"tint-{tone}")
        row = line(self, margins=(16, 10, 12, 10), gap=12)
        row.addWidget(Shape(icon, tone, 18))
        self._text = label("", tone, wrap=True)
        row.addWidget(self._text, 1)
        self.button, self.second = Button(action or "Close"), Button(second or "Close")
        for button, words in ((self.second, second), (self.button, action)):
            row.addWidget(button)
            button.setVisible(bool(words))
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`; "" hides the banner."""
        self._text.setText(shown(text))
        self.setAccessibleName(shown(text))
        self.setVisible(bool(text))
