"""Which create a case needs, to the byte: the same on every desk, or a key would hold two contents."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.domain.records import InvoicePart
from nsz_desk.engine.ports import CreateCall
from nsz_desk.engine.route import Route, amount_number, comment, create_call, parts_of
from tests.builders import a_part, a_payment, a_refund, money, usd

OFF, ON, ON_CRUD = Route(False, True), Route(True, False), Route(True, True)
CRUD_PATH = "/v1/object/refund?rejectUnknownFields=true"
TWO = (a_part(1, "150.00"), a_part(2, "100.00"))
CRUD_START = '{"PaymentId":"p-1","Type":"External","MethodType":"Check","SourceType":"Payment","Amount":'
CRUD_END = ',"RefundDate":"2026-03-15","Comment":"Returned goods","IntegrationId__NS":"901","Origin__NS":"NETSUITE"'
V1_START = '{"type":"External","methodType":"Check","refundDate":"2026-03-15","totalAmount":'
V1_END = ',"comment":"Returned goods","IntegrationId__NS":"901","Origin__NS":"NETSUITE"}'


def the_call(
    route: Route, amount: str, unapplied: str = "0.00", parts: tuple[InvoicePart, ...] = (a_part(),)
) -> CreateCall:
    """The create of a refund over `amount` of a payment of 250.00."""
    refund, payment = a_refund(amount=usd(amount)), a_payment(unapplied=usd(unapplied), parts=parts)
    return create_call(route, refund, payment, "Check", parts_of(refund, payment))


def test_case_a1_without_settlement_one_invoice_names_the_amount_only() -> None:
    """CRUD create; Zuora knows the only invoice."""
    assert the_call(OFF, "100.00") == CreateCall("POST", CRUD_PATH, CRUD_START + "100.00" + CRUD_END + "}")


def test_case_a2_without_settlement_the_whole_payment_names_every_invoice() -> None:
    """Lines that add up to the amount, ordered by invoice id."""
    lines = '[{"InvoiceId":"inv-1","RefundAmount":"150.00"},{"InvoiceId":"inv-2","RefundAmount":"100.00"}]'
    wanted = CRUD_START + "250.00" + CRUD_END + ',"RefundInvoicePaymentData":{"RefundInvoicePayment":' + lines + "}}"
    assert the_call(OFF, "250.00", parts=TWO) == CreateCall("POST", CRUD_PATH, wanted)


def test_case_b_loose_money_is_refunded_from_the_payment() -> None:
    """With settlement, an amount within the unapplied part touches no invoice."""
    wanted = CreateCall("POST", "/v1/payments/p-1/refunds", V1_START + "100.00" + V1_END)
    assert the_call(ON, "100.00", unapplied="100.00", parts=(a_part(1, "150.00"),)) == wanted
    assert the_call(ON_CRUD, "100.00", unapplied="100.00", parts=(a_part(1, "150.00"),)) == wanted


def test_case_c_applied_money_is_unapplied_and_refunded_in_one_call() -> None:
    """The invoices are named, in the order of their ids."""
    lines = ',"invoices":[{"invoiceId":"inv-1","amount":150.00},{"invoiceId":"inv-2","amount":100.00}]'
    wanted = CreateCall("POST", "/v1/payments/p-1/refunds/unapply", V1_START + "250.00" + lines + V1_END)
    assert the_call(ON, "250.00", parts=TWO) == wanted
    one = ',"invoices":[{"invoiceId":"inv-1","amount":100.00}]'
    assert the_call(ON, "100.00") == replace(wanted, body=V1_START + "100.00" + one + V1_END)


def test_case_crud_with_settlement_sends_the_older_create() -> None:
    """Where the profile says so: one call that unapplies and refunds."""
    assert the_call(ON_CRUD, "100.00") == CreateCall("POST", CRUD_PATH, CRUD_START + "100.00" + CRUD_END + "}")


def test_a_part_of_several_invoices_has_no_call_of_its_own() -> None:
    """It is never split here: with settlement no call fits."""
    with pytest.raises(Setup, match="more invoices than the desk may choose from"):
        the_call(ON, "120.00", parts=TWO)


def test_loose_money_beside_several_invoices_cannot_be_named_in_the_older_create() -> None:
    """200.00 on invoices and 50.00 loose: lines that do not add up are not sent."""
    with pytest.raises(Setup, match="cannot name"):
        the_call(ON_CRUD, "250.00", unapplied="50.00", parts=(a_part(1, "120.00"), a_part(2, "80.00")))


def test_the_order_in_which_zuora_lists_invoices_does_not_matter() -> None:
    """Every order gives the same bytes."""
    three = (a_part(1, "100.00"), a_part(2, "90.00"), a_part(10, "60.00"))
    calls = {the_call(OFF, "250.00", parts=order) for order in permutations(three)}
    assert len(calls) == 1
    assert [key for key, _ in parts_of(a_refund(amount=usd("250.00")), a_payment(parts=three))] == [
        "inv-1",
        "inv-10",
        "inv-2",
    ]


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("1250", "USD", "1250.00"),
        ("1250.00", "USD", "1250.00"),
        ("0.1", "USD", "0.10"),
        ("100", "JPY", "100"),
        ("100.00", "JPY", "100"),
        ("1.234", "KWD", "1.234"),
        ("5", "KWD", "5.000"),
        ("123456789012.34", "USD", "123456789012.34"),
    ],
)
def test_numbers_have_exactly_their_currencys_digits(amount: str, currency: str, written: str) -> None:
    """However NetSuite wrote it, the body holds the same digits, and no float ever."""
    refund = a_refund(amount=money(amount, currency))
    payment = a_payment(amount=money("999999999999", currency), unapplied=money("0", currency), parts=())
    call = create_call(OFF, refund, payment, "Check", ())
    assert call.body.startswith(CRUD_START + written + ",")
    assert amount_number(money(amount, currency)) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("short", "short"),
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 255),
        ("😀" * 200, "😀" * 127),
        ("x" + "😀" * 200, "x" + "😀" * 127),
        ("x" * 254 + "😀", "x" * 254),
        ("é" * 300, "é" * 255),
    ],
)
def test_a_comment_is_cut_at_255_units_and_never_inside_a_character(text: str, kept: str) -> None:
    """Counted in UTF-16 units, the stricter of two readings; an emoji takes two and is whole or gone."""
    assert comment(text) == kept


def test_a_refund_without_memo_text_sends_no_comment() -> None:
    """An empty text is no field."""
    refund = a_refund(memo="")
    assert "omment" not in create_call(OFF, refund, a_payment(), "Check", ()).body


def test_strange_text_and_ids_stay_data() -> None:
    """Quotes, line ends and foreign scripts are escaped; an id in the path is encoded."""
    refund = a_refund(memo='say "hi"\n😀', amount=usd("10.00"))
    payment = a_payment(id="p/1?x", unapplied=usd("10.00"))
    call = create_call(ON, refund, payment, "Check", ())
    assert call.path == "/v1/payments/p%2F1%3Fx/refunds"
    assert '"comment":"say \\"hi\\"\\n\\ud83d\\ude00"' in call.body
    assert call.body.isascii()


def test_no_clock_and_no_desk_stand_in_the_body() -> None:
    """What is marked afterwards is not sent with the create: the content is the same a day later."""
    for call in (the_call(OFF, "100.00"), the_call(ON, "100.00")):
        for later in ("SyncDate", "Transaction__NS", "TransferredToAccounting", "desk"):
            assert later not in call.body


def test_one_invoice_with_less_room_takes_what_it_has() -> None:
    """The rest is loose money, which settlement adds by itself."""
    body = the_call(ON, "250.00", unapplied="50.00", parts=(a_part(1, "200.00"),)).body
    assert '"totalAmount":250.00,"invoices":[{"invoiceId":"inv-1","amount":200.00}]' in body


@pytest.mark.parametrize("route", [OFF, ON_CRUD, ON], ids=["off", "crud", "unapply"])
def test_a_part_of_several_invoices_that_nobody_split_has_no_call(route: Route) -> None:
    """Beside rule M.1: without a split the tenant's own rule would choose the invoices."""
    with pytest.raises(Setup):
        the_call(route, "100.00", parts=TWO)


@pytest.mark.parametrize("route", [OFF, ON_CRUD], ids=["off", "crud"])
def test_one_chosen_invoice_of_several_is_named_in_the_older_create(route: Route) -> None:
    """Zuora must not choose by a rule of its own where a person chose."""
    refund, payment = a_refund(amount=usd("100.00")), a_payment(parts=TWO)
    call = create_call(route, refund, payment, "Check", (("inv-2", usd("100.00")),))
    lines = ',"RefundInvoicePaymentData":{"RefundInvoicePayment":[{"InvoiceId":"inv-2","RefundAmount":"100.00"}]}}'
    assert call.body == CRUD_START + "100.00" + CRUD_END + lines


def test_without_settlement_an_invoice_whose_money_is_gone_still_counts() -> None:
    """Its invoice payment is still there, so that Zuora asks which one is meant; with settlement it is not."""
    parts = (a_part(1, "0.00", "150.00"), a_part(2, "100.00"))
    refund, payment = a_refund(amount=usd("40.00")), a_payment(parts=parts)
    split = (("inv-2", usd("40.00")),)
    assert "RefundInvoicePaymentData" in create_call(OFF, refund, payment, "Check", split).body
    assert "RefundInvoicePaymentData" not in create_call(ON_CRUD, refund, payment, "Check", split).body


@pytest.mark.parametrize(("route", "most"), [(OFF, 200), (ON_CRUD, 200), (ON, 1000)], ids=["off", "crud", "unapply"])
def test_more_lines_than_one_call_takes_have_no_call(route: Route, most: int) -> None:
    """Two calls are no route: what one call cannot name is made by hand and linked."""
    many = tuple(a_part(number, "1.00") for number in range(most + 1))
    refund, payment = a_refund(amount=usd(f"{most + 1}.00")), a_payment(amount=usd("5000.00"), parts=many)
    split = tuple((part.invoice_id, part.applied) for part in many)
    with pytest.raises(Setup, match=rf"its {most + 1} lines are more than one call takes.*link it"):
        create_call(route, refund, payment, "Check", split)
    fewer = a_refund(amount=usd(f"{most}.00"))
    assert create_call(route, fewer, payment, "Check", split[:-1]).body.count("inv-") == most
