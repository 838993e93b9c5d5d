"""What the desk says to NetSuite keeps to the vendor's published schema, and never says what must not be said."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from pydantic import SecretStr

from nsz_desk.gateways.netsuite import fields
from nsz_desk.gateways.netsuite.auth import Passport, new_passport
from nsz_desk.gateways.netsuite.queries import TransactionQuery, Value
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.settings.model import NetSuiteSecrets, NetSuiteSettings

FOLDER = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-wsdl-2023_2"
XS = "{http://www.w3.org/2001/XMLSchema}"
CORE = "{urn:core_2025_2.platform.webservices.netsuite.com}"
VERSION = "2025_2"
SETTINGS = NetSuiteSettings(account="1234567_SB1")
MESSAGES = Messages(VERSION, ZoneInfo("America/New_York"))
KEY = SecretStr("k")
PASSPORT = new_passport(
    "1234567_SB1",
    NetSuiteSecrets(consumer_key=KEY, consumer_secret=KEY, token=KEY, token_secret=KEY),
    datetime(2026, 3, 20, tzinfo=UTC),
)
DAY = date(2026, 3, 1)
VALUES = [Value("custbodya", "Sync Complete"), Value("custbodyb", "3", is_list=True)]


def searched(query: TransactionQuery) -> Callable[[Passport], bytes]:
    """A search as a request."""
    return lambda passport: MESSAGES.search(passport, query, 1000)


def with_dates(query: TransactionQuery) -> TransactionQuery:
    """The query with a first day."""
    return TransactionQuery(**{name: getattr(query, name) for name in query.__slots__} | {"since": DAY})


OLDER = TransactionQuery(fields.ONLY_ID, types=("_customerRefund",), voided=False, before=DAY, blank_field="custbodya")
CHOSEN = TransactionQuery(fields.ONLY_ID, ids=("1", "2"), applied_to=("3",), main_line=False)
REQUESTS: dict[str, Callable[[Passport], bytes]] = {
    "get": lambda passport: MESSAGES.get(passport, "customerRefund", "601"),
    "getList": lambda passport: MESSAGES.get_list(passport, [("creditMemo", "501"), ("currency", "1")]),
    "refunds": searched(with_dates(fields.refund_query(SETTINGS))),
    "applied rows": searched(with_dates(fields.applied_query())),
    "memos": searched(fields.memo_query(SETTINGS)),
    "memo lines": searched(fields.memo_lines_query()),
    "voided": searched(fields.voided_query()),
    "payments": searched(fields.payment_query(SETTINGS)),
    "older": searched(OLDER),
    "by ids": searched(CHOSEN),
    "periods": lambda passport: MESSAGES.search_periods(passport, 1000),
    "next page": lambda passport: MESSAGES.search_more(passport, "WEBSERVICES_1", 2, 1000),
    "set": lambda passport: MESSAGES.update(passport, "customerRefund", "601", VALUES, []),
    "clear": lambda passport: MESSAGES.update(passport, "creditMemo", "501", [], ["custbodya", "custbodyb"]),
    "set and clear": lambda passport: MESSAGES.update(passport, "customerRefund", "601", VALUES, ["custbodyc"]),
    "list values": lambda passport: MESSAGES.select_values(passport, "customerRefund", "custbodya", 1),
    "custom fields": lambda passport: MESSAGES.custom_fields(passport, "transactionBodyCustomField"),
    "server time": MESSAGES.server_time,
}
needs_schema = pytest.mark.skipif(
    not (FOLDER / "netsuite.wsdl").exists(),
    reason="the vendor's schema is not beside the project (../shared/vendor/netsuite-wsdl-2023_2)",
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The vendor's schema files behind one that only imports them."""
    root = etree.Element(XS + "schema", nsmap={"xs": XS[1:-1]})
    for one in etree.parse(str(FOLDER / "netsuite.wsdl")).iter(XS + "import"):
        place = (FOLDER / str(one.get("schemaLocation"))).resolve().as_uri()
        etree.SubElement(root, XS + "import", namespace=str(one.get("namespace")), schemaLocation=place)
    return etree.XMLSchema(root)


def problems(schema: etree.XMLSchema, envelope: bytes) -> list[str]:
    """What the vendor's schema has against the headers and the body of a request."""
    tree = etree.fromstring(envelope.replace(f"_{VERSION}.".encode(), b"_2023_2."))
    parts = [*tree.iterfind("{*}Header/*"), *tree.iterfind("{*}Body/*")]
    assert len(parts) >= 2
    return [str(schema.error_log) for part in parts if not schema.validate(part)]


@needs_schema
@pytest.mark.parametrize("name", REQUESTS)
def test_every_kind_of_request_is_valid(schema: etree.XMLSchema, name: str) -> None:
    """The vendor's own schema accepts each header and body that the desk can send."""
    assert problems(schema, REQUESTS[name](PASSPORT)) == []


@needs_schema
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("get", b":baseRef ", b":baseRefs "), ("set", b":value>", b":valve>"), ("refunds", b"fxAmount", b"fxAmounts")],
)
def test_a_broken_request_is_reported(schema: etree.XMLSchema, name: str, right: bytes, wrong: bytes) -> None:
    """The check bites: a wrong element is found, so that silence means something."""
    sent = REQUESTS[name](PASSPORT)
    broken = sent.replace(right, wrong).replace(b"</" + right.strip(b" :"), b"</" + wrong.strip(b" :"))
    assert broken != sent
    try:
        assert problems(schema, broken) != []
    except etree.XMLSyntaxError:
        pytest.fail("this test broke the XML itself, not its meaning")


@pytest.mark.parametrize("name", ["set", "clear", "set and clear"])
def test_an_update_never_speaks_of_applications(name: str) -> None:
    """An apply list, even an empty one, would unapply the refund; the desk cannot even say it."""
    sent = REQUESTS[name](PASSPORT)
    assert b"applyList" not in sent
    assert b"depositList" not in sent
    assert b"replaceAll" not in sent


def test_clearing_two_fields_names_both() -> None:
    """Both names stand in the null field list, in the core namespace."""
    sent = etree.fromstring(REQUESTS["clear"](PASSPORT))
    assert [one.text for one in sent.iter(CORE + "name")] == ["custbodya", "custbodyb"]


def test_an_update_holds_the_id_and_custom_fields_and_nothing_else() -> None:
    """Whatever is not sent keeps its value, so nothing else may be sent."""
    (record,) = etree.fromstring(REQUESTS["set and clear"](PASSPORT)).iter("{*}record")
    assert [etree.QName(one).localname for one in record] == ["nullFieldList", "customFieldList"]
    assert {etree.QName(name).localname for name in record.attrib} == {"internalId", "type"}


def test_a_date_is_sent_as_midnight_of_the_users_zone() -> None:
    """A date without a zone would count as Pacific and be a day off for others."""
    assert b"2026-03-01T00:00:00-05:00" in REQUESTS["refunds"](PASSPORT)


def test_the_endpoint_version_of_the_profile_is_spoken() -> None:
    """No namespace of another version is left in a request."""
    sent = Messages("2026_1", ZoneInfo("UTC")).search(PASSPORT, fields.refund_query(SETTINGS), 1000)
    assert b"_2026_1." in sent
    assert b"_2025_2." not in sent


def test_a_profile_without_a_note_field_asks_for_none() -> None:
    """The sync date's column is left out when it holds no claim notes."""
    without = NetSuiteSettings(account="1", claim_note_field="")
    assert SETTINGS.fields.sync_date in fields.refund_query(SETTINGS).custom
    assert SETTINGS.fields.sync_date not in fields.refund_query(without).custom
