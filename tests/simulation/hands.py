"""What a desk's effects meet: the world itself, and the faults that stand at them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nsz_desk.domain.errors import DeskError, NoAnswer, Refused, Setup
from nsz_desk.engine.effects import Effect
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.perform import Performer
from nsz_desk.engine.ports import Event, Written
from tests.fakes import PowerCut
from tests.fakes.zuora import FakeLine
from tests.simulation.acts import ACTS
from tests.simulation.faults import PUTS, Fault, strike
from tests.simulation.watch import Sender
from tests.simulation.worlds import SimWorld

OLD = 24 * 3600.0 - 20.0  # the age of a key that expires in a moment
PUT_LIFE = 170.0  # seconds: a PUT of Zuora's runs no longer, so that it cannot arrive later
LISTINGS = frozenset({"zuora.refunds_of_account", "zuora.refunds_updated_since"})
IDLE = 300.0  # seconds after which the other side has closed an unused connection


@dataclass(slots=True)
class Hands:
    """One desk's hands for one run of its process. `lag` is how many seconds the search is behind for it."""

    world: SimWorld
    desk: str
    performer: Performer
    lag: float = 0.0

    def do(self, e: Episode, effect: Effect) -> Any:
        """The effect as nobody disturbs it."""
        verb = effect.verb
        if verb == "journal.append":
            reply = self.performer.perform(effect)
            self.world.watch.line(self.desk, reply)
            return reply
        if verb == "zuora.create_refund":
            self.world.watch.sender = self._sender(e, effect)
            hang_up(self.world, effect.args[0])
        if self.lag and verb in LISTINGS:
            with self.behind():
                return self.performer.perform(effect)
        return self.performer.perform(effect)

    @contextmanager
    def behind(self) -> Iterator[None]:
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
        return Sender(self.desk, e.id, e.refund_id, dead, key, answered, world.clock.mono, blind)

    def under(self, fault: Fault, e: Episode, effect: Effect) -> Any:
        """The effect under a fault; an event beside it happens right before it.

        Raises:
            PowerCut: the process is gone.
            Setup: the disk is full.
        """
        letter = fault.letter
        if letter in ACTS:
            ACTS[letter](self.world, e.refund_id)
            self.world.watch.money()
            return self.do(e, effect)
        if letter == "disk_full":
            raise Setup("The disk is full.")
        if letter == "crash_before":
            raise PowerCut(str(fault))
        if letter == "crash_after":
            self.do(e, effect)
            raise PowerCut(str(fault))
        if effect.verb == "zuora.create_refund":
            hang_up(self.world, effect.args[0])
            if not effect.args[0].open:
                return self.do(e, effect)  # nothing leaves on a closed line, whatever else would have happened
        return self._struck(fault, e, effect)

    def _struck(self, fault: Fault, e: Episode, effect: Effect) -> Any:
        again, longest = self._again(e, effect), PUT_LIFE if effect.verb in PUTS else fault.after
        if fault.letter == "twice" and effect.verb in PUTS:
            longest = 0.0  # what was answered is over; it is doubled on its way, not minutes later
        return strike(
            fault,
            lambda: self.do(e, effect),
            lambda seconds: self.world.deliver_later(min(seconds, longest), again),
            lambda failure, old: self._keep(effect, failure, old=old),
        )

    def _again(self, e: Episode, effect: Effect) -> Callable[[], None]:
        """The same request arriving once more; nobody waits for its answer."""
        world, args = self.world, effect.args
        create = effect.verb == "zuora.create_refund"
        sender = self._sender(e, effect) if create else None

        def arrive() -> None:
            world.watch.late = True
            try:
                if create:
                    world.watch.sender = sender
                    world.zuora.create_refund(FakeLine(), *args[1:])
                else:
                    self.performer._call(*effect.verb.split("."))(*args)
            except DeskError:
                return
            finally:
                world.watch.late = False

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


def in_words(what: Any) -> str:
    """An effect or a reply in a line of the trace: no addresses of objects, so that two traces can be equal."""
    if isinstance(what, Effect):
        args = [one for one in what.args if not isinstance(one, FakeLine)]
        return f"{what.verb} {' '.join(in_words(one) for one in args)}"
    if isinstance(what, Event):
        told = {name: value for name, value in what.detail.items() if name not in ("plan", "memory")}
        return f"{what.kind} {told}"
    if isinstance(what, Written):
        return f"line {what.seq}"
    return str(getattr(what, "outcome", what)) + (f" {what.error}" if getattr(what, "error", None) else "")
