"""What an update does to a record: set and clear custom fields, and the un-apply trap.

A record is checked whole before anything of it changes. Fields that are not sent keep their value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_fields import TYPE_IDS, WIRE, CustomField, field_named, name_by_id
from nsz_desk.simulator.netsuite_xml import (
    XSI_TYPE,
    RecordError,
    against_schema,
    child,
    children,
    is_true,
    local,
    namespace,
    text_of,
    urn,
)
from nsz_desk.simulator.records import Records
from nsz_desk.simulator.world import Applied, NsMemo, NsRefund, World

STORES: dict[str, tuple[str, Callable[[World], Records[Any]]]] = {
    "customerRefund": ("tranCust", lambda world: world.refunds),
    "creditMemo": ("tranCust", lambda world: world.memos),
    "customerPayment": ("tranCust", lambda world: world.ns_payments),
    "customer": ("listRel", lambda world: world.customers),
}


@dataclass(frozen=True, slots=True)
class Target:
    """The record an update names: its kind, its id and its namespace."""

    kind: str
    id: str
    home: str


def target_of(sent: Element, version: str) -> Target:
    """Read which record is meant. Refuses a type that is not a record this account can update."""
    kind = sent.get(XSI_TYPE, "")
    for name, (prefix, _) in STORES.items():
        home = urn(prefix, version)
        if kind == f"{{{home}}}{name[0].upper()}{name[1:]}":
            return Target(name, sent.get("internalId", ""), home)
    raise against_schema(f"'{kind}' is not a record type that can be updated here")


def update(world: World, sent: Element, version: str) -> None:
    """Change one record as sent. Raises RecordError when it is refused; then nothing of it has changed."""
    target = target_of(sent, version)
    _check_parts(sent, target, version)
    record = STORES[target.kind][1](world).get(target.id)
    if record is None:
        raise RecordError("RCRD_DSNT_EXIST", "That record does not exist.")
    check_period(world, record)
    changes = _cleared(world, target, sent)
    for name, value in _values(world, target, sent, version).items():
        if name in changes:
            raise RecordError("USER_ERROR", f"The field {name} stands in customFieldList and in nullFieldList.")
        changes[name] = value
    links = _links(world, record, sent)
    for name, value in changes.items():
        setattr(record, name, value)
    if links is not None:
        record.applied_to = links
    if hasattr(record, "modified"):
        record.modified = world.now()


def _check_parts(sent: Element, target: Target, version: str) -> None:
    """Refuse elements in the wrong namespace or the wrong order, and fields this account does not let anybody write."""
    core = urn("platformCore", version)
    own = ["customFieldList"] if target.kind == "customer" else ["applyList", "depositList", "customFieldList"]
    order = [f"{{{core}}}nullFieldList", *(f"{{{target.home}}}{name}" for name in own)]
    places = []
    for node in sent:
        if node.tag not in order:
            raise against_schema(f"{node.tag} cannot be sent in an update here")
        places.append(order.index(node.tag))
    if places != sorted(set(places)):
        raise against_schema("the elements of the record are out of order or repeated")


def check_period(world: World, record: Any) -> None:
    """Where the account is that strict, a closed period refuses changes that move no money, too."""
    if not world.netsuite.locks_closed_periods or not hasattr(record, "date"):
        return
    for period in world.ns_periods.values():
        if period.start <= record.date <= period.end and period.closed and not period.allow_non_gl:
            raise RecordError("TRAN_PRD_CLOSED", f"The accounting period {period.name} is closed.")


def _field(world: World, target: Target, script_id: str) -> CustomField:
    found = field_named(world, target.kind, script_id)
    if found is None:
        raise RecordError("INVALID_KEY_OR_REF", f"Invalid custom field key {script_id} for record type {target.kind}.")
    return found


def _cleared(world: World, target: Target, sent: Element) -> dict[str, Any]:
    """The attributes that nullFieldList blanks; a tick box turns false."""
    listed = child(sent, "nullFieldList")
    changes: dict[str, Any] = {}
    for node in listed if listed is not None else ():
        if local(node.tag) != "name" or namespace(node.tag) != namespace(listed.tag if listed is not None else ""):
            raise against_schema(f"{node.tag} is not a name of nullFieldList")
        one = _field(world, target, text_of(node))
        changes[one.attribute] = False if one.kind == "boolean" else ""
    return changes


def _values(world: World, target: Target, sent: Element, version: str) -> dict[str, Any]:
    """The attributes that customFieldList sets."""
    listed, core = child(sent, "customFieldList"), urn("platformCore", version)
    changes: dict[str, Any] = {}
    for node in listed if listed is not None else ():
        value = child(node, "value")
        if node.tag != f"{{{core}}}customField":
            raise against_schema(f"{node.tag} is not a customField")
        if value is None or value.tag != f"{{{core}}}value":
            raise against_schema(f"the customField {node.get('scriptId')} has no value")
        one = _field(world, target, node.get("scriptId", ""))
        kind = node.get(XSI_TYPE, "")
        if not kind.startswith(f"{{{core}}}") or not kind.endswith("CustomFieldRef"):
            raise against_schema(f"'{kind}' is not a kind of custom field")
        if local(kind) != f"{WIRE[one.kind]}CustomFieldRef":
            raise RecordError("INVALID_FLD_VALUE", f"The field {one.script_id} does not take a {local(kind)}.")
        changes[one.attribute] = _value(world, one, value)
    return changes


def _value(world: World, one: CustomField, value: Element) -> Any:
    if one.kind == "string":
        text = value.text or ""
        if len(text) > 300:
            raise RecordError("INVALID_FLD_VALUE", f"The field {one.script_id} holds at most 300 characters.")
        return text
    if one.kind == "boolean":
        return is_true(text_of(value))
    internal_id = value.get("internalId", "")
    if one.attribute == "integration_status":
        chosen = name_by_id(world.netsuite.statuses, internal_id)
    else:
        chosen = internal_id if internal_id in world.ns_payments else None
    if chosen is None or value.get("typeId", TYPE_IDS[one.attribute]) != TYPE_IDS[one.attribute]:
        raise RecordError("INVALID_KEY_OR_REF", f"Invalid {one.script_id} reference key {internal_id}.")
    return chosen


def _links(world: World, record: Any, sent: Element) -> list[Applied] | None:
    """The applications after an applyList as sent, None when none was sent.

    replaceAll is true unless the sender says otherwise, so an empty list takes every application away.
    """
    listed = child(sent, "applyList")
    if listed is None or not isinstance(record, NsRefund | NsMemo):
        return None
    keep = not is_true(listed.get("replaceAll", "true"))
    links = {link.doc: link for link in record.applied_to} if keep else {}
    for row in children(listed, "apply"):
        doc, apply = text_of(child(row, "doc")), text_of(child(row, "apply"))
        if apply and not is_true(apply):
            links.pop(doc, None)
        else:
            links[doc] = Applied(doc, _type_of(world, record, doc), _amount(record, row, doc))
    total = sum((link.amount for link in links.values()), Decimal(0))
    if total > record.amount:
        raise RecordError("USER_ERROR", "The applied amount exceeds the amount of the transaction.")
    return list(links.values())


def _type_of(world: World, record: NsRefund | NsMemo, doc: str) -> str:
    known = next((link.type for link in record.applied_to if link.doc == doc), None)
    found = known or ("credit_memo" if isinstance(record, NsRefund) and doc in world.memos else None)
    if found is None:
        raise RecordError("INVALID_KEY_OR_REF", f"Invalid apply reference key {doc}.")
    return found


def _amount(record: NsRefund | NsMemo, row: Element, doc: str) -> Decimal:
    """The amount of an apply row; left out, what was applied before, or all."""
    text = text_of(child(row, "amount"))
    if not text:
        return next((link.amount for link in record.applied_to if link.doc == doc), record.amount)
    try:
        amount = Decimal(text)
    except InvalidOperation as exc:
        raise against_schema(f"'{text}' is not a double") from exc
    if not amount.is_finite() or amount <= 0:
        raise RecordError("INVALID_FLD_VALUE", f"The amount {text} cannot be applied.")
    return amount
