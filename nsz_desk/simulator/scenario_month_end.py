"""A month end of any size: many accounts, two currencies, a few refunds that fail, made from a seed.

Nothing is written: every record is made from its place when it is looked at, up to a million and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nsz_desk.simulator.company import Company
from nsz_desk.simulator.month_end_books import (
    ACCOUNT,
    CUSTOMERS,
    INVOICE,
    INVOICES,
    MEMOS,
    PAYMENT,
    REFUND,
    REFUNDS,
    Books,
    hex_id,
)
from nsz_desk.simulator.month_end_rows import Rows
from nsz_desk.simulator.records import Numbered, Recipe, Records
from nsz_desk.simulator.world import World

R = TypeVar("R", bound=Numbered)
MOST = 10_000_000


def fill(world: World, refunds: int, seed: int) -> None:
    """Let an empty world have `refunds` pending refunds; an odd seed has Invoice Settlement.

    Raises:
        ValueError: there are more refunds than ids.
    """
    if refunds > MOST:
        raise ValueError(f"a month end has at most {MOST} refunds")
    world.tenant.invoice_settlement = seed % 2 == 1
    company = Company(world)
    company.periods(closed=2, zuora_closed=2)
    rows = Rows(company, refunds, seed)
    books = Books(rows)
    world.customers = Records(_by_number(CUSTOMERS, rows.customers, books.customer))
    world.refunds = Records(_by_number(REFUNDS, rows.refunds, books.refund, memo=MEMOS))
    world.memos = Records(_by_number(MEMOS, rows.refunds, books.memo, invoice=INVOICES))
    _zuora(world, rows, books)
    world.serials |= {
        "customer": rows.customers, "payment": rows.payments, "invoice": rows.invoices_before(rows.payments),
        "refund": 2 * rows.earlier, "memo": rows.refunds, "netsuite refund": rows.refunds,
    }  # fmt: skip
    world.stretches = (
        ("customer", range(CUSTOMERS, CUSTOMERS + rows.customers)),
        ("creditMemo", range(MEMOS, MEMOS + rows.refunds)),
        ("invoice", range(INVOICES, INVOICES + rows.refunds)),
        ("customerRefund", range(REFUNDS, REFUNDS + rows.refunds)),
    )
    world.relatives = lambda kind, key: _relatives(rows, kind, key)


def _relatives(rows: Rows, kind: str, key: str) -> Iterable[int]:
    """Name the transactions whose search results may change when the record `key` does."""
    if kind == "customer":
        places: Iterable[int] = rows.places_of(_place(key, CUSTOMERS, rows.customers))
    else:
        places = [_place(key, REFUNDS if kind == "customerRefund" else MEMOS, rows.refunds)]
    for place in places:
        if 0 <= place < rows.refunds:
            yield from (MEMOS + place, INVOICES + place, REFUNDS + place)


def _place(key: str, first: int, count: int) -> int:
    place = int(key) - first if key.isascii() and key.isdigit() and len(key) == len(str(first)) else -1
    return place if 0 <= place < count else -1


def _by_number(first: int, count: int, make: Callable[[int], R], **same_place: int) -> Recipe[R]:
    """Make a recipe for NetSuite's ids; `same_place` are indexes by another record at the same place."""

    def index(start: int) -> Callable[[str], Iterable[int]]:
        return lambda key: [place] if (place := _place(key, start, count)) >= 0 else []

    return Recipe(
        count, lambda place: str(first + place), lambda key: _place(key, first, count), make,
        {name: index(start) for name, start in same_place.items()},
    )  # fmt: skip


def _unhex(kind: str, key: str, count: int) -> int:
    if len(key) != 32 or not key.startswith(f"8ac68d6b{kind}"):
        return -1
    try:
        place = int(key[10:], 16)
    except ValueError:
        return -1
    return place if place < count and key == hex_id(kind, place) else -1


def _zuora(world: World, rows: Rows, books: Books) -> None:
    """Give the world its accounts, payments, invoices and refunds, each findable by number and by owner."""

    def of_account(account: str) -> Iterable[int]:
        return rows.places_of(_unhex(ACCOUNT, account, rows.customers))

    def invoices(account: str) -> Iterable[int]:
        for place in of_account(account):
            yield from range(rows.invoices_before(place), rows.invoices_before(place + 1))

    def refunded(places: Iterable[int]) -> Iterable[int]:
        return [place - rows.pending for place in places if place >= rows.pending]

    def of_payment(payment: str) -> Iterable[int]:
        return refunded([_unhex(PAYMENT, payment, rows.payments)])

    by_account = {"account_id": of_account}
    world.accounts = Records(_by_hex(ACCOUNT, "A", rows.customers, books.account, {}))
    world.payments = Records(_by_hex(PAYMENT, "P-", rows.payments, books.payment, by_account))
    all_invoices = rows.invoices_before(rows.payments)
    world.invoices = Records(_by_hex(INVOICE, "INV", all_invoices, books.invoice, {"account_id": invoices}))
    refunds_of = {"account_id": lambda account: refunded(of_account(account)), "payment_id": of_payment}
    world.zuora_refunds = Records(_by_hex(REFUND, "R-", 2 * rows.earlier, books.zuora_refund, refunds_of))


def _by_hex(
    kind: str, letters: str, count: int, make: Callable[[int], R], about: Mapping[str, Callable[[str], Iterable[int]]]
) -> Recipe[R]:
    """Make a recipe for Zuora's ids; the place is found by the number as well."""

    def numbered(number: str) -> Iterable[int]:
        digits = number.removeprefix(letters)
        place = int(digits) - 1 if digits.isascii() and digits.isdigit() else -1
        return [place] if 0 <= place < count else []

    return Recipe(
        count,
        lambda place: hex_id(kind, place),
        lambda key: _unhex(kind, key, count),
        make,
        {**about, "number": numbered},
    )
