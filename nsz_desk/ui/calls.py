"""The writes of a plan as a page of text: numbered, every body over several lines, every foreign text on its line."""

import json
from collections.abc import Iterable
from typing import Any

from nsz_desk.engine.call_lines import CallLine, lines_text
from nsz_desk.ui.texts import shown


def calls_page(calls: Iterable[CallLine], *more: str) -> str:
    """All of it; `more` are lines that stand below. A line break in a name must not look like a line of the plan."""
    written = lines_text(calls, lambda body: pretty(body).split("\n"))
    return "\n".join(shown(text) for text in (*written, "", *more))


class _Digits(str):
    """A number of a JSON text, exactly as it stands there."""


def pretty(body: str) -> str:
    """A JSON body over several lines, every number with the digits it is sent with."""
    return _laid_out(json.loads(body, parse_float=_Digits, parse_int=_Digits), "\n")


def _laid_out(value: Any, margin: str) -> str:
    """One value; `margin` is a line break and the blanks before what encloses it."""
    inner = margin + "  "
    if isinstance(value, dict) and value:
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(one, inner)}" for key, one in value.items()]
        return "{" + ",".join(inner + row for row in rows) + margin + "}"
    if isinstance(value, list) and value:
        return "[" + ",".join(inner + _laid_out(one, inner) for one in value) + margin + "]"
    return str(value) if isinstance(value, _Digits) else json.dumps(value, ensure_ascii=False)
