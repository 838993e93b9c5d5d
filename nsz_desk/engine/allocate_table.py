"""The ALLOCATED table: a person splits and approves, then the SYNC table with that split in the body.

Source: the protocol, section 5.3; a test compares the two by name. Columns as in the SYNC table. The first two
states are a person's and ask nothing of the network.
"""

from nsz_desk.engine.flow import flow, move
from nsz_desk.engine.sync_table import SYNC

ALLOCATED = flow(
    "ALLOCATED",
    "needs allocation",
    ", ".join(sorted(SYNC.ends)),
    ", ".join(sorted(SYNC.safe_stops | {"needs allocation", "drafted", "approved"})),
    move("needs allocation", "draft", "drafted", "stopped", "-", "-", "-", "-"),
    move("drafted", "approve", "approved", "needs allocation", "-", "-", "-", "-"),
    move("approved", "judge_lines", "ready", "needs allocation", "=", "=", "review", "needs allocation"),
    *SYNC.moves.values(),
)
