"""A fault of the program in words that are safe to show and to keep.

Not its own text: a library's exception may quote an address, a header or a body, and with it a token.
"""

import traceback
from pathlib import PurePath

HOUSE = "nsz_desk"
DEEPEST = 20  # faults that led to one another


def place_of(fault: BaseException) -> str:
    """Where in this program it came from, as `engine/perform.py, line 120`; "an unknown place" without a trace."""
    ours = [frame for frame in traceback.extract_tb(fault.__traceback__) if HOUSE in PurePath(frame.filename).parts]
    if not ours:
        return "an unknown place"
    parts = PurePath(ours[-1].filename).parts
    last = len(parts) - 1 - parts[::-1].index(HOUSE)
    return f"{'/'.join(parts[last + 1 :])}, line {ours[-1].lineno}"


def words_of(fault: BaseException) -> str:
    """Its kind and its place, on one line."""
    return f"{type(fault).__name__} in {place_of(fault)}"


def trace_of(fault: BaseException) -> str:
    """The whole trace for whoever mends it: files, lines and code, of what led to it too, without any fault's text."""
    parts, now = list[str](), fault
    while True:
        frames = "".join(traceback.format_list(traceback.extract_tb(now.__traceback__)))
        parts.append(f"{frames}{type(now).__name__}\n")
        before = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
        if before is None or len(parts) > DEEPEST:
            return "\nwhich led to:\n".join(reversed(parts))
        now = before
