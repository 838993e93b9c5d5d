"""ZOQL and Object Query: what they find, page and refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.zuora_errors import Refused
from nsz_desk.simulator.zuora_zoql import holds, parse
from tests.simulator.zuora_caller import Caller


@pytest.fixture(scope="module")
def demo() -> Iterator[Caller]:
    """A caller of the demo company; these tests only read."""
    with Simulator("demo") as simulator, Caller(simulator) as caller:
        yield caller


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id from Refund", "select * from Refund", "select Id from Refund where Id in ('a')",
        "select Id from Refund where (Id = 'a')", "select Id from Refund order by Id", "select Id from Refund where",
        "select Id from Refund where Id = 'a", "select Id from Refund where Id ~ 'a'", "select Id, from Refund",
        "select Id from Refund where Id = 'a' Amount = 1",
    ],
)  # fmt: skip
def test_zoql_refuses_what_it_does_not_have(text: str) -> None:
    """Capital keywords, stars, lists, parentheses, order and half sentences are malformed queries."""
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.code == "MALFORMED_QUERY"


def test_and_binds_before_or_and_null_is_a_value() -> None:
    """A or b and c means a or (b and c); = null finds only missing values; quotes and backslashes are escaped."""
    query = parse(r"select Id from Refund where Id = 'it\'s' or Amount >= 5.10 and Comment = null")
    row = {"Id": "x", "Amount": Decimal("5.10"), "Comment": None}
    assert holds(query, row)
    assert not holds(query, row | {"Comment": "text"})
    assert not holds(query, row | {"Amount": Decimal("5.09")})
    assert holds(query, {"Id": "it's", "Amount": Decimal(0), "Comment": "text"})


def test_zoql_finds_by_account_and_leaves_nulls_out(demo: Caller) -> None:
    """Exactly the account's refunds come back, and a field without a value is absent, not null."""
    world = demo.world()["zuora"]["refunds"]
    account = world[0]["account_id"]
    reply = demo.zoql(f"select Id,Amount,CancelledOn,IntegrationId__NS from Refund where AccountId = '{account}'").json
    assert {row["Id"] for row in reply["records"]} == {one["id"] for one in world if one["account_id"] == account}
    assert all("CancelledOn" not in row for row in reply["records"])
    assert (reply["done"], reply["size"]) == (True, len(reply["records"]))


def test_zoql_pages_by_a_locator_that_dies(demo: Caller) -> None:
    """Pages follow one another without loss; a used or aged locator is refused."""
    total = len(demo.world()["zuora"]["payments"])
    page = demo.zoql("select Id from Payment", batch=20).json
    seen = [row["Id"] for row in page["records"]]
    while not page["done"]:
        used = page["queryLocator"]
        page = demo.call("POST", "/v1/action/queryMore", {"queryLocator": used}).json
        seen += [row["Id"] for row in page["records"]]
    assert len(set(seen)) == len(seen) == total
    again = demo.call("POST", "/v1/action/queryMore", {"queryLocator": used})
    assert (again.status, again.json["FaultCode"]) == (400, "INVALID_QUERY_LOCATOR")
    old = demo.zoql("select Id from Payment", batch=20).json["queryLocator"]
    demo.control("/clock", {"advance_seconds": 16 * 60})
    assert demo.call("POST", "/v1/action/queryMore", {"queryLocator": old}).status == 400


def test_zoql_by_time_needs_an_offset(demo: Caller) -> None:
    """UpdatedDate compares instants; without an offset the value is refused; unknown fields and types too."""
    moment = (datetime.now(UTC) - timedelta(days=4000)).isoformat()
    everything = demo.zoql(f"select Id from Refund where UpdatedDate >= '{moment}'").json
    assert everything["size"] == len(demo.world()["zuora"]["refunds"])
    assert demo.zoql(f"select Id from Refund where UpdatedDate >= '{moment[:19]}'").status == 400
    assert demo.zoql("select PaymentId from Refund").json["FaultCode"] == "INVALID_FIELD"
    assert demo.zoql("select Id from Nothing").json["FaultCode"] == "INVALID_TYPE"


def test_object_query_follows_cursors_to_the_end_without_a_success_flag(demo: Caller) -> None:
    """All refunds are seen once; no page has a success flag; a page size above 99 is refused."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = demo.get("/object-query/refunds", pageSize="3", **cursor).json
        assert "success" not in page
        seen += [row["id"] for row in page["data"]]
        if "nextPage" not in page:
            break
        cursor = {"cursor": page["nextPage"]}
    assert sorted(seen) == sorted(one["id"] for one in demo.world()["zuora"]["refunds"])
    assert demo.get("/object-query/refunds", pageSize="100").status == 400


def test_object_query_filters_and_expands(demo: Caller) -> None:
    """Filters are joined by AND; the NetSuite id is no filter unless indexed; applications name payment and invoice."""
    wanted = next(one for one in demo.world()["zuora"]["refunds"] if one["integration_id"])
    query = {"filter[]": f"accountid.EQ:{wanted['account_id']}", "expand[]": "refundapplications"}
    rows = demo.get("/object-query/refunds", **query).json["data"]
    row = next(one for one in rows if one["id"] == wanted["id"])
    assert (row["currency"], row["IntegrationId__NS"]) == (wanted["currency"], wanted["integration_id"])
    applied = row["refundApplications"]
    assert [(one["invoiceId"], one["applyAmount"]) for one in applied] == [
        (part["id"], Decimal(part["amount"])) for part in wanted["invoices"]
    ]
    assert {one["paymentId"] for one in applied} == {wanted["payment_id"]}
    by_netsuite_id = {"filter[]": f"IntegrationId__NS.EQ:{wanted['integration_id']}"}
    assert demo.get("/object-query/refunds", **by_netsuite_id).status == 400
    assert demo.get("/object-query/refunds", **{"filter[]": "amount.GE:100000000"}).json == {"data": []}
    dead = demo.get("/object-query/refunds", **{"filter[]": "status.IN:[Canceled,Error]"}).json["data"]
    assert {one["status"] for one in dead} == {"Canceled"}


def test_lists_of_keys_narrow_a_query_to_just_their_rows(demo: Caller) -> None:
    """Rows of several payments, refunds or accounts are those of a query without a filter that carry these keys."""
    for name, field in (
        ("payment-parts", "paymentId"), ("payment-applications", "accountId"), ("refund-applications", "refundId"),
        ("refund-applications", "paymentId"), ("refunds", "accountId"), ("payments", "id"),
    ):  # fmt: skip
        rows = demo.get(f"/object-query/{name}", pageSize="99").json["data"]
        keys = sorted({row[field] for row in rows})[:3]
        assert len(keys) == 3
        asked = {"filter[]": f"{field.lower()}.IN:[{', '.join(keys)},unknown]", "pageSize": "99"}
        found = demo.get(f"/object-query/{name}", **asked).json["data"]
        assert found == [row for row in rows if row[field] in keys]


def test_a_lagging_search_does_not_see_a_fresh_refund() -> None:
    """With a lag of a minute a new refund is read by id but in no list, until the minute has passed."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True, "search_lag_seconds": 60})
        payment = caller.pay("50.00")
        body = {"type": "External", "methodType": "Check", "totalAmount": 5}
        made = caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", body).json["id"]
        assert caller.get(f"/v1/refunds/{made}").status == 200
        assert caller.get("/v1/refunds").json["refunds"] == []
        assert caller.get("/object-query/refunds").json["data"] == []
        assert caller.zoql("select Id from Refund").json["size"] == 0
        caller.control("/clock", {"advance_seconds": 61})
        assert caller.zoql("select Id from Refund").json["size"] == 1
