"""One address for everything: which service answers which path, with the armed faults in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import format_datetime

from nsz_desk.simulator import netsuite_soap
from nsz_desk.simulator.control import PATHS, Control
from nsz_desk.simulator.delivery import Held, Inside, deliver
from nsz_desk.simulator.faults import Faults
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_oauth import BearerTokens
from nsz_desk.simulator.netsuite_rest import NetSuiteRest, is_rest
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_rest import Tokens, Zuora


class Router:
    """Holds the world and the services on it; a reset replaces the world, tokens stay."""

    def __init__(
        self, build: Callable[[], World], *, latency_seconds: float = 0.0, faults: Sequence[object] = ()
    ) -> None:
        """Serve the world that `build` makes; every answer but control's waits `latency_seconds`.

        Raises:
            BadFault: one of `faults`, which are armed at the start and after a reset, is none.
        """
        self._build = build
        self._latency = latency_seconds
        self.faults = Faults()
        self._first_faults = list(faults)
        self.faults.replace(self._first_faults)
        self.tokens = Tokens()
        self.netsuite_tokens = BearerTokens()
        self._held = Held()
        self.world = build()
        self._zuora = Zuora(self.world, self.tokens)
        self._netsuite_rest = NetSuiteRest(self.world, self.netsuite_tokens)
        self._control = Control(self.world, self.faults, self._held, self.reset)

    def reset(self) -> None:
        """Build the scenario anew, with the faults it began with; running requests finish in the old world."""
        self.faults.replace(self._first_faults)
        self.world = self._build()
        self._zuora = Zuora(self.world, self.tokens)
        self._netsuite_rest = NetSuiteRest(self.world, self.netsuite_tokens)
        self._control.world = self.world

    def close(self) -> None:
        """Drop the requests that faults still hold back."""
        self._held.forget()

    def answer(self, request: Request) -> Answer | None:
        """Answer one request; None means that the connection is closed without an answer."""
        if request.path in PATHS:
            return self._control.answer(request)
        if self._latency:
            time.sleep(self._latency)
        fault = self.faults.pick(request)
        if _is_soap(request):
            return deliver(fault, self.world, self._held, request, self._soap)
        answer = deliver(fault, self.world, self._held, request, self._rest)
        if answer is None:
            return None
        # Callers count the age of their keys by this header: it must be the world's time on every answer.
        return replace(answer, headers={"Date": format_datetime(self.world.now(), usegmt=True)} | answer.headers)

    def _rest(self, request: Request, inside: Inside) -> Answer:
        if is_rest(request):
            return self._netsuite_rest.answer(request, inside)
        return self._zuora.answer(request, inside)

    def _soap(self, request: Request, inside: Inside) -> Answer:
        return inside(lambda: netsuite_soap.answer(self.world, request))


def _is_soap(request: Request) -> bool:
    if "/services/NetSuitePort_" in request.path:
        return True
    return request.method == "POST" and request.path == "/" and b"Envelope" in request.body[:1000]
