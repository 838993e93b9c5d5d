"""The LINK table: adopt a Zuora refund that a person made by hand; and UNLINK, its compensation.

Source of LINK: the protocol, section 5.4; a test compares the two by name. From `made` on it is the SYNC table's
write-back, without the rows that could lead to a create: a link uses no key and moves no money. UNLINK is ours: it
takes the id off in Zuora first and clears NetSuite last, so that a cut between the two leaves nothing that the
next start would take for a finished link.
"""

from nsz_desk.engine.flow import flow, move
from nsz_desk.engine.sync_table import SYNC

_WRITE_BACK = ("verified", "held mark", "marked", "stamped", "held stamp", "both")

LINK = flow(
    "LINK",
    "picking",
    "complete, review, drift, busy, stopped",
    "picking, picked",
    move("picking", "list_candidates", "picked", "stopped", "=", "=", "stopped", "-"),
    move("picked", "find_refund and GET", "linkable", "stopped", "=", "=", "picking", "review"),
    move("linkable", "claim_refund", "linking mine", "stopped", "=", "=", "review", "busy", writes=True),
    move("linking mine", "link_refund", "linking", "unlinked", "=", "linking", "unlinked", "-", writes=True),
    move("unlinked", "release_claim", "stopped", "stopped", "=", "=", "stopped", "stopped", writes=True),
    move("linking", "GET and find_refund", "made", "-", "=", "=", "linking mine", "review"),
    move("made", "verify_refund", "verified", "-", "=", "=", "review", "review"),
    *(SYNC.moves[state] for state in _WRITE_BACK),
)

UNLINK = flow(
    "UNLINK",
    "linked",
    "undone, review, stopped",
    "linked",
    move("linked", "look", "unlinking", "stopped", "=", "=", "review", "review"),
    move("unlinking", "unlink_refund", "unlink sent", "stopped", "=", "unlink sent", "review", "-", writes=True),
    move("unlink sent", "read_refund", "id removed", "-", "=", "=", "review", "unlinking / ="),
    move("id removed", "free_refund", "refund freed", "= / held free", "=", "=", "review", "review", writes=True),
    move("held free", "look", "id removed", "-", "=", "=", "review", "="),
    move("refund freed", "free_memo", "undone", "= / held free", "=", "=", "review", "review", writes=True),
)

# After a crash the search is no proof any more: it is made again before the next write.
LINK_AFTER_CRASH = {"linkable": "picked", "linking mine": "picked", "unlinking": "linked"}
