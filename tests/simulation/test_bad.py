"""The explorer finds what is known to be wrong: older protocols and switched-off guards."""

import pytest

from tests.simulation.bad import PROTOCOLS, hunt
from tests.simulation.mutants import MUTANTS, REDUNDANT, miss

# The gross ones, fast enough for every run; the command hunts all.
QUICK = (
    "key: every create has its own",
    "search: nobody looks",
    "known dead: passed, and the search after it does not compare",
    "mark: NetSuite hears first",
    "intent: nothing is durable before a write",
    "doubt: not made is believed at once",
)


@pytest.mark.parametrize("name", ["naive", "search only", "fixed key"])
def test_a_known_bad_protocol_fails(name: str) -> None:
    """Within the seeds that it may take."""
    bad = PROTOCOLS[name]
    assert hunt(bad.patches(), bad.within).failed


@pytest.mark.parametrize("name", QUICK)
def test_a_switched_off_guard_is_missed(name: str) -> None:
    """A mutant is killed by an invariant."""
    assert miss(MUTANTS[name]()).failed


def test_only_guards_that_exist_are_argued_for() -> None:
    """The table of survivors names mutants, and at least twenty guards are switched off one at a time."""
    assert set(REDUNDANT) <= set(MUTANTS)
    assert len(MUTANTS) >= 20
