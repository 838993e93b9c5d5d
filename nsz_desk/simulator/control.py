"""The simulator's control address: look at the world, move its clock, arm faults, edit, start over."""

from __future__ import annotations

import json
from collections.abc import Callable

from nsz_desk.simulator import connector
from nsz_desk.simulator.delivery import Held
from nsz_desk.simulator.faults import BadFault, Faults
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import World
from nsz_desk.simulator.world_edit import BadEdit, edit
from nsz_desk.simulator.world_listing import listing, z
from nsz_desk.simulator.zuora_json import loads

PATHS = ("/world", "/faults", "/clock", "/edit", "/connector", "/reset")
_MOST_LISTED = 250_000  # refunds: beyond it the listing would take gigabytes
_YEARS = 20 * 365 * 86_400


class BadRequest(ValueError):
    """A control request that cannot be done; the text says why."""


class Control:
    """Answers the control paths for one world at a time."""

    def __init__(self, world: World, faults: Faults, held: Held, reset: Callable[[], None]) -> None:
        """Serve `world`; `reset` builds the scenario anew."""
        self.world = world
        self._faults = faults
        self._held = held
        self._reset = reset
        self._on_clock: tuple[str, ...] = ()  # what the connector does whenever the clock moves

    def answer(self, request: Request) -> Answer:
        """Answer one request: 200 with JSON, or 400 ``{"error": sentence}``."""
        try:
            return _json(200, self._work(f"{request.method} {request.path}", request.body, "touched" in request.query))
        except (BadRequest, BadFault, BadEdit, connector.BadAct) as error:
            return _json(400, {"error": str(error)})

    def _work(self, line: str, body: bytes, touched: bool) -> dict[str, object]:
        if line == "GET /world":
            if len(self.world.refunds) > _MOST_LISTED and not touched:
                raise BadRequest("this world is too big to list; GET /world?touched lists what was changed or read")
            with self.world.lock:
                return listing(self.world, touched=touched)
        if line == "GET /clock":
            return {"now": z(self.world.now())}
        if line == "POST /faults":
            return {"armed": self._faults.replace(_read(body))}
        if line == "POST /clock":
            return {"now": self._advance(_read(body))}
        if line == "POST /edit":
            with self.world.lock:
                return edit(self.world, _read(body))
        if line == "POST /connector":
            return self._connector(_read(body))
        if line == "POST /reset":
            self._on_clock = ()
            self._held.forget()
            self._reset()
            return {"now": z(self.world.now())}
        raise BadRequest(
            f"there is no {line}; there are GET /world, GET and POST /clock, POST /faults /edit /connector /reset"
        )

    def _advance(self, wanted: object) -> str:
        seconds = wanted.get("advance_seconds") if isinstance(wanted, dict) else None
        try:
            number = float(str(seconds))
        except ValueError:
            number = -1.0
        if isinstance(seconds, bool) or not 0 <= number <= _YEARS:
            raise BadRequest("advance_seconds is a number of seconds, not negative")
        with self.world.lock:
            now = self.world.advance(number)
        self._held.release(now)
        if self._on_clock:
            with self.world.lock:
                connector.work(self.world, self._on_clock)
        return z(now)

    def _connector(self, wanted: object) -> dict[str, object]:
        """Let the connector act now (`act`), or at every move of the clock (`on_clock`), or both."""
        if not isinstance(wanted, dict) or not wanted or set(wanted) - {"act", "on_clock"}:
            raise BadRequest("the connector takes act or on_clock")
        acts = connector.read_acts(wanted.get("act", False), "act")
        if "on_clock" in wanted:
            self._on_clock = connector.read_acts(wanted["on_clock"], "on_clock")
        with self.world.lock:
            return connector.work(self.world, acts) | {"on_clock": list(self._on_clock)}


def _read(body: bytes) -> object:
    try:
        return loads(body)
    except ValueError as error:
        raise BadRequest("the body is not JSON") from error


def _json(status: int, value: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(value).encode())
