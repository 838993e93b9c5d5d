"""JSON read exactly: no float, no NaN, no key twice, no abyss."""

import json
from typing import NoReturn

from nsz_desk.domain.money import exact

DEPTH = 64  # of nested lists and objects
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def read_json(body: bytes) -> object:
    """Read JSON exactly: numbers with a point or exponent become `Decimal`, whole numbers `int`.

    Raises:
        ValueError: not strict UTF-8 JSON; NaN or Infinity; a key twice; nested deeper than 64; an absurd number.
    """
    text = body.decode("utf-8")
    if text.startswith("\ufeff") or _is_abyss(body):
        raise ValueError("a byte order mark, or nested too deeply")
    found: object = json.loads(
        text, parse_float=exact, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_once
    )
    return found


def _is_abyss(body: bytes) -> bool:
    """Whether brackets are nested too deeply or do not match, those inside texts left out.

    Every round takes the innermost pairs away, so what is left is deeper than there were rounds. It takes a third of
    the time of looking at one bracket after the other.
    """
    outside = b"".join(body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    brackets = outside.translate(_SQUARE, _NO_BRACKETS)
    for _ in range(DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


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
