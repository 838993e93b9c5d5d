"""What allocate, link, resync and review have in common: an offer is printed, a plan is shown call by call."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nsz_desk.cli import commands, output
from nsz_desk.engine.call_lines import CallLine, lines_text
from nsz_desk.engine.canonical import Json
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.plan import Batch, Plan

T = TypeVar("T")


def show(
    args: argparse.Namespace,
    found: T | Declined,
    as_json: Callable[[T], Mapping[str, Json]],
    as_text: Callable[[T], None],
) -> int:
    """Print what was found, for people or as JSON; refuse what was declined. Reads only."""
    if isinstance(found, Declined):
        return commands.refuse(args, found.batch)
    if args.json:
        output.document(as_json(found))
    else:
        as_text(found)
    return output.DONE


def print_writes(plan: Plan, calls: Iterable[CallLine], after: Iterable[str], reason: str = "") -> None:
    """One plan for people: whose it is, why, the writes in their order, and what is true afterwards."""
    output.line(f"{plan.number} (id {plan.refund_id})  {output.cut(plan.customer)}  {plan.amount}  {plan.date}")
    if reason:
        output.line(f"  reason: {reason}")
    for text in lines_text(calls):
        output.line(f"  {text}")
    for sentence in after:
        output.line(f"  after: {sentence}")


def print_end(desk: Desk, batch: Batch, notice: str) -> None:
    """Where it is done, what to know, and what is approved."""
    output.line(f"{desk.environment.word}: {desk.environment.netsuite} and {desk.environment.zuora}. {notice}")
    output.line(f"plan hash {batch.hash}")
