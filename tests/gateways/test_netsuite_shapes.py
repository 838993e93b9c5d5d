"""A page whose rows repeat few shapes reads as the strict reader reads it, and hostile pages never read differently."""

import random

import pytest

from nsz_desk.gateways.http import Reply
from nsz_desk.gateways.netsuite.results import page_in
from nsz_desk.gateways.netsuite.soap_open import open_answer
from nsz_desk.gateways.netsuite.soap_read import Node, parsed
from nsz_desk.gateways.netsuite.soap_rows import Row, rows_in
from nsz_desk.gateways.netsuite.soap_shapes import unfolded

NAMES = ("internalId", "tranId", "memo", "name", "customFieldList", "type", "absent")
SCRIPTS = ("custbodya", "CUSTBODYB")
CORE = "urn:core_2025_2.platform.webservices.netsuite.com"
OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
    '<searchResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com">'
    f'<c:searchResult xmlns:c="{CORE}"><c:status isSuccess="true"/>'
    "<c:totalRecords>9</c:totalRecords><c:totalPages>1</c:totalPages><c:pageIndex>1</c:pageIndex><c:searchRowList>"
)
CLOSE = "</c:searchRowList></c:searchResult></searchResponse></soapenv:Body></soapenv:Envelope>"
# What may stand in a column: usual values, and what somebody could write to be taken for another one.
VALUES = (
    "<c:searchValue>plain</c:searchValue>",
    "<c:searchValue>1.2E+3</c:searchValue>",
    "<c:searchValue>  outer  </c:searchValue>",
    "<c:searchValue></c:searchValue>",
    "<c:searchValue/>",
    "<c:searchValue>a &amp; b</c:searchValue>",
    "<c:searchValue>a &#xE000;1 b</c:searchValue>",
    "<c:searchValue>&#xE000;1</c:searchValue>",
    "<c:searchValue>&#057344;0</c:searchValue>",
    "<c:searchValue>100 % of %s</c:searchValue>",
    "<c:searchValue>100 %s &amp; %(a)s</c:searchValue>",
    "<c:searchValue>&#13;x\r\ny</c:searchValue>",
    "<c:searchValue>x]] > y</c:searchValue>",
    "<c:searchValue>a searchValue>b</c:searchValue>",
    "<c:searchValue>a &amp; searchValue>b</c:searchValue>",
    '<c:searchValue internalId="7"/>',
    '<c:searchValue internalId=" 8 "/>',
    '<c:searchValue internalId="9">both</c:searchValue>',
    '<c:searchValue internalId="10"><c:name>inner</c:name></c:searchValue>',
    '<c:searchValue><c:internalId><c:searchValue internalId="66"/></c:internalId></c:searchValue>',
    "<c:searchValue internalId='11'/>",
    '<c:searchValue typeId="2" internalId="12"/>',
    "<c:customLabel>L</c:customLabel><c:searchValue>labelled</c:searchValue>",
    "<c:searchValue>labelled</c:searchValue><c:customLabel>searchValue&gt;L</c:customLabel>",
    "<c:searchValue>first</c:searchValue><c:searchValue>second</c:searchValue>",
    "<c:mysearchValue>other</c:mysearchValue>",
    "<c:other note='searchValue internalId=\"5\" '/>",
    "direct",
    "",
)


def strict(page: str) -> list[Row]:
    """The rows as the strict reader reads them."""
    root = parsed(page.encode())
    result = root.find(".//{*}searchResult")
    assert result is not None
    return list(rows_in(Node(result)))


def quick(page: str) -> list[Row]:
    """The rows as the gateway reads them."""
    answer = open_answer(Reply(200, {"Content-Type": "text/xml"}, page.encode(), None), "search")
    return list(page_in(answer).rows)


def told(rows: list[Row]) -> list[object]:
    """All that can be asked of rows."""
    return [
        (part.text(name), part.words(name), part.ref(name), [part.custom(script) for script in SCRIPTS])
        for row in rows
        for join in ("basic", "customerMainJoin", "absent")
        if (part := row.get(join))
        for name in NAMES
    ]


def part(chance: random.Random, join: str) -> str:
    """A part with some columns, perhaps one of them twice."""
    names = [chance.choice(("internalId", "tranId", "memo", "name", "type")) for _ in range(chance.randrange(5))]
    columns = "".join(f"<c:{name}>{chance.choice(VALUES)}</c:{name}>" for name in names)
    customs = "".join(
        f'<c:customField scriptId="{chance.choice(("custbodya", "custbodyb"))}" internalId="3" '
        f'xsi:type="c:SearchColumnStringCustomField">{chance.choice(VALUES)}</c:customField>'
        for _ in range(chance.randrange(3))
    )
    listed = f"<c:customFieldList>{customs}</c:customFieldList>" if customs else ""
    return f"<c:{join}>{columns}{listed}</c:{join}>"


def row(chance: random.Random) -> str:
    """A row of one or two parts."""
    joins = chance.choice((("basic",), ("basic", "customerMainJoin"), ("basic", "basic")))
    return f"<c:searchRow>{''.join(part(chance, join) for join in joins)}</c:searchRow>"


@pytest.mark.parametrize("seed", range(60))
def test_a_page_reads_as_the_strict_reader_reads_it(seed: int) -> None:
    """Whatever stands in the columns, also the same shape again with other values, both readers tell the same."""
    chance = random.Random(seed)
    rows = [row(chance) for _ in range(chance.randrange(1, 9))]
    page = OPEN + "\n".join([*rows, *(one.replace("plain", "other") for one in rows)]) + CLOSE
    assert told(quick(page)) == told(strict(page))


def test_rows_of_one_shape_are_read_from_one_skeleton() -> None:
    """The quick way is really taken: each row shows its own values, and the rest of the page holds no row."""
    rows = "".join(
        f'<c:searchRow><c:basic><c:internalId><c:searchValue internalId="{n}"/></c:internalId>'
        f"<c:memo><c:searchValue>m{n}</c:searchValue></c:memo></c:basic></c:searchRow>"
        for n in range(200)
    )
    page = unfolded((OPEN + rows + CLOSE).encode())
    assert page is not None
    assert [(one.text("memo"), one.ref("internalId")) for row in page.rows if (one := row.get("basic"))] == [
        (f"m{n}", str(n)) for n in range(200)
    ]
    assert b"searchRow>" not in page.rest


@pytest.mark.parametrize(
    "between",
    [
        "</c:searchRowList><c:searchRowList>",
        "<c:basic><c:searchRow><c:basic/></c:searchRow></c:basic>",
        "<!-- <c:searchRow> -->",
        "<![CDATA[</c:searchRow>]]>",
        "<?x </c:searchRow>?>",
        "<c:searchRow/>",
        f'<d:searchRow xmlns:d="{CORE}"><d:basic/></d:searchRow></c:searchRowList><c:searchRowList>',
    ],
)
def test_what_stands_between_rows_deceives_nobody(between: str) -> None:
    """Lists cut in two, rows in rows, comments and the like: as the strict reader says."""
    one = "<c:searchRow><c:basic><c:memo><c:searchValue>m</c:searchValue></c:memo></c:basic></c:searchRow>"
    page = OPEN + one + between + one + one + CLOSE
    assert told(quick(page)) == told(strict(page))


@pytest.mark.parametrize(
    "broken",
    [
        '<c:searchValue internalId="1"</c:searchValue>',
        "<c:searchValue>a</c:searchvalue>",
        "<c:searchValue>\x01</c:searchValue>",
        "<c:searchValue>a]]>b</c:searchValue>",
        '<c:searchValue internalId="1" internalId="2"/>',
        "<c:searchValue>a & b</c:searchValue>",
    ],
)
def test_a_page_that_is_no_xml_is_not_read(broken: str) -> None:
    """A row of a known shape with something broken in it makes no page."""
    forms = '<c:searchValue internalId="1"/>', "<c:searchValue>1</c:searchValue>"
    rows = [f"<c:searchRow><c:basic><c:memo>{one}</c:memo></c:basic></c:searchRow>" for one in (*forms, broken)]
    assert unfolded((OPEN + "".join(rows[:2]) + CLOSE).encode()) is not None
    assert unfolded((OPEN + "".join(rows) + CLOSE).encode()) is None
