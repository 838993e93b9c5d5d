"""The doctor's look at custom fields: each that the desk uses by script id, label and kind, or what to tell whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nsz_desk.engine.checks import Answer, Check
from nsz_desk.engine.ports import MEMO, REFUND
from nsz_desk.engine.survey import CUSTOMER, LIST, TEXT, TICK_BOX, CustomField, FieldsFound

ON = {REFUND: "refund", MEMO: "credit memo", CUSTOMER: "customer"}
FOR_ADMIN = "To the administrator: "


@dataclass(frozen=True, slots=True)
class Used:
    """A field that the desk uses: its record, the profile's name for it, its label, and the kinds it may have.

    Labels are those of the connector's package, which its own pages print in more than one way: see `same_label`.
    """

    record: str
    name: str
    label: str
    kinds: tuple[str, ...] = (TEXT,)

    @property
    def where(self) -> str:
        """For people: the field by its label, and the record."""
        return f"{self.label} of the {ON[self.record]}"


USED = (
    Used(REFUND, "integration_status", "Zuora Integration Status", (TEXT, LIST)),
    Used(REFUND, "zuora_id", "Zuora ID"),
    Used(REFUND, "sync_date", "Zuora Sync Date"),
    Used(MEMO, "integration_status", "Zuora Integration Status", (TEXT, LIST)),
    Used(MEMO, "zuora_id", "Zuora ID"),
    Used(MEMO, "create_zuora_refund", "Zuora Create Zuora Refund", (TICK_BOX,)),
    Used(MEMO, "refund_payment_id", "Zuora Refund Payment ID"),
    Used(MEMO, "refund_payment_reference", "Zuora Refund Payment Reference", (LIST,)),
    Used(CUSTOMER, "customer_zuora_id", "Zuora ID"),
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A field as it was looked for: by the profile's script id, and by label.

    `here` is the field with that id on that record; `alike` are the others with its label; `known` says that a field
    which is neither here nor among them is not there at all.
    """

    used: Used
    script_id: str
    here: CustomField | None
    alike: tuple[CustomField, ...]
    known: bool


def lookups(fields: Mapping[str, str], found: FieldsFound) -> Iterator[Lookup]:
    """Every field that the profile uses; `fields` are its script ids by name."""
    for used in USED:
        if used.name in fields:
            yield _lookup(used, fields[used.name].lower(), found)


def _lookup(used: Used, script_id: str, found: FieldsFound) -> Lookup:
    on_it = [one for one in found.fields if one.record == used.record]
    here = next((one for one in on_it if one.script_id == script_id), None)
    prefix = "custentity" if used.record == CUSTOMER else "custbody"
    alike = (one for one in on_it if one != here and one.script_id.startswith(prefix))
    same = tuple(one for one in alike if same_label(used.label, one.label))
    return Lookup(used, script_id, here, same, used.record in found.complete)


def same_label(label: str, other: str) -> bool:
    """Whether two labels mean one field: case and blanks do not count, nor does the word Zuora in front of others."""
    return _bare(label) == _bare(other)


def _bare(label: str) -> str:
    words = " ".join(label.casefold().split())
    rest = re.sub(r"^(zuora )+", "", words)
    return rest if " " in rest else words  # "Zuora ID" is not any "ID"


def field_check(look: Lookup) -> Check:
    """What is said of one field."""
    used = look.used
    answer, found, remedy = _there(look, look.here) if look.here else _not_there(look)
    return Check(f"field_{used.record}_{used.name}", f"Field {used.where}", answer, found, remedy)


def _there(look: Lookup, here: CustomField) -> tuple[Answer, str, str]:
    used, shown = look.used, f"{look.script_id} ({here.kind})" if here.kind else look.script_id
    if here.kind and here.kind not in used.kinds:
        found = f"{look.script_id} is a {here.kind}, and the desk needs a {' or '.join(used.kinds)}"
        remedy = f"the field {used.where} ({look.script_id}) must be of the type {_type(used.kinds[0])}."
        return Answer.PROBLEM, found, FOR_ADMIN + remedy
    if look.alike:
        others = _named(look.alike)
        found = f"{shown}; the label {here.label or used.label} is also that of {others}"
        remedy = f"which of {look.script_id} and {others} does the connector write? Please rename the other."
        return Answer.WARNING, found, FOR_ADMIN + remedy
    if here.label and not same_label(used.label, here.label):
        found = f"{shown} is labelled {here.label}, and not {used.label}"
        remedy = f"is {look.script_id} still the connector's field {used.label}? Else name the script id of that field."
        return Answer.WARNING, found, FOR_ADMIN + remedy
    return Answer.OK, shown, ""


def _not_there(look: Lookup) -> tuple[Answer, str, str]:
    used, setting = look.used, f"netsuite.fields.{look.used.name}"
    if len(look.alike) > 1:
        others = _named(look.alike)
        found = f"the account has no field {look.script_id}, and several with its label: {others}"
        return Answer.PROBLEM, found, f"{FOR_ADMIN}which of {others} does the connector write? Set {setting} to it."
    if look.alike:
        found = f"the account has no field {look.script_id}; with its label it has {_named(look.alike)}"
        return Answer.PROBLEM, found, f"Set {setting} in the profile to {_named(look.alike)}."
    if not look.known:
        found = f"{look.script_id}: NetSuite lists no fields for this role, and no record looked at carries a value"
        remedy = f"let the integration role see custom fields, or compare {look.script_id} with the field's page."
        return Answer.NOT_KNOWN, found, FOR_ADMIN + remedy
    found = f"the account has no field {look.script_id}, and none with the label {used.label}"
    if used.name == "sync_date":
        return (
            Answer.PROBLEM,
            found,
            "Set netsuite.claim_note_field in the profile to blank; the desk works without it.",
        )
    remedy = f"what is the script id of {used.where}? It may have been renamed. Set {setting} to it."
    return Answer.PROBLEM, found, FOR_ADMIN + remedy


def _named(fields: tuple[CustomField, ...]) -> str:
    return " and ".join(one.script_id for one in fields)


def _type(kind: str) -> str:
    """NetSuite's own word for a kind."""
    return {TEXT: "Free-Form Text", LIST: "List/Record", TICK_BOX: "Check Box"}[kind]
