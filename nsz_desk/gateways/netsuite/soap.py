"""The NetSuite port over SOAP with token-based authentication: for integrations that exist already."""

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
from nsz_desk.gateways.http import Http, no_answer
from nsz_desk.gateways.netsuite.caller import Caller
from nsz_desk.gateways.netsuite.codes import ALARM
from nsz_desk.gateways.netsuite.fields import KINDS, script_id
from nsz_desk.gateways.netsuite.listed_memos import ListedMemos
from nsz_desk.gateways.netsuite.listing import Listing
from nsz_desk.gateways.netsuite.mapping import Mapper, readable
from nsz_desk.gateways.netsuite.names import Names, StatusField
from nsz_desk.gateways.netsuite.queries import Value
from nsz_desk.gateways.netsuite.records import Records
from nsz_desk.gateways.netsuite.results import need_success
from nsz_desk.gateways.netsuite.searching import PAGE, Searches, basic
from nsz_desk.gateways.netsuite.soap_open import Answer
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.gateways.netsuite.survey import SoapSurvey
from nsz_desk.gateways.netsuite.values import instant, zone
from nsz_desk.gateways.netsuite.whole import Whole
from nsz_desk.settings.model import NetSuiteSecrets, NetSuiteSettings


class SoapNetSuite:
    """NetSuite over SOAP. Usable from several threads; at most `calls_at_once` calls at a time."""

    def __init__(
        self,
        settings: NetSuiteSettings,
        secrets: NetSuiteSecrets,
        *,
        clock: Clock,
        http: Http | None = None,
        page_size: int = PAGE,
    ) -> None:
        """Put it together; nothing is sent. `page_size` is the rows of a list's page, 5 to 1,000.

        Raises:
            Setup: the profile's time zone is not known.
        """
        self._settings = settings
        user_zone = zone(settings.user_zone)
        self._messages = Messages(settings.version, user_zone)
        self._caller = Caller(settings, secrets, http or Http(settings.calls_at_once, pause=clock.sleep), clock)
        self._records = Records(self._caller, self._messages)
        self._searches = Searches(self._caller, self._messages, page_size)
        self._status = StatusField(self._caller, self._messages, settings.fields.integration_status)
        names = Names(self._records)
        self._mapper = Mapper(settings, user_zone, names, self._status)
        self._whole = Whole(settings, self._records, self._searches, names, self._mapper)
        memos = ListedMemos(settings, self._records, self._searches, names, self._mapper, self._whole)
        self._listing = Listing(settings, self._records, self._searches, names, self._mapper, memos)

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
        node, at = self._records.one(KINDS[record], record_id)
        with readable(f"{record} {record_id}"):
            return self._mapper.fields(node, at)

    def write_fields(self, record: str, record_id: str, values: Mapping[str, str], clear: Sequence[str]) -> datetime:
        """See the port. Without a claim note field in the profile the note is left out."""
        if set(values) & set(clear) or not (set(values) | set(clear)) <= {STATUS, ZUORA_ID, NOTE}:
            raise ValueError(f"cannot write {sorted(values)} and clear {sorted(clear)}")
        emptied = [*clear, *(name for name, text in values.items() if not text)]
        sent = [self._value(name, text) for name, text in values.items() if text and script_id(self._settings, name)]
        cleared = [one for name in emptied if (one := script_id(self._settings, name))]
        if not sent and not cleared:
            return self.server_time()
        kind = KINDS[record]

        def take(answer: Answer) -> None:
            response = answer.content.child("writeResponse")
            need_success(response, answer.at)
            ref = response.child("baseRef") if response else None
            if ref and (ref.id != record_id or ref.element.get("type", kind).casefold() != kind.casefold()):
                raise no_answer("NetSuite", f"it says that it wrote another record than {record_id}", answer.at, ALARM)

        return self._caller.write(
            "update", lambda passport: self._messages.update(passport, kind, record_id, sent, cleared), take
        )[1]

    def server_time(self) -> datetime:
        """See the port."""

        def take(answer: Answer) -> datetime:
            result = answer.content.child("getServerTimeResult")
            need_success(result, answer.at)
            with readable("the server's time"):
                return instant(result.text("serverTime") if result else "")

        return self._caller.read("getServerTime", self._messages.server_time, take)[0]

    def periods(self) -> tuple[Period, ...]:
        """See the port: the periods of months."""
        found = []
        for row in self._searches.periods():
            with readable("an accounting period"):
                found.append(self._mapper.period(basic(row)))
        return tuple(period for period in found if period)

    def survey(self, since: date) -> SoapSurvey:
        """See the port."""
        return SoapSurvey(
            self._settings,
            self._caller,
            self._messages,
            self._records,
            self._searches,
            self._status,
            self._mapper,
            since,
        )

    def _value(self, name: str, text: str) -> Value:
        return self._status.value(text) if name == STATUS else Value(script_id(self._settings, name), text)
