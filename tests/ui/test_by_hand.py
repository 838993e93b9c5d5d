"""The assistant, the review of a split and the decision on the fake desk: what they show, and what a key does."""

from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.ui.allocate.dialog import AllocateDialog
from nsz_desk.ui.decide.dialog import APPROVE, CHOOSE, DecideDialog
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.split_review import SplitReview
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk
from tests.ui.pages_by_hand import MANUAL, deciding_desk
from tests.ui.test_story import CTRL, KEY
from tests.ui.undoing_by_hand import ONE


def shown(top: QWidget) -> list[str]:
    """All words that are visible there."""
    return [one.accessibleName() or one.text() for one in top.findChildren(QLabel) if one.isVisible()]


def assistant(window: MainWindow, qtbot: QtBot) -> AllocateDialog:
    """Ctrl+L on the manual refund."""
    window.pending.list.setFocus()
    assert window.pending.list.go_to(MANUAL)
    with qtbot.waitSignal(window.manual.allocate_opened) as opened:
        QTest.keyClick(window.pending.list, KEY.Key_L, CTRL)
    dialog: AllocateDialog = _only(opened.args, AllocateDialog)
    return dialog


def _only(args: list[Any] | None, kind: type[Any]) -> Any:
    assert args
    assert isinstance(args[0], kind)
    return args[0]


def test_the_assistant_begins_with_the_payment_in_figures_that_foot(opened: Opened, qtbot: QtBot) -> None:
    """Number, date, amount, applied less refunded before is what is left; and how Zuora will be asked."""
    dialog = assistant(opened(FakeDesk(), size=(1280, 900)), qtbot)
    words = shown(dialog)
    for text in ("P-00004006", "1 Oct 2026", "10,000.00 USD", "to 5 invoices", "this refund takes 3,000.00"):
        assert text in words, words
    applied, refunded, left = dialog.typed.offer.sums
    assert applied - refunded == left
    assert any(text.startswith("Route: unapply and refund in one call (Invoice Settlement).") for text in words)


def test_on_a_low_screen_the_payment_is_one_line(opened: Opened, qtbot: QtBot) -> None:
    """The same facts, and room for the invoices."""
    dialog = assistant(opened(FakeDesk(), size=(960, 500)), qtbot)
    line = "Payment P-00004006 of 1 Oct 2026, 10,000.00 USD: 10,000.00 applied to 5 invoices, 0.00 refunded before, "
    assert f"{line}10,000.00 left." in shown(dialog)


def test_the_review_of_a_split_shows_route_and_forecast(opened: Opened, qtbot: QtBot) -> None:
    """One row for each invoice that is touched, by its number; the exact call stands behind the fold."""
    desk = FakeDesk()
    window = opened(desk, size=(1280, 900))
    dialog = assistant(window, qtbot)
    for row, text in enumerate(("2000", "1000", "0", "0", "0")):
        assert dialog.model.setData(dialog.model.index(row, 5), text)
    with qtbot.waitSignal(window.manual.review_opened) as reviewed:
        QTest.keyClick(dialog.review, KEY.Key_Space)
    review = _only(reviewed.args, SplitReview)
    table = review.forecast.table
    cells = [[table.cell(at, place) for place in range(4)] for at in range(table.rowCount())]
    assert cells == [
        ["INV-0006-0", "2,000.00 USD", "2,000.00 USD", "0.00 USD"],
        ["INV-0006-1", "1,000.00 USD", "2,000.00 USD", "1,000.00 USD"],
    ]
    assert "Route: unapply and refund in one call" in review.route.text()
    assert review.focusWidget() is review.send
    QTest.keyClick(review.fold, KEY.Key_Space)
    calls = review.calls.toPlainText()
    assert review.calls.isVisible()
    assert calls.index("inv60") < calls.index("INV-0006-0")  # sent by id, told by number
    assert desk.sent == []
    with qtbot.waitSignal(window.pending.outcome_opened):
        QTest.keyClick(review.send, KEY.Key_Space)
    assert desk.sent == [MANUAL]


def deciding(window: MainWindow, qtbot: QtBot) -> DecideDialog:
    """The dialog on the refund that waits, with both systems read."""
    row = window.pending.table.row(ONE)
    with qtbot.waitSignal(window.decide_opened) as opened:
        window.pending.decide_wanted.emit(row)
    dialog: DecideDialog = _only(opened.args, DecideDialog)
    qtbot.waitUntil(lambda: dialog.ready)
    return dialog


@pytest.mark.parametrize("kind", ["simulator", "production"])
def test_an_undo_is_approved_on_a_page_of_its_own(opened: Opened, qtbot: QtBot, kind: str) -> None:
    """Space chooses, a reason opens the way, the calls are shown; Back leads back; Escape decides nothing."""
    dialog = deciding(opened(deciding_desk(kind)), qtbot)
    assert dialog.focusWidget() is dialog.options.buttons[0]
    QTest.keyClick(dialog.options.buttons[0], KEY.Key_Space)
    assert not dialog.forward.isEnabled()
    QTest.keyClicks(dialog.reason, "agreed")
    with qtbot.waitSignal(dialog.told):
        QTest.keyClick(dialog.forward, KEY.Key_Space)
    assert dialog.pages.currentIndex() == APPROVE
    assert "/cancel" in dialog.calls.toPlainText()
    assert dialog.forward.text() == f"Undo it in {kind.upper()}"
    assert dialog.forward.isEnabled() == (kind == "simulator")  # production asks for the total first
    QTest.keyClick(dialog.back, KEY.Key_Space)
    assert dialog.pages.currentIndex() == CHOOSE
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()


def test_a_cancel_names_its_refund_and_says_why_it_has_no_plan(opened: Opened, qtbot: QtBot) -> None:
    """The line says which one, of what amount and date; where nothing can be planned the reason is told."""
    dialog = deciding(opened(deciding_desk()), qtbot)
    named = "Cancel it: it is wrong: R-00000417, 3,000.00 USD of 18 Nov 2026"
    button = next(one for one in dialog.options.buttons if one.accessibleName() == named)
    QTest.keyClick(button, KEY.Key_Space)
    QTest.keyClicks(dialog.reason, "wrong")
    assert dialog.forward.text() == "Look at the plan"
    with qtbot.waitSignal(dialog.told):
        QTest.keyClick(dialog.forward, KEY.Key_Space)
    assert dialog.pages.currentIndex() == CHOOSE
    assert dialog.said.text() == "There is no such Zuora refund."
