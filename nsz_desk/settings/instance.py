"""One desk at a time for each NetSuite account and operating system user. The system frees the lock when we die."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nsz_desk.domain.errors import Setup

TRUTH = "Nothing was sent to NetSuite or Zuora."


@contextmanager
def lock(folder: Path, account: str) -> Iterator[None]:
    """Hold the lock of a NetSuite account.

    Raises:
        Setup: another desk of this user holds it, or the lock's file cannot be made.
    """
    path = folder / f"{_file_name(account)}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _hold(file, path, account)
        yield
    finally:
        os.close(file)  # frees the lock; the file stays, since deleting it would let two desks hold "the" lock


def _hold(file: int, path: Path, account: str) -> None:
    """Take the lock and write down who holds it, for the one who comes second."""
    try:
        if _take(file):
            os.ftruncate(file, 0)
            os.write(file, str(os.getpid()).encode())
            return
    except OSError as error:
        raise _unusable(path, error) from error
    raise Setup(
        f"Another desk{_holder(file)} is working on NetSuite account {account}.",
        TRUTH,
        "Use that one, or close it and try again. Commands that only read work all the same.",
    )


def _unusable(path: Path, error: OSError) -> Setup:
    fix = "Make the folder writable for this user; it must not lie on a network share."
    return Setup(f"The lock {path} cannot be made: {error.strerror}.", TRUTH, fix)


def _file_name(account: str) -> str:
    """NetSuite does not tell 1234567_SB1 from 1234567-sb1, so neither does the lock."""
    name = account.strip().casefold().replace("-", "_")
    if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
        raise Setup(f"{account[:60]!r} is no NetSuite account id.", TRUTH, "Correct the account in the profile.")
    return name


def _holder(file: int) -> str:
    try:
        number = os.read(file, 20).decode("ascii", "replace").strip()
    except OSError:
        return ""
    return f" (process {number})" if number.isdigit() else ""


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        # A byte far behind the content, so that others can still read who holds it.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
