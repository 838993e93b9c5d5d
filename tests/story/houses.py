"""The Desk in this process on a simulator over sockets, for stories that reach between two steps."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nsz_desk.assembly import open_desk
from nsz_desk.cli.commands import report
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import BatchResult, RowResult
from nsz_desk.rules.book import Verdict
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.model import Profile
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.simulator.server import Simulator


@dataclass
class House:
    """An open desk, its simulator, and what a story does with both."""

    desk: Desk
    simulator: Simulator

    def post(self, path: str, value: object) -> Any:
        """POST to the control address."""
        said = self.simulator.announcement()
        request = urllib.request.Request(f"{said['control']}{path}", json.dumps(value).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def world(self) -> Any:
        """The whole world."""
        with urllib.request.urlopen(f"{self.simulator.announcement()['control']}/world", timeout=30) as answer:
            return json.load(answer)

    def ready(self, count: int) -> list[str]:
        """Ids of some ready refunds."""
        rows = [row for row in self.desk.pending(report()).rows if row.verdict is Verdict.READY]
        return [row.id for row in rows[:count]]

    def sync(self, *ids: str) -> BatchResult:
        """Plan and sync."""
        return self.desk.sync(self.desk.plan(ids, report()), report(), lambda event: None)

    def sync_one(self, refund_id: str) -> RowResult:
        """Plan and sync one refund."""
        return self.sync(refund_id).results[0]

    def live(self, refund_id: str) -> list[dict[str, Any]]:
        """The live Zuora refunds of one NetSuite refund."""
        refunds = self.world()["zuora"]["refunds"]
        return [r for r in refunds if r["integration_id"] == refund_id and r["status"] in ("Processed", "Processing")]

    def memo_of(self, refund_id: str) -> str:
        """The credit memo of a refund."""
        found = next(one for one in self.world()["netsuite"]["refunds"] if one["id"] == refund_id)
        return str(found["applied_to"][0]["id"])


@contextmanager
def house(
    home: Path,
    scenario: str = "demo",
    *,
    credentials: dict[str, Any] | None = None,
    fields: dict[str, str] | None = None,
    **changes: Any,
) -> Iterator[House]:
    """Open a desk on a fresh simulator; `changes` replace parts of the profile, `fields` custom fields' ids."""
    with Simulator(scenario) as simulator, started(simulator, home, credentials, fields, **changes) as one:
        yield one


@contextmanager
def started(
    simulator: Simulator,
    home: Path,
    credentials: dict[str, Any] | None = None,
    fields: dict[str, str] | None = None,
    *,
    interface: str = "profile",
    **changes: Any,
) -> Iterator[House]:
    """Open the desk of a home on a simulator that runs already: the next start after another one.

    `interface` is the simulator's `profile` (SOAP) or its `profile_rest`.
    """
    places = Folders(home, home / "journal", home / "logs", home / "locks")
    said = simulator.announcement()
    content = json.loads(json.dumps(said[interface])) | changes
    content["netsuite"]["fields"] |= fields or {}
    profile: Profile = profile_of(content, "profile")
    secrets = secrets_from_json(json.dumps(credentials or said["credentials"]))
    with open_desk(profile, secrets, places, writes=True) as desk:
        yield House(desk, simulator)
