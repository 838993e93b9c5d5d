"""The comparison before a resync: how many calls it makes, and how long it takes in rounds of calls."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from nsz_desk.domain.errors import DeskError, Missing
from nsz_desk.engine.resync_compare import Comparison
from tests.engine.undoing import fresh, synced
from tests.engine.worlds import World
from tests.fakes import ReportNever

SECONDS = {"glance": 3.0, "read_refund": 2.5, "read_payment": 2.0}
CALLS = {"glance": 2, "read_refund": 2, "read_payment": 2}  # remote calls that one of these takes at most


class Stopwatch:
    """Lanes in pretended time: all lanes begin together, and the slowest of them says when all have ended."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rounds: list[int] = []

    def run(self, jobs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Run each as if it were alone."""
        begun, ends = self.now, [self.now]
        for _, job in jobs:
            self.now = begun
            job()
            ends.append(self.now)
        self.now = max(ends)
        self.rounds.append(len(jobs))


def timed(world: World, watch: Stopwatch) -> list[str]:
    """Every read by id takes its time; answers what was read, in order."""
    read: list[str] = []
    for system in (world.netsuite, world.zuora):
        for verb in SECONDS:
            if hasattr(system, verb):
                setattr(system, verb, _slow(getattr(system, verb), verb, watch, read))
    return read


def _slow(call: Callable[..., Any], verb: str, watch: Stopwatch, read: list[str]) -> Callable[..., Any]:
    def slowly(*args: Any) -> Any:
        read.append(verb)
        watch.now += SECONDS[verb]
        return call(*args)

    return slowly


def compared(world: World, *, listed: bool) -> tuple[Comparison, Stopwatch, list[str]]:
    """The comparison of refund 901, after a list was read or without one."""
    desk, watch = world.desk(), Stopwatch()
    if listed:
        desk.pending(ReportNever())
    desk._check_tenant()
    desk.lanes = watch
    fresh(world)
    read = timed(world, watch)
    return desk.compare("901"), watch, read


@pytest.mark.parametrize("listed", [True, False])
def test_a_comparison_makes_at_most_six_remote_calls(listed: bool) -> None:
    """Refund with memo, Zuora refund, payment: each read exactly once."""
    _, _, read = compared(synced(), listed=listed)
    assert sorted(read) == ["glance", "read_payment", "read_refund"]
    assert sum(CALLS[verb] for verb in read) <= 6


def test_behind_a_list_all_is_read_at_once() -> None:
    """It takes as long as the slowest one, which is two calls of NetSuite."""
    _, watch, _ = compared(synced(), listed=True)
    assert watch.now == max(SECONDS.values())


def test_without_a_list_zuora_is_asked_at_once_when_netsuite_has_answered() -> None:
    """Two rounds: the slowest two."""
    _, watch, _ = compared(synced(), listed=False)
    assert watch.now == sum(sorted(SECONDS.values())[-2:])


def test_both_ways_say_the_same() -> None:
    """A hint is followed, never shown."""
    assert compared(synced(), listed=True)[0] == compared(synced(), listed=False)[0]


def test_a_hint_that_no_longer_holds_is_followed_by_what_netsuite_says_now() -> None:
    """Relinked since the list: the new Zuora refund is compared."""
    world = synced(settlement=False)
    desk = world.desk()
    desk.pending(ReportNever())
    world.zuora.cancel("zr1")
    world.foreign(id="new", number="R-NEW", integration_id="901")
    world.edit(zuora_id="new")
    found = desk.compare("901")
    assert (found.zuora_id, found.zuora_number) == ("new", "R-NEW")


@pytest.mark.parametrize("verb", ["read_refund", "read_payment"])
@pytest.mark.parametrize("listed", [True, False])
def test_a_system_that_does_not_answer_is_an_error_and_no_gap(verb: str, listed: bool) -> None:
    """Silence is not "does not exist"."""
    world = synced()
    world.zuora.fails.fail(verb, 1, "drop_request")
    with pytest.raises(DeskError, match="connection broke"):
        compared(world, listed=listed)


def test_a_refund_that_is_gone_in_netsuite_is_missing() -> None:
    """Also behind a list that still had it."""
    world = synced()
    desk = world.desk()
    desk.pending(ReportNever())
    del world.netsuite.refunds["901"]
    with pytest.raises(Missing):
        desk.compare("901")
