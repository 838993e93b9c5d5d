"""Kills at random moments: batches of 50 whose desk is killed again and again, in Sync and in Recover alike.

One seed draws the same moments again, but a process is not a simulation: where they hit depends on the machine.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nsz_desk.journal.store import open_journal
from tests.kill.processes import KillableDesk, Running, killable
from tests.story.programs import simulator
from tests.story.truth import doubles, wrongs

BATCH = 50
OPTIONS = ("--scenario", "month-end", "--refunds", str(BATCH + 4), "--seed", "7")


@dataclass
class Toll:
    """What was counted: kills by the command they hit, how many left an episode open, and batches brought to an end."""

    kills: Counter[str] = field(default_factory=Counter)
    open_left: int = 0
    claims_left: int = 0
    batches: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many living processes were killed."""
        return self.kills.total()

    def __str__(self) -> str:
        """One line for people."""
        by = ", ".join(f"{count} in {what}" for what, count in sorted(self.kills.items()))
        found = f"{len(self.wrong)} WRONG" if self.wrong else "never two live refunds, none lost"
        return (
            f"{self.total} random kills ({by}); {self.open_left} left an episode open, "
            f"{self.claims_left} a claim in NetSuite; {self.batches} batches of {BATCH} ended: {found}"
        )


def storm(folder: Path, kills: int, seed: int, seconds: float) -> Toll:
    """Kill desks until `kills` have died or `seconds` have passed; then the last batch is still brought to its end."""
    toll, chance, until = Toll(), random.Random(seed), time.monotonic() + seconds
    with simulator(*OPTIONS) as world:
        while toll.total < kills and time.monotonic() < until:
            world.post("/reset", {})
            desk = killable(folder / f"desk-{toll.batches}", world)
            _batch(desk, toll, chance, kills, until)
            toll.batches += 1
    return toll


def _batch(desk: KillableDesk, toll: Toll, chance: random.Random, kills: int, until: float) -> None:
    """One batch from its first kill to its end, checked after every death and once more at the end."""
    began = time.monotonic()
    refunds = desk.ready()[:BATCH]
    listing = time.monotonic() - began
    while toll.total < kills and time.monotonic() < until:
        command = chance.choice(("sync", "sync", "recover"))
        running = desk.start(*((command, "--ready", "--yes") if command == "sync" else (command,)))
        ended = _killed(running, chance.uniform(0.5, 4.0 if command == "sync" else 2.0) * listing)
        if ended == 0 and command == "sync" and not _open(desk):
            break
        _count(desk, toll, command, killed=ended is None)
    desk.recovered()
    desk.run("sync", "--ready", "--yes")
    world = desk.world.read()
    toll.wrong += [wrong for refund in refunds for wrong in wrongs(world, refund)]


def _killed(running: Running, after: float) -> int | None:
    """Let it live for so many seconds, then kill it; its exit code when it ended by itself."""
    running.process.join(after)
    return None if running.kill() else running.process.exitcode


def _open(desk: KillableDesk) -> bool:
    return any(one["integration_status"] == "Creating Refund" for one in desk.world.read()["netsuite"]["refunds"])


def _count(desk: KillableDesk, toll: Toll, command: str, *, killed: bool) -> None:
    there = desk.world.read()
    toll.wrong += [f"{refund}: two live Zuora refunds" for refund in doubles(there)]
    toll.wrong += _said_too_early(there)
    if killed:
        toll.kills[command] += 1
        toll.claims_left += any(one["integration_status"] == "Creating Refund" for one in there["netsuite"]["refunds"])
        journal = desk.home / "journal" / f"{desk.account.lower()}.sqlite"
        toll.open_left += bool(_open_in(journal, desk.account))


def _open_in(path: Path, account: str) -> tuple[str, ...]:
    """What the dead desk left open; its chain holds, whenever it died (else this raises)."""
    with open_journal(path, account, now=lambda: datetime.now(UTC), host="", user="", read_only=True) as journal:
        journal.verify()
        return journal.open_episodes()


def _said_too_early(there: dict[str, Any]) -> list[str]:
    """Refunds that NetSuite calls complete although Zuora has no live, marked refund with that id."""
    live = {
        one["id"]
        for one in there["zuora"]["refunds"]
        if one["status"] == "Processed" and one["transferred_to_accounting"] == "Yes"
    }
    refunds = there["netsuite"]["refunds"]
    return [
        f"{one['id']}: said to be complete too early"
        for one in refunds
        if one["integration_status"] == "Sync Complete" and one["zuora_id"] not in live
    ]
