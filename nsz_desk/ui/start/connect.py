"""The connect dialog: which systems, their secrets, the test. What is typed here is handed on once and kept nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from nsz_desk.ui.start.checklist import Checklist, summary
from nsz_desk.ui.start.pages import SecretsPage, SystemsPage
from nsz_desk.ui.texts import shown
from nsz_desk.ui.widgets import Button, card, column, label, line

if TYPE_CHECKING:
    from nsz_desk.engine.checks import Examination

LARGEST = 200_000  # bytes of a profile file; a real one has one or two thousand
SYSTEMS, KEYS, TEST = range(3)
STEPS = ("Systems", "Secrets", "Test")


class ConnectDialog(QDialog):
    """Three short pages. `test_wanted` and `wanted` carry what was entered; the owner answers with the methods here."""

    test_wanted = Signal(str, object)  # text of the profile, secrets by key
    wanted = Signal(str, str, object)  # name, text of the profile, secrets by key

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect NetSuite and Zuora")
        self.setModal(True)
        self.resize(760, max(480, min(600, parent.height() - 20)))
        self._file_text = ""
        self._found: Examination | None = None
        self._busy = ""
        whole = column(self, margins=(24, 16, 24, 14), gap=10)
        whole.addWidget(label("Connect NetSuite and Zuora", "big-title"))
        self.step = label("", "lead")
        whole.addWidget(self.step)
        self.pages = QStackedWidget()
        self.systems, self.keys, self.checks = SystemsPage(), SecretsPage(), Checklist()
        frame = card()
        column(frame, margins=(16, 10, 4, 10)).addWidget(self.checks)
        for page in (self.systems, self.keys, frame):
            self.pages.addWidget(page)
        whole.addWidget(self.pages, 1)
        self.said = label("", "blocked", wrap=True)
        self.said.hide()
        whole.addWidget(self.said)
        whole.addLayout(self._foot())
        self.systems.changed.connect(self._show_ready)
        self.systems.file_wanted.connect(self._choose)
        self.keys.changed.connect(self._show_ready)
        self.finished.connect(self.keys.forget)
        self.show_page(SYSTEMS)

    def _foot(self) -> QHBoxLayout:
        foot = line(gap=12)
        self.why = label("", "muted", wrap=True)
        foot.addWidget(self.why, 1)
        self.cancel, self.back = Button("Cancel"), Button("Back")
        self.next = Button("Next", "primary")
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(lambda: self.show_page(self.pages.currentIndex() - 1))
        self.next.clicked.connect(self._go_on)
        for button in (self.cancel, self.back, self.next):
            foot.addWidget(button)
        return foot

    # -- a file in place of the fields
    def take_file(self, path: Path) -> None:
        """Read the profile file; its stem is the name proposed."""
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError("it is too large for a profile")
            self._file_text = path.read_text("utf-8-sig")
        except (OSError, ValueError) as problem:
            self._file_text = ""
            self.systems.show_file("")
            self.say(f"{path.name} cannot be read: {problem}.")
        else:
            self.say("")
            self.systems.show_file(path.name)
            if not self.systems.name.text():
                stem = "".join(one if one.isascii() and one.isalnum() else "-" for one in path.stem)
                self.systems.name.setText(stem[:40])
        self._show_ready()

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

    def show_test(self, found: Examination) -> None:
        """Show what the connection test found."""
        self._found, self._busy = found, ""
        self.checks.show_checks(found.checks)
        self.show_page(TEST)

    # -- one page after the other
    def _go_on(self) -> None:
        page = self.pages.currentIndex()
        if page == SYSTEMS:
            self.show_page(KEYS)
        elif page == KEYS and self.keys.entered():
            self._wait("Testing…")
            self.test_wanted.emit(self._text(), self.keys.entered())
        else:
            self._wait("Saving…")
            self.wanted.emit(self.systems.name.text().strip(), self._text(), self.keys.entered())

    def _text(self) -> str:
        if self._file_text:
            return self._file_text
        return self.systems.connection().text(self._found.pin if self._found else None)

    def _wait(self, words: str) -> None:
        self.say("")
        self._busy = words
        self._show_ready()

    def show_page(self, page: int) -> None:
        """Turn to a page; what a test found is forgotten with the page of the test."""
        self.pages.setCurrentIndex(page)
        if page != TEST:
            self._found = None  # what was found holds for what was tested
        words = summary(self._found) if self._found else f"Step {page + 1} of {len(STEPS)}: {STEPS[page]}"
        self.step.setText(shown(words))
        self.said.hide()
        self.back.setVisible(page > SYSTEMS)
        first = {SYSTEMS: self.systems.kinds["sandbox"], KEYS: next(iter(self.keys.fields.values())), TEST: self.next}
        first[page].setFocus()
        self._show_ready()

    def _why_not(self) -> str:
        if self.pages.currentIndex() == KEYS:
            return self.keys.problem()
        if not self._file_text and (problem := self.systems.connection().problem()):
            return problem
        return "" if self.systems.name.text().strip() else "Give the connection a name."

    def _show_ready(self) -> None:
        page, why = self.pages.currentIndex(), self._why_not()
        words = "Next"
        if page == KEYS:
            words = "Test connection" if self.keys.entered() else "Save without secrets"
        elif page == TEST:
            words = "Save connection" if self._found and self._found.healthy else "Save anyway"
        self.next.setText(self._busy or words)
        self.next.setEnabled(not why and not self._busy)
        self.next.setToolTip(why)
        self.why.setText(shown(why))
        self.back.setEnabled(not self._busy)
