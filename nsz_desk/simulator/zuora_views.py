"""Zuora's records as the older calls, ZOQL and Object Query show them: typed values, not yet text.

A view maps field names to Decimal, date, aware datetime, str, bool or None. The older calls and ZOQL
share capital names; Object Query spells the same fields with a small first letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from nsz_desk.simulator.world import Tenant, World, ZAccount, ZInvoice, ZPayment, ZRefund
from nsz_desk.simulator.zuora_books import ZERO, is_live, refunded, zuora_id

View = dict[str, object]
MARKS = {
    "IntegrationId__NS": "integration_id",
    "IntegrationStatus__NS": "integration_status",
    "Origin__NS": "origin",
    "SyncDate__NS": "sync_date",
    "SynctoNetSuite__NS": "sync_to_netsuite",
    "Transaction__NS": "transaction",
}


def known_marks(tenant: Tenant) -> tuple[str, ...]:
    """List the ``__NS`` fields that the tenant's refunds have."""
    if not tenant.netsuite_fields:
        return ()
    return tuple(name for name in MARKS if name != "Transaction__NS" or tenant.transaction_field)


def marks_of(world: World, refund: ZRefund) -> View:
    """Show the ``__NS`` fields of `refund`; an empty one is None."""
    return {name: getattr(refund, MARKS[name]) or None for name in known_marks(world.tenant)}


def refund_view(world: World, refund: ZRefund) -> View:
    """Show a refund; the older calls do not say which payment it refunds."""
    view: View = {
        "Id": refund.id, "AccountId": refund.account_id, "Amount": refund.amount, "CancelledOn": refund.cancelled,
        "Comment": refund.comment or None, "CreatedDate": refund.created, "MethodType": refund.method,
        "ReasonCode": refund.reason_code, "RefundDate": refund.date, "RefundNumber": refund.number,
        "SourceType": "Payment", "Status": refund.status,
        "TransferredToAccounting": refund.transferred_to_accounting or None,
        "Type": refund.type, "UpdatedDate": refund.updated,
    }  # fmt: skip
    return view | marks_of(world, refund)


def payment_view(_world: World, payment: ZPayment) -> View:
    """Show a payment."""
    return {
        "Id": payment.id, "AccountId": payment.account_id, "Amount": payment.amount,
        "AppliedAmount": sum(payment.applied.values(), ZERO), "AppliedCreditBalanceAmount": ZERO,
        "Comment": None, "CreatedDate": payment.created, "Currency": payment.currency,
        "EffectiveDate": payment.date, "PaymentNumber": payment.number, "RefundAmount": refunded(payment),
        "Source": "API", "Status": payment.status, "TransferredToAccounting": "Yes", "Type": "External",
        "UnappliedAmount": payment.unapplied, "UpdatedDate": payment.updated,
    }  # fmt: skip


def account_view(world: World, account: ZAccount) -> View:
    """Show an account."""
    view: View = {
        "Id": account.id, "AccountNumber": account.number, "Name": account.name, "Currency": account.currency,
        "ParentId": account.parent_id or None, "Status": "Active",
    }  # fmt: skip
    if world.tenant.netsuite_fields:
        view["IntegrationId__NS"] = account.integration_id or None
    return view


def invoice_view(_world: World, invoice: ZInvoice) -> View:
    """Show an invoice."""
    return {
        "Id": invoice.id, "InvoiceNumber": invoice.number, "AccountId": invoice.account_id, "Amount": invoice.amount,
        "Balance": invoice.balance, "InvoiceDate": invoice.date, "DueDate": invoice.date, "Status": "Posted",
        "PaymentAmount": invoice.amount - invoice.balance, "Currency": invoice.currency,
    }  # fmt: skip


def invoice_payment_id(payment_id: str, invoice_id: str) -> str:
    """Make the id of the row that binds a payment to an invoice."""
    return zuora_id(f"{payment_id} pays {invoice_id}")


def invoice_payments(world: World, payment: ZPayment) -> Iterator[View]:
    """Show what a payment paid per invoice, and how much of it was refunded."""
    for invoice_id, paid in payment.paid.items():
        yield {
            "Id": invoice_payment_id(payment.id, invoice_id), "PaymentId": payment.id, "InvoiceId": invoice_id,
            "Amount": paid, "RefundAmount": paid - payment.applied.get(invoice_id, ZERO),
            "CreatedDate": payment.created, "UpdatedDate": payment.updated,
        }  # fmt: skip


def refund_invoice_payments(_world: World, refund: ZRefund) -> Iterator[View]:
    """Show what a refund took from each invoice."""
    for invoice_id, part in refund.invoices.items():
        yield {
            "Id": zuora_id(f"{refund.id} refunds {invoice_id}"), "RefundId": refund.id, "InvoiceId": invoice_id,
            "InvoicePaymentId": invoice_payment_id(refund.payment_id, invoice_id), "RefundAmount": part,
            "CreatedDate": refund.created, "UpdatedDate": refund.updated,
        }  # fmt: skip


def refund_applications(world: World, refund: ZRefund) -> list[View]:
    """Show a refund's applications as Object Query does (the payment and each invoice)."""
    rows: list[View] = []
    for invoice_id, part in [*refund.invoices.items(), ("", refund.from_unapplied)]:
        if part or (not invoice_id and not rows):
            rows.append({
                "id": zuora_id(f"{refund.id} applies {invoice_id}"), "refundId": refund.id,
                "paymentId": refund.payment_id, "invoiceId": invoice_id or None, "creditMemoId": None,
                "accountId": refund.account_id, "applyAmount": part if is_live(refund) else ZERO,
                "effectiveDate": refund.date, "createdDate": refund.created, "updatedDate": refund.updated,
            })  # fmt: skip
    return rows


def payment_parts(payment: ZPayment) -> list[View]:
    """Show where a payment's money is now; what was refunded has no part."""
    rows: list[View] = []
    for invoice_id, part in [*payment.applied.items(), ("", payment.unapplied)]:
        if part:
            rows.append({
                "id": zuora_id(f"part {payment.id} {invoice_id}"), "amount": part, "invoiceId": invoice_id or None,
                "debitMemoId": None, "createdDate": payment.created, "updatedDate": payment.updated,
            })  # fmt: skip
    return rows


def payment_applications(payment: ZPayment) -> list[View]:
    """Show a payment's applications as Object Query does."""
    return [
        {
            "id": zuora_id(f"application {payment.id} {invoice_id}"), "paymentId": payment.id,
            "invoiceId": invoice_id, "accountId": payment.account_id, "applyAmount": part,
            "effectiveDate": payment.date, "createdDate": payment.created, "updatedDate": payment.updated,
        }
        for invoice_id, part in payment.applied.items()
    ]  # fmt: skip


def visible_refunds(world: World, account_id: str = "", payment_id: str = "") -> Iterator[ZRefund]:
    """Yield the refunds that a search sees: all, or none younger than the tenant's search lag.

    `account_id` and `payment_id` narrow the choice.
    """
    refunds: Iterable[ZRefund] = world.zuora_refunds.values()
    if payment_id:
        refunds = world.zuora_refunds.about("payment_id", payment_id)
    elif account_id:
        refunds = world.zuora_refunds.about("account_id", account_id)
    for refund in refunds:
        if account_id in ("", refund.account_id) and is_visible(world, refund):
            yield refund


def is_visible(world: World, refund: ZRefund) -> bool:
    """Tell whether a search sees `refund` already."""
    lag = world.tenant.search_lag_seconds
    return not lag or refund.created <= world.now() - timedelta(seconds=lag)
