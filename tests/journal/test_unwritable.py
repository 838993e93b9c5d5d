"""A journal that cannot be written: plain words, nothing half written, and a chain that goes on afterwards."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.journal import connect
from nsz_desk.journal.store import SqlJournal
from tests.journal.journals import filled, line, opened


def append_many(journal: SqlJournal, count: int) -> None:
    """Append `count` lines."""
    for number in range(count):
        journal.append(line(number))


def test_a_full_disk_is_said_in_plain_words_and_leaves_the_chain_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full append raises Setup; with room again the next line follows the last good one."""
    path = tmp_path / "j.db"
    with monkeypatch.context() as patch:
        patch.setattr(connect, "WRITING", (*connect.WRITING, "max_page_count = 12"))
        with opened(path) as journal:
            with pytest.raises(Setup, match="the disk is full") as caught:
                append_many(journal, 1000)
            good = len(journal.lines())
            assert 0 < good < 1000
            assert "Nothing more is sent" in caught.value.message
            assert "Make room" in caught.value.hint
            assert journal.verify() == good
    with opened(path) as journal:
        assert journal.append(line(0)).seq == good + 1
        assert journal.verify() == good + 1


def test_a_locked_journal_is_said_after_the_busy_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that holds the write lock makes append fail; once it lets go, append works."""
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.1)
    with filled(tmp_path / "j.db", 2) as journal:
        with closing(sqlite3.connect(tmp_path / "j.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Setup, match="another program holds it"):
                journal.append(line(2))
        assert journal.append(line(2)).seq == 3


def test_a_journal_that_may_only_be_read_does_not_open_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only place opening raises Setup that says so, and that nothing was sent."""
    filled(tmp_path / "j.db", 2).close()
    monkeypatch.setattr(connect, "WRITING", ("query_only = ON",))
    with pytest.raises(Setup, match="may only be read") as caught:
        opened(tmp_path / "j.db")
    assert "Nothing was sent" in caught.value.message


def test_history_is_shown_from_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite may not put its shared file beside the journal, a closed journal is read all the same."""
    filled(tmp_path / "j.db", 3).close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with opened(tmp_path / "j.db", read_only=True) as journal:
        assert len(journal.lines()) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["j.db"]


def test_a_folder_that_is_a_file_is_said_in_plain_words(tmp_path: Path) -> None:
    """A path that cannot exist raises Setup with the path in it, for reading and writing."""
    (tmp_path / "file").touch()
    for read_only in (False, True):
        with pytest.raises(Setup, match=r"file/j\.db cannot be used"):
            opened(tmp_path / "file" / "j.db", read_only=read_only)


def test_reading_a_journal_that_does_not_exist_makes_none(tmp_path: Path) -> None:
    """Opening for reading only never makes a file."""
    with pytest.raises(Setup, match="cannot be opened"):
        opened(tmp_path / "j.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


class Flaky(sqlite3.Connection):
    """A connection whose commit fails once, before or after the commit really happened."""

    fails: Iterator[str] = iter(())

    def commit(self) -> None:
        """Commit, or fail as told."""
        when = next(Flaky.fails, "")
        if when == "after":
            super().commit()
        if when:
            raise sqlite3.OperationalError("disk I/O error")
        super().commit()


@pytest.mark.parametrize(("when", "kept"), [("before", 2), ("after", 3)])
def test_a_failed_commit_never_leaves_the_head_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, kept: int
) -> None:
    """Whether the failed commit reached the disk or not, the next line follows what is really there."""
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=Flaky))
    with filled(tmp_path / "j.db", 2) as journal:
        Flaky.fails = iter([when])
        with pytest.raises(Setup, match="disk I/O error"):
            journal.append(line(2))
        assert len(journal.lines()) == kept
        assert journal.append(line(3)).seq == kept + 1
        assert journal.verify() == kept + 1


WRITER = """
import sys
from pathlib import Path
from tests.journal.journals import line, opened
with opened(Path(sys.argv[1])) as journal:
    for number in range(100000):
        print(journal.append(line(number)).seq, flush=True)
"""


def test_a_killed_program_loses_no_line_that_append_answered(tmp_path: Path) -> None:
    """Kill the writer at some instant: every line it was told of is there, and the chain goes on."""
    path = tmp_path / "j.db"
    told = 0
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as writer:
        assert writer.stdout is not None
        for text in writer.stdout:
            told = int(text)
            if told == 60:
                writer.send_signal(signal.SIGKILL)
    with opened(path) as journal:
        assert told >= 60
        assert journal.verify() >= told
        journal.append(line(1))
        journal.verify()
