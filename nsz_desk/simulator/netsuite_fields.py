"""The custom fields of the pretended NetSuite account: where each value lives and how the wire shows it."""

from dataclasses import dataclass, replace
from typing import Any

from nsz_desk.simulator.netsuite_xml import escaped, whole_number, wrapped
from nsz_desk.simulator.world import NsAccount, World


@dataclass(frozen=True, slots=True)
class CustomField:
    """One custom field. `kind` is string, boolean or select; `attribute` is where the world's record keeps it."""

    internal_id: str
    script_id: str
    label: str
    kind: str
    attribute: str
    records: tuple[str, ...]


BOTH = ("customerRefund", "creditMemo")
MEMO = ("creditMemo",)
FIELDS = (
    CustomField(
        "201", "custbodyzuoraintegrationstatus", "Zuora Integration Status", "string", "integration_status", BOTH
    ),
    CustomField("202", "custbodyzuoraid", "Zuora ID", "string", "zuora_id", (*BOTH, "customerPayment")),
    CustomField("203", "custbodyzuorasyncdate", "Zuora Sync Date", "string", "sync_date", BOTH),
    CustomField(
        "204", "custbodyzuoracreatezuorarefund", "Zuora Create Zuora Refund", "boolean", "create_zuora_refund", MEMO
    ),
    CustomField("205", "custbodyzuorarefundpaymentid", "Zuora Refund Payment ID", "string", "zuora_payment_id", MEMO),
    CustomField(
        "206",
        "custbodyzuorarefundpaymentreference",
        "Zuora Refund Payment Reference",
        "select",
        "payment_reference",
        MEMO,
    ),
    CustomField("207", "custentityzuoraid", "Zuora ID", "string", "zuora_id", ("customer",)),
)
TYPE_IDS = {"payment_reference": "-30", "integration_status": "101"}  # what kind of list or record a select points to


def fields_of(world: World, record: str) -> list[CustomField]:
    """The fields that a kind of record has on this account, with the account's switches applied."""
    return [one for one in all_fields(world.netsuite) if record in one.records]


def all_fields(account: NsAccount) -> list[CustomField]:
    """The account's fields of all kinds of records, with its switches applied."""
    return [as_set_up(account, one) for one in (*FIELDS, *_more(account)) if _present(account, one)]


def _more(account: NsAccount) -> list[CustomField]:
    """The fields that nobody knows: no record of the world holds a value of theirs."""
    told = [one.split("=") for one in account.more_fields]
    return [
        CustomField(str(300 + place), script_id, label, kind, "", (record,))
        for place, (record, script_id, label, kind) in enumerate(told)
    ]


def field_named(world: World, record: str, script_id: str) -> CustomField | None:
    """The field of a kind of record by script id (any case), None when the account has no such field."""
    wanted = script_id.lower()
    return next((one for one in fields_of(world, record) if one.script_id == wanted), None)


def as_set_up(account: NsAccount, one: CustomField) -> CustomField:
    """The field as this account defines it: Integration Status may be a list, and label and kind may be others."""
    kind = "select" if one.attribute == "integration_status" and account.status_is_list else one.kind
    labels, kinds = (dict(told.split("=", 1) for told in lines) for lines in (account.relabelled, account.retyped))
    return replace(one, label=labels.get(one.script_id, one.label), kind=kinds.get(one.script_id, kind))


def _present(account: NsAccount, one: CustomField) -> bool:
    return account.has_sync_date or one.attribute != "sync_date"


def internal_id_in(names: list[str], name: str) -> str:
    """The internal id of a named list value: its place from 1; a new name is added to the list."""
    if name not in names:
        names.append(name)
    return str(names.index(name) + 1)


def name_by_id(names: list[str], internal_id: str) -> str | None:
    """The name behind an internal id of such a list, None when there is none."""
    place = whole_number(internal_id)
    return names[place - 1] if place and place <= len(names) else None


def select_of(world: World, one: CustomField, record: Any) -> tuple[str, str]:
    """The (internal id, name) that a select field holds, two empty texts for none."""
    value = str(getattr(record, one.attribute, ""))
    if not value:
        return "", ""
    if one.attribute == "integration_status":
        return internal_id_in(world.netsuite.statuses, value), value
    payment = world.ns_payments.peek(value)
    return value, f"Payment #{payment.number}" if payment else ""


def _value(world: World, one: CustomField, record: Any, tag: str, named: bool) -> str:
    """The value element of a field; "" when it is blank. A tick box is never blank."""
    if one.kind == "boolean":
        return f"<{tag}>{'true' if getattr(record, one.attribute, False) else 'false'}</{tag}>"
    if one.kind == "string":
        text = str(getattr(record, one.attribute, ""))
        return f"<{tag}>{escaped(text)}</{tag}>" if text else ""
    internal_id, name = select_of(world, one, record)
    if not internal_id:
        return ""
    inner = [f"<platformCore:name>{escaped(name)}</platformCore:name>"] if named and name else []
    return wrapped(tag, inner, f'internalId="{escaped(internal_id)}" typeId="{TYPE_IDS.get(one.attribute, "-1")}"')


WIRE = {"string": "String", "boolean": "Boolean", "select": "Select"}


def field_xml(world: World, one: CustomField, record: Any) -> str:
    """A field of a whole record, "" when blank."""
    value = _value(world, one, record, "platformCore:value", named=True)
    if not value:
        return ""
    return (
        f'<platformCore:customField internalId="{one.internal_id}" scriptId="{one.script_id}" '
        f'xsi:type="platformCore:{WIRE[one.kind]}CustomFieldRef">{value}</platformCore:customField>'
    )


def column_xml(world: World, one: CustomField, record: Any, label: str = "") -> str:
    """A field as a search column, "" when blank; `label` is a finished customLabel element, which goes last."""
    value = _value(world, one, record, "platformCore:searchValue", named=False)
    if not value:
        return ""
    return (
        f'<platformCore:customField internalId="{one.internal_id}" scriptId="{one.script_id}" '
        f'xsi:type="platformCore:SearchColumn{WIRE[one.kind]}CustomField">{value}{label}</platformCore:customField>'
    )


def custom_list(world: World, record_kind: str, record: Any, tag: str) -> str:
    """The customFieldList of a whole record; "" when every field is blank, as NetSuite leaves it out then."""
    inner = "".join(field_xml(world, one, record) for one in fields_of(world, record_kind))
    return f"<{tag}>{inner}</{tag}>" if inner else ""
