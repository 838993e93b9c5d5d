"""A desk as an actor: its process, its lanes, its journal and its clock, one effect at a time.

The episodes are the product's own: `Run` makes and resumes them, `walk` runs them; only the driving is ours,
because here several desks take turns effect by effect.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nsz_desk.domain.case import Desk as Knowledge
from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import DeskError, NoAnswer, Refused, Setup
from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine import plan as plans
from nsz_desk.engine.batch import Run, RunSettings
from nsz_desk.engine.effects import Effect
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.plan import NO_CALL, Plan
from nsz_desk.engine.ports import Event, Journal, Moment, Written
from nsz_desk.engine.recovery import resume
from nsz_desk.engine.runner import Walked, open_episode, walk
from tests.fakes import MemoryJournal, PowerCut, ReportNever, SerialLanes
from tests.fakes.zuora import FakeLine
from tests.simulation.acts import ACTS
from tests.simulation.faults import Fault, strike
from tests.simulation.journal import QuickJournal
from tests.simulation.watch import Sender
from tests.simulation.worlds import LIMITS, POLICY, SimWorld

REPORT, LANES = ReportNever(), SerialLanes()
AT_ONCE = frozenset({"clock.now", "report.stopping"})
NAPS = {"nap_90s": 90.0, "nap_12h": 12.5 * 3600.0, "nap_25h": 25 * 3600.0}
OLD = 24 * 3600.0 - 20.0  # the age of a key that expires in a moment
LISTINGS = frozenset({"zuora.refunds_of_account", "zuora.refunds_updated_since"})
IDLE = 300.0  # seconds after which the other side has closed an unused connection
FOREVER = float("inf")


@dataclass(slots=True)
class DeskClock:
    """The Clock port of one machine: its wall clock may be wrong, and time does not pass for it while it is off."""

    world: SimWorld
    wrong_by: timedelta = timedelta(0)

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(self.world.clock.wall + self.wrong_by, self.world.clock.mono)

    def sleep(self, seconds: float) -> None:
        """Nobody sleeps here: the schedule decides who goes on."""
        raise AssertionError("a schedule's desk never sleeps by itself")


@dataclass(slots=True)
class Walker:
    """One episode under way. `wakes` is the world's time before which it sleeps."""

    episode: Episode
    act: Generator[Effect, Any, Walked | None]
    reply: Any = None
    wakes: float = 0.0
    due: Effect | None = None  # what it was about to do when its machine fell asleep


@dataclass
class SimDesk:
    """One desk. `wanted` are the refunds that its person ticks; `careful` keeps a journal with JSON and hashes."""

    world: SimWorld
    name: str
    wanted: tuple[str, ...]
    careful: bool = False
    canary: bool = True
    lag: float = 0.0  # seconds that the search is behind for this desk: two desks may ask two replicas
    journals: list[Journal] = field(default_factory=list)
    walkers: list[Walker] = field(default_factory=list)
    back_at: float = FOREVER  # when the process starts again after a crash
    away: float = 30.0  # how long a process that died stays away
    stopping: bool = False
    skipped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A new journal and a clock."""
        self.clock = DeskClock(self.world)
        self.new_journal()

    def new_journal(self) -> None:
        """An empty journal: the first, or one after the disk was lost."""
        now = lambda: self.world.clock.wall  # noqa: E731 - one word for both kinds
        self.journal: Journal = MemoryJournal(now) if self.careful else QuickJournal(now)
        self.journals.append(self.journal)

    # The process.

    def start(self, wanted: tuple[str, ...] = ()) -> None:
        """The process starts: everything open is resumed, then the wanted refunds are planned and queued by lane."""
        world = self.world
        self.back_at, self.away, self.stopping = FOREVER, 30.0, False
        self.ledger = Ledger(self.journal)
        settings = RunSettings(world.pair, POLICY, LIMITS, self.name, (), ())
        new_id = lambda: f"ep{next(world.ids):04}"  # noqa: E731
        self.run = Run(
            settings, world.netsuite, world.zuora, self.ledger, self.clock, LANES, REPORT, lambda event: None, new_id
        )
        assert self.run._performer is not None
        self.hands = self.run._performer
        queue = [(resume(self.run, one), True) for one in self.ledger.open_episodes()]
        queue += [(e, False) for refund_id in wanted if (e := self._planned(refund_id))]
        self.halted = False
        self.lanes: dict[str, list[tuple[Episode, bool]]] = {}
        self.walkers = []
        for e, resumed in queue:
            self.lanes.setdefault(e.plan.account_id, []).append((e, resumed))
        self.alone = self.canary and bool(wanted)
        self._fill()

    def _fill(self) -> None:
        """Start the next episode of every lane that is free; while the canary flies, of one lane only."""
        busy = {one.episode.plan.account_id for one in self.walkers}
        for lane, queue in self.lanes.items():
            if self.alone and self.walkers:
                return
            if queue and lane not in busy:
                e, resumed = queue.pop(0)
                if self.halted and not resumed:
                    queue.clear()
                    continue
                e.canary = self.alone
                self.walkers.append(Walker(e, self._whole(e, resumed=resumed)))

    def _whole(self, e: Episode, *, resumed: bool) -> Generator[Effect, Any, Walked | None]:
        """As the product's Run does: an open doubt is inherited, never doubled."""
        if not resumed:
            if self.ledger.words(e.refund_id):
                return None
            yield from open_episode(e, "looked at by Recover" if e.adopt_only else "a schedule")
        walked = yield from walk(e, lambda state, reason: None)
        return walked

    def crash(self) -> None:
        """The process is gone, and starts again later."""
        self.world.say(self.name, "is gone, back in", self.away)
        for one in self.walkers:
            one.act.close()
        self.walkers, self.lanes = [], {}
        self.back_at = self.world.clock.mono + self.away

    # Planning: what the list would show, without judging: an old plan is the worse case.

    def _planned(self, refund_id: str) -> Episode | None:
        refund = self.world.netsuite.refunds.get(refund_id)
        if refund is None or self.ledger.words(refund_id):
            return None
        status = POLICY.status.meaning(refund.status_text)
        if status is Status.COMPLETE and refund.zuora_id and not self.world.half_stamped(refund_id):
            return None
        with self._behind():
            own = self.world.zuora._shown(lambda one: one.integration_id == refund_id)
        adopt = any(not one.dead for one in own)
        try:
            plan = self._derive(refund_id, own, adopt=adopt)
        except (FactMissing, DeskError):
            self.world.no_plan.add(refund_id)
            return None
        return self.run.episode(plan, adopt_only=True) if adopt else self.run.episode(plan)

    def _derive(self, refund_id: str, own: tuple[ZuoraRefund, ...], *, adopt: bool) -> Plan:
        world = self.world
        facts = world.netsuite._facts(refund_id)
        payment_id = world.payment_of(refund_id)
        payment = world.zuora.payment(payment_id) if payment_id in world.zuora.known_payments else None
        owner = world.zuora.known_accounts[payment.account_id] if payment else None
        case = RefundCase(
            refund=facts.refund,
            memos=facts.memos,
            customer_fact=facts.customer,
            payment_fact=payment,
            account_fact=owner,
            customer_account_fact=owner,
            own_refunds_fact=own,
            payment_refunds_fact=(),
            siblings_fact=(),
            netsuite_periods=(),
            zuora_periods=(),
            policy=POLICY,
            now=world.clock.wall,
            desk=Knowledge(self.name),
        )
        return plans.derive(world.pair, case, (), NO_CALL) if adopt else plans.derive(world.pair, case)

    # One step.

    def step(self, walker: Walker) -> None:
        """One effect of one episode; a sleep only notes when to wake."""
        try:
            while True:
                effect = walker.due or walker.act.send(walker.reply)
                walker.due = None
                if effect.verb == "clock.now":
                    walker.reply = self.clock.now()
                elif effect.verb == "report.stopping":
                    walker.reply = self.stopping
                elif effect.verb == "clock.sleep":
                    walker.reply, walker.wakes = None, self.world.clock.mono + effect.args[0]
                    self.world.say(self.name, walker.episode.refund_id, "sleeps", effect.args[0])
                    return
                elif nap := self._nap(effect):
                    self._sleep(walker, effect, nap)
                    return
                else:
                    walker.reply = self._perform(walker, effect)
                    return
        except StopIteration as end:
            self._rested(walker, end.value)
        except (PowerCut, Setup):  # the power, or a full disk: a failed commit counts as a crash
            self.crash()

    def _nap(self, effect: Effect) -> float:
        """Seconds for which this machine falls asleep right before the effect, 0 when it does not."""
        if not self.world.faults:
            return 0.0
        fault = self.world.faults.get((effect.verb, self.world.seen.get(effect.verb, 0) + 1))
        if fault is None or fault.letter not in NAPS:
            return 0.0
        self.world.say("FAULT", fault)
        self.world.struck.append(self.world.faults.pop((fault.verb, fault.nth)))
        return NAPS[fault.letter]

    def _sleep(self, walker: Walker, effect: Effect, seconds: float) -> None:
        """All of this machine sleeps while the others go on; then it does what it was about to do."""
        walker.due, until = effect, self.world.clock.mono + seconds
        for one in self.walkers:
            one.wakes = max(one.wakes, until)

    def _rested(self, walker: Walker, walked: Walked | None) -> None:
        if walker not in self.walkers:
            return  # the process has died meanwhile
        self.world.say(self.name, walker.episode.refund_id, "rests:", walked)
        self.walkers.remove(walker)
        e = walker.episode
        if self.alone and e.memory.get("not_in_search"):
            self.halted = True
        if walked and walked.reason.startswith("duplicate"):
            self.halted = True
        if e.memory.get("origin") == "created":
            self.alone = False
        self._fill()

    def _perform(self, walker: Walker, effect: Effect) -> Any:
        world = self.world
        nth = world.seen[effect.verb] = world.seen.get(effect.verb, 0) + 1
        fault = world.faults.pop((effect.verb, nth), None) if world.faults else None
        if fault is not None:
            world.struck.append(fault)
            world.say("FAULT", fault)
            reply = self._under(fault, walker, effect)
        else:
            reply = self._do(walker.episode, effect)
        if effect.verb == "zuora.create_refund":
            world.watch.answers[self.name, walker.episode.id] = reply.outcome.value
        if world.trace is not None:
            world.say(self.name, walker.episode.refund_id, walker.episode.state, _words(effect), "->", _words(reply))
        return reply

    def _do(self, e: Episode, effect: Effect) -> Any:
        if effect.verb == "zuora.create_refund":
            self.world.watch.sender = self._sender(e, effect)
            hang_up(self.world, effect.args[0])
        if self.lag and effect.verb in LISTINGS:
            with self._behind():
                return self.hands.perform(effect)
        reply = self.hands.perform(effect)
        if effect.verb == "journal.append":
            self.world.watch.line(self.name, reply)
        return reply

    @contextmanager
    def _behind(self) -> Iterator[None]:
        """The search as this desk sees it."""
        zuora, before = self.world.zuora, self.world.zuora.search_lag
        zuora.search_lag = max(before, self.lag)
        try:
            yield
        finally:
            zuora.search_lag = before

    def _sender(self, e: Episode, effect: Effect) -> Sender:
        world, key, answered = self.world, str(effect.args[2]), tuple(e.memory.get("answered", ()))
        dead, blind = e.plan.known_dead, world.zuora.blind
        return Sender(self.name, e.id, e.refund_id, dead, key, answered, world.clock.mono, blind)

    def _under(self, fault: Fault, walker: Walker, effect: Effect) -> Any:
        e, letter = walker.episode, fault.letter
        if letter in ACTS:
            ACTS[letter](self.world, e.refund_id)
            self.world.watch.money()
            return self._do(e, effect)
        if letter in OWN_ACTS:
            OWN_ACTS[letter](self)
            return self._do(e, effect)
        if letter == "disk_full":
            raise Setup("The disk is full.")
        if letter == "crash_before":
            raise PowerCut(str(fault))
        if letter == "crash_after":
            self._do(e, effect)
            raise PowerCut(str(fault))
        if effect.verb == "zuora.create_refund":
            hang_up(self.world, effect.args[0])
            if not effect.args[0].open:
                return self._do(e, effect)  # nothing leaves on a closed line, whatever else would have happened
        again = self._again(e, effect)
        return strike(
            fault,
            lambda: self._do(e, effect),
            lambda seconds: self.world.deliver_later(seconds, again),
            lambda failure, old: self._keep(effect, failure, old=old),
        )

    def _again(self, e: Episode, effect: Effect) -> Callable[[], None]:
        """The same request arriving once more; nobody waits for its answer."""
        world, args = self.world, effect.args
        create = effect.verb == "zuora.create_refund"
        sender = self._sender(e, effect) if create else None

        def arrive() -> None:
            try:
                if create:
                    world.watch.sender = sender
                    world.zuora.create_refund(FakeLine(), *args[1:])
                else:
                    self.hands._call(*effect.verb.split("."))(*args)
            except DeskError:
                return

        return arrive

    def _keep(self, effect: Effect, failure: DeskError | None, *, old: bool) -> DeskError | None:
        """Let Zuora store a failure under the key of this create; None when the key held something already."""
        _, call, key, _ = effect.args
        keys, content = self.world.zuora.keys, call
        if failure is None:
            content = type(call)(call.method, call.path, call.body + " ")
        kept = failure if isinstance(failure, Refused | NoAnswer) else Refused("Refused.", code="53200030")
        if not keys.keep_failure(key, content, kept):
            return None
        if old:
            keys.stored[key].since -= OLD
        return failure


def hang_up(world: SimWorld, line: FakeLine) -> None:
    """A connection does not outlive a suspended machine; it never opens itself again (the pinned line)."""
    if world.clock.mono - line.born > IDLE:
        line.close()


def _lose_journal(desk: SimDesk) -> None:
    """The disk is lost: the next start has an empty journal. 76 minutes pass until a new machine stands there."""
    desk.new_journal()
    desk.away = 76 * 60.0
    raise PowerCut("the disk is lost")


def _wrong(desk: SimDesk, seconds: float) -> None:
    desk.clock.wrong_by += timedelta(seconds=seconds)


def _stop(desk: SimDesk) -> None:
    desk.stopping = True


OWN_ACTS: dict[str, Callable[[SimDesk], None]] = {
    "clock_back": lambda desk: _wrong(desk, -3600.0),
    "clock_forth": lambda desk: _wrong(desk, 3600.0),
    "lost_journal": _lose_journal,
    "user_stops": _stop,
}


def _words(what: Any) -> str:
    """An effect or a reply in a line of the trace: no addresses of objects, so that two traces can be equal."""
    if isinstance(what, Effect):
        args = [one for one in what.args if not isinstance(one, FakeLine)]
        return f"{what.verb} {' '.join(_words(one) for one in args)}"
    if isinstance(what, Event):
        told = {name: value for name, value in what.detail.items() if name not in ("plan", "memory")}
        return f"{what.kind} {told}"
    if isinstance(what, Written):
        return f"line {what.seq}"
    return str(getattr(what, "outcome", what)) + (f" {what.error}" if getattr(what, "error", None) else "")
