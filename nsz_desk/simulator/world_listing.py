"""The whole world as JSON for the control address: amounts as text, dates ``yyyy-mm-dd``, times with Z."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from nsz_desk.simulator.records import Numbered, Records
from nsz_desk.simulator.world import Applied, World, ZPayment, ZRefund
from nsz_desk.simulator.zuora_books import places

Listing = dict[str, object]
R = TypeVar("R", bound=Numbered)


def z(moment: datetime) -> str:
    """Write a time as UTC with Z, to the microsecond if it has any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def show(value: object, currency: str = "") -> object:
    """Turn one field's value into JSON; amounts have at least the decimals of `currency`."""
    if isinstance(value, datetime):
        return z(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        usual = round(value, places(currency))
        return format(usual if usual == value else value, "f")
    if isinstance(value, Applied):
        return {"id": value.doc, "type": value.type, "amount": show(value.amount, currency)}
    if isinstance(value, list):
        return [show(one, currency) for one in value]
    if isinstance(value, dict):
        return {key: show(one, currency) for key, one in value.items()}
    return value


def flat(record: object) -> Listing:
    """List all fields of a record under their own names."""
    currency = str(getattr(record, "currency", ""))
    return {one.name: show(getattr(record, one.name), currency) for one in fields(record)}  # type: ignore[arg-type]


def _payment(payment: ZPayment) -> Listing:
    shown = flat(payment)
    del shown["applied"], shown["paid"]
    keys = [*payment.applied, *(key for key in payment.paid if key not in payment.applied)]
    none = Decimal(0)
    shown["invoices"] = [
        {
            "id": key,
            "applied": show(payment.applied.get(key, none), payment.currency),
            "paid": show(payment.paid.get(key, none), payment.currency),
        }
        for key in keys
    ]
    return shown


def _refund(refund: ZRefund) -> Listing:
    shown = flat(refund)
    shown["invoices"] = [{"id": key, "amount": show(part, refund.currency)} for key, part in refund.invoices.items()]
    return shown


def _all(records: Iterable[object]) -> list[Listing]:
    return [flat(record) for record in records]


def listing(world: World, *, touched: bool = False) -> Listing:
    """List both systems; the names of the lists are those that an edit takes.

    `touched` leaves out the records that a big scenario makes when they are looked at, as long as nobody
    wrote them or asked for one of them alone.
    """

    def of(records: Records[R]) -> Iterable[R]:
        return records.kept.values() if touched else records.values()

    return {
        "netsuite": {
            "refunds": _all(of(world.refunds)),
            "credit_memos": _all(of(world.memos)),
            "customers": _all(of(world.customers)),
            "payments": _all(of(world.ns_payments)),
            "periods": _all(world.ns_periods.values()),
            "account": flat(world.netsuite),
        },
        "zuora": {
            "payments": [_payment(payment) for payment in of(world.payments)],
            "refunds": [_refund(refund) for refund in of(world.zuora_refunds)],
            "accounts": _all(of(world.accounts)),
            "invoices": _all(of(world.invoices)),
            "periods": _all(world.zuora_periods.values()),
            "tenant": flat(world.tenant),
        },
        "calls": dict(world.calls),
        "now": z(world.now()),
    }
