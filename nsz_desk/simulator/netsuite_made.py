"""Searches in a world whose records are made when looked at: one long look, then pages at once."""

from collections.abc import Callable
from dataclasses import fields
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, tostring

from nsz_desk.simulator.netsuite_found import Found, scan
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_xml import child
from nsz_desk.simulator.world import World

TRANSACTIONS = ("creditMemo", "invoice", "customerRefund", "customerPayment")
_REMEMBERED = 8  # searches whose long look is kept, 16 MB each for a million rows


def made_rows(world: World, kinds: list[str], asked: Element, rows: Callable[[Any], list[Any]]) -> Found:
    """All rows of records of these kinds that match now; `rows` gives those of one record (none: no match)."""
    ledger = Ledger(world)

    def of_id(number: int) -> list[Any]:
        found: list[Any] = []
        for kind in kinds:
            one = world.customers.peek(str(number)) if kind == "customer" else ledger.find(kind, str(number))
            if one is not None:
                found += rows(one)
        return found

    question = (_without_columns(asked), _switches(world))
    if question not in world.scans:
        if len(world.scans) >= _REMEMBERED:
            del world.scans[next(iter(world.scans))]
        wide = chain.from_iterable(stretch for kind, stretch in world.stretches if kind in kinds)
        world.scans[question] = scan(wide, of_id)
    return Found(world.scans[question], _touched(world, ledger), of_id)


def _without_columns(asked: Element) -> str:
    """The search as text; of its columns only whether there are any, since they choose no rows."""
    columns = child(asked, "columns")
    texts = [tostring(node, "unicode") for node in asked if node is not columns]
    return f"{asked.attrib} {columns is not None} {''.join(texts)}"


def _switches(world: World) -> str:
    """The account's switches, on which the meaning of criteria depends; its lists of names only grow."""
    account = world.netsuite
    return repr([getattr(account, one.name) for one in fields(account) if one.type != list[str]])


def _touched(world: World, ledger: Ledger) -> set[int]:
    """The ids whose rows may be others than when the untouched were judged."""
    kept = (("customer", world.customers.touched), ("creditMemo", world.memos.touched),
            ("customerRefund", world.refunds.touched), ("customerPayment", world.ns_payments.touched))  # fmt: skip
    keys = {key for _, touched in kept for key in touched} | set(ledger.invoices)
    keys |= {link.doc for one in world.refunds.kept.values() for link in one.applied_to}
    found = {int(key) for key in keys if key.isascii() and key.isdigit()}
    for kind, touched in kept:
        for key in touched:
            found.update(world.relatives(kind, key))
    return found
