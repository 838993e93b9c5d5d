"""The command line in this process: a home of its own, no keychain but a pretended one, and all it ever printed."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from keyring.backend import KeyringBackend

from nsz_desk import app
from nsz_desk.simulator.server import Simulator


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


class Terminal(io.StringIO):
    """A person at a keyboard."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@dataclass
class Cli:
    """Commands on one simulator; `printed` keeps everything they said."""

    simulator: Simulator
    home: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    printed: list[str] = field(default_factory=list)

    @property
    def announced(self) -> Any:
        """Addresses, profile and credentials, as the simulator says them."""
        return json.loads(json.dumps(self.simulator.announcement()))

    @property
    def secrets(self) -> list[str]:
        """Every secret value there is; the client id is none, but is not shown either."""
        return [value for block in self.announced["credentials"].values() for value in block.values()]

    @property
    def kept_secrets(self) -> list[str]:
        """Those that a profile on SOAP needs and a keychain holds."""
        blocks = self.announced["credentials"]
        return [value for system in ("netsuite", "zuora") for value in blocks[system].values()]

    def run(self, *arguments: str, stdin: str = "", terminal: bool = False) -> Said:
        """Run one command to its end."""
        self.patch.setattr("sys.stdin", Terminal(stdin) if terminal else io.StringIO(stdin))
        try:
            code = app.main(arguments)
        except SystemExit as end:  # wrong arguments
            code = int(str(end.code))
        told = self.capture.readouterr()
        self.printed += [told.out, told.err]
        return Said(code, told.out, told.err)

    def talk(self, *arguments: str) -> Said:
        """Run a command that talks to both systems, with the secrets on standard input."""
        return self.run(*arguments, "--secrets-stdin", stdin=json.dumps(self.announced["credentials"]))

    def profile(self, name: str = "sim", **zuora: object) -> None:
        """Save the simulator's profile, with changes to its Zuora part; no secrets are kept."""
        content = self.announced["profile"]
        content["zuora"] |= zuora
        self.save(content, name)

    def save(self, content: object, name: str = "sim") -> None:
        """Save a profile."""
        file = self.home / "given.json"
        file.write_text(json.dumps(content))
        added = self.run("profile", "add", name, "--from", str(file))
        assert added.code == 0, added.err

    def ids(self, verdict: str) -> list[str]:
        """The ids of the pending refunds with this verdict."""
        listed = self.talk("pending", "--filter", verdict, "--json")
        assert listed.code == 0, listed.err
        return [row["id"] for row in listed.json["refunds"]]

    def made(self) -> int:
        """How many Zuora refunds there are."""
        return len(self.simulator.world.zuora_refunds)

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Every file under the home, with its content."""
        for path in sorted(self.home.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes()


class Ring(KeyringBackend):
    """A keychain in memory."""

    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None

    def _touch(self) -> None:
        if self.failure:
            raise self.failure

    def get_password(self, service: str, username: str) -> str | None:
        """Look up."""
        self._touch()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep."""
        self._touch()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget."""
        self._touch()
        del self.entries[service, username]


def secret_service() -> Any:
    """A ring that carries the name of the Secret Service."""
    return type("Keyring", (Ring,), {"__module__": "keyring.backends.SecretService"})()
