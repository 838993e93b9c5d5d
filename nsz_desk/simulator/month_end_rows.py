"""What each row of a month end holds, made from the seed and the row's place alone.

Rows 0 to `pending` - 1 are pending refunds, each with its memo, its payment and one to three invoices.
The next `earlier` rows were synced before. Behind them are `earlier` payments with a refund by hand.
Customers take turns. Amounts are in the customer's currency, dates around the world's current month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from nsz_desk.simulator.company import Company

_FIRST = ("Aster", "Beacon", "Cascade", "Dune", "Ember", "Fairway", "Glacier", "Harvest", "Indigo", "Jetty", "Keystone",
          "Lantern", "Meadow", "Nimbus", "Orchid", "Pioneer", "Quartz", "Ridge", "Summit", "Tidewater")  # fmt: skip
_SECOND = ("Analytics", "Bio", "Capital", "Design", "Energy", "Foods", "Group", "Health", "Insurance", "Justice",
           "Kitchens", "Logistics", "Media", "Networks", "Optics", "Partners", "Retail", "Travel")  # fmt: skip
_FORMS = {"USD": ("LLC", "Inc", "Corp"), "EUR": ("GmbH", "SARL", "B.V.")}
_METHODS = ("Check", "Wire Transfer", "ACH", "Cash", "Credit Card (external)", "Other")
MISTAKES = ("unflagged", "blank payment", "barter", "from invoice", "voided", "unsettled")
_64 = (1 << 64) - 1


def noise(seed: int, kind: int, place: int) -> int:
    """Mix three numbers into 64 bits that look random (splitmix64): quicker than seeding a generator per row."""
    mixed = (seed * 0x9E3779B97F4A7C15 + kind * 0xD1B54A32D192ED03 + place * 0x2545F4914F6CDD1D + 1) & _64
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _64
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _64
    return mixed ^ (mixed >> 31)


@dataclass(slots=True)
class Row:
    """The facts of one row; `parts` are the amounts of the payment's invoices, `taken` what refunds took of each."""

    place: int
    customer: int
    amount: Decimal
    day: date
    paid_on: date
    method: str
    memo: str
    parts: tuple[Decimal, ...]
    taken: tuple[Decimal, ...]
    mistake: str = ""
    stage: str = "pending"  # pending | synced | by hand


class Rows:
    """All rows of one month end: how many there are, what each holds, which belong together."""

    def __init__(self, company: Company, pending: int, seed: int) -> None:
        """Lay out `pending` refunds around the company's month."""
        self.pending = pending
        self.earlier = max(2, pending // 20)
        self.customers = max(1, pending // 3)
        self._seed = seed
        self.month, self._company = company.month, company
        self._days = (company.today - (company.month - timedelta(days=6))).days + 1
        self._moments: dict[date, datetime] = {}

    def moment(self, day: date) -> datetime:
        """Return a time of office hours on `day`."""
        if day not in self._moments:
            self._moments[day] = self._company.moment(day)
        return self._moments[day]

    def currency(self, customer: int) -> str:
        """Return the currency of a customer: six in ten have dollars."""
        return "USD" if noise(self._seed, 1, customer) % 10 < 6 else "EUR"

    def name(self, customer: int) -> str:
        """Return the name of a customer."""
        bits, forms = noise(self._seed, 2, customer), _FORMS[self.currency(customer)]
        first, second = _FIRST[bits % 20], _SECOND[(bits >> 8) % 18]
        return f"{first} {second} {forms[(bits >> 16) % 3]} {customer + 1:04d}"

    @property
    def refunds(self) -> int:
        """Count the NetSuite refunds, and so the memos."""
        return self.pending + self.earlier

    @property
    def payments(self) -> int:
        """Count the rows, and so the payments."""
        return self.pending + 2 * self.earlier

    def row(self, place: int) -> Row:
        """Make the row at `place`."""
        return self._pending(place) if place < self.pending else self._earlier(place)

    def _pending(self, place: int) -> Row:
        bits, more = noise(self._seed, 3, place), noise(self._seed, 4, place)
        amount = Decimal(500 + bits % 499_501).scaleb(-2)
        parts: tuple[Decimal, ...] = (amount,)
        if place % 8 == 5:
            third = (amount / 3).quantize(Decimal("0.01"))
            parts = (third, third, amount - 2 * third)
        elif (bits >> 24) % 100 < 38:  # room for another equal refund
            parts = (amount * 2 + Decimal(500 + (bits >> 32) % 49_501).scaleb(-2),)
        mistake = MISTAKES[(more >> 20) % 6] if (more >> 32) % 1000 < 30 else ""
        return Row(
            place, place % self.customers, amount, self.month - timedelta(days=6 - more % self._days),
            self.month - timedelta(days=20 + (more >> 12) % 31),
            "Barter" if mistake == "barter" else _METHODS[(more >> 8) % 6], f"Credit {1000 + (more >> 44) % 9000}",
            parts, (Decimal(0),) * len(parts), mistake,
        )  # fmt: skip

    def _earlier(self, place: int) -> Row:
        number, by_hand = (place - self.pending) % self.earlier, place >= self.refunds
        day = self.month - timedelta(days=25)
        amount = Decimal("25.00") if by_hand else Decimal(500 + noise(self._seed, 5, number) % 39_501).scaleb(-2)
        paid = Decimal("250.00") if by_hand else Decimal("900.00")
        return Row(
            place, number % self.customers, amount, day + timedelta(days=12 if by_hand else 10), day, "Check",
            "" if by_hand else "Synced earlier", (paid,), (amount,), stage="by hand" if by_hand else "synced",
        )  # fmt: skip

    def places_of(self, customer: int) -> Iterable[int]:
        """Name the rows of a customer."""
        if not 0 <= customer < self.customers:
            return
        yield from range(customer, self.pending, self.customers)
        for start in (self.pending, self.refunds):
            yield from range(start + customer, start + self.earlier, self.customers)

    # Of eight pending rows the sixth has three invoices, so ten invoices stand for eight rows.

    def invoices_before(self, place: int) -> int:
        """Count the invoices of all rows before `place`."""
        block, rest = divmod(min(place, self.pending), 8)
        return block * 10 + rest + (2 if rest > 5 else 0) + max(0, place - self.pending)

    def invoice_at(self, number: int) -> tuple[int, int]:
        """Return the row of an invoice and which of the row's invoices it is."""
        of_pending = self.invoices_before(self.pending)
        if number >= of_pending:
            return self.pending + number - of_pending, 0
        block, rest = divmod(number, 10)
        row = rest if rest < 5 else max(5, rest - 2)
        return block * 8 + row, rest - 5 if row == 5 else 0
