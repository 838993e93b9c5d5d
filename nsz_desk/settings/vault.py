"""Where secrets live: the operating system's keychain, or this run's memory. Never a file.

Only backends on the list below are used, chosen here and not by keyring, whose own choice obeys
PYTHON_KEYRING_BACKEND and keyringrc.cfg and can fall back to plain text. Calls may block while the system
asks its user to unlock the keychain: call them in a worker. No message here ever holds a secret.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from nsz_desk.domain.errors import Credentials, Setup
from nsz_desk.settings.model import Secrets

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ALLOWED = {
    ("keyring.backends.SecretService", "Keyring"): "Secret Service",
    ("keyring.backends.kwallet", "DBusKeyring"): "KWallet",
    ("keyring.backends.macOS", "Keyring"): "macOS Keychain",
    ("keyring.backends.Windows", "WinVaultKeyring"): "Windows Credential Locker",
}
LONGEST = 1200  # characters; a Windows entry holds 2,560 bytes of UTF-16, and would cut a longer one
TRUTH = "Nothing was sent to NetSuite or Zuora."
ENTER = "Enter the secrets again; they can also be given for one run only."


class Vault(Protocol):
    """Keeps the secrets of profiles."""

    def save(self, profile: str, secrets: Secrets) -> None:
        """Keep the secrets of a profile, in place of earlier ones."""

    def load(self, profile: str) -> Secrets:
        """The secrets of a profile; raises Setup when there are none, Credentials when access is refused."""

    def remove(self, profile: str) -> None:
        """Forget the secrets of a profile; fine when there are none."""

    def describe(self) -> str:
        """Where the secrets are, for people."""


class MemoryVault:
    """Keeps secrets until the program ends."""

    def __init__(self) -> None:
        self._held: dict[str, Secrets] = {}

    def save(self, profile: str, secrets: Secrets) -> None:
        """Keep them for this run."""
        self._held[profile] = secrets

    def load(self, profile: str) -> Secrets:
        """The secrets of a profile; raises Setup when there are none."""
        if profile not in self._held:
            raise _none_kept(profile)
        return self._held[profile]

    def remove(self, profile: str) -> None:
        """Forget them."""
        self._held.pop(profile, None)

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
        """Write every secret and read it back; what could not be read back is not said to be saved."""
        held = dict(_flat(secrets))
        for name, value in held.items():
            if not value or len(value) > LONGEST:
                why = f"has more than {LONGEST:,} characters" if value else "is empty"
                raise Setup(f"The secret {name} {why}.", "Nothing was saved.", "Check the value and try again.")
        try:
            with self._asking("save"):
                for name, value in held.items():
                    self._write(profile, name, value)
                for name in set(_names(Secrets)) - set(held):
                    self._delete(profile, name)
        except (Setup, Credentials):
            self._forget(profile)
            raise

    def load(self, profile: str) -> Secrets:
        """Read all entries of a profile."""
        tree: dict[str, dict[str, str]] = {}
        with self._asking("read"):
            for name in _names(Secrets):
                value = self._read(profile, name)
                if value is not None:
                    block, _, field = name.partition(".")
                    tree.setdefault(block, {})[field] = value
        if not tree:
            raise _none_kept(profile)
        return _checked(tree, f"The keychain's entries for profile {profile} are not complete")

    def remove(self, profile: str) -> None:
        """Delete all entries of a profile."""
        with self._asking("remove"):
            for name in _names(Secrets):
                self._delete(profile, name)

    def describe(self) -> str:
        """The keychain's name."""
        return self._name

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

    def _forget(self, profile: str) -> None:
        """After a failed save: no mixture of old and new secrets, as far as the keychain still obeys."""
        try:
            self.remove(profile)
        except (Setup, Credentials):
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


def secrets_from_json(text: str) -> Secrets:
    """Secrets from JSON text; blanks around a value, as pasting leaves them, are dropped.

    Raises:
        Setup: the text is no JSON or an entry is missing, blank or too much; no value is ever quoted.
    """
    try:
        content = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Setup("The secrets are not a JSON object.", TRUTH, "Give them as the manual shows.")
    stripped = {
        block: {name: value.strip() if isinstance(value, str) else value for name, value in held.items()}
        if isinstance(held, dict)
        else held
        for block, held in content.items()
    }
    return _checked(stripped, "The secrets are not complete")


def _checked(tree: dict[str, Any], what: str) -> Secrets:
    known = {part for name in _names(Secrets) for part in name.split(".")}
    try:
        secrets = Secrets.model_validate(tree)
        wrong = [f"{name} is empty" for name, value in _flat(secrets) if not value]
    except ValidationError as error:  # its text and its context quote what was given, so neither goes on
        wrong = [_words(one["loc"], one["type"], known) for one in error.errors(include_input=False)]
    if wrong:
        raise Setup(f"{what}: {', '.join(wrong)}.", TRUTH, ENTER)
    return secrets


def _words(place: tuple[int | str, ...], kind: str, known: set[str]) -> str:
    # A secret in the place of a name would otherwise be quoted here.
    name = ".".join(str(part) if part in known else "(an unknown name)" for part in place)
    return f"{name} {'is missing' if kind == 'missing' else 'has no place' if 'extra' in kind else 'is not text'}"


def _names(model: type[BaseModel]) -> Iterator[str]:
    """The names of all secrets there can be, such as `netsuite.consumer_key`; also those of optional blocks."""
    for block, field in model.model_fields.items():
        kinds = get_args(field.annotation) or (field.annotation,)
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from (f"{block}.{name}" for name in kind.model_fields)


def _flat(secrets: Secrets) -> Iterator[tuple[str, str]]:
    for block, held in secrets:
        for name, value in held or ():
            if isinstance(value, SecretStr):
                yield f"{block}.{name}", value.get_secret_value()


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


def _none_kept(profile: str) -> Setup:
    return Setup(f"No secrets are kept for profile {profile}.", TRUTH, "Enter them once with `profile add`.")
