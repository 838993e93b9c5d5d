"""Zuora's door: token, headers, and the memory of idempotency keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
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


def refund(caller: Caller, payment: dict[str, Any], amount: float, key: str, comment: str = "") -> Reply:
    """Ask for a refund under a key."""
    body: dict[str, object] = {"type": "External", "methodType": "Check", "refundDate": "2026-01-06"}
    body |= {"totalAmount": amount, "comment": comment}
    return caller.call("POST", f"/v1/payments/{payment['id']}/refunds/unapply", body, key=key)


def made(caller: Caller) -> int:
    """Count the refunds in the world."""
    return len(caller.world()["zuora"]["refunds"])


def test_a_wrong_secret_gets_no_token_and_no_token_gets_nothing(caller: Caller) -> None:
    """401 for a wrong secret, 400 for a client id that is not 36 long, 401 for every call without a live token."""
    assert caller.sign_in(client_secret="wrong").status == 401
    assert caller.sign_in(client_id="short").status == 400
    assert caller.raw("GET", "/v1/refunds").status == 401
    caller.simulator.router.tokens.revoke_all()
    assert caller.get("/v1/refunds").status == 401
    assert caller.sign_in().json["expires_in"] == 3599
    assert caller.get("/v1/refunds").status == 200


def test_the_scope_names_the_tenant_or_not(caller: Caller) -> None:
    """The token's scope lists tenant.N unless the switch hides it."""
    assert "tenant.10023" in caller.sign_in().json["scope"].split()
    caller.edit("zuora", "tenant", set={"scope_names_tenant": False})
    assert "tenant" not in caller.sign_in().json["scope"]


def test_headers_are_checked_and_echoed(caller: Caller) -> None:
    """Track id comes back, request id is there; a PUT with a key is 400, an action without a type 415."""
    reply = caller.call("GET", "/v1/refunds", Zuora_Track_Id="abc-1")
    assert reply.headers["Zuora-Track-Id"] == "abc-1"
    assert len(reply.headers["Zuora-Request-Id"]) == 36
    assert caller.call("PUT", "/v1/refunds/x/cancel", {}, key="k").status == 400
    bare = {"Authorization": f"Bearer {caller.token}"}
    assert caller.raw("PUT", "/v1/payments/x/apply", b"", bare).status == 415
    assert caller.raw("PUT", "/v1/refunds/x/cancel", b"{}", bare).status == 415
    assert caller.raw("PUT", "/v1/refunds/x/cancel", b"", bare).status != 415
    caller.edit("zuora", "tenant", set={"cancel_needs_content_type": True})
    assert caller.raw("PUT", "/v1/refunds/x/cancel", b"", bare).status == 415


def test_the_date_header_is_the_worlds_time(caller: Caller) -> None:
    """Two hours on by the world's clock are two hours on in the header, also of an injected error."""
    before = parsedate_to_datetime(caller.get("/v1/refunds").headers["Date"])
    caller.control("/clock", {"advance_seconds": 7200})
    caller.faults({"where": "zuora.search", "kind": "http_500", "nth": 1})
    broken = caller.get("/v1/refunds")
    assert broken.status == 500
    assert 7190 < (parsedate_to_datetime(broken.headers["Date"]) - before).total_seconds() < 7260


def test_the_same_key_replays_and_makes_nothing(caller: Caller) -> None:
    """The second post answers byte for byte the same; one refund exists; another key makes another."""
    payment = caller.pay("50.00")
    first, second = refund(caller, payment, 10, "k1"), refund(caller, payment, 10, "k1")
    assert second.body == first.body
    assert made(caller) == 1
    refund(caller, payment, 10, "k2")
    assert made(caller) == 2


def test_a_stored_success_is_replayed_even_after_a_cancel(caller: Caller) -> None:
    """The answer stays the old one with the id that is dead by now."""
    payment = caller.pay("50.00")
    first = refund(caller, payment, 10, "k1").json
    caller.call("PUT", f"/v1/refunds/{first['id']}/cancel", {})
    assert refund(caller, payment, 10, "k1").json == first
    assert caller.get(f"/v1/refunds/{first['id']}").json["status"] == "Canceled"


def test_a_failure_is_stored_too_unless_the_switch_says_no(caller: Caller) -> None:
    """A mended cause does not help under the same key; with the switch off it does."""
    payment = caller.pay("50.00", status="Processing")
    assert refund(caller, payment, 10, "k1").json["success"] is False
    caller.edit("zuora", "payments", id=payment["id"], set={"status": "Processed"})
    assert refund(caller, payment, 10, "k1").json["success"] is False
    caller.edit("zuora", "tenant", set={"replay_stored_failures": False})
    assert refund(caller, payment, 99, "k2").json["success"] is False
    assert refund(caller, payment, 10, "k2").json["success"] is True


def test_a_key_is_forgotten_after_a_day_of_the_worlds_time(caller: Caller) -> None:
    """One second before it replays; after it the same key makes a second refund."""
    payment = caller.pay("50.00")
    refund(caller, payment, 10, "k1")
    caller.control("/clock", {"advance_seconds": 86_000})
    refund(caller, payment, 10, "k1")
    assert made(caller) == 1
    caller.control("/clock", {"advance_seconds": 400})
    refund(caller, payment, 10, "k1")
    assert made(caller) == 2


@pytest.mark.parametrize(("switch", "body_status", "url_status"), [
    ("other_body", 422, 422), ("url_only", 200, 422), ("never", 200, 200),
])  # fmt: skip
def test_a_reused_key_is_judged_by_the_switch(caller: Caller, switch: str, body_status: int, url_status: int) -> None:
    """Another body or another address under a used key is 422 or a replay of the old answer, never a refund."""
    payment, other = caller.pay("50.00"), caller.pay("50.00")
    caller.edit("zuora", "tenant", set={"key_mismatch": switch})
    refund(caller, payment, 10, "k1")
    assert refund(caller, payment, 10, "k1", comment="other").status == body_status
    assert refund(caller, other, 10, "k1").status == url_status
    assert made(caller) == 1


def test_a_key_whose_first_request_still_runs_is_a_conflict(caller: Caller) -> None:
    """While a slow create works the same key answers 409; afterwards it replays; one refund exists."""
    payment = caller.pay("50.00")
    caller.faults({"where": "zuora.create_refund", "kind": "delay", "nth": 1, "seconds": 0.4})
    with Caller(caller.simulator) as slow:
        answers: list[Reply] = []
        thread = threading.Thread(target=lambda: answers.append(refund(slow, payment, 10, "k1")))
        thread.start()
        statuses = []
        while thread.is_alive():
            statuses.append(refund(caller, payment, 10, "k1").status)
        thread.join()
    # Whichever of the two came first is the slow one; the other met it.
    assert 409 in [*statuses, answers[0].status]
    assert refund(caller, payment, 10, "k1").json["success"] is True
    assert made(caller) == 1
