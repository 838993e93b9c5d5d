"""Linking for both faces: which Zuora refunds may be the one that was made by hand, and the plan of the one picked.

Nothing here writes. A link moves no money: the rules that guard a create do not stand in its way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.records import Payment, ZuoraRefund
from nsz_desk.engine.canonical import Json
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import NOW, Pair, Plan, derive
from nsz_desk.engine.ports import CreateCall
from nsz_desk.rules.book import RULES
from nsz_desk.rules.rule import Answer, Finding

ORIGIN = "NETSUITE"
# They ask whether a refund may be *made*: room on the payment, split, method, open books, a look-alike.
NOT_ASKED = frozenset({"D.2", "D.6", "D.11", "D.12", "M.1"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live Zuora refund that may be the one: why it may be, and in what it differs."""

    refund: ZuoraRefund
    reasons: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """What a person picks from: the candidates, the likeliest first, and why the payment's other refunds are none."""

    row: Row
    payment: Payment
    candidates: tuple[Candidate, ...]
    others: tuple[tuple[ZuoraRefund, str], ...]

    def named(self, key: str) -> Candidate | str:
        """The candidate of that id or number, or why it is none."""
        for one in self.candidates:
            if key in (one.refund.id, one.refund.number):
                return one
        for refund, why in self.others:
            if key in (refund.id, refund.number):
                return f"{refund.number} is no candidate: {why}."
        return f"Payment {self.payment.number} has no refund {key}."


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """The picked candidate with its plan, ready to be approved."""

    plan: Plan
    candidate: Candidate


def why_not(refund: ZuoraRefund, plan_amount: object, payment_id: str) -> str:
    """Why a refund cannot be the one, "" when it can: same payment, amount and currency, live, no NetSuite id."""
    if refund.payment_id != payment_id:
        return "it is of another payment"
    if not refund.live:
        return f"it is {refund.status}"
    if refund.integration_id:
        return f"it carries NetSuite id {refund.integration_id}"
    return "" if refund.amount == plan_amount else f"its amount is {refund.amount}"


def link_offer(row: Row, refunds: Iterable[ZuoraRefund]) -> LinkOffer | Declined:
    """The candidates among the payment's refunds; declined where a rule says that this refund is not to be synced."""
    payment = row.case.payment_fact
    if against := link_hindrance(row.case, {"D.1"} if row.only_an_old_claim(NOT_ASKED) else ()):
        return Declined(row.id, row.number, f"{against.rule} {against.cause} {against.fix}".strip())
    if not isinstance(payment, Payment):
        return Declined(row.id, row.number, "The Zuora payment could not be read.")
    found, others = list[Candidate](), list[tuple[ZuoraRefund, str]]()
    for refund in {one.id: one for one in refunds if one.payment_id == payment.id}.values():
        if why := why_not(refund, row.amount, payment.id):
            others.append((refund, why))
        else:
            found.append(_candidate(row.case, payment, refund))
    day = row.case.refund.date
    found.sort(key=lambda one: (len(one.differs), abs(one.refund.date - day), one.refund.number))
    return LinkOffer(row, payment, tuple(found), tuple(sorted(others, key=lambda one: one[0].number)))


def link_hindrance(case: RefundCase, also: Iterable[str] = ()) -> Finding | None:
    """The first rule that speaks against a link, failed or unknown; `also` are not asked either."""
    findings = (rule(case) for rule in RULES if rule.id not in NOT_ASKED.union(also))
    return next((one for one in findings if one.answer is not Answer.PASS), None)


def _candidate(case: RefundCase, payment: Payment, refund: ZuoraRefund) -> Candidate:
    method = case.policy.methods.get(case.refund.method, "")
    reasons = [f"same payment {payment.number}", f"same amount {refund.amount}", "no NetSuite id"]
    differs = list[str]()
    (differs if refund.date != case.refund.date else reasons).append(_dated(refund.date, case.refund.date))
    if refund.method.casefold() != method.casefold():
        differs.append(f"method {refund.method or 'not told'} instead of {method or case.refund.method}")
    if refund.type.casefold() != "external":
        differs.append(f"type {refund.type or 'not told'}: a gateway may have paid it")
    return Candidate(refund, tuple(reasons), tuple(differs))


def _dated(day: date, wanted: date) -> str:
    apart = (day - wanted).days
    if not apart:
        return f"same date {day}"
    return f"dated {day}, {abs(apart)} day{'s' * (abs(apart) != 1)} {'later' if apart > 0 else 'earlier'}"


def choose(pair: Pair, offered: LinkOffer, key: str) -> LinkChoice | Declined:
    """The plan of linking the refund of that id or number."""
    picked = offered.named(key)
    if isinstance(picked, str):
        return Declined(offered.row.id, offered.row.number, picked)
    try:
        return LinkChoice(link_plan(pair, offered.row.case, picked.refund.id), picked)
    except FactMissing as gap:
        return Declined(offered.row.id, offered.row.number, f"Not known: {gap}.")


def link_plan(pair: Pair, case: RefundCase, zuora_id: str) -> Plan:
    """What is approved: which Zuora refund, what is stamped on it, then the stamps of a sync.

    Raises:
        FactMissing: a fact the plan needs could not be read.
    """
    plan = derive(pair, case, (), CreateCall("LINK", zuora_id, ""))
    mine = (
        ("zuora_refund", "integration_id", plan.refund_id),
        ("zuora_refund", "origin", ORIGIN),
        ("zuora_refund", "sync_date", NOW),
    )
    return replace(plan, stamps=mine + plan.stamps)


def picked_id(plan: Plan) -> str:
    """The Zuora refund that a LINK or UNLINK plan is about."""
    return plan.call.path


def link_json(found: LinkOffer) -> dict[str, Json]:
    """The offer for scripts."""
    return {
        "id": found.row.id,
        "number": found.row.number,
        "amount": found.row.amount.json(),
        "payment": found.payment.number,
        "candidates": [
            {**_refund_json(one.refund), "reasons": list(one.reasons), "differs": list(one.differs)}
            for one in found.candidates
        ],
        "others": [{**_refund_json(refund), "why_not": why} for refund, why in found.others],
    }


def _refund_json(refund: ZuoraRefund) -> dict[str, Json]:
    return {
        "zuora_refund_id": refund.id,
        "number": refund.number,
        "date": refund.date.isoformat(),
        "amount": refund.amount.json(),
        "method": refund.method,
        "status": refund.status,
    }
