"""How NetSuite's REST services answer: JSON with links, errors with their details, exact amounts."""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime

from nsz_desk.simulator.faults import Fault
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.zuora_json import dumps

BASE = "/services/rest/"
_KIND = "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html"
_TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    429: "Bad Request", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip
LOGIN_TEXT = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)
BUSY_TEXT = "Concurrent request limit exceeded. Request blocked."


class RestRefusal(Exception):
    """The request is refused: HTTP status, error code, text, and which part of the request is at fault.

    `place` is (name of the member, value), such as ("o:errorPath", "custbodyzuoraid"), or None.
    """

    def __init__(self, status: int, code: str, detail: str, place: tuple[str, str] | None = None) -> None:
        """Keep what the error body will say."""
        super().__init__(detail)
        self.status, self.code, self.detail, self.place = status, code, detail, place


def stamp(moment: datetime) -> str:
    """An instant as the record service writes it: ``2026-03-14T09:15:02Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sent(value: object, kind: str, status: int = 200) -> Answer:
    """Answer `value` as JSON; `kind` is the word after `type=` in the content type."""
    return Answer(status, dumps(value, stamp), f"application/vnd.oracle.resource+json; type={kind}; charset=UTF-8")


def refused(no: RestRefusal, headers: dict[str, str] | None = None) -> Answer:
    """Answer the error body for a refusal."""
    detail = {"detail": no.detail, "o:errorCode": no.code}
    if no.place is not None:
        detail[no.place[0]] = no.place[1]
    body = {"type": _KIND, "title": _TITLES.get(no.status, "Error"), "status": no.status, "o:errorDetails": [detail]}
    if no.status == 429:
        body["o:errorCode"] = "USER_ERROR"  # as the vendor prints it: the code that counts is in the details
    return Answer(
        no.status, dumps(body), "application/vnd.oracle.resource+json; type=error; charset=UTF-8", headers or {}
    )


def no_login() -> RestRefusal:
    """The refusal of a request whose login does not hold."""
    return RestRefusal(401, "INVALID_LOGIN", LOGIN_TEXT)


def unexpected() -> RestRefusal:
    """The error that says nothing but its own number."""
    number = "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))
    return RestRefusal(500, "UNEXPECTED_ERROR", f"An unexpected error occurred. Error ID: {number}")


_NO = {
    "success_false": ("USER_ERROR", "The request was refused."),
    "record_locked": ("RCRD_LOCKED_BY_WF", "This record is locked by a user defined workflow."),
    "period_closed": ("TRAN_PRD_CLOSED", "The accounting period of this transaction is closed."),
}


def broken(fault: Fault) -> Answer:
    """What a fault of these kinds says in the service's place; success_false is a definite no here."""
    headers = {"Retry-After": fault.retry_after} if fault.kind == "http_503" else {}
    if fault.kind in _NO:
        code, text = _NO[fault.kind]
        return refused(RestRefusal(400, fault.code or code, fault.message or text))
    if fault.kind == "http_429":
        # The vendor documents no Retry-After for it.
        return refused(RestRefusal(429, fault.code or "CONCURRENCY_LIMIT_EXCEEDED", fault.message or BUSY_TEXT))
    told = unexpected()
    status = int(fault.kind.removeprefix("http_"))
    return refused(RestRefusal(status, fault.code or told.code, fault.message or told.detail), headers)


def address_of(request: Request) -> str:
    """The server's own address as the caller knows it, without a path."""
    return f"http://{request.headers.get('Host', '127.0.0.1')}"


def link(request: Request, path: str, rel: str = "self") -> dict[str, str]:
    """One entry of a `links` list; `path` stands behind ``/services/rest/``."""
    return {"rel": rel, "href": f"{address_of(request)}{BASE}{path}"}
