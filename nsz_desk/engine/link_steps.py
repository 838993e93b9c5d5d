"""The steps of LINK: look at the candidate again, claim, put our id on it, and see that it is the only one."""

from dataclasses import replace
from datetime import datetime, timedelta

from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine import effects, sending
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode, intend
from nsz_desk.engine.flow import STAY, Outcome
from nsz_desk.engine.judging import SEARCHED, read_case
from nsz_desk.engine.link_offer import ORIGIN, link_hindrance, link_plan, picked_id, why_not
from nsz_desk.engine.look import look
from nsz_desk.engine.plan import differences
from nsz_desk.engine.ports import Moment
from nsz_desk.engine.writeback import stamp_text

DONE = Outcome.DONE
KEY_LIFE = timedelta(hours=25)


def list_candidates(e: Episode) -> Act[Answer]:
    """State `picking`: the person's pick must be among the candidates of a complete listing."""
    reply = yield from look(e)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="no candidate: the payment is gone")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    picked = next((one for one in reply.got.of_payment if one.id == picked_id(e.plan)), None)
    if picked is None:
        return Answer(Outcome.ABSENT, reason="no candidate: Zuora shows no such refund of the payment")
    if why := _unfit(e, picked):
        return Answer(Outcome.REFUSED, reason=f"{picked.number} is no candidate any more: {why}")
    return Answer(DONE, reason=f"{picked.number} was picked")


def _unfit(e: Episode, refund: ZuoraRefund) -> str:
    """Why the picked refund cannot be the one now; our own id on it, from an earlier try, is none."""
    if refund.integration_id == e.refund_id:
        return "" if refund.live and refund.amount == e.plan.amount else f"it is {refund.status}, {refund.amount}"
    return why_not(refund, e.plan.amount, e.plan.payment_id)


def look_before(e: Episode) -> Act[Answer]:
    """State `picked`: rules, plan, an empty search, and the candidate by id."""
    if silent := _unanswered_create(e):
        moment = yield from effects.now()
        if moment.wall - silent < KEY_LIFE:
            words = f"a create of {silent:%Y-%m-%d %H:%M} UTC was never answered; it may still turn up"
            return Answer(Outcome.REFUSED, "stopped", words)
    answer = yield from _judge(e)
    if answer:
        return answer
    reply = yield from look(e)
    if reply.outcome is not DONE:
        return Answer(Outcome.NO_ANSWER, reason=reply.reason)
    others = [one.number for one in reply.got.live if one.id != picked_id(e.plan)]
    if others:
        return Answer(Outcome.CONFLICT, "review", f"duplicate: {', '.join(others)} carries this NetSuite id already")
    if reply.got.behind:
        return Answer(Outcome.NO_ANSWER, reason=f"search behind: {reply.got.behind}")
    refund = yield from effects.read_refund(picked_id(e.plan))
    if refund.outcome is not DONE and refund.outcome is not Outcome.ABSENT:
        return Answer(refund.outcome, reason=refund.reason)
    if refund.outcome is Outcome.ABSENT or _unfit(e, refund.got):
        return Answer(Outcome.ABSENT, "picking", "the candidate is not what it was")
    return Answer(DONE, reason=f"{refund.got.number} is live and may be linked")


def _unanswered_create(e: Episode) -> datetime | None:
    """R5: when the last create of this refund was posted, if nobody ever heard of its fate."""
    posts = e.memory.get("posts", [])
    last = {int(post["n"]): post for post in posts}
    silent = [datetime.fromisoformat(one["at"]) for one in last.values() if one["outcome"] == "NO_ANSWER"]
    return max(silent, default=None)


def _judge(e: Episode) -> Act[Answer | None]:
    """Rules and plan as the facts stand now; None when nothing speaks against the link."""
    reply = yield from read_case(e)
    if reply.outcome is not DONE:
        return Answer(
            Outcome.NO_ANSWER if reply.outcome is not Outcome.NOT_SENT else reply.outcome, reason=reply.reason
        )
    case = reply.got
    if case.status is Status.COMPLETE or case.refund.zuora_id.strip():
        return Answer(Outcome.REFUSED, "stopped", f"NetSuite names Zuora refund {case.refund.zuora_id or '?'} already")
    if case.claim and not case.claimed_by_us and case.claim.fresh(case.now):
        return Answer(Outcome.REFUSED, "stopped", f"{case.claim.desk or 'another program'} is at it")
    if not case.claimed_by_us:
        e.memory["former"] = {"status": case.refund.status_text, "note": case.refund.claim_note}
    try:
        if against := link_hindrance(case, SEARCHED):
            return Answer(Outcome.REFUSED, "stopped", f"{against.rule} {against.cause} {against.fix}")
        fresh = replace(link_plan(e.pair, case, picked_id(e.plan)), known_dead=e.plan.known_dead)
    except FactMissing as gap:
        return Answer(Outcome.NO_ANSWER, reason=f"not known: {gap}")
    if fresh.hash != e.plan.hash:
        return Answer(Outcome.REFUSED, "stopped", f"plan changed: {'; '.join(differences(e.plan, fresh))}")
    return None


def claim(e: Episode) -> Act[Answer]:
    """State `linkable`: the claim in NetSuite, and read back at once; two desks see each other here."""
    written = yield from sending.claim_refund(e)
    if written.outcome is not DONE:
        return written
    read = yield from sending.read_claim_back(e)
    if read.outcome is Outcome.ABSENT:
        return Answer(Outcome.NO_ANSWER, reason=read.reason)
    return read


def link_refund(e: Episode) -> Act[Answer]:
    """State `linking mine`: our id, origin and the sync date on the Zuora refund; its former values are kept."""
    reply = yield from effects.read_refund(picked_id(e.plan))
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="the candidate is gone")
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    refund = reply.got
    if why := _unfit(e, refund):
        return Answer(Outcome.REFUSED, reason=f"{refund.number} cannot be linked: {why}")
    if refund.integration_id != e.refund_id:
        e.memory["former_marks"] = {"integration_id": "", "origin": refund.origin, "sync_date": refund.sync_date}
    moment = yield from effects.now()
    sync_date = stamp_text(e.server_time(moment))
    values = {"integration_id": e.refund_id, "origin": ORIGIN, "sync_date": sync_date}
    e.memory["linked_at"], e.memory["zuora_number"] = moment.wall.isoformat(), refund.number
    yield from intend(e, "put our id on the Zuora refund", zuora_refund=refund.id, values=values)
    written = yield from effects.mark_refund(refund.id, values)
    outcome = Outcome.REFUSED if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(outcome, reason=written.reason or f"{refund.number} carries our id")


def release(e: Episode) -> Act[Answer]:
    """State `unlinked`: nothing was linked; let go of the claim."""
    why = str(e.memory.get("reason", ""))
    answer = yield from sending.release_claim(e)
    if answer.outcome in (Outcome.NOT_SENT, Outcome.NO_ANSWER):
        return Answer(answer.outcome, reason=answer.reason)
    return Answer(answer.outcome, "stopped", why or answer.reason)


def see_linked(e: Episode) -> Act[Answer]:
    """State `linking`: it carries our id, and it is the only live one that does."""
    moment = yield from effects.now()  # before the look: a machine may sleep after it
    reply = yield from effects.read_refund(picked_id(e.plan))
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.CONFLICT, "review", "mismatch: the linked refund is not readable any more")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if reply.got.integration_id != e.refund_id:
        return _not_linked(e, reply.got, moment)
    if not reply.got.live or reply.got.amount != e.plan.amount:
        return Answer(Outcome.CONFLICT, "review", f"mismatch: {reply.got.number} is {reply.got.status}")
    seen = yield from look(e)
    if seen.outcome is not DONE:
        return Answer(Outcome.NO_ANSWER, reason=seen.reason)
    if others := [one.number for one in seen.got.live if one.id != reply.got.id]:
        named = " and ".join([reply.got.number, *others])
        words = f"two live: Zuora refunds {named} exist for NetSuite refund {e.plan.number}. Do not pay out."
        return Answer(Outcome.CONFLICT, "review", f"{words} Unlink ours ({reply.got.number}), or cancel the other.")
    if seen.got.behind:
        return Answer(Outcome.NO_ANSWER, reason=f"search behind: {seen.got.behind}")
    e.memory["zuora_refund_id"], e.memory["origin"] = reply.got.id, "linked"
    return Answer(DONE, reason=f"{reply.got.number} is linked, and the only one")


def _not_linked(e: Episode, refund: ZuoraRefund, moment: Moment) -> Answer:
    if refund.integration_id:
        words = f"mismatch: {refund.number} carries NetSuite id {refund.integration_id} now"
        return Answer(Outcome.CONFLICT, "review", words)
    sent = datetime.fromisoformat(e.memory["linked_at"])
    if (moment.wall - sent).total_seconds() < e.limits.contrary:
        return Answer(Outcome.NO_ANSWER, STAY, "our id does not show yet")
    return Answer(Outcome.ABSENT, "linking mine", "our id never arrived")
