"""The steps from the claim to the create: claim, read it back, open the line, guard, post."""

from datetime import datetime

from nsz_desk.domain.case import claim_text, read_claim
from nsz_desk.domain.errors import DeskError, KeyMismatch
from nsz_desk.domain.status import Status
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import REFUNDED_BEFORE, Answer, Episode, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.idempotency import key
from nsz_desk.engine.ports import NOTE, REFUND, STATUS, ZUORA_ID, Created, Fields

DONE = Outcome.DONE
LEAVE = "letting go"


def claim_refund(e: Episode) -> Act[Answer]:
    """State `free`: write `Creating Refund` and who claims it since when. A courtesy, never a proof."""
    moment = yield from effects.now()
    note = claim_text(e.server_time(moment), e.desk.id)
    e.memory["claim"] = note
    e.memory.pop("let_go", None)
    values = {STATUS: e.pair.texts.creating, NOTE: note}
    yield from intend(e, "claim the refund in NetSuite", record=REFUND, record_id=e.refund_id, values=values)
    reply = yield from effects.write_fields(REFUND, e.refund_id, values)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", "record gone: NetSuite has no such refund any more")
    if reply.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        return Answer(Outcome.REFUSED, "stopped", f"NetSuite refused the claim: {reply.reason}")
    return Answer(reply.outcome, reason=reply.reason or "claimed")


def read_claim_back(e: Episode) -> Act[Answer]:
    """State `claiming`: after a pause, is the claim in NetSuite ours?"""
    yield from effects.sleep(e.limits.claim_wait)
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "ready", "the record is gone")  # the judgement says so to a person
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if ours(e, reply.got):
        return Answer(DONE, reason="the claim is ours")
    other = read_claim(reply.got.note)
    if e.pair.texts.meaning(reply.got.status) is Status.CREATING and other and other.desk != e.desk.id:
        return Answer(Outcome.CONFLICT, "busy", f"{other.desk} claimed it at the same time")
    third = e.count("claim") >= 3
    return Answer(Outcome.ABSENT, "stopped" if third else "ready", "the claim did not stay")


def ours(e: Episode, fields: Fields) -> bool:
    """Whether the record shows our claim; without a note field the status has to do."""
    if e.pair.texts.meaning(fields.status) is not Status.CREATING:
        return False
    claim = read_claim(fields.note)
    return claim is None or claim.desk == e.desk.id


def open_and_guard(e: Episode) -> Act[Answer]:
    """State `claimed`: the line for the create, then the last look: is everything still as it was seen?"""
    if (yield from effects.stopping()):
        return Answer(Outcome.REFUSED, LEAVE, "the user stopped")
    reply = yield from effects.open_line()
    if reply.outcome is not DONE:
        return Answer(reply.outcome if reply.outcome is Outcome.NOT_SENT else Outcome.NO_ANSWER, LEAVE, reply.reason)
    e.line = reply.got
    refusal = yield from guard(e)
    if refusal:
        e.line.close()
        return Answer(refusal.outcome, LEAVE, refusal.reason)
    e.n = 0  # every burst starts at the beginning of the chain
    return Answer(DONE, reason="guard passed")


def guard(e: Episode) -> Act[Answer | None]:
    """The proofs are young by both clocks, and the payment's total has not moved since the search."""
    seen, judged = e.look, e.judged_at
    if seen is None or judged is None:
        return Answer(Outcome.REFUSED, reason="the proofs are of an earlier run")
    payment = yield from effects.read_payment(e.plan.payment_id)
    moment = yield from effects.now()
    if payment.outcome is not DONE:
        return Answer(Outcome.NO_ANSWER, reason=payment.reason)
    for proof in (seen.at, judged):
        by_mono, by_wall = moment.mono - proof.mono, (moment.wall - proof.wall).total_seconds()
        if by_mono > e.limits.proof or by_wall > e.limits.proof or abs(by_mono - by_wall) > e.limits.proof / 2:
            return Answer(Outcome.REFUSED, reason="too old: judged or searched more than 60 s ago, or the clock jumped")
    if payment.got.refunded != seen.payment.refunded or payment.got.account_id != e.plan.account_id:
        return Answer(Outcome.REFUSED, reason="the payment's refunded total moved since the search")
    return None


def release_claim(e: Episode) -> Act[Answer]:
    """State `letting go`: put the former text back, only while the claim is ours."""
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is not DONE:
        if reply.outcome is Outcome.ABSENT:
            return Answer(Outcome.ABSENT, reason="record gone")
        return Answer(reply.outcome, reason=reply.reason)
    if not ours(e, reply.got):
        if e.memory.get("let_go"):  # written before, and its answer or the look after it was lost
            return (yield from _let_go(e, reply.got))
        return Answer(Outcome.CONFLICT, "busy", "somebody else has claimed it meanwhile")
    former = e.memory.get("former") or {"status": "", "note": ""}
    if e.pair.texts.meaning(former["status"]) is Status.CREATING:
        former = {"status": "", "note": ""}  # an old claim is not put back: it would look like a try in doubt
    wanted = {STATUS: former["status"], NOTE: former["note"]}
    values = {name: text for name, text in wanted.items() if text}
    clear = [name for name, text in wanted.items() if not text]
    where = {"record": REFUND, "record_id": e.refund_id}
    e.memory["let_go"] = True
    yield from intend(e, "let go of the claim in NetSuite", **where, values=values, clear=clear)
    written = yield from effects.write_fields(REFUND, e.refund_id, values, clear)
    if written.outcome is not DONE:
        outcome = Outcome.REFUSED if written.outcome is Outcome.CONFLICT else written.outcome
        return Answer(outcome, reason=written.reason)
    after = yield from effects.read_fields(REFUND, e.refund_id)
    if after.outcome is not DONE:
        return Answer(after.outcome, reason=after.reason)
    return (yield from _let_go(e, after.got))


def _let_go(e: Episode, fields: Fields) -> Act[Answer]:
    """Whether the field is free now, or a stamp came between our look and our write: NetSuite has no conditions."""
    if zuora_id := fields.zuora_id.strip():
        if e.pair.texts.meaning(fields.status) is not Status.COMPLETE:
            problem = yield from _give_back(e, zuora_id, fields.note)
            if problem:
                return problem
        return Answer(Outcome.CONFLICT, "busy", f"somebody else was at it meanwhile: NetSuite names {zuora_id}")
    stopped = (yield from effects.stopping()) or e.count("let go") >= 3
    return Answer(DONE, "stopped" if stopped else "ready", str(e.memory.get("reason", "")) or "let go")


def _give_back(e: Episode, zuora_id: str, note: str) -> Act[Answer | None]:
    """Write the stamp again that letting go overwrote, if the refund it names is live, marked and of this one."""
    reply = yield from effects.read_refund(zuora_id)
    if reply.outcome in (Outcome.NOT_SENT, Outcome.NO_ANSWER):
        return Answer(reply.outcome, reason=reply.reason)
    refund = reply.value
    marked = refund is not None and refund.live and refund.transferred.casefold() == "yes"
    if refund is None or not marked or refund.integration_id != e.refund_id:
        return None
    stamp = {STATUS: e.pair.texts.complete, ZUORA_ID: zuora_id, NOTE: note or refund.sync_date}
    values = {name: text for name, text in stamp.items() if text}
    where = {"record": REFUND, "record_id": e.refund_id}
    yield from intend(e, "write the stamp again that letting go overwrote", **where, values=values)
    written = yield from effects.write_fields(REFUND, e.refund_id, values)
    if written.outcome is DONE:
        return None
    outcome = Outcome.REFUSED if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(outcome, reason=written.reason)


def create(e: Episode) -> Act[Answer]:
    """State `armed`: the intent, then the create with K(n) on the line that is open."""
    line, e.line = e.line, None
    if line is None:
        return Answer(Outcome.NOT_SENT, reason="no line is open")
    moment = yield from effects.now()
    if e.burst_at is None or e.n == 0:
        e.burst_at = moment
    if e.look is not None:
        e.memory.setdefault(REFUNDED_BEFORE, e.look.refunded)
    token = key(e.pair.netsuite, e.pair.zuora, e.refund_id, e.n)
    track = f"rf1.{e.refund_id}.{e.id[:12]}.{e.attempt + 1}"
    yield from intend(
        e,
        "create the Zuora refund",
        key=token,
        method=e.plan.call.method,
        url=e.plan.call.path,
        body=e.plan.call.body,
        track=track,
    )
    try:
        reply = yield from effects.create_refund(line, e.plan.call, token, track)
    finally:
        line.close()
    _note_post(e, reply, moment.wall)
    return _answer(e, reply)


def create_again(e: Episode) -> Act[Answer]:
    """State `again armed`: guard and line anew, then the same key or the next, with the same bytes."""
    reply = yield from effects.open_line()
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    refusal = yield from guard(e)
    if refusal:
        reply.got.close()
        return Answer(Outcome.NOT_SENT, reason=refusal.reason)
    moment = yield from effects.now()
    if e.n > 0 and not e.proved(moment):
        e.n = 0  # proofs never outlive their burst
    first = e.first_post(e.n)
    if first is not None and e.limits.young <= moment.wall - first < e.limits.old:
        reply.got.close()
        return Answer(Outcome.NOT_SENT, reason="the key is about to expire")
    e.line = reply.got
    answer = yield from create(e)
    return answer


def _note_post(e: Episode, reply: Reply[Created], sent: datetime) -> None:
    """Remember when K(n) was posted, by Zuora's clock where it answered."""
    if reply.outcome is Outcome.NOT_SENT:
        return
    at = reply.value.at if reply.value else (reply.error.at if reply.error else None)
    post = {"n": e.n, "at": (at or sent).isoformat(), "outcome": reply.outcome.value}
    if reply.value:
        post["refund"] = reply.value.refund_id
    e.memory["posts"] = [*e.memory.get("posts", []), post]


def _answer(e: Episode, reply: Reply[Created]) -> Answer:
    if reply.outcome is DONE:
        e.memory["zuora_refund_id"], e.memory["origin"] = reply.got.refund_id, "created"
        e.memory["answered"] = [*e.memory.get("answered", []), reply.got.refund_id]
        return Answer(DONE, reason=f"Zuora answers with refund {reply.got.refund_id}")
    if isinstance(reply.error, KeyMismatch):
        return Answer(Outcome.CONFLICT, reason=reply.reason)
    if reply.outcome in (Outcome.REFUSED, Outcome.ABSENT):
        return _refused(e, reply)
    if reply.outcome is Outcome.NOT_SENT:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    return _unclear(e, reply)


def _unclear(e: Episode, reply: Reply[Created]) -> Answer:
    """NO_ANSWER; but a failure that calls itself passing and is replayed twice is a refusal (section 6)."""
    e.pause = (reply.error.wait or 0.0) if reply.error else 0.0
    if reply.code.startswith("unclear"):
        e.memory["unclear"] = [*e.memory.get("unclear", []), reply.code]
    if reply.code.startswith("again"):
        said = [*e.memory.get("passing", []), reply.code]
        e.memory["passing"] = said
        if said[-3:] == [reply.code] * 3:
            return _refused(e, reply)
    return Answer(Outcome.NO_ANSWER, reason=reply.reason)


def _refused(e: Episode, reply: Reply[Created]) -> Answer:
    e.memory["refused"] = int(e.memory.get("refused", 0)) + 1
    e.memory["refusal"] = _words(reply.error)
    moment = reply.error.at if reply.error else None
    said = {str(e.n): moment.isoformat() if moment else ""}
    e.memory["refused_keys"] = {**e.memory.get("refused_keys", {}), **said}  # a new one: lines hold the old one
    return Answer(Outcome.REFUSED, reason=reply.reason)


def _words(error: DeskError | None) -> str:
    return f"{error.title} {error.hint}".strip() if error else ""


def mark_error(e: Episode) -> Act[Answer]:
    """States `rejected` and `not made`: say so in NetSuite, only over our own claim."""
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if not ours(e, reply.got):
        return Answer(Outcome.CONFLICT, reason="the claim is not ours any more; NetSuite was left as it is")
    values, clear = {STATUS: e.pair.texts.error}, [NOTE]
    where = {"record": REFUND, "record_id": e.refund_id}
    yield from intend(e, "say in NetSuite that it failed", **where, values=values, clear=clear)
    written = yield from effects.write_fields(REFUND, e.refund_id, values, clear)
    return Answer(written.outcome, reason=str(e.memory.get("refusal", "")) or str(e.memory.get("reason", "")))
