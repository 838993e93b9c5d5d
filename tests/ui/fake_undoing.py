"""How the fake desk undoes: the real plan and the real comparison over the cases, and events as a run tells them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import Cancelled, Missing, Unreachable
from nsz_desk.domain.records import CreditMemo, InvoicePart, Payment, ZuoraRefund
from nsz_desk.engine.plan import Batch, Pair
from nsz_desk.engine.ports import NetSuiteFacts, Report
from nsz_desk.engine.results import BatchResult, Result, RowEvent, RowResult
from nsz_desk.engine.resync_compare import Comparison, compare
from nsz_desk.engine.resync_plan import Found, ResyncPlan, derive_resync
from nsz_desk.engine.resync_story import RESYNC_NEXT, RESYNC_STATES
from nsz_desk.engine.route import Route
from tests.fakes import SerialLanes
from tests.ui.cases import NOW

PAIR = Pair("1234567_SB1", "tenant.10023", Route(settlement=True, crud=False))
GOOD_WAY = (
    "planned", "mine", "shielding", "shielded", "cancelling", "cancelled", "loose", "reapplying", "settled",
    "clearing", "refund cleared", "cleared",
)  # fmt: skip


@dataclass
class Undoing:
    """What the two systems hold of synced refunds, and how their undo goes."""

    against: dict[str, str] = field(default_factory=dict)  # refund id -> why it cannot be undone
    days: dict[str, date] = field(default_factory=dict)  # dates in Zuora that are not NetSuite's
    stops_at: str = ""  # a state at which the run rests
    pause: float = 0.0  # seconds per state
    unreachable: bool = False
    no_plan: bool = False
    unread: str = ""  # a refund that cannot be compared
    looked: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    undone: list[ResyncPlan] = field(default_factory=list)

    def compare(self, cases: list[RefundCase], refund_id: str, undone: str = "") -> Comparison:
        """The real comparison, over this little world."""
        self.looked.append(refund_id)
        if self.unreachable or refund_id == self.unread:
            raise Unreachable("Zuora does not answer.", "Nothing was sent.", "Look again in a minute.")
        here = _Both(self, _case(cases, refund_id))
        return compare(here, here, PAIR, {"Check": "Check"}, refund_id, SerialLanes(), undone=undone)  # type: ignore[arg-type]

    def plan(self, cases: list[RefundCase], ids: Sequence[str], reason: str, keep_memo: bool) -> Batch:
        """The real plan of each, but for those that cannot be undone."""
        self.reasons.append(reason)
        if self.no_plan:
            raise Unreachable("NetSuite does not answer.", "Nothing was sent.", "Look again in a minute.")
        plans, refused = [], []
        for one in ids:
            case = _case(cases, one)
            if one in self.against:
                refused.append((one, case.refund.number, self.against[one]))
            else:
                here = _Both(self, case)
                found = Found(here.glance(one), here.read_refund(""), here.read_payment(""), ())
                plans.append(derive_resync(PAIR, found, reason, keep_memo))
        return Batch(tuple(plans), tuple(refused))

    def run(
        self, cases: list[RefundCase], batch: Batch, report: Report, on_row: Callable[[RowEvent], None]
    ) -> BatchResult:
        """Walk each plan through the table's states, to its end or to where it shall rest."""
        results = []
        for plan in batch.plans:
            assert isinstance(plan, ResyncPlan)
            try:
                report.check()
            except Cancelled:
                result = self._result(plan, Result.SKIPPED, "Not started: you stopped.", "Resync it when you like.")
            else:
                self.undone.append(plan)
                result = self._walk(cases, plan, on_row)
            on_row(RowEvent(plan.refund_id, result.result.value, result.reason, result))
            results.append(result)
        return BatchResult(tuple(results), batch.hash)

    def _walk(self, cases: list[RefundCase], plan: ResyncPlan, on_row: Callable[[RowEvent], None]) -> RowResult:
        for state in GOOD_WAY:
            time.sleep(self.pause)
            on_row(RowEvent(plan.refund_id, state, RESYNC_STATES[state]))
            if state == self.stops_at:
                return self._result(plan, Result.IN_DOUBT, RESYNC_STATES[state], RESYNC_NEXT.get(state, "Finish."))
        place = next(at for at, case in enumerate(cases) if case.refund.id == plan.refund_id)
        blank = replace(cases[place].refund, status_text="", zuora_id="")
        cases[place] = replace(cases[place], refund=blank)
        reason = f"Zuora refund {plan.zuora_number} is cancelled, NetSuite is cleared, both read back."
        return self._result(plan, Result.COMPLETE, reason, RESYNC_NEXT["cleared"])

    def _result(self, plan: ResyncPlan, result: Result, reason: str, step: str) -> RowResult:
        return RowResult(plan.refund_id, plan.number, result, "", reason, step, plan.amount, plan.zuora_number)


class _Both:
    """NetSuite and Zuora of one synced refund, as the comparison asks them."""

    def __init__(self, undoing: Undoing, case: RefundCase) -> None:
        self._undoing, self._case = undoing, case

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """The refund and its memo, which carries the same fields."""
        refund, memo = self._case.refund, self._case.memo
        kept = next((one for one in self._undoing.undone if one.refund_id == refund_id and one.keep_memo), None)
        named = kept.zuora_id if kept else refund.zuora_id
        marked = replace(memo, zuora_id=named, status_text="Sync Complete" if named else refund.status_text)
        return _facts(self._case, marked)

    def read_refund(self, zuora_id: str) -> ZuoraRefund:
        """The Zuora refund that was made of it; an undone one is cancelled, and is there for ever."""
        refund, payment = self._case.refund, self._payment()
        if not refund.zuora_id and not self._is_undone():
            raise Missing("There is none.")
        day = self._undoing.days.get(refund.id, refund.date)
        assert isinstance(payment.parts, tuple)
        parts = tuple((part.invoice_id, part.refunded) for part in payment.parts if part.refunded)
        return ZuoraRefund(
            refund.zuora_id or zuora_id, f"R-{int(refund.id):08d}", payment.account_id, payment.id, refund.amount, day,
            "External", refund.method, "Canceled" if self._is_undone() else "Processed", refund.id, "NETSUITE", "",
            "Ignore" if self._is_undone() else "Yes", None, None, parts,
        )  # fmt: skip

    def _is_undone(self) -> bool:
        return not self._case.refund.zuora_id and any(
            one.refund_id == self._case.refund.id for one in self._undoing.undone
        )

    def read_payment(self, key: str) -> Payment:
        """Its payment, all of it refunded; when that was undone, applied as before."""
        return self._case.payment if self._is_undone() else self._payment()

    def _payment(self) -> Payment:
        payment = self._case.payment
        assert isinstance(payment.parts, tuple)
        nothing = replace(payment.amount, amount=payment.amount.amount * 0)
        parts = tuple(
            InvoicePart(part.invoice_id, part.invoice_number, nothing, part.applied) for part in payment.parts
        )
        return replace(payment, refunded=payment.amount, parts=parts)


def _facts(case: RefundCase, memo: CreditMemo) -> NetSuiteFacts:
    return NetSuiteFacts(case.refund, (memo,), case.customer, NOW)


def _case(cases: list[RefundCase], refund_id: str) -> RefundCase:
    return next(case for case in cases if case.refund.id == refund_id)
