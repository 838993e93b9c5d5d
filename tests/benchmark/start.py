"""From starting the program to a window one can use, against a bare PySide6 window; fresh processes."""

import tempfile
from pathlib import Path

from nsz_desk.settings.file import HOME, Profiles, profile_of
from nsz_desk.simulator.server import Simulator
from tests.benchmark.fresh import wall_seconds
from tests.benchmark.rounds import Figure, medians, milliseconds

# Both end once the event loop runs, the window is painted, and a timer was answered.
FLOOR = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1440, 860)
window.show()
QTimer.singleShot(0, lambda: (window.repaint(), os._exit(0)))
app.exec()
"""
OURS = """
import os, sys
from nsz_desk import app
from nsz_desk.ui import application
from PySide6.QtCore import QTimer
class Watched(application.StartWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(0, lambda: (self.repaint(), os._exit(0)))
application.StartWindow = Watched
print(app.main(sys.argv[1:]), file=sys.stderr)
sys.exit("the window did not open")
"""


def figures() -> list[Figure]:
    """Wall time, as somebody waits for it: one profile exists, and the start page shows it."""
    with tempfile.TemporaryDirectory(prefix="nsz-desk-start-") as home, Simulator("demo") as simulator:
        Profiles(Path(home)).add("demo", profile_of(simulator.announcement()["profile"], "the benchmark"))
        cost = medians(
            {"floor": lambda: wall_seconds(FLOOR), "ours": lambda: wall_seconds(OURS, environ={HOME: home})},
            rounds=9,
            warm=1,
        )
    return [
        Figure(
            "start to usable window / bare PySide6 window",
            cost["ours"] / cost["floor"],
            "x",
            "<= 1.5",
            f"{milliseconds(cost['ours'])} wall: `nsz-desk`, until its first window is painted and answers",
            f"{milliseconds(cost['floor'])} wall: an empty QMainWindow, until it is painted and answers",
        )
    ]
