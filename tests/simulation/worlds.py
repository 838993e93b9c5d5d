"""A world for schedules: several refunds, some on one payment, and everything that others do in it.

Records are frozen, so every world starts from the same few templates; nothing is copied deeply.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from typing import Any

from nsz_desk.domain.records import (
    CreditMemo,
    Customer,
    CustomerRefund,
    Invoice,
    InvoicePart,
    Payment,
    ZuoraAccount,
    ZuoraRefund,
)
from nsz_desk.engine.episode import Limits
from nsz_desk.engine.plan import Pair
from nsz_desk.engine.route import Route
from tests.builders import (
    a_customer,
    a_memo,
    a_part,
    a_payment,
    a_policy,
    a_refund,
    a_zuora_refund,
    an_account,
    money,
    row,
)
from tests.fakes import FakeClock, FakeNetSuite, FakeZuora, Power
from tests.simulation.faults import Fault
from tests.simulation.watch import Watch

HOUR = 3600.0
SPLIT = 7  # payments from p-7 on are over three invoices: their refunds are split by a person
POLICY, LIMITS = a_policy(), Limits()
PAIRS = {
    (settlement, crud): Pair("1234567_SB1", "tenant.1/-", Route(settlement, crud))
    for settlement, crud in ((False, True), (True, False), (True, True))
}


@dataclass(frozen=True, slots=True)
class Template:
    """The records of refund 90n on payment p-m."""

    refund: CustomerRefund
    memo: CreditMemo
    customer: Customer
    account: ZuoraAccount
    payment: Payment


@cache
def template(n: int, m: int) -> Template:
    """Refund 90n with memo 80n of customer 50m, made on payment p-m of account acc-m."""
    three = (a_part(10 * m + 1, "120.00"), a_part(10 * m + 2, "80.00"), a_part(10 * m + 3, "50.00"))
    refund, memo, customer, account, payment = f"90{n}", f"80{n}", f"50{m}", f"acc-{m}", f"p-{m}"
    return Template(
        a_refund(id=refund, number=f"CR-{refund}", customer_id=customer, applied=(row(memo),)),
        a_memo(
            id=memo,
            number=f"CM-{memo}",
            customer_id=customer,
            payment_id=payment,
            reference_zuora_id=payment,
            refunds=(refund,),
        ),
        a_customer(id=customer, zuora_id=account),
        an_account(id=account, number=f"A-{m}"),
        a_payment(id=payment, number=f"P-{m}", account_id=account, parts=three if m >= SPLIT else (a_part(m),)),
    )


def parts_of(payment: Payment) -> tuple[InvoicePart, ...]:
    """What a payment of these worlds pays; they always know it."""
    assert isinstance(payment.parts, tuple)
    return payment.parts


@cache
def paid_invoice(part: InvoicePart, payment: Payment) -> Invoice:
    """An invoice that the payment has paid in full."""
    return Invoice(
        part.invoice_id,
        part.invoice_number,
        payment.account_id,
        payment.date,
        part.applied,
        part.applied - part.applied,
    )


@dataclass
class SimWorld:
    """Both systems, the world's clock, what is under way, and the faults still to come.

    `layout` names for each refund its payment: (1, 1, 2) are 901 and 902 on p-1, 903 on p-2.
    """

    layout: tuple[int, ...]
    route: tuple[bool, bool] = (False, True)
    faults: dict[tuple[str, int], Fault] = field(default_factory=dict)
    trace: list[str] | None = None
    on_fault: Callable[[str], None] = lambda letter: None

    def __post_init__(self) -> None:
        """Fill both systems."""
        self.clock, power = FakeClock(), Power()
        self.netsuite, self.zuora = FakeNetSuite(self.clock, power), FakeZuora(self.clock, power)
        self.netsuite.fails.quiet = self.zuora.fails.quiet = True
        self.pair = PAIRS[self.route]
        self.zuora.settlement = self.route[0]
        self.seen: dict[str, int] = {}  # calls of each verb
        self.struck: list[Fault] = []
        self.meddled: dict[str, float] = {}  # NetSuite refunds at which somebody else did something, and when last
        self.carried_back: set[str] = set()  # made a second time in NetSuite by the connector (W9)
        self.loosened: set[str] = set()  # payments from which somebody else took or gave money
        self.by_hand: Sequence[str] = ()  # refunds that a person wants to link
        self.no_plan: set[str] = set()  # refunds for which a desk says that no single call fits
        self.stale_until = 0.0
        self.late: list[tuple[float, int, Callable[[], Any]]] = []
        self.ids = count(1)
        self.watch = Watch(self.netsuite, self.zuora, self.clock)
        self.watch.meddled = self.meddled
        for n, m in enumerate(self.layout, start=1):
            self._add(template(n, m))

    def _add(self, made: Template) -> None:
        self.netsuite.refunds[made.refund.id] = made.refund
        self.netsuite.memos[made.memo.id] = made.memo
        self.netsuite.customers[made.customer.id] = made.customer
        self.zuora.known_accounts[made.account.id] = made.account
        self.zuora.known_payments[made.payment.id] = made.payment
        for part in parts_of(made.payment):
            self.zuora.known_invoices[part.invoice_id] = paid_invoice(part, made.payment)

    def say(self, *words: object) -> None:
        """A line of the trace."""
        if self.trace is not None:
            at = self.clock.mono - 1000.0
            self.trace.append(f"{len(self.trace):5} {at:10.1f}s  {' '.join(map(str, words))}")

    # Time.

    def deliver_later(self, seconds: float, act: Callable[[], Any]) -> None:
        """A request is under way and arrives after so many seconds."""
        self.late.append((self.clock.mono + seconds, next(self.ids), act))
        self.late.sort(key=lambda one: one[:2])

    def advance(self, seconds: float) -> None:
        """Time passes; what is under way arrives when its time has come, also while everybody sleeps."""
        until = self.clock.mono + seconds
        while self.late and self.late[0][0] <= until:
            at, _, act = self.late.pop(0)
            self.clock.advance(max(at - self.clock.mono, 0.0))
            self.say("a late request arrives")
            act()
        self.clock.advance(max(until - self.clock.mono, 0.0))
        if self.stale_until and self.clock.mono >= self.stale_until:
            self.heal_search()

    def heal_search(self) -> None:
        """The search is current again."""
        self.stale_until, self.zuora.search_lag, self.zuora.blind = 0.0, 0.0, False

    # What tests look at.

    def own(self, refund_id: str) -> list[ZuoraRefund]:
        """Every Zuora refund that carries the id of a NetSuite refund."""
        return [one for one in self.zuora.refunds.values() if one.integration_id == refund_id]

    def live(self, refund_id: str) -> list[ZuoraRefund]:
        """Those of them that are not dead."""
        return [one for one in self.own(refund_id) if not one.dead]

    @property
    def ids_of_refunds(self) -> list[str]:
        """Ids of the refunds of the layout, also of those that somebody deleted."""
        return [f"90{n}" for n in range(1, len(self.layout) + 1)]

    @property
    def refunds(self) -> dict[str, CustomerRefund]:
        """NetSuite's refunds."""
        return self.netsuite.refunds

    def payment_of(self, refund_id: str) -> str:
        """The payment that the refund's memo names."""
        return self.netsuite.memos[self.memo_id(refund_id)].payment_id

    def half_stamped(self, refund_id: str) -> bool:
        """The refund is complete, its memo blank: what a lost journal leaves; the product's recovery finishes it."""
        memo = self.netsuite.memos[self.memo_id(refund_id)]
        return not memo.zuora_id and not memo.status_text and bool(self.refunds[refund_id].zuora_id)

    def unmarked(self, refund_id: str) -> bool:
        """A live Zuora refund of it does not say Yes: the list shows drift, and the product's recovery marks it."""
        return any(one.transferred != "Yes" for one in self.live(refund_id))

    def memo_id(self, refund_id: str) -> str:
        """The memo of a refund."""
        return f"8{refund_id[1:]}"

    # What others do.

    def meddle(self, refund_id: str) -> None:
        """Note that somebody else did something at a refund now."""
        self.meddled[refund_id] = self.clock.mono

    def edit(self, refund_id: str, **changes: Any) -> None:
        """A person edits a NetSuite refund."""
        if refund_id in self.netsuite.refunds:
            before = self.netsuite.refunds[refund_id]
            self.netsuite.refunds[refund_id] = replace(before, modified=self.clock.wall, **changes)
            self.meddle(refund_id)

    def edit_memo(self, refund_id: str, **changes: Any) -> None:
        """A person edits its credit memo."""
        memo = self.memo_id(refund_id)
        self.netsuite.memos[memo] = replace(self.netsuite.memos[memo], **changes)
        self.meddle(refund_id)

    def foreign(self, refund_id: str, *, ours: bool, less: str = "0.00") -> str:
        """A person (without our id) or the connector (with it) makes a Zuora refund; "" when there is no room."""
        payment_id = self.payment_of(refund_id)
        if payment_id not in self.zuora.known_payments or refund_id not in self.netsuite.refunds:
            return ""
        amount, payment = self.netsuite.refunds[refund_id].amount, self.zuora.payment(payment_id)
        amount = amount - money(less)
        if not amount <= payment.refundable:
            return ""
        key = f"fr{next(self.ids)}"
        self.meddle(refund_id)
        self.loosened.add(payment_id)
        room = next((part.invoice_id for part in parts_of(payment) if amount <= part.applied), "")
        made = a_zuora_refund(
            id=key,
            number=f"R-{key}",
            account_id=payment.account_id,
            payment_id=payment_id,
            amount=amount,
            integration_id=refund_id if ours else "",
            transferred="Yes" if ours else "No",
            created=None,
            updated=None,
            parts=((room, amount),) if room else (),
        )
        return self.zuora.put(made).id

    def cancel(self, refund: ZuoraRefund) -> None:
        """A person cancels a refund in Zuora."""
        self.meddle(refund.integration_id)
        self.loosened.add(str(refund.payment_id))
        self.zuora.cancel(refund.id)

    def clear(self, refund_id: str) -> None:
        """Refund and memo are pending again, as a resync leaves them."""
        self.edit(refund_id, status_text="", zuora_id="", claim_note="")
        self.edit_memo(refund_id, status_text="", zuora_id="")
