"""The gateway to NetSuite over REST: the port's methods over records, SuiteQL and OAuth 2.0.

Source: NetSuite help as cited in the modules. None of it was tried on a live account.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from nsz_desk.domain.allocation import MemoLine
from nsz_desk.domain.records import Period
from nsz_desk.engine.ports import (
    NOTE,
    STATUS,
    ZUORA_ID,
    Clock,
    Fields,
    NetSuiteFacts,
    NetSuiteListing,
    Report,
)
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.fields import KINDS, script_id
from nsz_desk.gateways.netsuite.mapping import Mapper, readable
from nsz_desk.gateways.netsuite.oauth import Tokens
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_listing import RestListing
from nsz_desk.gateways.netsuite.rest_memos import RestMemos
from nsz_desk.gateways.netsuite.rest_names import RestNames, RestStatus, Times
from nsz_desk.gateways.netsuite.rest_survey import RestSurvey
from nsz_desk.gateways.netsuite.rest_whole import RestWhole
from nsz_desk.gateways.netsuite.suiteql import PAGE, SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import periods
from nsz_desk.gateways.netsuite.values import zone
from nsz_desk.settings.model import NetSuiteRestSecrets, NetSuiteSettings


class RestNetSuite:
    """NetSuite over REST. Usable from several threads; at most `calls_at_once` calls at a time."""

    def __init__(
        self,
        settings: NetSuiteSettings,
        secrets: NetSuiteRestSecrets,
        *,
        clock: Clock,
        http: Http | None = None,
        page_size: int = PAGE,
    ) -> None:
        """Put it together; nothing is sent. `page_size` is the rows of a list's page, up to 1,000.

        Raises:
            Setup: the profile's time zone is not known, or the private key cannot be used.
        """
        self._settings = settings
        http = http or Http(settings.calls_at_once, pause=clock.sleep)
        self._caller = RestCaller(settings, Tokens(settings, secrets, http, clock), http, clock)
        self._sql = SuiteQL(self._caller, page_size)
        self._status = RestStatus(self._caller, self._sql, settings)
        names, times = RestNames(self._caller), Times(zone(settings.user_zone))
        self._mapper = Mapper(settings, None, names, self._status, times.moment)
        memos = RestMemos(settings, self._sql, names, self._mapper)
        self._whole = RestWhole(settings, self._caller, self._sql, names, self._mapper, memos)
        self._listing = RestListing(settings, self._caller, self._sql, names, self._mapper, times, memos, self._whole)

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """See the port."""
        return self._listing.pending(since, report)

    def read(self, refund_id: str) -> NetSuiteFacts:
        """See the port."""
        return self._whole.facts(refund_id)

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """See the port."""
        return self._whole.glance(refund_id)

    def memo_lines(self, memo_id: str) -> tuple[MemoLine, ...]:
        """See the port."""
        return self._whole.memo_lines(memo_id)

    def read_fields(self, record: str, record_id: str) -> Fields:
        """See the port."""
        found, at = self._whole.record(KINDS[record], record_id)
        with readable(f"{record} {record_id}"):
            return self._mapper.fields(found, at)

    def write_fields(self, record: str, record_id: str, values: Mapping[str, str], clear: Sequence[str]) -> datetime:
        """See the port. Without a claim note field in the profile the note is left out."""
        if set(values) & set(clear) or not (set(values) | set(clear)) <= {STATUS, ZUORA_ID, NOTE}:
            raise ValueError(f"cannot write {sorted(values)} and clear {sorted(clear)}")
        wanted = {name: values.get(name, "") for name in (*values, *clear)}
        sent = {
            own: self._value(name, text) for name, text in wanted.items() if (own := script_id(self._settings, name))
        }
        if not sent:
            return self.server_time()
        return self._caller.patch(KINDS[record], record_id, sent)

    def server_time(self) -> datetime:
        """See the port."""
        return self._sql.server_time()

    def periods(self) -> tuple[Period, ...]:
        """See the port: the periods of months."""
        rows, _ = self._sql.rows(periods())
        with readable("an accounting period"):
            found = [self._mapper.period(row) for row in rows]
        return tuple(period for period in found if period)

    def survey(self, since: date) -> RestSurvey:
        """See the port."""
        return RestSurvey(self._settings, self._caller, self._sql, since)

    def _value(self, name: str, text: str) -> object:
        """A field's new value; null clears it."""
        if not text:
            return None
        return self._status.value(text) if name == STATUS else text
