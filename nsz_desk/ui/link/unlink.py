"""The dialog that takes a link back: the reason is all it asks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from nsz_desk.engine.results import Environment
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Button, column, label, line

LEAD = (
    "The Zuora refund gets back what stood in its fields before the link, and NetSuite's refund and credit memo are "
    "free again. No money moves, and it can be linked again."
)


class UnlinkDialog(QDialog):
    """Asks for the reason; `chosen` carries it."""

    chosen = Signal(str)

    def __init__(self, number: str, environment: Environment, parent: QWidget) -> None:
        super().__init__(parent)
        title = shown(f"Unlink {number}")
        self.setWindowTitle(f"{title} · {environment.word}")
        self.setModal(True)
        self.resize(640, 260)
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        head = line(gap=12)
        head.addWidget(label(title, "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        whole.addWidget(label(LEAD, "", wrap=True))
        self.reason = QLineEdit()
        self.reason.setMaxLength(300)
        self.reason.setAccessibleName("Reason")
        words = label("Reason", "strong")
        words.setBuddy(self.reason)
        whole.addWidget(words)
        whole.addWidget(self.reason)
        whole.addStretch(1)
        foot = line(gap=12)
        foot.addStretch(1)
        self.cancel, self.unlink = Button("Cancel"), Button("Review…", "primary")
        self.unlink.setEnabled(False)
        self.cancel.clicked.connect(self.reject)
        self.unlink.clicked.connect(self._unlink)
        self.reason.textChanged.connect(lambda text: self.unlink.setEnabled(bool(text.strip())))
        foot.addWidget(self.cancel)
        foot.addWidget(self.unlink)
        whole.addLayout(foot)

    def _unlink(self) -> None:
        self.accept()
        self.chosen.emit(self.reason.text().strip())
