"""A fault of the program in words that are safe to show and to keep.

Not its own text: a library's exception may quote an address, a header or a body, and with it a token.
"""

import traceback
from pathlib import PurePath

HOUSE = "nsz_desk"


def place_of(fault: BaseException) -> str:
    """Where in this program it came from, as `engine/perform.py, line 120`; "an unknown place" without a trace."""
    ours = [frame for frame in traceback.extract_tb(fault.__traceback__) if HOUSE in PurePath(frame.filename).parts]
    if not ours:
        return "an unknown place"
    parts = PurePath(ours[-1].filename).parts
    last = len(parts) - 1 - parts[::-1].index(HOUSE)
    return f"{'/'.join(parts[last + 1 :])}, line {ours[-1].lineno}"
