"""Searches find what was asked for, refuse what nobody understands, and run again for every page."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest

from nsz_desk.simulator.world import Applied, NsRefund, World
from tests.simulator.netsuite_envelopes import (
    MADE,
    MAIN,
    STATUS,
    Said,
    ask,
    columns,
    of_type,
    preferences,
    search,
    small_world,
)

REFUNDS = of_type("customerRefund")
ID = columns("internalId")


def ids(said: Said) -> list[str]:
    """The internal ids of the rows found, in order."""
    return [node.get("internalId", "") for node in said.all("c:searchRow/sales:basic/b:internalId/c:searchValue")]


def crowd(count: int) -> World:
    """A world with `count` refunds, numbered from 1000."""
    world = small_world()
    world.refunds.clear()
    for number in range(1000, 1000 + count):
        world.refunds[str(number)] = NsRefund(
            str(number), f"CR{number}", "11", date(2026, 2, 1), Decimal(number), "USD", "Check", "m", MADE, MADE,
            applied_to=[Applied("501", "credit_memo", Decimal(number))],
        )  # fmt: skip
    return world


def more(world: World, first: Said, page: int) -> Said:
    """Ask for another page of a search."""
    search_id = first.text("c:searchId")
    return ask(
        world,
        f"<m:searchMoreWithId><m:searchId>{search_id}</m:searchId><m:pageIndex>{page}</m:pageIndex></m:searchMoreWithId>",
    )


def test_the_main_line_gives_one_row_per_refund() -> None:
    """Columns asked for come back, selects with an id only, amounts negative, the total positive."""
    said = ask(small_world(), search(REFUNDS + MAIN, columns("fxAmount", "internalId", "total", "tranDate", "type")))
    assert ids(said) == ["601", "602"]
    assert [node.text for node in said.all("b:fxAmount/c:searchValue")] == ["-120.0", "-240.0"]
    assert [node.text for node in said.all("b:total/c:searchValue")] == ["120.0", "240.0"]
    assert said.all("b:type/c:searchValue")[0].text == "_customerRefund"
    assert said.all("b:tranDate/c:searchValue")[0].text == "2026-02-01T21:00:00.000-08:00"
    assert not said.all("b:internalId//c:name")
    assert not said.all("b:tranId")


def test_without_main_line_every_line_is_a_row() -> None:
    """A refund's application is a row of its own, with the memo's columns in the join."""
    join = f"<sales:appliedToTransactionJoin>{columns('internalId', 'tranId', 'type')}</sales:appliedToTransactionJoin>"
    asked = columns("appliedToForeignAmount", "appliedToLinkType", "appliedToTransaction", "internalId")
    said = ask(small_world(), search(REFUNDS, asked, join))
    assert ids(said) == ["601", "601", "602", "602"]
    assert [node.get("internalId") for node in said.all("b:appliedToTransaction/c:searchValue")] == ["501", "502"]
    assert [node.text for node in said.all("b:appliedToForeignAmount/c:searchValue")] == ["120.0", "240.0"]
    assert [node.text for node in said.all("sales:appliedToTransactionJoin/b:type/c:searchValue")] == [
        "_creditMemo"
    ] * 2


def test_an_account_may_leave_the_links_blank() -> None:
    """By switch the lines stay but say nothing of what they are applied to."""
    world = small_world()
    world.netsuite.applied_columns_filled = False
    said = ask(world, search(REFUNDS, columns("appliedToTransaction", "internalId")))
    assert len(ids(said)) == 4
    assert not said.all("b:appliedToTransaction")


def test_a_memo_shows_items_invoices_and_by_switch_its_refund() -> None:
    """Memo 502 has a body line, two items, one invoice and one refund."""
    world = small_world()
    asked = columns("appliedToTransaction", "applyingTransaction", "internalId", "item", "mainLine")
    join = f"<sales:applyingTransactionJoin>{columns('tranId', 'type')}</sales:applyingTransactionJoin>"
    only = of_type("creditMemo") + '<b:internalId operator="anyOf"><c:searchValue internalId="502"/></b:internalId>'
    said = ask(world, search(only, asked, join))
    assert ids(said) == ["502"] * 5
    assert len(said.all("b:item")) == 2
    assert said.all("b:appliedToTransaction/c:searchValue")[0].get("internalId") == "301"
    assert said.all("b:applyingTransaction/c:searchValue")[0].get("internalId") == "602"
    assert said.text("sales:applyingTransactionJoin/b:type/c:searchValue") == "_customerRefund"
    world.netsuite.memo_shows_refund_row = False
    assert len(ids(ask(world, search(only, asked, join)))) == 4


def test_the_customer_joins_in() -> None:
    """The header join shows name, id and the Zuora ID of the customer."""
    zuora_id = '<c:customField xsi:type="c:SearchColumnStringCustomField" scriptId="custentityzuoraid"/>'
    asked = columns("altName", "internalId") + f"<b:customFieldList>{zuora_id}</b:customFieldList>"
    join = f"<sales:customerMainJoin>{asked}</sales:customerMainJoin>"
    said = ask(small_world(), search(REFUNDS + MAIN, ID, join))
    assert said.all("sales:customerMainJoin/b:altName/c:searchValue")[0].text == 'Åkerman & "Söner" <AB>'
    assert said.all("sales:customerMainJoin//c:customField/c:searchValue")[0].text == "8a90z1"


def one(name: str, operator: str, *values: str) -> str:
    """A date or text criterion."""
    sent = "".join(f"<c:searchValue{'2' if place else ''}>{value}</c:searchValue{'2' if place else ''}>"
                   for place, value in enumerate(values))  # fmt: skip
    return f'<b:{name} operator="{operator}">{sent}</b:{name}>'


EASTERN_MIDNIGHT = "2026-02-01T21:00:00.000-08:00"  # the second of February for the user


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (one("tranDate", "on", EASTERN_MIDNIGHT), ["601"]),
        (one("tranDate", "on", "2026-02-02T05:00:00Z"), ["601"]),
        (one("tranDate", "notOn", EASTERN_MIDNIGHT), ["602"]),
        (one("tranDate", "after", EASTERN_MIDNIGHT), ["602"]),
        (one("tranDate", "before", EASTERN_MIDNIGHT), []),
        (one("tranDate", "onOrAfter", "2026-02-03T00:00:00-05:00"), ["602"]),
        (one("tranDate", "onOrBefore", "2026-02-03T00:00:00"), ["601", "602"]),  # no zone is Pacific: still the third
        (one("tranDate", "within", EASTERN_MIDNIGHT, "2026-02-28T00:00:00-05:00"), ["601", "602"]),
        (one("lastModifiedDate", "after", "2026-02-03T17:30:00Z"), ["602"]),
        (one("lastModifiedDate", "onOrAfter", "2026-02-03T09:30:00-08:00"), ["601", "602"]),
        (one("lastModifiedDate", "on", "2026-02-03T00:00:00-05:00"), ["601"]),
        (one("tranId", "is", "cr-2"), ["602"]),
        (one("tranId", "startsWith", "CR-"), ["601", "602"]),
        ("<b:voided><c:searchValue>true</c:searchValue></b:voided>", ["602"]),
        ("<b:voided><c:searchValue>false</c:searchValue></b:voided>", ["601"]),
        ('<b:status operator="noneOf"><c:searchValue>_customerRefundVoided</c:searchValue></b:status>', ["601"]),
        ('<b:entity operator="anyOf"><c:searchValue internalId="11"/></b:entity>', ["601", "602"]),
        ('<b:entity operator="anyOf"><c:searchValue internalId="12"/></b:entity>', []),
        ('<b:internalId operator="noneOf"><c:searchValue internalId="601"/></b:internalId>', ["602"]),
    ],
)
def test_criteria_mean_what_they_say(criterion: str, found: list[str]) -> None:
    """Dates are days of the user's zone, instants are instants, texts ignore case."""
    world = small_world()
    second = world.refunds["602"]
    second.date, second.modified, second.voided = date(2026, 2, 3), MADE + timedelta(days=1), True
    assert ids(ask(world, search(REFUNDS + criterion + MAIN, ID))) == found


def field(operator: str, value: str = "", script_id: str = STATUS, kind: str = "String") -> str:
    """A criterion on a custom field."""
    sent = f"<c:searchValue>{value}</c:searchValue>" if value else ""
    at = f' operator="{operator}"' if operator else ""
    inner = f'<c:customField xsi:type="c:Search{kind}CustomField" scriptId="{script_id}"{at}>{sent}</c:customField>'
    return f"<b:customFieldList>{inner}</b:customFieldList>"


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("is", "sync complete", ["602"]), ("isNot", "Sync Complete", ["601"]), ("empty", "", ["601"]),
        ("notEmpty", "", ["602"]), ("contains", "COMP", ["602"]), ("startsWith", "Sync", ["602"]),
        ("startsWith", "Complete", []), ("doesNotContain", "x", ["601", "602"]),
    ],
)  # fmt: skip
def test_custom_texts_are_searched(operator: str, value: str, found: list[str]) -> None:
    """The operators the desk needs to find what is not synced yet."""
    world = small_world()
    world.refunds["602"].integration_status = "Sync Complete"
    assert ids(ask(world, search(REFUNDS + MAIN + field(operator, value), ID))) == found


def test_is_not_may_overlook_blanks() -> None:
    """By switch `isNot` leaves blank fields out, the other reading of the vendor's page."""
    world = small_world()
    world.netsuite.is_not_includes_empty = False
    assert ids(ask(world, search(REFUNDS + MAIN + field("isNot", "Sync Complete"), ID))) == []


def test_ticks_and_choices_are_searched() -> None:
    """The memo's flag by a boolean, its payment reference by a multi-select, @NONE@ for a blank one."""
    world = small_world()
    world.memos["501"].create_zuora_refund = False
    world.memos["501"].payment_reference = ""
    memos = of_type("creditMemo") + MAIN
    flag = field("", "true", "custbodyzuoracreatezuorarefund", "Boolean")
    assert ids(ask(world, search(memos + flag, ID))) == ["502"]
    choice = field("anyOf", "X", "custbodyzuorarefundpaymentreference", "MultiSelect")
    for wanted, found in (("401", ["502"]), ("@NONE@", ["501"])):
        value = choice.replace("<c:searchValue>X</c:searchValue>", f'<c:searchValue internalId="{wanted}"/>')
        assert ids(ask(world, search(memos + value, ID))) == found


@pytest.mark.parametrize(
    "asked",
    [
        search("<b:shipCountry/>", ID),
        search("<c:type/>", ID),
        search(REFUNDS, "<b:shipCity/>"),
        search(REFUNDS, ID, "<sales:vendorJoin/>"),
        search(REFUNDS, ID).replace("<sales:criteria>", "<sales:criteria><sales:itemJoin/>"),
        search(REFUNDS, ID).replace("TransactionSearchAdvanced", "InventorySearchAdvanced"),
        search("<b:mainLine><c:searchValue>maybe</c:searchValue></b:mainLine>", ID),
        search(one("tranDate", "on", "2026-02-02"), ID),
    ],
)
def test_what_is_not_understood_is_a_fault(asked: str) -> None:
    """An unknown criterion, column or join is never skipped: it would find too much or show too little."""
    said = ask(small_world(), asked)
    assert said.status == 500
    assert said.all("s:Fault/faultstring")[0].text


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        (field("is", "x", "custbodynosuchfield"), "INVALID_SEARCH_FIELD_KEY"),
        (field("", "true", STATUS, "Boolean"), "INVALID_SEARCH_FIELD_OBJ"),
        (field("like", "x"), "INVALID_SEARCH_OPERATOR"),
        (one("tranDate", "within", EASTERN_MIDNIGHT), "INVALID_SEARCH_VALUE"),
    ],
)
def test_a_senseless_search_fails(criteria: str, code: str) -> None:
    """A field that is not there, a wrong kind, a wrong operator: the search's status says it."""
    assert ask(small_world(), search(REFUNDS + criteria, ID)).codes() == [code]


@pytest.mark.parametrize("size", [4, 1001])
def test_a_page_has_five_to_a_thousand_rows(size: int) -> None:
    """Other page sizes are refused."""
    assert ask(small_world(), search(REFUNDS, ID), preferences(size)).codes() == ["INVALID_SEARCH_PAGE_SIZE"]


def test_pages_follow_each_other() -> None:
    """Twelve rows make three pages of five, which together hold every row once."""
    world = crowd(12)
    first = ask(world, search(REFUNDS + MAIN, ID), preferences(5))
    assert (first.text("c:totalRecords"), first.text("c:totalPages")) == ("12", "3")
    pages = [first, more(world, first, 2), more(world, first, 3)]
    assert [row for page in pages for row in ids(page)] == [str(number) for number in range(1000, 1012)]
    assert more(world, first, 4).codes() == ["INVALID_PAGE_INDEX"]
    assert more(world, first, 0).codes() == ["INVALID_PAGE_INDEX"]


def test_rows_changed_between_pages_fall_out() -> None:
    """The search runs again for each page: three rows synced meanwhile move the others up, past the reader."""
    world = crowd(12)
    first = ask(world, search(REFUNDS + MAIN + field("empty"), ID), preferences(5))
    for number in ("1000", "1001", "1002"):
        world.refunds[number].integration_status = "Sync Complete"
    second = more(world, first, 2)
    assert ids(second) == ["1008", "1009", "1010", "1011"]
    assert second.text("c:totalRecords") == "9"
    assert ids(more(world, first, 3)) == []


def test_a_search_id_dies_after_fifteen_unused_minutes() -> None:
    """Use keeps it alive; a quarter of an hour without use, or a made-up id, is INVALID_JOB_ID."""
    world = crowd(12)
    first = ask(world, search(REFUNDS + MAIN, ID), preferences(5))
    for _ in range(2):
        world.advance(14 * 60)
        assert more(world, first, 2).status == 200
        assert not more(world, first, 2).codes()
    world.advance(15 * 60 + 1)
    assert more(world, first, 2).codes() == ["INVALID_JOB_ID"]


def test_a_basic_search_answers_records_without_sublists() -> None:
    """Body fields only, unless asked otherwise: then the apply list is there."""
    asked = f'<m:search><m:searchRecord xsi:type="b:TransactionSearchBasic">{REFUNDS}</m:searchRecord></m:search>'
    said = ask(small_world(), asked)
    assert [node.get("internalId") for node in said.all("c:recordList/c:record")] == ["601", "602"]
    assert not said.all("tc:applyList")
    assert not said.all("tc:status")
    full = preferences(10).replace("<m:pageSize>", "<m:bodyFieldsOnly>false</m:bodyFieldsOnly><m:pageSize>")
    assert len(ask(small_world(), asked, full).all("tc:applyList")) == 2


def test_customers_and_periods_are_searched() -> None:
    """Both by their own search types; the period's dates are dates of the user's zone."""
    world = small_world()
    customer = (
        '<m:search><m:searchRecord xsi:type="rel:CustomerSearchAdvanced"><rel:criteria><rel:basic>'
        f"{field('is', '8a90z1', 'custentityzuoraid')}</rel:basic></rel:criteria>"
        "<rel:columns><rel:basic><b:entityId/><b:internalId/></rel:basic></rel:columns></m:searchRecord></m:search>"
    )
    assert ask(world, customer).all("rel:basic/b:internalId/c:searchValue")[0].get("internalId") == "11"
    period = (
        '<m:search><m:searchRecord xsi:type="acct:AccountingPeriodSearchAdvanced"><acct:criteria><acct:basic>'
        "<b:closed><c:searchValue>false</c:searchValue></b:closed></acct:basic></acct:criteria><acct:columns>"
        "<acct:basic><b:endDate/><b:periodName/><b:startDate/></acct:basic></acct:columns></m:searchRecord></m:search>"
    )
    said = ask(world, period)
    assert said.text("acct:basic/b:startDate/c:searchValue") == "2026-01-31T21:00:00.000-08:00"
    world.ns_periods["71"].closed = True
    assert not ask(world, period).all("c:searchRow")


def test_a_label_comes_behind_the_value_when_asked() -> None:
    """Real rows break the schema's order there, and a reader must bear it."""
    asked = "<b:tranId><c:customLabel>No.</c:customLabel></b:tranId>"
    said = ask(small_world(), search(REFUNDS + MAIN, asked))
    assert [child.tag.rpartition("}")[2] for child in said.all("b:tranId")[0]] == ["searchValue", "customLabel"]


def test_ten_thousand_refunds_page_in_linear_time() -> None:
    """A page of a thousand rows with joins builds in half a second, whatever stands before it."""
    world = crowd(10_000)
    join = f"<sales:customerMainJoin>{columns('altName', 'entityId', 'internalId')}</sales:customerMainJoin>"
    asked = columns("amount", "currency", "entity", "fxAmount", "internalId", "lastModifiedDate", "tranDate", "tranId")
    started = time.process_time()
    first = ask(world, search(REFUNDS + MAIN, asked, join), preferences(1000))
    found = ids(first)
    for page in range(2, 11):
        found += ids(more(world, first, page))
    assert len(set(found)) == 10_000
    assert time.process_time() - started < 10 * 0.5
