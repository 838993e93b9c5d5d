"""The record service: whole records as the world has them, and what a PATCH may change."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import Applied, World
from tests.simulator.netsuite_rest_caller import SAMPLES, RestCaller, complaint, sample

STATUS, ZUORA_ID, NOTE = "custbodyzuoraintegrationstatus", "custbodyzuoraid", "custbodyzuorasyncdate"
REFUND = "customerRefund/48001"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as running:
        yield running


@pytest.fixture
def caller(simulator: Simulator) -> Iterator[RestCaller]:
    """A caller of a company as it was at the start."""
    simulator.router.reset()
    with RestCaller(simulator) as one:
        yield one


def test_a_refund_is_shown_as_the_world_has_it(caller: RestCaller) -> None:
    """Every fact of every refund is in its record; the amount is exact."""
    for one in caller.simulator.world.refunds.values():
        shown = caller.read(f"customerRefund/{one.id}?expandSubResources=true")
        assert (shown["id"], shown["tranId"], shown["total"]) == (one.id, one.number, one.amount)
        assert shown["customer"]["id"] == one.customer_id
        assert shown["tranDate"] == one.date.isoformat()
        assert shown["paymentMethod"]["refName"] == one.method
        assert (shown.get(STATUS, ""), shown.get(ZUORA_ID, "")) == (one.integration_status, one.zuora_id)
        rows = [(row["doc"]["id"], row["amount"]) for row in shown["apply"]["items"]]
        assert rows == [(row.doc, row.amount) for row in one.applied_to]
        assert all(row["apply"] is True for row in shown["apply"]["items"])
        assert shown["deposit"]["items"] == []


def test_a_memo_is_shown_as_the_world_has_it(caller: RestCaller) -> None:
    """Its customer is called entity, and what remains is total minus what is applied."""
    for one in caller.simulator.world.memos.values():
        shown = caller.read(f"creditMemo/{one.id}?expandSubResources=true")
        assert (shown["entity"]["id"], shown["total"]) == (one.customer_id, one.amount)
        assert shown["total"] == shown["amountRemaining"] + shown["amountPaid"]
        assert sum(row["amount"] for row in shown["apply"]["items"]) == shown["applied"]
        assert sum(row["amount"] for row in shown["item"]["items"]) == one.amount
        assert shown["custbodyzuoracreatezuorarefund"] is one.create_zuora_refund
        assert shown.get("createdFrom", {}).get("id", "") == one.created_from
        state = "V" if one.voided else "A" if shown["amountRemaining"] else "B"
        assert shown["status"]["id"] == state


def test_small_records_are_shown(caller: RestCaller) -> None:
    """Customer, currency, period and payment; `symbol` is the ISO code."""
    world = caller.simulator.world
    customer, payment = next(iter(world.customers.values())), next(iter(world.ns_payments.values()))
    shown = caller.read(f"customer/{customer.id}")
    assert (shown["companyName"], shown["custentityzuoraid"]) == (customer.name, customer.zuora_id)
    assert caller.read("currency/1")["symbol"] == "USD"
    assert caller.read("accountingPeriod/297")["closed"] is True
    shown = caller.read(f"customerPayment/{payment.id}")
    assert (shown["payment"], shown[ZUORA_ID]) == (payment.amount, payment.zuora_id)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
@pytest.mark.parametrize("kind", ["customerRefund", "creditMemo", "currency", "accountingPeriod"])
def test_every_name_is_one_of_the_vendors(caller: RestCaller, kind: str) -> None:
    """No property is made up: each stands in the vendor's browser, or is a custom field or one the page names."""
    ids = {"customerRefund": "48001", "creditMemo": "31031", "currency": "1", "accountingPeriod": "300"}
    known = set(sample("rest_fieldnames_2026_1")[kind]) | {"links", "id", "name", "exchangeRate", "isInactive"}
    shown = caller.read(f"{kind}/{ids[kind]}?expandSubResources=true")
    selected = {"memo", "createdDate", "transactionNumber", "subsidiary", "paymentMethod"}  # not in the selection
    assert {name for name in shown if not name.startswith("cust") or name == "customer"} <= known | selected
    rows = set(sample("rest_fieldnames_2026_1")["customerRefund.apply.items[]"])
    assert all(set(row) <= rows for row in shown.get("apply", {}).get("items", []))


def test_sublists_are_links_unless_they_are_asked_for(caller: RestCaller) -> None:
    """Without expandSubResources a sublist holds its address only."""
    assert caller.read(REFUND)["apply"].keys() == {"links"}
    shown = caller.read(f"{REFUND}?fields=tranId,memo")
    assert shown.keys() == {"links", "tranId", "memo"}


def test_a_blank_field_is_left_out(caller: RestCaller) -> None:
    """Neither null nor empty text stands in a record."""
    shown = caller.read(REFUND)
    assert STATUS not in shown
    assert None not in shown.values()


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
def test_a_missing_record_is_answered_as_the_vendor_does(caller: RestCaller) -> None:
    """The whole body equals the vendor's sample, for reading and for writing."""
    for reply in (caller.rest("GET", "record/v1/customerRefund/1"), caller.patch("creditMemo/1", {NOTE: "x"})):
        assert (reply.status, reply.json) == (404, sample("err_404_nonexistent_id"))


def test_what_is_not_served_is_not_found(caller: RestCaller) -> None:
    """An unknown record type, a collection and a write by another method are refused."""
    assert complaint(caller.rest("GET", "record/v1/employee/1")) == (404, "NOT_FOUND")
    assert complaint(caller.rest("GET", "record/v1/customerRefund")) == (404, "NOT_FOUND")
    assert complaint(caller.rest("DELETE", f"record/v1/{REFUND}")) == (405, "INVALID_REQUEST")


@pytest.mark.parametrize("path", [REFUND, "creditMemo/31001"])
def test_a_patch_sets_and_clears_and_leaves_the_rest(caller: RestCaller, path: str) -> None:
    """Sent fields change, null clears, everything else stays; the record counts as modified."""
    before = caller.read(path)
    caller.control("/clock", {"advance_seconds": 60})
    reply = caller.patch(path, {STATUS: "Creating Refund", NOTE: "2026 <&> é"})
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["Location"].endswith(path)
    after = caller.read(path)
    assert after.pop("lastModifiedDate") > before.pop("lastModifiedDate")
    assert after == before | {STATUS: "Creating Refund", NOTE: "2026 <&> é"}
    caller.patch(path, {STATUS: None, NOTE: None})
    assert {name: value for name, value in caller.read(path).items() if name != "lastModifiedDate"} == before


@pytest.mark.parametrize(("check", "status"), [("Error", 400), ("Warning", 204), ("Ignore", 204), ("error", 400)])
def test_an_unknown_name_is_refused_only_when_asked_for(caller: RestCaller, check: str, status: int) -> None:
    """Error refuses the whole request; Warning drops the name and says so in a header; Ignore is silent."""
    reply = caller.patch(REFUND, {"custbodyzuorid": "typo", ZUORA_ID: "z1"}, check)
    assert reply.status == status
    assert (ZUORA_ID in caller.read(REFUND)) is (status == 204)
    assert ("X-NetSuite-Warning" in reply.headers) is (check == "Warning")
    if status == 400:
        detail = reply.json["o:errorDetails"][0]
        assert (detail["o:errorCode"], detail["o:errorPath"]) == ("INVALID_CONTENT", "custbodyzuorid")


def test_without_a_word_an_unknown_name_is_dropped(caller: RestCaller) -> None:
    """The default is Warning: 204, and nothing was written."""
    reply = caller.rest("PATCH", f"record/v1/{REFUND}", {"custbodyzuorid": "typo"})
    assert reply.status == 204
    assert "custbodyzuorid" not in caller.read(REFUND)


BAD: list[tuple[object, str]] = [
    ({NOTE: "x" * 301}, "INVALID_CONTENT"),
    ({ZUORA_ID: "fine", NOTE: 5}, "INVALID_CONTENT"),
    ({"custbodyzuoracreatezuorarefund": "T"}, "INVALID_CONTENT"),
    ({"custbodyzuorarefundpaymentreference": {"id": "99"}}, "INVALID_CONTENT"),
    ({"total": 5}, "INVALID_CONTENT"),
    ({"apply": {"items": []}}, "INVALID_CONTENT"),
    ([], "INVALID_REQUEST"),
    ("text", "INVALID_REQUEST"),
]


@pytest.mark.parametrize(("body", "code"), BAD)
def test_a_bad_patch_changes_nothing(caller: RestCaller, body: object, code: str) -> None:
    """A wrong type, too long a text, an unknown reference, a standard field or a sublist is refused whole."""
    before = caller.read("creditMemo/31001?expandSubResources=true")
    assert complaint(caller.patch("creditMemo/31001", body)) == (400, code)
    assert caller.read("creditMemo/31001?expandSubResources=true") == before


def test_a_body_that_is_no_json_is_a_bad_request(caller: RestCaller) -> None:
    """Malformed text is refused before anything is looked at."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    reply = caller.raw("PATCH", f"/services/rest/record/v1/{REFUND}", b"{nope", headers)
    assert complaint(reply) == (400, "INVALID_REQUEST")


def test_selected_fields_are_cleared_when_the_body_does_not_set_them(caller: RestCaller) -> None:
    """The parameter `replaceSelectedFields` with `replace` clears those and only those."""
    caller.patch(REFUND, {STATUS: "Sync Complete", ZUORA_ID: "z1", NOTE: "n"})
    caller.patch(f"{REFUND}?replaceSelectedFields=true&replace={STATUS},{ZUORA_ID}", {ZUORA_ID: "z2"})
    shown = caller.read(REFUND)
    assert (shown.get(STATUS), shown[ZUORA_ID], shown[NOTE]) == (None, "z2", "n")


def test_a_status_that_is_a_list_is_read_and_set_by_id(caller: RestCaller) -> None:
    """Then free text is refused, and the record shows id and name."""
    caller.edit("netsuite", "account", set={"status_is_list": True})
    assert caller.patch(REFUND, {STATUS: {"id": "2"}}).status == 204
    assert caller.read(REFUND)[STATUS] == {"id": "2", "refName": "Sync Complete"}
    assert complaint(caller.patch(REFUND, {STATUS: "Sync Complete"})) == (400, "INVALID_CONTENT")
    assert complaint(caller.patch(REFUND, {STATUS: {"id": "99"}})) == (400, "INVALID_CONTENT")


def test_a_closed_period_may_refuse_even_custom_fields(caller: RestCaller) -> None:
    """Where the account is that strict, the refusal names the period's code and nothing is written."""
    world: World = caller.simulator.world
    closed = next(one for one in world.ns_periods.values() if one.closed)
    world.refunds["48001"].date = closed.start
    assert caller.patch(REFUND, {NOTE: "a"}).status == 204
    world.netsuite.locks_closed_periods = True
    assert complaint(caller.patch(REFUND, {NOTE: "b"})) == (400, "TRAN_PRD_CLOSED")
    assert caller.read(REFUND)[NOTE] == "a"


def test_a_failure_after_saving_has_saved(caller: RestCaller) -> None:
    """The answer is an error that says nothing, and the change is there."""
    caller.edit("netsuite", "account", set={"write_outcome": "after_submit_failed"})
    assert complaint(caller.patch(REFUND, {ZUORA_ID: "z9"})) == (500, "UNEXPECTED_ERROR")
    assert caller.read(REFUND)[ZUORA_ID] == "z9"


def test_the_memo_shows_its_refunds_row_by_a_switch(caller: RestCaller) -> None:
    """What remains is the same either way."""
    path = "creditMemo/31001?expandSubResources=true"
    with_row = caller.read(path)
    caller.edit("netsuite", "account", set={"memo_shows_refund_row": False})
    without = caller.read(path)
    assert [row["doc"]["id"] for row in with_row["apply"]["items"]] == ["48001"]
    assert without["apply"]["items"] == []
    assert with_row["amountRemaining"] == without["amountRemaining"] == 0


def test_open_credits_may_stand_beside_the_applied_one(caller: RestCaller) -> None:
    """By a switch a refund lists the customer's other open memos, not applied and without an amount."""
    world = caller.simulator.world
    one, other = list(world.memos.values())[:2]
    other.customer_id, other.amount = one.customer_id, other.amount + 5
    caller.edit("netsuite", "account", set={"lists_open_credits": True})
    rows = caller.read(f"{REFUND}?expandSubResources=true")["apply"]["items"]
    assert [(row["doc"]["id"], row["apply"], row.get("amount")) for row in rows] == [
        (one.id, True, one.amount),
        (other.id, False, None),
    ]
    assert rows[1]["due"] == Decimal(5)


def test_an_applied_deposit_is_a_deposit_application(caller: RestCaller) -> None:
    """It stands in the apply list; the deposit list is empty on reading."""
    caller.simulator.world.refunds["48001"].applied_to = [Applied("77", "deposit_application", Decimal("3.10"))]
    shown = caller.read(f"{REFUND}?expandSubResources=true")
    assert [(row["type"], row["amount"]) for row in shown["apply"]["items"]] == [
        ("Deposit Application", Decimal("3.10"))
    ]
    assert shown["deposit"]["items"] == []


@pytest.mark.parametrize("kind", ["customerRefund", "creditMemo", "customerPayment", "customer"])
def test_the_catalogue_names_the_custom_fields(caller: RestCaller, kind: str) -> None:
    """One record type's schema marks them and has their labels as titles."""
    reply = caller.rest("GET", f"record/v1/metadata-catalog/{kind}", Accept="application/schema+json")
    found = {name: one for name, one in reply.json["properties"].items() if one.get("x-ns-custom-field")}
    assert found
    assert all(name.startswith(("custbody", "custentity")) and one["title"] for name, one in found.items())
    wanted = {"customerRefund": 3, "creditMemo": 6, "customerPayment": 1, "customer": 1}
    assert len(found) == wanted[kind]
    assert json.loads(reply.body)["type"] == "object"


def test_the_catalogue_shows_lists_boxes_and_missing_fields(caller: RestCaller) -> None:
    """A list is an object with an id, a tick box a boolean, and a field that the account lacks is not there."""
    caller.edit("netsuite", "account", set={"status_is_list": True, "has_sync_date": False})
    reply = caller.rest("GET", "record/v1/metadata-catalog/creditMemo", Accept="application/schema+json")
    found: Any = reply.json["properties"]
    assert "id" in found[STATUS]["properties"]
    assert found["custbodyzuoracreatezuorarefund"]["type"] == "boolean"
    assert NOTE not in found


def test_the_catalogue_wants_the_schema_type_and_a_known_record(caller: RestCaller) -> None:
    """Another content type and another record are refused."""
    assert complaint(caller.rest("GET", "record/v1/metadata-catalog/creditMemo"))[0] == 406
    assert complaint(caller.rest("GET", "record/v1/metadata-catalog/employee")) == (404, "NOT_FOUND")
