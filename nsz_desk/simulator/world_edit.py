"""What a person does in either system behind the desk's back: set, create, delete a record."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from nsz_desk.simulator import zuora_books as books
from nsz_desk.simulator.world import (
    Applied,
    NsCustomer,
    NsMemo,
    NsPayment,
    NsPeriod,
    NsRefund,
    World,
    ZAccount,
    ZInvoice,
    ZPayment,
    ZPeriod,
    ZRefund,
)
from nsz_desk.simulator.zuora_errors import Refused
from nsz_desk.simulator.zuora_v1 import tenant_split


class BadEdit(ValueError):
    """An edit that cannot be done; the text says why."""


def edit(world: World, wanted: object) -> dict[str, object]:
    """Do one edit (parsed JSON) and answer the record's id; BadEdit changes nothing of the record."""
    if not isinstance(wanted, Mapping):
        raise BadEdit("an edit is an object with system, record and set, create or delete")
    system, name = str(wanted.get("system")), str(wanted.get("record"))
    settings = _settings(world, system, name)
    if settings is not None:
        _set(settings, _object(wanted.get("set"), "set"))
        return {"record": name}
    records, kind = _list(world, system, name)
    try:
        if "create" in wanted:
            return {"id": _create(world, records, kind, _object(wanted["create"], "create"))}
        record_id = str(wanted.get("id"))
        if record_id not in records:
            raise BadEdit(f"{system} has no {name} with the id {record_id}")
        if wanted.get("delete") is True:
            _delete(world, records, record_id)
        else:
            _change(world, records[record_id], _object(wanted.get("set"), "set"))
    except Refused as no:
        raise BadEdit(no.message) from no
    return {"id": record_id}


def _settings(world: World, system: str, name: str) -> object | None:
    if system == "zuora" and name == "tenant":
        return world.tenant
    return world.netsuite if system == "netsuite" and name in {"account", "switches"} else None


def _list(world: World, system: str, name: str) -> tuple[MutableMapping[str, Any], type]:
    lists: dict[tuple[str, str], tuple[MutableMapping[str, Any], type]] = {
        ("netsuite", "refunds"): (world.refunds, NsRefund),
        ("netsuite", "credit_memos"): (world.memos, NsMemo),
        ("netsuite", "customers"): (world.customers, NsCustomer),
        ("netsuite", "payments"): (world.ns_payments, NsPayment),
        ("netsuite", "periods"): (world.ns_periods, NsPeriod),
        ("zuora", "payments"): (world.payments, ZPayment),
        ("zuora", "refunds"): (world.zuora_refunds, ZRefund),
        ("zuora", "accounts"): (world.accounts, ZAccount),
        ("zuora", "invoices"): (world.invoices, ZInvoice),
        ("zuora", "periods"): (world.zuora_periods, ZPeriod),
        ("zuora", "zuora_periods"): (world.zuora_periods, ZPeriod),
    }
    found = lists.get((system, name))
    if found is None:
        raise BadEdit(f"there is no list {name} in {system}")
    return found


def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadEdit(f"{name} is an object of fields")
    return value


def _set(record: object, values: Mapping[str, object]) -> None:
    """Write fields after all of them were read, so that a bad one changes nothing."""
    for name, value in _read_all(type(record), values).items():
        setattr(record, name, value)


def _read_all(kind: type, values: Mapping[str, object]) -> dict[str, Any]:
    types = {one.name: one.type for one in fields(kind)}
    read: dict[str, Any] = {}
    for name, value in values.items():
        if kind is ZPayment and name == "invoices":
            read["applied"] = _read("invoices", types["applied"], value)
        elif name not in types:
            raise BadEdit(f"the record has no field {name}")
        else:
            read[name] = _read(name, types[name], value)
    return read


def _read(name: str, kind: object, value: object) -> object:
    """Read one JSON value as the field's type."""
    try:
        if kind is Decimal:
            return _decimal(value)
        if kind is date:
            return date.fromisoformat(str(value))
        if kind is datetime or kind == datetime | None:
            return None if value is None else datetime.fromisoformat(str(value)).astimezone(UTC)
        if kind == list[str]:
            return _texts(value)
        if kind == list[Applied]:
            return [Applied(str(one["id"]), str(one["type"]), _decimal(one["amount"])) for one in _rows(value)]
        if kind == dict[str, Decimal]:
            return _parts(value)
    except (ValueError, InvalidOperation, KeyError, TypeError) as error:
        raise BadEdit(f"{name} cannot be {value!r}") from error
    if not isinstance(value, kind if isinstance(kind, type) else object):
        raise BadEdit(f"{name} cannot be {value!r}")
    return value


def _decimal(value: object) -> Decimal:
    number = Decimal(str(value))
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(value)
    return number


def _rows(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(value)
    return list(value)


def _parts(value: object) -> dict[str, Decimal]:
    if isinstance(value, dict):
        return {str(key): _decimal(part) for key, part in value.items()}
    return {str(one["id"]): _decimal(one["applied"] if "applied" in one else one["amount"]) for one in _rows(value)}


def _change(world: World, record: object, values: Mapping[str, object]) -> None:
    if isinstance(record, ZRefund) and values.get("status") == "Canceled" and books.is_live(record):
        # A person's cancel moves the money as any other cancel does.
        values = {name: value for name, value in values.items() if name != "status"}
        _read_all(ZRefund, values)
        books.cancel(world, record)
    _set(record, values)
    _touch(world, record)


def _touch(world: World, record: object) -> None:
    for name in ("modified", "updated"):
        if hasattr(record, name):
            setattr(record, name, world.now())


def _delete(world: World, records: MutableMapping[str, Any], record_id: str) -> None:
    if isinstance(records[record_id], ZRefund):
        books.give_back(world, records[record_id])
    del records[record_id]


def _create(world: World, records: MutableMapping[str, Any], kind: type, values: dict[str, object]) -> str:
    read = _read_all(kind, values)
    if kind is ZRefund:
        return _create_refund(world, read)
    record = kind(**(_blank(world, kind) | read))
    if isinstance(record, ZPayment):
        record.paid = record.paid or dict(record.applied)
        if "unapplied" not in read:
            record.unapplied = record.amount - sum(record.applied.values(), books.ZERO)
    if record.id in records:
        raise BadEdit(f"the id {record.id} is taken")
    records[record.id] = record
    return str(record.id)


def _create_refund(world: World, read: dict[str, Any]) -> str:
    """Make a refund by hand: through the books, with every check."""
    payment = world.payments.get(read.get("payment_id", ""))
    if payment is None or "amount" not in read:
        raise BadEdit("a refund needs payment_id (that exists) and amount")
    wish = books.Wish(
        payment=payment, amount=read["amount"], type=read.get("type", "External"), method=read.get("method", "Check"),
        date=read.get("date", world.now().date()), comment=read.get("comment", ""),
        taken=read.get("invoices") or tenant_split(payment, read["amount"]), route="by hand",
    )  # fmt: skip
    refund = books.create(world, wish)
    taken = {"amount", "payment_id", "invoices", "from_unapplied", "account_id", "id", "number", "currency"}
    for name, value in read.items():
        if name not in taken:
            setattr(refund, name, value)
    return refund.id


def _blank(world: World, kind: type) -> dict[str, Any]:
    """Fill the fields that must be there: an id and number of its own, texts empty, times now."""
    serial = world.serial("edited")
    is_zuora = kind in {ZPayment, ZAccount, ZInvoice, ZPeriod}
    record_id = books.zuora_id(f"edited {serial}") if is_zuora else str(900_000 + serial)
    now = world.now()
    values: dict[Any, Any] = {str: "", Decimal: Decimal(0), date: now.date(), datetime: now}
    required = [one for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
    filled = {one.name: values[one.type] for one in required if one.type in values}
    filled |= {"id": record_id}
    if "number" in filled:
        filled["number"] = f"BY-HAND-{serial}"
    if kind is ZPayment:
        filled["status"] = "Processed"
    return filled
