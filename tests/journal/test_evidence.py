"""The offline check of a journal that was handed over."""

import hashlib
import shutil
from pathlib import Path

import pytest

from nsz_desk.domain.errors import Setup
from nsz_desk.journal.evidence import check_evidence
from tests.journal.journals import ACCOUNT, filled, opened
from tests.journal.test_tampering import tamper


def test_an_intact_journal_is_told_with_all_that_an_auditor_compares(tmp_path: Path) -> None:
    """Account, lines, refunds, times, the last line's hash and the file's own; nothing beside the file is made."""
    path = tmp_path / "handed-over.sqlite"
    with filled(path, 7) as journal:
        last = journal.lines(1)[0]
    before = path.read_bytes()
    found = check_evidence(path)
    assert (found.account, found.lines, found.refunds) == (ACCOUNT, 7, 3)
    assert found.first is not None
    assert found.last is not None
    assert (found.last - found.first).total_seconds() == 6
    assert found.last == last.at
    assert len(found.head) == 64
    assert found.digest == hashlib.sha256(before).hexdigest()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_an_empty_journal_is_intact_and_says_nothing(tmp_path: Path) -> None:
    """No lines, no times, no hash."""
    path = tmp_path / "empty.sqlite"
    opened(path).close()
    found = check_evidence(path)
    assert (found.lines, found.first, found.last, found.head, found.account) == (0, None, None, "", "")


def test_lines_still_in_the_file_beside_it_count(tmp_path: Path) -> None:
    """A copy made while a desk was at work has its last lines in the file that ends in -wal."""
    live, copy = tmp_path / "live.sqlite", tmp_path / "copy.sqlite"
    with filled(live, 5):
        for end in ("", "-wal"):
            shutil.copyfile(f"{live}{end}", f"{copy}{end}")
    assert check_evidence(copy).lines == 5


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET user = 'bob' WHERE seq = 2", "line 2: its content was changed"),
        ("DELETE FROM event WHERE seq = 3", "line 3: it is missing"),
        ("UPDATE event SET ns_account = '7' WHERE seq = 1", "line 1: its content was changed"),
    ],
)
def test_a_journal_that_was_tampered_with_is_refused_at_the_line(tmp_path: Path, statement: str, words: str) -> None:
    """The file is named as it was chosen, and not as the copy that was looked at."""
    path = tmp_path / "handed-over.sqlite"
    filled(path, 5).close()
    tamper(path, statement)
    with pytest.raises(Setup, match=words) as refused:
        check_evidence(path)
    assert refused.value.title.startswith("handed-over.sqlite is broken at")
    assert "Keep the file as it is." in refused.value.hint


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_what_is_no_journal_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """An empty file, a text, a broken database."""
    path = tmp_path / "letter.sqlite"
    path.write_bytes(content)
    with pytest.raises(Setup, match=r"^letter\.sqlite"):
        check_evidence(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's own reason."""
    with pytest.raises(Setup, match=r"nowhere\.sqlite cannot be read: No such file"):
        check_evidence(tmp_path / "nowhere.sqlite")
