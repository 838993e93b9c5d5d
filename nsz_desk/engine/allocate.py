"""Allocation for both faces: what there is to split, what the strategies propose, and the plan of a chosen split.

Nothing here writes. A split becomes money only through `Desk.allocate`, with the plan that was approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nsz_desk.domain.allocation import (
    InvoiceLine,
    MemoLine,
    Proposal,
    Split,
    Strategy,
    default,
    difference,
    faults,
    proposals,
)
from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import FactMissing, Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice, Payment
from nsz_desk.engine.allocate_lines import forecast_of
from nsz_desk.engine.canonical import Json
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import Batch, Pair, Plan, derive
from nsz_desk.rules.book import Verdict
from nsz_desk.rules.rule import Answer

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an assistant shows: the refund, its payment with every invoice, and the strategies with their reasons.

    `route` says how Zuora is asked for the split.
    """

    row: Row
    payment: Payment
    lines: tuple[InvoiceLine, ...]
    proposals: tuple[Proposal, ...]
    route: str = ""

    @property
    def amount(self) -> Money:
        """The refund's amount, to be split to the last unit."""
        return self.row.amount

    @property
    def default(self) -> Proposal | None:
        """The proposal to begin with, None when no strategy works."""
        return default(self.proposals)

    @property
    def sums(self) -> tuple[Money, Money, Money]:
        """What of the payment was applied to these invoices, what of that was refunded before, and what is left."""
        each = ((line.paid, line.refunded, line.room) for line in self.lines)
        applied, refunded, left = (sum((one.amount for one in some), Decimal(0)) for some in zip(*each, strict=True))
        currency = self.payment.amount.currency
        return Money(applied, currency), Money(refunded, currency), Money(left, currency)

    def proposal(self, strategy: Strategy) -> Proposal:
        """What one strategy proposes."""
        return next(one for one in self.proposals if one.strategy is strategy)

    def difference(self, parts: Split) -> Money:
        """What is still to be split; an editor shows it live."""
        return difference(self.amount, parts)

    def faults(self, parts: Split) -> tuple[str, ...]:
        """Everything that is wrong with a split, in words; empty when it may be approved."""
        return faults(self.lines, self.amount, parts)

    def line_of(self, key: str) -> str:
        """The id of the invoice that people named by id or number; the key itself when none is."""
        ids = {line.invoice_id for line in self.lines}
        numbers = {line.number: line.invoice_id for line in self.lines if line.number}
        return key if key in ids else numbers.get(key, key)


@dataclass(frozen=True, slots=True)
class Allotment:
    """A split with its plan, ready to be approved: `how` is a strategy's name or "by hand"."""

    plan: Plan
    how: str
    why: str
    forecast: tuple[Mapping[str, Json], ...]

    @property
    def batch(self) -> Batch:
        """Its plan alone, as both faces show plans."""
        return Batch((self.plan,))


def offer(
    row: Row, invoices: Mapping[str, Invoice], memo_lines: Sequence[MemoLine] = (), route: str = ""
) -> Offer | Declined:
    """The facts of a row as an offer; only a refund for which M.1 alone asks for a person has one."""
    payment = row.case.payment_fact
    if not needs_split(row) or not isinstance(payment, Payment) or isinstance(payment.parts, Unread):
        why = f"{row.verdict.value.replace('_', ' ')}: {row.judgement.why} {row.judgement.next_step}".strip()
        if row.verdict is Verdict.READY:
            why = "It needs no split: sync it."
        return Declined(row.id, row.number, why)
    lines = tuple(
        InvoiceLine(
            part.invoice_id,
            part.invoice_number or (found.number if found else ""),
            found.date if found else None,
            part.applied + (part.refunded or _nothing(part.applied)),
            part.refunded or _nothing(part.applied),
            part.applied,
            found.balance if found else None,
        )
        for part in sorted(payment.parts, key=lambda part: (part.invoice_number, part.invoice_id))
        for found in [invoices.get(part.invoice_id)]
    )
    return Offer(row, payment, lines, proposals(lines, row.amount, memo_lines), route)


def needs_split(row: Row) -> bool:
    """Whether M.1 is all that stands in the way, but for an old claim that left nothing in Zuora."""
    if row.verdict is Verdict.MANUAL:
        return True
    return row.judgement.finding("M.1").answer is Answer.FAIL and row.only_an_old_claim(frozenset({"M.1"}))


def _nothing(like: Money) -> Money:
    return Money(Decimal(0), like.currency)


def allot(pair: Pair, offered: Offer, parts: Split, how: str, why: str) -> Allotment | Declined:
    """The plan of a split; refused with every reason when the split is wrong, or when no single call can make it."""
    row = offered.row
    if wrong := offered.faults(parts):
        return Declined(row.id, row.number, " ".join(wrong))
    try:
        named = tuple((line.invoice_id, line.number) for line in offered.lines if line.number)
        plan = replace(derive(pair, row.case, parts), names=named)
    except (FactMissing, DeskError) as problem:
        return Declined(row.id, row.number, str(problem))
    return Allotment(plan, how, why, tuple(forecast_of(offered.lines, plan.parts)))


def follow(pair: Pair, offered: Offer, strategy: Strategy) -> Allotment | Declined:
    """The plan of what a strategy proposes."""
    found = offered.proposal(strategy)
    if not found.works:
        return Declined(offered.row.id, offered.row.number, f"{strategy.value}: {found.why}")
    return allot(pair, offered, found.parts, strategy.value, found.why)


def memory_of(allotment: Allotment) -> dict[str, object]:
    """What the episode remembers of the approval, in every line of the journal."""
    return {
        "allocated": True,
        "split_by": allotment.how,
        "split_why": allotment.why,
        "forecast": [dict(line) for line in allotment.forecast],
    }


def offer_json(found: Offer) -> dict[str, Json]:
    """The offer for scripts: invoices, strategies with their reasons, and what each would leave."""
    return {
        "id": found.row.id,
        "number": found.row.number,
        "amount": found.amount.json(),
        "payment": found.payment.number,
        "invoices": [_line_json(line) for line in found.lines],
        "strategies": [
            {"name": one.strategy.value, "works": one.works, "why": one.why, "parts": split_json(one.parts)}
            for one in found.proposals
        ],
        "default": found.default.strategy.value if found.default else None,
    }


def split_json(parts: Split) -> Sequence[Json]:
    """A split for scripts."""
    return [{"invoice_id": key, "amount": part.json()} for key, part in parts]


def _line_json(line: InvoiceLine) -> dict[str, Json]:
    return {
        "invoice_id": line.invoice_id,
        "number": line.number,
        "date": line.day.isoformat() if line.day else None,
        "applied": line.paid.json(),
        "refunded": line.refunded.json(),
        "room": line.room.json(),
        "balance": line.balance.json() if line.balance else None,
    }
