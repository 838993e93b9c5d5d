"""The ALLOCATED table of the program is the printed one, followed by the SYNC table."""

from dataclasses import replace

import pytest

from nsz_desk.engine.allocate_table import ALLOCATED
from nsz_desk.engine.flow import Flow, Outcome, move
from nsz_desk.engine.flow_faults import faults
from nsz_desk.engine.sync_table import SYNC
from tests.engine.printed import printed_rows, unlike_the_printed


def test_every_cell_leads_where_the_printed_one_does() -> None:
    """State by state, outcome by outcome."""
    assert unlike_the_printed(ALLOCATED, "5.3 ALLOCATED") == []


def test_it_has_the_printed_states_and_those_of_sync() -> None:
    """None more, none less; from `ready` on the rows are SYNC's own."""
    assert set(ALLOCATED.moves) == set(printed_rows("5.3 ALLOCATED")) | set(SYNC.moves)
    assert all(ALLOCATED.moves[state] is row for state, row in SYNC.moves.items())


def test_it_can_be_trusted() -> None:
    """No hole, no dead end, no way to pay twice."""
    assert faults(ALLOCATED) == []


def planted(state: str, *cells: str) -> Flow:
    """The table with one row changed."""
    return replace(ALLOCATED, moves={**ALLOCATED.moves, state: move(state, ALLOCATED.moves[state].step, *cells)})


@pytest.mark.parametrize(
    ("table", "word"),
    [
        (planted("approved", "free", "needs allocation", "=", "=", "review", "needs allocation"), "without"),
        (planted("approved", "ready", "nowhere", "=", "=", "review", "needs allocation"), "unknown state"),
        (planted("drafted", "needs allocation", "needs allocation", "-", "-", "-", "-"), "unreachable"),
    ],
    ids=["past the judgement", "to nowhere", "never approved"],
)
def test_a_planted_fault_is_found(table: Flow, word: str) -> None:
    """The checker reads the new rows too."""
    assert any(word in fault for fault in faults(table))


def test_an_interrupted_step_before_ready_is_no_write() -> None:
    """The three states before `ready` ask or write nothing that could be in doubt."""
    for state in ("needs allocation", "drafted", "approved"):
        assert not ALLOCATED.moves[state].writes
        assert state in ALLOCATED.safe_stops
    assert ALLOCATED.moves["approved"].to[Outcome.NO_ANSWER] == ("=",)
