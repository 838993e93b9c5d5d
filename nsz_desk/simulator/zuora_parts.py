"""Zuora's reads of single parts, of what is applied to an invoice, and of all payments of an account."""

from __future__ import annotations

from decimal import Decimal

from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.world import World, ZPayment
from nsz_desk.simulator.zuora_books import look_at_payment, missing
from nsz_desk.simulator.zuora_listing import find_account, find_invoice, page_of
from nsz_desk.simulator.zuora_v1 import get_refund_parts
from nsz_desk.simulator.zuora_views import View, payment_parts


def get_refund_part(world: World, request: Request, key: str, part_id: str) -> View:
    """Answer GET /v1/refunds/{key}/parts/{part}."""
    parts = get_refund_parts(world, request, key)["parts"]
    return _part(world, parts if isinstance(parts, list) else [], part_id)


def get_payment_part(world: World, _request: Request, key: str, part_id: str) -> View:
    """Answer GET /v1/payments/{key}/parts/{part}."""
    return _part(world, payment_parts(look_at_payment(world, key)), part_id)


def _part(world: World, parts: list[View], part_id: str) -> View:
    found = next((part for part in parts if part["id"] == part_id), None)
    if found is None:
        raise missing(world, part_id)
    return found


def no_refund_items(world: World, request: Request, key: str, part_id: str) -> View:
    """Answer GET /v1/refunds/{key}/parts/{part}/item-parts: none, as without Invoice Item Settlement."""
    get_refund_part(world, request, key, part_id)
    return {"itemParts": []}


def no_payment_items(world: World, request: Request, key: str, part_id: str) -> View:
    """Answer GET /v1/payments/{key}/parts/{part}/item-parts: none, as without Invoice Item Settlement."""
    get_payment_part(world, request, key, part_id)
    return {"itemParts": []}


def get_application_parts(world: World, request: Request, key: str) -> View:
    """Answer GET /v1/invoices/{key}/application-parts: which payments are applied to an invoice now."""
    invoice = find_invoice(world, key)
    # A parent's payment may pay a child's invoice, so written payments of other accounts are looked at, too.
    payments = {one.id: one for one in world.payments.about("account_id", invoice.account_id)}
    payments |= world.payments.kept
    applied = ((one, one.applied[invoice.id]) for one in payments.values() if one.applied.get(invoice.id))
    return page_of(request, "applicationParts", applied, lambda pair: _application(*pair), ())


def _application(payment: ZPayment, amount: Decimal) -> View:
    return {
        "appliedAmount": amount, "paymentId": payment.id, "creditMemoId": None, "createdDate": payment.created,
        "updatedDate": payment.updated,
    }  # fmt: skip


def list_account_payments(world: World, request: Request, key: str) -> View:
    """Answer GET /v1/transactions/payments/accounts/{key}, with and without Invoice Settlement."""
    account = find_account(world, key)

    def show(payment: ZPayment) -> View:
        paid = [
            {
                "invoiceId": invoice_id, "invoiceNumber": invoice.number if invoice else None,
                "appliedPaymentAmount": amount,
            }
            for invoice_id, amount in payment.applied.items()
            for invoice in [world.invoices.peek(invoice_id)]
        ]  # fmt: skip
        return {
            "id": payment.id, "paymentNumber": payment.number, "accountId": account.id, "accountNumber": account.number,
            "accountName": account.name, "type": "External", "effectiveDate": payment.date, "amount": payment.amount,
            "status": payment.status, "paidInvoices": paid, "gatewayTransactionNumber": None, "paymentMethodId": None,
        }  # fmt: skip

    return page_of(request, "payments", world.payments.about("account_id", account.id), show, ())
