"""A small caller of the simulator, written from Zuora's documents and on the standard library only."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self
from urllib.parse import quote, urlencode

from nsz_desk.simulator.server import Simulator


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `json` has every number with a point as Decimal."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body, parse_float=Decimal)


class Caller:
    """Calls one simulator over one connection, with a bearer token once `sign_in` was called."""

    def __init__(self, simulator: Simulator, *, timeout: float = 10) -> None:
        self.simulator = simulator
        self.token = ""
        self._connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=timeout)

    def __enter__(self) -> Self:
        self.sign_in()
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def sign_in(self, **other: str) -> Reply:
        """Ask for a token."""
        form: Any = self.simulator.announcement()["credentials"]
        wanted = form["zuora"] | {"grant_type": "client_credentials"} | other
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = self.raw("POST", "/oauth/token", urlencode(wanted).encode(), form_type)
        if reply.status == 200:
            self.token = reply.json["access_token"]
        return reply

    def raw(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        """Send exactly this."""
        try:
            self._connection.request(method, path, body, headers or {})
            answer = self._connection.getresponse()
            return Reply(answer.status, dict(answer.headers.items()), answer.read())
        except (http.client.HTTPException, OSError):
            self._connection.close()  # the next call opens a new one
            raise

    def call(self, method: str, path: str, body: object = None, key: str = "", **headers: str) -> Reply:
        """Call Zuora with the token; `body` is JSON text, bytes or an object."""
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        if method in {"POST", "PUT"}:
            sent.setdefault("Content-Type", "application/json")
        if key:
            sent["Idempotency-Key"] = key
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return self.raw(method, path, raw, sent)

    def get(self, path: str, **query: str) -> Reply:
        """Read; the query's values are percent-encoded."""
        text = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in query.items())
        return self.call("GET", f"{path}?{text}" if text else path)

    def zoql(self, text: str, batch: int = 2000) -> Reply:
        """Ask ZOQL."""
        return self.call("POST", "/v1/action/query", {"queryString": text, "conf": {"batchSize": batch}})

    def world(self) -> Any:
        """Read the whole world from the control address."""
        return self.raw("GET", "/world").json

    def control(self, path: str, body: object) -> Reply:
        """Post to the control address."""
        return self.raw("POST", path, json.dumps(body).encode())

    def faults(self, *faults: dict[str, object]) -> None:
        """Arm these faults and no others."""
        reply = self.control("/faults", list(faults))
        assert reply.status == 200, reply.body

    def edit(self, system: str, record: str, **wanted: object) -> Any:
        """Edit a record as a person would."""
        reply = self.control("/edit", {"system": system, "record": record} | wanted)
        assert reply.status == 200, reply.body
        return reply.json

    def pay(self, *amounts: str, loose: str = "0", currency: str = "USD", **more: object) -> dict[str, Any]:
        """Make an account and a payment over one invoice per amount; answers the payment as the world lists it."""
        account = self.edit("zuora", "accounts", create={"name": "Test Account", "currency": currency})["id"]
        invoices = [
            self.edit("zuora", "invoices", create={"account_id": account, "amount": amount, "currency": currency})["id"]
            for amount in amounts
        ]
        total = sum(map(Decimal, amounts), Decimal(loose))
        fields: dict[str, object] = {
            "account_id": account, "amount": str(total), "currency": currency, "date": "2026-01-05",
            "invoices": [{"id": one, "applied": amount} for one, amount in zip(invoices, amounts, strict=True)],
        }  # fmt: skip
        made = self.edit("zuora", "payments", create=fields | more)["id"]
        return next(one for one in self.world()["zuora"]["payments"] if one["id"] == made)

    def payment(self, payment_id: str) -> dict[str, Any]:
        """The payment as the world lists it now."""
        found: dict[str, Any] = next(one for one in self.world()["zuora"]["payments"] if one["id"] == payment_id)
        return found
