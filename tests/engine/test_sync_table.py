"""The SYNC table of the program is the printed one, cell by cell and name by name."""

import re
from pathlib import Path

import pytest

from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.runner import FLOWS, ROOMS, STEPS
from nsz_desk.engine.sync_table import AFTER_CRASH, CREATES, MONEY, SYNC

PRINTED = Path(__file__).parents[3] / "shared" / "reference" / "safety.md"


def printed_rows() -> dict[str, list[str]]:
    """The printed table: state -> step and six cells, as they stand."""
    if not PRINTED.exists():
        pytest.skip("the printed protocol does not lie beside this checkout: the table was not compared")
    chapter = PRINTED.read_text().split("### 5.1 SYNC")[1].split("\n\n")[0]
    rows = [line.strip().strip("|").split("|") for line in chapter.splitlines() if line.startswith("|")]
    return {cells[0].strip(): cells[1:] for cells in rows[2:]}


def names(cell: str) -> tuple[str, ...]:
    """The states a printed cell leads to, each once: without bold, reasons in parentheses and rule numbers."""
    plain = cell.replace("**", "")
    while (bare := re.sub(r"\s*\([^()]*\)", "", plain)) != plain:
        plain = bare
    return tuple(dict.fromkeys(part.strip() for part in plain.split(" / ")))


def test_the_table_has_the_printed_states() -> None:
    """None more, none less."""
    assert set(SYNC.moves) == set(printed_rows())


@pytest.mark.parametrize("state", SYNC.moves)
def test_every_cell_leads_where_the_printed_one_does(state: str) -> None:
    """Outcome by outcome; alternatives compared as sets of names, their order is the program's."""
    cells = printed_rows()[state][1:]
    for outcome, cell in zip(Outcome, cells, strict=True):
        ours = set(SYNC.moves[state].to.get(outcome, ("-",)))
        assert ours == set(names(cell)), f"{state} on {outcome.value}"


@pytest.mark.parametrize("state", SYNC.moves)
def test_a_row_writes_where_the_printed_step_is_bold(state: str) -> None:
    """A write has an intent line; the printed table shows it in bold."""
    assert SYNC.moves[state].writes == ("**" in printed_rows()[state][0])


def test_every_state_has_a_step_and_every_step_a_state() -> None:
    """The runner can walk every table from end to end."""
    assert set(STEPS) == set[str]().union(*(table.moves for table in FLOWS.values()))


def test_the_printed_names_are_read_right() -> None:
    """Reasons, bold and nested parentheses are taken off, alternatives stay."""
    assert names("= / held stamp / review(orphan) (5.6)") == ("=", "held stamp", "review")
    assert names("again (key < 20 h) / held doubt (20-25 h; n > 0 (proofs over)) / **made**") == (
        "again",
        "held doubt",
        "made",
    )
    assert names("again (first time) / again (second time) / rejected") == ("again", "rejected")


def test_what_a_crash_leads_back_to_is_in_the_table() -> None:
    """Written-back states look at the money first; no proof survives; nothing is forgotten that may be under way."""
    assert set(AFTER_CRASH) | set(AFTER_CRASH.values()) <= set(SYNC.moves)
    assert {AFTER_CRASH[state] for state in ("verified", "marked", "stamped", "both")} == {"made"}
    assert all(AFTER_CRASH.get(state, state) not in CREATES for state in SYNC.moves)
    money_after = {AFTER_CRASH[state] for state in MONEY & set(AFTER_CRASH) - {"armed"}}
    assert money_after <= MONEY


def test_rooms_are_states_that_wait() -> None:
    """Each room is a state in which the episode can stay."""
    assert set(STEPS) >= ROOMS
