"""The journal over SQLite: one writing connection, and a read-only connection of its own for each reading.

Whoever takes the writing connection out of its queue of one holds the lock. The head of the chain is read
inside the writing transaction and never cached, so that a commit that failed cannot leave it wrong.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, insert, select

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.ports import Event, Written
from nsz_desk.journal.chain import START, BrokenChain, check_chain, detail_text, is_whole, line_hash
from nsz_desk.journal.connect import DAMAGED, in_plain_words, reading_engine, writing_engine
from nsz_desk.journal.migrate import TRUTH, check, prepare, private_file
from nsz_desk.journal.tables import event as table

OPENED, ENDED = "episode_opened", "episode_ended"  # the two kinds of line the store itself understands
UNSAID = "Nothing more is sent; what was begun is looked up in both systems at the next start."
READ_ONLY = "The journal is open for reading only."
CLOSED = "The journal is closed."
BROKEN_AT = datetime.fromtimestamp(0, UTC)  # when a changed line was written is not known


def open_journal(
    path: Path,
    account: str,
    *,
    now: Callable[[], datetime],
    host: str,
    user: str,
    mono: Callable[[], float] | None = None,
    read_only: bool = False,
) -> "SqlJournal":
    """Open, or make, the journal of one NetSuite account and check its whole chain.

    Args:
        path: the file; it and its folder are made, for this user only.
        account: the NetSuite account id; every line carries it.
        now: the wall clock, aware of its zone.
        host: this computer's name.
        user: who works here.
        mono: the monotonic clock in seconds, to show jumps of the wall clock.
        read_only: open an existing file for its history, even if the chain is broken; `append` refuses.

    Raises:
        Setup: the file cannot be written, is newer than this program, or its chain is broken.
    """
    journal = SqlJournal(path, account, (now, mono, host, user))
    with in_plain_words(path):
        if read_only:
            with journal.reading() as connection:
                check(connection, path)
            return journal
        private_file(path)
        journal.open_for_writing()
    try:
        journal.verify()
    except Setup:
        journal.close()
        raise
    return journal


class SqlJournal:
    """The Journal port over one SQLite file. Safe to call from several threads."""

    def __init__(
        self,
        path: Path,
        account: str,
        around: tuple[Callable[[], datetime], Callable[[], float] | None, str, str],
    ) -> None:
        self.path = path
        self.account = account
        self._now, self._mono, self._host, self._user = around
        self._reader: Engine = reading_engine(path)
        self._read_only = True  # until opened for writing
        self._writer: Queue[Connection | str] = Queue(1)  # the one writing connection, or why there is none
        self._writer.put(READ_ONLY)

    def open_for_writing(self) -> None:
        """Take the file for writing and make or check its schema; raises the store's own errors or Setup."""
        connection = writing_engine(self.path).connect()
        try:
            with connection.begin():
                prepare(connection, self.path)
        except BaseException:
            connection.close()
            raise
        self._reader = reading_engine(self.path)
        self._read_only = False
        self._writer.get()
        self._writer.put(connection)

    def append(self, event: Event) -> Written:
        """Write one line durably; raises `Setup` when that is impossible. Then nothing may be sent."""
        detail = detail_text(event.detail)
        with self._writing() as connection, in_plain_words(self.path, UNSAID), connection.begin():
            line = self._next_line(connection, event, detail)
            connection.execute(insert(table).values(line))
        return _written(line)

    def open_episodes(self) -> tuple[str, ...]:
        """Ids of the episodes that have not ended, in the order in which they were opened."""
        ended = select(table.c.episode).where(table.c.type == ENDED)
        query = select(table.c.episode).where(table.c.type == OPENED, table.c.episode.not_in(ended))
        with in_plain_words(self.path), self.reading() as connection:
            return tuple(dict.fromkeys(connection.execute(query.order_by(table.c.seq)).scalars()))

    def episode(self, episode: str) -> tuple[Written, ...]:
        """All lines of one episode in order."""
        return self._read(select(table).where(table.c.episode == episode).order_by(table.c.seq))

    def of_refund(self, refund_id: str) -> tuple[Written, ...]:
        """All lines about one refund in order."""
        return self._read(select(table).where(table.c.refund_id == refund_id).order_by(table.c.seq))

    def lines(self, limit: int | None = None) -> tuple[Written, ...]:
        """All lines, or the last `limit`, in order."""
        return self._read(select(table).order_by(table.c.seq.desc()).limit(limit))[::-1]

    def verify(self) -> int:
        """Check the whole chain and answer the number of lines; raises `Setup` naming the bad line."""
        with in_plain_words(self.path), self.reading() as connection:
            # An index that lost entries would hide lines from recovery while the chain itself still holds.
            if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one() != "ok":
                raise Setup(f"The journal {self.path} cannot be used: {DAMAGED[0]}.", TRUTH, DAMAGED[1])
            rows = connection.execution_options(yield_per=2000).execute(select(table).order_by(table.c.seq))
            try:
                return check_chain(rows.mappings(), self.account)
            except BrokenChain as broken:
                raise Setup(
                    f"The journal {self.path} is broken at {broken}.",
                    "Nothing was sent; with this journal nothing can be.",
                    "Its history can still be read. Bring back the last backup, and keep this file as evidence.",
                ) from broken

    def close(self) -> None:
        """Give the file back; afterwards `append` refuses."""
        held = self._writer.get()
        self._writer.put(CLOSED)
        if isinstance(held, Connection):
            held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection of one's own that can only read."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        held = self._writer.get()
        try:
            if isinstance(held, str):
                raise Setup(held, UNSAID, "Start the desk again.")
            yield held
        except BaseException:
            if isinstance(held, Connection):
                held.invalidate()  # a commit that failed may leave its transaction open; the next line connects anew
            raise
        finally:
            self._writer.put(held)

    def _next_line(self, connection: Connection, event: Event, detail: str) -> dict[str, Any]:
        last = connection.execute(
            select(table.c.seq, table.c.hash, table.c.epoch).order_by(table.c.seq.desc()).limit(1)
        ).first()
        seq, before, epoch = last or (0, START, 1)
        line = {
            "seq": seq + 1,
            "epoch": epoch,
            "ts_utc": f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "mono": round(self._mono() * 1000) if self._mono else None,
            "host": self._host,
            "user": self._user,
            "ns_account": self.account,
            "refund_id": event.refund_id,
            "episode": event.episode,
            "type": event.kind,
            "json": detail,
            "prev_hash": before,
        }
        return line | {"hash": line_hash(line)}

    def _read(self, query: Select[Any]) -> tuple[Written, ...]:
        with in_plain_words(self.path), self.reading() as connection:
            rows = connection.execute(query).mappings()
            if self._read_only:
                return tuple(_written(row) if is_whole(row) else _changed(row) for row in rows)
            try:
                return tuple(_written(row) for row in rows)
            except (TypeError, ValueError) as error:  # the file was damaged after its chain had been checked
                raise Setup(f"The journal {self.path} cannot be used: {DAMAGED[0]}.", UNSAID, DAMAGED[1]) from error


def _changed(row: Mapping[Any, Any]) -> Written:
    """A line that is not what was written, for reading only: it is shown as such and says nothing of money."""
    place = (str(row["refund_id"]), str(row["episode"]))
    detail = {"why": "this line is not what was written", "found": str(row["json"])}
    return Written(row["seq"], BROKEN_AT, "", Event("changed_line", *place, detail), str(row["hash"]))


def _written(row: Mapping[Any, Any]) -> Written:
    """A line as everybody reads it: what `append` returns is what a later reading finds."""
    content = Event(row["type"], row["refund_id"], row["episode"], json.loads(row["json"]))
    return Written(
        row["seq"], datetime.fromisoformat(row["ts_utc"]), f"{row['user']}@{row['host']}", content, row["hash"]
    )
