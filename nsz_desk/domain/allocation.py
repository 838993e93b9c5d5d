"""The split of one refund over the invoices of its payment: exact to the currency's smallest unit.

A split is a tuple of (invoice id, amount). Strategies only propose; `faults` says what is wrong with any split,
whoever made it. Source: rule M.1 and the protocol, section 5.3: sum exact, no line above its room.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from nsz_desk.domain.money import Money, decimals

Split = tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One invoice that the payment paid: paid in all, refunded before, and what is left of it (`room`).

    `day` is the invoice's date, None when it could not be read; `balance` what the customer owes on it now.
    """

    invoice_id: str
    number: str
    day: date | None
    paid: Money
    refunded: Money
    room: Money
    balance: Money | None = None

    @property
    def name(self) -> str:
        """What people call it: its number, its id without one."""
        return self.number or self.invoice_id


@dataclass(frozen=True, slots=True)
class MemoLine:
    """An item line of the credit memo: its text and its amount."""

    text: str
    amount: Money


class Strategy(Enum):
    """How a split is proposed; the names are the command line's."""

    MEMO_LINES = "memo-lines"
    OLDEST_FIRST = "oldest-first"
    NEWEST_FIRST = "newest-first"
    PRO_RATA = "pro-rata"
    ONE_INVOICE = "one-invoice"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a strategy proposes and why, in words; without parts, why it cannot."""

    strategy: Strategy
    parts: Split
    why: str

    @property
    def works(self) -> bool:
        """Whether it proposes anything."""
        return bool(self.parts)


class _Unfit(Exception):
    """A strategy cannot split this refund; the text says why."""


def difference(amount: Money, parts: Split) -> Money:
    """What is still to be split; negative when the parts are too much. The parts' currency is taken as given."""
    return Money(amount.amount - sum((part.amount for _, part in parts), Decimal(0)), amount.currency)


def faults(lines: Sequence[InvoiceLine], amount: Money, parts: Split) -> tuple[str, ...]:
    """Everything that is wrong with a split, in words; empty when it may be approved."""
    known = {line.invoice_id: line for line in lines}
    found, seen = list[str](), set[str]()
    for key, part in parts:
        line = known.get(key)
        name = line.name if line else key
        if key in seen:
            found.append(f"Invoice {name} stands twice.")
        seen.add(key)
        if words := _part_fault(line, name, part, amount.currency):
            found.append(words)
    if not parts:
        found.append("Nothing is split yet.")
    elif left := difference(amount, parts).amount:
        missing = Money(abs(left), amount.currency)
        found.append(f"{missing} {'is still to be split' if left > 0 else 'is too much'}: {amount} is refunded.")
    return tuple(found)


def _part_fault(line: InvoiceLine | None, name: str, part: Money, currency: str) -> str:
    if line is None:
        return f"Invoice {name} is not one that the payment was applied to."
    if part.currency != currency:
        return f"Invoice {name}: {part} is not in {currency}."
    if part.amount <= 0:
        return f"Invoice {name}: {part} is not more than zero."
    if not part.fits_currency():
        return f"Invoice {name}: {part} has more decimals than {currency} has."
    if line.room < part:
        return f"Invoice {name}: {part} is more than the {line.room} that is left of it."
    return ""


def propose(
    strategy: Strategy, lines: Sequence[InvoiceLine], amount: Money, memo_lines: Sequence[MemoLine] = ()
) -> Proposal:
    """What a strategy makes of these invoices; it never proposes what `faults` would refuse."""
    try:
        _must_fit(lines, amount)
        shares, why = _STRATEGIES[strategy](sorted(lines, key=_by_number), amount, memo_lines)
    except _Unfit as reason:
        return Proposal(strategy, (), str(reason))
    parts = tuple((line.invoice_id, share) for line, share in shares if share.amount > 0)
    wrong = faults(lines, amount, parts)
    return Proposal(strategy, () if wrong else parts, wrong[0] if wrong else why)


def proposals(lines: Sequence[InvoiceLine], amount: Money, memo_lines: Sequence[MemoLine] = ()) -> tuple[Proposal, ...]:
    """What every strategy makes of these invoices, in the order of `Strategy`."""
    return tuple(propose(strategy, lines, amount, memo_lines) for strategy in Strategy)


def default(found: Sequence[Proposal]) -> Proposal | None:
    """The proposal to begin with: the memo's lines where they name the invoices, else the oldest first."""
    order = (Strategy.MEMO_LINES, Strategy.OLDEST_FIRST, Strategy.PRO_RATA, Strategy.ONE_INVOICE)
    working = {one.strategy: one for one in found if one.works}
    return next((working[strategy] for strategy in order if strategy in working), None)


Shares = Sequence[tuple[InvoiceLine, Money]]
_Chooser = Callable[[Sequence[InvoiceLine], Money, Sequence[MemoLine]], tuple[Shares, str]]


def _must_fit(lines: Sequence[InvoiceLine], amount: Money) -> None:
    foreign = next((line for line in lines if line.room.currency != amount.currency), None)
    if foreign:
        raise _Unfit(f"Invoice {foreign.name} is in {foreign.room.currency}, the refund in {amount.currency}.")
    if amount.amount <= 0 or not amount.fits_currency():
        raise _Unfit(f"{amount} cannot be refunded: it must be more than zero, with {amount.currency}'s decimals.")
    room = Money(sum((line.room.amount for line in lines), Decimal(0)), amount.currency)
    if room < amount:
        raise _Unfit(f"Only {room} is left of all invoices together; the refund is {amount}.")


def _by_number(line: InvoiceLine) -> tuple[str, str]:
    return line.number, line.invoice_id


def _oldest_first(lines: Sequence[InvoiceLine], amount: Money, _: Sequence[MemoLine]) -> tuple[Shares, str]:
    shares = _fill(_dated(lines), amount)
    return shares, f"Each invoice is filled before the next, the oldest first: {_names(shares)}."


def _newest_first(lines: Sequence[InvoiceLine], amount: Money, _: Sequence[MemoLine]) -> tuple[Shares, str]:
    shares = _fill(_dated(lines)[::-1], amount)
    return shares, f"Each invoice is filled before the next, the newest first: {_names(shares)}."


def _dated(lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    """Those that have anything left, by date, then by number."""
    open_lines = [line for line in lines if line.room.amount > 0]
    undated = next((line for line in open_lines if line.day is None), None)
    if undated:
        raise _Unfit(f"The date of invoice {undated.name} could not be read.")
    return sorted(open_lines, key=lambda line: (line.day or date.min, *_by_number(line)))


def _fill(lines: Sequence[InvoiceLine], amount: Money) -> Shares:
    shares, left = list[tuple[InvoiceLine, Money]](), amount
    for line in lines:
        share = min(left, line.room)
        shares.append((line, share))
        left = left - share
    return [(line, share) for line, share in shares if share.amount > 0]


def _pro_rata(lines: Sequence[InvoiceLine], amount: Money, _: Sequence[MemoLine]) -> tuple[Shares, str]:
    """Whole units by proportion, then one unit more for the largest remainders; ties by number.

    No share passes its room: below the total a share's floor is below its room, so one unit more still fits.
    """
    places = decimals(amount.currency)
    rooms, wanted = [_units(line.room, places) for line in lines], _units(amount, places)
    total = sum(rooms)
    floors = [wanted * room // total for room in rooms]
    by_rest = sorted(range(len(rooms)), key=lambda at: (-(wanted * rooms[at] % total), at))
    for at in by_rest[: wanted - sum(floors)]:
        floors[at] += 1
    one = Decimal(1).scaleb(-places)
    shares = [(line, Money(units * one, amount.currency)) for line, units in zip(lines, floors, strict=True)]
    return shares, "Every invoice takes its part in proportion to what is left of it; odd units by largest remainder."


def _units(money: Money, places: int) -> int:
    return int(money.amount.scaleb(places))


def _one_invoice(lines: Sequence[InvoiceLine], amount: Money, _: Sequence[MemoLine]) -> tuple[Shares, str]:
    if exact := [line for line in lines if line.room == amount]:
        chosen = min(exact, key=_age)
        return [(chosen, amount)], f"Exactly {amount} is left of invoice {chosen.name}."
    if roomy := [line for line in lines if amount <= line.room]:
        chosen = min(roomy, key=_age)
        return [(chosen, amount)], f"Invoice {chosen.name} is the oldest that holds {amount} alone."
    raise _Unfit(f"No single invoice has {amount} left.")


def _age(line: InvoiceLine) -> tuple[date, str, str]:
    return (line.day or date.max, *_by_number(line))


def _memo_lines(lines: Sequence[InvoiceLine], amount: Money, memo: Sequence[MemoLine]) -> tuple[Shares, str]:
    if not memo:
        raise _Unfit("The credit memo's lines could not be read.")
    numbers = {line.number.casefold(): line for line in lines if line.number}
    shares: dict[str, Money] = {}
    for one in memo:
        line = _named(one, numbers)
        shares[line.invoice_id] = shares.get(line.invoice_id, Money(Decimal(0), amount.currency)) + _same(one, amount)
    found = [(line, shares[line.invoice_id]) for line in lines if line.invoice_id in shares]
    return found, f"The credit memo's lines name their invoices: {_names(found)}."


def _named(one: MemoLine, numbers: Mapping[str, InvoiceLine]) -> InvoiceLine:
    """The one invoice that a line's text names, as a word of its own."""
    words = {word.strip("-").casefold() for word in re.findall(r"[\w-]+", one.text)}
    found = [numbers[word] for word in sorted(words) if word in numbers]
    if len(found) != 1:
        how_many = "several invoices" if found else "no invoice"
        raise _Unfit(f"A line of the credit memo ({one.text[:60]!r}) names {how_many} of the payment.")
    return found[0]


def _same(one: MemoLine, amount: Money) -> Money:
    if one.amount.currency != amount.currency:
        raise _Unfit(f"A line of the credit memo is in {one.amount.currency}.")
    return one.amount


def _names(shares: Shares) -> str:
    named = [line.name for line, share in shares if share.amount > 0]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")


_STRATEGIES: dict[Strategy, _Chooser] = {
    Strategy.MEMO_LINES: _memo_lines,
    Strategy.OLDEST_FIRST: _oldest_first,
    Strategy.NEWEST_FIRST: _newest_first,
    Strategy.PRO_RATA: _pro_rata,
    Strategy.ONE_INVOICE: _one_invoice,
}
