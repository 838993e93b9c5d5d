"""The history: all lines as a list, one refund's as a timeline."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from nsz_desk.engine.results import Entry
from nsz_desk.ui.history import timeline
from nsz_desk.ui.history.model import detail_text
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk

BEGAN = datetime(2026, 11, 22, 9, 33, tzinfo=UTC)


def line(seq: int, seconds: float, kind: str, title: str, *detail: tuple[str, str]) -> Entry:
    """A line of the journal for people."""
    return Entry(seq, BEGAN + timedelta(seconds=seconds), "m.keller on finance-01", "10001", title, detail, kind)


LINES = (
    line(7, 0, "episode_opened", "Begun: synced by a person", ("state", "ready")),
    line(8, 0.2, "outcome", "Rules hold: all rules hold", ("next", "judged"), ("reason", "")),
    line(9, 0.21, "intent", "About to create the Zuora refund", ("what", "create")),
    line(12, 30.4, "outcome", "In doubt: no answer", ("next", "in doubt"), ("reason", "  ")),
    line(30, 7_300, "outcome", "Refused by Zuora: locked", ("next", "rejected")),
    line(31, 400_000, "episode_ended", "Ended: complete", ("end", "complete")),
)


def test_a_timeline_tells_what_kind_each_line_is_and_how_long_it_took() -> None:
    """Marks differ in shape and word, not in colour alone; the distance is in words one can read."""
    found = timeline.moments(LINES[::-1])
    assert [one.entry.seq for one in found] == [7, 8, 9, 12, 30, 31]
    assert [one.mark.word for one in found] == ["begun", "done", "about to", "in doubt", "not done", "done"]
    assert len({one.mark.icon for one in found}) == 5
    assert [timeline.after_text(one.after) for one in found] == ["", "+0.2 s", "", "+30.2 s", "+2 h", "+5 days"]
    assert timeline.summary(LINES).endswith("Ended: complete")
    assert timeline.summary(()) == "The desk has not touched this refund yet."


def test_a_clock_that_went_back_is_shown_as_it_was() -> None:
    """The order is the journal's, not the clock's; a negative distance is visible."""
    back = (LINES[0], line(8, -5, "outcome", "Rules hold", ("next", "judged")))
    assert [timeline.after_text(one.after) for one in timeline.moments(back)] == ["", "-5.0 s"]


def test_the_timeline_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    """Qt's own checks hold; a screen reader hears the mark's word and what happened."""
    table = timeline.TimelineTable(timeline.COLUMNS, lambda moment: str(moment.entry.seq))
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]
    table.set_rows(timeline.moments(LINES))
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]
    assert table.data(table.index(3, 0), Qt.ItemDataRole.AccessibleTextRole) == "State: in doubt"
    assert "In doubt: no answer" in str(table.data(table.index(3, 1), Qt.ItemDataRole.AccessibleTextRole))
    table.search("locked")
    assert [moment.entry.seq for moment in table.shown_rows()] == [30]


def test_a_line_in_full_has_no_empty_facts() -> None:
    """What is blank is left out; names read as words; a foreign line break makes no line."""
    text = detail_text(LINES[3])
    assert "Reason" not in text
    assert "Next: in doubt" in text
    hostile = detail_text(line(1, 0, "outcome", "x", ("plan_hash", "a\nWho: somebody else\u202e")))
    assert hostile.count("Who:") == 2
    assert hostile.count("\nWho:") == 1
    assert "Plan hash: a⏎Who: somebody else⟪RLO⟫" in hostile


@pytest.fixture
def told() -> FakeDesk:
    """A desk with a history."""
    return FakeDesk(entries=list(LINES))


def test_history_of_a_refund_by_keyboard(opened: Opened, qtbot: QtBot, told: FakeDesk) -> None:
    """Ctrl+H on a row shows its timeline under number, customer and amount, oldest first; the button leads to all."""
    window = opened(told)
    window.pending.list.go_to("10001")
    with qtbot.waitSignal(window.history.moments.counted):
        QTest.keyClick(window.pending.list, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    view = window.history
    assert view.active is view.timeline
    assert view._scope.accessibleName() == "RF-10461 · Northwind Traders · 1,250.00 USD"
    assert [moment.entry.seq for moment in view.moments.shown_rows()] == [7, 8, 9, 12, 30, 31]
    assert view.panes()[0] is view.timeline
    view.timeline.setCurrentIndex(view.moments.index(3, 1))
    assert view.detail.toPlainText().startswith("In doubt: no answer")
    with qtbot.waitSignal(view.shown_lines):
        view.all_button.click()
    assert view.active is view.list
    with qtbot.waitSignal(view.moments.counted):
        QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert view.active is view.timeline


def test_a_refund_without_history_says_so(opened: Opened, qtbot: QtBot, told: FakeDesk) -> None:
    """An empty timeline is told in words, and shows nothing of the refund before it."""
    window = opened(told)
    window.pending.history_wanted.emit("10001")
    qtbot.waitUntil(lambda: window.history.moments.rowCount() == 6)
    window.pending.history_wanted.emit("10002")
    qtbot.waitUntil(lambda: window.history.moments.rowCount() == 0)
    assert window.history._words.accessibleName() == "The desk has not touched this refund yet."
    assert window.history.detail.toPlainText() == ""
