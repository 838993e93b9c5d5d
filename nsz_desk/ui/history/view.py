"""The history screen's widgets: a line per entry, and the chosen one in full."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.results import Entry
from nsz_desk.ui.history.actions import LIMIT, read_history
from nsz_desk.ui.history.model import COLUMNS, HistoryTable, detail_text
from nsz_desk.ui.jobs import Job, Jobs
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.ports import Desk
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Button, card, column, label, line

WIDTHS = {"at": 228, "refund": 96, "title": 200, "who": 150, "seq": 70}


class HistoryView(QWidget):
    """The screen. Read-only."""

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages) -> None:
        super().__init__()
        self._desk, self._jobs, self._messages = desk, jobs, messages
        self._refund_id: str | None = None
        self._job: Job | None = None
        self.table = HistoryTable(COLUMNS, lambda entry: str(entry.seq), self)
        self.list = TableView(self.table, "History", WIDTHS, "title")
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName("Entry in full")
        self._scope = label("", "muted")
        self.all_button = Button("Show all refunds", "link")
        self.all_button.clicked.connect(lambda: self.show_refund(None))
        self._lay_out()
        self.list.moved_to.connect(self._show_entry)
        self.table.counted.connect(self._show_scope)

    def show_refund(self, refund_id: str | None) -> None:
        """Show one refund's lines, or all."""
        self._refund_id = refund_id
        self.refresh()

    def refresh(self) -> None:
        """Read the journal; a newer read replaces an older one."""
        job = self._job = self._jobs.run(read_history(desk=self._desk, refund_id=self._refund_id))
        job.finished.connect(lambda entries: self._show(job, entries))
        job.failed.connect(self._failed)

    def search(self, text: str) -> None:
        """Narrow the list."""
        self.table.search(text)

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes, in order."""
        return (self.list, self.detail)

    def _lay_out(self) -> None:
        whole = column(self, margins=(16, 12, 16, 16), gap=8)
        head = line(margins=(4, 0, 0, 0), gap=8)
        head.addWidget(self._scope)
        head.addWidget(self.all_button)
        head.addStretch(1)
        whole.addLayout(head)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(12)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.list)
        both.addWidget(frame)
        both.addWidget(self.detail)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setSizes([820, 400])
        whole.addWidget(both, 1)
        self._show_scope()

    def _show(self, job: Job, entries: tuple[Entry, ...]) -> None:
        if job is self._job:
            self.table.set_rows(sorted(entries, key=lambda entry: -entry.seq))

    def _show_scope(self) -> None:
        of = f"of refund id {self._refund_id}" if self._refund_id else "of all refunds"
        cut = f" (the last {LIMIT:,})" if not self._refund_id and len(self.table.rows()) == LIMIT else ""
        self._scope.setText(shown(f"{count_text(self.table.rowCount(), 'line')} {of}{cut}, newest first"))
        self.all_button.setVisible(self._refund_id is not None)

    def _show_entry(self, seq: str) -> None:
        entry = next((one for one in self.table.rows() if str(one.seq) == seq), None)
        self.detail.setPlainText(detail_text(entry) if entry else "")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, DeskError):
            self._messages.show_error(error)
        else:
            self._messages.show_bug(error)
