"""Lanes without threads, and faces that never or sometimes want to stop."""

from collections.abc import Callable, Sequence

from nsz_desk.domain.errors import Cancelled


class SerialLanes:
    """The Lanes port in one thread: job after job, in the given order. `ran` tells the lanes in that order."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def run(self, jobs: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Run all."""
        for lane, job in jobs:
            self.ran.append(lane)
            job()


class ReportNever:
    """A face that listens to nothing and never stops."""

    def progress(self, done: int, total: int, text: str) -> None:
        """Nothing."""

    def check(self) -> None:
        """Never stops."""


class StopWhen(ReportNever):
    """A user who wants to stop as soon as `wanted` says so."""

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self.wanted = wanted

    def check(self) -> None:
        """Raise `Cancelled` when the user wants to stop."""
        if self.wanted():
            raise Cancelled("Stopped.")
