"""The window's story: killed in the middle of 60 refunds, started again, one click, finished; the trail shows it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QWidget
from pytestqt.qtbot import QtBot

from nsz_desk import assembly
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import Folders, Profiles
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.ui.main_window import MainWindow
from tests.kill.processes import KillableDesk, killable
from tests.story.programs import simulator
from tests.story.truth import doubles, wrongs
from tests.ui.conftest import Recorder

BATCH = 60
PATIENCE_MS = 60_000

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def died(tmp_path: Path) -> Iterator[KillableDesk]:
    """A desk that was killed when half of its batch was made."""
    with simulator("--scenario", "month-end", "--refunds", str(BATCH + 2), "--seed", "13") as world:
        desk = killable(tmp_path, world)
        batch = desk.start("sync", *desk.ready()[:BATCH], "--yes")
        before = len(world.read()["zuora"]["refunds"])
        while len(world.read()["zuora"]["refunds"]) < before + BATCH // 2:
            assert batch.process.is_alive(), "the batch ended before the kill"
        assert batch.kill()
        yield desk


@pytest.fixture
def window(died: KillableDesk, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window on the same home, started again, with its list read."""
    home, jobs = died.home, Jobs()
    places = Folders(home, home / "journal", home / "logs", home / "locks")
    secrets = secrets_from_json(json.dumps(died.world.said["credentials"]))
    with assembly.open_desk(Profiles(home).load("sim"), secrets, places, writes=True) as desk:
        shown = MainWindow(desk, jobs, theme="light", messages=Recorder(), look_ms=0)
        qtbot.addWidget(shown)
        with qtbot.waitSignal(shown.pending.listed, timeout=PATIENCE_MS):
            shown.show()
        yield shown
        jobs.close()


def named(window: QWidget, words: str) -> list[QWidget]:
    """Visible widgets whose accessible name holds these words."""
    return [one for one in window.findChildren(QWidget) if one.isVisible() and words in one.accessibleName()]


def button(window: QWidget, text: str) -> QAbstractButton:
    """The visible button with this text."""
    (found,) = [one for one in window.findChildren(QAbstractButton) if one.isVisible() and one.text() == text]
    return found


def test_killed_in_the_middle_of_sixty_one_click_finishes_all(
    died: KillableDesk, window: MainWindow, qtbot: QtBot
) -> None:
    """The banner counts what is open; one click on Finish ends it without a second refund; History shows the crash.

    What had not been started is ready as before, and one more run sends it.
    """
    there = died.world.read()
    begun = {one["id"] for one in there["netsuite"]["refunds"] if one["integration_status"] == "Creating Refund"}
    assert begun, "the kill came between two refunds"
    assert named(window, "left half done last time"), "no banner says what is open"
    with qtbot.waitSignal(window.pending.outcome_opened, timeout=PATIENCE_MS) as ended:
        button(window, "Finish").click()
    outcome = ended.args[0] if ended.args else None
    assert isinstance(outcome, QWidget)
    world = died.world.read()
    assert [wrong for refund in begun for wrong in wrongs(world, refund)] == []
    assert doubles(world) == []
    with qtbot.waitSignal(window.pending.listed, timeout=PATIENCE_MS):
        outcome.close()
    assert not named(window, "left half done last time")
    _history_shows_the_crash(window, qtbot, sorted(begun)[0])


def _history_shows_the_crash(window: MainWindow, qtbot: QtBot, refund_id: str) -> None:
    """The refund's trail is one episode: begun once, cut off and taken up once, then ended."""
    window.go("history")
    window.history.show_refund(refund_id)

    def told() -> list[str]:
        shown = [one for one in named(window, "Timeline of the refund") if isinstance(one, QAbstractItemView)]
        return _texts(shown[0].model()) if shown else []

    qtbot.waitUntil(lambda: any("Ended: complete" in line for line in told()), timeout=PATIENCE_MS)
    for words in ("Begun: synced by a person", "Taken up again; it was cut off: ", "Ended: complete"):
        assert sum(words in line for line in told()) == 1, told()


def _texts(model: QAbstractItemModel) -> list[str]:
    """Each row's cells as they are shown."""
    return [
        " ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]
