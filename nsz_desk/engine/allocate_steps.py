"""The steps before SYNC takes over: what a person split and approved is written down, then looked at once more."""

from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.records import Payment
from nsz_desk.engine.allocate_lines import lines_moved
from nsz_desk.engine.effects import Act
from nsz_desk.engine.episode import Answer, Episode
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.judging import read_case


def draft(e: Episode) -> Act[Answer]:
    """State `needs allocation`: the split as the person made it; a split that no longer fits is the person's again."""
    yield from ()
    if moved := e.memory.get("moved"):
        return Answer(Outcome.REFUSED, "stopped", f"plan changed: {moved}. Nothing was sent; split it again")
    lines = [{"invoice_id": key, "amount": part.plain()} for key, part in e.plan.parts]
    words = f"{e.plan.amount} over {len(lines)} invoice{'s' * (len(lines) != 1)}, {e.memory.get('split_by', '')}"
    return Answer(Outcome.DONE, reason=words, facts={"lines": lines, "why": e.memory.get("split_why", "")})


def approve(e: Episode) -> Act[Answer]:
    """State `drafted`: the approval of lines and plan; who gave it is the line's author."""
    yield from ()
    facts = {"plan_hash": e.plan.hash, "forecast": e.memory.get("forecast", [])}
    return Answer(Outcome.DONE, reason="this split and this plan were approved", facts=facts)


def judge_lines(e: Episode) -> Act[Answer]:
    """State `approved`: payment, parts, room and memo must be what they were at the approval."""
    reply = yield from read_case(e)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", "record gone: NetSuite has no such refund any more")
    if reply.outcome is not Outcome.DONE:
        return Answer(reply.outcome, reason=reply.reason)
    payment = reply.got.payment_fact
    try:
        if not isinstance(payment, Payment) or payment.id != e.plan.payment_id:
            return _back(e, Outcome.CONFLICT, f"the credit memo does not name payment {e.plan.payment_number} any more")
        if reply.got.refund.amount != e.plan.amount:
            return _back(e, Outcome.CONFLICT, f"the refund is {reply.got.refund.amount} now, not {e.plan.amount}")
        moved = lines_moved(e, payment)
    except FactMissing as gap:
        return Answer(Outcome.NO_ANSWER, reason=f"not known: {gap}")
    return _back(e, Outcome.REFUSED, moved) if moved else Answer(Outcome.DONE, reason="every line has its room")


def _back(e: Episode, outcome: Outcome, why: str) -> Answer:
    e.memory["moved"] = why
    return Answer(outcome, "needs allocation", why)
