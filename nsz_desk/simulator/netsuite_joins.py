"""The records that a search may join in, as columns and as criteria."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_criteria import Accepts, of_transactions
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_lines import Line
from nsz_desk.simulator.netsuite_list_criteria import of_customers
from nsz_desk.simulator.netsuite_xml import Refusal, local
from nsz_desk.simulator.world import NsCustomer


def _other_end(part: str) -> Callable[[Ledger, Line], Line | None]:
    def find(ledger: Ledger, line: Line) -> Line | None:
        if line.part != part or line.link is None:
            return None
        other = ledger.other_end(line.link, line.of)
        return Line("main", other, 0, other.total)

    return find


def _source(ledger: Ledger, line: Line) -> Line | None:
    other = ledger.find("invoice", line.of.created_from)
    return Line("main", other) if other else None


def _customer(ledger: Ledger, line: Line) -> NsCustomer | None:
    return ledger.world.customers.peek(line.of.customer_id)


# In the order of the schema: which table's columns a join shows, and whose.
JOINS: dict[str, tuple[str, Callable[[Ledger, Line], Any]]] = {
    "appliedToTransactionJoin": ("transaction", _other_end("applied")),
    "applyingTransactionJoin": ("transaction", _other_end("applying")),
    "createdFromJoin": ("transaction", _source),
    "customerJoin": ("customer", _customer),
    "customerMainJoin": ("customer", _customer),
}


def joined(ledger: Ledger, node: Element, table: str, version: str) -> Accepts:
    """Read the criteria on a joined record into a test of a line; a line that joins nothing does not match.

    A join that nobody reads is a fault, since ignoring it would find too much.
    """
    name = local(node.tag)
    if table != "transaction" or name not in JOINS:
        raise Refusal("", "", f"This account does not understand search criteria on {name}.")
    kind, find = JOINS[name]
    if kind == "customer":
        of_customer = of_customers(ledger.world, node, version)
        return lambda line: (one := find(ledger, line)) is not None and of_customer.accepts(one)
    asked = of_transactions(ledger, node, version)

    def accepts(line: Any) -> bool:
        other = find(ledger, line)
        if other is None or (asked.kinds is not None and other.of.kind not in asked.kinds):
            return False
        return asked.accepts(other.of) and asked.accepts_line(other)

    return accepts
