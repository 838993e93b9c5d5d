"""What the start page does with connections: make one, enter secrets, renew, duplicate, import, export, remove."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.doctor_probe import ASK
from nsz_desk.ui.start import actions
from nsz_desk.ui.start.connect import ConnectDialog
from nsz_desk.ui.start.connection import over_rest
from nsz_desk.ui.start.profile_button import DUPLICATE, EXPORT, REMOVE, RENEW, REST

if TYPE_CHECKING:
    from collections.abc import Callable

    from nsz_desk.ui.front_door import FrontDoor, ProfileLine, ProfileText, Wanted
    from nsz_desk.ui.jobs import Job, Jobs, Work
    from nsz_desk.ui.messages import Messages

REMOVES = (
    "The connection goes, and its secrets and keys go from the keychain. The journal stays: what was synced remains on"
    " record. NetSuite's administrator still has to take back the integration's access."
)
THROWS = (
    "Another key takes its place. If its certificate is with the administrator or registered already, that one is worth"
    " nothing then."
)


class Keeping(QObject):
    """Runs the dialogs and jobs. `changed` says in words what is different now: the page reads the profiles again."""

    changed = Signal(str)
    asked = Signal(object)  # ConnectDialog

    def __init__(self, front: FrontDoor, jobs: Jobs, messages: Messages, window: QWidget) -> None:
        super().__init__(window)
        self._front, self._jobs, self._messages, self._window = front, jobs, messages, window
        self._shown: set[ConnectDialog] = set()

    # -- the connect dialog
    def connect_new(self) -> ConnectDialog:
        """Ask for a new connection."""
        return self._open(ConnectDialog(self._window))

    def enter_secrets(self, profile: ProfileText, words: str = "", *, renew: bool = False) -> ConnectDialog:
        """Ask for the secrets of a saved connection; `words` say why."""
        dialog = self._open(ConnectDialog(self._window, profile))
        if words:
            dialog.say(words)
        if renew and not profile.waiting:
            dialog.keys.key.make.setFocus()
        return dialog

    def ask_secrets(self, name: str, words: str = "", *, renew: bool = False) -> None:
        """Read a connection, then ask for its secrets."""

        def ask(profile: ProfileText) -> None:
            self.enter_secrets(profile, words, renew=renew)

        self._run(actions.saved_profile(front=self._front, name=name), ask)

    def _open(self, dialog: ConnectDialog) -> ConnectDialog:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.test_wanted.connect(lambda wanted: self._test(dialog, wanted))
        dialog.probe_wanted.connect(lambda wanted: self._probe(dialog, wanted))
        dialog.wanted.connect(lambda wanted: self._add(dialog, wanted))
        dialog.key_wanted.connect(lambda wanted, again: self._make_key(dialog, wanted, again))
        dialog.file_chosen.connect(lambda text: self._read(dialog, text))
        dialog.finished.connect(lambda _: self._shown.discard(dialog))
        self._shown.add(dialog)
        dialog.open()
        self.asked.emit(dialog)
        return dialog

    def _test(self, dialog: ConnectDialog, wanted: Wanted) -> None:
        job = self._answer(dialog, actions.test_profile(front=self._front, wanted=wanted), dialog.show_test)
        job.rows.connect(lambda checks: dialog.show_more(checks) if dialog in self._shown else None)

    def _probe(self, dialog: ConnectDialog, wanted: Wanted) -> None:
        if not self._messages.ask("Try a write?", ASK, "Write", "Do not write"):
            dialog.say("")
            return
        self._answer(dialog, actions.write_probe(front=self._front, wanted=wanted), dialog.show_probe)

    def _read(self, dialog: ConnectDialog, text: str) -> None:
        self._answer(dialog, actions.read_profile(front=self._front, text=text), dialog.show_file)

    def _make_key(self, dialog: ConnectDialog, wanted: Wanted, again: bool) -> None:
        if again and not self._messages.ask("Throw the key that waits away?", THROWS, "Make another", "Keep it"):
            dialog.say("")
            return
        job = self._answer(dialog, actions.make_key(front=self._front, wanted=wanted, again=again), dialog.show_key)
        job.finished.connect(
            lambda _: self.changed.emit(f"{wanted.name} has a new key; it waits for its certificate id.")
        )

    def _add(self, dialog: ConnectDialog, wanted: Wanted) -> None:
        job = self._answer(dialog, actions.add_profile(front=self._front, wanted=wanted), lambda _: dialog.accept())
        job.finished.connect(lambda where: self.changed.emit(f"Saved {wanted.name}. Secrets: {where}."))

    def _answer(self, dialog: ConnectDialog, work: Work, then: Callable[[Any], None]) -> Job:
        """Run a job of the dialog; an error is said in it, and nothing typed is lost. It may be closed meanwhile."""

        def done(answer: object) -> None:
            if dialog in self._shown:
                then(answer)

        def failed(error: BaseException) -> None:
            if dialog not in self._shown:
                self._failed(error)
            elif isinstance(error, DeskError):
                dialog.say(" ".join(part for part in (error.title, error.hint) if part))
            else:
                dialog.say("It did not work; nothing was saved.")
                self._messages.show_bug(error)

        job = self._jobs.run(work)
        job.finished.connect(done)
        job.failed.connect(failed)
        return job

    # -- the menu of a connection
    def do(self, what: str, profile: ProfileLine) -> None:
        """Do what was chosen in a connection's menu."""
        if what in (DUPLICATE, REST):
            self._duplicate(profile.name, rest=what == REST)
        elif what == EXPORT:
            self._export(profile.name)
        elif what == REMOVE:
            self._remove(profile.name)
        else:
            self.ask_secrets(profile.name, renew=what == RENEW)

    def _duplicate(self, name: str, *, rest: bool) -> None:
        """A copy in the wizard; `rest`: one over REST, which is tried while the one over SOAP still works."""

        def show(profile: ProfileText) -> None:
            if rest:
                profile = replace(profile, text=over_rest(profile.text), interface="rest")
            self.connect_new().show_copy(profile, f"{name[:35]}-rest" if rest else f"{name[:38]}-2")

        self._run(actions.saved_profile(front=self._front, name=name), show)

    def _export(self, name: str) -> None:
        def save(text: str) -> None:
            path, _ = QFileDialog.getSaveFileName(self._window, "Export", f"{name}.toml", "Profiles (*.toml)")
            if path:
                self._write(Path(path), text, name)

        self._run(actions.export_profile(front=self._front, name=name), save)

    def _write(self, path: Path, text: str, name: str) -> None:
        try:
            path.write_text(text, "utf-8")
        except OSError as problem:
            self._messages.warn("Not exported", f"{path.name} cannot be written: {problem.strerror}.")
        else:
            self.changed.emit(f"Exported {name} to {path.name}. There are no secrets in it.")

    def _remove(self, name: str) -> None:
        if self._messages.ask(f"Remove {name}?", REMOVES, "Remove", "Keep"):
            self._run(actions.remove_profile(front=self._front, name=name), self.changed.emit)

    def import_file(self) -> None:
        """Ask for a profile file and take it into a new connection."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Import", "", "Profiles (*.toml *.json);;All files (*)")
        if path:
            self.connect_new().take_file(Path(path))

    def _run(self, work: Work, then: Callable[..., None]) -> Job:
        job = self._jobs.run(work)
        job.finished.connect(then)
        job.failed.connect(self._failed)
        return job

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, DeskError):
            self._messages.show_error(error)
        else:
            self._messages.show_bug(error)
