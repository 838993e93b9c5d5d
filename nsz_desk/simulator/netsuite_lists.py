"""The small records beside the transactions (customers, currencies, methods, periods) and the lists of choices."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_fields import custom_list, fields_of, internal_id_in, name_by_id
from nsz_desk.simulator.netsuite_wire import business_date, instant
from nsz_desk.simulator.netsuite_xml import RecordError, child, leaf, record_ref, text_of, wrapped
from nsz_desk.simulator.world import World

CURRENCY_NAMES = {
    "USD": "US Dollar", "GBP": "British pound", "CAD": "Canadian Dollar", "EUR": "Euro", "AUD": "Australian Dollar",
    "JPY": "Japanese Yen", "CHF": "Swiss Franc", "SEK": "Swedish Krona",
}  # fmt: skip


def currency_name(code: str) -> str:
    """The name a currency record carries, which is not its ISO code."""
    return CURRENCY_NAMES.get(code, f"{code} (local)")


def currency_ref(world: World, code: str, name: str) -> str:
    """A reference to a currency by its ISO code."""
    return record_ref(name, internal_id_in(world.netsuite.currencies, code), currency_name(code))


def _customer_record(world: World, internal_id: str) -> list[str] | None:
    one = world.customers.peek(internal_id)
    if one is None:
        return None
    return [
        leaf("listRel:entityId", one.name),
        leaf("listRel:altName", one.name),
        "<listRel:isPerson>false</listRel:isPerson>",
        leaf("listRel:companyName", one.name),
        "<listRel:isInactive>false</listRel:isInactive>",
        record_ref("listRel:subsidiary", one.subsidiary),
        currency_ref(world, one.currency, "listRel:currency"),
        leaf("listRel:lastModifiedDate", instant(one.modified) if one.modified else None),
        custom_list(world, "customer", one, "listRel:customFieldList"),
    ]


def _currency_record(world: World, internal_id: str) -> list[str] | None:
    code = name_by_id(world.netsuite.currencies, internal_id)
    if code is None:
        return None
    return [
        leaf("listAcct:name", currency_name(code)),
        leaf("listAcct:symbol", code),
        leaf("listAcct:isBaseCurrency", "true" if internal_id == "1" else "false"),
        "<listAcct:isInactive>false</listAcct:isInactive>",
        "<listAcct:exchangeRate>1.0</listAcct:exchangeRate>",
    ]


def _method_record(world: World, internal_id: str) -> list[str] | None:
    name = name_by_id(world.netsuite.methods, internal_id)
    return None if name is None else [leaf("listAcct:name", name), "<listAcct:isInactive>false</listAcct:isInactive>"]


def _period_record(world: World, internal_id: str) -> list[str] | None:
    one = world.ns_periods.get(internal_id)
    if one is None:
        return None
    zone, closed = world.netsuite.user_zone, "true" if one.closed else "false"
    return [
        leaf("listAcct:periodName", one.name),
        leaf("listAcct:startDate", business_date(one.start, zone)),
        leaf("listAcct:endDate", business_date(one.end, zone)),
        *(f"<listAcct:{name}>false</listAcct:{name}>" for name in ("isAdjust", "isQuarter", "isYear")),
        *(
            leaf(f"listAcct:{name}", closed)
            for name in ("closed", "apLocked", "arLocked", "payrollLocked", "allLocked")
        ),
        leaf("listAcct:allowNonGLChanges", "true" if one.allow_non_gl else "false"),
    ]


LIST_RECORDS: dict[str, tuple[str, Callable[[World, str], list[str] | None]]] = {
    "customer": ("listRel", _customer_record),
    "currency": ("listAcct", _currency_record),
    "paymentMethod": ("listAcct", _method_record),
    "accountingPeriod": ("listAcct", _period_record),
}


def custom_fields(world: World, asked: Element) -> list[str]:
    """The pieces of a getCustomizationIdResult: fields by script id, with their label as the name."""
    wanted = child(asked, "customizationType")
    kind = wanted.get("getCustomizationType", "") if wanted is not None else ""
    owners = _FIELD_OWNERS.get(kind)
    if owners is None:
        raise RecordError("INVALID_RCRD_TYPE", f"This account lists no customization of type {kind!r}.")
    found = {one.script_id: one for owner in owners for one in fields_of(world, owner)}
    refs = [
        wrapped(
            "platformCore:customizationRef",
            [leaf("platformCore:name", one.label)],
            f'internalId="{one.internal_id}" scriptId="{one.script_id}" type="{kind}"',
        )
        for one in found.values()
    ]
    return [leaf("platformCore:totalRecords", str(len(refs))), wrapped("platformCore:customizationRefList", refs)]


_FIELD_OWNERS = {
    "transactionBodyCustomField": ("customerRefund", "creditMemo", "customerPayment"),
    "entityCustomField": ("customer",),
    "transactionColumnCustomField": (),
}


def select_values(world: World, asked: Element) -> list[str]:
    """The pieces of a getSelectValueResult for a field of a record: payment methods, currencies, statuses."""
    described = child(asked, "fieldDescription")
    name = text_of(child(described, "field")) if described is not None else ""
    record = text_of(child(described, "recordType")) if described is not None else ""
    if name == "paymentMethod":
        values = world.netsuite.methods
    elif name == "currency":
        values = [currency_name(code) for code in world.netsuite.currencies]
    elif any(one.script_id == name and one.kind == "select" for one in fields_of(world, record)):
        values = world.netsuite.statuses if name.endswith("integrationstatus") else []
    else:
        raise RecordError("INVALID_FLD_VALUE", f"The field {name} of {record} is not a list.")
    refs = [
        wrapped(
            "platformCore:baseRef",
            [leaf("platformCore:name", value)],
            f'internalId="{place}" xsi:type="platformCore:RecordRef"',
        )
        for place, value in enumerate(values, 1)
    ]
    count = [leaf("platformCore:totalRecords", str(len(refs))), leaf("platformCore:totalPages", "1")]
    return [*count, wrapped("platformCore:baseRefList", refs)]


def all_records(world: World, asked: Element) -> list[str]:
    """The pieces of a getAllResult; only currencies are listed."""
    wanted = child(asked, "record")
    kind = wanted.get("recordType", "") if wanted is not None else ""
    if kind != "currency":
        raise RecordError("INVALID_RCRD_TYPE", f"This account lists no records of type {kind!r}.")
    places = range(1, len(world.netsuite.currencies) + 1)
    records = [
        wrapped(
            "platformCore:record",
            _currency_record(world, str(place)) or [],
            f'internalId="{place}" xsi:type="listAcct:Currency"',
        )
        for place in places
    ]
    return [leaf("platformCore:totalRecords", str(len(records))), wrapped("platformCore:recordList", records)]
