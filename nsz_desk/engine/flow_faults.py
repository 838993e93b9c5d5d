"""Read a table of moves and report what is wrong with it: holes, dead ends, and broken money rules.

Source of the rules: the protocol, section 5.5.
"""

from collections.abc import Callable, Iterator

from nsz_desk.engine.flow import STAY, Flow, Outcome, edges
from nsz_desk.engine.flow_faults_undo import undo_faults

QUIET_ENDS = frozenset({"blocked", "busy", "stopped"})  # ends at which nobody looks again
CREATE, FIND, JUDGE = "create_refund", "find_refund", "judge"
# a step that tells somebody, and the only step whose DONE may lead to it
BEHIND = {
    "mark_transferred": "verify_refund",
    "stamp_refund": "mark_transferred",
    "stamp_memo": "stamp_refund",
    "clear_memo": "read_fields",
}
Edge = tuple[str, Outcome, str]


def faults(table: Flow) -> list[str]:
    """Every fault found, in words; an empty list for a table that may be trusted."""
    money = (*_quiet_after_create(table), *_create_without_proof(table), *_told_too_early(table), *undo_faults(table))
    return [*_shape(table), *money]


def _shape(table: Flow) -> Iterator[str]:
    known = set(table.moves) | table.ends
    for state, outcome, target in edges(table):
        if target not in known:
            yield f"{state} on {outcome.value}: unknown state {target}"
    for state, row in table.moves.items():
        if state in table.ends:
            yield f"{state}: an end has a move"
        if Outcome.DONE not in row.to or any(not nexts for nexts in row.to.values()):
            yield f"{state}: a cell is empty"
        if row.writes and not {Outcome.NOT_SENT, Outcome.NO_ANSWER} <= set(row.to):
            yield f"{state}: a write must know NOT_SENT and NO_ANSWER"
        if not _reach(table, state) & table.ends:
            yield f"{state}: no end can be reached"
    for state in known - _reach(table, table.start) - {table.start}:
        yield f"{state}: unreachable"
    for state in table.safe_stops - set(table.moves):
        yield f"{state}: a safe stop that is no state"


def _reach(table: Flow, start: str, skip: Callable[[Edge], bool] = lambda edge: False) -> set[str]:
    """States reachable from `start` by at least one move."""
    graph: dict[str, set[str]] = {}
    for edge in edges(table):
        if not skip(edge):
            graph.setdefault(edge[0], set()).add(edge[2])
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(graph.get(state, ()))
    return seen


def _creates(table: Flow) -> list[str]:
    return [state for state, row in table.moves.items() if CREATE in row.step]


def _quiet_after_create(table: Flow) -> Iterator[str]:
    """No path from any answer of a create but NOT_SENT to an end at which nobody looks again."""
    for state in _creates(table):
        for outcome, nexts in table.moves[state].to.items():
            if outcome is Outcome.NOT_SENT:
                continue
            for target in nexts:
                reached = _reach(table, target) | {target}
                for end in sorted(reached & QUIET_ENDS):
                    yield f"{state} on {outcome.value}: leads to {end}, where nobody looks again"


def _create_without_proof(table: Flow) -> Iterator[str]:
    """A create only behind a judgement and an empty search made since the last one."""
    seen: set[tuple[str, bool, bool]] = set()
    todo = [(table.start, False, False)]
    while todo:
        state, judged, searched = todo.pop()
        if (state, judged, searched) in seen or state not in table.moves:
            continue
        seen.add((state, judged, searched))
        step = table.moves[state].step
        if CREATE in step and not (judged and searched):
            yield f"{state}: reached without {'a judgement' if searched else 'an empty search'} since the last create"
        for outcome, nexts in table.moves[state].to.items():
            sent = CREATE in step and outcome is not Outcome.NOT_SENT
            now_judged = not sent and (judged or (step == JUDGE and outcome is Outcome.DONE))
            now_searched = not sent and (searched or (FIND in step and outcome is Outcome.ABSENT))
            for target in nexts:
                todo.append((state if target == STAY else target, now_judged, now_searched))


def _told_too_early(table: Flow) -> Iterator[str]:
    """Mark only behind a verified read, stamps behind the mark, the memo behind the refund."""
    steps = {state: row.step for state, row in table.moves.items()}
    for state, outcome, target in edges(table):
        needed = BEHIND.get(steps.get(target, ""))
        if needed and state != target and not (steps[state] == needed and outcome is Outcome.DONE):
            yield f"{state} on {outcome.value}: {target} needs {needed} before it"
