"""Connections to the journal's file, and what a failing one means in plain words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from nsz_desk.domain.errors import Setup

BUSY_SECONDS = 5.0
WRITING = (
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL may lose the last commits when the power goes
    "fullfsync = ON",  # macOS: through the disk's own cache; elsewhere without effect
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
    "trusted_schema = OFF",
)
READING = ("query_only = ON", "trusted_schema = OFF")
CAUSES = {
    "SQLITE_FULL": ("the disk is full", "Make room on the disk, then start the desk again."),
    "SQLITE_BUSY": ("another program holds it", "Close other copies of the desk, then try again."),
    "SQLITE_LOCKED": ("another program holds it", "Close other copies of the desk, then try again."),
    "SQLITE_READONLY": (
        "it may only be read",
        "Make file, folder and disk writable for this user, then start the desk again.",
    ),
    "SQLITE_CANTOPEN": ("it cannot be opened", "Check that its folder exists and belongs to this user."),
    "SQLITE_PERM": ("it cannot be opened", "Check that its folder exists and belongs to this user."),
    "SQLITE_IOERR": ("the disk reports an error", "Check the disk; the journal must not lie on a network share."),
    "SQLITE_CORRUPT": ("the file is damaged", "Bring back the last backup of the file, and keep the damaged one."),
    "SQLITE_NOTADB": ("the file is no journal", "Bring back the last backup of the file, and keep the damaged one."),
}
DAMAGED = CAUSES["SQLITE_CORRUPT"]


def writing_engine(path: Path) -> Engine:
    """An engine whose transactions take the write lock when they begin."""
    return _engine(f"file:{_quoted(path)}?mode=rw", WRITING, "BEGIN IMMEDIATE")


def reading_engine(path: Path) -> Engine:
    """An engine whose connections can only read.

    Where the file system is read-only SQLite cannot make the file it shares among readers; then the journal
    is opened as one that nobody changes. That would hide lines still in the write-ahead file, so not if there are any.
    """
    wal = path.with_name(path.name + "-wal")
    frozen = not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size)
    return _engine(f"file:{_quoted(path)}?mode=ro{'&immutable=1' if frozen else ''}", READING, "BEGIN")


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file:")


def _engine(uri: str, pragmas: tuple[str, ...], begin: str) -> Engine:
    def connect() -> sqlite3.Connection:
        # Used by several threads, by one at a time; transactions begin and end where the store says so.
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def in_plain_words(path: Path, truth: str = "Nothing was sent to NetSuite or Zuora.") -> Iterator[None]:
    """Turn the store's errors into Setup; `truth` says how the two systems stand then."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError, UnicodeDecodeError) as error:
        why, fix = cause_of(error)
        raise Setup(f"The journal {path} cannot be used: {why}.", truth, fix) from error


def cause_of(error: Exception) -> tuple[str, str]:
    """Why the store failed, and what helps."""
    original = error.orig if isinstance(error, DBAPIError) else error
    name = str(getattr(original, "sqlite_errorname", ""))
    for known, words in CAUSES.items():
        if name.startswith(known):
            return words
    if any(word in str(original) for word in ("decode", "no such column", "no such table")):
        # a flipped byte left no valid text, or another name in the schema
        return DAMAGED
    return str(getattr(original, "strerror", "") or original), CAUSES["SQLITE_CANTOPEN"][1]
