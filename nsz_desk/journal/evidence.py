"""The check of a journal that somebody handed over, without the desk it comes from and without a network.

It is checked as a copy in a folder of its own, so that nothing beside the file is made or changed.
"""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.evidence import Evidence
from nsz_desk.journal.connect import in_plain_words
from nsz_desk.journal.store import SqlJournal, open_journal
from nsz_desk.journal.tables import event as table

NOTHING = "The file was only read."
AGAIN = (
    "Keep the file as it is. If a desk was at work on it while it was copied, close that desk and copy it again, with"
    " the file beside it that ends in -wal."
)


def check_evidence(path: Path) -> Evidence:
    """Check every line of a journal's file.

    Raises:
        Setup: it cannot be read, is no journal of this program or of a newer one, or a line is not as it was written.
    """
    with TemporaryDirectory(prefix="nsz-desk-") as folder:
        copy = Path(folder) / "journal.sqlite"
        try:
            shutil.copyfile(path, copy)
            beside = path.with_name(f"{path.name}-wal")
            if beside.exists():
                shutil.copyfile(beside, copy.with_name(f"{copy.name}-wal"))
            digest = hashlib.sha256(copy.read_bytes()).hexdigest()
        except OSError as problem:
            raise Setup(f"{path.name} cannot be read: {problem.strerror}.", NOTHING, "Choose a file.") from None
        try:
            return _checked(copy, digest)
        except Setup as problem:
            title = problem.title.replace(f"The journal {copy}", path.name).replace(f"The file {copy}", path.name)
            raise Setup(title, NOTHING, AGAIN) from problem


def _checked(copy: Path, digest: str) -> Evidence:
    with in_plain_words(copy):
        account = _account(copy)
        with _opened(copy, account) as journal:
            lines = journal.verify()
            with journal.reading() as connection:
                count = select(func.count(table.c.refund_id.distinct())).where(table.c.refund_id != "")
                refunds = connection.execute(count).scalar_one()
                ends = select(table.c.ts_utc, table.c.hash)
                first = connection.execute(ends.order_by(table.c.seq).limit(1)).first()
                last = connection.execute(ends.order_by(table.c.seq.desc()).limit(1)).first()
    head = last.hash if last else ""
    return Evidence(account, lines, refunds, _time(first), _time(last), head, digest)


def _account(copy: Path) -> str:
    """The account of the first line: all others must be of the same."""
    with _opened(copy, "") as journal, journal.reading() as connection:
        found = connection.execute(select(table.c.ns_account).order_by(table.c.seq).limit(1)).scalar()
    return str(found or "")


def _opened(copy: Path, account: str) -> SqlJournal:
    return open_journal(copy, account, now=lambda: datetime.now(UTC), host="", user="", read_only=True)


def _time(line: object) -> datetime | None:
    text = getattr(line, "ts_utc", "")
    return datetime.fromisoformat(text) if text else None
