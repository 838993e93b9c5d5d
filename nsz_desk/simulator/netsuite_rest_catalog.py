"""The metadata catalogue: the JSON schema of one record type, with the custom fields the role may use."""

from __future__ import annotations

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_fields import CustomField, fields_of
from nsz_desk.simulator.netsuite_rest_records import RECORDS
from nsz_desk.simulator.netsuite_rest_replies import RestRefusal, link, sent
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_json import dumps

_SCHEMA, _SWAGGER = "application/schema+json", "application/swagger+json"
_TEXT, _NUMBER = {"type": "string", "nullable": True}, {"type": "number", "format": "double", "nullable": True}
_DAY, _TIME = _TEXT | {"format": "date"}, _TEXT | {"format": "date-time"}
_COMMON = {
    "id": ("Internal ID", _TEXT), "tranId": ("Number", _TEXT), "tranDate": ("Date", _DAY), "memo": ("Memo", _TEXT),
    "createdDate": ("Date Created", _TIME), "lastModifiedDate": ("Last Modified Date", _TIME),
}  # fmt: skip
_STANDARD: dict[str, dict[str, tuple[str, dict[str, object]]]] = {
    "customerRefund": {**_COMMON, "total": ("Refund Amount", dict(_NUMBER))},
    "creditMemo": {
        **_COMMON,
        "total": ("Total", dict(_NUMBER)),
        "amountRemaining": ("Amount Remaining", dict(_NUMBER)),
    },
    "customerPayment": {**_COMMON, "payment": ("Payment Amount", dict(_NUMBER))},
    "customer": {"id": ("Internal ID", dict(_TEXT)), "companyName": ("Company Name", dict(_TEXT))},
}


def catalog(world: World, request: Request, kind: str) -> Answer:
    """The schema of one record type, or the list of types for a blank `kind`. Raises RestRefusal.

    As OpenAPI the schemas of several types, those in `select`, come together.
    """
    if not kind and _SWAGGER in request.headers.get("Accept", ""):
        return _several(world, request)
    if not kind:
        names = [{"name": name, "links": [link(request, f"record/v1/metadata-catalog/{name}")]} for name in RECORDS]
        return sent({"links": [link(request, "record/v1/metadata-catalog")], "items": names}, "collection")
    if kind not in RECORDS:
        raise RestRefusal(404, "NOT_FOUND", f"Record type {kind} was not found.")
    if _SCHEMA not in request.headers.get("Accept", ""):
        raise RestRefusal(406, "INVALID_HEADER", f"Accept must name {_SCHEMA}.", ("o:errorHeader", "Accept"))
    schema = _schema(world, kind) | {"$schema": "http://json-schema.org/draft-06/hyper-schema#"}
    return Answer(200, dumps(schema), f"{_SCHEMA}; charset=UTF-8")


def _several(world: World, request: Request) -> Answer:
    kinds = [one for text in request.query.get("select", [",".join(RECORDS)]) for one in text.split(",")]
    if unknown := [one for one in kinds if one not in RECORDS]:
        raise RestRefusal(
            400, "INVALID_PARAMETER", f"Invalid record type {unknown[0]}.", ("o:errorQueryParam", "select")
        )
    body = {"openapi": "3.0.1", "components": {"schemas": {kind: _schema(world, kind) for kind in kinds}}}
    return Answer(200, dumps(body), f"{_SWAGGER}; charset=UTF-8")


def _schema(world: World, kind: str) -> dict[str, object]:
    properties = {name: {"title": title, **form} for name, (title, form) in _STANDARD.get(kind, {}).items()}
    properties |= {one.script_id: _custom(one) for one in fields_of(world, kind)}
    return {"type": "object", "properties": properties}


def _custom(one: CustomField) -> dict[str, object]:
    """A custom field: a list or record is an object with the id of what is picked."""
    form: dict[str, object] = {"type": one.kind, "nullable": True}
    if one.kind == "select":
        names = ("id", "Internal identifier"), ("refName", "Reference Name")
        form = {"type": "object", "properties": {name: {"title": title, **_TEXT} for name, title in names}}
    return {"title": one.label, **form, "x-ns-custom-field": True}
