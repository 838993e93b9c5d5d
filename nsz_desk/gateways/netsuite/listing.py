"""The pending refunds in few calls: lists first, whole records only for rows of which the lists do not tell enough.

Source: NetSuite SOAP reference, section 7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Customer, CustomerRefund
from nsz_desk.engine.ports import NetSuiteListing, Report
from nsz_desk.gateways.netsuite.codes import Failure, error_of
from nsz_desk.gateways.netsuite.fields import ONLY_ID, applied_query, refund_query
from nsz_desk.gateways.netsuite.links import Lines, applications, applied_docs, lines_of, whole_applications
from nsz_desk.gateways.netsuite.listed_memos import ListedMemos
from nsz_desk.gateways.netsuite.mapping import RECORD, ROW, Mapper, readable
from nsz_desk.gateways.netsuite.names import Names
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.gateways.netsuite.records import Records
from nsz_desk.gateways.netsuite.searching import Searches, basic, by_id, by_line
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Part, Row, Values
from nsz_desk.settings.model import NetSuiteSettings


@dataclass(frozen=True, slots=True)
class Listing:
    """Reads lists."""

    settings: NetSuiteSettings
    records: Records
    searches: Searches
    names: Names
    mapper: Mapper
    memos: ListedMemos

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """See the port.

        Raises:
            DeskError: something of it could not be read.
        """
        early = since - timedelta(days=1)  # whatever NetSuite thinks of zones, no day is missed; filtered below
        found, at = self.searches.transactions(replace(refund_query(self.settings), since=early), by_id)
        rows = {basic(row).ref("internalId"): row for row in found}
        report.check()
        with readable("the applied rows of refunds"):
            found, _ = self.searches.transactions(replace(applied_query(), since=early), by_line)
            lines = lines_of(found)
        report.check()
        refunds = tuple(one for one in self._refunds(rows, lines) if one.date >= since)
        report.check()
        memos = self.memos.of_refunds(refunds, report)
        customers = self._customers(rows[one.id] for one in refunds)
        return NetSuiteListing(refunds, memos, customers, at, self._older(since))

    def _refunds(self, rows: Mapping[str, Row], lines: Mapping[str, Lines]) -> tuple[CustomerRefund, ...]:
        parts = {key: basic(row) for key, row in rows.items()}
        self._load_names(parts.values())
        told = {key for key, part in parts.items() if part.text("fxAmount") and key in lines and lines[key].whole}
        others = self._whole_refunds({key: part for key, part in parts.items() if key not in told})
        found = []
        for key, part in parts.items():
            if key in others:
                found.append(others[key])
                continue
            with readable(f"customer refund {key}"):
                applied = applications(lines[key].applied, self.mapper.currency(part))
                found.append(self.mapper.refund(key, part, ROW, applied, voided=False))
        return tuple(found)

    def _whole_refunds(self, parts: Mapping[str, Part]) -> dict[str, CustomerRefund]:
        """Refunds of which the lists do not tell all, from whole records."""
        records = self.records.many(("customerRefund", key) for key in parts)
        nodes = {key: node for (_, key), node in records.items() if isinstance(node, Node)}
        self._load_names(nodes.values())
        with readable("a customer refund"):
            docs = [doc for node in nodes.values() for doc in applied_docs(node)]
        resolved = self.records.resolve(docs, ("creditMemo", "invoice"))
        found = {}
        for key, part in parts.items():
            with readable(f"customer refund {key}"):
                if node := nodes.get(key):
                    applied = whole_applications(node, resolved, self.mapper.currency(node))
                    found[key] = self.mapper.refund(key, node, RECORD, applied, voided=False)
                else:
                    found[key] = self._bare_refund(key, part, records["customerRefund", key])
        return found

    def _bare_refund(self, key: str, part: Part, problem: Node | Failure) -> CustomerRefund:
        """A refund whose whole record cannot be read: its applied rows stay unread; without an amount it is refused."""
        error = error_of(problem, None) if isinstance(problem, Failure) else None
        if error and not part.text("fxAmount"):
            raise error
        applied = Unread("the applied rows of the refund", error.title if error else "the record could not be read")
        return self.mapper.refund(key, part, ROW, applied, voided=False)

    def _load_names(self, nodes: Iterable[Values]) -> None:
        listed = list(nodes)
        self.names.load((node.ref("currency") for node in listed), (node.ref("paymentMethod") for node in listed))

    def _customers(self, rows: Iterable[Row]) -> dict[str, Customer]:
        found = {}
        for row in rows:
            customer_id = basic(row).ref("entity")
            part = row.get("customerMainJoin") if customer_id not in found else None  # many refunds, one customer
            if part and customer_id and part.ref("internalId") in ("", customer_id):
                found[customer_id] = self.mapper.customer(customer_id, part)
        return found

    def _older(self, since: date) -> int | None:
        """How many refunds before `since` carry no Zuora ID: a number for people only."""
        query = TransactionQuery(
            ONLY_ID,
            types=("_customerRefund",),
            main_line=True,
            voided=False,
            before=since,
            blank_field=self.settings.fields.zuora_id,
        )
        try:
            return self.searches.count(query)
        except DeskError:
            return None
