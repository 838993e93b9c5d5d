"""The RESYNC table: one row per state. Source: the protocol, section 5.2; a test compares the two by name.

Cancel first, clear last: the other way round a crash would leave a pending row with a live refund. Nothing here
is tried again with an old confirmation: a restart before the cancel ends it, and what was begun is taken back.
"""

from nsz_desk.engine.flow import flow, move

RESYNC = flow(
    "RESYNC",
    "confirmed",
    "resynced, review, drift, refused, busy, stopped",
    "confirmed, planned",
    move("confirmed", "look_before", "planned / cancelled", "refused", "=", "=", "cancelled", "review"),
    move("planned", "claim_resync", "mine", "stopped", "= / stopped", "=", "review", "busy", writes=True),
    move("mine", "shield", "shielding", "leaving", "= / leaving", "shielding", "cancelled", "-", writes=True),
    move("shielding", "read_refund", "shielded", "-", "=", "=", "cancelled", "mine / cancelled"),
    move(
        "shielded",
        "cancel_refund",
        "cancelling",
        "cancelling",
        "= / unshielding",
        "cancelling",
        "cancelling",
        "-",
        writes=True,
    ),
    move("cancelling", "read_refund", "cancelled", "-", "=", "=", "cancelled", "= / shielded / unshielding"),
    move("unshielding", "unshield", "leaving", "held unshield", "=", "=", "cancelling", "cancelling", writes=True),
    move("held unshield", "look", "unshielding", "-", "=", "=", "cancelling", "="),
    move("leaving", "release_claim", "refused / stopped", "refused", "=", "=", "refused", "refused", writes=True),
    move("cancelled", "read_payment", "settled / loose", "-", "=", "=", "review", "review"),
    move(
        "loose", "reapply_payment", "reapplying", "held apply", "=", "reapplying", "held apply", "review", writes=True
    ),
    move("reapplying", "read_payment", "settled", "-", "=", "=", "loose", "review"),
    move("held apply", "look", "cancelled / settled", "-", "=", "=", "=", "="),
    move("settled", "clear_refund", "clearing", "= / held clear", "=", "clearing", "review", "review", writes=True),
    move("held clear", "look", "clearing", "-", "=", "=", "review", "="),
    move("clearing", "read_fields", "refund cleared", "-", "=", "=", "settled", "review"),
    move("refund cleared", "clear_memo", "cleared", "= / held clear", "=", "=", "cleared", "review", writes=True),
    move("cleared", "watch", "resynced", "-", "=", "=", "resynced", "settled / drift"),
)
