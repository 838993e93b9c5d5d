"""Splitting and linking in the window, on the real Desk and a simulator over sockets, by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from nsz_desk.engine.results import Result
from nsz_desk.lanes import Jobs
from nsz_desk.ui.allocate.dialog import AllocateDialog
from nsz_desk.ui.link.dialog import LinkDialog
from nsz_desk.ui.link.review import LinkReviewDialog
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from tests.story.houses import House, house
from tests.story.test_window import CTRL, KEY, WAIT_MS, Hand
from tests.story.truth import doubles, wrongs

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
PARTIAL, TWIN = "48032", "48052"  # 250.00 USD over three invoices; 160.00 USD that somebody made by hand


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """The lanes of the window."""
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[House]:
    """The demo company."""
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as made:
        yield made


@pytest.fixture
def hand(one: House, jobs: Jobs, qtbot: QtBot, tmp_path: Path) -> Hand:
    """A person at the window."""
    return Hand(one, jobs, qtbot, tmp_path / "layout.ini")


def assistant(hand: Hand, qtbot: QtBot) -> AllocateDialog:
    """Ctrl+L on the partial refund."""
    hand.view.list.setFocus()
    assert hand.view.list.go_to(PARTIAL)
    assert hand.view.panel.allocate.isVisibleTo(hand.view.panel)
    with qtbot.waitSignal(hand.window.manual.allocate_opened, timeout=WAIT_MS) as opened:
        QTest.keyClick(hand.view.list, KEY.Key_L, CTRL)
    assert opened.args
    dialog = opened.args[0]
    assert isinstance(dialog, AllocateDialog)
    return dialog


def type_amount(dialog: AllocateDialog, row: int, text: str) -> None:
    """Type into the amount of a row, keystroke by keystroke, and press Enter."""
    table = dialog.table
    table.setCurrentIndex(dialog.model.index(row, table.currentIndex().column()))
    QTest.keyClick(table, KEY.Key_F2)
    editor = table.findChildren(QLineEdit)[-1]  # one that was closed may still wait for its end
    editor.selectAll()
    QTest.keyClick(editor, KEY.Key_Delete)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, KEY.Key_Return)


def split_of(world: Any, refund_id: str) -> dict[str, str]:
    """What the live Zuora refund took from which invoice."""
    (made,) = [one for one in world["zuora"]["refunds"] if one["integration_id"] == refund_id]
    return {part["id"]: part["amount"]["amount"] if isinstance(part["amount"], dict) else part["amount"]
            for part in made["invoices"]}  # fmt: skip


def link_reviewed(hand: Hand, qtbot: QtBot) -> LinkReviewDialog:
    """Ctrl+K on the refund that somebody made by hand, its candidate picked, up to the page that is approved."""
    hand.view.list.setFocus()
    assert hand.view.list.go_to(TWIN)
    assert hand.view.panel.link.isVisibleTo(hand.view.panel)
    with qtbot.waitSignal(hand.window.manual.link_opened, timeout=WAIT_MS) as opened:
        QTest.keyClick(hand.view.list, KEY.Key_K, CTRL)
    dialog = opened.args[0]
    assert isinstance(dialog, LinkDialog)
    assert not dialog.link.isEnabled()
    assert "same amount 160.00 USD" in dialog.buttons[0].accessibleDescription()
    QTest.keyClick(dialog.buttons[0], KEY.Key_Space)
    with qtbot.waitSignal(hand.window.manual.link_review_opened, timeout=WAIT_MS) as reviewed:
        QTest.keyClick(dialog.link, KEY.Key_Space)
    review = reviewed.args[0]
    assert isinstance(review, LinkReviewDialog)
    return review


def unlink_reviewed(hand: Hand, qtbot: QtBot) -> LinkReviewDialog:
    """Ctrl+U on it, and the reason."""
    hand.view.show_tile("synced")
    hand.view.list.setFocus()
    assert hand.view.list.go_to(TWIN)
    assert hand.view.panel.unlink.isVisibleTo(hand.view.panel)
    with qtbot.waitSignal(hand.window.manual.unlink_opened, timeout=WAIT_MS) as asked:
        QTest.keyClick(hand.view.list, KEY.Key_U, CTRL)
    asking = asked.args[0]
    assert not asking.unlink.isEnabled()
    QTest.keyClicks(asking.reason, "it was another customer's")
    with qtbot.waitSignal(hand.window.manual.link_review_opened, timeout=WAIT_MS) as reviewed:
        QTest.keyClick(asking.unlink, KEY.Key_Space)
    review = reviewed.args[0]
    assert isinstance(review, LinkReviewDialog)
    return review


def approved(hand: Hand, qtbot: QtBot, review: LinkReviewDialog) -> OutcomeDialog:
    """Press its button, which has the focus; it went well."""
    assert review.focusWidget() is review.send
    with qtbot.waitSignal(hand.view.outcome_opened, timeout=WAIT_MS) as ended:
        QTest.keyClick(review.send, KEY.Key_Space)
    outcome = ended.args[0]
    assert isinstance(outcome, OutcomeDialog)
    assert [row.result for row in outcome.results.rows()] == [Result.COMPLETE]
    return outcome


def test_a_partial_refund_is_split_by_hand_and_made_exactly_so(hand: Hand, one: House, qtbot: QtBot) -> None:
    """Oldest first is proposed; typed amounts are judged at each keystroke; only exactly 0.00 can be reviewed."""
    dialog = assistant(hand, qtbot)
    assert dialog.strategies["oldest-first"].isChecked()
    assert not dialog.strategies["memo-lines"].isEnabled()
    assert dialog.remaining.text() == "Remaining 0.00"
    type_amount(dialog, 0, "600")
    assert dialog.strategies["by hand"].isChecked()
    assert dialog.remaining.text() == "Remaining -350.00"
    assert "more than the 500.00 USD that is left of it" in dialog.model.wrong(0)
    assert not dialog.review.isEnabled()
    type_amount(dialog, 0, "100.5x")
    assert "is no amount" in dialog.model.wrong(0)
    for row, text in enumerate(("100.50", "99.50", "50")):
        type_amount(dialog, row, text)
    assert dialog.remaining.text() == "Remaining 0.00"
    names = {line.number: line.invoice_id for line in dialog.typed.offer.lines}
    with qtbot.waitSignal(hand.window.manual.review_opened, timeout=WAIT_MS) as opened:
        QTest.keyClick(dialog.review, KEY.Key_Space)
    review = opened.args[0]
    assert isinstance(review, ReviewDialog)
    assert "100.5" in review.calls.toPlainText()
    assert one.live(PARTIAL) == []
    outcome = hand.send(review)
    assert [row.result for row in outcome.results.rows()] == [Result.COMPLETE]
    hand.close(outcome)
    world = one.world()
    amounts = {key: float(amount) for key, amount in split_of(world, PARTIAL).items()}
    assert amounts == {names["INV00000034"]: 100.5, names["INV00000035"]: 99.5, names["INV00000036"]: 50.0}
    assert doubles(world) == wrongs(world, PARTIAL) == []


def test_a_strategy_is_one_click_and_says_why(hand: Hand, qtbot: QtBot) -> None:
    """Pro rata shows its reason, and the balance that each invoice will have."""
    dialog = assistant(hand, qtbot)
    QTest.keyClick(dialog.strategies["pro-rata"], KEY.Key_Space)
    assert "in proportion" in dialog.why.text()
    last = dialog.model.columnCount() - 1
    shown = [(dialog.model.index(at, 5).data(), dialog.model.index(at, last).data()) for at in range(3)]
    assert shown == [("125.00", "125.00"), ("75.00", "75.00"), ("50.00", "50.00")]
    QTest.keyClick(dialog.table, KEY.Key_F2)
    editor = dialog.table.findChildren(QLineEdit)[-1]
    QTest.keyClicks(editor, "7")
    assert dialog.state.text() == "not yet"
    QTest.keyClick(editor, KEY.Key_Escape)  # takes the typing back, and leaves the dialog open
    assert dialog.model.index(0, 5).data() == "125.00"
    assert dialog.state.text() == "exact"
    assert dialog.isVisible()
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()


def test_a_refund_made_by_hand_is_linked_and_unlinked(hand: Hand, one: House, qtbot: QtBot) -> None:
    """The candidate is shown with its reasons, picked, stamped and written back; unlinked, it is free again."""
    review = link_reviewed(hand, qtbot)
    assert one.live(TWIN) == []  # nothing is sent before the page is approved
    hand.close(approved(hand, qtbot, review))
    assert len(one.live(TWIN)) == 1
    back = unlink_reviewed(hand, qtbot)
    assert '"IntegrationId__NS": ""' in back.calls.toPlainText()
    assert "Reason: it was another customer's" in back.calls.toPlainText()
    assert len(one.live(TWIN)) == 1
    hand.close(approved(hand, qtbot, back))
    assert one.live(TWIN) == []


def test_what_was_never_linked_cannot_be_unlinked(hand: Hand, one: House) -> None:
    """No button, no menu entry, and the key does nothing."""
    synced = next(row for row in hand.view.table.rows() if row.verdict.value == "synced")
    hand.view.show_tile("synced")
    hand.view.list.setFocus()
    assert hand.view.list.go_to(synced.id)
    assert hand.view.panel.resync.isVisibleTo(hand.view.panel)
    assert not hand.view.panel.unlink.isVisibleTo(hand.view.panel)
    before, asked = one.world(), list[object]()
    hand.window.manual.unlink_opened.connect(asked.append)
    QTest.keyClick(hand.view.list, KEY.Key_U, CTRL)
    assert asked == []
    assert one.world()["zuora"] == before["zuora"]
