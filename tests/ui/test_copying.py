"""Copy: what spreadsheets get, in any language, with texts that stay texts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.cases import a_case
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def german() -> Iterator[None]:
    """A language that swaps the decimal sign and the grouping."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


def clipboard() -> tuple[str, str]:
    """Text and table on the clipboard."""
    held = QGuiApplication.clipboard().mimeData()
    return held.text(), held.html()


def test_chosen_rows_are_copied_with_true_numbers(opened: Opened, qtbot: QtBot) -> None:
    """Shift+Down and Ctrl+Shift+C: amount and currency in cells of their own, days as ISO 8601, titles on top."""
    window = opened(FakeDesk())
    view = window.pending.list
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.go_to("10010")
    QTest.keyClick(view, KEY.Key_Down, SHIFT)
    QTest.keyClick(window.pending.list, KEY.Key_C, CTRL | SHIFT)
    text, table = clipboard()
    lines = [line.split("\t") for line in text.split("\n")]
    assert lines[0] == ["Verdict", "Refund", "Customer", "Amount", "Currency", "Why", "Date"]
    assert lines[1] == ["Ready", "RF-10470", "Litware Inc", "12400.00", "USD", "", "2026-11-18"]
    assert lines[2][1] == "RF-10471"
    assert len(lines) == 3
    assert '<td x:num="12400.00" sdval="12400.00"' in table
    assert table.count("<tr>") == 3


def test_a_key_that_is_held_adds_nothing_to_a_row_the_program_goes_to(opened: Opened) -> None:
    """Shift is down while a search or a refresh goes to a row: that row alone is chosen."""
    view = opened(FakeDesk()).pending.list
    view.setFocus()
    QTest.keyClick(view, KEY.Key_F24, SHIFT)  # Qt remembers the modifiers of the last key
    assert QGuiApplication.keyboardModifiers() == SHIFT
    assert view.go_to("10010")
    assert view.chosen_positions() == [view.currentIndex().row()]
    QTest.keyClick(view, KEY.Key_Down, SHIFT)
    assert view.table.id_at(view.chosen_positions()[0]) == "10010"
    assert len(view.chosen_positions()) == 2


def test_another_language_does_no_harm(opened: Opened, german: None) -> None:
    """In German the text has a decimal comma, the table's numbers and what the window shows do not change."""
    window = opened(FakeDesk(cases=[a_case(1, "1250.50 EUR")]))
    QTest.keyClick(window.pending.list, KEY.Key_C, CTRL)
    text, table = clipboard()
    assert text.split("\t")[3:5] == ["1250,50", "EUR"]
    assert 'x:num="1250.50"' in table
    shown = window.pending.table
    assert shown.cell(0, [column.key for column in shown.columns].index("amount")) == "1,250.50 EUR"
    shown.tick_shown(True)
    assert "1,250.50 EUR" in " ".join(str(row.amount) for row in shown.ticked_rows())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_a_text_that_looks_like_a_formula_is_copied_as_text(opened: Opened, start: str) -> None:
    """The text form has an apostrophe before it, the table marks the cell as text."""
    window = opened(FakeDesk(cases=[a_case(1, "1.00 USD", f"{start}cmd|' /C calc'!A0")]))
    QTest.keyClick(window.pending.list, KEY.Key_C, CTRL)
    text, table = clipboard()
    assert text.split("\t")[2].startswith(f"'{start}cmd")
    assert "<td style=\"mso-number-format:'\\@'\">" + start in table


def test_hostile_names_stay_inert_on_the_clipboard(opened: Opened) -> None:
    """Tabs and line breaks make no cells or rows of their own, markup is escaped, reordering is visible."""
    case = a_case(1, "1.00 USD", "<b>A</b>\tB\r\nC\u202eD")
    window = opened(FakeDesk(cases=[replace(case)]))
    QTest.keyClick(window.pending.list, KEY.Key_C, CTRL)
    text, table = clipboard()
    assert text.count("\n") == 0
    assert len(text.split("\t")) == 7
    assert "\u202e" not in text + table
    assert "<b>" not in table


def test_hidden_columns_are_not_copied_and_shown_ones_are(opened: Opened) -> None:
    """What one sees is what one copies, in the order one sees it."""
    window = opened(FakeDesk(cases=[a_case(1)]))
    view = window.pending.list
    view.show_column(view.keys.index("credit_memo"), True)
    view.show_column(view.keys.index("why"), False)
    QTest.keyClick(view, KEY.Key_C, CTRL)
    assert clipboard()[0].split("\t") == [
        "Ready", "RF-10461", "Northwind Traders", "1250.00", "USD", "2026-11-18", "CM-2207",
    ]  # fmt: skip
