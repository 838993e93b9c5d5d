"""The command `resync`: undo a sync step by step, and sync again at once where that is asked for."""

import argparse

from nsz_desk.cli import commands, offers, output
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.resync_calls import WARNING, after, calls_of
from nsz_desk.engine.resync_plan import ResyncPlan


def resync(desk: Desk, args: argparse.Namespace) -> int:
    """Derive, approve, undo."""
    desk.refuse_read_only()
    ids = [commands.named(desk, one) for one in args.ids]
    batch = desk.plan_resync(ids, args.reason, commands.report(), keep_memo=args.keep_memo)
    if not batch.plans and not args.plan_hash:
        return commands.refuse(args, batch)
    if code := commands.not_approved(desk, args, batch, print_resync):
        return code
    return commands.answer(args, desk.resync(batch, commands.report(), commands.tell, then_sync=args.then_sync))


def print_resync(desk: Desk, batch: Batch) -> None:
    """The plan for people: per refund the writes in order, and what is true afterwards."""
    for one in batch.plans:
        if isinstance(one, ResyncPlan):
            offers.print_writes(one, calls_of(one), after(one), one.reason)
    for key, number, why in batch.refused:
        output.say(f"Not planned: {number or key}: {why}")
    count = len(batch.plans)
    output.line(f"{count} refund{'s' * (count != 1)} to undo, {output.totals_text(one.amount for one in batch.plans)}")
    offers.print_end(desk, batch, WARNING)


COMMANDS = {"resync": resync}
