"""Tampering and damage: refused where the store can refuse it, found where it cannot."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.journal.chain import START, line_hash
from nsz_desk.journal.tables import GUARDS
from tests.journal.journals import ACCOUNT, filled, line, opened


def tamper(path: Path, *statements: str) -> None:
    """Change the file as somebody would who knows SQLite: guards off, change, guards on again."""
    with closing(sqlite3.connect(path)) as database, database:
        for name in GUARDS:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        for guard in GUARDS.values():
            database.execute(guard)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET json = '{}' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 5",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 3",
        "INSERT INTO event SELECT 9, epoch, ts_utc, mono, host, user, ns_account, refund_id, episode, type, json, "
        "prev_hash, hash FROM event WHERE seq = 3",
    ],
)
def test_the_store_refuses_to_change_what_is_written(tmp_path: Path, statement: str) -> None:
    """Update, delete, replace, and a line out of turn are refused by the database itself."""
    with filled(tmp_path / "j.db", 5) as journal:
        with closing(sqlite3.connect(tmp_path / "j.db")) as database:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)
            database.rollback()
        assert journal.verify() == 5


@pytest.mark.parametrize(
    ("statements", "number"),
    [
        (["UPDATE event SET json = replace(json, '12.30', '12.31') WHERE seq = 4"], 4),
        (["UPDATE event SET ts_utc = '2026-01-01T00:00:00.000000Z' WHERE seq = 1"], 1),
        (["UPDATE event SET user = 'bob' WHERE seq = 9"], 9),
        (["UPDATE event SET mono = 5 WHERE seq = 3"], 3),
        (["UPDATE event SET refund_id = '999' WHERE seq = 10"], 10),
        (["UPDATE event SET json = CAST(json AS BLOB) WHERE seq = 6"], 6),
        (["DELETE FROM event WHERE seq = 5"], 5),
        (["DELETE FROM event WHERE seq = 1"], 1),
        (
            [
                "UPDATE event SET seq = 99 WHERE seq = 3",
                "UPDATE event SET seq = 3 WHERE seq = 4",
                "UPDATE event SET seq = 4 WHERE seq = 99",
            ],
            3,
        ),
    ],
)
def test_an_edited_cut_or_moved_line_is_named(tmp_path: Path, statements: list[str], number: int) -> None:
    """Opening refuses the journal and names its file and the first wrong line."""
    path = tmp_path / "j.db"
    filled(path, 10).close()
    tamper(path, *statements)
    with pytest.raises(Setup, match=f"line {number}:") as caught:
        opened(path)
    assert str(path) in caught.value.title
    assert "othing" in caught.value.message
    assert "backup" in caught.value.hint


def test_a_forged_line_with_its_own_hash_breaks_the_next_one(tmp_path: Path) -> None:
    """Whoever changes a line and computes its hash anew is found at the line after it."""
    path = tmp_path / "j.db"
    filled(path, 6).close()
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        row = dict(database.execute("SELECT * FROM event WHERE seq = 3").fetchone())
    forged = line_hash(row | {"json": "{}"})
    tamper(path, f"UPDATE event SET json = '{{}}', hash = '{forged}' WHERE seq = 3")
    with pytest.raises(Setup, match="line 4:"):
        opened(path)


def test_a_broken_journal_can_still_be_shown_but_not_written(tmp_path: Path) -> None:
    """Opened for reading only, a broken chain shows its lines; append and verify refuse."""
    path = tmp_path / "j.db"
    filled(path, 4).close()
    tamper(path, "UPDATE event SET user = 'bob' WHERE seq = 2")
    with opened(path, read_only=True) as journal:
        assert [one.seq for one in journal.lines()] == [1, 2, 3, 4]
        with pytest.raises(Setup, match="line 2"):
            journal.verify()
        with pytest.raises(Setup, match="reading only"):
            journal.append(line(5))


def test_a_missing_line_is_called_missing(tmp_path: Path) -> None:
    """Not "changed": whoever looks for it should know what to look for."""
    filled(tmp_path / "j.db", 5).close()
    tamper(tmp_path / "j.db", "DELETE FROM event WHERE seq = 3")
    with pytest.raises(Setup, match="line 3: it is missing, line 4 stands in its place"):
        opened(tmp_path / "j.db")


def test_a_damaged_index_is_noticed_though_the_chain_holds(tmp_path: Path) -> None:
    """With two indexes exchanged a refund's lines would not be found, and recovery would think nothing was sent."""
    path = tmp_path / "j.db"
    filled(path, 5).close()
    with closing(sqlite3.connect(path)) as database, database:
        pages = dict(database.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'"))
        database.execute("PRAGMA writable_schema = ON")
        for one, other in (("event_by_refund", "event_by_episode"), ("event_by_episode", "event_by_refund")):
            database.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (pages[one], other))
    with opened(path, read_only=True) as journal:
        assert journal.of_refund("101") == ()
        assert len(journal.lines()) == 5
    with pytest.raises(Setup, match="damaged"):
        opened(path)


def test_missing_guards_are_noticed(tmp_path: Path) -> None:
    """A journal whose triggers were dropped is refused, though its chain holds."""
    path = tmp_path / "j.db"
    filled(path, 2).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TRIGGER event_no_update")
    with pytest.raises(Setup, match="guards"):
        opened(path)


def test_a_journal_of_another_account_is_refused(tmp_path: Path) -> None:
    """A file copied from the sandbox does not open for production."""
    filled(tmp_path / "j.db", 2).close()
    with pytest.raises(Setup, match=f"belongs to NetSuite account {ACCOUNT}"):
        opened(tmp_path / "j.db", account="1234567")


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("user_version = 2", "newer version"), ("user_version = 0", "guards"), ("application_id = 7", "not a journal")],
)
def test_a_file_of_another_kind_or_a_newer_schema_is_refused(tmp_path: Path, pragma: str, words: str) -> None:
    """The file's own marks are checked, for writing and for reading alike."""
    path = tmp_path / "j.db"
    filled(path, 2).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"PRAGMA {pragma}")
    for read_only in (False, True):
        with pytest.raises(Setup, match=words):
            opened(path, read_only=read_only)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Text in the journal's place is named for what it is, and left as it was."""
    path = tmp_path / "j.db"
    path.write_text("Dear diary " * 100)
    with pytest.raises(Setup, match="no journal"):
        opened(path)
    assert path.read_text().startswith("Dear diary")


def test_a_flipped_byte_anywhere_is_found_or_changes_nothing(tmp_path: Path) -> None:
    """Random bytes of the file are flipped, one at a time: the journal is refused, or every line is as before."""
    path = tmp_path / "j.db"
    with filled(path, 30) as journal:
        before = journal.lines()
        by_refund = journal.of_refund("101")
    content = path.read_bytes()
    chance, refused = random.Random(7), list[str]()
    for _ in range(250):
        place = chance.randrange(len(content))
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            with opened(path) as journal:
                assert journal.lines() == before, f"byte {place}"
                assert journal.of_refund("101") == by_refund, f"byte {place}"
        except Setup as error:
            refused.append(error.title)
    assert len(refused) > 50  # the rest lies in unused space
    assert all(str(path) in title for title in refused)


def test_verifying_a_long_journal_takes_seconds(tmp_path: Path) -> None:
    """20,000 lines verify within 3 s, though it takes a fraction of that; 100,000 within a few seconds."""
    path = tmp_path / "j.db"
    with filled(path, 1), closing(sqlite3.connect(path)) as database, database:
        database.row_factory = sqlite3.Row
        row = dict(database.execute("SELECT * FROM event").fetchone())
        row |= {"json": '{"body":"' + "x" * 600 + '"}'}
        names = list(row)
        before = row["hash"]
        assert row["prev_hash"] == START
        for seq in range(2, 20_001):
            row |= {"seq": seq, "prev_hash": before}
            before = row["hash"] = line_hash(row)
            database.execute(f"INSERT INTO event ({','.join(names)}) VALUES ({','.join('?' * 13)})", list(row.values()))
    start = time.monotonic()
    with opened(path) as journal:
        assert time.monotonic() - start < 3
        assert len(journal.lines(2)) == 2
