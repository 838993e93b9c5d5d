"""Lists of Zuora, whole or not at all: every page, no page twice, no foreign host, rows that match their filter."""

import json
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.zuora.mapping import KEY
from nsz_desk.gateways.zuora.rest import Content, Rest

PAGES = 10_000  # of one list at most
V1_SIZE, OBJECT_SIZE, ZOQL_SIZE = 40, 50, 2000  # rows of a page
IN_LIST, CONDITIONS = 50, 100  # keys in one filter; conditions in one ZOQL query (200 are allowed)

Row = dict[str, object]


def v1_list(rest: Rest, path: str, name: str, params: Sequence[tuple[str, str]] = (), sized: bool = True) -> list[Row]:
    """All rows of a v1 list; `name` is the list's key. The next page's address is data and is checked."""
    content = rest.get(path, [*params, ("pageSize", str(V1_SIZE))] if sized else params)
    rows, seen = _rows(content, name), set[str]()
    while following := content.get("nextPage"):
        target = _own_path(rest, following)
        _once(target, seen)
        content = rest.get(target)
        rows += _rows(content, name)
    return rows


def object_list(rest: Rest, name: str, params: Sequence[tuple[str, str]]) -> list[Row]:
    """All rows of an Object Query list."""
    rows, cursor, seen = list[Row](), "", set[str]()
    while True:
        more = [("cursor", cursor)] if cursor else []
        content = rest.get(f"/object-query/{name}", [*params, ("pageSize", str(OBJECT_SIZE)), *more], flag="")
        rows += _rows(content, "data")
        following = content.get("nextPage")
        if not following:
            return rows
        if not isinstance(following, str):
            raise no_answer("Zuora", "a list's cursor is no text")
        cursor = following
        _once(cursor, seen)


def object_list_by_keys(
    rest: Rest, name: str, field: str, keys: Iterable[str], more: Sequence[tuple[str, str]] = ()
) -> list[Row]:
    """All Object Query rows whose `field` is one of `keys`, in chunks."""
    rows = []
    for some in chunks(keys, IN_LIST):
        rows += object_list(rest, name, [*more, ("filter[]", f"{field}.IN:[{','.join(some)}]")])
    return rows


def zoql(rest: Rest, fields: str, source: str, where: str) -> list[Row]:
    """All rows of a ZOQL query; `where` is made of `equals` and of times, never of free text."""
    query = f"select {fields} from {source} where {where}"  # noqa: S608 - every value passed `KEY` or is a time
    content = rest.ask("/v1/action/query", _json({"queryString": query, "conf": {"batchSize": ZOQL_SIZE}}))
    page = rows = _records(content)
    for _ in range(PAGES):
        if content.get("done") is True:
            return rows
        locator = content.get("queryLocator")
        if not isinstance(locator, str) or not locator:
            raise no_answer("Zuora", "a list is not done and names no next page")
        content, before = rest.ask("/v1/action/queryMore", _json({"queryLocator": locator})), page
        page = _records(content)
        if page == before:  # locators may repeat, pages may not
            break
        rows = rows + page
    raise no_answer("Zuora", "a list goes round in circles or has no end")


def zoql_by_keys(rest: Rest, fields: str, source: str, column: str, keys: Iterable[str]) -> list[Row]:
    """All ZOQL rows whose `column` is one of `keys`, in chunks."""
    rows = []
    for some in chunks(keys, CONDITIONS):
        rows += zoql(rest, fields, source, " or ".join(equals(column, key) for key in some))
    return rows


def equals(column: str, key: str) -> str:
    """A ZOQL condition. Raises `ValueError` for a key that is neither an id nor a number."""
    if not KEY.fullmatch(key):
        raise ValueError("not an id or number")
    return f"{column} = '{key}'"


def chunks(keys: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    """The keys that can be keys at all, each once, sorted, in chunks."""
    good = sorted({key for key in keys if KEY.fullmatch(key)})
    for start in range(0, len(good), size):
        yield good[start : start + size]


def _json(content: Row) -> bytes:
    return json.dumps(content).encode("ascii")


def _rows(content: Content, name: str) -> list[Row]:
    found = content.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise no_answer("Zuora", f"an answer holds no list of {name}")
    return found


def _records(content: Content) -> list[Row]:
    """ZOQL leaves `records` out, or empty, where nothing was found."""
    if content.get("size") == 0 and content.get("records") in (None, {}, []):
        return []
    return _rows(content, "records")


def _own_path(rest: Rest, following: object) -> str:
    """Path and query of a next page on our own host; another host is never called, least of all with a token."""
    if not isinstance(following, str):
        raise no_answer("Zuora", "a list's next page is no address")
    whole, own = urlsplit(urljoin(rest.base + "/", following)), urlsplit(rest.base)
    if (whole.scheme, whole.netloc) != (own.scheme, own.netloc) or not whole.path.startswith("/v1/"):
        raise no_answer("Zuora", "a list's next page is on another host")
    return f"{whole.path}?{whole.query}" if whole.query else whole.path


def _once(page: str, seen: set[str]) -> None:
    if page in seen or len(seen) >= PAGES:
        raise no_answer("Zuora", "a list goes round in circles or has no end")
    seen.add(page)
