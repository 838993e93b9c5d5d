"""The two routes of a cancel, the apply, and what Zuora may answer to them: the exact requests, one of each."""

import json

import pytest

from nsz_desk.domain.errors import Missing, NoAnswer, Refused
from nsz_desk.domain.money import Money
from nsz_desk.engine.call_lines import apply_call, mark_call
from nsz_desk.engine.resync_plan import cancel_call
from tests.builders import money, usd
from tests.gateways.zuora_desk import HEX, Bench, crud_call, on_script, on_simulator, told

REFUND, PAYMENT, INVOICE = f"{HEX}0001", f"{HEX}0002", f"{HEX}0003"


def made_on(bench: Bench) -> str:
    """A live refund of an untouched payment."""
    call = crud_call(bench.fresh_payment().id, "5.00", "48213")
    gateway = bench.gateway
    return gateway.create_refund(gateway.open_line(), call, "nsrf:0123456789abcdef0123456789abcdef:0", "t").refund_id


@pytest.mark.parametrize("settlement", [True, False])
def test_a_cancel_is_the_request_that_the_plan_shows(settlement: bool) -> None:
    """Method, path and body are those of the approved plan, in one request."""
    with on_simulator(settlement) as bench:
        refund_id = made_on(bench)
        before = len(bench.sent)
        bench.gateway.cancel_refund(refund_id)
        ((method, url, body),) = bench.sent[before:]
        call = cancel_call(settlement, refund_id)
        assert (method, f"/{url.split('/', 3)[3]}", body) == (call.method, call.path, call.body.encode())
        assert bench.world.zuora_refunds[refund_id].status == "Canceled"


@pytest.mark.parametrize("settlement", [True, False])
def test_a_closed_period_refuses_the_cancel(settlement: bool) -> None:
    """Zuora's words come through, and the refund stays live."""
    with on_simulator(settlement) as bench:
        refund_id = made_on(bench)
        day = bench.world.zuora_refunds[refund_id].date
        for period in bench.world.zuora_periods.values():
            if period.start <= day <= period.end:
                period.status = "Closed"
        with pytest.raises(Refused, match="period"):
            bench.gateway.cancel_refund(refund_id)
        assert bench.world.zuora_refunds[refund_id].status == "Processed"


def test_neither_put_carries_a_key() -> None:
    """A PUT with an Idempotency-Key would be refused or, worse, replayed; the cancel has a content type."""
    good = told({"success": True, "id": REFUND, "status": "Canceled"})
    with on_script(good) as (gateway, server):
        gateway.cancel_refund(REFUND)
    head = server.requests[-1].decode().lower()
    assert "idempotency-key" not in head
    assert "content-type: application/json" in head


@pytest.mark.parametrize(
    ("amount", "text"), [(usd("12.30"), "12.30"), (money("7", "JPY"), "7"), (money("1.234", "KWD"), "1.234")]
)
def test_an_apply_names_the_parts_exactly(amount: Money, text: str) -> None:
    """Amounts are numbers with exactly the currency's decimals."""
    with on_script(told({"success": True, "id": PAYMENT})) as (gateway, server):
        gateway.apply_payment(PAYMENT, [(INVOICE, amount), (f"{HEX}0004", amount)])
    body = server.requests[-1].decode().partition("\r\n\r\n")[2]
    assert json.loads(body, parse_float=str, parse_int=str) == {
        "invoices": [{"invoiceId": INVOICE, "amount": text}, {"invoiceId": f"{HEX}0004", "amount": text}]
    }


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_no_answer_and_is_not_repeated(status: int) -> None:
    """It may have happened: nobody sends it again before a look."""
    with on_script(told({"success": False}, status)) as (gateway, server):
        with pytest.raises(NoAnswer):
            gateway.cancel_refund(REFUND)
        assert len(server.requests) == 2  # the sign-in and the cancel


def test_an_answer_about_another_refund_is_no_answer() -> None:
    """Answers were mixed up: what happened is not known."""
    with on_script(told({"success": True, "id": f"{HEX}0009"})) as (gateway, _), pytest.raises(NoAnswer):
        gateway.cancel_refund(REFUND)


@pytest.mark.parametrize("key", ["", "../x", "a b", "x" * 65])
def test_what_is_no_id_is_put_into_no_path(key: str) -> None:
    """Nothing is sent at all, not even a sign-in."""
    with on_script() as (gateway, server):
        with pytest.raises(Missing):
            gateway.cancel_refund(key)
        with pytest.raises(Missing):
            gateway.apply_payment(PAYMENT, [(key, usd("1.00"))])
        assert server.requests == []


@pytest.mark.parametrize("settlement", [True, False])
def test_marks_are_the_request_that_the_plan_shows(settlement: bool) -> None:
    """Linking, shielding, marking: path and fields of the page that a person approved, in one request."""
    values = {"integration_id": "48213", "origin": "NETSUITE", "sync_date": "x", "transferred_to_accounting": "Ignore"}
    with on_simulator(settlement) as bench:
        refund_id = made_on(bench)
        before = len(bench.sent)
        bench.gateway.mark_refund(refund_id, values)
        ((method, url, sent),) = bench.sent[before:]
        call = mark_call(settlement, refund_id, values)
        assert (method, f"/{url.split('/', 3)[3]}") == (call.method, call.path)
        assert json.loads(sent or b"") == json.loads(call.body)
        assert bench.world.zuora_refunds[refund_id].transferred_to_accounting == "Ignore"


def test_an_apply_is_the_request_that_the_plan_shows() -> None:
    """Method, path and the digits of the amounts."""
    good = told({"success": True, "id": PAYMENT})
    with on_script(good) as (gateway, server):
        parts = ((INVOICE, usd("12.50")), (f"{HEX}0004", usd("0.05")))
        gateway.apply_payment(PAYMENT, parts)
    call = apply_call(PAYMENT, parts)
    head, _, content = server.requests[-1].decode().partition("\r\n\r\n")
    assert head.startswith(f"{call.method} {call.path} ")
    assert content == call.body
