"""The guards that conftest.py puts around every test do guard."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import OutsideWorld, room_rank

TESTS = Path(__file__).parent
NEVER_ROUTED = ("192.0.2.1", 443)  # kept for documentation: RFC 5737

THREE_TESTS = """
import logging, pytest
def test_quiet():
    logging.getLogger("desk").info("all is well")
def test_loud():
    logging.getLogger("desk").warning("nobody expected this")
@pytest.mark.expects_warnings
def test_loud_on_purpose():
    logging.getLogger("desk").warning("this was expected")
"""


def test_a_test_cannot_leave_this_machine() -> None:
    """Connecting to an address that is not loopback is refused before a packet leaves, by number and by name."""
    with socket.socket() as plug:
        with pytest.raises(OutsideWorld):
            plug.connect(NEVER_ROUTED)
        with pytest.raises(OutsideWorld):
            plug.connect_ex(NEVER_ROUTED)
        with pytest.raises(OutsideWorld):
            plug.connect(("rest.example.com", 443))


def test_a_test_can_talk_to_its_own_machine() -> None:
    """A loopback connection goes through."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as plug:
        server.accept()[0].close()
        assert plug.recv(1) == b""


def test_a_warning_that_nobody_expected_fails_a_test(tmp_path: Path) -> None:
    """Of three tests, the one that logs a WARNING without the mark is reported, and only that one."""
    (tmp_path / "test_three.py").write_text(THREE_TESTS, encoding="utf-8")
    options = ["-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "nobody expected this" in run.stdout
    assert "this was expected" not in run.stdout
    assert run.stdout.strip().splitlines()[-1].startswith("3 passed, 1 error")


def test_cheap_rooms_are_tested_first() -> None:
    """Files in tests/ itself come before the domain, the domain before the story, unknown folders last."""
    names = ["attic/test_a.py", "story/test_a.py", "domain/test_a.py", "test_a.py", "ui/pending/test_a.py"]
    assert sorted(names, key=lambda name: room_rank(TESTS / name)) == [
        "test_a.py", "domain/test_a.py", "ui/pending/test_a.py", "story/test_a.py", "attic/test_a.py",
    ]  # fmt: skip


def test_a_test_has_a_home_of_its_own(own_home: Path) -> None:
    """Settings and journal of the person who runs the tests are out of reach."""
    assert os.environ["NSZ_DESK_HOME"] == str(own_home)
    assert list(own_home.iterdir()) == []
