"""The money rules of a table that undoes: what may follow a cancel, and what must precede clearing.

Source: the protocol, section 5.5.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nsz_desk.engine.flow import STAY, Flow, Outcome

LOOKS = ("look_before", "read_refund")  # steps that see whether the refund is cancelled
SEEN = (Outcome.DONE, Outcome.ABSENT, Outcome.CONFLICT)  # outcomes with which they have seen it
CANCELLED = "cancelled"  # the state that says: seen Canceled, or gone
NEEDS_CANCEL = ("reapply_payment", "clear_refund", "clear_memo")
# a write that must not be repeated unread, and the look that has to follow it
READ_AFTER = {"cancel_refund": "read_refund", "reapply_payment": "read_payment", "clear_refund": "read_fields"}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is certain on a path: the refund was seen cancelled; a shield may be up."""

    gone: bool = False
    shielded: bool = False


def undo_faults(table: Flow) -> Iterator[str]:
    """Clear and re-apply only behind a look that showed it cancelled or gone; no shield left up; no write repeated."""
    yield from sorted(set(_paths(table)))
    for state, row in table.moves.items():
        reader = READ_AFTER.get(row.step)
        for outcome in (Outcome.DONE, Outcome.NO_ANSWER) if reader else ():
            for target in row.to.get(outcome, ()):
                after = state if target == STAY else target
                if after not in table.moves or table.moves[after].step != reader:
                    yield f"{state} on {outcome.value}: {reader} must follow, not {after}"


def _paths(table: Flow) -> Iterator[str]:
    """Walk every path with what is known on it."""
    seen: set[tuple[str, _Known]] = set()
    todo = [(table.start, _Known())]
    while todo:
        state, known = todo.pop()
        if (state, known) in seen:
            continue
        seen.add((state, known))
        if state not in table.moves:
            if known.shielded and state in table.ends:
                yield f"{state}: reached with Ignore still set, neither cancelled nor set back"
            continue
        step = table.moves[state].step
        if step in NEEDS_CANCEL and not known.gone:
            yield f"{state}: {step} without a look that showed the refund cancelled"
        for outcome, nexts in table.moves[state].to.items():
            for target in nexts:
                after = state if target == STAY else target
                todo.append((after, _learn(known, step, outcome, after)))


def _learn(known: _Known, step: str, outcome: Outcome, after: str) -> _Known:
    saw = after == CANCELLED and (
        (step in LOOKS and outcome in SEEN) or (step == "shield" and outcome is Outcome.ABSENT)
    )
    gone = known.gone or saw
    if gone:
        return _Known(gone)
    if step == "shield" and outcome in (Outcome.DONE, Outcome.NO_ANSWER):
        return _Known(gone, True)
    down = (step == "unshield" and outcome is Outcome.DONE) or (step == "read_refund" and after == "mine")
    return _Known(gone, known.shielded and not down)
