"""A process as a table: in this state do this step; on this outcome go there.

`faults` reads a table and finds holes, dead ends and broken money rules, so that a table can be
trusted before it moves money.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

STAY = "="


class Outcome(Enum):
    """Only what is known after a step."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    NOT_SENT = "NOT_SENT"
    NO_ANSWER = "NO_ANSWER"
    ABSENT = "ABSENT"
    CONFLICT = "CONFLICT"


@dataclass(frozen=True, slots=True)
class Move:
    """A state, its step, and for each outcome that can occur the states it may lead to (`=` stays)."""

    state: str
    step: str
    to: dict[Outcome, tuple[str, ...]]
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A table of moves with its start, its ends, and the states in which a user may stop it."""

    name: str
    start: str
    ends: frozenset[str]
    safe_stops: frozenset[str]
    moves: dict[str, Move]

    def next(self, state: str, outcome: Outcome, wish: str = "") -> str:
        """The state that follows; `wish` picks among alternatives, the first is taken without one.

        Raises:
            KeyError: the table has no such move (a bug in a step).
        """
        choices = self.moves[state].to[outcome]
        if not wish:
            return state if choices[0] == STAY else choices[0]
        if wish not in choices and not (wish == state and STAY in choices):
            raise KeyError(f"{self.name}: {state} on {outcome.value} leads to {choices}, not to {wish}")
        return wish


def move(state: str, step: str, *cells: str, writes: bool = False) -> Move:
    """One row: six cells in the order of `Outcome`, alternatives separated by " / ", "-" for cannot occur."""
    to = {
        outcome: tuple(part.strip() for part in cell.split(" / "))
        for outcome, cell in zip(Outcome, cells, strict=True)
        if cell != "-"
    }
    return Move(state, step, to, writes)


def flow(name: str, start: str, ends: str, safe_stops: str, *moves: Move) -> Flow:
    """A table from its rows; ends and safe stops as names separated by commas."""
    table = {row.state: row for row in moves}
    if len(table) != len(moves):
        raise ValueError(f"{name}: a state stands twice")
    return Flow(name, start, _names(ends), _names(safe_stops), table)


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(","))


def edges(table: Flow) -> Iterator[tuple[str, Outcome, str]]:
    """Every (state, outcome, next state); `=` is the state itself."""
    for state, row in table.moves.items():
        for outcome, nexts in row.to.items():
            for target in nexts:
                yield state, outcome, state if target == STAY else target
