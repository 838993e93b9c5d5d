"""A fault nobody expected: its row says what kind and where, and never what the exception quotes."""

import re

import pytest

from nsz_desk.engine.fault_words import place_of, trace_of, words_of
from nsz_desk.engine.results import Result
from tests.engine.worlds import World
from tests.fakes import ReportNever

CANARY = "Bearer eyJhbGciOi.canary"


def test_a_fault_of_the_transport_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that quotes a header stops its row in doubt; neither row nor journal nor screen has the words."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")

    def broken(*_args: object) -> None:
        raise RuntimeError(f"cannot send {{'Authorization': '{CANARY}'}} to https://127.0.0.1/?token={CANARY}")

    monkeypatch.setattr(world.netsuite, "read", broken)
    monkeypatch.setattr(world.netsuite, "glance", broken)
    row = desk.sync(plan, ReportNever(), world.told.append).results[0]
    assert row.result is Result.IN_DOUBT
    assert re.search(r"\(RuntimeError in [a-z_/]+\.py, line \d+\)", row.reason), row.reason
    everything = repr((row, world.told, world.journal.lines()))
    assert "canary" not in everything
    assert world.creates() == []


def test_the_place_is_the_last_one_within_the_house() -> None:
    """Library frames below it are left out; without a trace nothing is invented."""
    assert place_of(KeyError("x")) == "an unknown place"
    with pytest.raises(AttributeError) as caught:
        place_of(None)  # type: ignore[arg-type]
    assert place_of(caught.value).startswith("engine/fault_words.py, line ")


def test_a_trace_names_files_lines_and_kinds_and_no_text_of_any_fault() -> None:
    """Also of the fault that led to it; it is for whoever mends it."""

    def send() -> None:
        try:
            raise ConnectionError(CANARY)
        except ConnectionError as cause:
            raise RuntimeError(f"cannot send {CANARY}") from cause

    with pytest.raises(RuntimeError) as caught:
        send()
    text = trace_of(caught.value)
    assert text.index("ConnectionError") < text.index("which led to:") < text.rindex("RuntimeError")
    assert "test_fault_words.py" in text
    assert "canary" not in text
    assert "canary" not in words_of(caught.value)
