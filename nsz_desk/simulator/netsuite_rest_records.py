"""Whole records as the REST record service shows them; blank fields are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.netsuite_fields import CustomField, fields_of, internal_id_in, name_by_id, select_of
from nsz_desk.simulator.netsuite_ledger import KINDS, TITLES, Ledger, Transaction
from nsz_desk.simulator.netsuite_lists import currency_name
from nsz_desk.simulator.netsuite_records import item_amounts
from nsz_desk.simulator.netsuite_rest_replies import link
from nsz_desk.simulator.world import Applied, NsMemo, World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """What a record is shown with: the books, the request (for links), and whether sublists are expanded."""

    ledger: Ledger
    request: Request
    expanded: bool = False

    @property
    def world(self) -> World:
        """The world behind the books."""
        return self.ledger.world

    def ref(self, record: str, internal_id: str, name: str = "") -> Body | None:
        """A reference to a record; None when the id is blank."""
        if not internal_id:
            return None
        shown = {"links": [link(self.request, f"record/v1/{record}/{internal_id}")], "id": internal_id}
        return shown | ({"refName": name} if name else {})

    def sublist(self, path: str, rows: list[Body]) -> Body:
        """A sublist: its link, and its rows where they were asked for."""
        shown: Body = {"links": [link(self.request, f"record/v1/{path}")]}
        return shown | ({"items": rows, "totalResults": len(rows)} if self.expanded else {})


def body_of(view: View, kind: str, internal_id: str) -> Body | None:
    """A record's JSON; None when there is none of this kind and id."""
    if kind in _TRANSACTIONS:
        one = view.ledger.find(kind, internal_id)
        shown = None if one is None else _transaction(view, one) | _TRANSACTIONS[kind](view, one)
    else:
        shown = _LISTS[kind](view, internal_id)
    if shown is None:
        return None
    links = {"links": [link(view.request, f"record/v1/{kind}/{internal_id}")], "id": internal_id}
    return links | {name: value for name, value in shown.items() if value not in (None, "")}


def _transaction(view: View, one: Transaction) -> Body:
    account = view.world.netsuite
    period = next(
        (each for each in view.world.ns_periods.values() if one.date and each.start <= one.date <= each.end), None
    )
    return {
        "tranId": one.number,
        "transactionNumber": one.number,
        "tranDate": one.date,
        "currency": view.ref("currency", internal_id_in(account.currencies, one.currency), currency_name(one.currency)),
        "exchangeRate": Decimal("1.0"),
        "memo": one.memo,
        "createdDate": one.created,
        "lastModifiedDate": one.modified,
        "subsidiary": view.ref("subsidiary", one.subsidiary),
        "postingPeriod": view.ref("accountingPeriod", period.id, period.name) if period else None,
        **_custom(view, one.kind, one.record),
    }


def _custom(view: View, kind: str, record: Any) -> Body:
    """The custom fields at the top level, under their script ids."""
    return {one.script_id: _value(view, one, record) for one in fields_of(view.world, kind)}


def _value(view: View, one: CustomField, record: Any) -> Any:
    if one.kind != "select":
        return getattr(record, one.attribute, False if one.kind == "boolean" else "")
    internal_id, name = select_of(view.world, one, record)
    return {"id": internal_id, "refName": name} if internal_id else None


def _customer(view: View, one: Transaction) -> Body | None:
    found = view.world.customers.peek(one.customer_id)
    return view.ref("customer", one.customer_id, found.name if found else "")


def _refund(view: View, one: Transaction) -> Body:
    methods = view.world.netsuite.methods
    deposits = [] if view.world.netsuite.deposits_move_to_apply_list else ["deposit_application"]
    rows = [_apply_row(view, one, each) for each in one.applied if each.type not in deposits]
    rows += _open_credits(view, one) if view.world.netsuite.lists_open_credits else []
    return {
        "customer": _customer(view, one),
        "total": one.total,
        "balance": Decimal("0.0"),  # the customer's, not the refund's
        "paymentMethod": view.ref("paymentMethod", internal_id_in(methods, one.method), one.method)
        if one.method
        else None,
        "status": {"id": "V", "refName": "Voided"} if one.voided else {"id": "R", "refName": "Deposited"},
        "apply": view.sublist(f"customerRefund/{one.id}/apply", rows),
        "deposit": view.sublist(f"customerRefund/{one.id}/deposit", []),  # always empty on reading
    }


def _memo(view: View, one: Transaction) -> Body:
    remaining, total = view.ledger.remaining(one) or Decimal(0), one.total or Decimal(0)
    state = ("V", "Voided") if one.voided else ("A", "Open") if remaining else ("B", "Fully Applied")
    refunds = view.ledger.refunds_of(one.id) if view.world.netsuite.memo_shows_refund_row else []
    rows = [_apply_row(view, one, each) for each in (*one.applied, *refunds)]
    source = view.ledger.find("invoice", one.created_from) if one.created_from else None
    return {
        "entity": _customer(view, one),
        "total": total,
        "amountRemaining": remaining,
        "amountPaid": total - remaining,
        "applied": total - remaining,
        "createdFrom": view.ref("invoice", one.created_from, f"Invoice #{source.number}" if source else ""),
        "status": {"id": state[0], "refName": state[1]},
        "item": view.sublist(f"creditMemo/{one.id}/item", _items(view, one)),
        "apply": view.sublist(f"creditMemo/{one.id}/apply", rows),
    }


def _payment(view: View, one: Transaction) -> Body:
    return {
        "customer": _customer(view, one),
        "payment": one.total,
        "total": one.total,
        "status": {"id": "C", "refName": "Deposited"},
        "apply": view.sublist(f"customerPayment/{one.id}/apply", []),
        "credit": view.sublist(f"customerPayment/{one.id}/credit", []),
    }


def _apply_row(view: View, one: Transaction, applied: Applied) -> Body:
    other = view.ledger.other_end(applied, one)
    return {
        "doc": {"id": applied.doc, "refName": f"{TITLES[KINDS[applied.type]]} #{other.number}"},
        "line": 0,
        "apply": True,
        "amount": applied.amount,
        "due": view.ledger.remaining(other) or Decimal("0.0"),
        "total": other.total if other.total is not None else applied.amount,
        "type": TITLES[KINDS[applied.type]],
        "refNum": other.number,
        "applyDate": other.date,
        "currency": currency_name(other.currency),
    }


def _open_credits(view: View, one: Transaction) -> list[Body]:
    """Rows for the customer's memos that have something left and are not applied: records load in edit mode."""
    applied = {each.doc for each in one.applied}
    rows = []
    for memo in view.world.memos.about("customer_id", one.customer_id):
        found = view.ledger.find("creditMemo", memo.id)
        if found is not None and memo.id not in applied and view.ledger.remaining(found):
            row = _apply_row(view, one, Applied(memo.id, "credit_memo", memo.amount)) | {"apply": False}
            rows.append({name: value for name, value in row.items() if name != "amount"})
    return rows


def _items(view: View, one: Transaction) -> list[Body]:
    texts = one.record.item_texts if isinstance(one.record, NsMemo) else []
    rows = []
    for number, amount in enumerate(item_amounts(one), 1):
        text = {"description": texts[number - 1]} if number <= len(texts) and texts[number - 1] else {}
        item = view.ref("serviceSaleItem", str(500 + number), f"Refund item {number}")
        rows.append({"line": number, "item": item, "quantity": Decimal("1.0"), "amount": amount, **text})
    return rows


def _person(view: View, internal_id: str) -> Body | None:
    one = view.world.customers.peek(internal_id)
    if one is None:
        return None
    place = internal_id_in(view.world.netsuite.currencies, one.currency)
    return {
        "entityId": one.name,
        "companyName": one.name,
        "altName": one.name,
        "isPerson": False,
        "isInactive": False,
        "subsidiary": view.ref("subsidiary", one.subsidiary),
        "currency": view.ref("currency", place, currency_name(one.currency)),
        "lastModifiedDate": one.modified,
        **_custom(view, "customer", one),
    }


def _currency(view: View, internal_id: str) -> Body | None:
    code = name_by_id(view.world.netsuite.currencies, internal_id)
    if code is None:
        return None
    return {
        "name": currency_name(code),
        "symbol": code,  # the ISO code
        "isBaseCurrency": internal_id == "1",
        "isInactive": False,
        "exchangeRate": Decimal("1.0"),
        "currencyPrecision": 0 if code == "JPY" else 2,
    }


def _period(view: View, internal_id: str) -> Body | None:
    one = view.world.ns_periods.get(internal_id)
    if one is None:
        return None
    locks = dict.fromkeys(("closed", "allLocked", "arLocked", "apLocked", "payrollLocked"), one.closed)
    kinds = dict.fromkeys(("isAdjust", "isQuarter", "isYear"), False)
    named = {"periodName": one.name, "startDate": one.start, "endDate": one.end, "isPosting": True}
    return named | locks | kinds | {"allowNonGLChanges": one.allow_non_gl}


_TRANSACTIONS: dict[str, Callable[[View, Transaction], Body]] = {
    "customerRefund": _refund, "creditMemo": _memo, "customerPayment": _payment,
}  # fmt: skip
_LISTS: dict[str, Callable[[View, str], Body | None]] = {
    "customer": _person, "currency": _currency, "accountingPeriod": _period,
}  # fmt: skip
RECORDS = (*_TRANSACTIONS, *_LISTS)
