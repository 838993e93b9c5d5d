"""Read SOAP answers with lxml: children by name, never by position; no DTD, no entities, no network.

Real answers break the schema's order and bring elements that nobody declared, so nothing is validated; what
is not there reads as "".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from lxml import etree

from nsz_desk.domain.errors import NoAnswer
from nsz_desk.gateways.http import Reply, no_answer, scrub
from nsz_desk.gateways.netsuite.codes import ALARM, Failure

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NETSUITE = ".webservices.netsuite.com"


@dataclass(frozen=True, slots=True)
class Custom:
    """The value of a custom field: its kind (String, Boolean, Select …), text, and internal id and name of a choice."""

    kind: str
    text: str
    internal_id: str
    name: str


class Node:
    """A record, a part of a search row, or any other element; a column's value stands for the column."""

    def __init__(self, element: etree._Element) -> None:
        """Look at an element."""
        self.element = element

    @cached_property
    def _children(self) -> dict[str, etree._Element]:
        found: dict[str, etree._Element] = {}
        for child in self.element:
            found.setdefault(local(child.tag), child)
        return found

    @property
    def kind(self) -> str:
        """The local name of its xsi:type, "" without one."""
        return _type_of(self.element)

    @property
    def id(self) -> str:
        """Its own internalId, "" without one."""
        return self.element.get("internalId", "").strip()

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        found = self._children.get(name)
        return None if found is None else Node(found)

    def children(self, name: str) -> list["Node"]:
        """All children of that name."""
        return [Node(one) for one in self.element if local(one.tag) == name]

    def rows(self, listed: str, name: str) -> list["Node"]:
        """The rows `name` of the list `listed`; none when there is no such list."""
        found = self.child(listed)
        return found.children(name) if found else []

    def text(self, name: str) -> str:
        """The text of a field or column."""
        found = self._value(name)
        return "" if found is None else (found.text or "").strip()

    def ref(self, name: str) -> str:
        """The internal id that a field or column points to."""
        found = self._value(name)
        return "" if found is None else found.get("internalId", "").strip()

    def name_of(self, name: str) -> str:
        """The name of what a field or column points to; lists do not tell it."""
        found = self._value(name)
        return "" if found is None else Node(found).text("name")

    def custom(self, script_id: str) -> Custom | None:
        """The value of a custom field, None when it is blank (then NetSuite leaves it out)."""
        for one in self.rows("customFieldList", "customField"):
            if one.element.get("scriptId", "").casefold() == script_id.casefold():
                return _custom(one)
        return None

    def _value(self, name: str) -> etree._Element | None:
        found = self._children.get(name)
        if found is None:
            return None
        return next((one for one in found if local(one.tag) == "searchValue"), found)


def _custom(node: Node) -> Custom:
    value = next((one for one in node.element if local(one.tag) in ("value", "searchValue")), None)
    kind = node.kind.removeprefix("SearchColumn").removesuffix("Ref").removesuffix("CustomField")
    if value is None:
        return Custom(kind, "", "", "")
    return Custom(kind, (value.text or "").strip(), value.get("internalId", ""), Node(value).text("name"))


def local(tag: object) -> str:
    """A name without its namespace; "" for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _type_of(element: etree._Element) -> str:
    """The xsi:type, resolved: its prefix must be declared and stand for a namespace of NetSuite."""
    prefix, _, name = element.get(XSI_TYPE, "").strip().rpartition(":")
    home = element.nsmap.get(prefix or None) or ""
    return name if home.endswith(NETSUITE) else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is inside `<operation>Response`, and the server's time (UTC) if it told one."""

    content: Node
    at: datetime | None


class Failed(Exception):
    """The server says that something went wrong."""

    def __init__(self, failure: Failure, at: datetime | None) -> None:
        """Keep what it says and when."""
        super().__init__(failure.code)
        self.failure, self.at = failure, at


def open_answer(reply: Reply, operation: str) -> Answer:
    """The content of an answer to `operation`.

    Raises:
        Failed: a SOAP fault.
        NoAnswer: no SOAP answer to that operation.
    """
    root = _parsed(reply)
    body = root.find(f"{SOAP}Body") if root.tag == f"{SOAP}Envelope" else None
    inside = [] if body is None else list(body)
    if len(inside) != 1:
        raise _nonsense(reply, "it is no SOAP answer")
    if inside[0].tag == f"{SOAP}Fault":
        raise Failed(_fault(Node(inside[0])), reply.at)
    home = inside[0].tag.rpartition("}")[0]
    if local(inside[0].tag) != f"{operation}Response" or not home.endswith(NETSUITE) or reply.status != 200:
        raise _nonsense(reply, f"it is no answer to {operation}")
    return Answer(Node(inside[0]), reply.at)


def _parsed(reply: Reply) -> etree._Element:
    if "html" in reply.headers.get("Content-Type", "").lower():
        raise _nonsense(reply, "it is a web page")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(reply.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _nonsense(reply, "it is no XML") from None
    docinfo: Any = root.getroottree().docinfo  # the stubs know nothing of its doctype
    if docinfo.doctype:
        raise _nonsense(reply, "it holds a document type")
    return root


def _nonsense(reply: Reply, why: str) -> NoAnswer:
    return no_answer("NetSuite", f"HTTP {reply.status}, {why}", reply.at, str(reply.status))


def _fault(node: Node) -> Failure:
    """A fault: its name and code stand in the detail, whose other children name hosts."""
    detail = node.child("detail")
    named = [] if detail is None else [one for one in detail.element if local(one.tag).endswith("Fault")]
    words = scrub(node.text("faultstring"))
    if not named:
        return Failure("", words)
    inner = Node(named[0])
    return Failure(scrub(inner.text("code")), scrub(inner.text("message")) or words, local(named[0].tag))


def failure_in(container: Node | None, at: datetime | None) -> Failure | None:
    """What the status of a result says went wrong; None when it says success.

    Raises:
        NoAnswer: it says nothing.
    """
    status = container.child("status") if container else None
    success = status.element.get("isSuccess", "") if status else ""
    if status is None or success not in ("true", "false", "1", "0"):
        raise no_answer("NetSuite", "it does not say whether it succeeded", at)
    details = status.children("statusDetail")
    saved = any(_saved_anyway(one) for one in details)
    if success in ("true", "1") and not saved:
        return None
    shown = next((one for one in details if one.element.get("type") == "ERROR"), details[0] if details else None)
    if shown is None:
        return Failure("", "it says that it failed, without a reason")
    return Failure(scrub(shown.text("code")), scrub(shown.text("message")), saved=saved)


def _saved_anyway(detail: Node) -> bool:
    """The flag is spelt in two ways."""
    return "true" in (detail.text("afterSubmitFailed"), detail.text("aftersubmitFailed"))


def need_success(container: Node | None, at: datetime | None) -> None:
    """Insist on success.

    Raises:
        Failed: it failed.
        NoAnswer: it does not say.
    """
    if failure := failure_in(container, at):
        raise Failed(failure, at)


def record_in(response: Node, kind: str, record_id: str, at: datetime | None) -> Node:
    """The record of a readResponse, which must be the one that was asked for.

    Raises:
        Failed: it could not be read.
        NoAnswer: another record came (code `alarm`), or none.
    """
    need_success(response, at)
    record = response.child("record")
    if record is None:
        raise no_answer("NetSuite", "it answers without the record", at)
    if record.id != record_id or record.kind.casefold() != kind.casefold():
        raise no_answer("NetSuite", f"it answers with another record than {kind} {record_id}", at, ALARM)
    return record


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: how many rows there are in all, pages, its own number, and its rows."""

    total: int
    pages: int
    index: int
    search_id: str
    rows: tuple[Node, ...]


def page_in(answer: Answer) -> Page:
    """The page in an answer to search or searchMoreWithId.

    Raises:
        Failed: the search failed.
        NoAnswer: its counts cannot be read.
    """
    result = answer.content.child("searchResult")
    need_success(result, answer.at)
    if result is None:
        raise no_answer("NetSuite", "it answers without a result", answer.at)
    total, pages, index = (_count(result, name, answer.at) for name in ("totalRecords", "totalPages", "pageIndex"))
    return Page(total, pages, index, result.text("searchId"), tuple(_rows(result)))


def _rows(result: Node) -> Iterator[Node]:
    yield from result.rows("searchRowList", "searchRow")


def _count(result: Node, name: str, at: datetime | None) -> int:
    text = result.text(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise no_answer("NetSuite", f"a page of a list has no {name}", at)
    return int(text)
