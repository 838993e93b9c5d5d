"""Money as an exact decimal with its currency. Never float, never mixed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
FOUR_DECIMALS = frozenset("CLF UYW".split())


def decimals(currency: str) -> int:
    """How many decimals amounts of `currency` (ISO 4217) may have.

    Source: ISO 4217 minor units; a code not in the short tables has two.
    """
    if currency in NO_DECIMALS:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    return 4 if currency in FOUR_DECIMALS else 2


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency (ISO 4217 code, upper case)."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Sum of two amounts of one currency."""
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Difference of two amounts of one currency."""
        return Money(self.amount - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Whether this is less; one currency only."""
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Whether this is less or equal; one currency only."""
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        """For people and logs: `1,234.50 USD`, with the currency's own decimals."""
        return f"{self.plain_grouped()} {self.currency}"

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} with {other.currency}")
        return other.amount

    def plain_grouped(self) -> str:
        """The amount with thousands separators and at least its currency's decimals."""
        places = max(decimals(self.currency), self.places())
        return f"{self.amount:,.{places}f}"

    def plain(self) -> str:
        """The amount as text for machines: `1234.50`, at least its currency's decimals, no exponent."""
        places = max(decimals(self.currency), self.places())
        return f"{self.amount:.{places}f}"

    def places(self) -> int:
        """How many decimals the amount really uses; trailing zeros do not count."""
        exponent = self.amount.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    def fits_currency(self) -> bool:
        """Whether the amount has no more decimals than its currency."""
        return self.places() <= decimals(self.currency)

    def json(self) -> dict[str, str]:
        """The contract's form: `{"amount": "12.30", "currency": "USD"}`."""
        return {"amount": self.plain(), "currency": self.currency}


def exact(text: str) -> Decimal:
    """Read an amount as written, also with an exponent; refuse what is no finite number.

    Raises:
        ValueError: the text is no number, or NaN or infinite, or absurdly large.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"not an amount: {text[:40]!r}") from None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise ValueError(f"not an amount: {text[:40]!r}")
    if "e" not in text.casefold():  # nothing else ends above the point, and taking a number apart is slow
        return value
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1), ROUND_HALF_UP) if isinstance(exponent, int) and exponent > 0 else value


def sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One total per currency, in the order of the currency codes."""
    totals: dict[str, Decimal] = {}
    for money in amounts:
        totals[money.currency] = totals.get(money.currency, Decimal(0)) + money.amount
    return tuple(Money(totals[code], code) for code in sorted(totals))
