"""What the start page may do: open a profile or the demo, and keep connections. Called in jobs; may block.

The rooms behind it are imported when they are used: the page is painted before gateways and keychain are there.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from nsz_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nsz_desk.connections import Connections
    from nsz_desk.engine.certificates import KeyCertificate
    from nsz_desk.engine.checks import Check, Examination
    from nsz_desk.engine.evidence import Evidence
    from nsz_desk.settings.file import Profiles
    from nsz_desk.settings.model import Profile, Secrets
    from nsz_desk.settings.vault import MemoryVault
    from nsz_desk.ui.front_door import ProfileLine, ProfileText, Wanted
    from nsz_desk.ui.ports import Desk


class Front:
    """The front door of the window. What it opens is closed with `stack`; secrets for this run live as long as it."""

    def __init__(self, stack: ExitStack) -> None:
        """Nothing is opened yet."""
        self._stack = stack
        self._run: MemoryVault | None = None

    def profiles(self) -> tuple[ProfileLine, ...]:
        """All profiles, the one used last first."""
        shelf = _shelf()
        lines = [self._line(shelf, name) for name in shelf.names()]
        return tuple(sorted(lines, key=lambda line: not line.last))

    def _line(self, shelf: Profiles, name: str) -> ProfileLine:
        from nsz_desk.ui.front_door import ProfileLine

        try:
            profile = shelf.load(name)
            in_use, waiting = _certificates(profile)
        except DeskError as problem:
            return ProfileLine(name, "", "", "", name == shelf.last(), str(problem))
        netsuite, zuora = profile.netsuite, profile.zuora.url.removeprefix("https://").removeprefix("rest.")
        last = name == shelf.last()
        return ProfileLine(
            name, profile.kind.value, netsuite.account, zuora, last, "", netsuite.interface, in_use, waiting
        )

    def open_profile(self, name: str) -> Desk:
        """The Desk on a profile, with the secrets of the keychain or of this run."""
        from nsz_desk import assembly

        shelf, held = _shelf(), self._connections()
        profile = shelf.load(name)

        def vault() -> Secrets:
            return held.secrets(name)

        desk = self._stack.enter_context(assembly.open_desk(profile, vault(), held.places, writes=True, vault=vault))
        shelf.use(name)
        return desk

    def open_demo(self) -> Desk:
        """The Desk on the demo company."""
        from nsz_desk import assembly, demo

        profile, secrets, places, _control = self._stack.enter_context(demo.company())
        return self._stack.enter_context(assembly.open_desk(profile, secrets, places, writes=True))

    def test_profile(self, wanted: Wanted, tell: Callable[[Check], None] = lambda check: None) -> Examination:
        """Everything a connection needs, looked at; the profile is not saved by it."""
        from nsz_desk.engine.doctor import examine
        from nsz_desk.settings.file import parse_profile

        return examine(self._connections().examined(wanted.name, parse_profile(wanted.text), wanted.secrets), tell)

    def write_probe(self, wanted: Wanted) -> Check:
        """Write one field of one refund with the value that it has; never on production."""
        from nsz_desk.engine.doctor_probe import write_probe
        from nsz_desk.settings.file import parse_profile

        return write_probe(self._connections().examined(wanted.name, parse_profile(wanted.text), wanted.secrets))

    def add_profile(self, wanted: Wanted) -> str:
        """Check and save a profile and its secrets; says where the secrets are."""
        from datetime import date

        from nsz_desk.settings.file import parse_profile
        from nsz_desk.settings.mapping import mapped

        profile = parse_profile(wanted.text)
        if wanted.choices:
            profile = mapped(profile, wanted.choices, date.today())
        keep = self._connections().keep
        return keep(wanted.name, profile, wanted.secrets, new=wanted.new, this_run=wanted.this_run)

    def make_key(self, wanted: Wanted, again: bool) -> ProfileText:
        """Make a key in the keychain, beside the one in use; the profile is saved with its public certificate."""
        from nsz_desk.settings.file import parse_profile

        make = self._connections().make_key
        return _text(wanted.name, make(wanted.name, parse_profile(wanted.text), new=wanted.new, again=again))

    def profile(self, name: str) -> ProfileText:
        """A saved profile, and whether its secrets can be read."""
        from dataclasses import replace

        found = _text(name, _shelf().load(name))
        try:
            self._connections().secrets(name)
        except DeskError:
            return found
        return replace(found, kept=True)

    def read_profile(self, text: str) -> ProfileText:
        """The profile in a file's text."""
        from nsz_desk.settings.share import read_shared

        shared = read_shared(text)
        return _text(shared.name, shared.profile)

    def export_profile(self, name: str) -> str:
        """A file for another desk, without secrets."""
        from nsz_desk.settings.share import exported

        return exported(name, _shelf().load(name))

    def remove_profile(self, name: str) -> str:
        """Remove a profile with its secrets."""
        journal = self._connections().remove(name)
        stays = f" Its journal stays: {journal}." if journal else ""
        return f"{name} and its secrets are removed.{stays}"

    def check_evidence(self, path: Path) -> Evidence:
        """Check a journal that somebody handed over."""
        from nsz_desk.journal.evidence import check_evidence

        return check_evidence(path)

    def _connections(self) -> Connections:
        from nsz_desk.connections import connections
        from nsz_desk.settings.vault import MemoryVault

        self._run = self._run or MemoryVault()
        return connections(self._run)


def _shelf() -> Profiles:
    from nsz_desk.settings.file import Profiles, folders

    return Profiles(folders().config)


def _certificates(profile: Profile) -> tuple[KeyCertificate | None, KeyCertificate | None]:
    """Of the key in use and of one that waits."""
    if not (profile.netsuite.certificate or profile.netsuite.next_certificate):
        return None, None
    from datetime import UTC, datetime

    from nsz_desk.gateways.netsuite.certificate import certificates_of

    known = certificates_of(profile.netsuite, datetime.now(UTC))
    return (known.in_use, known.waiting) if known else (None, None)


def _text(name: str, profile: Profile) -> ProfileText:
    from nsz_desk.ui.front_door import ProfileText

    netsuite = profile.netsuite
    waiting = _certificates(profile)[1]
    return ProfileText(
        name, profile.model_dump_json(), profile.kind.value, netsuite.interface, netsuite.account, waiting
    )


def layout() -> Path:
    """The file that remembers how the window was arranged; losing it does not matter."""
    from nsz_desk.settings.folders import folders

    return folders().config / "window.ini"
