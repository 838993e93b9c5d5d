"""The store: what is written is read back, in order, by anyone, and stays."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.ports import Event
from nsz_desk.journal.store import ENDED, OPENED, open_journal
from tests.journal.journals import ACCOUNT, filled, line, opened, ticking


def test_a_line_is_read_back_as_append_answered_it(tmp_path: Path) -> None:
    """Append answers exactly the line that every later reading finds, also after the journal was closed."""
    with opened(tmp_path / "j.db") as journal:
        written = journal.append(Event("intent", "7", "e1", {"b": [1, "ü\n", None], "a": {"x": True}}))
    with opened(tmp_path / "j.db") as journal:
        assert journal.lines() == (written,)
    assert (written.seq, written.who, written.at) == (1, "anna@desk-1", datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC))
    assert written.event == Event("intent", "7", "e1", {"b": [1, "ü\n", None], "a": {"x": True}})


def test_decimals_and_dates_are_kept_as_text(tmp_path: Path) -> None:
    """Money in a detail keeps its digits and a date stays a date; what has no JSON form is refused unwritten."""
    with opened(tmp_path / "j.db") as journal:
        written = journal.append(Event("x", "7", "e", {"amount": Decimal("12.30"), "day": date(2026, 2, 28)}))
        assert written.event.detail == {"amount": "12.30", "day": "2026-02-28"}
        with pytest.raises(TypeError):
            journal.append(Event("x", "7", "e", {"what": object()}))
        with pytest.raises(ValueError, match="JSON"):
            journal.append(Event("x", "7", "e", {"what": float("nan")}))
        assert journal.verify() == 1


def test_lines_are_found_by_episode_and_by_refund(tmp_path: Path) -> None:
    """Each question answers its own lines in order, and the last ones can be asked for."""
    with opened(tmp_path / "j.db") as journal:
        lines = [journal.append(line(number, f"e{number % 2}")) for number in range(12)]
        assert journal.episode("e1") == tuple(lines[1::2])
        assert journal.of_refund("101") == tuple(lines[1::3])
        assert journal.lines() == tuple(lines)
        assert journal.lines(3) == tuple(lines[-3:])
        assert journal.episode("e9") == ()


EPISODES = st.lists(st.tuples(st.sampled_from([OPENED, "intent", ENDED]), st.sampled_from("abcdef")), max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=EPISODES, reopen_after=st.integers(0, 25))
def test_open_episodes_are_what_a_replay_of_the_lines_says(
    steps: list[tuple[str, str]], reopen_after: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """For every sequence of lines: opened and not ended, in the order of opening, also across a restart."""
    path = tmp_path_factory.mktemp("replay") / "j.db"
    journal = opened(path)
    for number, (kind, episode) in enumerate(steps):
        if number == reopen_after:
            journal.close()
            journal = opened(path)
        journal.append(Event(kind, "7", episode))
    lines = [(one.event.kind, one.event.episode) for one in journal.lines()]
    ended = {episode for kind, episode in lines if kind == ENDED}
    replay = dict.fromkeys(episode for kind, episode in lines if kind == OPENED and episode not in ended)
    assert journal.open_episodes() == tuple(replay)
    journal.close()


def test_threads_and_a_second_program_append_to_one_chain(tmp_path: Path) -> None:
    """Two journals over one file, two threads each: all lines arrive and the chain holds."""
    with opened(tmp_path / "j.db") as one, opened(tmp_path / "j.db") as two:
        jobs = [
            threading.Thread(target=lambda j=journal: [j.append(line(n)) for n in range(25)])
            for journal in (one, two, one, two)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert one.verify() == 100
        assert one.lines() == two.lines()


def test_the_monotonic_clock_is_written_in_milliseconds_and_covered_by_the_hash(tmp_path: Path) -> None:
    """A line shows both clocks; the chain with a monotonic clock verifies."""
    with open_journal(tmp_path / "j.db", ACCOUNT, now=ticking(), host="h", user="u", mono=lambda: 1234.5678) as journal:
        journal.append(line(1))
        assert journal.verify() == 1
    with closing(sqlite3.connect(tmp_path / "j.db")) as database:
        assert database.execute("SELECT mono FROM event").fetchall() == [(1234568,)]


def test_a_closed_journal_refuses(tmp_path: Path) -> None:
    """After close, append raises Setup at once; closing twice is fine."""
    journal = filled(tmp_path / "j.db", 1)
    journal.close()
    journal.close()
    with pytest.raises(Setup, match="closed"):
        journal.append(line(2))


def test_folder_and_file_are_for_this_user_only(tmp_path: Path) -> None:
    """0700 and 0600, also for what SQLite puts beside the file, and also where they were wider before."""
    folder = tmp_path / "deep" / "journal"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "j.db").touch(0o644)
    with filled(folder / "j.db", 3):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(list(folder.iterdir())) == 3  # the file, its write-ahead file and the one shared among readers
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_every_commit_is_on_the_disk_before_append_answers(tmp_path: Path) -> None:
    """The writing connection runs in WAL with synchronous=FULL; a fresh reader sees the line at once."""
    with filled(tmp_path / "j.db", 2) as journal:
        with journal._writing() as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
            ]
            connection.rollback()
        assert found == ["wal", 2, 1, 0, 5000]
        with closing(sqlite3.connect(f"file:{tmp_path / 'j.db'}?mode=ro", uri=True)) as database:
            assert database.execute("SELECT count(*) FROM event").fetchall() == [(2,)]
