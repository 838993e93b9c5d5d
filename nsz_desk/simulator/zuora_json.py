"""JSON as Zuora writes it: exact decimals as numbers, business dates as text, one stamp form per family."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

Stamp = Callable[[datetime], str]
_PACIFIC = timezone(timedelta(hours=-7))


def v1_stamp(moment: datetime) -> str:
    """Write `moment` as the v1 calls do: ``2026-03-14 09:15:02``, UTC, no zone said."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def iso_stamp(moment: datetime) -> str:
    """Write `moment` as queries do: ``2026-03-14T09:15:02.000-07:00``."""
    return moment.astimezone(_PACIFIC).isoformat(timespec="milliseconds")


def crud_stamp(moment: datetime) -> str:
    """Write `moment` as the older object calls do: ``2026-03-14 09:15:02.000000000 -07:00``."""
    local = moment.astimezone(_PACIFIC)
    return local.strftime("%Y-%m-%d %H:%M:%S.000000000 ") + "-07:00"


def dumps(value: object, stamp: Stamp = v1_stamp) -> bytes:
    """Write `value` as UTF-8 JSON; a Decimal becomes a number without passing through float."""
    return _text(value, stamp).encode()


def loads(body: bytes) -> object:
    """Read JSON with every number that has a point as Decimal; ValueError when it is none."""
    return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _text(value: object, stamp: Stamp) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(key))}:{_text(item, stamp)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item, stamp) for item in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return json.dumps(stamp(value))
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    return json.dumps(value)
