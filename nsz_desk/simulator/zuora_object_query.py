"""Object Query: cursor pages, filters joined by AND, expansions; no success flag in the answer."""

from __future__ import annotations

import base64
import binascii
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, TypeVar

from nsz_desk.simulator import zuora_views as views
from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.records import Numbered, Records
from nsz_desk.simulator.world import World, ZPayment, ZRefund
from nsz_desk.simulator.zuora_errors import INVALID, Refused
from nsz_desk.simulator.zuora_views import View

R = TypeVar("R", bound=Numbered)
_KINDS: dict[str, tuple[Callable[[World], Records[Any]], Callable[[World, Any], View]]] = {
    "payments": (lambda world: world.payments, views.payment_view),
    "accounts": (lambda world: world.accounts, views.account_view),
    "invoices": (lambda world: world.invoices, views.invoice_view),
}
_REFUND_FILTERS = {"id", "updateddate", "accountid", "paymentmethodsnapshotid", "amount", "paymentmethodid",
                   "reasoncode", "refunddate", "refundnumber", "sourcetype", "status", "type"}  # fmt: skip
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq, "NE": operator.ne, "LT": operator.lt, "GT": operator.gt, "LE": operator.le, "GE": operator.ge,
}  # fmt: skip


Owners = Mapping[str, frozenset[str]]  # the keys that filters leave possible, by what they are keys of


def _small(view: View) -> View:
    """Spell field names with a small first letter; the names of custom fields stay."""
    return {name if "__" in name else name[0].lower() + name[1:]: value for name, value in view.items()}


def refund_row(world: World, refund: ZRefund) -> View:
    """Show a refund as Object Query does: with its currency."""
    return _small(views.refund_view(world, refund)) | {"currency": refund.currency}


def _rows(world: World, name: str, owners: Owners, after: str = "") -> Iterator[View]:
    """Yield the rows in the order of their ids, those behind the id `after` only; views are made when asked for."""
    if name == "refunds":
        found = _narrowed(world.zuora_refunds, owners, after)
        return (refund_row(world, one) for one in found if views.is_visible(world, one))
    if name in _KINDS:
        records, view = _KINDS[name]
        return (_small(view(world, one)) for one in _narrowed(records(world), owners, after))
    return iter(sorted((row for row in _derived(world, name, owners) if str(row["id"]) > after), key=_id))


def _id(row: View) -> str:
    return str(row["id"])


def _narrowed(records: Records[R], owners: Owners, after: str) -> Iterable[R]:
    """Look at the records behind `after` that the filters leave possible, in the order of their ids."""
    if "id" in owners:
        return [known for one in sorted(owners["id"]) if one > after and (known := records.peek(one))]
    if "accountid" in owners and records.has_index("account_id"):
        found = (one for key in owners["accountid"] for one in records.about("account_id", key) if one.id > after)
        return sorted(found, key=lambda one: one.id)
    return records.behind(after)


def _owners(tests: Iterable[str]) -> Owners:
    """Read which ids, accounts, payments or refunds the filters ask for, so that nobody else's rows are made."""
    found: dict[str, frozenset[str]] = {}
    for text in tests:
        left, _, value = text.partition(":")
        field, _, sign = left.rpartition(".")
        if field.lower() in ("id", "accountid", "paymentid", "refundid") and sign in ("EQ", "IN"):
            found[field.lower()] = _listed(value) if sign == "IN" else frozenset((value,))
    return found


def _listed(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.strip("[]").split(","))


def _derived(world: World, name: str, owners: Owners) -> Iterable[View]:
    if name.endswith("-items"):
        return []  # they exist with Invoice Item Settlement only
    if name == "refund-applications":
        return (row for one in _refunds(world, owners) for row in views.refund_applications(world, one))
    payments = _payments(world, owners)
    if name == "payment-applications":
        return (row for one in payments for row in views.payment_applications(one))
    return (row | {"paymentId": one.id} for one in payments for row in views.payment_parts(one))


def _refunds(world: World, owners: Owners) -> Iterable[ZRefund]:
    """Look at the refunds whose applications the filters leave possible."""
    if "refundid" in owners:
        return [one for key in owners["refundid"] if (one := world.zuora_refunds.peek(key))]
    for field, name in (("paymentid", "payment_id"), ("accountid", "account_id")):
        if field in owners:
            return (one for key in owners[field] for one in views.visible_refunds(world, **{name: key}))
    return views.visible_refunds(world)


def _payments(world: World, owners: Owners) -> Iterable[ZPayment]:
    """Look at the payments whose parts or applications the filters leave possible."""
    if "paymentid" in owners:
        return [one for key in owners["paymentid"] if (one := world.payments.peek(key))]
    if "accountid" in owners:
        return (one for key in owners["accountid"] for one in world.payments.about("account_id", key))
    return world.payments.values()


def list_objects(world: World, request: Request, name: str) -> View:
    """Answer GET /object-query/{name}; rows stand in the order of their ids unless they are sorted."""
    tests = [_filter(world, name, text) for text in request.query.get("filter[]", [])]
    owners = _owners(request.query.get("filter[]", []))
    size, (start, last) = _size(request), _cursor(request)
    if request.query.get("sort[]"):
        everything = [row for row in _rows(world, name, owners) if all(test(row) for test in tests)]
        _sort(everything, request.query["sort[]"])
        # Go on behind the last row shown, wherever it stands now; at its old place when it is gone.
        start = next((index + 1 for index, row in enumerate(everything) if row["id"] == last), start)
        found = everything[start : start + size + 1]
    else:
        behind = _rows(world, name, owners, after=last)
        found = list(islice((row for row in behind if all(test(row) for test in tests)), size + 1))
    page = found[:size]
    answer: View = {"data": [_shown(world, request, row, size) for row in page]}
    if len(found) > size:
        answer["nextPage"] = base64.urlsafe_b64encode(f"{start + size}:{page[-1]['id']}".encode()).decode()
    return answer


def get_object(world: World, request: Request, name: str, key: str) -> View:
    """Answer GET /object-query/{name}/{key}."""
    found = next(_named(world, name, key), None)
    if found is None:
        raise Refused(40, f"Cannot find entity by key: '{key}'.", status=404)
    return _shown(world, request, found, 99)


def _named(world: World, name: str, key: str) -> Iterator[View]:
    """Find a row by its id or number."""
    if name == "refunds":
        seen: Iterable[ZRefund] = [one] if (one := world.zuora_refunds.peek(key)) else ()
        yield from (refund_row(world, one) for one in seen or world.zuora_refunds.about("number", key))
    elif name in _KINDS:
        records, view = _KINDS[name]
        by_id = records(world).peek(key)
        for found in [by_id] if by_id else records(world).about("number", key):
            yield _small(view(world, found))
    else:
        yield from (row for row in _rows(world, name, {}) if row["id"] == key)


def _size(request: Request) -> int:
    text = request.query.get("pageSize", ["10"])[0]
    if not text.isdigit() or not 1 <= int(text) <= 99:
        raise Refused(INVALID, "'pageSize' should be between 1 and 99", status=400)
    return int(text)


def _cursor(request: Request) -> tuple[int, str]:
    """Read how many rows were shown and the id of the last one."""
    cursor = request.query.get("cursor", [""])[0]
    if not cursor:
        return 0, ""
    try:
        place, _, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        return int(place), last
    except (binascii.Error, ValueError) as error:
        raise Refused(INVALID, "'cursor' is invalid", status=400) from error


def _sort(rows: list[View], wanted: list[str]) -> None:
    if len(wanted) > 1:
        raise Refused(INVALID, "only one field can be sorted by", status=400)
    for text in wanted:
        field, _, way = text.partition(".")
        name = next((key for row in rows[:1] for key in row if key.lower() == field.lower()), "id")
        # Amounts are the only numbers here; anything else sorts as its text does.
        rows.sort(
            key=lambda row: (row[name] if isinstance(row[name], Decimal) else Decimal(0), str(row[name] or "")),
            reverse=way.upper() == "DESC",
        )


def _filter(world: World, name: str, text: str) -> Callable[[View], bool]:
    left, colon, value = text.partition(":")
    field, _, sign = left.rpartition(".")
    if not colon or not field or sign not in {*_SIGNS, "SW", "IN"}:
        raise Refused(INVALID, f"the filter {text} is invalid", status=400)
    if name == "refunds" and field.lower() not in _REFUND_FILTERS | _indexed(world):
        raise Refused(INVALID, f"the field {field} cannot be filtered by", status=400)

    wanted = _listed(value) - {"null"} if sign == "IN" else frozenset()

    def test(row: View) -> bool:
        key = next((key for key in row if key.lower() == field.lower()), None)
        if key is None:
            raise Refused(INVALID, f"the field {field} is unknown", status=400)
        mine = row[key]
        return mine in wanted if wanted and isinstance(mine, str) else _holds(mine, sign, value)

    return test


def _indexed(world: World) -> set[str]:
    return {"integrationid__ns"} if world.tenant.integration_id_indexed else set()


def _holds(value: object, sign: str, text: str) -> bool:
    if sign == "IN":
        return any(_holds(value, "EQ", one.strip()) for one in text.strip("[]").split(","))
    if text == "null":
        return (value is None) == (sign == "EQ")
    if value is None:
        return sign == "NE"
    if sign == "SW":
        return str(value).startswith(text)
    return _SIGNS[sign](value, _like(value, text))


def _like(value: object, text: str) -> object:
    try:
        if isinstance(value, datetime):
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=value.tzinfo)
        if isinstance(value, date):
            return date.fromisoformat(text)
        return Decimal(text) if isinstance(value, Decimal) else text
    except (ValueError, InvalidOperation) as error:
        raise Refused(INVALID, f"{text} does not fit the field", status=400) from error


def _shown(world: World, request: Request, row: View, size: int) -> View:
    shown = dict(row)
    expansions = {part.lower() for text in request.query.get("expand[]", []) for part in text.split(",")}
    if expansions & {"refundapplications", "refundapplications.payment"} and str(row["id"]) in world.zuora_refunds:
        shown["refundApplications"] = _applications(world, str(row["id"]), expansions)[:size]
    if "account" in expansions and (account := world.accounts.peek(str(row.get("accountId")))):
        shown["account"] = _small(views.account_view(world, account))
    names = [part.lower() for text in request.query.get("fields[]", []) for part in text.split(",")]
    kept = {
        key: value
        for key, value in shown.items()
        if not names or key.lower() in names or isinstance(value, list | dict)
    }
    if request.query.get("includeNullFields", ["false"])[0].lower() == "true":
        return kept
    return {key: value for key, value in kept.items() if value is not None}


def _applications(world: World, refund_id: str, expansions: set[str]) -> list[View]:
    refund = world.zuora_refunds.peek(refund_id)
    rows = views.refund_applications(world, refund) if refund else []
    if "refundapplications.payment" in expansions:
        for row in rows:
            payment = world.payments.peek(str(row["paymentId"]))
            row["payment"] = _small(views.payment_view(world, payment)) if payment else None
    return rows
