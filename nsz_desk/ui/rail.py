"""The rail on the left: where one can go. In a narrow window the names stand under the shapes."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from nsz_desk.engine.results import Environment
from nsz_desk.ui.health import Health
from nsz_desk.ui.widgets import FaceButton, Shape, column, label, line

WIDE, NARROW = 200, 90


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go."""

    key: str
    title: str
    icon: str


LOCK = Place("lock", "Lock", "lock")
KEYS = Place("keys", "Keys", "keyboard")
HELP = Place("help", "Help", "shield")
PLACES = (
    Place("pending", "Pending", "list"),
    Place("in-doubt", "In doubt", "question"),
    Place("history", "History", "history"),
)


class RailButton(FaceButton):
    """One place: shape, name, count."""

    def __init__(self, place: Place) -> None:
        super().__init__("rail")
        self.place = place
        self.setCheckable(True)
        self._face = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._face.setContentsMargins(10, 9, 10, 9)
        self._face.setSpacing(10)
        self._name, self._count = label(place.title, "strong"), label("", "muted")
        self._shape = Shape(place.icon, "muted", 16)
        self._face.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignCenter)
        self._face.addWidget(self._name, 1)
        self._face.addWidget(self._count, 0, Qt.AlignmentFlag.AlignCenter)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(lambda on: self._shape.show_shape(place.icon, "accent" if on else "muted"))
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Show how much waits there; nothing for 0."""
        self._count.setText(f"{count:,}" if count else "")
        self._count.setVisible(bool(count))
        self.refresh_name()

    def set_narrow(self, narrow: bool) -> None:
        """Stand the name under the shape, or beside it."""
        stacked, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._face.setDirection(stacked if narrow else beside)
        self._face.setSpacing(2 if narrow else 10)
        side = 2 if narrow else 10
        self._face.setContentsMargins(side, 9, side, 9)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter if narrow else Qt.AlignmentFlag.AlignVCenter)


class Rail(QFrame):
    """The rail."""

    chosen = Signal(str)
    keys_wanted = Signal()
    help_wanted = Signal()
    lock_wanted = Signal()

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        whole = column(self, margins=(7, 18, 7, 14), gap=4)
        brand = self._brand = line(margins=(6, 0, 0, 14))
        brand.addWidget(label("nsz-desk", "brand"))
        whole.addLayout(brand)
        self._buttons = {place.key: RailButton(place) for place in PLACES}
        for button in self._buttons.values():
            whole.addWidget(button)
            button.clicked.connect(self._clicked)
        whole.addStretch(1)
        self.lock, self.help, self.keys = RailButton(LOCK), RailButton(HELP), RailButton(KEYS)
        for button, words, wanted in (
            (self.lock, "Lock the desk: Ctrl+Shift+L", self.lock_wanted),
            (self.help, "Promises and limits: F1", self.help_wanted),
            (self.keys, "What each key does: ?", self.keys_wanted),
        ):
            button.setCheckable(False)
            button.setToolTip(words)
            button.clicked.connect(wanted)
            whole.addWidget(button)
        self.health = Health(environment.netsuite_by, environment.zuora_by)
        whole.addWidget(self.health)

    def choose(self, key: str) -> None:
        """Mark where one is."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def show_counts(self, pending: int, doubt: int) -> None:
        """Show how much waits."""
        self._buttons["pending"].show_count(pending)
        self._buttons["in-doubt"].show_count(doubt)

    def set_narrow(self, narrow: bool) -> None:
        """Shrink or widen."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._brand.setContentsMargins(0 if narrow else 6, 0, 0, 14)
        for button in (*self._buttons.values(), self.lock, self.help, self.keys):
            button.set_narrow(narrow)
        self.health.set_narrow(narrow)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.choose(button.place.key)
            self.chosen.emit(button.place.key)
