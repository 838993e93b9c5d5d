"""Zuora's REST door: token, bearer, headers, idempotency keys, and which function answers which path."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, unquote

from nsz_desk.simulator import zuora_crud as crud
from nsz_desk.simulator import zuora_listing as listing
from nsz_desk.simulator import zuora_object_query as object_query
from nsz_desk.simulator import zuora_parts as parts
from nsz_desk.simulator import zuora_v1 as v1
from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_errors import INVALID, PERMISSION, RULE, UNSUPPORTED, Refused, is_crud, refusal
from nsz_desk.simulator.zuora_json import dumps, iso_stamp, v1_stamp
from nsz_desk.simulator.zuora_keys import Keys
from nsz_desk.simulator.zuora_limits import Meter
from nsz_desk.simulator.zuora_query import Queries
from nsz_desk.simulator.zuora_views import View

CREDENTIALS = {
    "client_id": "5f0c7a2e-93d1-4b8e-a6f4-2c7d10e9b835",
    "client_secret": "Simulator=Only/Not+A+Secret=8d1f",
}
TOKEN_SECONDS = 3599
Inside = Callable[[Callable[[], Answer]], Answer]

_KEY = r"([^/]+)"
_READS: list[tuple[str, str, Callable[..., View], bool]] = [
    ("GET", r"/v1/refunds", listing.list_refunds, True),
    ("GET", rf"/v1/refunds/{_KEY}", v1.get_refund, True),
    ("GET", rf"/v1/refunds/{_KEY}/parts", v1.get_refund_parts, True),
    ("GET", rf"/v1/refunds/{_KEY}/parts/{_KEY}", parts.get_refund_part, True),
    ("GET", rf"/v1/refunds/{_KEY}/parts/{_KEY}/item-parts", parts.no_refund_items, True),
    ("DELETE", rf"/v1/refunds/{_KEY}", v1.delete_refund, True),
    ("GET", r"/v1/payments", listing.list_payments, True),
    ("GET", rf"/v1/payments/{_KEY}", v1.get_payment, True),
    ("GET", rf"/v1/payments/{_KEY}/parts", v1.get_payment_parts, True),
    ("GET", rf"/v1/payments/{_KEY}/parts/{_KEY}", parts.get_payment_part, True),
    ("GET", rf"/v1/payments/{_KEY}/parts/{_KEY}/item-parts", parts.no_payment_items, True),
    ("GET", rf"/v1/transactions/payments/accounts/{_KEY}", parts.list_account_payments, False),
    ("GET", rf"/v1/accounts/{_KEY}", listing.get_account, False),
    ("GET", rf"/v1/invoices/{_KEY}", listing.get_invoice, False),
    ("GET", rf"/v1/invoices/{_KEY}/application-parts", parts.get_application_parts, True),
    ("GET", r"/v1/accounting-periods", listing.list_periods, False),
    ("DELETE", rf"/v1/object/refund/{_KEY}", crud.delete_refund, False),
]
_WRITES: list[tuple[str, str, Callable[..., View], bool]] = [
    ("POST", rf"/v1/payments/{_KEY}/refunds", v1.refund_unapplied, True),
    ("POST", rf"/v1/payments/{_KEY}/refunds/unapply", v1.unapply_and_refund, True),
    ("PUT", rf"/v1/payments/{_KEY}/apply", v1.apply_payment, True),
    ("PUT", rf"/v1/payments/{_KEY}/unapply", v1.unapply_payment, True),
    ("PUT", rf"/v1/refunds/{_KEY}", v1.update_refund, True),
    ("PUT", rf"/v1/refunds/{_KEY}/cancel", v1.cancel_refund, True),
    ("POST", r"/v1/object/refund", crud.create_refund, False),
    ("PUT", rf"/v1/object/refund/{_KEY}", crud.update_refund, False),
]
_OBJECTS = (
    r"refunds|payments|payment-parts|payment-applications|refund-applications|accounts|invoices|"
    r"payment-application-items|refund-application-items"
)


class Tokens:
    """The bearer tokens given out; they live one real hour, whatever the world's clock says."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start with none; `now` counts real seconds."""
        self._now = now
        self._ends: dict[str, float] = {}

    def give(self, world: World, request: Request) -> Answer:
        """Answer POST /oauth/token."""
        form = {key: values[0] for key, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials":
            return Answer(400, dumps({"message": "Unsupported grant type"}))
        if len(form.get("client_id", "")) != 36 or len(form.get("client_secret", "")) > 42:
            return Answer(400, dumps({"message": "Invalid client id"}))
        if {name: form.get(name) for name in CREDENTIALS} != CREDENTIALS:
            return Answer(401, dumps({"message": "Invalid client id"}))
        token = secrets.token_hex(16)
        self._ends[token] = self._now() + TOKEN_SECONDS
        body = {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS}
        return Answer(200, dumps(body | {"scope": _scope(world), "jti": token}))

    def accept(self, request: Request) -> bool:
        """Tell whether the request carries a token that still lives."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._ends.get(token.strip(), 0.0) > self._now()

    def revoke_all(self) -> None:
        """Let every token die now."""
        self._ends.clear()


def _scope(world: World) -> str:
    entries = ["user.2c92c8f95e2d6ebb015e325df48e02da", "service.refund.write"]
    if world.tenant.scope_names_tenant:
        entries.append(f"tenant.{world.tenant.tenant_id}")
    if world.tenant.entity_id:
        entries.append(f"entity.{world.tenant.entity_id}")
    return " ".join(entries)


class Zuora:
    """One tenant behind its REST door."""

    def __init__(self, world: World, tokens: Tokens | None = None) -> None:
        """Serve `world`; `tokens` may outlive a reset of the world."""
        self.world = world
        self.tokens = tokens or Tokens()
        self._keys = Keys()
        self._queries = Queries()
        self._meter = Meter()

    def answer(self, request: Request, inside: Inside = lambda work: work()) -> Answer:
        """Answer one request; `inside` wraps the work behind the memory of idempotency keys."""
        with self.world.lock:
            self.world.calls["zuora"] += 1
        if request.path == "/oauth/token":
            return self._token(request, inside)
        with self._meter.call(self.world, request) as (too_many, counted):
            answer = too_many or self._admitted(request, inside)
        return replace(answer, headers=answer.headers | _headers(request) | counted)

    def _token(self, request: Request, inside: Inside) -> Answer:
        """Answer POST /oauth/token, which has a limit of its own and none of the others."""
        too_many, counted = self._meter.token(self.world)
        if too_many:
            answer = Answer(429, dumps({"message": "Too many requests"}), headers={"Retry-After": "60"})
        else:
            answer = inside(lambda: self.tokens.give(self.world, request))
        return replace(answer, headers=answer.headers | _headers(request) | counted)

    def _admitted(self, request: Request, inside: Inside) -> Answer:
        if not self.tokens.accept(request):
            body = {"message": "Authentication error"}
            return Answer(401, dumps(body), headers={"WWW-Authenticate": "Bearer"})
        no = _refused_header(self.world, request) or _other_entity(self.world, request)
        if no is not None:
            return refusal(request, no)

        def work() -> Answer:
            return inside(lambda: self._locked_work(request))

        if request.method == "POST" and "Idempotency-Key" in request.headers:
            return self._keys.answer(self.world, request, work)
        return work()

    def _locked_work(self, request: Request) -> Answer:
        with self.world.lock:
            try:
                return self._work(request)
            except Refused as no:
                return refusal(request, no)
            except crud.UnrecognisedFields:
                return crud.unrecognised()

    def _work(self, request: Request) -> Answer:
        for table in (_READS, _WRITES):
            for method, pattern, function, settlement in table:
                match = re.fullmatch(pattern, request.path) if method == request.method else None
                if match:
                    if settlement and not _has_settlement(self.world, method):
                        raise Refused(RULE, "Invoice Settlement is not enabled for this tenant")
                    keys = [unquote(key) for key in match.groups()]
                    body = [v1.read_object(request.body)] if table is _WRITES else []
                    return _success(request, function(self.world, request, *body, *keys))
        return self._query(request)

    def _query(self, request: Request) -> Answer:
        if request.method == "POST" and request.path in {"/v1/action/query", "/v1/action/queryMore"}:
            body = v1.read_object(request.body)
            call = self._queries.more if request.path.endswith("More") else self._queries.query
            return Answer(200, dumps(call(self.world, body), iso_stamp))
        match = re.fullmatch(rf"/object-query/({_OBJECTS})(?:/{_KEY})?", request.path)
        if match and request.method == "GET":
            name, key = match.groups()
            if key is None:
                return Answer(200, dumps(object_query.list_objects(self.world, request, name), iso_stamp))
            return Answer(200, dumps(object_query.get_object(self.world, request, name, unquote(key)), iso_stamp))
        match = re.fullmatch(rf"/v1/object/([a-z-]+)/{_KEY}", request.path)
        if match and request.method == "GET":
            return crud.read_one(self.world, request, match.group(1), unquote(match.group(2)))
        raise Refused(UNSUPPORTED, f"Request method '{request.method}' not supported for {request.path}", status=404)


def _headers(request: Request) -> dict[str, str]:
    headers = {"Zuora-Request-Id": str(uuid.uuid4())}
    track = request.headers.get("Zuora-Track-Id")
    if track is not None:
        headers["Zuora-Track-Id"] = track
    return headers


def _has_settlement(world: World, method: str) -> bool:
    """Tell whether the newer calls work: all of them, or the reads while the tenant is being moved to them."""
    return world.tenant.invoice_settlement or (world.tenant.forward_compatibility and method == "GET")


def _other_entity(world: World, request: Request) -> Refused | None:
    """Refuse an entity that is not the token's; without Multi-entity the header says nothing."""
    asked = request.headers.get("Zuora-Entity-Ids", "").replace("-", "")
    if not asked or not world.tenant.entity_id or asked == world.tenant.entity_id.replace("-", ""):
        return None
    return Refused(PERMISSION, "The token is not valid for the entity", status=403)


def _may_be_bare(world: World, request: Request) -> bool:
    """A cancel is described without a body, and Zuora's own client sends it bare: 415 for that is a switch."""
    cancel = re.fullmatch(rf"/v1/refunds/{_KEY}/cancel", request.path)
    return cancel is not None and not request.body and not world.tenant.cancel_needs_content_type


def _refused_header(world: World, request: Request) -> Refused | None:
    if request.method == "PUT" and "Idempotency-Key" in request.headers:
        return Refused(UNSUPPORTED, "Request method 'PUT' not supported with Idempotency-Key header", status=400)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if request.method in {"POST", "PUT"} and kind != "application/json" and not _may_be_bare(world, request):
        return Refused(UNSUPPORTED, "Content-Type must be application/json", status=415)
    track = request.headers.get("Zuora-Track-Id", "")
    if len(track) > 64 or not track.isascii() or any(mark in track for mark in ":;\"'"):
        return Refused(INVALID, "Zuora-Track-Id is invalid", status=400)
    return None


def _success(request: Request, view: View) -> Answer:
    if is_crud(request.path):
        return Answer(200, dumps(view, v1_stamp))
    return Answer(200, dumps(view | {"success": True}, v1_stamp))
