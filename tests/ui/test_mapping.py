"""The mapping page of the wizard: what is shown, what is handed on, and the person's word on the connector."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk.domain.choices import Choices
from nsz_desk.engine.checks import Answer, Attested, Check, Examination, Offer, Offers, Pin
from nsz_desk.ui.start.connect import MAPPING, TEST
from tests.ui.conftest import Recorder
from tests.ui.fake_front import BAD_CHECK, OK_CHECK, OPEN_CHECK, Began, FakeFront, fill
from tests.ui.seeing import cut_off, misnamed

FIELD = Offer(
    "zuora_id", "Zuora ID", (("custbodyold", "Old"), ("custbodynew", "<b>New</b>")), "custbodynew", "custbodyold"
)
STATUS = Offer("complete", "When it is done", (("Sync Complete", "Sync Complete"),), "Sync Complete", "Sync Complete")
METHOD = Offer("Barter", "Barter", (("", "Not mapped"), ("Other", "Other")), "", "")
OFFERS = Offers((FIELD,), (STATUS,), (METHOD,), Attested("Ada", date(2026, 3, 1)))
SIGNED_IN = Check("netsuite_signed_in", "NetSuite signed in", Answer.OK, "it lets us in")
FOUND = Examination((OK_CHECK, OPEN_CHECK), Pin("t.1", "-", False), "x", OFFERS)


def lines(page: QWidget | None) -> list[str]:
    """The titles of the checks, from top to bottom."""
    titles = (OK_CHECK.title, OPEN_CHECK.title, BAD_CHECK.title)
    assert page is not None
    texts = [one.text() for one in page.findChildren(QLabel)]
    return [title for text in texts for title in titles if text.startswith(title)]


def test_what_is_proposed_is_shown_and_what_is_chosen_is_handed_on(began: Began, qtbot: QtBot) -> None:
    """By keyboard: the proposal stands there, a list changes with the arrows, the tick asks for a name."""
    front = FakeFront(found=FOUND)
    window = began(front)
    dialog = window.show_connect()
    fill(dialog)
    dialog.next.click()
    for field in dialog.keys.fields.values():
        field.setText("s")
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == TEST and dialog.next.isEnabled())
    assert dialog.next.text() == "Next"
    QTest.keyClick(dialog.next, Qt.Key.Key_Space)
    page = dialog.mapping
    assert dialog.pages.currentIndex() == MAPPING
    assert dialog.focusWidget() is page.fields["zuora_id"]
    assert page.fields["zuora_id"].currentText() == "<b>New</b>"
    qtbot.waitUntil(lambda: cut_off(dialog) == [])  # the layout settles in the event loop
    assert misnamed(dialog) == []
    QTest.keyClick(page.methods["Barter"], Qt.Key.Key_Down)
    QTest.keyClick(page.off, Qt.Key.Key_Space)
    assert not dialog.next.isEnabled()
    assert "Enter the name" in dialog.why.text()
    QTest.keyClicks(page.by, "Grace Hopper")
    with qtbot.waitSignal(window.listed):
        dialog.next.click()
    (added,) = front.added
    assert added.choices == Choices(
        {"zuora_id": "custbodynew"}, {"complete": "Sync Complete"}, {"Barter": "Other"}, "Grace Hopper"
    )


def test_without_a_tick_nobody_confirms_anew(began: Began, qtbot: QtBot) -> None:
    """The word given before stays as it is and is shown with its date."""
    dialog = began(FakeFront()).show_connect()
    dialog.show_test(FOUND)
    assert "Ada" in dialog.mapping._said_before.text()
    assert dialog.mapping.choices().confirmed_by == ""
    dialog.reject()


def test_where_netsuite_tells_nothing_there_is_no_mapping(began: Began) -> None:
    """The connection can be saved as it is, after the test."""
    dialog = began(FakeFront()).show_connect()
    dialog.show_test(Examination((BAD_CHECK,), None, ""))
    assert dialog.next.text() == "Save anyway"
    dialog.reject()


def test_lines_of_the_test_stand_there_as_they_come(began: Began, qtbot: QtBot) -> None:
    """The page turns with the first line, which stays above the next one; in the end the worst stands first."""
    dialog = began(FakeFront()).show_connect()
    dialog._busy = "Testing…"
    dialog.show_more([OK_CHECK])
    assert dialog.pages.currentIndex() == TEST
    dialog.show_more([OPEN_CHECK, BAD_CHECK])
    assert lines(dialog.checks.widget()) == [OK_CHECK.title, OPEN_CHECK.title, BAD_CHECK.title]
    assert not dialog.next.isEnabled()
    dialog.show_test(Examination((OK_CHECK, OPEN_CHECK, BAD_CHECK), None, ""))
    assert lines(dialog.checks.widget())[0] == BAD_CHECK.title
    dialog.reject()


def test_a_write_is_tried_only_when_asked_and_never_on_production(
    began: Began, qtbot: QtBot, recorder: Recorder
) -> None:
    """The button stands on the page of the test where NetSuite let the desk in; a no writes nothing."""
    front = FakeFront(found=replace(FOUND, checks=(SIGNED_IN,)))
    dialog = began(front).show_connect()
    fill(dialog)
    dialog.show_test(front.found)
    assert dialog.probe.isVisible()
    dialog.probe.click()
    assert front.probed == []
    assert dialog.probe.isEnabled()
    recorder.answer = True
    dialog.probe.click()
    qtbot.waitUntil(lambda: "reads the same" in dialog.step.text())
    assert front.probed == ["books-sb"]
    assert "value that it has" in recorder.said[-1][1]
    dialog.systems.kinds["production"].setChecked(True)
    dialog.show_page(TEST)
    assert not dialog.probe.isVisible()
    dialog.reject()
