"""Open an evidence file: choose a journal that somebody handed over, check it in a job, say what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.evidence import LEAVES, PROVES, Evidence
from nsz_desk.ui.start import actions
from nsz_desk.ui.texts import count_text, moment_text

if TYPE_CHECKING:
    from nsz_desk.ui.front_door import FrontDoor
    from nsz_desk.ui.jobs import Job, Jobs
    from nsz_desk.ui.messages import Messages

KINDS = "Journals (*.sqlite *.db);;All files (*)"


def choose_evidence(front: FrontDoor, jobs: Jobs, messages: Messages, window: QWidget) -> Job | None:
    """Ask for a file and check it; None when none was chosen."""
    path, _ = QFileDialog.getOpenFileName(window, "Evidence file", "", KINDS)
    if not path:
        return None
    name = Path(path).name

    def failed(error: BaseException) -> None:
        if isinstance(error, DeskError):
            messages.show_error(error)
        else:
            messages.show_bug(error)

    job = jobs.run(actions.check_evidence(front=front, path=Path(path)))
    job.finished.connect(lambda found: messages.tell(f"{name} is intact", evidence_text(found)))
    job.failed.connect(failed)
    return job


def evidence_text(found: Evidence) -> str:
    """What was found, for people."""
    lines = [f"{count_text(found.lines, 'line')} about {count_text(found.refunds, 'refund')}"]
    if found.first and found.last:
        lines[0] += f" of NetSuite account {found.account},"
        lines.append(f"from {moment_text(found.first)} to {moment_text(found.last)}.")
        lines.append(f"Last hash: {_grouped(found.head)}")
    else:
        lines[0] += "."
    lines += [f"SHA-256 of the file: {_grouped(found.digest)}", "", PROVES, "", LEAVES]
    return "\n".join(lines)


def _grouped(digits: str) -> str:
    """A hash in groups, so that a line can be broken in it and an eye can compare it."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
