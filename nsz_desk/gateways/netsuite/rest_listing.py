"""The pending refunds over REST: a handful of lists, each in pages of 1,000 rows; never a call for each row.

What a list does not tell stays unread. Only where a few refunds alone show no link are those few read whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nsz_desk.domain.errors import Credentials, DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Application, Customer, CustomerRefund
from nsz_desk.engine.ports import NetSuiteListing, Report
from nsz_desk.gateways.netsuite.links import applications
from nsz_desk.gateways.netsuite.mapping import ROW, Mapper, readable
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_links import Found, in_order, linked
from nsz_desk.gateways.netsuite.rest_memos import RestMemos, voided_in
from nsz_desk.gateways.netsuite.rest_names import RestNames, Times
from nsz_desk.gateways.netsuite.rest_rows import JsonRecord, SqlRow
from nsz_desk.gateways.netsuite.rest_whole import RestWhole
from nsz_desk.gateways.netsuite.suiteql import NOT_SHOWN, SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import links, older, refunds
from nsz_desk.settings.model import NetSuiteSettings

WHAT = "the applied rows of the refund"
FEW = 10  # refunds without a link that are read whole
Rows = tuple[Application, ...] | Unread


@dataclass(frozen=True, slots=True)
class RestListing:
    """Reads lists."""

    settings: NetSuiteSettings
    caller: RestCaller
    sql: SuiteQL
    names: RestNames
    mapper: Mapper
    times: Times
    memos: RestMemos
    whole: RestWhole

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """See the port.

        Raises:
            DeskError: something of it could not be read.
        """
        found, at = self.sql.rows(refunds(self.settings, since))
        report.check()
        self._learn_times(found)
        with readable("a customer refund"):
            rows = {row.ref("id"): row for row in found if voided_in(row) is not True}
        applied = self._applied(rows, since, report)
        listed = tuple(self._refund(key, row, applied[key]) for key, row in rows.items())
        report.check()
        memos = self.memos.of_refunds(listed, report)
        return NetSuiteListing(listed, memos, self._customers(rows), at, self._older(since))

    def _learn_times(self, rows: list[SqlRow]) -> None:
        """Find out the zone of the list's times from one record; without it they stay unknown."""
        row = next((one for one in reversed(rows) if one.text("lastmodifieddate")), None)
        if row is None or self.times.known:
            return
        try:
            body, _ = self.caller.record("customerRefund", row.ref("id"), {"fields": "lastModifiedDate"})
            self.times.learn(row.text("lastmodifieddate"), JsonRecord(body).text("lastModifiedDate"))
        except (DeskError, ValueError):
            return

    def _applied(self, rows: Mapping[str, SqlRow], since: date, report: Report) -> Mapping[str, Rows]:
        """What each refund is applied to."""
        try:
            with readable("the applied rows of refunds"):
                found = linked(self.sql, links(since)) if rows else {}
        except Credentials as error:
            if error.code != NOT_SHOWN:
                raise
            return dict.fromkeys(rows, Unread(WHAT, error.title))
        report.check()
        told = {key: self._rows(rows[key], found[key]) for key in rows if key in found}
        silent = [key for key in rows if isinstance(told.get(key, NO_LINKS), Unread)]
        whole = {key: self.whole.applied(key) for key in silent} if len(silent) <= FEW else {}
        return dict.fromkeys(silent, NO_LINKS) | told | whole

    def _rows(self, row: SqlRow, found: Found) -> Rows:
        """A refund's links as applications; Unread where one does not tell its kind and amount."""
        self.names.learn(row)
        with readable(f"customer refund {row.ref('id')}"):
            if any(link.amount is None for link in found.links.values()) or not found.links:
                return NO_LINKS
            return applications([found.links[doc] for doc in in_order(found.links)], self.mapper.currency(row))

    def _refund(self, key: str, row: SqlRow, applied: Rows) -> CustomerRefund:
        self.names.learn(row)
        with readable(f"customer refund {key}"):
            return self.mapper.refund(key, row, ROW, applied, voided_in(row))

    def _customers(self, rows: Mapping[str, SqlRow]) -> dict[str, Customer]:
        found = {}
        for row in rows.values():
            key = row.ref("entity")
            if key not in found and row.ref("person") == key != "":
                found[key] = self.mapper.customer(key, row)
        return found

    def _older(self, since: date) -> int | None:
        """How many refunds before `since` carry no Zuora ID: a number for people only."""
        try:
            return self.sql.first(older(self.settings, since), 1)[1]
        except DeskError:
            return None


NO_LINKS = Unread(WHAT, "NetSuite's links do not show any, or not with kind and amount")
