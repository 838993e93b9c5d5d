"""What speaks against undoing a sync, in plain words and with whom to call. Source: the protocol, section 5.2.

Transferred to Accounting = Yes is no reason: every refund of this flow carries it.
"""

from collections.abc import Iterable

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CustomerRefund, Period, ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine.plan import Pair
from nsz_desk.engine.resync_plan import Found

Periods = tuple[Period, ...] | Unread


def hindrances(pair: Pair, found: Found, netsuite_periods: Periods, zuora_periods: Periods) -> tuple[str, ...]:
    """Why it cannot be undone, in words, the gravest first; empty when nothing speaks against it."""
    refund, alone = found.facts.refund, bool(found.target)  # alone: nothing is written in NetSuite
    said = [
        *([] if alone else _netsuite_says(pair, refund)),
        *_zuora_says(refund, found),
        *([] if alone else _others_say(found)),
        *([] if alone else _period_says("NetSuite", refund, netsuite_periods)),
        *([] if found.dead else _period_says("Zuora", refund, zuora_periods, found.refund)),
        *_money_says(pair, found),
    ]
    return tuple(said)


def _netsuite_says(pair: Pair, refund: CustomerRefund) -> Iterable[str]:
    if refund.voided is True:
        yield f"Refund {refund.number} is voided in NetSuite: there is nothing to sync again."
    if pair.texts.meaning(refund.status_text) is Status.CREATING:
        yield f"NetSuite says {refund.status_text}: a sync is under way or in doubt. Finish first."


def _zuora_says(refund: CustomerRefund, found: Found) -> Iterable[str]:
    zuora = found.refund
    if zuora is not None and zuora.integration_id != refund.id:
        whose = f"NetSuite id {zuora.integration_id}" if zuora.integration_id else "no NetSuite id"
        yield f"Zuora refund {zuora.number} carries {whose}, not {refund.id}: it is not this refund's."
    if zuora is None or zuora.dead:
        return
    if zuora.type and zuora.type.casefold() != "external":
        yield f"{zuora.number} is {zuora.type}: its money went through a gateway. Ask who runs the gateway."
    if zuora.status.casefold() != "processed":
        yield f"{zuora.number} is {zuora.status}: only a Processed refund can be cancelled. Wait, then look again."


def _others_say(found: Found) -> Iterable[str]:
    if len(found.others) > (1 if found.dead else 0):
        named = " and ".join(other.number for other in found.others)
        yield f"More than one live Zuora refund carries this id: {named} too. Decide which one stays first."
    elif found.others:
        yield f"{found.others[0].number} is live with this id: NetSuite names an older, dead one. Relink, do not undo."


def _period_says(
    book: str, refund: CustomerRefund, periods: Periods, zuora: ZuoraRefund | None = None
) -> Iterable[str]:
    """A book whose periods cannot be read hinders nothing: the system itself refuses then."""
    if isinstance(periods, Unread):
        return
    day = zuora.date if zuora else refund.date
    shut = next((period for period in periods if period.holds(day) and not period.is_open), None)
    if shut:
        yield f"{day} lies in {book}'s period {shut.name}, which is closed. Ask an administrator to open it."


def _money_says(pair: Pair, found: Found) -> Iterable[str]:
    if not pair.route.settlement or found.dead or found.refund is None:
        return
    for other in found.unfinished:
        yield (
            f"The undo of NetSuite refund {other} on the same payment is not finished, and"
            f" {found.payment.unapplied} of the payment is loose. Finish that one first."
        )
    if isinstance(found.payment.parts, Unread):
        yield f"What payment {found.payment.number} is applied to cannot be read: {found.payment.parts.why}."
    if found.refund.parts is None and not found.remembered:
        yield f"From which invoices {found.refund.number} took its money cannot be read, so it could not be put back."
