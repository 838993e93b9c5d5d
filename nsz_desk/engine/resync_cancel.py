"""The steps of a resync in Zuora up to the cancel: shield, cancel, look; and the way back while it is still live."""

from datetime import datetime

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.resync_look import dead, look_at, over, plan_of
from nsz_desk.engine.resync_plan import applied, taken_text

DONE = Outcome.DONE
IGNORE, YES = "Ignore", "Yes"


def shield(e: Episode) -> Act[Answer]:
    """State `mine`: Transferred to Accounting to Ignore, so that the connector does not carry the cancel over."""
    plan = plan_of(e)
    words = (yield from over(e)) or ("the user stopped" if (yield from effects.stopping()) else "")
    if words:
        return _leave(e, Answer(Outcome.NOT_SENT, "leaving", words), "stopped")
    if not plan.shield:
        return Answer(DONE, reason="this profile cancels without Ignore")
    reply = yield from effects.read_refund(plan.zuora_id)
    if reply.outcome is DONE and _transferred(reply.got, IGNORE):
        return Answer(DONE, reason="Transferred to Accounting is Ignore already")
    yield from _note_sent(e, "shield")
    written = yield from _mark(e, IGNORE, "set Transferred to Accounting to Ignore")
    if written.outcome is Outcome.REFUSED:
        return _leave(e, written, "refused")
    if written.outcome is Outcome.ABSENT:
        gone = yield from look_at(e)
        return Answer(Outcome.ABSENT if gone.outcome is Outcome.ABSENT else Outcome.NO_ANSWER, reason=written.reason)
    return written


def _leave(e: Episode, answer: Answer, end: str) -> Answer:
    """Nothing was cancelled: remember how this episode is to end and why."""
    e.memory["leave"], e.memory["why"] = end, answer.reason
    return answer


def _mark(e: Episode, value: str, what: str) -> Act[Answer]:
    plan, values = plan_of(e), {"transferred_to_accounting": value}
    yield from intend(e, what, zuora_refund=plan.zuora_id, values=values)
    written = yield from effects.mark_refund(plan.zuora_id, values)
    outcome = Outcome.NO_ANSWER if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(outcome, reason=written.reason)


def _transferred(refund: ZuoraRefund, word: str) -> bool:
    return refund.transferred.casefold() == word.casefold()


def _note_sent(e: Episode, what: str) -> Act[None]:
    moment = yield from effects.now()
    e.memory[f"{what}_sent"] = moment.wall.isoformat()


def _since(e: Episode, what: str) -> Act[float]:
    """Seconds since that was sent last; a PUT without answer may run for 180 s. Long ago when it never was."""
    moment = yield from effects.now()
    if f"{what}_sent" not in e.memory:
        return float("inf")
    return (moment.wall - datetime.fromisoformat(e.memory[f"{what}_sent"])).total_seconds()


def read_shield(e: Episode) -> Act[Answer]:
    """State `shielding`: does the refund say Ignore, and is it still live?"""
    plan, since = plan_of(e), (yield from _since(e, "shield"))  # before the look: a machine may sleep after it
    reply = yield from look_at(e)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if reply.got.dead:
        return Answer(Outcome.CONFLICT, "cancelled", f"{reply.got.number} is {reply.got.status}", dead(plan))
    if not plan.shield or _transferred(reply.got, IGNORE):
        return Answer(DONE, reason="ready to cancel")
    if since < e.limits.contrary:
        return Answer(Outcome.NO_ANSWER, reason="Zuora does not show Ignore yet")
    return Answer(Outcome.CONFLICT, "mine", f"Transferred to Accounting reads {reply.got.transferred or 'No'}")


def cancel_refund(e: Episode) -> Act[Answer]:
    """State `shielded`: cancel this refund and no other; what really happened is read next, whatever the answer."""
    plan = plan_of(e)
    if words := (yield from over(e)):
        return _leave(e, Answer(Outcome.NOT_SENT, "unshielding", words), "stopped")
    if against := (yield from _payment_moved(e)):
        return against
    yield from _note_sent(e, "cancel")
    e.memory.pop("no", None)
    call = plan.call
    yield from intend(
        e,
        "cancel the Zuora refund",
        zuora_refund=plan.zuora_id,
        method=call.method,
        url=call.path,
        body=call.body,
    )
    reply = yield from effects.cancel_refund(plan.zuora_id)
    if reply.outcome is Outcome.REFUSED:
        e.memory["no"] = reply.reason
    if reply.outcome is Outcome.NO_ANSWER:
        e.memory["silent_cancel"] = e.memory["cancel_sent"]
    outcome = Outcome.NO_ANSWER if reply.outcome is Outcome.CONFLICT else reply.outcome
    return Answer(outcome, reason=reply.reason)


def _payment_moved(e: Episode) -> Act[Answer | None]:
    """Another desk's undo, or a person, is at the payment's money: ours could not be told from theirs afterwards."""
    plan = plan_of(e)
    if not e.pair.route.settlement:
        return None  # the cancel itself puts the money back
    reply = yield from effects.read_payment(plan.payment_id)
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    now, loose = applied(reply.got), reply.got.unapplied
    if (now, loose) == (plan.applied, plan.loose):
        return None
    words = (
        f"payment {plan.payment_number} changed meanwhile: it pays {taken_text(now, plan)} and {loose} is loose, "
        f"approved were {taken_text(plan.applied, plan)} and {plan.loose}"
    )
    return _leave(e, Answer(Outcome.NOT_SENT, "unshielding", words), "refused")


def read_cancelled(e: Episode) -> Act[Answer]:
    """State `cancelling`: only a look says whether it is cancelled."""
    plan, may_still_run = plan_of(e), (yield from _may_still_run(e))  # before the look: a machine may sleep after it
    reply = yield from look_at(e)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if reply.got.dead:
        return Answer(DONE, reason=f"{reply.got.number} is {reply.got.status}, read back", facts=dead(plan))
    if may_still_run:
        return Answer(Outcome.CONFLICT, "=", f"{reply.got.number} still reads {reply.got.status}; looking again")
    if no := str(e.memory.get("no", "")):
        return _leave(e, Answer(Outcome.CONFLICT, "unshielding", no), "refused")
    return Answer(Outcome.CONFLICT, "shielded", f"{reply.got.number} is still {reply.got.status}: it was not cancelled")


def _may_still_run(e: Episode) -> Act[bool]:
    """Whether a cancel of ours may yet take effect: one that was not refused, less than 180 s ago."""
    moment = yield from effects.now()
    times = [e.memory[name] for name in ("silent_cancel",) if name in e.memory]
    if "no" not in e.memory and "cancel_sent" in e.memory:
        times.append(e.memory["cancel_sent"])
    return any((moment.wall - datetime.fromisoformat(at)).total_seconds() < e.limits.contrary for at in times)


def unshield(e: Episode) -> Act[Answer]:
    """State `unshielding`: the refund stays live, so it must say Yes again before anybody else looks at it."""
    plan = plan_of(e)
    if not plan.shield:
        return Answer(DONE, reason=str(e.memory.get("why", "")))
    before = yield from _looked(e)
    if before is not None:
        return before
    written = yield from _mark(e, YES, "set Transferred to Accounting back to Yes")
    if written.outcome is not DONE:
        return written
    after = yield from _looked(e)
    return after or Answer(Outcome.NO_ANSWER, reason="Zuora does not show Yes yet")


def _looked(e: Episode) -> Act[Answer | None]:
    """What the refund shows: Yes already, cancelled after all, gone, not readable; None when it is to be written."""
    reply = yield from look_at(e)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if reply.got.dead:
        return Answer(Outcome.CONFLICT, reason=f"{reply.got.number} is {reply.got.status} after all")
    if _transferred(reply.got, YES):
        return Answer(DONE, reason=str(e.memory.get("why", "")) or "Transferred to Accounting is Yes again")
    return None


def look_unshield(e: Episode) -> Act[Answer]:
    """State `held unshield`: a person was to give the permission; try again if the refund is still there."""
    reply = yield from effects.read_refund(plan_of(e).zuora_id)
    return Answer(reply.outcome, reason=reply.reason or "looked again")
