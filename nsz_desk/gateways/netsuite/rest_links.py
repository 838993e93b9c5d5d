"""Over REST: who is applied to whom. Links are read in both directions and turned so that they fit together.

Which end of a link comes first is not documented: accounts were seen to show a refund as the previous document and its
credit as the next one, and the other way round. So both are asked for, and a pair counts once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nsz_desk.domain.errors import Credentials
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Application, Kind
from nsz_desk.gateways.netsuite.links import TYPES, Link
from nsz_desk.gateways.netsuite.rest_rows import JsonRecord, SqlRow
from nsz_desk.gateways.netsuite.suiteql import NOT_SHOWN, Query, SuiteQL
from nsz_desk.gateways.netsuite.values import amount, tick


@dataclass(slots=True)
class Found:
    """The links of one transaction: by the document at the other end, which of them are void, and the void ones."""

    links: dict[str, Link] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)


def linked(sql: SuiteQL, directions: Iterable[tuple[Query, ...]], ids: Iterable[str] | None = None) -> dict[str, Found]:
    """The links of all directions by `id`; of each the first query counts whose table the role may see.

    Raises:
        Credentials: it may see no table for one of the directions (code `not-shown`).
        ValueError: an amount is none.
        DeskError: not all of them could be read.
    """
    asked = None if ids is None else list(ids)
    found: dict[str, Found] = {}
    for queries in directions:
        for row in _first_shown(sql, queries, asked):
            _add(found.setdefault(row.ref("id"), Found()), row)
    return found


def _first_shown(sql: SuiteQL, queries: tuple[Query, ...], ids: list[str] | None) -> list[SqlRow]:
    for query in queries[:-1]:
        try:
            return _rows(sql, query, ids)
        except Credentials as error:
            if error.code != NOT_SHOWN:
                raise
    return _rows(sql, queries[-1], ids)


def _rows(sql: SuiteQL, query: Query, ids: list[str] | None) -> list[SqlRow]:
    return sql.rows(query)[0] if ids is None else list(sql.among(query, "id", ids))


def _add(found: Found, row: SqlRow) -> None:
    """Take a link; one without an amount of its own says that nothing was applied."""
    doc, least, most = row.ref("doc"), row.text("least"), row.text("most")
    taken = amount(most) if most else None
    if not doc or (taken is not None and not taken):
        return
    if least != most and amount(least) != taken:
        taken = None
    word = row.text("kind").casefold()
    link = Link(doc, TYPES.get(word, Kind.OTHER) if word else None, taken)
    before = found.links.get(doc)
    found.links[doc] = link if before in (None, link) else Link(doc, None, None)  # the directions contradict each other
    if row.text("voided") and tick(row.text("voided")):
        found.void.add(doc)


def in_order(docs: Iterable[str]) -> list[str]:
    """Internal ids in the order of their numbers."""
    return sorted(docs, key=lambda doc: (len(doc), doc))


def applied_rows(record: JsonRecord) -> Iterator[tuple[str, Decimal]]:
    """(document, amount) of the rows of a whole record that are ticked.

    Records load as for editing, so open credits that are not applied may stand among the rows.

    Raises:
        ValueError: a row cannot be read, or not all of them are there.
    """
    for row in [*record.rows("apply"), *record.rows("deposit", needed=False)]:
        if not row.text("apply") or not tick(row.text("apply")):
            continue
        doc, taken = row.ref("doc") or row.text("doc"), amount(row.text("amount"))
        if not doc:
            raise ValueError("an applied row names no document")
        if taken:
            yield doc, taken


def record_applications(
    record: JsonRecord, kinds: Mapping[str, Kind], currency: str
) -> tuple[Application, ...] | Unread:
    """The rows of a whole record as applications; Unread when it is not known what a document is. Raises ValueError."""
    rows = dict[str, Decimal]()
    for doc, taken in applied_rows(record):
        if doc in rows:
            raise ValueError(f"two applied rows name document {doc}")
        rows[doc] = taken
    for doc in rows:
        if doc not in kinds:
            return Unread(f"transaction {doc}", "NetSuite does not show it to the integration role")
    return tuple(Application(doc, kinds[doc], Money(rows[doc], currency)) for doc in in_order(rows))
