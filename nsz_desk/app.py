"""The front door: one command, or the window without one.

It imports little, so that the start page is there at once; `headless` brings the whole house when a command
needs it, and `Front` when the start page opens a desk.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from nsz_desk.cli import output
from nsz_desk.cli.arguments import parse
from nsz_desk.domain.errors import Cancelled, DeskError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or the window without one; answers the exit code of the contract."""
    sys.setswitchinterval(0.0005)  # the window waits less for workers that compute (measured)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character is no reason to fail
    args = parse(argv)
    try:
        return _run(args)
    except Cancelled as stop:
        output.error(stop)
        return output.INCOMPLETE
    except DeskError as problem:
        output.error(problem)
        if args.json:
            output.document({"error": problem.title, "true_now": problem.message, "next_step": problem.hint})
        return output.WRONG
    except KeyboardInterrupt:
        output.say("Stopped. What was begun is in the journal; `recover` goes on from there.")
        return output.INCOMPLETE


def _run(args: argparse.Namespace) -> int:
    if args.command == "window" and not (args.profile or getattr(args, "secrets_stdin", False)):
        return open_start_page(getattr(args, "theme", "system"))
    from nsz_desk.headless import run  # late: gateways, journal and simulator take a second to import

    return run(args)


def open_start_page(theme: str) -> int:
    """Open the window without a desk; Qt is imported here, so that the headless face needs no display."""
    from nsz_desk.front import Front, layout
    from nsz_desk.lanes import Jobs
    from nsz_desk.ui.application import run

    jobs = Jobs()
    with ExitStack() as opened:
        try:
            return run(None, jobs, front=Front(opened), theme=theme, layout=layout())
        finally:
            jobs.close()
