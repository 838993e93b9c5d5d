"""The explorer finds what is known to be wrong: older protocols and switched-off guards."""

from dataclasses import replace

import pytest

from tests.simulation.bad import PROTOCOLS, hunt
from tests.simulation.faults import Fault
from tests.simulation.mutants import MUTANTS, REDUNDANT, miss
from tests.simulation.patches import patched
from tests.simulation.play import play
from tests.simulation.undo_mutants import SETTLED

# The gross ones, fast enough for every run; the command hunts all.
QUICK = (
    "key: every create has its own",
    "search: nobody looks",
    "known dead: passed, and the search after it does not compare",
    "mark: NetSuite hears first",
    "intent: nothing is durable before a write",
    "doubt: not made is believed at once",
    "resync order: cleared without a cancel",
)


@pytest.mark.parametrize("name", ["naive", "search only", "fixed key"])
def test_a_known_bad_protocol_fails(name: str) -> None:
    """Within the seeds that it may take."""
    bad = PROTOCOLS[name]
    assert hunt(bad.patches(), bad.within).failed


@pytest.mark.parametrize("name", QUICK)
def test_a_switched_off_guard_is_missed(name: str) -> None:
    """A mutant is killed by an invariant."""
    assert miss(name).failed


def test_a_secret_behind_an_error_is_found_when_it_is_told() -> None:
    """I6 hears it in a reason; as the core is, nothing of what stands behind an error is written down."""
    schedule = replace(SETTLED, faults=(Fault("netsuite.read", 1, "drop_request"),))
    assert play(schedule).violations == []
    with patched(MUTANTS["secrets: what stands behind an error is told"]()):
        assert "I6" in play(schedule).violations[0]


def test_a_resync_that_was_confirmed_long_ago_does_not_cancel() -> None:
    """A desk that slept for half a day anywhere cancels nothing with the old yes; a core that does is found by I5."""
    slept = [
        replace(SETTLED, faults=(Fault("journal.append", nth, "suspend_12h"),))
        for nth in range(1, play(SETTLED).rested["journal.append"] + 1)
    ]
    assert not [one for one in slept if play(one).violations]
    with patched(MUTANTS["confirmation: it never ends"]()):
        assert any("I5" in violation for one in slept for violation in play(one).violations)


def test_only_guards_that_exist_are_argued_for() -> None:
    """The table of survivors names mutants, and at least twenty guards are switched off one at a time."""
    assert set(REDUNDANT) <= set(MUTANTS)
    assert len(MUTANTS) >= 20
