"""The `doctor` command: the connection test as a checklist."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict

from nsz_desk.cli import output
from nsz_desk.engine.checks import Answer, Check, Examination, Pin

WORDS = {Answer.OK: "ok", Answer.WARNING: "WARNING", Answer.PROBLEM: "PROBLEM", Answer.NOT_KNOWN: "not known"}
WIDE = max(map(len, WORDS.values()))


def teller(args: argparse.Namespace) -> Callable[[Check], None]:
    """What prints each line of the checklist as soon as it is known; nothing where JSON comes in the end."""
    return (lambda check: None) if args.json else _print


def may_write(args: argparse.Namespace, words: str) -> bool:
    """Whether the no-op write was approved: by `--yes`, or by a person at a terminal."""
    if args.yes:
        return True
    output.say(words)
    if sys.stdin.isatty() and input("Write it? [y/N] ").strip().lower() in ("y", "yes"):
        return True
    output.say("Nothing was written: it was not approved.")
    return False


def told(found: Examination, args: argparse.Namespace, pin: Callable[[Pin], None]) -> int:
    """Print the sum, or the JSON; with `--pin` hand over what the profile lacks. 0 without a problem, else 1."""
    if args.json:
        output.document(examination_json(found))
    else:
        output.line(_sum(found))
    if args.pin:
        _pin(found, pin)
    return output.DONE if found.healthy else output.INCOMPLETE


def examination_json(found: Examination) -> dict[str, object]:
    """The checklist as JSON; `pin` is null unless there is something to pin."""
    checks = [
        {"id": one.id, "title": one.title, "answer": one.answer.value, "found": one.found, "remedy": one.remedy}
        for one in found.checks
    ]
    pin = asdict(found.pin) if found.pin else None
    return {"checks": checks, "healthy": found.healthy, "pin": pin, "fingerprint": found.fingerprint or None}


def _print(check: Check) -> None:
    output.line(f"{WORDS[check.answer]:{WIDE}}  {check.title}: {check.found}")
    if check.remedy and check.answer is not Answer.OK:
        output.line(f"{'':{WIDE}}  Next: {check.remedy}")


def _sum(found: Examination) -> str:
    counts = {answer: sum(one.answer is answer for one in found.checks) for answer in Answer}
    said = ", ".join(f"{count} {answer.value.replace('_', ' ')}" for answer, count in counts.items() if count)
    return f"{len(found.checks)} checks: {said}."


def _pin(found: Examination, pin: Callable[[Pin], None]) -> None:
    if found.pin is None:
        output.say("Nothing was pinned: the profile names a tenant already, or the token names none.")
        return
    pin(found.pin)
    output.say(f"Pinned {found.pin.tenant}, entity {found.pin.entity}. It is part of every key and never changes.")
