"""The journal file's schema: made when new, checked when old, refused when newer than this program."""

import os
from pathlib import Path

from sqlalchemy import Connection

from nsz_desk.domain.errors import Setup
from nsz_desk.journal.tables import GUARDS, metadata

APPLICATION = 0x4E535A44  # "NSZD": says that a SQLite file is ours
VERSION = 1
TRUTH = "Nothing was sent to NetSuite or Zuora."
BACKUP = "Bring back the last backup of the file, and keep this one."


def private_file(path: Path) -> None:
    """Make the file (0600) and its folder (0700) where they are missing, and take rights of others away."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for place, mode in ((path.parent, 0o700), (path, 0o600)):
        if os.name == "posix" and place.stat().st_mode & 0o077:
            place.chmod(mode)


def prepare(connection: Connection, path: Path) -> None:
    """Make the schema in an empty file, else check it. Runs inside a writing transaction."""
    empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
    if empty and _pragma(connection, "application_id") == 0 and _pragma(connection, "user_version") == 0:
        metadata.create_all(connection)
        for guard in GUARDS.values():
            connection.exec_driver_sql(guard)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    check(connection, path)


def check(connection: Connection, path: Path) -> None:
    """Check that the file is a journal of a version this program knows.

    Raises:
        Setup: it is not.
    """
    if _pragma(connection, "application_id") != APPLICATION:
        raise Setup(f"The file {path} is not a journal of this program.", TRUTH, BACKUP)
    version = _pragma(connection, "user_version")
    if version > VERSION:
        raise Setup(
            f"The journal {path} was written by a newer version of the desk (schema {version}).",
            TRUTH,
            "Start the newer version.",
        )
    found = set(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars())
    if version < 1 or found != set(GUARDS.values()):
        raise Setup(f"The journal {path} was changed by another program: its guards are missing.", TRUTH, BACKUP)


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
