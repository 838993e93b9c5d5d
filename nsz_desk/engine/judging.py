"""The steps `judge`: read both systems again, let all rules answer, derive the plan again.

Judged when listed and again right before the first write. Rules D.1, D.12, D.14 and D.15 are the search's
matter here: it comes next in the table and decides them on complete listings.
"""

from collections.abc import Iterable
from dataclasses import replace

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import Setup
from nsz_desk.domain.facts import FactMissing, Unread
from nsz_desk.domain.records import Payment, ZuoraAccount
from nsz_desk.domain.status import Status
from nsz_desk.engine import effects
from nsz_desk.engine.allocate_lines import lines_moved
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.plan import derive, differences
from nsz_desk.engine.ports import NetSuiteFacts
from nsz_desk.rules.book import RULES
from nsz_desk.rules.rule import Answer as RuleAnswer
from nsz_desk.rules.rule import Finding

SEARCHED = frozenset({"D.1", "D.12", "D.14", "D.15"})
ROOM = "D.2"  # before the first search too: a live refund of its own would count twice here
DONE = Outcome.DONE
NO_CALL_ANY_MORE = (  # never "make it by hand" here: another desk may just have made it
    "no single create call fits the payment any more, perhaps since somebody refunded it meanwhile; look in Zuora first"
)


def read_case(e: Episode) -> Act[Reply[RefundCase]]:
    """Read refund, memos, customer, payment and accounts whole, by id."""
    facts = yield from effects.read_facts(e.refund_id)
    if facts.outcome is not DONE:
        return Reply(facts.outcome, None, facts.error)
    got = facts.got
    payment, account, customers = yield from _zuora_side(got)
    moment = yield from effects.now()
    e.created, e.server, e.judged_at = got.refund.created, (got.at, moment.mono), moment
    case = RefundCase(
        got.refund,
        got.memos,
        got.customer,
        payment,
        account,
        customers,
        (),
        (),
        (),
        e.netsuite_periods,
        e.zuora_periods,
        e.policy,
        got.at,
        e.desk,
    )
    return Reply(DONE, case)


Fact = Payment | None | Unread
Account = ZuoraAccount | None | Unread


def _zuora_side(facts: NetSuiteFacts) -> Act[tuple[Fact, Account, Account]]:
    """The memo's payment and the accounts of payment and customer."""
    named = next((memo.payment_id for memo in facts.memos if memo.create_zuora_refund and memo.payment_id), "")
    payment: Fact = None
    if named:
        reply = yield from effects.read_payment(named)
        payment = None if reply.outcome is Outcome.ABSENT else reply.value or Unread("Zuora payment", reply.reason)
    customer = facts.customer.zuora_id if not isinstance(facts.customer, Unread) else ""
    ids = [key for key in (payment.account_id if isinstance(payment, Payment) else "", customer) if key]
    found = yield from effects.accounts(ids)
    if found.outcome is not DONE:
        gap = Unread("Zuora account", found.reason)
        return payment, gap, gap
    owner = found.got.get(payment.account_id) if isinstance(payment, Payment) else None
    return payment, owner, found.got.get(customer)


def judge(e: Episode) -> Act[Answer]:
    """State `ready`: may this refund be synced, and is the plan still the approved one?"""
    reply = yield from read_case(e)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, "review", "record gone: NetSuite has no such refund any more")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    case = reply.got
    e.memory["former"] = {"status": case.refund.status_text, "note": case.refund.claim_note}
    if e.adopt_only:
        return _may_adopt(case)
    if early := _state_says(case):
        return early
    return _rules_say(e, case) or _plan_says(e, case)


def _may_adopt(case: RefundCase) -> Answer:
    """Adoption needs no rule but that somebody else is not at it right now."""
    claim = case.claim
    if claim and claim.desk and not case.claimed_by_us and claim.fresh(case.now):
        return Answer(Outcome.REFUSED, "busy", f"{claim.desk} is at it since {claim.since:%H:%M} UTC")
    return Answer(DONE, reason="looked again")


def _state_says(case: RefundCase) -> Answer | None:
    status, zuora_id = case.status, case.refund.zuora_id.strip()
    if status is Status.COMPLETE and zuora_id:
        return Answer(Outcome.REFUSED, "stopped", f"synced already, as {zuora_id}")
    if zuora_id:
        words = f"fields contradict: Zuora ID {zuora_id} with status {case.refund.status_text or 'blank'}"
        return Answer(Outcome.CONFLICT, "review", words)
    claim = case.claim
    if claim and not case.claimed_by_us and claim.fresh(case.now):
        who = claim.desk or "another program"
        return Answer(Outcome.REFUSED, "busy", f"{who} is at it since {claim.since:%Y-%m-%d %H:%M} UTC")
    return None


def _answered(e: Episode) -> set[str]:
    """An approved split answers M.1."""
    return {"M.1"} if e.memory.get("allocated") else set()


def rule_findings(case: RefundCase, also: Iterable[str] = ()) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The rules that fail and those that are unknown, less those that the search decides, and `also` those."""
    findings = [rule(case) for rule in RULES if rule.id not in SEARCHED.union(also)]
    fails = tuple(finding for finding in findings if finding.answer is RuleAnswer.FAIL)
    return fails, tuple(finding for finding in findings if finding.answer is RuleAnswer.UNKNOWN)


def _rules_say(e: Episode, case: RefundCase) -> Answer | None:
    fails, unknown = rule_findings(case, {ROOM, *_answered(e)})
    if fails:
        return Answer(Outcome.REFUSED, "blocked", f"{fails[0].rule} {fails[0].cause} {fails[0].fix}")
    if unknown:
        return Answer(Outcome.NO_ANSWER, reason=f"{unknown[0].rule} {unknown[0].cause}")
    return None


def changes(e: Episode, case: RefundCase) -> tuple[str, ...]:
    """What differs between the approved plan and the one that the facts give now.

    Dead refunds are left out: the search compares them with the plan on complete listings.

    Raises:
        FactMissing: a fact that the plan needs could not be read.
    """
    split = e.plan.parts if e.memory.get("allocated") else None
    try:
        fresh = replace(derive(e.pair, case, split), known_dead=e.plan.known_dead)
    except Setup:  # of this refund alone: it must not halt the run as a broken journal does
        return (NO_CALL_ANY_MORE,)
    return () if fresh.hash == e.plan.hash else differences(e.plan, fresh)


def _plan_says(e: Episode, case: RefundCase) -> Answer:
    try:
        moved = changes(e, case) or ((lines,) if (lines := lines_moved(e, case.payment)) else ())
    except FactMissing as gap:
        return Answer(Outcome.NO_ANSWER, reason=f"not known: {gap}")
    if moved:
        return Answer(Outcome.REFUSED, "stopped", f"plan changed: {'; '.join(moved)}")
    if case.payment.account_id != e.plan.account_id:
        return Answer(Outcome.REFUSED, "stopped", "plan changed: the payment is on another account now")
    return Answer(DONE, reason="the plan is the approved one")


def judge_again(e: Episode) -> Act[Answer]:
    """State `again`: before the same bytes go out once more. The claim must still be ours."""
    answer = yield from still_holds(e)
    return answer


def still_holds(e: Episode) -> Act[Answer]:
    """DONE when rules hold and the rebuilt bytes are identical; REFUSED when NetSuite changed."""
    reply = yield from read_case(e)
    if reply.outcome is Outcome.ABSENT:
        return Answer(Outcome.ABSENT, reason="NetSuite has no such refund any more")
    if reply.outcome is not DONE:
        return Answer(reply.outcome, reason=reply.reason)
    case = reply.got
    claim = case.claim
    if claim and not case.claimed_by_us and claim.fresh(case.now):
        return Answer(Outcome.CONFLICT, reason=f"{claim.desk or 'another program'} has claimed it meanwhile")
    fails, unknown = rule_findings(case, _answered(e))
    if unknown:
        return Answer(Outcome.NO_ANSWER, reason=f"{unknown[0].rule} {unknown[0].cause}")
    if fails:
        return Answer(Outcome.REFUSED, reason=f"NetSuite changed: {fails[0].rule} {fails[0].cause}")
    try:
        moved = changes(e, case)
    except FactMissing as gap:
        return Answer(Outcome.NO_ANSWER, reason=f"not known: {gap}")
    if moved:
        return Answer(Outcome.REFUSED, reason=f"NetSuite changed: {'; '.join(moved)}")
    return Answer(DONE, reason="rules hold, bytes identical")
