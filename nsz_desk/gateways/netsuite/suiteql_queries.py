"""The SuiteQL statements. Amounts by their absolute value, dates by TO_CHAR, values bound; script ids are checked ones.

Aliases are the names by which `mapping` asks. Source: NetSuite REST reference, section 5; none of it was tried on a
live account.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from nsz_desk.engine.ports import NOTE, STATUS, ZUORA_ID
from nsz_desk.gateways.netsuite.fields import script_id
from nsz_desk.gateways.netsuite.rest_rows import SHOWN
from nsz_desk.gateways.netsuite.suiteql import Query
from nsz_desk.settings.model import NetSuiteSettings

SCRIPT_ID = re.compile(r"cust(body|entity|list|record)[a-z0-9_]+")  # cannot be bound, so it is checked
TRANSACTION = "transaction t"
CURRENCY = {"cur": "LEFT JOIN currency cur ON cur.id = t.currency"}
CUSTOMER = {"c": "LEFT JOIN customer c ON c.id = t.entity"}
PAID = "l.linktype IN ('Payment','DepAppl')"
TIME, DAY = "'YYYY-MM-DD HH24:MI:SS'", "'YYYY-MM-DD'"
PERSON = {"person": "c.id", "entityid": "c.entityid", "altname": "c.altname", "companyname": "c.companyname"}
VOID = {"voided": "t.voided", "status": "t.status"}


def refunds(settings: NetSuiteSettings, first: date) -> Query:
    """One row for each refund dated on or after `first`, voided ones too, with its customer."""
    customer = settings.fields.customer_zuora_id
    columns = {
        "id": "t.id",
        "tranid": "t.tranid",
        "trandate": f"TO_CHAR(t.trandate,{DAY})",
        "datecreated": f"TO_CHAR(t.createddate,{TIME})",
        "lastmodifieddate": f"TO_CHAR(t.lastmodifieddate,{TIME})",
        "entity": "t.entity",
        "currency": "t.currency",
        "iso": "cur.symbol",
        "subsidiary": "t.subsidiary",
        "fxamount": "ABS(t.foreigntotal)",
        "paymentmethod": "BUILTIN.DF(t.paymentmethod)",
        "memo": "t.memo",
        **VOID,
        **_custom(settings, STATUS, ZUORA_ID, NOTE),
        **PERSON,
        customer: f"c.{checked(customer)}",
    }
    left_out = {"datecreated", "lastmodifieddate", "iso", "subsidiary", "paymentmethod", *PERSON}
    query = Query(
        columns,
        TRANSACTION,
        ("id",),
        ("t.type = 'CustRfnd'",),
        joins=CURRENCY | CUSTOMER,
        optional=frozenset({*left_out, *VOID, customer}),
    )
    return since(query, first)


def older(settings: NetSuiteSettings, before: date) -> Query:
    """Refunds before a date that carry no Zuora ID, for their number only."""
    blank = f"t.{checked(settings.fields.zuora_id)} IS NULL"
    where = ("t.type = 'CustRfnd'", "t.voided = 'F'", f"t.trandate < TO_DATE(?,{DAY})", blank)
    return Query({"id": "t.id"}, TRANSACTION, ("id",), where, (before.isoformat(),))


def memos(settings: NetSuiteSettings) -> Query:
    """One row for each credit memo."""
    fields = settings.fields
    own = (fields.create_zuora_refund, fields.refund_payment_id, fields.refund_payment_reference)
    columns = {
        "id": "t.id",
        "tranid": "t.tranid",
        "entity": "t.entity",
        "currency": "t.currency",
        "iso": "cur.symbol",
        "fxamount": "ABS(t.foreigntotal)",
        **VOID,
        **_custom(settings, STATUS, ZUORA_ID),
        **{name: f"t.{checked(name)}" for name in own},
    }
    return Query(
        columns, TRANSACTION, ("id",), ("t.type = 'CustCred'",), joins=CURRENCY, optional=frozenset({"iso", *VOID})
    )


def memo_lines() -> Query:
    """For each transaction how many item lines it has, and what it was created from (which only lines tell)."""
    items = "COUNT(CASE WHEN l.mainline = 'F' AND l.taxline = 'F' THEN l.item END)"
    columns = {"id": "l.transaction", "items": items, "createdfrom": "MAX(l.createdfrom)"}
    return Query(columns, "transactionline l", ("id",), grouped=True)


def links(refunds_since: date | None = None) -> tuple[tuple[Query, Query], tuple[Query, Query]]:
    """What stands at the other end of links: for either direction two queries, either of which will do.

    One row for each pair of documents. A pair has a row for each pair of its lines, all with the whole amount, so
    nothing is added up. With a date, `id` is a refund of that day or later; without, ask for ids.
    """
    forward, mirror = "NextTransactionLineLink", "PreviousTransactionLineLink"
    return (
        (_links(forward, "previous", "next", refunds_since), _links(mirror, "previous", "next", refunds_since)),
        (_links(mirror, "next", "previous", refunds_since), _links(forward, "next", "previous", refunds_since)),
    )


def _links(table: str, own: str, other: str, refunds_since: date | None) -> Query:
    columns = {
        "id": f"l.{own}doc",
        "doc": f"l.{other}doc",
        "kind": f"MAX(l.{other}type)",
        "least": "MIN(ABS(l.foreignamount))",
        "most": "MAX(ABS(l.foreignamount))",
        "voided": "MAX(d.voided)",
    }
    joins = {"d": f"LEFT JOIN transaction d ON d.id = l.{other}doc"}
    query = Query(
        columns, f"{table} l", ("id", "doc"), (PAID,), joins=joins, grouped=True, optional=frozenset({"voided"})
    )
    if not refunds_since:
        return query
    only = ("r.type = 'CustRfnd'", f"r.trandate >= TO_DATE(?,{DAY})")
    source = f"{query.source} JOIN transaction r ON r.id = l.{own}doc"
    return replace(query, source=source, where=(PAID, *only), params=(refunds_since.isoformat(),))


def kinds() -> Query:
    """What transactions are, and whether they are voided."""
    return Query({"id": "t.id", "type": "t.type", **VOID}, TRANSACTION, ("id",), optional=frozenset(VOID))


def payments(settings: NetSuiteSettings) -> Query:
    """The Zuora IDs of customer payments."""
    columns = {"id": "t.id", **_custom(settings, ZUORA_ID)}
    return Query(columns, TRANSACTION, ("id",), ("t.type = 'CustPymt'",))


def periods() -> Query:
    """All accounting periods."""
    flags = {name: f"p.{name}" for name in ("closed", "isyear", "isquarter", "isadjust")}
    days = {name: f"TO_CHAR(p.{name},{DAY})" for name in ("startdate", "enddate")}
    return Query({"id": "p.id", "periodname": "p.periodname", **days, **flags}, "accountingperiod p", ("id",))


def custom_fields() -> Query:
    """The account's custom fields: script id and label."""
    return Query({"scriptid": "f.scriptid", "name": "f.name"}, "CustomField f", ("scriptid",))


def statuses(settings: NetSuiteSettings) -> Query:
    """The values of Integration Status that some refund or memo holds: as they are kept, and as people see them."""
    own = f"t.{checked(settings.fields.integration_status)}"
    where = ("t.type IN ('CustRfnd','CustCred')", f"{own} IS NOT NULL")
    columns = {"id": own, "shown": f"MAX(BUILTIN.DF({own}))"}
    return Query(columns, TRANSACTION, ("id",), where, grouped=True)


def since(query: Query, day: date) -> Query:
    """Only transactions of that day or later."""
    return replace(
        query, where=(*query.where, f"t.trandate >= TO_DATE(?,{DAY})"), params=(*query.params, day.isoformat())
    )


def _custom(settings: NetSuiteSettings, *names: str) -> Mapping[str, str]:
    """The port's fields that the profile uses; the status also as people see it, because it may be a list."""
    found = {}
    for name in names:
        if own := script_id(settings, name):
            found[own] = f"t.{checked(own)}"
            if name == STATUS:
                found[SHOWN + own] = f"BUILTIN.DF({found[own]})"
    return found


def checked(name: str) -> str:
    """A script id that may stand in a statement. Raises ValueError for any other text."""
    if not SCRIPT_ID.fullmatch(name):
        raise ValueError(f"not a script id: {name[:40]!r}")
    return name
