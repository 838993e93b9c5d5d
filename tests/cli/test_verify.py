"""The `verify` command: a journal that was handed over, checked offline."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.commands import Cli


def handed_over(cli: Cli, folder: Path) -> Path:
    """A copy of the journal of a desk that has synced a refund."""
    (ready, *_) = cli.ids("ready")
    assert cli.talk("sync", ready, "--yes").code == 0
    (journal,) = (cli.home / "journal").glob("*.sqlite")
    copy = folder / "handed-over.sqlite"
    shutil.copyfile(journal, copy)
    return copy


def test_a_desks_own_journal_verifies_anywhere(desk: Cli, tmp_path: Path) -> None:
    """Without profile, secrets or network; the same in words and as JSON."""
    file = handed_over(desk, tmp_path)
    desk.patch.setenv("NSZ_DESK_HOME", str(tmp_path / "an-auditors-computer"))
    said = desk.run("verify", str(file), "--json")
    assert said.code == 0, said.err
    assert (said.json["intact"], said.json["account"], said.json["refunds"]) == (True, "1234567_SB1", 1)
    assert said.json["lines"] > 5
    words = desk.run("verify", str(file)).out
    assert "is intact" in words
    assert said.json["last_hash"] in words
    assert said.json["sha256"] in words
    assert "cut off at the end" in words
    assert not (tmp_path / "an-auditors-computer").exists()


def test_a_changed_line_is_named_with_code_1(desk: Cli, tmp_path: Path) -> None:
    """Broken evidence is an answer, and not a mistake in the arguments."""
    file = handed_over(desk, tmp_path)
    with closing(sqlite3.connect(file)) as database, database:
        guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE event SET user = 'bob' WHERE seq = 3")
        for _, guard in guards:
            database.execute(guard)
    said = desk.run("verify", str(file), "--json")
    assert (said.code, said.json["intact"]) == (1, False)
    assert "line 3: its content was changed" in said.json["why"]
    assert "line 3" in desk.run("verify", str(file)).err
