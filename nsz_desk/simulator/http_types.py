"""The two shapes every simulated service speaks: one HTTP request in, one HTTP answer out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Headers(Mapping[str, str]):
    """Request headers looked up without regard to upper or lower case."""

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        """Keep ``pairs``; of two names that differ only in case, the later wins."""
        self._values = {name.lower(): value for name, value in (pairs or {}).items()}

    def __getitem__(self, name: str) -> str:
        """Return the value of ``name``; KeyError when the header was not sent."""
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the lower-case names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the headers."""
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received.

    ``path`` has no query string; ``query`` holds every value of every parameter, already
    unquoted; ``headers`` ignores case; ``body`` is empty when none was sent.
    """

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to send; ``headers`` are extra ones (length and type are added by the server).

    ``cut`` is how many bytes of the body really leave before the connection is closed, although the
    whole length was promised; None sends everything.
    """

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
