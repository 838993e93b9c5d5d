"""The pretended NetSuite's answers keep to the vendor's published schema."""

import random
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from nsz_desk.simulator import netsuite_auth
from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.netsuite_soap import answer, failure
from nsz_desk.simulator.world import Applied
from tests.simulator.netsuite_envelopes import (
    MAIN,
    STATUS,
    ZUORA_ID,
    columns,
    custom,
    envelope,
    get,
    of_type,
    search,
    small_world,
    update,
)

FOLDER = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-wsdl-2023_2"
XS = "{http://www.w3.org/2001/XMLSchema}"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "netsuite.wsdl").exists(),
    reason="the vendor's schema is not beside the project (../shared/vendor/netsuite-wsdl-2023_2)",
)


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """All of the vendor's schema files behind one that only imports them."""
    root = etree.Element(XS + "schema", nsmap={"xs": XS[1:-1]})
    for found in etree.parse(str(FOLDER / "netsuite.wsdl")).iter(XS + "import"):
        place = (FOLDER / str(found.get("schemaLocation"))).resolve().as_uri()
        etree.SubElement(root, XS + "import", namespace=str(found.get("namespace")), schemaLocation=place)
    return etree.XMLSchema(root)


def problems(schema: etree.XMLSchema, raw: bytes) -> list[str]:
    """What the schema has against the header and body of an envelope."""
    tree = etree.fromstring(raw.replace(b"_2025_2.", b"_2023_2."))
    parts = [*tree.iterfind("{*}Header/*"), *tree.iterfind("{*}Body/*")]
    assert parts
    return [str(schema.error_log) for part in parts if not schema.validate(part)]


EVERY_COLUMN = columns(
    "amount", "amountPaid", "amountRemaining", "appliedToForeignAmount", "appliedToLinkAmount", "appliedToLinkType",
    "appliedToTransaction", "applyingForeignAmount", "applyingLinkAmount", "applyingLinkType", "applyingTransaction",
    "createdFrom", "currency", "dateCreated", "entity", "exchangeRate", "fxAmount", "internalId", "item",
    "lastModifiedDate", "line", "mainLine", "memo", "memoMain", "paymentMethod", "postingPeriod", "recordType",
    "status", "subsidiary", "total", "tranDate", "tranId", "transactionNumber", "type",
)  # fmt: skip
CUSTOM = (
    "<b:customFieldList>"
    '<c:customField xsi:type="c:SearchColumnStringCustomField" scriptId="custbodyzuorarefundpaymentid"/>'
    '<c:customField xsi:type="c:SearchColumnBooleanCustomField" scriptId="custbodyzuoracreatezuorarefund"/>'
    '<c:customField xsi:type="c:SearchColumnSelectCustomField" scriptId="custbodyzuorarefundpaymentreference"/>'
    "</b:customFieldList>"
)
JOINS = "".join(
    f"<sales:{name}>{columns(*asked)}</sales:{name}>"
    for name, asked in {
        "appliedToTransactionJoin": ("internalId", "tranId", "type"),
        "applyingTransactionJoin": ("internalId", "tranId", "type"),
        "createdFromJoin": ("internalId", "type"),
        "customerMainJoin": (
            "altName",
            "companyName",
            "currency",
            "entityId",
            "internalId",
            "isInactive",
            "lastModifiedDate",
            "subsidiary",
        ),
    }.items()
)
BASIC = '<m:search><m:searchRecord xsi:type="b:TransactionSearchBasic">{}</m:searchRecord></m:search>'
PERIODS = (
    '<m:search><m:searchRecord xsi:type="acct:AccountingPeriodSearchAdvanced"><acct:columns><acct:basic><b:allLocked/>'
    "<b:allowNonGLChanges/><b:apLocked/><b:arLocked/><b:closed/><b:endDate/><b:internalId/><b:isAdjust/><b:isInactive/>"
    "<b:isQuarter/><b:isYear/><b:payrollLocked/><b:periodName/><b:startDate/></acct:basic></acct:columns>"
    "</m:searchRecord></m:search>"
)
STAMPED = custom(ZUORA_ID, "<c:value>8a</c:value>")
REQUESTS = {
    "refund": get("customerRefund", "601"),
    "memo": get("creditMemo", "502"),
    "payment": get("customerPayment", "401"),
    "customer": get("customer", "11"),
    "currency": get("currency", "1"),
    "method": get("paymentMethod", "1"),
    "period": get("accountingPeriod", "71"),
    "invoice": get("invoice", "301"),
    "nobody": get("customerRefund", "999"),
    "list": get("creditMemo", "502").replace("m:get>", "m:getList>"),
    "rows": search(of_type("customerRefund", "creditMemo", "customerPayment", "invoice"), EVERY_COLUMN + CUSTOM, JOINS),
    "joined": search(MAIN, EVERY_COLUMN).replace(
        "</sales:criteria>",
        f"<sales:appliedToTransactionJoin>{of_type('creditMemo')}</sales:appliedToTransactionJoin>"
        '<sales:customerMainJoin><b:lastModifiedDate operator="notEmpty"/></sales:customerMainJoin></sales:criteria>',
    ),
    "main rows": search(MAIN, EVERY_COLUMN),
    "records": BASIC.format(""),
    "periods": PERIODS,
    "no page": "<m:searchMoreWithId><m:searchId>none</m:searchId><m:pageIndex>2</m:pageIndex></m:searchMoreWithId>",
    "update": update(f"<tc:customFieldList>{STAMPED}</tc:customFieldList>"),
    "refused update": update("<c:nullFieldList><c:name>custbodynone</c:name></c:nullFieldList>"),
    "updates": update(f"<tc:customFieldList>{STAMPED}</tc:customFieldList>", operation="updateList"),
    "time": "<m:getServerTime/>",
    "addresses": "<m:getDataCenterUrls><m:account>1234567_SB1</m:account></m:getDataCenterUrls>",
    "fields": '<m:getCustomizationId><m:customizationType getCustomizationType="transactionBodyCustomField"/>'
    "<m:includeInactives>false</m:includeInactives></m:getCustomizationId>",
    "currencies": '<m:getAll><m:record recordType="currency"/></m:getAll>',
    "choices": "<m:getSelectValue><m:fieldDescription><c:recordType>customerRefund</c:recordType>"
    "<c:field>paymentMethod</c:field></m:fieldDescription><m:pageIndex>1</m:pageIndex></m:getSelectValue>",
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_and_answers_are_valid(schema: etree.XMLSchema, name: str) -> None:
    """What the tests send is valid, and so is what comes back for it."""
    world = small_world()
    world.refunds["601"].integration_status = "Sync Complete"
    world.memos["502"].created_from = "301"
    world.customers["11"].modified = datetime(2026, 2, 4, tzinfo=UTC)
    sent = envelope(REQUESTS[name])
    assert problems(schema, sent) == []
    given = answer(world, Request("POST", "/services/NetSuitePort_2025_2", body=sent))
    assert given.status == 200
    assert problems(schema, given.body) == []


@pytest.mark.parametrize("name", REQUESTS)
def test_failures_made_for_a_request_are_valid(schema: etree.XMLSchema, name: str) -> None:
    """A fault injected from outside keeps to the schema as well."""
    assert problems(schema, failure(envelope(REQUESTS[name]), "RCRD_LOCKED_BY_WF", "locked").body) == []


def test_a_list_status_is_valid(schema: etree.XMLSchema) -> None:
    """Records with a select status too."""
    world = small_world()
    world.netsuite.status_is_list = True
    world.refunds["601"].integration_status = "Sync Complete"
    given = answer(world, Request("POST", "/", body=envelope(get("customerRefund", "601"))))
    assert STATUS.encode() in given.body
    assert problems(schema, given.body) == []


@pytest.mark.parametrize("moved", [True, False])
def test_deposits_are_valid_in_either_list(schema: etree.XMLSchema, moved: bool) -> None:
    """A refund that pays out a memo and a deposit."""
    world = small_world()
    world.refunds["601"].applied_to.append(Applied("801", "deposit_application", Decimal("5.00")))
    world.netsuite.deposits_move_to_apply_list = moved
    given = answer(world, Request("POST", "/", body=envelope(get("customerRefund", "601"))))
    assert (b"depositList" in given.body) is not moved
    assert problems(schema, given.body) == []


@pytest.mark.parametrize("outcome", ["warned", "after_submit_failed"])
def test_the_odd_outcomes_of_a_write_are_valid(schema: etree.XMLSchema, outcome: str) -> None:
    """A warning on success and a failure after saving keep to the schema."""
    world = small_world()
    world.netsuite.write_outcome = outcome
    given = answer(world, Request("POST", "/", body=envelope(REQUESTS["update"])))
    assert problems(schema, given.body) == []


def test_the_check_bites(schema: etree.XMLSchema) -> None:
    """An element out of place is reported, so an empty list of problems means something."""
    given = answer(small_world(), Request("POST", "/", body=envelope(get("customerRefund", "601"))))
    assert problems(schema, given.body.replace(b"tranCust:tranId>", b"tranCust:tranIdd>"))


def test_whatever_is_sent_an_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests with pieces lost, doubled or swapped get an answer or a fault that is XML, never an exception."""
    monkeypatch.setattr(netsuite_auth, "check", lambda *_: None)
    chance = random.Random(7)
    junk = ("", "0", "NaN", "9" * 5000, "\u0661", "0001-01-01T00:00:00Z", "601", "x:y", "&amp;")
    statuses = set()
    for _ in range(1500):
        start, middle, body = envelope(chance.choice(list(REQUESTS.values())), "").decode().partition("<s:Body>")
        spans = list(re.finditer(r'(?<=>)[^<>]+(?=<)|(?<=")[^"<>]*(?=")|<[^/<>]*/>|[a-z]+:\w+', body))
        span = chance.choice(spans)
        body = body[: span.start()] + chance.choice((*junk, span.group() * 2)) + body[span.end() :]
        given = answer(small_world(), Request("POST", "/", body=(start + middle + body).encode()))
        etree.fromstring(given.body)
        statuses.add(given.status)
    assert statuses == {200, 500}
