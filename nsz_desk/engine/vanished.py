"""Refunds that this desk completed and that NetSuite's list shows no more: voided or deleted since.

What changes in NetSuite after a sync does not travel (rule N.1), so that their Zuora refunds may still be live.
"""

from collections.abc import Iterable
from dataclasses import replace

from nsz_desk.domain.errors import Missing
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.listing import Sources, attempt
from nsz_desk.engine.ports import NetSuite, NetSuiteFacts, Zuora

MOST = 20  # read in one listing, the latest first; a full comparison of both systems finds the rest


def with_vanished(netsuite: NetSuite, zuora: Zuora, sources: Sources, completed: Iterable[str]) -> Sources:
    """The sources with those of the completed refunds that are voided while their Zuora refund is live.

    One that is deleted has no record to judge: it becomes a problem in words.
    """
    listed = {refund.id for refund in sources.netsuite.refunds}
    for refund_id in [key for key in completed if key not in listed][:MOST]:
        sources = _looked(netsuite, zuora, sources, refund_id)
    return sources


def _looked(netsuite: NetSuite, zuora: Zuora, sources: Sources, refund_id: str) -> Sources:
    def read() -> NetSuiteFacts | None:
        try:
            return netsuite.read(refund_id)
        except Missing:
            return None

    facts = attempt(f"NetSuite refund {refund_id}", read, sources.problems)
    if isinstance(facts, Unread):
        return sources
    if facts is None:
        sources.problems.append(
            f"NetSuite refund {refund_id} was synced and is gone: see its history, then look in Zuora"
        )
        return sources
    zuora_id = facts.refund.zuora_id.strip()
    if facts.refund.voided is not True or not zuora_id:
        return sources
    live = attempt(f"Zuora refund {zuora_id}", lambda: _live(zuora, zuora_id), sources.problems)
    return _beside(zuora, sources, facts, live) if isinstance(live, ZuoraRefund) else sources


def _live(zuora: Zuora, zuora_id: str) -> ZuoraRefund | None:
    try:
        refund = zuora.read_refund(zuora_id)
    except Missing:
        return None
    return None if refund.dead else refund


def _beside(zuora: Zuora, sources: Sources, facts: NetSuiteFacts, live: ZuoraRefund) -> Sources:
    """One more refund in the list, with its memos, customer, payment and Zuora refund."""
    listing = sources.netsuite
    customers = dict(listing.customers)
    if not isinstance(facts.customer, Unread):
        customers[facts.customer.id] = facts.customer
    more = replace(
        listing,
        refunds=(*listing.refunds, facts.refund),
        memos={**listing.memos, **{memo.id: memo for memo in facts.memos}},
        customers=customers,
    )
    payments = sources.payments
    named = {memo.payment_id for memo in facts.memos if memo.payment_id}
    if not isinstance(payments, Unread):
        found = attempt("Zuora payments", lambda: zuora.payments(sorted(named)), sources.problems)
        payments = payments if isinstance(found, Unread) else {**payments, **found}
    return replace(sources, netsuite=more, payments=payments, refunds=_with(sources.refunds, live))


def _with(refunds: tuple[ZuoraRefund, ...] | Unread, live: ZuoraRefund) -> tuple[ZuoraRefund, ...] | Unread:
    if isinstance(refunds, Unread):
        return refunds
    return (*(one for one in refunds if one.id != live.id), live)
