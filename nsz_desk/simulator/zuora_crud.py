"""Zuora's older object calls: capital field names, ``Success``, amounts as numbers, line amounts as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from nsz_desk.simulator import zuora_books as books
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import World, ZPayment, ZRefund
from nsz_desk.simulator.zuora_errors import INVALID, MISSING, NOT_FOUND, RULE, Refused
from nsz_desk.simulator.zuora_json import crud_stamp, dumps
from nsz_desk.simulator.zuora_v1 import read_date, read_text, tenant_split
from nsz_desk.simulator.zuora_views import (
    MARKS,
    View,
    account_view,
    invoice_payments,
    invoice_view,
    known_marks,
    payment_view,
    refund_invoice_payments,
    refund_view,
)

_CREATE = {
    "PaymentId", "Type", "Amount", "MethodType", "RefundDate", "SourceType", "Comment", "ReasonCode", "AccountId",
    "RefundInvoicePaymentData", "SoftDescriptor", "SoftDescriptorPhone", "PaymentMethodId", "GatewayOptionData",
}  # fmt: skip
_UPDATE = {"ReasonCode", "Status", "TransferredToAccounting"}
_TRANSFERRED = ("Processing", "Yes", "Error", "Ignore")


def _check_fields(world: World, request: Request, body: Mapping[str, object], known: set[str]) -> None:
    """Ignore unknown fields in silence unless the caller wants them refused."""
    strict = request.query.get("rejectUnknownFields", ["false"])[0].lower() == "true"
    unknown = [name for name in body if name not in known and name not in known_marks(world.tenant)]
    if strict and any(not name.endswith("__c") for name in unknown):
        raise UnrecognisedFields


class UnrecognisedFields(Exception):
    """The body has a field that the tenant does not know, and the caller asked to be told."""


def unrecognised() -> Answer:
    """Say that a field is not known, in the body that only this case has."""
    return Answer(400, dumps({"message": "Error - unrecognised fields"}))


def create_refund(world: World, request: Request, body: Mapping[str, object]) -> View:
    """Answer POST /v1/object/refund with the new id only."""
    _check_fields(world, request, body, _CREATE)
    payment = world.payments.get(read_text(body, "PaymentId"))
    if payment is None:
        raise Refused(INVALID, "The payment is invalid" if body.get("PaymentId") else "PaymentId is required")
    amount = books.check_amount(body.get("Amount"), payment.currency, "Amount")
    wish = books.Wish(
        payment=payment, amount=amount, type=read_text(body, "Type"), method=_method(body),
        date=_date(world, body), comment=read_text(body, "Comment"), reason_code=read_text(body, "ReasonCode", 32),
        taken=_split(world, payment, body, amount), marks=_marks(world, body), route="crud",
    )  # fmt: skip
    if body.get("SourceType") not in (None, "Payment"):
        raise Refused(INVALID, "The source type is invalid")
    return {"Success": True, "Id": books.create(world, wish).id}


def _method(body: Mapping[str, object]) -> str:
    method = read_text(body, "MethodType")
    if method and method not in books.CRUD_METHODS:
        raise Refused(INVALID, "The method type is invalid")
    return method


def _date(world: World, body: Mapping[str, object]) -> date:
    if body.get("RefundDate") is None:
        if body.get("Type") == "External":
            raise Refused(MISSING, "RefundDate is required")
        return world.now().date()
    return read_date(body["RefundDate"], "RefundDate")


def _marks(world: World, body: Mapping[str, object]) -> dict[str, str]:
    return {MARKS[name]: read_text(body, name) for name in known_marks(world.tenant) if name in body}


def _split(world: World, payment: ZPayment, body: Mapping[str, object], amount: Decimal) -> dict[str, Decimal]:
    lines = _lines(payment, body)
    held = payment.applied if world.tenant.invoice_settlement else payment.paid
    if not lines:
        if len(held) > 1:
            raise Refused(RULE, "RefundInvoicePaymentData is required: the payment was applied to several invoices")
        return tenant_split(payment, amount)
    if sum(lines.values(), books.ZERO) != amount:
        raise Refused(INVALID, "The refund amounts of the invoices do not add up to the amount")
    if not world.tenant.invoice_settlement or world.tenant.crud_lines_under_settlement == "honoured":
        return lines
    if world.tenant.crud_lines_under_settlement == "refused":
        raise Refused(RULE, "RefundInvoicePaymentData is not supported with Invoice Settlement")
    return tenant_split(payment, amount)


def _lines(payment: ZPayment, body: Mapping[str, object]) -> dict[str, Decimal]:
    holder = body.get("RefundInvoicePaymentData") or {}
    rows = holder.get("RefundInvoicePayment") or [] if isinstance(holder, dict) else None
    if not isinstance(rows, list) or len(rows) > 200:
        raise Refused(INVALID, "RefundInvoicePaymentData should hold at most 200 lines")
    lines: dict[str, Decimal] = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("InvoiceId"), str):
            raise Refused(MISSING, "InvoiceId is required")
        key = row["InvoiceId"]
        part = books.check_amount(_line_amount(row.get("RefundAmount")), payment.currency, "RefundAmount")
        lines[key] = lines.get(key, books.ZERO) + part
    return lines


def _line_amount(value: object) -> Decimal:
    if not isinstance(value, str):
        raise Refused(INVALID, "RefundAmount should be a text that holds a decimal")
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise Refused(INVALID, "RefundAmount is not a decimal") from error
    if not amount.is_finite():
        raise Refused(INVALID, "RefundAmount is not a decimal")
    return amount


def update_refund(world: World, request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer PUT /v1/object/refund/{id}; Status Canceled cancels."""
    _check_fields(world, request, body, _UPDATE)
    refund = _refund(world, key)
    status, transferred = body.get("Status"), body.get("TransferredToAccounting")
    if status not in (None, refund.status, "Canceled"):
        raise Refused(INVALID, "The status is invalid")
    if transferred is not None and transferred not in _TRANSFERRED:
        raise Refused(INVALID, "TransferredToAccounting is invalid")
    marks = _marks(world, body)
    if transferred is not None:
        books.set_transferred(world, refund, transferred)
    if status == "Canceled":
        books.cancel(world, refund)
    for name, value in marks.items():
        setattr(refund, name, value)
    refund.reason_code = read_text(body, "ReasonCode", 32) or refund.reason_code
    refund.updated = world.now()
    return {"Success": True, "Id": refund.id}


def _refund(world: World, key: str) -> ZRefund:
    refund = world.zuora_refunds.get(key)
    if refund is None:
        raise Refused(NOT_FOUND, f"invalid id: {key}", code="INVALID_ID")
    return refund


def delete_refund(world: World, _request: Request, key: str) -> View:
    """Answer DELETE /v1/object/refund/{id}, in small letters."""
    refund = _refund(world, key)
    books.delete(world, refund)
    return {"success": True, "id": refund.id}


def read_one(world: World, request: Request, kind: str, key: str) -> Answer:
    """Answer GET /v1/object/{kind}/{id}; the older calls find by id only and say 404 with no records."""
    view = next(_views(world, kind, key), None)
    if view is None:
        return Answer(404, dumps({"records": {}, "size": 0, "done": True}))
    wanted = request.query.get("fields", [""])[0]
    names = [name.strip() for name in wanted.split(",") if name.strip()] or list(view)
    # Empty fields are left out, as the schema allows no null.
    return Answer(200, dumps({name: view[name] for name in names if view.get(name) is not None}, crud_stamp))


def _views(world: World, kind: str, key: str) -> Iterator[View]:
    if kind == "refund" and (refund := world.zuora_refunds.peek(key)):
        yield refund_view(world, refund)
    elif kind == "payment" and (payment := world.payments.peek(key)):
        yield payment_view(world, payment)
    elif kind == "account" and (account := world.accounts.peek(key)):
        yield account_view(world, account)
    elif kind == "invoice" and (invoice := world.invoices.peek(key)):
        yield invoice_view(world, invoice)
    elif kind == "invoice-payment":
        for payment in world.payments.values():
            yield from (view for view in invoice_payments(world, payment) if view["Id"] == key)
    elif kind == "refund-invoice-payment":
        for refund in world.zuora_refunds.values():
            yield from (view for view in refund_invoice_payments(world, refund) if view["Id"] == key)
