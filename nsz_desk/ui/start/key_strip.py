"""The strip below the key's field: make a key, save its public certificate, and what the administrator does with it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.ui.texts import day_text, shown
from nsz_desk.ui.widgets import Button, column, label, line

M2M = "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup"
MAKE = (
    "Or let the desk make one: the private key goes to the keychain and nowhere else; its public certificate is saved"
    " to a file for your NetSuite administrator."
)
REGISTER = (
    f"The administrator registers the file at {M2M}, for the integration, user and role of this desk, and tells you"
    " the certificate id. NetSuite takes five certificates for each integration; more people need another integration."
)


class KeyStrip(QWidget):
    """Says what there is and offers what can be done. The owner makes the key; the file is written here."""

    make_wanted = Signal(bool)  # again: another key in place of the one that waits
    said = Signal(str)  # why the file could not be written, "" when it could

    def __init__(self) -> None:
        super().__init__()
        self.waiting: KeyCertificate | None = None
        self.account = ""
        whole = column(self, margins=(0, 4, 0, 0), gap=6)
        self._state = label("", "strong", wrap=True)
        self._what = label(MAKE, "muted", wrap=True)
        whole.addWidget(self._state)
        whole.addWidget(self._what)
        row = line(gap=10)
        self.make = Button("Make a key…", icon_name="lock")
        self.save = Button("Save certificate…", icon_name="document")
        self.again = Button("Make another key…")
        self.again.setToolTip("For when the certificate was lost or refused; the key that waits is thrown away")
        self.make.clicked.connect(lambda: self.make_wanted.emit(False))
        self.again.clicked.connect(lambda: self.make_wanted.emit(True))
        self.save.clicked.connect(self.choose_file)
        for button in (self.make, self.save, self.again):
            row.addWidget(button)
        row.addStretch(1)
        whole.addLayout(row)
        self.show_key(None)

    def show_key(self, waiting: KeyCertificate | None) -> None:
        """Show that no key waits, or the certificate of the one that does."""
        self.waiting = waiting
        self._what.setText(REGISTER if waiting else MAKE)
        if waiting:
            self._state.setText(shown(f"A new key waits: {waiting.words}, until {day_text(waiting.last_day)}."))
        self._state.setVisible(waiting is not None)
        self.make.setVisible(waiting is None)
        for button in (self.save, self.again):
            button.setVisible(waiting is not None)

    def choose_file(self) -> None:
        """Ask where the public certificate goes, and write it."""
        if self.waiting is None:
            return
        name = f"nsz-desk-{self.account or 'netsuite'}-until-{self.waiting.last_day}.pem"
        path, _ = QFileDialog.getSaveFileName(self, "Public certificate", name, "Certificates (*.pem)")
        if path:
            self.write(Path(path))

    def write(self, path: Path) -> None:
        """Write the public certificate to a file."""
        if self.waiting is None:
            return
        try:
            path.write_text(self.waiting.pem.strip() + "\n", "ascii")
        except OSError as problem:
            self.said.emit(f"{path.name} cannot be written: {problem.strerror}.")
            return
        self.said.emit("")
        until = day_text(self.waiting.last_day)
        self._state.setText(shown(f"Saved as {path.name}: {self.waiting.words}, until {until}."))
