"""Answers that our simulator never gives: other records than asked, lists that do not add up, long waits."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from nsz_desk.domain.errors import NoAnswer
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import REFUND, ZUORA_ID, Moment
from nsz_desk.gateways.http import Reply
from nsz_desk.gateways.netsuite.caller import Build, Caller
from nsz_desk.gateways.netsuite.mapping import Mapper
from nsz_desk.gateways.netsuite.names import Names, StatusField
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.gateways.netsuite.results import page_in
from nsz_desk.gateways.netsuite.searching import ROUNDS, Searches, by_id
from nsz_desk.gateways.netsuite.soap import SoapNetSuite
from nsz_desk.gateways.netsuite.soap_open import Answer, open_answer
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.settings.model import NetSuiteSecrets, NetSuiteSettings
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_answers import AT, envelope, reply
from tests.gateways.netsuite_desk import Impatient, soap
from tests.gateways.raw_server import RawServer, answer

EASTERN = ZoneInfo("America/New_York")
QUERY = TransactionQuery({"internalId": "Select"})
KEY = SecretStr("k")
KEYS = NetSuiteSecrets(consumer_key=KEY, consumer_secret=KEY, token=KEY, token_secret=KEY)
OK = '<c:status isSuccess="true"/>'


def on(server: RawServer, clock: Any = None) -> SoapNetSuite:
    """The gateway on a server that says what a test wants."""
    return SoapNetSuite(NetSuiteSettings(account="1", url=server.url), KEYS, clock=clock or Impatient())


def said(inside: str) -> bytes:
    """An answer on the wire."""
    return answer(envelope(inside), 200, "Content-Type: text/xml; charset=utf-8")


def a_page(ids: Sequence[str], total: int, index: int, pages: int) -> Answer:
    """A page of a list with these records."""
    rows = "".join(
        '<c:searchRow xsi:type="s:TransactionSearchRow"><s:basic><b:internalId>'
        f'<c:searchValue internalId="{one}"/></b:internalId></s:basic></c:searchRow>'
        for one in ids
    )
    counts = f"<c:totalRecords>{total}</c:totalRecords><c:totalPages>{pages}</c:totalPages>"
    inside = (
        f"<m:searchResponse><c:searchResult>{OK}{counts}<c:pageIndex>{index}</c:pageIndex><c:searchId>W</c:searchId>"
        f"<c:searchRowList>{rows}</c:searchRowList></c:searchResult></m:searchResponse>"
    )
    return open_answer(reply(envelope(inside)), "search")


class Canned:
    """A caller that hands out given pages, the last one again and again."""

    def __init__(self, *pages: Answer) -> None:
        self.pages, self.asked = list(pages), 0

    def read(self, operation: str, build: Build, take: Callable[[Answer], Any]) -> tuple[Any, datetime]:
        """The next page."""
        self.asked += 1
        return take(self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]), AT


def found(canned: Canned) -> list[str]:
    """The ids of the list."""
    rows, _ = Searches(cast(Caller, canned), Messages("2025_2", EASTERN)).transactions(QUERY, by_id)
    return [str(by_id(row)) for row in rows]


def test_a_row_that_comes_twice_in_place_of_another_is_noticed() -> None:
    """Page two repeats a row of page one, so one is missing: the list is read again."""
    twice = a_page(["1", "2"], 3, 1, 2), a_page(["2"], 3, 2, 2)
    right = a_page(["1", "2"], 3, 1, 2), a_page(["3"], 3, 2, 2)
    assert found(Canned(*twice, *right)) == ["1", "2", "3"]


def test_a_total_that_changes_between_pages_is_noticed() -> None:
    """As many rows as the first page promised may still be the wrong ones when the total moved."""
    moved = a_page(["1", "2"], 3, 1, 2), a_page(["9"], 4, 2, 2)
    right = a_page(["1", "2"], 3, 1, 2), a_page(["3"], 3, 2, 2)
    assert found(Canned(*moved, *right)) == ["1", "2", "3"]


def test_a_list_that_never_adds_up_is_no_answer() -> None:
    """After a few rounds it is an error, never a short list."""
    canned = Canned(a_page(["1"], 2, 1, 1))
    with pytest.raises(NoAnswer, match="kept changing"):
        found(canned)
    assert canned.asked == ROUNDS


def test_a_row_without_a_record_is_no_answer() -> None:
    """A row that names no record cannot be counted."""
    with pytest.raises(NoAnswer, match="no record"):
        found(Canned(a_page([""], 1, 1, 1)))


def test_a_page_without_counts_is_no_answer() -> None:
    """A total that is no number proves nothing about completeness."""
    page = a_page(["1"], 1, 1, 1)
    (total,) = page.content.element.iter("{*}totalRecords")
    total.text = "many"
    with pytest.raises(NoAnswer, match="totalRecords"):
        page_in(page)


def test_an_update_of_another_record_is_an_alarm() -> None:
    """A success that names another record than was sent is doubt, not success."""
    ref = '<m:baseRef internalId="{}" type="{}" xsi:type="c:RecordRef"/>'
    body = f"<m:updateResponse><m:writeResponse>{OK}{ref}</m:writeResponse></m:updateResponse>"
    for wrong in (("602", "customerRefund"), ("601", "creditMemo")):
        with RawServer([said(body.format(*wrong))]) as server, pytest.raises(NoAnswer) as caught:
            on(server).write_fields(REFUND, "601", {ZUORA_ID: "8a"}, [])
        assert caught.value.code == "alarm"
    with RawServer([said(body.format("601", "customerRefund"))]) as server:
        assert on(server).write_fields(REFUND, "601", {ZUORA_ID: "8a"}, []) == datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_a_read_of_another_record_is_not_tried_again() -> None:
    """An alarm is told at once."""
    record = '<m:record internalId="602" xsi:type="t:CustomerRefund"/>'
    body = said(f"<m:getResponse><m:readResponse>{OK}{record}</m:readResponse></m:getResponse>")
    with RawServer([body]) as server, pytest.raises(NoAnswer) as caught:
        on(server).read_fields(REFUND, "601")
    assert caught.value.code == "alarm"
    assert len(server.requests) == 1


def test_fewer_records_than_asked_are_no_answer() -> None:
    """Answers of a list of records are told apart by their place, so their number must be right."""
    row = "<t:apply><t:apply>true</t:apply><t:doc>{}</t:doc><t:amount>1.0</t:amount></t:apply>"
    record = (
        '<m:record internalId="601" xsi:type="t:CustomerRefund"><t:applyList>'
        f"{row.format(1)}{row.format(2)}</t:applyList></m:record>"
    )
    one = said(f"<m:getResponse><m:readResponse>{OK}{record}</m:readResponse></m:getResponse>")
    memo = f'<m:readResponse>{OK}<m:record internalId="1" xsi:type="t:CreditMemo"/></m:readResponse>'
    few = said(f"<m:getListResponse><m:readResponseList>{OK}{memo}</m:readResponseList></m:getListResponse>")
    with RawServer([one, few]) as server, pytest.raises(NoAnswer, match="2 records were asked for, 1 came"):
        on(server).read("601")


def test_what_a_right_hides_is_unread() -> None:
    """A document that the role may not read is neither a memo nor something else."""
    with Simulator("demo") as simulator:
        hidden = {"where": "netsuite.get", "kind": "success_false", "code": "INSUFFICIENT_PERMISSION", "nth": 2}
        simulator.router.faults.replace([hidden])
        facts = soap(simulator).read(next(iter(simulator.world.refunds)))
    assert isinstance(facts.refund.applied, Unread)
    assert facts.memos == ()


class Slow(Impatient):
    """Every look at the clock finds it a minute later."""

    def __init__(self) -> None:
        super().__init__()
        self.mono = 0.0

    def now(self) -> Moment:
        """A minute later."""
        self.mono += 60
        return Moment(AT + timedelta(seconds=self.mono), self.mono)


def test_a_read_that_took_long_is_not_tried_again() -> None:
    """Nobody wants to wait for half a minute twice."""
    with RawServer([answer(b"<html/>", 503, "Content-Type: text/html")]) as server, pytest.raises(NoAnswer):
        on(server, Slow()).server_time()
    assert len(server.requests) == 1


def test_only_months_are_periods() -> None:
    """Years, quarters and adjustments hold the same days and are left out; closed is closed."""
    mapper = Mapper(NetSuiteSettings(account="1"), EASTERN, cast(Names, None), cast(StatusField, None))

    def row(**ticks: str) -> Node:
        flags = "".join(f"<b:{name}><c:searchValue>{text}</c:searchValue></b:{name}>" for name, text in ticks.items())
        inside = (
            f"<m:getResponse><m:basic>{flags}<b:periodName><c:searchValue>Feb 2026</c:searchValue></b:periodName>"
            "<b:startDate><c:searchValue>2026-01-31T21:00:00.000-08:00</c:searchValue></b:startDate>"
            "<b:endDate><c:searchValue>2026-02-27T21:00:00.000-08:00</c:searchValue></b:endDate></m:basic>"
            "</m:getResponse>"
        )
        part = open_answer(Reply(200, {}, envelope(inside), AT), "get").content.child("basic")
        assert part is not None
        return part

    month = mapper.period(row(closed="true", isYear="false", isQuarter="false"))
    assert month is not None
    assert (month.name, month.start, month.end) == ("Feb 2026", date(2026, 2, 1), date(2026, 2, 28))
    assert month.is_open is False
    for name in ("isYear", "isQuarter", "isAdjust"):
        assert mapper.period(row(closed="false", **{name: "true"})) is None
    with pytest.raises(ValueError, match="boolean"):
        mapper.period(row())
