"""The vault on a real Secret Service: gnome-keyring on a message bus of its own, asked from a worker thread."""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.settings.profiles import PROFILE, SECRETS, VALUES

ROOT = Path(__file__).parents[2]
WITH_KEYRING = str(ROOT / "packaging" / "with-keyring")
MISSING = [one for one in ("dbus-daemon", "dbus-send", "gnome-keyring-daemon") if not shutil.which(one)]
PROBE = (sys.executable, "-m", "tests.settings.ring_probe")
QUICK = 12.0  # seconds, on a busy machine; a question to nobody would take for ever

needs_keyring = pytest.mark.skipif(
    bool(MISSING), reason=f"no {', '.join(MISSING)} here (Debian, Ubuntu: apt-get install dbus gnome-keyring)"
)


def run(*command: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, without the bus of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBUS_")}
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=kept | environ,
        check=False,
    )


def probed(*command: str, **environ: str) -> dict[str, Any]:
    """What the probe told of each step; every step ran in a worker and ended soon."""
    done = run(*command, **environ)
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)
    assert all(seconds < QUICK and thread.startswith("job-") for _, _, seconds, thread in lines), lines
    return {what: answer for what, answer, _, _ in lines}


@pytest.fixture(scope="module")
def unlocked() -> dict[str, Any]:
    """The life of a profile's secrets in an unlocked keychain that is locked at the end."""
    return probed(WITH_KEYRING, *PROBE, "unlocked")


@needs_keyring
def test_secrets_are_saved_read_back_replaced_and_removed(unlocked: dict[str, Any]) -> None:
    """The Secret Service gives back what was saved, and nothing after it was removed."""
    assert unlocked["open"] == "Secret Service"
    assert (unlocked["read"], unlocked["read again"]) == ("the same", "the same")
    assert unlocked["save"] is unlocked["save again"] is unlocked["remove"] is None
    assert (unlocked["key waits"], unlocked["key beside"], unlocked["key gone"]) == (True, "the same", False)


@needs_keyring
@pytest.mark.parametrize(("step", "profile"), [("absent", "one"), ("other profile", "two"), ("gone", "one")])
def test_absent_secrets_are_setup_with_the_next_step(unlocked: dict[str, Any], step: str, profile: str) -> None:
    """Never saved, saved for another profile, or removed."""
    kind, title, hint = unlocked[step]
    assert (kind, title) == ("NoSecrets", f"No secrets are kept for profile {profile}.")
    assert "profile add" in hint
    assert unlocked["remove absent"] is None


@needs_keyring
@pytest.mark.parametrize("step", ["read locked", "save locked", "remove locked"])
def test_a_locked_keychain_is_credentials_and_does_not_hang(unlocked: dict[str, Any], step: str) -> None:
    """Nobody is there to unlock it: the vault says so at once, and how to go on."""
    kind, title, hint = unlocked[step]
    assert kind == "Credentials"
    assert "Secret Service" in title
    assert "Unlock" in hint


@needs_keyring
def test_a_keychain_that_nobody_allows_to_be_used_is_credentials() -> None:
    """The question for the first password is dismissed: every verb is refused, none hangs."""
    told = probed(WITH_KEYRING, "--locked", *PROBE, "refused")
    assert told["open"] == "Secret Service"
    assert {told[verb][0] for verb in ("save", "read", "remove")} == {"Credentials"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere keychains need no message bus")
def test_without_a_message_bus_there_is_no_keychain(tmp_path: Path) -> None:
    """Setup, with the keychains that would do; nothing plain is taken in its place."""
    told = probed(*PROBE, "refused", XDG_RUNTIME_DIR=str(tmp_path), DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/no")
    for kind, title, hint in told.values():
        assert (kind, title) == ("Setup", "This computer offers no keychain that the desk trusts.")
        assert "Secret Service" in hint
    assert list(tmp_path.iterdir()) == []


@needs_keyring
def test_the_command_line_keeps_its_secrets_there(tmp_path: Path) -> None:
    """`profile add` says saved and read back; the next command finds them; no file holds any."""
    (tmp_path / "given.json").write_text(json.dumps(PROFILE))
    desk = f"'{sys.executable}' -m nsz_desk"
    script = f"{desk} profile add one --from '{tmp_path}/given.json' --secrets-stdin; {desk} history --json </dev/null"
    done = run(WITH_KEYRING, "sh", "-c", script, stdin=json.dumps(SECRETS), NSZ_DESK_HOME=str(tmp_path / "home"))
    added, _, told = done.stdout.partition("\n")
    assert "saved and read back in Secret Service" in added, done.stderr
    assert done.returncode == 0, done.stderr
    assert json.loads(told) == {"history": []}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "one.toml" for path in files)
    assert not [path for path in files for value in VALUES if value.encode() in path.read_bytes()]


@needs_keyring
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes in /proc")
def test_the_private_keychain_leaves_no_process_and_no_file_behind(tmp_path: Path) -> None:
    """The code is the command's own; bus, daemon and folder are gone when it has ended."""
    mark = uuid.uuid4().hex
    script = "grep -la $NSZ_MARK /proc/[0-9]*/environ | wc -l; exit 7"
    done = run(WITH_KEYRING, "sh", "-c", script, TMPDIR=str(tmp_path), NSZ_MARK=mark)
    assert done.returncode == 7
    assert int(done.stdout) > 2, "while it runs the mark is seen, or this test would prove nothing"
    deadline = time.monotonic() + QUICK
    while (left := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    assert list(tmp_path.iterdir()) == []


def _marked(mark: str) -> list[str]:
    """The commands of all processes that carry the mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "comm").read_text().strip())
        except OSError:
            continue  # gone meanwhile, or another user's
    return found
