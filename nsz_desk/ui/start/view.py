"""The start page: three ways to begin, in a window of the main window's size and place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QScrollArea, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.ui import theme as looks
from nsz_desk.ui.layouts import Layouts
from nsz_desk.ui.start.actions import add_profile, open_demo, open_profile, read_profiles, test_profile
from nsz_desk.ui.texts import shown, tip
from nsz_desk.ui.widgets import Button, card, column, label, line

if TYPE_CHECKING:
    from nsz_desk.ui.jobs import Job, Jobs, Work
    from nsz_desk.ui.messages import Messages
    from nsz_desk.ui.ports import FrontDoor, Lanes, ProfileLine
    from nsz_desk.ui.start.connect import ConnectDialog
    from nsz_desk.ui.start.profile_button import ProfileButton

PAINTED_MS = 15  # after this the window stands on the screen
LEAD = "NetSuite customer refunds become external refunds in Zuora: each exactly once."
DEMO = "A made-up company on a simulator inside this computer. No account, nothing real is touched."
CONNECT = "One NetSuite account and one Zuora tenant: environment, secrets for the keychain, a test, done."


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
        self._buttons: list[ProfileButton] = []
        self._layouts = layouts or Layouts(None)
        self.opening = False
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
        self._lay_out()
        if isinstance(app, QApplication):
            looks.apply(app, theme)  # last: see `colour`

    @cached_property
    def _jobs(self) -> Jobs:
        from nsz_desk.ui.jobs import Jobs  # late: the page is painted before

        return Jobs(self._lanes, self)

    @property
    def messages(self) -> Messages:
        """What is said in dialogs."""
        if self._messages is None:
            from nsz_desk.ui.messages import Dialogs  # late: the page is painted before

            self._messages = Dialogs(self)
        return self._messages

    # -- put together
    def _lay_out(self) -> None:
        centre = QWidget()
        outer = line(centre, margins=(24, 24, 24, 24))
        outer.addStretch(1)
        page = column(gap=14)
        page.addStretch(2)
        page.addWidget(label("nsz-desk", "big-title"))
        page.addWidget(label(LEAD, "lead", wrap=True))
        page.addSpacing(6)
        self.demo = Button("Try the demo", "primary", icon_name="flask", tone="on_accent")
        self.connect_ = Button("Connect…", icon_name="database")
        cards = line(gap=14)
        cards.addWidget(self._card("Look around first", DEMO, self.demo), 1)
        cards.addWidget(self._card("Your own books", CONNECT, self.connect_), 1)
        page.addLayout(cards)
        page.addSpacing(6)
        page.addWidget(label("CONNECTIONS", "group"))
        page.addWidget(self._profile_list())
        self._said = label("", "muted", wrap=True)
        page.addWidget(self._said)
        page.addStretch(3)
        holder = QWidget()
        holder.setLayout(page)
        holder.setFixedWidth(760)
        outer.addWidget(holder)
        outer.addStretch(1)
        self.setCentralWidget(centre)
        self.demo.clicked.connect(lambda: self._open(open_demo(front=self._front), "Starting the demo company…"))
        self.connect_.clicked.connect(self.show_connect)

    def _card(self, title: str, text: str, button: Button) -> QFrame:
        made = card()
        inside = column(made, margins=(18, 16, 18, 16), gap=8)
        inside.addWidget(label(title, "title"))
        inside.addWidget(label(text, "muted", wrap=True))
        inside.addStretch(1)
        row = line()
        row.addWidget(button)
        row.addStretch(1)
        inside.addLayout(row)
        made.setMinimumHeight(148)
        return made

    def _profile_list(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Connections")
        area.setMinimumHeight(64)
        area.setMaximumHeight(196)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        self._profiles = column(page, gap=8)
        area.setWidget(page)
        return area

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

    def profile_buttons(self) -> list[ProfileButton]:
        """The profiles shown, in order."""
        return list(self._buttons)

    def _show_profiles(self, profiles: tuple[ProfileLine, ...]) -> None:
        from nsz_desk.ui.start.profile_button import ProfileButton  # late: the page is painted before

        while (item := self._profiles.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._buttons = [ProfileButton(profile) for profile in profiles]
        for button in self._buttons:
            profile = button.profile
            button.setEnabled(not profile.problem and not self.opening)
            button.setToolTip(tip(profile.problem))
            button.clicked.connect(lambda _=False, name=profile.name: self.open_profile(name))
            self._profiles.addWidget(button)
            button.show()  # at once: what is not shown cannot take the focus
        if not profiles:
            self._profiles.addWidget(label("None yet.", "muted"))
        self._profiles.addStretch(1)
        last = next((one for one in self._buttons if one.profile.last and one.isEnabled()), None)
        (last or self.demo).setFocus()
        self.listed.emit()

    # -- open
    def open_profile(self, name: str) -> None:
        """Open a profile's Desk."""
        self._open(open_profile(front=self._front, name=name), f"Opening {name}…")

    def _open(self, work: Work, words: str) -> None:
        if self.opening:
            return
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
        job.failed.connect(self._failed)
        job.ended.connect(lambda: self._set_opening(""))

    def _set_opening(self, words: str) -> None:
        self.opening = bool(words)
        self._said.setText(shown(words))
        for button in (self.demo, self.connect_):
            button.setEnabled(not words)
        for profile in self._buttons:
            profile.setEnabled(not words and not profile.profile.problem)

    # -- connect
    def show_connect(self) -> ConnectDialog:
        """Ask for a profile file and secrets."""
        from nsz_desk.ui.start.connect import ConnectDialog  # late: the page is painted before

        dialog = ConnectDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.test_wanted.connect(lambda text, secrets: self._test(dialog, text, secrets))
        dialog.wanted.connect(lambda name, text, secrets: self._add(dialog, name, text, secrets))
        dialog.open()
        return dialog

    def _test(self, dialog: ConnectDialog, text: str, secrets: dict[str, str]) -> None:
        job = self._jobs.run(test_profile(front=self._front, text=text, secrets=secrets))
        job.finished.connect(lambda found: dialog.show_test(found))
        job.failed.connect(lambda error: self._not_added(dialog, error))

    def _add(self, dialog: ConnectDialog, name: str, text: str, secrets: dict[str, str]) -> None:
        job = self._jobs.run(add_profile(front=self._front, name=name, text=text, secrets=secrets))
        job.finished.connect(lambda where: self._added(dialog, name, where))
        job.failed.connect(lambda error: self._not_added(dialog, error))

    def _added(self, dialog: ConnectDialog, name: str, where: str) -> None:
        dialog.accept()
        self._said.setText(shown(f"Saved {name}. Secrets: {where}."))
        self.refresh()

    def _not_added(self, dialog: ConnectDialog, error: BaseException) -> None:
        if isinstance(error, DeskError):
            dialog.say(" ".join(part for part in (error.title, error.hint) if part))
        else:
            dialog.say("It did not work; nothing was saved.")
            self.messages.show_bug(error)

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
