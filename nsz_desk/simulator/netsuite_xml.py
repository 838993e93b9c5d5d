"""Reading and writing SuiteTalk XML: parse a request strictly, build an answer from escaped pieces.

Answers are strings, because a page of a thousand rows built as a tree costs many times more.
Every answer declares the same prefixes on its envelope, so pieces may use them freely.
"""

import re
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
DEFAULT_VERSION = "2025_2"
PREFIXES = {
    "platformMsgs": "messages_{}.platform",
    "platformCore": "core_{}.platform",
    "platformCommon": "common_{}.platform",
    "platformFaults": "faults_{}.platform",
    "tranSales": "sales_{}.transactions",
    "tranCust": "customers_{}.transactions",
    "listRel": "relationships_{}.lists",
    "listAcct": "accounting_{}.lists",
}
_VERSION = re.compile(rb"urn:messages_(\d{4}_\d)\.platform\.webservices\.netsuite\.com")
_FAMILY = re.compile(r"urn:(?:types\.)?[a-z]+_(\d{4}_\d)\.[a-z]+\.webservices\.netsuite\.com")
# XML 1.0 has no way to write these at all, escaped or not
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """The request is not XML we accept; the message says why."""


class Refusal(Exception):
    """The whole request ends in a SOAP fault. An empty `kind` is a complaint about the schema, which names no fault."""

    def __init__(self, kind: str, code: str, message: str) -> None:
        """Keep the fault element's name, its code and its text."""
        super().__init__(message)
        self.kind, self.code, self.message = kind, code, message


class RecordError(Exception):
    """One record, or one search, fails inside an answer that is otherwise fine (status isSuccess="false")."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the status code and the text."""
        super().__init__(message)
        self.code, self.message = code, message


def against_schema(message: str) -> Refusal:
    """The refusal of a request that the schema does not allow."""
    return Refusal("", "", f"org.xml.sax.SAXException: {message}")


class _Reader(ElementTree.TreeBuilder):
    """A tree builder that refuses DOCTYPE and writes every xsi:type out in full, while prefixes are known."""

    def __init__(self) -> None:
        super().__init__()
        self._scopes: list[tuple[str, str]] = []

    def start_ns(self, prefix: str, uri: str) -> None:
        """Remember a declared prefix."""
        self._scopes.append((prefix, uri))

    def end_ns(self, prefix: str) -> None:
        """Forget the youngest declaration."""
        self._scopes.pop()

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element; `p:Name` in xsi:type becomes `{uri}Name`."""
        if XSI_TYPE in attrs:
            attrs[XSI_TYPE] = self._resolved(attrs[XSI_TYPE].strip())
        return super().start(tag, attrs)

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse: a DOCTYPE has no place in SOAP and opens the door to entities."""
        raise Unreadable("A DOCTYPE is not allowed in a SOAP message.")

    def _resolved(self, qname: str) -> str:
        prefix, _, local = qname.rpartition(":")
        for known, uri in reversed(self._scopes):
            if known == prefix:
                return f"{{{uri}}}{local}"
        if prefix:
            raise Unreadable(f"The prefix of the type {qname} is not declared.")
        return local


def parsed(body: bytes) -> Element:
    """The root element of a request body. Raises Unreadable."""
    try:
        parser = ElementTree.XMLParser(target=_Reader())
        parser.feed(body)
        root = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as exc:
        raise Unreadable(f"The request is not well-formed XML: {exc}") from exc
    if not isinstance(root, Element):
        raise Unreadable("The request is empty.")
    return root


def version_in(body: bytes) -> str:
    """The endpoint version that a request body's namespaces name, or the default when they name none."""
    found = _VERSION.search(body)
    return found.group(1).decode() if found else DEFAULT_VERSION


def check_one_version(root: Element, version: str) -> None:
    """Refuse a request that mixes the namespaces of two endpoint versions."""
    for node in root.iter():
        for name in (node.tag, node.get(XSI_TYPE, "")):
            found = _FAMILY.match(name[1:]) if name.startswith("{") else None
            if found and found.group(1) != version:
                raise against_schema(f"{name} does not belong to endpoint version {version}")


def urn(prefix: str, version: str) -> str:
    """The namespace behind one of our prefixes."""
    return f"urn:{PREFIXES[prefix].format(version)}.webservices.netsuite.com"


def local(name: str) -> str:
    """The part of a full name behind its namespace."""
    return name.rpartition("}")[2]


def namespace(name: str) -> str:
    """The namespace of a full name, "" without one."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def child(parent: Element, name: str) -> Element | None:
    """The first child with this local name."""
    return next((node for node in parent if local(node.tag) == name), None)


def children(parent: Element, name: str) -> list[Element]:
    """All children with this local name, in order."""
    return [node for node in parent if local(node.tag) == name]


def text_of(node: Element | None) -> str:
    """The text of an element without its outer blanks, "" for none."""
    return (node.text or "").strip() if node is not None else ""


def whole_number(text: str) -> int | None:
    """Read a count of at most 12 digits, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def is_true(text: str) -> bool:
    """Read an xsd:boolean. Refuses anything else."""
    if text not in ("true", "false", "1", "0"):
        raise against_schema(f"'{text}' is not a boolean")
    return text in ("true", "1")


def escaped(text: str) -> str:
    """Text made safe for element content and for an attribute in double quotes."""
    clean = _FORBIDDEN.sub("?", text) if not text.isprintable() else text
    for raw, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        clean = clean.replace(raw, written)
    return clean


def leaf(name: str, text: str | None) -> str:
    """An element that holds text; "" (no element at all) for None."""
    return "" if text is None else f"<{name}>{escaped(text)}</{name}>"


def wrapped(name: str, pieces: Iterable[str], attributes: str = "") -> str:
    """An element around finished pieces."""
    return f"<{name}{' ' + attributes if attributes else ''}>{''.join(pieces)}</{name}>"


def record_ref(name: str, internal_id: str, text: str = "") -> str:
    """A RecordRef element, "" when it points nowhere."""
    if not internal_id:
        return ""
    inner = [leaf("platformCore:name", text)] if text else []
    return wrapped(name, inner, f'internalId="{escaped(internal_id)}"')


def envelope(version: str, body: str, header: str = "") -> bytes:
    """A SOAP 1.1 envelope in UTF-8 that declares all our prefixes."""
    names = "".join(f' xmlns:{prefix}="{urn(prefix, version)}"' for prefix in PREFIXES)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:xsi="{XSI}"{names}>'
        f"{wrapped('soapenv:Header', [header]) if header else ''}{wrapped('soapenv:Body', [body])}</soapenv:Envelope>"
    ).encode()
