"""A Hypothesis state machine over the same world: it picks steps itself and shrinks to the smallest story."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.simulation.acts import ACTS
from tests.simulation.desks import FOREVER, OWN_ACTS, SimDesk, Walker
from tests.simulation.draw import SPOTS
from tests.simulation.faults import Fault
from tests.simulation.play import Played, Schedule, by_switches, settle
from tests.simulation.quiet import check
from tests.simulation.worlds import SimWorld

LAYOUTS = ((1,), (1, 1), (1, 2), (1, 1, 2))
NEXT_FAULTS = sorted({(verb, letter) for verb, letters, _, _ in SPOTS for letter in letters if letter not in OWN_ACTS})


class Machine(RuleBasedStateMachine):
    """Two desks at one to three refunds; a rule is a few effects of one desk, a fault ahead, an act, or a while."""

    @initialize(layout=st.sampled_from(LAYOUTS), settlement=st.booleans())
    def begin(self, layout: tuple[int, ...], settlement: bool) -> None:
        """Both desks want all refunds."""
        self.world = SimWorld(layout, (settlement, not settlement))
        wanted = tuple(self.world.ids_of_refunds)
        self.desks = [SimDesk(self.world, f"desk-{n}", wanted, careful=True, canary=False) for n in (1, 2)]
        for desk in self.desks:
            desk.start(wanted)

    def _awake(self) -> list[tuple[SimDesk, Walker]]:
        for desk in self.desks:
            if desk.back_at <= self.world.clock.mono:
                desk.start(desk.wanted)
        now = self.world.clock.mono
        return [(desk, one) for desk in self.desks for one in desk.walkers if one.wakes <= now]

    @rule(which=st.integers(0, 5), effects=st.sampled_from((1, 2, 5, 20)))
    def go_on(self, which: int, effects: int) -> None:
        """One episode does some effects."""
        for _ in range(effects):
            if awake := self._awake():
                desk, walker = awake[which % len(awake)]
                desk.step(walker)
            else:
                self._skip()

    def _skip(self) -> None:
        """Time passes until somebody wakes."""
        wakes = [one.wakes for desk in self.desks for one in desk.walkers]
        nearest = min([*wakes, *(desk.back_at for desk in self.desks)], default=FOREVER)
        if nearest < FOREVER:
            self.world.advance(max(nearest - self.world.clock.mono, 0.0))

    @rule(spot=st.sampled_from(NEXT_FAULTS), after=st.sampled_from((0.2, 30.0, 400.0, 900.0)))
    def something_will_go_wrong(self, spot: tuple[str, str], after: float) -> None:
        """The next call of a verb meets a fault."""
        verb, letter = spot
        nth = self.world.seen.get(verb, 0) + 1
        self.world.faults[verb, nth] = Fault(verb, nth, letter, after)

    @rule(act=st.sampled_from(sorted(ACTS)), which=st.integers(0, 2))
    def somebody_acts(self, act: str, which: int) -> None:
        """A person or the connector does something now."""
        ids = self.world.ids_of_refunds
        ACTS[act](self.world, ids[which % len(ids)])
        self.world.watch.money()

    @rule(seconds=st.sampled_from((1.0, 61.0, 301.0, 960.0, 4600.0, 72000.0, 90000.0)))
    def time_passes(self, seconds: float) -> None:
        """Nobody does anything for a while."""
        self.world.advance(seconds)

    @invariant()
    def nothing_is_violated(self) -> None:
        """I1 to I8, as the watch sees them at every change and line."""
        if hasattr(self, "world"):
            assert self.world.watch.violations == []

    def teardown(self) -> None:
        """Faults stop; L1, L3 and I3 hold in the end."""
        if not hasattr(self, "world"):
            return
        layout, wanted = self.world.layout, self.desks[0].wanted
        played = Played(Schedule(0, layout, self.world.route, (wanted, wanted)), self.world, self.desks)
        settle(played, by_switches(()))
        check(played.world, played.desks)
        assert played.violations == []


Machine.TestCase.settings = settings(
    max_examples=1000,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestNothingThatAnybodyDoesBreaksAnInvariant = Machine.TestCase
