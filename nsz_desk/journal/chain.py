"""The hash chain: each line's hash covers its number, the hash before it and all its other columns.

hash = SHA-256(seq | prev_hash | canonical JSON of the other columns), so that an edited, cut out or moved
line is found. A cut tail is not: for that the head must be kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

START = "0" * 64  # what the first line carries as the hash before it
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


class BrokenChain(Exception):
    """A line is not what was written, or is missing."""

    def __init__(self, seq: int, why: str) -> None:
        """Name the line and what is wrong with it."""
        super().__init__(f"line {seq}: {why}")
        self.seq, self.why = seq, why


def detail_text(detail: Mapping[str, Any]) -> str:
    """An event's detail as canonical JSON; decimals and dates become text.

    Raises:
        TypeError: something in it has no JSON form.
        ValueError: NaN or infinity.
    """
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__} has no place in the journal")


def line_hash(columns: Mapping[Any, Any]) -> str:
    """The hash of a line, from all its columns but `hash`."""
    rest = {name: value for name, value in columns.items() if name not in ("seq", "prev_hash", "hash")}
    text = f"{columns['seq']}|{columns['prev_hash']}|{_ENCODER.encode(rest)}"
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(rows: Iterable[Mapping[Any, Any]], account: str) -> int:
    """Check all lines in order and answer their number.

    Raises:
        BrokenChain: the first line that is wrong.
    """
    before, count = START, 0
    for row in rows:
        count += 1
        if row["seq"] != count:
            raise BrokenChain(count, f"it is missing, line {row['seq']} stands in its place")
        if row["prev_hash"] != before:
            raise BrokenChain(count, "it does not follow the line before it")
        if not is_whole(row):
            raise BrokenChain(count, "its content was changed")
        if row["ns_account"] != account:
            raise BrokenChain(count, f"it belongs to NetSuite account {row['ns_account']}")
        before = row["hash"]
    return count


def is_whole(row: Mapping[Any, Any]) -> bool:
    """Whether a line's content is what its own hash was made of."""
    try:
        return bool(row["hash"] == line_hash(row))
    except (TypeError, ValueError):  # a damaged file can turn text into bytes
        return False
