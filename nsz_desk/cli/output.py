"""What commands print: text for people or one JSON document; messages go to standard error."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.money import Money, sums

DONE, INCOMPLETE, WRONG, REFUSED = 0, 1, 2, 3  # exit codes of the contract
WIDEST = 48


def document(value: Mapping[str, Any]) -> None:
    """Print one JSON document; characters that could move a terminal's cursor stand in it as escapes."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    print("".join(char if char == "\n" or _harmless(char) else json.dumps(char)[1:-1] for char in text))


def raw(text: str) -> None:
    """A text of our own making as it is, for a file or another program."""
    print(text, end="")


def line(text: str = "") -> None:
    """One line for people, on standard output; whatever stands in it stays on this line."""
    print(shown(text), flush=True)  # a checklist is read while it goes on


def say(text: str) -> None:
    """A message for people, one line on standard error."""
    print(shown(text), file=sys.stderr)


def error(problem: DeskError) -> None:
    """What happened, what is now true, what to do."""
    for label, text in (("", problem.title), ("True now: ", problem.message), ("Next: ", problem.hint)):
        if text:
            say(label + by_command(text))


def by_command(text: str) -> str:
    """The desk's own sentence with the command's name in the place of the window's button."""
    return re.sub(r"\bFinish\b", "`recover`", text)


def shown(text: str) -> str:
    """A text from a server made harmless for a terminal: control characters, line ends too, are made visible."""
    return "".join(char if _harmless(char) else f"<{ord(char):04X}>" for char in text)


def _harmless(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def cut(text: str, width: int = WIDEST) -> str:
    """One line, at most `width` characters."""
    words = shown(" ".join(text.split()))
    return words if len(words) <= width else words[: width - 1] + "…"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
    """Aligned columns; `right` are the columns aligned to the right."""
    lines = [tuple(titles), *(tuple(cut(cell) for cell in row) for row in rows)]
    widths = [max(len(one[at]) for one in lines) for at in range(len(titles))]
    for row in lines:
        cells = (cell.rjust(widths[at]) if at in right else cell.ljust(widths[at]) for at, cell in enumerate(row))
        line("  ".join(cells).rstrip())


def totals_text(amounts: Iterable[Money]) -> str:
    """Sums per currency: `1,250.00 USD · 880.00 EUR`."""
    return " · ".join(str(total) for total in sums(amounts)) or "nothing"
