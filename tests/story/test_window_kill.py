"""kill -9 in the middle of 60 refunds, then the window: banner, one key, all finished, and the trail tells of it."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nsz_desk.assembly import open_desk
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.results import Result
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.vault import secrets_from_json
from tests.story.programs import Program, World, simulator
from tests.story.test_window import WAIT_MS, Hand
from tests.story.truth import doubles, wrongs

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SOME = 20  # refunds of the run that were begun before the kill


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """The lanes of the window."""
    made = Jobs()
    yield made
    made.close()


def killed(program: Program, ready: list[str]) -> None:
    """Sync all that is ready, and kill the process in the middle of it."""
    batch = program.start("sync", *ready, "--yes", "--json")
    until = time.monotonic() + 120
    while len([one for one in program.world.read()["zuora"]["refunds"] if one["integration_id"] in ready]) < SOME:
        assert time.monotonic() < until
        assert batch.poll() is None, batch.communicate()
        time.sleep(0.02)
    batch.send_signal(signal.SIGKILL)
    batch.communicate()


@dataclass(frozen=True)
class Room:
    """Where the desk is open again."""

    desk: Desk


@contextmanager
def opened(world: World, home: Path) -> Iterator[Room]:
    """The Desk of the same home in this process."""
    profile = profile_of(world.said["profile"], "sim")
    places = Folders(home, home / "journal", home / "logs", home / "locks")
    with open_desk(profile, secrets_from_json(json.dumps(world.said["credentials"])), places, writes=True) as desk:
        yield Room(desk)


def test_killed_in_the_middle_of_sixty_the_window_finishes_with_one_key(
    tmp_path: Path, qtbot: QtBot, jobs: Jobs
) -> None:
    """The banner counts; F9 finishes what was half done; Continue brings the rest to the review; each is made once."""
    with simulator("--scenario", "month-end", "--refunds", "80", "--seed", "3", "--latency-ms", "5") as world:
        program = Program(tmp_path, world)
        program.profile()
        ready = [row["id"] for row in program.run("pending", "--filter", "ready", "--json").json["refunds"]][:60]
        assert len(ready) == 60
        killed(program, ready)
        stopped = world.read()["netsuite"]["refunds"]
        half = [one["id"] for one in stopped if one["integration_status"] == "Creating Refund"]
        assert half, "the kill came too late to prove anything"
        with opened(world, tmp_path) as room:
            hand = Hand(room, jobs, qtbot, tmp_path / "layout.ini")
            banner = hand.view.open_banner
            left = len(room.desk.open_episodes())
            assert f"{left} in doubt" in banner.accessibleName()
            outcome = hand.finish()
            assert [row.result for row in outcome.results.rows()] == [Result.COMPLETE] * left
            assert {row.id for row in outcome.results.rows()} >= set(half)
            hand.close(outcome)
            assert "in doubt" not in banner.accessibleName()
            with qtbot.waitSignal(hand.view.review_opened, timeout=WAIT_MS) as review:
                QTest.keyClick(banner.second, Qt.Key.Key_Space)
            assert review.args
            outcome = hand.send(review.args[0])
            assert {row.result for row in outcome.results.rows()} == {Result.COMPLETE}
            hand.close(outcome)
            assert not banner.isVisible()
            hand.timeline(half[0])
            trail = [moment.entry.title for moment in hand.window.history.moments.rows()]
            assert [title for title in trail if title.startswith("Taken up again; it was cut off")], trail
            assert hand.said.errors == []
            assert hand.window.close()
        after = world.read()
        assert [wrong for key in ready for wrong in wrongs(after, key)] == []
        assert doubles(after) == []
