"""The main job without a person: the same window, driven through its own buttons, with a picture of every stage."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QSize, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.results import BatchResult
from nsz_desk.rules.book import Verdict
from nsz_desk.ui import theme as looks
from nsz_desk.ui.application import application
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.ports import Desk, Lanes
from nsz_desk.ui.texts import count_text

WAIT_MS = 300_000
SIZE = QSize(1440, 860)


class TourFailed(Exception):
    """The tour could not go on; the text says where and why."""


class PrintedMessages:
    """Messages on standard output: a tour has nobody to close a dialog."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def tell(self, title: str, text: str) -> None:
        """Print it."""
        print(f"  {title}: {text}")

    def warn(self, title: str, text: str) -> None:
        """Print it."""
        self.tell(title, text)

    def ask(self, title: str, text: str, yes: str, no: str) -> bool:
        """Take the careful answer."""
        print(f"  {title} {text} [{no}]")
        return False

    def show_error(self, error: DeskError) -> None:
        """Remember it: the tour fails."""
        self.errors.append(str(error))

    def show_bug(self, error: BaseException) -> None:
        """Remember it: the tour fails."""
        self.errors.append(f"{type(error).__name__}: {error}")


class Camera:
    """Takes numbered pictures of a window in light and dark."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._number = folder, 0

    def shoot(self, what: str, *widgets: QWidget) -> None:
        """Save `NN-what-light.png` and `-dark.png` of the last widget, which is in front."""
        self._number += 1
        app = application()
        for theme in ("dark", "light"):  # ends in light, in which the tour goes on
            looks.apply(app, theme)
            app.processEvents()
            path = self._folder / f"{self._number:02d}-{what}-{theme}.png"
            if not widgets[-1].grab().save(str(path)):
                raise TourFailed(f"The picture {path.name} could not be written.")
        print(f"  picture {self._number:02d}-{what} (light, dark)")


class Tour:
    """One walk through the main job."""

    def __init__(self, desk: Desk, jobs: Lanes, folder: Path) -> None:
        self.messages = PrintedMessages()
        self.window = MainWindow(desk, jobs, theme="light", messages=self.messages)
        self.window.resize(SIZE)
        self.camera = Camera(folder)
        self.view = self.window.pending

    def walk(self) -> BatchResult:
        """List, explain, tick, review, send, result, history; answers what came of it."""
        print("Reading the pending refunds")
        self._wait(self.view.listed, self.window.show)
        self._settle()
        for tile, (count, totals) in self.view.table.tile_figures().items():
            print(f"  {tile:<13} {count:>4}  {' · '.join(map(str, totals))}")
        self.camera.shoot("pending", self.window)
        self._explain()
        self.view.list.setFocus()
        self.view.bar.ticks.tick_all.click()
        ticked = self.view.table.ticked_rows()
        if not ticked:
            raise TourFailed("No refund is ready, so nothing can be sent.")
        print(f"Ticked {count_text(len(ticked), 'ready refund')}")
        self.camera.shoot("ticked", self.window)
        return self._send()

    def _explain(self) -> None:
        blocked = next((row for row in self.view.table.rows() if row.verdict is Verdict.BLOCKED), None)
        if blocked is None:
            return
        self.view.list.go_to(blocked.id)
        print(f"Rules of {blocked.number}: {blocked.judgement.why} {blocked.judgement.next_step}")
        self.camera.shoot("rules", self.window)

    def _send(self) -> BatchResult:
        review = self._wait(self.view.review_opened, self.view.bar.ticks.review.click)
        self._settle()
        print(f"Review: {review.windowTitle()}")
        self.camera.shoot("review", review)
        review.fold.click()
        self.camera.shoot("exact-calls", review)
        print(f"Pressing {review.send.text()}")
        QTimer.singleShot(150, lambda: self.camera.shoot("sending", self.window))
        outcome = self._wait(self.view.outcome_opened, review.send.click)
        self._settle()
        results: list[BatchResult] = [self._result]
        for row in results[0].results:
            print(f"  {row.number:<12} {row.result.value:<9} {row.zuora_number or row.zuora_refund_id}  {row.reason}")
        self.camera.shoot("result", outcome)
        self._wait(self.view.listed, outcome.done_button.click)
        self._settle()
        self.view.show_tile("synced")
        self.camera.shoot("synced", self.window)
        self._wait(self.window.history.table.counted, lambda: self.window.go("history"))
        self._settle()
        self.camera.shoot("history", self.window)
        return results[0]

    def _wait(self, signal: SignalInstance, act: Callable[[], Any]) -> Any:
        """Do something and wait until `signal` comes; answers the signal's argument."""
        loop, heard = QEventLoop(), []

        def hear(*args: Any) -> None:
            heard.append(args[0] if args else None)
            loop.quit()

        signal.connect(hear)
        ended = self.view.run_ended.connect(self._keep)
        QTimer.singleShot(WAIT_MS, loop, loop.quit)
        watch = QTimer(loop)
        watch.timeout.connect(lambda: loop.quit() if self.messages.errors else None)
        watch.start(100)
        act()
        if not heard:
            loop.exec()
        signal.disconnect(hear)
        self.view.run_ended.disconnect(ended)
        if self.messages.errors:
            raise TourFailed(self.messages.errors[0])
        if not heard:
            raise TourFailed("The window did not answer in time.")
        return heard[0]

    def _keep(self, result: BatchResult | None) -> None:
        if result is not None:
            self._result = result

    def _settle(self) -> None:
        for _ in range(3):  # let layouts and first paints happen before a picture
            application().processEvents()


def tour(desk: Desk, jobs: Lanes, folder: Path, check: Callable[[BatchResult], list[str]]) -> int:
    """Walk through the main job, save pictures in `folder`, print what was done, and check what came of it.

    `check` looks at the world itself and answers what is not as the window says; 0 when nothing.
    """
    application()
    walk = Tour(desk, jobs, folder)
    try:
        result = walk.walk()
        problems = check(result)
    except TourFailed as failure:
        problems = [str(failure)]
    finally:
        walk.window.close()
    for problem in problems:
        print(f"NOT TRUE: {problem}")
    print("The window and the world agree." if not problems else f"{count_text(len(problems), 'problem')}.")
    return 1 if problems else 0
