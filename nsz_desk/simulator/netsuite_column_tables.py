"""What each search column shows, per table, in the order of the vendor's schema.

"select" columns hold an internal id, "text" columns finished text; None is an absent value. Refunds
and memos count negative in `amount` and `fxAmount`, and positive in `total`.
"""

from collections.abc import Callable

from nsz_desk.simulator.netsuite_criteria import shown_remaining
from nsz_desk.simulator.netsuite_fields import internal_id_in
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_lines import Line
from nsz_desk.simulator.netsuite_wire import business_date, double, instant
from nsz_desk.simulator.world import Applied, NsCustomer, NsPeriod

Read = Callable[[Ledger, Line], str | None]


def _signed(line: Line) -> str | None:
    if line.amount is None:
        return None
    return double(-line.amount if line.of.kind in ("customerRefund", "creditMemo") else line.amount)


def _linked(part: str, read: Callable[[Applied], str]) -> Read:
    """A column that is filled on lines of one part only."""
    return lambda _, line: read(line.link) if line.part == part and line.link else None


def _remaining(ledger: Ledger, line: Line) -> str | None:
    remaining = shown_remaining(ledger, line.of)
    return None if remaining is None else double(remaining)


def _paid(ledger: Ledger, line: Line) -> str | None:
    remaining, total = ledger.remaining(line.of), line.of.total
    return double(total - remaining) if line.of.kind == "creditMemo" and total and remaining is not None else None


def _status(ledger: Ledger, line: Line) -> str | None:
    if line.of.voided:
        return "voided"
    if line.of.kind == "creditMemo":
        return "open" if ledger.remaining(line.of) else "fullyApplied"
    return None


def _period(ledger: Ledger, line: Line) -> str | None:
    day = line.of.date
    found = (one.id for one in ledger.world.ns_periods.values() if day and one.start <= day <= one.end)
    return next(found, None)


def _method(ledger: Ledger, line: Line) -> str | None:
    return internal_id_in(ledger.world.netsuite.methods, line.of.method) if line.of.method else None


TRANSACTION: dict[str, tuple[str, Read]] = {
    "amount": ("text", lambda _, line: _signed(line)),
    "amountPaid": ("text", _paid),
    "amountRemaining": ("text", _remaining),
    "appliedToForeignAmount": ("text", _linked("applied", lambda link: double(link.amount))),
    "appliedToLinkAmount": ("text", _linked("applied", lambda link: double(link.amount))),
    "appliedToLinkType": ("text", _linked("applied", lambda _: "Payment")),
    "appliedToTransaction": ("select", _linked("applied", lambda link: link.doc)),
    "applyingForeignAmount": ("text", _linked("applying", lambda link: double(link.amount))),
    "applyingLinkAmount": ("text", _linked("applying", lambda link: double(link.amount))),
    "applyingLinkType": ("text", _linked("applying", lambda _: "Payment")),
    "applyingTransaction": ("select", _linked("applying", lambda link: link.doc)),
    "createdFrom": ("select", lambda _, line: line.of.created_from or None),
    "currency": ("select", lambda ledger, line: internal_id_in(ledger.world.netsuite.currencies, line.of.currency)),
    "dateCreated": ("text", lambda _, line: instant(line.of.created) if line.of.created else None),
    "entity": ("select", lambda _, line: line.of.customer_id or None),
    "exchangeRate": ("text", lambda _, line: "1.0"),
    "fxAmount": ("text", lambda _, line: _signed(line)),
    "internalId": ("select", lambda _, line: line.of.id),
    "item": ("select", lambda _, line: line.item or None),
    "lastModifiedDate": ("text", lambda _, line: instant(line.of.modified) if line.of.modified else None),
    "line": ("text", lambda _, line: str(line.number)),
    "mainLine": ("text", lambda _, line: "true" if line.part == "main" else "false"),
    "memo": ("text", lambda _, line: line.of.memo or None),
    "memoMain": ("text", lambda _, line: line.of.memo or None),
    "paymentMethod": ("select", _method),
    "postingPeriod": ("select", _period),
    "recordType": ("text", lambda _, line: line.of.kind.lower()),
    "status": ("text", _status),
    "subsidiary": ("select", lambda _, line: line.of.subsidiary),
    "total": ("text", lambda _, line: double(line.of.total) if line.of.total is not None else None),
    "tranDate": (
        "text",
        lambda ledger, line: business_date(line.of.date, ledger.world.netsuite.user_zone) if line.of.date else None,
    ),
    "tranId": ("text", lambda _, line: line.of.number),
    "transactionNumber": ("text", lambda _, line: line.of.number),
    "type": ("text", lambda _, line: f"_{line.of.kind}"),
}
CUSTOMER: dict[str, tuple[str, Callable[[Ledger, NsCustomer], str | None]]] = {
    "altName": ("text", lambda _, one: one.name),
    "companyName": ("text", lambda _, one: one.name),
    "currency": ("select", lambda ledger, one: internal_id_in(ledger.world.netsuite.currencies, one.currency)),
    "entityId": ("text", lambda _, one: one.name),
    "internalId": ("select", lambda _, one: one.id),
    "isInactive": ("text", lambda *_: "false"),
    "lastModifiedDate": ("text", lambda _, one: instant(one.modified) if one.modified else None),
    "subsidiary": ("select", lambda _, one: one.subsidiary),
}


def _tick(value: bool) -> str:
    return "true" if value else "false"


PERIOD: dict[str, tuple[str, Callable[[Ledger, NsPeriod], str | None]]] = {
    "allLocked": ("text", lambda _, one: _tick(one.closed)),
    "allowNonGLChanges": ("text", lambda _, one: _tick(one.allow_non_gl)),
    "apLocked": ("text", lambda _, one: _tick(one.closed)),
    "arLocked": ("text", lambda _, one: _tick(one.closed)),
    "closed": ("text", lambda _, one: _tick(one.closed)),
    "endDate": ("text", lambda ledger, one: business_date(one.end, ledger.world.netsuite.user_zone)),
    "internalId": ("select", lambda _, one: one.id),
    "isAdjust": ("text", lambda *_: "false"),
    "isInactive": ("text", lambda *_: "false"),
    "isQuarter": ("text", lambda *_: "false"),
    "isYear": ("text", lambda *_: "false"),
    "payrollLocked": ("text", lambda _, one: _tick(one.closed)),
    "periodName": ("text", lambda _, one: one.name),
    "startDate": ("text", lambda ledger, one: business_date(one.start, ledger.world.netsuite.user_zone)),
}
