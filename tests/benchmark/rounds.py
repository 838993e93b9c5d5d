"""Measure interleaved: floor, ours, floor, ours …, and tell medians as one ratio.

A machine that slows down half way slows both sides, so the ratio says more than either figure.
"""

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time

Run = Callable[[], float]  # does the work once and answers what it cost


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure: `value` against the `target`, and from what it was made.

    `target` reads "<= 3", ">= 40", "< 0.03"; "" where none is set. `value` None: not measured, `note` says why.
    """

    name: str
    value: float | None
    unit: str
    target: str
    ours: str
    floor: str
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if not self.target or self.value is None:
            return None
        sign, bound = self.target.split()
        limit = float(bound)
        return {
            "<=": self.value <= limit,
            ">=": self.value >= limit,
            "<": self.value < limit,
        }[sign]


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, that `work` takes; rubbish of before is cleared first."""
    gc.collect()
    begun = process_time()
    kept = work()
    spent = process_time() - begun
    del kept  # what the work made is thrown away outside of the measure
    return spent


def medians(runs: Mapping[str, Run], rounds: int, warm: int = 1) -> dict[str, float]:
    """The median of each run over `rounds` rounds; each round does all of them, in the given order."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(warm + rounds):
        for name, run in runs.items():
            cost = run()
            if number >= warm:
                taken[name].append(cost)
    return {name: statistics.median(costs) for name, costs in taken.items()}


def milliseconds(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def lines(figures: Sequence[Figure]) -> list[str]:
    """The figures for people, three lines each."""
    return [line for figure in figures for line in _lines(figure)]


def _lines(figure: Figure) -> list[str]:
    verdict = {True: "met", False: "NOT MET", None: ""}[figure.met]
    value = "not measured" if figure.value is None else f"{figure.value:.3g}{figure.unit}"
    target = f"   target {figure.target}{figure.unit}: {verdict}" if figure.target else "   no target"
    if figure.value is None:
        target = f"   target {figure.target}{figure.unit}" if figure.target else ""
    shown = [f"{figure.name}: {value}{target}"]
    shown += [f"    ours:  {figure.ours}"] if figure.ours else []
    shown += [f"    floor: {figure.floor}"] if figure.floor else []
    return shown + ([f"    note:  {figure.note}"] if figure.note else [])
