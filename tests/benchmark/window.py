"""The window shown with 10,000 rows against the same window without rows."""

import os
from dataclasses import dataclass, field

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import Pending
from nsz_desk.lanes import Jobs
from nsz_desk.ui.application import application
from nsz_desk.ui.main_window import MainWindow
from tests.benchmark.rounds import Figure, cpu_seconds, medians, milliseconds
from tests.benchmark.rows import pending, rows
from tests.ui.fake_desk import FakeDesk

ROWS = 10_000


@dataclass
class Listed(FakeDesk):
    """A desk whose list is read already: what is measured is the window."""

    found: Pending = field(default_factory=lambda: pending(()))

    def pending(self, report: Report) -> Pending:
        """The list."""
        return self.found


def settle(app: QApplication, window: MainWindow) -> None:
    """Show the window and wait until its list is there and painted."""
    loop = QEventLoop()
    window.pending.listed.connect(lambda _: QTimer.singleShot(0, loop.quit))
    window.show()
    loop.exec()
    app.processEvents()
    window.repaint()


def show(app: QApplication, desk: Listed) -> None:
    """Make the window, settle it, and throw it away."""
    jobs = Jobs()
    window = MainWindow(desk, jobs, theme="light")
    settle(app, window)
    window.close()
    jobs.close()
    window.deleteLater()
    app.processEvents()


def figures(count: int = ROWS) -> list[Figure]:
    """CPU of the process; the window is drawn offscreen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    full, empty = Listed(found=pending(rows(count))), Listed()
    cost = medians(
        {
            "floor": lambda: cpu_seconds(lambda: show(app, empty)),
            "ours": lambda: cpu_seconds(lambda: show(app, full)),
        },
        rounds=7,
        warm=2,
    )
    return [
        Figure(
            f"window shown with {count:,} rows / empty window",
            cost["ours"] / cost["floor"],
            "x",
            "",
            f"{milliseconds(cost['ours'])} CPU: our window made, listed and painted with {count:,} judged rows",
            f"{milliseconds(cost['floor'])} CPU: the same window with no row",
        )
    ]
