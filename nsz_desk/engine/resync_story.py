"""A resync in words for people: its states, what to do next, and its result in the contract's form."""

from datetime import datetime

from nsz_desk.engine.episode import Episode
from nsz_desk.engine.results import Result, RowResult
from nsz_desk.engine.resync_look import plan_of
from nsz_desk.engine.resync_plan import ResyncPlan

RESYNC_STATES = {
    "confirmed": "looking at everything",
    "planned": "everything is as approved",
    "mine": "claimed in NetSuite",
    "shielding": "Transferred to Accounting set to Ignore",
    "shielded": "about to cancel",
    "cancelling": "cancel sent, looking",
    "unshielding": "not cancelled; setting Transferred to Accounting back",
    "held unshield": "not cancelled; Transferred to Accounting cannot be set back",
    "leaving": "not cancelled; letting go of the claim",
    "cancelled": "cancelled in Zuora, read back",
    "loose": "the payment's money is loose",
    "reapplying": "payment applied again, looking",
    "held apply": "cancelled; the payment cannot be applied again",
    "settled": "the payment is as before",
    "held clear": "cancelled; NetSuite cannot be cleared",
    "clearing": "refund cleared, looking",
    "refund cleared": "refund cleared, read back",
    "cleared": "cleared: pending again",
    "resynced": "undone: pending again",
}
NOT_TOUCHED = "Nothing was changed in Zuora. Mend the cause, then resync again."
RESYNC_NEXT = {
    "cleared": "It is pending again. Sync it now, or leave it.",
    "resynced": "It is pending again. Sync it now, or leave it.",
    "refused": NOT_TOUCHED,
    "stopped": NOT_TOUCHED,
    "busy": "Nothing was sent to Zuora. Wait for the other desk, then look again.",
    "review": "The desk sends nothing more for this refund. Look at both records and decide.",
    "drift": "Compare both records and correct what differs.",
    "held unshield": "The Zuora refund is live. Give the permission to change Transferred to Accounting, then Finish.",
    "held apply": "The Zuora refund is cancelled. Apply the payment by hand as it was before, then Finish.",
    "held clear": "The Zuora refund is cancelled. Open the period or give the permission, then Finish.",
}
ALONE_NEXT = "Refresh, then look at the row: what is left is judged afresh."
GOES_ON = "It stays open in the journal; Finish goes on from here."
UNDONE = ("cleared", "resynced")


def resync_result(e: Episode, state: str, reason: str) -> RowResult:
    """The result of a run. A Zuora id is told while the refund it names is live; the old number is kept."""
    plan, undone = plan_of(e), state in UNDONE
    gone = bool(e.memory.get("gone"))
    return RowResult(
        e.refund_id,
        plan.number,
        _result(e, state),
        "" if gone else plan.zuora_id,
        _undone(e, reason) if undone else reason or RESYNC_STATES.get(state, state),
        ALONE_NEXT if undone and plan.alone else RESYNC_NEXT.get(state, GOES_ON),
        plan.amount,
        plan.zuora_number,
        look_again=_look_again(e) if state == "cleared" else None,
    )


def _result(e: Episode, state: str) -> Result:
    """The protocol, R4: a definite no of Zuora is `failed`, a rule of ours `refused`."""
    if state in UNDONE:
        return Result.COMPLETE
    if state == "refused":
        return Result.FAILED if e.memory.get("why") else Result.REFUSED
    return Result.SKIPPED if state in ("busy", "stopped") else Result.IN_DOUBT


def _undone(e: Episode, reason: str) -> str:
    plan = plan_of(e)
    named = plan.zuora_number or plan.zuora_id
    if plan.alone:
        return f"Zuora refund {named} is cancelled, read back; NetSuite was left as it is.{_put_back(e, plan)}"
    what = "was cancelled before" if plan.already_dead else "is cancelled"
    put_back = _put_back(e, plan)
    if plan.already_dead and not plan.reapply:
        put_back = f" Payment {plan.payment_number} was left as it is."
    memo = " The credit memo was left as it is." if plan.keep_memo else ""
    watched = f" {reason[:1].upper()}{reason[1:]}." if "late" in reason else ""
    return f"Zuora refund {named} {what}, NetSuite is cleared, both read back.{put_back}{memo}{watched}"


def _put_back(e: Episode, plan: ResyncPlan) -> str:
    return f" {_applied(plan.reapply)} applied again." if plan.reapply and not e.memory.get("skip_apply") else ""


def _applied(parts: tuple[tuple[str, object], ...]) -> str:
    count = len(parts)
    return f"The payment's money on {count} invoice{'s' * (count != 1)} was"


def _look_again(e: Episode) -> datetime | None:
    until = e.memory.get("wait_until")
    return datetime.fromisoformat(until) if until else None
