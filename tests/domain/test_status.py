"""Reading a status text: tolerant of how it is typed, strict about what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.domain.status import Status, StatusTexts

WRITTEN = StatusTexts()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", Status.BLANK),
        ("  \t", Status.BLANK),
        ("...", Status.BLANK),
        ("Creating Refund", Status.CREATING),
        ("Creating Refund...", Status.CREATING),
        ("Creating Refund...,", Status.CREATING),
        ("creating refund . . .", Status.CREATING),
        ("CREATING PAYMENT", Status.CREATING),
        ("Sync Complete", Status.COMPLETE),
        (" sync complete. ", Status.COMPLETE),
        ("Error Creating Refund", Status.ERROR),
        ("error creating refund: no such payment", Status.ERROR),
        ("Sync Completed", Status.OTHER),
        ("Error", Status.OTHER),
        ("Not Creating Refund", Status.OTHER),
    ],
)
def test_a_status_text_is_read_with_tolerance(text: str, meaning: Status) -> None:
    """Case, blanks, trailing dots and commas do not matter; a word nobody knows is OTHER, never blank."""
    assert WRITTEN.meaning(text) is meaning


@given(
    word=st.sampled_from(["Creating Refund", "Sync Complete", "Error Creating Refund"]),
    before=st.text(" \t", max_size=3),
    after=st.text(" .,;\t", max_size=6),
    upper=st.booleans(),
)
def test_decoration_never_changes_the_meaning(word: str, before: str, after: str, upper: bool) -> None:
    """For each written text and any decoration."""
    text = before + (word.upper() if upper else word.lower()) + after
    assert WRITTEN.meaning(text) is WRITTEN.meaning(word)


def test_the_texts_are_settings() -> None:
    """A company's own words mean what the profile says, and the vendor's Creating and Error are still understood."""
    own = StatusTexts("In Arbeit", "Fertig", "Fehler")
    assert own.meaning("fertig.") is Status.COMPLETE
    assert own.meaning("IN ARBEIT…".rstrip("…")) is Status.CREATING
    assert own.meaning("Fehler") is Status.ERROR
    assert own.meaning("Creating Refund...") is Status.CREATING
    assert own.meaning("Error Creating Refund") is Status.ERROR
    assert own.meaning("Sync Complete") is Status.OTHER
