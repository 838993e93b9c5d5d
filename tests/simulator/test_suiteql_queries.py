"""SuiteQL over the demo company: the statements a desk asks, answered with the world's own facts."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import Applied, World
from tests.simulator.netsuite_rest_caller import RestCaller, complaint

REFUNDS = """SELECT t.id, t.tranid, TO_CHAR(t.trandate,'YYYY-MM-DD') AS trandate, t.entity,
  BUILTIN.DF(t.entity) AS entity_name, BUILTIN.CF(t.status) AS status_cf, cur.symbol AS iso,
  ABS(t.foreigntotal) AS amount, BUILTIN.DF(t.paymentmethod) AS method, t.voided, t.memo,
  TO_CHAR(t.lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') AS lastmod,
  t.custbodyzuoraid AS zuora_id, t.custbodyzuoraintegrationstatus AS integ_status
  FROM transaction t LEFT JOIN currency cur ON cur.id = t.currency
  WHERE t.type = 'CustRfnd' AND t.id > ? AND t.trandate >= TO_DATE(?,'YYYY-MM-DD') ORDER BY t.id"""
LINKS = """SELECT l.previousdoc, l.nextdoc, l.previoustype, l.nexttype, l.previousline, l.nextline, l.foreignamount
  FROM {} l WHERE l.linktype = 'Payment' AND l.{} IN ({})"""
MEMOS = """SELECT c.id, ABS(c.foreigntotal) AS total, c.foreignpaymentamountunused AS remaining,
  c.foreignpaymentamountused AS used, c.status, c.custbodyzuoracreatezuorarefund AS flag,
  c.custbodyzuorarefundpaymentid AS payment_id, c.custbodyzuorarefundpaymentreference AS reference,
  BUILTIN.DF(c.custbodyzuorarefundpaymentreference) AS reference_text
  FROM transaction c WHERE c.type = 'CustCred' ORDER BY c.id"""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as running:
        yield running


@pytest.fixture
def caller(simulator: Simulator) -> Iterator[RestCaller]:
    """A caller of a company as it was at the start."""
    simulator.router.reset()
    with RestCaller(simulator) as one:
        yield one


@pytest.fixture
def world(caller: RestCaller) -> World:
    """The world behind the caller."""
    return caller.simulator.world


def linked(caller: RestCaller, table: str, end: str, *ids: str) -> list[dict[str, str]]:
    """The links whose `end` is one of these documents."""
    return caller.rows(LINKS.format(table, end, ",".join("?" * len(ids))), *ids)


def test_the_refunds_are_those_of_the_world(caller: RestCaller, world: World) -> None:
    """Each refund stands in the list once with its facts; a blank column is left out of its row."""
    found = {row["id"]: row for row in caller.rows(REFUNDS, "0", "1999-12-31")}
    assert found.keys() == set(world.refunds)
    for one in world.refunds.values():
        row = found[one.id]
        assert (row["tranid"], row["trandate"], row["entity"]) == (one.number, one.date.isoformat(), one.customer_id)
        assert (row["entity_name"], row["iso"]) == (world.customers[one.customer_id].name, one.currency)
        assert Decimal(row["amount"]) == one.amount
        assert (row["method"], row["status_cf"], row["voided"]) == (one.method, "CustRfnd:R", "F")
        assert row["lastmod"] == f"{one.modified:%Y-%m-%d %H:%M:%S}"
        for name, value in (("zuora_id", one.zuora_id), ("integ_status", one.integration_status), ("memo", one.memo)):
            assert row.get(name, "") == value
            assert (name in row) is bool(value)


def test_the_date_and_the_key_bound_the_list(caller: RestCaller, world: World) -> None:
    """The day itself is in; the key is not."""
    days = sorted(one.date for one in world.refunds.values())
    since, key = days[len(days) // 2], sorted(world.refunds)[10]
    found = {row["id"] for row in caller.rows(REFUNDS, key, since.isoformat())}
    assert found == {one.id for one in world.refunds.values() if one.date >= since and one.id > key}


@pytest.mark.parametrize("table", ["NextTransactionLineLink", "previoustransactionlinelink"])
def test_a_refund_is_the_previous_document_of_its_memos(caller: RestCaller, world: World, table: str) -> None:
    """By default; by a switch it is the next one, and then nothing is found the other way."""
    one = world.refunds["48001"]
    memo = one.applied_to[0].doc
    row = {"previoustype": "CustRfnd", "previousline": "0", "nexttype": "CustCred", "nextline": "1"}
    ends = {"previousdoc": "48001", "nextdoc": memo, "foreignamount": f"{one.amount.normalize():f}"}
    assert linked(caller, table, "previousdoc", "48001") == linked(caller, table, "nextdoc", memo) == [row | ends]
    caller.edit("netsuite", "account", set={"refund_is_previousdoc": False})
    assert linked(caller, table, "previousdoc", "48001") == []
    turned = linked(caller, table, "nextdoc", "48001")
    assert [(one["previousdoc"], one["previoustype"], one["previousline"]) for one in turned] == [
        (memo, "CustCred", "1")
    ]


def test_every_line_pair_has_a_row_with_the_whole_amount(caller: RestCaller, world: World) -> None:
    """So a naive sum over a memo with three lines gives three times the amount."""
    memo = world.memos[world.refunds["48001"].applied_to[0].doc]
    memo.item_lines = 3
    rows = linked(caller, "NextTransactionLineLink", "previousdoc", "48001")
    assert sorted(row["nextline"] for row in rows) == ["1", "2", "3"]
    assert {Decimal(row["foreignamount"]) for row in rows} == {memo.amount}


def test_an_invoice_comes_before_the_memo_applied_to_it(caller: RestCaller, world: World) -> None:
    """Whichever way refunds go, and the invoice can be joined as a transaction."""
    memo = next(one for one in world.memos.values() if any(row.type == "invoice" for row in one.applied_to))
    for switch in (True, False):
        caller.edit("netsuite", "account", set={"refund_is_previousdoc": switch})
        rows = linked(caller, "PreviousTransactionLineLink", "previousdoc", memo.applied_to[0].doc)
        assert [(row["previoustype"], row["nextdoc"], row["nexttype"]) for row in rows] == [
            ("CustInvc", memo.id, "CustCred")
        ]
    joined = (
        "SELECT d.type FROM NextTransactionLineLink l JOIN transaction d ON d.id = l.previousdoc WHERE l.nextdoc = ?"
    )
    assert {"type": "CustInvc"} in caller.rows(joined, memo.id)


def test_links_can_be_missing(caller: RestCaller) -> None:
    """Two switches of the account empty them, as on accounts where nothing is linked."""
    for switch in ("applied_columns_filled", "memo_shows_refund_row"):
        caller.simulator.router.reset()
        assert linked(caller, "NextTransactionLineLink", "previousdoc", "48001")
        caller.edit("netsuite", "account", set={switch: False})
        assert linked(caller, "NextTransactionLineLink", "previousdoc", "48001") == []


def test_deposits_and_journals_are_linked_by_their_own_types(caller: RestCaller, world: World) -> None:
    """What a refund is applied to beside memos can be told apart."""
    world.refunds["48001"].applied_to = [
        Applied("77", "deposit_application", Decimal(3)),
        Applied("78", "journal", Decimal(4)),
    ]
    rows = linked(caller, "NextTransactionLineLink", "previousdoc", "48001")
    assert {(row["nextdoc"], row["nexttype"]) for row in rows} == {("77", "DepAppl"), ("78", "Journal")}
    assert {row["type"] for row in caller.rows("SELECT type FROM transaction WHERE id IN (77, 78)")} == {
        "DepAppl",
        "Journal",
    }


def test_the_memos_are_those_of_the_world(caller: RestCaller, world: World) -> None:
    """What remains, the status letter, the tick box as T or F, and the reference by id and by name."""
    rows = {row["id"]: row for row in caller.rows(MEMOS)}
    assert rows.keys() == set(world.memos)
    for one in world.memos.values():
        row = rows[one.id]
        used = sum((link.amount for link in one.applied_to), Decimal(0))
        for refund in world.refunds.values():
            used += sum((link.amount for link in refund.applied_to if link.doc == one.id), Decimal(0))
        assert (Decimal(row["total"]), Decimal(row["used"])) == (one.amount, used)
        assert Decimal(row["remaining"]) == one.amount - used
        assert row["status"] == ("V" if one.voided else "B" if used == one.amount else "A")
        assert row["flag"] == ("T" if one.create_zuora_refund else "F")
        assert (row.get("payment_id", ""), row.get("reference", "")) == (one.zuora_payment_id, one.payment_reference)
        assert ("reference_text" in row) is bool(one.payment_reference)


def test_a_voided_refund_frees_its_memo(caller: RestCaller, world: World) -> None:
    """It keeps its row in the list with status V, its memo is open again, and the link is gone."""
    caller.rows(MEMOS)
    world.refunds["48001"].voided = True
    assert caller.rows("SELECT status, voided FROM transaction WHERE id = 48001") == [{"status": "V", "voided": "T"}]
    assert next(row for row in caller.rows(MEMOS) if row["id"] == "31001")["status"] == "A"
    assert linked(caller, "NextTransactionLineLink", "previousdoc", "48001") == []


def test_lines_tell_amounts_and_where_a_memo_comes_from(caller: RestCaller, world: World) -> None:
    """One main line, then the item lines with the other sign; createdfrom stands on the lines only."""
    memo = next(one for one in world.memos.values() if one.created_from)
    rows = caller.rows(
        "SELECT l.* FROM transactionline l WHERE l.transaction = ? ORDER BY l.linesequencenumber", memo.id
    )
    assert [row["mainline"] for row in rows] == ["T", *["F"] * memo.item_lines]
    assert {row["createdfrom"] for row in rows} == {memo.created_from}
    assert Decimal(rows[0]["foreignamount"]) == -memo.amount
    assert sum(Decimal(row["foreignamount"]) for row in rows[1:]) == memo.amount
    assert complaint(caller.query("SELECT createdfrom FROM transaction")) == (400, "INVALID_PARAMETER")


def test_customers_periods_currencies_and_the_clock(caller: RestCaller, world: World) -> None:
    """The small tables say what the world says."""
    one = world.customers["1201"]
    assert caller.rows("SELECT companyname, custentityzuoraid FROM customer WHERE id IN (1201)") == [
        {"companyname": one.name, "custentityzuoraid": one.zuora_id}
    ]
    periods = caller.rows("SELECT id, periodname, closed, TO_CHAR(startdate,'YYYY-MM-DD') AS s FROM accountingperiod")
    assert {(row["id"], row["periodname"], row["closed"] == "T", date.fromisoformat(row["s"])) for row in periods} == {
        (each.id, each.name, each.closed, each.start) for each in world.ns_periods.values()
    }
    assert [
        row["symbol"] for row in caller.rows("SELECT symbol FROM currency ORDER BY id")
    ] == world.netsuite.currencies
    before = world.now()
    told = caller.rows("SELECT TO_CHAR(SYSDATE,'YYYY-MM-DD HH24:MI:SS') AS now FROM DUAL")[0]["now"]
    assert f"{before:%Y-%m-%d %H:%M:%S}" <= told <= f"{world.now():%Y-%m-%d %H:%M:%S}"


def test_the_zone_of_times_is_a_switch(caller: RestCaller, world: World) -> None:
    """Instants move with it, business dates do not."""
    columns = "TO_CHAR(lastmodifieddate,'HH24') AS h, TO_CHAR(trandate,'YYYY-MM-DD HH24') AS d"
    text = f"SELECT {columns} FROM transaction WHERE id=48001"
    first = caller.rows(text)[0]
    caller.edit("netsuite", "account", set={"suiteql_zone": "Asia/Tokyo"})
    second = caller.rows(text)[0]
    assert int(second["h"]) == (int(first["h"]) + 9) % 24
    assert first["d"] == second["d"] == f"{world.refunds['48001'].date} 00"


def test_custom_fields_and_list_values_can_be_looked_up(caller: RestCaller) -> None:
    """By label; a status that is a list is an id with a name, and its values have a table of their own."""
    fields = caller.rows(
        "SELECT scriptid, name, fieldvaluetype FROM CustomField WHERE LOWER(scriptid) LIKE 'custbody%'"
    )
    assert {"scriptid": "CUSTBODYZUORAID", "name": "Zuora ID", "fieldvaluetype": "Free-Form Text"} in fields
    values = "SELECT id, name FROM customlist_zuora_integration_status WHERE isinactive='F' ORDER BY id"
    assert complaint(caller.query(values)) == (400, "INVALID_PARAMETER")
    caller.edit("netsuite", "account", set={"status_is_list": True})
    caller.patch("customerRefund/48001", {"custbodyzuoraintegrationstatus": {"id": "2"}})
    assert caller.rows(values)[1] == {"id": "2", "name": "Sync Complete"}
    status = (
        "SELECT custbodyzuoraintegrationstatus AS i, BUILTIN.DF(custbodyzuoraintegrationstatus) AS t FROM transaction"
    )
    assert caller.rows(f"{status} WHERE id = 48001") == [{"i": "2", "t": "Sync Complete"}]


def test_the_tokens_role_can_ask_what_it_may_do(caller: RestCaller) -> None:
    """By the role the token names; editing refunds and memos is among it, and the table can be hidden."""
    claims = json.loads(base64.urlsafe_b64decode(caller.token.split(".")[1] + "=="))
    text = "SELECT name, permkey, permlevel FROM rolepermissions WHERE role = ?"
    levels = {row["permkey"]: row["permlevel"] for row in caller.rows(text, claims["sub"].split(";")[0])}
    assert levels["TRAN_CUSTRFND"] == levels["TRAN_CUSTCRED"] == "3"
    assert caller.rows(text, "3") == []
    caller.edit("netsuite", "account", set={"suiteql_hides": ["rolepermissions"]})
    assert complaint(caller.query(text, "3")) == (400, "INVALID_PARAMETER")


def test_what_changes_is_seen_by_the_next_query(caller: RestCaller, world: World) -> None:
    """A PATCH, a person's edit, a new record and a deleted one."""
    text = "SELECT id, custbodyzuoraid AS z, memo FROM transaction WHERE id IN (48001, 48002, 990001)"
    assert [row["id"] for row in caller.rows(text)] == ["48001", "48002"]
    caller.patch("customerRefund/48001", {"custbodyzuoraid": "z1"})
    caller.edit("netsuite", "refunds", id="48002", delete=True)
    caller.edit("netsuite", "refunds", create={"id": "990001", "memo": "made by hand", "currency": "USD"})
    rows = {row["id"]: row for row in caller.rows(text)}
    assert rows.keys() == {"48001", "990001"}
    assert (rows["48001"]["z"], rows["990001"]["memo"]) == ("z1", "made by hand")
    assert linked(caller, "NextTransactionLineLink", "previousdoc", "48002") == []


def test_a_hidden_table_or_column_is_not_found(caller: RestCaller) -> None:
    """The role's permissions decide; the text names what is missing."""
    hidden = ["currency", "transaction.exchangerate"]
    assert caller.query("SELECT exchangerate FROM transaction").status == 200
    caller.edit("netsuite", "account", set={"suiteql_hides": hidden})
    reply = caller.query("SELECT symbol FROM currency")
    assert complaint(reply) == (400, "INVALID_PARAMETER")
    assert "Record 'currency' was not found" in reply.json["o:errorDetails"][0]["detail"]
    reply = caller.query("SELECT t.exchangerate FROM transaction t")
    assert "Unknown identifier 'exchangerate'" in reply.json["o:errorDetails"][0]["detail"]
    assert "exchangerate" not in caller.rows("SELECT * FROM transaction WHERE ROWNUM <= 1")[0]


def test_totals_are_negative_by_a_switch(caller: RestCaller) -> None:
    """So nobody may rely on their sign."""
    text = "SELECT DISTINCT SIGN(foreigntotal) AS s FROM transaction WHERE type IN ('CustRfnd', 'CustCred')"
    assert caller.rows(text) == [{"s": "-1"}]
    caller.edit("netsuite", "account", set={"totals_are_negative": False})
    assert caller.rows(text) == [{"s": "1"}]
