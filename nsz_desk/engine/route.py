"""Which create call a case needs: one pure function of settings, refund, memo, payment and parts.

Fixed per profile and never improvised in mid-episode. Source: zuora reference, section 3, cases a1 to c.
"""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from nsz_desk.domain.errors import Setup
from nsz_desk.domain.facts import known
from nsz_desk.domain.money import Money, decimals
from nsz_desk.domain.records import CustomerRefund, Payment
from nsz_desk.engine.canonical import Json, body
from nsz_desk.engine.ports import CreateCall

Parts = tuple[tuple[str, Money], ...]
CRUD_LINES, UNAPPLIED_LINES = 200, 1000  # invoices that one create may name
COMMENT_UNITS = 255  # whether Zuora counts code points or UTF-16 units is unverified: the stricter reading


@dataclass(frozen=True, slots=True)
class Route:
    """What the profile pins: Invoice Settlement on or off, and the call that frees and refunds at once."""

    settlement: bool
    crud: bool

    @property
    def name(self) -> str:
        """For the fingerprint that must be equal on every desk."""
        return f"{'on' if self.settlement else 'off'}/{'crud' if self.crud else 'unapply_and_refund'}"

    @property
    def words(self) -> str:
        """For people: how a refund is taken from several invoices at once."""
        if self.settlement and not self.crud:
            return "unapply and refund in one call (Invoice Settlement)"
        return f"one refund call that names each invoice (Invoice Settlement {'on' if self.settlement else 'off'})"


def parts_of(refund: CustomerRefund, payment: Payment) -> Parts:
    """The split the desk makes by itself: none, one invoice, or the whole payment. Order: by invoice id.

    A part of a payment over several invoices is never split here; rule M.1 stops it.
    """
    applied = sorted((part.invoice_id, part.applied) for part in known(payment.parts) if part.applied.amount > 0)
    if len(applied) == 1:
        invoice, room = applied[0]
        return ((invoice, min(room, refund.amount)),)
    if refund.amount == payment.amount:
        return tuple(applied)
    return ()


def create_call(route: Route, refund: CustomerRefund, payment: Payment, method: str, parts: Parts) -> CreateCall:
    """Method, path and body of the create.

    Raises:
        Setup: the route cannot express this refund in one call.
    """
    from_invoices = sum((amount.amount for _, amount in parts), Decimal(0))
    several = _is_spread(route, payment)
    if len(parts) > (UNAPPLIED_LINES if route.settlement and not route.crud else CRUD_LINES):
        raise _no_route(refund, f"its {len(parts)} lines are more than one call takes")
    if route.settlement and refund.amount <= payment.unapplied:
        return _payment_call("refunds", refund, payment, method, ())
    if route.settlement and not route.crud:
        if from_invoices + payment.unapplied.amount < refund.amount.amount:
            raise _no_route(refund, "its money is applied to more invoices than the desk may choose from")
        return _payment_call("refunds/unapply", refund, payment, method, parts)
    if not parts and several:
        raise _no_route(refund, "the payment is spread over several invoices and nobody has split the refund")
    if several and from_invoices != refund.amount.amount:
        raise _no_route(refund, "a part of it is loose money, which this create call cannot name")
    return _crud_call(refund, payment, method, parts if several else ())


def _is_spread(route: Route, payment: Payment) -> bool:
    """Whether the older create must be told which invoices: more than one holds money of the payment.

    Without Invoice Settlement an invoice whose money is all refunded counts too: its invoice payment is still there.
    """
    return len([part for part in known(payment.parts) if part.applied.amount > 0 or not route.settlement]) > 1


def comment(text: str) -> str:
    """The memo text as Zuora's comment: at most 255 UTF-16 units, never half a character."""
    text = text[:COMMENT_UNITS]
    while len(text.encode("utf-16-le")) > 2 * COMMENT_UNITS:
        text = text[:-1]
    return text


def amount_number(money: Money) -> Decimal:
    """The amount with exactly its currency's decimals, so that every desk writes the same digits."""
    return money.amount.quantize(Decimal(1).scaleb(-decimals(money.currency)))


def _payment_call(tail: str, refund: CustomerRefund, payment: Payment, method: str, parts: Parts) -> CreateCall:
    content: dict[str, Json] = {
        "type": "External",
        "methodType": method,
        "refundDate": refund.date.isoformat(),
        "totalAmount": amount_number(refund.amount),
    }
    if parts:
        content["invoices"] = [{"invoiceId": key, "amount": amount_number(amount)} for key, amount in parts]
    content |= _texts("comment", refund)
    return CreateCall("POST", f"/v1/payments/{quote(payment.id, safe='')}/{tail}", body(content))


def _crud_call(refund: CustomerRefund, payment: Payment, method: str, parts: Parts) -> CreateCall:
    content: dict[str, Json] = {
        "PaymentId": payment.id,
        "Type": "External",
        "MethodType": method,
        "SourceType": "Payment",
        "Amount": amount_number(refund.amount),
        "RefundDate": refund.date.isoformat(),
    }
    content |= _texts("Comment", refund)
    if parts:
        lines = [{"InvoiceId": key, "RefundAmount": f"{amount_number(amount):f}"} for key, amount in parts]
        content["RefundInvoicePaymentData"] = {"RefundInvoicePayment": lines}
    return CreateCall("POST", "/v1/object/refund?rejectUnknownFields=true", body(content))


def _texts(name: str, refund: CustomerRefund) -> dict[str, Json]:
    said: dict[str, Json] = {name: comment(refund.memo)} if refund.memo else {}
    return said | {"IntegrationId__NS": refund.id, "Origin__NS": "NETSUITE"}


def _no_route(refund: CustomerRefund, why: str) -> Setup:
    return Setup(
        f"No single create call fits refund {refund.number}: {why}.",
        "Nothing was sent to either system.",
        "Make the refund by hand in Zuora and link it.",
    )
