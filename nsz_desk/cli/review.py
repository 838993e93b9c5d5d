"""The command `review`: what may be decided on a row that waits for a person, and the decision itself."""

import argparse
from typing import Any

from nsz_desk.cli import commands, offers, output
from nsz_desk.cli.resync import print_resync
from nsz_desk.domain.errors import Setup
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.review import NOTHING_SENT, Option, Review
from nsz_desk.engine.reviews import Follow, What


def look(desk: Desk, args: argparse.Namespace) -> int:
    """Print why the row waits, what both systems show now, and which decisions are open; reads only."""
    found = desk.review_of(commands.named(desk, args.id), commands.report())
    return offers.show(args, found, review_json, _print_review)


def decide(desk: Desk, args: argparse.Namespace) -> int:
    """Carry out a decision; one that cancels or clears is a resync, whose plan is approved first."""
    desk.refuse_read_only()
    key, what = commands.named(desk, args.id), What(args.decide)
    plan = _plan(desk, key, what, args)
    if plan is not None:
        if not plan.plans:
            return commands.refuse(args, plan)
        if code := commands.not_approved(desk, args, plan, print_resync):
            return code
    desk.enable_sending("review")
    done = desk.decide(key, what, args.reason, commands.report(), commands.tell, plan=plan)
    return commands.answer(args, done)


def _plan(desk: Desk, refund_id: str, what: What, args: argparse.Namespace) -> Batch | None:
    """The plan to approve where this decision, on this row, cancels or clears and is open; else None.

    What is not open is told by `Desk.decide`.

    Raises:
        Setup: a cancel that does not name the Zuora refund, or another one.
    """
    found = desk.review_of(refund_id, commands.report())
    option = None if isinstance(found, Declined) else found.option(what, args.zuora_refund)
    if option is None and args.zuora_refund:
        raise Setup(
            f"{args.zuora_refund} is none of its live Zuora refunds.", NOTHING_SENT, "See `review` without --decide."
        )
    if option is None or not option.is_open:
        return None
    if option.decision.follow is Follow.UNDO:
        return desk.plan_resync([refund_id], args.reason, commands.report())
    if option.decision.follow is not Follow.CANCEL or option.target is None:
        return None
    if not args.zuora_refund:
        raise Setup("Which Zuora refund is to be cancelled?", NOTHING_SENT, "Name it with --zuora-refund.")
    return desk.plan_cancel(refund_id, option.target.id, args.reason, commands.report())


def review_json(found: Review) -> dict[str, Any]:
    """The review for scripts."""
    return {
        "id": found.refund_id,
        "number": found.number,
        "about": found.key,
        "reason": found.words,
        "since": f"{found.since:%Y-%m-%dT%H:%M:%SZ}" if found.since else None,
        "set_aside": found.aside or None,
        "seen": list(found.seen),
        "decisions": [_option_json(one) for one in found.options],
        "other_ways": list(found.ways),
    }


def _option_json(one: Option) -> dict[str, Any]:
    decision = one.decision
    return {
        "decide": decision.what.value,
        "says": one.says,
        "zuora_refund_id": one.target.id if one.target else None,
        "open": one.is_open,
        "needs": [need.value for need in decision.needs],
        "missing": list(one.missing),
        "follows": decision.follow.value,
    }


def _print_review(found: Review) -> None:
    output.line(f"{found.number} (id {found.refund_id}) waits for a person: {found.words}")
    if found.aside:
        output.line(f"  {found.aside}")
    for sentence in found.seen:
        output.line(f"  {sentence}")
    for one in found.options:
        output.line(f"{'open' if one.is_open else 'not open':8} {one.decision.what.value:12} {one.says}.")
        output.line(f"{'':21} {one.decision.follow.value}")
        for why in one.missing:
            output.line(f"{'':21} missing: {why}")
    for way in found.ways:
        output.line(f"or: {way}")


COMMANDS = {"review": look, "decide": decide}
