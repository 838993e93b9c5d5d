"""The connect dialog: which systems, their secrets, the test. What is typed here is handed on once and kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from nsz_desk.ui.check_box import CheckBox
from nsz_desk.ui.front_door import ProfileText, Wanted
from nsz_desk.ui.start.checklist import Checklist, summary
from nsz_desk.ui.start.connection import account_id, pinned
from nsz_desk.ui.start.mapping import MappingPage
from nsz_desk.ui.start.pages import SystemsPage
from nsz_desk.ui.start.secrets import SecretsPage
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Button, card, column, label, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nsz_desk.engine.checks import Check, Examination

LARGEST = 200_000  # bytes of a profile file; a real one has one or two thousand
SYSTEMS, KEYS, TEST, MAPPING = range(4)
STEPS = ("Systems", "Secrets", "Test", "Mapping")
TITLE = "Connect NetSuite and Zuora"
THIS_RUN = "For this run only: the keychain is not touched, and the secrets are gone when the program ends"
NOT_LET_IN = "NetSuite does not let the new key in, so the one in use stays. Check the certificate id."


class ConnectDialog(QDialog):
    """Four short pages. The signals carry what was entered; the owner answers with the methods here.

    With `saved` it is about the secrets of that connection; what is left blank stays as it is kept.
    """

    test_wanted = Signal(object)  # Wanted
    probe_wanted = Signal(object)  # Wanted: a write that changes nothing, which the owner asks about first
    wanted = Signal(object)  # Wanted
    key_wanted = Signal(object, bool)  # Wanted; whether another key shall take the place of the one that waits
    file_chosen = Signal(str)  # text of a profile file

    def __init__(self, parent: QWidget, saved: ProfileText | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(780, max(480, min(680, parent.height() - 20)))
        self._saved = self._file = saved
        self._found: Examination | None = None
        self._busy = self._stem = ""
        title = f"Secrets of {saved.name}" if saved else TITLE
        self.setWindowTitle(shown(title))
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        whole.addWidget(label(title, "big-title"))
        self.step = label("", "lead")
        whole.addWidget(self.step)
        self.pages = QStackedWidget()
        self.systems, self.keys, self.checks, self.mapping = SystemsPage(), SecretsPage(), Checklist(), MappingPage()
        frame = card()
        column(frame, margins=(16, 10, 4, 10)).addWidget(self.checks)
        for page in (_scrolled(self.systems), _scrolled(self.keys), frame, _scrolled(self.mapping)):
            self.pages.addWidget(page)
        whole.addWidget(self.pages, 1)
        self.this_run = CheckBox(THIS_RUN)
        whole.addWidget(self.this_run)
        self.said = label("", "blocked", wrap=True)
        self.said.hide()
        whole.addWidget(self.said)
        whole.addLayout(self._foot())
        self._wire()
        self.show_page(KEYS if saved else SYSTEMS)

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        self.why = label("", "muted", wrap=True)
        foot.addWidget(self.why, 1)
        self.cancel, self.back, self.probe = Button("Cancel"), Button("Back"), Button("Try a write…")
        self.probe.clicked.connect(self._try_a_write)
        self.next = Button("Next", "primary")
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(lambda: self.show_page(self.pages.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        for button in (self.probe, self.cancel, self.back, self.next):
            foot.addWidget(button)
        return foot

    def _wire(self) -> None:
        self.systems.changed.connect(self._show_ready)
        self.mapping.changed.connect(self._show_ready)
        self.systems.file_wanted.connect(self._choose)
        self.keys.changed.connect(self._show_ready)
        self.keys.key.make_wanted.connect(self._make_key)
        self.keys.key.said.connect(self.say)
        self.finished.connect(self.keys.forget)

    # -- a file in place of the fields
    def take_file(self, path: Path) -> None:
        """Read the profile file; the owner checks its text and answers with `show_file` or `say`."""
        self._file = None
        self.systems.show_file("")
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError("it is too large for a profile")
            text = path.read_text("utf-8-sig")
        except (OSError, ValueError) as problem:
            self.say(f"{path.name} cannot be read: {problem}.")
        else:
            self._wait("Reading…")
            self._stem = "".join(one if one.isascii() and one.isalnum() else "-" for one in path.stem)[:40]
            self.file_chosen.emit(text)

    def show_file(self, profile: ProfileText) -> None:
        """Take a checked profile in place of the fields; its name, or else the file's, is proposed."""
        self._file = profile
        self.say("")
        self.systems.show_file(f"{profile.netsuite}, {profile.kind}, NetSuite by {profile.interface.upper()}")
        if not self.systems.name.text():
            self.systems.name.setText(profile.name or self._stem)
        self._show_ready()

    def show_copy(self, profile: ProfileText, name: str) -> None:
        """Begin with a copy of a saved connection, under another name and without its secrets."""
        self._stem = name
        self.show_file(replace(profile, name="", waiting=None))

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Profile file", "", "Profiles (*.toml *.json);;All files (*)")
        if path:
            self.take_file(Path(path))

    # -- what the owner says
    def say(self, text: str) -> None:
        """Say why it did not work; "" says nothing."""
        self.said.setText(shown(text))
        self.said.setVisible(bool(text))
        self._busy = ""
        self._show_ready()

    def show_more(self, checks: Sequence[Check]) -> None:
        """Show lines of the test that goes on, as they come."""
        if self._busy and self.pages.currentIndex() != TEST:
            self.checks.begin()
            self.show_page(TEST)
        self.checks.add(checks)

    def show_test(self, found: Examination) -> None:
        """Show what the connection test found."""
        self._found, self._busy = found, ""
        if found.offers:
            self.mapping.show_found(found.offers)
        self.checks.show_checks(found.checks)
        self.show_page(TEST)

    def show_probe(self, check: Check) -> None:
        """Show what the write found, above the lines of the test."""
        if self._found:
            self._found = replace(self._found, checks=(*self._found.checks, check))
            self.checks.show_checks(self._found.checks)
        self.say("")
        self.step.setText(shown(f"{check.title}: {check.found}."))

    def show_key(self, saved: ProfileText) -> None:
        """A key was made and the connection saved with it; ask where its certificate goes."""
        self._saved = self._file = replace(saved, kept=self._kept)
        self.say("")
        self.show_page(KEYS)
        self.keys.key.choose_file()

    # -- one page after the other
    def _go_on(self) -> None:
        page = self.pages.currentIndex()
        if page == SYSTEMS:
            self.show_page(KEYS)
        elif page == KEYS and self.keys.entered():
            self._wait("Testing…")
            self.test_wanted.emit(self._wanted())
        elif page == TEST and self._can_map:
            self.show_page(MAPPING)
        else:
            self._wait("Saving…")
            self.wanted.emit(self._wanted())

    @property
    def _kept(self) -> bool:
        return self._saved is not None and self._saved.kept

    @property
    def _can_map(self) -> bool:
        """Whether NetSuite told what there is to choose from."""
        return self._found is not None and self._found.offers is not None

    def _try_a_write(self) -> None:
        self._wait("Writing…")
        self.probe_wanted.emit(self._wanted())

    def _make_key(self, again: bool) -> None:
        self._wait("Making a key…")
        self.key_wanted.emit(self._wanted(), again)

    def _wanted(self) -> Wanted:
        name = self._saved.name if self._saved else self.systems.name.text().strip()
        text = pinned(self._text(), self._found.pin if self._found else None)
        chosen = self.mapping.choices() if self.pages.currentIndex() == MAPPING else None
        once = self.this_run.isChecked()
        return Wanted(name, text, self.keys.entered(), new=not self._saved, this_run=once, choices=chosen)

    @property
    def _kind(self) -> str:
        return self._file.kind if self._file else self.systems.kind

    def _text(self) -> str:
        return self._file.text if self._file else self.systems.connection().text()

    def _wait(self, words: str) -> None:
        self.say("")
        self._busy = words
        self._show_ready()

    def show_page(self, page: int) -> None:
        """Turn to a page; what a test found is forgotten with the page of the test."""
        self.pages.setCurrentIndex(page)
        if page not in (TEST, MAPPING):
            self._found = None  # what was found holds for what was tested
        if page == KEYS:
            self._show_keys()
        before = 1 if self._saved else 0
        words = f"Step {page + 1 - before} of {len(STEPS) - before}: {STEPS[page]}"
        self.step.setText(shown(summary(self._found) if self._found and page == TEST else words))
        self.said.hide()
        self.back.setVisible(page > SYSTEMS + before)
        self.probe.setVisible(page == TEST and _let_in(self._found) and self._kind != "production")
        self.this_run.setVisible(page != SYSTEMS)
        first = {SYSTEMS: self.systems.kinds["sandbox"], KEYS: self.keys.first(), MAPPING: self.mapping.first()}
        first.get(page, self.next).setFocus()
        self._show_ready()

    def _show_keys(self) -> None:
        """The fields that fit what was chosen; what was typed into them stays."""
        file = self._file
        self.keys.key.account = file.netsuite if file else account_id(self.systems.account.text())
        interface = file.interface if file else self.systems.interface
        waiting = self._saved.waiting if self._saved else None
        self.keys.show_for(interface, kept=self._kept, waiting=waiting)

    def _why_not(self) -> str:
        page = self.pages.currentIndex()
        if page == KEYS:
            return self.keys.problem()
        if page == MAPPING and (missing := self.mapping.problem()):
            return missing
        if page in (TEST, MAPPING) and self._kept and self.keys.takes_new_key() and not _let_in(self._found):
            return NOT_LET_IN
        if self._saved:
            return ""
        if not self._file and (problem := self.systems.connection().problem()):
            return problem
        return "" if self.systems.name.text().strip() else "Give the connection a name."

    def _show_ready(self) -> None:
        page, why = self.pages.currentIndex(), self._why_not()
        words = "Next"
        if page == KEYS:
            words = "Test connection" if self._saved or self.keys.entered() else "Save without secrets"
        elif page == MAPPING or (page == TEST and not self._can_map):
            words = "Save connection" if self._found and self._found.healthy else "Save anyway"
        self.next.setText(self._busy or words)
        self.next.setEnabled(not why and not self._busy)
        self.next.setToolTip(why)
        self.why.setText(shown(why))
        self.back.setEnabled(not self._busy)
        self.probe.setEnabled(not self._busy)
        self.keys.key.setEnabled(not self._busy)
        self.cancel.setText("Close" if self._saved else "Cancel")


def _let_in(found: Examination | None) -> bool:
    return found is not None and any(
        one.id == "netsuite_signed_in" and one.answer.value == "ok" for one in found.checks
    )


def _scrolled(page: QWidget) -> QScrollArea:
    """A page that can be scrolled where the screen is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page.setObjectName("page")
    area.setWidget(page)
    return area
