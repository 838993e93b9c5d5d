"""A journal line in words for people, and how an episode's rest becomes a result."""

from datetime import datetime
from typing import Any

from nsz_desk.engine.episode import Episode
from nsz_desk.engine.ports import Written
from nsz_desk.engine.results import Entry, Result, RowResult, Told
from nsz_desk.engine.resync_story import RESYNC_STATES, resync_result
from nsz_desk.engine.runner import Walked

STATES = {
    "needs allocation": "to be split over invoices",
    "drafted": "split over invoices",
    "approved": "split approved, looking at the invoices",
    "ready": "judging again",
    "judged": "rules hold",
    "waiting": "waiting",
    "free": "no Zuora refund exists",
    "claiming": "claimed in NetSuite",
    "claimed": "claim read back",
    "letting go": "letting go of the claim",
    "armed": "about to create",
    "in doubt": "in doubt: answer lost",
    "again": "same key, same bytes",
    "again armed": "about to send again",
    "refused?": "refused, looking",
    "mended": "other content under the key",
    "held doubt": "in doubt, looking later",
    "rejected": "refused by Zuora",
    "not made": "proven never made",
    "made": "created in Zuora",
    "next key": "next key",
    "verified": "verified in Zuora",
    "held mark": "made; cannot be marked as transferred",
    "marked": "marked as transferred",
    "stamped": "refund stamped",
    "held stamp": "made; NetSuite cannot be stamped",
    "both": "memo stamped",
    "complete": "complete",
    "review": "waits for a person",
    "drift": "made, but something differs",
    "refused": "refused by Zuora",
    "unmade": "never made",
    "blocked": "blocked by a rule",
    "busy": "another desk is at it",
    "stopped": "stopped, nothing was sent",
    "picking": "looking for the candidate",
    "picked": "candidate picked, looking at everything",
    "linkable": "may be linked",
    "linking mine": "claimed in NetSuite for a link",
    "linking": "id put on the Zuora refund, looking",
    "unlinked": "not linked; letting go of the claim",
    "linked": "to be unlinked, looking",
    "unlinking": "about to take the id off",
    "unlink sent": "id taken off, looking",
    "id removed": "the Zuora refund carries no id any more",
    "held free": "unlinked in Zuora; NetSuite cannot be freed",
    "refund freed": "refund freed",
    "undone": "unlinked",
    **RESYNC_STATES,
}
NEXT = {
    "complete": "",
    "refused": "Nothing was made in Zuora; NetSuite says Error Creating Refund. Mend the cause, then sync again.",
    "unmade": "Nothing was made in Zuora. It can be synced again.",
    "blocked": "Nothing was sent. Mend it in NetSuite, then refresh.",
    "busy": "Nothing was sent by this desk. Wait for the other one, then refresh.",
    "stopped": "Nothing was sent to Zuora. Refresh, look, and sync again.",
    "review": "The desk sends nothing more for this refund. Look at both records and decide.",
    "drift": "The Zuora refund was made. Compare both records and correct what differs.",
    "waiting": "Nothing was sent yet. Finish goes on when the time is over.",
    "held doubt": "It may exist in Zuora. Do not make it by hand; Finish looks again.",
    "held mark": "The refund exists in Zuora. Give the permission, then Finish.",
    "held stamp": "The refund exists in Zuora. Open the period or give the permission, then Finish.",
    "held free": "The link is off in Zuora. Open the period or give the permission in NetSuite, then Finish.",
    "undone": "The row is pending again. Link it to another refund, or sync it.",
}
TITLES = {
    "settings": "Settings changed",
    "run": "Run",
    "decision": "Decision",
    "sweep": "Looked again after a NetSuite write without an answer",
    "doctor": "Connection test",
    "changed_line": "DAMAGED: this line is not what was written",
}
OPEN = "It stays open in the journal; Finish goes on from here."


def state_words(state: str) -> str:
    """A state of the table in words."""
    return STATES.get(state, state)


def result_of(e: Episode, walked: Walked) -> RowResult:
    """The contract's result of a run (the protocol, R4)."""
    if e.kind == "RESYNC":
        return resync_result(e, walked.state, walked.reason)
    return RowResult(
        e.refund_id,
        e.plan.number,
        _result(walked),
        e.zuora_id,
        _reason(e, walked),
        NEXT.get(walked.state, OPEN),
        e.plan.amount,
        str(e.memory.get("zuora_number", "")),
        _told(e, walked),
        _look_again(e, walked),
    )


def _told(e: Episode, walked: Walked) -> Told:
    """Whether the Zuora refund exists, as far as this episode has proved it."""
    if walked.state == "complete" or (e.zuora_id and walked.state not in ("review", "drift")):
        return Told.EXISTS
    if walked.state in ("refused", "unmade", "blocked", "stopped", "ready", "judged", "free"):
        return Told.DOES_NOT_EXIST if e.memory.get("posts") or walked.state in ("refused", "unmade") else Told.NOT_ASKED
    return Told.CANNOT_TELL if e.memory.get("posts") or walked.state in ("review", "drift") else Told.NOT_ASKED


def _look_again(e: Episode, walked: Walked) -> datetime | None:
    if walked.state not in ("waiting", "held doubt") or "wait_until" not in e.memory:
        return None
    return datetime.fromisoformat(e.memory["wait_until"])


def _reason(e: Episode, walked: Walked) -> str:
    if walked.state == "complete":
        made = str(e.memory.get("origin", "created"))
        note = " The sync date could not be written." if e.memory.get("note_not_written") else ""
        return f"Zuora refund {e.memory.get('zuora_number') or e.zuora_id} {made}, both systems read back.{note}"
    if walked.state == "undone":
        number = e.memory.get("zuora_number") or e.plan.call.path
        return f"Zuora refund {number} carries no NetSuite id any more; it stays marked as transferred to accounting."
    if walked.state in ("refused", "rejected") and e.memory.get("refusal"):
        return str(e.memory["refusal"])
    return walked.reason or state_words(walked.state)


def _result(walked: Walked) -> Result:
    if walked.state in ("complete", "undone"):
        return Result.COMPLETE
    if walked.state in ("refused", "unmade"):
        return Result.FAILED
    if walked.state == "blocked" or (walked.state == "stopped" and walked.reason.startswith("plan changed")):
        return Result.REFUSED
    return Result.SKIPPED if walked.state in ("busy", "stopped") else Result.IN_DOUBT


def entry(line: Written) -> Entry:
    """One line of the history."""
    event = line.event
    return Entry(line.seq, line.at, line.who, event.refund_id, _title(line), _detail(event.detail), event.kind)


def _title(line: Written) -> str:
    kind, detail = line.event.kind, line.event.detail
    if kind == "episode_opened":
        return f"Begun: {detail.get('why', '')}"
    if kind == "intent":
        return f"About to {detail['what']}"
    if kind == "outcome":
        return _said(state_words(str(detail["next"])), str(detail.get("reason") or detail["outcome"]))
    if kind == "decision" and "says" in detail:
        return f"Decided by a person: {detail['says']}"
    if kind == "resumed":
        return f"Taken up again; it was cut off: {detail['cut']}"
    if kind == "episode_ended":
        return f"Ended: {state_words(str(detail['end']))}"
    return TITLES.get(kind, kind)


def _said(words: str, reason: str) -> str:
    """State and reason without saying one thing twice."""
    text = reason if reason.startswith(words) else words if reason in words else f"{words}: {reason}"
    return f"{text[:1].upper()}{text[1:]}"


def _detail(detail: Any) -> tuple[tuple[str, str], ...]:
    hidden = ("memory", "plan")
    pairs = [(name, str(value)) for name, value in detail.items() if name not in hidden and value not in ("", None)]
    plan = detail.get("plan")
    told = [(name, str(plan[name])) for name in ("reason", "zuora_number") if plan.get(name)] if plan else []
    return (*pairs, *told, ("plan_hash", str(plan["hash"]))) if plan else tuple(pairs)
