"""A link, and a link taken back, as pages to approve: every write in its order, and what will be true afterwards."""

from dataclasses import dataclass

from nsz_desk.engine.call_lines import ZUORA_REFUND, CallLine, mark_call, netsuite_line, zuora_line
from nsz_desk.engine.link_offer import picked_id
from nsz_desk.engine.plan import NEW_ID, Pair, Plan
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS
from nsz_desk.engine.resync_calls import CLAIM

NO_MONEY = "No money moves: no refund is made and none is cancelled."
UNLINK = "UNLINK"
OWN_MARKS = 3  # the first stamps of a link: NetSuite id, origin, sync date
MARKED = "it says Yes already"


@dataclass(frozen=True, slots=True)
class LinkReview:
    """What a person approves: the plan, its writes in their order, and what is true when all went well."""

    plan: Plan
    calls: tuple[CallLine, ...]
    after: tuple[str, ...]

    @property
    def notice(self) -> str:
        """What to know before it is approved."""
        return f"{NO_MONEY} {'It can be linked again.' if self.undoes else 'The link can be taken back.'}"

    @property
    def undoes(self) -> bool:
        """Whether it takes a link back."""
        return self.plan.call.method == UNLINK


def link_review(pair: Pair, plan: Plan, zuora_number: str) -> LinkReview:
    """The page of a LINK or UNLINK plan; `zuora_number` is what people call the Zuora refund, "" where not known."""
    named = f"Zuora refund {zuora_number or picked_id(plan)}"
    if plan.call.method == UNLINK:
        return LinkReview(plan, (*_mark(pair, plan, plan.stamps), *_netsuite(plan)), _after_unlink(plan, named))
    claim = netsuite_line(REFUND, plan.refund_id, ((STATUS, pair.texts.creating), (NOTE, CLAIM)))
    marks = _mark(pair, plan, plan.stamps[:OWN_MARKS])
    transferred = _mark(pair, plan, plan.stamps[OWN_MARKS:], MARKED)
    return LinkReview(plan, (claim, *marks, *transferred, *_netsuite(plan)), _after_link(pair, plan, named))


def _mark(pair: Pair, plan: Plan, stamps: tuple[tuple[str, str, str], ...], only_if: str = "") -> tuple[CallLine, ...]:
    values = {name: text for record, name, text in stamps if record == ZUORA_REFUND}
    if not values:
        return ()
    words = f"left out where {only_if}" if only_if else ""
    return (zuora_line(mark_call(pair.route.settlement, picked_id(plan), values), words),)


def _netsuite(plan: Plan) -> tuple[CallLine, ...]:
    lines = []
    for wanted, key in ((REFUND, plan.refund_id), (MEMO, plan.memo_id)):
        fields = tuple(
            (name, picked_id(plan) if text == NEW_ID else text)
            for record, name, text in plan.stamps
            if record == wanted
        )
        lines.append(netsuite_line(wanted, key, fields))
    return tuple(lines)


def _after_link(pair: Pair, plan: Plan, named: str) -> tuple[str, ...]:
    return (
        f"{named} carries NetSuite id {plan.refund_id}, and is the only live one that does.",
        f"NetSuite refund {plan.number} and credit memo {plan.memo_number} say {pair.texts.complete} and name it.",
        "Both systems were read back. Nothing was paid, made or cancelled.",
    )


def _after_unlink(plan: Plan, named: str) -> tuple[str, ...]:
    return (
        f"{named} carries no NetSuite id; its fields are as they were before the link. It stays live.",
        f"NetSuite refund {plan.number} and credit memo {plan.memo_number} are free again: nothing names it any more.",
        f"{plan.number} is judged afresh: it can be linked again, to this one or to another.",
    )
