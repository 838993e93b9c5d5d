"""The main window: it stacks the screens and wires them. What happens is said in the screens' actions."""

from datetime import date

from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from nsz_desk.engine.results import Pending
from nsz_desk.ui import theme as looks
from nsz_desk.ui.history.view import HistoryView
from nsz_desk.ui.jobs import Jobs
from nsz_desk.ui.messages import Dialogs, Messages
from nsz_desk.ui.pending.view import PendingView
from nsz_desk.ui.ports import Desk, Lanes
from nsz_desk.ui.rail import Rail
from nsz_desk.ui.top_bar import TopBar
from nsz_desk.ui.widgets import column, line

WIDE_RAIL = 1400  # window widths in pixels from which the rail is wide
PANEL_FROM = 1280  # and from which the rules have room beside the list
WIDE_PANEL = 1600
SYSTEMS_FROM = 1180
TITLES = {"pending": "Pending refunds", "in-doubt": "Refunds in doubt", "history": "History"}
KEYS = """Up, Down, Left, Right  move
S  sort by the column one is in
Space  tick the row
Ctrl+A  tick every ready row that is shown
Ctrl+Enter  review and sync
Ctrl+F  search
F5  refresh
F6  next pane
F8  show or hide the rules
Enter  from a row into its rules
Ctrl+1, Ctrl+2, Ctrl+3  Pending, In doubt, History
?  this list"""


class MainWindow(QMainWindow):
    """The window. `desk` and `jobs` (the lanes) are handed in; it builds neither."""

    def __init__(self, desk: Desk, jobs: Lanes, *, theme: str = "system", messages: Messages | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.messages = messages or Dialogs(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            looks.apply(app, theme)
        runner = Jobs(jobs, self)
        self.rail, self.top = Rail(), TopBar(desk.environment)
        self.pending = PendingView(desk, runner, self.messages)
        self.history = HistoryView(desk, runner, self.messages)
        self._stack = QStackedWidget()
        self._place = "pending"
        self._closing = self._was_shown = False
        self._wants_rules: bool | None = None  # None: as the width says
        self._lay_out()
        self._wire()
        self._add_shortcuts()
        self.setMinimumSize(1024, 640)
        self.resize(1440, 860)
        self.go("pending")

    def go(self, place: str) -> None:
        """Go to a place of the rail."""
        self._place = place
        self.rail.choose(place)
        self.top.show_title(TITLES[place])
        self.setWindowTitle(f"nsz-desk · {TITLES[place]} · {self._desk.environment.word}")
        if place == "history":
            self._stack.setCurrentWidget(self.history)
            self.history.show_refund(None)
        else:
            self._stack.setCurrentWidget(self.pending)
            self.pending.show_tile("in-doubt" if place == "in-doubt" else "")
        self._show_rules()
        self._search(self.top.search.text())

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
        self.top.searched.connect(self._search)
        self.top.refresh_wanted.connect(self.refresh)
        self.top.rules_wanted.connect(self._rules_pressed)
        self.pending.listed.connect(self._show_as_of)
        self.pending.figures_changed.connect(self.rail.show_counts)
        self.pending.tile_chosen.connect(self._tile_chosen)
        self.pending.history_wanted.connect(self._show_history)
        self.pending.actions_.changed.connect(self._show_refresh)
        self.pending.run_ended.connect(self._close_if_asked)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+F", self._focus_search),
            ("F5", self.refresh),
            ("F6", self._next_pane),
            ("F8", self.top.rules.click),
            ("Ctrl+Return", self._review),
            ("Ctrl+Enter", self._review),
            ("?", self._show_keys),
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

    def _show_keys(self) -> None:
        self.messages.tell("What each key does", KEYS)

    def _show_as_of(self, pending: Pending) -> None:
        self.top.show_as_of(pending.as_of, date.today())

    def _show_refresh(self) -> None:
        self.top.show_refresh(self.pending.actions_.why_no_refresh(), self.pending.actions_.reading)

    def _tile_chosen(self, key: str) -> None:
        if self._place != "history":
            self._place = "in-doubt" if key == "in-doubt" else "pending"
            self.rail.choose(self._place)

    def _show_history(self, refund_id: str) -> None:
        self.go("history")
        self.history.show_refund(refund_id)

    def _rules_pressed(self, wanted: bool) -> None:
        self._wants_rules = wanted
        self._show_rules()

    def _show_rules(self) -> None:
        wanted = self.width() >= PANEL_FROM if self._wants_rules is None else self._wants_rules
        self.pending.panel.setVisible(wanted)
        self.top.rules.setChecked(wanted)
        self.top.rules.setVisible(self._place != "history")
        self.top.show_age(self._place != "history")

    # -- Qt
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room: the rail shrinks, the systems' names go, the rules fold."""
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < WIDE_RAIL)
        self.top.chip.show_systems(self.width() >= SYSTEMS_FROM)
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
        """While refunds are being sent: ask, stop at the next safe stop, then close."""
        if not self.pending.actions_.running:
            event.accept()
            return
        event.ignore()
        text = "The refund under way is finished first; the others are not sent. The window closes then."
        if not self._closing and self.messages.ask("Refunds are being sent", text, "Stop and close", "Go on sending"):
            self._closing = True
            self.pending.stop()

    def _close_if_asked(self) -> None:
        if self._closing:
            self.close()
