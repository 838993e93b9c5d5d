"""The wizard's foot: a line that says what is so, and the buttons of the step one is on."""

from PySide6.QtWidgets import QLineEdit, QWidget

from nsz_desk.engine.results import Environment, Result
from nsz_desk.ui.environment import is_production
from nsz_desk.ui.resync.undo import Queue
from nsz_desk.ui.resync.words import COMPARE, REASON, RESULT, REVIEW, RUN, run_text
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Button, label, line, restyle

FORWARD = {COMPARE: "Next: reason", REASON: "Next: review"}


class Foot(QWidget):
    """Buttons come and go with the step; what may not be pressed is grey, and the line says why."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment
        row = line(self, gap=12)
        self.words = label("", "muted", wrap=True)
        row.addWidget(self.words, 1)
        self.back, self.cancel = Button("Back"), Button("Cancel")
        self.stop = Button("Stop at the next safe place", icon_name="stop")
        self.finish = Button("Finish", icon_name="question")
        self.forward = Button(FORWARD[COMPARE], "primary")
        self.again = Button("Sync it again now", "primary", icon_name="play", tone="on_accent")
        for button in (self.back, self.stop, self.finish, self.cancel, self.forward, self.again):
            row.addWidget(button)

    def say(self, text: str) -> None:
        """Say a line."""
        self.words.setText(shown(text))

    def show_step(self, step: int, queue: Queue, may_go_on: bool, text: str, *, running: bool) -> None:
        """Show the buttons of a step; `text` says why one may not go on, or what is so."""
        self.say(text)
        self.back.setVisible(step in (REASON, REVIEW))
        self.forward.setVisible(step in (COMPARE, REASON, REVIEW))
        self.forward.setEnabled(may_go_on)
        self.forward.setText(FORWARD.get(step) or run_text(queue.batch, self._environment))
        danger = step == REVIEW and is_production(self._environment)
        restyle(self.forward, "danger" if danger else "primary")
        self.stop.setVisible(step == RUN and running)
        self.cancel.setVisible(not (step == RUN and running))
        done, doubt = len(queue.ended(Result.COMPLETE)), len(queue.ended(Result.IN_DOUBT))
        self.cancel.setText(_leave_text(step, done))
        self.again.setVisible(step == RESULT and done > 0)
        self.again.setText("Sync it again now" if done < 2 else f"Sync {done:,} again now")
        self.finish.setVisible(step == RESULT and doubt > 0)
        self.finish.setText(f"Finish {count_text(doubt, 'refund')} in doubt")

    def stopping(self) -> None:
        """The stop is asked for."""
        self.stop.setEnabled(False)
        self.say("Stopping: before the cancel nothing is sent any more; after it the run goes on to a safe place.")

    def focus_first(self, field: QLineEdit | None) -> None:
        """The keyboard's place; on production never on the button that sends."""
        if field is not None:
            field.setFocus()
        elif is_production(self._environment):
            self.cancel.setFocus()
        else:
            wanted = (self.forward, self.again, self.finish)
            next((one for one in wanted if one.isVisible() and one.isEnabled()), self.cancel).setFocus()


def _leave_text(step: int, done: int) -> str:
    if step < RUN:
        return "Cancel"
    return "Leave it pending" if done == 1 else "Leave them pending" if done else "Close"
