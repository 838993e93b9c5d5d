"""The database behind SuiteQL: filled from the world when it is first asked, then kept up to date.

A record that was never touched does not change by itself. So each query only looks again at those that
were written or kept, and writes the rows that differ from before. The caller holds the world's lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from nsz_desk.simulator import netsuite_suiteql_role
from nsz_desk.simulator.netsuite_fields import all_fields, fields_of
from nsz_desk.simulator.netsuite_ledger import KINDS, Ledger, Transaction
from nsz_desk.simulator.netsuite_lists import currency_name
from nsz_desk.simulator.netsuite_records import item_amounts
from nsz_desk.simulator.netsuite_suiteql_functions import install, stored
from nsz_desk.simulator.netsuite_suiteql_tables import OWNED, STATUS_LIST, TABLES, script
from nsz_desk.simulator.world import Applied, NsCustomer, NsMemo, NsPayment, NsRefund, World

TYPES = {
    "customerRefund": "CustRfnd", "creditMemo": "CustCred", "customerPayment": "CustPymt", "invoice": "CustInvc",
    "depositApplication": "DepAppl", "journal": "Journal",
}  # fmt: skip
_WIDTH = {"tx": 21, "line": 7, "link": 9, "person": 7}
_VALUES = {"string": "Free-Form Text", "boolean": "Check Box", "select": "List/Record"}
Row = tuple[str, tuple[Any, ...]]  # base table and values


class Books:
    """One world's database."""

    def __init__(self, world: World) -> None:
        """Make it empty."""
        self._world = world
        self._zone = ZoneInfo(world.netsuite.suiteql_zone)
        self._known: dict[str, list[Row]] = {}  # rows of the touched, by owner
        self._full = False
        self.database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.database.executescript(script())
        install(self.database, lambda: self._time(world.now()) or "")

    def schema(self) -> dict[str, dict[str, str]]:
        """The tables and columns the role may see, with their types."""
        account, world = self._world.netsuite, self._world
        present = {one.script_id for kind in TYPES for one in fields_of(world, kind)}
        present |= {one.script_id for one in fields_of(world, "customer")}
        found = {"dual": {"dummy": "text"}}
        for table, (columns, _) in TABLES.items():
            if table in account.suiteql_hides or (table == STATUS_LIST and not account.status_is_list):
                continue
            found[table] = {
                one.name: one.type
                for one in columns
                if f"{table}.{one.name}" not in account.suiteql_hides
                and (not one.name.startswith("cust") or one.name in present)
            }
        return found

    def bring_up_to_date(self) -> None:
        """Let the database say what the world says now."""
        self._lists()
        zone = ZoneInfo(self._world.netsuite.suiteql_zone)
        if zone != self._zone:
            self._zone, self._full = zone, False
        self.database.execute("BEGIN")
        if not self._full:
            self._fill()
        ledger, touched = Ledger(self._world), self._touched()
        for owner in touched | self._known.keys():
            self._write(owner, list(self._rows(ledger, owner)))
        self.database.execute("COMMIT")

    def _lists(self) -> None:
        """The small tables, written anew each time."""
        world, account, put = self._world, self._world.netsuite, self.database.executemany
        for table in ("account", "listed", "period", "field", "permission"):
            self.database.execute(f"DELETE FROM {table}")
        put("INSERT INTO account VALUES (?,?,?,?,?)", [(
            account.status_is_list, account.refund_is_previousdoc, account.memo_shows_refund_row,
            account.applied_columns_filled, -1 if account.totals_are_negative else 1)])  # fmt: skip
        lists = {"currency": account.currencies, "method": account.methods, "status": account.statuses}
        lists["currency name"] = [currency_name(code) for code in account.currencies]
        put("INSERT INTO listed VALUES (?,?,?)",
            [(kind, place, name) for kind, names in lists.items() for place, name in enumerate(names, 1)])  # fmt: skip
        put("INSERT INTO period VALUES (?,?,?,?,?,?)",
            [(one.id, one.name, _day(one.start), _day(one.end), _flag(one.closed), _flag(one.allow_non_gl))
             for one in world.ns_periods.values()])  # fmt: skip
        put("INSERT INTO field VALUES (?,?,?,?,?)",
            [(one.internal_id, one.script_id.upper(), one.label, "ENTITY" if one.records == ("customer",) else "BODY",
              _VALUES[one.kind]) for one in all_fields(account)])  # fmt: skip
        put("INSERT INTO permission VALUES (?,?,?,?)", netsuite_suiteql_role.rows(account.role_levels))

    def _fill(self) -> None:
        """Write all records; those that are made when looked at never need it again."""
        world, ledger = self._world, Ledger(self._world)
        for table in OWNED:
            self.database.execute(f"DELETE FROM {table}")
        self._known.clear()
        stores = (("r", world.refunds), ("m", world.memos), ("p", world.ns_payments), ("c", world.customers))
        touched = self._touched()
        for letter, store in stores:
            for key in store:
                if (owner := f"{letter}{key}") not in touched:
                    self._insert(list(self._rows(ledger, owner)))
        self._full = True

    def _touched(self) -> set[str]:
        world = self._world
        stores = (("r", world.refunds), ("m", world.memos), ("p", world.ns_payments), ("c", world.customers))
        return {f"{letter}{key}" for letter, store in stores for key in store.touched}

    def _write(self, owner: str, rows: list[Row]) -> None:
        """Replace an owner's rows where they are not the known ones."""
        if self._known.get(owner) == rows:
            return
        for table in OWNED:
            self.database.execute(f"DELETE FROM {table} WHERE owner = ?", (owner,))
        self._insert(rows)
        self._known[owner] = rows

    def _insert(self, rows: list[Row]) -> None:
        for table, values in rows:
            self.database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * _WIDTH[table])})", values)

    def _rows(self, ledger: Ledger, owner: str) -> Iterator[Row]:
        """All rows of one record; none when it is gone."""
        key = owner[1:]
        if owner[0] == "c":
            if (person := self._world.customers.peek(key)) is not None:
                yield self._person(owner, person)
            return
        kind = {"r": "customerRefund", "m": "creditMemo", "p": "customerPayment"}[owner[0]]
        one = ledger.find(kind, key)
        if one is None:
            return
        yield self._transaction(owner, one)
        yield from _lines(owner, one)
        others = {}
        for link in one.applied:
            yield self._link(owner, one, link)
            if KINDS[link.type] not in ("creditMemo", "customerRefund"):  # those stand for themselves
                others[link.doc] = ledger.other_end(link, one)
        if one.created_from and (source := ledger.find("invoice", one.created_from)) is not None:
            others.setdefault(one.created_from, source)
        for other in others.values():
            yield self._transaction(owner, other)

    def _person(self, owner: str, one: NsCustomer) -> Row:
        return "person", (owner, one.id, one.name, one.zuora_id or None, one.currency, one.subsidiary,
                          self._time(one.modified))  # fmt: skip

    def _transaction(self, owner: str, one: Transaction) -> Row:
        return "tx", (
            owner, one.id, TYPES[one.kind], one.number, one.customer_id, one.currency, _day(one.date),
            _number(one.total), one.memo or None, self._time(one.created), self._time(one.modified), one.subsidiary,
            one.voided, one.created_from or None, one.method or None, *_custom(one.record),
        )  # fmt: skip

    def _link(self, owner: str, one: Transaction, link: Applied) -> Row:
        memo_id = one.id if one.kind == "creditMemo" else link.doc if link.type == "credit_memo" else None
        live = not (one.kind == "customerRefund" and one.voided)
        return "link", (owner, one.id, TYPES[one.kind], link.doc, TYPES[KINDS[link.type]], _number(link.amount),
                        memo_id, live, self._time(one.modified))  # fmt: skip

    def _time(self, moment: datetime | None) -> str | None:
        return None if moment is None else stored(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(self._zone))


def _lines(owner: str, one: Transaction) -> Iterator[Row]:
    texts = one.record.item_texts if isinstance(one.record, NsMemo) else []
    yield "line", (owner, one.id, 0, "T", None, _number(one.total), one.memo or None)
    for number, amount in enumerate(item_amounts(one), 1):
        text = texts[number - 1] if number <= len(texts) else None
        yield "line", (owner, one.id, number, "F", 500 + number, _number(amount), text)


def _custom(record: NsRefund | NsMemo | NsPayment | None) -> tuple[str | None, ...]:
    """The custom fields, in the order of the base table; blank ones are NULL."""
    names = ("integration_status", "zuora_id", "sync_date")
    texts = [getattr(record, name, "") or None for name in names]
    if not isinstance(record, NsMemo):
        return (*texts, None, None, None)
    return (
        *texts,
        _flag(record.create_zuora_refund),
        record.zuora_payment_id or None,
        record.payment_reference or None,
    )


def _flag(value: bool) -> str:
    return "T" if value else "F"


def _day(day: date | None) -> str | None:
    return f"{day.isoformat()} 00:00:00" if day else None


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
