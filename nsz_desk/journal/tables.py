"""The journal's one table, and the triggers that keep it append-only. Times are UTC text, `mono` milliseconds."""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
    Column("ts_utc", Text, nullable=False),
    Column("mono", Integer),
    Column("host", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("ns_account", Text, nullable=False),
    Column("refund_id", Text, nullable=False),
    Column("episode", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("json", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("event_by_episode", "episode", "seq"),
    Index("event_by_refund", "refund_id", "seq"),
    Index("event_by_type", "type", "episode"),
)

# The third one also stops INSERT OR REPLACE, which deletes without firing a DELETE trigger.
GUARDS = {
    "event_no_update": (
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    ),
    "event_no_delete": (
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    ),
    "event_next_only": (
        "CREATE TRIGGER event_next_only BEFORE INSERT ON event "
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    ),
}
