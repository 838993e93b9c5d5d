"""The shapes of SOAP answers: responses, statuses and faults, each where the vendor's schema wants it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from nsz_desk.simulator.http_types import Answer
from nsz_desk.simulator.netsuite_wire import instant
from nsz_desk.simulator.netsuite_xml import (
    XSI_TYPE,
    RecordError,
    child,
    envelope,
    escaped,
    leaf,
    local,
    version_in,
    wrapped,
)

CONTENT_TYPE = "text/xml; charset=utf-8"
OK = '<platformCore:status isSuccess="true"/>'
WRITTEN = {  # the status of a record that was saved, by the account's switch
    "plain": OK,
    "warned": '<platformCore:status isSuccess="true"><platformCore:statusDetail type="WARN">'
    "<platformCore:afterSubmitFailed>false</platformCore:afterSubmitFailed></platformCore:statusDetail>"
    "</platformCore:status>",
    "after_submit_failed": '<platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR">'
    "<platformCore:code>UNEXPECTED_ERROR</platformCore:code>"
    "<platformCore:message>The record was saved, but a script that runs after saving failed.</platformCore:message>"
    "<platformCore:afterSubmitFailed>true</platformCore:afterSubmitFailed></platformCore:statusDetail>"
    "</platformCore:status>",
}


def fault(body: bytes, kind: str, code: str, message: str) -> Answer:
    """A SOAP fault (HTTP 500) in the request's version; an empty `kind` leaves only the host in the detail."""
    named = [leaf("platformFaults:code", code), leaf("platformFaults:message", message)]
    detail = [wrapped(f"platformFaults:{kind}", named)] if kind else []
    detail.append('<ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">simulator.local</ns1:hostname>')
    inner = [
        "<faultcode>soapenv:Server.userException</faultcode>",
        leaf("faultstring", message),
        wrapped("detail", detail),
    ]
    return Answer(500, envelope(version_in(body), wrapped("soapenv:Fault", inner)), CONTENT_TYPE)


def sent(version: str, body: str) -> Answer:
    """An answer with HTTP 200 around the body of an operation."""
    stamp = leaf("platformMsgs:nsId", "WEBSERVICES_SIMULATOR")
    return Answer(200, envelope(version, body, wrapped("platformMsgs:documentInfo", [stamp])), CONTENT_TYPE)


def status_of(error: RecordError) -> str:
    """A failed status."""
    inner = [leaf("platformCore:code", error.code), leaf("platformCore:message", error.message)]
    detail = wrapped("platformCore:statusDetail", inner, 'type="ERROR"')
    return wrapped("platformCore:status", [detail], 'isSuccess="false"')


def failed(asked: Element, status: str) -> str:
    """The body of the operation's answer with a failed status in its usual place."""
    operation = local(asked.tag)
    if operation == "get":
        return response("get", [read_response(status)])
    if operation == "getList":
        return response("getList", [listed("readResponseList", [read_response(status) for _ in asked])])
    if operation == "update":
        return response("update", [write_response(status, child(asked, "record"))])
    if operation == "updateList":
        return response("updateList", [listed("writeResponseList", [write_response(status, one) for one in asked])])
    late = leaf("platformCore:serverTime", instant(datetime.now(UTC))) if operation == "getServerTime" else ""
    name = "searchResult" if operation in ("search", "searchMoreWithId") else f"{operation}Result"
    return response(operation, [wrapped(f"platformCore:{name}", [status, late])])


def response(operation: str, pieces: Iterable[str]) -> str:
    """The outermost element of an operation's answer."""
    return wrapped(f"platformMsgs:{operation}Response", pieces)


def listed(name: str, pieces: Iterable[str]) -> str:
    """A list of responses under a status of its own, which says nothing about the rows."""
    return wrapped(f"platformMsgs:{name}", [OK, *pieces])


def read_response(status: str, record: str = "") -> str:
    """What a read of one record gives: its status and, if it was read, the record."""
    return wrapped("platformMsgs:readResponse", [status, record])


def write_response(status: str, record: Element | None) -> str:
    """A writeResponse; it names the record that was sent."""
    kind = local(record.get(XSI_TYPE, "")) if record is not None else ""
    if record is None or not kind:
        return wrapped("platformMsgs:writeResponse", [status])
    attributes = f'internalId="{escaped(record.get("internalId", ""))}" type="{escaped(kind[0].lower() + kind[1:])}"'
    ref = f'<platformMsgs:baseRef {attributes} xsi:type="platformCore:RecordRef"/>'
    return wrapped("platformMsgs:writeResponse", [status, ref])
