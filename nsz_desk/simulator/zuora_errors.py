"""How Zuora says no: one exception, and its two bodies (v1 with reasons, older calls with Errors)."""

from __future__ import annotations

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.zuora_json import dumps

PERMISSION, INVALID, UNKNOWN_FIELD, MISSING = 10, 20, 21, 22
RULE, NOT_FOUND, UNSUPPORTED, LOCKED, INTERNAL, MALFORMED = 30, 40, 45, 50, 60, 90
LOCK_TEXT = "Operation failed due to a lock competition, please retry later."
PERIOD_TEXT = "The accounting period is closed and no changes are allowed for this transaction"

_CRUD_CODES = {
    PERMISSION: "INSUFFICIENT_PERMISSION",
    UNKNOWN_FIELD: "INVALID_FIELD",
    MISSING: "MISSING_REQUIRED_VALUE",
    RULE: "TRANSACTION_FAILED",
    LOCKED: "LOCK_COMPETITION",
    INTERNAL: "UNKNOWN_ERROR",
}


class Refused(Exception):
    """Zuora's own no; `category` is the last two digits of its code."""

    def __init__(self, category: int, message: str, *, status: int | None = None, code: str | None = None) -> None:
        """Say `message`; `status` and `code` replace what the family of calls would answer."""
        super().__init__(message)
        self.category = category
        self.message = message
        self.status = status
        self.code = code


def is_crud(path: str) -> bool:
    """Tell whether `path` belongs to the older calls, whose words begin with capitals."""
    return path.startswith("/v1/object/")


def refusal(request: Request, no: Refused) -> Answer:
    """Write `no` in the manner of the family that `request` belongs to."""
    if is_crud(request.path):
        return _crud(no)
    if request.path.startswith("/v1/action/"):
        return Answer(no.status or 400, dumps({"FaultCode": no.code or "INVALID_VALUE", "FaultMessage": no.message}))
    return _v1(request, no)


def _crud(no: Refused) -> Answer:
    code = no.code or _CRUD_CODES.get(no.category, "INVALID_VALUE")
    body = {"Success": False, "Errors": [{"Code": code, "Message": no.message}]}
    return Answer(no.status or 400, dumps(body))


def _v1(request: Request, no: Refused) -> Answer:
    status = no.status or 200
    resource = "500000" if request.method in {"GET", "DELETE"} else "587300"
    digits = no.code or f"{resource}{no.category:02d}"
    # Both spellings are real: business errors in a 200 carry a number, the 4xx ones a text.
    code: object = int(digits) if status == 200 and digits.isdigit() else digits
    body: dict[str, object] = {"success": False, "processId": "CBCFED6580B4E076"}
    body["reasons"] = [{"code": code, "message": no.message}]
    if status != 200:
        body["requestId"] = request.headers.get("Zuora-Track-Id", "") or "none"
    return Answer(status, dumps(body))
