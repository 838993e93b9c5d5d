"""Tables of moves: how one is read and walked."""

import pytest

from nsz_desk.engine.flow import Outcome, edges, flow, move

A_TABLE = flow(
    "T",
    "asked",
    "over, lost",
    "asked",
    move("asked", "ask", "told", "-", "=", "= / lost", "lost", "-"),
    move("told", "tell", "over", "-", "=", "=", "-", "-", writes=True),
)


def test_a_row_gives_its_cells_to_the_outcomes_in_order() -> None:
    """Six cells: DONE, REFUSED, NOT_SENT, NO_ANSWER, ABSENT, CONFLICT; "-" means that it cannot occur."""
    row = A_TABLE.moves["asked"]
    assert row.to == {
        Outcome.DONE: ("told",),
        Outcome.NOT_SENT: ("=",),
        Outcome.NO_ANSWER: ("=", "lost"),
        Outcome.ABSENT: ("lost",),
    }
    assert (row.writes, A_TABLE.moves["told"].writes) == (False, True)


def test_a_row_without_six_cells_is_no_row() -> None:
    """A forgotten cell is found when the table is made."""
    with pytest.raises(ValueError, match="shorter"):
        move("asked", "ask", "told", "-", "=", "=", "lost")


def test_next_follows_the_table() -> None:
    """The first alternative without a wish, the wished one with it, and `=` is the state itself."""
    assert A_TABLE.next("asked", Outcome.DONE) == "told"
    assert A_TABLE.next("asked", Outcome.NO_ANSWER) == "asked"
    assert A_TABLE.next("asked", Outcome.NO_ANSWER, "lost") == "lost"
    assert A_TABLE.next("asked", Outcome.NO_ANSWER, "asked") == "asked"


@pytest.mark.parametrize(("outcome", "wish"), [(Outcome.REFUSED, ""), (Outcome.DONE, "over"), (Outcome.DONE, "asked")])
def test_a_move_that_the_table_does_not_have_is_a_bug(outcome: Outcome, wish: str) -> None:
    """A step that answers what its row does not allow stops there, and goes nowhere."""
    with pytest.raises(KeyError):
        A_TABLE.next("asked", outcome, wish)


def test_edges_name_every_move_with_the_state_in_place_of_stay() -> None:
    """What the checker walks on."""
    assert set(edges(A_TABLE)) == {
        ("asked", Outcome.DONE, "told"),
        ("asked", Outcome.NOT_SENT, "asked"),
        ("asked", Outcome.NO_ANSWER, "asked"),
        ("asked", Outcome.NO_ANSWER, "lost"),
        ("asked", Outcome.ABSENT, "lost"),
        ("told", Outcome.DONE, "over"),
        ("told", Outcome.NOT_SENT, "told"),
        ("told", Outcome.NO_ANSWER, "told"),
    }


def test_a_state_cannot_stand_twice() -> None:
    """Two rows for one state would hide one of them."""
    row = move("asked", "ask", "over", "-", "=", "=", "-", "-")
    with pytest.raises(ValueError, match="twice"):
        flow("T", "asked", "over", "asked", row, row)
