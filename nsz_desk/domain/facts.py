"""Facts that could not be read: carried along, and never taken for "none"."""

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read: what it is and why."""

    what: str
    why: str


class FactMissing(Exception):
    """A rule asked for a fact that could not be read; the rule answers UNKNOWN."""

    def __init__(self, what: str, why: str) -> None:
        """Name the fact and the reason."""
        super().__init__(f"{what}: {why}")
        self.what, self.why = what, why


def known(fact: T | Unread) -> T:
    """The fact itself.

    Raises:
        FactMissing: it could not be read.
    """
    if isinstance(fact, Unread):
        raise FactMissing(fact.what, fact.why)
    return fact
