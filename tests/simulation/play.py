"""One schedule, from its first step until nothing moves any more, and what must be true then."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nsz_desk.engine.ledger import Ledger
from tests.simulation.desks import FOREVER, SimDesk, Walker
from tests.simulation.faults import Fault
from tests.simulation.worlds import HOUR, SimWorld

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
    if schedule.history:
        _past(world, schedule.history[0])
    if schedule.foreign_dead:
        world.cancel(world.zuora.refunds[world.foreign("901", ours=True)])
        world.meddled.clear()
        world.advance(schedule.foreign_dead * HOUR)
    world.faults = {(one.verb, one.nth): one for one in schedule.faults}
    for at, wanted in enumerate(schedule.desks, start=1):
        lag = schedule.lags[at - 1] if schedule.lags else 0.0
        desk = SimDesk(world, f"desk-{at}", wanted, schedule.careful, schedule.canary, lag)
        desk.start(wanted)
        played.desks.append(desk)
    run(world, played.desks, choose)
    played.rested = dict(world.seen)
    settle(played, choose)
    check(played)
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
    """Faults stop; every desk starts again until nothing is open, then a person syncs what is left."""
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
        desks[0].start(rest)
        run(world, desks[:1], choose)
        _until_quiet(world, desks, choose)


def _pending(world: SimWorld, refund_id: str) -> bool:
    refund = world.netsuite.refunds.get(refund_id)
    if refund is None or world.watch.told(refund_id):
        return False
    return refund.status_text != "Sync Complete" or world.half_stamped(refund_id)


def _until_quiet(world: SimWorld, desks: Sequence[SimDesk], choose: Chooser) -> bool:
    """L1: within so many starts every episode reaches an end."""
    for at in range(PASSES):
        still = [desk for desk in desks if desk.journal.open_episodes()]
        if not still:
            return True
        for desk in still:
            desk.start()
        run(world, still, choose)
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


def check(played: Played) -> None:
    """I3, I4's chain, L1's "none lost" and L3, when all is quiet."""
    world, watch = played.world, played.world.watch
    if not world.struck and len(played.desks) == 1 and len(world.layout) == 1 and not world.meddled:
        ends = [end for end, _ in watch.ends.get("901", [])]
        watch.hold(ends[-1:] == ["complete"], f"L2: without any fault 901 ends {ends}")
    for desk in played.desks:
        for journal in desk.journals:
            journal.verify()
        watch.hold(Ledger(desk.journal).standings == desk.ledger.standings, f"L3: {desk.name} shows not its journal")
    for refund_id in world.ids_of_refunds:
        at = world.meddled.get(refund_id)
        if at is None or at < watch.looked.get(refund_id, 0.0):
            watch.stamps(refund_id, world.memo_id(refund_id))
        if at is not None:
            continue
        if not watch.told(refund_id):
            _not_lost(world, refund_id)


def _not_lost(world: SimWorld, refund_id: str) -> None:
    """Nobody meddled and nobody was told to look: complete with one live refund, or refused, or there is no room."""
    live, refund = world.live(refund_id), world.netsuite.refunds[refund_id]
    done = len(live) == 1 and refund.zuora_id == live[0].id and refund.status_text == "Sync Complete"
    room = world.zuora.payment(world.payment_of(refund_id)).refundable
    ends = world.watch.ends.get(refund_id, [])
    full = not live and not refund.zuora_id and (room < refund.amount or refund_id in world.no_plan)
    said_no = not live and bool(ends) and ends[-1][0] in ("refused", "unmade")
    world.watch.hold(
        done or full or said_no, f"L1: {refund_id} is lost: {refund.status_text!r} {refund.zuora_id!r} {live} {ends}"
    )
