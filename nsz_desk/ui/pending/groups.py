"""The groups of verdicts that the tiles count."""

from dataclasses import dataclass

from nsz_desk.rules.book import Verdict


@dataclass(frozen=True, slots=True)
class Tile:
    """A group of verdicts that is counted and can be shown alone."""

    key: str
    title: str
    icon: str
    tone: str
    verdicts: frozenset[Verdict]
    empty: str


TILES: tuple[Tile, ...] = (
    Tile("ready", "Ready", "check", "ready", frozenset({Verdict.READY}), "nothing to send"),
    Tile(
        "needs-you", "Needs you", "cross", "blocked", frozenset({Verdict.BLOCKED, Verdict.UNKNOWN}), "nothing blocked"
    ),
    Tile("manual", "Manual", "arrows", "manual", frozenset({Verdict.MANUAL}), "nothing to allocate"),
    Tile("in-doubt", "In doubt", "question", "doubt", frozenset({Verdict.IN_DOUBT}), "no doubt"),
    Tile("busy", "Busy", "clock", "quiet", frozenset({Verdict.BUSY}), "nobody else at work"),
    Tile("synced", "Synced", "cloud", "quiet", frozenset({Verdict.SYNCED}), "none of late"),
    Tile("not-selected", "Not selected", "minus", "quiet", frozenset({Verdict.NOT_SELECTED}), "none"),
)
# Without a tile the list holds what somebody may still have to do something about.
OPEN = frozenset(Verdict) - {Verdict.SYNCED, Verdict.NOT_SELECTED}
