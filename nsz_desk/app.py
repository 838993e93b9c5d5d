"""The front door: one command, or the window without one.

It imports little, so that the start page is there at once; `headless` brings the whole house when a command
needs it, and `Front` when the start page opens a desk.
"""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from nsz_desk.domain.errors import Barred, Cancelled, DeskError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or the window without one; answers the exit code of the contract."""
    sys.setswitchinterval(0.0005)  # the window waits less for workers that compute (measured)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character is no reason to fail
    words = sys.argv[1:] if argv is None else argv
    if not words:
        return _guarded(lambda: open_start_page("system"), as_json=False)
    from nsz_desk.cli.arguments import parse  # late: nobody who only opens the window waits for all commands

    args = parse(words)
    return _guarded(lambda: _run(args), args.json)


def _guarded(run: Callable[[], int], as_json: bool) -> int:
    """What `run` answers; an error in words and its exit code."""
    try:
        return run()
    except (DeskError, KeyboardInterrupt) as problem:
        return _told(problem, as_json)
    except Exception as fault:
        return _fault(fault)


def _fault(fault: Exception) -> int:
    """A fault of the program, without its own text: that may quote a secret."""
    from nsz_desk.cli import output  # late, as the commands
    from nsz_desk.engine.fault_words import trace_of, words_of

    for one in trace_of(fault).splitlines():
        output.say(one)
    output.say(f"The desk met a fault of its own: {words_of(fault)}.")
    output.say("True now: the journal holds all that was begun. Next: `recover` goes on from there.")
    return output.INCOMPLETE


def _told(problem: DeskError | KeyboardInterrupt, as_json: bool) -> int:
    from nsz_desk.cli import output  # late, as the commands

    if isinstance(problem, KeyboardInterrupt):
        output.say("Stopped. What was begun is in the journal; `recover` goes on from there.")
        return output.INCOMPLETE
    output.error(problem)
    if isinstance(problem, Cancelled):
        return output.INCOMPLETE
    if as_json:
        output.document({"error": problem.title, "true_now": problem.message, "next_step": problem.hint})
    return output.REFUSED if isinstance(problem, Barred) else output.WRONG


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
