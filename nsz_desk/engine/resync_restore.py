"""The steps of a resync that put a payment's money back where it was. With Invoice Settlement a cancel leaves it loose.

Applying adds: it is never repeated without a look, and only exactly the parts that the plan names are applied.
"""

from datetime import datetime

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import exact, sums
from nsz_desk.domain.records import Payment
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode, intend
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.resync_look import LOOSE_BEFORE, plan_of, still_ours
from nsz_desk.engine.resync_plan import ResyncPlan, applied, plus, taken_text

DONE = Outcome.DONE
SAME, LOOSE, OTHER = "as before the refund", "loose", "other"


def standing(e: Episode, payment: Payment) -> str:
    """Whether the payment is as before the refund, still has the refund's money loose, or is neither.

    Another resync of the same payment may have put *its* money where ours belongs: then the parts are as they should
    be, and ours is loose beside them.
    """
    plan, now = plan_of(e), applied(payment)
    if now == plus(plan.applied, plan.reapply):
        before = e.memory.get(LOOSE_BEFORE)
        return SAME if before is None or payment.unapplied.amount <= exact(before) else OTHER
    enough = not plan.reapply or sums(amount for _, amount in plan.reapply)[0] <= payment.unapplied
    return LOOSE if now == plan.applied and enough else OTHER


def differ(plan: ResyncPlan, payment: Payment) -> str:
    """The words of `parts differ`: what it pays now, and what it should."""
    if isinstance(payment.parts, Unread):
        return f"parts differ: what payment {payment.number} pays cannot be read ({payment.parts.why})"
    wanted = plus(plan.applied, plan.reapply)
    now = taken_text(applied(payment), plan)
    return (
        f"parts differ: payment {payment.number} pays {now} now, and paid {taken_text(wanted, plan)} before the refund"
    )


def read_payment(e: Episode) -> Act[Answer]:
    """State `cancelled`: is there money to put back?"""
    plan = plan_of(e)
    if e.memory.get("skip_apply"):
        return Answer(DONE, "settled", "a person left the money loose")
    if not e.pair.route.settlement or not plan.reapply:
        return Answer(DONE, "settled", _nothing_loose(e, plan))
    reply = yield from effects.read_payment(plan.payment_id)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", f"payment gone: Zuora has no payment {plan.payment_number}")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    where = standing(e, reply.got)
    if where == OTHER:
        return Answer(Outcome.CONFLICT, "review", differ(plan, reply.got))
    return Answer(DONE, "settled" if where == SAME else "loose", f"payment {plan.payment_number}: {where}")


def _nothing_loose(e: Episode, plan: ResyncPlan) -> str:
    if not e.pair.route.settlement:
        return "without Invoice Settlement the cancel itself put the money back on its invoices"
    if plan.already_dead:
        return f"cancelled by somebody before; what is loose on payment {plan.payment_number} was left as it is"
    return "the refund had taken loose money: there is nothing to apply"


def reapply_payment(e: Episode) -> Act[Answer]:
    """State `loose`: apply exactly what the refund took; claim and parts are read again right before."""
    plan = plan_of(e)
    looked = yield from effects.now()
    if against := (yield from _loose_no_more(e)) or (yield from _invoice_paid(plan)):
        return against
    if against := (yield from still_ours(e)):
        return against
    moment = yield from effects.now()
    if moment.mono - looked.mono > e.limits.apply_proof and (against := (yield from _loose_no_more(e))):
        return against
    e.memory["apply_sent"] = moment.wall.isoformat()
    parts = [{"invoice_id": key, "amount": amount.plain()} for key, amount in plan.reapply]
    yield from intend(e, "apply the loosened payment again", payment=plan.payment_id, parts=parts)
    written = yield from effects.apply_payment(plan.payment_id, plan.reapply)
    outcome = Outcome.NO_ANSWER if written.outcome is Outcome.CONFLICT else written.outcome
    return Answer(outcome, reason=written.reason)


def _loose_no_more(e: Episode) -> Act[Answer | None]:
    """What the payment says by id: applied already, neither loose nor as before, not readable; None when loose."""
    plan = plan_of(e)
    reply = yield from effects.read_payment(plan.payment_id)
    if reply.outcome is not DONE:
        return Answer(Outcome.NOT_SENT, reason=reply.reason)
    where = standing(e, reply.got)
    if where == SAME:
        return Answer(DONE, reason="it is applied already")
    return Answer(Outcome.CONFLICT, "review", differ(plan, reply.got)) if where == OTHER else None


def _invoice_paid(plan: ResyncPlan) -> Act[Answer | None]:
    """An invoice that other money has paid meanwhile has no room for ours: stop and ask, nothing is sent."""
    for invoice_id, amount in plan.reapply:
        reply = yield from effects.read_invoice(invoice_id)
        if reply.outcome is Outcome.ABSENT:
            return Answer(Outcome.REFUSED, reason=f"invoice {plan.named(invoice_id)} does not exist any more")
        if reply.outcome is not DONE:
            return Answer(Outcome.NOT_SENT, reason=reply.reason)
        if reply.got.balance < amount:
            words = f"invoice {reply.got.number} owes {reply.got.balance} only, {amount} would be applied"
            return Answer(Outcome.REFUSED, reason=words)
    return None


def read_applied(e: Episode) -> Act[Answer]:
    """State `reapplying`: is it as before? Unchanged counts 180 s after an apply that was not answered."""
    plan, moment = plan_of(e), (yield from effects.now())  # before the look: a machine may sleep after it
    reply = yield from effects.read_payment(plan.payment_id)
    if reply.outcome is not DONE:
        return Answer(Outcome.NO_ANSWER if reply.outcome is Outcome.ABSENT else reply.outcome, reason=reply.reason)
    where = standing(e, reply.got)
    if where == SAME:
        return Answer(
            DONE, reason=f"payment {plan.payment_number} pays {taken_text(applied(reply.got), plan)}, as before"
        )
    if where == OTHER:
        return Answer(Outcome.CONFLICT, reason=differ(plan, reply.got))
    sent = datetime.fromisoformat(e.memory.get("apply_sent", moment.wall.isoformat()))
    if (moment.wall - sent).total_seconds() < e.limits.contrary:
        return Answer(Outcome.NO_ANSWER, reason="Zuora does not show the payment applied yet")
    return Answer(Outcome.ABSENT, reason="it was not applied")


def look_apply(e: Episode) -> Act[Answer]:
    """State `held apply`: a person was to apply by hand; nothing else leads on but their decision to skip it."""
    plan = plan_of(e)
    if e.memory.get("skip_apply"):
        return Answer(DONE, "settled", "a person left the money loose")
    reply = yield from effects.read_payment(plan.payment_id)
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    if standing(e, reply.got) == SAME:
        return Answer(DONE, "cancelled", "applied by hand")
    return Answer(Outcome.CONFLICT, reason=str(e.memory.get("reason", "")))
