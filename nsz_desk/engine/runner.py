"""Walk an episode through its table: intent, step, outcome line, next move, until an end or a room.

A crash is an outcome (an intent without an answer), so recovery is "load the last state and go on".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nsz_desk.engine import allocate_steps, doubt, effects, judging, link_steps, sending, unlink_steps, writeback
from nsz_desk.engine.allocate_table import ALLOCATED
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import NOT_YET, Answer, Episode, Step
from nsz_desk.engine.flow import STAY, Flow, Outcome
from nsz_desk.engine.link_table import LINK, LINK_AFTER_CRASH, UNLINK
from nsz_desk.engine.ports import Event, Written
from nsz_desk.engine.resync_steps import RESYNC_STEPS
from nsz_desk.engine.resync_table import RESYNC
from nsz_desk.engine.sync_table import AFTER_CRASH, MONEY, SYNC

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (SYNC, ALLOCATED, RESYNC, LINK, UNLINK)}  # by the episode's kind
ENDS = frozenset[str]().union(*(flow.ends for flow in FLOWS.values()))
STEPS: dict[str, Step] = {  # a state's name means the same in every table
    "needs allocation": allocate_steps.draft,
    "drafted": allocate_steps.approve,
    "approved": allocate_steps.judge_lines,
    "ready": judging.judge,
    "judged": doubt.find_before,
    "waiting": doubt.wait_until,
    "free": sending.claim_refund,
    "claiming": sending.read_claim_back,
    "claimed": sending.open_and_guard,
    "letting go": sending.release_claim,
    "armed": sending.create,
    "in doubt": doubt.find_in_doubt,
    "again": judging.judge_again,
    "again armed": sending.create_again,
    "refused?": doubt.find_refused,
    "mended": doubt.find_mended,
    "held doubt": doubt.held_doubt,
    "rejected": sending.mark_error,
    "not made": sending.mark_error,
    "made": writeback.verify_refund,
    "next key": doubt.next_key,
    "verified": writeback.mark_transferred,
    "held mark": writeback.look_again,
    "marked": writeback.stamp_refund,
    "stamped": writeback.stamp_memo,
    "held stamp": writeback.look_again,
    "both": writeback.post_check,
    "picking": link_steps.list_candidates,
    "picked": link_steps.look_before,
    "linkable": link_steps.claim,
    "linking mine": link_steps.link_refund,
    "unlinked": link_steps.release,
    "linking": link_steps.see_linked,
    "linked": unlink_steps.look_linked,
    "unlinking": unlink_steps.unlink_refund,
    "unlink sent": unlink_steps.read_unlinked,
    "id removed": unlink_steps.free_refund,
    "held free": unlink_steps.look_free,
    "refund freed": unlink_steps.free_memo,
    **RESYNC_STEPS,
}
# Nothing was sent: a run that comes to rest here ends `stopped`.
BEFORE = frozenset({"approved", "ready", "judged", "confirmed", "planned", "picking", "picked", "linked"})
HELD = frozenset({"held doubt", "held mark", "held stamp", "held unshield", "held apply", "held clear", "held free"})
ROOMS = HELD | {"waiting", "cleared"}
PATIENCE = 80  # steps in one run; then the episode stays open for the next look


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a run of an episode came to rest: an end of the table, or a state in which it stays open."""

    state: str
    reason: str

    @property
    def ended(self) -> bool:
        """Whether the episode is over."""
        return self.state in ENDS


Tell = Callable[[str, str], None]


def open_episode(e: Episode, why: str) -> Act[None]:
    """Write the line that opens an episode, with the whole plan."""
    yield from effects.record(
        e.event("episode_opened", table=e.kind, plan=e.plan.stored(), why=why, state=e.state, desk=e.desk.id)
    )


def walk(e: Episode, tell: Tell) -> Act[Walked]:
    """Run the episode until it ends, rests in a room, or patience is over.

    `tell` hears every new state with its reason, for the face.
    """
    table = FLOWS[e.kind]
    while e.state not in table.ends:
        if e.state in table.safe_stops and (yield from effects.stopping()):
            return (yield from _end(e, "stopped", "the user stopped"))
        e.steps += 1
        answer = yield from STEPS[e.state](e)
        if answer.to == NOT_YET:
            return Walked(e.state, answer.reason)
        target = table.next(e.state, answer.outcome, e.state if answer.to == STAY else answer.to)
        e.memory["reason"] = answer.reason
        yield from _line(e, answer, target)
        tell(target, answer.reason)
        if target in table.ends:
            return (yield from _end(e, target, answer.reason))
        rests = yield from _rests(e, answer, target)
        e.state = target
        if rests:
            if target in BEFORE:
                return (yield from _end(e, "stopped", answer.reason))
            return Walked(target, answer.reason)
    # cut between the outcome line and the last one: only the end is missing
    return (yield from _end(e, e.state, str(e.memory.get("reason", ""))))


def _rests(e: Episode, answer: Answer, target: str) -> Act[bool]:
    """Whether this run leaves the episode where it is; "stay" is tried again after a pause a few times."""
    if e.steps >= PATIENCE:
        return True
    if target != e.state:
        return target in HELD
    if target in ROOMS:
        return True
    tries = e.count(f"stay {target}")
    if tries > len(e.limits.backoff):
        return True
    yield from effects.sleep(e.limits.backoff[tries - 1])
    return False


def _line(e: Episode, answer: Answer, target: str) -> Act[None]:
    yield from effects.record(
        e.event(
            "outcome",
            state=e.state,
            step=FLOWS[e.kind].moves[e.state].step,
            outcome=answer.outcome.value,
            next=target,
            reason=answer.reason,
            **answer.facts,
        )
    )


def _end(e: Episode, state: str, reason: str) -> Act[Walked]:
    e.state = state
    yield from effects.record(e.event("episode_ended", end=state, reason=reason))
    return Walked(state, reason)


@dataclass(frozen=True, slots=True)
class Left:
    """An open episode as the journal left it."""

    episode: str
    refund_id: str
    kind: str
    plan: dict[str, Any]
    state: str
    memory: dict[str, Any]
    since: datetime
    interrupted: str  # what was being written when it stopped, "" when nothing
    cut: str  # where the desk that walked it died, in words; "" when it had come to rest

    @property
    def money(self) -> bool:
        """Whether a Zuora refund may exist because of it."""
        return self.state in MONEY


def fold(lines: Sequence[Written]) -> Left:
    """The state in which a crash left an episode, from its lines alone.

    An intent without an outcome is NO_ANSWER; a proof never survives a crash.
    """
    opened = lines[0].event.detail
    kind, state, memory, interrupted = str(opened["table"]), str(opened["state"]), dict(opened["memory"]), ""
    for line in lines[1:]:
        state, memory, interrupted = _fold_line(line.event, state, memory, interrupted)
    if interrupted:
        state = FLOWS[kind].next(state, Outcome.NO_ANSWER)
    state = (AFTER_CRASH | LINK_AFTER_CRASH).get(state, state)
    last = lines[-1]
    plan = dict(opened["plan"])
    cut = _cut(lines, interrupted)
    return Left(last.event.episode, last.event.refund_id, kind, plan, state, memory, last.at, interrupted, cut)


def _cut(lines: Sequence[Written], interrupted: str) -> str:
    """A walk that came to rest ends in a room, or where it had tried again in vain; any other last line was cut off."""
    if interrupted:
        return f"about to {interrupted}; whether that happened is not known"
    last = [line.event for line in lines if line.event.kind != "resumed"][-1]
    if last.kind != "outcome":
        return "just begun"
    rested = last.detail["next"] in ROOMS or last.detail["next"] == last.detail["state"]
    return "" if rested else f"the last step done was {last.detail['step']}"


def _fold_line(event: Event, state: str, memory: dict[str, Any], interrupted: str) -> tuple[str, dict[str, Any], str]:
    detail = event.detail
    if event.kind == "intent":
        memory = dict(detail["memory"])
        if "key" in detail:
            post = {"n": detail["n"], "at": detail["sent"], "outcome": "NO_ANSWER"}
            memory["posts"] = [*memory.get("posts", []), post]
        return str(detail["state"]), memory, str(detail["what"])
    if event.kind == "outcome":
        return str(detail["next"]), dict(detail["memory"]), ""
    return state, memory, interrupted


def _kind(line: Written) -> str:
    return str(line.event.detail["table"])


def carried_over(lines: Sequence[Written]) -> dict[str, Any]:
    """What a new episode must know of earlier ones of the same refund: its keys' posts and refusals.

    A person who syncs again after a refusal permits to pass the refused keys; each is proved again first.
    """
    undoes = {
        line.event.episode for line in lines if line.event.kind == "episode_opened" and _kind(line) == RESYNC.name
    }  # a resync that still watches for late writes knows nothing of later keys
    lines = [line for line in lines if line.event.episode not in undoes]
    said = [line.event.detail["memory"] for line in lines if "memory" in line.event.detail]
    memory: dict[str, Any] = said[-1] if said else {}
    kept: dict[str, Any] = {name: memory[name] for name in ("posts", "refused_keys", "answered") if name in memory}
    if "refused_keys" in kept:
        kept["pass_refused"] = sorted(int(n) for n in kept["refused_keys"])
    return kept
