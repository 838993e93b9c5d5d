"""The only module that starts threads: lanes for episodes, and jobs for a face. Threads are joined, never killed."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from nsz_desk.domain.errors import Cancelled

if TYPE_CHECKING:  # the start page is painted before the engine is loaded
    from nsz_desk.engine.ports import Report

T = TypeVar("T")

Progress = Callable[[int, int, str], None]  # done, total (0: not known), text


class StopFlag:
    """The user's wish to stop, told from one thread to others."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def stop(self) -> None:
        """Ask to stop at the next safe stop."""
        self._event.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()


class ReportTo:
    """The Report port over a function and a stop flag. Thread: any."""

    def __init__(self, on_progress: Progress, flag: StopFlag) -> None:
        self._tell = on_progress
        self._flag = flag

    def progress(self, done: int, total: int, text: str) -> None:
        """Tell how far the work is."""
        self._tell(done, total, text)

    def check(self) -> None:
        """Raise `Cancelled` when the user stopped."""
        if self._flag.stopping:
            raise Cancelled("Stopped.", "What was done before stays done; nothing else was begun.")


class LaneRunner:
    """The Lanes port: at most `limit` lanes at once, begun in the order of their first job."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"at least one lane is needed, not {limit}")
        self._limit = limit

    def run(self, jobs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Run jobs of one lane one after the other in the given order, lanes in parallel; return when all ended.

        Raises:
            Exception: what a job raised; an ExceptionGroup in the order of the jobs when several did. The
                other jobs, also those of the same lane, ran all the same.
        """
        lanes: dict[str, list[tuple[int, Callable[[], None]]]] = {}
        for number, (lane, job) in enumerate(jobs):
            lanes.setdefault(lane, []).append((number, job))
        waiting = deque(lanes.values())
        errors: list[tuple[int, BaseException]] = []
        threads = [
            threading.Thread(target=_work, args=(waiting, errors), name=f"lane-{number}")
            for number in range(min(self._limit, len(lanes)))
        ]
        _finish(threads, waiting)
        _raise([error for _, error in sorted(errors, key=lambda pair: pair[0])])


def _work(waiting: deque[list[tuple[int, Callable[[], None]]]], errors: list[tuple[int, BaseException]]) -> None:
    """One worker: take the next lane and run it to its end, until none is left."""
    while True:
        try:
            lane = waiting.popleft()
        except IndexError:
            return
        for number, job in lane:
            try:
                job()
            except BaseException as error:  # raised again where `run` was called
                errors.append((number, error))


def _finish(threads: Sequence[threading.Thread], waiting: deque[list[tuple[int, Callable[[], None]]]]) -> None:
    """Start and join all; an interrupt begins no further lane but still waits for those under way."""
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        waiting.clear()
        for thread in threads:
            if thread.ident is not None:  # it was started
                thread.join()
        raise


def _raise(errors: list[BaseException]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BaseExceptionGroup(f"{len(errors)} jobs failed", errors)


class Handle:
    """A job under way: ask it to stop, or wait for its end."""

    def __init__(self, flag: StopFlag, ended: threading.Event) -> None:
        self._flag = flag
        self._ended = ended

    def stop(self) -> None:
        """Ask the job to stop; its next `check` raises Cancelled, which reaches `on_failed`."""
        self._flag.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for the end, callbacks included; whether it came."""
        return self._ended.wait(timeout)


class Jobs:
    """Runs each job in a thread of its own. Callbacks come in that thread; a face passes them on to its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[threading.Thread, StopFlag] = {}
        self._closed = False
        self._numbers = itertools.count(1)

    def start(
        self,
        job: Callable[[Report], T],
        *,
        on_progress: Progress,
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None],
    ) -> Handle:
        """Start a job; exactly one of `on_done` and `on_failed` follows. Stopped: `on_failed(Cancelled)`.

        Raises:
            Cancelled: the jobs are closed already.
        """
        flag, ended = StopFlag(), threading.Event()

        def life() -> None:
            try:
                _live(job, ReportTo(on_progress, flag), on_done, on_failed)
            finally:
                ended.set()

        with self._lock:
            if self._closed:
                raise Cancelled("The desk is closing.", "Nothing was begun.")
            thread = threading.Thread(target=life, name=f"job-{next(self._numbers)}")
            thread.start()
            self._running = {one: its for one, its in self._running.items() if one.is_alive()} | {thread: flag}
        return Handle(flag, ended)

    def stop_all(self) -> None:
        """Ask every running job to stop at its next safe stop."""
        with self._lock:
            for flag in self._running.values():
                flag.stop()

    def close(self) -> None:
        """Take no more jobs, ask the running ones to stop, and wait for them. Not from within a job."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        self.stop_all()
        for thread in running:
            thread.join()


def _live(
    job: Callable[[Report], T],
    report: Report,
    on_done: Callable[[T], None],
    on_failed: Callable[[Exception], None],
) -> None:
    try:
        value = job(report)
    except Exception as error:
        on_failed(error)
    else:
        on_done(value)
