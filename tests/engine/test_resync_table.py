"""The RESYNC table is the printed one, and its checker finds every fault that is planted in a copy of it."""

import re
from dataclasses import replace

import pytest

from nsz_desk.engine.flow import Flow, Outcome
from nsz_desk.engine.flow_faults import faults
from nsz_desk.engine.resync_table import RESYNC
from tests.engine.test_sync_table import PRINTED, names

DONE, REFUSED, NOT_SENT, NO_ANSWER, ABSENT, CONFLICT = Outcome


def printed_rows() -> dict[str, list[str]]:
    """The printed table: state -> step and six cells, as they stand."""
    if not PRINTED.exists():
        pytest.skip("the printed protocol does not lie beside this checkout: the table was not compared")
    chapter = PRINTED.read_text().split("### 5.2 RESYNC")[1].split("### 5.3")[0]
    rows = [line.strip().strip("|").split("|") for line in chapter.splitlines() if line.startswith("|")]
    return {cells[0].strip(): cells[1:] for cells in rows[2:]}


def test_the_table_has_the_printed_states() -> None:
    """None more, none less."""
    assert set(RESYNC.moves) == set(printed_rows())


@pytest.mark.parametrize("state", RESYNC.moves)
def test_every_cell_leads_where_the_printed_one_does(state: str) -> None:
    """Outcome by outcome; alternatives compared as sets of names."""
    for outcome, cell in zip(Outcome, printed_rows()[state][1:], strict=True):
        ours = set(RESYNC.moves[state].to.get(outcome, ("-",)))
        assert ours == set(names(cell)), f"{state} on {outcome.value}"


@pytest.mark.parametrize("state", RESYNC.moves)
def test_step_and_write_are_the_printed_ones(state: str) -> None:
    """The step's name is the printed one's first word; what is bold there is a write here."""
    printed = printed_rows()[state][0]
    name = re.sub(r"\*|,.*|\(.*", "", printed).split()[0]
    assert RESYNC.moves[state].writes == ("**" in printed)
    if name not in ("person:", "GET"):
        assert RESYNC.moves[state].step == name


def bent(state: str, outcome: Outcome, *to: str) -> Flow:
    """RESYNC with one cell changed."""
    row = RESYNC.moves[state]
    return replace(RESYNC, moves={**RESYNC.moves, state: replace(row, to={**row.to, outcome: to})})


NO_LOOK = "without a look that showed the refund cancelled"
PLANTED = [
    ("clear before the cancel", bent("confirmed", DONE, "settled"), f"settled: clear_refund {NO_LOOK}"),
    ("re-apply on a cancel's word", bent("shielded", DONE, "loose"), f"loose: reapply_payment {NO_LOOK}"),
    ("a cancel's word for a look", bent("shielded", DONE, "cancelled"), f"settled: clear_refund {NO_LOOK}"),
    ("silence taken for cancelled", bent("cancelling", NO_ANSWER, "cancelled"), f"settled: clear_refund {NO_LOOK}"),
    ("memo before everything", bent("mine", REFUSED, "refund cleared"), f"refund cleared: clear_memo {NO_LOOK}"),
    ("a claim taken for a look", bent("planned", DONE, "cancelled"), f"loose: reapply_payment {NO_LOOK}"),
    (
        "given up under the shield",
        bent("shielded", NOT_SENT, "leaving"),
        "stopped: reached with Ignore still set, neither cancelled nor set back",
    ),
    (
        "refused under the shield",
        bent("cancelling", CONFLICT, "=", "leaving"),
        "refused: reached with Ignore still set, neither cancelled nor set back",
    ),
    (
        "a refused unshield is let go",
        bent("unshielding", REFUSED, "leaving"),
        "refused: reached with Ignore still set, neither cancelled nor set back",
    ),
    (
        "a shield without answer is let go",
        bent("mine", NO_ANSWER, "leaving"),
        "stopped: reached with Ignore still set, neither cancelled nor set back",
    ),
    (
        "cancel again unread",
        bent("shielded", NO_ANSWER, "="),
        "shielded on NO_ANSWER: read_refund must follow, not shielded",
    ),
    (
        "apply again unread",
        bent("loose", NO_ANSWER, "="),
        "loose on NO_ANSWER: read_payment must follow, not loose",
    ),
    ("applied unseen", bent("loose", DONE, "settled"), "loose on DONE: read_payment must follow, not settled"),
    ("cleared unseen", bent("settled", DONE, "cleared"), "settled on DONE: read_fields must follow, not cleared"),
    (
        "memo on a clear's word",
        bent("settled", DONE, "refund cleared"),
        "settled on DONE: refund cleared needs read_fields before it",
    ),
    ("unknown next", bent("cleared", DONE, "finished"), "cleared on DONE: unknown state finished"),
    ("a room without a door", bent("held apply", DONE, "="), "held apply: no end can be reached"),
]


@pytest.mark.parametrize(("table", "fault"), [one[1:] for one in PLANTED], ids=[one[0] for one in PLANTED])
def test_a_planted_fault_is_reported(table: Flow, fault: str) -> None:
    """Each by its name, so that another fault of the same copy does not hide it."""
    assert fault in faults(table)


def test_the_resync_table_itself_has_no_fault() -> None:
    """Otherwise nothing it says may be trusted with money."""
    assert faults(RESYNC) == []
