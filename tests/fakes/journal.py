"""A journal in memory that keeps what the real one keeps: JSON text, order, and the hash chain."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.ports import Event, Written
from tests.fakes.faults import Power


class MemoryJournal:
    """The Journal port. `broken_from` is the number of the line from which on nothing can be written."""

    def __init__(self, now: Callable[[], datetime], power: Power | None = None) -> None:
        self._now, self.power = now, power or Power()
        self.kept: list[tuple[Written, str]] = []
        self.broken_from = 0

    def append(self, event: Event) -> Written:
        """Write one line; what is not JSON is refused here as it would be on disk."""
        self.power.before(f"journal {event.kind}")
        if self.broken_from and len(self.kept) + 1 >= self.broken_from:
            raise Setup("The journal cannot be written: the disk is full.", "Nothing more is sent.")
        text = json.dumps(dict(event.detail), sort_keys=True)
        seq, at = len(self.kept) + 1, self._now()
        digest = self._hash(seq, at, event, text)
        line = Written(seq, at, "ann@desk", replace(event, detail=json.loads(text)), digest)
        self.kept.append((line, text))
        self.power.after()
        return line

    def _hash(self, seq: int, at: datetime, event: Event, text: str) -> str:
        before = self.kept[seq - 2][0].hash if seq > 1 else ""
        content = json.dumps([seq, at.isoformat(), event.kind, event.refund_id, event.episode, text, before])
        return hashlib.sha256(content.encode()).hexdigest()

    def open_episodes(self) -> tuple[str, ...]:
        """Episodes opened and not ended."""
        ended = {line.event.episode for line, _ in self.kept if line.event.kind == "episode_ended"}
        opened = [line.event.episode for line, _ in self.kept if line.event.kind == "episode_opened"]
        return tuple(one for one in opened if one not in ended)

    def episode(self, episode: str) -> tuple[Written, ...]:
        """All lines of one episode."""
        return tuple(line for line, _ in self.kept if line.event.episode == episode)

    def of_refund(self, refund_id: str) -> tuple[Written, ...]:
        """All lines about one refund."""
        return tuple(line for line, _ in self.kept if line.event.refund_id == refund_id)

    def lines(self, limit: int | None = None) -> tuple[Written, ...]:
        """All lines, or the last ones."""
        lines = tuple(line for line, _ in self.kept)
        return lines if limit is None else lines[max(0, len(lines) - limit) :]

    def verify(self) -> int:
        """Hash every line again."""
        for line, text in self.kept:
            if line.hash != self._hash(line.seq, line.at, line.event, text):
                raise Setup(f"The journal is broken at line {line.seq}.")
        return len(self.kept)
