"""What holds for every test: no network but loopback, no display needed, no unexpected warning, cheap first."""

import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("desk", deadline=None)  # a shared machine may pause: speed is the benchmark's matter
settings.load_profile("desk")

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOMS_IN_ORDER = (
    "domain", "rules", "engine", "lanes", "settings", "journal", "exports",
    "gateways", "simulator", "contract", "cli", "ui", "story",
)  # fmt: skip


class OutsideWorld(AssertionError):
    """A test tried to leave this machine. Not an OSError: no code under test shall take it for a network fault."""


def refuse_outside(family: int, address: Any) -> None:
    """Raise OutsideWorld unless the address is on loopback or no internet address at all (a Unix socket)."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:  # a name: the system would resolve it
        loopback = False
    if not loopback:
        raise OutsideWorld(f"This test wanted to connect to {host}; tests talk to 127.0.0.1 only.")


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """Let sockets connect to this machine only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        refuse_outside(self.family, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(self.family, address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own, so that none touches the settings and the journal of the person running it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("NSZ_DESK_HOME", str(home))
    return home


class _Collector(logging.Handler):
    """Keeps the log records of level WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which a WARNING or worse was logged, unless it is marked `expects_warnings`."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    if collector.records and request.node.get_closest_marker("expects_warnings") is None:
        lines = "\n".join(f"{r.levelname} {r.name}: {r.getMessage()}" for r in collector.records)
        pytest.fail(f"nobody expected these log lines:\n{lines}", pytrace=False)


def room_rank(path: Path) -> int:
    """Say when a test file's turn is: files directly in tests/ first, then the rooms from cheap to dear."""
    tests = Path(__file__).parent
    rooms = path.parent.relative_to(tests).parts if path.is_relative_to(tests) else ()
    if not rooms:
        return -1
    return ROOMS_IN_ORDER.index(rooms[0]) if rooms[0] in ROOMS_IN_ORDER else len(ROOMS_IN_ORDER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the cheap rooms first, so that a plain mistake shows in seconds. The sort is stable."""
    items.sort(key=lambda item: room_rank(item.path))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Empty the clipboard: the one of the screen in memory outlives Python, and crashes on what Python put there."""
    qt = sys.modules.get("PySide6.QtGui")
    if qt is not None and qt.QGuiApplication.instance() is not None:
        qt.QGuiApplication.clipboard().clear()
