"""A journal cut at every page and with bits flipped in every page: found or harmless; never a traceback, never money.

The journal is one the desk wrote in twelve real syncs. That it lost its tail whole (a cut write-ahead file) cannot be
seen from the file alone; then the desk knows less, which must be safe anyway (see the two desks' tests).
"""

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from nsz_desk import app, assembly
from nsz_desk.cli.commands import report
from nsz_desk.domain.errors import Setup
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Written
from nsz_desk.journal.store import SqlJournal, open_journal
from nsz_desk.settings.file import Folders, Profiles, profile_of
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.vault import secrets_from_json
from tests.kill.points import AFTER, Point
from tests.kill.processes import KILLED, killable
from tests.kill.scale import FLIPS
from tests.story.houses import house
from tests.story.programs import simulator

PAGE = 4096  # bytes; SQLite's own default
CAUSES = (
    "broken at line",
    "damaged",
    "no journal",
    "not a journal",
    "guards are missing",
    "newer version",
    "disk reports an error",
)
EVENTS = 200
NOTHING = Batch((), ())


@dataclass(frozen=True)
class Kept:
    """A whole journal with its lines, and what opens a desk on it; the systems themselves are gone."""

    content: bytes
    lines: tuple[Written, ...]
    profile: Profile
    credentials: str
    file: str

    @property
    def secrets(self) -> Secrets:
        """The credentials, read."""
        return secrets_from_json(self.credentials)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Twelve refunds of the demo company, synced; more than 200 lines."""
    home = tmp_path_factory.mktemp("whole")
    with house(home) as open_house:
        open_house.sync(*open_house.ready(12))
        lines = open_house.desk.ledger.lines()
        said = open_house.simulator.announcement()
    assert len(lines) >= EVENTS
    (file,) = (home / "journal").glob("*.sqlite")
    profile = profile_of(said["profile"], "profile")
    return Kept(file.read_bytes(), lines, profile, json.dumps(said["credentials"]), file.name)


def places(home: Path, kept: Kept, content: bytes) -> Folders:
    """A fresh home whose journal has this content."""
    folders = Folders(home, home / "journal", home / "logs", home / "locks")
    shutil.rmtree(folders.journal, ignore_errors=True)
    folders.journal.mkdir(mode=0o700, parents=True)
    (folders.journal / kept.file).write_bytes(content)
    return folders


def fate(home: Path, kept: Kept, content: bytes) -> str:
    """Open the desk on a damaged journal and say what came of it; any other exception than Setup is a fault.

    "harmless": all lines are as they were. "read only": no money moves, the history still opens. "refused": not even
    that, and the words say why.
    """
    folders = places(home, kept, content)
    try:
        with assembly.open_desk(kept.profile, kept.secrets, folders, writes=True) as desk:
            if not desk.read_only:
                assert desk.verify() == len(kept.lines)
                assert desk.ledger.lines() == kept.lines
                return "harmless"
            _says_why(desk.read_only)
            with pytest.raises(Setup) as money:
                desk.sync(NOTHING, report(), lambda event: None)
            assert "Nothing was sent" in str(money.value)
            with pytest.raises(Setup):
                desk.recover(report(), lambda event: None)
            desk.history()
            return "read only"
    except Setup as problem:
        _says_why(f"{problem.title} {problem.message} {problem.hint}")
        return "refused"


def _says_why(words: str) -> None:
    assert "journal" in words.lower(), words
    assert any(cause in words for cause in CAUSES), words


def test_cut_at_every_page_the_journal_is_found_damaged(tmp_path: Path, kept: Kept) -> None:
    """The file ends at any of its page boundaries: found every time; no money moves, and the reason stands in words."""
    pages = len(kept.content) // PAGE
    fates = {at: fate(tmp_path, kept, kept.content[: at * PAGE]) for at in range(1, pages)}
    assert [at for at, end in fates.items() if end == "harmless"] == []
    assert fate(tmp_path, kept, kept.content) == "harmless"


def test_a_flipped_bit_in_any_page_is_found_or_harmless(
    tmp_path: Path, kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bits flipped in every page: found, or every line is as it was written. Never a traceback."""
    chance, fates = random.Random(20), Counter[str]()
    for page in range(len(kept.content) // PAGE):
        for _ in range(FLIPS):
            at = page * PAGE + chance.randrange(PAGE)
            content = bytearray(kept.content)
            content[at] ^= 1 << chance.randrange(8)
            fates[fate(tmp_path, kept, bytes(content))] += 1
    with capsys.disabled():
        print(f"\nflipped bits: {dict(fates)}")
    assert fates["read only"] + fates["refused"] > fates.total() / 3


@pytest.mark.parametrize("at", [0, 1, 5, 20, -1], ids=lambda at: f"page {at}")
def test_on_a_damaged_journal_the_commands_say_precisely_why(
    tmp_path: Path, kept: Kept, at: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sync` and `recover` end with 2 and nothing sent; `history --json` tells the lines, or why it cannot."""
    content = bytearray(kept.content)
    start = (at % (len(content) // PAGE)) * PAGE
    content[start + 200 : start + PAGE] = bytes(PAGE - 200)
    places(tmp_path, kept, bytes(content))
    monkeypatch.setenv("NSZ_DESK_HOME", str(tmp_path))
    Profiles(tmp_path).add("sim", kept.profile)
    for command in (("sync", "1", "--yes"), ("recover",), ("history",)):
        monkeypatch.setattr("sys.stdin", _Input(kept.credentials))
        code = app.main([*command, "--json", "--secrets-stdin"])
        said = capsys.readouterr()
        document = json.loads(said.out)
        if command[0] == "history" and code == 0:
            assert document["history"]
            continue
        assert code == 2, (command, said)
        _says_why(f"{document['error']} {document['true_now']} {document['next_step']}")
        assert "Nothing was sent" in document["true_now"]


class _Input:
    """Standard input with a text in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> str:
        """All of it."""
        return self._text


@contextmanager
def _opened(path: Path, account: str) -> Iterator[SqlJournal]:
    with open_journal(path, account, now=_never, host="", user="") as journal:
        yield journal


def _never() -> datetime:
    raise AssertionError("nothing is written here")


def test_a_cut_write_ahead_file_loses_lines_only_from_the_end(tmp_path: Path) -> None:
    """After `kill -9` the last lines stand in the write-ahead file. Cut anywhere, what is left is a true beginning.

    The whole file gives back every line that the dead desk had written.
    """
    with simulator("--scenario", "demo") as world:
        desk = killable(tmp_path / "desk", world)
        refund = desk.ready()[0]
        assert desk.run("sync", refund, "--yes", point=Point("stamp memo", AFTER)).code == KILLED
    (path,) = (desk.home / "journal").glob("*.sqlite")
    main, ahead = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    whole: tuple[Written, ...] | None = None
    for size in (len(ahead), *range(0, len(ahead), PAGE + 24)):
        folder = tmp_path / f"cut-{size}"
        folder.mkdir(mode=0o700)
        cut = folder / path.name
        cut.write_bytes(main)
        cut.with_name(cut.name + "-wal").write_bytes(ahead[:size])
        with _opened(cut, desk.account) as journal:
            lines = journal.lines()
        whole = whole if whole is not None else lines
        assert lines == whole[: len(lines)]
    assert whole is not None
    assert whole[-1].event.detail["what"] == "stamp the NetSuite memo"
