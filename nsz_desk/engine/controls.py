"""Controls that may refuse an approved run: caps per currency, and the total that a person types on production.

Source: safety.md 10.7; the caps are a setting, none by default.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from nsz_desk.domain.money import Money


def over_caps(totals: Sequence[Money], caps: Mapping[str, Decimal]) -> str:
    """Why a run of these totals is above a cap, in words; "" when it is not."""
    over = [one for one in totals if one.currency in caps and one.amount > caps[one.currency]]
    words = ", ".join(f"{one} is above the cap of {Money(caps[one.currency], one.currency)}" for one in over)
    return f"{words}." if words else ""


def total_to_type(totals: Sequence[Money]) -> Money | None:
    """The total of the largest currency: what a person types before the first production run; None without money."""
    return max(totals, key=lambda one: (one.amount, one.currency), default=None)


def is_typed(text: str, total: Money) -> bool:
    """Whether a person typed this total, with or without grouping commas and the currency's code."""
    words = text.upper().split()
    if words and words[-1] == total.currency:
        words = words[:-1]
    return "".join(words) in {total.plain(), total.plain_grouped()}
