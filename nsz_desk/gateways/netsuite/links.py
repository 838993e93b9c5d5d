"""Who is applied to whom, from the lines of lists and from the rows of whole records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Application, Kind
from nsz_desk.gateways.netsuite.records import Resolved
from nsz_desk.gateways.netsuite.searching import basic
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Row
from nsz_desk.gateways.netsuite.values import amount, tick

TYPES = {  # the type column, with and without underscore, and the short names of older endpoints
    "creditmemo": Kind.CREDIT_MEMO,
    "custcred": Kind.CREDIT_MEMO,
    "invoice": Kind.INVOICE,
    "custinvc": Kind.INVOICE,
    "customerrefund": Kind.REFUND,
    "custrfnd": Kind.REFUND,
}
NO_TYPE = Unread("what the rows are applied to", "NetSuite's list does not tell their type")


@dataclass(frozen=True, slots=True)
class Link:
    """One link as a line shows it; `kind` and `amount` are None where the line does not tell them."""

    doc: str
    kind: Kind | None
    amount: Decimal | None


@dataclass(slots=True)
class Lines:
    """What the lines of one transaction show: links to others, links from others, and its items' lines."""

    applied: list[Link] = field(default_factory=list)
    applying: list[Link] = field(default_factory=list)
    items: int = 0

    @property
    def whole(self) -> bool:
        """Something is applied, and every link tells its kind and amount."""
        return bool(self.applied) and all(link.kind and link.amount is not None for link in self.applied)


def lines_of(rows: Iterable[Row]) -> dict[str, Lines]:
    """The lines of a list by their transaction.

    Raises:
        ValueError: an amount is none.
    """
    found: dict[str, Lines] = {}
    for row in rows:
        part = basic(row)
        key = part.ref("internalId")
        lines = found.get(key) or found.setdefault(key, Lines())
        lines.items += bool(part.ref("item"))
        if doc := part.ref("appliedToTransaction"):
            text = part.text("appliedToForeignAmount")
            lines.applied.append(Link(doc, _kind(row, "appliedToTransactionJoin"), amount(text) if text else None))
        if doc := part.ref("applyingTransaction"):
            lines.applying.append(Link(doc, _kind(row, "applyingTransactionJoin"), None))
    return found


def _kind(row: Row, join: str) -> Kind | None:
    part = row.get(join)
    word = part.text("type").lstrip("_").casefold() if part else ""
    return TYPES.get(word, Kind.OTHER) if word else None


def applications(links: Iterable[Link], currency: str) -> tuple[Application, ...] | Unread:
    """The links as applications; Unread when one does not tell its kind."""
    found = []
    for link in links:
        if link.kind is None:
            return NO_TYPE
        found.append(Application(link.doc, link.kind, None if link.amount is None else Money(link.amount, currency)))
    return tuple(found)


def applied_docs(record: Node) -> tuple[str, ...]:
    """The documents that the rows of a whole record name.

    Raises:
        ValueError: a row cannot be read.
    """
    return tuple(doc for doc, _ in applied_rows(record))


def applied_rows(record: Node) -> Iterator[tuple[str, Decimal]]:
    """(document, amount) of the rows of a whole record that are ticked.

    Saved deposits stand in the apply list already, so a deposit row counts only where it is not there.

    Raises:
        ValueError: a row cannot be read.
    """
    seen: set[str] = set()
    for listed, name in (("applyList", "apply"), ("depositList", "customerRefundDeposit")):
        for row in record.rows(listed, name):
            doc = row.text("doc")
            if not tick(row.text("apply")) or (listed == "depositList" and doc in seen):
                continue
            if not doc:
                raise ValueError("an applied row names no document")
            seen.add(doc)
            yield doc, amount(row.text("amount"))


def whole_applications(
    record: Node, resolved: Mapping[str, Resolved], currency: str
) -> tuple[Application, ...] | Unread:
    """The rows of a whole record as applications; Unread when it is not known what a document is."""
    found = []
    for doc, taken in applied_rows(record):
        kind = resolved[doc].kind
        if isinstance(kind, Unread):
            return kind
        found.append(Application(doc, kind, Money(taken, currency)))
    return tuple(found)


def refunds_of_memo(known: set[str], searched: set[str], shown: set[str]) -> tuple[str, ...] | Unread:
    """The refunds applied to a memo; `known` are those that say so themselves.

    Some accounts do not show such links in lists. So a source counts only if it shows what is known already.
    """
    if known and (known <= searched or known <= shown):
        return tuple(sorted(searched | shown, key=lambda one: (len(one), one)))
    return Unread("the refunds of the credit memo", "NetSuite's lists do not show what is applied to it")
