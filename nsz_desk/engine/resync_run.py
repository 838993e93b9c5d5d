"""Resyncs of one run: derived from fresh facts, approved by a person, then walked, each in its payment's lane."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nsz_desk.domain.errors import Setup
from nsz_desk.engine.batch import Run
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.perform import drive
from nsz_desk.engine.plan import Batch, Plan, load
from nsz_desk.engine.ports import Event, Moment, Written
from nsz_desk.engine.results import BatchResult, Result, RowResult
from nsz_desk.engine.resync_clear import last_unanswered
from nsz_desk.engine.resync_hindrances import hindrances
from nsz_desk.engine.resync_look import gather
from nsz_desk.engine.resync_plan import derive_resync
from nsz_desk.engine.route import Parts
from nsz_desk.engine.runner import carried_over, fold

KEY_AGE = timedelta(hours=25)  # an unanswered create younger than that may still turn out to have been made


def plan_resyncs(run: Run, refund_ids: Sequence[str], reason: str, keep_memo: bool) -> Batch:
    """The plan of each resync, and in plain words why a refund has none. Reads only."""
    plans: list[Plan] = []
    refused: list[tuple[str, str, str]] = []
    for refund_id in dict.fromkeys(refund_ids):
        planned = _plan(run, refund_id, reason, keep_memo)
        if isinstance(planned, Plan):
            plans.append(planned)
        else:
            refused.append((refund_id, *planned))
    return Batch(tuple(plans), tuple(refused))


def plan_cancel(run: Run, refund_id: str, zuora_id: str, reason: str) -> Batch:
    """The plan of cancelling one Zuora refund of this id by itself; NetSuite is left as it is. Reads only."""
    planned = _plan(run, refund_id, reason, keep_memo=True, target=zuora_id)
    return Batch((planned,)) if isinstance(planned, Plan) else Batch((), ((refund_id, *planned),))


def _plan(run: Run, refund_id: str, reason: str, keep_memo: bool, target: str = "") -> Plan | tuple[str, str]:
    """The plan, or the refund's number and why there is none.

    A cancel of one refund by itself makes nothing and clears nothing, so that an unanswered create is no hindrance.
    """
    if not refund_id.isdigit():
        return "", "NetSuite has no customer refund with this id."
    stands = _open(run.ledger, refund_id) if target else doubt(run.ledger, refund_id, run.clock.now())
    if stands:
        return "", stands
    lines, dead = run.ledger.of_refund(refund_id), run.ledger.known_dead(refund_id)
    looking = gather(refund_id, dead, lambda zuora_id: split_sent(lines, zuora_id), target=target)
    reply = drive(looking, run.hands.perform)
    if reply.outcome is not Outcome.DONE:
        return "", reply.reason
    found, s = reply.got, run.settings
    if against := hindrances(s.pair, found, s.netsuite_periods, s.zuora_periods):
        return found.facts.refund.number, " ".join(against)
    return derive_resync(s.pair, found, reason, keep_memo)


def split_sent(lines: Sequence[Written], zuora_id: str) -> Parts:
    """What our own create of that Zuora refund took of each invoice, from the journal; nothing where it was not ours.

    A create from loose money names no invoices, whatever the plan's parts say.
    """
    plans: dict[str, Mapping[str, Any]] = {}
    for line in lines:
        detail = line.event.detail
        if line.event.kind == "episode_opened":
            plans[line.event.episode] = detail["plan"]
        memory = detail.get("memory", {})
        if memory.get("zuora_refund_id") == zuora_id and memory.get("origin") == "created":
            plan = load(plans[line.event.episode])
            return () if plan.call.path.endswith("/refunds") else plan.parts
    return ()


def doubt(ledger: Ledger, refund_id: str, now: Moment) -> str:
    """Why a resync does not start (R5): something is open, or a create without an answer is not 25 h old; else ""."""
    if words := _open(ledger, refund_id):
        return words
    at = silent_create(ledger.of_refund(refund_id), now) if ledger.words(refund_id) else None
    if at is None:
        return ""
    return f"A create was sent at {at:%Y-%m-%d %H:%M} UTC and never answered. Wait until it is 25 hours old."


def _open(ledger: Ledger, refund_id: str) -> str:
    words = ledger.open_words(refund_id)
    return f"An earlier episode is {words}. Finish first: the desk undoes nothing beside it." if words else ""


def silent_create(lines: Sequence[Written], now: Moment) -> datetime | None:
    """When a create of this refund was sent that nobody answered and that may still arrive; None when none was."""
    last = {int(post["n"]): post for post in carried_over(lines).get("posts", [])}
    silent = [post["at"] for post in last.values() if post["outcome"] == Outcome.NO_ANSWER.value]
    times = [datetime.fromisoformat(at) for at in silent]
    return max((at for at in times if now.wall - at < KEY_AGE), default=None)


def last_create(lines: Sequence[Written]) -> datetime | None:
    """When a create of this refund was sent last, by the journal; None when none was."""
    times = [datetime.fromisoformat(post["at"]) for post in carried_over(lines).get("posts", [])]
    return max(times, default=None)


def resync(run: Run, batch: Batch, confirmed: Moment, **memory: str) -> BatchResult:
    """Walk every approved resync; answers in the order of the plans, then the rows that had none.

    `memory` is what a person decided about all of them beforehand.
    """
    run.total = len(batch.plans)
    run.ledger.append(Event("run", "", "", {"what": "resync", "plan_hash": batch.hash, "count": run.total}))
    episodes = [_episode(run, plan, confirmed, memory) for plan in batch.plans]
    run.lanes.run([(e.plan.account_id, run.job(e)) for e in episodes])
    done = [run.results[plan.refund_id] for plan in batch.plans]
    return BatchResult((*done, *(_refused(*row) for row in batch.refused)), batch.hash)


def _refused(refund_id: str, number: str, why: str) -> RowResult:
    return RowResult(refund_id, number, Result.REFUSED, "", why, "Nothing was sent for it.", None)


def _episode(run: Run, plan: Plan, confirmed: Moment, memory: Mapping[str, str]) -> Episode:
    e = run.episode(plan, "RESYNC", "confirmed", **memory)
    e.confirmed_at = confirmed
    remember_silence(run, e)
    return e


def remember_silence(run: Run, e: Episode) -> None:
    """Note from the journal when a NetSuite write of this refund last went unanswered: it may still come."""
    if at := last_unanswered(run.ledger.of_refund(e.refund_id)):
        e.memory["unanswered"] = at.isoformat()


def skip_apply(ledger: Ledger, refund_id: str, reason: str) -> None:
    """Write a person's decision as the table's own move: from `held apply` to `settled`, and why.

    Raises:
        Setup: no resync of this refund waits there, or there is no reason.
    """
    held = ledger.held(refund_id, "held apply")
    if not held or not reason:
        what = "A decision needs a reason." if held else "No resync of this refund waits for its payment."
        raise Setup(what, "Nothing was changed.", "Look at the refund's history.")
    left = fold(ledger.episode(held))
    memory = {**left.memory, "skip_apply": reason}
    move = {"state": left.state, "step": "look", "outcome": Outcome.DONE.value, "next": "settled"}
    words = f"a person left the money loose: {reason}"
    ledger.append(Event("outcome", refund_id, held, {**move, "reason": words, "memory": memory}))


def joined(undone: BatchResult, synced: BatchResult) -> BatchResult:
    """A resync and the sync after it as one result per refund: the later one, with what the earlier one did."""
    later = {row.id: row for row in synced.results}
    rows = [
        replace(later[row.id], reason=f"{row.reason} Then: {later[row.id].reason}") if row.id in later else row
        for row in undone.results
    ]
    return BatchResult(tuple(rows), undone.plan_hash)
