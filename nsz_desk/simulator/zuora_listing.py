"""Zuora's v1 lists of refunds and payments, and the small reads of accounts, invoices and periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TypeVar
from urllib.parse import urlencode

from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.world import World, ZAccount, ZInvoice
from nsz_desk.simulator.zuora_books import ZERO, missing
from nsz_desk.simulator.zuora_errors import INVALID, Refused
from nsz_desk.simulator.zuora_json import v1_stamp
from nsz_desk.simulator.zuora_v1 import payment_answer, refund_answer
from nsz_desk.simulator.zuora_views import View, visible_refunds

Record = TypeVar("Record")
_REFUND_FILTERS = ("accountId", "amount", "createdDate", "methodType", "number", "paymentId", "refundDate", "status",
                   "type", "updatedDate")  # fmt: skip
_PAYMENT_FILTERS = ("accountId", "amount", "appliedAmount", "createdDate", "creditBalanceAmount", "currency",
                    "effectiveDate", "number", "refundAmount", "status", "type", "unappliedAmount",
                    "updatedDate")  # fmt: skip


def list_refunds(world: World, request: Request) -> View:
    """Answer GET /v1/refunds; filters are equalities, an unknown one is ignored in silence."""
    owners = {"account_id": _owner(request, "accountId"), "payment_id": _owner(request, "paymentId")}
    refunds = visible_refunds(world, **owners)
    return page_of(request, "refunds", refunds, lambda refund: refund_answer(world, refund), _REFUND_FILTERS)


def list_payments(world: World, request: Request) -> View:
    """Answer GET /v1/payments."""
    account = _owner(request, "accountId")
    payments = world.payments.about("account_id", account) if account else iter(world.payments.values())
    return page_of(request, "payments", payments, lambda payment: payment_answer(world, payment), _PAYMENT_FILTERS)


def _owner(request: Request, name: str) -> str:
    """Read the filter by an owner's id; "" when there is none or it asks for the ownerless."""
    value = _first(request, name)
    return "" if value in (None, "null") else str(value)


def _first(request: Request, name: str) -> str | None:
    values = request.query.get(name)
    return values[0] if values else None


def _number(request: Request, name: str, default: int, limit: int) -> int:
    text = _first(request, name)
    if text is None:
        return default
    if not text.isdigit() or not 1 <= int(text) <= limit:
        raise Refused(INVALID, f"'{name}' should be between 1 and {limit}")
    return int(text)


def page_of(
    request: Request, name: str, records: Iterator[Record], show: Callable[[Record], View], filters: tuple[str, ...]
) -> View:
    """Cut a page out of a v1 list: filters by equality, `sort`, `page` and `pageSize`, a whole `nextPage` address."""
    wanted = {key: request.query[key][0] for key in filters if key in request.query}
    sort = _first(request, "sort")
    page, size = _number(request, "page", 1, 10**6), _number(request, "pageSize", 20, 40)
    start = (page - 1) * size
    if wanted or sort:
        rows = [row for row in map(show, records) if all(_equal(row.get(key), text) for key, text in wanted.items())]
        rows = _sorted(rows, sort, filters)[start : start + size + 1]
    else:
        rows = [show(record) for record in islice(records, start, start + size + 1)]
    answer: View = {name: rows[:size]}
    if len(rows) > size:
        query = {key: values[0] for key, values in request.query.items()} | {"page": str(page + 1)}
        answer["nextPage"] = f"http://{request.headers.get('Host', '127.0.0.1')}{request.path}?{urlencode(query)}"
    return answer


def _equal(value: object, text: str) -> bool:
    if text == "null" or value is None:
        return value is None and text == "null"
    if isinstance(value, Decimal):
        try:
            return value == Decimal(text)
        except InvalidOperation:
            return False
    if isinstance(value, datetime):
        return v1_stamp(value) == text
    return (value.isoformat() if isinstance(value, date) else str(value)) == text


def _sorted(rows: list[View], sort: str | None, fields: tuple[str, ...]) -> list[View]:
    """Sort by at most two fields; Zuora's plus means descending (and arrives as a blank when not escaped)."""
    for part in reversed((sort or "").split(",")) if sort else ():
        descending, name = part[:1] in {"+", " "}, part.lstrip("+- ")
        if name not in fields:
            raise Refused(INVALID, f"'sort' does not know {name}")
        rows.sort(key=lambda row, name=name: str(row.get(name) or ""), reverse=descending)  # type: ignore[misc]
    return rows


def find_account(world: World, key: str) -> ZAccount:
    """Find an account by id or number, to look at only; Refused (not found) otherwise."""
    found = world.accounts.peek(key) or next(world.accounts.about("number", key), None)
    if found is None:
        raise missing(world, key)
    return found


def get_account(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/accounts/{key} (id or number)."""
    account = find_account(world, key)
    basic: View = {
        "id": account.id, "accountNumber": account.number, "name": account.name, "status": "Active",
        "parentId": account.parent_id or None,
    }  # fmt: skip
    if world.tenant.netsuite_fields:
        basic["IntegrationId__NS"] = account.integration_id or None
        basic["SynctoNetSuite__NS"] = "Yes"
    balance = sum((one.balance for one in world.invoices.about("account_id", account.id)), ZERO)
    loose = sum((one.unapplied for one in world.payments.about("account_id", account.id)), ZERO)
    metrics: View = {
        "currency": account.currency, "balance": balance, "totalInvoiceBalance": balance, "creditBalance": ZERO,
        "unappliedPaymentAmount": loose, "unappliedCreditMemoAmount": ZERO,
    }  # fmt: skip
    billing = {"currency": account.currency}
    return {"basicInfo": basic, "metrics": metrics, "metricsData": [metrics], "billingAndPayment": billing}


def find_invoice(world: World, key: str) -> ZInvoice:
    """Find an invoice by id or number, to look at only; Refused (not found) otherwise."""
    found = world.invoices.peek(key) or next(world.invoices.about("number", key), None)
    if found is None:
        raise missing(world, key)
    return found


def get_invoice(world: World, _request: Request, key: str) -> View:
    """Answer GET /v1/invoices/{key} (id or number)."""
    invoice = find_invoice(world, key)
    return {
        "id": invoice.id, "invoiceNumber": invoice.number, "accountId": invoice.account_id, "status": "Posted",
        "invoiceDate": invoice.date, "dueDate": invoice.date, "currency": invoice.currency,
        "amount": invoice.amount, "balance": invoice.balance, "paymentAmount": invoice.amount - invoice.balance,
        "refundAmount": ZERO, "creditMemoAmount": ZERO, "adjustmentAmount": ZERO,
    }  # fmt: skip


def list_periods(world: World, _request: Request) -> View:
    """Answer GET /v1/accounting-periods."""
    rows = [
        {
            "id": period.id, "name": period.name, "startDate": period.start, "endDate": period.end,
            "status": period.status, "fiscalYear": str(period.start.year),
        }
        for period in world.zuora_periods.values()
    ]  # fmt: skip
    return {"accountingPeriods": rows}
