"""What the gateway reads of a Zuora with and without Invoice Settlement, against the simulator over sockets."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from nsz_desk.domain.errors import DeskError, Missing, NoAnswer, Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.simulator.world import ZRefund
from tests.gateways.zuora_desk import HEX, Bench, on_script, on_simulator, told

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
GONE = HEX + "ffff"


ROW = {
    "id": GONE, "number": "R-1", "accountId": HEX + "1001", "paymentId": HEX + "3001", "amount": 5,
    "refundDate": "2026-03-14", "status": "Processed", "type": "External", "methodType": "Check",
    "createdDate": "2026-03-14 09:15:02", "updatedDate": "2026-03-14 09:15:02", "IntegrationId__NS": "48213",
}  # fmt: skip
ACCOUNT = HEX + "1001"


@pytest.fixture(params=[True, False], ids=["settlement", "no settlement"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A gateway on the demo company, in both modes."""
    with on_simulator(request.param) as found:
        yield found


def test_every_payment_is_read_with_what_it_paid_and_what_was_refunded(bench: Bench) -> None:
    """All payments come in few calls; amounts, refunded total and money per invoice are the world's."""
    found = bench.gateway.payments(bench.world.payments)
    assert found.keys() == bench.world.payments.keys()
    assert len(bench.paths()) < 15
    for payment in bench.world.payments.values():
        read = found[payment.id]
        assert (read.number, read.account_id, read.status) == (payment.number, payment.account_id, payment.status)
        assert (read.amount.amount, read.amount.currency, read.date) == (payment.amount, payment.currency, payment.date)
        assert not isinstance(read.parts, Unread)
        if payment.unapplied:  # loosened money is of no invoice any more
            continue
        now = {part.invoice_id: part.applied.amount for part in read.parts}
        before = {part.invoice_id: part.refunded.amount for part in read.parts if part.refunded is not None}
        assert now == {key: payment.applied.get(key, Decimal(0)) for key in payment.paid}
        assert before == {key: paid - payment.applied.get(key, Decimal(0)) for key, paid in payment.paid.items()}
        numbers = [bench.world.invoices[part.invoice_id].number for part in read.parts]
        assert [part.invoice_number for part in read.parts] == numbers
        assert read.refunded.amount == sum(before.values())


def test_loose_money_is_told_with_settlement() -> None:
    """What is not applied to anything is the payment's unapplied amount, and is of no part."""
    with on_simulator(True) as bench:
        payment = next(one for one in bench.world.payments.values() if one.unapplied)
        read = bench.gateway.payments([payment.id])[payment.id]
        assert (read.unapplied.amount, read.refunded.amount, read.parts) == (payment.unapplied, Decimal(0), ())


def test_payments_are_found_by_number_and_those_that_do_not_exist_are_left_out(bench: Bench) -> None:
    """A P-number is a key; an unknown one, an unknown id and rubbish are simply absent."""
    payment = bench.fresh_payment()
    found = bench.gateway.payments([payment.number, "P-77777777", GONE, "../../x", "' or '1'='1", ""])
    assert {key: one.id for key, one in found.items()} == {payment.number: payment.id}
    assert not any(b"or '1'" in (body or b"") for _, _, body in bench.sent)


@pytest.mark.parametrize("category", ["20", "23", "27", "40"])
def test_a_key_that_cannot_be_one_does_not_stop_the_list(category: str) -> None:
    """What somebody mistyped is refused as a key: it does not exist. A missing right still stops the list."""
    said = {"success": False, "reasons": [{"code": f"500000{category}", "message": "x"}]}
    with on_script(told({"data": []}), told(said, 400)) as (gateway, _):
        assert gateway.payments(["mistyped"]) == {}
    said["reasons"] = [{"code": "50000010", "message": "no right"}]
    with on_script(told({"data": []}), told(said, 403)) as (gateway, _), pytest.raises(Refused):
        gateway.payments(["mistyped"])


def test_only_what_looks_like_an_id_is_searched_as_an_id(bench: Bench) -> None:
    """A mistyped key in an id filter could make Zuora refuse the whole chunk."""
    payment = bench.fresh_payment()
    assert bench.gateway.payments([payment.id, "mistyped"]).keys() == {payment.id}
    texts = [url + (body or b"").decode() for _, url, body in bench.sent]
    assert not any("mistyped" in text and payment.id in text for text in texts)


def test_a_payment_by_id_tells_its_total_as_it_stands(bench: Bench) -> None:
    """After a refund the total read by id has moved, and the parts with it."""
    refund = next(one for one in bench.world.zuora_refunds.values() if one.status == "Processed")
    payment = bench.world.payments[refund.payment_id]
    read = bench.gateway.read_payment(payment.id)
    live = [one.amount for one in bench.world.zuora_refunds.values() if one.payment_id == payment.id]
    assert read.refunded.amount == sum(live)
    assert not isinstance(read.parts, Unread)
    left = {part.invoice_id: part.applied.amount for part in read.parts if part.applied.amount}
    assert left == {key: amount for key, amount in payment.applied.items() if amount}
    assert bench.gateway.read_payment(payment.number).id == payment.id
    with pytest.raises(Missing):
        bench.gateway.read_payment(GONE)


def test_accounts_are_read_by_id_and_number(bench: Bench) -> None:
    """Currency, number and parent are told; what does not exist is left out."""
    one, other, *_ = bench.world.accounts.values()
    found = bench.gateway.accounts([one.id, other.number, GONE, "A-nobody", "a'b"])
    assert found.keys() == {one.id, other.number}
    assert (found[one.id].name, found[one.id].currency) == (one.name, one.currency)
    assert found[other.number].id == other.id


def test_the_two_listings_and_the_read_by_id_tell_the_same(bench: Bench) -> None:
    """Amount, currency, payment, our id and status agree however a refund is read."""
    listed = {one.id: one for one in bench.gateway.refunds_updated_since(LONG_AGO)}
    assert listed.keys() == bench.world.zuora_refunds.keys()
    for refund in bench.world.zuora_refunds.values():
        by_account = {one.id: one for one in bench.gateway.refunds_of_account(refund.account_id)}
        for read in (listed[refund.id], by_account[refund.id], bench.gateway.read_refund(refund.id)):
            assert (read.amount.amount, read.amount.currency) == (refund.amount, refund.currency)
            assert (read.payment_id, read.integration_id) == (refund.payment_id, refund.integration_id)
            assert (read.status, read.date, read.method) == (refund.status, refund.date, refund.method)
            assert read.created == refund.created.replace(microsecond=read.created.microsecond if read.created else 0)
            if read.parts is not None:
                assert dict(read.parts).keys() == refund.invoices.keys()
    assert all(one.parts for one in listed.values() if one.live)


def test_all_pages_of_a_listing_are_read(bench: Bench) -> None:
    """An account with 130 refunds is read whole, over pages of either dialect."""
    model = next(iter(bench.world.zuora_refunds.values()))
    many(bench, model, 130)
    assert len(bench.gateway.refunds_of_account(model.account_id)) == 131
    assert len(bench.gateway.refunds_updated_since(LONG_AGO)) == len(bench.world.zuora_refunds)


def many(bench: Bench, model: ZRefund, count: int) -> None:
    """Copies of a refund, dead, so that no total moves."""
    for number in range(count):
        key = f"{HEX}{number:04x}"
        copy = replace(model, id=key, number=f"R-9{number:07}", status="Canceled", invoices=dict(model.invoices))
        bench.world.zuora_refunds[key] = copy


def test_a_listing_since_a_time_holds_everything_updated_since(bench: Bench) -> None:
    """Nothing that was updated since is missing; what is long past stays away."""
    now = bench.world.now()
    for age, refund in enumerate(bench.world.zuora_refunds.values()):
        refund.updated = now - timedelta(hours=18 * age, seconds=1)
    since = now - timedelta(days=3)
    found = {one.id for one in bench.gateway.refunds_updated_since(since)}
    assert found >= {one.id for one in bench.world.zuora_refunds.values() if one.updated >= since}
    assert len(found) < len(bench.world.zuora_refunds)


@pytest.mark.parametrize("kind", ["truncate", "html", "http_500", "drop_answer"])
@pytest.mark.parametrize("settlement", [True, False])
def test_a_listing_that_keeps_failing_is_no_answer_and_never_an_empty_list(settlement: bool, kind: str) -> None:
    """A page that does not come raises; the search is then not done."""
    with on_simulator(settlement, [{"where": "zuora.search", "kind": kind}]) as bench:
        with pytest.raises(NoAnswer):
            bench.gateway.refunds_updated_since(LONG_AGO)
        with pytest.raises(NoAnswer):
            bench.gateway.refunds_of_account(next(iter(bench.world.accounts)))


@pytest.mark.parametrize("kind", ["http_500", "http_429", "http_503", "drop_request"])
def test_a_read_that_fails_once_is_tried_again(kind: str) -> None:
    """One failure of a read is not shown to anybody."""
    with on_simulator(True, [{"where": "zuora.search", "kind": kind, "nth": 1, "retry_after": "1"}]) as bench:
        assert bench.gateway.refunds_updated_since(LONG_AGO)
        assert bench.clock.slept


def test_a_missing_refund_is_missing_whatever_status_says_so(bench: Bench) -> None:
    """404, or 200 with a not-found code, or the older empty records."""
    for status in (404, 200):
        bench.world.tenant.not_found_status = status
        with pytest.raises(Missing):
            bench.gateway.read_refund(GONE)


def test_periods_are_read_with_their_state(bench: Bench) -> None:
    """First and last day and whether open."""
    found = {one.name: one for one in bench.gateway.periods()}
    for period in bench.world.zuora_periods.values():
        read = found[period.name]
        assert (read.start, read.end, read.book) == (period.start, period.end, "Zuora")
    assert {one.is_open for one in found.values()} == {True, False}


def test_a_refund_paid_from_an_invoice_that_is_gone_from_the_parts_still_counts_it() -> None:
    """Two invoices, one of them wholly refunded: both are told, so that rule M.1 sees two."""
    with on_simulator(True) as bench:
        payment = bench.fresh_payment(invoices=3)
        first, *others = payment.paid
        many_parts(bench, payment.id, first)
        read = bench.gateway.payments([payment.id])[payment.id]
        assert not isinstance(read.parts, Unread)
        assert len(read.parts) == 3
        parts = {part.invoice_id: part for part in read.parts}
        assert parts[first].applied.amount == 0
        assert parts[first].refunded == Money(payment.paid[first], "USD")
        assert all(parts[key].applied.amount == payment.paid[key] for key in others)


FOUND = {"id": HEX + "3001", "accountId": ACCOUNT, "paymentNumber": "P-1", "amount": 100, "appliedAmount": 60,
         "unappliedAmount": 0, "refundAmount": 40, "currency": "USD", "effectiveDate": "2026-01-01",
         "status": "Processed"}  # fmt: skip
LEFT = {"paymentId": HEX + "3001", "invoiceId": "inv1", "amount": 60}
TAKEN = {"paymentId": HEX + "3001", "invoiceId": "inv2", "applyAmount": 40}


def parts_told(*answers: object) -> object:
    """The parts of one payment, answered for by these."""
    with on_script(*(told(one) for one in answers)) as (gateway, _):
        return gateway.payments([HEX + "3001"])[HEX + "3001"].parts


def parts_of(status: str, *left: object) -> object:
    """The parts of the payment where its one refund of 40 has this status."""
    refund = ROW | {"status": status, "amount": 40, "refundApplications": [TAKEN]}
    return parts_told({"data": [FOUND]}, {"data": list(left)}, {"data": [refund]}, {"data": []})


def test_only_live_refunds_tell_what_was_refunded_of_an_invoice() -> None:
    """A dead refund took nothing; where the live ones do not explain the total, the parts are unread."""
    read = parts_of("Processed", LEFT)
    assert isinstance(read, tuple)
    assert [(part.invoice_id, part.applied.amount, part.refunded.amount) for part in read] == [
        ("inv1", 60, 0), ("inv2", 0, 40),
    ]  # fmt: skip
    assert isinstance(parts_of("Canceled", LEFT), Unread)


def test_parts_of_a_payment_refunded_before_are_unread_where_the_refunds_cannot_be_read() -> None:
    """One remaining invoice must not pass for the only one: not told, or a search that is behind."""
    no = {"success": False, "reasons": [{"code": "50000010", "message": "no right"}]}
    assert isinstance(parts_told({"data": [FOUND]}, {"data": [LEFT]}, no, {"data": []}), Unread)
    with on_simulator(True, search_lag_seconds=10**9) as bench:
        refunded = {one.payment_id for one in bench.world.zuora_refunds.values() if one.status == "Processed"}
        found = bench.gateway.payments(refunded)
        assert all(isinstance(one.parts, Unread) for one in found.values())


def test_money_applied_to_a_debit_memo_makes_the_parts_unread() -> None:
    """The desk splits over invoices only."""
    memo = {"paymentId": HEX + "3001", "debitMemoId": "dm1", "amount": 10}
    assert isinstance(parts_of("Processed", LEFT | {"amount": 50}, memo), Unread)


def test_parts_that_do_not_add_up_in_bulk_are_read_by_id() -> None:
    """A list that shows too little is not believed; the payment's own parts are, where they add up."""
    refund = ROW | {"amount": 40, "refundApplications": [TAKEN]}
    pages = [{"data": [FOUND]}, {"data": []}, {"data": [refund]}]
    read = parts_told(*pages, {"success": True, "parts": [LEFT]}, {"data": []})
    assert isinstance(read, tuple)
    assert [part.invoice_id for part in read] == ["inv1", "inv2"]
    assert isinstance(parts_told(*pages, {"success": True, "parts": []}, {"data": []}), Unread)


def test_lines_of_a_refund_that_do_not_add_up_are_not_told() -> None:
    """An expanded list may be cut: half of the lines would look like another split."""
    for amount, parts in ((40, (("inv2", Money(Decimal(40), "USD")),)), (50, None)):
        row = ROW | {"amount": amount, "currency": "USD", "refundApplications": [TAKEN]}
        with on_script(told({"data": [row]})) as (gateway, _):
            [read] = gateway.refunds_updated_since(LONG_AGO)
        assert read.parts == parts


def many_parts(bench: Bench, payment_id: str, invoice: str) -> None:
    """A refund by hand of all that was paid of one invoice."""
    payment = bench.world.payments[payment_id]
    model = next(iter(bench.world.zuora_refunds.values()))
    amount = payment.applied[invoice]
    payment.applied[invoice] = Decimal(0)
    bench.world.zuora_refunds[GONE] = replace(
        model, id=GONE, number="R-1", account_id=payment.account_id, payment_id=payment_id, amount=amount,
        currency=payment.currency, status="Processed", integration_id="", invoices={invoice: amount},
    )  # fmt: skip


@pytest.mark.parametrize("address", ["https://evil.example/v1/refunds?page=2", "http://127.0.0.1:1/v1/refunds?page=2"])
def test_a_next_page_on_another_host_is_not_called(address: str) -> None:
    """The address of a next page is data: another host is seen, and no second page is asked for anywhere."""
    page = {"success": True, "refunds": [ROW], "nextPage": address}
    with on_script(told(page)) as (gateway, server):
        with pytest.raises(NoAnswer, match="another host"):
            gateway.refunds_of_account(ACCOUNT)
        assert len(server.requests) == 2


def test_a_refund_of_another_account_shows_that_the_filter_was_ignored() -> None:
    """Then the list may be of anything, and is no answer."""
    page = {"success": True, "refunds": [ROW | {"accountId": HEX + "9999"}]}
    with on_script(told(page)) as (gateway, _), pytest.raises(NoAnswer, match="does not match its filter"):
        gateway.refunds_of_account(ACCOUNT)


@pytest.mark.parametrize(
    "page",
    [
        {"success": True, "refunds": [ROW], "nextPage": 7},
        {"success": True, "refunds": [ROW | {"amount": True}]},
        {"success": True, "refunds": [ROW | {"amount": "10,00"}]},
        {"success": True, "refunds": [ROW | {"refundDate": "14.03.2026"}]},
        {"success": True, "refunds": [ROW | {"status": None}]},
        {"success": True, "refunds": [ROW | {"id": "../x"}]},
        {"success": True, "refunds": [7]},
        {"success": True, "refunds": {}},
        {"success": True},
        {"refunds": []},
    ],
    ids=range(10),
)
def test_a_listing_that_cannot_be_trusted_is_no_answer(page: dict[str, object]) -> None:
    """Unreadable pages and rows and missing flags stop the search."""
    with on_script(told(page)) as (gateway, _), pytest.raises(NoAnswer):
        gateway.refunds_of_account(ACCOUNT)


def test_a_listing_that_goes_round_in_circles_is_no_answer() -> None:
    """The same next page twice ends the search."""
    page = {"success": True, "refunds": [ROW], "nextPage": "/v1/refunds?page=2"}
    with on_script(told(page)) as (gateway, server):
        with pytest.raises(NoAnswer, match="circles"):
            gateway.refunds_of_account(ACCOUNT)
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("wire", "read"), [("Yes", "Yes"), ("Ignore", "Ignore"), (True, "Yes"), (False, "No"), (None, "No")]
)
def test_transferred_to_accounting_is_read_as_text_as_flag_and_as_nothing(wire: object, read: str) -> None:
    """Text, boolean and null."""
    row = ROW | {"financeInformation": {"transferredToAccounting": wire}}
    payment = {"data": [{"id": HEX + "3001", "accountId": ACCOUNT, "amount": 9, "refundAmount": 5, "currency": "EUR",
                         "effectiveDate": "2026-01-01", "status": "Processed"}]}  # fmt: skip
    with on_script(told({"success": True, "refunds": [row]}), told(payment)) as (gateway, _):
        [found] = gateway.refunds_of_account(ACCOUNT)
    assert found.transferred == read
    assert found.amount.json() == {"amount": "5.00", "currency": "EUR"}


def test_a_row_that_cannot_show_our_id_is_never_newer_than_one_that_does() -> None:
    """An Object Query row without the field has no time, so that a merge keeps the row that shows the id."""
    row = {"id": GONE, "accountId": ACCOUNT, "amount": 5, "currency": "EUR", "refundDate": "2026-03-14",
           "status": "Processed", "updatedDate": "2026-03-14T09:15:02.000-07:00"}  # fmt: skip
    for more, expected in (({}, None), ({"IntegrationId__NS": None}, datetime(2026, 3, 14, 16, 15, 2, tzinfo=UTC))):
        with on_script(told({"data": [row | more]})) as (gateway, _):
            [found] = gateway.refunds_updated_since(datetime(2026, 3, 14, tzinfo=UTC))
        assert found.updated == expected


def test_a_filter_that_is_ignored_stops_the_search() -> None:
    """A row updated long before the asked day shows that the server did not filter."""
    row = {"id": GONE, "accountId": ACCOUNT, "amount": 5, "currency": "EUR", "refundDate": "2026-03-14",
           "status": "Processed", "updatedDate": "2026-03-14T09:15:02.000-07:00", "X": 1}  # fmt: skip
    with (
        on_script(told({"data": [row | {"IntegrationId__NS": None}]})) as (gateway, _),
        pytest.raises(NoAnswer, match="filter"),
    ):
        gateway.refunds_updated_since(datetime(2026, 6, 1, tzinfo=UTC))


def test_a_refused_read_tells_zuoras_words_on_one_line() -> None:
    """The words of the server come scrubbed, with its code."""
    said = {"success": False, "reasons": [{"code": 50000010, "message": "no\nright\u202e here"}]}
    with on_script(told(said)) as (gateway, _), pytest.raises(Refused) as caught:
        gateway.refunds_of_account(ACCOUNT)
    assert caught.value.title == "Zuora refused: no right\ufffd here (50000010)."
    assert caught.value.code == "50000010"
    assert isinstance(caught.value, DeskError)
