"""A Zuora gateway on a simulator or on scripted answers, with every request it sends kept."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from nsz_desk.engine.ports import CreateCall, Moment
from nsz_desk.gateways.zuora.gateway import ZuoraGateway
from nsz_desk.settings.model import ZuoraSecrets, ZuoraSettings
from nsz_desk.simulator.server import Simulator
from nsz_desk.simulator.world import World, ZPayment
from tests.gateways.raw_server import RawServer, Script, answer

TOKEN = {"access_token": "canary-bearer", "expires_in": 3599, "scope": "user.1 tenant.10023"}
SECRETS = ZuoraSecrets(client_id=SecretStr("canary-client"), client_secret=SecretStr("canary-secret"))
HEX = "8ac68d6b9101aa10019101bb20cc"  # with four more characters an id


@dataclass
class QuickClock:
    """Real time, but sleeping only notes how long it would have slept."""

    slept: list[float] = field(default_factory=list)
    ahead: float = 0.0  # seconds by which the monotonic clock is ahead

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(datetime.now(UTC), time.monotonic() + self.ahead)

    def sleep(self, seconds: float) -> None:
        """Do not wait."""
        self.slept.append(seconds)


@dataclass
class Bench:
    """A gateway, what it sent, its clock, and the simulator's world behind it."""

    gateway: ZuoraGateway
    sent: list[tuple[str, str, bytes | None]]
    clock: QuickClock
    world: World

    def fresh_payment(self, invoices: int = 1) -> ZPayment:
        """A dollar payment over so many invoices of which nothing was refunded."""
        touched = {refund.payment_id for refund in self.world.zuora_refunds.values()}
        return next(
            one
            for one in self.world.payments.values()
            if one.id not in touched
            and one.currency == "USD"
            and one.status == "Processed"
            and len(one.paid) == invoices
            and sum(one.applied.values()) == one.amount
        )

    def paths(self) -> list[str]:
        """Method and path of all that was sent but the sign-in."""
        return [f"{m} /{u.split('/', 3)[3].split('?')[0]}" for m, u, _ in self.sent if not u.endswith("/oauth/token")]


def settings(url: str, settlement: bool = True, **more: Any) -> ZuoraSettings:
    """Settings for a gateway under test."""
    mode = "on" if settlement else "off"
    return ZuoraSettings.model_validate({"url": url, "tenant": "tenant.10023", "invoice_settlement": mode} | more)


@contextmanager
def on_simulator(settlement: bool, faults: list[object] | None = None, **switches: Any) -> Iterator[Bench]:
    """A gateway on a fresh demo company; `switches` are the tenant's."""
    with Simulator(faults=faults or []) as simulator:
        world = simulator.world
        for name, value in ({"invoice_settlement": settlement} | switches).items():
            setattr(world.tenant, name, value)
        told: Any = simulator.announcement()
        keys = told["credentials"]["zuora"]
        secrets = ZuoraSecrets(client_id=SecretStr(keys["client_id"]), client_secret=SecretStr(keys["client_secret"]))
        sent: list[tuple[str, str, bytes | None]] = []
        clock = QuickClock()
        gateway = ZuoraGateway(
            settings(told["zuora"], settlement),
            secrets,
            clock=clock,
            simulator=True,
            on_request=lambda *call: sent.append(call),
        )
        yield Bench(gateway, sent, clock, world)


@contextmanager
def on_script(*scripts: Script, token: Mapping[str, object] | None = None) -> Iterator[tuple[ZuoraGateway, RawServer]]:
    """A gateway whose first call gets a token and whose next ones get the scripts in turn."""
    with RawServer([told(TOKEN if token is None else token), *scripts]) as server:
        clock = QuickClock()
        yield ZuoraGateway(settings(server.url), SECRETS, clock=clock, simulator=True), server


def told(content: object, status: int = 200, *headers: str) -> bytes:
    """A JSON answer."""
    return answer(json.dumps(content).encode(), status, "Content-Type: application/json", *headers)


def crud_call(payment_id: str, amount: str, netsuite_id: str, **more: object) -> CreateCall:
    """The older create, which both modes know."""
    body = (
        f'{{"PaymentId":"{payment_id}","Type":"External","MethodType":"Check","SourceType":"Payment","Amount":{amount},'
        f'"RefundDate":"2026-11-20","IntegrationId__NS":"{netsuite_id}","Origin__NS":"NETSUITE"'
    )
    extra = "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in more.items())
    return CreateCall("POST", "/v1/object/refund?rejectUnknownFields=true", f"{body}{extra}}}")


def unapply_call(payment_id: str, amount: str, netsuite_id: str, invoices: Mapping[str, str]) -> CreateCall:
    """Unapply and refund in one call."""
    lines = ",".join(f'{{"invoiceId":"{key}","amount":{part}}}' for key, part in invoices.items())
    body = (
        f'{{"type":"External","methodType":"Check","refundDate":"2026-11-20","totalAmount":{amount},'
        f'"invoices":[{lines}],"IntegrationId__NS":"{netsuite_id}","Origin__NS":"NETSUITE"}}'
    )
    return CreateCall("POST", f"/v1/payments/{payment_id}/refunds/unapply", body)
