"""What must be true when a schedule is over and all is quiet: nothing lost, nothing told to nobody, no secret told."""

from collections.abc import Sequence
from decimal import Decimal

from nsz_desk.engine.janitor import drift
from nsz_desk.engine.ledger import Ledger
from tests.fakes import MemoryJournal
from tests.simulation.desks import SimDesk
from tests.simulation.faults import TAINT
from tests.simulation.wishes import Wishes
from tests.simulation.worlds import SimWorld, parts_of


def check(world: SimWorld, desks: Sequence[SimDesk]) -> None:
    """I3, I4's chain, L1's "none lost" and L3, when all is quiet."""
    watch = world.watch
    if not world.struck and len(desks) == 1 and len(world.layout) == 1 and not world.meddled:
        ends = [end for end, _ in watch.ends.get("901", [])]
        watch.hold(ends[-1:] == ["complete"], f"L2: without any fault 901 ends {ends}")
    for desk in desks:
        for journal in desk.journals:
            journal.verify()
        watch.hold(Ledger(desk.journal).standings == desk.ledger.standings, f"L3: {desk.name} shows not its journal")
    _secrets(world, desks)
    _parts(world)
    for refund_id in world.ids_of_refunds:
        at = world.meddled.get(refund_id)
        if _known_window(world, desks, refund_id) and _shown_as_drift(world, desks[0], refund_id):
            continue
        if at is None or at < watch.looked.get(refund_id, 0.0):
            watch.stamps(refund_id, world.memo_id(refund_id))
        if at is not None or refund_id in watch.stolen:
            continue
        if not watch.told(refund_id):
            _not_lost(world, refund_id)


def _known_window(world: SimWorld, desks: Sequence[SimDesk], refund_id: str) -> bool:
    """W8: who linked second took it from this one. W7: a late stamp, after which a desk is to look (the sweep)."""
    watch = world.watch
    swept = any(refund_id in desk.ledger.silent for desk in desks)
    return refund_id in watch.stolen or (refund_id in watch.late_writes and swept)


def _shown_as_drift(world: SimWorld, desk: SimDesk, refund_id: str) -> bool:
    return refund_id in world.refunds and bool(drift(Wishes(world, desk.run, desk.hands).row(refund_id)))


def _secrets(world: SimWorld, desks: Sequence[SimDesk]) -> None:
    """I6: no line of a journal that is text holds the secret that stands behind every answer."""
    for desk in desks:
        for journal in desk.journals:
            for _, text in journal.kept if isinstance(journal, MemoryJournal) else ():
                world.watch.hold(TAINT not in text, f"I6: a secret stands in a journal of {desk.name}")


def _parts(world: SimWorld) -> None:
    """I2: every payment that no stranger touched pays what it paid, less what live refunds took of each invoice."""
    watch = world.watch
    if not world.route[0]:
        return  # without Invoice Settlement the cancel itself puts the money back
    odd = {one for one in world.ids_of_refunds if one in world.meddled or watch.told(one)}
    doubtful = {world.payment_of(one) for one in odd}
    doubtful |= {str(one.payment_id) for one in world.zuora.refunds.values() if one.integration_id in odd}
    for key, bare in world.zuora.known_payments.items():
        if key in world.loosened or key in doubtful:
            continue
        taken: dict[str, Decimal] = {}
        for one in world.zuora.refunds.values():
            for invoice, amount in (one.parts or ()) if one.payment_id == key and not one.dead else ():
                taken[invoice] = taken.get(invoice, Decimal(0)) + amount.amount
        now = {part.invoice_id: part.applied.amount for part in parts_of(world.zuora.payment(key))}
        wanted = {one.invoice_id: one.applied.amount - taken.get(one.invoice_id, Decimal(0)) for one in parts_of(bare)}
        watch.hold(now == wanted, f"I2: payment {key} pays {now}, it should be {wanted}")


def _not_lost(world: SimWorld, refund_id: str) -> None:
    """Nobody meddled and nobody was told to look: complete with one live refund, or refused, or there is no room."""
    live, refund = world.live(refund_id), world.netsuite.refunds[refund_id]
    done = len(live) == 1 and refund.zuora_id == live[0].id and refund.status_text == "Sync Complete"
    room = world.zuora.payment(world.payment_of(refund_id)).refundable
    ends, last = world.watch.ends.get(refund_id, []), world.watch.last_made.get(refund_id)
    full = not live and not refund.zuora_id and (room < refund.amount or refund_id in world.no_plan)
    said_no = not live and last in ("refused", "unmade")
    for one in live:
        world.watch.hold(one.transferred == "Yes", f"I7: {one.id} stays {one.transferred!r}")
    world.watch.hold(
        done or full or said_no, f"L1: {refund_id} is lost: {refund.status_text!r} {refund.zuora_id!r} {live} {ends}"
    )
