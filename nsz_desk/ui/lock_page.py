"""What a locked window shows: that it is locked, on which systems, why, what goes on, and the way back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from nsz_desk.engine.results import Environment
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Button, Shape, card, column, label, line

LEAD = "Unlock fetches the secrets again and reads both systems."
LIMIT = "Whoever may use this computer's account can unlock: lock the computer too when you leave it."
GOES_ON = "A run that was approved goes on. Its result waits here until you unlock."
RUN_OVER = "The run has ended. Its result is shown when you unlock."
WIDTH = 520


class LockPage(QWidget):
    """The page. It holds nothing of anybody."""

    unlock_wanted = Signal()

    def __init__(self, environment: Environment, why: str) -> None:
        super().__init__()
        self.is_busy = self._was_running = False
        self.unlock = Button("Unlock", "primary", icon_name="lock", tone="on_accent")
        self.unlock.clicked.connect(self.unlock_wanted)
        self._why = label(why or "You have locked it.", "lead", wrap=True)
        self._run, self._closed = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.said = label("", "blocked", wrap=True)
        outer = column(self, margins=(24, 24, 24, 24))
        outer.addStretch(2)
        middle = line()  # not by alignment: that would take the height of wrapped texts away
        middle.addStretch(1)
        middle.addWidget(self._card(environment))
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)
        for one in (self._run, self._closed, self.said):
            one.hide()

    def _card(self, environment: Environment) -> QWidget:
        made = card()
        made.setFixedWidth(WIDTH)
        inside = column(made, margins=(28, 24, 28, 24), gap=12)
        head = line(gap=12)
        head.addWidget(Shape("lock", "accent", 24))
        head.addWidget(label("The desk is locked", "big-title"))
        head.addStretch(1)
        inside.addLayout(head)
        inside.addWidget(EnvironmentChip(environment))
        for one in (self._why, self._run, self._closed, label(LEAD, wrap=True), label(LIMIT, "muted", wrap=True)):
            inside.addWidget(one)
        inside.addWidget(self.said)
        foot = line()
        foot.addWidget(self.unlock)
        foot.addStretch(1)
        inside.addSpacing(4)
        inside.addLayout(foot)
        return made

    def show_closed(self, count: int) -> None:
        """Say that dialogs were closed."""
        were = "was" if count == 1 else "were"
        words = f"{count_text(count, 'open dialog')} {were} closed; nothing was sent from there."
        self._say(self._closed, words if count else "")

    def show_run(self, running: bool) -> None:
        """Say whether something approved goes on, or has ended meanwhile."""
        self._was_running = self._was_running or running
        self._say(self._run, GOES_ON if running else RUN_OVER if self._was_running else "")

    def show_busy(self) -> None:
        """The vault is asked; it may ask its owner."""
        self.is_busy = True
        self.unlock.setText("Unlocking…")
        self.unlock.setEnabled(False)
        self._say(self.said, "")

    def show_idle(self, problem: str = "") -> None:
        """Unlock may be pressed again; `problem` says why it did not work."""
        self.is_busy = False
        self.unlock.setText("Unlock")
        self.unlock.setEnabled(True)
        self.unlock.setFocus()
        self._say(self.said, problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter unlocks, as the button's Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.unlock_wanted.emit()
            return
        super().keyPressEvent(event)

    def _say(self, where: QLabel, text: str) -> None:
        where.setText(shown(text))
        where.setVisible(bool(text))
