"""NetSuite's SOAP service: one envelope in, one envelope out.

Any endpoint version is spoken; it is read from the request's namespaces. What concerns one record or
one search fails inside an HTTP 200 answer; what concerns the request is a SOAP fault with HTTP 500.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import NoReturn
from xml.etree.ElementTree import Element

from nsz_desk.simulator import netsuite_auth, netsuite_books, netsuite_lists, netsuite_search
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_ledger import Ledger
from nsz_desk.simulator.netsuite_records import record_xml
from nsz_desk.simulator.netsuite_replies import (
    OK,
    WRITTEN,
    failed,
    fault,
    listed,
    read_response,
    response,
    sent,
    status_of,
    write_response,
)
from nsz_desk.simulator.netsuite_wire import instant
from nsz_desk.simulator.netsuite_xml import (
    SOAP,
    XSI_TYPE,
    RecordError,
    Refusal,
    Unreadable,
    against_schema,
    check_one_version,
    child,
    children,
    leaf,
    local,
    namespace,
    parsed,
    text_of,
    urn,
    version_in,
    wrapped,
)
from nsz_desk.simulator.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One operation as asked: the world, its element, the SOAP header, the version and the server's own address."""

    world: World
    asked: Element
    header: Element | None
    version: str
    address: str


def answer(world: World, request: Request) -> Answer:
    """Answer one SOAP request. Takes the world's lock and counts the call."""
    with world.lock:
        world.calls["netsuite"] += 1
        given = _answered(world, request)
        # A desk may tell the time by this header; it must be the world's, as that of the records is.
        return replace(given, headers={"Date": format_datetime(world.now(), usegmt=True)})


def _answered(world: World, request: Request) -> Answer:
    version = version_in(request.body)
    try:
        header, asked = _opened(request.body, version)
        operation = local(asked.tag)
        if operation not in OPERATIONS:
            raise against_schema(f"The operation {operation} is not served here")
        if operation != "getDataCenterUrls":
            netsuite_auth.check(world, header, version)
        if operation in world.netsuite.refused_operations:
            raise RecordError("INSUFFICIENT_PERMISSION", "You do not have permissions to perform this operation.")
        address = f"http://{request.headers.get('Host', '127.0.0.1')}"
        body = OPERATIONS[operation](Call(world, asked, header, version, address))
    except Unreadable as exc:
        return fault(request.body, "", "", f"org.xml.sax.SAXParseException: {exc}")
    except Refusal as exc:
        return fault(request.body, exc.kind, exc.code, exc.message)
    except RecordError as exc:  # of a search as a whole; single records catch their own
        return failure(request.body, exc.code, exc.message)
    return sent(version, body)


def failure(operation_body: bytes, code: str, message: str) -> Answer:
    """The answer (HTTP 200) by which the operation in this request fails: isSuccess is false, with code and message.

    A list operation fails record by record. A request that holds no operation gets a fault.
    """
    version = version_in(operation_body)
    try:
        _, asked = _opened(operation_body, version)
    except (Unreadable, Refusal) as exc:
        return fault(operation_body, "unexpectedErrorFault", code, f"{message} ({exc})")
    return sent(version, failed(asked, status_of(RecordError(code, message))))


def _opened(body: bytes, version: str) -> tuple[Element | None, Element]:
    """The SOAP header and the one operation of an envelope. Raises Unreadable or Refusal."""
    root = parsed(body)
    inside = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or inside is None or len(inside) != 1:
        raise against_schema("This is no SOAP 1.1 envelope with one operation")
    if namespace(inside[0].tag) != urn("platformMsgs", version):
        raise against_schema(f"{inside[0].tag} is not an operation of this service")
    check_one_version(root, version)
    return root.find(f"{{{SOAP}}}Header"), inside[0]


def _read_one(call: Call, ledger: Ledger, ref: Element) -> str:
    """The readResponse for one baseRef; of the kinds of reference only RecordRef is understood."""
    if ref.get(XSI_TYPE) != f"{{{urn('platformCore', call.version)}}}RecordRef":
        raise against_schema(f"'{ref.get(XSI_TYPE)}' is not a reference this account reads")
    record = record_xml(ledger, ref.get("type", ""), ref.get("internalId", ""), "platformMsgs:record")
    if record is None:
        return read_response(status_of(RecordError("RCRD_DSNT_EXIST", "That record does not exist.")))
    return read_response(OK, record)


def _refs(call: Call, most: int, name: str = "baseRef") -> list[Element]:
    found = children(call.asked, name)
    if not found or len(found) != len(call.asked) or found[0].tag != f"{{{urn('platformMsgs', call.version)}}}{name}":
        raise against_schema(f"{local(call.asked.tag)} holds {name} elements and nothing else, at least one")
    if len(found) > most:
        _too_many(most)
    return found


def _too_many(most: int) -> NoReturn:
    raise Refusal("exceededRecordCountFault", "MAX_RCRDS_EXCEEDED", f"The maximum number of records is {most}.")


def _get(call: Call) -> str:
    return response("get", [_read_one(call, Ledger(call.world), _refs(call, 1)[0])])


def _get_list(call: Call) -> str:
    ledger = Ledger(call.world)
    return response(
        "getList", [listed("readResponseList", [_read_one(call, ledger, ref) for ref in _refs(call, 1_000)])]
    )


def _search(call: Call) -> str:
    return response("search", [netsuite_search.search(call.world, call.asked, call.header, call.version)])


def _search_more(call: Call) -> str:
    return response("searchMoreWithId", [netsuite_search.search_more(call.world, call.asked, call.version)])


def _update_one(call: Call, sent: Element) -> str:
    netsuite_books.target_of(sent, call.version)  # a foreign type is a fault, not a failed record
    try:
        netsuite_books.update(call.world, sent, call.version)
    except RecordError as exc:
        return write_response(status_of(exc), sent)
    return write_response(WRITTEN[call.world.netsuite.write_outcome], sent)


def _update(call: Call) -> str:
    return response("update", [_update_one(call, _refs(call, 1, "record")[0])])


def _update_list(call: Call) -> str:
    rows = [_update_one(call, sent) for sent in _refs(call, 100, "record")]
    return response("updateList", [listed("writeResponseList", rows)])


def _result(call: Call, pieces: Iterable[str]) -> str:
    """An answer whose result element is named after the operation."""
    operation = local(call.asked.tag)
    return response(operation, [wrapped(f"platformCore:{operation}Result", [OK, *pieces])])


def _server_time(call: Call) -> str:
    return _result(call, [leaf("platformCore:serverTime", instant(call.world.now()))])


def _urls(call: Call) -> str:
    """Where the account lives. As in the real thing any account is answered, so success proves nothing."""
    if not text_of(child(call.asked, "account")):
        raise RecordError("DATA_REQD", "The account is required.")
    names = ("restDomain", "webservicesDomain", "systemDomain")
    domains = [leaf(f"platformCore:{name}", call.address) for name in names]
    return _result(call, [wrapped("platformCore:dataCenterUrls", domains)])


def _customization(call: Call) -> str:
    return _result(call, netsuite_lists.custom_fields(call.world, call.asked))


def _select_value(call: Call) -> str:
    return _result(call, netsuite_lists.select_values(call.world, call.asked))


def _all(call: Call) -> str:
    return _result(call, netsuite_lists.all_records(call.world, call.asked))


__all__ = ["answer", "failure", "fault"]

OPERATIONS: dict[str, Callable[[Call], str]] = {
    "get": _get,
    "getAll": _all,
    "getCustomizationId": _customization,
    "getDataCenterUrls": _urls,
    "getList": _get_list,
    "getSelectValue": _select_value,
    "getServerTime": _server_time,
    "search": _search,
    "searchMoreWithId": _search_more,
    "update": _update,
    "updateList": _update_list,
}
