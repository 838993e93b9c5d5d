"""The readings nobody could verify, each as a switch: limits, what keys remember, entities, the modes of settlement."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller, Reply


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of an empty tenant with Invoice Settlement."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True})
        yield caller


def refund(caller: Caller, payment: dict[str, Any], key: str, amount: object = 10) -> Reply:
    """Refund some of the payment under a key."""
    body = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06", "totalAmount": amount}
    return caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", body, key=key)


def made(caller: Caller) -> int:
    """Count the refunds in the world."""
    return len(caller.world()["zuora"]["refunds"])


def test_every_answer_counts_down_what_is_left(caller: Caller) -> None:
    """Remaining falls by one a call, the limit names its windows, the reset lies within the minute."""
    caller.edit("zuora", "tenant", set={"calls_per_minute": 100})
    caller.control("/clock", {"advance_seconds": 60})
    replies = [caller.get("/v1/refunds") for _ in range(3)]
    left = [int(one.headers["RateLimit-Remaining"]) for one in replies]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    assert "100;w=60" in replies[0].headers["RateLimit-Limit"]
    assert 0 < int(replies[0].headers["RateLimit-Reset"]) <= 60
    assert replies[0].headers["Concurrency-Limit-Remaining"] == "39"
    assert caller.get("/object-query/refunds").headers["Concurrency-Limit-Type"] == "Object Query"


@pytest.mark.parametrize("as_date", [False, True])
def test_over_the_limit_is_429_until_the_minute_ends(caller: Caller, as_date: bool) -> None:
    """The third call of a minute that allows two is refused and says when to come back; then it is served."""
    wanted = {"calls_per_minute": 2, "retry_after_is_date": as_date, "rate_header_prefix": "Rate-Limit"}
    caller.edit("zuora", "tenant", set=wanted)
    caller.control("/clock", {"advance_seconds": 60})
    replies = [caller.get("/v1/refunds") for _ in range(3)]
    assert [one.status for one in replies] == [200, 200, 429]
    assert replies[2].headers["Rate-Limit-Remaining"] == "0"
    assert replies[2].json["code"] == "REQUEST_EXCEEDED_LIMIT"
    assert replies[2].headers["Retry-After"].endswith("GMT") is as_date
    caller.control("/clock", {"advance_seconds": 60})
    assert caller.get("/v1/refunds").status == 200


def test_too_many_calls_at_the_same_time_are_refused(caller: Caller) -> None:
    """While one slow call runs, a tenant that allows one at a time refuses the next."""
    caller.edit("zuora", "tenant", set={"calls_at_once": 1})
    caller.faults({"where": "zuora.search", "kind": "delay", "nth": 1, "seconds": 0.5})
    with Caller(caller.simulator) as slow:
        thread = threading.Thread(target=lambda: slow.get("/v1/refunds"))
        thread.start()
        statuses = set()
        while thread.is_alive():
            statuses.add(caller.get("/v1/payments/none").status)
        thread.join()
    assert 429 in statuses
    assert caller.get("/v1/refunds").status == 200


def test_tokens_have_a_limit_of_their_own(caller: Caller) -> None:
    """The third token in a minute that allows two is 429; other calls go on."""
    caller.edit("zuora", "tenant", set={"tokens_per_minute": 2})
    caller.control("/clock", {"advance_seconds": 60})
    replies = [caller.sign_in() for _ in range(3)]
    assert [one.status for one in replies] == [200, 200, 429]
    assert [one.headers["X-RateLimit-Remaining-minute"] for one in replies] == ["1", "0", "0"]
    assert caller.get("/v1/refunds").status == 200


@pytest.mark.parametrize(("stored", "second"), [(False, 200), (True, 429)])
def test_a_429_is_kept_under_the_key_or_not(caller: Caller, stored: bool, second: int) -> None:
    """The same key afterwards makes the refund, or hears 429 again although the rush is over."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"replay_stored_429": stored})
    caller.faults({"where": "zuora.create_refund", "kind": "http_429", "nth": 1})
    assert refund(caller, payment, "k").status == 429
    assert refund(caller, payment, "k").status == second
    assert made(caller) == (0 if stored else 1)


@pytest.mark.parametrize(("stored", "second"), [(False, True), (True, False)])
def test_a_4xx_is_kept_under_the_key_or_not(caller: Caller, stored: bool, second: bool) -> None:
    """An older call refused with 400 because money was missing: the same key later works, or is refused for ever."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"replay_stored_4xx": stored})
    body = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 10}
    body["RefundDate"] = "2026-01-06"
    caller.edit("zuora", "payments", id=payment["id"], set={"status": "Processing"})
    assert caller.call("POST", "/v1/object/refund", body, key="k").status == 400
    caller.edit("zuora", "payments", id=payment["id"], set={"status": "Processed"})
    assert caller.call("POST", "/v1/object/refund", body, key="k").json["Success"] is second
    assert made(caller) == int(second)


def test_409_may_mean_another_request(caller: Caller) -> None:
    """With the switch a used key with another body is 409, not 422; nothing is made of it."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"key_mismatch_status": 409})
    refund(caller, payment, "k")
    assert refund(caller, payment, "k", 11).status == 409
    assert made(caller) == 1


def test_a_key_that_still_runs_may_wait_for_its_answer(caller: Caller) -> None:
    """With the switch the second request gets the first one's answer, late; one refund exists."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"key_still_runs": "waits"})
    caller.faults({"where": "zuora.create_refund", "kind": "delay", "nth": 1, "seconds": 0.3})
    with Caller(caller.simulator) as slow:
        answers: list[Reply] = []
        thread = threading.Thread(target=lambda: answers.append(refund(slow, payment, "k")))
        thread.start()
        second = refund(caller, payment, "k")
        thread.join()
    assert second.body == answers[0].body
    assert second.json["success"] is True
    assert made(caller) == 1


def test_an_entity_is_accepted_when_it_is_the_tokens(caller: Caller) -> None:
    """Without Multi-entity the header says nothing; with it, another entity is refused."""
    assert caller.call("GET", "/v1/refunds", Zuora_Entity_Ids="2c92c8f8").status == 200
    caller.edit("zuora", "tenant", set={"entity_id": "2c92c8f9"})
    assert caller.call("GET", "/v1/refunds", Zuora_Entity_Ids="2c92c8f9").status == 200
    assert caller.call("GET", "/v1/refunds").status == 200
    reply = caller.call("GET", "/v1/refunds", Zuora_Entity_Ids="2c92c8f8")
    assert (reply.status, reply.json["success"]) == (403, False)


def test_forward_compatibility_reads_the_newer_objects_and_writes_the_older_ones(caller: Caller) -> None:
    """An older create is visible in the newer reads and parts; the newer writes are refused."""
    payment = caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"invoice_settlement": False})
    assert caller.get(f"/v1/payments/{payment['id']}").json["success"] is False
    caller.edit("zuora", "tenant", set={"forward_compatibility": True})
    body = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 10}
    body["RefundDate"] = "2026-01-06"
    key = caller.call("POST", "/v1/object/refund", body).json["Id"]
    assert caller.get(f"/v1/refunds/{key}").json["amount"] == 10
    assert [part["amount"] for part in caller.get(f"/v1/payments/{payment['id']}/parts").json["parts"]] == [40]
    assert refund(caller, payment, "k").json["success"] is False
    assert caller.call("PUT", f"/v1/refunds/{key}/cancel", {}).json["success"] is False


def test_single_parts_applications_and_an_accounts_payments(caller: Caller) -> None:
    """Each part by its id, no items in it; the invoice names the payment; the account lists it, in both modes."""
    payment = caller.pay("50.00", loose="5.00")
    path = f"/v1/payments/{payment['id']}/parts"
    for part in caller.get(path).json["parts"]:
        assert caller.get(f"{path}/{part['id']}").json["amount"] == part["amount"]
        assert caller.get(f"{path}/{part['id']}/item-parts").json["itemParts"] == []
    assert caller.get(f"{path}/none").json["success"] is False
    made_one = refund(caller, payment, "k").json["id"]
    part = caller.get(f"/v1/refunds/{made_one}/parts").json["parts"][0]
    assert caller.get(f"/v1/refunds/{made_one}/parts/{part['id']}").json["paymentId"] == payment["id"]
    invoice = payment["invoices"][0]["id"]
    applied = caller.get(f"/v1/invoices/{invoice}/application-parts").json["applicationParts"]
    assert [(one["paymentId"], one["appliedAmount"]) for one in applied] == [(payment["id"], 40)]
    caller.edit("zuora", "tenant", set={"invoice_settlement": False})
    listed = caller.get(f"/v1/transactions/payments/accounts/{payment['account_id']}").json["payments"]
    assert [(one["id"], one["paymentNumber"]) for one in listed] == [(payment["id"], payment["number"])]
    assert caller.get("/object-query/refund-application-items").json["data"] == []
