"""A clock that stands still until somebody sleeps."""

from datetime import UTC, datetime, timedelta

from nsz_desk.engine.ports import Moment

START = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """The Clock port. `sleep` and `advance` move both clocks; `jump` only the wall clock."""

    def __init__(self, start: datetime = START) -> None:
        self.wall = start
        self.mono = 1000.0
        self.slept: list[float] = []

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(self.wall, self.mono)

    def sleep(self, seconds: float) -> None:
        """Move on by that much."""
        assert seconds >= 0, "nobody sleeps backwards"
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes for the whole world."""
        self.wall += timedelta(seconds=seconds)
        self.mono += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.wall += timedelta(seconds=seconds)
