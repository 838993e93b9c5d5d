"""Zuora's v1 refunds with Invoice Settlement: create, cancel, apply again, update, delete, read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller, Reply

EXTERNAL = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06"}


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of an empty tenant with Invoice Settlement."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True})
        yield caller


def category(reply: Reply) -> str:
    """The two digits that say what kind of no it is."""
    body = reply.json
    assert body["success"] is False
    return str(body["reasons"][0]["code"])[-2:]


def unapply(caller: Caller, payment: dict[str, object], body: dict[str, object]) -> Reply:
    """Ask for an unapply-and-refund."""
    return caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", EXTERNAL | body)


def test_unapply_and_refund_takes_exactly_the_named_parts(caller: Caller) -> None:
    """The named invoices lose their parts, open again by as much, and the answer says the whole refund."""
    payment = caller.pay("50.00", "30.00")
    one, two = (part["id"] for part in payment["invoices"])
    lines = [{"invoiceId": one, "amount": 20.01}, {"invoiceId": two, "amount": 30}]
    reply = unapply(caller, payment, {"totalAmount": 50.01, "invoices": lines, "IntegrationId__NS": "48213"})
    assert reply.status == 200
    assert (reply.json["amount"], reply.json["status"]) == (Decimal("50.01"), "Processed")
    assert reply.json["IntegrationId__NS"] == "48213"
    assert reply.json["financeInformation"]["transferredToAccounting"] is False
    parts = caller.get(f"/v1/payments/{payment['id']}/parts").json["parts"]
    assert [(part["invoiceId"], part["amount"]) for part in parts] == [(one, Decimal("29.99"))]
    assert caller.get(f"/v1/invoices/{two}").json["balance"] == Decimal("30.00")


def test_a_refund_above_the_parts_is_refused_and_changes_nothing(caller: Caller) -> None:
    """One cent more than an invoice's part is a business refusal; payment and refunds stay as they were."""
    payment = caller.pay("50.00", "30.00")
    line = {"invoiceId": payment["invoices"][1]["id"], "amount": 30.01}
    assert category(unapply(caller, payment, {"totalAmount": 30.01, "invoices": [line]})) == "30"
    assert caller.payment(payment["id"])["invoices"] == payment["invoices"]
    assert caller.world()["zuora"]["refunds"] == []


def test_refunds_takes_loose_money_only(caller: Caller) -> None:
    """POST …/refunds serves up to the unapplied amount and refuses above it, whatever is applied."""
    payment = caller.pay("50.00", loose="10.00")
    path = f"/v1/payments/{payment['id']}/refunds"
    assert category(caller.call("POST", path, EXTERNAL | {"totalAmount": 10.01})) == "30"
    assert caller.call("POST", path, EXTERNAL | {"totalAmount": 10}).json["amount"] == 10
    assert caller.get(f"/v1/payments/{payment['id']}").json["unappliedAmount"] == 0
    assert category(caller.call("POST", path, EXTERNAL | {"totalAmount": "1.00"})) == "20"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "Bogus"}, "20"),
        ({"methodType": "Barter"}, "20"),
        ({"methodType": None}, "22"),
        ({"refundDate": "2026-01-04"}, "30"),
        ({"comment": "x" * 256}, "20"),
        ({"totalAmount": 0}, "20"),
        ({"totalAmount": 0.001}, "20"),
        ({"refundDate": "06.01.2026"}, "20"),
        ({"Nonsense__NS": "x"}, "21"),
    ],
)  # fmt: skip
def test_a_bad_field_is_refused(caller: Caller, change: dict[str, object], expected: str) -> None:
    """Each field that breaks its rule is a no of its own category, and no refund is made."""
    payment = caller.pay("50.00")
    assert category(unapply(caller, payment, {"totalAmount": 5} | change)) == expected
    assert caller.world()["zuora"]["refunds"] == []


def test_a_cancel_leaves_loose_money_that_can_be_applied_again(caller: Caller) -> None:
    """After Canceled the amount is unapplied; apply binds it and the invoice is paid again; no second cancel."""
    payment = caller.pay("50.00")
    invoice = payment["invoices"][0]["id"]
    refund = unapply(caller, payment, {"totalAmount": 50}).json["id"]
    assert caller.get(f"/v1/payments/{payment['id']}/parts").json["parts"] == []
    cancelled = caller.call("PUT", f"/v1/refunds/{refund}/cancel", {}).json
    assert (cancelled["status"], cancelled["success"]) == ("Canceled", True)
    assert cancelled["cancelledOn"]
    assert category(caller.call("PUT", f"/v1/refunds/{refund}/cancel", {})) == "30"
    assert caller.get(f"/v1/payments/{payment['id']}").json["unappliedAmount"] == 50
    lines = {"invoices": [{"invoiceId": invoice, "amount": 50}]}
    assert caller.call("PUT", f"/v1/payments/{payment['id']}/apply", lines).json["appliedAmount"] == 50
    assert caller.get(f"/v1/invoices/{invoice}").json["balance"] == 0
    assert category(caller.call("PUT", f"/v1/payments/{payment['id']}/apply", lines)) == "30"


def test_only_a_canceled_refund_can_be_deleted(caller: Caller) -> None:
    """DELETE is refused while the refund lives, works once it is canceled, and then it is not found."""
    payment = caller.pay("50.00")
    path = f"/v1/refunds/{unapply(caller, payment, {'totalAmount': 5}).json['id']}"
    assert category(caller.call("DELETE", path)) == "30"
    caller.call("PUT", f"{path}/cancel", {})
    assert caller.call("DELETE", path).json == {"success": True}
    gone = caller.get(path)
    assert (gone.status, category(gone)) == (404, "40")


def test_transferred_to_accounting_is_written_afterwards(caller: Caller) -> None:
    """It is null after the create, Yes after the PUT; leaving Yes can be made to need a permission."""
    payment = caller.pay("50.00")
    path = f"/v1/refunds/{unapply(caller, payment, {'totalAmount': 5}).json['id']}"
    assert caller.get(path).json["financeInformation"]["transferredToAccounting"] is None
    marks = {"SyncDate__NS": "2026-01-06T10:00:00Z", "Transaction__NS": "Test 2026-01-06"}
    body = {"financeInformation": {"transferredToAccounting": "Yes"}} | marks
    assert caller.call("PUT", path, body).json["financeInformation"]["transferredToAccounting"] == "Yes"
    assert caller.get(path).json["Transaction__NS"] == "Test 2026-01-06"
    caller.edit("zuora", "tenant", set={"override_transferred": False})
    assert category(caller.call("PUT", path, {"financeInformation": {"transferredToAccounting": "Ignore"}})) == "10"


def test_a_closed_period_blocks_create_and_cancel(caller: Caller) -> None:
    """The refund date decides; both calls are refused and the refund stays Processed."""
    payment = caller.pay("50.00")
    refund = unapply(caller, payment, {"totalAmount": 5}).json["id"]
    period = {"name": "Jan 2026", "start": "2026-01-01", "end": "2026-01-31", "status": "Closed"}
    caller.edit("zuora", "periods", create=period)
    assert category(unapply(caller, payment, {"totalAmount": 5})) == "30"
    assert category(caller.call("PUT", f"/v1/refunds/{refund}/cancel", {})) == "30"
    assert caller.get(f"/v1/refunds/{refund}").json["status"] == "Processed"
    assert unapply(caller, payment, {"totalAmount": 5, "refundDate": "2026-02-01"}).json["success"] is True
    assert caller.get("/v1/accounting-periods").json["accountingPeriods"][0]["status"] == "Closed"


def test_an_electronic_refund_is_created_and_then_in_error(caller: Caller) -> None:
    """The call succeeds although the gateway refused; the money is loose, not gone."""
    payment = caller.pay("50.00")
    path = f"/v1/payments/{payment['id']}/refunds/unapply"
    made = caller.call("POST", path, {"type": "Electronic", "totalAmount": 50}).json
    assert (made["success"], made["status"], made["gatewayState"]) == (True, "Error", "FailedToSettle")
    assert caller.get(f"/v1/payments/{payment['id']}").json["unappliedAmount"] == 50


def test_unapply_and_refund_can_be_without_permission(caller: Caller) -> None:
    """The switch makes the call a refusal of category 10, while the older create still works."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"unapply_and_refund": False})
    assert category(unapply(caller, payment, {"totalAmount": 5})) == "10"


def test_without_settlement_the_newer_calls_are_refused(caller: Caller) -> None:
    """Payments, refunds and parts say no; accounts and invoices still answer."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"invoice_settlement": False})
    for path in ("/v1/refunds", f"/v1/payments/{payment['id']}", f"/v1/payments/{payment['id']}/parts"):
        assert category(caller.get(path)) == "30"
    assert category(unapply(caller, payment, {"totalAmount": 5})) == "30"
    assert caller.get(f"/v1/accounts/{payment['account_id']}").json["basicInfo"]["id"] == payment["account_id"]


def test_a_list_is_paged_filtered_and_sorted_the_other_way_round(caller: Caller) -> None:
    """Pages of at most 40 follow nextPage to the end; a plus sorts descending; unknown filters are ignored."""
    payment = caller.pay("50.00")
    for _ in range(5):
        unapply(caller, payment, {"totalAmount": 2})
    first = caller.get("/v1/refunds", pageSize="3", accountId=payment["account_id"]).json
    second = caller.call("GET", first["nextPage"].partition(str(caller.simulator.port))[2]).json
    numbers = [refund["number"] for refund in first["refunds"] + second["refunds"]]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 5
    assert "nextPage" not in second
    down = caller.get("/v1/refunds", sort="+number").json["refunds"]
    assert [refund["number"] for refund in down] == sorted(numbers, reverse=True)
    assert caller.get("/v1/refunds", accountId="other").json["refunds"] == []
    assert len(caller.get("/v1/refunds", IntegrationId__NS="1").json["refunds"]) == 5
    assert category(caller.get("/v1/refunds", pageSize="41")) == "20"


def test_refund_and_payment_are_found_by_number_too(caller: Caller) -> None:
    """The key of a path is an id or a number."""
    payment = caller.pay("50.00", number="P-00000777")
    made = unapply(caller, payment, {"totalAmount": 5}).json
    assert caller.get(f"/v1/refunds/{made['number']}").json["id"] == made["id"]
    assert caller.get("/v1/payments/P-00000777").json["refundAmount"] == 5
    part = caller.get(f"/v1/refunds/{made['id']}/parts").json["parts"][0]
    assert (part["paymentId"], part["amount"]) == (payment["id"], 5)
