"""The create and the mark: one request, the same bytes, and an honest class for every answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from nsz_desk.domain.errors import Changed, Credentials, DeskError, KeyMismatch, Missing, NoAnswer, Refused, Unreachable
from nsz_desk.engine.ports import Created
from nsz_desk.gateways.zuora.gateway import ZuoraGateway
from tests.gateways.raw_server import Script, answer, hang_up
from tests.gateways.zuora_desk import (
    HEX,
    TOKEN,
    Bench,
    crud_call,
    on_script,
    on_simulator,
    told,
    unapply_call,
)

KEY, TRACK = "nsrf:0123456789abcdef0123456789abcdef:0", "rf1.48213.e1.1"
PAYMENT, MADE = HEX + "3001", HEX + "6001"
DATE = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(params=[True, False], ids=["settlement", "no settlement"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A gateway on the demo company, in both modes."""
    with on_simulator(request.param) as found:
        yield found


def create(gateway: ZuoraGateway, payment: str = PAYMENT, amount: str = "5.00", key: str = KEY) -> Created:
    """Open a line and create on it by the older call."""
    return gateway.create_refund(gateway.open_line(), crud_call(payment, amount, "48213"), key, TRACK)


def test_a_create_makes_exactly_what_was_sent(bench: Bench) -> None:
    """The refund has the amount, our id and the line's invoices, and the answer has Zuora's time."""
    payment = bench.fresh_payment()
    made = create(bench.gateway, payment.id, "5.00")
    refund = bench.world.zuora_refunds[made.refund_id]
    assert (refund.amount, refund.integration_id, refund.payment_id) == (Decimal("5.00"), "48213", payment.id)
    assert abs((made.at - datetime.now(UTC)).total_seconds()) < 5
    read = bench.gateway.read_refund(made.refund_id)
    assert (read.integration_id, read.payment_id, read.live) == ("48213", payment.id, True)
    assert bench.gateway.read_payment(payment.id).refunded.amount == Decimal("5.00")
    assert sum("POST /v1/object/refund" in path for path in bench.paths()) == 1


def test_the_same_key_makes_one_refund_and_replays_its_answer(bench: Bench) -> None:
    """Twice the same key and bytes: one refund, the same id."""
    payment, before = bench.fresh_payment(), len(bench.world.zuora_refunds)
    first = create(bench.gateway, payment.id)
    assert create(bench.gateway, payment.id).refund_id == first.refund_id
    assert len(bench.world.zuora_refunds) == before + 1


def test_other_bytes_under_a_key_are_a_key_mismatch(bench: Bench) -> None:
    """422 is KeyMismatch, which is no refusal, and makes nothing."""
    payment = bench.fresh_payment()
    create(bench.gateway, payment.id, "5.00")
    before = len(bench.world.zuora_refunds)
    with pytest.raises(KeyMismatch) as caught:
        create(bench.gateway, payment.id, "6.00")
    assert not isinstance(caught.value, Refused)
    assert isinstance(caught.value, Changed)
    assert len(bench.world.zuora_refunds) == before


def test_unapply_and_refund_takes_the_money_from_the_named_invoices() -> None:
    """With Invoice Settlement one call frees and refunds; the parts read back are those that were named."""
    with on_simulator(True) as bench:
        payment = bench.fresh_payment(invoices=3)
        named = dict.fromkeys(list(payment.paid)[:2], "10.00")
        call = unapply_call(payment.id, "20.00", "48213", named)
        made = bench.gateway.create_refund(bench.gateway.open_line(), call, KEY, TRACK)
        read = bench.gateway.read_refund(made.refund_id)
        assert read.parts is not None
        assert {key: amount.plain() for key, amount in read.parts} == named
        assert bench.world.zuora_refunds[made.refund_id].route == "unapply_and_refund"


def test_a_refused_create_is_refused_with_zuoras_code_and_time(bench: Bench) -> None:
    """More than the payment has: a definite no, nothing made, with the time for the age of the key."""
    payment, before = bench.fresh_payment(), len(bench.world.zuora_refunds)
    with pytest.raises(Refused) as caught:
        create(bench.gateway, payment.id, str(payment.amount + 1))
    assert caught.value.at is not None
    assert caught.value.code
    assert len(bench.world.zuora_refunds) == before


def test_a_tenant_without_our_fields_refuses_instead_of_losing_the_id() -> None:
    """Unknown fields are a refusal: a refund without our id could never be found again."""
    with on_simulator(True, netsuite_fields=False) as bench, pytest.raises(Refused, match="unrecognised fields"):
        create(bench.gateway, bench.fresh_payment().id)


@pytest.mark.parametrize("kind", ["drop_answer", "truncate", "html", "http_500", "deliver_later"])
@pytest.mark.parametrize("settlement", [True, False])
def test_a_create_whose_answer_is_lost_is_no_answer_and_was_sent_once(settlement: bool, kind: str) -> None:
    """Whatever happens to the answer: NoAnswer, one request, at most one refund."""
    fault = {"where": "zuora.create_refund", "kind": kind, "effect": "after", "seconds": 0.1}
    with on_simulator(settlement, [fault]) as bench:
        payment, before = bench.fresh_payment(), len(bench.world.zuora_refunds)
        with pytest.raises(NoAnswer):
            create(bench.gateway, payment.id)
        assert sum("POST /v1/object/refund" in path for path in bench.paths()) == 1
        assert len(bench.world.zuora_refunds) <= before + 1


GOOD = {"Success": True, "Id": MADE}
LOCKED = {"success": False, "reasons": [{"code": 58730050, "message": "lock competition"}]}
CLOSED = {"success": False, "reasons": [{"code": "58730030", "message": "closed"}]}
INVALID = {"Success": False, "Errors": [{"Code": "INVALID_VALUE", "Message": "x"}]}
GOOD_BYTES = b'{"Success":true,"Id":"%s"}' % MADE.encode()
SYSTEM = {"reasons": [{"code": "SystemError", "message": "x"}]}
ANSWERS: list[tuple[str, Script, type[DeskError], str]] = [
    ("business rule", told(CLOSED), Refused, "58730030"),
    ("400", told(INVALID, 400), Refused, "INVALID_VALUE"),
    ("lock", told(LOCKED), NoAnswer, "again:58730050"),
    ("internal", told({"success": False, "reasons": [{"code": 58730060}]}), NoAnswer, "unclear:58730060"),
    ("unknown code", told({"Success": False, "Errors": [{"Code": "ODD", "Message": "x"}]}), NoAnswer, "unclear:ODD"),
    ("500 as JSON", told(SYSTEM, 500), NoAnswer, "unclear:500"),
    ("502 as HTML", answer(b"<html>", 502, "Content-Type: text/html"), NoAnswer, "502"),
    ("200 as HTML", answer(b"<html>", 200, "Content-Type: text/html"), NoAnswer, "200"),
    ("JSON called HTML", answer(GOOD_BYTES, 200, "Content-Type: text/html"), NoAnswer, "200"),
    ("empty", answer(b""), NoAnswer, "200"),
    ("no id", told({"Success": True}), NoAnswer, "no id"),
    ("id with a path", told({"Success": True, "Id": "../" + MADE}), NoAnswer, "no id"),
    ("flag of the other dialect", told({"success": True, "Id": MADE}), NoAnswer, "200"),
    ("flag as text", told({"Success": "true", "Id": MADE}), NoAnswer, "200"),
    ("key twice", answer(b'{"Success":true,"Success":true,"Id":"%s"}' % MADE.encode()), NoAnswer, "200"),
    ("redirect", answer(b"", 302, "Location: http://127.0.0.1:1/"), NoAnswer, "302"),
    ("409", told({"message": "in progress"}, 409), NoAnswer, "409"),
    ("422", told({"message": "other"}, 422), KeyMismatch, "422"),
    ("429", told({}, 429, "Retry-After: 7"), NoAnswer, "wait"),
    ("503 with a wait", told({}, 503, "Retry-After: Wed, 25 Nov 2026 03:00:07 GMT"), NoAnswer, "wait"),
    ("answer to another call", told(GOOD, 200, "Zuora-Track-Id: rf1.9.x.1"), NoAnswer, "track"),
    ("refusal of another call", told(CLOSED, 200, "Zuora-Track-Id: rf1.9.x.1"), NoAnswer, "track"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "code"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_each_answer_to_a_create_has_its_class_code_and_time(script: Script, kind: type[DeskError], code: str) -> None:
    """The table of the protocol, over a socket; one request each, always with Zuora's own time."""
    with on_script(script) as (gateway, server):
        with pytest.raises(DeskError) as caught:
            create(gateway)
        assert len([one for one in server.requests if one.startswith(b"POST /v1/object/refund")]) == 1
    assert (type(caught.value), caught.value.code, caught.value.at) == (kind, code, DATE)
    assert caught.value.wait == (7 if code == "wait" else None)


def test_a_good_answer_is_taken_with_and_without_an_echo() -> None:
    """The track id echoed, or not told at all."""
    for more in ([f"Zuora-Track-Id: {TRACK}"], []):
        with on_script(told(GOOD, 200, *more)) as (gateway, server):
            assert create(gateway) == Created(MADE, DATE)
        request = server.requests[-1]
        for header in (b"Idempotency-Key: " + KEY.encode(), b"Zuora-Track-Id: " + TRACK.encode(),
                       b"Content-Type: application/json", b"Authorization: Bearer canary-bearer"):  # fmt: skip
            assert request.count(header) == 1
        assert request.endswith(crud_call(PAYMENT, "5.00", "48213").body.encode())


def test_a_401_executes_nothing_so_that_the_same_bytes_go_once_more_with_a_new_token() -> None:
    """Refused before execution: new token, new line, same key, same bytes, once."""
    with on_script(told({"message": "x"}, 401), told(TOKEN | {"access_token": "second"}), told(GOOD)) as (
        gateway,
        server,
    ):
        assert create(gateway).refund_id == MADE
        first, second = (one for one in server.requests if one.startswith(b"POST /v1/object"))
        assert first.replace(b"canary-bearer", b"second") == second


def test_a_second_401_is_a_matter_of_credentials() -> None:
    """Twice refused: no third try."""
    no = told({"message": "x"}, 401)
    with on_script(no, told(TOKEN | {"access_token": "second"}), no) as (gateway, server):
        with pytest.raises(Credentials):
            create(gateway)
        assert len(server.requests) == 4


def test_a_closed_line_sends_nothing_and_opens_no_other() -> None:
    """Closed before the create: Unreachable, and no request went out but the sign-in."""
    with on_script(told(GOOD)) as (gateway, server):
        line = gateway.open_line()
        line.close()
        with pytest.raises(Unreachable):
            gateway.create_refund(line, crud_call(PAYMENT, "5.00", "1"), KEY, TRACK)
        assert len(server.requests) == 1


def test_a_broken_line_after_sending_is_no_answer() -> None:
    """The server hangs up without a word: it may have happened."""
    with on_script(hang_up) as (gateway, server):
        with pytest.raises(NoAnswer):
            create(gateway)
        assert len(server.requests) == 2


def test_marking_writes_the_fields_and_they_read_back(bench: Bench) -> None:
    """Transferred Yes, sync date and transaction in one PUT without a key."""
    made = create(bench.gateway, bench.fresh_payment().id)
    values = {"transferred_to_accounting": "Yes", "sync_date": "2026-11-25T03:00:00Z", "transaction": "Acme 2026-11-20"}
    bench.gateway.mark_refund(made.refund_id, values)
    read = bench.gateway.read_refund(made.refund_id)
    assert (read.transferred, read.sync_date) == ("Yes", values["sync_date"])
    assert bench.world.zuora_refunds[made.refund_id].transaction == "Acme 2026-11-20"
    assert sum(path.startswith("PUT") for path in bench.paths()) == 1


def test_a_refused_transaction_text_is_dropped_and_the_rest_is_written() -> None:
    """Zuora refuses the field: the same without it, once."""
    no = told({"success": False, "reasons": [{"code": 58730021, "message": "unknown Transaction__NS"}]})
    yes = told({"success": True, "id": MADE})
    values = {"transferred_to_accounting": "Yes", "sync_date": "S", "transaction": "T"}
    with on_script(no, yes) as (gateway, server):
        gateway.mark_refund(MADE, values)
        first, second = server.requests[1:]
    assert b'"Transaction__NS": "T"' in first
    assert second.endswith(b'{"SyncDate__NS": "S", "financeInformation": {"transferredToAccounting": "Yes"}}')
    assert b"Idempotency-Key" not in first + second


def test_a_refused_mark_without_transaction_text_is_refused() -> None:
    """Nothing to drop: the refusal stands, after one request."""
    no = told({"success": False, "reasons": [{"code": 58730010, "message": "no right"}]})
    with on_script(no) as (gateway, server):
        with pytest.raises(Refused, match="no right"):
            gateway.mark_refund(MADE, {"transferred_to_accounting": "Yes"})
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "script", [hang_up, told({}, 500), told({"id": MADE}), told({"success": True, "id": HEX + "0009"})]
)
def test_an_unclear_answer_to_a_mark_is_no_answer_and_is_not_repeated(script: Script) -> None:
    """A PUT is sent once, even where the transaction text could be dropped."""
    with on_script(script) as (gateway, server):
        with pytest.raises(NoAnswer):
            gateway.mark_refund(MADE, {"transferred_to_accounting": "Yes", "transaction": "T"})
        assert len(server.requests) == 2


def test_marking_a_refund_that_is_gone_is_missing() -> None:
    """Missing, without a second try although a transaction text could be dropped."""
    gone = told({"success": False, "reasons": [{"code": "50000040", "message": "x"}]}, 404)
    with on_script(gone) as (gateway, server):
        with pytest.raises(Missing):
            gateway.mark_refund(MADE, {"transferred_to_accounting": "Yes", "transaction": "T"})
        assert len(server.requests) == 2
