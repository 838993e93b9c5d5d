"""The page of the secrets in the connect dialog: hidden fields for tokens, or for a key and its certificate."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget

from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.ui.front_door import SECRETS
from nsz_desk.ui.start.key_strip import KeyStrip
from nsz_desk.ui.widgets import card, column, label

KEY, KEY_ID = "netsuite_rest.private_key", "netsuite_rest.certificate_id"
WHERE = "Secrets go to this computer's keychain, are read back, and stand in no file. "
BLANK = {
    False: "Leave all blank to save the connection alone.",
    True: "What you leave blank stays as it is kept.",
}


class SecretsPage(QWidget):
    """Hidden fields, two side by side. `interface` says which; `kept`: some secrets are there already."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.interface, self.kept = "rest", False
        whole = column(self, gap=10)
        self._all: dict[str, QLineEdit] = {}
        self.key = KeyStrip()
        self._cards = {"rest": self._card("NETSUITE", "rest"), "soap": self._card("NETSUITE", "soap")}
        for one in (*self._cards.values(), self._card("ZUORA", "zuora")):
            whole.addWidget(one)
        self._where = label("", "muted", wrap=True)
        whole.addWidget(self._where)
        whole.addStretch(1)
        self.show_for("rest")

    def _card(self, head: str, block: str) -> QFrame:
        made = card()
        grid = QGridLayout(made)
        grid.setContentsMargins(16, 10, 16, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(label(head, "group"), 0, 0, 1, 2)
        names = [pair for pair in SECRETS["soap" if block == "soap" else "rest"] if _is_in(pair[0], block)]
        for place, (key, title) in enumerate(names):
            row, side = 1 + place // 2 * 2, place % 2
            wide = 2 if key == KEY else 1
            words = label(title)
            field = self._all[key] = QLineEdit()
            words.setBuddy(field)
            field.setAccessibleName(title)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self.changed)
            grid.addWidget(words, row, side)
            grid.addWidget(field, row + 1, side, 1, wide)
            grid.setColumnStretch(side, 1)
        if block == "rest":
            grid.addWidget(self.key, grid.rowCount(), 0, 1, 2)
        return made

    # -- what is shown
    def show_for(self, interface: str, *, kept: bool = False, waiting: KeyCertificate | None = None) -> None:
        """Show the fields of an interface; `waiting` is the certificate of a new key that waits for its id."""
        self.interface, self.kept = interface, kept
        for name, one in self._cards.items():
            one.setVisible(name == interface)
        self.key.show_key(waiting)
        self._all[KEY].setEnabled(waiting is None)
        self._all[KEY].setPlaceholderText("the new key is in the keychain" if waiting else "paste it as PEM")
        self._where.setText(WHERE + BLANK[kept])
        self.changed.emit()

    @property
    def fields(self) -> dict[str, QLineEdit]:
        """The fields of the interface, by key."""
        return {key: self._all[key] for key, _ in SECRETS[self.interface]}

    def first(self) -> QLineEdit:
        """Where typing begins or goes on: with the certificate id while a new key waits for it."""
        client = next(iter(self.fields.values()))
        return self._all[KEY_ID] if self.key.waiting and (self.kept or client.text()) else client

    def entered(self) -> dict[str, str]:
        """The secrets by key, without blanks around them; a key pasted with its line ends stands on one line."""
        found = {key: " ".join(field.text().split()) for key, field in self.fields.items() if field.isEnabled()}
        return {key: text for key, text in found.items() if text}

    def takes_new_key(self) -> bool:
        """Whether the id of the key that waits was entered."""
        return self.key.waiting is not None and KEY_ID in self.entered()

    def problem(self) -> str:
        """What is missing, "" when nothing is."""
        needed = {key: title for key, title in SECRETS[self.interface] if self._all[key].isEnabled()}
        count = len(self.entered())
        if self.key.waiting is not None and not self.takes_new_key() and not (self.kept and count):
            return "Enter the certificate id that NetSuite shows once the certificate is registered; or close and wait."
        if self.kept:
            return "" if count else "Enter what has changed."
        return "" if count in (0, len(needed)) else f"Enter all {len(needed)} secrets, or none."

    def forget(self) -> None:
        """Clear what was typed."""
        for field in self._all.values():
            field.clear()


def _is_in(key: str, block: str) -> bool:
    return key.partition(".")[0] == {"soap": "netsuite", "rest": "netsuite_rest", "zuora": "zuora"}[block]
