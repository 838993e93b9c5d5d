"""What rows weigh: the judged rows with the window's model on them, against the same list as plain JSON."""

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmark.fresh import number
from tests.benchmark.rounds import Figure

OURS = """
import sys
from tests.benchmark.memory import weigh_rows
print(weigh_rows(int(sys.argv[1])))
"""
FLOOR = """
import gc, json, sys
from tests.benchmark.weight import resident
before = resident()
with open(sys.argv[1]) as file:
    found = json.load(file)
gc.collect()
print(resident() - before)
"""
SIZES = (10_000, 100_000)


def weigh_rows(count: int) -> int:
    """Bytes that `count` rows add to this process, shown in the window."""
    from tests.benchmark.rows import pending, rows
    from tests.benchmark.weight import resident
    from tests.benchmark.window import Listed, MainWindow, application, settle
    from nsz_desk.lanes import Jobs

    app = application()
    rows(100)  # whatever is loaded on first use is loaded now
    before = resident()
    desk = Listed(found=pending(rows(count)))
    jobs = Jobs()
    window = MainWindow(desk, jobs, theme="light")
    settle(app, window)
    grown = resident() - before
    jobs.close()
    return grown
