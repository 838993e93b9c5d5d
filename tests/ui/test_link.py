"""Linking and unlinking in the window by keyboard: pick, look at the page, approve; nothing is sent before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.ui.link.dialog import LinkDialog
from nsz_desk.ui.link.review import LinkReviewDialog
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.outcome import OutcomeDialog
from tests.ui.cases import a_case, money
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk
from tests.ui.seeing import is_narrow, misnamed
from tests.ui.test_story import CTRL, KEY

MANUAL = "10006"


def made_by_hand() -> ZuoraRefund:
    """What a person made in Zuora for the manual refund of the company, two days later."""
    payment = a_case(6).memo.payment_id
    return ZuoraRefund(
        "2c92hand", "R-00000417", "2c92a006", payment, money("3000.00 USD"), date(2026, 11, 20), "External", "Check",
        "Processed", "", "", "", "No", None, None,
    )  # fmt: skip


def pressed(window: MainWindow, qtbot: QtBot, key: Qt.Key, signal: SignalInstance) -> Any:
    """Press Ctrl and a key on the list and take the dialog that opens."""
    window.pending.list.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(signal) as opened:
        QTest.keyClick(window.pending.list, key, CTRL)
    assert opened.args
    return opened.args[0]


def picked(window: MainWindow, qtbot: QtBot) -> LinkReviewDialog:
    """Ctrl+K, the first candidate, on to its page."""
    window.pending.show_tile("")
    assert window.pending.list.go_to(MANUAL)
    dialog = pressed(window, qtbot, KEY.Key_K, window.manual.link_opened)
    assert isinstance(dialog, LinkDialog)
    assert dialog.focusWidget() is dialog.buttons[0]
    QTest.keyClick(dialog.buttons[0], KEY.Key_Space)
    with qtbot.waitSignal(window.manual.link_review_opened) as reviewed:
        QTest.keyClick(dialog.link, KEY.Key_Space)
    assert reviewed.args
    review = reviewed.args[0]
    assert isinstance(review, LinkReviewDialog)
    return review


def sent(window: MainWindow, qtbot: QtBot, review: LinkReviewDialog) -> None:
    """Approve it and close the result."""
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        QTest.keyClick(review.send, KEY.Key_Space)
    assert ended.args
    outcome = ended.args[0]
    assert isinstance(outcome, OutcomeDialog)
    with qtbot.waitSignal(window.pending.listed):
        outcome.done_button.click()


def test_a_link_is_approved_on_a_page_with_its_exact_calls(opened: Opened, qtbot: QtBot) -> None:
    """Claim, our id on the Zuora refund, its marks, refund, memo: in this order; nothing is sent by a look at it."""
    desk = FakeDesk(by_hand=(made_by_hand(),))
    window = opened(desk)
    review = picked(window, qtbot)
    calls = review.calls.toPlainText()
    words = ("Creating Refund", "PUT /v1/refunds/2c92hand", '"IntegrationId__NS": "10006"', "transferredToAccounting",
             "update customer refund 10006", "zuora_id := 2c92hand", "update credit memo 20006", "Plan ")  # fmt: skip
    places = [calls.index(word) for word in words]
    assert places == [*sorted(places[:4]), *places[4:]]
    assert places[0] < places[1] < places[2] < places[3] < places[5] < places[6] < places[7]
    assert "SIMULATOR" in review.windowTitle()
    assert desk.sent == []
    QTest.keyClick(review, KEY.Key_Escape)
    assert not review.isVisible()
    assert desk.sent == []
    sent(window, qtbot, picked(window, qtbot))
    assert desk.sent == [MANUAL]


def test_only_what_was_linked_offers_to_unlink(opened: Opened, qtbot: QtBot) -> None:
    """The button and the key appear with the link, ask for the reason, show the page, and go with the link."""
    desk = FakeDesk(by_hand=(made_by_hand(),))
    window = opened(desk)
    panel = window.pending.panel
    assert window.pending.list.go_to(MANUAL)
    assert panel.link.isVisibleTo(panel)
    assert not panel.unlink.isVisibleTo(panel)
    sent(window, qtbot, picked(window, qtbot))
    window.pending.show_tile("synced")
    assert window.pending.list.go_to(MANUAL)
    assert panel.unlink.isVisibleTo(panel)
    asking = pressed(window, qtbot, KEY.Key_U, window.manual.unlink_opened)
    QTest.keyClicks(asking.reason, "the wrong one")
    with qtbot.waitSignal(window.manual.link_review_opened) as reviewed:
        QTest.keyClick(asking.unlink, KEY.Key_Space)
    assert reviewed.args
    review = reviewed.args[0]
    assert desk.reasons == []
    assert "Reason: the wrong one" in review.calls.toPlainText()
    sent(window, qtbot, review)
    assert desk.reasons == ["the wrong one"]


def test_what_a_row_offers_fits_beside_the_list(opened: Opened) -> None:
    """The buttons under the rules are as wide as their words for every row, a linked one and one in doubt too."""
    desk = FakeDesk(by_hand=(made_by_hand(),))
    desk.cases = [replace(one, desk=replace(one.desk, linked=True)) for one in desk.cases]
    window = opened(desk, size=(1280, 800))
    panel, seen = window.pending.panel, set[str]()
    for row in window.pending.table.rows():
        panel.show_row(row)
        QApplication.processEvents()
        buttons = [one for one in panel.findChildren(QPushButton) if one.isVisible() and one.parent() is panel]
        seen |= {one.text() for one in buttons}
        assert [one.text() for one in buttons if is_narrow(one) or not panel.rect().contains(one.geometry())] == []
    assert {"Allocate…", "Link…", "Unlink…", "Resync…", "Decide…", "History"} <= seen


@pytest.mark.parametrize("kind", ["simulator", "production"])
def test_the_pages_buttons_are_named_as_they_read(opened: Opened, qtbot: QtBot, kind: str) -> None:
    """Every control has the name one reads on it; on production the button that sends has not the focus."""
    desk = FakeDesk(by_hand=(made_by_hand(),), kind=kind)
    review = picked(opened(desk), qtbot)
    assert misnamed(review) == []
    assert (review.focusWidget() is review.send) == (kind == "simulator")
