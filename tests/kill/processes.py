"""Desks as processes of their own, forked from a warm server so that the imports are paid once."""

import json
import multiprocessing
import tempfile
import time
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from nsz_desk.engine.ports import Written
from nsz_desk.journal.store import open_journal
from tests.kill import desk
from tests.kill.points import Point
from tests.story.programs import Program, Said, World

WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["tests.kill.desk", "nsz_desk.headless"])
KILLED = -9  # how the operating system reports SIGKILL


@dataclass(frozen=True)
class Running:
    """A command that was started."""

    process: ForkServerProcess
    said: Path

    def end(self, timeout: float = 240) -> Said:
        """Wait for its end; `code` is KILLED when it was killed."""
        self.process.join(timeout)
        code = self.process.exitcode
        assert code is not None, f"it did not end in {timeout} s"
        return Said(code, self.said.with_suffix(".out").read_text(), self.said.with_suffix(".err").read_text())

    def kill(self) -> bool:
        """`kill -9` now; whether it hit a living process."""
        self.process.kill()
        self.process.join()
        return self.process.exitcode == KILLED


@dataclass(frozen=True)
class KillableDesk:
    """A home with one profile on a simulator, and the desk's commands on it."""

    home: Path
    world: World

    @property
    def account(self) -> str:
        """The NetSuite account, as the journal's file and its lines name it."""
        return str(self.world.said["profile"]["netsuite"]["account"]).upper().replace("-", "_")

    def start(self, *arguments: str, point: Point | None = None, later: float = 0) -> Running:
        """Start a command, to be killed from outside or at a point of its own; its clock is `later` seconds ahead."""
        folder = self.home / "said"
        folder.mkdir(exist_ok=True)
        said = Path(tempfile.mkdtemp(dir=folder)) / "command"
        credentials = json.dumps(self.world.said["credentials"])
        process = WARM.Process(target=desk.run, args=(arguments, self.home, credentials, said, point, later))
        process.start()
        return Running(process, said)

    def run(self, *arguments: str, point: Point | None = None, later: float = 0, timeout: float = 240) -> Said:
        """Run a command to its end."""
        return self.start(*arguments, point=point, later=later).end(timeout)

    def ready(self) -> list[str]:
        """Ids of the refunds that are ready."""
        return [row["id"] for row in self.run("pending", "--filter", "ready", "--json").json["refunds"]]

    def recovered(self, most: int = 6, pause: float = 0.5, later: float = 0, but: Container[str] = ()) -> list[Said]:
        """Recover again and again until nothing is open or in doubt (`but` these refunds); answers what each one said.

        A remote that still works on a dead desk's request makes the first ones say that they cannot tell yet, and an
        undo watches for late writes for a quarter of an hour.
        """
        told: list[Said] = []
        for _ in range(most):
            told.append(self.run("recover", "--json", later=later))
            if not [row for row in told[-1].json["results"] if row["id"] not in but]:
                return told
            time.sleep(pause)
        raise AssertionError(f"not quiet after {most} times Recover: {told[-1].out}")

    def lines(self, refund_id: str) -> tuple[Written, ...]:
        """The journal's lines about one refund."""
        path = self.home / "journal" / f"{self.account.lower()}.sqlite"
        with open_journal(
            path, self.account, now=lambda: datetime.now(UTC), host="", user="", read_only=True
        ) as journal:
            return journal.of_refund(refund_id)


def killable(home: Path, world: World, **changes: object) -> KillableDesk:
    """A desk in a fresh home; `changes` replace parts of the profile.

    Each command signs in for itself, and a quick machine starts more than a hundred of them in a minute; how the desk
    takes a refused sign-in is another test's subject.
    """
    world.post("/edit", {"system": "zuora", "record": "tenant", "set": {"tokens_per_minute": 100_000}})
    home.mkdir(parents=True, exist_ok=True)
    Program(home, world).profile(**changes)
    return KillableDesk(home, world)
