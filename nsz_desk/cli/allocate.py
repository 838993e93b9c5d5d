"""The command `allocate`: show what there is to split, or split a refund over its invoices and sync it."""

import argparse
from decimal import Decimal

from nsz_desk.cli import commands, offers, output
from nsz_desk.domain.allocation import Strategy
from nsz_desk.domain.money import Money
from nsz_desk.engine.allocate import (
    BY_HAND,
    Allotment,
    Offer,
    allot,
    follow,
    offer_json,
    split_json,
)
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk


def allocation(desk: Desk, args: argparse.Namespace) -> int:
    """Print the payment's invoices and what every strategy proposes; reads only."""
    found = desk.allocation(commands.named(desk, args.id), commands.report())
    return offers.show(args, found, offer_json, _print_offer)


def _print_offer(found: Offer) -> None:
    output.line(
        f"{found.row.number}  {output.cut(found.row.customer)}  {found.amount} of payment {found.payment.number}"
        f" of {found.payment.date}, {found.payment.amount}"
    )
    lines = [
        (line.name, f"{line.day or 'not read'}", str(line.paid), str(line.refunded), str(line.room))
        for line in found.lines
    ]
    output.table(("invoice", "date", "paid", "refunded", "left"), lines, frozenset({2, 3, 4}))
    names = {line.invoice_id: line.name for line in found.lines}
    for one in found.proposals:
        mark = " (default)" if one is found.default else ""
        parts = ", ".join(f"{names[key]} {part.plain()}" for key, part in one.parts)
        output.line(f"{one.strategy.value}{mark}: {parts or 'not possible'}")
        output.line(f"    {one.why}")


def allocate(desk: Desk, args: argparse.Namespace) -> int:
    """Split, approve, send."""
    desk.refuse_read_only()
    found = desk.allocation(commands.named(desk, args.id), commands.report())
    chosen = found if isinstance(found, Declined) else _choose(desk, found, args)
    if isinstance(chosen, Declined) or isinstance(found, Declined):
        return commands.refuse(args, chosen.batch)
    if not args.json:
        _print_split(found, chosen)
    if code := commands.not_approved(desk, args, chosen.batch):
        return code
    result = desk.allocate(chosen, commands.report(), commands.tell)
    return commands.answer(args, result, more={"parts": split_json(chosen.plan.parts), "why": chosen.why})


def _choose(desk: Desk, found: Offer, args: argparse.Namespace) -> Allotment | Declined:
    """The plan of the split that was asked for, by strategy or by hand."""
    if args.strategy:
        return follow(desk.pair, found, Strategy(args.strategy))
    currency = found.amount.currency
    parts = tuple((found.line_of(name), Money(amount, currency)) for name, amount in args.over)
    return allot(desk.pair, found, parts, BY_HAND, "Split by a person.")


def _print_split(found: Offer, chosen: Allotment) -> None:
    """The split on standard error, so that standard output holds the result alone."""
    for key, part in chosen.plan.parts:
        output.say(f"  {chosen.plan.named(key):20} {part}  {_expected(chosen, key)}".rstrip())
    left = found.difference(chosen.plan.parts)
    output.say(f"  {chosen.how}: {chosen.why} Remaining {Money(left.amount + Decimal(0), left.currency)}.")
    output.say(f"  Route: {found.route}. After it each invoice is read back.")


def _expected(chosen: Allotment, key: str) -> str:
    """What an invoice will show: what may still be refunded of it, and its balance where that is known."""
    line = next(one for one in chosen.forecast if one["invoice_id"] == key)
    balance = f", balance {line['balance']} -> {line['balance_after']}" if "balance" in line else ""
    return f"room {line['room']} -> {line['room_after']}{balance}"


COMMANDS = {"allocation": allocation, "allocate": allocate}
