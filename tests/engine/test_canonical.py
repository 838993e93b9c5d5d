"""Two exact ways to write JSON: for hashes, and for bodies."""

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.engine.canonical import Json, body, canonical, sha256

WORDS = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def test_canonical_text_has_sorted_keys_no_blanks_and_ascii_only() -> None:
    """The golden text: decimals stand as text, so that nobody rounds them."""
    value: Json = {"b": [1, True, None], "a": "Zoë", "c": Decimal("1250.00")}
    assert canonical(value) == '{"a":"Zo\\u00eb","b":[1,true,null],"c":"1250.00"}'


def test_a_hash_is_sha256_of_the_texts_utf8_bytes() -> None:
    """Compared with the standard library's own."""
    assert sha256("Zoë") == hashlib.sha256("Zoë".encode()).hexdigest()


@given(st.dictionaries(WORDS, VALUES, max_size=5))
def test_equal_values_give_equal_text_whatever_the_order_of_their_keys(value: dict[str, Json]) -> None:
    """Desks may build a document in any order."""
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


@given(VALUES)
def test_a_body_is_json_of_the_same_value(value: Json) -> None:
    """What has no decimals reads back as it was."""
    assert json.loads(body(value)) == value


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1250.00", "1250.00"),
        ("0.10", "0.10"),
        ("100", "100"),
        ("1.234", "1.234"),
        ("1E+3", "1000"),
        ("0E-8", "0.00000000"),
    ],
)
def test_a_body_writes_decimals_as_they_stand(number: str, written: str) -> None:
    """No float, no exponent, no lost zero."""
    assert body({"Amount": Decimal(number)}) == f'{{"Amount":{written}}}'


def test_a_body_keeps_the_given_order_and_is_ascii() -> None:
    """Fixed field order: the same bytes on every desk."""
    assert body({"b": "é😀", "a": ['"', "\n"]}) == '{"b":"\\u00e9\\ud83d\\ude00","a":["\\"","\\n"]}'
    assert body({"é": 1}).isascii()
