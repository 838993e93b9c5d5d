"""The window's stories: tick, review, send, result; stop, recover, refuse. By keyboard where a hand can."""

from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Unreachable
from nsz_desk.engine.results import Result
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk

Dialog = TypeVar("Dialog")
KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    widget: QWidget | None = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None, "the focus is nowhere"
    QTest.keyClick(widget, key, modifier)


def reviewed(window: MainWindow, qtbot: QtBot) -> ReviewDialog:
    """Tick all and open the review."""
    window.pending.list.setFocus()
    press(KEY.Key_A, CTRL)
    with qtbot.waitSignal(window.pending.review_opened) as opened:
        press(KEY.Key_Return, CTRL)
    return _only(opened.args, ReviewDialog)


def sent(window: MainWindow, dialog: ReviewDialog, qtbot: QtBot) -> OutcomeDialog:
    """Press Send and wait for the result."""
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        dialog.send.click()
    return _only(ended.args, OutcomeDialog)


def _only(args: list[Any] | None, kind: type[Dialog]) -> Dialog:
    assert args
    found = args[0]
    assert isinstance(found, kind)
    return found


def test_job_one_by_keyboard_only(opened: Opened, qtbot: QtBot) -> None:
    """Ctrl+F, a word, F6, Space, Ctrl+Enter, Enter on Send, Enter on Close: one refund is sent, and only that one."""
    desk = FakeDesk()
    window = opened(desk)
    press(KEY.Key_F, CTRL)
    assert QApplication.focusWidget() is window.top.search
    QTest.keyClicks(window.top.search, "lucerne")
    press(KEY.Key_F6)
    assert QApplication.focusWidget() is window.pending.list
    press(KEY.Key_Space)
    assert [row.number for row in window.pending.table.ticked_rows()] == ["RF-10474"]
    with qtbot.waitSignal(window.pending.review_opened) as opened_review:
        press(KEY.Key_Return, CTRL)
    dialog = _only(opened_review.args, ReviewDialog)
    assert desk.sent == [], "nothing leaves unseen"
    assert dialog.focusWidget() is dialog.send
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        QTest.keyClick(dialog.send, KEY.Key_Space)
    outcome = _only(ended.args, OutcomeDialog)
    with qtbot.waitSignal(window.pending.listed):
        QTest.keyClick(outcome.done_button, KEY.Key_Space)
    assert desk.sent == ["10014"]
    assert window.pending.table.ticked == set()


def test_what_is_sent_is_what_was_reviewed(opened: Opened, qtbot: QtBot) -> None:
    """The review names count, sums per currency, hash and the exact call of each row; the result has the same hash."""
    desk = FakeDesk()
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    batch = desk.plan(sorted(window.pending.table.ticked), _Quiet())
    assert dialog.send.text() == "Send 9 refunds to SIMULATOR"
    assert dialog.plans.rowCount() == 9
    assert batch.hash[:16] in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.table.go_to("10010")
    assert '"totalAmount": 12400.00' in dialog.calls.toPlainText()
    assert "/v1/payments/2c92pay0010/refunds" in dialog.calls.toPlainText()
    outcome = sent(window, dialog, qtbot)
    assert {row.result for row in outcome.results.rows()} == {Result.COMPLETE}
    assert sorted(desk.sent) == sorted(plan.refund_id for plan in batch.plans)


class _Quiet:
    def progress(self, done: int, total: int, text: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Never stops."""


def test_a_double_click_approves_once(opened: Opened, qtbot: QtBot) -> None:
    """Two presses on Send in a row send each refund once."""
    desk = FakeDesk(pause=0.01)
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    with qtbot.waitSignal(window.pending.outcome_opened):
        dialog.send.click()
        dialog.send.click()
    assert len(desk.sent) == len(set(desk.sent)) == 9


@pytest.mark.parametrize(("kind", "focus"), [("simulator", "send"), ("sandbox", "send"), ("production", "cancel")])
def test_production_never_has_its_thumb_on_send(opened: Opened, qtbot: QtBot, kind: str, focus: str) -> None:
    """The environment's word is in title, chip and Send button; on production the default focus is Cancel."""
    window = opened(FakeDesk(kind=kind))
    dialog = reviewed(window, qtbot)
    word = kind.upper()
    assert dialog.focusWidget() is getattr(dialog, focus)
    assert word in dialog.send.text()
    assert word in dialog.windowTitle()
    assert word in window.windowTitle()
    assert word in window.top.chip.accessibleName()
    dialog.reject()


def test_cancel_sends_nothing_and_keeps_the_ticks(opened: Opened, qtbot: QtBot) -> None:
    """Escape in the review leaves everything as it was."""
    desk = FakeDesk()
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()
    assert desk.sent == []
    assert len(window.pending.table.ticked) == 9


def test_one_bad_row_does_not_stop_the_others(opened: Opened, qtbot: QtBot) -> None:
    """A refusal and a lost answer stand first in the result, each with a next step; the other seven are complete."""
    window = opened(FakeDesk(spoil=True))
    outcome = sent(window, reviewed(window, qtbot), qtbot)
    rows = outcome.results.shown_rows()
    assert [row.result for row in rows[:3]] == [Result.IN_DOUBT, Result.FAILED, Result.COMPLETE]
    assert all(row.next_step for row in rows if row.result is not Result.COMPLETE)
    assert outcome.windowTitle().startswith("7 of 9 refunds complete")


def test_stop_finishes_the_current_refund_and_skips_the_rest(opened: Opened, qtbot: QtBot) -> None:
    """After Stop at most the refund under way is still sent; the skipped ones say so and are free to be sent again."""
    desk = FakeDesk(pause=0.03)
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        dialog.send.click()
        qtbot.waitUntil(lambda: len(desk.sent) == 2)
        window.pending.bar.run.stop.click()
    rows = _only(ended.args, OutcomeDialog).results.rows()
    skipped = [row for row in rows if row.result is Result.SKIPPED]
    assert len(desk.sent) <= 3
    assert len(skipped) + len(desk.sent) == 9


def test_while_money_moves_nothing_else_can_be_started(opened: Opened, qtbot: QtBot) -> None:
    """During a run Refresh, Finish, ticks and a second review are off, each with its reason."""
    desk = FakeDesk(pause=0.03)
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    with qtbot.waitSignal(window.pending.outcome_opened):
        dialog.send.click()
        qtbot.waitUntil(lambda: bool(desk.sent))
        assert not window.top.refresh.isEnabled()
        assert "run is under way" in window.top.refresh.toolTip()
        assert not window.pending.open_banner.button.isEnabled()
        ticked = set(window.pending.table.ticked)
        window.pending.table.clear_ticks()
        assert window.pending.table.ticked == ticked
        window.pending.review()
        window.refresh()
    assert len(desk.sent) == 9


def test_closing_while_sending_asks_and_waits(opened: Opened, qtbot: QtBot, recorder: Recorder) -> None:
    """A no keeps the window; a yes stops after the current refund, and only then the window closes."""
    desk = FakeDesk(pause=0.03)
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    dialog.send.click()
    qtbot.waitUntil(lambda: bool(desk.sent))
    assert not window.close()
    recorder.answer = True
    assert not window.close()
    with qtbot.waitSignal(window.pending.run_ended):
        pass
    qtbot.waitUntil(lambda: not window.isVisible())
    assert len(desk.sent) < 9
    assert [title for title, _ in recorder.said] == ["Refunds are being sent"] * 2


def test_finish_brings_what_was_left_open_to_an_end(opened: Opened, qtbot: QtBot) -> None:
    """The banner counts what is open; Finish recovers it, shows the result, then the banner is gone."""
    window = opened(FakeDesk(opened=("episode-1",)))
    banner = window.pending.open_banner
    assert banner.isVisible()
    assert "1 refund was left half done last time" in banner.accessibleName()
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        banner.button.click()
    outcome = _only(ended.args, OutcomeDialog)
    assert [row.number for row in outcome.results.rows()] == ["RF-10467"]
    with qtbot.waitSignal(window.pending.listed):
        outcome.done_button.click()
    assert not banner.isVisible()


def test_a_read_only_desk_says_why_and_sends_nothing(opened: Opened, qtbot: QtBot) -> None:
    """The reason stands in a banner and on the grey buttons; ticking still works."""
    reason = "The journal's chain does not verify."
    window = opened(FakeDesk(read_only=reason))
    window.pending.table.tick_shown(True)
    assert window.pending.read_only_banner.accessibleName() == reason
    assert window.pending.read_only_banner.isVisible()
    assert not window.pending.bar.ticks.review.isEnabled()
    assert not window.pending.open_banner.button.isEnabled()
    window.pending.review()
    assert not window.pending.actions_.running


def test_a_list_that_cannot_be_read_says_so(opened: Opened, qtbot: QtBot, recorder: Recorder) -> None:
    """An error while refreshing is told once; the rows from before stay, and so do the ticks."""
    desk = FakeDesk()
    window = opened(desk)
    window.pending.table.tick_shown(True)
    desk.fails = Unreachable("NetSuite does not answer.", "Nothing was sent.", "Look at the connection.")
    with qtbot.waitSignal(window.pending.actions_.list_failed):
        window.refresh()
    assert recorder.errors == [desk.fails]
    assert window.pending.table.rowCount() > 0
    assert len(window.pending.table.ticked) == 9


def test_rules_say_why_and_what_to_do(opened: Opened) -> None:
    """Beside a blocked row stand the rule that fails, its cause and its remedy."""
    window = opened(FakeDesk())
    window.pending.list.go_to("10004")
    said = "\n".join(label.text() for label in window.pending.panel.findChildren(QLabel) if label.isVisible())
    assert "RF-10464 · Contoso Ltd" in said
    assert "is 1,200.00 USD above payment" in said
    assert "What to do: Choose the payment that was really refunded" in said


def test_the_rail_leads_to_doubt_and_history(opened: Opened, qtbot: QtBot) -> None:
    """In doubt shows those rows alone; after a run, History tells each step of a refund, newest first."""
    desk = FakeDesk()
    window = opened(desk)
    window.go("in-doubt")
    assert [row.number for row in window.pending.table.shown_rows()] == ["RF-10467"]
    window.go("pending")
    outcome = sent(window, reviewed(window, qtbot), qtbot)
    with qtbot.waitSignal(window.pending.listed):
        outcome.done_button.click()
    window.pending.show_tile("synced")
    window.pending.list.go_to("10001")
    with qtbot.waitSignal(window.history.table.counted):
        window.pending.panel.history.click()
    qtbot.waitUntil(lambda: {row.refund_id for row in window.history.table.rows()} == {"10001"})
    lines = [row.seq for row in window.history.table.shown_rows()]
    assert lines == sorted(lines, reverse=True)
    assert "Ended: complete" in window.history.detail.toPlainText()


def test_the_chosen_row_stays_chosen_through_a_refresh(opened: Opened, qtbot: QtBot) -> None:
    """F5 keeps the current row and what the rules panel shows."""
    window = opened(FakeDesk())
    window.pending.list.go_to("10013")
    with qtbot.waitSignal(window.pending.listed):
        press(KEY.Key_F5)
    at = window.pending.list.currentIndex().row()
    assert window.pending.table.id_at(at) == "10013"
