"""Zuora's older object calls, with and without Invoice Settlement."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller, Reply

PATH = "/v1/object/refund"


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of an empty tenant without Invoice Settlement."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        yield caller


def create(caller: Caller, payment: dict[str, Any], amount: object, lines: object = None, **more: object) -> Reply:
    """Ask for a refund the older way."""
    body: dict[str, object] = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": amount,
                               "RefundDate": "2026-01-06", "SourceType": "Payment"}  # fmt: skip
    if lines is not None:
        body["RefundInvoicePaymentData"] = {"RefundInvoicePayment": lines}
    return caller.call("POST", f"{PATH}?rejectUnknownFields=true", body | more)


def code(reply: Reply) -> str:
    """The code of a refusal; the body says Success false."""
    assert reply.json["Success"] is False
    return str(reply.json["Errors"][0]["Code"])


def test_a_create_answers_the_id_only_and_the_read_says_no_payment(caller: Caller) -> None:
    """Exactly Success and Id come back; the record has status and amount, but no PaymentId and no nulls."""
    payment = caller.pay("50.00")
    made = create(caller, payment, 20.5, IntegrationId__NS="48213").json
    assert set(made) == {"Success", "Id"}
    record = caller.get(f"{PATH}/{made['Id']}").json
    assert (record["Status"], record["Amount"], record["IntegrationId__NS"]) == ("Processed", Decimal("20.5"), "48213")
    assert "PaymentId" not in record
    assert None not in record.values()
    assert caller.get(f"/v1/object/payment/{payment['id']}").json["RefundAmount"] == Decimal("20.5")


@pytest.mark.parametrize("amount", [80, 25])
def test_several_invoices_need_lines_for_the_whole_and_for_a_part(caller: Caller, amount: int) -> None:
    """Without RefundInvoicePaymentData a payment over two invoices is not refunded, full or partial."""
    assert create(caller, caller.pay("50.00", "30.00"), amount).status == 400
    assert caller.world()["zuora"]["refunds"] == []


def test_lines_are_honoured_to_the_cent(caller: Caller) -> None:
    """Lines take their parts; one above its cap, a wrong sum or a number instead of text is refused."""
    payment = caller.pay("50.00", "30.00")
    one, two = (part["id"] for part in payment["invoices"])
    assert code(create(caller, payment, 40, [{"InvoiceId": two, "RefundAmount": "40.00"}])) == "TRANSACTION_FAILED"
    assert code(create(caller, payment, 40, [{"InvoiceId": one, "RefundAmount": "39.99"}])) == "INVALID_VALUE"
    assert code(create(caller, payment, 40, [{"InvoiceId": one, "RefundAmount": 40}])) == "INVALID_VALUE"
    assert code(create(caller, payment, "40.00", [{"InvoiceId": one, "RefundAmount": "40.00"}])) == "INVALID_VALUE"
    lines = [{"InvoiceId": one, "RefundAmount": "10.01"}, {"InvoiceId": two, "RefundAmount": "29.99"}]
    assert create(caller, payment, 40, lines).json["Success"] is True
    query = f"select InvoiceId,Amount,RefundAmount from InvoicePayment where PaymentId='{payment['id']}'"
    taken = {row["InvoiceId"]: row["RefundAmount"] for row in caller.zoql(query).json["records"]}
    assert taken == {one: Decimal("10.01"), two: Decimal("29.99")}


@pytest.mark.parametrize(
    ("switch", "left"), [("honoured", ("30.00", "0")), ("ignored", ("0", "30.00")), ("refused", ("30.00", "30.00"))]
)
def test_lines_under_settlement_follow_the_switch(caller: Caller, switch: str, left: tuple[str, str]) -> None:
    """With Invoice Settlement a line on the second invoice is honoured, replaced by the tenant's rule, or refused."""
    payment = caller.pay("30.00", "30.00")
    first, second = sorted(part["id"] for part in payment["invoices"])
    caller.edit("zuora", "tenant", set={"invoice_settlement": True, "crud_lines_under_settlement": switch})
    create(caller, payment, 30, [{"InvoiceId": second, "RefundAmount": "30.00"}])
    now = {part["id"]: Decimal(part["applied"]) for part in caller.payment(payment["id"])["invoices"]}
    assert (now[first], now[second]) == tuple(map(Decimal, left))


def test_a_cancel_by_status_binds_the_money_again(caller: Caller) -> None:
    """Without settlement Status Canceled puts the invoice payment back as it was; a second one is refused."""
    payment = caller.pay("50.00")
    refund = create(caller, payment, 50).json["Id"]
    assert caller.call("PUT", f"{PATH}/{refund}", {"Status": "Canceled"}).json == {"Success": True, "Id": refund}
    assert caller.get(f"{PATH}/{refund}").json["Status"] == "Canceled"
    assert caller.payment(payment["id"])["invoices"] == payment["invoices"]
    assert code(caller.call("PUT", f"{PATH}/{refund}", {"TransferredToAccounting": "No"})) == "INVALID_VALUE"
    assert caller.call("DELETE", f"{PATH}/{refund}").json == {"success": True, "id": refund}
    gone = caller.get(f"{PATH}/{refund}")
    assert (gone.status, gone.json) == (404, {"records": {}, "size": 0, "done": True})


def test_unknown_fields_are_ignored_unless_they_shall_be_refused(caller: Caller) -> None:
    """Without the parameter a tenant without the NetSuite fields drops them in silence; with it, it says so."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"netsuite_fields": False})
    strict = create(caller, payment, 5, IntegrationId__NS="1")
    assert (strict.status, strict.json) == (400, {"message": "Error - unrecognised fields"})
    body = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 5,
            "RefundDate": "2026-01-06", "IntegrationId__NS": "1"}  # fmt: skip
    made = caller.call("POST", PATH, body).json
    assert "IntegrationId__NS" not in caller.get(f"{PATH}/{made['Id']}").json


def test_more_than_is_left_is_refused(caller: Caller) -> None:
    """Earlier refunds count: two that together exceed the payment are not both made."""
    payment = caller.pay("50.00")
    assert create(caller, payment, 30).json["Success"] is True
    assert code(create(caller, payment, 20.01)) == "TRANSACTION_FAILED"
    assert create(caller, payment, 20).json["Success"] is True
