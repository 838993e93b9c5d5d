"""What the history screen does: read the journal in a job."""

from nsz_desk.ui.jobs import Work
from nsz_desk.ui.ports import Desk

LIMIT = 5000  # lines of all refunds; of one refund every line is shown


def read_history(*, desk: Desk, refund_id: str | None) -> Work:
    """A job that reads the journal's lines: all of one refund, or the last ones of all."""
    return lambda _report, _on_row: desk.history(refund_id, None if refund_id else LIMIT)
