"""What the texts of an answer mean: amounts, instants, business dates, ticks."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nsz_desk.domain.errors import Setup
from nsz_desk.domain.money import exact

PACIFIC = "America/Los_Angeles"  # what a time without a zone means to NetSuite
TRUE, FALSE = frozenset({"true", "1", "T"}), frozenset({"false", "0", "F"})  # T and F: SuiteQL


def zone(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        Setup: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Setup(
            f"The time zone {name} is not known on this computer.",
            "Nothing was sent.",
            "Enter the time zone of the integration user as a name like America/New_York.",
        ) from error


def amount(text: str) -> Decimal:
    """An amount without its sign: refunds and memos count negative in lists and positive in records.

    Raises:
        ValueError: no finite number.
    """
    return abs(exact(text))


def instant(text: str) -> datetime:
    """A moment, in UTC.

    Raises:
        ValueError: no ISO 8601 date and time.
    """
    if "T" not in text:
        raise ValueError(f"not a time: {text[:40]!r}")
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(PACIFIC))).astimezone(UTC)


@lru_cache(4096)  # dates repeat
def business_date(text: str, user_zone: ZoneInfo) -> date:
    """The day meant by a moment that is midnight for the integration user.

    Raises:
        ValueError: no ISO 8601 date and time.
        Setup: it is not midnight in that zone, so the zone of the profile is wrong and every date would be.
    """
    moment = instant(text)
    day = moment.astimezone(user_zone).date()
    midnights = {datetime.combine(day, time(fold=fold), user_zone).astimezone(UTC) for fold in (0, 1)}
    if not any(abs(moment - midnight) < timedelta(seconds=1) for midnight in midnights):
        raise Setup(
            f"NetSuite's dates do not begin at midnight in the time zone {user_zone.key}.",
            "The desk stopped, because it would read refund dates wrongly. Nothing was changed.",
            "Enter the time zone of the integration user's preferences in the profile.",
        )
    return day


def tick(text: str) -> bool:
    """A boolean.

    Raises:
        ValueError: neither true nor false.
    """
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise ValueError(f"not a boolean: {text[:40]!r}")
