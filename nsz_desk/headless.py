"""Every command that needs the whole house: gateways, journal, simulator. The start page does without."""

import argparse
import getpass
import json
import sys
from pathlib import Path

from nsz_desk import assembly, demo
from nsz_desk.cli import allocate, commands, doctor, link, output, profiles, resync, review
from nsz_desk.domain.errors import Credentials, DeskError, Setup
from nsz_desk.engine.checks import Pin
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.doctor import examine
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import Profiles, folders, parse_profile
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.vault import KeyringVault, MemoryVault, Vault, secrets_from_json
from nsz_desk.simulator.server import serve

COMMANDS = commands.COMMANDS | allocate.COMMANDS | link.COMMANDS | resync.COMMANDS | review.COMMANDS
WRITES = ("sync", "recover", "window", "allocate", "link", "unlink", "resync", "decide")
LAYOUT = "window.ini"  # how the window was arranged; losing it does not matter
NOTHING = "Nothing was sent to NetSuite or Zuora."


def run(args: argparse.Namespace) -> int:
    """Run one command that needs the whole house; answers the exit code of the contract."""
    if args.command == "simulator":
        return _simulator(args)
    if args.command == "demo":
        return _demo(args)
    if args.command == "profile":
        return _profile(args)
    name, profile = _chosen(args.profile)
    secrets = _secrets(args, name)
    if args.command == "doctor":
        return _doctor(args, name, profile, secrets)
    writes = args.command in WRITES
    with assembly.open_desk(profile, secrets, folders(), writes=writes) as desk:
        Profiles(folders().config).use(name)
        if args.command == "window":
            return open_window(desk, args.theme)
        return COMMANDS[args.command](desk, args)


def _chosen(asked: str) -> tuple[str, Profile]:
    shelf = Profiles(folders().config)
    name = shelf.pick(asked)
    return name, shelf.load(name)


def _secrets(args: argparse.Namespace, name: str) -> Secrets:
    """Those of this run from standard input, else those the keychain holds."""
    if args.secrets_stdin:
        return secrets_from_json(sys.stdin.read())
    try:
        return KeyringVault().load(name)
    except (Setup, Credentials) as problem:
        hint = f"{problem.hint} `--secrets-stdin` reads them for one run, as JSON from standard input."
        raise type(problem)(problem.title, NOTHING, hint.strip()) from None


def _doctor(args: argparse.Namespace, name: str, profile: Profile, secrets: Secrets) -> int:
    shelf = Profiles(folders().config)
    keychain = _vault()
    where = "none that the desk trusts" if isinstance(keychain, MemoryVault) else keychain.describe()
    found = examine(
        assembly.examined(profile, secrets, folders(), keychain=where, kept=not args.secrets_stdin),
    )
    shelf.use(name)

    def pin(what: Pin) -> None:
        found = {"tenant": what.tenant, "entity": what.entity}
        if what.settlement is not None:
            found["invoice_settlement"] = "on" if what.settlement else "off"
        shelf.add(name, profile.model_copy(update={"zuora": profile.zuora.model_copy(update=found)}))

    return doctor.told(found, args, pin)


def _simulator(args: argparse.Namespace) -> int:
    faults: list[object] = []
    if args.faults:
        try:
            faults = json.loads(_text(args.faults))
        except ValueError:
            raise Setup(f"{args.faults} is no JSON list of faults.", NOTHING, "See the contract.") from None
    try:
        serve(
            args.scenario,
            refunds=args.refunds,
            seed=args.seed,
            port=args.port,
            latency_ms=args.latency_ms,
            faults=faults,
        )
    except (ValueError, OSError) as problem:
        raise Setup(f"The simulator cannot start: {problem}.", NOTHING, "Correct the arguments.") from None
    return output.DONE


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Setup(f"{path} cannot be read: {problem}.", NOTHING, "Name a readable text file.") from None


def _demo(args: argparse.Namespace) -> int:
    with (
        demo.company() as (profile, secrets, places, control),
        assembly.open_desk(profile, secrets, places, writes=True) as desk,
    ):
        if args.headless:
            return demo.headless(desk, control, as_json=args.json)
        if args.auto:
            return _tour(desk, args.auto, control)
        return open_window(desk, args.theme)


def open_window(desk: Desk, theme: str) -> int:
    """Open the window; Qt is imported here, so that the headless face needs no display."""
    from nsz_desk.ui.application import run as show

    jobs = Jobs()
    try:
        return show(desk, jobs, theme=theme, layout=folders().config / LAYOUT)
    finally:
        jobs.close()


def _tour(desk: Desk, folder: Path, control: str) -> int:
    from nsz_desk.ui.tour import tour

    jobs = Jobs()
    try:
        return tour(desk, jobs, folder, lambda result: demo.contradictions(control, result))
    finally:
        jobs.close()


def _profile(args: argparse.Namespace) -> int:
    shelf = Profiles(folders().config)
    if args.action == "list":
        return profiles.listed(shelf, args)
    if args.action == "show":
        return profiles.show(shelf, args)
    if args.action == "remove":
        return profiles.remove(shelf, _vault(), args)
    profile = parse_profile(_text(args.source))
    return profiles.add(shelf, args, profile, lambda: _keep(args, profile.netsuite.interface))


def _vault() -> Vault:
    """The keychain, or without one the memory of this run, where nothing is kept."""
    try:
        return KeyringVault()
    except DeskError:
        return MemoryVault()


def _keep(args: argparse.Namespace, interface: str) -> str:
    """Put the secrets of a new profile into the keychain; say where they are."""
    secrets = secrets_from_json(sys.stdin.read()) if args.secrets_stdin else _prompt(interface)
    if secrets is None:
        return "not entered; give them with --secrets-stdin at each run"
    vault = _vault()
    if isinstance(vault, MemoryVault):
        return "no keychain here, so they were not kept; give them with --secrets-stdin at each run"
    vault.save(args.name, secrets.used_by(interface))
    return f"saved and read back in {vault.describe()}"


def _prompt(interface: str) -> Secrets | None:
    """Ask at a terminal, unseen; None where there is no terminal."""
    if not sys.stdin.isatty():
        return None
    asked: dict[str, tuple[str, ...]] = {"netsuite": ("consumer_key", "consumer_secret", "token", "token_secret")}
    if interface == "rest":
        asked = {"netsuite_rest": ("client_id", "certificate_id", "private_key")}
    asked["zuora"] = ("client_id", "client_secret")
    typed = {
        system: {name: _unseen(f"{system} {name.replace('_', ' ')}: ") for name in names}
        for system, names in asked.items()
    }
    return secrets_from_json(json.dumps(typed))


def _unseen(prompt: str) -> str:
    """One secret; one that begins as a key in PEM goes on to the line that ends it."""
    lines = [getpass.getpass(prompt)]
    while "BEGIN" in lines[0] and "END" not in lines[-1] and len(lines) < 50:
        lines.append(getpass.getpass("… "))
    return "\n".join(lines)
