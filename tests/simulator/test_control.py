"""The control address: the world's listing, its clock, edits, reset, and plain errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta

import pytest

from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import NsAccount, Tenant
from tests.simulator.zuora_caller import Caller


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A caller of the demo company."""
    with Simulator("demo") as simulator, Caller(simulator) as caller:
        yield caller


def test_the_world_lists_what_the_contract_names(caller: Caller) -> None:
    """Every list and key of the contract is there; amounts are text with decimals, dates and times as said."""
    world = caller.world()
    refund = world["netsuite"]["refunds"][0]
    assert {"id", "number", "customer_id", "date", "amount", "currency", "method", "memo", "integration_status",
            "zuora_id", "sync_date", "applied_to", "voided"} <= set(refund)  # fmt: skip
    assert set(refund["applied_to"][0]) == {"id", "type", "amount"}
    assert (refund["amount"], refund["applied_to"][0]["amount"]) == ("1840.00", "1840.00")
    assert {"id", "amount", "currency", "create_zuora_refund", "zuora_payment_id", "integration_status",
            "zuora_id"} <= set(world["netsuite"]["credit_memos"][0])  # fmt: skip
    payment = world["zuora"]["payments"][0]
    assert {"id", "number", "account_id", "date", "amount", "unapplied", "currency", "status",
            "invoices"} <= set(payment)  # fmt: skip
    assert {"id", "applied"} <= set(payment["invoices"][0])
    made = world["zuora"]["refunds"][0]
    assert {"id", "number", "payment_id", "amount", "currency", "date", "type", "method", "comment", "status",
            "integration_id", "origin", "sync_date", "transferred_to_accounting", "invoices",
            "created"} <= set(made)  # fmt: skip
    assert set(made["invoices"][0]) == {"id", "amount"}
    assert made["created"].endswith("Z")
    assert date.fromisoformat(refund["date"]).isoformat() == refund["date"]
    assert set(world["calls"]) == {"netsuite", "zuora"}


def test_the_clock_moves_the_world_only_forward(caller: Caller) -> None:
    """Advance adds exactly so many seconds; a negative, a text and nothing are refused."""
    before = datetime.fromisoformat(caller.raw("GET", "/clock").json["now"])
    after = datetime.fromisoformat(caller.control("/clock", {"advance_seconds": 90_000}).json["now"])
    assert 90_000 <= (after - before).total_seconds() < 90_030
    bad_ones: list[object] = [{"advance_seconds": -1}, {"advance_seconds": "soon"}, {}, [], {"advance_seconds": True}]
    for bad in bad_ones:
        assert caller.control("/clock", bad).status == 400


def test_an_edit_sets_a_field_and_touches_the_record(caller: Caller) -> None:
    """The field has the new value, the record's last change is now, nothing else of it moved."""
    before = caller.world()["netsuite"]["refunds"][0]
    caller.edit("netsuite", "refunds", id=before["id"], set={"memo": "Changed", "amount": "12.30"})
    after = caller.world()["netsuite"]["refunds"][0]
    assert after == before | {"memo": "Changed", "amount": "12.30", "modified": after["modified"]}
    assert after["modified"] > before["modified"]


@pytest.mark.parametrize(
    "bad",
    [
        {"system": "netsuite", "record": "nothing", "id": "1", "set": {}},
        {"system": "netsuite", "record": "refunds", "id": "1", "set": {"memo": "x"}},
        {"system": "netsuite", "record": "refunds", "id": "48001", "set": {"memo": 5}},
        {"system": "netsuite", "record": "refunds", "id": "48001", "set": {"memo": "y", "colour": "red"}},
        {"system": "netsuite", "record": "refunds", "id": "48001", "set": {"memo": "y", "date": "yesterday"}},
        {"system": "netsuite", "record": "refunds", "id": "48001", "set": {"memo": "y", "amount": "much"}},
        {"system": "netsuite", "record": "refunds", "id": "48001"},
        {"system": "zuora", "record": "tenant", "set": {"invoice_settlement": "yes"}},
        {"system": "zuora", "record": "refunds", "create": {"amount": "5.00"}},
        [],
    ],
)
def test_a_bad_edit_is_a_sentence_and_changes_nothing(caller: Caller, bad: object) -> None:
    """400 with an error text, and the refund is as it was."""
    before = caller.world()["netsuite"]["refunds"][0]
    reply = caller.control("/edit", bad)
    assert reply.status == 400
    assert reply.json["error"]
    assert caller.world()["netsuite"]["refunds"][0] == before


def test_a_person_creates_cancels_and_deletes_a_zuora_refund_with_its_money(caller: Caller) -> None:
    """By hand as by call: the money goes, becomes loose at the cancel or the delete of a live one, and once only."""
    payment = caller.pay("50.00")
    made = caller.edit("zuora", "refunds", create={"payment_id": payment["id"], "amount": "20.00"})["id"]
    assert caller.payment(payment["id"])["invoices"][0]["applied"] == "30.00"
    caller.edit("zuora", "refunds", id=made, set={"status": "Canceled"})
    assert caller.payment(payment["id"])["unapplied"] == "20.00"
    caller.edit("zuora", "refunds", id=made, delete=True)
    assert caller.payment(payment["id"])["unapplied"] == "20.00"
    live = caller.edit("zuora", "refunds", create={"payment_id": payment["id"], "amount": "5.00"})["id"]
    caller.edit("zuora", "refunds", id=live, delete=True)
    now = caller.payment(payment["id"])
    assert (now["unapplied"], now["invoices"][0]["applied"]) == ("25.00", "25.00")
    assert all(one["id"] not in {made, live} for one in caller.world()["zuora"]["refunds"])


def test_switches_are_set_by_edit(caller: Caller) -> None:
    """The tenant and the account take their switches, and the announcement follows."""
    caller.edit("zuora", "tenant", set={"invoice_settlement": False})
    caller.edit("netsuite", "account", set={"memo_shows_refund_row": False})
    world = caller.world()
    assert world["zuora"]["tenant"]["invoice_settlement"] is False
    assert world["netsuite"]["account"]["memo_shows_refund_row"] is False


def test_reset_builds_the_same_world_again(caller: Caller) -> None:
    """After an edit and a reset the records, clock and faults are those of the start; the token still works."""
    before = caller.world()
    caller.faults({"where": "zuora.search", "kind": "http_500"})
    caller.control("/clock", {"advance_seconds": 900_000})
    caller.edit("netsuite", "refunds", id="48001", delete=True)
    assert caller.control("/reset", {}).status == 200
    after = caller.world()
    assert [one["id"] for one in after["netsuite"]["refunds"]] == [one["id"] for one in before["netsuite"]["refunds"]]
    assert after["zuora"]["payments"][0]["id"] == before["zuora"]["payments"][0]["id"]
    assert datetime.fromisoformat(after["now"]) < datetime.fromisoformat(before["now"]) + timedelta(hours=1)
    assert caller.get("/v1/refunds").status == 200


def test_what_is_not_json_and_what_does_not_exist_is_refused(caller: Caller) -> None:
    """A broken body and a wrong method are 400 with a sentence."""
    assert "JSON" in caller.raw("POST", "/faults", b"{").json["error"]
    assert caller.raw("PUT", "/world", b"{}").status == 400
    assert json.loads(caller.raw("GET", "/faults").body)["error"]


@pytest.mark.parametrize(("system", "name", "kind"), [("zuora", "tenant", Tenant), ("netsuite", "account", NsAccount)])
def test_every_switch_can_be_set_and_nothing_else(system: str, name: str, kind: type[Tenant] | type[NsAccount]) -> None:
    """Each field of the tenant and of the account takes its own kind of value; another kind is refused."""
    with Simulator("empty") as simulator, Caller(simulator) as caller:
        fresh = kind()
        for one in fields(kind):
            wanted = {"system": system, "record": name, "set": {one.name: getattr(fresh, one.name)}}
            assert caller.control("/edit", wanted).status == 200, one.name
            wrong = {"system": system, "record": name, "set": {one.name: {"no": "value"}}}
            assert caller.control("/edit", wrong).status == 400, one.name


def test_a_world_too_big_to_list_says_so() -> None:
    """A million refunds are not listed; what was touched is."""
    with Simulator("month-end", refunds=1_000_000) as simulator, Caller(simulator) as caller:
        reply = caller.raw("GET", "/world")
        assert (reply.status, "touched" in reply.json["error"]) == (400, True)
        assert caller.raw("GET", "/world?touched").json["netsuite"]["refunds"] == []
