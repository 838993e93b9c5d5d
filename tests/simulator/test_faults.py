"""Every kind of fault, at Zuora's create and, where it differs, at NetSuite."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from typing import Any

import pytest

from nsz_desk.simulator.faults import KINDS, WHERES, classify
from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller, Reply

CREATE: dict[str, object] = {"where": "zuora.create_refund", "nth": 1}
SILENT = {"delay", "deliver_later", "drop_request", "drop_answer", "truncate"}
LOST = (http.client.RemoteDisconnected, ConnectionResetError)


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of an empty tenant with Invoice Settlement."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        caller.edit("zuora", "tenant", set={"invoice_settlement": True})
        yield caller


@pytest.fixture
def payment(caller: Caller) -> dict[str, Any]:
    """A payment of 50.00 on one invoice."""
    return caller.pay("50.00")


def refund(caller: Caller, payment: dict[str, Any], key: str = "") -> Reply:
    """Refund 10.00 of the payment."""
    body = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06", "totalAmount": 10}
    return caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", body, key=key)


def made(caller: Caller) -> int:
    """Count the refunds in the world."""
    return len(caller.world()["zuora"]["refunds"])


@pytest.mark.parametrize(("kind", "effect"), [("drop_request", 0), ("drop_answer", 1)])
def test_a_dropped_request_or_answer_closes_the_connection(
    caller: Caller, payment: dict[str, Any], kind: str, effect: int
) -> None:
    """No answer comes; the refund exists only when the answer was what got lost; the next request is served."""
    caller.faults(CREATE | {"kind": kind})
    with pytest.raises(LOST):
        refund(caller, payment, "k")
    assert made(caller) == effect
    assert refund(caller, payment, "k").json["success"] is True
    assert made(caller) == 1


def test_a_late_request_works_when_the_worlds_clock_passes(caller: Caller, payment: dict[str, Any]) -> None:
    """Nothing happens at first; after the advance the refund is there, once."""
    caller.faults(CREATE | {"kind": "deliver_later", "seconds": 600})
    with pytest.raises(LOST):
        refund(caller, payment)  # without a key, which would hide a second delivery
    assert made(caller) == 0
    caller.control("/clock", {"advance_seconds": 599})
    assert made(caller) == 0
    caller.control("/clock", {"advance_seconds": 2})
    assert made(caller) == 1
    caller.control("/clock", {"advance_seconds": 600})
    assert made(caller) == 1


def test_a_late_request_works_after_real_seconds_too(caller: Caller, payment: dict[str, Any]) -> None:
    """Without any advance it is delivered by itself."""
    caller.faults(CREATE | {"kind": "deliver_later", "seconds": 0.05})
    with pytest.raises(LOST):
        refund(caller, payment)
    end = time.monotonic() + 5
    while made(caller) == 0 and time.monotonic() < end:
        time.sleep(0.02)
    assert made(caller) == 1


def test_a_duplicate_makes_two_refunds_without_a_key_and_one_with(caller: Caller, payment: dict[str, Any]) -> None:
    """The request arrives twice; only the key keeps the second from paying again."""
    caller.faults(CREATE | {"kind": "duplicate"})
    assert refund(caller, payment, "k").json["success"] is True
    assert made(caller) == 1
    caller.faults(CREATE | {"kind": "duplicate"})
    refund(caller, payment)
    assert made(caller) == 3


@pytest.mark.parametrize("kind", ["http_500", "http_503", "html"])
@pytest.mark.parametrize(("effect", "count"), [("before", 0), ("after", 1)])
def test_a_broken_answer_comes_before_or_after_the_effect(
    caller: Caller, payment: dict[str, Any], kind: str, effect: str, count: int
) -> None:
    """The answer is broken either way; whether the refund exists is what effect says; the key stores nothing of it."""
    caller.faults(CREATE | {"kind": kind, "effect": effect})
    reply = refund(caller, payment, "k")
    if kind == "html":
        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    else:
        assert reply.status == int(kind[-3:])
    assert made(caller) == count
    assert refund(caller, payment, "k").json["success"] is True
    assert made(caller) == 1


def test_too_many_requests_says_when_to_come_back(caller: Caller, payment: dict[str, Any]) -> None:
    """429 with Retry-After in seconds or as the text given; no refund."""
    caller.faults(CREATE | {"kind": "http_429", "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"})
    reply = refund(caller, payment)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "Wed, 21 Oct 2026 07:28:00 GMT")
    assert made(caller) == 0


def test_a_cut_answer_promises_more_than_it_sends(caller: Caller, payment: dict[str, Any]) -> None:
    """Half of the body comes, then the end; the refund was made."""
    caller.faults(CREATE | {"kind": "truncate"})
    with pytest.raises(http.client.IncompleteRead):
        refund(caller, payment)
    assert made(caller) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "success_false"}, 58730050),
        ({"kind": "success_false", "code": "58730030"}, 58730030),
        ({"kind": "record_locked"}, 58730050),
        ({"kind": "period_closed"}, 58730030),
    ],
)
def test_a_no_of_zuora_itself_is_stored_under_the_key(
    caller: Caller, payment: dict[str, Any], fault: dict[str, object], code: int
) -> None:
    """The reason has the code; the same key replays it although the fault is over; no refund."""
    caller.faults(CREATE | fault)
    first = refund(caller, payment, "k")
    assert first.json["reasons"][0]["code"] == code
    assert refund(caller, payment, "k").body == first.body
    assert made(caller) == 0
    assert refund(caller, payment, "other").json["success"] is True


def test_the_older_calls_say_no_in_their_own_words(caller: Caller, payment: dict[str, Any]) -> None:
    """Success false with a code word instead of a number."""
    caller.faults(CREATE | {"kind": "success_false"})
    body = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 5}
    body["RefundDate"] = "2026-01-06"
    reply = caller.call("POST", "/v1/object/refund", body)
    assert reply.json["Success"] is False
    assert reply.json["Errors"][0]["Code"] == "LOCK_COMPETITION"


def test_a_delay_is_a_delay(caller: Caller, payment: dict[str, Any]) -> None:
    """The answer comes late and whole."""
    caller.faults(CREATE | {"kind": "delay", "seconds": 0.2})
    start = time.monotonic()
    assert refund(caller, payment).json["success"] is True
    assert time.monotonic() - start >= 0.2


def test_the_nth_request_is_hit_and_no_other(caller: Caller) -> None:
    """Third and fourth of five reads fail; reads of another kind do not count."""
    caller.faults({"where": "zuora.search", "kind": "http_500", "nth": 3, "times": 2})
    statuses = []
    for _ in range(5):
        caller.get("/v1/payments/none")
        statuses.append(caller.get("/v1/refunds").status)
    assert statuses == [200, 200, 500, 500, 200]


def test_a_probability_is_seeded(caller: Caller) -> None:
    """The same seed hits the same requests, neither none nor all of forty."""
    runs = []
    for _ in range(2):
        caller.faults({"where": "zuora.search", "kind": "http_503", "probability": 0.5, "seed": 7})
        runs.append([caller.get("/v1/refunds").status for _ in range(40)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


@pytest.mark.parametrize(
    "bad",
    [
        {"where": "zuora.nowhere", "kind": "html"}, {"where": "zuora.search", "kind": "flood"},
        {"where": "zuora.search", "kind": "html", "nth": 0}, {"where": "zuora.search", "kind": "html", "often": 1},
        {"where": "zuora.search", "kind": "html", "probability": 1.5}, "html",
    ],
)  # fmt: skip
def test_a_bad_fault_is_refused_with_a_sentence_and_arms_nothing(caller: Caller, bad: object) -> None:
    """400 and an error; the faults armed before stay."""
    caller.faults({"where": "zuora.search", "kind": "http_500"})
    reply = caller.control("/faults", [bad])
    assert (reply.status, bool(reply.json["error"])) == (400, True)
    assert caller.get("/v1/refunds").status == 500
    caller.faults()
    assert caller.get("/v1/refunds").status == 200


@pytest.mark.parametrize(
    ("line", "body", "where"),
    [
        ("POST /oauth/token", b"", "zuora.token"),
        ("GET /v1/refunds", b"", "zuora.search"),
        ("GET /object-query/refunds", b"", "zuora.search"),
        ("POST /v1/action/queryMore", b"", "zuora.search"),
        ("GET /v1/refunds/1", b"", "zuora.get_refund"),
        ("GET /v1/payments/1/parts", b"", "zuora.get_payment"),
        ("POST /v1/payments/1/refunds", b"", "zuora.create_refund"),
        ("POST /v1/object/refund", b"", "zuora.create_refund"),
        ("PUT /v1/object/refund/1", b'{"TransferredToAccounting":"Yes"}', "zuora.update_refund"),
        ("PUT /v1/object/refund/1", b'{"Status":"Canceled"}', "zuora.cancel_refund"),
        ("PUT /v1/refunds/1/cancel", b"{}", "zuora.cancel_refund"),
        ("GET /v1/accounts/1", b"", ""),
        ("POST /services/NetSuitePort_2025_2", b"<e:Envelope><e:Body>\n<m:search/>", "netsuite.search"),
        ("POST /services/NetSuitePort_2025_2", b"<Envelope><Body><searchMoreWithId/>", "netsuite.search"),
        ("POST /services/NetSuitePort_2025_2", b'<s:Body u="1"><ns1:getList x="y"/>', "netsuite.get"),
        ("POST /services/NetSuitePort_2025_2", b"<s:Body><update/>", "netsuite.update"),
    ],
)
def test_each_request_has_its_name(line: str, body: bytes, where: str) -> None:
    """Paths, methods and SOAP operations are sorted into the contract's words."""
    method, _, path = line.partition(" ")
    assert classify(Request(method, path, body=body)) == where


@pytest.mark.parametrize("kind", sorted(set(KINDS) - SILENT))
def test_a_netsuite_fault_leaves_xml_or_a_broken_page(caller: Caller, kind: str) -> None:
    """For every kind that answers at all, an unsigned SOAP search gets an answer and never a crash."""
    caller.faults({"where": "netsuite.search", "kind": kind})
    ns = "urn:messages_2025_2.platform.webservices.netsuite.com"
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>'
        f'<search xmlns="{ns}"><searchRecord/></search></s:Body></s:Envelope>'
    )
    reply = caller.raw("POST", "/services/NetSuitePort_2025_2", envelope.encode(), {"Content-Type": "text/xml"})
    assert reply.body.lstrip().startswith(b"<")
    codes = {
        "success_false": "UNEXPECTED_ERROR",
        "record_locked": "RCRD_LOCKED_BY_WF",
        "period_closed": "TRAN_PRD_CLOSED",
    }
    assert codes.get(kind, "") in reply.body.decode()


def test_the_words_of_the_contract_are_known() -> None:
    """All ten places and thirteen kinds of the contract can be armed."""
    places = ("netsuite.search netsuite.get netsuite.update zuora.token zuora.search zuora.get_refund "
              "zuora.get_payment zuora.create_refund zuora.update_refund zuora.cancel_refund").split()  # fmt: skip
    kinds = ("drop_request drop_answer delay deliver_later duplicate http_500 http_503 http_429 html truncate "
             "success_false record_locked period_closed").split()  # fmt: skip
    assert set(places) <= set(WHERES)
    assert set(kinds) == set(KINDS)
