"""Many schedules on all cores: chunks of seeds, what was found, how fast it went."""

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.draw import draw
from tests.simulation.frozen import freeze
from tests.simulation.memo import Memory, remembering
from tests.simulation.play import Played, Schedule, play

CHUNK = 200


@dataclass
class Tally:
    """What many schedules came to. `failed` are (schedule in words, first violation)."""

    runs: int = 0
    effects: int = 0
    cpu: float = 0.0
    failed: list[tuple[str, str]] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    windows: Counter[str] = field(default_factory=Counter)
    moves: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, played: Played) -> None:
        """Count one schedule."""
        self.runs += 1
        self.effects += sum(played.world.seen.values())
        self.struck.update(fault.letter for fault in played.world.struck)
        self.ends.update(end for ends in played.world.watch.ends.values() for end, _ in ends)
        self.moves |= played.world.watch.moves
        self.windows += played.world.watch.windows
        if played.violations:
            self.failed.append((freeze(played.schedule), played.violations[0]))

    def __iadd__(self, other: "Tally") -> "Tally":
        """Put two together."""
        self.runs += other.runs
        self.effects += other.effects
        self.cpu += other.cpu
        self.failed += other.failed
        self.struck += other.struck
        self.ends += other.ends
        self.moves |= other.moves
        self.windows += other.windows
        return self

    def words(self) -> str:
        """One line."""
        rate = self.runs / self.cpu if self.cpu else 0.0
        each = self.effects / max(self.runs, 1)
        return (
            f"{self.runs:,} schedules, {len(self.failed)} violations; {rate:.0f} schedules per second of one core, "
            f"{each:.0f} effects each; {len(self.moves)} different moves taken"
        )


@contextmanager
def _quick() -> Iterator[Memory]:
    """Pure functions remembered, and a garbage collector that seldom looks: worlds are small and short-lived."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        with remembering() as memory:
            yield memory
    finally:
        gc.set_threshold(*before)


def tally(
    schedules: Iterable[Schedule], also: Callable[[Played], str] = lambda played: "", *, catch: bool = False
) -> Tally:
    """Play them here. `also` may name one more violation; `catch` takes an exception for one (a broken core)."""
    done, began = Tally(), time.process_time()
    with _quick() as memory:
        for schedule in schedules:
            memory.on = not schedule.careful
            try:
                played = play(schedule)
            except Exception as fault:
                if not catch:
                    raise RuntimeError(f"{schedule}: {type(fault).__name__}: {fault}") from fault
                done.runs += 1
                done.failed.append((freeze(schedule), f"fault: {type(fault).__name__}: {fault}"))
                continue
            if more := also(played):
                played.violations.append(more)
            done.add(played)
    done.cpu = time.process_time() - began
    return done


def _chunk(first: int) -> Tally:
    return tally(draw(seed, undoing=False) for seed in range(first, first + CHUNK))


def _undoing_chunk(first: int) -> Tally:
    return tally(draw(seed) for seed in range(first, first + CHUNK))


_work: Callable[[int], Tally]  # set before the workers are forked, so that it need not travel


def _call(number: int) -> Tally:
    return _work(number)


def crowd(chunks: Iterable[int], work: Callable[[int], Tally], jobs: int = 0, within: float = 1e9) -> Tally:
    """Work through numbered chunks on `jobs` cores (0: all), as many as fit into `within` seconds."""
    global _work
    done, until, _work = Tally(), time.monotonic() + within, work
    with get_context("fork").Pool(jobs or os.cpu_count() or 1) as pool:
        for part in pool.imap_unordered(_call, chunks):
            done += part
            if time.monotonic() > until:
                pool.terminate()
                break
    return done


def random_schedules(count: int, first: int = 0, jobs: int = 0, within: float = 1e9, *, undoing: bool = False) -> Tally:
    """`count` random schedules (rounded up to whole chunks) from seed `first`; `undoing`: some undo and link."""
    return crowd(range(first, first + count, CHUNK), _undoing_chunk if undoing else _chunk, jobs, within)
