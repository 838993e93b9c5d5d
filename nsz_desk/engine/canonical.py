"""Two exact ways to write JSON: canonical text for hashes, and a body whose numbers come from Decimal."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)

Json: TypeAlias = "str | int | bool | None | Decimal | Sequence[Json] | Mapping[str, Json]"


def canonical(value: Json) -> str:
    """Sorted keys, no blanks, ASCII; decimals as text. Equal values give equal text on every desk."""
    return _ENCODER.encode(value)  # made once: every plan is hashed several times


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def body(value: Json) -> str:
    """JSON in the given key order, ASCII, with decimals as numbers exactly as they stand (never a float)."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{body(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(body(item) for item in value) + "]"
    return json.dumps(value)
