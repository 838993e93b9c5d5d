"""What a search finds in a world whose records are made when looked at: counted once, shown page by page.

A made record never changes by itself. So the verdict on all of them is kept per search as two rows of
numbers (which ids, and how many lines of each), and only the touched records are judged anew for each
page. This gives what searching again gives, without making a million records per page.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Lines = Callable[[int], list[Any]]


@dataclass(slots=True)
class Scan:
    """The ids that a search found, ascending, and how many lines all ids up to each have."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))

    def before(self, position: int) -> int:
        """Count the lines of all ids before `position`."""
        return self.ends[position - 1] if position else 0


def scan(ids: Iterable[int], lines: Lines) -> Scan:
    """Judge every id once; of its lines only the number is kept."""
    found, total = Scan(), 0
    for one in ids:
        count = len(lines(one))
        if count:
            total += count
            found.ids.append(one)
            found.ends.append(total)
    return found


class Found:
    """All lines that match now, in the order of the ids; a page is a slice."""

    def __init__(self, known: Scan, touched: Iterable[int], lines: Lines) -> None:
        """Take what `known` says of all ids but `touched`, and judge those by `lines` now."""
        self._known, self._lines = known, lines
        self._pieces: list[tuple[int, int, list[Any]]] = []  # lines before, first position, or the lines themselves
        self._total, position = 0, 0
        for one in sorted(touched):
            stop = bisect_left(known.ids, one, position)
            self._add(position, stop, [])
            self._add(stop, stop, lines(one))
            position = stop + (stop < len(known.ids) and known.ids[stop] == one)
        self._add(position, len(known.ids), [])

    def _add(self, start: int, stop: int, fresh: list[Any]) -> None:
        count = len(fresh) or self._known.before(stop) - self._known.before(start)
        if count:
            self._pieces.append((self._total, start, fresh))
            self._total += count

    def __len__(self) -> int:
        """Count the lines."""
        return self._total

    def __getitem__(self, window: slice) -> list[Any]:
        """Make the lines of a window."""
        start, stop, _ = window.indices(self._total)
        found: list[Any] = []
        first = bisect_right(self._pieces, start, key=lambda piece: piece[0]) - 1
        for number in range(max(0, first), len(self._pieces)):
            if len(found) >= stop - start:
                break
            offset, position, fresh = self._pieces[number]
            end = self._pieces[number + 1][0] if number + 1 < len(self._pieces) else self._total
            skip, most = max(0, start - offset), stop - start - len(found)
            found += fresh[skip : skip + most] if fresh else self._made(position, skip, min(most, end - offset - skip))
        return found

    def _made(self, position: int, skip: int, most: int) -> list[Any]:
        """Make `most` lines from `position` on, without its first `skip`."""
        wanted = self._known.before(position) + skip
        at = bisect_right(self._known.ends, wanted, position)
        found: list[Any] = []
        drop = wanted - self._known.before(at)
        while len(found) - drop < most and at < len(self._known.ids):
            found += self._lines(self._known.ids[at])
            at += 1
        return found[drop : drop + most]
