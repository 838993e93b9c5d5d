"""The `profile` commands: connections and where their secrets are."""

import argparse
from collections.abc import Callable
from typing import Protocol

from nsz_desk.cli import output
from nsz_desk.domain.errors import DeskError
from nsz_desk.settings.model import Profile, Secrets


class Shelf(Protocol):
    """The profiles' files."""

    def names(self) -> tuple[str, ...]:
        """All names."""

    def load(self, name: str) -> Profile:
        """One profile."""

    def add(self, name: str, profile: Profile) -> None:
        """Write one."""

    def remove(self, name: str) -> None:
        """Delete one."""

    def last(self) -> str:
        """The one used last."""

    def use(self, name: str) -> None:
        """Remember it as the one used last."""

    def pick(self, name: str = "") -> str:
        """The one asked for, else the last."""


class Vault(Protocol):
    """Where secrets live."""

    def save(self, profile: str, secrets: Secrets) -> None:
        """Keep them."""

    def remove(self, profile: str) -> None:
        """Forget them."""

    def describe(self) -> str:
        """Where they are, for people."""


def listed(shelf: Shelf, args: argparse.Namespace) -> int:
    """Print the names."""
    rows = [(name, shelf.load(name)) for name in shelf.names()]
    if args.json:
        profiles = [
            {"name": name, "kind": one.kind.value, "netsuite": one.netsuite.account, "last": name == shelf.last()}
            for name, one in rows
        ]
        output.document({"profiles": profiles})
        return output.DONE
    lines = [(name, one.kind.value, one.netsuite.account, one.zuora.url) for name, one in rows]
    output.table(("name", "environment", "netsuite", "zuora"), lines)
    return output.DONE


def show(shelf: Shelf, args: argparse.Namespace) -> int:
    """Print one profile; it holds no secrets."""
    name = shelf.pick(args.name)
    profile = shelf.load(name).model_dump(mode="json")
    if args.json:
        output.document({"name": name, "profile": profile})
        return output.DONE
    output.line(name)
    for key, value in profile.items():
        output.line(f"  {key}: {value}")
    return output.DONE


def add(shelf: Shelf, args: argparse.Namespace, profile: Profile, keep: Callable[[], str]) -> int:
    """Write a profile, then keep its secrets; `keep` says where they are now.

    Raises:
        DeskError: the profile or its secrets could not be kept; it says which.
    """
    shelf.add(args.name, profile)
    shelf.use(args.name)
    try:
        where = keep()
    except DeskError as problem:
        truth = f"Profile {args.name} is saved, its secrets are not."
        raise type(problem)(problem.title, truth, problem.hint) from None
    if args.json:
        output.document({"name": args.name, "secrets": where})
    else:
        output.line(f"Profile {args.name} is saved. Secrets: {where}.")
    return output.DONE


def remove(shelf: Shelf, vault: Vault, args: argparse.Namespace) -> int:
    """Delete a profile and its secrets. The journal stays."""
    vault.remove(args.name)
    shelf.remove(args.name)
    if args.json:
        output.document({"removed": args.name})
    else:
        output.line(f"Profile {args.name} and its secrets are removed; its journal is kept.")
    return output.DONE
