"""Open a SOAP answer: what is inside, or the fault it tells; anything else is no answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from nsz_desk.domain.errors import NoAnswer
from nsz_desk.gateways.http import WEB_PAGE, Reply, no_answer, scrub
from nsz_desk.gateways.netsuite.codes import Failure
from nsz_desk.gateways.netsuite.soap_read import NETSUITE, Node, local, parsed
from nsz_desk.gateways.netsuite.soap_rows import Row
from nsz_desk.gateways.netsuite.soap_shapes import SOAP, unfolded


@dataclass(frozen=True, slots=True)
class Answer:
    """What is inside `<operation>Response`, and the server's time (UTC) if it told one.

    `rows` are those of a search page that were read apart; then `content` holds none of them.
    """

    content: Node
    at: datetime | None
    rows: tuple[Row, ...] | None = None


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
    page = unfolded(reply.body) if operation.startswith("search") else None
    root = _parsed(replace(reply, body=page.rest) if page else reply)
    body = root.find(f"{SOAP}Body") if root.tag == f"{SOAP}Envelope" else None
    inside = [] if body is None else list(body)
    if len(inside) != 1:
        raise _nonsense(reply, "it is no SOAP answer")
    if inside[0].tag == f"{SOAP}Fault":
        raise Failed(_fault(Node(inside[0])), reply.at)
    home = inside[0].tag.rpartition("}")[0]
    if local(inside[0].tag) != f"{operation}Response" or not home.endswith(NETSUITE) or reply.status != 200:
        raise _nonsense(reply, f"it is no answer to {operation}")
    return Answer(Node(inside[0]), reply.at, page.rows if page else None)


def _parsed(reply: Reply) -> etree._Element:
    if reply.is_web_page:
        raise _nonsense(reply, WEB_PAGE)
    try:
        root = parsed(reply.body)
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
