"""The window's stories: tick, review, send, result; stop, recover, refuse. By keyboard where a hand can."""

from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Unreachable
from nsz_desk.engine.controls import total_to_type
from nsz_desk.engine.results import Result
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.keys import KEYS
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from tests.ui.cases import company, stale_claim
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
    if dialog.total:  # production asks for it
        dialog.total.field.setText(str(total_to_type(dialog.batch.totals)))
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


def test_production_wants_the_total_typed_once(opened: Opened, qtbot: QtBot) -> None:
    """Send stays grey until the largest currency's total stands in the field; the next review asks no more."""
    desk = FakeDesk(kind="production")
    window = opened(desk)
    dialog = reviewed(window, qtbot)
    assert dialog.total is not None
    assert not dialog.send.isEnabled()
    total = total_to_type(dialog.batch.totals)
    assert total is not None
    dialog.total.field.setFocus()
    QTest.keyClicks(dialog.total.field, f"{total.plain()}1")
    assert not dialog.send.isEnabled()
    QTest.keyClick(dialog.total.field, KEY.Key_Return)
    assert dialog.isVisible()
    assert desk.sent == []
    QTest.keyClick(dialog.total.field, KEY.Key_Backspace)
    assert dialog.send.isEnabled()
    sent(window, dialog, qtbot).reject()
    assert len(desk.sent) == 9
    assert desk.enabled == ["typed total"]
    again = ReviewDialog(dialog.batch, desk.environment, window, ask_total=not desk.sending)
    qtbot.addWidget(again)
    assert again.total is None


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
    """In doubt shows those rows alone; after a run, History tells each step of a refund, oldest first."""
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
    with qtbot.waitSignal(window.history.moments.counted):
        window.pending.panel.history.click()
    moments = window.history.moments.shown_rows()
    assert {moment.entry.refund_id for moment in moments} == {"10001"}
    lines = [moment.entry.seq for moment in moments]
    assert lines == sorted(lines)
    assert "Ended: complete" in moments[-1].entry.title
    with qtbot.waitSignal(window.history.shown_lines):
        window.history.all_button.click()
    everything = [row.seq for row in window.history.table.shown_rows()]
    assert everything == sorted(everything, reverse=True)


def test_the_chosen_row_stays_chosen_through_a_refresh(opened: Opened, qtbot: QtBot) -> None:
    """F5 keeps the current row and what the rules panel shows."""
    window = opened(FakeDesk())
    window.pending.list.go_to("10013")
    with qtbot.waitSignal(window.pending.listed):
        press(KEY.Key_F5)
    at = window.pending.list.currentIndex().row()
    assert window.pending.table.id_at(at) == "10013"


def test_a_row_in_doubt_that_may_be_synced_is_synced_alone_through_the_review(opened: Opened, qtbot: QtBot) -> None:
    """Ctrl+D, Space on Send: that row and no other, although others are ticked; a tick cannot take it along."""
    desk = FakeDesk(cases=[*company(), stale_claim()])
    window = opened(desk)
    view = window.pending
    view.table.tick_shown(True)
    view.list.setFocus()
    view.list.go_to("10095")
    row = view.current_row()
    assert row is not None
    assert (row.verdict, row.can_sync) == (Verdict.IN_DOUBT, True)
    assert "10095" not in view.table.ticked
    assert view.panel.sync_one.isVisible()
    with qtbot.waitSignal(view.review_opened) as opened_review:
        press(KEY.Key_D, CTRL)
    dialog = _only(opened_review.args, ReviewDialog)
    assert [plan.refund_id for plan in dialog.plans.rows()] == ["10095"]
    assert desk.sent == []
    outcome = sent(window, dialog, qtbot)
    assert [row.id for row in outcome.results.rows()] == ["10095"]
    assert desk.sent == ["10095"]
    assert len(view.table.ticked) == 9


@pytest.mark.parametrize("row_id", ["10007", "10004", "10001"], ids=["open episode", "blocked", "ready"])
def test_every_other_row_has_no_way_to_be_synced_alone(opened: Opened, qtbot: QtBot, row_id: str) -> None:
    """What the desk itself left open is finished, not sent again; what is blocked stays so; ready rows are ticked."""
    desk = FakeDesk()
    window = opened(desk)
    window.pending.list.go_to(row_id)
    assert not window.pending.panel.sync_one.isVisible()
    if row_id != "10001":
        window.pending.review_one(row_id)
        assert not window.pending.actions_.busy
    titles = [action.text() for action in window.pending.list.row_menu().actions()]
    assert not [title for title in titles if title.startswith("Sync this one")]
    assert [title for title in titles if title.startswith("History")]


def test_the_result_leads_on_to_finish_and_to_the_history(opened: Opened, qtbot: QtBot) -> None:
    """With a row in doubt the result offers Finish; the chosen row's reason and next step stand in full below."""
    desk = FakeDesk(spoil=True)
    window = opened(desk)
    outcome = sent(window, reviewed(window, qtbot), qtbot)
    assert outcome.finish.text() == "Finish 1 refund in doubt"
    said = "\n".join(label.text() for label in outcome.findChildren(QLabel) if label.isVisible())
    assert "RF-10473: Sent at 09:33 UTC, then no answer. Zuora may hold the refund or not." in said
    assert "What to do: Finish: the desk searches Zuora by this refund's id." in said
    assert outcome.history.text() == "History of RF-10473"
    with qtbot.waitSignal(window.history.moments.counted):
        outcome.history.click()
    assert {moment.entry.refund_id for moment in window.history.moments.rows()} == {"10013"}
    window.go("pending")
    window.activateWindow()  # a window manager does so when a dialog closes
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        QTest.keyClick(window, KEY.Key_F9)
    again = _only(ended.args, OutcomeDialog)
    assert not again.finish.isVisible(), "a recovery that left doubt would only say the same again"
    again.reject()


def test_the_foot_of_the_rail_tells_both_systems_and_the_journal(opened: Opened, qtbot: QtBot) -> None:
    """How each is reached, whether it answered, and that the chain holds; a problem names its system alone."""
    desk = FakeDesk(problems=("Zuora periods: no permission",))
    health = opened(desk, size=(1440, 860)).rail.health
    qtbot.waitUntil(lambda: "verified" in health.journal.accessibleName())
    assert health.netsuite.accessibleName().startswith("NetSuite: SOAP, read 22 Nov 2026")
    assert health.zuora.accessibleName() == "Zuora: Invoice Settlement on, Zuora periods: no permission"
    assert health.journal.accessibleName() == "Journal: 0 lines verified, the chain holds"


def test_a_broken_journal_is_seen_at_once(opened: Opened, qtbot: QtBot) -> None:
    """A chain that does not hold is a warning in the rail with the reason."""
    health = opened(FakeDesk(broken=True)).rail.health
    qtbot.waitUntil(lambda: "line 7" in health.journal.accessibleName())
    assert health.journal.accessibleName().startswith("Journal: chain does not hold")


def test_the_key_list_names_every_key_and_each_does_something(opened: Opened, qtbot: QtBot) -> None:
    """? opens it; every shortcut of the window stands in it, and no key stands in it twice."""
    window = opened(FakeDesk())
    with qtbot.waitSignal(window.keys_opened) as shown:
        QTest.keyClick(window, KEY.Key_Question)
    said = [label.text() for label in shown.args[0].findChildren(QLabel)] if shown.args else []
    listed = [key for _, group in KEYS for key, _ in group]
    assert set(listed) <= set(said)
    assert len(listed) == len(set(listed))
    for shortcut in window.findChildren(QShortcut):
        key = shortcut.key().toString().replace("Return", "Enter")
        assert key in listed, f"{key} is not in the list of keys"
    shown.args[0].reject()
