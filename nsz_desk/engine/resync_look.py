"""The first steps of a resync: look at everything, claim the refund; and the last one of a resync that is given up."""

from collections.abc import Callable

from nsz_desk.domain.case import claim_text, read_claim
from nsz_desk.domain.errors import Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CustomerRefund, ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode, Look, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.look import search
from nsz_desk.engine.plan import differences
from nsz_desk.engine.ports import NOTE, REFUND, Fields, NetSuiteFacts
from nsz_desk.engine.resync_hindrances import hindrances
from nsz_desk.engine.resync_plan import Found, ResyncPlan, derive_resync
from nsz_desk.engine.route import Parts

Remember = Callable[[str], Parts]
DONE = Outcome.DONE
LOOSE_BEFORE = "loose_before"  # in memory: what of the payment was applied to nothing before the cancel
OVER = "the confirmation ended: it holds for 15 minutes and not across a restart"


def plan_of(e: Episode) -> ResyncPlan:
    """The resync's plan; any other kind of plan here is a bug."""
    if not isinstance(e.plan, ResyncPlan):
        raise TypeError("not the plan of a resync")
    return e.plan


def not_found(what: str) -> Refused:
    """A definite no of our own: there is nothing to undo."""
    return Refused(what, "Nothing was sent to either system.")


def gather(
    refund_id: str, known_dead: frozenset[str], remember: Remember, pauses: tuple[float, ...] = (), target: str = ""
) -> Act[Reply[Found]]:
    """Read all facts of a resync; REFUSED where there is nothing to undo. A 404 is asked again after `pauses`.

    `remember` tells what the create of a Zuora refund named, as far as this desk made it. `target` is a Zuora refund
    with this id that is to be cancelled by itself.
    """
    facts = yield from effects.read_facts(refund_id)
    if facts.outcome is Outcome.ABSENT and target:
        return (yield from _orphan(refund_id, known_dead, remember, pauses, target))
    if facts.outcome is Outcome.ABSENT:
        return Reply(Outcome.REFUSED, None, not_found("NetSuite has no such refund."))
    if facts.outcome is not DONE:
        return Reply(facts.outcome, None, facts.error)
    zuora_id = target or facts.got.refund.zuora_id.strip()
    if not zuora_id:
        words = "NetSuite shows no Zuora ID for it: nothing was synced, or it was cleared already."
        return Reply(Outcome.REFUSED, None, not_found(words))
    zuora = yield from read_surely(zuora_id, pauses)
    if zuora.outcome not in (DONE, Outcome.ABSENT):
        return Reply(zuora.outcome, None, zuora.error)
    found = yield from _around(facts.got, zuora.value, known_dead, remember(zuora_id), target)
    return found


def _orphan(
    refund_id: str, known_dead: frozenset[str], remember: Remember, pauses: tuple[float, ...], target: str
) -> Act[Reply[Found]]:
    """The facts of a Zuora refund whose NetSuite refund is gone; what only NetSuite knew is blank."""
    zuora = yield from read_surely(target, pauses)
    if zuora.outcome is not DONE:
        return Reply(zuora.outcome, None, zuora.error or not_found("Zuora has no such refund either."))
    moment, made = (yield from effects.now()), zuora.got
    gone = CustomerRefund(refund_id, refund_id, "", made.date, made.amount, "", "", "", "", "", None, None, (), True)
    facts = NetSuiteFacts(gone, (), Unread("customer", "NetSuite has the refund no more"), moment.wall)
    return (yield from _around(facts, made, known_dead, remember(target), target))


def read_surely(zuora_id: str, pauses: tuple[float, ...]) -> Act[Reply[ZuoraRefund]]:
    """A Zuora refund by id; gone only if it is gone at every read (time limits: three reads over 60 s)."""
    reply = yield from effects.read_refund(zuora_id)
    for pause in pauses:
        if reply.outcome is not Outcome.ABSENT:
            break
        yield from effects.sleep(pause)
        reply = yield from effects.read_refund(zuora_id)
    return reply


def _around(
    facts: NetSuiteFacts, zuora: ZuoraRefund | None, known_dead: frozenset[str], remembered: Parts, target: str
) -> Act[Reply[Found]]:
    """The payment by id, and the search for other live refunds with this id."""
    named = next((memo.payment_id for memo in facts.memos if memo.payment_id), "")
    payment_id = (zuora.payment_id if zuora else None) or named
    if not payment_id:
        return Reply(Outcome.REFUSED, None, not_found("Its Zuora payment is not known: there is no lane for it."))
    seen = yield from search(payment_id, facts.refund.id, facts.refund.created, known_dead)
    if seen.outcome is Outcome.ABSENT:
        return Reply(Outcome.REFUSED, None, not_found("Its payment does not exist in Zuora any more."))
    if seen.outcome is not DONE:
        return Reply(seen.outcome, None, seen.error)
    zuora_id = target or facts.refund.zuora_id.strip()
    others = tuple(other for other in seen.got.live if other.id != zuora_id)
    left = yield from _unfinished(seen.got, facts.refund.id)
    if left.outcome is not DONE:
        return Reply(left.outcome, None, left.error)
    return Reply(DONE, Found(facts, zuora, seen.got.payment, others, remembered, target, left.got))


def _unfinished(seen: Look, refund_id: str) -> Act[Reply[tuple[str, ...]]]:
    """NetSuite refunds whose undo on this payment is not finished: cancelled, not cleared, and money is loose.

    What ours would loosen could not be told from theirs; they are read only while there is something loose.
    """
    left = list[str]()
    for dead in (one for one in seen.of_payment if one.dead and seen.payment.unapplied.amount):
        if not dead.integration_id.isdigit() or dead.integration_id == refund_id:  # typed by hand: no NetSuite id
            continue
        fields = yield from effects.read_fields(REFUND, dead.integration_id)
        if fields.outcome not in (DONE, Outcome.ABSENT):
            return Reply(fields.outcome, None, fields.error)
        if fields.outcome is DONE and fields.got.zuora_id.strip() == dead.id:
            left.append(dead.integration_id)
    return Reply(DONE, tuple(left))


def look_before(e: Episode) -> Act[Answer]:
    """State `confirmed`: is everything as it was approved? What the payment pays now stands in the plan's line."""
    plan = plan_of(e)
    target = plan.zuora_id if plan.alone else ""
    dead_ones, pauses = e.desk.known_dead, e.limits.not_readable
    reply = yield from gather(e.refund_id, dead_ones, lambda zuora_id: plan.parts, pauses, target)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    found = reply.got
    moment = yield from effects.now()
    e.created, e.server = found.facts.refund.created, (found.facts.at, moment.mono)
    if found.zuora_id != plan.zuora_id:
        words = f"superseded: NetSuite shows {found.zuora_id} now, the plan undoes {plan.zuora_id}"
        return Answer(Outcome.CONFLICT, "review", words)
    if found.others and not plan.alone:
        named = ", ".join(other.number for other in found.others)
        kind = "superseded" if found.dead else "duplicate"
        return Answer(Outcome.CONFLICT, "review", f"{kind}: {named} is live with this id beside {plan.zuora_number}")
    if against := hindrances(e.pair, found, e.netsuite_periods, e.zuora_periods):
        return Answer(Outcome.REFUSED, reason=against[0])
    if moved := _moved(e, plan, found):
        return Answer(Outcome.REFUSED, reason=f"plan changed: {'; '.join(moved)}")
    e.memory[LOOSE_BEFORE] = found.payment.unapplied.plain()
    if found.dead:
        e.memory["gone"] = True
    return _gone_or_live(plan, found)


def _moved(e: Episode, plan: ResyncPlan, found: Found) -> tuple[str, ...]:
    """What differs from the plan; a refund that died meanwhile is no difference, but what is left to do is less."""
    if found.dead and not plan.already_dead:
        return ()
    return differences(plan, derive_resync(e.pair, found, plan.reason, plan.keep_memo))


def _gone_or_live(plan: ResyncPlan, found: Found) -> Answer:
    if found.refund is None:
        return Answer(Outcome.ABSENT, reason=f"Zuora has no refund {plan.zuora_id} any more")
    if found.dead:
        return Answer(DONE, "cancelled", f"{found.refund.number} is {found.refund.status} already", dead(plan))
    return Answer(DONE, "planned", "everything is as it was approved")


def look_at(e: Episode) -> Act[Reply[ZuoraRefund]]:
    """The refund by id, with the reads that a 404 needs; once it was seen dead or gone, the episode knows it."""
    reply = yield from read_surely(plan_of(e).zuora_id, e.limits.not_readable)
    if reply.outcome is Outcome.ABSENT or (reply.outcome is DONE and reply.got.dead):
        e.memory["gone"] = True
    return reply


def dead(plan: ResyncPlan) -> dict[str, str]:
    """The fact that this refund was seen dead, for the line that says so: later syncs know it from there."""
    return {"dead": plan.zuora_id}


def over(e: Episode) -> Act[str]:
    """Why the approval no longer holds, "" while it does: before the cancel yesterday's yes is no yes."""
    moment = yield from effects.now()
    said = e.confirmed_at
    if said is None:
        return OVER
    ages = (moment.mono - said.mono, (moment.wall - said.wall).total_seconds())
    return "" if all(-e.limits.proof < age <= e.limits.confirmation for age in ages) else OVER


def claim_resync(e: Episode) -> Act[Answer]:
    """State `planned`: the claim text alone, read back; the status stays as it is. A courtesy to other desks."""
    if words := (yield from over(e)):
        return (yield from _give_up(e, words))
    before = yield from effects.read_fields(REFUND, e.refund_id)
    if before.outcome is Outcome.ABSENT and plan_of(e).alone:
        return Answer(DONE, reason="NetSuite has the refund no more: there is nobody to be told")
    if before.outcome is not DONE:
        return _claim_read(before.outcome, before.reason)
    if other := _claimed_by_other(e, before.got):
        return Answer(Outcome.CONFLICT, reason=other)
    if plan_of(e).alone:
        return Answer(DONE, reason="nobody else is at it; NetSuite is left as it is")
    if not _ours(e, before.got):
        e.memory["former_note"] = before.got.note
    moment = yield from effects.now()
    e.memory["claim"] = claim_text(e.server_time(moment), e.desk.id)
    values = {NOTE: e.memory["claim"]}
    yield from intend(e, "claim the refund for its resync", record=REFUND, record_id=e.refund_id, values=values)
    written = yield from effects.write_fields(REFUND, e.refund_id, values)
    if written.outcome is Outcome.ABSENT:
        return _claim_read(written.outcome, written.reason)
    if written.outcome in (Outcome.REFUSED, Outcome.CONFLICT):
        return Answer(Outcome.REFUSED, reason=f"NetSuite refused the claim: {written.reason}")
    if written.outcome is not DONE:
        return Answer(written.outcome, reason=written.reason)
    return (yield from _read_claim_back(e))


def _give_up(e: Episode, words: str) -> Act[Answer]:
    """Nothing was cancelled: stop, but first put the note back where a claim of ours may have arrived unanswered."""
    if "claim" in e.memory:
        released = yield from release_claim(e)
        if released.outcome in (Outcome.NOT_SENT, Outcome.NO_ANSWER):
            return Answer(released.outcome, reason=released.reason)
    return Answer(Outcome.NOT_SENT, "stopped", words)


def _claim_read(outcome: Outcome, reason: str) -> Answer:
    if outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="record gone: NetSuite has no such refund any more")
    return Answer(outcome, reason=reason)


def _read_claim_back(e: Episode) -> Act[Answer]:
    yield from effects.sleep(e.limits.claim_wait)
    after = yield from effects.read_fields(REFUND, e.refund_id)
    if after.outcome is not DONE:
        return _claim_read(after.outcome, after.reason)
    if other := _claimed_by_other(e, after.got):
        return Answer(Outcome.CONFLICT, reason=other)
    return Answer(DONE, reason="the claim is ours" if _ours(e, after.got) else "there is no field for claims")


def _ours(e: Episode, fields: Fields) -> bool:
    claim = read_claim(fields.note)
    return claim is not None and claim.desk == e.desk.id


def _claimed_by_other(e: Episode, fields: Fields) -> str:
    """Who else is at this refund right now, in words; a claim older than 75 minutes is nobody's."""
    claim = read_claim(fields.note)
    if claim is None or claim.desk == e.desk.id or not claim.fresh(fields.at):
        return ""
    return f"{claim.desk} is at it since {claim.since:%Y-%m-%d %H:%M} UTC"


def still_ours(e: Episode) -> Act[Answer | None]:
    """Whether nobody else has taken the refund: no claim of another desk, and still this Zuora ID."""
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is Outcome.ABSENT and plan_of(e).alone:
        return None
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.CONFLICT, reason="record gone: NetSuite has no such refund any more")
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)  # a look failed; the apply itself was not sent
    if other := _claimed_by_other(e, reply.got):
        return Answer(Outcome.CONFLICT, reason=f"superseded: {other}")
    if not plan_of(e).alone and reply.got.zuora_id.strip() != plan_of(e).zuora_id:
        return Answer(Outcome.CONFLICT, reason=f"superseded: NetSuite shows {reply.got.zuora_id or 'no Zuora ID'} now")
    return None


def release_claim(e: Episode) -> Act[Answer]:
    """State `leaving`: nothing was cancelled; put the former note back, only while the claim is ours."""
    end = str(e.memory.get("leave", "refused"))
    why = str(e.memory.get("why", "")) or str(e.memory.get("reason", ""))
    reply = yield from effects.read_fields(REFUND, e.refund_id)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=why if reply.outcome is Outcome.ABSENT else reply.reason)
    if not _ours(e, reply.got):
        return Answer(DONE, end, why)  # without a field for claims, or somebody else's by now: nothing to let go
    former = str(e.memory.get("former_note", ""))
    values, clear = ({NOTE: former}, []) if former else ({}, [NOTE])
    where = {"record": REFUND, "record_id": e.refund_id}
    yield from intend(e, "let go of the claim in NetSuite", **where, values=values, clear=clear)
    written = yield from effects.write_fields(REFUND, e.refund_id, values, clear)
    if written.outcome is DONE:
        return Answer(DONE, end, why)
    told = Outcome.REFUSED if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(told, reason=why if told in (Outcome.REFUSED, Outcome.ABSENT) else written.reason)
