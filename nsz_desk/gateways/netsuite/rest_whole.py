"""One refund read whole over REST, right before a write: its record and its memos' records, not lists.

Lists are asked only for what no record tells: what a document is, who else is applied to a memo, the Zuora ID of the
picked payment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nsz_desk.domain.allocation import MemoLine
from nsz_desk.domain.errors import DeskError, Missing
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money, exact
from nsz_desk.domain.records import Application, CreditMemo, Customer, Kind
from nsz_desk.engine.ports import NetSuiteFacts
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.codes import ALARM
from nsz_desk.gateways.netsuite.links import TYPES, refunds_of_memo
from nsz_desk.gateways.netsuite.mapping import RECORD, Mapper, readable
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_links import applied_rows, record_applications
from nsz_desk.gateways.netsuite.rest_memos import RestMemos, live_refunds, voided_in
from nsz_desk.gateways.netsuite.rest_names import RestNames
from nsz_desk.gateways.netsuite.rest_rows import JsonRecord, SqlRow
from nsz_desk.gateways.netsuite.suiteql import SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import kinds
from nsz_desk.settings.model import NetSuiteSettings

EXPANDED = {"expandSubResources": "true"}


@dataclass(frozen=True, slots=True)
class RestWhole:
    """Reads whole records and what belongs to them."""

    settings: NetSuiteSettings
    caller: RestCaller
    sql: SuiteQL
    names: RestNames
    mapper: Mapper
    memos: RestMemos

    def record(self, kind: str, record_id: str) -> tuple[JsonRecord, datetime]:
        """A whole record, and the server's time.

        Raises:
            Missing: there is none.
            DeskError: it could not be read; NoAnswer with code `alarm`: another one came.
        """
        body, at = self.caller.record(kind, record_id, EXPANDED)
        if str(body.get("id", "")) != record_id:
            raise no_answer("NetSuite", f"it answers with another record than {kind} {record_id}", at, ALARM)
        record = JsonRecord(body)
        with readable(f"{kind} {record_id}"):
            self.names.learn(record)
        return record, at

    def facts(self, refund_id: str) -> NetSuiteFacts:
        """One refund whole.

        Raises:
            Missing: there is none.
            DeskError: something of it could not be read.
        """
        record, at = self.record("customerRefund", refund_id)
        with readable(f"customer refund {refund_id}"):
            docs = [doc for doc, _ in applied_rows(record)]
            types = self._types([refund_id, *docs])
            what = _kinds(types)
            applied = record_applications(record, what, self.mapper.currency(record))
            refund = self.mapper.refund(refund_id, record, RECORD, applied, _void(record, types.get(refund_id)))
        known = set() if refund.voided else {refund_id}
        memo_ids = [doc for doc in docs if what.get(doc) is Kind.CREDIT_MEMO]
        memos = [self._memo(doc, known, types) for doc in memo_ids]
        return NetSuiteFacts(refund, tuple(memos), self._customer(record.ref("customer")), at)

    def applied(self, refund_id: str) -> tuple[Application, ...] | Unread:
        """What one refund is applied to, from its record; Unread when that could not be read."""
        try:
            record, _ = self.record("customerRefund", refund_id)
            with readable(f"customer refund {refund_id}"):
                what = _kinds(self._types(doc for doc, _ in applied_rows(record)))
                return record_applications(record, what, self.mapper.currency(record))
        except DeskError as error:
            return Unread("the applied rows of the refund", error.title)

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """The refund and its memos as their records show them, a call for each; raises as `facts`."""
        record, at = self.record("customerRefund", refund_id)
        memos = []
        with readable(f"customer refund {refund_id}"):
            refund = self.mapper.refund(refund_id, record, RECORD, _left_out("applied rows"), _left_out("voided"))
            for doc, _ in applied_rows(record):
                try:
                    memo, _ = self.record("creditMemo", doc)
                except Missing:
                    continue  # another kind of document
                memos.append(self._glance_memo(doc, memo))
        return NetSuiteFacts(refund, tuple(memos), _left_out("customer"), at)

    def _glance_memo(self, memo_id: str, record: JsonRecord) -> CreditMemo:
        return self.mapper.memo(
            memo_id,
            record,
            RECORD,
            items=len(record.rows("item")),
            applied=_left_out("applied rows"),
            refunds=_left_out("refunds of the memo"),
            voided=_left_out("voided"),
            payments={},
        )

    def _memo(self, memo_id: str, known: set[str], types: Mapping[str, SqlRow]) -> CreditMemo:
        """A memo whole; `known` are the refunds that say that they are applied to it."""
        record, _ = self.record("creditMemo", memo_id)
        found = self.memos.links([memo_id])
        paid = self.memos.payments(filter(None, [self.mapper.reference(record)]))
        with readable(f"credit memo {memo_id}"):
            what = _kinds(self._types(doc for doc, _ in applied_rows(record)))
            shown = {doc for doc, _ in applied_rows(record) if what.get(doc) is Kind.REFUND}
            return self.mapper.memo(
                memo_id,
                record,
                RECORD,
                items=len(record.rows("item")),
                applied=record_applications(record, what, self.mapper.currency(record)),
                refunds=refunds_of_memo(known, live_refunds(found.get(memo_id)), shown),
                voided=_void(record, types.get(memo_id)),
                payments=paid,
            )

    def memo_lines(self, memo_id: str) -> tuple[MemoLine, ...]:
        """The memo's item lines that carry money, with their descriptions and items' names.

        Raises:
            Missing: there is no such memo.
            DeskError: it could not be read.
        """
        record, _ = self.record("creditMemo", memo_id)
        with readable(f"the lines of credit memo {memo_id}"):
            currency = self.mapper.currency(record)
            return tuple(
                MemoLine(f"{row.text('description')} {row.name_of('item')}".strip(), Money(exact(paid), currency))
                for row in record.rows("item")
                if (paid := row.text("amount"))
            )

    def _types(self, ids: Iterable[str]) -> dict[str, SqlRow]:
        """What SuiteQL tells about transactions: type and whether they are voided."""
        return {row.ref("id"): row for row in self.sql.among(kinds(), "id", ids)}

    def _customer(self, customer_id: str) -> Customer | Unread:
        try:
            record, _ = self.record("customer", customer_id)
        except DeskError as error:
            return Unread("customer", error.title)
        return self.mapper.customer(customer_id, record)


def _kinds(rows: Mapping[str, SqlRow]) -> dict[str, Kind]:
    return {doc: TYPES.get(row.text("type").casefold(), Kind.OTHER) for doc, row in rows.items()}


def _void(record: JsonRecord, row: SqlRow | None) -> bool | Unread:
    """Whether a transaction is voided: by its record's status, or by what SuiteQL tells. Raises ValueError."""
    if record.ref("status") == "V":
        return True
    return voided_in(row) if row else Unread("voided", "NetSuite does not show it to the integration role")


def _left_out(what: str) -> Unread:
    return Unread(what, "a glance does not read it")
