"""What an earlier run left, in the banner: counts, Finish, and Continue; and what recovery found, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nsz_desk.domain.case import Desk as Knowledge
from nsz_desk.engine.lists import Row
from nsz_desk.engine.outlook import LastRun
from nsz_desk.engine.results import BatchResult, Result, RowResult, Told
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.unfinished import Left, Unfinished, unfinished, unfinished_text
from nsz_desk.ui.pending.verdicts import alarm_text, told_text
from nsz_desk.ui.texts import time_text
from tests.ui.cases import CLAIM, LOST, a_case, a_row, company, money, stale_claim
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk

BEGAN = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
DAY = BEGAN.astimezone().date()
TWO = "duplicate: two live Zuora refunds R-1 and R-2 exist for NetSuite refund RF-10467. Do not pay out. Cancel one."


def crashed() -> tuple[list[Row], Left]:
    """After a crash: of a run of six, two are synced, one is half done, one was refused, two were not begun."""
    rows = [
        a_row(a_case(1, status_text="Sync Complete", zuora_id="2c92ref0001")),
        a_row(replace(a_case(3), desk=Knowledge("desk-1", LOST))),
        a_row(a_case(4, "4300.00 USD", paid="3100.00 USD")),
        a_row(a_case(5)),
        a_row(a_case(6)),
        a_row(stale_claim()),
    ]
    last = LastRun(BEGAN, ("10001", "10002", "10004"), ("10003",), ("10005", "10006"))
    return rows, Left(("episode-1",), last)


def test_the_banner_counts_in_doubt_not_started_and_done() -> None:
    """The half done one and the foreign claim are in doubt; a refused one is not called done."""
    left = unfinished(*crashed())
    assert left == Unfinished(2, 1, ("10005", "10006"), 2, 1, BEGAN)
    assert unfinished_text(left, DAY) == (
        f"2 in doubt · 2 not started · 1 not done · 2 done — since {time_text(BEGAN, DAY)}. 1 refund was left half "
        "done last time. Finish completes or explains each."
    )


def test_another_day_is_named() -> None:
    """A run of yesterday is not taken for one of today."""
    assert "since 22 Nov 2026, " in unfinished_text(unfinished(*crashed()), DAY + timedelta(days=1))


def test_an_open_episode_counts_although_its_refund_is_no_longer_listed() -> None:
    """The journal knows of it, the list does not: it is in doubt all the same, and counted once."""
    rows, left = crashed()
    listed = [row for row in rows if row.id != "10003"]
    assert unfinished(listed, left).in_doubt == unfinished(rows, left).in_doubt == 2
    assert unfinished([], Left(("episode-1",))).in_doubt == 1


def test_a_run_that_came_to_its_end_is_not_counted() -> None:
    """Nothing not started and nothing open: only what is in doubt for another reason is told, or nothing at all."""
    ended = Left((), LastRun(BEGAN, ("10001",), (), ()))
    assert unfinished_text(unfinished([a_row(stale_claim())], ended), DAY) == (
        "1 in doubt. Finish completes or explains each."
    )
    assert unfinished_text(unfinished([a_row(a_case(1))], ended), DAY) == ""
    assert unfinished_text(unfinished([], Left()), DAY) == ""


def test_what_is_no_longer_ready_cannot_be_continued() -> None:
    """A refund that was not started and is blocked, busy or gone by now is not offered."""
    rows = [a_row(a_case(1, status_text="Creating Refund", claim_note=CLAIM)), a_row(a_case(2))]
    left = Left((), LastRun(BEGAN, (), (), ("10001", "10002", "10099")))
    assert unfinished(rows, left).not_started == ("10002",)


def test_continue_ticks_what_was_not_started_and_opens_its_review(opened: Opened, qtbot: QtBot) -> None:
    """Exactly those rows and nothing that was ticked otherwise; nothing is sent before the review is approved."""
    desk = FakeDesk(last=LastRun(BEGAN, ("10001",), (), ("10002", "10005", "10004")))
    window = opened(desk)
    view = window.pending
    button = view.open_banner.second
    assert button.accessibleName() == "Continue 2"
    view.table.set_ticked(["10014"], True)
    with qtbot.waitSignal(view.review_opened) as review:
        button.click()
    dialog = review.args[0]
    assert {plan.refund_id for plan in dialog.plans.rows()} == view.table.ticked == {"10002", "10005"}
    assert desk.sent == []
    dialog.reject()


def test_with_nothing_in_doubt_the_banner_offers_continue_alone(opened: Opened) -> None:
    """After a stop there may be nothing to finish: the button is not there, and F9 does nothing."""
    calm = [case for case in company() if not case.desk.open_episode]
    window = opened(FakeDesk(cases=calm, last=LastRun(BEGAN, (), (), ("10002",))))
    banner = window.pending.open_banner
    assert banner.isVisible()
    assert banner.accessibleName().startswith("1 not started — since ")
    assert (banner.button.isVisible(), banner.second.isVisible()) == (False, True)
    window._finish()
    assert not window.pending.actions_.running


def test_without_a_crash_continue_is_not_there(opened: Opened) -> None:
    """Doubt alone is finished, not continued."""
    banner = opened(FakeDesk()).pending.open_banner
    assert (banner.button.isVisible(), banner.second.isVisible()) == (True, False)


def said(told: Told, look_again: datetime | None = None, reason: str = "why") -> RowResult:
    """One result of a recovery."""
    row = RowResult("10007", "RF-10467", Result.IN_DOUBT, "", reason, "step", money("640.00 USD"))
    return replace(row, told=told, look_again=look_again)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (said(Told.NOT_ASKED), ""),
        (said(Told.EXISTS), "It exists"),
        (said(Told.DOES_NOT_EXIST), "It does not exist"),
        (said(Told.CANNOT_TELL), "Cannot tell yet"),
        (said(Told.CANNOT_TELL, BEGAN), f"Cannot tell yet · looks again {time_text(BEGAN, date.today())}"),
    ],
)
def test_recovery_says_in_words_whether_the_refund_exists(row: RowResult, words: str) -> None:
    """One of three verdicts, and when the desk looks again where it cannot tell."""
    assert told_text(row) == words


def texts(dialog: OutcomeDialog) -> str:
    """All that the dialog's visible labels say."""
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisibleTo(dialog))


def outcome(window_of: Opened, *rows: RowResult) -> OutcomeDialog:
    """The dialog of these results."""
    window = window_of(FakeDesk())
    return OutcomeDialog(BatchResult(rows, ""), FakeDesk().environment, window.pending)


def test_the_result_of_a_recovery_has_the_verdict_in_a_column(opened: Opened) -> None:
    """With its colour beside the words, and again in full below the list."""
    dialog = outcome(opened, said(Told.CANNOT_TELL, BEGAN), replace(said(Told.EXISTS), id="2", result=Result.COMPLETE))
    at = [one.key for one in dialog.results.columns].index("told")
    cells = [dialog.results.cell(place, at) for place in range(2)]
    assert cells[0].startswith("Cannot tell yet · looks again ")
    assert cells[1] == "It exists"
    assert [dialog.results.tone(place, at) for place in range(2)] == ["doubt", "ready"]
    dialog.table.go_to("10007")
    assert "RF-10467: Cannot tell yet · looks again" in texts(dialog)


def test_the_result_of_sending_has_no_such_column(opened: Opened) -> None:
    """Where nobody asked whether it exists, nothing is said about it."""
    dialog = outcome(opened, said(Told.NOT_ASKED))
    assert "told" not in [one.key for one in dialog.results.columns]
    assert not dialog.alarm.isVisibleTo(dialog)


def test_a_second_live_refund_is_red_above_everything_with_both_numbers(opened: Opened) -> None:
    """The result begins with it, and the page keeps it when the dialog has gone."""
    dialog = outcome(opened, said(Told.EXISTS, reason=TWO))
    assert dialog.alarm.isVisibleTo(dialog)
    assert dialog.alarm.property("look") == "tint-blocked"
    words = dialog.alarm.accessibleName()
    assert words == (
        "Two live Zuora refunds R-1 and R-2 exist for NetSuite refund RF-10467. Do not pay out. Cancel one."
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("duplicate", "A second live Zuora refund exists for RF-10467. Do not pay out. Cancel one."),
        ("duplicate: R-9 has this id already", "R-9 has this id already. Do not pay out. Cancel one."),
        ("mismatch: R-1 has another amount", ""),
    ],
)  # fmt: skip
def test_every_alarm_says_not_to_pay_out(reason: str, words: str) -> None:
    """However the engine worded it; what is no second refund is no alarm."""
    assert alarm_text([said(Told.NOT_ASKED, reason=reason)]) == words


def test_many_alarms_leave_room_for_the_list() -> None:
    """Three are written out, the rest is counted."""
    words = alarm_text([said(Told.EXISTS, reason=TWO)] * 5)
    assert words.count("Two live") == 3
    assert words.endswith("2 more: see the list.")
