"""Start the simulator and the desk as separate processes, as a user would, and read what they print."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DESK = (sys.executable, "-m", "nsz_desk")


@dataclass(frozen=True)
class World:
    """A running simulator process and its control address."""

    said: dict[str, Any]

    def get(self, path: str) -> Any:
        """GET from the control address."""
        with urllib.request.urlopen(self.said["control"] + path, timeout=60) as answer:
            return json.load(answer)

    def post(self, path: str, value: object) -> Any:
        """POST JSON to the control address."""
        request = urllib.request.Request(
            self.said["control"] + path, json.dumps(value).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def read(self) -> Any:
        """The whole world."""
        return self.get("/world")

    def live(self, refund_id: str) -> list[dict[str, Any]]:
        """The live Zuora refunds of one NetSuite refund."""
        return [
            one
            for one in self.read()["zuora"]["refunds"]
            if one["integration_id"] == refund_id and one["status"] in ("Processed", "Processing")
        ]


@contextmanager
def simulator(*options: str) -> Iterator[World]:
    """A simulator process; ended when the story is over."""
    process = subprocess.Popen([*DESK, "simulator", *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield World(json.loads(process.stdout.readline()))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """The desk's command line with a home of its own and one profile on a simulator."""

    home: Path
    world: World

    def profile(self, **changes: object) -> None:
        """Save the simulator's profile under the name `sim`; the keychain is not touched."""
        file = self.home / "profile.json"
        file.write_text(json.dumps(self.world.said["profile"] | changes))
        added = self.run("profile", "add", "sim", "--from", str(file), secrets=False)
        assert added.code == 0, added.err

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command and hand it the secrets; the story ends it."""
        process = subprocess.Popen(
            [*DESK, *arguments, "--secrets-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"NSZ_DESK_HOME": str(self.home)},
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(self.world.said["credentials"]))
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, *arguments: str, secrets: bool = True, timeout: float = 240) -> Said:
        """Run a command to its end."""
        if not secrets:
            done = subprocess.run(
                [*DESK, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                env=os.environ | {"NSZ_DESK_HOME": str(self.home)},
                check=False,
            )
            return Said(done.returncode, done.stdout, done.stderr)
        process = self.start(*arguments)
        out, err = process.communicate(timeout=timeout)
        return Said(process.returncode, out, err)


def untouched(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], touched: set[str]) -> list[str]:
    """Ids of records that changed although they are not among those that may."""
    now = {one["id"]: one for one in after}
    return [one["id"] for one in before if one["id"] not in touched and now.get(one["id"]) != one]
