"""The main window: it stacks the screens and wires them. What happens is said in the screens' actions."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from nsz_desk.engine.lists import Row
from nsz_desk.engine.ports import Moment
from nsz_desk.engine.results import Pending
from nsz_desk.ui import theme as looks
from nsz_desk.ui.decide.actions import DecideActions
from nsz_desk.ui.decide.dialog import DecideDialog
from nsz_desk.ui.help import HelpDialog, promises
from nsz_desk.ui.history.view import HistoryView
from nsz_desk.ui.idle import now
from nsz_desk.ui.jobs import Job, Jobs
from nsz_desk.ui.keys import KeysDialog
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.links import links_of, open_link
from nsz_desk.ui.lock import Lock
from nsz_desk.ui.lookout import LOOK_MS
from nsz_desk.ui.manual import Manual
from nsz_desk.ui.messages import Dialogs, Messages
from nsz_desk.ui.pending.view import PendingView
from nsz_desk.ui.ports import Desk, Lanes
from nsz_desk.ui.rail import Rail
from nsz_desk.ui.resync.opening import wizard_for
from nsz_desk.ui.table_view import TableView
from nsz_desk.ui.texts import moment_text
from nsz_desk.ui.top_bar import TopBar
from nsz_desk.ui.widgets import column, line

WIDE_RAIL = 1400  # window widths in pixels from which the rail is wide
PANEL_FROM = 1280  # and from which the rules have room beside the list
WIDE_PANEL = 1600
SYSTEMS_FROM = 1180
AGE_FROM = 1024
LOW = 640  # window height below which the tiles are low
LEAST = (960, 500)  # a full HD screen at 200 %, without its bars
TITLES = {"pending": "Pending refunds", "in-doubt": "Refunds in doubt", "history": "History"}


class MainWindow(QMainWindow):
    """The window. `desk`, `jobs` (the lanes) and `layouts` are handed in; it builds none of them.

    Every `look_ms` milliseconds the desk looks by itself after what is open; 0: only when asked. `clock` tells for how
    long nobody has touched it.
    """

    keys_opened = Signal(object)  # KeysDialog
    help_opened = Signal(object)  # HelpDialog
    decide_opened = Signal(object)  # DecideDialog
    resync_opened = Signal(object)  # ResyncWizard

    def __init__(
        self,
        desk: Desk,
        jobs: Lanes,
        *,
        theme: str = "system",
        messages: Messages | None = None,
        layouts: Layouts | None = None,
        look_ms: int = LOOK_MS,
        clock: Callable[[], Moment] = now,
    ) -> None:
        super().__init__()
        self._desk, self._layouts = desk, layouts or Layouts(None)
        self.messages = messages or Dialogs(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            looks.colour(app, theme)
        runner = self._jobs = Jobs(jobs, self)
        self.rail, self.top = Rail(desk.environment), TopBar(desk.environment)
        self.pending = PendingView(desk, runner, self.messages)
        self.history = HistoryView(desk, runner, self.messages)
        self._stack = QStackedWidget()
        self.lock = Lock(desk, jobs, runner, clock, self)
        self._place, self._look_ms = "pending", look_ms
        self._closing = self._was_shown = False
        self._wants_rules: bool | None = None  # None: as the width says
        self._lay_out()
        self._wire()
        self._add_shortcuts()
        self.setMinimumSize(*LEAST)
        if not self._layouts.restore_window(self):
            self.resize(1440, 860)
        for name, view in self._tables().items():
            view.restore(self._layouts, name)
        self.go("pending")
        if isinstance(app, QApplication):
            looks.apply(app, theme)  # last: see `colour`

    def go(self, place: str) -> None:
        """Go to a place of the rail."""
        self._place = place
        self.rail.choose(place)
        self.top.show_title(TITLES[place])
        self._show_title()
        if place == "history":
            self._stack.setCurrentWidget(self.history)
            self.history.show_refund(None)
        else:
            self._stack.setCurrentWidget(self.pending)
            self.pending.show_tile("in-doubt" if place == "in-doubt" else "")
        self._show_rules()
        self._search(self.top.search.text())
        (self.history.active if place == "history" else self.pending.list).setFocus()

    def _show_title(self) -> None:
        title = "Locked" if self.lock.locked else TITLES[self._place]
        self.setWindowTitle(f"nsz-desk · {title} · {self._desk.environment.word}")

    def refresh(self) -> None:
        """Read the current screen's facts again."""
        (self.history.refresh if self._place == "history" else self.pending.refresh)()

    # -- put together
    def _lay_out(self) -> None:
        centre = QWidget()
        row = line(centre, gap=0)
        row.addWidget(self.rail)
        right = column(gap=0)
        right.addWidget(self.top)
        self._stack.addWidget(self.pending)
        self._stack.addWidget(self.history)
        right.addWidget(self._stack, 1)
        row.addLayout(right, 1)
        self.setCentralWidget(centre)

    def _wire(self) -> None:
        self.rail.chosen.connect(self.go)
        self.rail.keys_wanted.connect(self._show_keys)
        self.rail.help_wanted.connect(self._show_help)
        self.rail.lock_wanted.connect(self.lock.lock)
        self.lock.locked_changed.connect(self._lock_changed)
        self.lock.ended.connect(self._close_if_asked)
        self.top.searched.connect(self._search)
        self.top.refresh_wanted.connect(self.refresh)
        self.top.rules_wanted.connect(self._rules_pressed)
        self.pending.listed.connect(self._show_as_of)
        self.pending.figures_changed.connect(self.rail.show_counts)
        self.pending.tile_chosen.connect(self._tile_chosen)
        self.pending.history_wanted.connect(self._show_history)
        self.pending.actions_.changed.connect(self._show_refresh)
        self.pending.resync_wanted.connect(self._show_resync)
        self.pending.decide_wanted.connect(self._show_decide)
        self.manual = Manual(self._desk, self.pending.actions_, self.messages, self)
        self.pending.allocate_wanted.connect(self.manual.allocate)
        self.pending.link_wanted.connect(self.manual.link)
        self.pending.unlink_wanted.connect(self.manual.unlink)
        self.pending.run_ended.connect(self._close_if_asked)
        self.pending.run_ended.connect(self._check_journal)
        actions = self.pending.actions_
        actions.list_failed.connect(self.rail.health.show_failed)
        actions.read.connect(self._begin_watch, Qt.ConnectionType.SingleShotConnection)
        actions.lookout.said.connect(self.rail.health.show_look)
        actions.lookout.ended.connect(self._close_if_asked)
        actions.apart_ended.connect(self._check_journal)
        actions.apart_ended.connect(self._close_if_asked)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+F", self._focus_search),
            ("F5", self.refresh),
            ("F6", self._next_pane),
            ("F8", self.top.rules.click),
            ("Ctrl+Return", self._review),
            ("Ctrl+Enter", self._review),
            ("F9", self._finish),
            ("Ctrl+H", lambda: self._on_row(lambda row: self._show_history(row.id))),
            ("Ctrl+D", lambda: self._on_row(lambda row: self.pending.review_one(row.id))),
            ("Ctrl+L", lambda: self._on_row(lambda row: self.pending.allocate_one(row.id))),
            ("Ctrl+K", lambda: self._on_row(lambda row: self.pending.link_one(row.id))),
            ("Ctrl+U", lambda: self._on_row(lambda row: self.pending.unlink_one(row.id))),
            ("Ctrl+E", lambda: self._on_row(lambda row: self.pending.decide_one(row.id))),
            ("Ctrl+R", lambda: self._on_row(lambda _row: self.pending.resync())),
            ("Ctrl+O", lambda: self._on_row(self._open_record)),
            ("Ctrl+Q", self.close),
            ("Ctrl+Shift+L", self.lock.lock),
            ("?", self._show_keys),
            ("F1", self._show_help),
            ("Ctrl+1", lambda: self.go("pending")),
            ("Ctrl+2", lambda: self.go("in-doubt")),
            ("Ctrl+3", lambda: self.go("history")),
        ):
            QShortcut(QKeySequence(keys), self, activated=slot)  # type: ignore[call-overload]

    # -- small answers
    def _review(self) -> None:
        if self._place != "history":
            self.pending.review()

    def _search(self, text: str) -> None:
        (self.history if self._place == "history" else self.pending).search(text)

    def _focus_search(self) -> None:
        self.top.search.setFocus()
        self.top.search.selectAll()

    def _next_pane(self) -> None:
        panes = (self.history if self._place == "history" else self.pending).panes()
        focus = QApplication.focusWidget()
        at = panes.index(focus) if focus in panes else -1
        panes[(at + 1) % len(panes)].setFocus()

    def _finish(self) -> None:
        if self._place != "history" and self.pending.open_banner.button.isVisible():
            self.pending.actions_.finish()

    def _on_row(self, act: Callable[[Row], object]) -> None:
        row = self.pending.current_row() if self._place != "history" else None
        if row is not None:
            act(row)

    def _open_record(self, row: Row) -> None:
        open_link(links_of(row, self._desk.environment)[0].url)

    def _show_keys(self) -> None:
        self.keys_opened.emit(self._open(KeysDialog(self)))

    def _show_help(self) -> None:
        self.help_opened.emit(self._open(HelpDialog(promises(), self)))

    def _show_decide(self, row: Row) -> None:
        view, desk = self.pending, self._desk
        dialog = DecideDialog(row.number, desk.environment, self, ask_total=not desk.sending)
        dialog.changed.connect(view.refresh)
        self._open(dialog)
        dialog.begin(DecideActions(desk, self._jobs, self.messages, view.actions_, row.id, dialog))
        self.decide_opened.emit(dialog)

    def _show_resync(self, rows: tuple[Row, ...]) -> None:
        wizard = wizard_for(rows, self._desk, self._jobs, self.messages, self.pending.actions_, self)
        if wizard is not None:
            self._open(wizard)
            wizard.begin()
            self.resync_opened.emit(wizard)

    def _open(self, dialog: QDialog) -> QDialog:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.activateWindow)
        dialog.open()
        return dialog

    def _show_as_of(self, pending: Pending) -> None:
        self.top.show_as_of(pending.as_of, date.today())
        self.rail.health.show_read(pending.problems, moment_text(pending.as_of))

    def _begin_watch(self) -> None:
        """After the first list: check the journal, and only when its chain holds let the desk look by itself."""
        lookout = self.pending.actions_.lookout
        self._check_journal().finished.connect(lambda _lines: lookout.start(self._look_ms))

    def _check_journal(self) -> Job:
        job = self._jobs.run(lambda _report, _on_row: self._desk.verify())
        job.finished.connect(self.rail.health.show_journal)
        job.failed.connect(lambda error: self.rail.health.show_journal_broken(str(error)))
        return job

    def _show_refresh(self) -> None:
        self.top.show_refresh(self.pending.actions_.why_no_refresh(), self.pending.actions_.reading)

    def _lock_changed(self, locked: bool) -> None:
        self._show_title()
        actions = self.pending.actions_
        if locked:
            actions.stop_reading()
            return
        actions.lookout.ask_again()
        self.refresh()

    def _tile_chosen(self, key: str) -> None:
        if self._place != "history":
            self._place = "in-doubt" if key == "in-doubt" else "pending"
            self.rail.choose(self._place)

    def _show_history(self, refund_id: str) -> None:
        row = self.pending.table.row(refund_id)
        facts = (row.number, row.customer, str(row.amount)) if row else ()
        self.go("history")
        self.history.show_refund(refund_id, " · ".join(fact for fact in facts if fact))

    def _rules_pressed(self, wanted: bool) -> None:
        self._wants_rules = wanted
        self._show_rules()

    def _show_rules(self) -> None:
        wanted = self.width() >= PANEL_FROM if self._wants_rules is None else self._wants_rules
        self.pending.panel.setVisible(wanted)
        self.top.rules.setChecked(wanted)
        self.top.rules.setVisible(self._place != "history")
        self.top.show_age(self._place != "history" and self.width() >= AGE_FROM)

    # -- Qt
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room: the rail shrinks, the systems' names go, the rules fold."""
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < WIDE_RAIL)
        self.top.chip.show_systems(self.width() >= SYSTEMS_FROM)
        self.pending.tiles.set_low(self.height() < LOW)
        self.pending.set_wide(self.width() >= WIDE_PANEL)
        self._show_rules()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list once the window is there."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.pending.list.setFocus()
            self.pending.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """While refunds are being sent: ask, stop at the next safe stop, then close; a look is ended unasked."""
        actions = self.pending.actions_
        over = self.lock.locked and not self._jobs.working  # what it has come to waits; the journal has it
        if over or (not actions.running and not actions.lookout.looking):
            self._keep_layout()
            event.accept()
            return
        event.ignore()
        if actions.lookout.looking:
            self._closing = True
            actions.lookout.stop()
            return
        text = "The refund under way is finished first; the others are not sent. The window closes then."
        if not self._closing and self.messages.ask("Refunds are being sent", text, "Stop and close", "Go on sending"):
            self._closing = True
            self.pending.stop()

    def _tables(self) -> dict[str, TableView]:
        return {"pending": self.pending.list, "history": self.history.list, "timeline": self.history.timeline}

    def _keep_layout(self) -> None:
        self._layouts.keep_window(self)
        for name, view in self._tables().items():
            self._layouts.keep_columns(name, view.keys, view.header)

    def _close_if_asked(self) -> None:
        if self._closing:
            self.close()
