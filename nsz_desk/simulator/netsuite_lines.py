"""The lines of a transaction: what a search without mainLine finds one row for."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from nsz_desk.simulator.netsuite_ledger import Ledger, Transaction
from nsz_desk.simulator.netsuite_records import item_amounts
from nsz_desk.simulator.world import Applied


@dataclass(slots=True)
class Line:
    """One row of a transaction search. `part` is main, item, applied (to another) or applying (another to it)."""

    part: str
    of: Transaction
    number: int = 0
    amount: Decimal | None = None
    link: Applied | None = None
    item: str = ""


def lines_of(ledger: Ledger, one: Transaction) -> Iterator[Line]:
    """All lines of a transaction; where the account fills no applied-to columns, those lines carry no link."""
    account = ledger.world.netsuite
    number = 0
    yield Line("main", one, number, one.total)
    for number, amount in enumerate(item_amounts(one), 1):
        yield Line("item", one, number, amount, item=str(500 + number))
    ends = [("applied", link) for link in one.applied]
    if one.kind == "creditMemo" and account.memo_shows_refund_row:
        ends += [("applying", link) for link in ledger.refunds_of(one.id)]
    for part, link in ends:
        number += 1
        yield Line(part, one, number, link.amount, link if account.applied_columns_filled else None)
