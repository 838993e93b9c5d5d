"""The wizard's three tables: the queue, the comparison, and the steps of the run."""

import re
from datetime import date

from PySide6.QtCore import QObject

from nsz_desk.engine.resync_compare import NOTHING, Compared
from nsz_desk.ui.badges import Badge
from nsz_desk.ui.columns import ListColumn, TableColumn
from nsz_desk.ui.resync.steps import Step
from nsz_desk.ui.resync.undo import Undo
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.tables import RowTable
from nsz_desk.ui.texts import day_text, shown

DIFFERS = Badge("Differs", "warning", "blocked")
CHANGES = Badge("Changes", "arrows", "accent")
DIFFERED = Badge("Differed", "warning", "blocked")
CHANGED = Badge("Changed", "arrows", "accent")
SAME = Badge("Same", "check", "quiet")
ALONE = Badge("One side", "minus", "quiet")
LOW_ROW = 32  # pixels: all facts of a refund are seen at once
QUEUE = (
    ListColumn("badge", "State", "badge", lambda undo: undo.badge),
    ListColumn("number", "Refund", "text", lambda undo: undo.row.number),
    ListColumn("amount", "Amount", "money", lambda undo: undo.amount),
)
QUEUE_WIDTHS = {"badge": 152, "number": 86, "amount": 100}
STEPS = (
    ListColumn("badge", "State", "badge", lambda step: step.badge),
    ListColumn("system", "System", "text", lambda step: step.system),
    ListColumn("what", "Step", "text", lambda step: step.what),
    ListColumn("said", "What the desk says", "text", lambda step: step.said),
)
STEP_WIDTHS = {"badge": 136, "system": 88, "what": 220, "said": 240}
WIDE = {"netsuite": 272, "zuora": 172}  # with one refund there is room for a whole id
WHAT_WIDTHS = {"what": 300, "badge": 106, "netsuite": 134, "zuora": 122, "after": 128}


def change_of(row: Compared) -> Badge:
    """What a fact's row says at its left: both systems disagree, it will change, or as `now_of`."""
    if row.differs:
        return DIFFERS
    now = row.netsuite if row.zuora == NOTHING else row.zuora
    return CHANGES if row.after not in (now, NOTHING) else now_of(row)


def now_of(row: Compared) -> Badge:
    """Whether both systems tell a fact, and tell the same."""
    if row.differs:
        return DIFFERS
    return ALONE if NOTHING in (row.netsuite, row.zuora) else SAME


def changed_of(row: Compared) -> Badge:
    """The same afterwards."""
    badge = change_of(row)
    return {DIFFERS: DIFFERED, CHANGES: CHANGED}.get(badge, badge)


def told(text: str) -> str:
    """A fact as it may be shown; a business date so that nobody can misread it."""
    return day_text(date.fromisoformat(text)) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else shown(text)


def _other(row: Compared) -> str:
    return f"≠ {told(row.zuora)}" if row.differs else told(row.zuora)


def _after(row: Compared) -> str:
    return f"→ {told(row.after)}" if change_of(row) is CHANGES else told(row.after)


COMPARED = (
    ListColumn("what", "Fact", "text", lambda row: row.what),
    ListColumn("badge", "Marked", "badge", change_of),
    ListColumn("netsuite", "NetSuite now", "text", lambda row: told(row.netsuite)),
    ListColumn("zuora", "Zuora now", "text", _other),
    ListColumn("after", "Afterwards", "text", _after),
)
NOW = (
    COMPARED[0],
    ListColumn("badge", "Marked", "badge", now_of),
    *COMPARED[2:4],
)


class ComparedTable(RowTable):
    """Facts in three columns."""

    strong = frozenset({"what"})
    plain = frozenset({"netsuite"})
    wrapped = frozenset({"what", "netsuite", "zuora", "after"})

    def tone(self, position: int, column: int) -> str:
        """What differs is red, what will change green, beside the word at the left."""
        key, badge = self.columns[column].key, change_of(self.row_at(position))
        if key == "zuora":
            return "blocked" if badge is DIFFERS else "text"
        if key == "after" and badge is CHANGES:
            return "ready"
        return super().tone(position, column)

    def spoken(self, position: int, column: int) -> str:
        """The first column sums the row up."""
        if column:
            return super().spoken(position, column)
        texts = [f"{one.title}: {self.cell(position, place)}" for place, one in enumerate(self.columns) if place > 1]
        return shown(f"{self.row_at(position).what}, {self.cell(position, 1)}. {'; '.join(texts)}")


class QueueTable(RowTable):
    """The refunds of the wizard."""

    strong = frozenset({"number", "amount"})
    whole = frozenset({"number"})


class StepTable(RowTable):
    """The steps of one refund."""

    plain = frozenset({"what"})
    wrapped = frozenset({"what", "said"})


def compared_view(owner: QObject, name: str, columns: tuple[TableColumn, ...] = COMPARED, *, wide: bool) -> TableView:
    """A view of a comparison; its last column takes what is left."""
    table = ComparedTable(columns, lambda row: row.what, owner)
    return _low(TableView(table, name, WHAT_WIDTHS | (WIDE if wide else {}), columns[-1].key, "what"))


def queue_view(owner: QObject) -> TableView:
    """A view of the queue."""
    return TableView(QueueTable(QUEUE, _id_of, owner), "Refunds to undo", QUEUE_WIDTHS, "badge")


def step_view(owner: QObject) -> TableView:
    """A view of the steps."""
    return TableView(StepTable(STEPS, _key_of, owner), "Steps", STEP_WIDTHS, "what", "said")


def _id_of(undo: Undo) -> str:
    return undo.row.id


def _key_of(step: Step) -> str:
    return step.what


def _low(view: TableView) -> TableView:
    rows = view.verticalHeader()
    rows.setMinimumSectionSize(LOW_ROW)
    rows.setDefaultSectionSize(LOW_ROW)
    return view
