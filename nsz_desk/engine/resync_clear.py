"""The last steps of a resync: clear refund and memo in NetSuite, and watch for a late write that undoes it.

Nothing here is reached without a look that showed the Zuora refund dead: the table says so, and `_proved` once more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from nsz_desk.domain.errors import Changed, Credentials
from nsz_desk.domain.status import Status
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import NOT_YET, Answer, Episode, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.look import look
from nsz_desk.engine.ports import MEMO, REFUND, ZUORA_ID, Fields, Written
from nsz_desk.engine.resync_look import plan_of
from nsz_desk.engine.resync_plan import MEMO_CLEARS, REFUND_CLEARS
from nsz_desk.engine.writeback import PERIOD, PERMISSION

DONE = Outcome.DONE
LEFT = "NetSuite is left as it is"  # by a cancel of one Zuora refund by itself


def clear_refund(e: Episode) -> Act[Answer]:
    """State `settled`: clear status, Zuora ID and claim, only if the refund shows this Zuora ID."""
    if plan_of(e).alone:
        return Answer(DONE, reason=LEFT)
    if (tries := e.count("clear")) > 1:  # NetSuite did not keep it: not in a hurry
        # Before the looks, never between them and the write: meanwhile another desk may sync it anew.
        yield from effects.sleep(e.limits.backoff[min(tries - 2, len(e.limits.backoff) - 1)])
    if other := (yield from _another_live(e)):
        return other
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="record gone: NetSuite has no such refund any more")
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    if blank(e, reply.got):
        return Answer(DONE, reason="cleared already")
    if shows_another(e, reply.got):
        return Answer(Outcome.CONFLICT, reason=_another(REFUND, reply.got))
    written = yield from _clear(e, REFUND, e.refund_id, REFUND_CLEARS)
    return written


def _another_live(e: Episode) -> Act[Answer | None]:
    """A live refund with our id: do not clear, ask; NetSuite would forget the one that is live."""
    reply = yield from look(e)
    if reply.outcome is Outcome.ABSENT and e.memory.get("skip_apply"):  # a person has seen that the payment is gone
        listed = yield from effects.refunds_of_account(e.plan.account_id)
        if listed.outcome is not DONE:
            return Answer(Outcome.NOT_SENT, reason=listed.reason)
        live = tuple(one for one in listed.got if one.integration_id == e.refund_id and not one.dead)
    elif reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    else:
        live = reply.got.live
    others = [one.number for one in live if one.id != plan_of(e).zuora_id]
    if others:
        words = f"another Zuora ID: {', '.join(others)} is live with this id; nothing was cleared"
        return Answer(Outcome.CONFLICT, "review", words)
    return None


def blank(e: Episode, fields: Fields) -> bool:
    """Whether the record names no Zuora refund and is not complete (a claim for the next sync may stand there)."""
    return not fields.zuora_id.strip() and e.pair.texts.meaning(fields.status) is not Status.COMPLETE


def shows_another(e: Episode, fields: Fields) -> bool:
    """Whether the record names another Zuora refund than the one that was cancelled."""
    return fields.zuora_id.strip() not in ("", plan_of(e).zuora_id)


def _another(record: str, fields: Fields) -> str:
    return f"another Zuora ID: the {record} shows {fields.zuora_id}"


def _clear(e: Episode, record: str, record_id: str, fields: Sequence[str]) -> Act[Answer]:
    _proved(e)
    where = {"record": record, "record_id": record_id}
    yield from intend(e, f"clear the NetSuite {record}", **where, values={}, clear=list(fields))
    written = yield from effects.write_fields(record, record_id, {}, list(fields))
    if written.outcome is Outcome.NO_ANSWER:
        moment = yield from effects.now()
        e.memory["unanswered"] = moment.wall.isoformat()
    if written.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        return _refused(written)
    return Answer(written.outcome, reason=written.reason)


def _proved(e: Episode) -> None:
    """Clearing without a verified cancel is impossible by construction; here is the second lock.

    Raises:
        RuntimeError: a fault of the program; nothing was sent.
    """
    if not e.memory.get("gone"):
        raise RuntimeError("the Zuora refund was never seen dead: nothing is cleared")


def _refused(written: Reply[datetime]) -> Answer:
    """Source: the protocol, section 5.6."""
    if written.code in PERIOD + PERMISSION or isinstance(written.error, Credentials):
        return Answer(Outcome.REFUSED, "held clear", written.reason)
    edited = "edited meanwhile: " if isinstance(written.error, Changed) else ""
    return Answer(Outcome.REFUSED, "=", edited + written.reason)


def look_clear(e: Episode) -> Act[Answer]:
    """State `held clear`: a person was to open the period or give the permission; look, and try again."""
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    return Answer(reply.outcome, reason=reply.reason or "looked again")


def read_cleared(e: Episode) -> Act[Answer]:
    """State `clearing`: does the refund name no Zuora refund any more?"""
    if plan_of(e).alone:
        return Answer(DONE, reason=LEFT)
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="the record is gone")  # the next clear says so to a person
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if blank(e, reply.got):
        return Answer(DONE, reason="the refund is cleared, read back")
    if shows_another(e, reply.got):
        return Answer(Outcome.CONFLICT, reason=_another(REFUND, reply.got))
    return Answer(Outcome.ABSENT, reason="the cancelled Zuora ID still stands there")


def clear_memo(e: Episode) -> Act[Answer]:
    """State `refund cleared`: the memo's two fields, unless a person unticked it; read back."""
    answer = yield from _clear_memo(e)
    if answer.outcome in (DONE, Outcome.ABSENT) and not plan_of(e).alone and (until := _late_until(e)):
        e.memory["wait_until"] = until.isoformat()  # the watch that follows wants no look before
    return answer


def _clear_memo(e: Episode) -> Act[Answer]:
    plan = plan_of(e)
    if plan.keep_memo or not plan.memo_id:
        return Answer(DONE, reason="the credit memo is left as it is")
    before = yield from effects.read_fields(MEMO, plan.memo_id)
    if before.outcome is not DONE:
        return Answer(before.outcome, reason=before.reason)
    if blank(e, before.got):
        return Answer(DONE, reason="the credit memo is blank already")
    if shows_another(e, before.got):
        return Answer(Outcome.CONFLICT, reason=_another(MEMO, before.got))
    written = yield from _clear(e, MEMO, plan.memo_id, MEMO_CLEARS)
    if written.outcome is not DONE:
        return written
    after = yield from effects.read_fields(MEMO, plan.memo_id)
    if after.outcome is not DONE:
        return Answer(after.outcome, reason=after.reason)
    if not blank(e, after.got):
        return Answer(Outcome.NO_ANSWER, reason="the credit memo still shows the Zuora ID")
    return Answer(DONE, reason="refund and credit memo are cleared, read back")


def watch(e: Episode) -> Act[Answer]:
    """State `cleared`: the row is pending again; a NetSuite write without answer may still put the old id back."""
    plan = plan_of(e)
    if plan.alone:
        return Answer(DONE, reason=LEFT)
    records = [(REFUND, e.refund_id)] + ([] if plan.keep_memo or not plan.memo_id else [(MEMO, plan.memo_id)])
    for record, record_id in records:
        reply = yield from effects.read_fields(record, record_id)
        if reply.outcome is not DONE:
            return Answer(reply.outcome, reason=reply.reason or f"the NetSuite {record} is gone")
        if reply.got.zuora_id.strip() == plan.zuora_id:
            return (yield from _old_id_is_back(e, record))
    moment = yield from effects.now()
    until = _late_until(e)
    if until and moment.wall < until:
        return Answer(DONE, NOT_YET, f"cleared; a late NetSuite write is watched for until {until:%H:%M} UTC")
    return Answer(DONE, reason="cleared, and it stayed so")


def _late_until(e: Episode) -> datetime | None:
    at = e.memory.get("unanswered")
    return datetime.fromisoformat(at) + timedelta(seconds=e.limits.late_write) if at else None


def _old_id_is_back(e: Episode, record: str) -> Act[Answer]:
    """Clear again, unless a newer Zuora refund is live: its sync is not to be disturbed."""
    reply = yield from look(e)
    if reply.outcome is not DONE:
        return Answer(Outcome.NO_ANSWER, reason=reply.reason)
    old = plan_of(e).zuora_number or plan_of(e).zuora_id
    if any(one.id != plan_of(e).zuora_id for one in reply.got.live):
        words = f"fields: a late write put {old} back on the {record}, and a newer refund is live"
        return Answer(Outcome.CONFLICT, "drift", words)
    return Answer(Outcome.CONFLICT, "settled", f"a late write put {old} back on the {record}: clearing again")


def last_unanswered(lines: Sequence[Written]) -> datetime | None:
    """When a write of a Zuora ID in NetSuite last went unanswered, or was cut off; None when none did."""
    open_intents: dict[str, datetime] = {}
    found: datetime | None = None
    for line in lines:
        kind, detail = line.event.kind, line.event.detail
        if kind == "intent" and ZUORA_ID in (*detail.get("values", ()), *detail.get("clear", ())):
            found = max(filter(None, (found, open_intents.pop(line.event.episode, None))), default=None)
            open_intents[line.event.episode] = line.at
        elif kind == "outcome" and line.event.episode in open_intents:
            sent = open_intents.pop(line.event.episode)
            if detail["outcome"] == Outcome.NO_ANSWER.value:
                found = max(filter(None, (found, sent)))
    return max(filter(None, (found, *open_intents.values())), default=None)
