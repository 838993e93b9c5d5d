"""What the assistant asks of the desk: the offer, and the split carried out. Each is a job."""

from nsz_desk.engine.allocate import Allotment
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult
from nsz_desk.ui.jobs import Work
from nsz_desk.ui.ports import Desk, OnRow


def read_offer(*, desk: Desk, refund_id: str) -> Work:
    """A job that reads what there is to split."""
    return lambda report, _on_row: desk.allocation(refund_id, report)


def carry_out(*, desk: Desk, allotment: Allotment) -> Work:
    """A job that syncs a refund with exactly the split that was approved."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("typed total")  # on production the review has asked for it
        return desk.allocate(allotment, report, on_row)

    return work
