"""What a payment's totals are, given its refunds: computed afresh, so that they can never lag."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import InvoicePart, Payment, ZuoraRefund


def with_totals(
    payment: Payment, refunds: Iterable[ZuoraRefund], settlement: bool, again: Mapping[str, Decimal] | None = None
) -> Payment:
    """The payment as Zuora shows it.

    A live refund takes from its invoices, else from loose money. A cancelled one gives back: to the invoices
    without Invoice Settlement, as loose money with it. `again` is what was applied again to each invoice.
    """
    refunded, loose = Decimal(0), payment.unapplied.amount
    taken: dict[str, Decimal] = {}
    for refund in refunds:
        from_invoices = sum((amount.amount for _, amount in refund.parts or ()), Decimal(0))
        if not refund.dead:
            refunded += refund.amount.amount
            loose -= refund.amount.amount - from_invoices
        elif settlement:
            loose += from_invoices
        if not refund.dead or settlement:
            for invoice, amount in refund.parts or ():
                taken[invoice] = taken.get(invoice, Decimal(0)) + amount.amount
    for invoice, more in (again or {}).items():
        taken[invoice] = taken.get(invoice, Decimal(0)) - more
        loose -= more
    currency = payment.amount.currency
    parts = payment.parts
    if not isinstance(parts, Unread):
        parts = tuple(_part(part, taken.get(part.invoice_id, Decimal(0))) for part in parts)
    return replace(payment, refunded=Money(refunded, currency), unapplied=Money(loose, currency), parts=parts)


def _part(part: InvoicePart, taken: Decimal) -> InvoicePart:
    money = Money(taken, part.applied.currency)
    return replace(part, applied=part.applied - money, refunded=money)
