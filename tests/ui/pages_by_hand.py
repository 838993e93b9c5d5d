"""Every page of what a person does with one refund, one after the other: wizard, assistant, link, decision."""

from collections.abc import Iterator

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.ports import Moment, Report
from nsz_desk.engine.review import Option, Review
from nsz_desk.engine.review_look import Evidence, Known
from nsz_desk.engine.reviews import BY_KEY, What
from nsz_desk.ui.decide.dialog import APPROVE
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.resync.words import RESULT, REVIEW
from tests.ui.cases import NOW, a_case, money
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_story import KEY
from tests.ui.undoing_by_hand import ONE, to_reason, wizard_on

MANUAL = "10006"
SEEN = (
    "NetSuite refund RF-10479: 1,500.00 USD of 2026-11-18, Sync Complete, Zuora ID 2c92ref0019.",
    "Credit memo CM-2225: Sync Complete, Zuora ID 2c92ref0019.",
    "Zuora refund R-00010019: Processed, 1,500.00 USD of 2026-11-17, Check, NetSuite id 10019.",
    "Zuora payment P-00004019: 1,500.00 of 1,500.00 USD refunded; the search agrees.",
)


def made_by_hand(refund_id: str = "2c92hand", number: str = "R-00000417", method: str = "Check") -> ZuoraRefund:
    """What a person made in Zuora for the manual refund of the company."""
    case = a_case(6)
    return ZuoraRefund(
        refund_id, number, case.payment.account_id, case.memo.payment_id, money("3000.00 USD"), case.refund.date,
        "External", method, "Processed", "", "", "", "No", None, None,
    )  # fmt: skip


class Deciding(FakeDesk):
    """A desk on which the synced refund waits: fields differ, a resync is open, all else lacks its evidence."""

    def review_of(self, refund_id: str, report: Report) -> Review | Declined:
        """The table's reason with evidence that is all made up."""
        reason = BY_KEY["mismatch"]
        lacks = ("exactly one live Zuora refund carries this id, and agrees with NetSuite: it differs in amount",)
        options = tuple(
            Option(one, (), made_by_hand() if one.what is What.CANCEL else None)
            if one.what in (What.RESYNC, What.CANCEL, What.SET_ASIDE)
            else Option(one, lacks)
            for one in reason.decisions
        )
        known = Known(refund_id, "", frozenset(), frozenset(), None, None)
        seen = Evidence(known, Moment(NOW, 0.0), None, None, False, None, (), (), ())
        words = "mismatch: R-00010019 differs in amount"
        return Review(refund_id, "RF-10479", reason.key, words, NOW, "", SEEN, options, reason.ways, "e", seen)


def deciding_desk(kind: str = "simulator") -> Deciding:
    """The company, two refunds made by hand, one that waits."""
    return Deciding(by_hand=(made_by_hand(), made_by_hand("2c92h2", "R-00000419", "Cash")), kind=kind)


def pages(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    """Every page with its name; each dialog is closed unsent but the wizard, which goes to its end last."""
    yield from _by_hand(window, qtbot)
    yield from _decision(window, desk, qtbot)
    yield from _wizard(window, qtbot)


def _by_hand(window: MainWindow, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    view, manual = window.pending, window.manual
    view.show_tile("")
    assert view.list.go_to(MANUAL)
    with qtbot.waitSignal(manual.allocate_opened) as allocated:
        view.allocate_one(MANUAL)
    assistant = allocated.args[0]
    yield "allocate", assistant
    assert assistant.model.setData(assistant.model.index(0, 5), "2600")
    yield "allocate-wrong", assistant
    assert assistant.model.setData(assistant.model.index(0, 5), "600")
    with qtbot.waitSignal(manual.review_opened) as reviewed:
        assistant.review.click()
    yield "split-review", reviewed.args[0]
    reviewed.args[0].reject()
    with qtbot.waitSignal(manual.link_opened) as linking:
        view.link_one(MANUAL)
    dialog = linking.args[0]
    yield "link", dialog
    dialog.buttons[0].setChecked(True)
    with qtbot.waitSignal(manual.link_review_opened) as shown:
        dialog.link.click()
    yield "link-review", shown.args[0]
    shown.args[0].reject()


def _decision(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    row = window.pending.table.row(ONE)
    assert row is not None
    with qtbot.waitSignal(window.decide_opened) as opened:
        window.pending.decide_wanted.emit(row)
    dialog = opened.args[0]
    qtbot.waitUntil(lambda: dialog.ready)
    yield "decide", dialog
    dialog.options.buttons[0].setChecked(True)
    dialog.reason.setText("agreed with the customer on the phone")
    with qtbot.waitSignal(dialog.told):
        dialog.forward.click()
    assert dialog.pages.currentIndex() == APPROVE, dialog.said.text()
    yield "decide-plan", dialog
    dialog.reject()


def _wizard(window: MainWindow, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    qtbot.waitUntil(window.isActiveWindow)
    wizard = wizard_on(window, qtbot, ONE)
    yield "resync-compare", wizard
    to_reason(wizard)
    yield "resync-reason", wizard
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: wizard.step == REVIEW)
    yield "resync-review", wizard
    if wizard.review.total is not None:
        wizard.review.total.field.setText("1500.00")
    assert wizard.actions_ is not None
    with qtbot.waitSignal(wizard.actions_.rows_said):
        wizard.foot.forward.click()
    yield "resync-run", wizard
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    yield "resync-result", wizard
    QTest.keyClick(wizard.foot.cancel, KEY.Key_Space)
