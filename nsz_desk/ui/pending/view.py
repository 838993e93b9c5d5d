"""The pending screen's widgets, put together: banners, tiles, list, rules and the bar below."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import BatchResult, Pending, Result, RowEvent
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.banner import Banner
from nsz_desk.ui.jobs import Jobs
from nsz_desk.ui.links import links_of, open_link
from nsz_desk.ui.messages import Messages
from nsz_desk.ui.pending.actions import PendingActions
from nsz_desk.ui.pending.bars import BottomBar
from nsz_desk.ui.pending.causes import CauseBar, causes
from nsz_desk.ui.pending.document import send_text
from nsz_desk.ui.pending.groups import TILES
from nsz_desk.ui.pending.left_banner import LeftBanner
from nsz_desk.ui.pending.list_view import PendingList
from nsz_desk.ui.pending.model import PendingTable
from nsz_desk.ui.pending.outcome import OutcomeDialog
from nsz_desk.ui.pending.review import ReviewDialog
from nsz_desk.ui.pending.unfinished import Left, unfinished
from nsz_desk.ui.pending.verdicts import alarm_text
from nsz_desk.ui.ports import Desk
from nsz_desk.ui.rules_panel import RulesPanel
from nsz_desk.ui.texts import count_text, shown
from nsz_desk.ui.tiles import TileRow
from nsz_desk.ui.widgets import card, column, label, line

PANEL, WIDE_PANEL = 340, 392


class PendingView(QWidget):
    """The screen. It shows what the actions report and asks them for everything else."""

    listed = Signal(object)  # Pending
    figures_changed = Signal(int, int)  # rows that are open, rows in doubt
    tile_chosen = Signal(str)
    history_wanted = Signal(str)
    allocate_wanted = Signal(object)  # the row to split
    link_wanted = Signal(object)  # the row to link
    unlink_wanted = Signal(object)  # the row whose link is taken back
    decide_wanted = Signal(object)  # the row that waits for a person
    resync_wanted = Signal(object)  # rows that can be undone
    run_ended = Signal(object)  # BatchResult or None
    review_opened = Signal(object)  # ReviewDialog
    outcome_opened = Signal(object)  # OutcomeDialog

    def __init__(self, desk: Desk, jobs: Jobs, messages: Messages) -> None:
        super().__init__()
        self._desk = desk
        self.actions_ = PendingActions(desk, jobs, messages, self)
        self.table = PendingTable(self)
        self.tiles, self.list = TileRow(TILES), PendingList(self.table)
        self.causes = CauseBar()
        self.panel, self.bar = RulesPanel(desk.environment), BottomBar()
        self.read_only_banner = Banner("manual", "lock")
        self.alarm_banner = Banner("blocked", "warning")
        self.open_banner = LeftBanner()
        self.problem_banner = Banner("manual", "warning")
        self._empty = self._empty_label()
        self._results: dict[str, Result] = {}
        self._run_total = 0
        self._lay_out()
        self._wire()
        self.read_only_banner.say(desk.read_only)
        self._show_ticks()

    # -- what the window asks
    def refresh(self) -> None:
        """Read the list."""
        self.actions_.refresh()

    def search(self, text: str) -> None:
        """Narrow the list to rows that hold these words."""
        self.table.search(text)

    def show_tile(self, key: str) -> None:
        """Show one tile's rows, "" for all that is open."""
        self.tiles.choose(key)
        self.table.show_tile(key)
        self.show_cause(self.table.cause)
        self.tile_chosen.emit(key)

    def show_cause(self, rule: str) -> None:
        """Show one cause's rows alone, "" for all of the tile."""
        self.table.show_cause(rule)
        self.causes.show_causes(causes(self.table.rows()), rule)
        self.causes.setVisible(self.table.tile == "needs-you" and self.table.tile_figures()["needs-you"][0] > 0)

    def set_wide(self, wide: bool) -> None:
        """Give the rules more room, or less."""
        self.panel.setFixedWidth(WIDE_PANEL if wide else PANEL)

    def review(self) -> None:
        """Make the plan of the ticked rows and show it."""
        self.actions_.review([row.id for row in self.table.ticked_rows()])

    def review_one(self, row_id: str) -> None:
        """Make the plan of one row in doubt that may be synced alone, and show it."""
        row = self.table.row(row_id)
        if row is not None and row.can_sync:
            self.actions_.review([row_id])

    def allocate_one(self, row_id: str) -> None:
        """Split a row over the invoices of its payment."""
        row = self.table.row(row_id)
        if row is not None and row.verdict is Verdict.MANUAL and not self.actions_.why_no_apart():
            self.allocate_wanted.emit(row)

    def link_one(self, row_id: str) -> None:
        """Link a row to a Zuora refund that was made by hand."""
        row = self.table.row(row_id)
        if row is not None and row.may_be_linked and not self.actions_.why_no_apart():
            self.link_wanted.emit(row)

    def unlink_one(self, row_id: str) -> None:
        """Take the link of a row back."""
        row = self.table.row(row_id)
        if row is not None and row.can_unlink and not self.actions_.why_no_apart():
            self.unlink_wanted.emit(row)

    def decide_one(self, row_id: str) -> None:
        """Ask for a person's decision on a row."""
        row = self.table.row(row_id)
        if row is not None and row.may_be_decided and not self.actions_.why_no_apart():
            self.decide_wanted.emit(row)

    def resync(self) -> None:
        """Undo the chosen rows, or the row one is on: those of them that can be undone."""
        chosen = (self.table.row_at(at) for at in self.list.chosen_positions())
        self._ask_resync(tuple(row for row in chosen if row.can_undo))

    def resync_one(self, row_id: str) -> None:
        """Undo one row."""
        row = self.table.row(row_id)
        self._ask_resync((row,) if row is not None and row.can_undo else ())

    def _ask_resync(self, rows: tuple[Row, ...]) -> None:
        if rows and not self.actions_.why_no_apart():
            self.resync_wanted.emit(rows)

    def go_on(self) -> None:
        """Tick what the last run did not come to, and nothing else, and make its plan."""
        wanted = self.open_banner.left.not_started
        if not self.actions_.why_no_review(len(wanted)):
            self.table.clear_ticks()
            self.table.set_ticked(wanted, True)
            self.review()

    def current_row(self) -> Row | None:
        """The row one is on."""
        at = self.list.currentIndex().row()
        return self.table.row(self.table.id_at(at)) if 0 <= at < self.table.rowCount() else None

    def panes(self) -> tuple[QWidget, ...]:
        """Where F6 goes, in order."""
        return (self.list, self.panel.history if self.panel.isVisible() else self.list, self.bar.ticks.review)

    # -- put together
    def _lay_out(self) -> None:
        whole = column(self, gap=0)
        page = column(margins=(16, 14, 16, 14), gap=12)
        for banner in (self.alarm_banner, self.read_only_banner, self.open_banner, self.problem_banner):
            page.addWidget(banner)
        page.addWidget(self.tiles)
        page.addWidget(self.causes)
        middle = line(gap=12)
        frame = card()
        column(frame, margins=(1, 1, 1, 1)).addWidget(self.list)
        middle.addWidget(frame, 1)
        self.panel.setFixedWidth(PANEL)
        middle.addWidget(self.panel)
        page.addLayout(middle, 1)
        whole.addLayout(page, 1)
        whole.addWidget(self.bar)

    def _wire(self) -> None:
        actions, bar = self.actions_, self.bar
        actions.listed.connect(self._show_list)
        actions.list_failed.connect(self._show_empty)
        actions.list_said.connect(self._show_reading)
        actions.planned.connect(self._show_review)
        actions.run_began.connect(self._begin_run)
        actions.rows_said.connect(self._take_rows)
        actions.run_said.connect(self._run_said)
        actions.run_ended.connect(self._end_run)
        actions.changed.connect(self._actions_changed)
        bar.review_wanted.connect(self.review)
        bar.tick_all_wanted.connect(lambda: self.table.tick_shown(True))
        bar.clear_wanted.connect(self.table.clear_ticks)
        bar.stop_wanted.connect(self.stop)
        self.open_banner.button.clicked.connect(actions.finish)
        self.open_banner.second.clicked.connect(self.go_on)
        actions.lookout.looked.connect(self._take_look)
        self.table.ticked_changed.connect(self._show_ticks)
        self.table.counted.connect(self._show_ticks)
        self.tiles.chosen.connect(self.show_tile)
        self.list.moved_to.connect(lambda row_id: self.panel.show_row(self.table.row(row_id)))
        self.list.entered_row.connect(lambda _: self.panel.isVisible() and self.panel.history.setFocus())
        self.panel.history_wanted.connect(self.history_wanted)
        self.panel.sync_wanted.connect(self.review_one)
        self.panel.resync_wanted.connect(self.resync_one)
        self.panel.decide_wanted.connect(self.decide_one)
        self.panel.allocate_wanted.connect(self.allocate_one)
        self.panel.adopt_wanted.connect(self.link_one)
        self.panel.unlink_wanted.connect(self.unlink_one)
        self.panel.link_wanted.connect(open_link)
        self.causes.chosen.connect(self.show_cause)
        self.list.menu_opens.connect(self._fill_menu)

    def _fill_menu(self, menu: QMenu, row_id: str) -> None:
        row = self.table.row(row_id)
        if row is None:
            return
        may = not self.actions_.why_no_apart()
        if self.table.may_tick(self.table.position(row_id)):
            menu.addAction("Tick or untick\tSpace", lambda: self.table.toggle(*self.list.chosen_positions()))
        if row.verdict is Verdict.IN_DOUBT and row.can_sync:
            menu.addAction("Sync this one…\tCtrl+D", lambda: self.review_one(row_id))
        if row.verdict is Verdict.MANUAL:
            menu.addAction("Allocate…\tCtrl+L", lambda: self.allocate_one(row_id)).setEnabled(may)
        if row.may_be_linked:
            menu.addAction("Link…\tCtrl+K", lambda: self.link_one(row_id)).setEnabled(may)
        if row.can_unlink:
            menu.addAction("Unlink…\tCtrl+U", lambda: self.unlink_one(row_id)).setEnabled(may)
        if row.may_be_decided:
            menu.addAction("Decide…\tCtrl+E", lambda: self.decide_one(row_id)).setEnabled(may)
        if row.can_undo:
            menu.addAction("Resync…\tCtrl+R", self.resync).setEnabled(may)
        menu.addAction("History\tCtrl+H", lambda: self.history_wanted.emit(row_id))
        for link in links_of(row, self._desk.environment):
            action = menu.addAction(f"Open {link.text.lower()}", partial(open_link, link.url))
            action.setEnabled(bool(link.url))
        menu.addSeparator()

    # -- show
    def _show_list(self, pending: Pending, left: Left) -> None:
        self.table.set_rows(pending.rows)
        found = causes(pending.rows)
        notes = {"needs-you": count_text(len(found), "cause")} if found else {}
        self.tiles.show_figures(self.table.tile_figures(), notes)
        still = self.table.cause in {cause.rule for cause in found}
        self.show_cause(self.table.cause if still else "")
        self.read_only_banner.say(self._desk.read_only)
        doubt = sum(row.verdict is Verdict.IN_DOUBT for row in pending.rows)
        self.open_banner.show_left(unfinished(pending.rows, left))
        problems = " · ".join(pending.problems[:3])
        self.problem_banner.say(f"Not everything could be read: {problems}" if problems else "")
        self.figures_changed.emit(sum(self.table.keeps(row) for row in pending.rows), doubt)
        self.listed.emit(pending)
        self._show_ticks()

    def _actions_changed(self) -> None:
        self.table.locked = self.actions_.busy
        self.list.show_box()
        self._show_ticks()

    def _show_ticks(self) -> None:
        rows = self.table.ticked_rows()
        shown_ids = {row.id for row in self.table.shown_rows()}
        hidden = sum(row.id not in shown_ids for row in rows)
        more = self.table.more_to_tick()
        self.bar.ticks.show_ticks(rows, hidden, self.actions_.why_no_review(len(rows)), more)
        unstarted = len(self.open_banner.left.not_started)
        self.open_banner.show_reasons(self.actions_.why_no_finish(), self.actions_.why_no_review(unstarted))
        self.panel.show_why_no_resync(self.actions_.why_no_apart())
        self._show_empty("")

    def _show_empty(self, error: str) -> None:
        text = ""
        if error:
            text = f"The list could not be read. {error}"
        elif not self.table.rows():
            text = "Reading NetSuite and Zuora…" if self.actions_.reading else "Nothing is pending."
        elif not self.table.rowCount():
            text = "No refund here matches."
        self._empty.setText(shown(text))
        self._empty.setVisible(bool(text))

    def _show_reading(self, text: str) -> None:
        if not self.table.rows():
            self._empty.setText(shown(text))

    def _show_review(self, batch: Batch) -> None:
        dialog = ReviewDialog(batch, self._desk.environment, self, ask_total=not self._desk.sending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = send_text(batch, self._desk.environment).replace("Send ", "Sending ", 1)
        dialog.finished.connect(self.window().activateWindow)
        dialog.approved.connect(lambda approved: self.actions_.send(approved, title))
        dialog.open()
        self.review_opened.emit(dialog)

    # -- a run
    def _run_said(self, text: str) -> None:
        if not self._run_total:  # else the rows tell more
            self.bar.run.say(text)

    def _begin_run(self, title: str, ids: tuple[str, ...]) -> None:
        self._results, self._run_total = {}, len(ids)
        self.table.begin_run(ids)
        self.bar.run.begin(title, len(ids))
        self.bar.show_run(True)

    def _take_rows(self, events: list[RowEvent]) -> None:
        self._results |= {event.refund_id: event.result.result for event in events if event.result}
        viewport = self.list.viewport()
        last = self.list.rowAt(viewport.height() - 1)
        self.table.take(events, self.list.rowAt(0), last if last >= 0 else self.table.rowCount() - 1)
        self.bar.run.show_progress(self._results.values(), self._run_total)

    def stop(self) -> None:
        """Stop after the current refund."""
        self.bar.run.stopping()
        self.actions_.stop()

    def _end_run(self, result: BatchResult | None) -> None:
        self.table.end_run(result.results if result else ())
        self.bar.show_run(False)
        self.run_ended.emit(result)
        if result is None:
            self.refresh()
            return
        self.alarm_banner.say(alarm_text(result.results))
        dialog = OutcomeDialog(result, self._desk.environment, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.window().activateWindow)  # not every window manager does
        dialog.finished.connect(self.refresh)
        dialog.finish_wanted.connect(self.actions_.finish)
        dialog.history_wanted.connect(self.history_wanted)
        dialog.open()
        self.outcome_opened.emit(dialog)

    def _take_look(self, result: BatchResult) -> None:
        """The desk has looked by itself: no dialog, but a second live refund is told, and what has moved is shown."""
        if alarm := alarm_text(result.results):
            self.alarm_banner.say(alarm)
        if any(row.look_again is None for row in result.results):
            self.refresh()

    def _empty_label(self) -> QLabel:
        made = label("", "muted", wrap=True)
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = column(self.list.viewport(), margins=(24, 24, 24, 24))
        inside.addWidget(made)
        return made
