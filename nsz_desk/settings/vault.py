"""Where secrets live: the operating system's keychain, or this run's memory. Never a file.

Only backends on the list below are used, chosen here and not by keyring, whose own choice obeys
PYTHON_KEYRING_BACKEND and keyringrc.cfg and can fall back to plain text. Calls may block while the system
asks its user to unlock the keychain: call them in a worker. No message here ever holds a secret.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from nsz_desk.domain.errors import Credentials, NoSecrets, Setup
from nsz_desk.settings.given import ENTER, TRUTH, checked, names, pairs, secrets_from_json
from nsz_desk.settings.model import Secrets

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["ALLOWED", "KeyringVault", "MemoryVault", "Vault", "secrets_from_json"]

ALLOWED = {
    ("keyring.backends.SecretService", "Keyring"): "Secret Service",
    ("keyring.backends.kwallet", "DBusKeyring"): "KWallet",
    ("keyring.backends.macOS", "Keyring"): "macOS Keychain",
    ("keyring.backends.Windows", "WinVaultKeyring"): "Windows Credential Locker",
}
LONGEST = 1200  # characters; a Windows entry holds 2,560 bytes of UTF-16, and would cut a longer one
NEXT_KEY = "next_key"  # the entry of a private key whose certificate waits to be registered


class Vault(Protocol):
    """Keeps the secrets of profiles."""

    def save(self, profile: str, secrets: Secrets) -> None:
        """Keep the secrets of a profile, in place of earlier ones."""

    def load(self, profile: str) -> Secrets:
        """The secrets of a profile; raises Setup when there are none, Credentials when access is refused."""

    def remove(self, profile: str) -> None:
        """Forget the secrets of a profile; fine when there are none."""

    def save_next_key(self, profile: str, key: SecretStr) -> None:
        """Keep a new private key (PEM) beside the one in use, in place of an earlier new one."""

    def next_key(self, profile: str) -> SecretStr | None:
        """The new private key that waits, if there is one."""

    def forget_next_key(self, profile: str) -> None:
        """Forget the new private key; fine when there is none."""

    def describe(self) -> str:
        """Where the secrets are, for people."""


class MemoryVault:
    """Keeps secrets until the program ends."""

    def __init__(self) -> None:
        self._held: dict[str, Secrets] = {}
        self._next: dict[str, SecretStr] = {}

    def save(self, profile: str, secrets: Secrets) -> None:
        """Keep them for this run."""
        self._held[profile] = secrets

    def load(self, profile: str) -> Secrets:
        """The secrets of a profile; raises Setup when there are none."""
        if profile not in self._held:
            raise _none_kept(profile)
        return self._held[profile]

    def holds(self, profile: str) -> bool:
        """Whether there are secrets of a profile."""
        return profile in self._held

    def remove(self, profile: str) -> None:
        """Forget them."""
        self._held.pop(profile, None)
        self._next.pop(profile, None)

    def save_next_key(self, profile: str, key: SecretStr) -> None:
        """Keep it for this run."""
        self._next[profile] = key

    def next_key(self, profile: str) -> SecretStr | None:
        """The new key, if there is one."""
        return self._next.get(profile)

    def forget_next_key(self, profile: str) -> None:
        """Forget it."""
        self._next.pop(profile, None)

    def describe(self) -> str:
        """Say that nothing is kept."""
        return "Memory of this run: the secrets are gone when the program ends"


class KeyringVault:
    """Keeps secrets in the operating system's keychain, one entry per secret."""

    def __init__(self, backend: "KeyringBackend | None" = None) -> None:
        """Take the given backend or the best usable one; raises Setup when none on the list is usable."""
        self._backend = backend or _usable_backend()
        kind = type(self._backend)
        name = ALLOWED.get((kind.__module__, kind.__qualname__))
        if name is None:
            raise Setup(
                f"The keychain {kind.__module__}.{kind.__qualname__} is not one the desk trusts.",
                TRUTH,
                f"Use one of: {', '.join(ALLOWED.values())}.",
            )
        self._name = name

    def save(self, profile: str, secrets: Secrets) -> None:
        """Write every secret and read it back; where one could not be, those of before stay, or else none."""
        held = dict(pairs(secrets))
        for name, value in held.items():
            if not value or len(value) > LONGEST:
                why = f"has more than {LONGEST:,} characters" if value else "is empty"
                raise Setup(f"The secret {name} {why}.", "Nothing was saved.", "Check the value and try again.")
        with self._asking("save"):
            before = self._entries(profile)
        try:
            self._put(profile, held)
        except (Setup, Credentials):
            self._put_back(profile, before)
            raise

    def load(self, profile: str) -> Secrets:
        """Read all entries of a profile."""
        tree: dict[str, dict[str, str]] = {}
        with self._asking("read"):
            for name, value in self._entries(profile).items():
                block, _, field = name.partition(".")
                tree.setdefault(block, {})[field] = value
        if not tree:
            raise _none_kept(profile)
        return checked(tree, f"The keychain's entries for profile {profile} are not complete")

    def remove(self, profile: str) -> None:
        """Delete all entries of a profile."""
        with self._asking("remove"):
            for name in (*names(Secrets), NEXT_KEY):
                self._delete(profile, name)

    def save_next_key(self, profile: str, key: SecretStr) -> None:
        """Write it and read it back."""
        with self._asking("save"):
            self._write(profile, NEXT_KEY, key.get_secret_value())

    def next_key(self, profile: str) -> SecretStr | None:
        """Read it."""
        with self._asking("read"):
            value = self._read(profile, NEXT_KEY)
        return SecretStr(value) if value else None

    def forget_next_key(self, profile: str) -> None:
        """Delete it."""
        with self._asking("remove"):
            self._delete(profile, NEXT_KEY)

    def describe(self) -> str:
        """The keychain's name."""
        return self._name

    def _entries(self, profile: str) -> dict[str, str]:
        found = {name: self._read(profile, name) for name in names(Secrets)}
        return {name: value for name, value in found.items() if value is not None}

    def _put(self, profile: str, held: dict[str, str]) -> None:
        """Make these the entries of a profile: each is read back, and there are no others."""
        with self._asking("save"):
            for name, value in held.items():
                self._write(profile, name, value)
            for name in set(names(Secrets)) - set(held):
                self._delete(profile, name)

    def _write(self, profile: str, name: str, value: str) -> None:
        self._backend.set_password(_entry(profile, name), profile, value)
        if self._read(profile, name) != value:
            raise Setup(
                f"The keychain gave back something else than was saved for {name}.",
                "Nothing was saved.",
                "Give the secrets for one run only, and have the keychain looked at.",
            )

    def _read(self, profile: str, name: str) -> str | None:
        return self._backend.get_password(_entry(profile, name), profile)

    def _delete(self, profile: str, name: str) -> None:
        if self._read(profile, name) is not None:
            self._backend.delete_password(_entry(profile, name), profile)

    def _put_back(self, profile: str, before: dict[str, str]) -> None:
        """After a failed save: the secrets as they were, or else none; never a mixture of old and new ones."""
        for held in (before, {}):
            try:
                self._put(profile, held)
            except (Setup, Credentials):
                continue
            return

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Turn the keychain's failures into ours, without its words: a backend may quote what it was given."""
        from keyring import errors  # late: only a run that uses the keychain needs it

        try:
            yield
        except (Setup, Credentials):
            raise
        except errors.NoKeyringError:
            raise _no_keychain() from None
        except errors.KeyringError as error:
            raise Credentials(
                f"The keychain ({self._name}) refused to {what} the secrets ({type(error).__name__}).",
                TRUTH,
                "Unlock it and allow the desk to use it, then try again.",
            ) from None
        except Exception as error:  # backends also let their own libraries' errors through
            title = f"The keychain ({self._name}) failed to {what} the secrets ({type(error).__name__})."
            raise Setup(title, TRUTH, ENTER) from None


def _entry(profile: str, name: str) -> str:
    return f"nsz-desk/{profile}/{name}"


def _usable_backend() -> "KeyringBackend":
    """The best usable backend on the list. Importing one has no effect; asking its priority looks at the system."""
    usable: list[tuple[float, KeyringBackend]] = []
    for module, name in ALLOWED:
        if ("macOS" in module) != (sys.platform == "darwin") or ("Windows" in module) != (sys.platform == "win32"):
            continue
        try:
            kind = getattr(importlib.import_module(module), name)
            usable.append((float(kind.priority), kind()))
        except Exception:  # noqa: S112 - whatever is wrong with it, it is not usable here
            continue
    if not usable:
        raise _no_keychain()
    return max(usable, key=lambda pair: pair[0])[1]


def _no_keychain() -> Setup:
    return Setup(
        "This computer offers no keychain that the desk trusts.",
        "Nothing was saved; secrets are never written to a file.",
        f"Start one of: {', '.join(ALLOWED.values())}; or give the secrets for one run only.",
    )


def _none_kept(profile: str) -> NoSecrets:
    return NoSecrets(f"No secrets are kept for profile {profile}.", TRUTH, "Enter them once with `profile add`.")
