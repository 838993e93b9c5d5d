"""The bar on top: where one is, on which environment, the search, how old the list is, and Refresh."""

from datetime import date, datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton

from nsz_desk.engine.results import Environment
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.icons import icon
from nsz_desk.ui.texts import as_of_text, moment_text, tip
from nsz_desk.ui.theme import colours
from nsz_desk.ui.widgets import Button, label, line

HEIGHT = 60


class SearchField(QLineEdit):
    """Where one types what the list shall hold."""

    def __init__(self) -> None:
        super().__init__()
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.setPlaceholderText("Search (Ctrl+F)")
        self.setAccessibleName("Search (Ctrl+F)")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(150)
        self.setMaximumWidth(360)
        for button in self.findChildren(QToolButton):  # Qt makes one per action, without a name
            button.setAccessibleName("Search" if button.defaultAction() is self._glass else "Clear the search")
        self._recolour()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the glass in the new theme's colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()

    def _recolour(self) -> None:
        self._glass.setIcon(icon("search", colours().muted))


class TopBar(QFrame):
    """The bar."""

    searched = Signal(str)
    refresh_wanted = Signal()
    rules_wanted = Signal(bool)

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.setProperty("look", "top")
        self.setFixedHeight(HEIGHT)
        row = line(self, margins=(20, 10, 16, 10), gap=12)
        self._read = ""
        self._title, self._as_of = label("", "title"), label("", "muted")
        self.chip = EnvironmentChip(environment)
        self.search = SearchField()
        self.rules = Button("Rules", icon_name="panel")
        self.rules.setCheckable(True)
        self.rules.setToolTip("Show the rules of the chosen refund")
        self.refresh = Button("Refresh", icon_name="refresh")
        row.addWidget(self._title)
        row.addWidget(self.chip)
        row.addStretch(1)
        row.addWidget(self.search, 3)
        row.addWidget(self._as_of)
        row.addWidget(self.rules)
        row.addWidget(self.refresh)
        self.search.textChanged.connect(self.searched)
        self.refresh.clicked.connect(self.refresh_wanted)
        self.rules.clicked.connect(self.rules_wanted)

    def show_title(self, title: str) -> None:
        """Say where one is."""
        self._title.setText(title)

    def show_as_of(self, at: datetime, today: date) -> None:
        """Say how old the list is."""
        self._as_of.setText(as_of_text(at, today))
        self._read = f"Both systems were read at {moment_text(at)}"
        self._as_of.setToolTip(tip(self._read))

    def show_age(self, wanted: bool) -> None:
        """Show or leave out how old the list is."""
        self._as_of.setVisible(wanted)

    def show_refresh(self, why_not: str, reading: bool) -> None:
        """Grey Refresh with its reason, or say that it is under way."""
        self.refresh.setText("Reading…" if reading else "Refresh")
        self.refresh.setEnabled(not why_not)
        self.refresh.setToolTip(tip(why_not or f"Read both systems again: F5. {self._read}"))
