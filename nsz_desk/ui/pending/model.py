"""The pending refunds as a table: ticks, tiles, and what each row says while it is being sent.

A tick is an id in a set here, never a selection of Qt; only rows that are ready can carry one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from nsz_desk.domain.money import Money, sums
from nsz_desk.engine.lists import PENDING, Column, Row
from nsz_desk.engine.results import RowEvent, RowResult
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.badges import RESULTS, RUNNING, VERDICTS, WAITING, Badge
from nsz_desk.ui.columns import TableColumn
from nsz_desk.ui.pending.causes import cause_of
from nsz_desk.ui.pending.groups import OPEN, TILES
from nsz_desk.ui.tables import SEPARATOR, Index, RowTable
from nsz_desk.ui.texts import shown

TICK = Column("tick", "Ticked", "tick", lambda row: row.id, "Tick all ready rows that are shown, or none of them")
DISPLAY = Qt.ItemDataRole.DisplayRole


class PendingTable(RowTable):
    """Rows of `engine.lists.PENDING` under a column of ticks."""

    strong = frozenset({"number", "amount"})
    plain = frozenset({"customer"})
    wrapped = frozenset({"why"})
    whole = frozenset({"number", "date"})
    ticked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((TICK, *PENDING), lambda row: row.id, parent)
        self.ticked: set[str] = set()
        self.locked = False  # while a run is under way
        self.tile = ""
        self.cause = ""  # a rule: only rows that wait because of it
        self._chosen = OPEN
        self._by_id: dict[str, Row] = {}
        self._said: dict[str, RowEvent | None] = {}  # None: waits for its turn
        self._verdict_at = next(at for at, column in enumerate(self.columns) if column.kind == "verdict")
        self._why_at = next(at for at, column in enumerate(self.columns) if column.key == "why")

    # -- rows
    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show a newly read list; ticks stay on rows that are still ready."""
        self._by_id = {row.id: row for row in rows}
        self._said = {}
        self.ticked = {one for one in self.ticked if one in self._by_id and self._tickable(self._by_id[one])}
        super().set_rows(rows)
        self.ticked_changed.emit()

    def row(self, row_id: str) -> Row | None:
        """A row by its id."""
        return self._by_id.get(row_id)

    def show_tile(self, key: str) -> None:
        """Show one tile's rows alone; "" shows all that is open."""
        if key != self.tile:
            self.tile, self.cause = key, ""
            self._chosen = next((tile.verdicts for tile in TILES if tile.key == key), OPEN)
            self.refilter()

    def show_cause(self, rule: str) -> None:
        """Show one cause's rows of the tile alone; "" shows all of them."""
        if rule != self.cause:
            self.cause = rule
            self.refilter()

    def keeps(self, row: Row) -> bool:
        """Whether the tile, and the cause where one is chosen, holds the row."""
        if row.id in self._said:
            return True
        return row.judgement.verdict in self._chosen and (not self.cause or cause_of(row) == self.cause)

    def search_text(self, row: Row) -> str:
        """What is shown, and the amount without separators, the id, and the day as in files."""
        extra = (row.amount.plain(), row.id, row.case.refund.date.isoformat(), row.judgement.next_step)
        return SEPARATOR.join((super().search_text(row), *extra)).casefold()

    def tile_figures(self) -> dict[str, tuple[int, tuple[Money, ...]]]:
        """Count and sums per currency of each tile, over all rows."""
        tile_of = {verdict: tile.key for tile in TILES for verdict in tile.verdicts}
        counts = Counter(tile_of[row.verdict] for row in self.rows())
        return {
            tile.key: (counts[tile.key], sums(row.amount for row in self.rows() if row.verdict in tile.verdicts))
            for tile in TILES
        }

    # -- ticks
    def ticked_rows(self) -> tuple[Row, ...]:
        """The ticked rows in the order they were read, shown or not."""
        return tuple(row for row in self.rows() if row.id in self.ticked)

    def set_ticked(self, ids: Iterable[str], on: bool) -> None:
        """Tick or untick rows; those that are not ready are left alone."""
        if self.locked:
            return
        usable = {one for one in ids if one in self._by_id and self._tickable(self._by_id[one])}
        new = self.ticked | usable if on else self.ticked - usable
        if new != self.ticked:
            self.ticked = new
            self._announce(0, 0)

    def toggle(self, *positions: int) -> None:
        """Turn the ticks of rows on screen: all off where every one that can be ticked is, else all on."""
        usable = [self.id_at(at) for at in positions if self._tickable(self.row_at(at))]
        self.set_ticked(usable, not set(usable) <= self.ticked)

    def tick_shown(self, on: bool) -> None:
        """Tick or untick every ready row on screen."""
        self.set_ticked((row.id for row in self.shown_rows()), on)

    def clear_ticks(self) -> None:
        """Untick all rows, shown or not."""
        self.set_ticked(tuple(self.ticked), False)

    def box_for_all(self) -> Qt.CheckState:
        """The header's box: all, some or none of the ready rows on screen."""
        ready = [row.id for row in self.shown_rows() if self._tickable(row)]
        on = sum(one in self.ticked for one in ready)
        if not on:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if on == len(ready) else Qt.CheckState.PartiallyChecked

    def more_to_tick(self) -> bool:
        """Whether a ready row on screen has no tick yet."""
        return not self.locked and any(self._tickable(row) and row.id not in self.ticked for row in self.shown_rows())

    def tick(self, position: int, column: int) -> Qt.CheckState | None:
        """The box of a row."""
        if column != 0:
            return None
        return Qt.CheckState.Checked if self.id_at(position) in self.ticked else Qt.CheckState.Unchecked

    def may_tick(self, position: int) -> bool:
        """Only ready rows, and none while a run is under way."""
        return not self.locked and self._tickable(self.row_at(position))

    def _tickable(self, row: Row) -> bool:
        return row.verdict is Verdict.READY and row.id not in self._said

    # -- a run
    def begin_run(self, ids: Iterable[str]) -> None:
        """Rows wait for their turn; ticks are locked."""
        self.locked = True
        self._said = dict.fromkeys(ids)
        self._text.clear()
        self._announce(0, self.columnCount() - 1)

    def take(self, events: Iterable[RowEvent], first: int, last: int) -> None:
        """Let rows say what happens to them; only places `first` to `last`, those on screen, are announced."""
        latest = {event.refund_id: event for event in events}
        self._said.update(latest)
        self._text.clear()
        for position in range(max(0, first), min(last, self.rowCount() - 1) + 1):
            if self.id_at(position) in latest:
                self.dataChanged.emit(
                    self.index(position, self._verdict_at), self.index(position, self._why_at), [DISPLAY]
                )

    def end_run(self, results: Iterable[RowResult]) -> None:
        """Rows say how they ended until the list is read again; what was sent is no longer ticked."""
        self.locked = False
        ended: dict[str, RowEvent | None] = {one.id: RowEvent(one.id, "end", one.reason, one) for one in results}
        self._said = ended
        self._text.clear()
        self.ticked -= set(ended)
        self._announce(0, self.columnCount() - 1)

    # -- what the painter asks
    def badge(self, position: int, column: int) -> Badge | None:
        """The verdict, or the state of the run."""
        return self._badge(self.row_at(position)) if column == self._verdict_at else None

    def _badge(self, row: Row) -> Badge:
        if row.id not in self._said:
            return VERDICTS[row.verdict]
        event = self._said[row.id]
        if event is None:
            return WAITING
        return RESULTS[event.result.result] if event.result else RUNNING

    def format(self, column: TableColumn, row: Row) -> str:
        """Texts of cells; the verdict is its word, and Why tells the run's progress."""
        if column.kind == "tick":
            return ""
        if column.kind == "verdict":
            return self._badge(row).word
        if column.key == "why" and row.id in self._said:
            return shown(_progress_text(self._said[row.id]))
        return super().format(column, row)

    def tone(self, position: int, column: int) -> str:
        """Why takes the verdict's colour."""
        if column == self._why_at:
            return self._badge(self.row_at(position)).tone
        return super().tone(position, column)

    def spoken(self, position: int, column: int) -> str:
        """The first column sums the row up."""
        if column != 0:
            return super().spoken(position, column)
        row: Row = self.row_at(position)
        state = "ticked" if row.id in self.ticked else "not ticked" if self._tickable(row) else "cannot be ticked"
        return shown(f"{state}, {self._badge(row).word}, {row.number}, {row.customer}, {row.amount}")

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Beside the texts, the state of the box."""
        if role == Qt.ItemDataRole.CheckStateRole and index.isValid():
            return self.tick(index.row(), index.column())
        return super().data(index, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Boxes of ready rows can be used."""
        flags = super().flags(index)
        if index.isValid() and index.column() == 0 and self.may_tick(index.row()):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick through Qt's own way (screen readers use it)."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or not self.may_tick(index.row()):
            return False
        self.set_ticked((self.id_at(index.row()),), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _announce(self, first: int, last: int) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, first), self.index(self.rowCount() - 1, last))
        self.ticked_changed.emit()


def _progress_text(event: RowEvent | None) -> str:
    if event is None:
        return "Waits for its turn."
    if event.result is None:
        return event.text
    result = event.result
    said = f"Zuora {result.zuora_number or result.zuora_refund_id}." if result.zuora_refund_id else ""
    return " ".join(part for part in (result.reason or said, result.next_step) if part)
