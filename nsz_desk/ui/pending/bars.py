"""The bar under the list: what is ticked and the way to the review; while a run goes on, how far it is."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QStackedWidget

from nsz_desk.domain.money import sums
from nsz_desk.engine.lists import Row
from nsz_desk.engine.results import Result
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.badges import RESULTS
from nsz_desk.ui.texts import count_text, shown, tip, total_text
from nsz_desk.ui.widgets import Button, ElidedLabel, Shape, card, label, line

HEIGHT = 62


class SelectionBar(QFrame):
    """Count and sums of the ticks, and the button that leads to the review."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "bar")
        row = line(self, margins=(20, 10, 20, 10), gap=12)
        self._count, self._sums = label("", "strong"), ElidedLabel("", "", floor=340)
        self._hint = ElidedLabel("", "muted")
        self._all_ready = card("chip-ready")
        self._all_ready.setFixedHeight(28)
        chip = line(self._all_ready, margins=(10, 0, 12, 0), gap=6)
        chip.addWidget(Shape("check", "ready", 12))
        chip.addWidget(label("all ready", "ready"))
        self.tick_all = Button("Tick all ready", "link")
        self.clear = Button("Clear ticks", "link")
        self.review = Button("Review and sync…", "primary")
        row.addWidget(self._count)
        row.addWidget(self._sums)
        row.addWidget(self._all_ready)
        row.addWidget(self._hint, 1)
        row.addWidget(self.tick_all)
        row.addWidget(self.clear)
        row.addWidget(self.review)

    def show_ticks(self, rows: tuple[Row, ...], hidden: int, why_not: str, more: bool) -> None:
        """Show what is ticked.

        `hidden` counts ticks that the filter hides, `why_not` greys the review, `more` says that there is
        something left to tick.
        """
        self.tick_all.setVisible(more)
        self._count.setText(f"{len(rows):,} ticked")
        self._sums.show_text(total_text(sums(row.amount for row in rows)))
        self._sums.setVisible(bool(rows))
        self._all_ready.setVisible(bool(rows) and all(row.verdict is Verdict.READY for row in rows))
        hint = f"{count_text(hidden, 'ticked row is', 'ticked rows are')} hidden by the filter" if hidden else ""
        self._hint.show_text(why_not or hint)
        self.clear.setVisible(bool(rows))
        self.review.setText(f"Review and sync {len(rows):,}…" if rows else "Review and sync…")
        self.review.setEnabled(not why_not)
        self.review.setToolTip(tip(why_not or "Shows exactly what would be sent. Nothing is sent yet. Ctrl+Enter"))


class RunStrip(QFrame):
    """How far a run is, and the way to stop it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "bar")
        row = line(self, margins=(20, 10, 20, 10), gap=16)
        self._title, self._tally = ElidedLabel("", "strong", floor=300), ElidedLabel("", "muted", floor=110)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._bar.setMinimumWidth(100)
        self.stop = Button("Stop after the current refund", icon_name="stop")
        row.addWidget(self._title)
        row.addWidget(self._bar, 1)
        row.addWidget(self._tally, 1)
        row.addWidget(self.stop)

    def begin(self, title: str, total: int) -> None:
        """A run of `total` refunds begins (0: not known)."""
        self._title.show_text(title)
        self._tally.show_text("")
        self._bar.setRange(0, total)
        self._bar.setValue(0)
        self.stop.setEnabled(True)
        self.stop.setText("Stop after the current refund")

    def show_progress(self, results: Iterable[Result], total: int) -> None:
        """Show how many ended, and how."""
        ended = list(results)
        self._bar.setRange(0, total)
        self._bar.setValue(len(ended))
        counts = [f"{ended.count(kind):,} {RESULTS[kind].word.lower()}" for kind in Result if kind in ended]
        done = f"{len(ended):,} of {total:,} done" if total else f"{len(ended):,} done"
        self._tally.show_text(" · ".join((done, *counts)))

    def say(self, text: str) -> None:
        """Show a line of progress."""
        self._tally.show_text(shown(text))

    def stopping(self) -> None:
        """The stop is asked for."""
        self.stop.setEnabled(False)
        self.stop.setText("Stopping after the current refund")


class BottomBar(QStackedWidget):
    """Either the ticks or the run."""

    review_wanted = Signal()
    tick_all_wanted = Signal()
    clear_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.ticks, self.run = SelectionBar(), RunStrip()
        self.addWidget(self.ticks)
        self.addWidget(self.run)
        self.ticks.review.clicked.connect(self.review_wanted)
        self.ticks.tick_all.clicked.connect(self.tick_all_wanted)
        self.ticks.clear.clicked.connect(self.clear_wanted)
        self.run.stop.clicked.connect(self.stop_wanted)

    def show_run(self, running: bool) -> None:
        """Switch between ticks and run."""
        self.setCurrentWidget(self.run if running else self.ticks)
