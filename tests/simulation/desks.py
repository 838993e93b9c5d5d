"""A desk as an actor: its process, its lanes, its journal and its clock, one effect at a time.

The episodes are the product's own: `Run` makes and resumes them, `walk` runs them; only the driving is ours,
because here several desks take turns effect by effect.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.batch import Run, RunSettings
from nsz_desk.engine.effects import Effect
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.ports import Journal, Moment
from nsz_desk.engine.recovery import resume
from nsz_desk.engine.runner import Walked, open_episode, walk
from tests.fakes import MemoryJournal, PowerCut, ReportNever, SerialLanes
from tests.simulation.faults import Fault
from tests.simulation.hands import Hands, in_words
from tests.simulation.journal import QuickJournal
from tests.simulation.wishes import Wishes, subject
from tests.simulation.worlds import LIMITS, POLICY, SimWorld

REPORT, LANES = ReportNever(), SerialLanes()
NAPS = {"nap_90s": 90.0, "nap_12h": 12.5 * 3600.0, "nap_25h": 25 * 3600.0}
FOREVER = float("inf")
UNDOES = frozenset({"RESYNC", "LINK", "UNLINK"})


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
    """One desk. `wanted` are its person's wishes (see `wishes`); `careful` keeps a journal with JSON and hashes."""

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
    died: bool = False
    stopping: bool = False
    lanes: dict[str, list[tuple[Episode, bool]]] = field(default_factory=dict)
    later: tuple[str, ...] = ()  # wishes that wait until everything before them rests

    def __post_init__(self) -> None:
        """A new journal and a clock."""
        self.clock = DeskClock(self.world)
        self.new_journal()

    def new_journal(self) -> None:
        """An empty journal: the first, or one after the disk was lost."""
        now = lambda: self.world.clock.wall  # noqa: E731 - one word for both kinds
        self.journal: Journal = MemoryJournal(now) if self.careful else QuickJournal(now)
        self.journals.append(self.journal)
        if len(self.journals) == 1:
            self.ledger = Ledger(self.journal)

    # The process.

    def start(self, wanted: tuple[str, ...] = ()) -> None:
        """The process starts: everything open is resumed, then the wishes are planned and queued by lane.

        A second wish for the same refund is planned when everything before it has come to rest.
        """
        world = self.world
        self.back_at, self.away, self.stopping = FOREVER, 30.0, False
        if self.careful or self.ledger.journal is not self.journal or self.died:
            self.ledger = Ledger(self.journal)  # else it is what a replay would give: L3 is asked in the end
        self.died = False
        settings = RunSettings(world.pair, POLICY, LIMITS, self.name, (), ())
        new_id = lambda: f"ep{next(world.ids):04}"  # noqa: E731
        self.run = Run(
            settings, world.netsuite, world.zuora, self.ledger, self.clock, LANES, REPORT, lambda event: None, new_id
        )
        self.hands = Hands(world, self.name, self.run.hands, self.lag)
        world.watch.restarted(self.name)
        self.halted, self.walkers, self.lanes = False, [], {}
        for one in self.ledger.open_episodes():
            self._queue(resume(self.run, one), resumed=True)
        self.later = wanted
        self.alone = self.canary and bool(wanted)
        self._plan()
        self._fill()

    def _queue(self, e: Episode, *, resumed: bool) -> None:
        self.lanes.setdefault(e.plan.account_id, []).append((e, resumed))

    def _plan(self) -> None:
        """Plan the next wishes, one for each refund."""
        wishes, seen, later = Wishes(self.world, self.run, self.hands), set[str](), list[str]()
        for wish in self.later:
            if subject(wish) in seen:
                later.append(wish)
            elif e := wishes.episode(wish):
                self._queue(e, resumed=False)
            seen.add(subject(wish))
        self.later = tuple(later)

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
            words = self.ledger.open_words if e.kind in UNDOES else self.ledger.words
            if words(e.refund_id):
                return None
            if e.kind == "RESYNC" and self.ledger.loose_beside(e.plan.payment_id, e.refund_id):
                return None
            yield from open_episode(e, "looked at by Recover" if e.adopt_only else "a schedule")
        walked = yield from walk(e, lambda state, reason: None)
        return walked

    def crash(self) -> None:
        """The process is gone, and starts again later."""
        self.world.say(self.name, "is gone, back in", self.away)
        for one in self.walkers:
            one.act.close()
        self.walkers, self.lanes, self.later = [], {}, ()
        self.back_at, self.died = self.world.clock.mono + self.away, True

    # One step.

    def step(self, walker: Walker) -> None:
        """One effect of one episode; a sleep only notes when to wake."""
        try:
            while True:
                effect = walker.due or walker.act.send(walker.reply)
                walker.due = None
                verb = effect.verb
                if verb == "clock.now":
                    walker.reply = self.clock.now()
                elif verb == "report.stopping":
                    walker.reply = self.stopping
                elif verb == "clock.sleep":
                    walker.reply, walker.wakes = None, self.world.clock.mono + effect.args[0]
                    self.world.say(self.name, walker.episode.refund_id, "sleeps", effect.args[0])
                    return
                elif self.world.faults and (nap := self._nap(effect)):
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
        if self.later and not self.walkers and not self.halted:
            self._plan()
            self._fill()

    def _perform(self, walker: Walker, effect: Effect) -> Any:
        world, verb, e = self.world, effect.verb, walker.episode
        nth = world.seen[verb] = world.seen.get(verb, 0) + 1
        fault = world.faults.pop((verb, nth), None) if world.faults else None
        reply = self.hands.do(e, effect) if fault is None else self._under(fault, e, effect)
        if verb == "zuora.create_refund":
            world.watch.answers[self.name, e.id] = reply.outcome.value
        if world.trace is not None:
            world.say(self.name, e.refund_id, e.state, in_words(effect), "->", in_words(reply))
        return reply

    def _under(self, fault: Fault, e: Episode, effect: Effect) -> Any:
        self.world.struck.append(fault)
        self.world.say("FAULT", fault)
        if fault.letter in OWN_ACTS:
            OWN_ACTS[fault.letter](self)
            return self.hands.do(e, effect)
        return self.hands.under(fault, e, effect)


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
