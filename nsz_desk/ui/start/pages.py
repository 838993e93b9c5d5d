"""The first page of the connect dialog: which systems, and how NetSuite is reached."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QLineEdit, QRadioButton, QWidget

from nsz_desk.settings.model import ZUORA_HOSTS
from nsz_desk.ui.drop_down import DropDown
from nsz_desk.ui.start.connection import CENTRES, Connection, first_of_last_month
from nsz_desk.ui.widgets import Button, ElidedLabel, card, column, label, line

METHODS = {
    "rest": "REST with certificate (recommended; stays after 2027.1)",
    "soap": "SOAP with tokens (ends with 2027.1)",
}
LATE = "From 2027.1 on NetSuite makes no new integrations with tokens, and 2028.2 ends SOAP: choose REST if you can."
FROM_FILE = "Or take all this from a file: exported, or made by an administrator."


class SystemsPage(QWidget):
    """Environment first, then account, data centre, name and cutover date; or a profile file in place of them."""

    changed = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        whole = column(self, gap=10)
        whole.addWidget(self._environment())
        whole.addWidget(self._method())
        made = card()
        grid = QGridLayout(made)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.account = self._field("NetSuite account", "1234567_SB1")
        self.centre = DropDown("Zuora data centre")
        self.centre.currentIndexChanged.connect(self.changed)
        self.name = self._field("Name of the connection", "books")
        self.name.setMaxLength(40)
        self.cutover = self._field("Cutover date", "2026-10-01")
        self.cutover.setText(first_of_last_month(date.today()).isoformat())
        self.cutover.setToolTip("Older refunds are only counted")
        self.zone = self._field("Time zone of the NetSuite user", "America/New_York")
        self.zone.setText("America/Los_Angeles")
        self.zone.setToolTip("NetSuite sends dates as midnight of the time zone that its integration user has set")
        places: tuple[tuple[QLineEdit | DropDown, int, int, int], ...] = (  # field, row, column, columns
            (self.account, 0, 0, 1), (self.name, 0, 1, 1), (self.centre, 2, 0, 2), (self.cutover, 4, 0, 1),
            (self.zone, 4, 1, 1),
        )  # fmt: skip
        for field, row, side, wide in places:
            words = label(field.accessibleName())
            words.setBuddy(field)
            grid.addWidget(words, row, side)
            grid.addWidget(field, row + 1, side, 1, wide)
            grid.setColumnStretch(side, 1)
        whole.addWidget(made)
        whole.addWidget(self._file())
        whole.addStretch(1)
        self._show_centres()

    def _environment(self) -> QWidget:
        made = card()
        row = line(made, margins=(16, 6, 16, 6), gap=24)
        row.addWidget(_head("ENVIRONMENT"))
        self.kinds = {kind: QRadioButton(kind.capitalize()) for kind in ("sandbox", "production")}
        group = QButtonGroup(self)
        for button in self.kinds.values():
            button.setAccessibleName(button.text())
            group.addButton(button)
            button.toggled.connect(self._show_centres)
            row.addWidget(button)
        row.addStretch(1)
        return made

    def _method(self) -> QWidget:
        made = card()
        row = line(made, margins=(16, 6, 16, 6), gap=24)
        row.addWidget(_head("NETSUITE BY"), 0, Qt.AlignmentFlag.AlignTop)
        ways = column(gap=2)
        self.methods = {method: QRadioButton(words) for method, words in METHODS.items()}
        group = QButtonGroup(self)
        for button in self.methods.values():
            button.setAccessibleName(button.text())
            group.addButton(button)
            ways.addWidget(button)
        self.late = label(LATE, "manual", wrap=True)
        self.late.setContentsMargins(31, 0, 0, 4)  # below the words of the choices
        self.late.hide()
        ways.addWidget(self.late)
        row.addLayout(ways, 1)
        self.methods["rest"].setChecked(True)
        self.methods["soap"].toggled.connect(self.late.setVisible)
        self.methods["soap"].toggled.connect(self.changed)
        return made

    def _file(self) -> QWidget:
        made = card()
        row = line(made, margins=(16, 8, 16, 8), gap=12)
        self.choose = Button("Choose profile file…", icon_name="document")
        self.choose.setToolTip("In a terminal: nsz-desk profile add NAME --from FILE, then nsz-desk doctor")
        self.choose.clicked.connect(self.file_wanted)
        self.file = ElidedLabel(FROM_FILE, "muted")
        row.addWidget(self.choose)
        row.addWidget(self.file, 1)
        return made

    def _field(self, name: str, example: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(example)
        made.textChanged.connect(self.changed)
        return made

    @property
    def kind(self) -> str:
        """The environment chosen, "" while none is."""
        return next((kind for kind, button in self.kinds.items() if button.isChecked()), "")

    @property
    def interface(self) -> str:
        """How NetSuite is reached: rest or soap."""
        return "soap" if self.methods["soap"].isChecked() else "rest"

    def connection(self) -> Connection:
        """What was entered."""
        host = self.centre.currentData() or ""
        cutover, zone = self.cutover.text(), self.zone.text()
        return Connection(self.kind, self.account.text(), host, cutover, zone, self.interface)

    def show_file(self, name: str) -> None:
        """A file was taken in place of the fields; "" gives them back."""
        self.file.show_text(name or FROM_FILE)
        for field in (*self.kinds.values(), *self.methods.values(), self.account, self.centre, self.cutover, self.zone):
            field.setEnabled(not name)

    def _show_centres(self) -> None:
        """Only the data centres of the environment chosen."""
        self.centre.clear()
        for host, words in CENTRES.items():
            if ZUORA_HOSTS[host] == self.kind:
                self.centre.addItem(f"{words} · {host}", host)
        self.centre.setEnabled(bool(self.kind))
        self.changed.emit()


def _head(words: str) -> QLabel:
    """The name of a card, as wide as the longest of the two, so that the choices stand below each other."""
    made = label(words, "group")
    made.setMinimumWidth(104)
    made.setMinimumHeight(24)
    return made
