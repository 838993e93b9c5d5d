"""The table's model: obeys Qt, sorts and filters right, and keeps ticks whatever happens."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from nsz_desk.domain.money import Money, sums
from nsz_desk.engine.lists import Row
from nsz_desk.engine.results import Result, RowEvent, RowResult
from nsz_desk.rules.book import Verdict
from nsz_desk.ui import tables
from nsz_desk.ui.cells import PAD, cell_font
from nsz_desk.ui.pending.groups import TILES
from nsz_desk.ui.pending.model import PendingTable
from tests.ui.cases import a_case, a_row, company, hostile
from tests.ui.conftest import Opened
from tests.ui.fake_desk import FakeDesk

RISING, FALLING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def table(qapp: object) -> PendingTable:
    """The small company."""
    made = PendingTable()
    made.set_rows([a_row(case) for case in company()])
    return made


def at(table: PendingTable, key: str) -> int:
    """A column by its key."""
    return next(place for place, column in enumerate(table.columns) if column.key == key)


def numbers(table: PendingTable) -> list[str]:
    """The refunds on screen, in order."""
    return [row.number for row in table.shown_rows()]


def test_the_company_has_every_verdict() -> None:
    """The fake rows are judged by the real Book and show each verdict at least once."""
    assert {a_row(case).verdict for case in company()} == set(Verdict)


def test_the_model_obeys_qt_in_every_state(qtmodeltester: ModelTester, qapp: object) -> None:
    """Qt's own tester is content when the model is empty, filled, sorted, filtered, ticked and while rows change."""
    table = PendingTable()
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]
    table.set_rows([a_row(case) for case in [*company(), hostile()]])
    table.sort(at(table, "amount"), FALLING)
    table.search("usd")
    table.tick_shown(True)
    table.show_tile("ready")
    table.begin_run(table.ticked)
    table.take([RowEvent(one, "made", "Created in Zuora") for one in table.ticked], 0, 99)
    table.end_run(())
    qtmodeltester.check(table)  # type: ignore[no-untyped-call]


def test_only_ready_rows_can_be_ticked(table: PendingTable) -> None:
    """Ticking everything ticks the ready rows and no other; in doubt, busy and blocked rows stay blank."""
    table.set_ticked([row.id for row in table.rows()], True)
    assert {row.verdict for row in table.ticked_rows()} == {Verdict.READY}
    assert len(table.ticked) == sum(row.verdict is Verdict.READY for row in table.rows())


def test_ticks_survive_sort_search_tile_and_refresh(table: PendingTable) -> None:
    """Ticks belong to refunds, not to places on screen; only a row that is no longer ready loses its tick."""
    table.tick_shown(True)
    before = set(table.ticked)
    table.sort(at(table, "customer"), FALLING)
    table.search("nobody has this")
    table.show_tile("manual")
    cases = company()
    table.set_rows([a_row(case) for case in cases])
    assert table.ticked == before
    cases[0] = replace(cases[0], refund=replace(cases[0].refund, method="Barter"))
    table.set_rows([a_row(case) for case in cases])
    assert table.ticked == before - {cases[0].refund.id}


def test_ticking_all_takes_only_what_is_shown(table: PendingTable) -> None:
    """With a search, Ctrl+A ticks the rows on screen; the header's box says all, some or none of them."""
    assert table.box_for_all() is Qt.CheckState.Unchecked
    table.search("eur")
    table.tick_shown(True)
    assert {row.amount.currency for row in table.ticked_rows()} == {"EUR"}
    assert table.box_for_all() is Qt.CheckState.Checked
    table.search("")
    assert table.box_for_all() is Qt.CheckState.PartiallyChecked


def test_tiles_foot_with_the_rows(table: PendingTable) -> None:
    """Counts and sums of all tiles together are those of all rows, per currency, and each verdict is in one tile."""
    figures = table.tile_figures()
    assert sum(count for count, _ in figures.values()) == len(table.rows())
    assert sums(money for _, totals in figures.values() for money in totals) == sums(row.amount for row in table.rows())
    assert sorted(v.value for tile in TILES for v in tile.verdicts) == sorted(v.value for v in Verdict)


@pytest.mark.parametrize("words", ["northwind", "1250.00", "1,250.00", "10001", "2026-11-18 northwind", "cm-2207"])
def test_the_search_finds_a_refund_by_anything_one_knows(table: PendingTable, words: str) -> None:
    """Customer, amount with or without separators, id, day, memo; several words must all be there."""
    table.search(words)
    assert "RF-10461" in numbers(table)
    table.search(f"{words} alpine")
    assert numbers(table) == []


def test_what_is_done_or_not_selected_is_hidden_until_asked_for(table: PendingTable) -> None:
    """Synced and not selected rows stand behind their tiles."""
    hidden = {Verdict.SYNCED, Verdict.NOT_SELECTED}
    assert not hidden & {row.verdict for row in table.shown_rows()}
    table.show_tile("synced")
    assert {row.verdict for row in table.shown_rows()} == {Verdict.SYNCED}


def test_amounts_are_sorted_as_numbers_and_marked_rows_follow(table: PendingTable) -> None:
    """999.00 comes before 12,400.00; a persistent index still points at its refund."""
    place = at(table, "amount")
    mark = QPersistentModelIndex(table.index(table.position("10010"), place))
    table.sort(place, RISING)
    amounts = [row.amount.amount for row in table.shown_rows()]
    assert amounts == sorted(amounts)
    assert table.id_at(mark.row()) == "10010"


def test_large_lists_sort_like_small_ones(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numpy and plain Python give the same order, ties included, rising and falling."""
    chance = random.Random(7)
    first = a_row(a_case())
    rows = [
        replace(first, id=str(n), customer=chance.choice("abcß"), amount=Money(Decimal(chance.randint(1, 9)), "USD"))
        for n in range(400)
    ]
    for key in ("amount", "customer", "verdict", "date"):
        for order in (RISING, FALLING):
            seen = []
            for limit in (10_000, 10):
                monkeypatch.setattr(tables, "NUMPY_FROM", limit)
                table = PendingTable()
                table.set_rows(rows)
                table.sort(at(table, key), order)
                seen.append([row.id for row in table.shown_rows()])
            assert seen[0] == seen[1]


def test_a_running_row_tells_where_it_is_and_its_signal_is_small(table: PendingTable, qtbot: QtBot) -> None:
    """A row that is sent says so in its badge and reason; only its own cells on screen are announced."""
    table.tick_shown(True)
    table.begin_run(table.ticked)
    seen: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: seen.append((first.row(), last.row())))
    place = table.position("10002")
    table.take([RowEvent("10002", "made", "Created in Zuora")], 0, table.rowCount())
    assert seen == [(place, place)]
    assert table.cell(place, at(table, "why")) == "Created in Zuora"
    assert table.cell(place, at(table, "verdict")) == "Sending"
    assert table.cell(table.position("10001"), at(table, "verdict")) == "Waiting"
    table.take([RowEvent("10002", "stamped", "Written back")], 90, 99)
    assert len(seen) == 1, "a row out of sight needs no signal"
    assert not table.may_tick(table.position("10001")), "no ticking while money moves"


def test_a_finished_row_says_how_it_ended_and_loses_its_tick(table: PendingTable) -> None:
    """The result stands in the row until the next refresh; the row cannot be ticked again before."""
    row: Row = table.row_at(0)
    table.tick_shown(True)
    table.begin_run(table.ticked)
    refused = RowResult(row.id, row.number, Result.REFUSED, "", "The plan has changed.", "Review again.", row.amount)
    table.end_run([refused])
    assert table.cell(0, at(table, "why")) == "The plan has changed. Review again."
    assert row.id not in table.ticked
    assert not table.may_tick(0)
    table.set_rows(table.rows())
    assert table.may_tick(0)


def test_a_screen_reader_hears_the_row_and_the_column(table: PendingTable) -> None:
    """The first column sums the row up; every other cell says its title and value."""
    role = Qt.ItemDataRole.AccessibleTextRole
    assert table.index(0, 0).data(role) == "not ticked, Ready, RF-10461, Northwind Traders, 1,250.00 USD"
    assert table.index(0, at(table, "amount")).data(role) == "Amount: 1,250.00 USD"


def test_one_endless_number_takes_no_room_from_the_others(opened: Opened) -> None:
    """Money, dates and the usual refund numbers are never cut; a hostile number is, and its tooltip tells it whole."""
    window = opened(FakeDesk(cases=[*company(), hostile()]), size=(1440, 860))
    view = window.pending.list
    place = view.keys.index("number")
    assert view.columnWidth(place) < 110
    metrics = QFontMetrics(cell_font(13, True))
    for key in ("amount", "date"):
        at = view.keys.index(key)
        texts = [view.table.cell(position, at) for position in range(view.table.rowCount())]
        assert max(map(metrics.horizontalAdvance, texts)) + 2 * PAD <= view.columnWidth(at)
    assert view.horizontalScrollBar().maximum() == 0, "nothing has to be scrolled sideways, with the rules beside"
