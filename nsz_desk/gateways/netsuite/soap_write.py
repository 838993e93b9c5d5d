"""Build SOAP requests: zeep writes them from our own trimmed WSDL. Nothing is sent and nothing is read here.

`import zeep` costs a fifth of a second, so it waits until the first request. zeep turns a list given for a
`nullFieldList` into its first name only, hence the typed `NullField` object below.
"""

import io
import queue
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from lxml import etree

import nsz_desk
from nsz_desk.gateways.netsuite.auth import ALGORITHM, Passport
from nsz_desk.gateways.netsuite.queries import TransactionQuery, Value

WRITTEN_FOR = "2025_2"  # the endpoint version that stands in the file
GROUPS = {
    "core": "core_{}.platform",
    "common": "common_{}.platform",
    "sales": "sales_{}.transactions",
    "customers": "customers_{}.transactions",
    "accounting": "accounting_{}.lists",
    "platform": "platform_{}",
}
CLASSES = {"customerRefund": "CustomerRefund", "creditMemo": "CreditMemo"}  # the records the desk writes
PERIOD_COLUMNS = {
    "closed": "Boolean",
    "endDate": "Date",
    "internalId": "Select",
    "isAdjust": "Boolean",
    "isQuarter": "Boolean",
    "isYear": "Boolean",
    "periodName": "String",
    "startDate": "Date",
}


class Messages:
    """Builds whole envelopes, as bytes, for one endpoint version. Usable from several threads."""

    def __init__(self, version: str, user_zone: ZoneInfo) -> None:
        """Load nothing yet."""
        self._version, self._zone = version, user_zone
        self._loaded: tuple[Any, Any] | None = None
        self._turn: queue.Queue[tuple[Any, Any] | None] = queue.Queue(1)
        self._turn.put(None)

    def get(self, passport: Passport, kind: str, record_id: str) -> bytes:
        """Read one record."""
        return self._message(passport, "get", baseRef=self._ref(kind, record_id))

    def get_list(self, passport: Passport, refs: Iterable[tuple[str, str]]) -> bytes:
        """Read records of any kinds: (kind, id), at most 1,000."""
        return self._message(passport, "getList", baseRef=[self._ref(kind, key) for kind, key in refs])

    def search(self, passport: Passport, query: TransactionQuery, page_size: int) -> bytes:
        """Start a search for transactions."""
        record = self._new(
            "sales",
            "TransactionSearchAdvanced",
            criteria=self._new("sales", "TransactionSearch", basic=self._criteria(query)),
            columns=self._row(query),
        )
        envelope = self._envelope(passport, "search", page_size, searchRecord=record)
        for field, ids in (("internalId", query.ids), ("appliedToTransaction", query.applied_to)):
            _name_others(envelope, field, ids[1:])
        return _bytes(envelope)

    def search_periods(self, passport: Passport, page_size: int) -> bytes:
        """Start a search for all accounting periods."""
        basic = self._new("common", "AccountingPeriodSearchRowBasic", **self._columns(PERIOD_COLUMNS))
        row = self._new("accounting", "AccountingPeriodSearchRow", basic=basic)
        record = self._new("accounting", "AccountingPeriodSearchAdvanced", columns=row)
        return self._message(passport, "search", page_size, searchRecord=record)

    def search_more(self, passport: Passport, search_id: str, page: int, page_size: int) -> bytes:
        """Ask for another page (from 1) of a search."""
        return self._message(passport, "searchMoreWithId", page_size, searchId=search_id, pageIndex=page)

    def update(
        self, passport: Passport, kind: str, record_id: str, values: Sequence[Value], clear: Sequence[str]
    ) -> bytes:
        """Change custom fields of one record: its id, values and names to clear (script ids), nothing else."""
        parts: dict[str, Any] = {"internalId": record_id}
        if clear:
            parts["nullFieldList"] = self._new("core", "NullField", name=list(clear))
        if values:
            fields = [self._value(value) for value in values]
            parts["customFieldList"] = self._new("core", "CustomFieldList", customField=fields)
        return self._message(passport, "update", record=self._new("customers", CLASSES[kind], **parts))

    def select_values(self, passport: Passport, kind: str, script_id: str, page: int) -> bytes:
        """Ask for the values of a list field; pages count from 1."""
        described = self._new("core", "GetSelectValueFieldDescription", recordType=kind, field=script_id)
        return self._message(passport, "getSelectValue", fieldDescription=described, pageIndex=page)

    def custom_fields(self, passport: Passport, kind: str) -> bytes:
        """Ask for all active custom fields of a kind (transactionBodyCustomField, entityCustomField)."""
        asked = self._new("core", "CustomizationType", getCustomizationType=kind)
        return self._message(passport, "getCustomizationId", customizationType=asked, includeInactives=False)

    def server_time(self, passport: Passport) -> bytes:
        """Ask for the server's clock."""
        return self._message(passport, "getServerTime")

    def _zeep(self) -> tuple[Any, Any]:
        """Zeep's client and service, loaded once however many threads ask at first."""
        if self._loaded:
            return self._loaded
        held = self._turn.get()  # a queue of one is a lock that also holds what it guards
        try:
            held = held or self._load()
            self._loaded = held
            return held
        finally:
            self._turn.put(held)

    def _load(self) -> tuple[Any, Any]:
        import zeep  # late: it is slow to load

        text = _wsdl().read_text(encoding="utf-8").replace(f"_{WRITTEN_FOR}.", f"_{self._version}.")
        settings = zeep.Settings(
            strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, force_https=True
        )
        client = cast(Any, zeep.Client)(io.BytesIO(text.encode("utf-8")), settings=settings)
        binding = f"{{{self._urn('platform')}}}NetSuiteBinding"
        return client, client.create_service(binding, "https://localhost/")

    def _urn(self, group: str) -> str:
        return f"urn:{GROUPS[group].format(self._version)}.webservices.netsuite.com"

    def _new(self, group: str, name: str, /, *args: Any, **parts: Any) -> Any:
        return self._zeep()[0].get_type(f"{{{self._urn(group)}}}{name}")(*args, **parts)

    def _message(self, passport: Passport, operation: str, page_size: int = 0, **parts: Any) -> bytes:
        return _bytes(self._envelope(passport, operation, page_size, **parts))

    def _envelope(self, passport: Passport, operation: str, page_size: int, **parts: Any) -> etree._Element:
        signed = self._new("core", "TokenPassportSignature", passport.signature, algorithm=ALGORITHM)
        headers: dict[str, Any] = {
            "tokenPassport": {
                "account": passport.account,
                "consumerKey": passport.consumer_key,
                "token": passport.token,
                "nonce": passport.nonce,
                "timestamp": passport.timestamp,
                "signature": signed,
            }
        }
        if page_size:
            headers["searchPreferences"] = {"pageSize": page_size}
        client, service = self._zeep()
        return cast(etree._Element, client.create_message(service, operation, _soapheaders=headers, **parts))

    def _ref(self, kind: str, record_id: str) -> Any:
        return self._new("core", "RecordRef", internalId=record_id, type=kind)

    def _ids(self, ids: Sequence[str]) -> Any:
        """A criterion that names the first id; `_name_others` adds the rest to the message."""
        ref = self._new("core", "RecordRef", internalId=ids[0])
        return self._new("core", "SearchMultiSelectField", operator="anyOf", searchValue=[ref])

    def _flag(self, value: bool) -> Any:
        return self._new("core", "SearchBooleanField", searchValue=value)

    def _value(self, value: Value) -> Any:
        if not value.is_list:
            return self._new("core", "StringCustomFieldRef", scriptId=value.script_id, value=value.text)
        chosen = self._new("core", "ListOrRecordRef", internalId=value.text)
        return self._new("core", "SelectCustomFieldRef", scriptId=value.script_id, value=chosen)

    def _criteria(self, query: TransactionQuery) -> Any:
        parts: dict[str, Any] = {}
        if query.types:
            parts["type"] = self._new(
                "core", "SearchEnumMultiSelectField", operator="anyOf", searchValue=list(query.types)
            )
        if query.ids:
            parts["internalId"] = self._ids(query.ids)
        if query.applied_to:
            parts["appliedToTransaction"] = self._ids(query.applied_to)
        if query.main_line is not None:
            parts["mainLine"] = self._flag(query.main_line)
        if query.voided is not None:
            parts["voided"] = self._flag(query.voided)
        if query.since or query.before:
            parts["tranDate"] = self._date(query)
        if query.blank_field:
            blank = self._new("core", "SearchStringCustomField", scriptId=query.blank_field, operator="empty")
            parts["customFieldList"] = self._new("core", "SearchCustomFieldList", customField=[blank])
        return self._new("common", "TransactionSearchBasic", **parts)

    def _date(self, query: TransactionQuery) -> Any:
        """A date travels as midnight of the user's zone; one without a zone would count as Pacific."""
        operator, day = ("onOrAfter", query.since) if query.since else ("before", query.before)
        at = datetime.combine(day, time(), self._zone) if day else None
        return self._new("core", "SearchDateField", operator=operator, searchValue=at)

    def _columns(self, columns: Mapping[str, str], custom: Mapping[str, str] | None = None) -> dict[str, Any]:
        parts = {name: self._new("core", f"SearchColumn{kind}Field") for name, kind in columns.items()}
        if custom:
            listed = [
                self._new("core", f"SearchColumn{kind}CustomField", scriptId=script_id)
                for script_id, kind in custom.items()
            ]
            parts["customFieldList"] = self._new("core", "SearchColumnCustomFieldList", customField=listed)
        return parts

    def _row(self, query: TransactionQuery) -> Any:
        row = "TransactionSearchRowBasic"
        parts = {"basic": self._new("common", row, **self._columns(query.columns, query.custom))}
        for name, columns in query.joins.items():
            parts[name] = self._new("common", row, **self._columns(columns))
        if query.customer:
            columns = self._columns(query.customer, query.customer_custom)
            parts["customerMainJoin"] = self._new("common", "CustomerSearchRowBasic", **columns)
        return self._new("sales", "TransactionSearchRow", **parts)


def _name_others(envelope: etree._Element, field: str, ids: Iterable[str]) -> None:
    """Add ids to a criterion that names one: zeep takes 25 µs for each, and a search names 500."""
    first = envelope.find(f".//{{*}}{field}/{{*}}searchValue") if ids else None
    parent = None if first is None else first.getparent()
    if first is None or parent is None:
        return
    for one in ids:
        another = copy(first)
        another.set("internalId", one)
        parent.append(another)


def _bytes(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _wsdl() -> Path:
    """Our WSDL: inside the package in a wheel, beside it in a checkout."""
    package = Path(nsz_desk.__file__).resolve().parent
    inside = package / "resources" / "wsdl" / "netsuite.wsdl"
    return inside if inside.exists() else package.parent / "resources" / "wsdl" / "netsuite.wsdl"
