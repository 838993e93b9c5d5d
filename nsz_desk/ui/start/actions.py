"""What the start page's buttons do: each click becomes a job, because a keychain or a journal may block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the page is painted before these are loaded
    from collections.abc import Mapping

    from nsz_desk.ui.jobs import Work
    from nsz_desk.ui.ports import FrontDoor


def read_profiles(*, front: FrontDoor) -> Work:
    """A job that lists the profiles."""
    return lambda _report, _on_row: front.profiles()


def open_profile(*, front: FrontDoor, name: str) -> Work:
    """A job that opens a profile."""
    return lambda _report, _on_row: front.open_profile(name)


def open_demo(*, front: FrontDoor) -> Work:
    """A job that starts the demo company and opens it."""
    return lambda _report, _on_row: front.open_demo()


def add_profile(*, front: FrontDoor, name: str, text: str, secrets: Mapping[str, str]) -> Work:
    """A job that saves a profile and its secrets."""
    return lambda _report, _on_row: front.add_profile(name, text, secrets)


def test_profile(*, front: FrontDoor, text: str, secrets: Mapping[str, str]) -> Work:
    """A job that looks at everything a connection needs; nothing is written to either system."""
    return lambda _report, _on_row: front.test_profile(text, secrets)
