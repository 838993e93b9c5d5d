"""Invoices with dates and balances, with and without Invoice Settlement, against the simulator over sockets."""

from collections.abc import Iterator

import pytest

from nsz_desk.domain.errors import Missing, NoAnswer
from tests.gateways.zuora_desk import HEX, Bench, on_script, on_simulator, told

GONE = HEX + "ffff"


@pytest.fixture(params=[True, False], ids=["settlement", "no settlement"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A gateway on the demo company, in both modes."""
    with on_simulator(request.param) as found:
        yield found


def test_every_invoice_is_read_as_the_world_has_it(bench: Bench) -> None:
    """All in few calls; date, number, amount, balance and currency are the world's; what does not exist is left out."""
    found = bench.gateway.invoices([*bench.world.invoices, GONE])
    assert found.keys() == bench.world.invoices.keys()
    assert len(bench.paths()) < 10
    for invoice in bench.world.invoices.values():
        read = found[invoice.id]
        assert (read.id, read.number, read.date) == (invoice.id, invoice.number, invoice.date)
        assert (read.amount.amount, read.balance.amount) == (invoice.amount, invoice.balance)
        assert read.balance.currency == invoice.currency


def test_a_balance_by_id_is_the_newest(bench: Bench) -> None:
    """What a refund took is owed again, and the read by id shows it at once."""
    invoice = next(iter(bench.world.invoices.values()))
    before = bench.gateway.read_invoice(invoice.id)
    invoice.balance += 5
    after = bench.gateway.read_invoice(invoice.id)
    assert after.balance.amount == before.balance.amount + 5


@pytest.mark.parametrize("key", [GONE, "../refunds", "", "a b"])
def test_an_invoice_that_is_not_there_is_missing(bench: Bench, key: str) -> None:
    """By an id of nobody, and by a text that cannot be one: that is never put into an address."""
    with pytest.raises(Missing):
        bench.gateway.read_invoice(key)
    assert bench.gateway.invoices([key]) == {}


def test_where_invoices_cannot_be_searched_they_are_read_one_by_one() -> None:
    """Whether the filter exists is documented nowhere."""
    invoice = {
        "id": GONE, "invoiceNumber": "INV-1", "accountId": HEX + "1001", "invoiceDate": "2026-01-31",
        "amount": 100, "balance": "12.30", "currency": "USD", "success": True,
    }  # fmt: skip
    refused = told({"reasons": [{"code": 50000040, "message": "no such filter"}]}, 400)
    with on_script(refused, told(invoice)) as (gateway, _):
        read = gateway.invoices([GONE])[GONE]
    assert str(read.balance) == "12.30 USD"


def test_an_invoice_without_a_balance_is_no_answer() -> None:
    """A balance is never taken for zero."""
    invoice = {"id": GONE, "invoiceNumber": "INV-1", "invoiceDate": "2026-01-31", "amount": 1, "currency": "USD"}
    with on_script(told(invoice | {"success": True})) as (gateway, _), pytest.raises(NoAnswer):
        gateway.read_invoice(GONE)
