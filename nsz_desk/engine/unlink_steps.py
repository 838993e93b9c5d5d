"""The steps of UNLINK: take our id off the Zuora refund, see that it is off, then free refund and memo in NetSuite.

Transferred to Accounting stays as it is: a refund that is no longer marked could be carried into NetSuite as a
second one by the vendor's connector.
"""

from collections.abc import Mapping
from datetime import datetime

from nsz_desk.domain.errors import Credentials
from nsz_desk.domain.status import Status, StatusTexts
from nsz_desk.engine import effects, sending
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode, intend
from nsz_desk.engine.flow import STAY, Outcome
from nsz_desk.engine.link_offer import picked_id
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, Fields
from nsz_desk.engine.writeback import PERIOD, PERMISSION

DONE = Outcome.DONE
MEMO_BEFORE: Mapping[str, str] = {STATUS: "", ZUORA_ID: ""}


def look_linked(e: Episode) -> Act[Answer]:
    """State `linked`: the Zuora refund carries our id, and NetSuite names this one or none."""
    reply = yield from effects.read_refund(picked_id(e.plan))
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="not readable: Zuora does not show the linked refund")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if reply.got.integration_id not in ("", e.refund_id):
        words = f"{reply.got.number} carries NetSuite id {reply.got.integration_id}, not ours: left as it is"
        return Answer(Outcome.REFUSED, reason=words)
    if not reply.got.live:
        return Answer(Outcome.REFUSED, reason=f"{reply.got.number} is {reply.got.status}: there is nothing to unlink")
    for record, record_id in ((REFUND, e.refund_id), (MEMO, e.plan.memo_id)):
        fields = yield from effects.read_fields(record, record_id)
        if fields.outcome is Outcome.ABSENT:
            return Answer(Outcome.ABSENT, reason=f"record gone: the NetSuite {record}")
        if fields.outcome is not DONE:
            return Answer(fields.outcome, reason=fields.reason)
        if _another(e, fields.got):
            return Answer(Outcome.CONFLICT, reason=_words(record, fields.got))
    return Answer(DONE, reason=f"{reply.got.number} is to be unlinked: {e.plan.call.body}")


def _another(e: Episode, fields: Fields) -> bool:
    return fields.zuora_id.strip() not in ("", picked_id(e.plan))


def _words(record: str, fields: Fields) -> str:
    return f"another Zuora ID: the {record} shows {fields.zuora_id}"


def unlink_refund(e: Episode) -> Act[Answer]:
    """State `unlinking`: the former values back on the Zuora refund."""
    former: Mapping[str, str] = e.memory["former_marks"]
    moment = yield from effects.now()
    e.memory["unlinked_at"] = moment.wall.isoformat()
    zuora_id, values = picked_id(e.plan), dict(former)
    yield from intend(e, "take our id off the Zuora refund", zuora_refund=zuora_id, values=values)
    written = yield from effects.mark_refund(zuora_id, values)
    outcome = Outcome.REFUSED if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(outcome, reason=written.reason or "former values written")


def read_unlinked(e: Episode) -> Act[Answer]:
    """State `unlink sent`: is our id off?"""
    reply = yield from effects.read_refund(picked_id(e.plan))
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    e.memory["zuora_number"] = reply.got.number
    if reply.got.integration_id != e.refund_id:
        return Answer(DONE, reason=f"{reply.got.number} carries our id no more")
    moment = yield from effects.now()
    sent = datetime.fromisoformat(e.memory["unlinked_at"])
    late = (moment.wall - sent).total_seconds() >= e.limits.contrary
    return Answer(Outcome.CONFLICT, "unlinking" if late else STAY, "our id still stands there")


def free_refund(e: Episode) -> Act[Answer]:
    """State `id removed`: status, Zuora ID and note of the NetSuite refund as they were before the link."""
    answer = yield from _free(e, REFUND, e.refund_id, refund_before(e.pair.texts, e.memory.get("former")))
    return answer


def refund_before(texts: StatusTexts, former: Mapping[str, str] | None) -> dict[str, str]:
    """The NetSuite refund's fields as they were before the link; neither an old claim nor a stamp is put back."""
    if not former or texts.meaning(former["status"]) in (Status.CREATING, Status.COMPLETE):
        return dict.fromkeys((STATUS, ZUORA_ID, NOTE), "")
    return {STATUS: former["status"], ZUORA_ID: "", NOTE: former["note"]}


def free_memo(e: Episode) -> Act[Answer]:
    """State `refund freed`: the credit memo's two fields."""
    answer = yield from _free(e, MEMO, e.plan.memo_id, MEMO_BEFORE)
    return answer


def _free(e: Episode, record: str, record_id: str, wanted: Mapping[str, str]) -> Act[Answer]:
    before = yield from effects.read_fields(record, record_id)
    if before.outcome is not DONE:
        return Answer(before.outcome, reason=before.reason or f"record gone: the NetSuite {record}")
    if _another(e, before.got):
        return Answer(Outcome.CONFLICT, reason=_words(record, before.got))
    if not _ours(e, record, before.got):
        return Answer(DONE, reason=f"the {record} names no link")
    values = {name: text for name, text in wanted.items() if text}
    clear = [name for name, text in wanted.items() if not text]
    where = {"record": record, "record_id": record_id}
    yield from intend(e, f"free the NetSuite {record}", **where, values=values, clear=clear)
    written = yield from effects.write_fields(record, record_id, values, clear)
    if written.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        return _refused(written)
    if written.outcome is not DONE:
        return Answer(written.outcome, reason=written.reason)
    after = yield from effects.read_fields(record, record_id)
    if after.outcome is not DONE:
        return Answer(after.outcome, reason=after.reason)
    if _ours(e, record, after.got):
        return Answer(Outcome.NO_ANSWER, reason=f"the {record} still shows the link")
    return Answer(DONE, reason=f"the {record} is free, read back")


def _ours(e: Episode, record: str, fields: Fields) -> bool:
    """Whether the record shows this link: its Zuora ID, or a claim of this desk that was left."""
    if fields.zuora_id.strip() == picked_id(e.plan):
        return True
    return record == REFUND and sending.ours(e, fields)


def _refused(written: Reply[datetime]) -> Answer:
    """Source: the protocol, section 5.6."""
    if written.code in PERIOD + PERMISSION or isinstance(written.error, Credentials):
        return Answer(Outcome.REFUSED, "held free", written.reason)
    return Answer(Outcome.REFUSED, STAY, written.reason)


def look_free(e: Episode) -> Act[Answer]:
    """State `held free`: a person was to open the period or give the permission; look, and try again."""
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    return Answer(reply.outcome, reason=reply.reason or "looked again")
