"""Over REST: names behind internal ids, Integration Status as text or list, and the zone of SuiteQL's times."""

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from nsz_desk.domain.errors import DeskError, Setup
from nsz_desk.domain.status import plain
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_rows import JsonRecord, SqlRow
from nsz_desk.gateways.netsuite.soap_read import Custom
from nsz_desk.gateways.netsuite.suiteql import SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import statuses
from nsz_desk.gateways.netsuite.values import PACIFIC, instant
from nsz_desk.settings.model import NetSuiteSettings

UNNAMED = "(not shown by NetSuite)"  # maps to no method of Zuora, so that the refund is blocked and says why
QUARTER, EXACT = timedelta(minutes=15), timedelta(seconds=2)


class RestNames:
    """Currency codes (ISO 4217) and names of payment methods. Kept once read."""

    def __init__(self, caller: RestCaller) -> None:
        """Know none yet."""
        self._caller = caller
        self._codes: dict[str, str] = {}
        self._methods: dict[str, str] = {}

    def learn(self, node: SqlRow | JsonRecord) -> None:
        """Take the names that a row or record tells by itself; a row shows a method by its name only."""
        if (key := node.ref("currency")) and (code := node.text("iso")):
            self._codes[key] = code
        if key := node.ref("paymentMethod"):
            self._methods[key] = node.name_of("paymentMethod") if isinstance(node, JsonRecord) else key

    def currency(self, internal_id: str) -> str:
        """The ISO code of a currency. Raises ValueError; DeskError when it must be read and cannot."""
        if internal_id and internal_id not in self._codes:
            body, _ = self._caller.record("currency", internal_id)
            self._codes[internal_id] = JsonRecord(body).text("symbol")
        code = self._codes.get(internal_id, "").upper()
        if len(code) != 3 or not code.isalpha() or not code.isascii():
            raise ValueError(f"no currency code: {code!r}")
        return code

    def method(self, internal_id: str) -> str:
        """The name of a payment method, "" for none."""
        return (self._methods.get(internal_id) or UNNAMED) if internal_id else ""


class RestStatus:
    """Integration Status, which is free text in some accounts and a list in others."""

    def __init__(self, caller: RestCaller, sql: SuiteQL, settings: NetSuiteSettings) -> None:
        """Not known yet which of the two."""
        self._caller, self._sql, self._settings = caller, sql, settings
        self.script_id = settings.fields.integration_status
        self._is_list: bool | None = None
        self._ids: dict[str, str] = {}  # plain text -> internal id, of a list

    def text(self, custom: Custom | None) -> str:
        """The status as text, "" when blank."""
        if custom is None:
            return ""
        self._is_list = custom.kind == "Select"
        if not self._is_list:
            return custom.text
        if custom.name and custom.internal_id:
            self._ids[plain(custom.name)] = custom.internal_id
        return custom.name or f"status {custom.internal_id}"

    def value(self, text: str) -> object:
        """The status as it is written: a text, or the reference of a list's value.

        Raises:
            Setup: the field is a list, and no record tells the id of that text.
            DeskError: it could not be found out.
        """
        if self._is_list is None:
            self._is_list = self._finds_a_list()
        if not self._is_list:
            return text
        if plain(text) not in self._ids:
            rows, _ = self._sql.rows(statuses(self._settings))
            self._ids |= {plain(row.text("shown")): row.ref("id") for row in rows}
        if key := self._ids.get(plain(text)):
            return {"id": key}
        raise Setup(
            f"No refund or credit memo shows the id of the value {text} in NetSuite's list of integration statuses.",
            "Nothing was written.",
            "Set this status once by hand on any refund, or change the status texts in the profile.",
        )

    def _finds_a_list(self) -> bool:
        """No record has shown the field yet: its schema tells. Text is a safe guess, because a list refuses it."""
        try:
            properties = self._caller.schema("customerRefund").get("properties")
        except DeskError:
            return False
        own = properties.get(self.script_id) if isinstance(properties, dict) else None
        return isinstance(own, dict) and (own.get("type") == "object" or "$ref" in json.dumps(list(own)))


class Times:
    """Reads times: those of records say their zone; those of SuiteQL do not, so it is learned from a record."""

    def __init__(self, user_zone: ZoneInfo) -> None:
        """Know nothing yet; the zone of the user and NetSuite's own are tried before a fixed distance."""
        self._tried: tuple[tzinfo, ...] = (UTC, user_zone, ZoneInfo(PACIFIC))
        self._zone: tzinfo | None = None

    @property
    def known(self) -> bool:
        """Whether SuiteQL's times can be read."""
        return self._zone is not None

    def learn(self, local: str, record: str) -> None:
        """Compare one time as SuiteQL and as the record tell it; anything odd teaches nothing. Raises ValueError."""
        moment = instant(record)
        ahead = datetime.fromisoformat(local).replace(tzinfo=UTC) - moment
        offset = round(ahead / QUARTER) * QUARTER
        if abs(ahead - offset) <= EXACT and abs(offset) < timedelta(hours=15):
            alike = (one for one in self._tried if moment.astimezone(one).utcoffset() == offset)
            self._zone = next(alike, timezone(offset))

    def moment(self, text: str) -> datetime | None:
        """A moment in UTC; None while the zone is not known. Raises ValueError."""
        if "T" in text:
            return instant(text)
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=self._zone).astimezone(UTC) if self._zone else None
