"""The look that is due 16 minutes after a NetSuite write whose answer was lost: it may have been carried out late.

What it finds is told as a row and repaired by nobody but a person.
Source: the protocol, time limits: NetSuite's own limit is 15 minutes.
"""

from collections.abc import Iterable, Mapping

from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.lists import Row
from nsz_desk.engine.ports import Event
from nsz_desk.engine.results import Result, RowResult
from nsz_desk.rules.book import Verdict

FINE = "as the desk left it"


def swept(ledger: Ledger, ids: Iterable[str], rows: Mapping[str, Row]) -> tuple[RowResult, ...]:
    """Note for each refund that it was looked at, and answer those that are in doubt now."""
    told = list[RowResult]()
    for refund_id in ids:
        row = rows.get(refund_id)
        found = FINE if row and _as_left(ledger, row) else _words(row)
        ledger.append(Event("sweep", refund_id, "", {"found": found}))
        if row and found != FINE and not ledger.open_words(refund_id):
            told.append(RowResult(row.id, row.number, Result.IN_DOUBT, "", found, row.judgement.next_step, row.amount))
    return tuple(told)


def _as_left(ledger: Ledger, row: Row) -> bool:
    """A refund that this desk completed must still be synced; any other must not be in doubt."""
    return row.verdict is Verdict.SYNCED if ledger.is_complete(row.id) else row.verdict is not Verdict.IN_DOUBT


def _words(row: Row | None) -> str:
    if row is None:
        return "NetSuite has no such refund any more"
    return row.judgement.why or f"Synced by this desk; NetSuite says {row.status or 'nothing'} now."
