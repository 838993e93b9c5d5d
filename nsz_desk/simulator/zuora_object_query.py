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
from nsz_desk.simulator.world import World, ZRefund
from nsz_desk.simulator.zuora_errors import INVALID, Refused
from nsz_desk.simulator.zuora_views import View

Record = TypeVar("Record")
_REFUND_FILTERS = {"id", "updateddate", "accountid", "paymentmethodsnapshotid", "amount", "paymentmethodid",
                   "reasoncode", "refunddate", "refundnumber", "sourcetype", "status", "type"}  # fmt: skip
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq, "NE": operator.ne, "LT": operator.lt, "GT": operator.gt, "LE": operator.le, "GE": operator.ge,
}  # fmt: skip


def _small(view: View) -> View:
    """Spell field names with a small first letter; the names of custom fields stay."""
    return {name if "__" in name else name[0].lower() + name[1:]: value for name, value in view.items()}


def refund_row(world: World, refund: ZRefund) -> View:
    """Show a refund as Object Query does: with its currency."""
    return _small(views.refund_view(world, refund)) | {"currency": refund.currency}


def _rows(world: World, name: str, after: str = "") -> Iterator[View]:
    """Yield the rows in the order of their ids, those behind the id `after` only; views are made when asked for."""
    if name == "refunds":
        found = _behind(after, {one.id: one for one in views.visible_refunds(world)})
        return (refund_row(world, one) for one in found)
    if name == "payments":
        return (_small(views.payment_view(world, one)) for one in _behind(after, world.payments))
    if name == "accounts":
        return (_small(views.account_view(world, one)) for one in _behind(after, world.accounts))
    if name == "invoices":
        return (_small(views.invoice_view(world, one)) for one in _behind(after, world.invoices))
    return iter(_behind(after, {str(row["id"]): row for row in _derived(world, name)}))


def _behind(after: str, records: Mapping[str, Record]) -> list[Record]:
    return [records[key] for key in sorted(key for key in records if key > after)]


def _derived(world: World, name: str) -> Iterable[View]:
    if name == "refund-applications":
        return (row for one in views.visible_refunds(world) for row in views.refund_applications(world, one))
    if name == "payment-applications":
        return (row for one in world.payments.values() for row in views.payment_applications(one))
    return (row | {"paymentId": one.id} for one in world.payments.values() for row in views.payment_parts(one))


def list_objects(world: World, request: Request, name: str) -> View:
    """Answer GET /object-query/{name}; rows stand in the order of their ids unless they are sorted."""
    tests = [_filter(world, name, text) for text in request.query.get("filter[]", [])]
    size, (start, last) = _size(request), _cursor(request)
    if request.query.get("sort[]"):
        everything = [row for row in _rows(world, name) if all(test(row) for test in tests)]
        _sort(everything, request.query["sort[]"])
        # Go on behind the last row shown, wherever it stands now; at its old place when it is gone.
        start = next((index + 1 for index, row in enumerate(everything) if row["id"] == last), start)
        found = everything[start : start + size + 1]
    else:
        behind = _rows(world, name, after=last)
        found = list(islice((row for row in behind if all(test(row) for test in tests)), size + 1))
    page = found[:size]
    answer: View = {"data": [_shown(world, request, row, size) for row in page]}
    if len(found) > size:
        answer["nextPage"] = base64.urlsafe_b64encode(f"{start + size}:{page[-1]['id']}".encode()).decode()
    return answer


def get_object(world: World, request: Request, name: str, key: str) -> View:
    """Answer GET /object-query/{name}/{key}."""
    found = next((row for row in _rows(world, name) if key in (row["id"], row.get(f"{name[:-1]}Number"))), None)
    if found is None:
        raise Refused(40, f"Cannot find entity by key: '{key}'.", status=404)
    return _shown(world, request, found, 99)


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

    def test(row: View) -> bool:
        key = next((key for key in row if key.lower() == field.lower()), None)
        if key is None:
            raise Refused(INVALID, f"the field {field} is unknown", status=400)
        return _holds(row[key], sign, value)

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
    if expansions & {"refundapplications", "refundapplications.payment"} and row["id"] in world.zuora_refunds:
        shown["refundApplications"] = _applications(world, str(row["id"]), expansions)[:size]
    if "account" in expansions and row.get("accountId") in world.accounts:
        shown["account"] = _small(views.account_view(world, world.accounts[str(row["accountId"])]))
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
    rows = views.refund_applications(world, world.zuora_refunds[refund_id])
    if "refundapplications.payment" in expansions:
        for row in rows:
            payment = world.payments.get(str(row["paymentId"]))
            row["payment"] = _small(views.payment_view(world, payment)) if payment else None
    return rows
