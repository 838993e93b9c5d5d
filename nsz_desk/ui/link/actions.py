"""What linking asks of the desk: candidates, the link, and taking it back. Each is a job."""

from nsz_desk.engine.declined import Declined
from nsz_desk.engine.link_offer import LinkChoice
from nsz_desk.engine.link_review import LinkReview
from nsz_desk.engine.plan import Plan
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import BatchResult
from nsz_desk.ui.jobs import Work
from nsz_desk.ui.ports import Desk, OnRow


def read_candidates(*, desk: Desk, refund_id: str) -> Work:
    """A job that reads which Zuora refunds may be the one."""
    return lambda report, _on_row: desk.candidates(refund_id, report)


def read_unlink(*, desk: Desk, refund_id: str, reason: str) -> Work:
    """A job that derives the page of taking a link back."""

    def work(_report: Report, _on_row: OnRow) -> LinkReview | Declined:
        plan = desk.plan_unlink(refund_id, reason)
        return plan if isinstance(plan, Declined) else desk.link_review(plan)

    return work


def link(*, desk: Desk, choice: LinkChoice) -> Work:
    """A job that links; pressing it lets it write on production, too: it moves no money."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("link")
        return desk.link(choice, report, on_row)

    return work


def unlink(*, desk: Desk, plan: Plan) -> Work:
    """A job that takes a link back."""

    def work(report: Report, on_row: OnRow) -> BatchResult:
        desk.enable_sending("unlink")
        return desk.unlink(plan, report, on_row)

    return work
