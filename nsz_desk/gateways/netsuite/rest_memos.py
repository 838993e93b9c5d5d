"""Over REST: credit memos from lists, and what is known of many memos at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nsz_desk.domain.errors import Credentials
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CreditMemo, CustomerRefund, Kind
from nsz_desk.engine.ports import Report
from nsz_desk.gateways.netsuite.links import applications, refunds_of_memo
from nsz_desk.gateways.netsuite.listed_memos import known_refunds
from nsz_desk.gateways.netsuite.mapping import ROW, Mapper, readable
from nsz_desk.gateways.netsuite.rest_links import Found, in_order, linked
from nsz_desk.gateways.netsuite.rest_names import RestNames
from nsz_desk.gateways.netsuite.rest_rows import SqlRow
from nsz_desk.gateways.netsuite.suiteql import NOT_SHOWN, SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import links, memo_lines, memos, payments
from nsz_desk.gateways.netsuite.values import tick
from nsz_desk.settings.model import NetSuiteSettings

NO_ROWS = Unread("the applied rows of the credit memo", "NetSuite's links do not show any")


@dataclass(frozen=True, slots=True)
class RestMemos:
    """Reads memos."""

    settings: NetSuiteSettings
    sql: SuiteQL
    names: RestNames
    mapper: Mapper

    def of_refunds(self, refunds: Iterable[CustomerRefund], report: Report) -> dict[str, CreditMemo]:
        """The memos that the refunds are applied to, by id; one that cannot be read is not among them.

        Raises:
            DeskError: a list could not be read.
        """
        known = known_refunds(refunds)
        rows = {row.ref("id"): row for row in self.sql.among(memos(self.settings), "id", known)}
        report.check()
        lines = self._lines(rows)
        report.check()
        found = self.links(rows)
        report.check()
        paid = self.payments(filter(None, map(self.mapper.reference, rows.values())))
        return {key: self._memo(row, lines[key], found, known[key], paid) for key, row in rows.items() if key in lines}

    def _lines(self, ids: Iterable[str]) -> dict[str, SqlRow]:
        """Items and origin of memos. Without them a memo cannot be judged, so it is not read then."""
        try:
            return {row.ref("id"): row for row in self.sql.among(memo_lines(), "id", ids)}
        except Credentials as error:
            if error.code != NOT_SHOWN:
                raise
            return {}

    def links(self, ids: Iterable[str]) -> dict[str, Found]:
        """The links of memos, none where the role may not see them; raises as `linked`."""
        try:
            with readable("the applied rows of credit memos"):
                return linked(self.sql, links(), ids)
        except Credentials as error:
            if error.code != NOT_SHOWN:
                raise
            return {}

    def payments(self, ids: Iterable[str]) -> dict[str, str | Unread]:
        """The Zuora IDs of customer payments, of those that exist."""
        asked = in_order(set(ids))
        rows = self.sql.among(payments(self.settings), "id", asked) if asked else ()
        return {row.ref("id"): self.mapper.payment_zuora_id(row) for row in rows}

    def _memo(
        self,
        row: SqlRow,
        line: SqlRow,
        found: Mapping[str, Found],
        known: set[str],
        paid: Mapping[str, str | Unread],
    ) -> CreditMemo:
        memo_id = row.ref("id")
        self.names.learn(row)
        own = found.get(memo_id)
        with readable(f"credit memo {memo_id}"):
            currency = self.mapper.currency(row)
            rows = applications([own.links[doc] for doc in in_order(own.links)], currency) if own else NO_ROWS
            return self.mapper.memo(
                memo_id,
                WithOrigin(row, line),
                ROW,
                items=int(line.text("items")),
                applied=rows,
                refunds=refunds_of_memo(known, set(), live_refunds(own)),
                voided=voided_in(row),
                payments=paid,
            )


class WithOrigin(SqlRow):
    """A memo's row with what its lines tell it was created from."""

    __slots__ = ()

    def __init__(self, row: SqlRow, line: SqlRow) -> None:
        """Take `createdfrom` from the line."""
        super().__init__({**row.values, "createdfrom": line.text("createdfrom")})


def live_refunds(found: Found | None) -> set[str]:
    """The refunds at the other end of a memo's links that are not voided."""
    return {doc for doc, link in found.links.items() if link.kind is Kind.REFUND} - found.void if found else set()


def voided_in(row: SqlRow) -> bool | Unread:
    """Whether a row's transaction is voided, by either of the two columns that tell. Raises ValueError."""
    flag, letter = row.text("voided"), row.text("status").rpartition(":")[2]
    if not flag and not letter:
        return Unread("voided", "NetSuite's list does not tell whether it is voided")
    return letter == "V" or (bool(flag) and tick(flag))
