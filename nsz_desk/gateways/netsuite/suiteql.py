"""Run SuiteQL: all rows by keyset, and without the columns that the role may not see where that is said to be fine.

A page asks for rows whose key is beyond the last one of the page before, so that pages fit together whatever changes
meanwhile. Source: NetSuite help, section_157909186990 (parameters), section_156414087576 (pages).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from nsz_desk.domain.errors import Credentials, Refused
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.codes import NOTHING
from nsz_desk.gateways.netsuite.rest_answers import Content
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_rows import SqlRow
from nsz_desk.gateways.netsuite.searching import chunks

PAGE = 1000  # rows; the service's most
CHUNK = 1000  # ids in one condition; the most that Oracle takes
MOST_PAGES = 10_000
NOT_SHOWN = "not-shown"  # the code of an error about a table or column that the role may not see
TABLE = re.compile(r"Record '(\w+)' was not found", re.IGNORECASE)
COLUMN = re.compile(r"(?:Unknown identifier|Field) '(?:\w+\.)?(\w+)'", re.IGNORECASE)


class Hidden(NamedTuple):
    """A table or column that the role may not see, or that the account does not have."""

    name: str
    is_table: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT. `columns` is alias -> expression, `joins` prefix -> clause, `params` are for the `where` in order.

    `key` names the aliases that make a row unique, in order; their expressions must be plain columns. With `grouped`
    the rows are groups of equal keys. `optional` are aliases without which the rows still make sense.
    """

    columns: Mapping[str, str]
    source: str
    key: tuple[str, ...]
    where: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)
    grouped: bool = False
    optional: frozenset[str] = frozenset()

    def among(self, alias: str, ids: tuple[str, ...]) -> "Query":
        """Only rows whose `alias` is one of `ids`."""
        marks = ",".join("?" * len(ids))
        return replace(
            self, where=(*self.where, f"{self.columns[alias]} IN ({marks})"), params=(*self.params, *map(_id, ids))
        )

    def beyond(self, last: tuple[str, ...]) -> "Query":
        """Only rows whose key is beyond `last`."""
        condition, params = "", list[str]()
        for name, value in zip(reversed(self.key), reversed(last), strict=True):
            column = self.columns[name]
            condition = f"({column} > ? OR ({column} = ? AND {condition}))" if condition else f"{column} > ?"
            params = [value, value, *params] if params else [value]
        return replace(self, where=(*self.where, condition), params=(*self.params, *params))

    def without(self, aliases: Iterable[str]) -> "Query":
        """Without these columns, and without the joins that only they need."""
        gone = set(aliases)
        columns = {alias: text for alias, text in self.columns.items() if alias not in gone}
        joins = {name: one for name, one in self.joins.items() if any(_uses(text, name) for text in columns.values())}
        return replace(self, columns=columns, joins=joins)

    def text(self) -> str:
        """The statement."""
        parts = [f"SELECT {', '.join(f'{text} AS {alias}' for alias, text in self.columns.items())}"]
        parts += [f"FROM {self.source}", *self.joins.values()]
        if self.where:
            parts.append(f"WHERE {' AND '.join(self.where)}")
        keys = ", ".join(self.columns[name] for name in self.key)
        if self.grouped:
            parts.append(f"GROUP BY {keys}")
        return " ".join([*parts, f"ORDER BY {keys}"] if keys else parts)

    def hit_by(self, hidden: "Hidden") -> set[str]:
        """The aliases that need a table or column."""
        word = re.compile(rf"\b{re.escape(hidden.name)}\b", re.IGNORECASE)
        if not hidden.is_table:
            return {alias for alias, text in self.columns.items() if word.search(text)}
        joined = [prefix for prefix, clause in self.joins.items() if word.search(clause.partition(" ON ")[0])]
        return {alias for alias, text in self.columns.items() if any(_uses(text, prefix) for prefix in joined)}


class SuiteQL:
    """Runs queries. Usable from several threads."""

    def __init__(self, caller: RestCaller, page_size: int = PAGE) -> None:
        """Use pages of `page_size` rows."""
        self._caller, self._size = caller, page_size
        self._gone: dict[tuple[str, Hidden], None] = {}  # what each source turned out to lack

    def rows(self, query: Query) -> tuple[list[SqlRow], datetime]:
        """All rows, and the server's time of the first page.

        Raises:
            Credentials: the role may not see what the rows make no sense without (code `not-shown`).
            DeskError: not all of them could be read.
        """
        found, at = list[SqlRow](), None
        asked, last = query, tuple[str, ...]()
        for _ in range(MOST_PAGES):
            content, told = self._ask(asked, self._size)
            at = at or told
            page, more = page_of(content, self._size)
            found += page
            if not more:
                return found, at
            key = tuple(page[-1].ref(name) for name in query.key) if page else last
            if key == last or not all(key):
                break
            asked, last = query.beyond(key), key
        raise no_answer("NetSuite", "the pages of a list do not go on", at)

    def among(self, query: Query, alias: str, ids: Iterable[str]) -> Iterator[SqlRow]:
        """The rows whose `alias` is one of `ids`, in parts; raises as `rows`."""
        for part in chunks(dict.fromkeys(ids), CHUNK):
            yield from self.rows(query.among(alias, part))[0]

    def first(self, query: Query, most: int) -> tuple[list[SqlRow], int]:
        """The first rows, and how many there are in all; raises as `rows`."""
        content, _ = self._ask(query, most)
        total = content.get("totalResults")
        if not isinstance(total, int) or isinstance(total, bool):
            raise no_answer("NetSuite", "a list does not say how many rows it has")
        return page_of(content, most)[0], total

    def server_time(self) -> datetime:
        """The server's clock (UTC), as an answer's header tells it; raises as `rows`."""
        return self._ask(Query({"now": "TO_CHAR(SYSDATE,'YYYY-MM-DD HH24:MI:SS')"}, "DUAL", ()), 1)[1]

    def lacks(self, source: str) -> tuple[str, ...]:
        """The tables and columns that a source was found to lack."""
        return tuple(hidden.name for held, hidden in tuple(self._gone) if held == source)

    def _ask(self, query: Query, limit: int) -> tuple[Content, datetime]:
        """Ask once more for each thing that turns out not to be shown."""
        while True:
            known = [hidden for source, hidden in tuple(self._gone) if source == query.source]
            asked = query.without({alias for hidden in known for alias in query.hit_by(hidden)} & query.optional)
            try:
                return self._caller.query(asked.text(), list(asked.params), limit)
            except Refused as error:
                hidden = hidden_by(error.title)
                if not hidden:
                    raise
                hit = asked.hit_by(hidden)
                if not hit or not hit <= query.optional:
                    raise _need(hidden.name, error) from error
                self._gone[query.source, hidden] = None


def page_of(content: Content, limit: int) -> tuple[list[SqlRow], bool]:
    """The rows of a page, and whether there are more; a page that does not say how many is full or the last one."""
    items = content.get("items")
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items) or len(items) > limit:
        raise no_answer("NetSuite", "a list comes without its rows")
    count, total = content.get("count", len(items)), content.get("totalResults")
    if count != len(items):
        raise no_answer("NetSuite", f"a list says {count} rows and brings {len(items)}")
    more = content.get("hasMore") is True or (isinstance(total, int) and total > len(items))
    return [SqlRow(one) for one in items], more or (total is None and len(items) == limit)


def hidden_by(words: str) -> Hidden | None:
    """The table or column that a refusal says cannot be seen; None when it says something else."""
    if table := TABLE.search(words):
        return Hidden(table[1].lower(), is_table=True)
    column = COLUMN.search(words)
    return Hidden(column[1].lower(), is_table=False) if column else None


def _need(name: str, error: Refused) -> Credentials:
    return Credentials(
        f"NetSuite does not show {name} to the integration role.",
        NOTHING,
        "Let an administrator give the role the right to see it; if it is a custom field, check its id in the profile.",
        NOT_SHOWN,
        error.at,
    )


def _id(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"not an internal id: {text[:40]!r}")
    return text


def _uses(text: str, prefix: str) -> bool:
    return bool(re.search(rf"\b{prefix}\.", text))
