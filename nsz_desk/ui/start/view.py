"""The start page: three ways to begin, in a window of the main window's size and place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from nsz_desk.domain.errors import Credentials, DeskError, NoSecrets
from nsz_desk.ui import theme as looks
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.start.actions import open_demo, open_profile, read_profiles
from nsz_desk.ui.start.page import StartPage
from nsz_desk.ui.texts import shown

if TYPE_CHECKING:
    from nsz_desk.ui.front_door import FrontDoor, ProfileLine
    from nsz_desk.ui.jobs import Job, Jobs, Work
    from nsz_desk.ui.messages import Messages
    from nsz_desk.ui.ports import Lanes
    from nsz_desk.ui.start.connect import ConnectDialog
    from nsz_desk.ui.start.keeping import Keeping

PAINTED_MS = 15  # after this the window stands on the screen


class StartWindow(QMainWindow):
    """The window without a Desk; `opened` carries the first Desk and the window is closed by its owner then."""

    opened = Signal(object)  # Desk
    listed = Signal()

    def __init__(
        self,
        front: FrontDoor,
        jobs: Lanes,
        *,
        theme: str = "system",
        messages: Messages | None = None,
        layouts: Layouts | None = None,
    ) -> None:
        super().__init__()
        self._front, self._lanes = front, jobs
        self._messages = messages
        self._layouts = layouts or Layouts(None)
        self.opening = False
        self._opens = ""  # the profile that is being opened
        self._reading: Job | None = None
        self._waits: Work | None = None
        self._was_shown = self._was_read = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            looks.colour(app, theme)
        self.setWindowTitle("nsz-desk")
        self.setMinimumSize(960, 500)
        if not self._layouts.restore_window(self):
            self.resize(1440, 860)
        self.page = StartPage()
        self.setCentralWidget(self.page)
        self._wire()
        if isinstance(app, QApplication):
            looks.apply(app, theme)  # last: see `colour`

    @cached_property
    def _jobs(self) -> Jobs:
        from nsz_desk.ui.jobs import Jobs  # late: the page is painted before

        return Jobs(self._lanes, self)

    @cached_property
    def keeping(self) -> Keeping:
        """What is done with connections."""
        from nsz_desk.ui.start.keeping import Keeping  # late: the page is painted before

        made = Keeping(self._front, self._jobs, self.messages, self)
        made.changed.connect(self._changed)
        return made

    @property
    def messages(self) -> Messages:
        """What is said in dialogs."""
        if self._messages is None:
            from nsz_desk.ui.messages import Dialogs  # late: the page is painted before

            self._messages = Dialogs(self)
        return self._messages

    def _wire(self) -> None:
        page = self.page
        page.demo.clicked.connect(lambda: self._open(open_demo(front=self._front), "Starting the demo company…"))
        page.connect_.clicked.connect(self.show_connect)
        page.evidence.clicked.connect(self._check_evidence)
        page.import_.clicked.connect(lambda: self.keeping.import_file())
        page.open_wanted.connect(self.open_profile)
        page.menu_wanted.connect(lambda what, profile: self.keeping.do(what, profile))

    # -- profiles
    def refresh(self) -> None:
        """Read the profiles."""
        self._was_read = True
        job = self._reading = self._jobs.run(read_profiles(front=self._front))
        job.finished.connect(self._show_profiles)
        job.failed.connect(self._failed)
        job.ended.connect(self._read)

    def _read(self) -> None:
        self._reading = None
        if self._waits is not None:
            self._start(self._waits)

    def _show_profiles(self, profiles: tuple[ProfileLine, ...]) -> None:
        self.page.show_profiles(profiles, opening=self.opening)
        self.listed.emit()

    # -- open
    def open_profile(self, name: str) -> None:
        """Open a profile's Desk."""
        self._open(open_profile(front=self._front, name=name), f"Opening {name}…", name)

    def _open(self, work: Work, words: str, name: str = "") -> None:
        if self.opening:
            return
        self._opens = name
        self._set_opening(words)
        # After the profiles are read: two jobs that load the same libraries for the first time, side by side,
        # can meet one of them half loaded.
        if self._reading is not None or not self._was_read:
            self._waits = work
        else:
            self._start(work)

    def _start(self, work: Work) -> None:
        self._waits = None
        job = self._jobs.run(work)
        job.finished.connect(self.opened)
        job.failed.connect(self._not_opened)
        job.ended.connect(lambda: self._set_opening(""))

    def _set_opening(self, words: str) -> None:
        self.opening = bool(words)
        self.page.show_opening(words)

    def _not_opened(self, error: BaseException) -> None:
        """Say why; where the secrets are what is missing, ask for them."""
        if self._opens and isinstance(error, NoSecrets | Credentials):
            words = " ".join(part for part in (error.title, error.hint) if part)
            self.keeping.ask_secrets(self._opens, words)
        else:
            self._failed(error)

    # -- connect
    def show_connect(self) -> ConnectDialog:
        """Ask for a new connection."""
        return self.keeping.connect_new()

    def _check_evidence(self) -> None:
        from nsz_desk.ui.start.evidence import choose_evidence  # late: the page is painted before

        job = choose_evidence(self._front, self._jobs, self.messages, self)
        if job is not None:
            self.page.evidence.setEnabled(False)
            self.page.said.setText("Checking…")
            job.ended.connect(self._evidence_checked)

    def _evidence_checked(self) -> None:
        self.page.evidence.setEnabled(True)
        self.page.said.setText("")

    def _changed(self, words: str) -> None:
        self.page.said.setText(shown(words))
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, DeskError):
            self.messages.show_error(error)
        else:
            self.messages.show_bug(error)

    # -- Qt
    def showEvent(self, event: QShowEvent) -> None:
        """Read the profiles once the window is painted: what reads them takes the interpreter for a while."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(PAINTED_MS, self, self.refresh)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember size and place for the window that comes after."""
        self._layouts.keep_window(self)
        event.accept()
