"""The first two pages of the connect dialog: which systems, and their secrets."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit, QRadioButton, QWidget

from nsz_desk.settings.model import ZUORA_HOSTS
from nsz_desk.ui.drop_down import DropDown
from nsz_desk.ui.ports import SECRETS
from nsz_desk.ui.start.connection import CENTRES, Connection, first_of_last_month
from nsz_desk.ui.widgets import Button, ElidedLabel, card, column, label, line

WHERE = (
    "Secrets go to this computer's keychain, are read back, and stand in no file. "
    "Leave all six blank to save the connection alone."
)
LATE = (
    "Token-based authentication is what NetSuite's SOAP interface takes. From release 2027.1 on NetSuite makes no new "
    "integrations of that kind: make yours before."
)


class SystemsPage(QWidget):
    """Environment first, then account, data centre, name and cutover date; or a profile file in place of them."""

    changed = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        whole = column(self, gap=10)
        whole.addWidget(self._environment())
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
        row = line(made, margins=(16, 8, 16, 8), gap=24)
        row.addWidget(label("ENVIRONMENT", "group"))
        self.kinds = {kind: QRadioButton(kind.capitalize()) for kind in ("sandbox", "production")}
        group = QButtonGroup(self)
        for button in self.kinds.values():
            button.setAccessibleName(button.text())
            group.addButton(button)
            button.toggled.connect(self._show_centres)
            row.addWidget(button)
        row.addStretch(1)
        return made

    def _file(self) -> QWidget:
        made = card()
        row = line(made, margins=(16, 10, 16, 10), gap=12)
        self.choose = Button("Choose profile file…", icon_name="document")
        self.choose.setToolTip("In a terminal: nsz-desk profile add NAME --from FILE, then nsz-desk doctor")
        self.choose.clicked.connect(self.file_wanted)
        self.file = ElidedLabel("Or take all this from a file that an administrator made.", "muted")
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

    def connection(self) -> Connection:
        """What was entered."""
        host = self.centre.currentData() or ""
        return Connection(self.kind, self.account.text(), host, self.cutover.text(), self.zone.text())

    def show_file(self, name: str) -> None:
        """A file was taken in place of the fields; "" gives them back."""
        self.file.show_text(name or "Or take all this from a file that an administrator made.")
        for field in (*self.kinds.values(), self.account, self.centre, self.cutover, self.zone):
            field.setEnabled(not name)

    def _show_centres(self) -> None:
        """Only the data centres of the environment chosen."""
        self.centre.clear()
        for host, words in CENTRES.items():
            if ZUORA_HOSTS[host] == self.kind:
                self.centre.addItem(f"{words} · {host}", host)
        self.centre.setEnabled(bool(self.kind))
        self.changed.emit()


class SecretsPage(QWidget):
    """Six hidden fields, two side by side: the public half and the secret one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        whole = column(self, gap=10)
        made = card()
        grid = QGridLayout(made)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(label("SECRETS", "group"), 0, 0, 1, 2)
        self.fields: dict[str, QLineEdit] = {}
        for place, (key, title) in enumerate(SECRETS):
            row, side = 1 + place // 2 * 2, place % 2
            field = self.fields[key] = QLineEdit()
            field.setAccessibleName(title)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self.changed)
            words = label(title)
            words.setBuddy(field)
            grid.addWidget(words, row, side)
            grid.addWidget(field, row + 1, side)
        grid.addWidget(label(WHERE, "muted", wrap=True), len(SECRETS) + 1, 0, 1, 2)
        whole.addWidget(made)
        whole.addWidget(label(LATE, "muted", wrap=True))
        whole.addStretch(1)

    def entered(self) -> dict[str, str]:
        """The secrets by key, without blanks around them."""
        return {key: field.text().strip() for key, field in self.fields.items() if field.text().strip()}

    def problem(self) -> str:
        """All or none; "" when it is so."""
        return "" if len(self.entered()) in (0, len(SECRETS)) else f"Enter all {len(SECRETS)} secrets, or none."

    def forget(self) -> None:
        """Clear what was typed."""
        for field in self.fields.values():
            field.clear()
