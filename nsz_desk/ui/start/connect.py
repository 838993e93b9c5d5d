"""The dialog that takes a profile file and its secrets. What is typed here is handed on once and kept nowhere."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QLineEdit, QWidget

from nsz_desk.ui.ports import SECRETS
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Button, ElidedLabel, card, column, label, line

LARGEST = 200_000  # bytes of a profile file; a real one has one or two thousand
HOW = (
    "A profile is a small file that names your NetSuite account and Zuora tenant; it holds no secrets. "
    "The same can be done in a terminal: nsz-desk profile add NAME --from FILE."
)
WHERE = (
    "Secrets go to this computer's keychain, are read back, and stand in no file. "
    "Leave all six blank to save the profile alone."
)


class ConnectDialog(QDialog):
    """Asks for a name, a profile file and six secrets; `wanted` carries what was entered."""

    wanted = Signal(str, str, object)  # name, text of the file, secrets by key

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect NetSuite and Zuora")
        self.setModal(True)
        self.resize(720, max(460, min(540, parent.height() - 20)))
        self._text = ""
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        whole.addWidget(label("Connect NetSuite and Zuora", "big-title"))
        whole.addWidget(label(HOW, "", wrap=True))
        whole.addWidget(self._profile_card())
        whole.addWidget(self._secrets_card())
        self.said = label("", "blocked", wrap=True)
        whole.addWidget(self.said)
        whole.addStretch(1)
        foot = line(gap=12)
        foot.addStretch(1)
        self.cancel = Button("Cancel")
        self.cancel.clicked.connect(self.reject)
        self.save = Button("Save connection", "primary")
        self.save.clicked.connect(self._save)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        whole.addLayout(foot)
        self.finished.connect(self._forget)
        self._show_ready()

    def take_file(self, path: Path) -> None:
        """Read the profile file; its stem is the name proposed."""
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError("it is too large for a profile")
            self._text = path.read_text("utf-8-sig")
        except (OSError, ValueError) as problem:
            self._text = ""
            self.say(f"{path.name} cannot be read: {problem}.")
            self._file.show_text("No file chosen")
        else:
            self.say("")
            self._file.show_text(path.name)
            if not self.name.text():
                self.name.setText("".join(one if one.isascii() and one.isalnum() else "-" for one in path.stem)[:40])
        self._show_ready()

    def say(self, text: str) -> None:
        """Say why it did not work; "" says nothing."""
        self.said.setText(shown(text))
        self.said.setVisible(bool(text))

    def set_busy(self, busy: bool) -> None:
        """Grey the button while the secrets are being saved."""
        self._busy = busy
        self.save.setText("Saving…" if busy else "Save connection")
        self._show_ready()

    _busy = False

    def _profile_card(self) -> QWidget:
        made = card()
        inside = column(made, margins=(16, 12, 16, 14), gap=8)
        inside.addWidget(label("PROFILE", "group"))
        row = line(gap=12)
        self._file = ElidedLabel("No file chosen", "muted")
        self.choose = Button("Choose profile file…", icon_name="document")
        self.choose.clicked.connect(self._choose)
        self.name = self._field("Name of the connection")
        self.name.setMaxLength(40)
        row.addWidget(self.choose)
        row.addWidget(self._file, 1)
        row.addWidget(label("Name"))
        row.addWidget(self.name, 1)
        inside.addLayout(row)
        return made

    def _secrets_card(self) -> QWidget:
        made = card()
        grid = QGridLayout(made)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(label("SECRETS", "group"), 0, 0, 1, 2)
        self.secrets = {key: self._field(title) for key, title in SECRETS}
        for place, (key, title) in enumerate(SECRETS):  # two side by side: the public half and the secret one
            row, side = 1 + place // 2 * 2, place % 2
            grid.addWidget(label(title), row, side)
            self.secrets[key].setEchoMode(QLineEdit.EchoMode.Password)
            grid.addWidget(self.secrets[key], row + 1, side)
        grid.addWidget(label(WHERE, "muted", wrap=True), len(SECRETS) + 1, 0, 1, 2)
        return made

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.textChanged.connect(self._show_ready)
        return made

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Profile file", "", "Profiles (*.toml *.json);;All files (*)")
        if path:
            self.take_file(Path(path))

    def _why_not(self) -> str:
        if not self._text:
            return "Choose a profile file first."
        if not self.name.text().strip():
            return "Give the connection a name."
        filled = sum(bool(field.text()) for field in self.secrets.values())
        return "" if filled in (0, len(SECRETS)) else f"Enter all {len(SECRETS)} secrets, or none."

    def _show_ready(self) -> None:
        if hasattr(self, "save"):
            why = self._why_not()
            self.save.setEnabled(not why and not self._busy)
            self.save.setToolTip(why)

    def _save(self) -> None:
        entered = {key: field.text().strip() for key, field in self.secrets.items() if field.text()}
        self.set_busy(True)
        self.say("")
        self.wanted.emit(self.name.text().strip(), self._text, entered)

    def _forget(self) -> None:
        for field in self.secrets.values():
            field.clear()
