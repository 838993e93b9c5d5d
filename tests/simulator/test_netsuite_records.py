"""Whole records come out as NetSuite writes them, and single failures stay single."""

from datetime import date
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_soap import answer, failure, fault
from nsz_desk.simulator.netsuite_wire import business_date, double
from tests.simulator.netsuite_envelopes import ask, envelope, get, read, search, small_world, update


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("5000", "5000.0"), ("12.30", "12.3"), ("-0.05", "-0.05"), ("0.00", "0.0"), ("9999999.99", "9999999.99"),
        ("12345678", "1.2345678E7"), ("-10000000.00", "-1.0E7"), ("1234567890.12", "1.23456789012E9"),
    ],
)  # fmt: skip
def test_amounts_are_written_as_java_writes_doubles(amount: str, written: str) -> None:
    """From ten million on an exponent appears, which a reader must understand."""
    assert double(Decimal(amount)) == written


def test_a_date_is_midnight_of_the_users_zone_in_pacific_time() -> None:
    """The recorded example: the fifth of April for an Eastern user is nine in the evening of the fourth."""
    assert business_date(date(2023, 4, 5), "America/New_York") == "2023-04-04T21:00:00.000-07:00"


def test_a_refund_is_read_with_its_applications() -> None:
    """The refund's memo stands in applyList with its id, its type in words and the amount."""
    said = ask(small_world(), get("customerRefund", "601"))
    assert said.all("c:status")[0].get("isSuccess") == "true"
    assert said.text("m:record/tc:total") == "120.0"
    assert said.text("m:record/tc:memo") == "pay <back>"
    assert said.text("m:record/tc:tranDate") == "2026-02-01T21:00:00.000-08:00"
    assert said.text("tc:apply/tc:doc") == "501"
    assert said.text("tc:apply/tc:type") == "Credit Memo"
    assert said.text("m:record/tc:paymentMethod/c:name") == "Check"


def test_blank_custom_fields_are_missing() -> None:
    """A refund never synced has no customFieldList at all; one synced has."""
    world = small_world()
    assert not ask(world, get("customerRefund", "601")).all("c:customField")
    world.refunds["601"].integration_status = "Sync Complete"
    (only,) = ask(world, get("customerRefund", "601")).all("c:customField")
    assert only.get("scriptId") == "custbodyzuoraintegrationstatus"


def test_the_memo_shows_its_refund_by_switch() -> None:
    """Both readings of the memo's apply list can be had; the invoice stands there in either."""
    world = small_world()
    assert [node.text for node in ask(world, get("creditMemo", "502")).all("tc:apply/tc:doc")] == ["301", "602"]
    world.netsuite.memo_shows_refund_row = False
    said = ask(world, get("creditMemo", "502"))
    assert [node.text for node in said.all("tc:apply/tc:doc")] == ["301"]
    assert said.text("tc:amountRemaining") == "0.0"
    assert len(said.all("tc:itemList/tc:item")) == 2


def test_a_memos_fields_have_their_kinds() -> None:
    """The flag is a tick, the payment reference a select, the payment id a text."""
    kinds = {
        node.get("scriptId"): node.get("{http://www.w3.org/2001/XMLSchema-instance}type")
        for node in ask(small_world(), get("creditMemo", "501")).all("c:customField")
    }
    assert kinds == {
        "custbodyzuoracreatezuorarefund": "platformCore:BooleanCustomFieldRef",
        "custbodyzuorarefundpaymentid": "platformCore:StringCustomFieldRef",
        "custbodyzuorarefundpaymentreference": "platformCore:SelectCustomFieldRef",
    }


def test_a_list_status_is_a_select() -> None:
    """Where Integration Status is a list, its field comes as a select with id and name."""
    world = small_world()
    world.netsuite.status_is_list = True
    world.refunds["601"].integration_status = "Sync Complete"
    (value,) = ask(world, get("customerRefund", "601")).all("c:customField/c:value")
    assert value.get("internalId") == "2"


@pytest.mark.parametrize(
    ("kind", "internal_id", "path", "text"),
    [
        ("customer", "11", "m:record/rel:entityId", 'Åkerman & "Söner" <AB>'),
        ("currency", "4", "acct:symbol", "EUR"),
        ("paymentMethod", "3", "acct:name", "Wire Transfer"),
        ("customerPayment", "401", "tc:tranId", "P-401"),
        ("accountingPeriod", "71", "acct:closed", "false"),
        ("invoice", "301", "sales:tranId", "INV-301"),
    ],
)
def test_the_other_records_are_read(kind: str, internal_id: str, path: str, text: str) -> None:
    """Every kind the desk looks up answers with what it is looked up for."""
    assert ask(small_world(), get(kind, internal_id)).text(path) == text


@pytest.mark.parametrize("ref", [("customerRefund", "999"), ("creditMemo", "601"), ("vendor", "11"), ("customer", "")])
def test_an_unknown_record_does_not_exist(ref: tuple[str, str]) -> None:
    """A wrong id, a wrong kind or no id at all: the status says so, with HTTP 200."""
    said = ask(small_world(), get(*ref))
    assert (said.status, said.codes()) == (200, ["RCRD_DSNT_EXIST"])


def test_a_list_fails_row_by_row() -> None:
    """One unknown record among others leaves the others readable, in the order asked."""
    refs = "".join(
        f'<m:baseRef xsi:type="c:RecordRef" type="creditMemo" internalId="{one}"/>' for one in ("501", "999", "502")
    )
    said = ask(small_world(), f"<m:getList>{refs}</m:getList>")
    ok = [node.get("isSuccess") for node in said.all("m:readResponse/c:status")]
    assert ok == ["true", "false", "true"]


def test_other_versions_are_answered_in_kind() -> None:
    """A 2023.2 request gets a 2023.2 answer; a mixture of two versions gets a fault."""
    world = small_world()
    old = envelope(get("customer", "11")).replace(b"_2025_2.", b"_2023_2.")
    given = answer(world, Request("POST", "/", body=old))
    assert given.status == 200
    assert b"_2023_2." in given.body
    assert b"_2025_2." not in given.body
    mixed = envelope("<m:getServerTime/>").replace(b"urn:core_2025_2.", b"urn:core_2023_2.")
    assert answer(world, Request("POST", "/", body=mixed)).status == 500


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"<a><b></a>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"<a/>", b"\xff\xfe",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        envelope("<m:deleteEverything/>"), envelope("<m:getServerTime/><m:getServerTime/>"), envelope(""),
        envelope('<m:get><m:baseRef xsi:type="nowhere:RecordRef" type="customer" internalId="11"/></m:get>'),
        envelope("<c:getServerTime/>"),
    ],
)  # fmt: skip
def test_what_is_no_request_gets_a_fault(body: bytes) -> None:
    """Nothing a client sends gets through as a stack trace or as success."""
    said = read(answer(small_world(), Request("POST", "/", body=body)))
    assert said.status == 500
    assert said.all("s:Fault")


@pytest.mark.parametrize("doctype", ["<!DOCTYPE a>", '<!DOCTYPE a [<!ENTITY x "y">]>'])
def test_a_doctype_is_refused_even_before_a_good_request(doctype: str) -> None:
    """Entities could be declared there; what follows is not looked at."""
    body = doctype.encode() + envelope("<m:getServerTime/>")
    said = read(answer(small_world(), Request("POST", "/", body=body)))
    assert said.status == 500
    assert "DOCTYPE" in said.text("s:Fault/faultstring")


def test_a_voided_refund_gives_its_memo_free() -> None:
    """The memo is open again and shows no refund."""
    world = small_world()
    world.refunds["601"].voided = True
    said = ask(world, get("creditMemo", "501"))
    assert said.text("tc:amountRemaining") == "120.0"
    assert said.text("m:record/tc:status") == "Open"
    assert not said.all("tc:applyList")


def test_the_time_is_the_worlds() -> None:
    """The server's time and the Date header follow the world's clock, as the records do."""
    world = small_world()
    world.advance(86_400 * 365)
    given = answer(world, Request("POST", "/", body=envelope("<m:getServerTime/>")))
    assert read(given).text("c:serverTime")[:4] == str(world.now().year)
    assert parsedate_to_datetime(given.headers["Date"]).year == world.now().year


def test_the_fields_are_listed_with_labels() -> None:
    """GetCustomizationId names each body field by script id and label, without Sync Date where the account has none."""
    world = small_world()
    asked = (
        '<m:getCustomizationId><m:customizationType getCustomizationType="transactionBodyCustomField"/>'
        "<m:includeInactives>false</m:includeInactives></m:getCustomizationId>"
    )
    found = {node.get("scriptId"): node[0].text for node in ask(world, asked).all("c:customizationRef")}
    assert found["custbodyzuorarefundpaymentid"] == "Zuora Refund Payment ID"
    assert len(found) == 6
    world.netsuite.has_sync_date = False
    assert len(ask(world, asked).all("c:customizationRef")) == 5


def test_choices_and_currencies_are_listed() -> None:
    """GetSelectValue gives the payment methods, getAll the currencies with their ISO codes."""
    asked = (
        "<m:getSelectValue><m:fieldDescription><c:recordType>customerRefund</c:recordType>"
        "<c:field>{}</c:field></m:fieldDescription><m:pageIndex>1</m:pageIndex></m:getSelectValue>"
    )
    world = small_world()
    assert [node.text for node in ask(world, asked.format("paymentMethod")).all("c:name")][:2] == ["Cash", "Check"]
    assert ask(world, asked.format("custbodyzuoraintegrationstatus")).codes() == ["INVALID_FLD_VALUE"]
    world.netsuite.status_is_list = True
    names = [node.text for node in ask(world, asked.format("custbodyzuoraintegrationstatus")).all("c:name")]
    assert "Sync Complete" in names
    said = ask(world, '<m:getAll><m:record recordType="currency"/></m:getAll>')
    assert "EUR" in [node.text for node in said.all("acct:symbol")]


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        (get("customerRefund", "601"), "m:getResponse/m:readResponse/c:status"),
        (update(""), "m:updateResponse/m:writeResponse/c:status"),
        (update("", operation="updateList"), "m:updateListResponse/m:writeResponseList/m:writeResponse/c:status"),
        (search("", ""), "m:searchResponse/c:searchResult/c:status"),
        ("<m:getServerTime/>", "m:getServerTimeResponse/c:getServerTimeResult/c:status"),
        ("<m:getList><m:baseRef/></m:getList>", "m:getListResponse/m:readResponseList/m:readResponse/c:status"),
    ],
)
def test_a_failure_has_the_shape_of_its_operation(operation: str, path: str) -> None:
    """A fault injected from outside looks like that operation's own failure."""
    said = read(failure(envelope(operation), "RCRD_LOCKED_BY_WF", "locked <by> a workflow"))
    (status,) = said.all(path)
    assert (said.status, status.get("isSuccess"), said.codes()) == (200, "false", ["RCRD_LOCKED_BY_WF"])


@pytest.mark.parametrize("body", [b"", b"<", envelope("<m:getServerTime/>").replace(b"_2025_2.", b"_2024_1.")])
def test_a_fault_can_be_made_for_any_body(body: bytes) -> None:
    """The fault names its kind, code and text, in the request's version or the default one."""
    given: Answer = fault(body, "exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", "blocked")
    version: Any = b"2024_1" if b"2024_1" in body else b"2025_2"
    assert given.status == 500
    assert b"urn:faults_" + version + b".platform" in given.body
    assert b"<platformFaults:exceededConcurrentRequestLimitFault><platformFaults:code>WS_REQUEST_BLOCKED<" in given.body
