"""The vendor's connector as the other hand: what it carries back, what it syncs, and when."""

from collections.abc import Iterator
from typing import Any

import pytest

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of the demo company."""
    with Simulator("demo") as simulator, Caller(simulator) as caller:
        yield caller


def waiting(caller: Caller) -> set[str]:
    """The live Zuora refunds that are not marked as transferred."""
    refunds = caller.world()["zuora"]["refunds"]
    return {
        one["id"]
        for one in refunds
        if one["status"] == "Processed" and one["transferred_to_accounting"] not in ("Yes", "Ignore")
    }


def copies(caller: Caller) -> list[dict[str, Any]]:
    """The NetSuite refunds that the connector made."""
    return [one for one in caller.world()["netsuite"]["refunds"] if one["memo"].startswith("Zuora refund ")]


def test_an_unmarked_refund_is_carried_back_once(caller: Caller) -> None:
    """Each becomes a second NetSuite refund with its amount, and is marked, so that the next run carries nothing."""
    before = waiting(caller)
    assert before
    said = caller.control("/connector", {"act": "carry_back"}).json
    assert len(said["carried_back"]) == len(before)
    assert {one["zuora_id"] for one in copies(caller)} == before
    amounts = {one["id"]: one["amount"] for one in caller.world()["zuora"]["refunds"]}
    assert all(one["amount"] == amounts[one["zuora_id"]] for one in copies(caller))
    assert waiting(caller) == set()
    assert caller.control("/connector", {"act": "carry_back"}).json["carried_back"] == []


@pytest.mark.parametrize(("mark", "carried"), [("", 1), ("No", 1), ("Error", 1), ("Yes", 0), ("Ignore", 0)])
def test_yes_and_ignore_keep_a_refund_from_being_carried(caller: Caller, mark: str, carried: int) -> None:
    """The mark of a fresh refund decides alone; a canceled one is never carried."""
    caller.control("/connector", {"act": "carry_back"})
    payment = caller.pay("50.00")
    for amount in ("10.00", "5.00"):
        made = caller.edit("zuora", "refunds", create={"payment_id": payment["id"], "amount": amount})["id"]
        caller.edit("zuora", "refunds", id=made, set={"transferred_to_accounting": mark})
    caller.edit("zuora", "refunds", id=made, set={"status": "Canceled"})
    assert len(caller.control("/connector", {"act": True}).json["carried_back"]) == carried


def test_the_connector_syncs_what_waits_when_told_to(caller: Caller) -> None:
    """Refund, memo and Zuora refund name each other; money moved; a refusal is written as an error; all only once."""
    said = caller.control("/connector", {"act": "sync"}).json
    assert len(said["synced"]) >= 10
    assert said["refused"]
    world = caller.world()
    made = {one["integration_id"]: one for one in world["zuora"]["refunds"] if one["route"] == "connector"}
    refunds = {one["id"]: one for one in world["netsuite"]["refunds"]}
    assert set(made) == set(said["synced"])
    for key, refund in made.items():
        assert refunds[key]["zuora_id"] == refund["id"]
        assert (refunds[key]["amount"], refund["transferred_to_accounting"]) == (refund["amount"], "Yes")
    assert all(refunds[key]["integration_status"] == "Error Creating Refund" for key in said["refused"])
    assert caller.control("/connector", {"act": "sync"}).json["synced"] == []


def test_switched_on_it_acts_when_the_clock_moves(caller: Caller) -> None:
    """Nothing at the order itself, all at the next move; off again, and after a reset, nothing more."""
    assert caller.control("/connector", {"on_clock": "carry_back"}).json["on_clock"] == ["carry_back"]
    assert copies(caller) == []
    caller.control("/clock", {"advance_seconds": 60})
    carried = len(copies(caller))
    assert carried > 0
    caller.control("/connector", {"on_clock": False})
    payment = caller.pay("50.00")
    caller.edit("zuora", "refunds", create={"payment_id": payment["id"], "amount": "10.00"})
    caller.control("/clock", {"advance_seconds": 60})
    assert len(copies(caller)) == carried
    caller.control("/connector", {"on_clock": True})
    caller.control("/reset", {})
    caller.control("/clock", {"advance_seconds": 60})
    assert copies(caller) == []


@pytest.mark.parametrize("bad", [{}, {"act": "everything"}, {"act": 1}, {"do": True}, [], {"on_clock": "often"}])
def test_a_senseless_order_is_refused(caller: Caller, bad: object) -> None:
    """400 and a sentence; nothing is carried."""
    reply = caller.control("/connector", bad)
    assert (reply.status, bool(reply.json["error"])) == (400, True)
    assert copies(caller) == []
