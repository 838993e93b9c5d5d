"""What the start page's buttons do: each click becomes a job, because a keychain or a journal may block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the page is painted before these are loaded
    from pathlib import Path

    from nsz_desk.ui.front_door import FrontDoor, Wanted
    from nsz_desk.ui.jobs import Work


def read_profiles(*, front: FrontDoor) -> Work:
    """A job that lists the profiles."""
    return lambda _report, _on_row: front.profiles()


def open_profile(*, front: FrontDoor, name: str) -> Work:
    """A job that opens a profile."""
    return lambda _report, _on_row: front.open_profile(name)


def open_demo(*, front: FrontDoor) -> Work:
    """A job that starts the demo company and opens it."""
    return lambda _report, _on_row: front.open_demo()


def add_profile(*, front: FrontDoor, wanted: Wanted) -> Work:
    """A job that saves a profile and its secrets."""
    return lambda _report, _on_row: front.add_profile(wanted)


def test_profile(*, front: FrontDoor, wanted: Wanted) -> Work:
    """A job that looks at everything a connection needs; each line is told as it comes."""
    return lambda _report, on_row: front.test_profile(wanted, on_row)


def write_probe(*, front: FrontDoor, wanted: Wanted) -> Work:
    """A job that writes a field of one refund with the value that it has."""
    return lambda _report, _on_row: front.write_probe(wanted)


def make_key(*, front: FrontDoor, wanted: Wanted, again: bool) -> Work:
    """A job that makes a key in the keychain and saves the profile with its certificate."""
    return lambda _report, _on_row: front.make_key(wanted, again)


def read_profile(*, front: FrontDoor, text: str) -> Work:
    """A job that checks a profile file's text."""
    return lambda _report, _on_row: front.read_profile(text)


def saved_profile(*, front: FrontDoor, name: str) -> Work:
    """A job that reads a saved profile."""
    return lambda _report, _on_row: front.profile(name)


def export_profile(*, front: FrontDoor, name: str) -> Work:
    """A job that writes a profile as the text of a file, without secrets."""
    return lambda _report, _on_row: front.export_profile(name)


def remove_profile(*, front: FrontDoor, name: str) -> Work:
    """A job that removes a profile with its secrets."""
    return lambda _report, _on_row: front.remove_profile(name)


def check_evidence(*, front: FrontDoor, path: Path) -> Work:
    """A job that checks a journal that was handed over."""
    return lambda _report, _on_row: front.check_evidence(path)
