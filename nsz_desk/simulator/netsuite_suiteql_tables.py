"""The tables that SuiteQL sees, as views over a few base tables that hold the world's bare facts.

Whatever depends on more than one record (what remains of a memo, its status, the links) is worked out by
the views, so that a changed record changes one base row. Beside a column `x` a view may have `x__df` and
`x__cf`: what BUILTIN.DF and BUILTIN.CF of it say; nobody can ask for those by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

BASE_TABLES = """
CREATE TABLE account (status_is_list, refund_is_previousdoc, memo_shows_refund_row, links_filled, sign);
CREATE TABLE tx (owner TEXT, id INTEGER, type TEXT, number TEXT, customer INTEGER, currency TEXT, day TEXT,
  total REAL, memo TEXT, created TEXT, modified TEXT, subsidiary INTEGER, voided INTEGER, created_from INTEGER,
  method TEXT, integration_status TEXT, zuora_id TEXT, sync_date TEXT, create_zuora_refund TEXT,
  zuora_payment_id TEXT, payment_reference INTEGER);
CREATE TABLE line (owner TEXT, tx INTEGER, number INTEGER, mainline TEXT, item INTEGER, amount REAL, text TEXT);
CREATE TABLE link (owner TEXT, from_id INTEGER, from_type TEXT, to_id INTEGER, to_type TEXT, amount REAL,
  memo_id INTEGER, live INTEGER, modified TEXT);
CREATE TABLE person (owner TEXT, id INTEGER, name TEXT, zuora_id TEXT, currency TEXT, subsidiary INTEGER,
  modified TEXT);
CREATE TABLE listed (list TEXT, id INTEGER, name TEXT);
CREATE TABLE period (id INTEGER, name TEXT, first TEXT, last TEXT, closed TEXT, non_gl TEXT);
CREATE TABLE field (internalid INTEGER, scriptid TEXT, name TEXT, fieldtype TEXT, fieldvaluetype TEXT);
CREATE TABLE permission (role INTEGER, name TEXT, permkey TEXT, permlevel INTEGER);
CREATE TABLE dual (dummy TEXT);
INSERT INTO dual VALUES ('X');
CREATE INDEX tx_owner ON tx (owner); CREATE INDEX tx_id ON tx (id); CREATE INDEX tx_type ON tx (type, id);
CREATE INDEX line_owner ON line (owner); CREATE INDEX line_tx ON line (tx);
CREATE INDEX link_owner ON link (owner); CREATE INDEX link_from ON link (from_id); CREATE INDEX link_to ON link (to_id);
CREATE INDEX person_owner ON person (owner); CREATE INDEX person_id ON person (id);
"""
OWNED = ("tx", "line", "link", "person")  # base tables whose rows belong to one record


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type (number, text, date), the SQL it comes from, and what DF and CF of it are ("" = itself)."""

    name: str
    type: str
    sql: str
    df: str = ""
    cf: str = ""


def _listed(kind: str, key: str) -> str:
    return f"(SELECT l.name FROM listed l WHERE l.list = '{kind}' AND l.id = {key})"


def _id_in(kind: str, name: str) -> str:
    return f"(SELECT l.id FROM listed l WHERE l.list = '{kind}' AND l.name = {name})"


_USED = """(CASE t.type WHEN 'CustCred' THEN coalesce((SELECT sum(k.amount) FROM link k WHERE k.from_id = t.id), 0)
  + coalesce((SELECT sum(k.amount) FROM link k WHERE k.to_id = t.id AND k.live), 0) END)"""
_STATUS = f"""(CASE WHEN t.voided THEN 'V' WHEN t.type = 'CustRfnd' THEN 'R' WHEN t.type = 'CustPymt' THEN 'C'
  WHEN t.type = 'CustCred' AND abs(t.total - {_USED}) < 1e-7 THEN 'B' ELSE 'A' END)"""
_STATUS_NAME = f"""(CASE {_STATUS} WHEN 'V' THEN 'Voided' WHEN 'R' THEN 'Deposited' WHEN 'C' THEN 'Deposited'
  WHEN 'B' THEN 'Fully Applied' ELSE 'Open' END)"""
_TITLE = """(CASE t.type WHEN 'CustRfnd' THEN 'Customer Refund' WHEN 'CustCred' THEN 'Credit Memo'
  WHEN 'CustPymt' THEN 'Payment' WHEN 'CustInvc' THEN 'Invoice' WHEN 'DepAppl' THEN 'Deposit Application'
  ELSE 'Journal' END)"""
_RECORD = """(CASE t.type WHEN 'CustRfnd' THEN 'customerrefund' WHEN 'CustCred' THEN 'creditmemo'
  WHEN 'CustPymt' THEN 'customerpayment' WHEN 'CustInvc' THEN 'invoice' WHEN 'DepAppl' THEN 'depositapplication'
  ELSE 'journalentry' END)"""
_PERIOD = "(SELECT p.{} FROM period p WHERE t.day BETWEEN p.first AND p.last)"
_NAMED_TX = (
    "(SELECT CASE o.type WHEN 'CustPymt' THEN 'Payment #' ELSE 'Invoice #' END || o.number FROM tx o WHERE o.id = {})"
)
_STATUS_ID = _id_in("status", "t.integration_status")
_SIGNED = "t.total * (CASE WHEN t.type IN ('CustRfnd', 'CustCred') THEN (SELECT sign FROM account) ELSE 1 END)"

_TRANSACTION = (
    Column("id", "number", "t.id"),
    Column("tranid", "text", "t.number"),
    Column("transactionnumber", "text", "t.number"),
    Column("type", "text", "t.type", _TITLE),
    Column("recordtype", "text", _RECORD),
    Column("entity", "number", "t.customer", "(SELECT p.name FROM person p WHERE p.id = t.customer)"),
    Column("trandate", "date", "t.day"),
    Column("status", "text", _STATUS, f"{_TITLE} || ' : ' || {_STATUS_NAME}", f"t.type || ':' || {_STATUS}"),
    Column("currency", "number", _id_in("currency", "t.currency"),
           "(SELECT c.name FROM listed c WHERE c.list = 'currency name' AND c.id = "
           f"{_id_in('currency', 't.currency')})"),
    Column("exchangerate", "number", "1.0"),
    Column("foreigntotal", "number", _SIGNED),
    Column("foreignamountpaid", "number", "NULL"),
    Column("foreignamountunpaid", "number", "NULL"),
    Column("foreignpaymentamountused", "number", _USED),
    Column("foreignpaymentamountunused", "number", f"t.total - {_USED}"),
    Column("postingperiod", "number", _PERIOD.format("id"), _PERIOD.format("name")),
    Column("memo", "text", "t.memo"),
    Column("subsidiary", "number", "t.subsidiary"),
    Column("externalid", "text", "NULL"),
    Column("createddate", "date", "t.created"),
    Column("lastmodifieddate", "date", "t.modified"),
    Column("voided", "text", "(CASE WHEN t.voided THEN 'T' ELSE 'F' END)"),
    Column("paymentmethod", "number", _id_in("method", "t.method"), "t.method"),
    Column("custbodyzuoraintegrationstatus", "text",
           f"(CASE WHEN (SELECT status_is_list FROM account) THEN {_STATUS_ID} ELSE t.integration_status END)",
           "t.integration_status"),
    Column("custbodyzuoraid", "text", "t.zuora_id"),
    Column("custbodyzuorasyncdate", "text", "t.sync_date"),
    Column("custbodyzuoracreatezuorarefund", "text", "t.create_zuora_refund"),
    Column("custbodyzuorarefundpaymentid", "text", "t.zuora_payment_id"),
    Column("custbodyzuorarefundpaymentreference", "number", "t.payment_reference",
           _NAMED_TX.format("t.payment_reference")),
)  # fmt: skip
# A line tells its own transaction's createdfrom; the item lines of a credit memo carry the other sign than its total.
_LINE_SIGN = (
    "(CASE WHEN t.type NOT IN ('CustRfnd', 'CustCred') THEN 1 WHEN l.mainline = 'T' THEN a.sign ELSE -a.sign END)"
)
_LINE = (
    Column("id", "number", "l.number"),
    Column("transaction", "number", "l.tx"),
    Column("uniquekey", "number", "l.tx * 1000 + l.number"),
    Column("linesequencenumber", "number", "l.number"),
    Column("mainline", "text", "l.mainline"),
    Column("taxline", "text", "'F'"),
    Column("item", "number", "l.item", "'Refund item ' || (l.item - 500)"),
    Column("memo", "text", "l.text"),
    Column("quantity", "number", "(CASE WHEN l.mainline = 'F' THEN 1 END)"),
    Column("foreignamount", "number", f"l.amount * {_LINE_SIGN}"),
    Column("netamount", "number", f"l.amount * {_LINE_SIGN}"),
    Column("createdfrom", "number", "t.created_from", _NAMED_TX.format("t.created_from")),
    Column("subsidiary", "number", "t.subsidiary"),
    Column("entity", "number", "t.customer"),
)
# Which end of a link comes first: an invoice always; of a refund and its memo, as the account's switch says.
_FORWARD = "(k.to_type <> 'CustInvc' AND (k.from_type = 'CustRfnd') = a.refund_is_previousdoc)"
_LINK = (
    Column("previousdoc", "number", "k.{0}_id"),
    Column("previousline", "number", "(CASE WHEN k.{0}_id = k.memo_id THEN coalesce(i.number, 0) ELSE 0 END)"),
    Column("previoustype", "text", "k.{0}_type"),
    Column("nextdoc", "number", "k.{1}_id"),
    Column("nextline", "number", "(CASE WHEN k.{1}_id = k.memo_id THEN coalesce(i.number, 0) ELSE 0 END)"),
    Column("nexttype", "text", "k.{1}_type"),
    Column("linktype", "text", "'Payment'"),
    Column("foreignamount", "number", "k.amount"),  # the whole amount on each pair of lines, as the real tables do
    Column("lastmodifieddate", "date", "k.modified"),
)
_LINKS_FROM = """link k CROSS JOIN account a LEFT JOIN line i ON i.tx = k.memo_id AND i.mainline = 'F'
  WHERE k.live AND a.links_filled
  AND (a.memo_shows_refund_row OR k.from_type <> 'CustRfnd' OR k.to_type <> 'CustCred')"""
_CUSTOMER = (
    Column("id", "number", "p.id"),
    Column("entityid", "text", "p.name"),
    Column("altname", "text", "p.name"),
    Column("companyname", "text", "p.name"),
    Column("custentityzuoraid", "text", "p.zuora_id"),
    Column("currency", "number", _id_in("currency", "p.currency")),
    Column("subsidiary", "number", "p.subsidiary"),
    Column("isinactive", "text", "'F'"),
    Column("lastmodifieddate", "date", "p.modified"),
)
_CURRENCY = (
    Column("id", "number", "c.id"),
    Column("name", "text", f"{_listed('currency name', 'c.id')}"),
    Column("symbol", "text", "c.name"),
    Column("currencyprecision", "number", "(CASE c.name WHEN 'JPY' THEN 0 ELSE 2 END)"),
    Column("isbasecurrency", "text", "(CASE c.id WHEN 1 THEN 'T' ELSE 'F' END)"),
    Column("isinactive", "text", "'F'"),
    Column("exchangerate", "number", "1.0"),
)
_PERIODS = (
    Column("id", "number", "p.id"),
    Column("periodname", "text", "p.name"),
    Column("startdate", "date", "p.first"),
    Column("enddate", "date", "p.last"),
    *(Column(name, "text", "p.closed") for name in ("closed", "alllocked", "arlocked", "aplocked")),
    Column("allownonglchanges", "text", "p.non_gl"),
    Column("isposting", "text", "'T'"),
    *(Column(name, "text", "'F'") for name in ("isquarter", "isyear", "isadjust", "isinactive")),
)
_LISTED = (Column("id", "number", "c.id"), Column("name", "text", "c.name"), Column("isinactive", "text", "'F'"))
_FIELDS = (
    *(Column(name, "text", f"f.{name}") for name in ("scriptid", "name", "fieldtype", "fieldvaluetype")),
    Column("internalid", "number", "f.internalid"),
    Column("ismandatory", "text", "'F'"),
    Column("isinactive", "text", "'F'"),
)
_PERMISSIONS = (
    Column("role", "number", "p.role"),
    *(Column(name, "text", f"p.{name}") for name in ("name", "permkey")),
    Column("permlevel", "number", "p.permlevel"),
    Column("restriction", "number", "-1"),
)
STATUS_LIST = "customlist_zuora_integration_status"
TABLES: dict[str, tuple[tuple[Column, ...], str]] = {
    "transaction": (_TRANSACTION, "tx t"),
    "transactionline": (_LINE, "line l JOIN tx t ON t.id = l.tx CROSS JOIN account a"),
    "nexttransactionlinelink": (_LINK, _LINKS_FROM),
    "previoustransactionlinelink": (_LINK, _LINKS_FROM),
    "customer": (_CUSTOMER, "person p"),
    "currency": (_CURRENCY, "listed c WHERE c.list = 'currency'"),
    "accountingperiod": (_PERIODS, "period p"),
    "paymentmethod": (_LISTED, "listed c WHERE c.list = 'method'"),
    STATUS_LIST: (_LISTED, "listed c WHERE c.list = 'status' AND (SELECT status_is_list FROM account)"),
    "rolepermissions": (_PERMISSIONS, "permission p"),
    "customfield": (_FIELDS, "field f"),
}


def _selected(columns: Iterable[Column], source: str) -> str:
    """The SELECT of one table. What is worked out has no type of its own, so numbers are given one."""
    parts = []
    for one in columns:
        bare = one.type != "number" or re.fullmatch(r"[a-z]\.(\w+|\{\d\}_id)", one.sql)
        parts.append(f'{one.sql if bare else f"CAST({one.sql} AS NUMERIC)"} AS "{one.name}"')
        parts += [f'{sql} AS "{one.name}__{kind}"' for kind, sql in (("df", one.df), ("cf", one.cf)) if sql]
    return f"SELECT {', '.join(parts)} FROM {source}"


def _view(name: str, columns: Iterable[Column], source: str) -> str:
    """The statement that makes one table. Links are two halves, so that either end is found by its index."""
    text = _selected(columns, source)
    if source == _LINKS_FROM:
        halves = text.format("from", "to") + f" AND {_FORWARD}", text.format("to", "from") + f" AND NOT {_FORWARD}"
        text = " UNION ALL ".join(halves)
    return f'CREATE VIEW "{name}" AS {text};'


def script() -> str:
    """All statements that make an empty database."""
    return BASE_TABLES + "\n".join(_view(name, columns, source) for name, (columns, source) in TABLES.items())
