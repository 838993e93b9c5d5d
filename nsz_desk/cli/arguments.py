"""The arguments of every command, as the contract names them."""

import argparse
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from nsz_desk.domain.allocation import Strategy
from nsz_desk.engine.reviews import What
from nsz_desk.rules.book import Verdict

SCENARIOS = ("demo", "month-end")


def parser() -> argparse.ArgumentParser:
    """All commands of the contract that this version has."""
    top = argparse.ArgumentParser(prog="nsz-desk", description="The refund desk between NetSuite and Zuora.")
    top.set_defaults(command="window", profile="", json=False)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    window = commands.add_parser("window", help="open the window (the default)")
    window.add_argument("--theme", choices=("system", "light", "dark"), default="system")
    _talks(window).set_defaults(command="window")
    _demo(commands.add_parser("demo", help="the window, or the main job, on the built-in simulator"))
    _simulator(commands.add_parser("simulator", help="serve a little NetSuite and Zuora until stopped"))
    _profile(commands.add_parser("profile", help="connections"))
    doctor = _talks(commands.add_parser("doctor", help="the connection test as a checklist"))
    doctor.add_argument("--pin", action="store_true", help="write tenant and entity into a profile that has none yet")
    words = "also write a field of one refund with the value that it has; asked first, never on production"
    doctor.add_argument("--write-probe", action="store_true", help=words)
    doctor.add_argument("--yes", action="store_true", help="with --write-probe: do not ask")
    doctor.set_defaults(command="doctor")
    pending = _talks(commands.add_parser("pending", help="the pending refunds with the answer of every rule"))
    pending.add_argument("--filter", choices=[verdict.value for verdict in Verdict], help="one verdict only")
    pending.add_argument("--limit", type=_count, help="at most this many rows")
    pending.set_defaults(command="pending")
    for name, words in (("plan", "the exact calls that sync would make"), ("sync", "sync refunds")):
        chosen = _talks(commands.add_parser(name, help=words))
        chosen.add_argument("ids", nargs="*", metavar="ID", help="NetSuite internal ids or numbers")
        chosen.add_argument("--ready", action="store_true", help="all refunds that are ready")
        chosen.set_defaults(command=name)
        if name == "sync":
            _approves(chosen)
    _resync(_talks(commands.add_parser("resync", help="undo a sync: cancel in Zuora, clear in NetSuite")))
    _link(_talks(commands.add_parser("link", help="adopt a Zuora refund that was made by hand")))
    _unlink(_talks(commands.add_parser("unlink", help="take a link back")))
    _allocate(_talks(commands.add_parser("allocate", help="split a refund over its payment's invoices and sync it")))
    _review(_talks(commands.add_parser("review", help="what may be decided on a row that waits for a person")))
    _talks(commands.add_parser("recover", help="finish or explain what is open")).set_defaults(command="recover")
    history = _talks(commands.add_parser("history", help="the journal"))
    history.add_argument("id", nargs="?", metavar="ID", help="NetSuite internal id or number of one refund")
    history.add_argument("--limit", type=_count, help="the last lines only")
    history.set_defaults(command="history")
    verify = commands.add_parser("verify", help="check a journal that was handed over, offline")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--json", action="store_true", help="one JSON document on standard output")
    verify.set_defaults(command="verify")
    return top


def _count(text: str) -> int:
    """A number of rows, at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _talks(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command on a profile."""
    command.add_argument("--profile", default="", metavar="NAME", help="default: the last used")
    command.add_argument("--json", action="store_true", help="one JSON document on standard output")
    command.add_argument("--secrets-stdin", action="store_true", help="secrets for this run, as JSON on standard input")
    return command


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--headless", action="store_true", help="perform the main job without a window")
    command.add_argument("--auto", type=Path, metavar="DIR", help="the window does the job itself, pictures in DIR")
    command.add_argument("--theme", choices=("system", "light", "dark"), default="system")
    command.add_argument("--json", action="store_true")
    command.set_defaults(command="demo")


def _allocate(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="NetSuite internal id or number")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--strategy", choices=[one.value for one in Strategy], help="without one: show what there is")
    words = "an invoice's number or id, and what is refunded of it"
    how.add_argument("--over", nargs="+", action="extend", type=_part, metavar="INVOICE=AMOUNT", help=words)
    _approves(command)
    command.set_defaults(command="allocate")


def _link(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="NetSuite internal id or number")
    words = "the Zuora refund's id or number; without it: show the candidates"
    command.add_argument("--zuora-refund", metavar="KEY", default="", help=words)
    _approves(command)
    command.set_defaults(command="link")


def _unlink(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="NetSuite internal id or number")
    command.add_argument("--reason", required=True, metavar="TEXT", help="why the link is wrong; it is journalled")
    command.set_defaults(command="unlink")


def _resync(command: argparse.ArgumentParser) -> None:
    command.add_argument("ids", nargs="+", metavar="ID", help="NetSuite internal ids or numbers")
    command.add_argument("--reason", required=True, help="why; it stands in the journal for ever")
    command.add_argument("--then-sync", action="store_true", help="sync it again at once")
    command.add_argument("--keep-memo", action="store_true", help="leave the credit memo's two fields as they are")
    _approves(command)
    command.set_defaults(command="resync")


def _review(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="NetSuite internal id or number")
    words = "the decision; without it: show which are open, with their evidence"
    command.add_argument("--decide", choices=[one.value for one in What], help=words)
    command.add_argument("--zuora-refund", default="", metavar="KEY", help="which one `cancel` is about: id or number")
    command.add_argument("--reason", default="", metavar="TEXT", help="why; it stands in the journal for ever")
    _approves(command)
    command.set_defaults(command="review")


def _approves(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="approve the plan derived now")
    command.add_argument("--plan-hash", default="", help="insist on this plan")


def _part(text: str) -> tuple[str, Decimal]:
    """INVOICE=AMOUNT; the amount with a decimal point and nothing else, so that 1,000 is never taken for 1."""
    invoice, _, amount = text.rpartition("=")
    if not invoice or not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", amount, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not INVOICE=AMOUNT, such as INV-7=12.50")
    return invoice, Decimal(amount)


def _simulator(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=0)
    command.add_argument("--scenario", choices=SCENARIOS, default="demo")
    command.add_argument("--refunds", type=int)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--latency-ms", type=int, default=0)
    command.add_argument("--faults", type=Path, metavar="FILE")
    command.set_defaults(command="simulator")


def _profile(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    words = {
        "list": "all connections",
        "show": "one of them; it holds no secrets",
        "add": "save one, with its secrets in the keychain",
        "key": "the key and certificate for NetSuite over REST: its days, a new one, its certificate id",
        "map": "which custom fields, status texts and payment methods it uses, as `doctor` found them",
        "duplicate": "the same under another name, without the secrets",
        "export": "a file for another computer, without the secrets",
        "import": "save one from such a file",
        "remove": "delete one with its secrets; the journal stays",
    }
    made = {action: actions.add_parser(action, help=said) for action, said in words.items()}
    made["show"].add_argument("name", nargs="?", default="")
    for action in ("add", "key", "map", "duplicate", "export", "remove"):
        made[action].add_argument("name")
    made["add"].add_argument("--from", dest="source", type=Path, required=True, metavar="FILE")
    made["duplicate"].add_argument("new_name", metavar="NEW")
    made["duplicate"].add_argument("--rest", action="store_true", help="one that reaches NetSuite over REST")
    made["export"].add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    made["import"].add_argument("source", type=Path, metavar="FILE")
    made["import"].add_argument("--name", default="", help="default: the name in the file")
    made["remove"].add_argument("--yes", action="store_true", help="do not ask")
    _key(made["key"])
    _map(made["map"])
    for action in ("add", "import", "key"):
        made[action].add_argument("--secrets-stdin", action="store_true", help="secrets as JSON on standard input")
    for action, one in made.items():
        one.add_argument("--json", action="store_true")
        one.set_defaults(command="profile", action=action)


def _map(command: argparse.ArgumentParser) -> None:
    for option, example in (
        ("field", "zuora_id=custbodyzuoraid"),
        ("status", "complete=Sync Complete"),
        ("method", "Wire Transfer=WireTransfer"),
    ):
        words = f"such as {example}; may be given more than once"
        command.add_argument(f"--{option}", action="append", default=[], type=_pair, metavar="NAME=VALUE", help=words)
    words = "who confirms that the vendor connector's own refund sync is switched off; kept with today's date"
    command.add_argument("--connector-off-by", default="", metavar="PERSON", help=words)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.strip() or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name.strip(), value.strip()


def _key(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group()
    out = "make a key in the keychain beside the one in use, and write its public certificate"
    what.add_argument("--out", type=Path, metavar="FILE", help=out)
    use = "take the new key into use: asks for the certificate id, and tests the sign-in first"
    what.add_argument("--use", action="store_true", help=use)
    again = "with --out: make another key in place of the one that waits"
    command.add_argument("--again", action="store_true", help=again)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; a wrong one ends with exit code 2 and a sentence on standard error."""
    top = parser()
    args = top.parse_args(argv)
    if args.command in ("plan", "sync") and not (args.ids or args.ready):
        top.error(f"{args.command}: name refunds, or say --ready")
    if args.command == "link" and not args.zuora_refund:
        args.command = "candidates"  # reads only
    if args.command == "review" and args.decide:
        args.command = "decide"
        if not args.reason.strip():
            top.error("review: a decision needs --reason")
    if args.command == "allocate" and not (args.strategy or args.over):
        args.command = "allocation"  # shows what there is to split, and writes nothing
    return args
