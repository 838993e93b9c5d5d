"""Zuora's limits: calls per minute, hour and day, calls at the same time, tokens per minute, and their headers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import Tenant, World
from nsz_desk.simulator.zuora_json import dumps

_SPANS = {"minute": 60, "hour": 3600, "day": 86_400}


class Meter:
    """Counts one tenant's calls by the world's clock; failed and refused calls count, too."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, int]] = {}  # span -> its number since 1970, calls in it
        self._running = 0

    @contextmanager
    def call(self, world: World, request: Request) -> Iterator[tuple[Answer | None, dict[str, str]]]:
        """Count a call while it runs: an answer when a limit refuses it (else None), and the headers to send."""
        now, tenant = world.now(), world.tenant
        with self._lock:
            self._running += 1
            used = {span: self._count(span, now) for span in ("minute", "hour", "day")}
            running = self._running
        try:
            most = tenant.object_query_calls_at_once if _is_object_query(request) else tenant.calls_at_once
            headers = self._headers(tenant, now, used) | {
                "Concurrency-Limit-Type": "Object Query" if _is_object_query(request) else "Default",
                "Concurrency-Limit-Limit": str(most),
                "Concurrency-Limit-Remaining": str(max(0, most - running)),
            }  # fmt: skip
            over = next((span for span in used if used[span] > _limit(tenant, span)), None)
            seconds = _left(over, now) if over else 1
            yield (_too_many(tenant, now, seconds) if over or running > most else None), headers
        finally:
            with self._lock:
                self._running -= 1

    def token(self, world: World) -> tuple[bool, dict[str, str]]:
        """Count a token call: whether it is one too many, and its own headers."""
        most = world.tenant.tokens_per_minute
        with self._lock:
            used = self._count("token", world.now())
        left = str(max(0, most - used))
        return used > most, {"X-RateLimit-Limit-minute": str(most), "X-RateLimit-Remaining-minute": left}

    def _count(self, span: str, now: datetime) -> int:
        number = int(now.timestamp()) // _SPANS.get(span, 60)
        seen, count = self._counts.get(span, (number, 0))
        count = count + 1 if seen == number else 1
        self._counts[span] = (number, count)
        return count

    def _headers(self, tenant: Tenant, now: datetime, used: dict[str, int]) -> dict[str, str]:
        prefix = tenant.rate_header_prefix
        left = {span: _limit(tenant, span) - count for span, count in used.items()}
        tightest = min(left, key=lambda span: left[span])
        limits = f"{_limit(tenant, tightest)}, {tenant.calls_per_minute};w=60, {tenant.calls_per_hour};w=3600"
        return {
            f"{prefix}-Limit": f"{limits}, {tenant.calls_per_day};w=86400",
            f"{prefix}-Remaining": str(max(0, left[tightest])),
            f"{prefix}-Reset": str(_left(tightest, now)),
        }


def _limit(tenant: Tenant, span: str) -> int:
    return {"minute": tenant.calls_per_minute, "hour": tenant.calls_per_hour, "day": tenant.calls_per_day}[span]


def _left(span: str, now: datetime) -> int:
    """Count the seconds until a span ends, at least one."""
    return _SPANS[span] - int(now.timestamp()) % _SPANS[span]


def _is_object_query(request: Request) -> bool:
    return request.path.startswith("/object-query/")


def _too_many(tenant: Tenant, now: datetime, seconds: int) -> Answer:
    when = str(seconds)
    if tenant.retry_after_is_date:
        when = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    body = {"code": "REQUEST_EXCEEDED_LIMIT", "message": "The request exceeded the limit, please try again later"}
    return Answer(429, dumps(body), headers={"Retry-After": when})
