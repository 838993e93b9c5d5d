"""The checker finds every kind of fault that is planted in a copy of the SYNC table, and none in the table itself."""

from dataclasses import replace

import pytest

from nsz_desk.engine.flow import Flow, Move, Outcome
from nsz_desk.engine.flow_faults import faults
from nsz_desk.engine.sync_table import SYNC

Cells = dict[Outcome, tuple[str, ...] | None]
DONE, REFUSED, NOT_SENT, NO_ANSWER, ABSENT, CONFLICT = Outcome


def bent(state: str, cells: Cells, step: str = "") -> Flow:
    """SYNC with some cells of one row changed; None takes a cell out."""
    row = SYNC.moves[state]
    to = {outcome: nexts for outcome, nexts in {**row.to, **cells}.items() if nexts is not None}
    return with_row(replace(row, to=to, step=step or row.step))


def with_row(row: Move) -> Flow:
    """SYNC with one row more, or in place of its own."""
    return replace(SYNC, moves={**SYNC.moves, row.state: row})


def without(state: str) -> Flow:
    """SYNC without a row."""
    return replace(SYNC, moves={name: row for name, row in SYNC.moves.items() if name != state})


PLANTED: list[tuple[str, Flow, str]] = [
    ("unknown next", bent("both", {DONE: ("finished",)}), "both on DONE: unknown state finished"),
    ("row taken out", without("marked"), "verified on DONE: unknown state marked"),
    ("dead end", bent("waiting", {DONE: ("=",), CONFLICT: None}), "waiting: no end can be reached"),
    (
        "unreachable",
        with_row(Move("forgotten", "look", {DONE: ("made",)})),
        "forgotten: unreachable",
    ),
    ("end with a move", with_row(Move("complete", "look", {DONE: ("review",)})), "complete: an end has a move"),
    ("hole: no DONE", bent("made", {DONE: None}), "made: a cell is empty"),
    ("hole: no next", bent("made", {CONFLICT: ()}), "made: a cell is empty"),
    (
        "write without NO_ANSWER",
        bent("verified", {NO_ANSWER: None}),
        "verified: a write must know NOT_SENT and NO_ANSWER",
    ),
    ("write without NOT_SENT", bent("armed", {NOT_SENT: None}), "armed: a write must know NOT_SENT and NO_ANSWER"),
    (
        "quiet end after an unanswered create",
        bent("in doubt", {ABSENT: ("again", "stopped")}),
        "armed on NO_ANSWER: leads to stopped, where nobody looks again",
    ),
    (
        "quiet end after a refused create",
        bent("rejected", {DONE: ("blocked",)}),
        "armed on REFUSED: leads to blocked, where nobody looks again",
    ),
    (
        "quiet end after another content",
        bent("mended", {CONFLICT: ("busy",)}),
        "armed on CONFLICT: leads to busy, where nobody looks again",
    ),
    (
        "create without a judgement",
        bent("in doubt", {ABSENT: ("again armed",)}),
        "again armed: reached without a judgement since the last create",
    ),
    (
        "create without a search",
        bent("armed", {NO_ANSWER: ("again",)}),
        "again armed: reached without an empty search since the last create",
    ),
    (
        "first create without a search",
        bent("ready", {DONE: ("free",)}),
        "armed: reached without an empty search since the last create",
    ),
    (
        "mark before verify",
        bent("made", {DONE: ("marked",), CONFLICT: ("verified",)}),
        "made on CONFLICT: verified needs verify_refund before it",
    ),
    (
        "adopted, marked unseen",
        bent("judged", {DONE: ("verified",)}),
        "judged on DONE: verified needs verify_refund before it",
    ),
    ("stamp before mark", bent("made", {DONE: ("marked",)}), "made on DONE: marked needs mark_transferred before it"),
    (
        "stamp on a failed mark",
        bent("verified", {REFUSED: ("marked",)}),
        "verified on REFUSED: marked needs mark_transferred before it",
    ),
    (
        "memo before refund",
        bent("verified", {DONE: ("stamped",)}),
        "verified on DONE: stamped needs stamp_refund before it",
    ),
    (
        "safe stop that is none",
        replace(SYNC, safe_stops=frozenset({"nowhere"})),
        "nowhere: a safe stop that is no state",
    ),
]


@pytest.mark.parametrize(("table", "fault"), [one[1:] for one in PLANTED], ids=[one[0] for one in PLANTED])
def test_a_planted_fault_is_reported(table: Flow, fault: str) -> None:
    """Each by its name, so that another fault of the same copy does not hide it."""
    assert fault in faults(table)


def test_the_sync_table_itself_has_no_fault() -> None:
    """Otherwise nothing it says may be trusted with money."""
    assert faults(SYNC) == []


def test_every_create_of_the_table_is_a_write_of_a_state_the_user_cannot_stop() -> None:
    """From `armed` on the episode finishes or stays open."""
    creates = {state for state, row in SYNC.moves.items() if "create_refund" in row.step}
    assert creates == {"armed", "again armed"}
    assert all(SYNC.moves[state].writes for state in creates)
    assert not creates & SYNC.safe_stops
