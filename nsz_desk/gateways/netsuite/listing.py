"""The pending refunds in few calls: lists first, whole records only for rows of which the lists do not tell enough.

Source: NetSuite SOAP reference, section 7.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CreditMemo, Customer, CustomerRefund, Kind
from nsz_desk.engine.ports import NetSuiteListing, Report
from nsz_desk.gateways.netsuite.fields import (
    ONLY_ID,
    applied_query,
    memo_lines_query,
    memo_query,
    refund_query,
)
from nsz_desk.gateways.netsuite.links import (
    Lines,
    applications,
    applied_docs,
    lines_of,
    refunds_of_memo,
    whole_applications,
)
from nsz_desk.gateways.netsuite.mapping import RECORD, ROW, Mapper, readable
from nsz_desk.gateways.netsuite.names import Names
from nsz_desk.gateways.netsuite.records import Records, expect
from nsz_desk.gateways.netsuite.searching import Searches, basic, by_id, by_line
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_write import TransactionQuery
from nsz_desk.gateways.netsuite.whole import Whole
from nsz_desk.settings.model import NetSuiteSettings


@dataclass(frozen=True, slots=True)
class Listing:
    """Reads lists."""

    settings: NetSuiteSettings
    records: Records
    searches: Searches
    names: Names
    mapper: Mapper
    whole: Whole

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """See the port.

        Raises:
            DeskError: something of it could not be read.
        """
        query = replace(refund_query(self.settings), since=since)
        found, at = self.searches.transactions(query, by_id)
        rows = {basic(row).ref("internalId"): row for row in found}
        report.check()
        with readable("the applied rows of refunds"):
            found, _ = self.searches.transactions(replace(applied_query(), since=since), by_line)
            lines = lines_of(found)
        report.check()
        refunds = self._refunds(rows, lines)
        report.check()
        trusted = any(one.applied for one in lines.values())
        memos = self._memos(refunds, trusted, report)
        return NetSuiteListing(refunds, memos, self._customers(rows), at, self._older(since))

    def _refunds(self, rows: Mapping[str, Node], lines: Mapping[str, Lines]) -> tuple[CustomerRefund, ...]:
        parts = {key: basic(row) for key, row in rows.items()}
        self._load_names(parts.values())
        told = {key for key, part in parts.items() if part.text("fxAmount") and key in lines and lines[key].whole}
        others = self._whole_refunds([key for key in parts if key not in told])
        found = []
        for key, part in parts.items():
            if key in others:
                found.append(others[key])
                continue
            with readable(f"customer refund {key}"):
                applied = applications(lines[key].applied, self.mapper.currency(part))
                found.append(self.mapper.refund(key, part, ROW, applied, voided=False))
        return tuple(found)

    def _whole_refunds(self, ids: list[str]) -> dict[str, CustomerRefund]:
        """Refunds of which the lists do not tell all, from whole records."""
        records = self.records.many(("customerRefund", key) for key in ids)
        nodes = {key: expect(records, ("customerRefund", key)) for key in ids}
        self._load_names(nodes.values())
        found = {}
        with readable("a customer refund"):
            docs = [doc for node in nodes.values() for doc in applied_docs(node)]
        resolved = self.records.resolve(docs, ("creditMemo", "invoice"))
        for key, node in nodes.items():
            with readable(f"customer refund {key}"):
                applied = whole_applications(node, resolved, self.mapper.currency(node))
                found[key] = self.mapper.refund(key, node, RECORD, applied, voided=False)
        return found

    def _load_names(self, nodes: Iterable[Node]) -> None:
        listed = list(nodes)
        self.names.load((node.ref("currency") for node in listed), (node.ref("paymentMethod") for node in listed))

    def _memos(self, refunds: Iterable[CustomerRefund], trusted: bool, report: Report) -> Mapping[str, CreditMemo]:
        """The memos of the refunds; `trusted`: this account shows links in its lists."""
        known: dict[str, set[str]] = {}
        for refund in refunds:
            for row in refund.applied if not isinstance(refund.applied, Unread) else ():
                if row.kind is Kind.CREDIT_MEMO:
                    known.setdefault(row.doc, set()).add(refund.id)
        if not known:
            return {}
        voided = self.whole.voided(known)
        report.check()
        if trusted:
            return self._listed_memos(known, voided, report)
        refs = [("creditMemo", memo_id) for memo_id in known]
        records = self.records.many(refs)
        nodes = {ref[1]: node for ref in refs if isinstance(node := records[ref], Node)}
        return self.whole.memos(nodes, known, voided)

    def _listed_memos(
        self, known: Mapping[str, set[str]], voided: set[str], report: Report
    ) -> Mapping[str, CreditMemo]:
        parts = [basic(row) for row in self.searches.by_ids(memo_query(self.settings), known, by_id)]
        report.check()
        with readable("the applied rows of credit memos"):
            lines = lines_of(self.searches.by_ids(memo_lines_query(), known, by_line))
        report.check()
        searched = self.whole.refunds_of(known)
        self._load_names(parts)
        payments = self.whole.payments(filter(None, map(self.mapper.reference, parts)))
        return {
            memo.id: memo for part in parts for memo in [self._memo(part, lines, known, searched, voided, payments)]
        }

    def _memo(
        self,
        part: Node,
        lines: Mapping[str, Lines],
        known: Mapping[str, set[str]],
        searched: Mapping[str, set[str]],
        voided: set[str],
        payments: Mapping[str, str | Unread],
    ) -> CreditMemo:
        memo_id = part.ref("internalId")
        own = lines.get(memo_id)
        unread = Unread("the lines of the credit memo", "NetSuite's list does not show them")
        with readable(f"credit memo {memo_id}"):
            return self.mapper.memo(
                memo_id,
                part,
                ROW,
                items=own.items if own else unread,
                applied=applications([*own.applied, *own.applying], self.mapper.currency(part)) if own else unread,
                refunds=refunds_of_memo(
                    known[memo_id],
                    searched.get(memo_id, set()),
                    {link.doc for link in own.applying if link.kind is Kind.REFUND} if own else set(),
                ),
                voided=memo_id in voided,
                payments=payments,
            )

    def _customers(self, rows: Mapping[str, Node]) -> dict[str, Customer]:
        found = {}
        for row in rows.values():
            customer_id, part = basic(row).ref("entity"), row.child("customerMainJoin")
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
