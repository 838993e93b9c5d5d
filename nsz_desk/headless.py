"""Every command that needs the whole house: gateways, journal, simulator. The start page does without."""

import argparse
import getpass
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from nsz_desk import assembly, demo
from nsz_desk.cli import allocate, commands, doctor, evidence, link, output, profiles, resync, review
from nsz_desk.connections import KEY_ID, connections
from nsz_desk.domain.choices import Choices
from nsz_desk.domain.errors import Credentials, DeskError, Setup
from nsz_desk.engine.checks import Pin
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.doctor import examine
from nsz_desk.engine.doctor_probe import ASK, write_probe
from nsz_desk.gateways.netsuite.certificate import certificates_of
from nsz_desk.journal.evidence import check_evidence
from nsz_desk.lanes import Jobs
from nsz_desk.settings.file import Profiles, folders
from nsz_desk.settings.given import flat_given, secrets_from_json
from nsz_desk.settings.mapping import mapped
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.share import exported, over_rest, portable, read_shared
from nsz_desk.settings.vault import KeyringVault, MemoryVault, Vault
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
    if args.command == "verify":
        return _verify(args)
    name, profile = _chosen(args.profile)
    if args.command == "doctor":
        return _doctor(args, name, profile, _secrets(args, name))
    writes = args.command in WRITES
    vault = None if args.secrets_stdin else partial(_secrets, args, name)
    with assembly.open_desk(profile, _secrets(args, name), folders(), writes=writes, vault=vault) as desk:
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
    tell = doctor.teller(args)
    examined = assembly.examined(profile, secrets, folders(), keychain=where, kept=not args.secrets_stdin)
    found = examine(examined, tell)
    if args.write_probe and doctor.may_write(args, ASK):
        check = write_probe(examined)
        tell(check)
        found = replace(found, checks=(*found.checks, check))
    shelf.use(name)

    def pin(what: Pin) -> None:
        found = {"tenant": what.tenant, "entity": what.entity}
        if what.settlement is not None:
            found["invoice_settlement"] = "on" if what.settlement else "off"
        shelf.add(name, profile.model_copy(update={"zuora": profile.zuora.model_copy(update=found)}))

    return doctor.told(found, args, pin)


def _verify(args: argparse.Namespace) -> int:
    try:
        return evidence.intact(args, check_evidence(args.file))
    except Setup as problem:
        return evidence.broken(args, problem)


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
    match args.action:
        case "list":
            return profiles.listed(shelf, args, _days_left)
        case "show":
            return profiles.show(shelf, args)
        case "remove":
            return _remove(args)
        case "key":
            return _key(args, shelf)
        case "map":
            chosen = Choices(dict(args.field), dict(args.status), dict(args.method), args.connector_off_by)
            shelf.add(args.name, mapped(shelf.load(args.name), chosen, datetime.now().astimezone().date()))
            return profiles.mapped(shelf, args)
        case "duplicate":
            copy = portable(shelf.load(args.name))
            connections().keep(args.new_name, over_rest(copy) if args.rest else copy, {}, new=True)
            return profiles.duplicated(args)
        case "export":
            text = exported(args.name, shelf.load(args.name))
            return profiles.exported(args, text, lambda text: _write(args.out, text))
    return _add(args, shelf)


def _add(args: argparse.Namespace, shelf: Profiles) -> int:
    """Of `add` and `import`; an import refuses a name that is taken."""
    shared = read_shared(_text(args.source))
    if args.action == "import":
        args.name = args.name or shared.name
        if not args.name:
            raise Setup("The file names no profile.", NOTHING, "Name it with --name.")
        if args.name in shelf.names():
            raise Setup(f"There is a profile {args.name} already.", NOTHING, "Choose another name with --name.")
    interface = shared.profile.netsuite.interface
    return profiles.add(shelf, args, shared.profile, lambda: _keep(args, interface))


def _remove(args: argparse.Namespace) -> int:
    Profiles(folders().config).load_path(args.name)
    if sys.stdin.isatty() and not args.yes:
        output.say(f"Profile {args.name}, its secrets and its keys are removed. The journal stays.")
        if input("Remove it? [y/N] ").strip().lower() not in ("y", "yes"):
            output.say("Nothing was removed.")
            return output.REFUSED
    return profiles.removed(args, connections().remove(args.name))


def _key(args: argparse.Namespace, shelf: Profiles) -> int:
    """Show the certificates; make a key; or take the one that waits into use, once NetSuite lets it in."""
    profile = shelf.load(args.name)
    file = ""
    if args.out:
        profile = connections().make_key(args.name, profile, new=False, again=args.again)
        _write(args.out, profile.netsuite.next_certificate + "\n")
        file = str(args.out)
    elif args.use:
        connections().take_into_use(args.name, profile, _key_secrets(args))
        profile = shelf.load(args.name)
    known = certificates_of(profile.netsuite, datetime.now(UTC))
    if known is None:
        raise Setup("The profile reaches NetSuite over SOAP, with tokens.", NOTHING, "Tokens have no certificate.")
    return profiles.key(args, known, file)


def _key_secrets(args: argparse.Namespace) -> dict[str, str]:
    """The certificate id, and whatever else is not kept yet, by `block.name`."""
    if args.secrets_stdin:
        return flat_given(sys.stdin.read())
    if not sys.stdin.isatty():
        raise Setup("The certificate id is missing.", NOTHING, "Give it with --secrets-stdin, or at a terminal.")
    given = {KEY_ID: _unseen("certificate id: ")}
    for name in ("netsuite_rest.client_id", "zuora.client_id", "zuora.client_secret"):
        if typed := _unseen(f"{name.replace('.', ' ').replace('_', ' ')} (blank: as it is kept): ").strip():
            given[name] = typed
    return given


def _days_left(profile: Profile) -> int | None:
    known = certificates_of(profile.netsuite, datetime.now(UTC))
    return known.in_use.days_left if known and known.in_use else None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as problem:
        hint = "Name a file that can be written."
        raise Setup(f"{path} cannot be written: {problem.strerror}.", NOTHING, hint) from None


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
        key = ", or make a key with `profile key NAME --out FILE`" if interface == "rest" else ""
        return f"not entered; give them with --secrets-stdin at each run{key}"
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
    if interface == "rest" and not typed["netsuite_rest"]["private_key"].strip():
        return None  # there is no key yet: `profile key` makes one
    return secrets_from_json(json.dumps(typed))


def _unseen(prompt: str) -> str:
    """One secret; one that begins as a key in PEM goes on to the line that ends it."""
    lines = [getpass.getpass(prompt)]
    while "BEGIN" in lines[0] and "END" not in lines[-1] and len(lines) < 50:
        lines.append(getpass.getpass("… "))
    return "\n".join(lines)
