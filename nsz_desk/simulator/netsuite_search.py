"""Searches and their pages.

NetSuite searches again for every page: what was changed since may fall out or move up. So only the
request is remembered under the search id, never the rows; the id dies after 15 unused minutes.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_columns import row_writer
from nsz_desk.simulator.netsuite_criteria import Criteria, of_transactions
from nsz_desk.simulator.netsuite_found import Found
from nsz_desk.simulator.netsuite_joins import joined
from nsz_desk.simulator.netsuite_ledger import Ledger, Transaction
from nsz_desk.simulator.netsuite_lines import Line, lines_of
from nsz_desk.simulator.netsuite_list_criteria import of_customers, of_periods
from nsz_desk.simulator.netsuite_made import TRANSACTIONS, made_rows
from nsz_desk.simulator.netsuite_records import record_xml
from nsz_desk.simulator.netsuite_xml import (
    XSI_TYPE,
    RecordError,
    against_schema,
    child,
    is_true,
    leaf,
    local,
    text_of,
    urn,
    whole_number,
    wrapped,
)
from nsz_desk.simulator.world import OpenSearch, World

Sequence = list[Any] | Found
UNUSED = timedelta(minutes=15)
PAGE_SIZES = range(5, 1_001)


@dataclass(frozen=True, slots=True)
class _Subject:
    """One thing that can be searched: its stem of type names, its namespaces and its readers."""

    stem: str
    prefix: str
    table: str
    kind: str
    criteria: Callable[[Ledger, Element | None, str], Criteria]
    records: Callable[[Ledger], Iterable[Any]]


_SUBJECTS = (
    _Subject("TransactionSearch", "tranSales", "transaction", "", of_transactions, lambda ledger: ()),
    _Subject(
        "CustomerSearch", "listRel", "customer", "customer",
        lambda ledger, basic, version: of_customers(ledger.world, basic, version),
        lambda ledger: ledger.world.customers.values(),
    ),
    _Subject(
        "AccountingPeriodSearch", "listAcct", "period", "accountingPeriod",
        lambda ledger, basic, version: of_periods(ledger.world, basic, version),
        lambda ledger: ledger.world.ns_periods.values(),
    ),
)  # fmt: skip


def search(world: World, asked: Element, header: Element | None, version: str) -> str:
    """Run a new search; the searchResult element. Raises RecordError where the search as a whole fails."""
    size, body_only = _preferences(header)
    record = child(asked, "searchRecord")
    if record is None:
        raise against_schema("search holds no searchRecord")
    _forget_old(world)
    rows = _rows(world, record, version)
    search_id = f"WEBSERVICES_{world.netsuite.account}_{uuid.uuid4().hex}"
    pages = max(1, -(-len(rows) // size))
    opened = OpenSearch(record, version, size, body_only, pages, world.now())
    world.ns_searches[search_id] = opened
    return _page(world, opened, search_id, rows, 1)


def search_more(world: World, asked: Element, version: str) -> str:
    """Search again and cut out another page; the searchResult element. Raises RecordError."""
    search_id, sent = text_of(child(asked, "searchId")), text_of(child(asked, "pageIndex"))
    _forget_old(world)
    opened = world.ns_searches.get(search_id)
    if opened is None:
        raise RecordError("INVALID_JOB_ID", "The search id is not known, or it was not used for 15 minutes.")
    index = whole_number(sent)
    if not index or index > opened.pages:
        raise RecordError("INVALID_PAGE_INDEX", f"The page {sent!r} is not one of 1 to {opened.pages}.")
    opened.used = world.now()
    if not isinstance(opened.asked, Element):
        raise TypeError("an open search remembers an XML element")
    return _page(world, opened, search_id, _rows(world, opened.asked, opened.version), index)


def _preferences(header: Element | None) -> tuple[int, bool]:
    """Page size and bodyFieldsOnly from the searchPreferences header, or their defaults 1,000 and true."""
    sent = child(header, "searchPreferences") if header is not None else None
    size = text_of(child(sent, "pageSize")) if sent is not None else ""
    body = text_of(child(sent, "bodyFieldsOnly")) if sent is not None else ""
    if size and whole_number(size) not in PAGE_SIZES:
        raise RecordError("INVALID_SEARCH_PAGE_SIZE", f"The page size {size} is not one of 5 to 1,000.")
    return int(size or 1_000), is_true(body or "true")


def _forget_old(world: World) -> None:
    now = world.now()
    for search_id in [key for key, opened in world.ns_searches.items() if now - opened.used > UNUSED]:
        del world.ns_searches[search_id]


def _parts(record: Element, version: str) -> tuple[_Subject, Element | None, Element | None, bool]:
    """What is searched, the basic criteria, the columns, and whether it is an advanced search."""
    kind = record.get(XSI_TYPE, "")
    for subject in _SUBJECTS:
        home = urn(subject.prefix, version)
        if kind == f"{{{urn('platformCommon', version)}}}{subject.stem}Basic":
            return subject, record, None, False
        if kind == f"{{{home}}}{subject.stem}":
            return subject, _basic_of(record), None, False
        if kind == f"{{{home}}}{subject.stem}Advanced":
            if record.get("savedSearchId") or record.get("savedSearchScriptId"):
                raise RecordError("INVALID_KEY_OR_REF", "This account has no saved searches.")
            criteria = child(record, "criteria")
            basic = _basic_of(criteria) if criteria is not None else None
            return subject, basic, child(record, "columns"), True
    raise against_schema(f"'{kind}' is not a search this account knows")


def _basic_of(criteria: Element) -> Element | None:
    """The basic criteria; those on joined records are read by `joined`."""
    return child(criteria, "basic")


def _criteria_of(record: Element) -> Element | None:
    """The element that holds basic and joined criteria; None for a basic search and for a search of everything."""
    kind = record.get(XSI_TYPE, "")
    return child(record, "criteria") if kind.endswith("Advanced") else None if kind.endswith("Basic") else record


def _rows(world: World, record: Element, version: str) -> Sequence:
    """All rows that match now: lines of transactions, customers or periods."""
    ledger = Ledger(world)
    subject, basic, asked, advanced = _parts(record, version)
    criteria = subject.criteria(ledger, basic, version)
    for node in _criteria_of(record) or ():
        if local(node.tag) != "basic":
            criteria.lines.append(joined(ledger, node, subject.table, version))
    lines = _reader(ledger, subject, criteria, advanced and asked is not None)
    if world.stretches and subject.table != "period":
        return made_rows(world, _kinds_of(subject, criteria), record, lines)
    if subject.table != "transaction":
        return [row for one in subject.records(ledger) for row in lines(one)]
    found = sorted(ledger.transactions(criteria.kinds), key=lambda one: (len(one.id), one.id))
    return [line for one in found for line in lines(one)]


def _reader(ledger: Ledger, subject: _Subject, criteria: Criteria, by_line: bool) -> Callable[[Any], list[Any]]:
    """Compile what rows a record gives: none, itself, or its lines; whole records come once."""

    def rows(one: Any) -> list[Any]:
        if not criteria.accepts(one):
            return []
        if subject.table != "transaction":
            return [one]
        if not criteria.lines and (criteria.main_only or not by_line):
            return [Line("main", one, 0, one.total)]
        every = [Line("main", one, 0, one.total)] if criteria.main_only else lines_of(ledger, one)
        lines = [line for line in every if criteria.accepts_line(line)]
        return lines if by_line else lines[:1]

    return rows


def _kinds_of(subject: _Subject, criteria: Criteria) -> list[str]:
    if subject.table != "transaction":
        return [subject.kind]
    return [kind for kind in TRANSACTIONS if criteria.kinds is None or kind in criteria.kinds]


def _page(world: World, opened: OpenSearch, search_id: str, rows: Sequence, index: int) -> str:
    record = opened.asked
    if not isinstance(record, Element):
        raise TypeError("an open search remembers an XML element")
    ledger, size = Ledger(world), opened.page_size
    subject, _, asked, _ = _parts(record, opened.version)
    page = rows[(index - 1) * size : index * size]
    if asked is not None:
        write = row_writer(ledger, asked, subject.table, subject.prefix, opened.version)
        start = f'<platformCore:searchRow xsi:type="{subject.prefix}:{subject.stem}Row">'
        pieces = [f"{start}{write(row)}</platformCore:searchRow>" for row in page]
        found = wrapped("platformCore:searchRowList", pieces)
    else:
        found = wrapped("platformCore:recordList", [_record(ledger, subject, row, opened.body_only) for row in page])
    return wrapped(
        "platformCore:searchResult",
        [
            '<platformCore:status isSuccess="true"/>',
            leaf("platformCore:totalRecords", str(len(rows))),
            leaf("platformCore:pageSize", str(size)),
            leaf("platformCore:totalPages", str(-(-len(rows) // size))),
            leaf("platformCore:pageIndex", str(index)),
            leaf("platformCore:searchId", search_id),
            found,
        ],
    )


def _record(ledger: Ledger, subject: _Subject, row: Any, body_only: bool) -> str:
    one: Transaction | None = row.of if isinstance(row, Line) else None
    kind, internal_id = (one.kind, one.id) if one else (subject.kind, row.id)
    return record_xml(ledger, kind, internal_id, "platformCore:record", body_only) or ""
