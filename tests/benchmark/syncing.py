"""Syncing 200 refunds at 200 ms a call, against the ideal of the same calls at the same limits; the journal's share."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from unittest.mock import patch

from nsz_desk.engine.desk import Desk
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Event, Written
from nsz_desk.engine.results import Result
from nsz_desk.gateways.http import Http, HttpLine
from nsz_desk.journal.store import SqlJournal
from nsz_desk.rules.book import Verdict
from tests.benchmark.desks import Quiet, desk_on
from tests.benchmark.ideal import Lane, bound, makespan
from tests.benchmark.rounds import Figure, milliseconds

REFUNDS = 200
LATENCY = 0.2  # seconds a call, where nothing else is said
SOAP = "/services/NetSuitePort"
Ideal = Callable[[Sequence[Lane], Mapping[str, int], int, float], float]  # as `makespan`
ALONE = ""  # the lane of calls that the run makes outside of every lane


@dataclass
class Tape:
    """What a run did: the calls of each lane, seconds in the journal and in the lanes' jobs."""

    calls: dict[str, list[str]] = field(default_factory=dict)
    journal: list[float] = field(default_factory=list)
    episodes: list[float] = field(default_factory=list)
    here: threading.local = field(default_factory=threading.local)

    def called(self, url: str) -> None:
        """Write down one call of the lane that this thread is in."""
        lane = getattr(self.here, "lane", ALONE)
        self.calls.setdefault(lane, []).append("netsuite" if SOAP in url else "zuora")

    @property
    def count(self) -> int:
        """How many calls were made."""
        return sum(map(len, self.calls.values()))

    def job(self, lane: str, work: Callable[[], None]) -> tuple[str, Callable[[], None]]:
        """The same job, its lane known and its time taken."""

        def timed() -> None:
            self.here.lane = lane
            begun = perf_counter()
            work()
            self.episodes.append(perf_counter() - begun)

        return lane, timed


@dataclass
class TapedLanes:
    """The desk's lanes, with every job written down."""

    lanes: Any
    tape: Tape

    def run(self, jobs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Run them as the lanes do."""
        self.lanes.run([self.tape.job(lane, work) for lane, work in jobs])


@contextmanager
def taped(tape: Tape) -> Iterator[None]:
    """Write down calls and journal lines while the block runs."""
    send, line_send, append = Http.send, HttpLine.send, SqlJournal.append

    def pooled(self: Http, method: str, url: str, **more: Any) -> Any:
        tape.called(url)
        return send(self, method, url, **more)

    def pinned(self: HttpLine, method: str, path: str, *more: Any, **named: Any) -> Any:
        tape.called(path)
        return line_send(self, method, path, *more, **named)

    def journalled(self: SqlJournal, event: Event) -> Written:
        begun = perf_counter()
        written = append(self, event)
        tape.journal.append(perf_counter() - begun)
        return written

    with ExitStack() as stack:
        for owner, name, put in (
            (Http, "send", pooled),
            (HttpLine, "send", pinned),
            (SqlJournal, "append", journalled),
        ):
            stack.enter_context(patch.object(owner, name, put))
        yield


@contextmanager
def slow_simulator(refunds: int, latency: float) -> Iterator[dict[str, Any]]:
    """A simulator in a process of its own that takes its time for every answer."""
    command = [sys.executable, "-m", "nsz_desk", "simulator", "--scenario", "month-end", "--refunds", str(refunds)]
    command += ["--latency-ms", str(round(latency * 1000))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def approved(desk: Desk, count: int) -> Batch:
    """The plans of `count` ready refunds."""
    ready = [row.id for row in desk.pending(Quiet()).rows if row.verdict is Verdict.READY]
    batch = desk.plan(ready[:count], Quiet())
    assert len(batch.plans) == count, batch.refused
    return batch


def figures(count: int = REFUNDS, latency: float = LATENCY) -> list[Figure]:
    """Both figures from one run: the latency makes its length, so one round is enough."""
    tape = Tape()
    with slow_simulator(count * 5 // 4, latency) as said, desk_on(said) as desk:
        batch = approved(desk, count)
        desk.lanes = TapedLanes(desk.lanes, tape)
        with taped(tape):
            begun = perf_counter()
            result = desk.sync(batch, Quiet(), lambda event: None)
            wall = perf_counter() - begun
    done = sum(one.result is Result.COMPLETE for one in result.results)
    assert done == count, [one.reason for one in result.results if one.result is not Result.COMPLETE]
    return [against_ideal(f"sync of {count} refunds", tape, wall, latency, said), _journal_share(tape)]


def against_ideal(what: str, tape: Tape, wall: float, latency: float, said: Mapping[str, Any]) -> Figure:
    """The time that the calls of the tape take at least, as a share of the time that they took."""
    best, bare = least(tape, latency, said), least(tape, latency, said, bound)
    return Figure(
        f"{what} at {latency * 1000:.0f} ms a call: ideal / ours",
        100 * best / wall,
        " %",
        ">= 90",
        f"{milliseconds(wall)} wall: {tape.count:,} calls",
        f"{milliseconds(best)}: {floor_words(said)}",
        beaten_by_no_order(bare, wall),
    )


def beaten_by_no_order(bare: float, wall: float) -> str:
    """The stricter floor, for people: it leaves no lane idle at the end."""
    return f"{milliseconds(bare)} in the best order of the lanes there could be: {100 * bare / wall:.3g} % of it"


def least(tape: Tape, latency: float, said: Mapping[str, Any], ideal: Ideal = makespan) -> float:
    """Seconds that the calls of the tape take if each lasts one latency and nothing else takes time."""
    lanes = [calls for lane, calls in tape.calls.items() if lane != ALONE]
    alone = len(tape.calls.get(ALONE, [])) * latency
    return alone + ideal(lanes, limits_of(said), said["profile"]["lanes"], latency)


def limits_of(said: Mapping[str, Any]) -> dict[str, int]:
    """How many calls each system takes at once."""
    return {system: said["profile"][system].get("calls_at_once", 4) for system in ("netsuite", "zuora")}


def floor_words(said: Mapping[str, Any]) -> str:
    """What the floor is, for people."""
    words = ", ".join(f"{system} {most} at once" for system, most in limits_of(said).items())
    return f"the same calls in the same order, {said['profile']['lanes']} lanes, {words}, nothing else takes time"


def _journal_share(tape: Tape) -> Figure:
    spent, whole = sum(tape.journal), sum(tape.episodes)
    return Figure(
        "journal's share of a sync",
        100 * spent / whole,
        " %",
        "< 3",
        f"{milliseconds(spent)} wall: {len(tape.journal):,} lines written durably, waiting for each other included",
        f"{milliseconds(whole)} wall: all episodes of that sync, one after the other",
    )
