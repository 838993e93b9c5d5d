"""What is loaded before the first window is painted."""

import json
import os
import subprocess
import sys
from pathlib import Path

# The front door is opened as a person opens it; when its window is shown, the process tells what it has loaded.
OPEN = """
import json, os, sys
from nsz_desk import app
from nsz_desk.ui import application
from PySide6.QtCore import QTimer
class Watched(application.StartWindow):
    def showEvent(self, event):
        super().showEvent(event)
        print(json.dumps(sorted(sys.modules)), flush=True)
        QTimer.singleShot(0, lambda: os._exit(0))
application.StartWindow = Watched
app.main([])
"""
LATE = (
    "requests urllib3 zeep lxml pydantic sqlalchemy numpy cryptography keyring pyqtgraph xlsxwriter reportlab".split()
)


def test_heavy_libraries_wait_until_the_window_is_there(tmp_path: Path) -> None:
    """Of the libraries that take a tenth of a second each, none is loaded before the first window is shown."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NSZ_DESK_HOME": str(tmp_path)}
    command = [sys.executable, "-c", OPEN]
    told = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True, text=True, timeout=60)
    loaded = set(json.loads(told.stdout.splitlines()[0]))
    assert "PySide6.QtWidgets" in loaded
    assert sorted(loaded & set(LATE)) == []
    rooms = {name.split(".")[1] for name in loaded if name.startswith("nsz_desk.")}
    assert sorted(rooms & {"gateways", "journal", "exports", "simulator", "assembly", "demo", "headless"}) == []
