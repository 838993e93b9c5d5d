"""The split as it is typed: texts by invoice, and what they amount to. No widgets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nsz_desk.domain.allocation import InvoiceLine, Proposal, Split, Strategy
from nsz_desk.domain.money import Money
from nsz_desk.engine.allocate import BY_HAND, Offer

NAMES: Mapping[Strategy, str] = {
    Strategy.MEMO_LINES: "Match memo lines",
    Strategy.OLDEST_FIRST: "Oldest first",
    Strategy.NEWEST_FIRST: "Newest first",
    Strategy.PRO_RATA: "Pro rata",
    Strategy.ONE_INVOICE: "One invoice",
}
HAND_WHY = "Split by a person."
AMOUNT = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")


@dataclass(slots=True)
class Typed:
    """What stands in the fields. `how` and `why` are a strategy's until a person changes an amount."""

    offer: Offer
    texts: dict[str, str] = field(default_factory=dict)  # invoice id -> what was typed
    how: str = BY_HAND
    why: str = HAND_WHY

    def follow(self, proposal: Proposal) -> None:
        """Take what a strategy proposes."""
        self.texts = {key: part.plain() for key, part in proposal.parts}
        self.how, self.why = proposal.strategy.value, proposal.why

    def type(self, invoice_id: str, text: str) -> None:
        """Change one amount; from then on the split is a person's."""
        if text.strip() != self.texts.get(invoice_id, ""):
            self.texts[invoice_id] = text.strip()
            self.how, self.why = BY_HAND, HAND_WHY

    @property
    def parts(self) -> Split:
        """The amounts that are numbers and not nothing, in the order of the invoices."""
        currency = self.offer.amount.currency
        read = ((line.invoice_id, number(self.texts.get(line.invoice_id, ""))) for line in self.offer.lines)
        return tuple((key, Money(amount, currency)) for key, amount in read if amount)

    @property
    def remaining(self) -> Money:
        """What is still to be split; below zero when it is too much."""
        return self.offer.difference(self.parts)

    def wrong(self) -> tuple[str, ...]:
        """Everything that keeps the split from being approved, in words."""
        unread = tuple(
            f"Invoice {line.name}: {self.texts[line.invoice_id][:30]!r} is no amount."
            for line in self.offer.lines
            if number(self.texts.get(line.invoice_id, "")) is None
        )
        return unread + self.offer.faults(self.parts)

    def afterwards(self, line: InvoiceLine) -> Money | None:
        """What the customer owes on the invoice afterwards, None when it is not known."""
        part = number(self.texts.get(line.invoice_id, ""))
        if line.balance is None or part is None:
            return None
        return line.balance + Money(part, line.balance.currency)


def number(text: str) -> Decimal | None:
    """An amount as people type it; blank is zero, None when it is no amount.

    Commas may only group thousands before a decimal point: `12,50` could mean two amounts, so it is none.
    """
    plain = text.strip()
    if not plain:
        return Decimal(0)
    return Decimal(plain.replace(",", "")) if AMOUNT.fullmatch(plain) else None
