"""Search rows: the columns that a search asked for, as XML.

Columns and joins are compiled once per page into functions, then run over its lines. Select columns
carry the internal id only, absent values are simply missing, refunds and memos count negative.
"""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_column_tables import CUSTOMER, PERIOD, TRANSACTION
from nsz_desk.simulator.netsuite_fields import column_xml, field_named
from nsz_desk.simulator.netsuite_joins import JOINS
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_lines import Line
from nsz_desk.simulator.netsuite_xml import (
    RecordError,
    Refusal,
    against_schema,
    child,
    escaped,
    leaf,
    local,
    namespace,
    text_of,
    urn,
)

Writer = Callable[[Any], str]  # a line, customer or period -> pieces of XML


TABLES: dict[str, dict[str, Any]] = {"transaction": TRANSACTION, "customer": CUSTOMER, "period": PERIOD}


def columns(ledger: Ledger, asked: Element, table: str, version: str) -> Writer:
    """Compile the columns asked for in a basic or join element. Raises on a column nobody keeps."""
    known, plain, custom = TABLES[table], [], []
    order = list(known)
    for node in asked:
        name = local(node.tag)
        if namespace(node.tag) != urn("platformCommon", version):
            raise against_schema(f"{node.tag} is not a search column")
        if name == "customFieldList":
            custom += [_custom_column(ledger, one, table) for one in node]
        elif name in known and name in ledger.world.netsuite.missing_columns:
            continue
        elif name in known:
            plain.append((order.index(name), _column(ledger, name, known[name], _label(node))))
        else:
            raise Refusal("", "", f"This account does not understand the {table} search column {name}.")
    writers = [writer for _, writer in sorted(plain, key=lambda pair: pair[0])]

    def write(row: Any) -> str:
        listed = "".join([writer(row) for writer in custom])
        tail = f"<platformCommon:customFieldList>{listed}</platformCommon:customFieldList>" if listed else ""
        return "".join([writer(row) for writer in writers]) + tail

    return write


def _label(node: Element) -> str:
    """The label asked for, which real rows carry behind the value, against the schema's order."""
    label = text_of(child(node, "customLabel"))
    return leaf("platformCore:customLabel", label) if label else ""


def _column(ledger: Ledger, name: str, known: tuple[str, Any], label: str) -> Writer:
    shape, read = known
    tag, end = f"<platformCommon:{name}>", f"{label}</platformCommon:{name}>"

    def write(row: Any) -> str:
        value = read(ledger, row)
        if value is None:
            return ""
        if shape == "select":
            return f'{tag}<platformCore:searchValue internalId="{escaped(value)}"/>{end}'
        return f"{tag}<platformCore:searchValue>{escaped(value)}</platformCore:searchValue>{end}"

    return write


_OWNERS = {"transaction": ("customerRefund", "creditMemo", "customerPayment"), "customer": ("customer",), "period": ()}


def _custom_column(ledger: Ledger, node: Element, table: str) -> Writer:
    """A custom column; blank (missing) on records of a kind without the field."""
    script_id, label = node.get("scriptId", ""), _label(node)
    by_kind = {kind: one for kind in _OWNERS[table] if (one := field_named(ledger.world, kind, script_id))}
    if not by_kind:
        raise RecordError("SSS_INVALID_SRCH_COL", f"There is no custom field {script_id!r} to show.")

    def write(row: Any) -> str:
        if script_id.lower() in ledger.world.netsuite.missing_columns:
            return ""
        kind, record = ("customer", row) if table == "customer" else (row.of.kind, row.of.record)
        return column_xml(ledger.world, by_kind[kind], record, label) if kind in by_kind and record else ""

    return write


def row_writer(ledger: Ledger, asked: Element, table: str, prefix: str, version: str) -> Writer:
    """Compile a whole row: the basic part and, for transactions, the joins asked for."""
    basic: Writer | None = None
    joins: list[tuple[int, str, Callable[[Ledger, Line], Any], Writer]] = []
    for node in asked:
        name = local(node.tag)
        if namespace(node.tag) != urn(prefix, version):
            raise against_schema(f"{node.tag} is not a part of the search row")
        if name == "basic":
            basic = columns(ledger, node, table, version)
        elif table == "transaction" and name in JOINS:
            joined, find = JOINS[name]
            joins.append((list(JOINS).index(name), name, find, columns(ledger, node, joined, version)))
        else:
            raise Refusal("", "", f"This account does not understand the search join {name}.")
    joins.sort(key=lambda join: join[0])

    def write(row: Any) -> str:
        pieces = [f"<{prefix}:basic>{basic(row)}</{prefix}:basic>"] if basic else []
        for _, name, find, writer in joins:
            if (other := find(ledger, row)) is not None:
                pieces.append(f"<{prefix}:{name}>{writer(other)}</{prefix}:{name}>")
        return "".join(pieces)

    return write
