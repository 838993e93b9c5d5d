"""What the start page may do: open a profile or the demo, and save a new profile. Called in jobs; may block.

The rooms behind it are imported when they are used: the page is painted before gateways and keychain are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from nsz_desk.domain.errors import DeskError, Setup

if TYPE_CHECKING:
    from nsz_desk.engine.checks import Examination
    from nsz_desk.settings.file import Profiles
    from nsz_desk.ui.ports import Desk, ProfileLine

NOT_KEPT = "not kept: this computer offers no keychain, so give them with --secrets-stdin at each run"


class Front:
    """The front door of the window. What it opens is closed with `stack`."""

    def __init__(self, stack: ExitStack) -> None:
        """Nothing is opened yet."""
        self._stack = stack

    def profiles(self) -> tuple[ProfileLine, ...]:
        """All profiles, the one used last first."""
        shelf = _shelf()
        lines = [self._line(shelf, name) for name in shelf.names()]
        return tuple(sorted(lines, key=lambda line: not line.last))

    def _line(self, shelf: Profiles, name: str) -> ProfileLine:
        from nsz_desk.ui.ports import ProfileLine

        try:
            profile = shelf.load(name)
        except DeskError as problem:
            return ProfileLine(name, "", "", "", name == shelf.last(), str(problem))
        zuora = profile.zuora.url.removeprefix("https://").removeprefix("rest.")
        return ProfileLine(name, profile.kind.value, profile.netsuite.account, zuora, name == shelf.last())

    def open_profile(self, name: str) -> Desk:
        """The Desk on a profile, with the secrets of the keychain."""
        from nsz_desk import assembly
        from nsz_desk.settings.file import folders
        from nsz_desk.settings.vault import KeyringVault

        shelf = _shelf()
        profile, secrets = shelf.load(name), KeyringVault().load(name)
        desk = self._stack.enter_context(assembly.open_desk(profile, secrets, folders(), writes=True))
        shelf.use(name)
        return desk

    def open_demo(self) -> Desk:
        """The Desk on the demo company."""
        from nsz_desk import assembly, demo

        profile, secrets, places, _control = self._stack.enter_context(demo.company())
        return self._stack.enter_context(assembly.open_desk(profile, secrets, places, writes=True))

    def test_profile(self, text: str, secrets: Mapping[str, str]) -> Examination:
        """Everything a connection needs, looked at; the profile is not saved by it."""
        from nsz_desk import assembly
        from nsz_desk.engine.doctor import examine
        from nsz_desk.settings.file import folders, parse_profile
        from nsz_desk.settings.vault import KeyringVault, secrets_from_json

        profile, held = parse_profile(text), secrets_from_json(_tree(secrets))
        try:
            keychain, kept = KeyringVault().describe(), True
        except DeskError:
            keychain, kept = "none that the desk trusts", False
        return examine(assembly.examined(profile, held, folders(), keychain=keychain, kept=kept))

    def add_profile(self, name: str, text: str, secrets: Mapping[str, str]) -> str:
        """Check and save a profile and its secrets; says where the secrets are."""
        from nsz_desk.settings.file import parse_profile
        from nsz_desk.settings.vault import KeyringVault, secrets_from_json

        profile = parse_profile(text)
        held = secrets_from_json(_tree(secrets)) if secrets else None
        shelf = _shelf()
        shelf.add(name, profile)
        shelf.use(name)
        if held is None:
            return "not entered"
        try:
            vault = KeyringVault()
        except Setup:
            return NOT_KEPT
        vault.save(name, held)
        return f"saved and read back in {vault.describe()}"


def _shelf() -> Profiles:
    from nsz_desk.settings.file import Profiles, folders

    return Profiles(folders().config)


def layout() -> Path:
    """The file that remembers how the window was arranged; losing it does not matter."""
    from nsz_desk.settings.folders import folders

    return folders().config / "window.ini"


def _tree(secrets: Mapping[str, str]) -> str:
    """`system.name` keys as the nested JSON that the vault reads."""
    import json

    tree: dict[str, dict[str, str]] = {}
    for key, value in secrets.items():
        system, _, name = key.partition(".")
        tree.setdefault(system, {})[name] = value
    return json.dumps(tree)
