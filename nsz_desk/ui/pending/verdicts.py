"""What recovery found, in words: whether the Zuora refund exists, and a second live refund as an alarm. No Qt."""

from collections.abc import Iterable

from nsz_desk.engine.results import RowResult, Told
from nsz_desk.ui.texts import time_text

TOLD = {
    Told.NOT_ASKED: ("", "muted"),
    Told.EXISTS: ("It exists", "ready"),
    Told.DOES_NOT_EXIST: ("It does not exist", "text"),
    Told.CANNOT_TELL: ("Cannot tell yet", "doubt"),
}
DUPLICATE = "duplicate"
STOP = "Do not pay out. Cancel one."
SHOWN = 3  # alarms that are written out; more would hide the list


def told_text(row: RowResult) -> str:
    """The verdict, and when the desk looks next where it cannot tell; "" where the question was not asked."""
    words = TOLD[row.told][0]
    if row.told is Told.CANNOT_TELL and row.look_again is not None:
        return f"{words} · looks again {time_text(row.look_again)}"
    return words


def duplicates(rows: Iterable[RowResult]) -> tuple[RowResult, ...]:
    """The results that tell of a second live Zuora refund."""
    return tuple(row for row in rows if row.reason.startswith(DUPLICATE))


def alarm_text(rows: Iterable[RowResult]) -> str:
    """What a person must read first, "" when there is no second live refund; it names the refunds' numbers."""
    found = duplicates(rows)
    lines = [_alarm(row) for row in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"{len(found) - SHOWN:,} more: see the list.")
    return " ".join(lines)


def _alarm(row: RowResult) -> str:
    said = row.reason.removeprefix(DUPLICATE).removeprefix(":").strip()
    said = said[:1].upper() + said[1:] or f"A second live Zuora refund exists for {row.number}."
    return said if "Do not pay out" in said else f"{said.rstrip('.')}. {STOP}"
