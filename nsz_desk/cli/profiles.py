"""The `profile` commands: connections and where their secrets are."""

import argparse
from collections.abc import Callable
from typing import Protocol

from nsz_desk.cli import output
from nsz_desk.domain.errors import DeskError
from nsz_desk.engine.certificates import Certificates, KeyCertificate
from nsz_desk.settings.model import Profile

NOT_COPIED = "not copied; enter them with `profile add` or give them with --secrets-stdin at each run"
REGISTER = (
    "The NetSuite administrator registers it at Setup > Integration > Manage Authentication > OAuth 2.0 Client"
    " Credentials (M2M) Setup, for the integration, user and role of this desk. NetSuite then shows a certificate id:"
    " enter it with `profile key NAME --use`."
)


class Shelf(Protocol):
    """The profiles' files."""

    def names(self) -> tuple[str, ...]:
        """All names."""

    def load(self, name: str) -> Profile:
        """One profile."""

    def add(self, name: str, profile: Profile) -> None:
        """Write one."""

    def last(self) -> str:
        """The one used last."""

    def use(self, name: str) -> None:
        """Remember it as the one used last."""

    def pick(self, name: str = "") -> str:
        """The one asked for, else the last."""


def listed(shelf: Shelf, args: argparse.Namespace, days: Callable[[Profile], int | None]) -> int:
    """Print all connections; `days` counts those left of a certificate. One with a mistake in its file is named too."""
    rows = [_listed(shelf, name, days) for name in shelf.names()]
    if args.json:
        output.document({"profiles": rows})
        return output.DONE
    table = []
    for one in rows:
        left = one.get("certificate_days_left")
        words = one.get("problem") or (f"certificate: {left} days left" if left is not None else "")
        table.append(
            [str(one.get(key, "")) for key in ("name", "kind", "netsuite", "interface", "zuora")] + [str(words)]
        )
    output.table(("name", "environment", "netsuite", "by", "zuora", ""), table)
    return output.DONE


def _listed(shelf: Shelf, name: str, days: Callable[[Profile], int | None]) -> dict[str, object]:
    try:
        one = shelf.load(name)
    except DeskError as problem:
        return {"name": name, "problem": problem.title}
    return {
        "name": name,
        "kind": one.kind.value,
        "netsuite": one.netsuite.account,
        "zuora": one.zuora.url,
        "last": name == shelf.last(),
        "interface": one.netsuite.interface,
        "certificate_days_left": days(one),
    }


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


def removed(args: argparse.Namespace, journal: str) -> int:
    """Say what is gone, and that the journal stays."""
    if args.json:
        output.document({"removed": args.name, "journal": journal or None})
        return output.DONE
    stays = f"its journal is kept: {journal}" if journal else "there was no journal"
    output.line(f"Profile {args.name} and its secrets are removed; {stays}.")
    return output.DONE


def mapped(shelf: Shelf, args: argparse.Namespace) -> int:
    """Print what the profile uses now."""
    one = shelf.load(args.name)
    uses = {"fields": one.netsuite.fields.model_dump(), "status": one.status.model_dump(), "methods": one.methods}
    if args.json:
        said = one.connector_off.model_dump(mode="json") if one.connector_off else None
        output.document({"name": args.name, **uses, "connector_off": said})
        return output.DONE
    output.table(("", "setting", "value"), [[what, *pair] for what, some in uses.items() for pair in some.items()])
    if one.connector_off:
        output.line(
            f"The connector's refund sync is off, as {one.connector_off.by} confirmed on {one.connector_off.on}."
        )
    return output.DONE


def duplicated(args: argparse.Namespace) -> int:
    """Say that the copy has no secrets yet."""
    if args.json:
        output.document({"name": args.new_name, "secrets": NOT_COPIED})
        return output.DONE
    output.line(f"Profile {args.new_name} is a copy of {args.name}. Secrets: {NOT_COPIED}.")
    return output.DONE


def exported(args: argparse.Namespace, text: str, write: Callable[[str], None]) -> int:
    """Write the file or print it; it is the file itself that stands on standard output."""
    if args.out is None:
        output.raw(text)
        return output.DONE
    write(text)
    if args.json:
        output.document({"name": args.name, "file": str(args.out)})
    else:
        output.line(f"Profile {args.name} is in {args.out}. There are no secrets in it.")
    return output.DONE


def key(args: argparse.Namespace, known: Certificates, file: str = "") -> int:
    """Tell the certificates of a profile; `file`: where the one that waits was written to."""
    if args.json:
        in_use, waiting = (_certificate(one) for one in (known.in_use, known.waiting))
        output.document({"name": args.name, "in_use": in_use, "waiting": waiting, "file": file or None})
        return output.DONE
    words = f"{known.in_use.words}; last day {known.in_use.last_day}" if known.in_use else "not known here"
    output.line(f"Certificate in use: {words}.")
    if known.waiting:
        output.line(f"A new key waits: {known.waiting.words}; last day {known.waiting.last_day}.")
    if file:
        output.line(f"Its certificate is in {file}. {REGISTER}")
    elif known.waiting:
        output.line(f"Next: {REGISTER}")
    return output.DONE


def _certificate(one: KeyCertificate | None) -> dict[str, object] | None:
    return {"last_day": one.last_day.isoformat(), "days_left": one.days_left, "pem": one.pem} if one else None
