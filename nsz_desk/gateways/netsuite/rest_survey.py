"""What an account offers to the desk over REST: its custom fields by the schemas of three records, and its lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import FieldFound, ListFound
from nsz_desk.gateways.netsuite.fields import KINDS
from nsz_desk.gateways.netsuite.rest_caller import RestCaller
from nsz_desk.gateways.netsuite.suiteql import Query, SuiteQL
from nsz_desk.gateways.netsuite.suiteql_queries import (
    custom_fields,
    links,
    memo_lines,
    memos,
    payments,
    refunds,
    since,
)
from nsz_desk.gateways.netsuite.survey import CUSTOMER, USED
from nsz_desk.settings.model import NetSuiteSettings

TYPES = {"string": "String", "boolean": "Boolean", "object": "Select"}  # of a schema -> of a custom field


@dataclass(frozen=True, slots=True)
class Seen:
    """The custom fields of one record by script id: their labels, and their kinds where those are told."""

    labels: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RestSurvey:
    """Looks at one account."""

    settings: NetSuiteSettings
    caller: RestCaller
    sql: SuiteQL

    def fields(self) -> tuple[FieldFound, ...]:
        """See the port. A record's schema shows exactly what the role may use, whatever its records hold."""
        seen = {record: self._schema(kind) for record, kind in {**KINDS, CUSTOMER: CUSTOMER}.items()}
        listed = self._listed() if None in seen.values() else None
        return tuple(
            self._found(record, name, label, seen[record] or listed)
            for record, name, label in USED
            if name != "sync_date" or self.settings.claim_note_field
        )

    def _found(self, record: str, name: str, label: str, seen: Seen | None) -> FieldFound:
        script_id = str(getattr(self.settings.fields, name)).lower()
        if seen is None:
            return FieldFound(record, name, label, script_id, None)
        if script_id in seen.labels:
            return FieldFound(record, name, label, script_id, True, seen.kinds.get(script_id, ""))
        prefix = "custentity" if record == CUSTOMER else "custbody"
        alike = (one for one, said in seen.labels.items() if said.casefold() == label.casefold())
        return FieldFound(record, name, label, script_id, False, "", tuple(o for o in alike if o.startswith(prefix)))

    def _schema(self, kind: str) -> Seen | None:
        """A record's custom fields by its schema (never the whole catalogue, which takes minutes); None without one."""
        try:
            held = self.caller.schema(kind).get("properties")
        except DeskError:
            return None
        if not isinstance(held, dict):
            return None
        own = {
            name.lower(): one
            for name, one in held.items()
            if isinstance(one, dict) and (one.get("x-ns-custom-field") is True or name.lower().startswith("cust"))
        }
        return Seen(
            {name: str(one.get("title", "")) for name, one in own.items()},
            {name: TYPES.get(str(one.get("type", "object")), "") for name, one in own.items()},
        )

    def _listed(self) -> Seen | None:
        """All custom fields of the account by SuiteQL, for a role that is shown no schema; None where it may not."""
        try:
            rows, _ = self.sql.rows(custom_fields())
        except DeskError:
            return None
        return Seen({row.text("scriptid").lower(): row.text("name") for row in rows}, {})

    def lists(self, day: date) -> tuple[ListFound, ...]:
        """See the port."""
        (forward, _), (mirror, _) = links(day)
        queries = {
            "refunds": refunds(self.settings, day),
            "what refunds are applied to": forward,
            "what is applied to refunds": mirror,
            "credit memos": since(memos(self.settings), day),
            "lines of credit memos": memo_lines(),
            "customer payments": since(payments(self.settings), day),
        }
        return tuple(self._list(name, query) for name, query in queries.items())

    def _list(self, name: str, query: Query) -> ListFound:
        try:
            _, total = self.sql.first(query, 1)
        except DeskError as error:
            return ListFound(name, Unread(name, error.title))
        lacking = self.sql.lacks(query.source)
        return ListFound(name, total, f"NetSuite does not show {', '.join(lacking)} to the role" if lacking else "")
