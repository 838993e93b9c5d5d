"""Every kind of fault at every write of both systems: what the caller sees, and whether the effect is there."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from nsz_desk.simulator.faults import KINDS
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_envelopes import envelope, get, update
from tests.simulator.zuora_caller import Caller, Reply

LOST = (http.client.RemoteDisconnected, ConnectionResetError)
CUT = (http.client.IncompleteRead,)
# What each kind does: is the effect there at once, and what does the caller see?
EFFECT = {"drop_answer", "delay", "duplicate", "truncate"}
SEEN = {
    "drop_request": "lost", "drop_answer": "lost", "deliver_later": "lost", "truncate": "cut", "delay": "yes",
    "duplicate": "yes", "http_500": "500", "http_503": "503", "http_429": "429", "html": "html",
    "success_false": "no", "record_locked": "no", "period_closed": "no",
}  # fmt: skip


@dataclass(slots=True)
class Write:
    """One write of one of the systems: where it is, how to do it, and whether its effect is there."""

    where: str
    do: Callable[[], Reply]
    there: Callable[[], bool]
    soap: bool = False


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company, started once; each test makes payments of its own."""
    with Simulator("demo") as running:
        yield running


@pytest.fixture
def caller(simulator: Simulator) -> Iterator[Caller]:
    """A caller with a token and no fault armed."""
    with Caller(simulator) as one:
        one.faults()
        one.edit("zuora", "tenant", set={"tokens_per_minute": 10_000})
        yield one
        one.faults()


def soap(caller: Caller, body: str) -> Reply:
    """Send a SOAP operation with a right passport."""
    kind = {"Content-Type": "text/xml; charset=utf-8"}
    return caller.raw("POST", "/services/NetSuitePort_2025_2", envelope(body), kind)


def writes(caller: Caller) -> dict[str, Write]:
    """One write per place, on records of its own."""
    payment = caller.pay("50.00", loose="20.00")
    made = caller.edit("zuora", "refunds", create={"payment_id": payment["id"], "amount": "10.00"})["id"]
    refund = caller.simulator.world.zuora_refunds[made]
    account, invoice = payment["account_id"], payment["invoices"][0]["id"]
    older = {"PaymentId": payment["id"], "Type": "External", "MethodType": "Check", "Amount": 5}
    older["RefundDate"] = caller.simulator.world.now().date().isoformat()
    zuora, path = caller.simulator.world, f"/v1/refunds/{made}"
    field = '<c:customField xsi:type="c:StringCustomFieldRef" scriptId="custbodyzuoraid"><c:value>8a90</c:value>'
    target = next(one for one in zuora.refunds.values() if not one.zuora_id)
    stamp = update(f"<tc:customFieldList>{field}</c:customField></tc:customFieldList>", target.id)
    transferred = {"financeInformation": {"transferredToAccounting": "Yes"}}
    loose = {"invoices": [{"invoiceId": invoice, "amount": 10}]}
    found = [
        Write(
            "zuora.create_refund", lambda: caller.call("POST", "/v1/object/refund", older),
            lambda: sum(one.account_id == account for one in zuora.zuora_refunds.values()) > 1,
        ),
        Write(
            "zuora.update_refund", lambda: caller.call("PUT", path, transferred),
            lambda: refund.transferred_to_accounting == "Yes",
        ),
        Write(
            "zuora.cancel_refund", lambda: caller.call("PUT", f"{path}/cancel", {}),
            lambda: refund.status == "Canceled",
        ),
        Write(
            "zuora.apply_payment", lambda: caller.call("PUT", f"/v1/payments/{payment['id']}/unapply", loose),
            lambda: zuora.payments[payment["id"]].unapplied >= 30,
        ),
        Write("netsuite.update", lambda: soap(caller, stamp), lambda: target.zuora_id == "8a90", soap=True),
    ]  # fmt: skip
    return {one.where: one for one in found}


def seen(write: Write, do: Callable[[], Reply]) -> str:
    """Say in a word what the caller sees."""
    try:
        reply = do()
    except LOST:
        return "lost"
    except CUT:
        return "cut"
    if b"<html>" in reply.body:
        return "html"
    if write.soap and b"exceededConcurrentRequestLimitFault" in reply.body:
        return "429"  # NetSuite says it by a fault, with HTTP 500
    if reply.status in (429, 500, 503):
        return str(reply.status)
    noes = (b'isSuccess="false"', b'"success":false', b'"Success":false')
    return "no" if any(one in reply.body for one in noes) else "yes"


PLACES = ["zuora.create_refund", "zuora.update_refund", "zuora.cancel_refund", "zuora.apply_payment", "netsuite.update"]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_a_write_is_seen_and_has_its_effect_or_none(caller: Caller, where: str, kind: str) -> None:
    """The table above, for each of the five writes; what is delivered later is there when the clock has passed."""
    write = writes(caller)[where]
    caller.faults({"where": where, "kind": kind, "nth": 1, "seconds": 0.01 if kind == "delay" else 900})
    assert seen(write, write.do) == SEEN[kind]
    assert write.there() is (kind in EFFECT)
    if kind == "deliver_later":
        caller.control("/clock", {"advance_seconds": 901})
        assert write.there()


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("kind", ["http_500", "http_503", "html"])
def test_a_broken_answer_may_come_after_the_effect(caller: Caller, where: str, kind: str) -> None:
    """With effect "after" the caller sees the same, and the effect is there."""
    write = writes(caller)[where]
    caller.faults({"where": where, "kind": kind, "nth": 1, "effect": "after"})
    assert seen(write, write.do) == SEEN[kind]
    assert write.there()


@pytest.mark.parametrize(
    ("where", "code"), [("zuora.cancel_refund", "58730040"), ("netsuite.update", "INSUFFICIENT_PERMISSION")]
)
def test_a_no_carries_the_code_that_was_asked_for(caller: Caller, where: str, code: str) -> None:
    """success_false by code, in both systems' words."""
    write = writes(caller)[where]
    caller.faults({"where": where, "kind": "success_false", "nth": 1, "code": code, "message": "as told"})
    reply = write.do()
    assert reply.status == 200
    assert code in reply.body.decode()
    assert "as told" in reply.body.decode()
    assert not write.there()


SEARCH = '<m:search><m:searchRecord xsi:type="b:CustomerSearchBasic"/></m:search>'


def token(caller: Caller) -> Reply:
    """Ask for a token without keeping it."""
    credentials: Any = caller.simulator.announcement()["credentials"]
    form = urlencode(credentials["zuora"] | {"grant_type": "client_credentials"}).encode()
    return caller.raw("POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})


READS: dict[str, Callable[[Caller], Reply]] = {
    "zuora.token": token,
    "zuora.search": lambda caller: caller.get("/v1/refunds"),
    "zuora.get_refund": lambda caller: caller.get(f"/v1/refunds/{next(iter(caller.simulator.world.zuora_refunds))}"),
    "zuora.get_payment": lambda caller: caller.get(f"/v1/payments/{next(iter(caller.simulator.world.payments))}"),
    "netsuite.get": lambda caller: soap(caller, get("customerRefund", next(iter(caller.simulator.world.refunds)))),
    "netsuite.search": lambda caller: soap(
        caller, '<m:search><m:searchRecord xsi:type="b:CustomerSearchBasic"/></m:search>'
    ),
}
UNSEEN = {"duplicate", "delay", "period_closed", "record_locked", "success_false"}


@pytest.mark.parametrize("where", READS)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - UNSEEN))
def test_a_fault_at_a_read_is_seen_once(caller: Caller, where: str, kind: str) -> None:
    """The first read goes wrong as the table says, the second is whole."""
    caller.get("/v1/refunds")
    write = Write(where, lambda: READS[where](caller), lambda: True, soap=where.startswith("netsuite"))
    caller.faults({"where": where, "kind": kind, "nth": 1, "seconds": 900})
    assert seen(write, write.do) == SEEN[kind]
    assert seen(write, write.do) == "yes"
