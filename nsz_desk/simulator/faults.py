"""Faults on demand: which request goes wrong, and how.

A fault is a JSON object with `where` and `kind`; it fires for the `nth` matching request after it was
armed (and the `times` - 1 following ones), or each time with `probability`, or, with neither, always.
More keys: `seed` of the probability, `seconds` (delay, deliver_later), `effect` ("before" or "after"
the request has worked, for http_500, http_503, html, delay), `retry_after`, `code`, `message`.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from nsz_desk.simulator.http_types import Request

WHERES = (
    "netsuite.token", "netsuite.search", "netsuite.get", "netsuite.update", "zuora.token", "zuora.search",
    "zuora.get_refund", "zuora.get_payment", "zuora.create_refund", "zuora.update_refund", "zuora.cancel_refund",
    "zuora.apply_payment",
)  # fmt: skip
KINDS = (
    "drop_request", "drop_answer", "delay", "deliver_later", "duplicate", "http_500", "http_503", "http_429", "html",
    "truncate", "success_false", "record_locked", "period_closed",
)  # fmt: skip
_KNOWN = {"where", "kind", "nth", "times", "probability", "seed", "seconds", "effect", "retry_after", "code", "message"}
_ZUORA = (
    (r"POST /oauth/token", "zuora.token"),
    (r"GET /v1/(refunds|payments)|GET /object-query/.*|POST /v1/action/query(More)?", "zuora.search"),
    (r"GET /v1/refunds/.+|GET /v1/object/(refund|refund-invoice-payment)/.+", "zuora.get_refund"),
    (r"GET /v1/payments/.+|GET /v1/object/(payment|invoice-payment)/.+", "zuora.get_payment"),
    (r"POST /v1/payments/[^/]+/refunds(/unapply)?|POST /v1/object/refund", "zuora.create_refund"),
    (r"PUT /v1/refunds/[^/]+/cancel", "zuora.cancel_refund"),
    (r"PUT /v1/(refunds|object/refund)/[^/]+", "zuora.update_refund"),
    (r"PUT /v1/payments/[^/]+/(apply|unapply)", "zuora.apply_payment"),
)
_NETSUITE_REST = (
    (r"POST /services/rest/auth/oauth2/v1/token", "netsuite.token"),
    (r"POST /services/rest/query/.*|GET /services/rest/record/v1/metadata-catalog.*", "netsuite.search"),
    (r"GET /services/rest/record/.*", "netsuite.get"),
    (r"PATCH /services/rest/record/.*", "netsuite.update"),
)
_OPERATION = re.compile(rb"Body[^>]*>\s*<(?:[\w.-]+:)?(\w+)")


class BadFault(ValueError):
    """A fault that is none; the text says what is wrong with it."""


@dataclass(slots=True)
class Fault:
    """One armed fault; `seen` counts the requests that matched it."""

    where: str
    kind: str
    nth: int | None = None
    times: int = 1
    probability: float | None = None
    seconds: float | None = None
    effect: str = "before"
    retry_after: str = "1"
    code: str = ""
    message: str = ""
    chance: random.Random = field(default_factory=random.Random)
    seen: int = 0

    def fires(self) -> bool:
        """Count one matching request and tell whether the fault hits it."""
        self.seen += 1
        if self.nth is not None:
            return self.nth <= self.seen < self.nth + self.times
        return self.probability is None or self.chance.random() < self.probability


def classify(request: Request) -> str:
    """Name what kind of request this is, in the words of `WHERES`; "" when faults cannot name it."""
    line = f"{request.method} {request.path}"
    for pattern, where in _ZUORA:
        if re.fullmatch(pattern, line):
            if where == "zuora.update_refund" and b'"Canceled"' in request.body:
                return "zuora.cancel_refund"
            return where
    if request.path.startswith("/services/rest/"):
        return next((where for pattern, where in _NETSUITE_REST if re.fullmatch(pattern, line)), "")
    if "/services/" in request.path or request.path == "/":
        return _soap_operation(request.body)
    return ""


def _soap_operation(body: bytes) -> str:
    match = _OPERATION.search(body)
    name = match.group(1).decode() if match else ""
    if name.startswith(("update", "upsert", "add", "delete")):
        return "netsuite.update"
    if name.startswith("search") or name in {"getAll", "getSelectValue", "getCustomizationId", "getSavedSearch"}:
        return "netsuite.search"
    return "netsuite.get" if name.startswith("get") else ""


class Faults:
    """The armed faults of one simulator."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def replace(self, wanted: object) -> int:
        """Arm exactly the faults in `wanted` (parsed JSON) and return how many; BadFault changes nothing."""
        if not isinstance(wanted, list | tuple):
            raise BadFault("faults are a list of objects")
        armed = [_read(one) for one in wanted]
        with self._lock:
            self._armed = armed
        return len(armed)

    def pick(self, request: Request) -> Fault | None:
        """Return the first fault that hits `request`; every armed fault counts the request."""
        where = classify(request)
        with self._lock:
            hits = [fault for fault in self._armed if fault.where == where and fault.fires()]
        return hits[0] if hits else None


def _read(one: object) -> Fault:
    if not isinstance(one, Mapping):
        raise BadFault("a fault is an object with where and kind")
    unknown = sorted(set(one) - _KNOWN)
    if unknown:
        raise BadFault(f"a fault has no {unknown[0]}")
    if one.get("where") not in WHERES:
        raise BadFault(f"where is {one.get('where')!r}, not one of {' '.join(WHERES)}")
    if one.get("kind") not in KINDS:
        raise BadFault(f"kind is {one.get('kind')!r}, not one of {' '.join(KINDS)}")
    if one.get("effect", "before") not in {"before", "after"}:
        raise BadFault("effect is before or after")
    probability = _number(one, "probability", 0, 1)
    nth, times = _number(one, "nth", 1, 10**9), _number(one, "times", 1, 10**9)
    return Fault(
        where=one["where"], kind=one["kind"], nth=None if nth is None else int(nth), times=int(times or 1),
        probability=probability, seconds=_number(one, "seconds", 0, 10**6), effect=one.get("effect", "before"),
        retry_after=str(one.get("retry_after", "1")), code=str(one.get("code", "")),
        message=str(one.get("message", "")), chance=random.Random(str(one.get("seed", 0))),
    )  # fmt: skip


def _number(one: Mapping[str, object], name: str, least: float, most: float) -> float | None:
    value = one.get(name)
    if value is None:
        return None
    try:
        number = float(str(value))
    except ValueError:
        number = least - 1
    if isinstance(value, bool) or not least <= number <= most:
        raise BadFault(f"{name} is a number from {least} to {most}")
    return number
