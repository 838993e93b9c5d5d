"""The result of a run: how every refund ended, why, and what to do next."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QWidget

from nsz_desk.domain.money import sums
from nsz_desk.engine.results import BatchResult, Environment, Result, RowResult, Told
from nsz_desk.ui.badges import RESULTS
from nsz_desk.ui.banner import Banner
from nsz_desk.ui.columns import ListColumn
from nsz_desk.ui.environment import EnvironmentChip
from nsz_desk.ui.figures import Figure, figure_row
from nsz_desk.ui.pending.verdicts import TOLD, alarm_text, told_text
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.tables import RowTable
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Button, card, column, label, line

COLUMNS = (
    ListColumn("result", "Result", "badge", lambda row: RESULTS[row.result]),
    ListColumn("number", "Refund", "text", lambda row: row.number),
    ListColumn("amount", "Amount", "money", lambda row: row.amount),
    ListColumn("zuora", "Zuora refund", "text", lambda row: row.zuora_number or row.zuora_refund_id),
    ListColumn("reason", "What happened", "text", lambda row: row.reason or "Created, written back, read back."),
    ListColumn("next", "What to do next", "text", lambda row: row.next_step or "Nothing."),
)
TOLD_COLUMN = ListColumn("told", "Does it exist?", "text", told_text, "Whether Zuora holds the refund")
WIDTHS = {"result": 118, "number": 104, "amount": 140, "zuora": 124, "reason": 250, "next": 250}
TOLD_WIDTHS = WIDTHS | {"told": 148, "reason": 180, "next": 230}  # all of it is seen at once


class ResultTable(RowTable):
    """The results, those that need somebody first."""

    strong = frozenset({"number", "amount"})
    wrapped = frozenset({"reason", "next", "told"})
    whole = frozenset({"number", "zuora"})

    def tone(self, position: int, column: int) -> str:
        """What to do is read first; whether the refund exists has its colour beside its words."""
        key = self.columns[column].key
        if key == "told":
            return TOLD[self.row_at(position).told][1]
        return "text" if key == "next" else super().tone(position, column)


def columns_for(result: BatchResult) -> tuple[ListColumn, ...]:
    """The columns; whether the refund exists stands there only where the desk has looked for it."""
    asked = any(row.told is not Told.NOT_ASKED for row in result.results)
    return (*COLUMNS[:4], TOLD_COLUMN, *COLUMNS[4:]) if asked else COLUMNS


def needs_first(row: RowResult) -> int:
    """Order of the list: doubt, failures, refusals, skipped, complete."""
    order = (Result.IN_DOUBT, Result.FAILED, Result.REFUSED, Result.SKIPPED, Result.COMPLETE)
    return order.index(row.result)


def headline(result: BatchResult) -> str:
    """How it went, in one line."""
    done = sum(row.result is Result.COMPLETE for row in result.results)
    if not result.results:
        return "Nothing was left to do"
    if done == len(result.results):
        return f"{'All ' if done > 1 else ''}{count_text(done, 'refund')} complete"
    return f"{done:,} of {count_text(len(result.results), 'refund')} complete"


class OutcomeDialog(QDialog):
    """What a run came to, and the next step as a button where it is one press away."""

    shows_result = True  # it comes back after a lock
    finish_wanted = Signal()
    history_wanted = Signal(str)  # refund id

    def __init__(self, result: BatchResult, environment: Environment, parent: QWidget) -> None:
        super().__init__(parent)
        title = headline(result)
        self.setWindowTitle(f"{title} · {environment.word}")
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1120, max(760, room.width() - 120)), min(680, max(460, room.height() - 40)))
        whole = column(self, margins=(24, 20, 24, 16), gap=14)
        head = line(gap=12)
        head.addWidget(label(title, "big-title"), 1)
        head.addWidget(EnvironmentChip(environment))
        whole.addLayout(head)
        self.alarm = Banner("blocked", "warning")
        whole.addWidget(self.alarm)
        self.alarm.say(alarm_text(result.results))
        whole.addWidget(label(self._lead(result), "lead", wrap=True))
        groups = [(kind, [row for row in result.results if row.result is kind]) for kind in Result]
        cells: list[Figure] = []
        for kind, rows in groups:
            totals = sums(row.amount for row in rows if row.amount is not None)
            cells.append((RESULTS[kind].word, (f"{len(rows):,}",), [str(total) for total in totals] or ("–",)))
        whole.addWidget(figure_row(cells, [RESULTS[kind].tone for kind, _ in groups]))
        columns = columns_for(result)
        self.results = ResultTable(columns, lambda row: row.id, self)
        self.table = TableView(self.results, "Results", TOLD_WIDTHS if TOLD_COLUMN in columns else WIDTHS, "reason")
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.table)
        whole.addWidget(frame, 1)
        whole.addWidget(self._detail_card())
        self.table.moved_to.connect(self._show_detail)
        self.table.entered_row.connect(self._ask_history)
        whole.addLayout(self._foot(result))
        self.results.set_rows(sorted(result.results, key=needs_first))
        self.done_button.setFocus()

    def _detail_card(self) -> QFrame:
        made = card()
        made.setVisible(False)
        inside = column(made, margins=(16, 10, 16, 10), gap=3)
        self._reason, self._step = label("", "rule", wrap=True), label("", "rule-open", wrap=True)
        inside.addWidget(self._reason)
        inside.addWidget(self._step)
        self._detail = made
        return made

    def _show_detail(self, row_id: str) -> None:
        row = next((one for one in self.results.rows() if one.id == row_id), None)
        self._detail.setVisible(row is not None)
        if row is not None:
            name = row.number or f"id {row.id}"
            told = f"{told_text(row)}. " if told_text(row) else ""
            self._reason.setText(shown(f"{name}: {told}{row.reason or 'Created, written back, read back.'}"))
            self._step.setText(shown(f"What to do: {row.next_step}" if row.next_step else "Nothing is left to do."))
            self.history.setText(shown(f"History of {name}", 40))

    def _foot(self, result: BatchResult) -> QHBoxLayout:
        foot = line(gap=12)
        digest = label(f"Approved plan {result.plan_hash[:16]}…" if result.plan_hash else "", "mono")
        digest.setToolTip(f"SHA-256 {result.plan_hash}" if result.plan_hash else "")
        foot.addWidget(digest)
        foot.addStretch(1)
        self.done_button = Button("Close and refresh", "primary")
        self.done_button.clicked.connect(self.accept)
        doubt = sum(row.result is Result.IN_DOUBT for row in result.results)
        self.finish = Button(f"Finish {count_text(doubt, 'refund')} in doubt", icon_name="question")
        self.finish.setToolTip("Looks in both systems, then completes or explains each")
        self.finish.setVisible(bool(doubt and result.plan_hash))  # after a recovery it would say the same again
        self.finish.clicked.connect(self._ask_finish)
        self.history = Button("History", icon_name="history")
        self.history.setEnabled(bool(result.results))
        self.history.clicked.connect(lambda: self._ask_history(self._current_id()))
        for button in (self.history, self.finish, self.done_button):
            foot.addWidget(button)
        return foot

    def _current_id(self) -> str:
        at = self.table.currentIndex().row()
        return self.results.id_at(at) if at >= 0 else ""

    def _ask_finish(self) -> None:
        self.accept()
        self.finish_wanted.emit()

    def _ask_history(self, row_id: str) -> None:
        if row_id:
            self.accept()
            self.history_wanted.emit(row_id)

    @staticmethod
    def _lead(result: BatchResult) -> str:
        open_rows = sum(row.result is Result.IN_DOUBT for row in result.results)
        if open_rows:
            return (
                f"{count_text(open_rows, 'refund is', 'refunds are')} in doubt. Nothing more is sent for them until "
                "it is known what Zuora holds; each row says why and what to do next."
            )
        if any(row.result is not Result.COMPLETE for row in result.results):
            return "What did not complete changed nothing more than its row says; the others are done."
        return "Each stands in Zuora once, was written back to NetSuite, and was read back from both systems."
