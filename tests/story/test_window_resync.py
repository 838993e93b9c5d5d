"""The resync wizard on the real Desk and a simulator over sockets: undone by keyboard, then synced again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.engine.results import Result
from nsz_desk.lanes import Jobs
from nsz_desk.ui.resync.wizard import ResyncWizard
from nsz_desk.ui.resync.words import RESULT, REVIEW
from tests.story.houses import house
from tests.story.test_window import CTRL, KEY, WAIT_MS, Hand
from tests.story.truth import doubles, wrongs

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """The lanes of the window."""
    made = Jobs()
    yield made
    made.close()


def wizard_of(hand: Hand, qtbot: QtBot, refund_id: str) -> ResyncWizard:
    """Press Ctrl+R on a synced row and wait until both systems have been looked at."""
    hand.view.show_tile("synced")
    hand.view.list.setFocus()
    assert hand.view.list.go_to(refund_id)
    with qtbot.waitSignal(hand.window.resync_opened, timeout=WAIT_MS) as opened:
        QTest.keyClick(hand.view.list, KEY.Key_R, CTRL)
    assert opened.args
    wizard = opened.args[0]
    assert isinstance(wizard, ResyncWizard)
    qtbot.waitUntil(lambda: wizard.queue.all_checked, timeout=WAIT_MS)
    return wizard


def to_review(wizard: ResyncWizard, qtbot: QtBot) -> None:
    """Reason and review."""
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    QTest.keyClick(wizard.reason.code, KEY.Key_Down)
    QTest.keyClicks(wizard.reason.note, "paid on another day")
    QTest.keyClick(wizard.reason.note, KEY.Key_Return)
    qtbot.waitUntil(lambda: wizard.step == REVIEW, timeout=WAIT_MS)


def undone(wizard: ResyncWizard, qtbot: QtBot) -> None:
    """The same, and the run."""
    to_review(wizard, qtbot)
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT, timeout=WAIT_MS)


def test_resync_then_sync_it_again_now_gives_one_new_refund(tmp_path: Path, qtbot: QtBot, jobs: Jobs) -> None:
    """The old one is Canceled, exactly one new one is live and right in every field; the journal has the reason.

    A refund whose Zuora period is closed is told at the comparison, and nothing of it changes.
    """
    with house(tmp_path / "home", backoff_seconds=[0.01], claim_wait_seconds=0.01) as one:
        first, second = one.ready(2)
        old = one.sync(first, second).results[0].zuora_refund_id
        hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
        wizard = wizard_of(hand, qtbot, first)
        assert wizard.compare.saying.text.text().startswith("It can work")
        undone(wizard, qtbot)
        result = wizard.queue.undos[first].result
        assert result is not None
        assert result.result is Result.COMPLETE, result
        assert one.live(first) == []
        table = wizard.result_page.done.table

        def read_back() -> list[str]:
            return [table.cell(at, 4) for at in range(table.rowCount())]

        qtbot.waitUntil(lambda: any("of INV" in cell for cell in read_back()), timeout=WAIT_MS)
        assert not [cell for cell in read_back() if "expected" in cell], read_back()
        with qtbot.waitSignal(hand.view.review_opened, timeout=WAIT_MS) as opened:
            QTest.keyClick(wizard.foot.again, KEY.Key_Space)
        assert opened.args
        outcome = hand.send(opened.args[0])
        assert [(row.id, row.result) for row in outcome.results.rows()] == [(first, Result.COMPLETE)]
        hand.close(outcome)
        made = [(r["id"] == old, r["status"]) for r in one.world()["zuora"]["refunds"] if r["integration_id"] == first]
        assert sorted(made) == [(False, "Processed"), (True, "Canceled")]
        assert wrongs(one.world(), first) == doubles(one.world()) == []

        day = one.live(second)[0]["date"]
        shut = {"id": "shut", "name": day, "start": day, "end": day, "status": "Closed"}
        one.post("/edit", {"system": "zuora", "record": "periods", "create": shut})
        before = one.world()["zuora"]["refunds"]
        hand.view.refresh()
        hand._rest()
        stopped = wizard_of(hand, qtbot, second)
        assert "closed" in stopped.compare.saying.text.text()
        assert not stopped.foot.forward.isEnabled()
        stopped.reject()
        assert one.world()["zuora"]["refunds"] == before
        assert any("paid on another day" in str(line) for line in one.desk.history(first))
        assert hand.said.errors == []
        assert hand.window.close()
