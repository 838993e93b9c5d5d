"""The commands `link` and `unlink`: adopt a Zuora refund that was made by hand, or take that back."""

import argparse

from nsz_desk.cli import commands, output
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.link_offer import Candidate, LinkOffer, choose, link_json, picked_id
from nsz_desk.engine.plan import Batch

NOTICE = "A link moves no money."


def candidates(desk: Desk, args: argparse.Namespace) -> int:
    """Print the Zuora refunds that may be the one; reads only."""
    found = desk.candidates(commands.named(desk, args.id), commands.report())
    if isinstance(found, Declined):
        return commands.refuse(args, found.batch)
    if args.json:
        output.document(link_json(found))
    else:
        _print_offer(found)
    return output.DONE


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
    if code := commands.not_approved(desk, args, Batch((chosen.plan,)), print_link):
        return code
    return commands.answer(args, desk.link(chosen, commands.report(), commands.tell))


def unlink(desk: Desk, args: argparse.Namespace) -> int:
    """Take a link back. It moves no money and can be linked again, so that the reason is the approval."""
    desk.refuse_read_only()
    plan = desk.plan_unlink(commands.named(desk, args.id), args.reason)
    if isinstance(plan, Declined):
        return commands.refuse(args, plan.batch)
    if not args.json:
        print_unlink(desk, Batch((plan,)))
    desk.enable_sending("unlink")
    return commands.answer(args, desk.unlink(plan, commands.report(), commands.tell))


def print_link(desk: Desk, batch: Batch) -> None:
    """What a link writes, in order."""
    for one in batch.plans:
        output.line(f"{one.number} (id {one.refund_id})  {output.cut(one.customer)}  {one.amount}  {one.date}")
        output.line(f"  NetSuite  update customer refund {one.refund_id}: claim, {desk.pair.texts.creating}")
        for record, name in (("zuora_refund", picked_id(one)), ("refund", one.refund_id), ("memo", one.memo_id)):
            stamps = ", ".join(f"{field} := {value}" for where, field, value in one.stamps if where == record)
            output.line(f"  {'Zuora' if record == 'zuora_refund' else 'NetSuite':9} update {record} {name}: {stamps}")
    _print_end(desk, batch)


def print_unlink(desk: Desk, batch: Batch) -> None:
    """What an unlink writes, in order."""
    for one in batch.plans:
        output.line(f"{one.number} (id {one.refund_id})  {output.cut(one.customer)}  {one.amount}  {one.date}")
        output.line(f"  reason: {one.call.body}")
        output.line(f"  Zuora     update refund {picked_id(one)}: our id, origin and sync date as before the link")
        output.line(
            f"  NetSuite  update customer refund {one.refund_id} and credit memo {one.memo_id}: as before the link"
        )
    _print_end(desk, batch)


def _print_end(desk: Desk, batch: Batch) -> None:
    output.line(f"{desk.environment.word}: {desk.environment.netsuite} and {desk.environment.zuora}. {NOTICE}")
    output.line(f"plan hash {batch.hash}")


COMMANDS = {"candidates": candidates, "link": link, "unlink": unlink}
