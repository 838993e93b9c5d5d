"""Random schedules of splits and links: two desks effect by effect, faults anywhere; an oracle sees every change."""

import random
from collections.abc import Callable

import pytest

from nsz_desk.engine.allocate import memory_of
from nsz_desk.engine.flow import edges
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.link_offer import LinkChoice, choose
from nsz_desk.engine.link_run import link_episode
from nsz_desk.engine.perform import Performer, SharedReads
from nsz_desk.engine.runner import FLOWS
from tests.builders import usd
from tests.engine.splits import HAND, SplitWorld
from tests.engine.test_schedules import QUIET, Actor, plant, unanswered
from tests.engine.worlds import HOUR
from tests.fakes import MemoryJournal, ReportNever

OTHER = (("inv-1", usd("100.00")),)
BY_HAND = {"integration_id": "", "origin": "", "sync_date": "", "transferred": "No"}


class Splitter(Actor):
    """A desk on which a person has approved a split."""

    def __init__(self, world: SplitWorld, name: str, journal: MemoryJournal, parts: object = HAND) -> None:
        allotment = world.allot(parts)  # type: ignore[arg-type]
        self.sit(world, name, journal)
        run = world.desk(name, journal)._run(ReportNever(), world.told.append)
        self.episode = run.episode(allotment.plan, "ALLOCATED", "needs allocation", **memory_of(allotment))

    def sit(self, world: SplitWorld, name: str, journal: MemoryJournal) -> None:
        """Everything of an actor but its episode."""
        self.world, self.name, self.journal = world, name, journal
        self.wakes, self.ended, self.reply = 0.0, "", None
        self.ledger, shared = Ledger(journal), SharedReads(world.zuora)
        self.hands = Performer(world.netsuite, world.zuora, self.ledger, world.clock, ReportNever(), shared)
        self.act = self._whole()


class Linker(Splitter):
    """A desk on which a person has picked a refund that was made by hand."""

    def __init__(self, world: SplitWorld, name: str, journal: MemoryJournal, key: str) -> None:
        desk = world.desk(name, journal)
        found = desk.candidates("901", ReportNever())
        choice = choose(world.pair, found, key)  # type: ignore[arg-type]
        assert isinstance(choice, LinkChoice)
        self.sit(world, name, journal)
        self.episode = link_episode(desk._run(ReportNever(), world.told.append), choice)


Stage = Callable[[random.Random], tuple[SplitWorld, list[Actor]]]


def two_splits(dice: random.Random) -> tuple[SplitWorld, list[Actor]]:
    """Two people have split the same refund, most often differently."""
    world = SplitWorld(settlement=dice.random() < 0.5, crud=dice.random() < 0.5)
    splits = (HAND, dice.choice((OTHER, HAND)))
    return world, [Splitter(world, f"desk-{n}", world.new_journal(), one) for n, one in enumerate(splits, 1)]


def two_links(dice: random.Random) -> tuple[SplitWorld, list[Actor]]:
    """Two people have picked among two refunds made by hand."""
    world = SplitWorld()
    for key in ("hand-1", "hand-2"):
        world.foreign(
            id=key, number=key.upper(), parts=(("inv-1", usd("100.00")),) if key[-1] == "1" else HAND, **BY_HAND
        )
    keys = ("hand-1", dice.choice(("hand-1", "hand-2", "hand-2")))
    return world, [Linker(world, f"desk-{n}", world.new_journal(), key) for n, key in enumerate(keys, 1)]


def play(stage: Stage, seed: int) -> tuple[SplitWorld, list[Actor]]:
    """One schedule to its end, then starts of both desks until nothing is open."""
    dice = random.Random(seed)
    world, actors = stage(dice)
    plant(world, dice)
    for _ in range(3000):
        awake = [one for one in actors if one.act and one.wakes <= world.clock.mono]
        if awake:
            dice.choice(awake).step()
        elif asleep := [one.wakes for one in actors if one.act]:
            world.clock.advance(max(min(asleep) - world.clock.mono, 0.0))
        else:
            break
    assert not [one for one in actors if one.act], "a desk never came to rest"
    world.zuora.fails.heal()
    world.netsuite.fails.heal()
    for _ in range(45):
        still = [desk for one in actors if (desk := world.desk(one.name, one.journal)).open_episodes()]
        for desk in still:
            world.recover(desk)
        if not still:
            break
        world.clock.advance(HOUR)
    return world, actors


def check(world: SplitWorld, actors: list[Actor]) -> set[str]:
    """Legal moves, whole chains, nothing open; complete over one live refund, and two live are told. The ends."""
    assert world.oracle.violations == []
    ends = set[str]()
    for one in actors:
        one.journal.verify()
        kinds = {
            line.event.episode: line.event.detail["table"]
            for line in one.journal.lines()
            if "table" in line.event.detail
        }
        for line in one.journal.lines():
            detail = line.event.detail
            if line.event.kind == "outcome":
                legal = {
                    (state, outcome.value, target) for state, outcome, target in edges(FLOWS[kinds[line.event.episode]])
                }
                assert (detail["state"], detail["outcome"], detail["next"]) in legal, "I4: no such move"
            if "end" in detail:
                ends.add(str(detail["end"]))
        assert one.journal.open_episodes() == (), "L1: an episode never ended"
        if one.ended in QUIET:
            assert not unanswered(one.journal), "I8: an unanswered create ended where nobody looks again"
    live = {refund.id for refund in world.live()}
    if len(live) > 1:
        assert "review" in ends, f"two live and nobody was told: {ends}"
    if world.refund.status_text == "Sync Complete":
        assert world.refund.zuora_id in live
        assert world.refund.zuora_id == world.memo.zuora_id or ends & {"review", "drift"}
    return ends


@pytest.mark.parametrize("stage", [two_splits, two_links], ids=lambda stage: stage.__name__)
@pytest.mark.parametrize("block", range(5))
def test_no_schedule_doubles_in_silence(stage: Stage, block: int) -> None:
    """Thirty seeds each, 150 of each kind."""
    for seed in range(block * 30, block * 30 + 30):
        try:
            check(*play(stage, seed))
        except BaseException as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        (two_splits, {"complete", "review", "busy", "stopped"}),
        (two_links, {"complete", "review", "busy", "stopped"}),
    ],
    ids=["splits", "links"],
)
def test_the_schedules_reach_what_they_are_for(stage: Stage, wanted: set[str]) -> None:
    """Among 60 are successes, conflicts that a person sees, and desks that step back: a dull set would prove little."""
    ends = set[str]()
    for seed in range(60):
        ends |= check(*play(stage, seed))
    assert wanted <= ends
