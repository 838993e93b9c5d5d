"""The main job without a person: the same windows, driven through their own buttons, with a picture of every stage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QSize, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from nsz_desk.domain.errors import Credentials, DeskError, NoAnswer, Setup
from nsz_desk.engine.certificates import KeyCertificate
from nsz_desk.engine.checks import Answer, Check, Examination, Offer, Offers
from nsz_desk.engine.evidence import Evidence
from nsz_desk.engine.results import BatchResult, Result
from nsz_desk.rules.book import Verdict
from nsz_desk.ui.application import application
from nsz_desk.ui.camera import Camera, TourFailed
from nsz_desk.ui.front_door import ProfileLine, ProfileText, Wanted
from nsz_desk.ui.main_window import MainWindow
from nsz_desk.ui.messages import Dialogs
from nsz_desk.ui.ports import Desk, Lanes
from nsz_desk.ui.resync.words import RESULT
from nsz_desk.ui.start.connect import KEYS, MAPPING
from nsz_desk.ui.start.view import StartWindow
from nsz_desk.ui.texts import count_text

WAIT_MS = 300_000
SIZE = QSize(1440, 860)
SEEN = Examination(
    (
        Check("netsuite", "NetSuite signed in", Answer.OK, "account 1234567_SB1"),
        Check("field", "Field IntegrationId__NS", Answer.PROBLEM, "refunds lack it", "Install the connector's fields."),
        Check("connector", "Connector", Answer.NOT_KNOWN, "not readable from here", "Ask its administrator."),
    ),
    None,
    "",
    Offers(
        (
            Offer(
                "zuora_id",
                "Zuora ID of the refund and credit memo",
                (("custbodyzuoraid", "Zuora ID · custbodyzuoraid"),),
                "custbodyzuoraid",
                "custbodyzuoraid",
            ),
        ),
        (
            Offer(
                "complete", "When it is done", (("Sync Complete", "Sync Complete"),), "Sync Complete", "Sync Complete"
            ),
        ),
        (Offer("Barter", "Barter", (("", "Not mapped: its refunds stay blocked"),), "", ""),),
    ),
)
KEYCHAIN = Credentials(
    "The keychain (Secret Service) refused to read the secrets (KeyringLocked).",
    "Nothing was sent to NetSuite or Zuora.",
    "Unlock it and allow the desk to use it, then try again.",
)
SOON = KeyCertificate("", date(2026, 12, 16), 21)
WAITS = KeyCertificate("", date(2028, 11, 23), 729)
LOST = NoAnswer(
    "Zuora did not answer in 30 seconds.",
    "The refund may exist in Zuora. Nothing is sent again until the desk has looked.",
    "Press Finish: the desk searches Zuora by the refund's NetSuite id.",
    "504",
)


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


class OneDesk:
    """A front door with one desk behind it, which is open already."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def profiles(self) -> tuple[ProfileLine, ...]:
        """The systems of the desk."""
        there = self._desk.environment
        return (
            ProfileLine("this-desk", there.kind, there.netsuite, there.zuora, last=True),
            ProfileLine("books", "sandbox", "1234567_SB1", "test.zuora.com", interface="rest", certificate=SOON),
        )

    def open_profile(self, name: str) -> Desk:
        """The desk."""
        return self._desk

    def open_demo(self) -> Desk:
        """The desk."""
        return self._desk

    def test_profile(self, wanted: Wanted, tell: Callable[[Check], None]) -> Examination:
        """What a test looks like."""
        return SEEN

    def write_probe(self, wanted: Wanted) -> Check:
        """Writes nothing."""
        return SEEN.checks[0]

    def add_profile(self, wanted: Wanted) -> str:
        """Keeps nothing."""
        return "not kept"

    def make_key(self, wanted: Wanted, again: bool) -> ProfileText:
        """Makes none: the certificate shown is made up."""
        return self.profile(wanted.name)

    def profile(self, name: str) -> ProfileText:
        """A connection over REST whose new key waits."""
        return ProfileText(name, "{}", "sandbox", "rest", "1234567_SB1", WAITS, kept=True)

    def read_profile(self, text: str) -> ProfileText:
        """As the saved one."""
        return self.profile("books")

    def export_profile(self, name: str) -> str:
        """Nothing to hand on."""
        return ""

    def remove_profile(self, name: str) -> str:
        """Removes nothing."""
        return "nothing was removed"

    def check_evidence(self, path: Path) -> Evidence:
        """None is chosen in the tour."""
        raise Setup("There is no evidence here.")


class Tour:
    """One walk through the main job."""

    def __init__(self, desk: Desk, jobs: Lanes, folder: Path) -> None:
        self.messages = PrintedMessages()
        self.front = OneDesk(desk)
        self.start = StartWindow(self.front, jobs, theme="light", messages=self.messages)
        self.window = MainWindow(desk, jobs, theme="light", messages=self.messages, look_ms=0)
        for one in (self.start, self.window):
            one.resize(SIZE)
        self.camera = Camera(folder)
        self.view = self.window.pending
        self.results: list[BatchResult] = []
        self.view.run_ended.connect(lambda result: self.results.append(result) if result is not None else None)

    def walk(self) -> list[BatchResult]:
        """Begin, list, explain, tick, review, send, results, history, undo, finish; answers what came of the runs."""
        self._begin()
        self._look_around()
        self._send()
        self._look_back()
        self._undo()
        self._by_hand()
        self._finish()
        self._dialogs()
        self._lock()
        return self.results

    def _begin(self) -> None:
        self._wait(self.start.listed, self.start.show)
        self._shoot("start", self.start)
        dialog = self.start.show_connect()
        dialog.systems.kinds["sandbox"].setChecked(True)
        self._shoot("connect", dialog)
        dialog.systems.methods["soap"].setChecked(True)
        self._shoot("connect-soap", dialog)
        dialog.systems.methods["rest"].setChecked(True)
        dialog.show_page(KEYS)
        self._shoot("secrets", dialog)
        dialog.systems.methods["soap"].setChecked(True)
        dialog.show_page(KEYS)
        self._shoot("secrets-soap", dialog)
        dialog.show_test(SEEN)
        self._shoot("test", dialog)
        dialog.show_page(MAPPING)
        self._shoot("mapping", dialog)
        dialog.reject()
        renewal = self.start.keeping.enter_secrets(self.front.profile("books"))
        self._shoot("renew", renewal)
        renewal.reject()
        print("Opening the desk")
        self._wait(self.start.opened, self.start.page.rows[0].button.click)
        print("Reading the pending refunds")
        self._wait(self.view.listed, self.window.show)
        self.start.close()
        for tile, (count, totals) in self.view.table.tile_figures().items():
            print(f"  {tile:<13} {count:>4}  {' · '.join(map(str, totals))}")
        self._shoot("pending", self.window)

    def _look_around(self) -> None:
        view = self.view
        view.show_tile("needs-you")
        self._shoot("causes", self.window)
        if found := next((row for row in view.table.shown_rows() if row.verdict is Verdict.BLOCKED), None):
            view.show_cause(found.judgement.why.partition(" ")[0])
            self._shoot("one-cause", self.window)
        view.show_tile("")
        doubt = next((row for row in view.table.rows() if row.verdict is Verdict.IN_DOUBT and row.can_sync), None)
        if doubt is not None:
            view.list.go_to(doubt.id)
            self._shoot("in-doubt", self.window)
        all_blocked = [row for row in view.table.rows() if row.verdict is Verdict.BLOCKED]
        blocked = min(all_blocked, key=lambda row: not row.judgement.why.startswith("2."), default=None)
        if blocked is not None:
            view.list.go_to(blocked.id)
            print(f"Rules of {blocked.number}: {blocked.judgement.why} {blocked.judgement.next_step}")
            self._shoot("rules", self.window)

    def _send(self) -> None:
        self.view.list.setFocus()
        self.view.bar.ticks.tick_all.click()
        ticked = self.view.table.ticked_rows()
        if not ticked:
            raise TourFailed("No refund is ready, so nothing can be sent.")
        print(f"Ticked {count_text(len(ticked), 'ready refund')}")
        self._shoot("ticked", self.window)
        review = self._wait(self.view.review_opened, self.view.bar.ticks.review.click)
        print(f"Review: {review.windowTitle()}")
        self._shoot("review", review)
        review.fold.click()
        self._shoot("exact-calls", review)
        print(f"Pressing {review.send.text()}")
        QTimer.singleShot(150, lambda: self.camera.shoot("sending", self.window))
        outcome = self._wait(self.view.outcome_opened, review.send.click)
        for row in self.results[0].results:
            print(f"  {row.number:<12} {row.result.value:<9} {row.zuora_number or row.zuora_refund_id}  {row.reason}")
        self._shoot("result", outcome)
        self._wait(self.view.listed, outcome.done_button.click)
        self.view.show_tile("synced")
        self._shoot("synced", self.window)

    def _look_back(self) -> None:
        self._wait(self.window.history.shown_lines, lambda: self.window.go("history"))
        self._shoot("history", self.window)
        sent = self.results[0].results[0]
        print(f"Timeline of {sent.number}")
        # the list of all lines may still be on its way: the newer read replaces it
        self._wait(self.window.history.shown_lines, lambda: self.view.history_wanted.emit(sent.id))
        self._shoot("timeline", self.window)
        self.window.go("pending")

    def _undo(self) -> None:
        """Undo the first refund that was sent; what was said of it before is not looked for in the world any more."""
        undone = next(row for row in self.results[0].results if row.result is Result.COMPLETE)
        self.results[0] = replace(self.results[0], results=tuple(r for r in self.results[0].results if r is not undone))
        self.view.show_tile("synced")
        self.view.list.go_to(undone.id)
        print(f"Undoing {undone.number}")
        wizard = self._wait(self.window.resync_opened, self.view.resync)
        self._wait(wizard.actions_.checked, lambda: None)
        self._shoot("resync-compare", wizard)
        wizard.foot.forward.click()
        wizard.reason.code.setCurrentIndex(1)
        wizard.reason.note.setText("The bank paid on another day")
        self._shoot("resync-reason", wizard)
        self._wait(wizard.stepped, wizard.foot.forward.click)
        self._shoot("resync-review", wizard)
        self._wait(wizard.stepped, wizard.foot.forward.click)
        self._wait(wizard.actions_.rows_said, lambda: None)
        self._shoot("resync-run", wizard)
        if wizard.step != RESULT:
            self._wait(wizard.stepped, lambda: None)
        result = wizard.queue.undos[undone.id].result
        print(f"  {undone.number:<12} {result.result.value:<9} {result.reason}")
        self._shoot("resync-result", wizard)
        self._wait(self.view.listed, wizard.foot.cancel.click)
        row = self.view.table.row(undone.id)
        if row is None or row.verdict is not Verdict.READY:
            raise TourFailed(f"{undone.number} was undone, but it is not pending again.")

    def _by_hand(self) -> None:
        """What a person does with one refund: split it, look for one made by hand, decide."""
        manual, rows = self.window.manual, self.view.table.rows()
        to_split = [row for row in rows if row.verdict is Verdict.MANUAL]
        to_link = [row for row in rows if row.may_be_linked]
        to_decide = [row for row in rows if row.may_be_decided]
        self.view.show_tile("")
        for row in to_split[:1]:
            self.view.list.go_to(row.id)
            dialog = self._wait(manual.allocate_opened, partial(self.view.allocate_one, row.id))
            self._shoot("allocate", dialog)
            review = self._wait(manual.review_opened, dialog.review.click)
            self._shoot("split-review", review)
            review.reject()
        for row in to_link[:1]:
            dialog = self._wait(manual.link_opened, partial(manual.link, row))
            self._shoot("link", dialog)
            if not dialog.buttons:
                dialog.reject()
                continue
            dialog.buttons[0].setChecked(True)
            review = self._wait(manual.link_review_opened, dialog.link.click)
            self._shoot("link-review", review)
            review.reject()
        for row in to_decide[:1]:
            dialog = self._wait(self.window.decide_opened, partial(self.view.decide_one, row.id))
            if not dialog.ready:
                self._wait(dialog.told, lambda: None)
            self._shoot("decide", dialog)
            dialog.reject()

    def _finish(self) -> None:
        if not self.view.open_banner.button.isVisible():
            return
        print("Pressing Finish")
        outcome = self._wait(self.view.outcome_opened, self.view.open_banner.button.click)
        for row in self.results[-1].results:
            print(f"  {row.number:<12} {row.result.value:<9} {row.zuora_number or row.zuora_refund_id}  {row.reason}")
        self._shoot("finished", outcome)
        self._wait(self.view.listed, outcome.done_button.click)
        self._shoot("after", self.window)

    def _dialogs(self) -> None:
        keys = self._wait(self.window.keys_opened, self.window.rail.keys.click)
        self._shoot("keys", keys)
        keys.reject()
        page = self._wait(self.window.help_opened, self.window.rail.help.click)
        self._shoot("help", page)
        page.reject()
        dialogs = Dialogs(self.window)
        asked = "The refund under way is finished first; the others are not sent. The window closes then."
        for name, box in (
            ("error", dialogs.error_box(LOST)),
            ("question", dialogs.question_box("Refunds are being sent", asked, "Stop and close", "Go on sending")),
            ("fault", dialogs.bug_box(RuntimeError("made up, to show what a fault looks like"))),
        ):
            box.open()
            self._shoot(name, box)
            box.done(0)

    def _lock(self) -> None:
        """Lock, show what a keychain that says no looks like, and unlock."""
        self._wait(self.window.lock.let_go, self.window.rail.lock.click)
        page = self.window.lock.page
        if page is None:
            raise TourFailed("The window does not lock.")
        self._shoot("locked", self.window)
        page.show_run(True)
        page.show_run(False)
        page.show_closed(1)
        page.show_idle(str(KEYCHAIN))
        self._shoot("locked-keychain", self.window)
        self._wait(self.view.listed, page.unlock.click)

    def _shoot(self, what: str, widget: QWidget) -> None:
        for _ in range(3):  # let layouts and first paints happen before a picture
            application().processEvents()
        self.camera.shoot(what, widget)

    def _wait(self, signal: SignalInstance, act: Callable[[], Any]) -> Any:
        """Do something and wait until `signal` comes; answers the signal's argument."""
        loop, heard = QEventLoop(), []

        def hear(*args: Any) -> None:
            heard.append(args[0] if args else None)
            loop.quit()

        signal.connect(hear)
        QTimer.singleShot(WAIT_MS, loop, loop.quit)
        watch = QTimer(loop)
        watch.timeout.connect(lambda: loop.quit() if self.messages.errors else None)
        watch.start(100)
        act()
        if not heard:
            loop.exec()
        signal.disconnect(hear)
        if self.messages.errors:
            raise TourFailed(self.messages.errors[0])
        if not heard:
            raise TourFailed("The window did not answer in time.")
        return heard[0]


def tour(desk: Desk, jobs: Lanes, folder: Path, check: Callable[[BatchResult], list[str]]) -> int:
    """Walk through the main job, save pictures in `folder`, print what was done, and check what came of it.

    `check` looks at the world itself and answers what is not as the window says; 0 when nothing.
    """
    application()
    walk = Tour(desk, jobs, folder)
    try:
        problems = [problem for result in walk.walk() for problem in check(result)]
    except TourFailed as failure:
        problems = [str(failure)]
    finally:
        for window in (walk.start, walk.window):
            window.close()
    for problem in problems:
        print(f"NOT TRUE: {problem}")
    print("The window and the world agree." if not problems else f"{count_text(len(problems), 'problem')}.")
    return 1 if problems else 0
