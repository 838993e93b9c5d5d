"""The trees: every letter at every effect of a scenario, and the eight at depth 2. There are no dice here.

A scenario is a schedule without faults; its own run tells which effects there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.simulation.crowd import Tally, crowd, tally
from tests.simulation.faults import ACTS, EIGHT, LETTERS, Fault, letters
from tests.simulation.play import Played, Schedule, play
from tests.simulation.watch import LEGAL

BASE = Schedule(0, (1,), (False, True), (("901",),), switches=())
PERSON = Fault("zuora.read_refund", 1, "person_cancels")
SCENARIOS: dict[str, Schedule] = {
    "sync": BASE,
    "sync, Invoice Settlement": replace(BASE, route=(True, False)),
    "two refunds on one payment": replace(BASE, layout=(1, 1), desks=(("901", "902"),)),
    "a foreign dead refund": replace(BASE, foreign_dead=30.0),
    "a person cancels during doubt": replace(
        BASE, faults=(Fault("zuora.create_refund", 1, "drop_answer"), Fault("zuora.read_payment", 4, "person_cancels"))
    ),
    "undone, then synced again": replace(BASE, history=(0.1,)),
    "undone 23.98 hours ago, then synced again": replace(BASE, history=(23.98,)),
    "resync, then sync": replace(BASE, before=("901",), desks=(("resync 901", "901"),)),
    "resync, then sync, Invoice Settlement": replace(
        BASE, route=(True, False), before=("901",), desks=(("resync 901", "901"),)
    ),
    "allocated": replace(BASE, route=(True, False), layout=(7,), desks=(("split 901",),)),
    "allocated, undone, split otherwise": replace(
        BASE, route=(True, False), layout=(7,), before=("split 901",), desks=(("resync 901", "other split 901"),)
    ),
    "link": replace(BASE, by_hand=("901",), desks=(("link 901",),)),
}
TWO_DESKS = replace(BASE, desks=(("901",), ("901",)))
# Letters after which a review, or a refusal, is what should happen (L2): what a person did, an unclear failure that
# Zuora stores, and other content under our key.
MAY_END_IN_REVIEW = (*ACTS, *(one for one in LETTERS["zuora.create_refund"] if "unclear" in one), "other_content")
SINGLE_LISTING = ("zuora.refunds_of_account", "zuora.refunds_updated_since")


@dataclass(frozen=True, slots=True)
class Spot:
    """An effect of a scenario: the nth call of a verb."""

    verb: str
    nth: int


def spots(schedule: Schedule) -> tuple[Spot, ...]:
    """Every effect of a schedule before its faults stop, in no particular order."""
    played = play(schedule)
    return tuple(Spot(verb, nth) for verb, many in played.rested.items() for nth in range(1, many + 1))


def depth_one(schedule: Schedule) -> Iterator[Schedule]:
    """One more fault: every letter of the alphabet at every effect."""
    for spot in spots(schedule):
        for letter in letters(spot.verb):
            yield _with(schedule, spot, letter)


def depth_two(schedule: Schedule) -> Iterator[Schedule]:
    """The eight at every effect, and for each of these runs the eight at every effect of *that* run."""
    for first in _eight(schedule):
        yield first
        yield from _eight(first)


def _eight(schedule: Schedule) -> Iterator[Schedule]:
    """The eight where they differ: what is the same world one effect later is not run twice.

    A crash before an effect is a crash after the one before it; a search goes stale just as well right before the
    next listing; requests without an effect (reads) have no late arrival.
    """
    taken = {(one.verb, one.nth) for one in schedule.faults}
    for spot in spots(schedule):
        for letter in EIGHT:
            write = spot.verb in LETTERS and spot.verb != "journal.append"
            if (spot.verb, spot.nth) in taken or not _differs(letter, spot.verb, write=write):
                continue
            yield _with(schedule, spot, letter)


def _differs(letter: str, verb: str, *, write: bool) -> bool:
    if letter == "stored:53200030":
        return verb == "zuora.create_refund"
    if letter in ("drop_answer", "zombie"):
        return write
    if letter == "stale_search":
        return verb in SINGLE_LISTING
    if letter == "drop_request":
        return verb != "journal.append"
    return letter != "crash_before" or write


def _with(schedule: Schedule, spot: Spot, letter: str) -> Schedule:
    after = 400.0 if "zombie" in letter else 30.0
    return replace(schedule, faults=(*schedule.faults, Fault(spot.verb, spot.nth, letter, after)))


def single_fault_is_healed(played: Played) -> str:
    """L2: after a single fault nothing ends in review when evidence can be had."""
    fault = played.schedule.faults[-1]
    if fault.letter in MAY_END_IN_REVIEW or not played.world.struck:
        return ""
    reviews = [reason for ends in played.world.watch.ends.values() for end, reason in ends if end == "review"]
    return f"L2: {fault} alone ends in review: {reviews[0]}" if reviews else ""


def two_desks() -> Iterator[Schedule]:
    """Two desks, one refund: every place for one and for two switches, and one switch with each of the eight.

    Pruned: a third switch, and letters other than the eight beside a switch.
    """
    length = sum(play(TWO_DESKS).rested.values())
    for first in range(length):
        yield replace(TWO_DESKS, switches=(first,))
        for second in range(first + 1, length, 3):
            yield replace(TWO_DESKS, switches=(first, second))
    for first in range(0, length, 2):
        yield from _eight(replace(TWO_DESKS, switches=(first,)))


Plan = tuple[str, Callable[[], Iterator[Schedule]], bool]  # name, schedules, whether L2 is asked


def plans(*, nightly: bool) -> tuple[Plan, ...]:
    """The trees in the order in which they are printed."""
    singles: list[Plan] = [
        (f"{name}: full alphabet, depth 1", lambda one=one: depth_one(one), not one.faults)  # type: ignore[misc]
        for name, one in SCENARIOS.items()
    ]
    deep = SCENARIOS.items() if nightly else (("sync", BASE),)
    doubles: list[Plan] = [
        (f"{name}: the eight, depth 2", lambda one=one: depth_two(one), False)  # type: ignore[misc]
        for name, one in deep
    ]
    return (*singles, *doubles, ("two desks: up to two switches; one switch and the eight", two_desks, False))


PARTS = 16


def run_tree(plan: Plan, share: int = 1, jobs: int = 0) -> Tally:
    """A tree, or every `share`-th of its schedules, on all cores."""
    _, schedules, ask_single = plan

    def part(number: int) -> Tally:
        mine = (one for at, one in enumerate(schedules()) if at % (PARTS * share) == number * share)
        return tally(mine, single_fault_is_healed if ask_single else lambda played: "")

    return crowd(range(PARTS), part, jobs)


def print_trees(*, jobs: int = 0, nightly: bool = False) -> bool:
    """Run all trees and print their counts."""
    good, all_of_them = True, Tally()
    for name, one in SCENARIOS.items():
        places = spots(one)
        pairs = sum(len(letters(spot.verb)) for spot in places)
        print(f"scenario: {name}: {len(places)} effects, {pairs:,} pairs of effect and letter, all played at depth 1")
    for plan in plans(nightly=nightly):
        done = run_tree(plan, jobs=jobs)
        all_of_them += done
        print(f"tree: {plan[0]}: {done.runs:,} schedules, {len(done.failed)} violations", flush=True)
        for schedule, violation in done.failed[:5]:
            print(f"  {violation[:300]}\n    {schedule}")
        good &= not done.failed
    for table, legal in LEGAL.items():
        taken = len(legal & all_of_them.moves)
        print(f"moves: {table}: {taken} of {len(legal)} were taken by these trees")
    return good
