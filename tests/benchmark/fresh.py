"""Run a piece of Python in a fresh process and read the figure that it prints last."""

import os
import resource
import subprocess
import sys
from time import perf_counter

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def number(code: str, *arguments: str) -> float:
    """The number on the last line that `code` prints; raises `CalledProcessError` when it fails."""
    return float(_output(code, *arguments).split()[-1])


def wall_seconds(code: str, *arguments: str) -> float:
    """Seconds from before the process is started until it has ended; `code` ends when it is ready."""
    begun = perf_counter()
    _output(code, *arguments)
    return perf_counter() - begun


def cpu_seconds(code: str, *arguments: str) -> float:
    """CPU seconds of the whole process, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _output(code, *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _output(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env={**os.environ, **OFFSCREEN}, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
