"""The desk's command line in a process that kills itself at a named point: `python -m tests.kill.desk LIST…`.

    NSZ_DESK_HOME=… python -m tests.kill.desk before create -- sync 4711 --yes --secrets-stdin < credentials.json

No hook in the program: the Desk is built by `nsz_desk.assembly` as always, then its ports are wrapped.
"""

import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from nsz_desk import app, assembly
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.ports import Clock, Moment
from nsz_desk.settings.file import Folders
from nsz_desk.settings.model import Profile, Secrets
from tests.kill.points import AFTER, BEFORE, DIES_AFTER, Point, named


def die() -> None:
    """As `kill -9` does it: nothing of this process runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)


class Cut:
    """Counts what happens and dies at the point; counts from the run's first line on, not while the list is read."""

    def __init__(self, point: Point, *, counting: bool) -> None:
        self._point, self._counting, self._left = point, counting, point.nth
        self._lock = threading.Lock()

    def around(self, verb: str, call: Callable[..., Any], *args: Any) -> Any:
        """Do it, or die before, during or after it."""
        if not self._hits(named(verb, args)):
            return call(*args)
        if self._point.when == BEFORE:
            die()
        if self._point.when != AFTER:
            threading.Timer(DIES_AFTER, die).start()
            return call(*args)
        try:
            return call(*args)
        finally:
            die()

    def _hits(self, name: str) -> bool:
        with self._lock:
            if name == "line run":
                self._counting = True
            if not self._counting or name != self._point.what:
                return False
            self._left -= 1
            return self._left == 0


class Watched:
    """A port whose every call goes through the cut."""

    def __init__(self, room: str, port: Any, cut: Cut) -> None:
        self._room, self._port, self._cut = room, port, cut

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found) or (self._room == "journal" and name != "append"):
            return found
        return lambda *args: self._cut.around(f"{self._room}.{name}", found, *args)


@dataclass(frozen=True)
class Later:
    """The desk's clock, so many seconds ahead: a person who comes back after a while."""

    clock: Clock
    seconds: float

    def now(self) -> Moment:
        """Both clocks."""
        moment = self.clock.now()
        return Moment(moment.wall + timedelta(seconds=self.seconds), moment.mono + self.seconds)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.clock.sleep(seconds)


def watched(desk: Desk, cut: Cut) -> Desk:
    """The same desk with its ports under watch."""
    ports: dict[str, Any] = {"netsuite": desk.netsuite, "zuora": desk.zuora, "journal": desk.ledger.journal}
    wrapped: dict[str, Any] = {room: Watched(room, port, cut) for room, port in ports.items()}
    desk.netsuite, desk.zuora, desk.ledger.journal = wrapped["netsuite"], wrapped["zuora"], wrapped["journal"]
    return desk


def arm(point: Point, command: str) -> None:
    """Let every Desk that this process opens die at the point."""
    cut = Cut(point, counting=command == "recover")
    change(lambda desk: watched(desk, cut))


def late(seconds: float) -> None:
    """Let every Desk that this process opens look so many seconds later."""

    def waited(desk: Desk) -> Desk:
        desk.clock = Later(desk.clock, seconds)
        return desk

    change(waited)


def change(made: Callable[[Desk], Desk]) -> None:
    """Put `made` around what this process opens as its Desk."""
    opened = assembly.open_desk

    @contextmanager
    def open_desk(
        profile: Profile,
        secrets: Secrets,
        folders: Folders,
        *,
        writes: bool,
        vault: Callable[[], Secrets] | None = None,
    ) -> Iterator[Desk]:
        with opened(profile, secrets, folders, writes=writes, vault=vault) as desk:
            yield made(desk)

    setattr(assembly, "open_desk", open_desk)  # noqa: B010 - this process alone is not the real program


def run(
    arguments: Sequence[str], home: Path, credentials: str, said: Path, point: Point | None, later: float = 0
) -> None:
    """One command in this process, which was forked for it; what it prints goes to files beside `said`."""
    os.environ["NSZ_DESK_HOME"] = str(home)
    with said.with_suffix(".out").open("w") as out, said.with_suffix(".err").open("w") as err:
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(credentials), out, err
        if point is not None:
            arm(point, arguments[0])
        if later:
            late(later)
        code = app.main([*arguments, "--secrets-stdin"])
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """`WHEN WHAT… -- COMMAND…`, in this process."""
    split = list(arguments).index("--")
    when, *what = arguments[:split]
    command = list(arguments[split + 1 :])
    arm(Point(" ".join(what), when), command[0])
    return app.main(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
