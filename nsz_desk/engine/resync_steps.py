"""Which step belongs to which state of the RESYNC table."""

from nsz_desk.engine import resync_cancel, resync_clear, resync_look, resync_restore
from nsz_desk.engine.episode import Step

RESYNC_STEPS: dict[str, Step] = {
    "confirmed": resync_look.look_before,
    "planned": resync_look.claim_resync,
    "mine": resync_cancel.shield,
    "shielding": resync_cancel.read_shield,
    "shielded": resync_cancel.cancel_refund,
    "cancelling": resync_cancel.read_cancelled,
    "unshielding": resync_cancel.unshield,
    "held unshield": resync_cancel.look_unshield,
    "leaving": resync_look.release_claim,
    "cancelled": resync_restore.read_payment,
    "loose": resync_restore.reapply_payment,
    "reapplying": resync_restore.read_applied,
    "held apply": resync_restore.look_apply,
    "settled": resync_clear.clear_refund,
    "held clear": resync_clear.look_clear,
    "clearing": resync_clear.read_cleared,
    "refund cleared": resync_clear.clear_memo,
    "cleared": resync_clear.watch,
}
