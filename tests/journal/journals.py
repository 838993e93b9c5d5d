"""Journals for tests: a clock that ticks one second with each reading, and lines that are easy to tell apart."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nsz_desk.engine.ports import Event
from nsz_desk.journal.store import SqlJournal, open_journal

ACCOUNT = "1234567_SB1"


def ticking() -> Callable[[], datetime]:
    """A clock that moves on by a second each time it is read."""
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return now


def opened(path: Path, *, account: str = ACCOUNT, read_only: bool = False) -> SqlJournal:
    """The journal at `path`, opened by anna on desk-1."""
    return open_journal(path, account, now=ticking(), host="desk-1", user="anna", read_only=read_only)


def line(number: int, episode: str = "e1", kind: str = "intent") -> Event:
    """An event that carries its number."""
    return Event(kind, f"{100 + number % 3}", episode, {"n": number, "body": '{"totalAmount":12.30}'})


def filled(path: Path, count: int) -> SqlJournal:
    """A new journal with `count` lines."""
    journal = opened(path)
    for number in range(count):
        journal.append(line(number))
    return journal
