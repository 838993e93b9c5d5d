"""The lock: after a while without a touch, or by a key, nothing of anybody is shown and what was approved goes on."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Credentials
from nsz_desk.lanes import Jobs
from nsz_desk.ui.lock_page import GOES_ON, RUN_OVER
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.messages import Dialogs
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from tests.fakes.clock import FakeClock
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
FIFTEEN = 15 * 60.0
REFUSED = Credentials(
    "The keychain (Secret Service) refused to read the secrets (KeyringLocked).",
    "Nothing was sent to NetSuite or Zuora.",
    "Unlock it and allow the desk to use it, then try again.",
)
Dialog = TypeVar("Dialog", bound=QWidget)


def _lock(window: MainWindow, qtbot: QtBot) -> None:
    """Lock, and wait until the gateways are let go of."""
    with qtbot.waitSignal(window.lock.let_go):
        window.lock.lock()


def _unlock(window: MainWindow, qtbot: QtBot) -> None:
    """Press Enter on the page, and wait for the fresh list."""
    assert window.lock.page is not None
    with qtbot.waitSignal(window.pending.listed):
        QTest.keyClick(window.lock.page.unlock, KEY.Key_Return)
    assert not window.lock.locked


def _texts(window: MainWindow) -> str:
    """Everything that a screen reader finds in the window, and every label."""

    def walk(one: QAccessibleInterface | None) -> list[str]:
        if one is None or not one.isValid():
            return []
        own = [one.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)]
        return own + [text for at in range(one.childCount()) for text in walk(one.child(at))]

    said = walk(QAccessible.queryAccessibleInterface(window))
    return "\n".join([*said, *(label.text() for label in window.findChildren(QLabel)), window.windowTitle()])


def _review(window: MainWindow, qtbot: QtBot) -> ReviewDialog:
    window.pending.bar.ticks.tick_all.click()
    with qtbot.waitSignal(window.pending.review_opened) as shown:
        window.pending.review()
    assert isinstance(shown.args[0], ReviewDialog)
    return shown.args[0]


def test_nobody_is_named_while_it_is_locked(opened: Opened, qtbot: QtBot) -> None:
    """No customer, number or amount of the list stands anywhere in the locked window; the environment does."""
    window = opened(FakeDesk(kind="sandbox"))
    rows = window.pending.table.rows()
    window.pending.list.go_to(rows[0].id)
    facts = {fact for row in rows for fact in (row.number, row.customer, str(row.amount)) if fact}
    before = _texts(window)
    assert all(fact in before for fact in (rows[0].number, rows[0].customer))
    _lock(window, qtbot)
    after = _texts(window)
    assert [fact for fact in facts if fact in after] == []
    assert "SANDBOX" in after.upper()
    assert "The desk is locked" in after
    assert not window.pending.isVisible()


def test_it_locks_after_the_minutes_of_the_profile_and_not_before(qtbot: QtBot, recorder: Recorder) -> None:
    """14:59 without a touch is nothing, 15:00 locks; a key in between starts the count again."""
    clock, jobs = FakeClock(), Jobs()
    window = MainWindow(FakeDesk(), jobs, messages=recorder, look_ms=0, clock=clock.now)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.pending.listed):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    clock.advance(FIFTEEN - 1)
    window.lock.idle.check()
    assert not window.lock.locked
    QTest.keyClick(window.windowHandle(), KEY.Key_F6)
    clock.advance(FIFTEEN - 1)
    window.lock.idle.check()
    assert not window.lock.locked
    clock.advance(1)
    with qtbot.waitSignal(window.lock.let_go):
        window.lock.idle.check()
    assert "Nobody has used it for 15 minutes." in _texts(window)
    _unlock(window, qtbot)
    window.lock.idle.check()
    assert not window.lock.locked, "the count begins anew"
    jobs.close()


def test_a_laptop_that_slept_is_locked_when_it_wakes(qtbot: QtBot, recorder: Recorder) -> None:
    """The wall clock counts where the other one stood still; with 0 minutes nothing ever locks."""
    clock, jobs = FakeClock(), Jobs()
    windows = [
        MainWindow(FakeDesk(idle_minutes=minutes), jobs, messages=recorder, look_ms=0, clock=clock.now)
        for minutes in (15, 0)
    ]
    for window in windows:
        qtbot.addWidget(window)
    clock.jump(FIFTEEN)
    for window in windows:
        window.lock.idle.check()
    assert [window.lock.locked for window in windows] == [True, False]
    qtbot.waitUntil(lambda: not windows[0].lock._own.working)
    jobs.close()


def test_tokens_go_and_one_enter_brings_everything_back(opened: Opened, qtbot: QtBot) -> None:
    """The gateways are closed and opened once; ticks, the row one is on and the search are as before."""
    desk = FakeDesk()
    window = opened(desk)
    window.pending.bar.ticks.tick_all.click()
    ticked, row = set(window.pending.table.ticked), window.pending.table.rows()[2].id
    window.pending.list.go_to(row)
    QTest.keyClick(window, KEY.Key_L, CTRL | SHIFT)
    qtbot.waitUntil(lambda: desk.locked == 1)
    assert desk.unlocked == 0
    _unlock(window, qtbot)
    assert (desk.locked, desk.unlocked) == (1, 1)
    current = window.pending.current_row()
    assert window.pending.table.ticked == ticked != set()
    assert current is not None
    assert current.id == row
    assert window.windowTitle().startswith("nsz-desk · Pending refunds")


def test_a_keychain_that_says_no_is_told_and_the_desk_stays_locked(opened: Opened, qtbot: QtBot) -> None:
    """Its words and what to do stand on the page; once it gives in, the same button opens."""
    desk = FakeDesk(vault_fails=REFUSED)
    window = opened(desk)
    _lock(window, qtbot)
    page = window.lock.page
    assert page is not None
    page.unlock.click()
    qtbot.waitUntil(lambda: page.said.isVisible())
    assert "refused to read" in page.said.text()
    assert "Unlock it and allow the desk" in page.said.text()
    assert window.lock.locked
    assert page.unlock.isEnabled()
    assert window.focusWidget() is page.unlock
    desk.vault_fails = None
    _unlock(window, qtbot)


def test_a_review_that_waits_is_closed_unsent(opened: Opened, qtbot: QtBot) -> None:
    """Nothing of it is sent, now or after unlocking, and the page says that a dialog was closed."""
    desk = FakeDesk()
    window = opened(desk)
    review = _review(window, qtbot)
    with qtbot.waitSignal(review.finished):
        window.lock.lock()
    assert "1 open dialog was closed; nothing was sent from there." in _texts(window)
    qtbot.waitUntil(lambda: desk.locked == 1)
    _unlock(window, qtbot)
    assert desk.sent == []
    assert not window.pending.actions_.running


def test_an_approved_run_goes_on_and_its_result_waits(opened: Opened, qtbot: QtBot) -> None:
    """The lock shows that it goes on, keeps the tokens until it has ended, and shows the result after unlocking."""
    desk = FakeDesk(pause=0.02)
    window = opened(desk)
    review = _review(window, qtbot)
    wanted = {row.id for row in window.pending.table.ticked_rows()}
    with qtbot.waitSignal(window.pending.actions_.rows_said):
        review.send.click()
    window.lock.lock()
    outcomes: list[OutcomeDialog] = []
    window.pending.outcome_opened.connect(outcomes.append)
    assert GOES_ON in _texts(window)
    assert desk.locked == 0
    with qtbot.waitSignal(window.lock.let_go, timeout=20_000):
        pass
    assert set(desk.sent) == wanted
    assert RUN_OVER in _texts(window)
    assert outcomes == []
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
    page = window.lock.page
    assert page is not None
    with qtbot.waitSignal(window.pending.outcome_opened):
        page.unlock.click()
    assert {row.id for row in outcomes[0].results.rows()} == wanted
    assert outcomes[0].isVisible()
    outcomes[0].reject()


def test_a_result_nobody_has_read_comes_back(opened: Opened, qtbot: QtBot) -> None:
    """The dialog with the results is out of sight while it is locked, and there again afterwards."""
    desk = FakeDesk()
    window = opened(desk)
    review = _review(window, qtbot)
    with qtbot.waitSignal(window.pending.outcome_opened) as shown:
        review.send.click()
    outcome: OutcomeDialog = shown.args[0]
    _lock(window, qtbot)
    assert not outcome.isVisible()
    assert "closed" not in _texts(window)
    _unlock(window, qtbot)
    assert outcome.isVisible()
    with qtbot.waitSignal(window.pending.listed):
        outcome.done_button.click()


def test_a_question_is_answered_with_no(opened: Opened, qtbot: QtBot) -> None:
    """A box that waits for an answer goes, and what asked gets the careful answer."""
    window = opened(FakeDesk())
    window.messages = Dialogs(window)

    def lock_over_the_box() -> None:
        if any(one.isVisible() for one in window.findChildren(QMessageBox)):
            window.lock.lock()
        else:
            QTimer.singleShot(0, lock_over_the_box)

    QTimer.singleShot(0, lock_over_the_box)
    assert window.messages.ask("Refunds are being sent", "Stop?", "Stop and close", "Go on") is False
    assert window.lock.locked
    qtbot.waitUntil(lambda: not window.lock._own.working)


def test_keys_do_nothing_behind_the_lock(opened: Opened, qtbot: QtBot) -> None:
    """F5, Ctrl+3, Ctrl+D and ? read, show and plan nothing until it is unlocked."""
    desk = FakeDesk()
    window = opened(desk)
    window.pending.bar.ticks.tick_all.click()
    _lock(window, qtbot)
    page = window.lock.page
    assert page is not None
    for key, modifier in ((KEY.Key_F5, PLAIN), (KEY.Key_3, CTRL), (KEY.Key_D, CTRL), (KEY.Key_Question, PLAIN)):
        QTest.keyClick(page.unlock, key, modifier)
    assert window.lock.page is page
    assert not window.pending.actions_.reading
    assert not window.pending.actions_.busy
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
    _unlock(window, qtbot)
    assert window.windowTitle().startswith("nsz-desk · Pending refunds")


def test_on_production_the_total_is_asked_again_after_a_lock(opened: Opened, qtbot: QtBot) -> None:
    """Whoever unlocks may be somebody else: sending must be enabled again."""
    desk = FakeDesk(kind="production", enabled=["typed total"])
    window = opened(desk)
    window.pending.actions_.lookout.permit()
    _lock(window, qtbot)
    _unlock(window, qtbot)
    assert not desk.sending
    assert _review(window, qtbot).total is not None


def test_a_locked_window_closes_and_stops_a_run_only_when_told(
    opened: Opened, qtbot: QtBot, recorder: Recorder
) -> None:
    """While a run goes on, closing asks; agreed, it ends at the next safe stop and the window goes."""
    desk = FakeDesk(pause=0.05)
    window = opened(desk)
    review = _review(window, qtbot)
    ready = len(window.pending.table.ticked_rows())
    with qtbot.waitSignal(window.pending.actions_.rows_said):
        review.send.click()
    window.lock.lock()
    window.close()
    assert window.isVisible(), "the careful answer goes on"
    recorder.answer = True
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert recorder.said[-1][0] == "Refunds are being sent"
    assert 0 < len(desk.sent) < ready


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lock_fits_into_the_smallest_window(opened: Opened, qtbot: QtBot, theme: str) -> None:
    """Nothing is cut at 960 x 500 with every sentence that can stand there."""
    window = opened(FakeDesk(kind="production", vault_fails=REFUSED), theme=theme, size=(960, 500))
    _lock(window, qtbot)
    page = window.lock.page
    assert page is not None
    page.show_run(True)
    page.show_closed(2)
    page.show_idle(str(REFUSED))
    qtbot.waitUntil(lambda: page.said.height() >= page.said.heightForWidth(page.said.width()))
    for label in page.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())
    bottom = page.unlock.mapTo(page, page.unlock.rect().bottomRight())
    assert page.rect().contains(bottom)
