"""The steps after the create: verify, mark in Zuora, stamp refund and memo in NetSuite, look once more."""

from datetime import UTC, datetime

from nsz_desk.domain.errors import Changed, Credentials
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine import effects
from nsz_desk.engine.allocate_lines import read_back
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.look import found, look
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, Fields

DONE = Outcome.DONE
PERIOD = ("TRAN_PERIOD_CLOSED", "TRAN_PRD_CLOSED", "CLOSED_TRAN_PRD")
PERMISSION = ("INSUFFICIENT_PERMISSION",)


def verify_refund(e: Episode) -> Act[Answer]:
    """State `made`: a success is a claim about the past; GET says what is true now."""
    reply = yield from effects.read_refund(e.zuora_id)
    for pause in e.limits.not_readable:
        if reply.outcome is not Outcome.ABSENT:
            break
        yield from effects.sleep(pause)
        reply = yield from effects.read_refund(e.zuora_id)
    if reply.outcome is Outcome.ABSENT:
        if e.zuora_id in e.plan.known_dead:
            return Answer(Outcome.ABSENT, "next key", "cancelled and deleted, as our own resync proved")
        return Answer(Outcome.ABSENT, "review", f"not readable: Zuora does not show refund {e.zuora_id}")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    return _compare(e, reply.got)


def _compare(e: Episode, refund: ZuoraRefund) -> Answer:
    e.memory["zuora_number"] = refund.number
    if refund.dead:
        answered = refund.id in e.memory.get("answered", [])
        if answered and refund.id in e.plan.known_dead:
            return Answer(Outcome.CONFLICT, "next key", f"{refund.number} is the one that was cancelled before")
        return Answer(Outcome.CONFLICT, "review", f"cancelled by somebody: {refund.number} is {refund.status}")
    if refund.status.casefold() == "processing":
        return Answer(Outcome.NO_ANSWER, reason=f"{refund.number} is still Processing")
    if wrong := mismatches(e, refund):
        kind = "allocation differs" if wrong == ["lines"] else "mismatch"
        return Answer(Outcome.CONFLICT, "review", f"{kind}: {refund.number} differs in {', '.join(wrong)}")
    if refund.date != e.plan.day and e.kind != "LINK":
        e.memory["date_differs"] = refund.date.isoformat()
    return Answer(DONE, "verified", f"{refund.number} is live and agrees")


def mismatches(e: Episode, refund: ZuoraRefund) -> list[str]:
    """Which facts of a refund read by id contradict the plan (the date alone is drift, not here)."""
    plan, accepted = e.plan, e.memory.get("accepted", ())
    linked = e.kind == "LINK" or "method" in accepted  # a person has seen in what it differs
    wrong = [
        name
        for name, bad in (
            ("status", not refund.live),
            ("NetSuite id", refund.integration_id != plan.refund_id),
            ("amount", refund.amount != plan.amount),
            ("payment", refund.payment_id is not None and refund.payment_id != plan.payment_id),
            ("method", not linked and bool(refund.method) and refund.method.casefold() != plan.method_type.casefold()),
            ("type", e.kind != "LINK" and bool(refund.type) and refund.type.casefold() != "external"),
        )
        if bad
    ]
    if (len(plan.parts) > 1 or e.memory.get("allocated")) and refund.parts is not None:
        lines = sorted((key, amount.amount) for key, amount in refund.parts)
        if lines != sorted((key, amount.amount) for key, amount in plan.parts):
            wrong.append("lines")
    return wrong


def mark_transferred(e: Episode) -> Act[Answer]:
    """State `verified`: Transferred to Accounting Yes before NetSuite hears of it, or it comes back as a second one."""
    reply = yield from effects.read_refund(e.zuora_id)
    if reply.outcome is DONE and _is_marked(reply.got):
        return Answer(DONE, reason="marked already")
    moment = yield from effects.now()
    values = {
        "transferred_to_accounting": "Yes",
        "sync_date": stamp_text(e.server_time(moment)),
        **{
            field: value
            for record, field, value in e.plan.stamps
            if record == "zuora_refund" and field == "transaction"
        },
    }
    yield from intend(e, "mark the Zuora refund as transferred", zuora_refund=e.zuora_id, values=values)
    written = yield from effects.mark_refund(e.zuora_id, values)
    if written.outcome is not DONE:
        return Answer(written.outcome, reason=written.reason)
    reply = yield from effects.read_refund(e.zuora_id)
    if reply.outcome is not DONE:
        outcome = Outcome.NO_ANSWER if reply.outcome is Outcome.NOT_SENT else reply.outcome
        return Answer(outcome, reason=reply.reason)
    if _is_marked(reply.got):
        return Answer(DONE, reason="marked and read back")
    return Answer(Outcome.CONFLICT, "held mark", f"Transferred to Accounting reads {reply.got.transferred or 'No'}")


def _is_marked(refund: ZuoraRefund) -> bool:
    return refund.transferred.casefold() == "yes" and bool(refund.sync_date)


def stamp_text(at: datetime) -> str:
    """A sync date as both systems' text fields hold it: ISO 8601, UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def stamp_refund(e: Episode) -> Act[Answer]:
    """State `marked`: Zuora ID, Sync Complete and the sync date on the NetSuite refund, read back."""
    moment = yield from effects.now()
    values = {
        STATUS: e.pair.texts.complete,
        ZUORA_ID: e.zuora_id,
        NOTE: stamp_text(e.server_time(moment)),
    }
    answer = yield from _stamp(e, REFUND, e.refund_id, values)
    return answer


def stamp_memo(e: Episode) -> Act[Answer]:
    """State `stamped`: Zuora ID and Sync Complete on the credit memo, read back."""
    values = {STATUS: e.pair.texts.complete, ZUORA_ID: e.zuora_id}
    answer = yield from _stamp(e, MEMO, e.plan.memo_id, values)
    return answer


def _stamp(e: Episode, record: str, record_id: str, values: dict[str, str]) -> Act[Answer]:
    before = yield from effects.read_fields(record, record_id)
    if before.outcome is not DONE:
        return _read_failed(before.outcome, before.reason)
    if stamped(e, before.got):
        return Answer(DONE, reason="stamped already")
    if before.got.zuora_id.strip() not in ("", e.zuora_id, e.memory.get("replaces", "")):
        words = f"another Zuora ID: the {record} shows {before.got.zuora_id}, ours is {e.zuora_id}"
        return Answer(Outcome.CONFLICT, "review", words)
    yield from intend(e, f"stamp the NetSuite {record}", record=record, record_id=record_id, values=values)
    written = yield from effects.write_fields(record, record_id, values)
    if written.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        if NOTE in values and _field_refused(written.code):
            e.memory["note_not_written"] = written.reason
            again = yield from _stamp(e, record, record_id, {k: v for k, v in values.items() if k != NOTE})
            return again
        return _write_refused(written.error, written.code, written.reason)
    if written.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", f"orphan: the NetSuite {record} is gone")
    if written.outcome is not DONE:
        return Answer(written.outcome, reason=written.reason)
    after = yield from effects.read_fields(record, record_id)
    if after.outcome is not DONE:
        return _read_failed(after.outcome, after.reason)
    if stamped(e, after.got):
        return Answer(DONE, reason=f"{record} stamped and read back")
    return Answer(Outcome.NO_ANSWER, reason=f"the {record} does not show the stamp yet")


def stamped(e: Episode, fields: Fields) -> bool:
    """Whether a record shows our Zuora ID and the complete status."""
    return e.pair.texts.meaning(fields.status) is Status.COMPLETE and fields.zuora_id.strip() == e.zuora_id


def _field_refused(code: str) -> bool:
    return code.startswith("INVALID_FLD") or code in ("FIELD_NOT_EDITABLE", "INVALID_KEY_OR_REF")


def _write_refused(error: object, code: str, reason: str) -> Answer:
    """Source: the protocol, section 5.6."""
    if code in PERIOD + PERMISSION or isinstance(error, Credentials):
        return Answer(Outcome.REFUSED, "held stamp", reason)
    return Answer(Outcome.REFUSED, "=", reason if not isinstance(error, Changed) else f"edited meanwhile: {reason}")


def _read_failed(outcome: Outcome, reason: str) -> Answer:
    if outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", "orphan: the NetSuite record is gone")
    return Answer(Outcome.NOT_SENT if outcome is Outcome.NOT_SENT else Outcome.NO_ANSWER, reason=reason)


def look_again(e: Episode) -> Act[Answer]:
    """States `held mark` and `held stamp`: a person was to mend something; look whether the money is still there."""
    reply = yield from effects.read_refund(e.zuora_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "made", reply.reason)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    return Answer(DONE, "made", "looked again")


def post_check(e: Episode) -> Act[Answer]:
    """State `both`: both records, the search and a GET must tell the same story."""
    wrong = yield from _fields_wrong(e)
    if wrong:
        return wrong
    reply = yield from look(e)
    if reply.outcome is not DONE:
        return Answer(reply.outcome if reply.outcome is Outcome.NOT_SENT else Outcome.NO_ANSWER, reason=reply.reason)
    if reply.got.live and len(reply.got.live) > 1:
        duplicate = found(e, reply.got)
        return duplicate or Answer(Outcome.CONFLICT, "review", "duplicate")
    seen = any(refund.id == e.zuora_id for refund in reply.got.live)
    waited = 0.0
    while e.canary and not seen and waited < e.limits.canary:
        yield from effects.sleep(e.limits.canary / 6)
        waited += e.limits.canary / 6
        reply = yield from look(e)
        seen = reply.outcome is DONE and any(refund.id == e.zuora_id for refund in reply.got.live)
    answer = yield from _last_get(e, seen)
    return answer


def _fields_wrong(e: Episode, again: bool = True) -> Act[Answer | None]:
    """Both NetSuite records read whole: the stamps stand, and nobody changed the amount or voided it meanwhile.

    A stamp that is missing is looked for once more: another desk that let go late writes it again.
    """
    reply = yield from effects.read_facts(e.refund_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.CONFLICT, "drift", f"the NetSuite {REFUND} is gone")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    refund = reply.got.refund
    memo = next((one for one in reply.got.memos if one.id == e.plan.memo_id), None)
    if memo is None:
        return Answer(Outcome.CONFLICT, "drift", f"the NetSuite {MEMO} is gone")
    for record, status, zuora_id in (
        (REFUND, refund.status_text, refund.zuora_id),
        (MEMO, memo.status_text, memo.zuora_id),
    ):
        if not stamped(e, Fields(status, zuora_id, "", reply.got.at)):
            if again:
                yield from effects.sleep(e.limits.claim_wait)
                return (yield from _fields_wrong(e, again=False))
            return Answer(Outcome.CONFLICT, "drift", f"fields: the NetSuite {record} lost its stamp")
    if refund.amount != e.plan.amount:
        return Answer(Outcome.CONFLICT, "drift", f"fields: NetSuite says {refund.amount}, Zuora has {e.plan.amount}")
    if refund.voided is True:
        return Answer(Outcome.CONFLICT, "drift", "fields: the NetSuite refund was voided meanwhile")
    return None


def _last_get(e: Episode, seen: bool) -> Act[Answer]:
    reply = yield from effects.read_refund(e.zuora_id)
    if reply.outcome is Outcome.ABSENT or (reply.outcome is DONE and reply.got.dead):
        return Answer(Outcome.ABSENT, "drift", f"none live: {e.memory.get('zuora_number', e.zuora_id)} is not live")
    if reply.outcome is not DONE:
        return Answer(reply.outcome if reply.outcome is Outcome.NOT_SENT else Outcome.NO_ANSWER, reason=reply.reason)
    if day := e.memory.get("date_differs"):
        return Answer(Outcome.CONFLICT, "drift", f"date: Zuora says {day}, the plan {e.plan.date}")
    if e.memory.get("allocated") and (differs := (yield from read_back(e))):
        return differs
    if not seen:
        e.memory["not_in_search"] = True
        return Answer(Outcome.ABSENT, "complete", "live, but the search does not show it yet")
    return Answer(DONE, "complete", "both systems read back")
