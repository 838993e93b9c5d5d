"""Commands on an open Desk: pending, plan, sync, recover, history. The same Desk the window calls."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nsz_desk.cli import output
from nsz_desk.domain.money import sums
from nsz_desk.engine.controls import is_typed, total_to_type
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.lists import Row, row_json
from nsz_desk.engine.plan import Batch, Plan
from nsz_desk.engine.results import BatchResult, Pending, Result, RowEvent, RowResult
from nsz_desk.lanes import ReportTo, StopFlag
from nsz_desk.rules.book import Verdict

Show = Callable[[Desk, Batch], None]  # prints the plans that are to be approved
NOTICE = "This records an external refund in Zuora; no gateway pays anybody."


def report() -> ReportTo:
    """Progress of reading is not printed; nothing stops a command but its end."""
    return ReportTo(lambda done, total, text: None, StopFlag())


def pending(desk: Desk, args: argparse.Namespace) -> int:
    """Print the judged list."""
    found = desk.pending(report())
    rows = [row for row in found.rows if args.filter in (None, row.verdict.value)][: args.limit]
    if args.json:
        output.document(
            {
                "refunds": [_row_json(row) for row in rows],
                "totals": _totals(rows),
                "as_of": f"{found.as_of:%Y-%m-%dT%H:%M:%SZ}",
                "older": found.older,
                "problems": list(found.problems),
            }
        )
    else:
        _print_rows(found, rows)
    return output.DONE


def _row_json(row: Row) -> dict[str, Any]:
    """The contract's form, with this face's words for what to do."""
    said: dict[str, Any] = row_json(row)
    findings = [{**one, "fix": output.by_command(one["fix"])} for one in said["findings"]]
    return {**said, "next_step": output.by_command(row.judgement.next_step), "findings": findings}


def _totals(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {"verdict": verdict.value, "count": len(some), "sums": [total.json() for total in sums(r.amount for r in some)]}
        for verdict in Verdict
        if (some := [row for row in rows if row.verdict is verdict])
    ]


def _print_rows(found: Pending, rows: Sequence[Row]) -> None:
    lines = [
        (row.verdict.value.replace("_", " "), row.id, row.number, row.customer, str(row.amount), row.judgement.why)
        for row in rows
    ]
    output.table(("verdict", "id", "refund", "customer", "amount", "why"), lines, frozenset({4}))
    for total in _totals(rows):
        amounts = " · ".join(f"{one['amount']} {one['currency']}" for one in total["sums"])
        output.line(f"{total['verdict'].replace('_', ' ')}: {total['count']}, {amounts}")
    for problem in found.problems:
        output.say(f"Not read: {problem}")


def plan(desk: Desk, args: argparse.Namespace) -> int:
    """Print the exact calls and the plan's hash."""
    batch = choose(desk, args)
    if args.json:
        output.document(plan_json(desk, batch))
    else:
        print_plan(desk, batch)
    return output.REFUSED if batch.refused else output.DONE


def choose(desk: Desk, args: argparse.Namespace) -> Batch:
    """The plans of the refunds that were named, by id or by number, or of all that are ready."""
    asked = list(args.ids)
    if args.ready or any(not one.isdigit() for one in asked):
        listed = desk.pending(report())
        by_number = {row.number: row.id for row in listed.rows}
        asked = [by_number.get(one, one) if one not in listed.by_id else one for one in asked]
        asked += [row.id for row in listed.rows if args.ready and row.verdict is Verdict.READY]
    return desk.plan(asked, report())


def plan_json(desk: Desk, batch: Batch) -> dict[str, Any]:
    """The plan in the contract's spirit: what is approved, and what is sent."""
    return {
        "plan_hash": batch.hash,
        "environment": desk.environment.kind,
        "totals": [total.json() for total in batch.totals],
        "plans": [{**_plan_json(one), "calls": calls(desk, one)} for one in batch.plans],
        "refused": [{"id": key, "number": number, "reason": why} for key, number, why in batch.refused],
        "notice": NOTICE,
    }


def _plan_json(one: Plan) -> dict[str, Any]:
    people = {"id": one.refund_id, "number": one.number, "customer": one.customer, "amount": one.amount.json()}
    return {**people, "date": one.date, "hash": one.hash, "document": one.document()}


def print_plan(desk: Desk, batch: Batch) -> None:
    """The plan for people: per refund the calls in order."""
    for one in batch.plans:
        output.line(f"{one.number} (id {one.refund_id})  {output.cut(one.customer)}  {one.amount}  {one.date}")
        for call in calls(desk, one):
            output.line(f"  {call['system']:9} {call['what']}")
            if "body" in call:
                output.line(f"            {call['body']}")
    for key, number, why in batch.refused:
        output.say(f"Not planned: {number or key}: {why}")
    count = len(batch.plans)
    output.line(f"{count} refund{'s' * (count != 1)}, {output.totals_text(one.amount for one in batch.plans)}")
    output.line(f"{desk.environment.word}: {desk.environment.netsuite} and {desk.environment.zuora}. {NOTICE}")
    output.line(f"plan hash {batch.hash}")


def calls(desk: Desk, one: Plan) -> list[dict[str, str]]:
    """What is written for a refund, in this order; reads and the journal's lines lie between."""
    stamps: dict[str, list[str]] = {}
    for record, field, value in one.stamps:
        stamps.setdefault(record, []).append(f"{field} := {value}")
    return [
        {"system": "NetSuite", "what": f"update customer refund {one.refund_id}: claim, {desk.pair.texts.creating}"},
        {"system": "Zuora", "what": f"{one.call.method} {one.call.path}", "body": one.call.body},
        {"system": "Zuora", "what": f"PUT the new refund: {', '.join(stamps['zuora_refund'])}"},
        {"system": "NetSuite", "what": f"update customer refund {one.refund_id}: {', '.join(stamps['refund'])}"},
        {"system": "NetSuite", "what": f"update credit memo {one.memo_id}: {', '.join(stamps['memo'])}"},
    ]


def sync(desk: Desk, args: argparse.Namespace) -> int:
    """Derive, approve, send."""
    desk.refuse_read_only()
    batch = choose(desk, args)
    if not batch.plans and not args.plan_hash:
        return refuse(args, batch)
    if code := not_approved(desk, args, batch):
        return code
    return answer(args, desk.sync(batch, report(), tell))


def not_approved(desk: Desk, args: argparse.Namespace, batch: Batch, show: Show | None = None) -> int:
    """Ask for the approval of plans, unless the arguments give it; answers the exit code when it was not given."""
    if args.plan_hash and args.plan_hash != batch.hash:
        output.say(f"The plan derived now is {batch.hash}, not {args.plan_hash}. Nothing was sent.")
        output.say("Next: look at the new plan with `plan`, then approve that one.")
        return answer(args, BatchResult((), batch.hash), output.REFUSED)
    desk.refuse_over_caps(batch)
    if args.yes and not (desk.sending or args.plan_hash):
        output.say("This is production: --yes alone approves nothing here. Nothing was sent.")
        output.say("Next: look at the plan with `plan`, then approve that one with --plan-hash, or at a terminal.")
        return answer(args, BatchResult((), batch.hash), output.REFUSED)
    if not (args.yes or args.plan_hash) and not _asked(desk, batch, show or print_plan):
        output.say("Not approved. Nothing was sent.")
        return output.REFUSED
    desk.enable_sending("plan hash" if args.plan_hash else "typed total")
    output.say(f"plan hash {batch.hash}")
    return 0


def refuse(args: argparse.Namespace, batch: Batch) -> int:
    """Print refusals in the form of results; nothing was sent."""
    rows = tuple(
        RowResult(key, number, Result.REFUSED, "", why, "Nothing was sent for it.", None)
        for key, number, why in batch.refused
    )
    return answer(args, BatchResult(rows, batch.hash))


def named(desk: Desk, asked: str) -> str:
    """The internal id of a refund that was named by its id or by its number."""
    if asked.isdigit():
        return asked
    return next((row.id for row in desk.pending(report()).rows if row.number == asked), asked)


def _asked(desk: Desk, batch: Batch, show: Show) -> bool:
    """Ask a person at a terminal; without one the answer is no."""
    show(desk, batch)
    if not sys.stdin.isatty():
        output.say("No terminal to ask at: approve with --yes or --plan-hash.")
        return False
    total = total_to_type(batch.totals)
    if desk.sending or total is None:
        return input(f"Send {len(batch.plans)} refunds to {desk.environment.word}? Type yes: ").strip() == "yes"
    asked = f"Send {len(batch.plans)} refunds to {desk.environment.word}? Type the total in {total.currency}: "
    return is_typed(input(asked), total)


def tell(event: RowEvent) -> None:
    """Progress on standard error: one line for each refund that ends."""
    if event.result:
        output.say(f"{event.result.number}: {event.text}")


def recover(desk: Desk, args: argparse.Namespace) -> int:
    """Finish or explain what is open; the command itself lets production's own unfinished writes go on."""
    desk.enable_sending("recover")
    result = desk.recover(report(), tell)
    if not result.results and not args.json:
        output.line("Nothing is open and nothing is in doubt.")
    return answer(args, result)


def answer(
    args: argparse.Namespace, result: BatchResult, code: int | None = None, more: Mapping[str, Any] | None = None
) -> int:
    """Print results; `more` stands beside them in the JSON document. Answers the exit code."""
    if args.json:
        output.document({**result_json(result), **(more or {})})
    else:
        _print_result(result)
    return exit_code(result) if code is None else code


def result_json(result: BatchResult) -> dict[str, Any]:
    """The contract's result form."""
    rows = [
        {
            "id": row.id,
            "number": row.number,
            "result": row.result.value,
            "zuora_refund_id": row.zuora_refund_id or None,
            "zuora_number": row.zuora_number or None,
            "reason": output.by_command(row.reason),
            "next_step": output.by_command(row.next_step),
            "verdict": row.told.value or None,
            "look_again_at": f"{row.look_again:%Y-%m-%dT%H:%M:%SZ}" if row.look_again else None,
        }
        for row in result.results
    ]
    return {"results": rows, "plan_hash": result.plan_hash}


def exit_code(result: BatchResult) -> int:
    """0 all done; 1 something failed, was skipped or is in doubt; 3 refused only."""
    kinds = {row.result for row in result.results}
    if kinds & {Result.FAILED, Result.SKIPPED, Result.IN_DOUBT}:
        return output.INCOMPLETE
    return output.REFUSED if Result.REFUSED in kinds else output.DONE


def _print_result(result: BatchResult) -> None:
    for row in result.results:
        output.line(f"{row.result.value.replace('_', ' '):9} {row.number or row.id:12} {output.by_command(row.reason)}")
        if row.next_step:
            output.line(f"{'':22} Next: {output.by_command(row.next_step)}")
    if result.results:
        counts = ", ".join(
            f"{count} {kind.value.replace('_', ' ')}"
            for kind in Result
            if (count := sum(row.result is kind for row in result.results))
        )
        output.line(counts)


def history(desk: Desk, args: argparse.Namespace) -> int:
    """Print the journal, of one refund or all."""
    key = _refund_id(desk, args.id) if args.id else None
    entries = desk.history(key, args.limit)[-args.limit if args.limit else 0 :]
    if args.json:
        lines = [
            {
                "seq": one.seq,
                "at": f"{one.at:%Y-%m-%dT%H:%M:%S.%fZ}",
                "who": one.who,
                "refund_id": one.refund_id,
                "kind": one.kind,
                "title": one.title,
                "detail": dict(one.detail),
            }
            for one in entries
        ]
        output.document({"history": lines})
        return output.DONE
    for one in entries:
        output.line(f"{one.seq:5} {one.at:%Y-%m-%d %H:%M:%S}Z {one.refund_id or '-':>8}  {one.title}")
    return output.DONE


def _refund_id(desk: Desk, asked: str) -> str:
    """A number is looked up in the journal's own plans, so that history needs no network."""
    if asked.isdigit():
        return asked
    for line in desk.ledger.lines():
        if line.event.kind == "episode_opened" and line.event.detail["plan"]["number"] == asked:
            return line.event.refund_id
    return asked


COMMANDS = {"pending": pending, "plan": plan, "sync": sync, "recover": recover, "history": history}
