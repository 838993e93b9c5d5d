"""Lists over REST: few calls, all rows, both directions of links, and only what the role may see."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from nsz_desk.domain.errors import Credentials, NoAnswer
from nsz_desk.domain.facts import Unread, known
from nsz_desk.domain.records import Kind
from nsz_desk.engine.ports import NetSuiteListing
from nsz_desk.engine.survey import ListFound
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.rest import RestNetSuite
from nsz_desk.gateways.netsuite.suiteql import Query
from nsz_desk.settings.model import NetSuiteSettings
from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import Applied
from tests.gateways.netsuite_desk import LONG_AGO, Impatient, Quiet, Wire, rest, soap
from tests.gateways.raw_server import RawServer, answer
from tests.gateways.test_oauth import SECRETS

LINKS = ["nexttransactionlinelink", "previoustransactionlinelink"]


@pytest.fixture(scope="module")
def company() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture
def simulator(company: Simulator) -> Simulator:
    """The demo company as it was at the start."""
    company.router.reset()
    return company


def listing(simulator: Simulator, **changes: Any) -> NetSuiteListing:
    """All refunds over REST."""
    return rest(simulator, **changes).pending(LONG_AGO, Quiet())


def lists(desk: RestNetSuite) -> tuple[ListFound, ...]:
    """What the doctor is told of each list."""
    survey = desk.survey(LONG_AGO)
    survey.sign_in()
    return survey.lists()


def without_amounts(found: NetSuiteListing) -> NetSuiteListing:
    """The listing with what SOAP's lists do not tell taken out: the amounts of memos' rows, and the time."""
    memos = {}
    for key, memo in found.memos.items():
        rows = tuple(sorted((replace(row, amount=None) for row in known(memo.applied)), key=lambda row: row.doc))
        memos[key] = replace(memo, applied=rows)
    return replace(found, memos=memos, at=datetime.min, refunds=tuple(sorted(found.refunds, key=lambda one: one.id)))


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"refund_is_previousdoc": False},
        {"totals_are_negative": False},
        {"status_is_list": True},
        {"lists_open_credits": True},
        {"suiteql_zone": "America/Los_Angeles"},
        {"suiteql_zone": "Asia/Kolkata"},
        {"suiteql_hides": ["nexttransactionlinelink"]},
        {"suiteql_hides": ["previoustransactionlinelink"]},
        {"suiteql_hides": ["currency"]},
        {"suiteql_hides": ["transaction.voided"]},
        {"suiteql_hides": ["customer.altname", "customer.companyname"]},
    ],
    ids=lambda switches: json.dumps(switches),
)
def test_both_gateways_tell_the_same_of_one_account(simulator: Simulator, switches: dict[str, Any]) -> None:
    """Whatever reading of the vendor's formats is true, SOAP's list and REST's are the same, and so are whole reads."""
    for name, value in switches.items():
        setattr(simulator.world.netsuite, name, value)
    ours, theirs = rest(simulator), soap(simulator)
    found = without_amounts(ours.pending(LONG_AGO, Quiet()))
    expected = without_amounts(theirs.pending(LONG_AGO, Quiet()))
    older = found.older if "voided" in str(switches) else expected.older  # a number that may be left out
    assert replace(found, older=older) == replace(expected, older=older)
    for refund_id in list(simulator.world.refunds)[:6]:
        facts = ours.read(refund_id)
        assert facts == replace(theirs.read(refund_id), at=facts.at)


def test_a_list_takes_one_call_for_a_thousand_rows(simulator: Simulator) -> None:
    """With pages of 7 rows no list takes more calls than its rows need; ids are asked for a thousand at once."""
    wire = Wire()
    found = listing(simulator, page_size=7, wire=wire)
    assert len(found.refunds) == len(simulator.world.refunds)
    asked = [json.loads(body)["q"] for body in wire.sent if b'"q"' in body]
    assert len(asked) == len(wire.sent) - 2  # the others are the token and the record that tells the zone
    calls: dict[str, int] = {}
    for statement in asked:
        source = statement.partition(" FROM ")[2].partition(" ")[0] + statement.partition("t.type = ")[2][:10]
        calls[source] = calls.get(source, 0) + 1
    rows = {"transaction'CustRfnd'": len(found.refunds), "transaction'CustCred'": len(found.memos)}
    for source, count in rows.items():
        assert calls[source] <= -(-count // 7) + 1, calls  # the one more: the count of older refunds
    assert calls["transactionline"] <= -(-len(found.memos) // 7)


def test_small_pages_bring_the_same_as_large_ones(simulator: Simulator) -> None:
    """Keyset paging neither loses nor doubles a row, also where a page ends between two links of one refund."""
    seventh = sorted(simulator.world.refunds)[6]  # each before it has one link, so its two are the last and the first
    other = next(iter(simulator.world.memos.values()))
    simulator.world.refunds[seventh].applied_to.append(Applied(other.id, "credit_memo", other.amount))
    large, small = listing(simulator), listing(simulator, page_size=7)
    assert replace(small, at=large.at) == large
    assert len(known(next(one for one in small.refunds if one.id == seventh).applied)) == 2


def test_values_are_bound_and_never_part_of_a_statement(simulator: Simulator) -> None:
    """Statements hold no id and no date; what varies travels as parameters."""
    wire = Wire()
    listing(simulator, wire=wire)
    for body in wire.sent:
        if b'"q"' not in body:
            continue
        asked = json.loads(body)
        assert not [word for word in asked["params"] if f" {word} " in asked["q"] or f"'{word}'" in asked["q"]]
        assert asked["q"].count("?") == len(asked["params"])


def test_ids_that_are_none_never_reach_a_statement() -> None:
    """An id is digits; anything else stops here."""
    with pytest.raises(ValueError, match="not an internal id"):
        Query({"id": "t.id"}, "transaction t", ("id",)).among("id", ("1", "2) OR 1=1 --"))


def test_a_pair_key_goes_on_behind_the_pair() -> None:
    """The condition of the next page is exactly 'beyond this pair' in the order of the list."""
    query = Query({"id": "l.a", "doc": "l.b"}, "x l", ("id", "doc"), ("l.c = ?",), ("first",)).beyond(("5", "7"))
    assert query.where[-1] == "(l.a > ? OR (l.a = ? AND l.b > ?))"
    assert query.params == ("first", "5", "5", "7")
    assert query.text().endswith("ORDER BY l.a, l.b")


def test_links_that_contradict_each_other_stay_unread(simulator: Simulator) -> None:
    """Two rows of one pair with different amounts: the list cannot tell what was applied, so a record must."""
    refund = simulator.world.refunds["48001"]
    memo = refund.applied_to[0]
    refund.applied_to = [memo, Applied(memo.doc, memo.type, memo.amount + 1)]
    found = {one.id: one for one in listing(simulator).refunds}
    assert isinstance(found["48001"].applied, Unread)
    assert not isinstance(found["48002"].applied, Unread)


def test_a_few_refunds_without_links_are_read_whole_and_many_stay_unread(simulator: Simulator) -> None:
    """Ten single reads at most: a list must never turn into a call for each row."""
    refunds = list(simulator.world.refunds.values())
    for one in refunds[:2]:
        one.applied_to = []
    found = {one.id: one for one in listing(simulator).refunds}
    assert [found[one.id].applied for one in refunds[:2]] == [(), ()]
    simulator.world.netsuite.applied_columns_filled = False
    before = simulator.world.calls["netsuite"]
    assert all(isinstance(one.applied, Unread) for one in listing(simulator).refunds)
    assert simulator.world.calls["netsuite"] - before <= 8


@pytest.mark.parametrize(("hidden", "words"), [(LINKS, "linelink"), (["transactionline"], ""), (["customer"], "")])
def test_what_the_role_may_not_see_is_unread_and_named(simulator: Simulator, hidden: list[str], words: str) -> None:
    """Without links no refund is green, without lines no memo, without customers no customer; the doctor says why."""
    simulator.world.netsuite.suiteql_hides = hidden
    desk = rest(simulator)
    found = desk.pending(LONG_AGO, Quiet())
    assert len(found.refunds) == len(simulator.world.refunds)
    if words:
        assert all(isinstance(one.applied, Unread) and words in one.applied.why for one in found.refunds)
    assert bool(found.memos) is (hidden == ["customer"])
    assert bool(found.customers) is (hidden != ["customer"])
    told = [f"{one.rows} {one.lacks}" for one in lists(desk)]
    assert any(hidden[0] in one for one in told), told


@pytest.mark.parametrize("column", ["transaction.custbodyzuoraid", "transaction.trandate", "transaction"])
def test_without_what_a_refund_cannot_be_judged_by_there_is_no_list(simulator: Simulator, column: str) -> None:
    """A hidden Zuora ID would look like a blank one, so the list is refused and names what is missing."""
    simulator.world.netsuite.suiteql_hides = [column]
    with pytest.raises(Credentials, match=column.rpartition(".")[2]) as caught:
        listing(simulator)
    assert "administrator" in caught.value.hint


def test_a_hidden_method_leaves_a_refund_without_one(simulator: Simulator) -> None:
    """It then maps to no method, which blocks; nothing is guessed, and the doctor names the column."""
    simulator.world.netsuite.suiteql_hides = ["transaction.paymentmethod"]
    desk = rest(simulator)
    assert {one.method for one in desk.pending(LONG_AGO, Quiet()).refunds} == {""}
    assert "paymentmethod" in next(one.lacks for one in lists(desk) if one.name == "refunds")


def test_times_without_a_known_zone_stay_unknown(simulator: Simulator) -> None:
    """SuiteQL's times name no zone; where no record teaches it, they are left out and never guessed."""
    simulator.world.netsuite.suiteql_hides = ["transaction.lastmodifieddate"]
    assert {one.created for one in listing(simulator).refunds} == {None}


def test_periods_that_may_not_be_seen_are_named(simulator: Simulator) -> None:
    """Some accounts do not show periods to SuiteQL; the caller makes a note of it."""
    simulator.world.netsuite.suiteql_hides = ["accountingperiod"]
    with pytest.raises(Credentials, match="accountingperiod"):
        rest(simulator).periods()


def test_an_open_credit_that_is_not_applied_is_no_application(simulator: Simulator) -> None:
    """Records load as for editing, so unticked rows stand among the applied ones."""
    simulator.world.netsuite.lists_open_credits = True
    refund = next(iter(simulator.world.refunds.values()))
    spare = simulator.world.memos[next(one for one in simulator.world.memos if one != refund.applied_to[0].doc)]
    spare.customer_id = refund.customer_id
    rows = known(rest(simulator).read(refund.id).refund.applied)
    assert [row.doc for row in rows] == [refund.applied_to[0].doc]


def test_a_glance_tells_the_refund_and_its_memo_in_two_calls(simulator: Simulator) -> None:
    """What would need a list is left unread."""
    desk = rest(simulator)
    desk.server_time()
    desk.read("48001")  # names are kept once read
    before = simulator.world.calls["netsuite"]
    seen = desk.glance("48001")
    assert simulator.world.calls["netsuite"] - before == 2
    assert (seen.refund.id, seen.memos[0].id) == ("48001", simulator.world.refunds["48001"].applied_to[0].doc)
    assert isinstance(seen.refund.voided, Unread)
    assert isinstance(seen.customer, Unread)


def test_kinds_are_told_apart(simulator: Simulator) -> None:
    """An invoice among a memo's rows is one, in the list and in the record."""
    memo = simulator.world.memos[simulator.world.refunds["48001"].applied_to[0].doc]
    memo.applied_to = [Applied("19011", "invoice", memo.amount)]
    for found in (listing(simulator).memos[memo.id], rest(simulator).read("48001").memos[0]):
        kinds = {row.doc: row.kind for row in known(found.applied)}
        assert kinds["19011"] is Kind.INVOICE


def test_pages_that_do_not_go_on_end_in_no_answer() -> None:
    """A server that gives the same page again and again is not believed."""
    given = answer(json.dumps({"access_token": "t", "expires_in": "3600"}).encode())
    page = answer(json.dumps({"items": [{"id": "5"}], "count": 1, "hasMore": True, "totalResults": 9}).encode())
    with RawServer([given, page]) as server:
        clock = Impatient()
        settings = NetSuiteSettings(interface="rest", account="1", url=server.url)
        desk = RestNetSuite(settings, SECRETS, clock=clock, http=Http(1, pause=clock.sleep))
        with pytest.raises(NoAnswer, match="do not go on"):
            desk.periods()
    assert len(server.requests) == 3
