"""The PySide6 that is installed does not eat references to None (6.12.0 did, on Python before 3.12, and aborted)."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

COUNT_LOST_REFERENCES = """
import sys
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel

app = QGuiApplication([])
model = QStandardItemModel(1, 1)

def lost(times=300):
    before = sys.getrefcount(None)
    for _ in range(times):
        model.setItem(0, 0, QStandardItem("x"))
    return before - sys.getrefcount(None)

lost()  # the first round settles caches
gone = lost()
print(gone)
sys.exit(1 if gone > 100 else 0)
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot be counted since Python 3.12 made it immortal")
def test_qt_keeps_the_references_to_none() -> None:
    """300 calls that return None lose no reference to it; in a process of its own, because a bad PySide6 aborts."""
    run = subprocess.run(
        [sys.executable, "-c", COUNT_LOST_REFERENCES],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, f"lost {run.stdout.strip()} references to None\n{run.stderr}"


def test_the_installed_pyside_is_from_the_pinned_series() -> None:
    """PySide6 is 6.11.3 or later of the 6.11 series, whatever Python runs this."""
    series = tuple(int(part) for part in version("PySide6-Essentials").split(".")[:3])
    assert (6, 11, 3) <= series < (6, 12)
