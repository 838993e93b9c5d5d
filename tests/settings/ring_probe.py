"""A program for the tests of the real keychain: uses the vault from a worker thread and prints what came of it.

`python -m tests.settings.ring_probe SCENARIO` prints one JSON list of [what, answer, seconds, thread].
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from nsz_desk.domain.errors import DeskError
from nsz_desk.lanes import Jobs
from nsz_desk.settings.model import Secrets
from nsz_desk.settings.vault import KeyringVault
from tests.settings.profiles import VALUES, secrets

PATIENCE = 15.0  # seconds after which a call counts as hanging
Line = list[Any]


def ask(jobs: Jobs, what: str, call: Callable[[], object]) -> Line:
    """Make a call in a worker; its answer in a word, or the error's kind, title and hint."""
    ended: list[Line] = []
    started = time.monotonic()

    def tell(answer: object) -> None:
        ended.append([what, answer, time.monotonic() - started, threading.current_thread().name])

    def failed(error: Exception) -> None:
        tell([type(error).__name__, error.title, error.hint] if isinstance(error, DeskError) else [repr(error), "", ""])

    handle = jobs.start(lambda report: call(), on_progress=lambda *told: None, on_done=tell, on_failed=failed)
    return ended[0] if handle.wait(PATIENCE) else [what, ["Hangs", "", ""], PATIENCE, ""]


def lock() -> None:
    """Lock the keychain, as a screen lock or its owner does."""
    import secretstorage

    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()


def same(found: Secrets, wanted: Secrets) -> str:
    """A word instead of the secrets."""
    return "the same" if found == wanted else "something else"


def unlocked(jobs: Jobs) -> list[Line]:
    """The life of a profile's secrets, then the keychain is locked."""
    told = [ask(jobs, "open", lambda: KeyringVault().describe())]
    vault, newer = KeyringVault(), secrets(token="newer")
    steps: list[tuple[str, Callable[[], object]]] = [
        ("absent", lambda: vault.load("one")),
        ("remove absent", lambda: vault.remove("one")),
        ("save", lambda: vault.save("one", secrets())),
        ("read", lambda: same(KeyringVault().load("one"), secrets())),
        ("save again", lambda: vault.save("one", newer)),
        ("read again", lambda: same(KeyringVault().load("one"), newer)),
        ("save key", lambda: vault.save_next_key("one", SecretStr("a new key"))),
        ("key waits", lambda: vault.next_key("one") == SecretStr("a new key")),
        ("key beside", lambda: same(KeyringVault().load("one"), newer)),
        ("other profile", lambda: vault.load("two")),
        ("remove", lambda: vault.remove("one")),
        ("gone", lambda: vault.load("one")),
        ("key gone", lambda: vault.next_key("one") is not None),
        ("save for later", lambda: vault.save("one", secrets())),
        ("lock", lock),
        ("read locked", lambda: vault.load("one")),
        ("save locked", lambda: vault.save("one", newer)),
        ("remove locked", lambda: vault.remove("one")),
    ]
    return told + [ask(jobs, what, call) for what, call in steps]


def refused(jobs: Jobs) -> list[Line]:
    """Every verb on a keychain that may not be used."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("open", lambda: KeyringVault().describe()),
        ("save", lambda: KeyringVault().save("one", secrets())),
        ("read", lambda: KeyringVault().load("one")),
        ("remove", lambda: KeyringVault().remove("one")),
    ]
    return [ask(jobs, what, call) for what, call in steps]


def main(scenario: str) -> None:
    """Play a scenario and print it, after a look that no secret is in it."""
    jobs = Jobs()
    told = json.dumps({"unlocked": unlocked, "refused": refused}[scenario](jobs))
    assert not any(value in told for value in VALUES)
    print(told)
    jobs.close()


if __name__ == "__main__":
    main(sys.argv[1])
