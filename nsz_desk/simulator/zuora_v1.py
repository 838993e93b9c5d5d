"""Zuora's v1 calls for payments and refunds: what goes in, what comes out. Needs Invoice Settlement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from nsz_desk.simulator import zuora_books as books
from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.world import World, ZPayment, ZRefund
from nsz_desk.simulator.zuora_errors import (
    INVALID,
    MALFORMED,
    MISSING,
    NOT_FOUND,
    PERMISSION,
    RULE,
    UNKNOWN_FIELD,
    Refused,
)
from nsz_desk.simulator.zuora_json import loads
from nsz_desk.simulator.zuora_views import MARKS, View, known_marks, marks_of, payment_parts


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object; an empty body is an empty one; Refused when it is something else."""
    try:
        value = loads(body) if body.strip() else {}
    except ValueError as error:
        raise Refused(MALFORMED, "Malformed JSON request", status=400) from error
    if not isinstance(value, dict):
        raise Refused(MALFORMED, "The request body is not a JSON object", status=400)
    return value


def read_date(value: object, name: str) -> date:
    """Read a business date ``yyyy-mm-dd``; Refused otherwise."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date(name)
    except ValueError:
        return _no_date(name)


def _no_date(name: str) -> date:
    raise Refused(INVALID, f"'{name}' should be a date like yyyy-mm-dd")


def read_text(body: Mapping[str, object], name: str, limit: int = 255) -> str:
    """Read an optional text of at most `limit` characters."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise Refused(INVALID, f"'{name}' should be a text of at most {limit} characters")
    return value


def read_marks(world: World, body: Mapping[str, object]) -> dict[str, str]:
    """Take the ``__NS`` fields; one that the tenant does not have is refused."""
    marks = {}
    for name in body:
        if name.endswith("__NS"):
            if name not in known_marks(world.tenant):
                raise Refused(UNKNOWN_FIELD, f"'{name}' is not a known field")
            marks[MARKS[name]] = read_text(body, name)
    return marks


def payment_answer(world: World, payment: ZPayment) -> View:
    """Show a payment as v1 does."""
    account = world.accounts.peek(payment.account_id)
    return {
        "id": payment.id, "number": payment.number, "status": payment.status, "type": "External",
        "accountId": payment.account_id, "accountNumber": account.number if account else None,
        "amount": payment.amount, "appliedAmount": sum(payment.applied.values(), books.ZERO),
        "unappliedAmount": payment.unapplied, "refundAmount": books.refunded(payment),
        "creditBalanceAmount": books.ZERO, "currency": payment.currency, "effectiveDate": payment.date,
        "comment": None, "paymentMethodId": None, "referenceId": None, "gatewayState": "NotSubmitted",
        "createdDate": payment.created, "updatedDate": payment.updated, "standalone": False, "prepayment": False,
        "financeInformation": {"transferredToAccounting": "Yes", "bankAccountAccountingCode": None},
    }  # fmt: skip


def refund_answer(world: World, refund: ZRefund) -> View:
    """Show a refund as v1 does: no currency, the payment by id and number."""
    payment = world.payments.peek(refund.payment_id)
    failed = refund.status == "Error"
    answer: View = {
        "id": refund.id, "number": refund.number, "status": refund.status, "type": refund.type,
        "methodType": refund.method, "accountId": refund.account_id, "amount": refund.amount,
        "refundDate": refund.date, "comment": refund.comment or None, "paymentId": refund.payment_id,
        "paymentNumber": payment.number if payment else None, "creditMemoId": None,
        "reasonCode": refund.reason_code, "referenceId": None, "secondRefundReferenceId": None,
        "gatewayState": "FailedToSettle" if failed else "NotSubmitted", "cancelledOn": refund.cancelled,
        "createdDate": refund.created, "updatedDate": refund.updated,
        "financeInformation": {
            "transferredToAccounting": refund.transferred_to_accounting or None, "bankAccountAccountingCode": None,
        },
    }  # fmt: skip
    return answer | marks_of(world, refund)


def get_payment(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/payments/{key}."""
    return payment_answer(world, books.look_at_payment(world, key))


def get_payment_parts(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/payments/{key}/parts."""
    return {"parts": payment_parts(books.look_at_payment(world, key))}


def get_refund(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/refunds/{key}."""
    return refund_answer(world, books.look_at_refund(world, key))


def get_refund_parts(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/refunds/{key}/parts: one part, the payment; a dead refund has none."""
    refund = books.look_at_refund(world, key)
    part = {
        "id": books.zuora_id(f"part {refund.id}"), "amount": refund.amount, "paymentId": refund.payment_id,
        "creditMemoId": None, "createdDate": refund.created, "updatedDate": refund.updated,
    }  # fmt: skip
    return {"parts": [part] if books.is_live(refund) else []}


def _wish(world: World, payment: ZPayment, body: Mapping[str, object], route: str) -> books.Wish:
    if route == "unapply_and_refund" and body.get("totalAmount") is None and not body.get("invoices"):
        amount = payment.amount - books.refunded(payment)
    else:
        amount = books.check_amount(body.get("totalAmount"), payment.currency, "totalAmount")
    kind = str(body.get("type") or "")
    if not kind:
        raise Refused(MISSING, "'type' may not be null")
    day = body.get("refundDate")
    return books.Wish(
        payment=payment, amount=amount, type=kind, method=read_text(body, "methodType"),
        date=read_date(day, "refundDate") if day is not None else world.now().date(),
        comment=read_text(body, "comment"), reason_code=read_text(body, "reasonCode"),
        taken=_split(world, payment, body, amount) if route == "unapply_and_refund" else {},
        marks=read_marks(world, body), route=route,
    )  # fmt: skip


def refund_unapplied(world: World, _request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer POST /v1/payments/{key}/refunds: only loose money."""
    wish = _wish(world, books.find_payment(world, key), body, "refund")
    return _created(world, books.create(world, wish))


def unapply_and_refund(world: World, _request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer POST /v1/payments/{key}/refunds/unapply."""
    if not world.tenant.unapply_and_refund:
        raise Refused(PERMISSION, "You do not have permission to unapply and refund a payment")
    wish = _wish(world, books.find_payment(world, key), body, "unapply_and_refund")
    return _created(world, books.create(world, wish)) | {"writeOff": False, "writeOffResults": None}


def _created(world: World, refund: ZRefund) -> View:
    answer = refund_answer(world, refund)
    # The answer to a create shows a boolean where later reads show text or null.
    answer["financeInformation"] = {"transferredToAccounting": False, "bankAccountAccountingCode": None}
    return answer


def _split(world: World, payment: ZPayment, body: Mapping[str, object], amount: Decimal) -> dict[str, Decimal]:
    parts = read_invoices(world, payment, body)
    return parts or tenant_split(payment, amount)


def tenant_split(payment: ZPayment, amount: Decimal) -> dict[str, Decimal]:
    """Choose the parts as the tenant's own rule does: invoices by id, then loose money."""
    parts: dict[str, Decimal] = {}
    left = amount
    for invoice_id in sorted(payment.applied):
        part = min(left, payment.applied[invoice_id])
        if part > 0:
            parts[invoice_id] = part
            left -= part
    return parts


def read_invoices(world: World, payment: ZPayment, body: Mapping[str, object]) -> dict[str, Decimal]:
    """Read ``invoices[]``: id or number (both must agree) and amount; {} when there are none."""
    lines = body.get("invoices") or []
    if not isinstance(lines, list) or len(lines) > 1000:
        raise Refused(INVALID, "'invoices' should be a list of at most 1000")
    parts: dict[str, Decimal] = {}
    for line in lines:
        if not isinstance(line, dict):
            raise Refused(INVALID, "'invoices' should hold objects")
        invoice_id = _invoice_id(world, line)
        part = books.check_amount(line.get("amount"), payment.currency, "amount")
        parts[invoice_id] = parts.get(invoice_id, books.ZERO) + part
    return parts


def _invoice_id(world: World, line: Mapping[str, object]) -> str:
    by_id = str(line.get("invoiceId") or "")
    number = str(line.get("invoiceNumber") or "")
    if not by_id and not number:
        raise Refused(MISSING, "'invoiceId' or 'invoiceNumber' is required")
    found = world.invoices.peek(by_id) or next(world.invoices.about("number", number), None)
    if found is None:
        raise Refused(NOT_FOUND, f"Cannot find invoice '{by_id or number}'")
    if number and number != found.number:
        raise Refused(RULE, "'invoiceId' and 'invoiceNumber' do not match")
    return found.id


def apply_payment(world: World, _request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer PUT /v1/payments/{key}/apply."""
    payment = books.find_payment(world, key)
    books.apply_payment(world, payment, _named_parts(world, payment, body))
    return payment_answer(world, payment)


def unapply_payment(world: World, _request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer PUT /v1/payments/{key}/unapply."""
    payment = books.find_payment(world, key)
    books.unapply_payment(world, payment, _named_parts(world, payment, body))
    return payment_answer(world, payment)


def _named_parts(world: World, payment: ZPayment, body: Mapping[str, object]) -> dict[str, Decimal]:
    parts = read_invoices(world, payment, body)
    if not parts:
        raise Refused(MISSING, "'invoices' may not be empty")
    return parts


def update_refund(world: World, _request: Request, body: Mapping[str, object], key: str) -> View:
    """Answer PUT /v1/refunds/{key}: comment, reason, TransferredToAccounting and ``__NS`` fields."""
    refund = books.find_refund(world, key)
    marks = read_marks(world, body)
    comment, reason = read_text(body, "comment"), read_text(body, "reasonCode")
    finance = body.get("financeInformation") or {}
    if not isinstance(finance, dict):
        raise Refused(INVALID, "'financeInformation' should be an object")
    if "transferredToAccounting" in finance:
        books.set_transferred(world, refund, finance["transferredToAccounting"])
    for name, value in marks.items():
        setattr(refund, name, value)
    refund.comment = comment if "comment" in body else refund.comment
    refund.reason_code = reason or refund.reason_code
    refund.updated = world.now()
    return refund_answer(world, refund)


def cancel_refund(world: World, _request: Request, _body: Mapping[str, object], key: str) -> View:
    """Answer PUT /v1/refunds/{key}/cancel."""
    refund = books.find_refund(world, key)
    books.cancel(world, refund)
    return refund_answer(world, refund)


def delete_refund(world: World, _request: Request, key: str) -> View:
    """Answer DELETE /v1/refunds/{key}."""
    books.delete(world, books.find_refund(world, key))
    return {}
