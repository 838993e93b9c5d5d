"""What a PATCH does: sets and clears custom fields of one record, all of them or none.

A property nobody knows is dropped with a warning header unless the caller asks for an error. The header's
name is not documented. Other properties than custom fields, and sublists, are refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nsz_desk.simulator import netsuite_books
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_fields import CustomField, field_named, name_by_id
from nsz_desk.simulator.netsuite_rest_records import View, body_of
from nsz_desk.simulator.netsuite_rest_replies import BASE, RestRefusal, address_of, unexpected
from nsz_desk.simulator.netsuite_xml import RecordError
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_json import loads

_CHECKS = ("Error", "Warning", "Ignore")
_LONGEST = 300  # characters of a free-form text


@dataclass(frozen=True, slots=True)
class Wish:
    """A PATCH as sent: attributes to set on the world's record, and the names nobody knows."""

    changes: Mapping[str, Any]
    unknown: tuple[str, ...]


def patch(view: View, kind: str, internal_id: str) -> Answer:
    """Change one record; 204. Raises RestRefusal, and then nothing has changed (but where a switch says so)."""
    world, request = view.world, view.request
    check = request.headers.get("X-NetSuite-PropertyNameValidation", "Warning").capitalize()
    if check not in _CHECKS:
        place = ("o:errorHeader", "X-NetSuite-PropertyNameValidation")
        raise RestRefusal(400, "INVALID_HEADER", f"The value is not one of {', '.join(_CHECKS)}.", place)
    store = netsuite_books.STORES.get(kind)
    record = None if store is None else store[1](world).get(internal_id)
    if store is None or record is None:
        raise RestRefusal(404, "NONEXISTENT_ID", "Record does not exist.")
    wish = _wish(view, kind, internal_id)
    if wish.unknown and check == "Error":
        raise _invalid(wish.unknown[0], f"Unknown property {wish.unknown[0]} for record {kind}.")
    _apply(world, record, wish)
    if world.netsuite.write_outcome == "after_submit_failed":  # saved, yet no success
        raise unexpected()
    headers = {"Location": f"{address_of(request)}{BASE}record/v1/{kind}/{internal_id}"}
    if wish.unknown and check == "Warning":
        headers["X-NetSuite-Warning"] = "Unknown properties were ignored: " + ", ".join(wish.unknown)
    return Answer(204, b"", headers=headers)


def _apply(world: World, record: Any, wish: Wish) -> None:
    try:
        netsuite_books.check_period(world, record)
    except RecordError as exc:
        raise RestRefusal(400, exc.code, f"Error while accessing resource: {exc.message}") from exc
    for name, value in wish.changes.items():
        setattr(record, name, value)
    if hasattr(record, "modified"):
        record.modified = world.now()


def _wish(view: View, kind: str, internal_id: str) -> Wish:
    """Read the body and the `replace` parameters."""
    try:
        body = loads(view.request.body)
    except ValueError as exc:
        raise RestRefusal(400, "INVALID_REQUEST", "The request body is not JSON.") from exc
    if not isinstance(body, dict):
        raise RestRefusal(400, "INVALID_REQUEST", "The request body is not a JSON object.")
    sent: dict[str, Any] = {name: None for name in _replaced(view.request) if name not in body} | body
    standard = body_of(view, kind, internal_id) or {}
    changes: dict[str, Any] = {}
    unknown = []
    for name, value in sent.items():
        one = field_named(view.world, kind, name)
        if one is not None and name == name.lower():
            changes[one.attribute] = _value(view.world, one, value)
        elif name in standard:
            raise _invalid(name, f"The property {name} cannot be changed here.")
        else:
            unknown.append(name)
    return Wish(changes, tuple(unknown))


def _replaced(request: Request) -> list[str]:
    """The fields that are cleared unless the body sets them: replaceSelectedFields with replace."""
    if request.query.get("replaceSelectedFields", ["false"])[-1] != "true":
        return []
    return [name for names in request.query.get("replace", []) for name in names.split(",") if name]


def _value(world: World, one: CustomField, value: Any) -> Any:
    """A sent value as the world keeps it; null clears."""
    if value is None:
        return False if one.kind == "boolean" else ""
    if one.kind == "boolean":
        if not isinstance(value, bool):
            raise _invalid(one.script_id, f"Invalid value for the property {one.script_id}: a boolean is expected.")
        return value
    if one.kind == "string":
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise _invalid(one.script_id, f"{one.script_id} takes a text of at most {_LONGEST} characters.")
        return value
    key = value.get("id") if isinstance(value, dict) else value
    chosen = _chosen(world, one, str(key))
    if chosen is None:
        text = f"You have entered an Invalid Field Value {key} for the following field: {one.script_id}"
        raise _invalid(one.script_id, f"Error while accessing resource: {text}")
    return chosen


def _chosen(world: World, one: CustomField, key: str) -> str | None:
    if one.attribute == "integration_status":
        return name_by_id(world.netsuite.statuses, key)
    return key if key in world.ns_payments else None


def _invalid(path: str, text: str) -> RestRefusal:
    return RestRefusal(400, "INVALID_CONTENT", text, ("o:errorPath", path))
