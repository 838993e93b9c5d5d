"""`python -m tests.simulation`: random schedules, the trees, the known-bad protocols, the mutants; one seed's trace."""

import argparse
import sys
import time
from pathlib import Path

from tests.simulation.crowd import Tally, random_schedules
from tests.simulation.draw import draw
from tests.simulation.frozen import thaw
from tests.simulation.play import Schedule, play


def main() -> int:
    """Run what was asked for; 1 when anything was found that should not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--random", type=int, metavar="N", help="this many random schedules")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="SEED", help="the first seed (0)")
    parser.add_argument("--within", type=float, default=1e9, metavar="SECONDS", help="stop after so much time")
    parser.add_argument("--undoing", action="store_true", help="the random schedules also undo and link")
    parser.add_argument("--jobs", type=int, default=0, help="cores to use (all)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="the schedules of a file, one line of JSON each")
    parser.add_argument("--seed", type=int, metavar="N", help="one schedule")
    parser.add_argument("--trace", action="store_true", help="with --seed: print every effect")
    parser.add_argument("--trees", action="store_true", help="every fault at every effect, and the eight twice")
    parser.add_argument("--bad", action="store_true", help="the known-bad protocols: each must fail")
    parser.add_argument("--mutants", action="store_true", help="the guards switched off one at a time")
    parser.add_argument("--nightly", action="store_true", help="1,000,000 random schedules and all of the trees")
    asked = parser.parse_args()
    if asked.replay:
        lines = asked.replay.read_text().splitlines()
        return max([_one(thaw(line), trace=asked.trace) for line in lines if line], default=0)
    if asked.seed is not None:
        return _one(draw(asked.seed), trace=asked.trace)
    everything = not (asked.random or asked.trees or asked.bad or asked.mutants)
    count = asked.random or (1_000_000 if asked.nightly else 100_000 if everything else 0)
    good = True
    if count:
        good &= _random(count, asked)
    if asked.trees or everything:
        from tests.simulation.trees import print_trees

        good &= print_trees(jobs=asked.jobs, nightly=asked.nightly)
    if asked.bad or everything:
        from tests.simulation.bad import print_bad

        good &= print_bad(jobs=asked.jobs)
    if asked.mutants or everything:
        from tests.simulation.mutants import print_mutants

        good &= print_mutants(jobs=asked.jobs)
    return 0 if good else 1


def _one(schedule: Schedule, *, trace: bool) -> int:
    played = play(schedule, trace=trace)
    print("\n".join(played.world.trace or [str(played.schedule)]))
    print("\n".join(played.violations) or "no violation")
    return 1 if played.violations else 0


def _random(count: int, asked: argparse.Namespace) -> bool:
    began = time.monotonic()
    done = random_schedules(count, asked.first, asked.jobs, asked.within, undoing=asked.undoing)
    print(f"random: {done.words()}; {time.monotonic() - began:.0f} s")
    if done.runs < count:
        print(f"random: {count:,} were asked for; {done.runs:,} fitted into {asked.within:.0f} s")
    print(f"faults that struck: {sum(done.struck.values()):,} of {len(done.struck)} letters")
    print(f"ends: {', '.join(f'{end} {n:,}' for end, n in done.ends.most_common())}")
    print(f"residual windows seen: {', '.join(f'{name} {n:,}' for name, n in done.windows.items()) or 'none'}")
    _complain(done)
    return not done.failed


def _complain(done: Tally) -> None:
    for schedule, violation in done.failed[:20]:
        print(f"  {violation[:300]}\n    {schedule}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
