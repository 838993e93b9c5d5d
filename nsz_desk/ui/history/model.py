"""The journal's lines for people, as columns."""

from typing import Any

from nsz_desk.engine.results import Entry
from nsz_desk.ui.columns import ListColumn, TableColumn
from nsz_desk.ui.tables import RowTable
from nsz_desk.ui.texts import moment_text, shown

COLUMNS = (
    ListColumn("at", "When", "moment", lambda entry: entry.at, "This computer's time, with its offset"),
    ListColumn("refund", "Refund id", "text", lambda entry: entry.refund_id, "NetSuite internal id"),
    ListColumn("title", "What", "text", lambda entry: entry.title),
    ListColumn("who", "Who", "text", lambda entry: entry.who),
    ListColumn("seq", "Line", "number", lambda entry: entry.seq, "Place in the journal's chain"),
)

VALUE_LIMIT = 4000  # characters of one value that are shown


class HistoryTable(RowTable):
    """Entries, newest first unless sorted."""

    strong = frozenset({"title"})
    wrapped = frozenset({"title"})

    def search_text(self, row: Any) -> str:
        """Titles and details alike."""
        return "\x1f".join((super().search_text(row), *(f"{name} {value}" for name, value in row.detail))).casefold()

    def format(self, column: TableColumn, row: Any) -> str:
        """Texts of cells."""
        return super().format(column, row) or ("–" if column.key == "refund" else "")


def detail_text(entry: Entry) -> str:
    """One entry in full; a line break in a foreign value stays visible and makes no line of its own."""
    head = [
        entry.title,
        "",
        f"When: {moment_text(entry.at)}",
        f"Who: {entry.who}",
        f"Refund id: {entry.refund_id or '–'}",
        f"Journal line: {entry.seq}",
    ]
    said = [f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in entry.detail if value.strip()]
    return "\n".join(shown(one, VALUE_LIMIT) for one in [*head, "", *said]).rstrip()
