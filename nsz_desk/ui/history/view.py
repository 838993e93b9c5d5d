"""The history screen's widgets: all lines as a list, or one refund's as a timeline, and the chosen line in full."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QStackedWidget, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.results import Entry
from nsz_desk.ui.history import timeline
from nsz_desk.ui.history.actions import LIMIT, read_history
from nsz_desk.ui.history.model import COLUMNS, HistoryTable, detail_text
from nsz_desk.ui.jobs import Job, Jobs
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.ports import Desk
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.widgets import Button, ElidedLabel, card, column, line

WIDTHS = {"at": 228, "refund": 96, "title": 200, "who": 150, "seq": 70}
TIMELINE_WIDTHS = {"mark": 62, "title": 220, "at": 190, "after": 76, "who": 150, "seq": 70}


class HistoryView(QWidget):
    """The screen. Read-only."""

    shown_lines = Signal()  # the lines that were asked for are there

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages) -> None:
        super().__init__()
        self._desk, self._jobs, self._messages = desk, jobs, messages
        self._refund_id: str | None = None
        self._title = ""
        self._entries: dict[str, Entry] = {}
        self._job: Job | None = None
        self.table = HistoryTable(COLUMNS, lambda entry: str(entry.seq), self)
        self.list = TableView(self.table, "History", WIDTHS, "title")
        self.moments = timeline.TimelineTable(timeline.COLUMNS, lambda moment: str(moment.entry.seq), self)
        self.timeline = TableView(self.moments, "Timeline of the refund", TIMELINE_WIDTHS, "title", hidden=("who",))
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName("Line in full")
        self._scope, self._words = ElidedLabel("", "title"), ElidedLabel("", "muted")
        self.all_button = Button("Show all refunds")
        self.all_button.clicked.connect(lambda: self.show_refund(None))
        self._lay_out()
        self.list.moved_to.connect(self._show_entry)
        self.list.entered_row.connect(self._enter)
        self.timeline.moved_to.connect(self._show_entry)
        self.table.counted.connect(self._show_scope)
        self.moments.counted.connect(self._show_scope)

    @property
    def active(self) -> TableView:
        """The list that is shown."""
        return self.list if self._refund_id is None else self.timeline

    def show_refund(self, refund_id: str | None, title: str = "") -> None:
        """Show one refund's lines under a title, or all."""
        self._refund_id, self._title = refund_id, title
        self._stack.setCurrentWidget(self.active)
        self.refresh()

    def refresh(self) -> None:
        """Read the journal; a newer read replaces an older one."""
        job = self._job = self._jobs.run(read_history(desk=self._desk, refund_id=self._refund_id))
        job.finished.connect(lambda entries: self._show(job, entries))
        job.failed.connect(self._failed)

    def search(self, text: str) -> None:
        """Narrow the list."""
        self.table.search(text)
        self.moments.search(text)

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes, in order."""
        return (self.active, self.detail)

    def _lay_out(self) -> None:
        whole = column(self, margins=(16, 14, 16, 16), gap=10)
        head = line(margins=(4, 0, 0, 0), gap=12)
        texts = column(gap=2)
        texts.addWidget(self._scope)
        texts.addWidget(self._words)
        head.addLayout(texts, 1)
        head.addWidget(self.all_button)
        whole.addLayout(head)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(12)
        frame = card()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.timeline)
        column(frame, margins=(1, 1, 1, 1)).addWidget(self._stack)
        both.addWidget(frame)
        both.addWidget(self.detail)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        both.setSizes([820, 400])
        whole.addWidget(both, 1)
        self._show_scope()

    def _show(self, job: Job, entries: tuple[Entry, ...]) -> None:
        if job is not self._job:
            return
        self._entries = {str(entry.seq): entry for entry in entries}
        if self._refund_id is None:
            self.table.set_rows(sorted(entries, key=lambda entry: -entry.seq))
        else:
            self.moments.set_rows(timeline.moments(entries))
        self._show_entry(self._current_id())
        self.shown_lines.emit()

    def _current_id(self) -> str:
        at = self.active.currentIndex().row()
        return self.active.table.id_at(at) if at >= 0 else ""

    def _show_scope(self) -> None:
        if self._refund_id is None:
            cut = f" (the last {LIMIT:,})" if len(self.table.rows()) == LIMIT else ""
            self._scope.show_text("All refunds")
            self._words.show_text(f"{count_text(self.table.rowCount(), 'line')}{cut}, newest first")
        else:
            self._scope.show_text(shown(self._title or f"Refund id {self._refund_id}"))
            self._words.show_text(timeline.summary([one.entry for one in self.moments.rows()]))
        self.all_button.setVisible(self._refund_id is not None)

    def _show_entry(self, seq: str) -> None:
        entry = self._entries.get(seq)
        self.detail.setPlainText(detail_text(entry) if entry else "")

    def _enter(self, seq: str) -> None:
        entry = self._entries.get(seq)
        if entry is not None and entry.refund_id:
            self.show_refund(entry.refund_id)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, DeskError):
            self._messages.show_error(error)
        else:
            self._messages.show_bug(error)
