"""A person's decision on a row that waits: what is open with its evidence, and what the desk does with the answer.

Nothing is decided on old evidence: `decide` reads everything again, and a decision whose evidence is gone is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nsz_desk.domain.errors import Barred, Setup
from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.batch import Run
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.lists import Row
from nsz_desk.engine.perform import drive
from nsz_desk.engine.plan import NO_CALL, Batch, Plan, derive
from nsz_desk.engine.ports import Event
from nsz_desk.engine.recovery import resume
from nsz_desk.engine.results import BatchResult, Result, RowResult
from nsz_desk.engine.resync_plan import ResyncPlan, load_resync
from nsz_desk.engine.resync_run import last_create, remember_silence, resync, silent_create, skip_apply
from nsz_desk.engine.review_look import Evidence, Known, gather, told
from nsz_desk.engine.review_proof import missing
from nsz_desk.engine.review_reasons import reason_of
from nsz_desk.engine.reviews import BY_KEY, Decision, Follow, What

NOTHING_SENT = "Nothing was sent and nothing was decided."


@dataclass(frozen=True, slots=True)
class Option:
    """One decision and what of its evidence is not there; it is open when nothing is missing.

    `target` is the Zuora refund that it cancels, None where the decision is about none.
    """

    decision: Decision
    missing: tuple[str, ...]
    target: ZuoraRefund | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person may decide so now."""
        return not self.missing

    @property
    def says(self) -> str:
        """What it says, with the Zuora refund that it is about."""
        one = self.target
        return f"{self.decision.says}: {one.number}, {one.amount} of {one.date}" if one else self.decision.says


@dataclass(frozen=True, slots=True)
class Review:
    """Why a row waits for a person, what both systems show now, and what may be decided.

    `since` is when it began to wait (UTC), None where only the list shows it; `aside` says that it was set aside.
    `ways` are other commands that lead out of it.
    """

    refund_id: str
    number: str
    key: str
    words: str
    since: datetime | None
    aside: str
    seen: tuple[str, ...]
    options: tuple[Option, ...]
    ways: tuple[str, ...]
    episode: str
    evidence: Evidence

    def option(self, what: What, key: str = "") -> Option | None:
        """The option of that name, on the Zuora refund of that id or number; None where the reason has none."""
        named = (one for one in self.options if one.decision.what is what)
        return next((one for one in named if not key or (one.target and key in _keys(one.target))), None)


def _keys(refund: ZuoraRefund) -> tuple[str, str]:
    return refund.id, refund.number


def review_of(run: Run, refund_id: str, row: Row | None, pauses: tuple[float, ...] = ()) -> Review | Declined:
    """What is open on a refund, on evidence that is read now; declined where it waits for nobody. Reads only."""
    waits, aside = run.ledger.waiting(refund_id)
    found = reason_of(waits, row) or ((BY_KEY[aside.state], aside.reason) if aside else None)
    if found is None:
        standing = f"It is {waits.words}. Finish goes on with it." if waits else "It waits for nobody's decision."
        return Declined(refund_id, row.number if row else "", standing)
    reason, words = found
    seen = drive(gather(known_of(run, refund_id), run.settings.policy.methods, pauses), run.hands.perform)
    options = tuple(option for one in reason.decisions for option in _options(one, seen))
    number = seen.refund.number if seen.refund else row.number if row else refund_id
    since = waits.since if waits else None
    episode = waits.episode if waits else ""
    return Review(
        refund_id,
        number,
        reason.key,
        words,
        since,
        aside.words if aside else "",
        told(seen),
        options,
        reason.ways,
        episode,
        seen,
    )


def _options(decision: Decision, seen: Evidence) -> Iterable[Option]:
    """A decision with its evidence; one that cancels once for each live Zuora refund, where it is open."""
    lacks = missing(seen, decision.needs)
    if decision.follow is not Follow.CANCEL or lacks:
        return (Option(decision, lacks),)
    return tuple(Option(decision, (), one) for one in seen.cancellable)


def known_of(run: Run, refund_id: str) -> Known:
    """What the journal tells that the two systems do not."""
    lines = run.ledger.of_refund(refund_id)
    plans = [line.event.detail["plan"] for line in lines if line.event.kind == "episode_opened"]
    return Known(
        refund_id,
        str(plans[-1]["payment_id"]) if plans else "",
        run.ledger.known_dead(refund_id),
        run.ledger.ignored(refund_id),
        silent_create(lines, run.clock.now()),
        last_create(lines),
        str(plans[-1]["account_id"]) if plans else "",
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision as a person made it: on which review, why, and for a resync the plan that was approved."""

    review: Review
    decision: Decision
    reason: str
    plan: ResyncPlan | None = None


def chosen(review: Review, what: What, reason: str, plan: Batch | None) -> Choice:
    """The decision, checked against the evidence.

    Raises:
        Barred: this decision is not open: it is none of this reason's, or what of its evidence is missing.
        Setup: there is no reason, or a resync was not approved.
    """
    one = plan.plans[0] if plan and plan.plans else None
    option = review.option(what, one.zuora_id if what is What.CANCEL and isinstance(one, ResyncPlan) else "")
    if option is None:
        open_ones = ", ".join(one.decision.what.value for one in review.options)
        raise Barred(f"{what.value} is no decision on {review.key!r}.", NOTHING_SENT, f"It has: {open_ones}.")
    if not option.is_open:
        raise Barred(f"{what.value} is not open: {'; '.join(option.missing)}.", NOTHING_SENT, "Look again later.")
    if not reason.strip():
        raise Setup("A decision needs a reason.", NOTHING_SENT, "Say why; it stands in the journal for ever.")
    if option.decision.follow not in (Follow.UNDO, Follow.CANCEL):
        return Choice(review, option.decision, reason.strip())
    return Choice(review, option.decision, reason.strip(), _approved(review, what, plan))


def _approved(review: Review, what: What, plan: Batch | None) -> ResyncPlan:
    one = plan.plans[0] if plan and len(plan.plans) == 1 else None
    if not isinstance(one, ResyncPlan) or one.refund_id != review.refund_id:
        raise Setup(f"{what.value} needs a plan that was approved.", NOTHING_SENT, "Look at the plan, then approve it.")
    if one.alone != (what is What.CANCEL):
        raise Barred(f"The plan is not one of {what.value}.", NOTHING_SENT, "Look at the plan, then approve it.")
    if what not in (What.RESYNC, What.CANCEL) and not one.already_dead:
        raise Barred(f"The plan cancels {one.zuora_number}, which {what.value} does not.", NOTHING_SENT, "Look again.")
    return one


def decide(run: Run, choice: Choice, row: Row | None) -> BatchResult:
    """Write the decision into the journal, then do what follows.

    Raises:
        DeskError: the facts that the write-back needs could not be read; nothing was decided then.
    """
    review = choice.review
    follow = _FOLLOWS[choice.decision.follow]
    plan = _adoption(run, row) if choice.decision.follow is Follow.WRITE_BACK else None
    run.ledger.append(Event("decision", review.refund_id, review.episode, _line(choice)))
    if plan is not None:
        e = run.episode(plan, adopt_only=True, decided=choice.decision.what.value, **_agreed(choice))
        return run.single(e, "review")
    return follow(run, choice)


def _adoption(run: Run, row: Row | None) -> Plan:
    """The plan of finishing a write-back, made before anything is decided."""
    if row is None:
        raise Setup("NetSuite's refund could not be listed.", NOTHING_SENT, "Refresh, then decide again.")
    try:
        return derive(run.settings.pair, row.case, parts=(), call=NO_CALL)
    except FactMissing as gap:
        raise Setup(f"Not known: {gap}.", NOTHING_SENT, "Mend it, then decide again.") from gap


def _agreed(choice: Choice) -> dict[str, Any]:
    """What the person has seen and accepts: another method, or that NetSuite names a dead refund."""
    if choice.decision.what is What.ACCEPT:
        return {"accepted": ["method"]}
    if choice.decision.what is What.RELINK:
        return {"replaces": choice.review.evidence.names}
    return {}


def _line(choice: Choice) -> dict[str, Any]:
    review, decision = choice.review, choice.decision
    line: dict[str, Any] = {
        "what": decision.what.value,
        "says": decision.says,
        "reason": choice.reason,
        "about": review.key,
        "because": review.words,
        "seen": list(review.seen),
        "follow": decision.follow.name,
    }
    if decision.follow in (Follow.JUDGE, Follow.CLOSE):  # what an episode carries out stays until that has begun
        line["closes"] = True
    if decision.follow is Follow.ASIDE:
        line["aside"] = True
    if choice.plan is not None and choice.plan.alone:
        line["zuora_refund_id"] = choice.plan.zuora_id
    if decision.what is What.OTHER_REFUND:
        line["ignored"] = [one.id for one in review.evidence.twins]
    return line


def _noted(run: Run, choice: Choice) -> BatchResult:
    """The decision is all there is: nothing is sent."""
    refund = choice.review.evidence.refund
    return BatchResult(
        (
            RowResult(
                choice.review.refund_id,
                choice.review.number,
                Result.COMPLETE,
                "",
                f"Decided: {choice.decision.says}.",
                choice.decision.follow.value,
                refund.amount if refund else None,
            ),
        ),
        "",
    )


def _undo(run: Run, choice: Choice) -> BatchResult:
    assert choice.plan is not None  # noqa: S101 - `chosen` has seen it
    skipped = {"skip_apply": choice.reason} if choice.decision.what is What.SKIP_APPLY else {}
    return resync(run, Batch((choice.plan,)), run.clock.now(), **skipped)


def _clear_alone(run: Run, choice: Choice) -> BatchResult:
    """The last resync goes on behind its payment, in a new episode of the same plan, which a person approved."""
    key = choice.review.refund_id
    opened = [one.event.detail for one in run.ledger.of_refund(key) if one.event.kind == "episode_opened"]
    plan = load_resync(next(one["plan"] for one in reversed(opened) if one["table"] == "RESYNC"))
    e = run.episode(plan, "RESYNC", "cancelled", skip_apply=choice.reason, gone=True)
    remember_silence(run, e)
    return run.single(e, "review")


def _resume(run: Run, choice: Choice) -> BatchResult:
    e = resume(run, choice.review.episode)
    run.total = 1
    run.lanes.run([(e.plan.account_id, run.job(e, resumed=True))])
    return BatchResult((run.results[e.refund_id],), "")


def _skip(run: Run, choice: Choice) -> BatchResult:
    skip_apply(run.ledger, choice.review.refund_id, choice.reason)
    return _resume(run, choice)


_FOLLOWS: Mapping[Follow, Callable[[Run, Choice], BatchResult]] = {
    Follow.JUDGE: _noted,
    Follow.WRITE_BACK: _noted,
    Follow.CLOSE: _noted,
    Follow.ASIDE: _noted,
    Follow.UNDO: _undo,
    Follow.CANCEL: _undo,
    Follow.CLEAR_ALONE: _clear_alone,
    Follow.RESUME: _resume,
    Follow.SKIP: _skip,
}
