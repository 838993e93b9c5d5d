"""The bridge from worker threads to the window's thread."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from nsz_desk.domain.errors import Refused
from nsz_desk.engine.desk import Desk as EngineDesk
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import RowEvent
from nsz_desk.lanes import Jobs as Lanes
from nsz_desk.ui.jobs import Jobs
from nsz_desk.ui.ports import Desk, OnRow


def the_desk_is_what_the_window_wants(desk: EngineDesk) -> Desk:
    """Checked by mypy: the engine's Desk has every method the window calls."""
    return desk


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    """Jobs over the real lanes."""
    lanes = Lanes()
    yield Jobs(lanes)
    lanes.close()


def test_all_rows_arrive_in_order_before_the_end_and_in_the_main_thread(jobs: Jobs, qtbot: QtBot) -> None:
    """20,000 events from a worker come complete, in their order, before `finished`, never in the worker's thread."""
    main = QThread.currentThread()
    rows: list[tuple[str, bool]] = []
    ends: list[tuple[str, int]] = []

    def work(_report: Report, on_row: OnRow) -> str:
        for number in range(20_000):
            on_row(RowEvent(str(number), "made", ""))
        return "done"

    job = jobs.run(work)
    job.rows.connect(lambda events: rows.extend((event.refund_id, QThread.currentThread() is main) for event in events))
    job.finished.connect(lambda value: ends.append((value, len(rows))))
    with qtbot.waitSignal(job.ended):
        pass
    assert ends == [("done", 20_000)]
    assert rows == [(str(number), True) for number in range(20_000)]


def test_a_failed_job_hands_over_what_was_raised(jobs: Jobs, qtbot: QtBot) -> None:
    """The error itself arrives, once, and nothing is called finished."""
    error = Refused("No")
    seen: list[object] = []

    def work(_report: Report, _on_row: OnRow) -> None:
        raise error

    job = jobs.run(work)
    job.failed.connect(seen.append)
    job.finished.connect(seen.append)
    with qtbot.waitSignal(job.ended):
        pass
    assert seen == [error]


def test_a_stopped_job_is_cancelled_not_failed(jobs: Jobs, qtbot: QtBot) -> None:
    """Stop is seen at the job's next check; it ends as cancelled."""
    seen: list[object] = []

    def work(report: Report, _on_row: OnRow) -> None:
        while True:
            report.check()

    job = jobs.run(work)
    job.cancelled.connect(lambda: seen.append("cancelled"))
    job.failed.connect(seen.append)
    with qtbot.waitSignal(job.ended):
        job.stop()
    assert seen == ["cancelled"]
