"""The LINK table of the program is the printed one, followed by SYNC's write-back; UNLINK can be trusted too."""

from dataclasses import replace

import pytest

from nsz_desk.engine.flow import Outcome, edges, move
from nsz_desk.engine.flow_faults import faults
from nsz_desk.engine.link_table import LINK, UNLINK
from nsz_desk.engine.sync_table import CREATES, SYNC
from tests.engine.printed import printed_rows, unlike_the_printed

WRITE_BACK = {"made", "verified", "held mark", "marked", "stamped", "held stamp", "both"}


def test_every_cell_leads_where_the_printed_one_does() -> None:
    """State by state, outcome by outcome."""
    assert unlike_the_printed(LINK, "5.4 LINK") == []


def test_it_has_the_printed_states_and_the_write_back() -> None:
    """None more, none less; the write-back's rows are SYNC's own, but for `made`, which knows no next key."""
    assert set(LINK.moves) == set(printed_rows("5.4 LINK")) | WRITE_BACK
    assert all(LINK.moves[state] is SYNC.moves[state] for state in WRITE_BACK - {"made"})
    made = LINK.moves["made"].to
    assert made == {key: tuple(to for to in some if to != "next key") for key, some in SYNC.moves["made"].to.items()}


@pytest.mark.parametrize("table", [LINK, UNLINK], ids=lambda table: table.name)
def test_it_can_be_trusted(table: object) -> None:
    """No hole, no dead end, nothing told too early."""
    assert faults(table) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("table", [LINK, UNLINK], ids=lambda table: table.name)
def test_no_row_of_it_creates_or_cancels(table: object) -> None:
    """A link uses no key and moves no money."""
    moves = table.moves.values()  # type: ignore[attr-defined]
    assert not any(word in row.step for row in moves for word in ("create_refund", "cancel_refund", "apply"))
    assert not {row.state for row in moves} & set(CREATES)


def test_netsuite_hears_of_a_link_only_behind_the_look_that_shows_it() -> None:
    """`made` is reached from `linking` on DONE alone, or from a hold in which it was made before."""
    ways = {(state, outcome) for state, outcome, target in edges(LINK) if target == "made"}
    assert ("linking", Outcome.DONE) in ways
    assert {state for state, _ in ways} <= {"linking", "made"} | WRITE_BACK


def test_a_planted_way_around_the_look_is_found() -> None:
    """The checker sees a mark without a verified refund."""
    wrong = replace(
        LINK, moves={**LINK.moves, "linking": move("linking", "GET", "verified", "-", "=", "=", "-", "review")}
    )
    assert any("verified needs verify_refund" in fault for fault in faults(wrong))


def test_netsuite_is_freed_only_behind_the_look_that_shows_the_id_off() -> None:
    """Zuora first, NetSuite last."""
    ways = {(state, outcome) for state, outcome, target in edges(UNLINK) if target == "id removed" and state != target}
    assert ways == {("unlink sent", Outcome.DONE), ("held free", Outcome.DONE)}
    assert {state for state, _, target in edges(UNLINK) if target == "held free" and state != target} == {
        "id removed",
        "refund freed",
    }
