"""How NetSuite SOAP writes amounts and times, and how it reads times.

Amounts are xsd:double as Java prints them. A business date goes out as midnight of the user's zone,
expressed in Pacific time; an instant as itself, in Pacific time. A time without a zone is Pacific.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from nsz_desk.simulator.netsuite_xml import against_schema

PACIFIC = ZoneInfo("America/Los_Angeles")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def double(amount: Decimal) -> str:
    """An amount as Java prints a double: `5000.0`, and from ten million on `1.2345678E7`. Exact."""
    digits = "".join(map(str, amount.as_tuple().digits)).lstrip("0")
    if not digits:
        return "0.0"
    if abs(amount) < 10_000_000:
        whole, _, part = f"{amount:f}".partition(".")
        return f"{whole}.{part.rstrip('0') or '0'}"
    return f"{'-' if amount < 0 else ''}{digits[0]}.{digits[1:].rstrip('0') or '0'}E{amount.adjusted()}"


def instant(moment: datetime) -> str:
    """An aware time as NetSuite writes it: Pacific, with milliseconds and offset."""
    return moment.astimezone(PACIFIC).isoformat(timespec="milliseconds")


@lru_cache(maxsize=4096)
def business_date(day: date, zone: str) -> str:
    """A date as NetSuite writes it: midnight of `zone` in Pacific time, so perhaps the day before."""
    return instant(datetime.combine(day, time(), ZoneInfo(zone)))


def moment_of(text: str) -> datetime:
    """Read an xsd:dateTime into UTC; refuses a bare date and anything else."""
    if not _DATE_TIME.fullmatch(text):
        raise against_schema(f"'{text}' is not a dateTime")
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)
        if not 1900 <= aware.year <= 2200:  # far from the ends of the calendar, where zones overflow
            raise ValueError(text)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise against_schema(f"'{text}' is not a dateTime") from exc


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day that a moment falls on for a user in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()
