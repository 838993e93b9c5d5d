"""What waits for a person, decided in the window on the real Desk and a simulator over sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nsz_desk.lanes import Jobs
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.decide.dialog import APPROVE, END, DecideDialog
from tests.story.houses import House, house
from tests.story.test_window import CTRL, KEY, WAIT_MS, Hand
from tests.story.truth import doubles

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
WHY = "agreed with the customer"


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """The lanes of the window."""
    made = Jobs()
    yield made
    made.close()


def dialog_on(hand: Hand, qtbot: QtBot, refund_id: str) -> DecideDialog:
    """Press Ctrl+E on a row and wait until both systems were read."""
    hand.view.show_tile("")
    hand.view.list.setFocus()
    assert hand.view.list.go_to(refund_id)
    assert hand.view.panel.decide.isVisibleTo(hand.view.panel)
    with qtbot.waitSignal(hand.window.decide_opened, timeout=WAIT_MS) as opened:
        QTest.keyClick(hand.view.list, KEY.Key_E, CTRL)
    assert opened.args
    dialog = opened.args[0]
    assert isinstance(dialog, DecideDialog)
    qtbot.waitUntil(lambda: dialog.words.text() != "Reading both systems…", timeout=WAIT_MS)
    return dialog


def choose(dialog: DecideDialog, words: str) -> None:
    """Choose the decision with these words, type a reason."""
    button = next(one for one in dialog.options.buttons if one.accessibleName() == words)
    assert button.isEnabled(), button.accessibleDescription()
    QTest.keyClick(button, KEY.Key_Space)
    assert not dialog.forward.isEnabled(), "there is no reason yet"
    QTest.keyClicks(dialog.reason, WHY)


def decided(one: House, refund_id: str) -> list[str]:
    """The decisions in the journal, each with its reason."""
    lines = [line for line in one.desk.history(refund_id) if line.kind == "decision"]
    details = [dict(line.detail) for line in lines]
    return [f"{one['what']}: {one['reason']}" for one in details]


def test_a_refund_that_somebody_cancelled_is_cleared_by_keyboard(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """The evidence is shown, the plan approved, NetSuite cleared; nothing is cancelled, and it can be synced again."""
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as one:
        (refund,) = one.ready(1)
        made = one.sync_one(refund).zuora_refund_id
        one.post("/edit", {"system": "zuora", "record": "refunds", "id": made, "set": {"status": "Canceled"}})
        hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
        dialog = dialog_on(hand, qtbot, refund)
        assert "none is live." in dialog.words.text()
        assert any("Canceled" in text.text() for text in dialog.findChildren(QLabel))
        choose(dialog, "It is dead in Zuora: clear NetSuite only")
        assert dialog.forward.text() == "Look at the plan"
        with qtbot.waitSignal(dialog.told, timeout=WAIT_MS):
            QTest.keyClick(dialog.forward, KEY.Key_Space)
        assert dialog.pages.currentIndex() == APPROVE, dialog.said.text()
        assert "/cancel" not in dialog.calls.toPlainText()
        assert decided(one, refund) == []
        with qtbot.waitSignal(dialog.decided, timeout=WAIT_MS):
            QTest.keyClick(dialog.forward, KEY.Key_Space)
        assert dialog.pages.currentIndex() == END
        assert decided(one, refund) == [f"clear: {WHY}"]
        with qtbot.waitSignal(hand.view.listed, timeout=WAIT_MS):
            QTest.keyClick(dialog.cancel, KEY.Key_Space)
        qtbot.waitUntil(lambda: not hand.view.actions_.reading, timeout=WAIT_MS)
        row = hand.view.table.row(refund)
        assert row is not None
        assert row.verdict is Verdict.READY
        assert one.sync_one(refund).zuora_refund_id != made
        assert doubles(one.world()) == []


def test_a_look_alike_is_said_to_be_another_refund(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """D.12: the person says so with a reason, the row becomes ready, and the plan names what is left aside."""
    with house(tmp_path / "home") as one:
        hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
        dialog = dialog_on(hand, qtbot, "48052")
        choose(dialog, "It is another refund: do not ask again about exactly these")
        with qtbot.waitSignal(dialog.decided, timeout=WAIT_MS):
            QTest.keyClick(dialog.forward, KEY.Key_Space)
        with qtbot.waitSignal(hand.view.listed, timeout=WAIT_MS):
            QTest.keyClick(dialog.cancel, KEY.Key_Space)
        qtbot.waitUntil(lambda: not hand.view.actions_.reading, timeout=WAIT_MS)
        row = hand.view.table.row("48052")
        assert row is not None
        assert row.verdict is Verdict.READY
        assert decided(one, "48052") == [f"other-refund: {WHY}"]


def test_without_its_evidence_a_decision_is_grey(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """A decision whose evidence is not there is grey and says what is missing; without a choice nothing can be sent."""
    with house(tmp_path / "home") as one:
        hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
        dialog = dialog_on(hand, qtbot, "48037")  # Sync Complete without an id
        closed = [button for button in dialog.options.buttons if not button.isEnabled()]
        assert closed
        assert all(button.accessibleDescription().startswith("Not open: ") for button in closed)
        assert not dialog.forward.isEnabled()
        assert dialog.why.text() == "Choose a decision."
        QTest.keyClick(dialog, KEY.Key_Escape)
        assert not dialog.isVisible()


def test_one_of_two_live_refunds_is_cancelled_by_keyboard(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """Both are named with amount and date; the plan of the picked one is approved; the other stays and is synced."""
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as one:
        (refund,) = one.ready(1)
        made = one.sync_one(refund).zuora_refund_id
        loose = next(each for each in one.world()["zuora"]["refunds"] if not each["integration_id"])
        set_id = {"system": "zuora", "record": "refunds", "id": loose["id"], "set": {"integration_id": refund}}
        one.post("/edit", set_id)
        hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
        dialog = dialog_on(hand, qtbot, refund)
        words = [button.accessibleName() for button in dialog.options.buttons if button.isEnabled()]
        assert sum(each.startswith("Cancel this one; the other stays: R-") for each in words) == 2
        choose(dialog, next(each for each in words if loose["number"] in each))
        with qtbot.waitSignal(dialog.told, timeout=WAIT_MS):
            QTest.keyClick(dialog.forward, KEY.Key_Space)
        assert dialog.pages.currentIndex() == APPROVE, dialog.said.text()
        calls = dialog.calls.toPlainText()
        assert f"/{loose['id']}/cancel" in calls
        assert "NetSuite  " not in calls
        assert dialog.forward.text() == "Cancel it in SIMULATOR"
        assert len(one.live(refund)) == 2
        with qtbot.waitSignal(dialog.decided, timeout=WAIT_MS):
            QTest.keyClick(dialog.forward, KEY.Key_Space)
        assert [each["id"] for each in one.live(refund)] == [made]
        assert decided(one, refund) == [f"cancel: {WHY}"]
        with qtbot.waitSignal(hand.view.listed, timeout=WAIT_MS):
            QTest.keyClick(dialog.cancel, KEY.Key_Space)
        qtbot.waitUntil(lambda: not hand.view.actions_.reading, timeout=WAIT_MS)
        row = hand.view.table.row(refund)
        assert row is not None
        assert row.verdict is Verdict.SYNCED
        assert doubles(one.world()) == []
