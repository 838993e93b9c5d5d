"""One schedule, from its first step until nothing moves any more, and what must be true then."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.resync_run import skip_apply
from tests.simulation.desks import FOREVER, SimDesk, Walker
from tests.simulation.faults import Fault
from tests.simulation.quiet import check
from tests.simulation.worlds import HOUR, SimWorld, parts_of

STEPS = 30000  # effects of one schedule; more would be a desk that never rests
PASSES = 25  # starts after the faults have stopped, until nothing may be open any more (L1)
BURSTS = (1, 1, 1, 2, 4, 12, 60)  # how many effects one desk does before another may
Awake = list[tuple[SimDesk, Walker]]
Chooser = Callable[[Awake], tuple[int, int]]  # which of those that can act, and how many effects in a row


def by_dice(dice: random.Random) -> Chooser:
    """Anybody, for a while."""

    def choose(awake: Awake) -> tuple[int, int]:
        return int(dice.random() * len(awake)), BURSTS[int(dice.random() * len(BURSTS))]

    return choose


def by_switches(points: Sequence[int]) -> Chooser:
    """The first desk that can act goes on until the given effects, counted over the run; there another takes over."""
    taken, turn = 0, 0

    def choose(awake: Awake) -> tuple[int, int]:
        nonlocal taken, turn
        if taken in points:
            turn += 1
        taken += 1
        return turn % len(awake), 1

    return choose


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that a run depends on. `history` is what happened before: hours since a sync that was undone."""

    seed: int
    layout: tuple[int, ...]
    route: tuple[bool, bool]
    desks: tuple[tuple[str, ...], ...]  # the refunds that each desk's person ticks
    faults: tuple[Fault, ...] = ()
    history: tuple[float, ...] = ()
    careful: bool = False
    canary: bool = True
    lags: tuple[float, ...] = ()  # how many seconds the search is behind for each desk; none: it is current
    foreign_dead: float = 0.0  # so many hours ago the connector's refund for 901 was cancelled; 0: there is none
    before: tuple[str, ...] = ()  # wishes that the first desk fulfils before anything goes wrong, `history` hours ago
    by_hand: tuple[str, ...] = ()  # refunds for which somebody has made a Zuora refund by hand
    switches: tuple[int, ...] | None = None  # None: the seed's dice say who acts

    def __str__(self) -> str:
        """One line for reports."""
        told = ", ".join(map(str, self.faults)) or "no fault"
        past = f"history {self.history}, foreign dead {self.foreign_dead:g} h, lags {self.lags}"
        switches = "" if self.switches is None else f", switches {self.switches}"
        return f"seed {self.seed}: layout {self.layout}, desks {self.desks}, {past}{switches}, {told}"


@dataclass
class Played:
    """A schedule after its end."""

    schedule: Schedule
    world: SimWorld
    desks: list[SimDesk] = field(default_factory=list)
    rested: dict[str, int] = field(default_factory=dict)  # calls of each verb until the faults stopped

    @property
    def violations(self) -> list[str]:
        """What the watch has found."""
        return self.world.watch.violations


def play(schedule: Schedule, *, trace: bool = False) -> Played:
    """Run a schedule."""
    choose = by_dice(random.Random(schedule.seed)) if schedule.switches is None else by_switches(schedule.switches)
    world = SimWorld(schedule.layout, schedule.route, trace=[] if trace else None)
    world.say(schedule)
    played = Played(schedule, world)
    if schedule.history and not schedule.before:
        _past(world, schedule.history[0])
    if schedule.foreign_dead:
        world.cancel(world.zuora.refunds[world.foreign("901", ours=True)])
        world.meddled.clear()
        world.advance(schedule.foreign_dead * HOUR)
    _by_hand(world, schedule.by_hand)
    for at, wanted in enumerate(schedule.desks, start=1):
        lag = schedule.lags[at - 1] if schedule.lags else 0.0
        played.desks.append(SimDesk(world, f"desk-{at}", wanted, schedule.careful, schedule.canary, lag))
    if schedule.before:
        _before(world, played.desks[0], schedule)
    world.faults = {(one.verb, one.nth): one for one in schedule.faults}
    for desk in played.desks:
        desk.start(desk.wanted)
    run(world, played.desks, choose)
    played.rested = dict(world.seen)
    settle(played, choose)
    check(world, played.desks)
    return played


def _past(world: SimWorld, hours: float) -> None:
    """Refund 901 was synced, then cancelled and cleared: the chain begins with a refund that is known dead."""
    desk = SimDesk(world, "desk-0", ("901",))
    desk.start(("901",))
    run(world, [desk], by_dice(random.Random(0)))
    world.cancel(world.live("901")[0])
    world.clear("901")
    world.meddled.clear()
    world.seen.clear()
    world.advance(hours * HOUR)


def _by_hand(world: SimWorld, refund_ids: Sequence[str]) -> None:
    loosened = set(world.loosened)
    for refund_id in refund_ids:
        world.foreign(refund_id, ours=False)
    world.by_hand = refund_ids
    if refund_ids:
        world.meddled.clear()
        world.loosened = loosened


def _before(world: SimWorld, desk: SimDesk, schedule: Schedule) -> None:
    """The first desk has done something without any fault: what it knows of it stands in its own journal."""
    desk.start(schedule.before)
    run(world, [desk], by_dice(random.Random(0)))
    world.seen.clear()
    world.advance(sum(schedule.history) * HOUR)


def run(world: SimWorld, desks: Sequence[SimDesk], choose: Chooser) -> None:
    """Effect after effect, until every episode has come to rest."""
    left = STEPS
    while left > 0:
        now, awake, next_at = world.clock.mono, [], FOREVER
        for desk in desks:
            if desk.back_at <= now:
                desk.start(desk.wanted)
            next_at = min(next_at, desk.back_at)
            for walker in desk.walkers:
                if walker.wakes <= now:
                    awake.append((desk, walker))
                elif walker.wakes < next_at:
                    next_at = walker.wakes
        if awake:
            which, burst = choose(awake)
            left -= _burst(world, *awake[which], burst)
        elif next_at < FOREVER:
            world.advance(next_at - now)
        else:
            return
    world.watch.hold(False, f"L1: {STEPS} effects and still no rest")


def _burst(world: SimWorld, desk: SimDesk, walker: Walker, burst: int) -> int:
    """Some effects of one episode in a row, fewer when it sleeps or rests."""
    for done in range(burst):
        desk.step(walker)
        if walker.wakes > world.clock.mono or walker not in desk.walkers:
            return done + 1
    return burst


def settle(played: Played, choose: Chooser) -> None:
    """Faults stop; every desk starts again until nothing is open, then a person syncs and finishes what is left."""
    world, desks = played.world, played.desks
    world.faults.clear()
    world.advance(960.0)  # whatever was under way arrives
    world.heal_search()
    for desk in desks:
        desk.clock.wrong_by, desk.lag = timedelta(0), 0.0
    if not _until_quiet(world, desks, choose):
        return
    for _ in range(3):  # a sibling may take the loose money that a plan counts on: planned again then
        rest = tuple(one for one in world.ids_of_refunds if _pending(world, one))
        if not rest:
            return
        world.advance(76 * 60.0)
        desks[0].start(tuple(_wish(world, one) for one in rest))
        run(world, desks[:1], choose)
        _until_quiet(world, desks, choose)


def _wish(world: SimWorld, refund_id: str) -> str:
    """A person presses Finish, splits what has to be split, and links what was made by hand."""
    if world.half_stamped(refund_id) or world.unmarked(refund_id):
        return f"finish {refund_id}"
    if world.live(refund_id):
        return refund_id
    of_payment = (one for one in world.zuora.refunds.values() if one.payment_id == world.payment_of(refund_id))
    if refund_id in world.by_hand and any(not one.integration_id and not one.dead for one in of_payment):
        return f"link {refund_id}"
    payment = world.zuora.known_payments.get(world.payment_of(refund_id))
    return f"split {refund_id}" if payment and len(parts_of(payment)) > 1 else refund_id


def _leave_loose(world: SimWorld, desk: SimDesk) -> None:
    """A person decides for every resync that waits for its payment: the money stays loose."""
    for refund_id in world.ids_of_refunds:
        if desk.ledger.held(refund_id, "held apply"):
            skip_apply(desk.ledger, refund_id, "it is applied elsewhere")
            world.loosened.add(world.payment_of(refund_id))


def _pending(world: SimWorld, refund_id: str) -> bool:
    refund = world.netsuite.refunds.get(refund_id)
    if refund is None or world.watch.told(refund_id):
        return False
    complete = refund.status_text == "Sync Complete"
    return not complete or world.half_stamped(refund_id) or world.unmarked(refund_id)


def _until_quiet(world: SimWorld, desks: Sequence[SimDesk], choose: Chooser) -> bool:
    """L1: within so many starts every episode reaches an end."""
    for at in range(PASSES):
        still = [desk for desk in desks if desk.journal.open_episodes()]
        if not still:
            return True
        for desk in still:
            desk.start()
        run(world, still, choose)
        if at >= 2:
            for desk in still:
                _leave_loose(world, desk)
        world.advance(max(_pause(world, still), min(900.0 * 2**at, 8 * HOUR)))
    names = [(desk.name, one.state, one.reason) for desk in desks for one in Ledger(desk.journal).standings.values()]
    world.watch.hold(False, f"L1: still open after {PASSES} starts: {names}")
    return False


def _pause(world: SimWorld, desks: Sequence[SimDesk]) -> float:
    """Until the last of the times that the open episodes wait for."""
    waits = [60.0]
    for desk in desks:
        for one in desk.journal.open_episodes():
            memory = desk.journal.episode(one)[-1].event.detail["memory"]
            if "wait_until" in memory:
                until = type(world.clock.wall).fromisoformat(memory["wait_until"])
                waits.append((until - world.clock.wall).total_seconds())
    return max(waits)
