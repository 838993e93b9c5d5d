"""The commands `link` and `unlink`: adopt a Zuora refund that was made by hand, or take that back."""

import argparse
from functools import partial

from nsz_desk.cli import commands, offers, output
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.link_offer import Candidate, LinkOffer, choose, link_json
from nsz_desk.engine.link_review import NO_MONEY
from nsz_desk.engine.plan import Batch


def candidates(desk: Desk, args: argparse.Namespace) -> int:
    """Print the Zuora refunds that may be the one; reads only."""
    found = desk.candidates(commands.named(desk, args.id), commands.report())
    return offers.show(args, found, link_json, _print_offer)


def _print_offer(found: LinkOffer) -> None:
    output.line(f"{found.row.number}  {output.cut(found.row.customer)}  {found.row.amount}, {found.payment.number}")
    for one in found.candidates:
        _print_candidate(one)
    for refund, why in found.others:
        output.line(f"  not {refund.number} of {refund.date}, {refund.amount}: {why}")
    if not found.candidates:
        output.line("No candidate: no live refund of this payment and amount is without a NetSuite id.")


def _print_candidate(one: Candidate) -> None:
    output.line(f"  {one.refund.number} ({one.refund.id})  {', '.join(one.reasons)}")
    if one.differs:
        output.line(f"      but: {', '.join(one.differs)}")


def link(desk: Desk, args: argparse.Namespace) -> int:
    """Pick, approve, link."""
    desk.refuse_read_only()
    found = desk.candidates(commands.named(desk, args.id), commands.report())
    chosen = found if isinstance(found, Declined) else choose(desk.pair, found, args.zuora_refund)
    if isinstance(chosen, Declined):
        return commands.refuse(args, chosen.batch)
    if not args.json:
        output.say(f"  {chosen.candidate.refund.number}: {', '.join(chosen.candidate.reasons)}")
        if chosen.candidate.differs:
            output.say(f"  but: {', '.join(chosen.candidate.differs)}")
    show = partial(_print_review, zuora_number=chosen.candidate.refund.number)
    if code := commands.not_approved(desk, args, Batch((chosen.plan,)), show):
        return code
    return commands.answer(args, desk.link(chosen, commands.report(), commands.tell))


def unlink(desk: Desk, args: argparse.Namespace) -> int:
    """Take a link back. It moves no money and can be linked again, so that the reason is the approval."""
    desk.refuse_read_only()
    plan = desk.plan_unlink(commands.named(desk, args.id), args.reason)
    if isinstance(plan, Declined):
        return commands.refuse(args, plan.batch)
    if not args.json:
        _print_review(desk, Batch((plan,)))
    desk.enable_sending("unlink")
    return commands.answer(args, desk.unlink(plan, commands.report(), commands.tell))


def _print_review(desk: Desk, batch: Batch, zuora_number: str = "") -> None:
    """What a link or an unlink writes, in order, and what is true afterwards."""
    for one in batch.plans:
        review = desk.link_review(one, zuora_number)
        reason = one.call.body if review.undoes else ""
        offers.print_writes(one, review.calls, review.after, reason)
    offers.print_end(desk, batch, NO_MONEY)


COMMANDS = {"candidates": candidates, "link": link, "unlink": unlink}
