"""The query calls: ZOQL's query and queryMore, over the records that ZOQL knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from nsz_desk.simulator import zuora_views as views
from nsz_desk.simulator.records import Numbered, Records
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_errors import INVALID, Refused
from nsz_desk.simulator.zuora_views import View
from nsz_desk.simulator.zuora_zoql import Query, holds, parse

R = TypeVar("R", bound=Numbered)
LIFE = timedelta(minutes=15)
_MOST = 2000
_COLUMNS = {
    "Refund": "Id AccountId Amount CancelledOn Comment CreatedDate MethodType ReasonCode RefundDate RefundNumber "
    "SourceType Status TransferredToAccounting Type UpdatedDate",
    "Payment": "Id AccountId Amount AppliedAmount AppliedCreditBalanceAmount Comment CreatedDate Currency "
    "EffectiveDate PaymentNumber RefundAmount Source Status TransferredToAccounting Type UnappliedAmount UpdatedDate",
    "InvoicePayment": "Id PaymentId InvoiceId Amount RefundAmount CreatedDate UpdatedDate",
    "RefundInvoicePayment": "Id RefundId InvoiceId InvoicePaymentId RefundAmount CreatedDate UpdatedDate",
    "Account": "Id AccountNumber Name Currency ParentId Status",
    "Invoice": "Id InvoiceNumber AccountId Amount Balance InvoiceDate DueDate Status PaymentAmount Currency",
}


def _refunds(world: World, query: Query) -> Iterable[View]:
    wanted, account = query.equals("Id"), query.equals("AccountId")
    for refund in views.visible_refunds(world, account_id=account or ""):
        if wanted in (None, refund.id):
            yield views.refund_view(world, refund)


def _payments(world: World, query: Query) -> Iterable[View]:
    wanted, account = query.equals("Id"), query.equals("AccountId")
    found = _one(world.payments, wanted) if account is None else world.payments.about("account_id", account)
    for payment in found:
        if wanted in (None, payment.id):
            yield views.payment_view(world, payment)


def _invoice_payments(world: World, query: Query) -> Iterable[View]:
    for payment in _one(world.payments, query.equals("PaymentId")):
        yield from views.invoice_payments(world, payment)


def _refund_invoice_payments(world: World, query: Query) -> Iterable[View]:
    wanted, invoice = query.equals("RefundId"), query.equals("InvoiceId")
    for refund in views.visible_refunds(world):
        if wanted in (None, refund.id) and (invoice is None or invoice in refund.invoices):
            yield from views.refund_invoice_payments(world, refund)


def _accounts(world: World, query: Query) -> Iterable[View]:
    return (views.account_view(world, account) for account in _one(world.accounts, query.equals("Id")))


def _invoices(world: World, query: Query) -> Iterable[View]:
    return (views.invoice_view(world, invoice) for invoice in _one(world.invoices, query.equals("Id")))


def _one(records: Records[R], wanted: str | None) -> Iterable[R]:
    """Narrow to the one record that the query names by its id, if it does."""
    if wanted is None:
        return records.values()
    found = records.peek(wanted)
    return [] if found is None else [found]


_SOURCES: dict[str, Callable[[World, Query], Iterable[View]]] = {
    "Refund": _refunds,
    "Payment": _payments,
    "InvoicePayment": _invoice_payments,
    "RefundInvoicePayment": _refund_invoice_payments,
    "Account": _accounts,
    "Invoice": _invoices,
}


@dataclass(slots=True)
class _Cursor:
    rows: list[View]
    size: int
    used: datetime


class Queries:
    """ZOQL's calls and the cursors they leave behind, which die after 15 unused minutes."""

    def __init__(self) -> None:
        """Start with no cursor."""
        self._cursors: dict[str, _Cursor] = {}

    def query(self, world: World, body: Mapping[str, object]) -> View:
        """Answer POST /v1/action/query; null fields are left out of the records."""
        text = body.get("queryString")
        if not isinstance(text, str):
            raise Refused(INVALID, "queryString is required")
        query = parse(text)
        _check_columns(world, query)
        found = (row for row in _SOURCES[query.record](world, query) if holds(query, row))
        rows = [{name: row[name] for name in query.fields if row[name] is not None} for row in found]
        return self._page(world, _Cursor(rows, _batch(body), world.now()))

    def more(self, world: World, body: Mapping[str, object]) -> View:
        """Answer POST /v1/action/queryMore."""
        cursor = self._cursors.pop(str(body.get("queryLocator")), None)
        if cursor is None or world.now() - cursor.used > LIFE:
            raise Refused(INVALID, "The query locator is invalid or has expired", code="INVALID_QUERY_LOCATOR")
        return self._page(world, cursor)

    def _page(self, world: World, cursor: _Cursor) -> View:
        page, rest = cursor.rows[: cursor.size], cursor.rows[cursor.size :]
        answer: View = {"records": page, "size": len(cursor.rows), "done": not rest}
        if rest:
            locator = f"{world.serial('query locator'):032x}-{cursor.size}"
            self._cursors[locator] = _Cursor(rest, cursor.size, world.now())
            answer["queryLocator"] = locator
        return answer


def _batch(body: Mapping[str, object]) -> int:
    conf = body.get("conf")
    size = conf.get("batchSize", _MOST) if isinstance(conf, dict) else _MOST
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        raise Refused(INVALID, f"batchSize should be between 1 and {_MOST}")
    return size


def _check_columns(world: World, query: Query) -> None:
    if query.record not in _COLUMNS:
        raise Refused(INVALID, f"invalid type: {query.record}", code="INVALID_TYPE")
    known = set(_COLUMNS[query.record].split())
    if query.record == "Refund":
        known.update(views.known_marks(world.tenant))
    elif query.record == "Account" and world.tenant.netsuite_fields:
        known.add("IntegrationId__NS")
    asked = [*query.fields, *(one.field for group in query.any_of for one in group)]
    for name in asked:
        if name not in known:
            raise Refused(INVALID, f"invalid field for query: {query.record}.{name}", code="INVALID_FIELD")
