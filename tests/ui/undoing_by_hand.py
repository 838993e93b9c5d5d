"""What a hand does in the resync wizard."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.case import RefundCase
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.resync.wizard import ResyncWizard
from nsz_desk.ui.resync.words import RESULT, REVIEW
from tests.ui.cases import a_case
from tests.ui.test_story import CTRL, KEY, press

ONE = "10019"  # synced
REASON_GIVEN = "Wrong date: the bank paid a day later"


def synced(n: int, amount: str = "100.00 USD", customer: str = "Coho Winery") -> RefundCase:
    """One more synced refund."""
    return a_case(n, amount, customer, status_text="Sync Complete", zuora_id=f"2c92ref{n:04d}")


def wizard_on(window: MainWindow, qtbot: QtBot, *ids: str) -> ResyncWizard:
    """Choose rows, press Ctrl+R and wait until all of them have been looked at."""
    view = window.pending
    view.show_tile("synced")
    view.list.setFocus()
    assert view.list.go_to(ids[0])
    if len(ids) > 1:
        view.list.selectAll()
    with qtbot.waitSignal(window.resync_opened) as opened:
        press(KEY.Key_R, CTRL)
    assert opened.args
    wizard = opened.args[0]
    assert isinstance(wizard, ResyncWizard)
    qtbot.waitUntil(lambda: wizard.queue.all_checked)
    return wizard


def to_reason(wizard: ResyncWizard) -> None:
    """Space on Next, an arrow in the list of reasons, Tab, and the note."""
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    assert QApplication.focusWidget() is wizard.reason.code
    press(KEY.Key_Down)
    press(KEY.Key_Tab)
    assert QApplication.focusWidget() is wizard.reason.note
    QTest.keyClicks(wizard.reason.note, "the bank paid a day later")


def to_review(wizard: ResyncWizard, qtbot: QtBot) -> None:
    """As before, then Enter in the note."""
    to_reason(wizard)
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: wizard.step == REVIEW)


def to_result(wizard: ResyncWizard, qtbot: QtBot) -> None:
    """As before, then Space on the button that undoes."""
    to_review(wizard, qtbot)
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)


def said(top: QWidget) -> str:
    """All that is written there."""
    return "\n".join(one.text() for one in top.findChildren(QLabel) if one.isVisible())
