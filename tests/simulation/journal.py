"""A journal in memory without JSON and hashes: thousands of schedules would spend most of their time in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from nsz_desk.engine.ports import Event, Written


@dataclass
class QuickJournal:
    """The Journal port. Lines are never changed after they were written, so nothing is copied.

    Every `worlds.CAREFUL`-th schedule keeps a `MemoryJournal` instead: JSON text and the hash chain.
    """

    now: Callable[[], datetime]
    kept: list[Written] = field(default_factory=list)
    of_episode: dict[str, list[Written]] = field(default_factory=dict)
    about: dict[str, list[Written]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    def append(self, event: Event) -> Written:
        """Keep one line."""
        line = Written(len(self.kept) + 1, self.now(), "ann@desk", event, "")
        self.kept.append(line)
        self.of_episode.setdefault(event.episode, []).append(line)
        self.about.setdefault(event.refund_id, []).append(line)
        if event.kind == "episode_ended":
            self.ended.add(event.episode)
        return line

    def open_episodes(self) -> tuple[str, ...]:
        """Episodes opened and not ended."""
        return tuple(one for one in self.of_episode if one and one not in self.ended)

    def episode(self, episode: str) -> tuple[Written, ...]:
        """All lines of one episode."""
        return tuple(self.of_episode.get(episode, ()))

    def of_refund(self, refund_id: str) -> tuple[Written, ...]:
        """All lines about one refund."""
        return tuple(self.about.get(refund_id, ()))

    def lines(self, limit: int | None = None) -> tuple[Written, ...]:
        """All lines, or the last ones."""
        return tuple(self.kept if limit is None else self.kept[max(0, len(self.kept) - limit) :])

    def verify(self) -> int:
        """There is no chain to check."""
        return len(self.kept)
