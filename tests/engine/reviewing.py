"""What a person does with a row that waits: look at what is open, and decide."""

from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import RowResult
from nsz_desk.engine.review import Review
from nsz_desk.engine.reviews import What
from tests.engine.worlds import World
from tests.fakes import ReportNever

WHY = "looked at both with the customer"


def review(world: World, desk: Desk | None = None) -> Review:
    """What is open on refund 901; it must wait for somebody."""
    found = (desk or world.desk()).review_of("901", ReportNever())
    assert isinstance(found, Review), found
    return found


def open_ones(world: World) -> set[str]:
    """The decisions that are open on refund 901."""
    return {one.decision.what.value for one in review(world).options if one.is_open}


def decide(world: World, what: What, desk: Desk | None = None) -> RowResult:
    """Decide, with the plan of a resync approved where the decision needs one."""
    desk = desk or world.desk()
    undoes = what in (What.RESYNC, What.CLEAR, What.GO_ON) or (
        what is What.SKIP_APPLY and not desk.ledger.held("901", "held apply")
    )
    plan = desk.plan_resync(["901"], WHY, ReportNever()) if undoes else None
    done = desk.decide("901", what, WHY, ReportNever(), world.told.append, plan=plan)
    assert world.oracle.violations == []
    world.journal.verify()
    return done.results[0]
