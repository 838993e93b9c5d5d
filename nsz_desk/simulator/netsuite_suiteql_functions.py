"""The functions of SuiteQL that SQLite lacks. Dates are ``YYYY-MM-DD HH:MM:SS`` text inside the database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

Value = str | int | float | None
_FORM = "%Y-%m-%d %H:%M:%S"
_PARTS = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "MON": "%b", "MONTH": "%B", "DD": "%d", "HH24": "%H", "HH12": "%I",
    "HH": "%I", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "DY": "%a", "DAY": "%A",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)) + r'|"[^"]*"|[^A-Za-z"]', re.IGNORECASE)


def stored(moment: datetime) -> str:
    """A moment as the database keeps it, in the zone it has."""
    return moment.isoformat(" ", "seconds")[:19]  # as strftime with _FORM, in a tenth of the time


def number_text(value: float) -> str:
    """A number as SuiteQL shows it: no exponent, no superfluous zeros. Exact up to 15 digits."""
    text = f"{value:.15g}"
    return f"{value:.2f}" if "e" in text else text


def _format(picture: str) -> str:
    """An Oracle date picture as strftime's; ValueError for one that is not understood."""
    found = _TOKEN.findall(picture)
    if "".join(found) != picture:
        raise ValueError(f"the date format {picture!r} is not recognized")
    return "".join(_PARTS.get(part.upper(), part.strip('"')) for part in found)


def to_char(value: Value, picture: str | None = None) -> str | None:
    """Write a date by a picture; a number as itself."""
    if value is None or isinstance(value, int | float):
        return None if value is None else number_text(value)
    return value if picture is None else datetime.strptime(value, _FORM).strftime(_format(picture))


def to_date(text: str | None, picture: str = "YYYY-MM-DD") -> str | None:
    """Read a date by a picture."""
    return None if text is None else stored(datetime.strptime(text, _format(picture)))


def to_number(text: Value) -> float | None:
    """Read a number."""
    return None if text is None else float(text)


def trunc(value: Value, _unit: Value = None) -> Value:
    """The day of a date at midnight, or the whole part of a number."""
    if isinstance(value, str):
        return f"{value[:10]} 00:00:00"
    return None if value is None else int(value)


def plus_days(value: str | None, days: float | None) -> str | None:
    """A date some days on."""
    if value is None or days is None:
        return None
    return stored(datetime.strptime(value, _FORM) + timedelta(days=days))


def user_date(value: str | None) -> str | None:
    """A date as the user's preference shows it: month/day/year, without the time."""
    if value is None:
        return None
    moment = datetime.strptime(value, _FORM)
    return f"{moment.month}/{moment.day}/{moment.year}"


_FUNCTIONS: tuple[tuple[str, int, Callable[..., Value]], ...] = (
    ("TO_CHAR", 1, to_char), ("TO_CHAR", 2, to_char), ("TO_DATE", 1, to_date), ("TO_DATE", 2, to_date),
    ("TO_TIMESTAMP", 2, to_date), ("TO_NUMBER", 1, to_number), ("TRUNC", 1, trunc), ("TRUNC", 2, trunc),
    ("NS_PLUS_DAYS", 2, plus_days),
)  # fmt: skip


def install(database: sqlite3.Connection, now: Callable[[], str]) -> None:
    """Teach a database all of them; `now` is what SYSDATE says."""
    database.create_function("NS_NOW", 0, now)
    for name, count, function in _FUNCTIONS:
        database.create_function(name, count, function, deterministic=True)
