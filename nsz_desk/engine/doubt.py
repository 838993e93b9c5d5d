"""The steps `find_refund`: what a search says in each state, and how doubt is left only by evidence."""

from datetime import datetime, timedelta

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import NOT_YET, REFUNDED_BEFORE, Answer, Episode, Look
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.judging import still_holds
from nsz_desk.engine.look import found, look, unlisted_dead
from nsz_desk.engine.ports import Moment
from nsz_desk.rules.ours_records import NEAR

ABSENT, CONFLICT, NO_ANSWER = Outcome.ABSENT, Outcome.CONFLICT, Outcome.NO_ANSWER
OTHER_CONTENT = "other content: the key was used with another content and its fate is not ours"


def find_before(e: Episode) -> Act[Answer]:
    """State `judged`: adopt what exists, else free to claim."""
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        return _failed(reply.outcome, reply.reason)
    seen = reply.got
    if answer := found(e, seen):
        return answer
    if fresh := unlisted_dead(e, seen):
        return Answer(CONFLICT, "stopped", f"plan changed: cancelled refunds it does not list: {', '.join(fresh)}")
    if seen.behind:
        pause = e.limits.short_wait / 2 if e.count("behind") <= 3 else e.limits.look_again
        return wait(e, seen.at, pause, f"search behind: {seen.behind}")
    e.memory.pop("waiting_since", None)  # only an unbroken disagreement becomes a person's matter
    if until := band(e, seen):
        return wait(e, seen.at, (until - seen.at.wall).total_seconds(), "a key is about to expire")
    if twins := look_alikes(e, seen):
        named = ", ".join(f"{twin.number} ({twin.id})" for twin in twins)
        return Answer(CONFLICT, "review", f"possible manual refund: {named} on the same payment, without an id")
    if e.adopt_only:
        return Answer(CONFLICT, "stopped", "no Zuora refund of it exists: it is safe to sync")
    if seen.payment.refundable.amount < e.plan.amount.amount:
        left = f"{seen.payment.refundable} of payment {seen.payment.number} is left"
        return Answer(CONFLICT, "stopped", f"plan changed: D.2 {left}, the refund is {e.plan.amount}")
    return Answer(ABSENT, "free", "looked completely")


def look_alikes(e: Episode, seen: Look) -> tuple[ZuoraRefund, ...]:
    """Live refunds on the payment, same amount, near in date, without an id: D.12 on a complete listing."""
    if "D.12" in e.desk.overrides:
        return ()
    return tuple(
        refund
        for refund in seen.of_payment
        if not refund.integration_id
        and not refund.dead
        and refund.amount == e.plan.amount
        and abs(refund.date - e.plan.day) <= NEAR
        and refund.id not in e.plan.ignored
    )


def band(e: Episode, seen: Look) -> datetime | None:
    """Until when nothing may be posted, because a key is 20 to 25 h old; None when none is."""
    firsts = [e.first_post(int(post["n"])) for post in e.memory.get("posts", [])]
    made = [refund.created for refund in seen.ours if refund.dead]
    ages = [at for at in (*firsts, *made) if at is not None]
    blocked = [at + e.limits.old for at in ages if e.limits.young <= seen.at.wall - at < e.limits.old]
    return max(blocked) if blocked else None


def wait(e: Episode, moment: Moment, seconds: float, why: str) -> Answer:
    """Go to `waiting` and note until when."""
    until = moment.wall + timedelta(seconds=max(seconds, 1.0))
    e.memory["wait_until"] = until.isoformat()
    e.memory.setdefault("waiting_since", moment.wall.isoformat())
    return Answer(CONFLICT, "waiting", f"{why}; waiting until {until:%H:%M} UTC")


def wait_until(e: Episode) -> Act[Answer]:
    """State `waiting`: short waits here, long ones leave the episode open."""
    moment = yield from effects.now()
    until = datetime.fromisoformat(e.memory["wait_until"])
    since = datetime.fromisoformat(e.memory["waiting_since"])
    if (moment.wall - since).total_seconds() > e.limits.behind and "behind" in str(e.memory.get("reason", "")):
        return Answer(CONFLICT, "review", "totals differ: the search and the payment disagree for 2 hours")
    left = (until - moment.wall).total_seconds()
    if left > e.limits.short_wait:
        return Answer(Outcome.DONE, NOT_YET, f"waiting until {until:%H:%M} UTC")
    yield from effects.sleep(max(left, 0.0))
    return Answer(Outcome.DONE, "ready", "waited")


def find_in_doubt(e: Episode) -> Act[Answer]:
    """State `in doubt`: a create went out and its fate is not known. Search before anything else."""
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        return _failed(reply.outcome, reply.reason)
    seen = reply.got
    if answer := found(e, seen) or _somebody_cancelled(e, seen) or _search_behind(e, seen):
        return answer
    first, last, age = e.first_post(e.n), e.last_post(), e.limits
    if len(set(e.memory.get("unclear", ()))) == 1 and len(e.memory["unclear"]) >= 2:
        return Answer(ABSENT, "review", f"failed, unclear: Zuora answered {e.memory['unclear'][0]} twice")
    if first is None or seen.at.wall - first < age.young:
        return (yield from _repeat_or_hold(e, seen, last))
    if seen.at.wall - first < age.old:
        return hold(e, seen.at, (first + age.old - seen.at.wall).total_seconds(), "the key is about to expire")
    return (yield from _prove_absence(e, seen))


def _repeat_or_hold(e: Episode, seen: Look, last: datetime | None) -> Act[Answer]:
    proofs = e.proved(seen.at)
    if e.n > 0 and not proofs and last is not None:
        left = e.limits.search_lag - (seen.at.wall - last).total_seconds()
        if left > 0:
            return hold(e, seen.at, left, "the earlier keys must be proved again")
    if e.count("again") >= 3:
        return hold(e, seen.at, e.limits.look_again, "no answer three times")
    if not proofs:
        e.n = 0  # every burst starts at the beginning of the chain
    pause = max(e.pause, e.limits.backoff[min(e.tries["again"], len(e.limits.backoff)) - 1])
    if pause > e.limits.burst:
        return hold(e, seen.at, pause, "Zuora asked to wait")
    yield from effects.sleep(pause)
    return Answer(ABSENT, "again", "not found: the same key with the same bytes cannot make a second one")


def _prove_absence(e: Episode, seen: Look) -> Act[Answer]:
    """Two empty searches 60 s apart, and the key certainly forgotten: it was never made."""
    yield from effects.sleep(e.limits.apart)
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        return _failed(reply.outcome, reply.reason)
    answer = found(e, reply.got) or _somebody_cancelled(e, reply.got) or _search_behind(e, reply.got)
    return answer or Answer(ABSENT, "not made", "looked until nothing could arrive any more: it was never made")


def hold(e: Episode, moment: Moment, seconds: float, why: str) -> Answer:
    """Stay in doubt, and say when to look next."""
    until = moment.wall + timedelta(seconds=max(seconds, 1.0))
    e.memory["wait_until"] = until.isoformat()
    return Answer(ABSENT, "held doubt", f"{why}; looking again at {until:%Y-%m-%d %H:%M} UTC")


def _somebody_cancelled(e: Episode, seen: Look) -> Answer | None:
    """A person's cancellation is evidence too, and is respected."""
    gone = unlisted_dead(e, seen)
    if not gone:
        return None
    named = ", ".join(refund.number for refund in seen.ours if refund.id in gone)
    return Answer(CONFLICT, "review", f"cancelled by somebody: {named} is cancelled in Zuora; make a new one?")


def _search_behind(e: Episode, seen: Look) -> Answer | None:
    if not seen.behind:
        return None
    held = hold(e, seen.at, e.limits.short_wait, f"search behind: {seen.behind}")
    return Answer(CONFLICT, "held doubt", held.reason)


def find_refused(e: Episode) -> Act[Answer]:
    """State `refused?`: a definite no is believed when the same key says it twice and nothing exists."""
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        return _failed(reply.outcome, reply.reason)
    seen = reply.got
    if answer := found(e, seen) or _somebody_cancelled(e, seen) or _search_behind(e, seen):
        return answer
    if e.memory["refused"] < 2:
        return Answer(ABSENT, "again", "not found: the same key proves the refusal")
    if e.memory.get("pass_refused") and e.n in e.memory["pass_refused"]:
        e.memory["refused"] = 0
        e.n += 1
        return Answer(ABSENT, "again", "the refusal was answered by a person: next key")
    return Answer(ABSENT, "rejected", "Zuora refused it twice, and nothing exists")


def find_mended(e: Episode) -> Act[Answer]:
    """State `mended`: the key holds other content. Never re-send the old bytes to prove a refusal."""
    for again in (False, True):
        if again:
            yield from effects.sleep(e.limits.apart)
        reply = yield from look(e)
        if reply.outcome is not Outcome.DONE:
            return _failed(reply.outcome, reply.reason)
        if answer := found(e, reply.got) or _somebody_cancelled(e, reply.got) or _search_behind(e, reply.got):
            return answer
    if e.memory.get(REFUNDED_BEFORE) == reply.got.refunded:
        ours = yield from _old_content_is_ours(e, reply.got)
        if ours is None:
            return Answer(NO_ANSWER, reason="what our own journal says of the key could not be read in Zuora")
        if not ours:
            return Answer(ABSENT, "review", OTHER_CONTENT)
        e.n += 1
        return Answer(ABSENT, "again", "our own earlier content, refused or cancelled, holds the key: next key")
    return Answer(ABSENT, "review", OTHER_CONTENT)


def _old_content_is_ours(e: Episode, seen: Look) -> Act[bool | None]:
    """Our journal shows, younger than 20 h, what K(n) holds: a refusal that may be passed, or a refund known dead.

    None when Zuora did not say whether that refund is dead.
    """
    first = e.first_post(e.n)
    if first is None or seen.at.wall - first >= e.limits.young:
        return False
    if str(e.n) in e.memory.get("refused_keys", {}) and e.n in e.memory.get("pass_refused", ()):
        return True
    made = [str(post["refund"]) for post in e.memory["posts"] if post["n"] == e.n and "refund" in post]
    if not made or made[-1] not in e.plan.known_dead:
        return False
    reply = yield from effects.read_refund(made[-1])
    if reply.outcome not in (Outcome.DONE, ABSENT):
        return None
    return reply.outcome is Outcome.DONE and reply.got.dead


def held_doubt(e: Episode) -> Act[Answer]:
    """State `held doubt`: only looking. The time until the next look stands in memory."""
    moment = yield from effects.now()
    until = datetime.fromisoformat(e.memory["wait_until"]) if "wait_until" in e.memory else moment.wall
    if until > moment.wall:
        return Answer(ABSENT, "=", f"looking again at {until:%Y-%m-%d %H:%M} UTC")
    judged = yield from still_holds(e)
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        return _failed(reply.outcome, reply.reason)
    seen = reply.got
    if answer := found(e, seen):
        if answer.outcome is Outcome.DONE and judged.outcome is Outcome.ABSENT:
            return Answer(Outcome.DONE, "review", f"orphan: {answer.reason}, but NetSuite's refund is gone")
        return answer
    if answer := _somebody_cancelled(e, seen):
        return answer
    if seen.behind:
        hold(e, seen.at, e.limits.look_again, seen.behind)
        return Answer(CONFLICT, "=", f"search behind: {seen.behind}")
    first = e.first_post(e.n) or e.last_post()  # K(n) itself may not have been posted yet
    if first is not None and seen.at.wall - first >= e.limits.old:
        return (yield from _prove_absence(e, seen))
    last = e.last_post()
    if e.n > 0 and last is not None and (seen.at.wall - last).total_seconds() < e.limits.search_lag:
        hold(
            e, seen.at, e.limits.search_lag - (seen.at.wall - last).total_seconds(), "earlier keys must be proved again"
        )
        return Answer(ABSENT, "=", "the earlier keys of the chain must be proved again first")
    if judged.outcome is Outcome.DONE and (first is None or seen.at.wall - first < e.limits.young):
        e.n = 0  # a new burst: every key is proved again
        return Answer(ABSENT, "again", "rules hold and nothing was found")
    hold(e, seen.at, e.limits.look_again, judged.reason)
    return Answer(ABSENT, "=", judged.reason or "looking again later")


def next_key(e: Episode) -> Act[Answer]:
    """State `next key`: the answer was a refund known dead. One step on, behind a search of its own."""
    e.memory.pop("zuora_refund_id", None)
    e.n += 1
    reply = yield from look(e)
    if reply.outcome is not Outcome.DONE:
        e.n -= 1  # the step is taken when the search has answered
        return _failed(reply.outcome, reply.reason)
    seen = reply.got
    answer = found(e, seen) or _somebody_cancelled(e, seen) or _search_behind(e, seen)
    return answer or Answer(ABSENT, "again", "known dead: next key of the chain")


def _failed(outcome: Outcome, reason: str) -> Answer:
    """A search that did not answer is never "none found"; a payment that is gone is not an answer either."""
    if outcome is ABSENT:
        return Answer(Outcome.NO_ANSWER, reason="the payment could not be found in Zuora")
    return Answer(outcome, reason=reason)
