"""Run a piece of Python in a fresh process: the figure that it prints last, or how long it takes.

Modules are compiled beforehand, as in an installed program: the compiled files go to a folder of this run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from time import perf_counter

COMPILED = tempfile.TemporaryDirectory(prefix="nsz-desk-compiled-")  # removed when the benchmark ends
SETTING = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": COMPILED.name, "PYTHONDONTWRITEBYTECODE": ""}


def number(code: str, *arguments: str) -> float:
    """The number on the last line that `code` prints; raises `CalledProcessError` when it fails."""
    return float(_output(code, arguments, {}).split()[-1])


def wall_seconds(code: str, *arguments: str, environ: Mapping[str, str] | None = None) -> float:
    """Seconds from before the process is started until it has ended; `code` ends itself when it is ready."""
    begun = perf_counter()
    _output(code, arguments, environ or {})
    return perf_counter() - begun


def _output(code: str, arguments: tuple[str, ...], environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **SETTING, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
