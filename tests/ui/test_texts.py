"""Foreign texts on one visible line."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.ui.texts import NAMED, as_of_text, count_text, day_text, shown, tip


@given(st.text(alphabet=st.characters(), max_size=80))
def test_no_control_survives(text: str) -> None:
    """Whatever the text, what is shown holds no control, no invisible format character and no half character."""
    assert {unicodedata.category(one) for one in shown(text)} & {"Cc", "Cf", "Cs", "Cn", "Co"} == set()
    shown(text).encode("utf-8")


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=80))
def test_honest_text_is_shown_unchanged(text: str) -> None:
    """Letters, digits and signs of any script stay as they are."""
    assert shown(text) == text


@pytest.mark.parametrize("code", sorted(NAMED))
def test_every_reordering_control_is_named(code: int) -> None:
    """Bidi and invisible controls become their names in double brackets."""
    assert shown(f"a{chr(code)}b") == f"a⟪{NAMED[code]}⟫b"


def test_long_text_is_cut_and_says_so() -> None:
    """A text over the limit ends in an ellipsis and is never longer than the limit."""
    assert shown("x" * 700, 10) == "x" * 9 + "…"
    assert shown("x" * 10, 10) == "x" * 10


def test_a_tooltip_is_never_markup() -> None:
    """Markup in a foreign text is escaped; an empty text gives no tooltip."""
    assert tip("<b>&</b>") == "<qt>&lt;b&gt;&amp;&lt;/b&gt;</qt>"
    assert tip("") == ""


def test_dates_cannot_be_misread() -> None:
    """Day, month as a word, year; the age of a list has its date unless it is today's."""
    assert day_text(date(2026, 11, 8)) == "8 Nov 2026"
    at = datetime(2026, 11, 22, 9, 32, tzinfo=UTC)
    local = at.astimezone()
    assert as_of_text(at, local.date()) == f"As of {local:%H:%M}"
    assert as_of_text(at, date(2027, 1, 1)) == f"As of {day_text(local.date())}, {local:%H:%M}"


def test_one_is_singular() -> None:
    """`1 refund`, `0 refunds`, `1,200 refunds`."""
    assert [count_text(number, "refund") for number in (0, 1, 1200)] == ["0 refunds", "1 refund", "1,200 refunds"]


def test_half_a_character_becomes_a_replacement() -> None:
    """A lone surrogate, which Qt could not take, is shown as U+FFFD."""
    assert shown("a\ud800b") == "a\ufffdb"
