"""The list at 20,000 rows: generous limits that only a real mistake reaches."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nsz_desk.domain.money import sums
from nsz_desk.ui.pending.list_view import PendingList
from nsz_desk.ui.pending.model import PendingTable
from tests.ui.cases import a_case, a_row

ROWS = 20_000


def seconds(act: Callable[[], object]) -> float:
    """The best of three."""
    times = []
    for _ in range(3):
        begin = perf_counter()
        act()
        times.append(perf_counter() - begin)
    return min(times)


def test_twenty_thousand_rows_stay_quick(qtbot: QtBot) -> None:
    """A keystroke in the search, a sort, and ticking everything with its sum each take less than half a second."""
    first = a_row(a_case())
    table = PendingTable()
    view = PendingList(table)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show()
    rows = [replace(first, id=str(n), number=f"RF-{n}", customer=f"Customer {n % 977}") for n in range(ROWS)]
    table.set_rows(rows)
    words = iter(["cust", "customer 9", "customer 97"])
    taken = {
        "search": seconds(lambda: table.search(next(words))),
        "sort": seconds(lambda: table.sort(4, Qt.SortOrder.DescendingOrder)),
    }
    table.search("")

    def tick_all() -> None:
        table.clear_ticks()
        table.tick_shown(True)
        sums(row.amount for row in table.ticked_rows())

    taken["tick all and sum"] = seconds(tick_all)
    assert len(table.ticked) == ROWS
    assert {what: round(time, 3) for what, time in taken.items() if time > 0.5} == {}
