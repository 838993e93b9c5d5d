"""The plan and its hash: what a person approves, and what changes it."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nsz_desk.domain.case import Desk, RefundCase
from nsz_desk.domain.facts import FactMissing, Unread
from nsz_desk.domain.status import StatusTexts
from nsz_desk.engine.canonical import canonical, sha256
from nsz_desk.engine.plan import Batch, Pair, Plan, derive, differences, load
from nsz_desk.engine.route import Route
from tests.builders import (
    a_case,
    a_memo,
    a_part,
    a_payment,
    a_policy,
    a_refund,
    a_zuora_refund,
    an_account,
    money,
    row,
    usd,
)

PAIR = Pair("1234567_SB1", "tenant.1/-", Route(False, True))
GOLDEN = "8923d6198166cb94002af2dbaf8a9c95e858697c757120d0a06de23bd2289700"
TWO = (a_part(1, "150.00"), a_part(2, "100.00"))


def the_plan(pair: Pair = PAIR, **facts: Any) -> Plan:
    """The plan of a case with these facts."""
    return derive(pair, a_case(**facts))


def test_the_hash_is_the_golden_one() -> None:
    """Worked out apart: sha256 of the document as canonical text, which the next test spells out."""
    assert the_plan().hash == GOLDEN


def test_the_document_holds_exactly_what_is_approved() -> None:
    """No clock, no key number, no header, no name of a person or of a number people read."""
    body = (
        '{"PaymentId":"p-1","Type":"External","MethodType":"Check","SourceType":"Payment","Amount":100.00,'
        '"RefundDate":"2026-03-15","Comment":"Returned goods","IntegrationId__NS":"901","Origin__NS":"NETSUITE"}'
    )
    stamps = [
        ("zuora_refund", "transferred_to_accounting", "Yes"),
        ("zuora_refund", "sync_date", "<time of the write>"),
        ("zuora_refund", "transaction", "Acme Inc. 2026-03-15"),
        ("refund", "integration_status", "Sync Complete"),
        ("refund", "zuora_id", "<Zuora refund id>"),
        ("refund", "claim_note", "<time of the write>"),
        ("memo", "integration_status", "Sync Complete"),
        ("memo", "zuora_id", "<Zuora refund id>"),
    ]
    assert the_plan().document() == {
        "netsuite_account": "1234567_SB1",
        "zuora_tenant": "tenant.1/-",
        "refund_id": "901",
        "credit_memo_id": "801",
        "payment_id": "p-1",
        "method": "POST",
        "url": "/v1/object/refund?rejectUnknownFields=true",
        "body": body,
        "parts": [{"invoice_id": "inv-1", "amount": "100.00"}],
        "stamps": [{"record": record, "field": field, "value": value} for record, field, value in stamps],
        "known_dead": [],
        "ignored_refund_ids": [],
    }


CHANGES: dict[str, Plan] = {
    "account": the_plan(replace(PAIR, netsuite="1234567")),
    "tenant": the_plan(replace(PAIR, zuora="tenant.2/-")),
    "route": the_plan(replace(PAIR, route=Route(True, False))),
    "complete text": the_plan(replace(PAIR, texts=StatusTexts(complete="Done"))),
    "transaction field": the_plan(replace(PAIR, transaction_field=False)),
    "separator": the_plan(replace(PAIR, transaction_separator=" / ")),
    "refund id": the_plan(refund=a_refund(id="902")),
    "memo id": the_plan(memo=a_memo(id="802")),
    "payment id": the_plan(payment_fact=a_payment(id="p-2")),
    "amount": the_plan(refund=a_refund(amount=usd("99.99"))),
    "date": the_plan(refund=a_refund(date=date(2026, 3, 16))),
    "memo text": the_plan(refund=a_refund(memo="Returned  goods")),
    "method": the_plan(refund=a_refund(method="Cash")),
    "parts": the_plan(payment_fact=a_payment(parts=(a_part(2),))),
    "known dead": the_plan(own_refunds_fact=(a_zuora_refund(status="Canceled"),)),
    "ignored": the_plan(desk=Desk("desk-1", ignored_refunds=frozenset({"r-9"}))),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_hash_changes_with(what: str) -> None:
    """Each part that is approved."""
    assert CHANGES[what].hash != GOLDEN


def test_no_two_changes_give_one_hash() -> None:
    """They differ from each other too."""
    assert len({plan.hash for plan in CHANGES.values()}) == len(CHANGES)


SAME: dict[str, dict[str, Any]] = {
    "clock": {"now": a_case().now.replace(year=2027)},
    "status text": {"refund": a_refund(status_text="Error Creating Refund", claim_note="x")},
    "numbers people read": {"payment_fact": a_payment(number="P-77")},
    "desk id": {"desk": Desk("another-desk")},
    "zeros of the amount": {"refund": a_refund(amount=usd("100"))},
}


@pytest.mark.parametrize("what", SAME)
def test_the_hash_does_not_change_with(what: str) -> None:
    """What every desk sees differently, or what moves by itself."""
    assert the_plan(**SAME[what]).hash == GOLDEN


def test_two_desks_derive_one_hash() -> None:
    """Another desk id, another order of what was listed, another spelling of the amount, an hour later."""
    dead = (a_zuora_refund(id="r-1", status="Canceled"), a_zuora_refund(id="r-2", status="Error"))
    whole: dict[str, Any] = {"refund": a_refund(amount=usd("250.00")), "memo": a_memo(amount=usd("250.00"))}
    one = the_plan(**whole, own_refunds_fact=dead, payment_fact=a_payment(parts=TWO), desk=Desk("a"))
    whole["refund"] = a_refund(amount=usd("250"))
    two = the_plan(**whole, own_refunds_fact=dead[::-1], payment_fact=a_payment(parts=TWO[::-1]), desk=Desk("b"))
    assert one.hash == two.hash
    assert one.call == two.call


def test_the_hash_is_stable_under_the_order_of_keys() -> None:
    """The canonical text sorts them."""
    document = the_plan().document()
    assert sha256(canonical(dict(reversed(document.items())))) == the_plan().hash


@pytest.mark.parametrize("plan", [the_plan(), *CHANGES.values()], ids=["plain", *CHANGES])
def test_a_stored_plan_comes_back_whole(plan: Plan) -> None:
    """Through JSON text, as the journal keeps it."""
    back = load(json.loads(json.dumps(plan.stored())))
    assert back == plan
    assert back.hash == plan.hash


def test_money_without_decimals_comes_back_whole() -> None:
    """Yen and dinars through the journal."""
    for amount in (money("100", "JPY"), money("1.234", "KWD")):
        payment = a_payment(amount=amount, unapplied=money("0", amount.currency), parts=())
        refund = a_refund(amount=amount, applied=(row(amount=amount),))
        plan = the_plan(refund=refund, payment_fact=payment, account_fact=an_account(currency=amount.currency))
        back = load(json.loads(json.dumps(plan.stored())))
        assert (back.amount, back.hash) == (amount, plan.hash)


def test_differences_name_what_changed_in_words() -> None:
    """Before and after, each part by its name."""
    changed = the_plan(refund=a_refund(date=date(2026, 3, 16)))
    (body, stamps) = differences(the_plan(), changed)
    assert body.startswith("body: ")
    assert "2026-03-15" in body.split(" -> ")[0]
    assert "2026-03-16" in body.split(" -> ")[1]
    assert stamps.startswith("stamps: ")
    assert differences(the_plan(), the_plan()) == ()


@pytest.mark.parametrize("fact", ["payment_fact", "own_refunds_fact", "memos", "customer_fact"])
def test_a_plan_needs_its_facts(fact: str) -> None:
    """What could not be read is no plan."""
    gap: dict[str, Any] = {fact: Unread(fact, "down")}
    with pytest.raises(FactMissing):
        the_plan(**gap)


def test_a_long_customer_name_is_cut_to_zuoras_text_field() -> None:
    """255 characters at most in the transaction field."""
    case: RefundCase = a_case()
    long = replace(case, customer_fact=replace(case.customer, name="x" * 300))
    (text,) = [value for _, field, value in derive(PAIR, long).stamps if field == "transaction"]
    assert text == "x" * 255


def test_a_batch_of_one_has_the_plans_own_hash_and_of_two_one_for_any_order() -> None:
    """By refund id, whatever the order of the rows on the screen."""
    one, two = the_plan(), the_plan(refund=a_refund(id="1001"))
    assert Batch((one,)).hash == one.hash
    assert Batch((one, two)).hash == Batch((two, one)).hash
    assert Batch((one, two)).hash not in (one.hash, two.hash)
    assert Batch((one, two)).totals == (usd("200.00"),)


def test_an_approved_split_is_sent_as_approved() -> None:
    """Ordered by invoice id, whatever order the person gave."""
    case = a_case(payment_fact=a_payment(parts=TWO), policy=a_policy())
    plan = derive(PAIR, case, (("inv-2", usd("40.00")), ("inv-1", usd("60.00"))))
    assert plan.parts == (("inv-1", usd("60.00")), ("inv-2", usd("40.00")))
    assert '"InvoiceId":"inv-1","RefundAmount":"60.00"' in plan.call.body
