"""Whole records as XML, every element in the order of the vendor's schema."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from nsz_desk.simulator.netsuite_fields import custom_list, internal_id_in
from nsz_desk.simulator.netsuite_ledger import KINDS, TITLES, Ledger, Transaction
from nsz_desk.simulator.netsuite_lists import LIST_RECORDS, currency_name, currency_ref
from nsz_desk.simulator.netsuite_wire import business_date, double, instant
from nsz_desk.simulator.netsuite_xml import escaped, leaf, record_ref, wrapped
from nsz_desk.simulator.world import Applied, NsMemo


def record_xml(ledger: Ledger, kind: str, internal_id: str, tag: str, body_only: bool = False) -> str | None:
    """A record as an element `tag`; None when there is none of this kind and id.

    `body_only` leaves out sublists, status and balance, as a search for body fields does.
    """
    if kind in _OF_TRANSACTION:
        found = ledger.find(kind, internal_id)
        if found is None:
            return None
        prefix, pieces = _OF_TRANSACTION[kind]
        return _record(tag, prefix, kind, internal_id, pieces(ledger, found, body_only))
    if kind not in LIST_RECORDS:
        return None
    prefix, writer = LIST_RECORDS[kind]
    listed = writer(ledger.world, internal_id)
    return None if listed is None else _record(tag, prefix, kind, internal_id, listed)


def _record(tag: str, prefix: str, kind: str, internal_id: str, pieces: Iterable[str]) -> str:
    type_name = kind[0].upper() + kind[1:]
    return wrapped(tag, pieces, f'internalId="{escaped(internal_id)}" xsi:type="{prefix}:{type_name}"')


def _money(name: str, amount: Decimal | None) -> str:
    return "" if amount is None else f"<{name}>{double(amount)}</{name}>"


def _customer(ledger: Ledger, one: Transaction, name: str) -> str:
    customer = ledger.world.customers.peek(one.customer_id)
    return record_ref(name, one.customer_id, customer.name if customer else "")


def _period(ledger: Ledger, one: Transaction, name: str) -> str:
    for period in ledger.world.ns_periods.values():
        if one.date and period.start <= one.date <= period.end:
            return record_ref(name, period.id, period.name)
    return ""


def _times(one: Transaction) -> list[str]:
    return [
        leaf("tranCust:createdDate", instant(one.created) if one.created else None),
        leaf("tranCust:lastModifiedDate", instant(one.modified) if one.modified else None),
    ]


def _tran_date(ledger: Ledger, one: Transaction, name: str) -> str:
    return leaf(name, business_date(one.date, ledger.world.netsuite.user_zone) if one.date else None)


def _custom(ledger: Ledger, one: Transaction) -> str:
    return custom_list(ledger.world, one.kind, one.record, "tranCust:customFieldList")


def _customer_refund(ledger: Ledger, one: Transaction, body_only: bool) -> list[str]:
    methods = ledger.world.netsuite.methods
    return [
        *_times(one),
        "" if body_only else leaf("tranCust:status", "Voided" if one.voided else "Deposited"),
        leaf("tranCust:transactionNumber", one.number),
        _customer(ledger, one, "tranCust:customer"),
        "" if body_only else _money("tranCust:balance", Decimal(0)),  # the customer's balance, not the refund's
        leaf("tranCust:currencyName", currency_name(one.currency)),
        "<tranCust:exchangeRate>1.0</tranCust:exchangeRate>",
        _money("tranCust:total", one.total),
        currency_ref(ledger.world, one.currency, "tranCust:currency"),
        _tran_date(ledger, one, "tranCust:tranDate"),
        _period(ledger, one, "tranCust:postingPeriod"),
        leaf("tranCust:memo", one.memo or None),
        record_ref("tranCust:paymentMethod", internal_id_in(methods, one.method), one.method) if one.method else "",
        leaf("tranCust:tranId", one.number),
        record_ref("tranCust:subsidiary", one.subsidiary),
        "" if body_only else _refund_lists(ledger, one),
        _custom(ledger, one),
    ]


def _credit_memo(ledger: Ledger, one: Transaction, body_only: bool) -> list[str]:
    remaining = ledger.remaining(one) or Decimal(0)
    total = one.total or Decimal(0)
    refunds = ledger.refunds_of(one.id) if ledger.world.netsuite.memo_shows_refund_row else []
    status = "Voided" if one.voided else "Open" if remaining else "Fully Applied"
    return [
        *_times(one),
        currency_ref(ledger.world, one.currency, "tranCust:currency"),
        _customer(ledger, one, "tranCust:entity"),
        _tran_date(ledger, one, "tranCust:tranDate"),
        leaf("tranCust:tranId", one.number),
        record_ref("tranCust:createdFrom", one.created_from),
        _period(ledger, one, "tranCust:postingPeriod"),
        record_ref("tranCust:subsidiary", one.subsidiary),
        leaf("tranCust:memo", one.memo or None),
        "<tranCust:exchangeRate>1.0</tranCust:exchangeRate>",
        _money("tranCust:amountPaid", total - remaining),
        leaf("tranCust:currencyName", currency_name(one.currency)),
        _money("tranCust:amountRemaining", remaining),
        _money("tranCust:unapplied", remaining),
        _money("tranCust:applied", total - remaining),
        _money("tranCust:total", total),
        "" if body_only else leaf("tranCust:status", status),
        "" if body_only else _item_list(one),
        "" if body_only else _apply_list(ledger, one, (*one.applied, *refunds), _memo_row),
        _custom(ledger, one),
    ]


def _customer_payment(ledger: Ledger, one: Transaction, body_only: bool) -> list[str]:
    return [
        _customer(ledger, one, "tranCust:customer"),
        currency_ref(ledger.world, one.currency, "tranCust:currency"),
        _money("tranCust:payment", one.total),
        _tran_date(ledger, one, "tranCust:tranDate"),
        leaf("tranCust:tranId", one.number),
        leaf("tranCust:currencyName", currency_name(one.currency)),
        _money("tranCust:total", one.total),
        record_ref("tranCust:subsidiary", one.subsidiary),
        "" if body_only else leaf("tranCust:status", "Deposited"),
        _custom(ledger, one),
    ]


def _invoice(ledger: Ledger, one: Transaction, body_only: bool) -> list[str]:
    return [
        _customer(ledger, one, "tranSales:entity"),
        leaf("tranSales:tranId", one.number),
        currency_ref(ledger.world, one.currency, "tranSales:currency"),
        leaf("tranSales:currencyName", currency_name(one.currency)),
    ]


_Row = Callable[[Ledger, Applied, Transaction], str]


def _apply_list(ledger: Ledger, one: Transaction, links: tuple[Applied, ...], row: _Row) -> str:
    """The rows of an apply list; no list at all when nothing is applied."""
    if not links:
        return ""
    return wrapped("tranCust:applyList", [row(ledger, link, ledger.other_end(link, one)) for link in links])


def _refund_lists(ledger: Ledger, one: Transaction) -> str:
    """A refund's applyList and depositList; saved deposits stand in either, as the account's switch says."""
    if ledger.world.netsuite.deposits_move_to_apply_list:
        return _apply_list(ledger, one, one.applied, _refund_row)
    deposits = [link for link in one.applied if link.type == "deposit_application"]
    rows = [_deposit_row(ledger, link, ledger.other_end(link, one)) for link in deposits]
    applied = tuple(link for link in one.applied if link.type != "deposit_application")
    return _apply_list(ledger, one, applied, _refund_row) + (wrapped("tranCust:depositList", rows) if rows else "")


def _deposit_row(ledger: Ledger, link: Applied, other: Transaction) -> str:
    start = f"<tranCust:apply>true</tranCust:apply>{leaf('tranCust:doc', link.doc)}<tranCust:line>0</tranCust:line>"
    columns = [
        start,
        _tran_date(ledger, other, "tranCust:depositDate"),
        leaf("tranCust:refNum", other.number),
        _money("tranCust:total", link.amount),
        _money("tranCust:remaining", Decimal(0)),
        leaf("tranCust:currency", currency_name(other.currency)),
        _money("tranCust:amount", link.amount),
    ]
    return wrapped("tranCust:customerRefundDeposit", columns)


def _row_parts(ledger: Ledger, link: Applied, other: Transaction) -> tuple[str, str]:
    """What both kinds of apply row share: applyDate, and the columns from type to amount."""
    shared = [
        leaf("tranCust:type", TITLES[KINDS[link.type]]),
        leaf("tranCust:refNum", other.number),
        _money("tranCust:total", other.total if other.total is not None else link.amount),
        _money("tranCust:due", ledger.remaining(other) or Decimal(0)),
        leaf("tranCust:currency", currency_name(other.currency)),
        _money("tranCust:amount", link.amount),
    ]
    return _tran_date(ledger, other, "tranCust:applyDate"), "".join(shared)


def _refund_row(ledger: Ledger, link: Applied, other: Transaction) -> str:
    when, shared = _row_parts(ledger, link, other)
    start = f"<tranCust:apply>true</tranCust:apply>{leaf('tranCust:doc', link.doc)}<tranCust:line>0</tranCust:line>"
    return wrapped("tranCust:apply", [start, when, shared])


def _memo_row(ledger: Ledger, link: Applied, other: Transaction) -> str:
    when, shared = _row_parts(ledger, link, other)
    start = f"<tranCust:apply>true</tranCust:apply>{leaf('tranCust:doc', link.doc)}"
    return wrapped("tranCust:apply", [start, when, shared, "<tranCust:line>0</tranCust:line>"])


def item_amounts(one: Transaction) -> list[Decimal]:
    """The memo's total over its item lines, equal but for the last, which takes what is left."""
    total, count = one.total or Decimal(0), one.item_lines
    share = (total / count).quantize(total) if count else Decimal(0)  # as many decimals as the currency has
    return [share] * (count - 1) + [total - share * (count - 1)] if count else []


def _item_list(one: Transaction) -> str:
    texts = one.record.item_texts if isinstance(one.record, NsMemo) else []
    rows = [
        wrapped(
            "tranCust:item",
            [
                record_ref("tranCust:item", str(500 + line), f"Refund item {line}"),
                f"<tranCust:line>{line}</tranCust:line>",
                "<tranCust:quantity>1.0</tranCust:quantity>",
                leaf("tranCust:description", texts[line - 1] if line <= len(texts) else None),
                _money("tranCust:amount", amount),
            ],
        )
        for line, amount in enumerate(item_amounts(one), 1)
    ]
    return wrapped("tranCust:itemList", rows) if rows else ""


_OF_TRANSACTION: dict[str, tuple[str, Callable[[Ledger, Transaction, bool], list[str]]]] = {
    "customerRefund": ("tranCust", _customer_refund),
    "creditMemo": ("tranCust", _credit_memo),
    "customerPayment": ("tranCust", _customer_payment),
    "invoice": ("tranSales", _invoice),
}
