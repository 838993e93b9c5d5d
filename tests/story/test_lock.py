"""The lock on the real desk: tokens and secrets are gone from memory, and unlocking asks the keychain again."""

import json
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.assembly import open_desk
from nsz_desk.cli.commands import report
from nsz_desk.domain.errors import Barred, Credentials
from nsz_desk.engine.desk import Desk
from nsz_desk.settings.file import Folders, profile_of
from nsz_desk.settings.model import Secrets
from nsz_desk.settings.vault import secrets_from_json
from nsz_desk.simulator.server import Simulator


class Keychain:
    """Gives the secrets as often as it is asked, unless it is locked."""

    def __init__(self, held: str) -> None:
        self._held, self.asked, self.locked = held, 0, False

    def load(self) -> Secrets:
        """New objects each time, as from the system."""
        if self.locked:
            raise Credentials("The keychain refused to read the secrets.", "Nothing was sent.", "Unlock it.")
        self.asked += 1
        return secrets_from_json(self._held)


@contextmanager
def opened(home: Path, interface: str) -> Iterator[tuple[Desk, Keychain]]:
    """A desk on the demo company, and the keychain it was opened with."""
    places = Folders(home, home / "journal", home / "logs", home / "locks")
    with Simulator("demo") as simulator:
        said: dict[str, Any] = dict(simulator.announcement())
        keychain = Keychain(json.dumps(said["credentials"]))
        profile = profile_of(said[interface], "the profile")
        with open_desk(profile, keychain.load(), places, writes=True, vault=keychain.load) as desk:
            yield desk, keychain


@pytest.mark.parametrize("interface", ["profile", "profile_rest"], ids=["soap", "rest"])
def test_a_locked_desk_holds_no_gateway_and_opens_with_the_keychain_again(tmp_path: Path, interface: str) -> None:
    """Both gateways are gone with their tokens; nothing can be asked; the keychain is asked once more to unlock."""
    with opened(tmp_path, interface) as (desk, keychain):
        before = len(desk.pending(report()).rows)
        gone: list[Callable[[], object]] = [weakref.ref(desk.netsuite), weakref.ref(desk.zuora)]
        desk.lock()
        assert [one() for one in gone] == [None, None]
        with pytest.raises(Barred, match="locked"):
            desk.pending(report())
        keychain.locked = True
        with pytest.raises(Credentials):
            desk.unlock()
        with pytest.raises(Barred, match="locked"):
            desk.pending(report())
        keychain.locked = False
        desk.unlock()
        assert len(desk.pending(report()).rows) == before > 0
        assert keychain.asked == 2


def test_a_run_under_way_keeps_what_it_needs(tmp_path: Path) -> None:
    """Locking in the middle of an approved batch does not break it: its own gateways live until it has ended."""
    with opened(tmp_path, "profile_rest") as (desk, _keychain):
        ids = [row.id for row in desk.pending(report()).rows if row.can_sync][:3]
        plan, events = desk.plan(ids, report()), list[str]()

        def lock(event: object) -> None:
            if not events:
                desk.lock()
            events.append(repr(event))

        done = desk.sync(plan, report(), lock)
        assert {row.result.value for row in done.results} == {"complete"}
        with pytest.raises(Barred, match="locked"):
            desk.plan(ids, report())
