"""What a desk's person asks for, in words, and the episodes that the product makes of it.

`901` is a sync, `resync 901` an undo, `split 901` and `other split 901` are two ways to split it over its invoices,
`link 901` adopts the refund that somebody made by hand, `finish 901` is what Recover does with a row that no open
episode is about. Nothing is judged here: an old plan is the worse case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nsz_desk.domain.allocation import InvoiceLine, Split, faults
from nsz_desk.domain.case import Desk as Knowledge
from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import FactMissing
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Payment, ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.engine import plan as plans
from nsz_desk.engine import resync_run
from nsz_desk.engine.allocate import BY_HAND, Allotment, memory_of
from nsz_desk.engine.allocate_lines import forecast_of
from nsz_desk.engine.batch import Run
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.janitor import act
from nsz_desk.engine.link_offer import link_plan, why_not
from nsz_desk.engine.lists import Row, row_of
from nsz_desk.engine.plan import NO_CALL
from nsz_desk.engine.recovery import WALKED
from nsz_desk.rules.book import Judgement, Verdict
from tests.builders import money
from tests.simulation.hands import Hands
from tests.simulation.worlds import POLICY, SimWorld

# Which invoices of a split payment, in the order of their numbers, and how much of each.
SPLITS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "split": ((0, "30.00"), (1, "70.00")),
    "other split": ((0, "60.00"), (2, "40.00")),
}


NOT_JUDGED = Judgement(Verdict.IN_DOUBT, (), "", "")


def subject(wish: str) -> str:
    """The refund that a wish is about."""
    return wish.rsplit(" ", 1)[-1]


@dataclass(frozen=True, slots=True)
class Wishes:
    """One desk's person at work in one run."""

    world: SimWorld
    run: Run
    hands: Hands

    def episode(self, wish: str) -> Episode | None:
        """The episode of a wish as the facts stand now; None when there is nothing to do, or no way to do it."""
        kind, refund_id = wish.rpartition(" ")[0], subject(wish)
        if refund_id not in self.world.netsuite.refunds:
            return None
        asked: Mapping[str, Callable[[str], Episode | None]] = {
            "": self._sync,
            "resync": self._resync,
            "link": self._link,
            "finish": self._finish,
        }
        return asked[kind](refund_id) if kind in asked else self._split(refund_id, SPLITS[kind])

    def _pending(self, refund_id: str) -> bool:
        refund = self.world.netsuite.refunds[refund_id]
        if self.run.ledger.words(refund_id):
            return False
        complete = POLICY.status.meaning(refund.status_text) is Status.COMPLETE and refund.zuora_id
        return not complete or self.world.half_stamped(refund_id)

    def _sync(self, refund_id: str) -> Episode | None:
        """What the list would show; a live one is adopted."""
        if not self._pending(refund_id):
            return None
        with self.hands.behind():
            own = self.world.zuora._shown(lambda one: one.integration_id == refund_id)
        adopt = any(not one.dead for one in own)
        try:
            case = self._case(refund_id, own)
            pair = self.world.pair
            plan = plans.derive(pair, case, (), NO_CALL) if adopt else plans.derive(pair, case)
        except (FactMissing, DeskError):
            self.world.no_plan.add(refund_id)
            return None
        return self.run.episode(plan, adopt_only=True) if adopt else self.run.episode(plan)

    def row(self, refund_id: str) -> Row:
        """The refund as the list would show it now."""
        own = self.world.zuora._shown(lambda one: one.integration_id == refund_id)
        return row_of(self._case(refund_id, own), NOT_JUDGED)

    def _finish(self, refund_id: str) -> Episode | None:
        """As the product's recovery: a row that a write-back would mend is walked, and nothing is made."""
        if self.run.ledger.words(refund_id) or act(row := self.row(refund_id)) not in WALKED:
            return None
        try:
            plan = plans.derive(self.world.pair, row.case, (), NO_CALL)
        except (FactMissing, DeskError):
            return None
        return self.run.episode(plan, adopt_only=True)

    def _case(self, refund_id: str, own: tuple[ZuoraRefund, ...]) -> RefundCase:
        world = self.world
        facts = world.netsuite._facts(refund_id)
        payment_id = world.payment_of(refund_id)
        payment = world.zuora.payment(payment_id) if payment_id in world.zuora.known_payments else None
        owner = world.zuora.known_accounts[payment.account_id] if payment else None
        return RefundCase(
            refund=facts.refund,
            memos=facts.memos,
            customer_fact=facts.customer,
            payment_fact=payment,
            account_fact=owner,
            customer_account_fact=owner,
            own_refunds_fact=own,
            payment_refunds_fact=(),
            siblings_fact=(),
            netsuite_periods=(),
            zuora_periods=(),
            policy=POLICY,
            now=world.clock.wall,
            desk=Knowledge(self.hands.desk, known_dead=self.run.ledger.known_dead(refund_id)),
        )

    def _resync(self, refund_id: str) -> Episode | None:
        """A person confirms right after the plan was shown."""
        with self.hands.behind():
            batch = resync_run.plan_resyncs(self.run, [refund_id], "wrong date", keep_memo=False)
        if not batch.plans:
            return None
        e = self.run.episode(batch.plans[0], "RESYNC", "confirmed")
        e.confirmed_at = self.run.clock.now()
        resync_run.remember_silence(self.run, e)
        self.world.watch.confirmed[self.hands.desk, e.id] = self.world.clock.mono
        return e

    def _split(self, refund_id: str, how: tuple[tuple[int, str], ...]) -> Episode | None:
        """Split by hand over invoices with room; a live refund is adopted as a sync would."""
        with self.hands.behind():
            own = self.world.zuora._shown(lambda one: one.integration_id == refund_id)
        if any(not one.dead for one in own) or not self._pending(refund_id):
            return self._sync(refund_id)
        case = self._case(refund_id, own)
        payment = case.payment_fact
        if not isinstance(payment, Payment) or not isinstance(payment.parts, tuple) or len(payment.parts) < 3:
            return None
        parts: Split = tuple((payment.parts[at].invoice_id, money(amount)) for at, amount in how)
        lines = self._lines(payment)
        if faults(lines, case.refund.amount, parts):
            self.world.no_plan.add(refund_id)
            return None
        try:
            plan = plans.derive(self.world.pair, case, parts)
        except (FactMissing, DeskError):
            self.world.no_plan.add(refund_id)
            return None
        allotment = Allotment(plan, BY_HAND, "Agreed with the customer.", tuple(forecast_of(lines, plan.parts)))
        return self.run.episode(plan, "ALLOCATED", "needs allocation", **memory_of(allotment))

    def _lines(self, payment: Payment) -> tuple[InvoiceLine, ...]:
        assert isinstance(payment.parts, tuple)
        zuora = self.world.zuora
        return tuple(
            InvoiceLine(
                part.invoice_id,
                part.invoice_number,
                None,
                part.applied + (part.refunded or _nothing(part.applied)),
                part.refunded or _nothing(part.applied),
                part.applied,
                zuora.invoice(part.invoice_id).balance,
            )
            for part in payment.parts
        )

    def _link(self, refund_id: str) -> Episode | None:
        """The first refund of the payment that may be the one that was made by hand."""
        if self.run.ledger.open_words(refund_id):
            return None
        amount, payment_id = self.world.netsuite.refunds[refund_id].amount, self.world.payment_of(refund_id)
        fit = (one for one in self.world.zuora.refunds.values() if not why_not(one, amount, payment_id))
        if not (picked := next(fit, None)):
            return None
        try:
            plan = link_plan(self.world.pair, self._case(refund_id, ()), picked.id)
        except FactMissing:
            return None
        return self.run.episode(plan, "LINK", "picking", candidate={"reasons": [], "differs": []})


def _nothing(like: Money) -> Money:
    return like - like
