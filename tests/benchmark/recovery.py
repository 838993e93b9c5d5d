"""Recovery of 500 open episodes, cut at every write of a sync, against the time of the remote calls alone."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from unittest.mock import patch

from nsz_desk.engine.batch import Run
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.ports import Event, Written
from nsz_desk.engine.results import BatchResult, Result
from tests.benchmark.desks import Quiet, desk_on
from tests.benchmark.ideal import bound
from tests.benchmark.rounds import Figure, milliseconds
from tests.benchmark.syncing import (
    Tape,
    TapedLanes,
    approved,
    beaten_by_no_order,
    floor_words,
    least,
    slow_simulator,
    taped,
)

EPISODES = 500
LATENCY = 0.1  # seconds a call
WRITES = 5  # claim, create, mark, and the two stamps


class PowerCut(BaseException):
    """The end of the process, for one episode: no line after it is written."""


@dataclass
class CutJournal:
    """The journal of a desk that dies in each episode after one of its writes, before the answer is noted."""

    journal: Any
    intents: Counter[str] = field(default_factory=Counter)
    fatal: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.journal, name)

    def append(self, event: Event) -> Written:
        """Write the line, unless the desk is dead by then."""
        with self.lock:
            fatal = self.fatal.setdefault(event.episode, len(self.fatal) % WRITES + 1) if event.episode else 0
            self.intents[event.episode] += event.kind == "intent"
            if event.kind == "outcome" and fatal and self.intents[event.episode] == fatal:
                raise PowerCut
        written: Written = self.journal.append(event)
        return written


def cut_off(desk: Desk, count: int) -> None:
    """Leave `count` episodes open; the one that would go alone goes with the others."""
    batch, journal = approved(desk, count), desk.ledger.journal
    cut: Any = CutJournal(journal)
    desk.ledger.journal = cut
    with patch.object(Run, "_canary", lambda run, episodes: list(episodes)):
        try:
            desk.sync(batch, Quiet(), lambda event: None)
        except (PowerCut, BaseExceptionGroup):
            desk.ledger.journal = journal
    left = len(desk.open_episodes())
    assert left == count, f"{left} of {count} episodes are open"


def figures(count: int = EPISODES) -> list[Figure]:
    """One run: the latency makes its length. Reading the list is another benchmark's matter."""
    tape = Tape()
    with slow_simulator(count * 5 // 4, LATENCY) as said, desk_on(said) as desk:
        cut_off(desk, count)
        desk.lanes = TapedLanes(desk.lanes, tape)
        with taped(tape):
            begun = perf_counter()
            result = desk.look(Quiet(), lambda event: None)
            wall = perf_counter() - begun
    _all_finished(result, count)
    return [_figure(tape, wall, count, said)]


def _all_finished(result: BatchResult, count: int) -> None:
    other = [one.reason for one in result.results if one.result is not Result.COMPLETE]
    assert len(result.results) == count, f"{len(result.results)} of {count} were looked at"
    assert not other, other


def _figure(tape: Tape, wall: float, count: int, said: dict[str, Any]) -> Figure:
    best = least(tape, LATENCY, said)
    return Figure(
        f"recovery of {count} open episodes / its remote calls alone",
        wall / best,
        "x",
        "<= 1.2",
        f"{milliseconds(wall)} wall: all finished, {tape.count:,} calls at {LATENCY * 1000:.0f} ms",
        f"{milliseconds(best)}: {floor_words(said)}",
        beaten_by_no_order(least(tape, LATENCY, said, bound), wall),
    )
