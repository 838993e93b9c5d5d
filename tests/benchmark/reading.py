"""Reading one SOAP page: our reader against bare lxml, and zeep with the vendor's schema against our reader."""

import os
from pathlib import Path
from typing import Any, cast

from lxml import etree

from nsz_desk.gateways.http import Reply
from nsz_desk.gateways.netsuite.results import page_in
from nsz_desk.gateways.netsuite.soap_open import open_answer
from nsz_desk.gateways.netsuite.soap_rows import Part, Row
from tests.benchmark.page import COLUMNS, CUSTOM, JOINS, ROWS, page
from tests.benchmark.rounds import Figure, cpu_seconds, medians, milliseconds

VENDOR_VERSION = "2023_2"
FOLDER = "NSZ_DESK_VENDOR"  # environment: where the vendors' schemas are; by default beside the checkout


def vendor_wsdl() -> Path:
    """The vendor's WSDL, which may not be there."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "vendor"
    return Path(os.environ.get(FOLDER, beside)) / f"netsuite-wsdl-{VENDOR_VERSION}" / "netsuite.wsdl"


def reply_of(body: bytes) -> Reply:
    """An answer as it comes from the wire."""
    return Reply(200, {"Content-Type": "text/xml; charset=utf-8"}, body, None)


def read(body: bytes) -> list[tuple[str, ...]]:
    """Read a page with our reader: every column, custom field and joined column of every row as text."""
    return [_texts(row) for row in page_in(open_answer(reply_of(body), "search")).rows]


def _texts(row: Row) -> tuple[str, ...]:
    basic = cast(Part, row.get("basic"))
    found = _columns(basic, COLUMNS)
    for script_id in CUSTOM:
        custom = basic.custom(script_id)
        found.append(custom.text if custom else "")
    for join, columns in JOINS.items():
        found += _columns(cast(Part, row.get(join)), columns)
    return tuple(found)


def _columns(node: Part, columns: dict[str, str]) -> list[str]:
    return [node.ref(name) if kind == "ref" else node.text(name) for name, kind in columns.items()]


def figures() -> list[Figure]:
    """Both figures; the second needs the vendor's schema."""
    body = page("2025_2")
    cost = medians(
        {
            "floor": lambda: cpu_seconds(lambda: etree.fromstring(body)),
            "ours": lambda: cpu_seconds(lambda: read(body)),
        },
        rounds=15,
        warm=3,
    )
    size = (
        f"{ROWS:,} rows, {len(COLUMNS)} columns, {len(CUSTOM)} custom fields, {len(JOINS)} joins, {len(body):,} bytes"
    )
    first = Figure(
        "read a SOAP page / etree.fromstring",
        cost["ours"] / cost["floor"],
        "x",
        "<= 3",
        f"{milliseconds(cost['ours'])} CPU: every value of every row as text ({size})",
        f"{milliseconds(cost['floor'])} CPU: lxml etree.fromstring of the same bytes",
    )
    return [first, _against_zeep()]


def _against_zeep() -> Figure:
    name = "zeep with the vendor's schema / read a SOAP page"
    if not vendor_wsdl().exists():
        return Figure(name, None, "x", ">= 40", "", "", f"the vendor's schema is not here; {FOLDER} names its folder")
    body = page(VENDOR_VERSION)
    parse = _zeep_reader(body)
    cost = medians(
        {"zeep": lambda: cpu_seconds(parse), "ours": lambda: cpu_seconds(lambda: read(body))}, rounds=3, warm=0
    )
    return Figure(
        name,
        cost["zeep"] / cost["ours"],
        "x",
        ">= 40",
        f"{milliseconds(cost['ours'])} CPU: the same page as endpoint {VENDOR_VERSION}",
        f"{milliseconds(cost['zeep'])} CPU: zeep reads the same bytes, its client loaded before",
    )


def _zeep_reader(body: bytes) -> Any:
    """A function that reads the page with zeep; raises `AssertionError` when zeep does not see every row."""
    import zeep  # late: most runs do without it

    client = cast(Any, zeep.Client)(str(vendor_wsdl()))
    operation = client.service._binding.get("search")

    class Response:
        status_code, headers, content, encoding = 200, {"Content-Type": "text/xml"}, body, "utf-8"

    def parse() -> object:
        return client.service._binding.process_reply(client, operation, Response())

    seen = cast(Any, parse())
    rows = seen.body.searchResult.searchRowList.searchRow if hasattr(seen, "body") else seen.searchRowList.searchRow
    assert len(rows) == ROWS
    return parse
