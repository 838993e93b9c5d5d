"""The resync wizard: compare, reason, review, run, result. By keyboard where a hand can."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.domain.case import RefundCase
from nsz_desk.engine.resync_compare import Comparison
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.review import ReviewDialog
from nsz_desk.ui.resync.steps import steps_of
from nsz_desk.ui.resync.undo import CHECK_REASON
from nsz_desk.ui.resync.words import COMPARE, REASON, RESULT, REVIEW
from tests.ui.cases import company
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_story import KEY, press
from tests.ui.undoing_by_hand import ONE, REASON_GIVEN, said, synced, to_reason, to_result, to_review, wizard_on

WRITES = (
    "claim",
    "PUT /v1/refunds/2c92ref0019\n",
    "/cancel",
    "/apply",
    "integration_status is cleared",
)


def test_a_synced_refund_is_undone_by_keyboard_only(opened: Opened, qtbot: QtBot) -> None:
    """Ctrl+R, Space, an arrow, Tab, a note, Enter, Space: that refund and no other; before it nothing is sent."""
    desk = FakeDesk()
    wizard = wizard_on(opened(desk), qtbot, ONE)
    assert desk.undoing.looked == [ONE]
    assert wizard.compare.saying.text.text().startswith("It can work: R-00010019 can be cancelled")
    to_review(wizard, qtbot)
    assert desk.undoing.undone == []
    assert desk.undoing.reasons == [CHECK_REASON, REASON_GIVEN]
    assert wizard.focusWidget() is wizard.foot.forward
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    (undone,) = desk.undoing.undone
    assert (undone.refund_id, undone.reason, undone.keep_memo) == (ONE, REASON_GIVEN, False)
    assert "R-00010019 stays in the history for ever" in said(wizard)
    assert wizard.foot.cancel.text() == "Leave it pending"


def test_what_differs_is_marked_by_word_icon_and_sign(opened: Opened, qtbot: QtBot) -> None:
    """A date that is another one in Zuora has its badge and a sign before it; what will change has an arrow."""
    desk = FakeDesk()
    desk.undoing.days = {ONE: date(2026, 11, 17)}
    table = wizard_on(opened(desk), qtbot, ONE).compare.view.table
    rows = {table.cell(at, 0): [table.cell(at, place) for place in range(1, 5)] for at in range(table.rowCount())}
    assert rows["Date"] == ["Differs", "18 Nov 2026", "≠ 17 Nov 2026", "18 Nov 2026"]
    assert rows["Amount"] == ["Same", "1,500.00 USD", "1,500.00 USD", "1,500.00 USD"]
    assert rows["Zuora ID"] == ["Changes", "2c92ref0019", "–", "→ blank"]
    assert rows["Status in Zuora"][3] == "→ Canceled"
    badge = table.badge(table.position("Date"), 1)
    assert badge is not None
    assert (badge.icon, badge.tone) == ("warning", "blocked")
    assert table.spoken(table.position("Date"), 0).startswith("Date, Differs. NetSuite now: 18 Nov 2026")


def test_it_stops_at_the_comparison_when_it_cannot_work(opened: Opened, qtbot: QtBot) -> None:
    """The reason stands there in plain words, and there is no way on."""
    desk = FakeDesk()
    why = "18 Nov 2026 lies in Zuora's period Nov 2026, which is closed. Ask an administrator to open it."
    desk.undoing.against = {ONE: why}
    wizard = wizard_on(opened(desk), qtbot, ONE)
    assert wizard.compare.saying.text.text() == f"It cannot be undone: {why}"
    assert not wizard.foot.forward.isEnabled()
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    assert wizard.step == COMPARE
    QTest.keyClick(wizard, KEY.Key_Escape)
    assert not wizard.isVisible()
    assert desk.undoing.undone == []


def test_a_comparison_that_cannot_be_read_says_so(opened: Opened, qtbot: QtBot) -> None:
    """What was not looked at is not green, and nothing goes on."""
    desk = FakeDesk()
    desk.undoing.unreachable = True
    wizard = wizard_on(opened(desk), qtbot, ONE)
    assert "Zuora does not answer" in wizard.compare.saying.text.text()
    assert not wizard.foot.forward.isEnabled()


def test_closing_while_it_looks_ends_the_look(opened: Opened, qtbot: QtBot, recorder: Recorder) -> None:
    """Escape before the answers are there: nothing is told afterwards, and a second wizard looks anew."""
    desk = FakeDesk()
    window = opened(desk)
    window.pending.show_tile("synced")
    window.pending.list.go_to(ONE)
    window.resync_opened.connect(lambda wizard: wizard.reject())
    with qtbot.waitSignal(window.resync_opened):
        window.pending.resync()
    qtbot.waitUntil(lambda: desk.undoing.looked == [ONE])
    qtbot.wait(80)
    assert (recorder.errors, desk.undoing.reasons) == ([], [])
    window.resync_opened.disconnect()
    wizard_on(window, qtbot, ONE)
    assert desk.undoing.reasons == [CHECK_REASON]


def test_what_was_not_seen_is_not_undone(opened: Opened, qtbot: QtBot) -> None:
    """A refund that could not be compared is no part of the review, although its plan could be made."""
    desk = FakeDesk(cases=[*company(), synced(31)])
    desk.undoing.unread = "10031"
    wizard = wizard_on(opened(desk), qtbot, ONE, "all")
    assert wizard.foot.words.text() == "1 of 2 refunds can be undone."
    wizard.queue_list.go_to("10031")
    assert "could not be looked at" in wizard.compare.saying.text.text()
    to_result(wizard, qtbot)
    assert [plan.refund_id for plan in desk.undoing.undone] == [ONE]


def test_a_plan_that_cannot_be_made_is_told_and_may_be_tried_again(opened: Opened, qtbot: QtBot) -> None:
    """The reason stays, the foot says what happened, and the next press goes on."""
    desk = FakeDesk()
    wizard = wizard_on(opened(desk), qtbot, ONE)
    desk.undoing.no_plan = True
    to_reason(wizard)
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: "NetSuite does not answer" in wizard.foot.words.text())
    assert wizard.step == REASON
    desk.undoing.no_plan = False
    QTest.keyClick(wizard.reason.note, KEY.Key_Return)
    qtbot.waitUntil(lambda: wizard.step == REVIEW)


def test_code_and_note_are_both_required(opened: Opened, qtbot: QtBot) -> None:
    """Neither alone leads on, blanks are no note, and the foot says what is missing."""
    desk = FakeDesk()
    wizard = wizard_on(opened(desk), qtbot, ONE)
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    assert (wizard.foot.forward.isEnabled(), wizard.foot.words.text()) == (False, "Choose a reason.")
    wizard.reason.note.setText("  ")
    wizard.reason.code.setCurrentIndex(2)
    assert not wizard.foot.forward.isEnabled()
    assert wizard.foot.words.text().startswith("Write a note")
    wizard.reason.code.setCurrentIndex(0)
    wizard.reason.note.setText("because")
    QTest.keyClick(wizard.reason.note, KEY.Key_Return)
    assert wizard.step == REASON
    assert desk.undoing.reasons == [CHECK_REASON]


def test_the_review_tells_all_that_is_approved(opened: Opened, qtbot: QtBot) -> None:
    """Calls in their order, sum, environment, what will be true, what cannot be undone, and that nobody is paid."""
    wizard = wizard_on(opened(FakeDesk()), qtbot, ONE)
    to_review(wizard, qtbot)
    calls = wizard.review.calls.toPlainText()
    places = [calls.index(word) for word in WRITES]
    assert places == sorted(places)
    assert "update credit memo 20019\n             integration_status is cleared" in calls
    assert '"transferredToAccounting": "Ignore"' in calls
    assert '"invoiceId": "inv190"' in calls
    assert '"amount": 1500.00' in calls
    assert REASON_GIVEN in calls
    assert wizard.queue.batch.hash in calls
    text = said(wizard)
    for words in ("1,500.00 USD", "is Canceled", "cannot be taken back", "no gateway pays anybody", "SIMULATOR"):
        assert words in text, words
    assert wizard.foot.forward.text() == "Undo 1 refund in SIMULATOR"


def test_the_memo_can_be_left_as_it_is(opened: Opened, qtbot: QtBot) -> None:
    """Unticked, its fields are in neither calls nor plan; the hash is another one, and the result says so."""
    desk = FakeDesk()
    wizard = wizard_on(opened(desk), qtbot, ONE)
    to_review(wizard, qtbot)
    before = wizard.queue.batch.hash
    wizard.review.memo.setFocus()
    press(KEY.Key_Space)
    assert wizard.queue.batch.hash != before
    assert "credit memo 20019" not in wizard.review.calls.toPlainText()
    assert wizard.queue.batch.hash in wizard.review.calls.toPlainText()
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    assert desk.undoing.undone[0].keep_memo
    assert len(desk.undoing.undone[0].clears) == 1
    qtbot.waitUntil(lambda: "BEFORE AND AFTER" in said(wizard))
    table = wizard.result_page.done.table
    kept = [table.cell(at, 4) for at in range(table.rowCount()) if "Credit memo" in table.cell(at, 0)]
    assert kept == ["2c92ref0019", "Sync Complete"]


def test_each_step_is_shown_with_its_state(opened: Opened, qtbot: QtBot) -> None:
    """While it runs the steps before are done, one is now, the rest wait; closing is refused until it has ended."""
    desk = FakeDesk()
    desk.undoing.pause = 0.03
    wizard = wizard_on(opened(desk), qtbot, ONE)
    to_review(wizard, qtbot)
    wizard.foot.forward.click()
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: "cancelling" in wizard.queue.undos[ONE].states)
    table = wizard.run_page.view.table
    words = [table.cell(at, 0) for at in range(table.rowCount())]
    now = words.index("Now")
    assert set(words[:now]) == {"Done"}
    assert set(words[now + 1 :]) == {"Waiting"}
    QTest.keyClick(wizard, KEY.Key_Escape)
    assert wizard.isVisible()
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    assert [step.badge.word for step in steps_of(wizard.queue.undos[ONE])] == ["Done"] * 7
    assert len(desk.undoing.undone) == 1, "the second press began nothing"


def test_it_stops_at_the_first_doubt_and_says_what_is_true(opened: Opened, qtbot: QtBot) -> None:
    """The step in doubt is named, those after it were not done; both systems are read again; Finish leads on."""
    desk = FakeDesk()
    desk.undoing.stops_at = "loose"
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_result(wizard, qtbot)
    badges = [step.badge.word for step in steps_of(wizard.queue.undos[ONE])]
    assert badges == ["Done", "Done", "Done", "Done", "In doubt", "Not done", "Not done"]
    qtbot.waitUntil(lambda: desk.undoing.looked == [ONE, ONE])
    qtbot.waitUntil(lambda: "AS BOTH SYSTEMS SAY NOW" in said(wizard))
    now = wizard.result_page.now.table
    assert (now.cell(0, 2), now.columnCount()) == ("1,500.00 USD", 4)
    assert "the payment's money is loose" in said(wizard)
    assert "What to do:" in said(wizard)
    assert not wizard.foot.again.isVisible()
    assert wizard.foot.finish.text() == "Finish 1 refund in doubt"
    with qtbot.waitSignal(window.pending.outcome_opened):
        QTest.keyClick(wizard.foot.finish, KEY.Key_Space)


def test_what_is_shown_as_now_was_read_again_after_the_run(opened: Opened, qtbot: QtBot) -> None:
    """Not what the plan expected: a field that somebody wrote meanwhile shows as it is, beside what was expected."""
    desk = FakeDesk()
    wizard = wizard_on(opened(desk), qtbot, ONE)
    to_review(wizard, qtbot)
    read = desk.undoing.compare

    def changed(cases: list[RefundCase], refund_id: str, undone: str = "") -> Comparison:
        place = next(at for at, case in enumerate(cases) if case.refund.id == refund_id)
        if undone:
            late = replace(cases[place].refund, status_text="Error Creating Refund")
            cases[place] = replace(cases[place], refund=late)
        return read(cases, refund_id, undone)

    desk.undoing.compare = changed  # type: ignore[method-assign]
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    qtbot.waitUntil(lambda: "BEFORE AND AFTER" in said(wizard))
    assert desk.undoing.looked == [ONE, ONE]
    table = wizard.result_page.done.table
    rows = {table.cell(at, 0): table.cell(at, 4) for at in range(table.rowCount())}
    assert rows["Zuora ID"] == "→ blank"
    assert rows["Status in Zuora"] == "→ Canceled"
    assert rows["Transferred to Accounting"] == "→ Ignore"
    assert rows["Payment P-00004019: applied to"] == "→ 1,500.00 USD of INV-0019-0"
    assert rows["Integration Status"] == "→ Error Creating Refund, expected blank"


def test_sync_it_again_now_leads_into_the_ordinary_review(opened: Opened, qtbot: QtBot) -> None:
    """Nothing is sent unseen: the undone row's plan is reviewed like every other, then sent."""
    desk = FakeDesk()
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_result(wizard, qtbot)
    with qtbot.waitSignal(window.pending.review_opened) as opened_review:
        QTest.keyClick(wizard.foot.again, KEY.Key_Space)
    assert opened_review.args
    review = opened_review.args[0]
    assert isinstance(review, ReviewDialog)
    assert [plan.refund_id for plan in review.plans.rows()] == [ONE]
    assert desk.sent == []
    with qtbot.waitSignal(window.pending.outcome_opened):
        QTest.keyClick(review.send, KEY.Key_Space)
    assert desk.sent == [ONE]


def test_left_pending_the_list_is_read_again(opened: Opened, qtbot: QtBot) -> None:
    """After the wizard the row is ready, and nothing was sent."""
    desk = FakeDesk()
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_result(wizard, qtbot)
    with qtbot.waitSignal(window.pending.listed):
        QTest.keyClick(wizard.foot.cancel, KEY.Key_Space)
    row = window.pending.table.row(ONE)
    assert row is not None
    assert row.can_sync
    assert not row.can_undo
    assert desk.sent == []


@pytest.mark.parametrize(("row_id", "offered"), [(ONE, True), ("10001", False), ("10007", False), ("10011", False)])
def test_only_what_was_synced_can_be_undone(opened: Opened, qtbot: QtBot, row_id: str, offered: bool) -> None:
    """Button, menu and key are there for a synced row; not for a ready one, an open episode, or a busy one."""
    desk = FakeDesk()
    window = opened(desk)
    view = window.pending
    row = view.table.row(row_id)
    assert row is not None
    view.show_tile(next(key for key in ("synced", "ready", "in-doubt", "busy") if _holds(window, key, row_id)))
    view.list.go_to(row_id)
    assert view.panel.resync.isVisible() == offered
    titles = [action.text() for action in view.list.row_menu().actions()]
    assert any(title.startswith("Resync") for title in titles) == offered
    if not offered:
        view.resync()
        qtbot.wait(30)
        assert desk.undoing.looked == []


def _holds(window: MainWindow, key: str, row_id: str) -> bool:
    window.pending.show_tile(key)
    return window.pending.table.position(row_id) >= 0


def test_a_read_only_desk_offers_no_undo(opened: Opened, qtbot: QtBot) -> None:
    """Nothing opens, and the grey button says why."""
    desk = FakeDesk(read_only="The journal's chain does not verify.")
    window = opened(desk)
    window.pending.show_tile("synced")
    window.pending.list.go_to(ONE)
    button = window.pending.panel.resync
    assert (button.isEnabled(), "does not verify" in button.toolTip()) == (False, True)
    window.pending.resync()
    qtbot.wait(30)
    assert desk.undoing.looked == []
