"""The resync wizard on several refunds, beside everything else of the window, and what each step must keep."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.engine.controls import total_to_type
from nsz_desk.ui.resync.wizard import ResyncWizard
from nsz_desk.ui.resync.words import COMPARE, REASON, RESULT, REVIEW, RUN
from tests.ui.cases import company, hostile
from tests.ui.conftest import Opened, Recorder
from tests.ui.fake_desk import FakeDesk
from tests.ui.seeing import CONTROLS, in_scroll_area, name_of, overlapping, visible_label
from tests.ui.test_faces import DANGEROUS
from tests.ui.test_story import KEY, press
from tests.ui.undoing_by_hand import ONE, said, synced, to_reason, to_review, wizard_on


def test_several_rows_are_a_queue_with_one_review(opened: Opened, qtbot: QtBot) -> None:
    """Each is compared; one that cannot be undone is left alone and named; the others are one batch."""
    desk = FakeDesk(cases=[*company(), synced(31, "100.50 USD"), synced(32, "200.25 EUR"), synced(33)])
    desk.undoing.against = {"10032": "R-00010032 is Processing: only a Processed refund can be cancelled."}
    wizard = wizard_on(opened(desk), qtbot, ONE, "all")
    assert sorted(desk.undoing.looked) == [ONE, "10031", "10032", "10033"]
    assert wizard.foot.words.text() == "3 of 4 refunds can be undone."
    to_review(wizard, qtbot)
    assert wizard.foot.forward.text() == "Undo 3 refunds in SIMULATOR"
    assert "1,700.50 USD" in said(wizard)
    wizard.queue_list.go_to("10033")
    assert "RF-10493" in said(wizard)
    assert "/v1/refunds/2c92ref0033/cancel" in wizard.review.calls.toPlainText()
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    assert [plan.refund_id for plan in desk.undoing.undone] == [ONE, "10031", "10033"]
    table = wizard.queue_list.table
    assert [table.cell(at, 0) for at in range(4)] == ["Complete", "Complete", "Cannot", "Complete"]
    assert wizard.foot.again.text() == "Sync 3 again now"


def test_stop_ends_at_a_safe_place(opened: Opened, qtbot: QtBot) -> None:
    """The refund under way is brought to its end, the next one is not begun and says so; nothing is in doubt."""
    desk = FakeDesk(cases=[*company(), synced(31)])
    desk.undoing.pause = 0.02
    wizard = wizard_on(opened(desk), qtbot, ONE, "all")
    to_review(wizard, qtbot)
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: bool(wizard.queue.undos[ONE].states))
    QTest.keyClick(wizard.foot.stop, KEY.Key_Space)
    assert not wizard.foot.stop.isEnabled()
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    assert [plan.refund_id for plan in desk.undoing.undone] == [ONE]
    table = wizard.queue_list.table
    assert [table.cell(at, 0) for at in range(2)] == ["Complete", "Skipped"]
    assert "Not started: you stopped." in said(wizard)
    assert wizard.foot.again.text() == "Sync it again now"


def test_more_than_a_queue_holds_is_refused(opened: Opened, recorder: Recorder) -> None:
    """Fifty-one chosen rows open nothing; the limit is told."""
    desk = FakeDesk(cases=[synced(100 + n) for n in range(51)])
    window = opened(desk)
    window.pending.show_tile("synced")
    window.pending.list.selectAll()
    window.pending.resync()
    assert recorder.said == [("Too many at once", "51 refunds are chosen. Undo at most 50 at once.")]
    assert desk.undoing.looked == []


def test_production_wants_the_total_and_keeps_its_thumb_off(opened: Opened, qtbot: QtBot) -> None:
    """The button is grey until the total stands there; with it typed once, the next wizard asks no more."""
    desk = FakeDesk(kind="production")
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_review(wizard, qtbot)
    assert wizard.review.total is not None
    assert wizard.focusWidget() is wizard.review.total.field
    assert not wizard.foot.forward.isEnabled()
    total = total_to_type(wizard.queue.batch.totals)
    assert total is not None
    QTest.keyClicks(wizard.review.total.field, total.plain())
    assert wizard.foot.forward.isEnabled()
    QTest.keyClick(wizard.foot.forward, KEY.Key_Space)
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    assert wizard.focusWidget() is wizard.foot.cancel
    assert desk.enabled == ["typed total"]


def test_while_it_runs_nothing_else_begins(opened: Opened, qtbot: QtBot) -> None:
    """The desk's own look, a refresh, a review and a second wizard wait for the end of the run."""
    desk = FakeDesk(opened=("episode-1",))
    desk.undoing.pause = 0.05
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_review(wizard, qtbot)
    actions = window.pending.actions_
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: bool(wizard.queue.undos[ONE].states))
    assert actions.running
    assert not window.top.refresh.isEnabled()
    assert actions.run_apart(lambda _report, _on_row: None) is None
    actions.lookout.start(1)
    qtbot.wait(30)
    assert desk.looks == 0
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    qtbot.waitUntil(lambda: not actions.running)
    assert desk.looks == 0, "the wizard is still there"


def test_closing_the_window_while_it_runs_asks_and_waits(opened: Opened, qtbot: QtBot, recorder: Recorder) -> None:
    """A yes ends the run at a safe place; only then the window closes."""
    desk = FakeDesk()
    desk.undoing.pause = 0.02
    window = opened(desk)
    wizard = wizard_on(window, qtbot, ONE)
    to_review(wizard, qtbot)
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: bool(wizard.queue.undos[ONE].states))
    assert not window.close()
    recorder.answer = True
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert wizard.queue.undos[ONE].result is not None


def pages(wizard: ResyncWizard, qtbot: QtBot) -> Iterator[int]:
    """Each step of the wizard, as a person meets it."""
    yield COMPARE
    to_reason(wizard)
    yield REASON
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: wizard.step == REVIEW)
    yield REVIEW
    wizard.foot.forward.click()
    qtbot.waitUntil(lambda: wizard.step == RUN)
    yield RUN
    qtbot.waitUntil(lambda: wizard.step == RESULT)
    yield RESULT


@pytest.mark.parametrize("size", [(960, 500), (1120, 760)], ids=["960", "1120"])
def test_names_texts_and_room_hold_on_every_step(opened: Opened, qtbot: QtBot, size: tuple[int, int]) -> None:
    """Every control has the name one reads; hostile texts are inert; nothing is cut off or lies over another."""
    evil = hostile().refund.number, hostile().customer.name
    cases = [*company(), synced(31), synced(32, customer=evil[1])]
    desk = FakeDesk(cases=cases)
    desk.undoing.pause = 0.02
    wizard = wizard_on(opened(desk, size=size), qtbot, ONE, "all")
    for _ in pages(wizard, qtbot):
        qtbot.wait(20)
        assert wizard.width() <= size[0]
        assert wizard.height() <= size[1]
        assert overlapping(wizard) == []
        for widget in (one for one in wizard.findChildren(QWidget) if one.isVisible()):
            check_widget(widget, wizard)


def check_widget(widget: QWidget, top: QWidget) -> None:
    """One widget keeps what every widget must keep."""
    if isinstance(widget, QLabel):
        assert widget.textFormat() == Qt.TextFormat.PlainText
        assert not [bad for bad in DANGEROUS if bad in widget.text()]
    if isinstance(widget, (*CONTROLS, QComboBox)) and not widget.inherits("QHeaderView") and not _is_qts(widget):
        face: Any = QAccessible.queryAccessibleInterface(widget)
        name = face.text(QAccessible.Text.Name)
        assert name, name_of(widget)
        assert visible_label(widget) in ("", name)
    if isinstance(widget, (QAbstractButton, QLabel, QLineEdit, QComboBox)) and not in_scroll_area(widget):
        area = widget.rect().translated(widget.mapTo(top, widget.rect().topLeft()))
        assert top.rect().contains(area), name_of(widget)
    if isinstance(widget, QAbstractButton) and not _is_qts(widget):
        assert widget.width() >= widget.minimumSizeHint().width(), name_of(widget)


def _is_qts(widget: QWidget) -> bool:
    """A part that Qt makes itself."""
    parent = widget.parent()
    return parent is not None and parent.inherits("QAbstractItemView")
