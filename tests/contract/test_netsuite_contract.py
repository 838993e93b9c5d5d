"""What every gateway to NetSuite promises. A gateway joins by a parameter of the fixture `netsuite`."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from nsz_desk.domain.errors import Missing
from nsz_desk.domain.facts import known
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Kind
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, NetSuite
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import LONG_AGO, Quiet, rest, soap, world

GATEWAYS: dict[str, Callable[[Simulator], NetSuite]] = {"soap": soap, "rest": rest}
FEW = 12  # calls that a list may take, however many refunds it has


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture(params=GATEWAYS)
def netsuite(request: pytest.FixtureRequest, simulator: Simulator) -> NetSuite:
    """A gateway by its name, on a company as it was at the start."""
    simulator.router.reset()
    return GATEWAYS[request.param](simulator)


def refunds(simulator: Simulator) -> list[dict[str, Any]]:
    """The world's refunds."""
    return [one for one in world(simulator)["netsuite"]["refunds"] if not one["voided"]]


def test_the_list_holds_every_live_refund_with_its_facts(netsuite: NetSuite, simulator: Simulator) -> None:
    """Each refund of the world stands in the list once, with the world's own facts."""
    listed = {one.id: one for one in netsuite.pending(LONG_AGO, Quiet()).refunds}
    assert listed.keys() == {one["id"] for one in refunds(simulator)}
    for one in refunds(simulator):
        found = listed[one["id"]]
        assert (found.number, found.customer_id, found.method) == (one["number"], one["customer_id"], one["method"])
        assert (found.date, found.memo) == (date.fromisoformat(one["date"]), one["memo"])
        assert found.amount == Money(Decimal(one["amount"]), one["currency"])
        assert (found.status_text, found.zuora_id) == (one["integration_status"], one["zuora_id"])
        rows = [(row.doc, row.amount and row.amount.amount) for row in known(found.applied)]
        assert rows == [(row["id"], Decimal(row["amount"])) for row in one["applied_to"]]


def test_the_list_brings_all_memos_and_customers(netsuite: NetSuite, simulator: Simulator) -> None:
    """Whatever memo or customer a listed refund names is there, with the world's own facts."""
    listing = netsuite.pending(LONG_AGO, Quiet())
    named = {row.doc for one in listing.refunds for row in known(one.applied) if row.kind is Kind.CREDIT_MEMO}
    assert named
    assert listing.memos.keys() == named
    assert listing.customers.keys() == {one.customer_id for one in listing.refunds}
    for one in world(simulator)["netsuite"]["credit_memos"]:
        if one["id"] in named:
            memo = listing.memos[one["id"]]
            assert memo.amount == Money(Decimal(one["amount"]), one["currency"])
            assert memo.create_zuora_refund is one["create_zuora_refund"]
            assert memo.payment_id == one["zuora_payment_id"]


def test_the_list_takes_few_calls(netsuite: NetSuite, simulator: Simulator) -> None:
    """The number of calls does not grow with the number of refunds."""
    before = world(simulator)["calls"]["netsuite"]
    assert len(netsuite.pending(LONG_AGO, Quiet()).refunds) > 2 * FEW
    assert world(simulator)["calls"]["netsuite"] - before <= FEW


def test_the_list_begins_at_the_date(netsuite: NetSuite, simulator: Simulator) -> None:
    """A refund of the day itself is in, one of the day before is out and counted if it is not synced."""
    days = sorted({one["date"] for one in refunds(simulator)})
    since = date.fromisoformat(days[len(days) // 2])
    listing = netsuite.pending(since, Quiet())
    assert {one.id for one in listing.refunds} == {one["id"] for one in refunds(simulator) if one["date"] >= str(since)}
    older = [one for one in refunds(simulator) if one["date"] < str(since) and not one["zuora_id"]]
    assert listing.older == len(older) > 0


def test_a_refund_read_whole_says_what_the_list_says(netsuite: NetSuite) -> None:
    """List and whole record agree, so that what was judged is what is sent; a list may not tell a memo's amounts."""
    listing = netsuite.pending(LONG_AGO, Quiet())
    for one in listing.refunds[:12]:
        facts = netsuite.read(one.id)
        assert facts.refund == one
        assert facts.customer == listing.customers[one.customer_id]
        for memo in facts.memos:
            listed = listing.memos[memo.id]
            assert (memo.amount, memo.payment_id, memo.refunds) == (listed.amount, listed.payment_id, listed.refunds)
            assert (memo.reference_zuora_id, memo.created_from) == (listed.reference_zuora_id, listed.created_from)
            assert (memo.item_lines, memo.voided) == (listed.item_lines, listed.voided)
            kinds = [{(row.doc, row.kind) for row in known(each.applied)} for each in (memo, listed)]
            assert kinds[0] == kinds[1]


def test_a_memo_names_every_refund_that_is_applied_to_it(netsuite: NetSuite, simulator: Simulator) -> None:
    """Two refunds on one memo are both named, in the list and in the record, also when one is older than the list."""
    first, second = list(simulator.world.refunds.values())[:2]
    memo_id = first.applied_to[0].doc
    second.applied_to = list(first.applied_to)
    second.date = date(2020, 6, 1)
    since = date(2021, 1, 1)
    both = {first.id, second.id}
    assert set(known(netsuite.pending(since, Quiet()).memos[memo_id].refunds)) == both
    assert set(known(netsuite.read(first.id).memos[0].refunds)) == both


def test_a_voided_memo_is_told_and_a_voided_refund_is_not_listed(netsuite: NetSuite, simulator: Simulator) -> None:
    """Voids are read from evidence, by list and by record."""
    first, second = list(simulator.world.refunds.values())[:2]
    simulator.world.memos[first.applied_to[0].doc].voided = True
    second.voided = True
    listing = netsuite.pending(LONG_AGO, Quiet())
    assert listing.memos[first.applied_to[0].doc].voided is True
    assert second.id not in {one.id for one in listing.refunds}
    assert netsuite.read(first.id).memos[0].voided is True
    assert netsuite.read(second.id).refund.voided is True


def test_an_unknown_refund_is_missing(netsuite: NetSuite) -> None:
    """A record that does not exist is Missing, for every kind of access."""
    for ask in (
        lambda: netsuite.read("99999999"),
        lambda: netsuite.read_fields(REFUND, "99999999"),
        lambda: netsuite.read_fields(MEMO, "99999999"),
        lambda: netsuite.write_fields(REFUND, "99999999", {STATUS: "Creating Refund"}, []),
    ):
        with pytest.raises(Missing):
            ask()


@pytest.mark.parametrize("record", [REFUND, MEMO])
def test_fields_are_set_and_read_back(netsuite: NetSuite, simulator: Simulator, record: str) -> None:
    """What is written is read, by the port and in the world, and nothing else of the world has moved."""
    record_id = next(iter(simulator.world.refunds if record == REFUND else simulator.world.memos))
    values = {STATUS: "Sync Complete", ZUORA_ID: "8a90 <&> é", NOTE: "2026-03-20T12:00:00Z desk-1"}
    before = world(simulator)["netsuite"]
    netsuite.write_fields(record, record_id, values, [])
    found = netsuite.read_fields(record, record_id)
    assert (found.status, found.zuora_id, found.note) == tuple(values.values())
    after = world(simulator)["netsuite"]
    listed = "refunds" if record == REFUND else "credit_memos"
    touched = [one for one in after[listed] if one not in before[listed]]
    assert [one["id"] for one in touched] == [record_id]
    assert touched[0].get("applied_to") == next(one for one in before[listed] if one["id"] == record_id).get(
        "applied_to"
    )


def test_fields_are_cleared_together_with_a_new_value(netsuite: NetSuite, simulator: Simulator) -> None:
    """One update sets one field and clears two; both are blank afterwards."""
    refund_id = next(iter(simulator.world.refunds))
    netsuite.write_fields(REFUND, refund_id, {STATUS: "Creating Refund", ZUORA_ID: "8a1", NOTE: "x"}, [])
    netsuite.write_fields(REFUND, refund_id, {NOTE: "y"}, [STATUS, ZUORA_ID])
    found = netsuite.read_fields(REFUND, refund_id)
    assert (found.status, found.zuora_id, found.note) == ("", "", "y")


def test_times_are_the_servers(netsuite: NetSuite, simulator: Simulator) -> None:
    """Every time handed out is the server's clock in UTC, not this computer's."""
    simulator.world.advance(86_400)
    refund_id = next(iter(simulator.world.refunds))
    expected = datetime.now(UTC) + timedelta(days=1)
    times = [
        netsuite.server_time(),
        netsuite.pending(LONG_AGO, Quiet()).at,
        netsuite.read(refund_id).at,
        netsuite.read_fields(REFUND, refund_id).at,
        netsuite.write_fields(REFUND, refund_id, {NOTE: "z"}, []),
    ]
    for at in times:
        assert at.utcoffset() == timedelta(0)
        assert abs(at - expected) < timedelta(minutes=1)


def test_periods_are_months_with_both_days(netsuite: NetSuite, simulator: Simulator) -> None:
    """Name, first and last day and whether it is open are the world's."""
    found = {one.name: (one.start, one.end, one.is_open) for one in netsuite.periods()}
    assert found == {one.name: (one.start, one.end, not one.closed) for one in simulator.world.ns_periods.values()}
    assert {True, False} == {one[2] for one in found.values()}


def test_the_lines_of_a_memo_come_with_their_texts_and_amounts(netsuite: NetSuite, simulator: Simulator) -> None:
    """Description and item's name as one text; the amounts add up to the memo."""
    memo = next(iter(simulator.world.memos.values()))
    memo.item_lines, memo.item_texts = 3, ["Rest of INV-7", "INV-8 <&> returned"]
    lines = netsuite.memo_lines(memo.id)
    assert [line.text for line in lines] == [
        "Rest of INV-7 Refund item 1",
        "INV-8 <&> returned Refund item 2",
        "Refund item 3",
    ]
    assert sum(line.amount.amount for line in lines) == memo.amount
    assert {line.amount.currency for line in lines} == {memo.currency}
    with pytest.raises(Missing):
        netsuite.memo_lines("999999999")
