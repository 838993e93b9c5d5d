"""What the tests of the NetSuite gateway share: a gateway on a simulator, a clock that never waits, a quiet report."""

import json
import urllib.request
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from nsz_desk.engine.ports import Moment
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.rest import RestNetSuite
from nsz_desk.gateways.netsuite.soap import SoapNetSuite
from nsz_desk.settings.model import NetSuiteRestSecrets, NetSuiteSecrets, Profile
from nsz_desk.simulator.server import Simulator

LONG_AGO = date(2020, 1, 1)


class Impatient:
    """The real time (a passport is checked against it), but sleeping takes none and is only written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(datetime.now(UTC), monotonic())

    def sleep(self, seconds: float) -> None:
        """Do not wait."""
        self.slept.append(seconds)


class Quiet:
    """A report that nobody reads and nobody stops."""

    def progress(self, done: int, total: int, text: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Go on."""


class Wire:
    """Remembers the body of every request that left."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def __call__(self, method: str, url: str, body: bytes | None) -> None:
        """Note one."""
        self.sent.append(body or b"")


def profile(simulator: Simulator, **netsuite: Any) -> Profile:
    """The simulator's profile, with changes to its NetSuite part."""
    announced = json.loads(json.dumps(simulator.announcement()["profile"]))
    announced["netsuite"] |= netsuite
    return Profile.model_validate(announced)


def secrets(simulator: Simulator, **changes: str) -> NetSuiteSecrets:
    """The simulator's keys."""
    announced: Any = simulator.announcement()["credentials"]
    return NetSuiteSecrets.model_validate(announced["netsuite"] | changes)


def soap(
    simulator: Simulator,
    *,
    clock: Impatient | None = None,
    page_size: int = 1000,
    keys: NetSuiteSecrets | None = None,
    wire: Wire | None = None,
    **netsuite: Any,
) -> SoapNetSuite:
    """The gateway on a running simulator."""
    settings, clock = profile(simulator, **netsuite).netsuite, clock or Impatient()
    http = Http(settings.calls_at_once, pause=clock.sleep, on_request=wire)
    return SoapNetSuite(settings, keys or secrets(simulator), clock=clock, http=http, page_size=page_size)


def rest_secrets(simulator: Simulator, **changes: str) -> NetSuiteRestSecrets:
    """The simulator's certificate and key."""
    announced: Any = simulator.announcement()["credentials"]
    return NetSuiteRestSecrets.model_validate(announced["netsuite_rest"] | changes)


def rest(
    simulator: Simulator,
    *,
    clock: Impatient | None = None,
    page_size: int = 1000,
    keys: NetSuiteRestSecrets | None = None,
    wire: Wire | None = None,
    **netsuite: Any,
) -> RestNetSuite:
    """The gateway over REST on a running simulator."""
    settings, clock = profile(simulator, interface="rest", **netsuite).netsuite, clock or Impatient()
    http = Http(settings.calls_at_once, pause=clock.sleep, on_request=wire)
    return RestNetSuite(settings, keys or rest_secrets(simulator), clock=clock, http=http, page_size=page_size)


def world(simulator: Simulator) -> Any:
    """What GET /world says."""
    with urllib.request.urlopen(f"{simulator.announcement()['control']}/world") as answer:
        return json.load(answer)
