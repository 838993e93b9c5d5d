"""The SYNC table: one row per state. Source: the protocol, section 5.1; a test compares the two by name.

Columns: DONE, REFUSED, NOT_SENT, NO_ANSWER, ABSENT, CONFLICT. "=" stays and is tried again after a pause.
After a crash `verified`, `marked`, `stamped` and `both` fall back to `made`: look at the money before
telling NetSuite anything.
"""

from nsz_desk.engine.flow import flow, move

SYNC = flow(
    "SYNC",
    "ready",
    "complete, review, drift, refused, unmade, blocked, busy, stopped",
    "ready, judged, waiting, free",
    move("ready", "judge", "judged", "blocked / busy / stopped", "=", "=", "review", "review"),
    move("judged", "find_refund", "made", "-", "=", "=", "free", "review / waiting / stopped"),
    move("waiting", "wait_until", "ready / stopped", "-", "-", "-", "-", "review"),
    move("free", "claim_refund", "claiming", "stopped", "ready", "claiming", "review", "-", writes=True),
    move("claiming", "read_claim", "claimed", "-", "=", "=", "ready / stopped", "busy"),
    move("claimed", "open_line and guard", "armed", "letting go", "letting go", "letting go", "-", "-"),
    move("letting go", "release_claim", "ready / stopped", "stopped", "=", "=", "stopped", "busy", writes=True),
    move("armed", "create_refund", "made", "refused?", "claimed", "in doubt", "-", "mended", writes=True),
    move(
        "in doubt",
        "find_refund",
        "made",
        "-",
        "=",
        "=",
        "again / held doubt / review / not made",
        "review / held doubt",
    ),
    move("again", "judge", "again armed", "held doubt", "=", "=", "held doubt", "held doubt"),
    move(
        "again armed",
        "guard, open_line, create_refund",
        "made",
        "refused?",
        "in doubt",
        "in doubt",
        "-",
        "mended",
        writes=True,
    ),
    move("refused?", "find_refund", "made", "-", "=", "=", "again / rejected", "review / held doubt"),
    move("mended", "find_refund", "made", "-", "=", "=", "again / review", "review / held doubt"),
    move("held doubt", "judge and find_refund", "made / review", "-", "=", "=", "= / again / not made", "review / ="),
    move("rejected", "mark_error", "refused", "refused", "=", "=", "refused", "refused", writes=True),
    move("not made", "mark_error", "unmade", "unmade", "=", "=", "unmade", "unmade", writes=True),
    move("made", "verify_refund", "verified", "-", "=", "=", "review / next key", "next key / review"),
    move("next key", "find_refund", "made", "-", "=", "=", "again", "review / held doubt"),
    move("verified", "mark_transferred", "marked", "held mark", "=", "made", "made", "held mark", writes=True),
    move("held mark", "look", "made", "-", "=", "=", "made", "="),
    move("marked", "stamp_refund", "stamped", "= / held stamp / review", "=", "made", "review", "review", writes=True),
    move("stamped", "stamp_memo", "both", "= / held stamp / review", "=", "made", "review", "review", writes=True),
    move("held stamp", "look", "made", "-", "=", "=", "made", "="),
    move("both", "post_check", "complete", "-", "=", "=", "complete / drift", "review / drift"),
)

# Where a run goes on after a crash. A proof never survives one: look again before anything is written.
AFTER_CRASH = {
    "judged": "ready",
    "free": "ready",
    "armed": "claimed",
    "again": "in doubt",
    "again armed": "in doubt",
    "verified": "made",
    "marked": "made",
    "stamped": "made",
    "both": "made",
    "next key": "in doubt",
}
# States in which money may be under way: from the create until NetSuite knows.
MONEY = frozenset(
    "armed|in doubt|again|again armed|refused?|mended|held doubt|made|next key|verified|held mark|marked|stamped|"
    "held stamp|both".split("|")
)
CREATES = ("armed", "again armed")
