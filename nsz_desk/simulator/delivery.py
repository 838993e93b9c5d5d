"""How a request reaches its service when a fault hits it on the way.

Faults of the network work around the service; those in which the service itself says no, or is slow,
work inside it, so that Zuora's memory of idempotency keys sees them as it would see real ones.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from nsz_desk.simulator import netsuite_rest_replies, netsuite_soap
from nsz_desk.simulator.faults import Fault
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_errors import LOCK_TEXT, LOCKED, PERIOD_TEXT, RULE, Refused, is_crud, refusal
from nsz_desk.simulator.zuora_json import dumps

Inside = Callable[[Callable[[], Answer]], Answer]
Service = Callable[[Request, Inside], Answer]
_SAYS_NO = {"success_false", "record_locked", "period_closed"}


def plain(work: Callable[[], Answer]) -> Answer:
    """Do the work, nothing else."""
    return work()


class Held:
    """Requests that a fault keeps back: they work after a while, or when the world's clock passes."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._waiting: list[tuple[datetime, Callable[[], None]]] = []

    def keep(self, world: World, seconds: float, work: Callable[[], None]) -> None:
        """Let `work` run once, in `seconds` of real or of the world's time, whichever passes first."""
        entry = (world.now() + timedelta(seconds=seconds), work)
        with self._lock:
            self._waiting.append(entry)
        timer = threading.Timer(seconds, self._run, [entry])
        timer.daemon = True
        timer.start()

    def release(self, now: datetime) -> None:
        """Run what is due at `now`, in order; returns when it has worked."""
        with self._lock:
            due = sorted((entry for entry in self._waiting if entry[0] <= now), key=lambda entry: entry[0])
        for entry in due:
            self._run(entry)

    def forget(self) -> None:
        """Drop all that waits."""
        with self._lock:
            self._waiting.clear()

    def _run(self, entry: tuple[datetime, Callable[[], None]]) -> None:
        with self._lock:
            if entry not in self._waiting:
                return
            self._waiting.remove(entry)
        entry[1]()


def deliver(fault: Fault | None, world: World, held: Held, request: Request, service: Service) -> Answer | None:
    """Let `service` answer `request` as `fault` allows; None means: close the connection, say nothing."""
    if fault is None:
        return service(request, plain)
    kind = fault.kind
    if kind in _SAYS_NO:
        return service(request, lambda _work: _no(fault, request))
    if kind == "delay":
        return service(request, lambda work: _slow(fault, work))
    if kind == "drop_request":
        return None
    if kind == "deliver_later":
        held.keep(world, 5.0 if fault.seconds is None else fault.seconds, lambda: _quietly(service, request))
        return None
    if kind == "http_429" and fault.effect == "before" and not _is_soap(fault):
        # Zuora's own word: whether its memory of keys keeps it is a switch.
        return service(request, lambda _work: _busy(fault, request))
    if kind in {"http_500", "http_503", "http_429", "html"}:
        if fault.effect == "after":
            service(request, plain)
        return _broken(fault, request)
    answer = service(request, plain)
    if kind == "duplicate":
        service(request, plain)
    elif kind == "drop_answer":
        return None
    elif kind == "truncate":
        return Answer(answer.status, answer.body, answer.content_type, answer.headers, cut=len(answer.body) // 2)
    return answer


def _quietly(service: Service, request: Request) -> None:
    service(request, plain)


def _slow(fault: Fault, work: Callable[[], Answer]) -> Answer:
    seconds = 1.0 if fault.seconds is None else fault.seconds
    if fault.effect == "after":
        answer = work()
        time.sleep(seconds)
        return answer
    time.sleep(seconds)
    return work()


def _is_soap(fault: Fault) -> bool:
    return fault.where.startswith("netsuite.")


def _no(fault: Fault, request: Request) -> Answer:
    """Say the service's own no."""
    if request.path.startswith(netsuite_rest_replies.BASE):
        return netsuite_rest_replies.broken(fault)
    if _is_soap(fault):
        code, text = {
            "success_false": ("UNEXPECTED_ERROR", "An unexpected error occurred."),
            "record_locked": ("RCRD_LOCKED_BY_WF", "This record is locked by a user defined workflow."),
            "period_closed": ("TRAN_PRD_CLOSED", "The accounting period of this transaction is closed."),
        }[fault.kind]
        return netsuite_soap.failure(request.body, fault.code or code, fault.message or text)
    if fault.kind == "period_closed":
        return refusal(request, Refused(RULE, fault.message or PERIOD_TEXT, code=fault.code or None))
    # The older calls answer a lock competition in a 200, too.
    status = 200 if is_crud(request.path) else None
    code = fault.code or ("LOCK_COMPETITION" if is_crud(request.path) else "58730050")
    return refusal(request, Refused(LOCKED, fault.message or LOCK_TEXT, status=status, code=code))


def _broken(fault: Fault, request: Request) -> Answer:
    """Say what stands before the service (or its runtime) says instead."""
    if fault.kind == "html":
        page = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>Please try later</body></html>"
        return Answer(200, page.encode(), "text/html; charset=utf-8")
    if request.path.startswith(netsuite_rest_replies.BASE):
        return netsuite_rest_replies.broken(fault)
    if fault.kind == "http_429":
        return _busy(fault, request)
    status = int(fault.kind[-3:])
    headers = {"Retry-After": fault.retry_after} if status == 503 else {}
    if _is_soap(fault):
        text = fault.message or "An unexpected error occurred."
        code = fault.code or "UNEXPECTED_ERROR"
        answer = netsuite_soap.fault(request.body, "unexpectedErrorFault", code, text)
        return Answer(status, answer.body, answer.content_type, headers)
    reason = {"code": fault.code or "SystemError", "message": fault.message or "internal server error"}
    return Answer(status, dumps({"reasons": [reason]}), headers=headers)


def _busy(fault: Fault, request: Request) -> Answer:
    if _is_soap(fault):
        text = fault.message or "The maximum number of concurrent requests has been exceeded."
        code = fault.code or "WS_CONCUR_SESSION_DISALLWD"
        return netsuite_soap.fault(request.body, "exceededConcurrentRequestLimitFault", code, text)
    body = {"code": fault.code or "REQUEST_EXCEEDED_LIMIT", "message": fault.message or "Request exceeded limit"}
    return Answer(429, dumps(body), headers={"Retry-After": fault.retry_after})
