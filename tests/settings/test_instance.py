"""One desk for each account."""

import subprocess
import sys
from pathlib import Path

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.instance import lock

HOLDER = """
import sys, time
from pathlib import Path
from nsz_desk.settings.instance import lock
with lock(Path(sys.argv[1]), "1234567_SB1"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_desk_of_the_same_account_is_refused(tmp_path: Path) -> None:
    """However the account is spelled; afterwards the lock is free again."""
    with lock(tmp_path / "locks", "1234567_SB1"):
        for spelling in ("1234567_SB1", "1234567-sb1"):
            with pytest.raises(Setup, match="Another desk"), lock(tmp_path / "locks", spelling):
                pass
    with lock(tmp_path / "locks", "1234567_SB1"):
        pass


def test_desks_of_different_accounts_do_not_meet(tmp_path: Path) -> None:
    """Sandbox and production, side by side."""
    with lock(tmp_path, "1234567_SB1"), lock(tmp_path, "1234567"):
        assert len(list(tmp_path.iterdir())) == 2


def test_a_killed_desk_holds_no_lock(tmp_path: Path) -> None:
    """Another process's lock is respected and named; it ends with that process, however it dies."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Setup, match=rf"process {other.pid}\)"), lock(tmp_path, "1234567_SB1"):
            pass
        other.kill()
        other.wait()
    with lock(tmp_path, "1234567_SB1"):
        pass


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    """Whatever is raised while it is held comes out, and the next desk gets it."""
    with pytest.raises(ZeroDivisionError), lock(tmp_path, "1"):
        _ = 1 / 0
    with lock(tmp_path, "1"):
        pass


@pytest.mark.parametrize("account", ["", "../x", "a b", "x" * 41])
def test_what_is_no_account_makes_no_file(tmp_path: Path, account: str) -> None:
    """An account id that could leave the folder is refused."""
    with pytest.raises(Setup, match="no NetSuite account"), lock(tmp_path, account):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_in_plain_words(tmp_path: Path) -> None:
    """A file where the folder should be raises Setup."""
    (tmp_path / "locks").touch()
    with pytest.raises(Setup, match="cannot be made"), lock(tmp_path / "locks", "1"):
        pass
