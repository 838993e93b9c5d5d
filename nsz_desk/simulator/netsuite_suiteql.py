"""SuiteQL over HTTP: one statement in, one page of rows out."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_rest_replies import RestRefusal, link, sent
from nsz_desk.simulator.netsuite_suiteql_dialect import BadQuery, Statement, translated
from nsz_desk.simulator.netsuite_suiteql_fill import Books
from nsz_desk.simulator.netsuite_suiteql_functions import number_text, user_date
from nsz_desk.simulator.netsuite_suiteql_tables import TABLES
from nsz_desk.simulator.zuora_json import loads

PATH = "/services/rest/query/v1/suiteql"
PAGE, MOST = 1_000, 100_000
_HIDDEN = {
    table: {f"{one.name}__df" for one in columns if one.df} | {f"{one.name}__cf" for one in columns if one.cf}
    for table, (columns, _) in TABLES.items()
}
_UNPROCESSED = "Invalid search query. Detailed unprocessed description follows. "


def answer(books: Books, request: Request) -> Answer:
    """Run the statement of a request. Raises RestRefusal; the caller holds the world's lock."""
    if request.method != "POST":
        raise RestRefusal(405, "INVALID_REQUEST", "SuiteQL takes POST only.")
    if request.headers.get("Prefer", "").replace(" ", "").lower() != "transient":
        raise RestRefusal(
            400, "INVALID_HEADER", "The Prefer header must be set to transient.", ("o:errorHeader", "Prefer")
        )
    limit, offset = _window(request)
    text, parameters = _asked(request.body)
    try:
        statement = translated(text, books.schema(), _HIDDEN)
        if statement.parameters != len(parameters):
            raise BadQuery(f"{statement.parameters} parameters are expected, {len(parameters)} were sent")
        books.bring_up_to_date()
        total, rows = _run(books.database, statement, parameters, limit, offset)
    except (BadQuery, sqlite3.Error, OverflowError) as exc:  # the last: an integer beyond 64 bits
        detail = f"{_UNPROCESSED}{exc}"
        raise RestRefusal(400, "INVALID_PARAMETER", detail, ("o:errorQueryParam", "q")) from exc
    return sent(_page(request, statement, rows, total, (limit, offset)), "collection")


def _window(request: Request) -> tuple[int, int]:
    limit, offset = (_number(request, name, start) for name, start in (("limit", PAGE), ("offset", 0)))
    if not 1 <= limit <= PAGE:
        raise _bad_window("limit", f"The limit must be from 1 to {PAGE}.")
    if offset % limit:
        raise _bad_window("offset", "The offset must be divisible by the limit.")
    if offset + limit > MOST and offset:
        raise _bad_window("offset", f"A query gives at most {MOST} rows.")
    return limit, offset


def _number(request: Request, name: str, start: int) -> int:
    text = request.query.get(name, [str(start)])[-1]
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _bad_window(name, f"The {name} is no number.")
    return int(text)


def _bad_window(name: str, text: str) -> RestRefusal:
    return RestRefusal(400, "INVALID_PARAMETER", text, ("o:errorQueryParam", name))


def _asked(body: bytes) -> tuple[str, list[Any]]:
    """The statement and its parameters, which are texts or numbers."""
    try:
        asked = loads(body)
    except ValueError as exc:
        raise RestRefusal(400, "INVALID_REQUEST", "The body is not JSON.") from exc
    text = asked.get("q") if isinstance(asked, dict) else None
    parameters = asked.get("params", []) if isinstance(asked, dict) else []
    plain = isinstance(parameters, list) and all(isinstance(one, str | int | Decimal) for one in parameters)
    if not isinstance(text, str) or not text.strip() or not plain:
        raise RestRefusal(
            400, "INVALID_CONTENT", "The body holds q, and params as a list of texts.", ("o:errorPath", "q")
        )
    return text, [float(one) if isinstance(one, Decimal) else one for one in parameters]


def _run(
    database: sqlite3.Connection, statement: Statement, parameters: list[Any], limit: int, offset: int
) -> tuple[int, list[tuple[Any, ...]]]:
    """How many rows there are, and one page of them. An empty text is NULL, as in Oracle."""
    bound = {f"p{number}": None if value == "" else value for number, value in enumerate(parameters, 1)}
    total = database.execute(f"SELECT count(*) FROM ({statement.rows})", bound).fetchone()[0]
    rows = database.execute(f"SELECT * FROM ({statement.sql}) LIMIT {limit} OFFSET {offset}", bound).fetchall()
    return total, rows


def _page(
    request: Request, statement: Statement, rows: list[tuple[Any, ...]], total: int, window: tuple[int, int]
) -> dict[str, object]:
    limit, offset = window
    last = max(0, (total - 1) // limit * limit)
    more = offset + limit < total
    places = [("previous", offset - limit, offset > 0), ("first", 0, True), ("next", offset + limit, more),
              ("last", last, True), ("self", offset, True)]  # fmt: skip
    links = [
        link(request, f"query/v1/suiteql?limit={limit}&offset={place}", rel) for rel, place, there in places if there
    ]
    items = [_item(statement, row) for row in rows]
    return {
        "links": links,
        "count": len(items),
        "hasMore": more,
        "items": items,
        "offset": offset,
        "totalResults": total,
    }


def _item(statement: Statement, row: tuple[Any, ...]) -> dict[str, object]:
    """A row: every value a text, lower-case names, and nothing for NULL."""
    found: dict[str, object] = {"links": []}
    for name, is_date, value in zip(statement.columns, statement.dates, row, strict=True):
        if value is not None:
            found[name] = (
                user_date(value) if is_date else number_text(value) if isinstance(value, float) else str(value)
            )
    return found
