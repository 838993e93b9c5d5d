"""Lanes and jobs: order within a lane, lanes side by side, errors after all have ended, threads never left behind."""

import threading
from collections.abc import Callable, Iterator

import pytest

from nsz_desk.domain.errors import Cancelled
from nsz_desk.engine.ports import Lanes, Report
from nsz_desk.lanes import Jobs, LaneRunner, ReportTo, StopFlag

PATIENCE = 10.0  # seconds; only a real fault lets a test wait that long


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """After each test only threads from before are alive; one of an earlier module may have ended meanwhile."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """Jobs, closed at the end."""
    made = Jobs()
    yield made
    made.close()


class Log:
    """What jobs did, in the order in which they did it, and how many ran at once at most."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done: list[str] = []
        self.now = self.most = 0

    def job(self, name: str, during: Callable[[], object] = lambda: None) -> Callable[[], None]:
        """A job that writes its name down when it ends."""

        def run() -> None:
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            try:
                during()
            finally:
                with self.lock:
                    self.now -= 1
                    self.done.append(name)

        return run


def raising(error: BaseException) -> Callable[[], None]:
    """A job that raises."""

    def run() -> None:
        raise error

    return run


def test_jobs_of_one_lane_run_in_order_and_never_together() -> None:
    """Twenty jobs of one account, four lanes allowed: one after the other, as given."""
    log, runner = Log(), LaneRunner(4)
    runner.run([("A", log.job(str(number))) for number in range(20)])
    assert log.done == [str(number) for number in range(20)]
    assert log.most == 1


def test_lanes_run_side_by_side_up_to_the_limit() -> None:
    """Three lanes meet at a barrier that opens for three only, and never a fourth beside them."""
    log, barrier = Log(), threading.Barrier(3)
    lanes = "ABCDEF"
    LaneRunner(3).run([(lane, log.job(lane, lambda: barrier.wait(PATIENCE))) for lane in lanes])
    assert sorted(log.done) == list(lanes)
    assert log.most == 3


def test_lanes_begin_in_the_order_of_their_first_job() -> None:
    """With one lane at a time: B before A before C, each lane whole; that is fair and can be foretold."""
    log = Log()
    LaneRunner(1).run([(name[0], log.job(name)) for name in ("B1", "A1", "B2", "C1", "A2")])
    assert log.done == ["B1", "B2", "A1", "A2", "C1"]


def test_one_error_is_raised_as_it_is_after_all_have_ended() -> None:
    """The other jobs, those behind it in its lane too, run all the same."""
    log, error = Log(), ValueError("x")
    with pytest.raises(ValueError, match="x") as caught:
        LaneRunner(2).run([("A", raising(error)), ("A", log.job("A2")), ("B", log.job("B1"))])
    assert caught.value is error
    assert sorted(log.done) == ["A2", "B1"]


def test_several_errors_are_raised_together_in_the_order_of_their_jobs() -> None:
    """Whichever thread was faster."""
    first, second = ValueError("1"), KeyError("2")
    gate = threading.Event()

    def late() -> None:
        gate.wait(PATIENCE)
        raise first

    def early() -> None:
        gate.set()
        raise second

    with pytest.raises(ExceptionGroup, match="2 jobs failed") as caught:
        LaneRunner(2).run([("A", late), ("B", early)])
    assert caught.value.exceptions == (first, second)


def test_nothing_to_run_is_fine_and_no_lane_is_not() -> None:
    """An empty list returns at once; a limit below one is a mistake."""
    LaneRunner(1).run([])
    with pytest.raises(ValueError, match="at least one lane"):
        LaneRunner(0)


def test_an_interrupt_begins_no_further_lane_and_waits_for_those_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while lane A works: A ends in peace, B never begins, and the interrupt goes on."""
    log, begun, gate = Log(), threading.Event(), threading.Event()
    real = threading.Thread.join
    interrupts = iter([True])

    def join(self: threading.Thread, timeout: float | None = None) -> None:
        if next(interrupts, False):
            begun.wait(PATIENCE)
            raise KeyboardInterrupt
        gate.set()
        real(self, timeout)

    def during() -> None:
        begun.set()
        gate.wait(PATIENCE)

    monkeypatch.setattr(threading.Thread, "join", join)
    with pytest.raises(KeyboardInterrupt):
        LaneRunner(1).run([("A", log.job("A", during)), ("B", log.job("B"))])
    assert log.done == ["A"]


def test_a_runner_is_the_engines_port() -> None:
    """The engine's protocols are met, as the type checker sees it."""
    lanes: Lanes = LaneRunner(1)
    report: Report = ReportTo(lambda *_: None, StopFlag())
    lanes.run([("A", report.check)])


def test_a_report_tells_and_stops() -> None:
    """Progress goes through; check raises Cancelled only after somebody asked."""
    told: list[tuple[int, int, str]] = []
    flag = StopFlag()
    report = ReportTo(lambda *what: told.append(what), flag)
    report.progress(1, 2, "half")
    report.check()
    flag.stop()
    assert flag.stopping
    with pytest.raises(Cancelled):
        report.check()
    assert told == [(1, 2, "half")]


class Heard:
    """What a job's callbacks said."""

    def __init__(self) -> None:
        self.progress: list[tuple[int, int, str]] = []
        self.done: list[object] = []
        self.failed: list[Exception] = []
        self.threads: set[str] = set()

    def on_progress(self, done: int, total: int, text: str) -> None:
        """Keep it."""
        self.progress.append((done, total, text))

    def on_done(self, value: object) -> None:
        """Keep it."""
        self.threads.add(threading.current_thread().name)
        self.done.append(value)

    def on_failed(self, error: Exception) -> None:
        """Keep it."""
        self.failed.append(error)


def test_a_job_tells_its_progress_and_its_result_in_its_own_thread(jobs: Jobs) -> None:
    """One progress, one result, no failure; wait says that all of it was told."""
    heard = Heard()

    def job(report: Report) -> int:
        report.progress(1, 1, "all")
        return 42

    handle = jobs.start(job, on_progress=heard.on_progress, on_done=heard.on_done, on_failed=heard.on_failed)
    assert handle.wait(PATIENCE)
    assert (heard.progress, heard.done, heard.failed) == ([(1, 1, "all")], [42], [])
    assert heard.threads == {"job-1"}


def test_a_job_that_fails_tells_its_error_and_nothing_else(jobs: Jobs) -> None:
    """Its very exception."""
    heard, error = Heard(), OSError("x")

    def job(_: Report) -> None:
        raise error

    assert jobs.start(job, on_progress=heard.on_progress, on_done=heard.on_done, on_failed=heard.on_failed).wait(
        PATIENCE
    )
    assert (heard.done, heard.failed) == ([], [error])


def until_stopped(begun: threading.Event) -> Callable[[Report], None]:
    """A job that works until its safe stop raises."""

    def job(report: Report) -> None:
        begun.set()
        pause = threading.Event()
        while True:
            report.check()
            pause.wait(0.002)

    return job


def test_a_stopped_job_ends_at_its_next_safe_stop(jobs: Jobs) -> None:
    """One job is stopped, the other goes on; it fails with Cancelled."""
    one, two, begun = Heard(), Heard(), threading.Event()
    first = jobs.start(until_stopped(begun), on_progress=one.on_progress, on_done=one.on_done, on_failed=one.on_failed)
    second = jobs.start(until_stopped(begun), on_progress=two.on_progress, on_done=two.on_done, on_failed=two.on_failed)
    first.stop()
    assert first.wait(PATIENCE)
    assert not second.wait(0.02)
    assert isinstance(one.failed[0], Cancelled)
    assert two.failed == []


def test_close_stops_and_joins_what_runs_and_takes_nothing_more() -> None:
    """After close all jobs have told their end, and another one is refused."""
    jobs, heard, begun = Jobs(), Heard(), threading.Event()
    for _ in range(5):
        jobs.start(
            until_stopped(begun), on_progress=heard.on_progress, on_done=heard.on_done, on_failed=heard.on_failed
        )
    jobs.close()
    assert len(heard.failed) == 5
    with pytest.raises(Cancelled):
        jobs.start(
            until_stopped(begun), on_progress=heard.on_progress, on_done=heard.on_done, on_failed=heard.on_failed
        )
    jobs.close()
