"""What an account offers to the desk: its custom fields and its lists, found out with reads of a few rows each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import MEMO, REFUND, FieldFound, ListFound
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.caller import Caller
from nsz_desk.gateways.netsuite.fields import (
    KINDS,
    applied_query,
    memo_lines_query,
    memo_query,
    payment_query,
    refund_query,
    voided_query,
)
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.gateways.netsuite.records import Records
from nsz_desk.gateways.netsuite.results import need_success
from nsz_desk.gateways.netsuite.searching import Searches, basic
from nsz_desk.gateways.netsuite.soap_open import Answer
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Part, Row, Values
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.settings.model import NetSuiteSettings

CUSTOMER = "customer"
BODY, ENTITY = "transactionBodyCustomField", "entityCustomField"
USED = (  # record, name in the profile, label that the connector's package gives the field
    (REFUND, "integration_status", "Zuora Integration Status"),
    (REFUND, "zuora_id", "Zuora ID"),
    (REFUND, "sync_date", "Zuora Sync Date"),
    (MEMO, "integration_status", "Zuora Integration Status"),
    (MEMO, "zuora_id", "Zuora ID"),
    (MEMO, "create_zuora_refund", "Zuora Create Zuora Refund"),
    (MEMO, "refund_payment_id", "Zuora Refund Payment ID"),
    (MEMO, "refund_payment_reference", "Zuora Refund Payment Reference"),
    (CUSTOMER, "customer_zuora_id", "Zuora ID"),
)
ENOUGH = 50  # lines that would show an application if this account's lists show any
NO_LINKS = "it does not tell what a refund is applied to, so each refund is read whole, which takes longer"


@dataclass(frozen=True, slots=True)
class Survey:
    """Looks at one account."""

    settings: NetSuiteSettings
    caller: Caller
    messages: Messages
    records: Records
    searches: Searches

    def fields(self, since: date) -> tuple[FieldFound, ...]:
        """See the port.

        The account's own list of fields proves most. A role that may not see it leaves only the records, which show
        a field where it is not blank.
        """
        listed = {kind: self._listed(kind) for kind in (BODY, ENTITY)}
        shown = self._shown(since)
        return tuple(
            self._found(record, name, label, listed[ENTITY if record == CUSTOMER else BODY], shown[record])
            for record, name, label in USED
            if name != "sync_date" or self.settings.claim_note_field
        )

    def _found(
        self, record: str, name: str, label: str, listed: Mapping[str, str] | None, shown: list[Values]
    ) -> FieldFound:
        script_id = str(getattr(self.settings.fields, name))
        custom = [one for node in shown if (one := node.custom(script_id))]
        kind = custom[0].kind if custom else ""
        if listed is None or script_id.casefold() in listed:
            return FieldFound(record, name, label, script_id, True if custom or listed is not None else None, kind)
        alike = tuple(one for one, said in listed.items() if said.casefold() == label.casefold())
        return FieldFound(record, name, label, script_id, bool(custom), kind, () if custom else alike)

    def _listed(self, kind: str) -> Mapping[str, str] | None:
        """Label by script id of all custom fields of a kind; None where NetSuite does not tell."""

        def take(answer: Answer) -> Mapping[str, str]:
            result = answer.content.child("getCustomizationIdResult")
            need_success(result, answer.at)
            if result is None:
                raise no_answer("NetSuite", "it answers without a result", answer.at)
            refs = result.rows("customizationRefList", "customizationRef")
            return {one.element.get("scriptId", "").casefold(): one.text("name") for one in refs}

        try:
            return self.caller.read(
                "getCustomizationId", lambda passport: self.messages.custom_fields(passport, kind), take
            )[0]
        except DeskError:
            return None

    def _shown(self, since: date) -> Mapping[str, list[Values]]:
        """Rows of a few refunds, memos and customers, and one whole record of each kind that there is."""
        rows = {
            REFUND: self._rows(replace(refund_query(self.settings), since=since)),
            MEMO: self._rows(replace(memo_query(self.settings), since=since)),
        }
        shown: dict[str, list[Values]] = {record: [basic(row) for row in some] for record, some in rows.items()}
        shown[CUSTOMER] = list(_customers(rows[REFUND]))
        kinds = {**KINDS, CUSTOMER: CUSTOMER}
        first = {(kinds[record], some[0].ref("internalId")): record for record, some in shown.items() if some}
        for ref, node in self.records.many(ref for ref in first if ref[1]).items():
            if isinstance(node, Node):
                shown[first[ref]].append(node)
        return shown

    def _rows(self, query: TransactionQuery) -> tuple[Row, ...]:
        try:
            return self.searches.first(query).rows
        except DeskError:
            return ()  # `lists` says why

    def lists(self, since: date) -> tuple[ListFound, ...]:
        """See the port."""
        queries = {
            "refunds": refund_query(self.settings),
            "what refunds are applied to": applied_query(),
            "credit memos": memo_query(self.settings),
            "lines of credit memos": memo_lines_query(),
            "voided refunds and memos": voided_query(),
            "customer payments": payment_query(self.settings),
        }
        return tuple(self._list(name, replace(query, since=since)) for name, query in queries.items())

    def _list(self, name: str, query: TransactionQuery) -> ListFound:
        try:
            page = self.searches.first(query, ENOUGH)
        except DeskError as error:
            return ListFound(name, Unread(name, error.title))
        links = "appliedToTransaction" in query.columns and query.types == ("_customerRefund",)
        blind = links and bool(page.rows) and not any(basic(row).ref("appliedToTransaction") for row in page.rows)
        return ListFound(name, page.total, NO_LINKS if blind else "")


def _customers(rows: Iterable[Row]) -> Iterator[Part]:
    for row in rows:
        if customer := row.get("customerMainJoin"):
            yield customer
