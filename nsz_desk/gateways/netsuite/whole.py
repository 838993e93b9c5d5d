"""One refund read whole, right before a write: the refund, its memos, its customer, and who else uses them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from nsz_desk.domain.allocation import MemoLine
from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money, exact
from nsz_desk.domain.records import CreditMemo, Customer, Kind
from nsz_desk.engine.ports import NetSuiteFacts
from nsz_desk.gateways.netsuite.fields import applied_query, payment_query, voided_query
from nsz_desk.gateways.netsuite.links import applied_docs, lines_of, refunds_of_memo, whole_applications
from nsz_desk.gateways.netsuite.mapping import RECORD, Mapper, readable
from nsz_desk.gateways.netsuite.names import Names
from nsz_desk.gateways.netsuite.records import Records, Resolved
from nsz_desk.gateways.netsuite.searching import Searches, basic, by_id, by_line, chunks
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.settings.model import NetSuiteSettings


class Whole:
    """Reads whole records and what belongs to them."""

    def __init__(
        self, settings: NetSuiteSettings, records: Records, searches: Searches, names: Names, mapper: Mapper
    ) -> None:
        """Use these."""
        self._settings, self._records, self._searches = settings, records, searches
        self._names, self._mapper = names, mapper

    def facts(self, refund_id: str) -> NetSuiteFacts:
        """One refund whole.

        Raises:
            Missing: there is none.
            DeskError: something of it could not be read.
        """
        node, at = self._records.one("customerRefund", refund_id)
        with readable(f"customer refund {refund_id}"):
            docs = applied_docs(node)
            resolved = self._records.resolve(docs, ("creditMemo", "invoice"))
            nodes = {doc: one.record for doc, one in resolved.items() if one.kind is Kind.CREDIT_MEMO and one.record}
            self._names.load([node.ref("currency")], [node.ref("paymentMethod")])
            voided = self.voided([refund_id, *nodes])
            applied = whole_applications(node, resolved, self._mapper.currency(node))
            refund = self._mapper.refund(refund_id, node, RECORD, applied, refund_id in voided)
        known = dict.fromkeys(nodes, set() if refund.voided else {refund_id})
        memos = self.memos(nodes, known, voided)
        return NetSuiteFacts(
            refund, tuple(memos[doc] for doc in dict.fromkeys(docs) if doc in memos), self._customer(node), at
        )

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """The refund and its memos as their records show them, in two calls; raises as `facts`."""
        node, at = self._records.one("customerRefund", refund_id)
        with readable(f"customer refund {refund_id}"):
            docs = applied_docs(node)
            resolved = self._records.resolve(docs, ("creditMemo",))
            nodes = {doc: one.record for doc, one in resolved.items() if one.kind is Kind.CREDIT_MEMO and one.record}
            self._names.load([node.ref("currency")], [node.ref("paymentMethod")])
            refund = self._mapper.refund(refund_id, node, RECORD, _left_out("applied rows"), _left_out("voided"))
            memos = [self._glance_memo(doc, nodes[doc]) for doc in dict.fromkeys(docs) if doc in nodes]
        return NetSuiteFacts(refund, tuple(memos), _left_out("customer"), at)

    def _glance_memo(self, memo_id: str, node: Node) -> CreditMemo:
        self._names.load([node.ref("currency")], ())
        return self._mapper.memo(
            memo_id,
            node,
            RECORD,
            items=len(node.rows("itemList", "item")),
            applied=_left_out("applied rows"),
            refunds=_left_out("refunds of the memo"),
            voided=_left_out("voided"),
            payments={},
        )

    def memos(
        self, nodes: Mapping[str, Node], known: Mapping[str, set[str]], voided: set[str]
    ) -> dict[str, CreditMemo]:
        """Credit memos from whole records; `known` are the refunds that say that they are applied to each."""
        with readable("a credit memo"):
            resolved = self._resolve_memo_rows(nodes, known)
            self._names.load((node.ref("currency") for node in nodes.values()), ())
        searched = self.refunds_of(nodes)
        payments = self.payments(filter(None, (self._mapper.reference(node) for node in nodes.values())))
        found = {}
        for memo_id, node in nodes.items():
            with readable(f"credit memo {memo_id}"):
                shown = {doc for doc in applied_docs(node) if resolved[doc].kind is Kind.REFUND}
                found[memo_id] = self._mapper.memo(
                    memo_id,
                    node,
                    RECORD,
                    items=len(node.rows("itemList", "item")),
                    applied=whole_applications(node, resolved, self._mapper.currency(node)),
                    refunds=refunds_of_memo(known.get(memo_id, set()), searched.get(memo_id, set()), shown),
                    voided=memo_id in voided,
                    payments=payments,
                )
        return found

    def memo_lines(self, memo_id: str) -> tuple[MemoLine, ...]:
        """The memo's item lines that carry money, with their descriptions and items' names.

        Raises:
            Missing: there is no such memo.
            DeskError: it could not be read.
        """
        node, _ = self._records.one("creditMemo", memo_id)
        with readable(f"the lines of credit memo {memo_id}"):
            self._names.load([node.ref("currency")], ())
            currency = self._mapper.currency(node)
            return tuple(
                MemoLine(f"{row.text('description')} {row.name_of('item')}".strip(), Money(exact(paid), currency))
                for row in node.rows("itemList", "item")
                if (paid := row.text("amount"))
            )

    def _resolve_memo_rows(self, nodes: Mapping[str, Node], known: Mapping[str, set[str]]) -> Mapping[str, Resolved]:
        """What the memos' rows name; refunds that are known need not be asked for."""
        refunds = {one for group in known.values() for one in group}
        docs = {doc for node in nodes.values() for doc in applied_docs(node)}
        found = self._records.resolve(sorted(docs - refunds), ("customerRefund", "invoice"))
        return {**found, **{doc: Resolved(Kind.REFUND) for doc in docs & refunds}}

    def voided(self, ids: Iterable[str]) -> set[str]:
        """Which of these refunds and memos are voided."""
        return {basic(row).ref("internalId") for row in self._searches.by_ids(voided_query(), ids, by_id)}

    def refunds_of(self, memo_ids: Iterable[str]) -> dict[str, set[str]]:
        """The live refunds that lists show as applied to memos, by memo."""
        found: dict[str, set[str]] = {}
        for part in chunks(memo_ids):
            asked = replace(applied_query(), applied_to=part)
            with readable("the refunds of credit memos"):
                lines = lines_of(self._searches.transactions(asked, by_line)[0])
            for refund_id, shown in lines.items():
                for link in shown.applied:
                    found.setdefault(link.doc, set()).add(refund_id)
        return found

    def payments(self, ids: Iterable[str]) -> dict[str, str | Unread]:
        """The Zuora IDs of customer payments, of those that exist."""
        rows = self._searches.by_ids(payment_query(self._settings), sorted(set(ids)), by_id)
        return {basic(row).ref("internalId"): self._mapper.payment_zuora_id(basic(row)) for row in rows}

    def _customer(self, refund: Node) -> Customer | Unread:
        customer_id = refund.ref("customer")
        try:
            node, _ = self._records.one("customer", customer_id)
        except DeskError as error:
            return Unread("customer", error.title)
        return self._mapper.customer(customer_id, node)


def _left_out(what: str) -> Unread:
    return Unread(what, "a glance does not read it")
