"""Zuora's idempotency keys: the first answer, success or failure, is stored for a day and replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from nsz_desk.domain.errors import KeyMismatch, NoAnswer, Refused
from nsz_desk.engine.ports import CreateCall
from tests.fakes.clock import FakeClock

LIFE = timedelta(hours=24)


@dataclass
class Stored:
    """What stands under a key: the content it was used with, since when, and the id or the failure."""

    content: CreateCall
    since: float
    refund_id: str = ""
    failure: Refused | NoAnswer | None = None


class Keys:
    """The store of one tenant."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.stored: dict[str, Stored] = {}
        self.forgotten: dict[str, Stored] = {}  # what stood last under keys that have expired

    def forget(self) -> None:
        """Drop what is a day old."""
        oldest = self._clock.mono - LIFE.total_seconds()
        gone = [key for key, one in self.stored.items() if one.since <= oldest]
        for key in gone:
            self.forgotten[key] = self.stored.pop(key)

    def keep_failure(self, key: str, content: CreateCall, failure: Refused | NoAnswer) -> bool:
        """Store a failure under a key that is free; answers whether it was."""
        self.forget()
        if key in self.stored:
            return False
        self.stored[key] = Stored(content, self._clock.mono, failure=failure)
        return True

    def answer(self, key: str, content: CreateCall, make: Callable[[], str]) -> str:
        """The stored answer, or make one and store it; 422 for other content."""
        self.forget()
        held = self.stored.get(key)
        if held is None:
            held = Stored(content, self._clock.mono)
            try:
                held.refund_id = make()
            except Refused as failure:
                held.failure = failure
            self.stored[key] = held
        if held.content != content:
            raise KeyMismatch("The key was used with other content.", code="422")
        if held.failure is not None:
            raise type(held.failure)(held.failure.title, code=held.failure.code, at=self._clock.wall)
        return held.refund_id
