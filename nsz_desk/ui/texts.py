"""Texts as they may be shown: inert, one line, of bounded length. Dates and times for people."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the first window shows neither times nor money
    from collections.abc import Iterable
    from datetime import date, datetime

    from nsz_desk.domain.money import Money

LIMIT = 600
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# Invisible characters that reorder or hide text: a name made with them could look like another one.
NAMED = {
    0x00AD: "SHY", 0x061C: "ALM", 0x180E: "MVS", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM",
    0x200F: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO",
    0x202E: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM",
}  # fmt: skip


def shown(text: str, limit: int = LIMIT) -> str:
    """The text on one line with every control visible, cut at `limit` characters.

    Bidi and other invisible controls become names in double brackets such as ⟪RLO⟫; other control
    characters their pictures, a line break ⏎; half characters and unassigned ones U+FFFD.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isascii() and cut.isprintable() else "".join(map(_visible, cut))


def shown_lines(text: str, limit: int = 20_000) -> str:
    """Like `shown`, but line breaks stay: for documents of our own making that hold foreign texts."""
    return "\n".join(shown(line, limit) for line in text[:limit].split("\n"))


def _visible(character: str) -> str:
    code = ord(character)
    if code in NAMED:
        return f"⟪{NAMED[code]}⟫"
    if character in "\r\n":
        return "⏎"
    kind = unicodedata.category(character)
    if kind == "Cc":
        return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"
    if kind == "Cf":
        return f"⟪U+{code:04X}⟫"
    return "\ufffd" if kind in ("Cs", "Co", "Cn") else character


def tip(text: str) -> str:
    """A tooltip that is never taken for markup, wrapped by Qt when long."""
    from html import escape  # late: it brings all named characters of HTML, and the first window has no tips

    return f"<qt>{escape(shown(text))}</qt>" if text else ""


def total_text(totals: Iterable[Money]) -> str:
    """Sums side by side, one per currency."""
    return " · ".join(str(money) for money in totals)


def day_text(day: date) -> str:
    """A business date that nobody can misread: `18 Nov 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _here(at: datetime) -> datetime:
    from datetime import UTC  # late, see above

    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone()


def moment_text(at: datetime) -> str:
    """A UTC time in this computer's zone with its offset: `18 Nov 2026 14:03:05 +01:00`."""
    local = _here(at)
    offset = local.strftime("%z")
    return f"{day_text(local.date())} {local:%H:%M:%S} {offset[:3]}:{offset[3:5]}"


def as_of_text(at: datetime, today: date) -> str:
    """How old a list is: `As of 10:32`, with the date when it is not today's."""
    return f"As of {time_text(at, today)}"


def time_text(at: datetime, today: date | None = None) -> str:
    """A UTC time in this computer's zone, to the minute: `10:32`, with the date when it is not today's."""
    local = _here(at)
    day = "" if local.date() == (today or local.today().date()) else f"{day_text(local.date())}, "
    return f"{day}{local:%H:%M}"


def count_text(number: int, one: str, many: str = "") -> str:
    """`1 refund`, `2 refunds`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
