"""JSON read exactly: no float, no NaN, no key twice, no abyss."""

import json
import re
from typing import NoReturn

from nsz_desk.domain.money import exact

DEPTH = 64  # of nested lists and objects
_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


def read_json(body: bytes) -> object:
    """Read JSON exactly: numbers with a point or exponent become `Decimal`, whole numbers `int`.

    Raises:
        ValueError: not strict UTF-8 JSON; NaN or Infinity; a key twice; nested deeper than 64; an absurd number.
    """
    text = body.decode("utf-8")
    if text.startswith("\ufeff") or _depth(text) > DEPTH:
        raise ValueError("a byte order mark, or nested too deeply")
    found: object = json.loads(
        text, parse_float=exact, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_once
    )
    return found


def _depth(text: str) -> int:
    """How deep brackets are nested, those inside texts left out."""
    deepest = depth = 0
    for token in _BRACKET.findall(text):
        if token in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif token in ("]", "}"):
            depth -= 1
    return deepest


def _whole(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("an absurdly long number")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
