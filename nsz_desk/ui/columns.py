"""Columns of a table: what the model needs of one, how its values read, and what they are ordered by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from nsz_desk.domain.money import Money
from nsz_desk.ui.badges import Badge
from nsz_desk.ui.texts import day_text, moment_text, shown


class TableColumn(Protocol):
    """What the table needs of a column; `engine.lists.Column` is one."""

    @property
    def key(self) -> str:
        """Name in settings."""

    @property
    def title(self) -> str:
        """The header."""

    @property
    def kind(self) -> str:
        """One of tick, verdict, badge, money, date, moment, text."""

    @property
    def tip(self) -> str:
        """Tooltip of the header."""

    @property
    def value(self) -> Callable[[Any], Any]:
        """The native value of a row: what is sorted."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list that only the window shows; `value` of kind `badge` answers a Badge."""

    key: str
    title: str
    kind: str
    value: Callable[[Any], Any]
    tip: str = ""


def display(value: Any) -> str:
    """A native value as text for people."""
    if isinstance(value, str):
        return shown(value)
    if value is None:
        return ""
    if isinstance(value, Badge):
        return value.word
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, datetime):
        return moment_text(value)
    return day_text(value) if isinstance(value, date) else shown(str(value))


def sort_key(value: Any) -> Any:
    """What a value is ordered by: numbers for money, days and states, else the folded text; None stays."""
    if value is None:
        return None
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, Enum):
        return list(type(value)).index(value)
    return value if isinstance(value, int) else display(value).casefold()


def ranked(keys: list[Any]) -> list[int]:
    """Each key's place among the different keys, what is not known last: integers sort fastest."""
    places = {key: place for place, key in enumerate(sorted(set(keys) - {None}))}
    return [len(places) if key is None else places[key] for key in keys]
