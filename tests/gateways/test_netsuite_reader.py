"""Awkward answers: what is read rightly, and what counts as no answer."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from nsz_desk.domain.errors import Changed, Credentials, Missing, NoAnswer, Refused, Setup
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Kind
from nsz_desk.gateways.netsuite.codes import CODES, Failure, error_of
from nsz_desk.gateways.netsuite.links import applied_rows, lines_of, refunds_of_memo
from nsz_desk.gateways.netsuite.results import failure_in, need_success, page_in, record_in
from nsz_desk.gateways.netsuite.soap_open import Failed, open_answer
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Row
from nsz_desk.gateways.netsuite.values import amount, business_date, instant
from tests.gateways.netsuite_answers import AT, envelope, reply

EASTERN = ZoneInfo("America/New_York")


def rows(*inside: str) -> list[Row]:
    """The rows of a page that holds these."""
    listed = "".join(f'<c:searchRow xsi:type="s:TransactionSearchRow">{one}</c:searchRow>' for one in inside)
    page = (
        f'<m:searchResponse><c:searchResult><c:status isSuccess="true"/><c:totalRecords>{len(inside)}</c:totalRecords>'
        f"<c:pageSize>1000</c:pageSize><c:totalPages>1</c:totalPages><c:pageIndex>1</c:pageIndex>"
        f"<c:searchId>W1</c:searchId><c:searchRowList>{listed}</c:searchRowList></c:searchResult></m:searchResponse>"
    )
    return list(page_in(open_answer(reply(envelope(page)), "search")).rows)


def record(inside: str, kind: str = "CustomerRefund") -> Node:
    """A whole record."""
    body = (
        '<m:getResponse><m:readResponse><c:status isSuccess="true"/>'
        f'<m:record internalId="601" xsi:type="t:{kind}">{inside}</m:record></m:readResponse></m:getResponse>'
    )
    response = open_answer(reply(envelope(body)), "get").content.child("readResponse")
    assert response is not None
    return record_in(response, "customerRefund", "601", AT)


def test_a_label_behind_the_value_does_no_harm() -> None:
    """Real rows carry the label after the value, against the schema's order."""
    (row,) = rows(
        "<s:basic><b:tranId><c:searchValue>CR-1</c:searchValue><c:customLabel>No.</c:customLabel></b:tranId>"
        "<b:customFieldList><c:customField scriptId='custbodyA' xsi:type='c:SearchColumnStringCustomField'>"
        "<c:searchValue>Sync Complete</c:searchValue><c:customLabel>x</c:customLabel></c:customField>"
        "</b:customFieldList></s:basic>"
    )
    part = row.get("basic")
    assert part is not None
    assert part.text("tranId") == "CR-1"
    custom = part.custom("custbodya")
    assert custom is not None
    assert (custom.kind, custom.text) == ("String", "Sync Complete")


def test_the_order_of_a_records_fields_does_not_matter() -> None:
    """Fields are found by name, whatever stands before them, also what nobody declared."""
    node = record("<t:nobodyKnows><t:x/></t:nobodyKnows><t:tranId>CR-1</t:tranId><t:memo> a b </t:memo>")
    assert node.text("tranId") == "CR-1"
    assert node.words("memo") == " a b "


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.2345678E7", "12345678"), ("-5000.0", "5000.0"), ("0.1", "0.1"), ("-1.0E8", "100000000"), ("12.30", "12.30")],
)
def test_amounts_are_exact_and_without_sign(text: str, value: str) -> None:
    """Exponents and negative amounts of refunds read as the amount, to the last digit."""
    assert amount(text) == Decimal(value)
    assert "E" not in str(amount(text))


@pytest.mark.parametrize("text", ["", "NaN", "INF", "1,5", "1e999", "five"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Nothing that is not a finite number becomes money."""
    with pytest.raises(ValueError, match="not an amount"):
        amount(text)


def test_a_date_is_the_users_day() -> None:
    """The evening before in Pacific time is the next day's midnight in the East."""
    assert business_date("2023-04-04T21:00:00.000-07:00", EASTERN) == date(2023, 4, 5)
    assert business_date("2023-12-31T21:00:00.000-08:00", EASTERN) == date(2024, 1, 1)


def test_a_wrong_zone_in_the_profile_is_noticed() -> None:
    """Where dates do not begin at midnight the zone is wrong, and every refund date would be."""
    with pytest.raises(Setup, match="midnight"):
        business_date("2023-04-04T21:00:00.000-07:00", ZoneInfo("America/Los_Angeles"))


def test_a_midnight_that_the_clocks_skip_is_a_midnight() -> None:
    """Where summer time begins at midnight the day starts at one."""
    assert business_date("2018-11-04T03:00:00Z", ZoneInfo("America/Sao_Paulo")) == date(2018, 11, 4)


@pytest.mark.parametrize("text", ["2018-11-04T04:00:00Z", "2018-11-04T05:00:00Z"])
def test_a_midnight_that_comes_twice_is_a_midnight(text: str) -> None:
    """Where summer time ends at one o'clock the day has two midnights."""
    assert business_date(text, ZoneInfo("America/Havana")) == date(2018, 11, 4)


def test_an_instant_without_a_zone_is_pacific() -> None:
    """As NetSuite says."""
    assert instant("2026-01-15T09:00:00.000") == datetime(2026, 1, 15, 17, tzinfo=UTC)


def test_missing_columns_read_as_blank() -> None:
    """NetSuite leaves out what is blank."""
    (row,) = rows("<s:basic><b:internalId><c:searchValue internalId='7'/></b:internalId></s:basic>")
    part = row.get("basic")
    assert part is not None
    assert (part.text("memo"), part.ref("entity"), part.custom("custbodya")) == ("", "", None)
    assert row.get("customerMainJoin") is None


@pytest.mark.parametrize(
    ("body", "status", "content_type"),
    [
        (b"<!DOCTYPE html><html><body>Please try later</body></html>", 200, "text/html"),
        (b"<html><body>503</body></html>", 503, "text/xml"),
        (b"", 200, "text/xml"),
        (b"{}", 200, "application/json"),
        (envelope("<m:getResponse/>")[:-20], 200, "text/xml"),
        (envelope("<m:getResponse/>"), 502, "text/xml"),
        (envelope("<m:updateResponse/>"), 200, "text/xml"),
        (envelope(""), 200, "text/xml"),
        (envelope("<m:getResponse/><m:getResponse/>"), 200, "text/xml"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + envelope("<m:getResponse/>"), 200, "text/xml"),
        (envelope("<m:getResponse/>").replace(b".webservices.netsuite.com", b".example.com"), 200, "text/xml"),
    ],
)
def test_nonsense_is_no_answer(body: bytes, status: int, content_type: str) -> None:
    """A web page, half an answer, a document type, another answer: none of them says anything certain."""
    with pytest.raises(NoAnswer):
        open_answer(reply(body, status, content_type), "get")


def test_an_entity_is_not_expanded_and_a_file_is_not_read() -> None:
    """An answer with a document type is refused before anything of it is used."""
    body = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + envelope("<m:getResponse>&x;</m:getResponse>")
    with pytest.raises(NoAnswer):
        open_answer(reply(body), "get")


def test_another_endpoint_version_is_read() -> None:
    """The version of the answer's namespaces does not matter; names do."""
    assert open_answer(reply(envelope("<m:getResponse/>", "2023_1")), "get").at == AT


def test_a_fault_is_named_by_its_detail() -> None:
    """The first child of the detail that is a fault counts, wherever host names stand."""
    fault = (
        "<e:Fault><faultcode>e:Server.userException</faultcode><faultstring>long</faultstring><detail>"
        "<ns1:hostname xmlns:ns1='http://xml.apache.org/axis/'>h</ns1:hostname><f:invalidCredentialsFault>"
        "<f:code>INVALID_LOGIN_ATTEMPT</f:code><f:message>Invalid\nlogin</f:message></f:invalidCredentialsFault>"
        "</detail></e:Fault>"
    )
    with pytest.raises(Failed) as failed:
        open_answer(reply(envelope(fault), 500), "get")
    assert failed.value.failure == Failure("INVALID_LOGIN_ATTEMPT", "Invalid login", "invalidCredentialsFault")
    assert isinstance(error_of(failed.value.failure, AT), Credentials)


def status(inside: str, success: str) -> Node:
    """Something with a status."""
    node = open_answer(
        reply(envelope(f'<m:getResponse><c:status isSuccess="{success}">{inside}</c:status></m:getResponse>')), "get"
    )
    return node.content


DETAIL = "<c:statusDetail type='{}'>{}</c:statusDetail>"


def test_a_warning_on_success_is_success() -> None:
    """Only isSuccess counts; a detail that failed nothing is no failure."""
    need_success(status(DETAIL.format("WARN", "<c:afterSubmitFailed>false</c:afterSubmitFailed>"), "true"), AT)


@pytest.mark.parametrize("name", ["afterSubmitFailed", "aftersubmitFailed"])
@pytest.mark.parametrize("success", ["true", "false"])
def test_a_failure_after_saving_is_no_answer(name: str, success: str) -> None:
    """The record was saved all the same, so the error must not say that nothing happened, whatever the code."""
    inside = f"<c:{name}>true</c:{name}><c:code>RCRD_LOCKED_BY_WF</c:code><c:message>x</c:message>"
    failure = failure_in(status(DETAIL.format("ERROR", inside), success), AT)
    assert failure is not None
    assert not failure.busy
    assert isinstance(error_of(failure, AT), NoAnswer)


def test_a_status_that_says_nothing_is_no_answer() -> None:
    """Without a clear isSuccess nothing is known."""
    with pytest.raises(NoAnswer):
        need_success(status("", "perhaps"), AT)
    with pytest.raises(NoAnswer):
        need_success(None, AT)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RCRD_DSNT_EXIST", Missing),
        ("RCRD_HAS_BEEN_CHANGED", Changed),
        ("TRAN_PRD_CLOSED", Refused),
        ("RCRD_LOCKED_BY_WF", Refused),
        ("INSUFFICIENT_PERMISSION", Credentials),
        ("SESSION_TIMED_OUT", Credentials),
        ("UNEXPECTED_ERROR", NoAnswer),
        ("USER_ERROR", NoAnswer),
        ("A_CODE_OF_TOMORROW", NoAnswer),
        ("", NoAnswer),
    ],
)
def test_a_code_stands_for_what_it_proves(code: str, kind: type[Exception]) -> None:
    """Only codes that prove something say so; all others say that nothing is known."""
    error = error_of(Failure(code, "words"), AT)
    assert type(error) is kind
    assert (error.code, error.at) == (code, AT)
    assert error.title
    assert error.message
    assert error.hint


def test_every_code_of_the_table_has_words() -> None:
    """No meaning is without a title and a next step."""
    assert all(one.title and one.hint for one in CODES.values())


def test_a_servers_words_are_one_short_line() -> None:
    """Control characters and length of a server's text do not get through."""
    error = error_of(Failure("USER_ERROR", "a\x00b\n" + "x" * 900), AT)
    assert "\n" not in error.title
    assert "\x00" not in error.title
    assert len(error.title) < 400


def test_another_record_than_asked_is_an_alarm() -> None:
    """An answer about another record is worse than none."""
    with pytest.raises(NoAnswer) as caught:
        record("", kind="CreditMemo")
    assert caught.value.code == "alarm"


def test_a_saved_deposit_counts_once() -> None:
    """Deposits move into the apply list; only those that are not there count from the deposit list."""
    taken = "<t:apply>true</t:apply><t:doc>{}</t:doc><t:amount>{}</t:amount>"
    node = record(
        f"<t:applyList><t:apply>{taken.format(1, '10.0')}</t:apply>"
        f"<t:apply><t:apply>false</t:apply><t:doc>9</t:doc><t:amount>7</t:amount></t:apply></t:applyList>"
        f"<t:depositList><t:customerRefundDeposit>{taken.format(1, '10.0')}</t:customerRefundDeposit>"
        f"<t:customerRefundDeposit>{taken.format(2, '5.0')}</t:customerRefundDeposit></t:depositList>"
    )
    assert list(applied_rows(node)) == [("1", Decimal("10.0")), ("2", Decimal("5.0"))]


def test_a_link_without_its_type_is_not_guessed() -> None:
    """Without the joined type it is not known what a row is applied to."""
    link = (
        "<s:basic><b:appliedToForeignAmount><c:searchValue>-12.5</c:searchValue></b:appliedToForeignAmount>"
        "<b:appliedToTransaction><c:searchValue internalId='501'/></b:appliedToTransaction>"
        "<b:internalId><c:searchValue internalId='601'/></b:internalId></s:basic>"
    )
    join = (
        "<s:appliedToTransactionJoin><b:type><c:searchValue>_{}</c:searchValue></b:type></s:appliedToTransactionJoin>"
    )
    told = lines_of(rows(link + join.format("creditMemo")))["601"]
    assert told.whole
    assert (told.applied[0].kind, told.applied[0].amount) == (Kind.CREDIT_MEMO, Decimal("12.5"))
    assert lines_of(rows(link + join.format("journal")))["601"].applied[0].kind is Kind.OTHER
    assert not lines_of(rows(link))["601"].whole


def test_a_list_that_does_not_show_the_refund_itself_proves_nothing() -> None:
    """Who else is applied to a memo is known only from a source that shows what is known already."""
    assert refunds_of_memo({"1"}, {"1", "2"}, set()) == ("1", "2")
    assert refunds_of_memo({"1"}, set(), {"1"}) == ("1",)
    assert isinstance(refunds_of_memo({"1"}, set(), set()), Unread)
    assert isinstance(refunds_of_memo({"1"}, {"2"}, set()), Unread)
    assert isinstance(refunds_of_memo(set(), set(), set()), Unread)
