"""The records of one kind: those that were written or touched are kept, the rest is made when it is looked at.

A small scenario writes all of its records. A big one has a `Recipe`, which makes any record from its
place alone, so that a million of them cost neither time nor memory before somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, ValuesView
from dataclasses import dataclass, field
from heapq import merge
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """All that a record must have: its id, which is its key."""

    id: str


R = TypeVar("R", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Recipe(Generic[R]):
    """Makes the record at each place from 0 to `count` - 1; keys ascend with the places, as texts too.

    `place` answers -1 for a key that is none of them. `about` maps the name of a field to a function
    that names the places of all records whose field may have a value.
    """

    count: int
    key: Callable[[int], str]
    place: Callable[[str], int]
    make: Callable[[int], R]
    about: Mapping[str, Callable[[str], Iterable[int]]] = field(default_factory=dict)


class Records(MutableMapping[str, R]):
    """Records by id. Asking by ``[id]`` keeps the record, so that changes last; `peek` and `values` do not."""

    def __init__(self, recipe: Recipe[R] | None = None) -> None:
        """Hold what `recipe` makes, or nothing yet."""
        self._recipe = recipe
        self.kept: dict[str, R] = {}
        self.deleted: set[str] = set()

    def __getitem__(self, key: str) -> R:
        """Return the record for good: what the caller changes in it stays changed. KeyError when there is none."""
        found = self.peek(key)
        if found is None:
            raise KeyError(key)
        return self.kept.setdefault(key, found)

    def peek(self, key: str) -> R | None:
        """Return the record to look at only, None when there is none."""
        if key in self.kept:
            return self.kept[key]
        place = -1 if self._recipe is None or key in self.deleted else self._recipe.place(key)
        return None if self._recipe is None or place < 0 else self._recipe.make(place)

    def __setitem__(self, key: str, record: R) -> None:
        """Write a record."""
        self.kept[key] = record

    def __delitem__(self, key: str) -> None:
        """Remove a record; KeyError when there is none."""
        if key not in self:
            raise KeyError(key)
        self.kept.pop(key, None)
        self.deleted.add(key)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a record with this id."""
        return isinstance(key, str) and (key in self.kept or self._is_made(key))

    def _is_made(self, key: str) -> bool:
        return self._recipe is not None and key not in self.deleted and self._recipe.place(key) >= 0

    def __len__(self) -> int:
        """Count the records."""
        made = self._recipe.count if self._recipe else 0
        own = sum(1 for key in self.kept if not self._has_place(key))
        return made + own - sum(1 for key in self.deleted if key not in self.kept and self._has_place(key))

    def _has_place(self, key: str) -> bool:
        return self._recipe is not None and self._recipe.place(key) >= 0

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids: made ones by place, then written ones as they were written."""
        recipe = self._recipe
        for place in range(recipe.count if recipe else 0):
            key = recipe.key(place) if recipe else ""
            if key in self.kept or key not in self.deleted:
                yield key
        yield from [key for key in self.kept if not self._has_place(key)]

    def values(self) -> ValuesView[R]:
        """Look at all records; nothing is kept, so nothing may be changed in them."""
        return _Looks(self)

    def has_index(self, name: str) -> bool:
        """Tell whether `about` need not look at every record for this field."""
        return self._recipe is not None and name in self._recipe.about

    def about(self, name: str, value: str) -> Iterator[R]:
        """Look at the records whose field `name` is `value`; by the recipe's index where it has one."""
        index = self._recipe.about.get(name) if self._recipe else None
        if self._recipe is None or index is None:
            yield from (one for one in self.values() if getattr(one, name) == value)
            return
        keys = dict.fromkeys(self._recipe.key(place) for place in index(value))
        for key in keys:
            found = self.peek(key)
            if found is not None and getattr(found, name) == value:
                yield found
        yield from [one for key, one in self.kept.items() if getattr(one, name) == value and key not in keys]

    def near(self, name: str, value: str) -> list[str]:
        """Name the untouched made records that the recipe's index `name` lists under `value`."""
        index = self._recipe.about.get(name) if self._recipe else None
        if self._recipe is None or index is None:
            return []
        keys = map(self._recipe.key, index(value))
        return [key for key in keys if key not in self.kept and key not in self.deleted]

    def behind(self, key: str) -> Iterator[R]:
        """Look at the records whose ids stand behind `key`, in the order of their ids."""
        own = sorted(one for one in self.kept if one > key and not self._has_place(one))
        if self._recipe is None:
            yield from [self.kept[one] for one in own]
            return
        for one in merge(self._made_behind(key), own):
            found = self.peek(one)
            if found is not None:
                yield found

    def _made_behind(self, key: str) -> Iterator[str]:
        if self._recipe is None:
            return iter(())
        start = bisect_right(range(self._recipe.count), key, key=self._recipe.key)
        return map(self._recipe.key, range(start, self._recipe.count))

    @property
    def touched(self) -> list[str]:
        """The ids that were written, kept or deleted: the only ones that can differ from what is made."""
        return [*self.kept, *(key for key in self.deleted if key not in self.kept)]


class _Looks(ValuesView[R]):
    """All records, one at a time."""

    def __init__(self, records: Records[R]) -> None:
        super().__init__(records)
        self._records = records

    def __iter__(self) -> Iterator[R]:
        for key in self._records:
            found = self._records.peek(key)
            if found is not None:
                yield found
