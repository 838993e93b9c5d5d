"""What may be done to money in Zuora: refund, cancel, delete, apply, unapply, mark.

For every payment ``amount = applied + unapplied + refunded`` always holds, exactly; amounts are
Decimal in the payment's currency. Whoever calls holds the world's lock. A no is `Refused`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nsz_desk.simulator.world import World, ZPayment, ZRefund
from nsz_desk.simulator.zuora_errors import INVALID, MISSING, NOT_FOUND, PERIOD_TEXT, PERMISSION, RULE, Refused

ZERO = Decimal(0)
TYPES = ("Electronic", "External")
CRUD_METHODS = (
    "ACH", "Cash", "Check", "CreditCard", "Other", "PayPal", "WireTransfer", "DebitCard",
    "CreditCardReferenceTransaction",
)  # fmt: skip
METHODS = (*CRUD_METHODS, "BankTransfer")
TRANSFERRED = ("", "Processing", "Yes", "Error", "Ignore", "No")
_WHOLE = {"JPY", "KRW", "CLP", "VND", "ISK"}


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund somebody asks for; `taken` is the part of each invoice, the rest is loose money."""

    payment: ZPayment
    amount: Decimal
    type: str
    method: str
    date: date
    comment: str = ""
    reason_code: str = ""
    taken: Mapping[str, Decimal] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    route: str = ""


def zuora_id(text: str) -> str:
    """Make a 32-hex id out of `text`, always the same one."""
    return "8ac68d6b" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:24]


def places(currency: str) -> int:
    """Count the decimals that `currency` has."""
    return 0 if currency in _WHOLE else 2


def refunded(payment: ZPayment) -> Decimal:
    """Sum what was refunded of `payment` and is gone."""
    return payment.amount - sum(payment.applied.values(), ZERO) - payment.unapplied


def is_live(refund: ZRefund) -> bool:
    """Tell whether `refund` still takes money from its payment."""
    return refund.status not in {"Canceled", "Cancelled", "Error"}


def find_refund(world: World, key: str) -> ZRefund:
    """Find a refund by id or number, to change it; Refused (not found) otherwise."""
    return world.zuora_refunds[look_at_refund(world, key).id]


def look_at_refund(world: World, key: str) -> ZRefund:
    """Find a refund by id or number, to read it only; Refused (not found) otherwise."""
    found = world.zuora_refunds.peek(key)
    if found is None and key.startswith("R-"):
        found = next(world.zuora_refunds.about("number", key), None)
    if found is None:
        raise missing(world, key)
    return found


def find_payment(world: World, key: str) -> ZPayment:
    """Find a payment by id or number, to change it; Refused (not found) otherwise."""
    return world.payments[look_at_payment(world, key).id]


def look_at_payment(world: World, key: str) -> ZPayment:
    """Find a payment by id or number, to read it only; Refused (not found) otherwise."""
    found = world.payments.peek(key)
    if found is None and key.startswith("P-"):
        found = next(world.payments.about("number", key), None)
    if found is None:
        raise missing(world, key)
    return found


def missing(world: World, key: str) -> Refused:
    """Say that nothing has this key, with the HTTP status the tenant's switch asks for."""
    return Refused(NOT_FOUND, f"Cannot find entity by key: '{key}'.", status=world.tenant.not_found_status)


def check_period(world: World, day: date) -> None:
    """Refuse when `day` lies in a closed accounting period."""
    for period in world.zuora_periods.values():
        if period.start <= day <= period.end and period.status == "Closed":
            raise Refused(RULE, PERIOD_TEXT)


def check_amount(amount: object, currency: str, name: str) -> Decimal:
    """Take a positive number with no more decimals than `currency` has; Refused otherwise."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise Refused(MISSING if amount is None else INVALID, f"'{name}' should be a number")
    exact = Decimal(amount)
    if exact <= 0 or exact != round(exact, places(currency)):
        raise Refused(INVALID, f"'{name}' {exact} is not a valid amount in {currency}")
    return round(exact, places(currency))


def create(world: World, wish: Wish) -> ZRefund:
    """Make the refund that `wish` asks for, or refuse and change nothing."""
    _check(world, wish)
    return record(world, wish)


def _check(world: World, wish: Wish) -> None:
    payment = wish.payment
    if wish.type not in TYPES:
        raise Refused(INVALID, f"'type' value should be one of: {', '.join(TYPES)}")
    if wish.type == "External" and wish.method not in METHODS:
        raise Refused(INVALID if wish.method else MISSING, "'methodType' is missing or unknown")
    if payment.status != "Processed":
        raise Refused(RULE, f"The payment is {payment.status} and cannot be refunded")
    if len(wish.comment) > 255:
        raise Refused(INVALID, "'comment' is longer than 255 characters")
    if wish.date < payment.date:
        raise Refused(RULE, "The refund date is earlier than the payment date")
    check_period(world, wish.date)
    loose = wish.amount - sum(wish.taken.values(), ZERO)
    if loose < 0 or loose > payment.unapplied:
        raise Refused(RULE, f"The refund of {wish.amount} exceeds what can be refunded of the payment")
    for invoice_id, part in wish.taken.items():
        if part > payment.applied.get(invoice_id, ZERO):
            raise Refused(RULE, f"{part} exceeds what the payment has applied to invoice {invoice_id}")


def record(world: World, wish: Wish) -> ZRefund:
    """Write the refund into the books without asking whether it is allowed (scenarios use this)."""
    serial, now = world.serial("refund"), world.now()
    payment = wish.payment
    refund = ZRefund(
        id=zuora_id(f"refund {serial}"), number=f"R-{serial:08d}", account_id=payment.account_id,
        payment_id=payment.id, amount=wish.amount, currency=payment.currency, date=wish.date, type=wish.type,
        method=wish.method or "CreditCard", comment=wish.comment, status="Processed", created=now, updated=now,
        reason_code=wish.reason_code or "Standard Refund", route=wish.route,
    )  # fmt: skip
    for name, value in wish.marks.items():
        setattr(refund, name, value)
    _take(world, payment, wish, refund)
    world.zuora_refunds[refund.id] = refund
    return refund


def _take(world: World, payment: ZPayment, wish: Wish, refund: ZRefund) -> None:
    if wish.type == "Electronic":
        # The gateway says no after the call said yes; with Invoice Settlement the money stays loose.
        refund.status = "Error"
        if world.tenant.invoice_settlement:
            _loosen(world, payment, wish.taken)
        return
    refund.invoices = {key: part for key, part in wish.taken.items() if part}
    refund.from_unapplied = wish.amount - sum(wish.taken.values(), ZERO)
    _loosen(world, payment, refund.invoices)
    payment.unapplied -= wish.amount
    payment.updated = world.now()


def _loosen(world: World, payment: ZPayment, parts: Mapping[str, Decimal]) -> None:
    """Take `parts` off the invoices (their balances open again) into loose money."""
    for invoice_id, part in parts.items():
        payment.applied[invoice_id] = payment.applied.get(invoice_id, ZERO) - part
        if payment.applied[invoice_id] == 0:
            del payment.applied[invoice_id]
        if invoice_id in world.invoices:
            world.invoices[invoice_id].balance += part
        payment.unapplied += part


def _bind(world: World, payment: ZPayment, parts: Mapping[str, Decimal]) -> None:
    """Bind loose money to invoices, whose balances fall."""
    for invoice_id, part in parts.items():
        payment.applied[invoice_id] = payment.applied.get(invoice_id, ZERO) + part
        if invoice_id in world.invoices:
            world.invoices[invoice_id].balance -= part
        payment.unapplied -= part


def cancel(world: World, refund: ZRefund) -> None:
    """Cancel a live external refund: with Invoice Settlement its money becomes loose, else it is bound again."""
    if refund.status == "Canceled":
        raise Refused(RULE, "The refund has already been canceled")
    if refund.status != "Processed":
        raise Refused(RULE, f"A refund with status {refund.status} cannot be canceled")
    check_period(world, refund.date)
    give_back(world, refund)
    refund.status = "Canceled"
    refund.cancelled = refund.updated = world.now()


def give_back(world: World, refund: ZRefund) -> None:
    """Put a live refund's money back into its payment; a dead one has none to give."""
    payment = world.payments.get(refund.payment_id)
    if payment is None or not is_live(refund):
        return
    payment.unapplied += refund.amount
    payment.updated = world.now()
    if not world.tenant.invoice_settlement:
        _bind(world, payment, refund.invoices)


def delete(world: World, refund: ZRefund) -> None:
    """Remove a canceled refund for ever."""
    if refund.status != "Canceled":
        raise Refused(RULE, "Only a canceled refund can be deleted")
    check_period(world, refund.date)
    del world.zuora_refunds[refund.id]


def set_transferred(world: World, refund: ZRefund, value: object) -> None:
    """Write TransferredToAccounting; leaving Yes may want a permission (switch)."""
    text = "" if value is None else str(value)
    if text not in TRANSFERRED:
        raise Refused(INVALID, "'transferredToAccounting' value should be one of: Processing, Yes, Error, Ignore, No")
    if refund.transferred_to_accounting == "Yes" and text != "Yes" and not world.tenant.override_transferred:
        raise Refused(PERMISSION, "You need the permission Override Transferred to Accounting")
    refund.transferred_to_accounting = text


def apply_payment(world: World, payment: ZPayment, parts: Mapping[str, Decimal]) -> None:
    """Bind loose money to invoices; never more than is loose or than an invoice still wants."""
    if sum(parts.values(), ZERO) > payment.unapplied:
        raise Refused(RULE, "The amount to apply exceeds the unapplied amount of the payment")
    for invoice_id, part in parts.items():
        if part > world.invoices[invoice_id].balance:
            raise Refused(RULE, f"The amount to apply exceeds the balance of invoice {invoice_id}")
    _bind(world, payment, parts)
    payment.updated = world.now()


def unapply_payment(world: World, payment: ZPayment, parts: Mapping[str, Decimal]) -> None:
    """Take money off invoices and leave it loose."""
    for invoice_id, part in parts.items():
        if part > payment.applied.get(invoice_id, ZERO):
            raise Refused(RULE, f"{part} exceeds what the payment has applied to invoice {invoice_id}")
    _loosen(world, payment, parts)
    payment.updated = world.now()
