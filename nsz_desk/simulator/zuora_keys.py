"""Zuora's memory of idempotency keys: the first answer, success or failure, replayed for 24 hours."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import Tenant, World
from nsz_desk.simulator.zuora_errors import INVALID, LOCKED, Refused, refusal

LIFE = timedelta(hours=24)
_LONGEST_WAIT = 120  # seconds, after which Zuora ends a request itself


@dataclass(slots=True)
class _Stored:
    first: datetime
    url: str
    body: str
    answer: Answer | None = None  # None while the first request still runs
    ended: threading.Event = field(default_factory=threading.Event)


class Keys:
    """The keys one tenant has seen; ages are counted in the world's time."""

    def __init__(self) -> None:
        """Start with no key."""
        self._lock = threading.Lock()
        self._stored: dict[str, _Stored] = {}

    def answer(self, world: World, request: Request, work: Callable[[], Answer]) -> Answer:
        """Run `work` the first time a key comes, replay its answer after that.

        Answers 409 while the first one still runs (or waits for it: a switch) and 422 or 409 when the
        tenant's switches say that the request is another one.
        """
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 255:
            return refusal(request, Refused(INVALID, "Idempotency-Key is longer than 255 characters", status=400))
        with self._lock:
            known = self._fresh(world, key)
            if known is None:
                entry = self._stored[key] = _Stored(world.now(), _url(request), _digest(request))
        if known is not None:
            if world.tenant.key_still_runs == "waits":
                known.ended.wait(_LONGEST_WAIT)
            return _replay(world, request, known)
        return self._first(world, key, entry, work)

    def _first(self, world: World, key: str, entry: _Stored, work: Callable[[], Answer]) -> Answer:
        try:
            entry.answer = work()
        except BaseException:
            self._forget(key, entry)
            raise
        finally:
            entry.ended.set()
        if not _is_stored(world.tenant, entry.answer):
            self._forget(key, entry)
        return entry.answer

    def _fresh(self, world: World, key: str) -> _Stored | None:
        known = self._stored.get(key)
        return known if known is not None and world.now() - known.first < LIFE else None

    def _forget(self, key: str, entry: _Stored) -> None:
        with self._lock:
            if self._stored.get(key) is entry:
                del self._stored[key]


def _url(request: Request) -> str:
    return f"{request.method} {request.path}"


def _digest(request: Request) -> str:
    return hashlib.sha256(request.body).hexdigest()


def _replay(world: World, request: Request, known: _Stored) -> Answer:
    switch = world.tenant.key_mismatch
    other_url = known.url != _url(request) and switch != "never"
    other_body = known.body != _digest(request) and switch == "other_body"
    if other_url or other_body:
        text = "The Idempotency-Key was already used with another request"
        return refusal(request, Refused(INVALID, text, status=world.tenant.key_mismatch_status))
    if known.answer is None:
        text = "A request with the same Idempotency-Key is still being processed"
        return refusal(request, Refused(LOCKED, text, status=409))
    return known.answer


def _is_stored(tenant: Tenant, answer: Answer) -> bool:
    """Tell whether the key keeps this answer; which refusals it keeps is a matter of switches."""
    if answer.status == 429:
        return tenant.replay_stored_429
    if 400 <= answer.status < 500 and not tenant.replay_stored_4xx:
        return False
    return tenant.replay_stored_failures or not failed(answer)


def failed(answer: Answer) -> bool:
    """Tell whether an answer says no, by status or by its success flag."""
    return answer.status >= 400 or b'"success":false' in answer.body[:40] or b'"Success":false' in answer.body[:40]
