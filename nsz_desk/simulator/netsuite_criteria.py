"""Which transactions, customers and periods a search asks for.

A criterion this module does not know ends in a fault that names it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator import netsuite_operators as operators
from nsz_desk.simulator.netsuite_fields import CustomField, field_named, internal_id_in, select_of
from nsz_desk.simulator.netsuite_ledger import Ledger, Transaction
from nsz_desk.simulator.netsuite_lines import Line
from nsz_desk.simulator.netsuite_xml import (
    XSI_TYPE,
    RecordError,
    Refusal,
    against_schema,
    child,
    is_true,
    local,
    namespace,
    text_of,
    urn,
)
from nsz_desk.simulator.world import World

Accepts = Callable[[Any], bool]
TRANSACTIONS = ("customerRefund", "creditMemo", "customerPayment")


@dataclass(slots=True)
class Criteria:
    """What a search asks for: `kinds` of transaction (None: all), tests of a record, tests of one of its lines."""

    kinds: frozenset[str] | None = None
    records: list[Accepts] = field(default_factory=list)
    lines: list[Accepts] = field(default_factory=list)
    main_only: bool = False  # of the lines only the main one is asked for: a shorter way to the same

    def accepts(self, record: Any) -> bool:
        """Does a record meet every criterion?"""
        for test in self.records:  # noqa: SIM110 - half the time of all() with a generator, a million times
            if not test(record):
                return False
        return True

    def accepts_line(self, line: Line) -> bool:
        """Does a line of an accepted record meet every criterion that speaks of lines?"""
        return all(test(line) for test in self.lines)


def of_transactions(ledger: Ledger, basic: Element | None, version: str) -> Criteria:
    """Read a TransactionSearchBasic."""
    asked = Criteria()
    for node in basic if basic is not None else ():
        name = name_of(node, version)
        if name == "customFieldList":
            asked.records += of_custom_fields(ledger.world, node, version, TRANSACTIONS)
        elif name == "type":
            asked.kinds = _kinds(node)
        elif name == "mainLine" and _is_ticked(node):
            asked.main_only = True
        elif name in ("mainLine", "appliedToTransaction", "item"):
            asked.lines.append(_of_line(name, node))
        else:
            asked.records.append(_of_transaction(ledger, name, node))
    return asked


def name_of(node: Element, version: str) -> str:
    """A criterion's name; one outside the namespace of basic searches is against the schema."""
    if namespace(node.tag) != urn("platformCommon", version):
        raise against_schema(f"{node.tag} is not an element of a basic search")
    return local(node.tag)


def _kinds(node: Element) -> frozenset[str]:
    """The record types behind `_customerRefund` and the like; only anyOf makes sense for a small world."""
    values = [text_of(value) for value in node]
    if node.get("operator") != "anyOf" or not values:
        raise RecordError("INVALID_SEARCH_OPERATOR", "The criterion type is understood with anyOf and values only.")
    for value in values:
        if not value.startswith("_"):
            raise against_schema(f"'{value}' is not a TransactionType")
    return frozenset(value[1:] for value in values)


def _is_ticked(node: Element) -> bool:
    value = child(node, "searchValue")
    return value is not None and is_true(text_of(value))


def _of_line(name: str, node: Element) -> Accepts:
    if name == "mainLine":
        tick = operators.ticks(node)
        return lambda line: tick(line.part == "main")
    choice = operators.choices(node)
    if name == "item":
        return lambda line: choice(line.item)
    return lambda line: choice(line.link.doc if line.part == "applied" and line.link else "")


def _of_transaction(ledger: Ledger, name: str, node: Element) -> Accepts:
    """A criterion about the whole transaction."""
    account = ledger.world.netsuite
    if name in _CHOICES:
        choice, read = operators.choices(node), _CHOICES[name]
        return lambda one: choice(read(ledger, one))
    if name in ("tranId", "memo", "memoMain", "transactionNumber"):
        text = operators.texts(node, account.is_not_includes_empty)
        return lambda one: text(one.memo if name.startswith("memo") else one.number)
    if name == "tranDate":
        day = operators.days(node, account.user_zone)
        return lambda one: day(one.date)
    if name in ("lastModifiedDate", "dateCreated"):
        moment = operators.moments(node, account.user_zone)
        return lambda one: moment(one.modified if name == "lastModifiedDate" else one.created)
    if name == "voided":
        tick = operators.ticks(node)
        return lambda one: tick(one.voided)
    if name == "status":
        status = operators.choices(node, by_text=True)
        return lambda one: status(status_code(ledger, one))
    if name == "amountRemaining":
        number = operators.numbers(node)
        return lambda one: number(shown_remaining(ledger, one))
    raise unknown(name)


def unknown(name: str) -> Refusal:
    """A fault, louder than a failed status: a criterion that nobody reads would return too many rows."""
    return Refusal("", "", f"This account does not understand the search criterion {name}.")


_CHOICES: dict[str, Callable[[Ledger, Transaction], str]] = {
    "internalId": lambda _, one: one.id,
    "entity": lambda _, one: one.customer_id,
    "mainName": lambda _, one: one.customer_id,
    "subsidiary": lambda _, one: one.subsidiary,
    "createdFrom": lambda _, one: one.created_from,
    "currency": lambda ledger, one: internal_id_in(ledger.world.netsuite.currencies, one.currency),
    "paymentMethod": lambda ledger, one: (
        internal_id_in(ledger.world.netsuite.methods, one.method) if one.method else ""
    ),
}


def shown_remaining(ledger: Ledger, one: Transaction) -> Decimal | None:
    """The Amount Remaining that a search sees: on refunds only where the account fills it."""
    if one.kind == "customerRefund" and not ledger.world.netsuite.refund_amount_remaining_filled:
        return None
    return ledger.remaining(one)


def status_code(ledger: Ledger, one: Transaction) -> str:
    """The status enumeration value by which a search finds the transaction, "" when there is none."""
    if one.kind == "creditMemo":
        state = "Voided" if one.voided else "Open" if ledger.remaining(one) else "FullyApplied"
        return f"_creditMemo{state}"
    if one.kind == "customerRefund":
        return "_customerRefundVoided" if one.voided else ""
    return "_paymentDeposited" if one.kind == "customerPayment" else ""


def of_custom_fields(world: World, listed: Element, version: str, kinds: tuple[str, ...]) -> list[Accepts]:
    """The tests of a custom field list, for fields that any of these kinds of record has."""
    return [_of_custom(world, node, version, kinds) for node in listed]


def _of_custom(world: World, node: Element, version: str, kinds: tuple[str, ...]) -> Accepts:
    """A criterion on a custom field; its kind must be the field's kind. A record without the field has it blank."""
    script_id = node.get("scriptId", "")
    one = next((found for kind in kinds if (found := field_named(world, kind, script_id))), None)
    if one is None:
        raise RecordError("INVALID_SEARCH_FIELD_KEY", f"There is no custom field {script_id!r} to search by.")
    core, kind = urn("platformCore", version), node.get(XSI_TYPE, "")
    needed = {"string": "SearchString", "boolean": "SearchBoolean", "select": "SearchMultiSelect"}[
        one.kind
    ] + "CustomField"
    if kind != f"{{{core}}}{needed}":
        raise RecordError(
            "INVALID_SEARCH_FIELD_OBJ", f"The field {one.script_id} is searched by a {needed}, not {kind}."
        )
    return _custom_test(world, one, node)


def _custom_test(world: World, one: CustomField, node: Element) -> Accepts:
    if one.kind == "string":
        text = operators.texts(node, world.netsuite.is_not_includes_empty)
        return lambda found: text(str(getattr(_row(found), one.attribute, "")))
    if one.kind == "boolean":
        tick = operators.ticks(node)
        return lambda found: tick(bool(getattr(_row(found), one.attribute, False)))
    choice = operators.choices(node)

    def chosen(found: Any) -> bool:
        record = _row(found)
        return choice(select_of(world, one, record)[0] if hasattr(record, one.attribute) else "")

    return chosen


def _row(found: Any) -> Any:
    """The world's record behind a transaction; customers are records already."""
    return found.record if isinstance(found, Transaction) else found
