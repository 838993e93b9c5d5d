"""The desk looks by itself: when, when not, and what a person sees of it."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Unreachable
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import Pending, Result, RowResult, Told
from nsz_desk.lanes import Jobs
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.pending.actions import LOOKING
from tests.ui.cases import money
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk

PACE = 60  # milliseconds between two looks
TURNS = 6 * PACE  # long enough for several looks to have come
LATER = datetime(2126, 1, 1, tzinfo=UTC)
OPEN = ("episode-1",)


def still_open(reason: str, look_again: datetime | None = LATER) -> RowResult:
    """What a look says of the refund that stays in doubt."""
    said = RowResult("10007", "RF-10467", Result.IN_DOUBT, "", reason, "Wait.", money("640.00 USD"))
    return replace(said, told=Told.CANNOT_TELL, look_again=look_again)


def foot(window: MainWindow) -> str:
    """What the foot of the rail says of what is open."""
    return window.rail.health.open.accessibleName() if window.rail.health.open.isVisible() else ""


def test_at_the_start_what_is_open_is_finished_without_a_click(
    opened: Opened, qtbot: QtBot, recorder: Recorder
) -> None:
    """After the first list the desk looks once; the list is read again, the banner goes, and no dialog came."""
    desk = FakeDesk(opened=OPEN)
    window = opened(desk, look_ms=60_000)
    qtbot.waitUntil(lambda: not window.pending.open_banner.isVisible())
    assert desk.looks == 1
    assert desk.sent == []
    assert foot(window) == ""
    assert window.findChildren(QDialog) == []
    assert recorder.errors == []


def test_it_looks_again_and_again_while_something_stays_open(opened: Opened, qtbot: QtBot) -> None:
    """The timer brings look after look until the doubt is settled, then no more."""
    desk = FakeDesk(opened=OPEN, look_says=(still_open("no answer"),))
    window = opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: desk.looks >= 3)
    assert window.pending.open_banner.isVisible()
    desk.look_says = ()
    qtbot.waitUntil(lambda: not window.pending.open_banner.isVisible())
    looks = desk.looks
    qtbot.wait(TURNS)
    assert desk.looks == looks


def test_an_episode_that_wants_to_wait_is_looked_at_at_the_start_and_then_when_it_is_due(
    opened: Opened, qtbot: QtBot
) -> None:
    """Looking now is always allowed and done once; after that the episode's own time counts, and the rail tells it."""
    desk = FakeDesk(opened=OPEN, due_at=LATER, look_says=(still_open("too early to tell"),))
    window = opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: "looks again 1 Jan 2126" in foot(window))
    qtbot.wait(TURNS)
    assert desk.looks == 1
    desk.due_at = datetime.now(UTC) - timedelta(minutes=1)
    qtbot.waitUntil(lambda: desk.looks >= 2)


def test_with_nothing_open_it_never_looks(opened: Opened, qtbot: QtBot) -> None:
    """A refund that somebody else began is in doubt, but it is not this desk's to finish unasked."""
    desk = FakeDesk()
    window = opened(desk, look_ms=PACE)
    qtbot.wait(TURNS)
    assert (desk.looks, foot(window)) == (0, "")
    assert window.pending.open_banner.isVisible()


def test_when_the_network_returns_it_looks_at_once(opened: Opened, qtbot: QtBot) -> None:
    """Without waiting for the timer or for the episode's time."""
    desk = FakeDesk(opened=OPEN, due_at=LATER, look_says=(still_open("no network"),))
    window = opened(desk, look_ms=60_000)
    qtbot.waitUntil(lambda: desk.looks == 1 and not window.pending.actions_.lookout.looking)
    window.pending.actions_.lookout.network_is_back()
    qtbot.waitUntil(lambda: desk.looks == 2)


def test_on_production_it_waits_until_a_person_pressed_finish(opened: Opened, qtbot: QtBot) -> None:
    """At the start the banner only offers Finish; once it was pressed in this run, the desk goes on by itself."""
    desk = FakeDesk(kind="production", opened=OPEN)
    window = opened(desk, look_ms=PACE)
    qtbot.wait(TURNS)
    assert desk.looks == 0
    assert foot(window).startswith("Open: waits for Finish")
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        window.pending.open_banner.button.click()
    desk.opened = OPEN  # another episode stays open
    with qtbot.waitSignal(window.pending.listed):
        ended.args[0].accept()
    qtbot.waitUntil(lambda: desk.looks >= 1)


def test_on_production_sending_permits_it_too(opened: Opened, qtbot: QtBot) -> None:
    """A person has sent something in this run: a lost answer of it is looked after without another click."""
    desk = FakeDesk(kind="production", spoil=True)
    window = opened(desk, look_ms=PACE)
    window.pending.table.set_ticked(["10013"], True)
    with qtbot.waitSignal(window.pending.review_opened) as review:
        window.pending.review()
    with qtbot.waitSignal(window.pending.outcome_opened) as ended:
        review.args[0].total.field.setText(str(review.args[0].batch.totals[0]))
        review.args[0].send.click()
    desk.opened = OPEN
    with qtbot.waitSignal(window.pending.listed):
        ended.args[0].accept()
    qtbot.waitUntil(lambda: desk.looks >= 1)


def test_while_a_review_is_open_it_does_not_look(opened: Opened, qtbot: QtBot) -> None:
    """What a person is reading and about to approve stays as it is; after the dialog has gone the desk looks."""
    desk = FakeDesk(opened=OPEN, look_says=(still_open("no answer"),))
    window = opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: desk.looks >= 1 and not window.pending.actions_.lookout.looking)
    window.pending.table.tick_shown(True)
    with qtbot.waitSignal(window.pending.review_opened) as review:
        qtbot.waitUntil(lambda: not window.pending.actions_.why_no_review(1))
        window.pending.review()
    looks = desk.looks
    qtbot.wait(TURNS)
    assert desk.looks == looks
    review.args[0].reject()
    qtbot.waitUntil(lambda: desk.looks > looks)


def test_while_refunds_are_sent_it_does_not_look(opened: Opened, qtbot: QtBot) -> None:
    """A run and a look never work on the journal at the same time."""
    desk = FakeDesk(opened=OPEN, look_says=(still_open("no answer"),))
    window = opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: desk.looks >= 1 and not window.pending.actions_.lookout.looking)
    batch = desk.plan(["10001"], _Quiet())
    desk.pause = TURNS / 4 / 1000
    looks = desk.looks
    with qtbot.waitSignal(window.pending.run_ended):
        window.pending.actions_.send(batch, "Sending")
        assert window.pending.actions_.running
    assert (desk.looks, desk.sent) == (looks, ["10001"])


def test_while_it_looks_nothing_else_can_be_started(opened: Opened, qtbot: QtBot) -> None:
    """Refresh, Finish, Review and Send are off for that moment, each with the reason; ticks may still be set."""
    desk = FakeDesk(opened=OPEN, pause=0.3)
    window = opened(desk, look_ms=60_000)
    actions = window.pending.actions_
    qtbot.waitUntil(lambda: actions.lookout.looking)
    window.pending.table.tick_shown(True)
    assert len(window.pending.table.ticked) == 9
    assert {actions.why_no_refresh(), actions.why_no_finish(), actions.why_no_review(9)} == {LOOKING}
    assert not window.pending.open_banner.button.isEnabled()
    actions.send(desk.plan(["10001"], _Quiet()), "Sending")
    assert not actions.running
    qtbot.waitUntil(lambda: not actions.lookout.looking)
    assert actions.why_no_review(9) != LOOKING


def test_a_look_that_fails_is_told_in_the_rail_and_not_in_a_dialog(
    opened: Opened, qtbot: QtBot, recorder: Recorder
) -> None:
    """The foot of the rail names the cause and the system; the next look tries again and takes the words back."""
    desk = FakeDesk(opened=OPEN, look_fails=Unreachable("Zuora does not answer.", "Nothing was sent.", "Wait."))
    window = opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: foot(window).startswith("Open: could not look, Zuora does not answer."))
    assert "Zuora does not answer." in window.rail.health.zuora.accessibleName()
    assert recorder.errors == []
    desk.look_fails = None
    qtbot.waitUntil(lambda: not window.pending.open_banner.isVisible())
    assert foot(window) == ""


def test_a_second_live_refund_found_by_a_look_is_red_on_the_page(opened: Opened, qtbot: QtBot) -> None:
    """No dialog interrupts, but the first line of the page names both refunds and says not to pay out."""
    words = (
        "duplicate: two live Zuora refunds R-1 and R-2 exist for NetSuite refund RF-10467. Do not pay out. Cancel one."
    )
    desk = FakeDesk(opened=OPEN, look_says=(still_open(words, None),))
    window = opened(desk, look_ms=60_000)
    banner = window.pending.alarm_banner
    qtbot.waitUntil(banner.isVisible)
    assert banner.accessibleName().startswith("Two live Zuora refunds R-1 and R-2 exist")
    assert banner.property("look") == "tint-blocked"


def test_a_read_only_desk_does_not_look(opened: Opened, qtbot: QtBot) -> None:
    """Where money operations are refused, the desk does not try them unasked."""
    desk = FakeDesk(opened=OPEN, read_only="The journal's chain does not verify.")
    opened(desk, look_ms=PACE)
    qtbot.wait(TURNS)
    assert desk.looks == 0


def test_without_a_journal_whose_chain_holds_it_does_not_look(opened: Opened, qtbot: QtBot) -> None:
    """The check of the journal comes before anything that the desk does by itself."""
    desk = FakeDesk(opened=OPEN, broken=True)
    opened(desk, look_ms=PACE)
    qtbot.waitUntil(lambda: desk.verified == 1)
    qtbot.wait(TURNS)
    assert desk.looks == 0


@dataclass
class SlowDesk(FakeDesk):
    """Its list comes when it is let go."""

    gate: threading.Event = field(default_factory=threading.Event)

    def pending(self, report: Report) -> Pending:
        """The list, later."""
        self.gate.wait(5)
        return super().pending(report)


@pytest.mark.parametrize("fails", [None, Unreachable("NetSuite does not answer.")], ids=["read", "not read"])
def test_the_journal_is_checked_after_the_first_list_and_not_beside_it(
    qtbot: QtBot, recorder: Recorder, fails: BaseException | None
) -> None:
    """Two jobs that load the same libraries at once are never started; a list that fails does not stop the check."""
    desk, jobs = SlowDesk(fails=fails), Jobs()
    window = MainWindow(desk, jobs, theme="light", messages=recorder, look_ms=0)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.pending.actions_.reading)
    qtbot.wait(TURNS)
    assert desk.verified == 0
    desk.gate.set()
    qtbot.waitUntil(lambda: desk.verified == 1)
    jobs.close()


def test_closing_during_a_look_ends_it_and_asks_nothing(opened: Opened, qtbot: QtBot, recorder: Recorder) -> None:
    """The window waits for the safe stop, then goes by itself."""
    desk = FakeDesk(opened=OPEN, pause=0.2)
    window = opened(desk, look_ms=60_000)
    qtbot.waitUntil(lambda: window.pending.actions_.lookout.looking)
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert recorder.said == []


class _Quiet:
    def progress(self, done: int, total: int, text: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Never stops."""
