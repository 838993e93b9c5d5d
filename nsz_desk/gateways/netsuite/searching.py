"""Searches from the first to the last page, complete or not at all.

NetSuite searches again for every page: rows that changed meanwhile fall out or come twice. So all rows are
collected before anything else is done, doubles are dropped, and a list whose count does not add up is read again.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from nsz_desk.domain.errors import NoAnswer
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.caller import Build, Caller
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.gateways.netsuite.results import Page, page_in
from nsz_desk.gateways.netsuite.soap_rows import Part, Row
from nsz_desk.gateways.netsuite.soap_write import Messages

PAGE = 1000  # rows; the service's most
CHUNK = 500  # ids in one criterion
SMALLEST = 5  # rows; the service's least
MOST_PAGES = 10_000
ROUNDS = 3
EXPIRED = frozenset({"INVALID_JOB_ID", "INVALID_PAGE_INDEX"})
Key = Callable[[Row], Hashable]


def by_id(row: Row) -> Hashable:
    """One row for each record."""
    return basic(row).ref("internalId")


def by_line(row: Row) -> Hashable:
    """One row for each line and link."""
    part = basic(row)
    ref = part.ref
    return ref("internalId"), part.text("line"), ref("appliedToTransaction"), ref("applyingTransaction")


def basic(row: Row) -> Part:
    """The searched record's own part of a row.

    Raises:
        NoAnswer: it does not say of which record it is.
    """
    part = row.get("basic")
    if part is None or not part.ref("internalId"):
        raise no_answer("NetSuite", "a row of a list names no record")
    return part


def chunks(ids: Iterable[str], size: int = CHUNK) -> Iterator[tuple[str, ...]]:
    """The ids in parts of at most `size`."""
    listed = list(ids)
    for start in range(0, len(listed), size):
        yield tuple(listed[start : start + size])


class Searches:
    """Runs searches to their end."""

    def __init__(self, caller: Caller, messages: Messages, page_size: int = PAGE) -> None:
        """Use pages of `page_size` rows."""
        self._caller, self._messages, self._size = caller, messages, page_size

    def transactions(self, query: TransactionQuery, key: Key) -> tuple[tuple[Row, ...], datetime]:
        """All rows of a search, and the server's time of the first page.

        Raises:
            NoAnswer: not all of them could be read.
        """
        return self._all(lambda passport: self._messages.search(passport, query, self._size), key)

    def by_ids(self, query: TransactionQuery, ids: Iterable[str], key: Key) -> Iterator[Row]:
        """The rows of a search among these ids, in parts; raises as `transactions`."""
        for part in chunks(ids):
            yield from self.transactions(replace(query, ids=part), key)[0]

    def periods(self) -> tuple[Row, ...]:
        """All accounting periods; raises as `transactions`."""
        return self._all(lambda passport: self._messages.search_periods(passport, self._size), by_id)[0]

    def count(self, query: TransactionQuery) -> int:
        """How many rows a search has, without reading them."""
        return self.first(query).total

    def first(self, query: TransactionQuery, size: int = SMALLEST) -> Page:
        """The first page of a search; raises as `transactions`."""
        return self._caller.read("search", lambda passport: self._messages.search(passport, query, size), page_in)[0]

    def _all(self, build: Build, key: Key) -> tuple[tuple[Row, ...], datetime]:
        for _ in range(ROUNDS):
            try:
                found, at = self._pages(build, key)
            except NoAnswer as error:
                if error.code not in EXPIRED:
                    raise
                continue
            if found is not None:
                return found, at
        raise no_answer("NetSuite", "a list kept changing while it was read")

    def _pages(self, build: Build, key: Key) -> tuple[tuple[Row, ...] | None, datetime]:
        """All rows, None when they do not add up."""
        first, at = self._caller.read("search", build, page_in)
        _check(first, 1)
        found = {key(row): row for row in first.rows}
        for index in range(2, first.pages + 1):
            page = self._more(first.search_id, index)
            if page.total != first.total:
                return None, at
            found.update((key(row), row) for row in page.rows)
        return (tuple(found.values()) if len(found) == first.total else None), at

    def _more(self, search_id: str, index: int) -> Page:
        page, _ = self._caller.read(
            "searchMoreWithId",
            lambda passport: self._messages.search_more(passport, search_id, index, self._size),
            page_in,
        )
        _check(page, index)
        return page


def _check(page: Page, index: int) -> None:
    if page.pages > MOST_PAGES or (page.index != index and page.pages):
        raise no_answer("NetSuite", f"page {index} of a list was asked for, page {page.index} of {page.pages} came")
