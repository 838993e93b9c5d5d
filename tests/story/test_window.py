"""The window on the real Desk and a simulator over sockets: the main job by keyboard, and what a lost answer leaves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import Result
from nsz_desk.lanes import Jobs
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from tests.story.houses import house
from tests.story.truth import doubles, wrongs
from tests.ui.conftest import Recorder

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
WAIT_MS = 60_000
Dialog = TypeVar("Dialog")

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


class Place(Protocol):
    """Where a desk is open."""

    @property
    def desk(self) -> Desk:
        """The desk."""


class Hand:
    """A person at the keyboard of one window."""

    def __init__(self, one: Place, jobs: Jobs, qtbot: QtBot, layout: Path, look_ms: int = 0) -> None:
        self.said, self._qtbot, layouts = Recorder(), qtbot, Layouts(layout)
        self.window = MainWindow(one.desk, jobs, theme="light", messages=self.said, layouts=layouts, look_ms=look_ms)
        self.view = self.window.pending
        qtbot.addWidget(self.window)
        with qtbot.waitSignal(self.view.listed, timeout=WAIT_MS):
            self.window.show()
        self._rest()

    def tick(self, refund_id: str) -> None:
        """Move to a row and press Space."""
        self.view.list.setFocus()
        assert self.view.list.go_to(refund_id)
        QTest.keyClick(self.view.list, KEY.Key_Space)
        assert refund_id in self.view.table.ticked

    def review(self) -> ReviewDialog:
        """Press Ctrl+Enter."""
        with self._qtbot.waitSignal(self.view.review_opened, timeout=WAIT_MS) as opened:
            QTest.keyClick(self.view.list, KEY.Key_Return, CTRL)
        return _only(opened.args, ReviewDialog)

    def send(self, review: ReviewDialog) -> OutcomeDialog:
        """Press Space on Send and wait for the results."""
        with self._qtbot.waitSignal(self.view.outcome_opened, timeout=WAIT_MS) as opened:
            QTest.keyClick(review.send, KEY.Key_Space)
        return _only(opened.args, OutcomeDialog)

    def finish(self) -> OutcomeDialog:
        """Press F9 and wait for the results."""
        with self._qtbot.waitSignal(self.view.outcome_opened, timeout=WAIT_MS) as opened:
            QTest.keyClick(self.window, KEY.Key_F9)
        return _only(opened.args, OutcomeDialog)

    def close(self, outcome: OutcomeDialog) -> None:
        """Press Space on Close and wait for the fresh list."""
        with self._qtbot.waitSignal(self.view.listed, timeout=WAIT_MS):
            QTest.keyClick(outcome.done_button, KEY.Key_Space)
        self._rest()

    def timeline(self, refund_id: str) -> list[str]:
        """The words of the marks of a refund's timeline, over Ctrl+H."""
        self.view.show_tile("synced")
        assert self.view.list.go_to(refund_id)
        with self._qtbot.waitSignal(self.window.history.moments.counted, timeout=WAIT_MS):
            QTest.keyClick(self.view.list, KEY.Key_H, CTRL)
        return [moment.mark.word for moment in self.window.history.moments.rows()]

    def _rest(self) -> None:
        self._qtbot.waitUntil(lambda: not self.view.actions_.reading)


def _only(args: list[Any] | None, kind: type[Dialog]) -> Dialog:
    assert args
    found = args[0]
    assert isinstance(found, kind)
    return found


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """The lanes of the window."""
    made = Jobs()
    yield made
    made.close()


def test_the_main_job_by_keyboard_and_what_a_lost_answer_leaves(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """Two refunds are ticked, reviewed and sent; a third loses its answers and stays open over a restart.

    The banner tells it, F9 finishes it, and the world holds each refund once, in every field as it should be.
    """
    layout = tmp_path / "layout.ini"
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as one:
        hand = Hand(one, jobs, qtbot, layout)
        first, second, third = [row.id for row in hand.view.table.rows() if row.verdict is Verdict.READY][:3]
        hand.tick(first)
        hand.tick(second)
        outcome = hand.send(hand.review())
        assert [row.result for row in outcome.results.rows()] == [Result.COMPLETE, Result.COMPLETE]
        hand.close(outcome)
        assert wrongs(one.world(), first) + wrongs(one.world(), second) == []

        hand.tick(third)
        review = hand.review()
        one.post("/faults", FAULTS)
        outcome = hand.send(review)
        one.post("/faults", [])
        assert [row.result for row in outcome.results.rows()] == [Result.IN_DOUBT]
        assert outcome.finish.isVisible()
        hand.close(outcome)
        assert hand.window.close()

        again = Hand(one, jobs, qtbot, layout)
        assert "1 refund was left half done last time" in again.view.open_banner.accessibleName()
        outcome = again.finish()
        assert {row.id: row.result for row in outcome.results.rows()}[third] is Result.COMPLETE
        again.close(outcome)
        assert "left half done" not in again.view.open_banner.accessibleName()
        assert wrongs(one.world(), third) == []
        assert doubles(one.world()) == []
        words = again.timeline(third)
        assert (words[0], words[-1]) == ("begun", "done")
        assert hand.said.errors + again.said.errors == []
        assert again.window.close()


def test_after_a_start_the_desk_settles_a_lost_answer_by_itself(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """Nobody clicks: the open refund is completed in both systems once, the banner no longer tells of it, no dialog."""
    layout = tmp_path / "layout.ini"
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as one:
        hand = Hand(one, jobs, qtbot, layout)
        lost = next(row.id for row in hand.view.table.rows() if row.verdict is Verdict.READY)
        hand.tick(lost)
        review = hand.review()
        one.post("/faults", FAULTS)
        outcome = hand.send(review)
        one.post("/faults", [])
        hand.close(outcome)
        assert hand.window.close()

        again = Hand(one, jobs, qtbot, layout, look_ms=60_000)
        banner = again.view.open_banner
        qtbot.waitUntil(lambda: "left half done" not in banner.accessibleName(), timeout=WAIT_MS)
        again._rest()
        assert wrongs(one.world(), lost) == []
        assert doubles(one.world()) == []
        assert again.window.findChildren(OutcomeDialog) == []
        words = again.timeline(lost)
        assert (words[0], words[-1]) == ("begun", "done")
        assert hand.said.errors + again.said.errors == []
        assert again.window.close()


FAULTS = [
    {"where": "zuora.create_refund", "kind": "drop_answer", "probability": 1.0},
    {"where": "zuora.get_refund", "kind": "http_503", "probability": 1.0},
]
