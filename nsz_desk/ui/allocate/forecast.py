"""What each invoice of a split will show afterwards, as a table for the page on which the split is approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject

from nsz_desk.domain.money import Money, exact
from nsz_desk.engine.allocate import Allotment
from nsz_desk.ui.columns import ListColumn
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.tables import RowTable

READ_BACK = "After it each invoice is read back and compared with its last column."
LEAST = 92  # pixels: the header and a row and a half


@dataclass(frozen=True, slots=True)
class Forecast:
    """One invoice: what is taken from it, what can still be refunded of it, and its balance; None: not known."""

    key: str
    name: str
    part: Money
    room: Money
    room_after: Money
    balance: Money | None
    balance_after: Money | None


COLUMNS = (
    ListColumn("name", "Invoice", "text", lambda line: line.name),
    ListColumn("part", "This refund", "money", lambda line: line.part),
    ListColumn("room", "Room now", "money", lambda line: line.room, "What may still be refunded of the invoice"),
    ListColumn("room_after", "Room after", "money", lambda line: line.room_after),
    ListColumn("balance", "Balance now", "money", lambda line: line.balance, "What the customer owes on it"),
    ListColumn("balance_after", "Balance after", "money", lambda line: line.balance_after, "It is read back"),
)
WIDTHS = {"name": 140, "part": 120, "room": 120, "room_after": 120, "balance": 120, "balance_after": 120}


class ForecastTable(RowTable):
    """The invoices of the split."""

    strong = frozenset({"name", "part"})
    whole = frozenset({"name"})


def forecast_of(made: Allotment) -> tuple[Forecast, ...]:
    """The lines that the engine's forecast tells, with their currency."""
    return tuple(_line(one, made.plan.amount.currency) for one in made.forecast)


def _line(one: Mapping[str, Any], currency: str) -> Forecast:
    def money(name: str) -> Money:
        return Money(exact(one[name]), currency)

    known = "balance" in one
    return Forecast(
        one["invoice_id"],
        one["number"] or one["invoice_id"],
        money("part"),
        money("room"),
        money("room_after"),
        money("balance") if known else None,
        money("balance_after") if known else None,
    )


def forecast_view(made: Allotment, owner: QObject) -> TableView:
    """The table of a split."""
    table = ForecastTable(COLUMNS, lambda line: line.key, owner)
    view = TableView(table, "What each invoice will show", WIDTHS, "name")
    view.setMinimumHeight(LEAST)
    table.set_rows(forecast_of(made))
    return view
