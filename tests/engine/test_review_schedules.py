"""Random stories of a refund, its people and its faults, in which every open decision may be taken."""

import random
from collections.abc import Callable

import pytest

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.review import Review
from nsz_desk.engine.reviews import Follow, What
from tests.builders import usd
from tests.engine.reviewing import WHY
from tests.engine.worlds import HOUR, World
from tests.fakes import ReportNever

FAULTS = ("drop_answer", "drop_request", "not_sent")
VERBS = ("create_refund", "mark_refund", "cancel_refund", "read_refund", "read_payment", "refunds_of_account")


def fault(world: World, chance: random.Random) -> None:
    """One of the next calls goes wrong."""
    if chance.random() < 0.3:
        world.netsuite.fails.fail("write_fields", chance.randint(1, 3), chance.choice(FAULTS))
    else:
        world.zuora.fails.fail(chance.choice(VERBS), chance.randint(1, 3), chance.choice(FAULTS))


def person_cancels(world: World, chance: random.Random) -> None:
    """Somebody cancels a live refund in Zuora."""
    if live := [one.id for one in world.zuora.refunds.values() if not one.dead]:
        world.zuora.cancel(chance.choice(live))


def person_makes(world: World, chance: random.Random) -> None:
    """Somebody makes a refund by hand, with our id or without; never beside a live one with our id."""
    if any(not one.dead for one in world.zuora.refunds.values()):
        return
    name = f"hand{len(world.zuora.refunds)}"
    world.foreign(id=name, number=f"R-{name}", integration_id=chance.choice(["", "901"]))


def person_edits(world: World, chance: random.Random) -> None:
    """Somebody changes the amount in NetSuite, or puts it back."""
    world.edit(amount=usd(chance.choice(["100.00", "90.00"])))


def waits(world: World, chance: random.Random) -> None:
    """Time goes by."""
    world.clock.advance(chance.choice([60.0, HOUR, 26 * HOUR]))


def syncs(world: World, chance: random.Random) -> None:
    """A person syncs it if it may be synced."""
    desk = world.desk()
    plan = desk.plan(["901"], ReportNever())
    if plan.plans:
        desk.sync(plan, ReportNever(), world.told.append)


def recovers(world: World, chance: random.Random) -> None:
    """The next start."""
    world.desk().recover(ReportNever(), world.told.append)


def decides(world: World, chance: random.Random) -> None:
    """A person takes any decision that is open."""
    desk = world.desk()
    found = desk.review_of("901", ReportNever())
    options = [one for one in found.options if one.is_open] if isinstance(found, Review) else []
    if not options:
        return
    option = chance.choice(options)
    one, plan = option.decision, None
    if one.follow is Follow.UNDO:
        plan = desk.plan_resync(["901"], WHY, ReportNever())
    elif option.target is not None:
        plan = desk.plan_cancel("901", option.target.id, WHY, ReportNever())
    if plan is None or plan.plans:
        desk.decide("901", one.what, WHY, ReportNever(), world.told.append, plan=plan)
        TAKEN[one.what] = TAKEN.get(one.what, 0) + 1


TAKEN: dict[What, int] = {}
ACTS: tuple[Callable[[World, random.Random], None], ...] = (
    fault,
    person_cancels,
    person_makes,
    person_edits,
    waits,
    syncs,
    syncs,
    recovers,
    decides,
    decides,
)


def story(seed: int) -> World:
    """One story of fourteen acts; what a system does not answer is nobody's fault."""
    chance = random.Random(seed)
    world = World(settlement=chance.random() < 0.5, crud=False) if chance.random() < 0.5 else World()
    for _ in range(14):
        try:
            chance.choice(ACTS)(world, chance)
        except DeskError:
            continue
    return world


@pytest.mark.parametrize("block", range(10))
def test_whatever_people_decide_there_is_never_a_second_live_refund(block: int) -> None:
    """No desk makes one beside a live one, clears behind a live one, or leaves the journal broken."""
    for seed in range(block * 40, block * 40 + 40):
        world = story(seed)
        assert world.oracle.violations == [], seed
        assert len(world.live()) <= 1, seed
        world.journal.verify()
        world.assert_exits()
        assert not [one for one in world.told if "fault in the program" in one.text], seed


def test_the_stories_take_many_kinds_of_decisions() -> None:
    """A walk that never decides would prove nothing."""
    TAKEN.clear()
    for seed in range(120):
        story(seed)
    assert {What.SET_ASIDE, What.CLEAR, What.OTHER_REFUND, What.LOOK_AGAIN, What.CANCEL} <= set(TAKEN), TAKEN
    assert sum(TAKEN.values()) > 60
