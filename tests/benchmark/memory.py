"""What rows weigh: judged rows shown in the window, against the same list as plain values read from JSON."""

import json
import tempfile
from pathlib import Path

from tests.benchmark.fresh import number
from tests.benchmark.rounds import Figure

SIZES = (10_000, 100_000)
OURS = """
import sys
from tests.benchmark.memory import weigh_window
print(weigh_window(int(sys.argv[1])))
"""
FLOOR = """
import json, sys
from tests.benchmark.weight import resident
before = resident()
with open(sys.argv[1]) as file:
    found = json.load(file)
print(resident() - before)
"""


def weigh_window(count: int) -> int:
    """Bytes that `count` judged rows, shown in the window, add to this process over a window without rows."""
    from nsz_desk.lanes import Jobs
    from nsz_desk.ui.application import application
    from nsz_desk.ui.main_window import MainWindow
    from tests.benchmark.rows import pending, rows
    from tests.benchmark.weight import resident
    from tests.benchmark.window import Listed, settle, show

    app, jobs = application(), Jobs()
    show(app, Listed(found=pending(rows(100))))  # what is loaded on first use is loaded now
    before = resident()
    window = MainWindow(Listed(found=pending(rows(count))), jobs, theme="light")
    settle(app, window)
    grown = resident() - before
    jobs.close()
    return grown


def as_json(count: int, path: Path) -> None:
    """Write the rows as the command `pending --json` would."""
    from nsz_desk.engine.lists import row_json
    from tests.benchmark.rows import rows

    path.write_text(json.dumps([row_json(row) for row in rows(count)]), "utf-8")


def figures(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """One figure for each size; each side is a fresh process, one round: memory does not vary as time does."""
    return [_figure(count) for count in sizes]


def _figure(count: int) -> Figure:
    with tempfile.TemporaryDirectory(prefix="nsz-desk-memory-") as home:
        path = Path(home) / "rows.json"
        as_json(count, path)
        floor = number(FLOOR, str(path))
    ours = number(OURS, str(count))
    return Figure(
        f"memory of {count:,} rows / the same as plain values",
        ours / floor,
        "x",
        "",
        f"{ours / 1e6:,.0f} MB, {ours / count:,.0f} bytes a row: judged, with all facts, shown in the window",
        f"{floor / 1e6:,.0f} MB, {floor / count:,.0f} bytes a row: json.load of what `pending --json` prints",
    )
