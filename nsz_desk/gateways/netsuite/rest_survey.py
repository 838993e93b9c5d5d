"""One look at an account over REST: sign-in, one statement of many questions, three schemas, two lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nsz_desk.domain.errors import Credentials, DeskError, Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import MEMO, REFUND
from nsz_desk.engine.survey import (
    CUSTOMER,
    LIST,
    TEXT,
    TICK_BOX,
    CustomField,
    FieldsFound,
    ListFound,
    PeriodsFound,
    Right,
    Seen,
    SignedIn,
)
from nsz_desk.gateways.netsuite import survey_parts as parts
from nsz_desk.gateways.netsuite.fields import KINDS
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.rest_identity import identity_of
from nsz_desk.gateways.netsuite.suiteql import Query, SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import custom_fields, memos, refunds, since
from nsz_desk.gateways.netsuite.survey_parts import Part, Rows
from nsz_desk.settings.model import NetSuiteSettings

TYPES = {"string": TEXT, "boolean": TICK_BOX, "object": LIST}  # of a schema
VALUES = {"free-form text": TEXT, "check box": TICK_BOX, "list/record": LIST}  # of SuiteQL's table of fields
ON = {**KINDS, CUSTOMER: CUSTOMER}
REFUSED_TOKEN = "401"  # noqa: S105 - a status code
NO_ROLE = Unread("rights", "the access token names no role")


@dataclass(slots=True)
class RestSurvey:
    """Looks at one account; in order: `sign_in` first."""

    settings: NetSuiteSettings
    caller: RestCaller
    sql: SuiteQL
    day: date
    _told: Mapping[str, Rows | Unread] = field(default_factory=dict)
    _samples: dict[str, str] = field(default_factory=dict)
    _status_kind: str = ""

    def sign_in(self) -> SignedIn:
        """See the protocol: a token, then everything that one statement can ask. A refused statement is an answer."""
        who = identity_of(self.caller.bearer())
        wanted = [
            *parts.lists(self.settings, self.day),
            parts.periods(),
            parts.methods(self.day),
            parts.statuses(self.settings),
        ]
        if who.role:
            wanted.append(parts.rights(who.role))
        at = self._ask(wanted)
        return SignedIn(at, who.account, who.role, who.user)

    def _ask(self, wanted: list[Part]) -> datetime:
        try:
            told = parts.ask(self.caller, wanted)
        except (Refused, Credentials) as error:
            if error.at is None or error.code == REFUSED_TOKEN:
                raise
            self._told = {one.name: Unread(one.name, error.title) for one in wanted}
            return error.at
        self._told = told.parts
        return told.at

    def _rows(self, name: str) -> Rows | Unread:
        return self._told.get(name, Unread(name, "it was not asked for"))

    def fields(self) -> FieldsFound:
        """See the protocol. A record's schema shows exactly what the role may use, whatever its records hold."""
        try:
            schemas = self.caller.schemas(tuple(ON.values()))
        except DeskError:
            schemas = {}
        found = [one for record, kind in ON.items() for one in _of_schema(record, schemas.get(kind))]
        if len(schemas) < len(ON):
            found = list(self._listed())
        own = self.settings.fields.integration_status.lower()
        self._status_kind = next((one.kind for one in found if one.script_id == own), "")
        return FieldsFound(tuple(found), frozenset(ON))

    def _listed(self) -> Iterator[CustomField]:
        """All custom fields of the account by SuiteQL, for a role that is shown no schema; on every record they fit."""
        for row in self.sql.rows(custom_fields())[0]:
            name = row.text("scriptid").lower()
            kind = VALUES.get(row.text("fieldvaluetype").lower(), "")
            for record in (CUSTOMER,) if name.startswith("custentity") else (REFUND, MEMO):
                yield CustomField(record, name, row.text("name"), kind)

    def lists(self) -> tuple[ListFound, ...]:
        """See the protocol."""
        whole = {"refunds": refunds(self.settings, self.day), "credit memos": since(memos(self.settings), self.day)}
        counted = [one.name for one in parts.lists(self.settings, self.day)]
        return (
            *(self._list(name, record, whole[name]) for name, record in (("refunds", REFUND), ("credit memos", MEMO))),
            *(ListFound(name, _count(self._rows(name))) for name in counted),
        )

    def _list(self, name: str, record: str, query: Query) -> ListFound:
        try:
            rows, total = self.sql.first(query, 1)
        except DeskError as error:
            return ListFound(name, Unread(name, error.title))
        if rows and (key := rows[0].ref("id")):
            self._samples[record] = key
        lacking = self.sql.lacks(query.source)
        return ListFound(name, total, f"NetSuite does not show {', '.join(lacking)} to the role" if lacking else "")

    def rights(self) -> tuple[Right, ...] | Unread:
        """See the protocol."""
        rows = self._told.get("rights", NO_ROLE)
        if isinstance(rows, Unread):
            return rows
        return tuple(Right(row.text("b").upper(), row.text("a"), _number(row.text("c"))) for row in rows)

    def seen(self) -> Seen:
        """See the protocol. Of a list only those values are known that some record holds."""
        held, rows = self._rows("methods"), self._rows("statuses")
        methods = held if isinstance(held, Unread) else tuple(one for row in held if (one := row.text("a")))
        pairs = [] if isinstance(rows, Unread) else [(row.text("a"), row.text("b")) for row in rows]
        is_list = self._status_kind == LIST or any(shown != kept for shown, kept in pairs)
        told = is_list or bool(self._status_kind) or bool(pairs)
        return Seen(methods, {shown: kept if is_list else "" for shown, kept in pairs}, is_list if told else None)

    def periods(self) -> PeriodsFound | Unread:
        """See the protocol."""
        rows = self._rows("periods")
        if isinstance(rows, Unread) or not rows:
            return rows if isinstance(rows, Unread) else PeriodsFound(0, 0)
        return PeriodsFound(_number(rows[0].text("a")), _number(rows[0].text("b")))

    def samples(self) -> Mapping[str, str]:
        """See the protocol."""
        return self._samples


def _of_schema(record: str, schema: object) -> Iterator[CustomField]:
    held = schema.get("properties") if isinstance(schema, dict) else None
    for name, one in held.items() if isinstance(held, dict) else ():
        if isinstance(one, dict) and (one.get("x-ns-custom-field") is True or name.lower().startswith("cust")):
            kind = TYPES.get(str(one.get("type", "object")), str(one.get("type")))
            yield CustomField(record, name.lower(), str(one.get("title", "")), kind)


def _count(rows: Rows | Unread) -> int | Unread:
    return rows if isinstance(rows, Unread) else _number(rows[0].text("a")) if rows else 0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
