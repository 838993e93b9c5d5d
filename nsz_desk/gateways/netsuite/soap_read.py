"""Read XML of SOAP answers with lxml: children by name, never by position; no DTD, no entities, no network.

Real answers break the schema's order and bring elements that nobody declared, so nothing is validated; what
is not there reads as "".
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NETSUITE = ".webservices.netsuite.com"


class Custom(NamedTuple):
    """The value of a custom field: its kind (String, Boolean, Select …), text, and internal id and name of a choice."""

    kind: str
    text: str
    internal_id: str
    name: str


class Node:
    """A record or any other element; a field's `searchValue` stands for the field. The rows of lists: `soap_rows`."""

    __slots__ = ("_customs", "_found", "_nodes", "element")

    def __init__(self, element: etree._Element) -> None:
        """Look at an element."""
        self.element = element
        self._found: dict[str, etree._Element] | None = None  # its children by name, once somebody asks
        self._nodes: dict[str, Node] | None = None  # and those of them that were asked for as nodes
        self._customs: dict[str, Custom] | None = None  # its custom fields, once somebody asks

    @property
    def _children(self) -> dict[str, etree._Element]:
        if self._found is None:
            # From the last to the first, so that the first one of a name stays.
            self._found = {local(child.tag): child for child in reversed(self.element)}
        return self._found

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
        if self._nodes is None:
            self._nodes = {}
        node = self._nodes.get(name)
        if node is None and (found := self._children.get(name)) is not None:
            node = self._nodes[name] = Node(found)
        return node

    def children(self, name: str) -> list["Node"]:
        """All children of that name."""
        return [Node(one) for one in self.element if local(one.tag) == name]

    def rows(self, listed: str, name: str) -> list["Node"]:
        """The rows `name` of the list `listed`; none when there is no such list."""
        found = self.child(listed)
        return found.children(name) if found else []

    def text(self, name: str) -> str:
        """The text of a field or column, without outer blanks."""
        found = self._value(name)
        return "" if found is None else (found.text or "").strip()

    def words(self, name: str) -> str:
        """What somebody wrote into a field, exactly."""
        found = self._value(name)
        return "" if found is None else found.text or ""

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
        if self._customs is None:
            self._customs = custom_fields(self._children.get("customFieldList", ()))
        return self._customs.get(script_id.casefold())

    def _value(self, name: str) -> etree._Element | None:
        found = (self._found or self._children).get(name)
        if found is None or not len(found):
            return found
        first = found[0]  # mostly; an iterator over so few costs more than all else
        if local(first.tag) == "searchValue":
            return first
        return next((one for one in found if local(one.tag) == "searchValue"), found)


def custom_fields(listed: Iterable[etree._Element]) -> dict[str, Custom]:
    """The custom fields of a `customFieldList` by script id in lower case; the first one of an id counts."""
    found: dict[str, Custom] = {}
    for field in listed:
        script_id = field.get("scriptId", "").casefold()
        if script_id not in found and local(field.tag) == "customField":
            found[script_id] = _custom(field)
    return found


def _custom(field: etree._Element) -> Custom:
    kind = _kind(_type_of(field))
    for value in field:
        if local(value.tag) in ("value", "searchValue"):
            name = Node(value).text("name") if len(value) else ""
            return Custom(kind, (value.text or "").strip(), value.get("internalId", ""), name)
    return Custom(kind, "", "", "")


@lru_cache(64)
def _kind(type_name: str) -> str:
    return type_name.removeprefix("SearchColumn").removesuffix("Ref").removesuffix("CustomField")


@lru_cache(4096)  # answers repeat few names thousands of times
def local(tag: object) -> str:
    """A name without its namespace; "" for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _type_of(element: etree._Element) -> str:
    """The xsi:type, resolved: its prefix must be declared and stand for a namespace of NetSuite."""
    prefix, _, name = element.get(XSI_TYPE, "").strip().rpartition(":")
    if (prefix or None) == element.prefix:  # mostly; asking for all declared prefixes is slow
        home = str(element.tag).rpartition("}")[0]
    else:
        home = element.nsmap.get(prefix or None) or ""
    return name if home.endswith(NETSUITE) else ""


def parsed(body: bytes) -> etree._Element:
    """The root of a document. Raises `XMLSyntaxError` or `ValueError` for what is no XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(body, parser)
