"""What is left of the last run, and when the desk should look again by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nsz_desk.engine.ledger import Ledger

LATE = 960.0  # NetSuite may carry out a write that it did not answer: its limit is 15 minutes


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of this desk: when it began, and its refunds by how far they came (ids)."""

    began: datetime
    done: tuple[str, ...]
    open: tuple[str, ...]
    not_started: tuple[str, ...]


def last_run(ledger: Ledger) -> LastRun | None:
    """What the journal says of the last run; None when there was none."""
    if ledger.run is None:
        return None
    ids = [str(key) for key in ledger.run.event.detail.get("ids", ())]
    begun = [key for key in ids if key in ledger.begun]
    is_open = {refund for (refund, _), one in ledger.standings.items() if one.is_open and one.words}
    return LastRun(
        ledger.run.at,
        tuple(key for key in begun if key not in is_open),
        tuple(key for key in begun if key in is_open),
        tuple(key for key in ids if key not in ledger.begun),
    )


def due(ledger: Ledger, now: datetime, late: float = LATE) -> datetime | None:
    """When the earliest open episode wants a look, or a NetSuite write without an answer is `late` seconds old.

    None when nothing is open and every write was answered, or looked at late enough.
    """
    times = [_wants(ledger, episode, now) for episode in ledger.open_episodes()]
    return min([*times, *(at + timedelta(seconds=late) for at in ledger.silent.values())], default=None)


def overdue(ledger: Ledger, now: datetime, late: float) -> tuple[str, ...]:
    """Refunds with a NetSuite write without an answer that is that old: what it may have done is there by now."""
    return tuple(refund for refund, at in ledger.silent.items() if now - at >= timedelta(seconds=late))


def _wants(ledger: Ledger, episode: str, now: datetime) -> datetime:
    lines = ledger.episode(episode)
    last = next((line.event.detail for line in reversed(lines) if "memory" in line.event.detail), None)
    until = last["memory"].get("wait_until") if last else None
    return datetime.fromisoformat(until) if until else now
