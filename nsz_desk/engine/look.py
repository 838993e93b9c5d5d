"""Search and cross-foot: is there a Zuora refund of this NetSuite refund, and do we see all of the payment?

Two complete listings, matched by `IntegrationId__NS` in the desk: every refund of the account, and every
refund of the tenant updated since the NetSuite refund was made. Then the payment, read by id: its refunded
total must equal the sum of its live refunds in the search, or the search is behind.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from nsz_desk.domain.records import Payment, ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode, Look
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.known_dead import buried

DAY = timedelta(days=1)


def look(e: Episode) -> Act[Reply[Look]]:
    """Search and cross-foot once. ABSENT here means that the payment is gone."""
    dead = frozenset(e.plan.known_dead) | e.desk.known_dead
    reply = yield from search(e.plan.payment_id, e.refund_id, e.created, dead)
    e.look = reply.value or e.look
    return reply


def search(payment_id: str, refund_id: str, created: datetime | None, known_dead: frozenset[str]) -> Act[Reply[Look]]:
    """Search and cross-foot for a refund that was made in NetSuite at that time; see `look`."""
    payment = yield from effects.read_payment(payment_id)
    if payment.outcome is not Outcome.DONE:
        return Reply(payment.outcome, None, payment.error)
    account = yield from effects.refunds_of_account(payment.got.account_id)
    if account.outcome is not Outcome.DONE:
        return Reply(account.outcome, None, account.error)
    moment = yield from effects.now()
    tenant = yield from effects.refunds_updated_since((created or moment.wall - 40 * DAY) - DAY)
    if tenant.outcome is not Outcome.DONE:
        return Reply(tenant.outcome, None, tenant.error)
    found = buried(_merge(account.got, tenant.got), known_dead)
    of_payment = tuple(refund for refund in found if refund.payment_id == payment.got.id)
    ours = tuple(refund for refund in found if refund.integration_id == refund_id)
    return Reply(Outcome.DONE, Look(ours, of_payment, payment.got, moment, cross_foot(payment.got, of_payment)))


def _merge(*listings: tuple[ZuoraRefund, ...]) -> tuple[ZuoraRefund, ...]:
    """Every refund once; of two readings the one updated later."""
    found: dict[str, ZuoraRefund] = {}
    for refund in (refund for listing in listings for refund in listing):
        before = found.get(refund.id)
        if before is None or _later(refund, before):
            found[refund.id] = refund
    return tuple(found.values())


def _later(one: ZuoraRefund, other: ZuoraRefund) -> bool:
    if one.payment_id is None or one.updated is None or other.updated is None:
        return other.payment_id is None
    return one.updated > other.updated or other.payment_id is None


def cross_foot(payment: Payment, refunds: tuple[ZuoraRefund, ...]) -> str:
    """Why the payment's refunded total is not the sum of its live refunds in the search; "" when it is."""
    seen = sum((refund.amount.amount for refund in refunds if not refund.dead), Decimal(0))
    if seen == payment.refunded.amount:
        return ""
    return f"payment {payment.number} says {payment.refunded} refunded, the search shows {seen}"


def agrees(e: Episode, refund: ZuoraRefund) -> str:
    """What of a found refund contradicts the plan, in words; "" when it can be adopted.

    Source: the protocol, search phase: amount, currency, payment and account agree.
    """
    wrong = []
    if refund.amount != e.plan.amount:
        wrong.append(f"amount {refund.amount} instead of {e.plan.amount}")
    if refund.payment_id is not None and refund.payment_id != e.plan.payment_id:
        wrong.append(f"payment {refund.payment_id} instead of {e.plan.payment_id}")
    if e.look and refund.account_id != e.look.payment.account_id:
        wrong.append("another account")
    if refund.type and refund.type.casefold() != "external":
        wrong.append(f"type {refund.type}")
    return "; ".join(wrong)


def found(e: Episode, seen: Look) -> Answer | None:
    """What a search that shows something of ours means; None when it shows nothing live."""
    live = seen.live
    if len(live) > 1:
        named = " and ".join(refund.number for refund in live)
        newest = max(live, key=lambda refund: (refund.created is not None, str(refund.created)))
        return Answer(
            Outcome.CONFLICT,
            "review",
            f"duplicate: two live Zuora refunds {named} exist for NetSuite refund {e.plan.number}. "
            f"Do not pay out. Cancel one ({newest.number} is the newest).",
        )
    if not live:
        return None
    if not live[0].live:
        return Answer(Outcome.CONFLICT, "review", f"mismatch: {live[0].number} is {live[0].status}")
    if wrong := agrees(e, live[0]):
        return Answer(Outcome.CONFLICT, "review", f"mismatch: {live[0].number} has {wrong}")
    e.memory["zuora_refund_id"], e.memory["zuora_number"] = live[0].id, live[0].number
    e.memory.setdefault("origin", "adopted")
    return Answer(Outcome.DONE, "made", f"adopted {live[0].number}")


def unlisted_dead(e: Episode, seen: Look) -> frozenset[str]:
    """Dead refunds with our id that neither the approved plan nor our own resync knows."""
    return seen.dead_ids - frozenset(e.plan.known_dead)
