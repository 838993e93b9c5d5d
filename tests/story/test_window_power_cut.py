"""The power goes in the middle of an undo, a split or a link in the window; after the next start F9 finishes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.engine.results import Result
from nsz_desk.lanes import Jobs
from nsz_desk.simulator.server import Simulator
from tests.fakes import PowerCut
from tests.story.houses import House, started
from tests.story.test_window import KEY, WAIT_MS, Hand
from tests.story.test_window_manual import PARTIAL, TWIN, assistant, link_reviewed
from tests.story.test_window_resync import to_review, wizard_of
from tests.story.truth import doubles, wrongs

pytestmark = [
    pytest.mark.qt_log_ignore("does not support propagateSizeHints"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),  # it is the cut
]
QUICK: dict[str, Any] = {"backoff_seconds": [0.01], "claim_wait_seconds": 0.01}
LEFT = "left half done"


class Cut:
    """A gateway whose process dies right after one of its writes arrived: nobody hears the answer."""

    def __init__(self, gateway: Any, verb: str, nth: int = 1) -> None:
        self._gateway, self._verb, self._left, self.happened = gateway, verb, nth, False

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._gateway, name)
        return act if name != self._verb else lambda *args, **more: self._write(act, *args, **more)

    def _write(self, act: Callable[..., object], *args: object, **more: object) -> object:
        answer = act(*args, **more)
        self._left -= 1
        if self._left:
            return answer
        self.happened = True
        raise PowerCut


def cut_at(one: House, verb: str, nth: int = 1) -> Cut:
    """Cut the power right after this write."""
    side = "netsuite" if verb == "write_fields" else "zuora"
    cut = Cut(getattr(one.desk, side), verb, nth)
    setattr(one.desk, side, cut)
    return cut


def dies(hand: Hand, cut: Cut, jobs: Jobs, qtbot: QtBot) -> None:
    """Wait for the cut; from then on nothing of that window does anything any more."""
    qtbot.waitUntil(lambda: cut.happened, timeout=WAIT_MS)
    jobs.close()
    hand.window.pending.blockSignals(True)
    hand.window.hide()


def finished(simulator: Simulator, home: Path, qtbot: QtBot, refund_id: str) -> House:
    """The next start: the banner tells what is open, F9 ends it complete, and no banner is left."""
    jobs = Jobs()
    with started(simulator, home, **QUICK) as two:
        again = Hand(two, jobs, qtbot, home / "layout.ini")
        assert LEFT in again.view.open_banner.accessibleName()
        outcome = again.finish()
        rows = [(row.id, row.result) for row in outcome.results.rows() if row.id == refund_id]
        assert rows == [(refund_id, Result.COMPLETE)], [row.reason for row in outcome.results.rows()]
        again.close(outcome)
        assert LEFT not in again.view.open_banner.accessibleName()
        assert two.desk.open_episodes() == ()
        assert again.said.errors == []
        assert again.window.close()
        jobs.close()
        return two


@pytest.mark.parametrize(("verb", "nth"), [("cancel_refund", 1), ("apply_payment", 1), ("write_fields", 2)])
def test_an_undo_that_the_power_cut_off_is_finished_after_the_start(
    tmp_path: Path, qtbot: QtBot, verb: str, nth: int
) -> None:
    """Right after the cancel, the apply, the clear: the old one stays Canceled, NetSuite is blank, one new sync."""
    home, jobs = tmp_path / "home", Jobs()
    with Simulator("demo") as simulator:
        with started(simulator, home, **QUICK) as one:
            (refund,) = one.ready(1)
            old = one.sync_one(refund).zuora_refund_id
            hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
            wizard = wizard_of(hand, qtbot, refund)
            to_review(wizard, qtbot)
            cut = cut_at(one, verb, nth)
            QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
            dies(hand, cut, jobs, qtbot)
            wizard.hide()
        two = finished(simulator, home, qtbot, refund)
        assert two.live(refund) == []
        with started(simulator, home, **QUICK) as three:
            assert three.sync_one(refund).result is Result.COMPLETE
            (new,) = three.live(refund)
            assert new["id"] != old
            assert wrongs(three.world(), refund) == doubles(three.world()) == []


def test_a_split_that_the_power_cut_off_is_finished_after_the_start(tmp_path: Path, qtbot: QtBot) -> None:
    """The create had arrived: exactly that split stands in Zuora, once, written back."""
    home, jobs = tmp_path / "home", Jobs()
    with Simulator("demo") as simulator:
        with started(simulator, home, **QUICK) as one:
            hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
            dialog = assistant(hand, qtbot)
            with qtbot.waitSignal(hand.window.manual.review_opened, timeout=WAIT_MS) as opened:
                QTest.keyClick(dialog.review, KEY.Key_Space)
            assert opened.args
            cut = cut_at(one, "create_refund")
            QTest.keyClick(opened.args[0].send, KEY.Key_Space)
            dies(hand, cut, jobs, qtbot)
        two = finished(simulator, home, qtbot, PARTIAL)
        (made,) = two.live(PARTIAL)
        assert len(made["invoices"]) >= 1
        assert wrongs(two.world(), PARTIAL) == doubles(two.world()) == []


def test_a_link_that_the_power_cut_off_is_finished_after_the_start(tmp_path: Path, qtbot: QtBot) -> None:
    """Our id had arrived on the Zuora refund: it is the only one, and both systems are written."""
    home, jobs = tmp_path / "home", Jobs()
    with Simulator("demo") as simulator:
        with started(simulator, home, **QUICK) as one:
            hand = Hand(one, jobs, qtbot, tmp_path / "layout.ini")
            review = link_reviewed(hand, qtbot)
            cut = cut_at(one, "mark_refund")
            QTest.keyClick(review.send, KEY.Key_Space)
            dies(hand, cut, jobs, qtbot)
        two = finished(simulator, home, qtbot, TWIN)
        assert len(two.live(TWIN)) == 1
        assert doubles(two.world()) == []
