"""How a wizard comes about: its parts are put together and wired to what the window can do."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from nsz_desk.engine.lists import Row
from nsz_desk.ui.jobs import Jobs
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.ports import Desk
from nsz_desk.ui.resync.actions import ResyncActions, Runs
from nsz_desk.ui.resync.undo import MOST, Queue
from nsz_desk.ui.resync.wizard import ResyncWizard


class Window(Runs, Protocol):
    """What the window does when the wizard asks for it."""

    def refresh(self) -> None:
        """Read the list."""

    def review(self, ids: Sequence[str]) -> None:
        """Make the plan of these refunds and show it."""

    def finish(self) -> None:
        """Finish what is open."""


def wizard_for(
    rows: Sequence[Row], desk: Desk, jobs: Jobs, messages: Messages, window: Window, parent: QWidget
) -> ResyncWizard | None:
    """A wizard on these rows, not open yet; None, and a message, when they are too many."""
    if len(rows) > MOST:
        messages.tell("Too many at once", f"{len(rows):,} refunds are chosen. Undo at most {MOST} at once.")
        return None
    wizard = ResyncWizard(Queue(rows), desk.environment, parent, ask_total=not desk.sending)
    wizard.attach(ResyncActions(desk, jobs, messages, window, wizard))
    wizard.changed.connect(window.refresh)
    wizard.sync_wanted.connect(window.review)
    wizard.finish_wanted.connect(window.finish)
    return wizard
