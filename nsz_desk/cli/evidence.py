"""The `verify` command: the offline check of a journal that somebody handed over."""

import argparse

from nsz_desk.cli import output
from nsz_desk.domain.errors import Setup
from nsz_desk.engine.evidence import LEAVES, PROVES, Evidence


def intact(args: argparse.Namespace, found: Evidence) -> int:
    """Tell what was found in a journal whose chain holds."""
    times = [one and f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (found.first, found.last)]
    if args.json:
        output.document(
            {
                "file": str(args.file),
                "intact": True,
                "account": found.account or None,
                "lines": found.lines,
                "refunds": found.refunds,
                "first": times[0],
                "last": times[1],
                "last_hash": found.head or None,
                "sha256": found.digest,
            }
        )
        return output.DONE
    output.line(f"{args.file} is intact: {found.lines} lines about {found.refunds} refunds.")
    if found.lines:
        output.line(f"NetSuite account {found.account}, from {times[0]} to {times[1]}.")
        output.line(f"Last hash  {found.head}")
    output.line(f"SHA-256    {found.digest}")
    output.line(f"{PROVES} {LEAVES}")
    return output.DONE


def broken(args: argparse.Namespace, problem: Setup) -> int:
    """Tell why it is no evidence; code 1."""
    if args.json:
        output.document({"file": str(args.file), "intact": False, "why": problem.title, "next_step": problem.hint})
    output.error(problem)
    return output.INCOMPLETE
