"""One simulator for all, as it was at the start for each test; a home of its own; no keychain unless a test has one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.settings import vault
from nsz_desk.simulator.server import Simulator
from tests.cli.commands import Cli, secret_service


@pytest.fixture(scope="package")
def simulator() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture
def cli(
    simulator: Simulator, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    """The command line without a keychain and without a profile."""
    simulator.router.reset()
    monkeypatch.setattr(vault, "ALLOWED", {("no.such.module", "Keyring"): "Secret Service"})
    return Cli(simulator, own_home, monkeypatch, capsys)


@pytest.fixture
def desk(cli: Cli) -> Cli:
    """The command line with a profile on the demo company."""
    cli.profile()
    return cli


@pytest.fixture
def ring(cli: Cli) -> Any:
    """A keychain that the desk trusts and takes."""
    kept = secret_service()
    cli.patch.undo()
    cli.patch.setenv("NSZ_DESK_HOME", str(cli.home))
    cli.patch.setattr(vault, "_usable_backend", lambda: kept)
    return kept
