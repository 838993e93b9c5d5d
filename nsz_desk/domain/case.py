"""One pending refund and all that a rule may look at, with the facts that could not be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from nsz_desk.domain.facts import FactMissing, Unread, known
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import (
    CreditMemo,
    Customer,
    CustomerRefund,
    Payment,
    Period,
    ZuoraAccount,
    ZuoraRefund,
)
from nsz_desk.domain.status import Status, StatusTexts

CLAIM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z (\S.*)")
FRESH = timedelta(minutes=75)  # search lag assumed 60 min, plus a margin (protocol, time limits)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is at a refund: the desk's id and since when (server UTC). An unknown desk is ""."""

    desk: str
    since: datetime | None

    def fresh(self, now: datetime) -> bool:
        """Younger than 75 minutes; a claim without a time is not fresh."""
        return self.since is not None and now - self.since < FRESH


def claim_text(now: datetime, desk: str) -> str:
    """The claim note as written: `<server UTC> <desk id>`."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z {desk}"


def read_claim(note: str) -> Claim | None:
    """The claim in a note field, None when the text is no claim (a sync date, blank, foreign text)."""
    found = CLAIM.fullmatch(note.strip())
    if not found:
        return None
    try:
        since = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Claim(found[2], since)


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that rules depend on; a change of them is a journal line."""

    cutover: date
    status: StatusTexts = StatusTexts()
    methods: Mapping[str, str] = field(default_factory=dict)  # NetSuite method name -> Zuora MethodType


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another pending refund: what rules about shared memos and payments need of it."""

    refund_id: str
    number: str
    amount: Money
    memo_ids: tuple[str, ...]
    payment_id: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What this desk knows of the refund from its own journal."""

    id: str = ""
    open_episode: str = ""  # words for people: state, since when; "" when nothing is open
    overrides: Mapping[str, str] = field(default_factory=dict)  # rule id -> reason
    ignored_refunds: frozenset[str] = frozenset()  # Zuora ids a person declared foreign (D.12)
    known_dead: frozenset[str] = frozenset()
    linked: bool = False  # it linked this refund, may take that back, and nothing is open


@dataclass(frozen=True, slots=True)
class RefundCase:
    """All facts about one pending refund; each may be Unread. Properties raise FactMissing then."""

    refund: CustomerRefund
    memos: tuple[CreditMemo, ...] | Unread
    customer_fact: Customer | Unread
    payment_fact: Payment | None | Unread
    account_fact: ZuoraAccount | None | Unread  # of the payment
    customer_account_fact: ZuoraAccount | None | Unread
    own_refunds_fact: tuple[ZuoraRefund, ...] | Unread  # those that carry this refund's id
    payment_refunds_fact: tuple[ZuoraRefund, ...] | Unread  # all of the memo's payment
    siblings_fact: tuple[Sibling, ...] | Unread
    netsuite_periods: tuple[Period, ...] | Unread
    zuora_periods: tuple[Period, ...] | Unread
    policy: Policy
    now: datetime
    desk: Desk = Desk()

    @property
    def memo(self) -> CreditMemo:
        """The credit memo to refund: the flagged one, else the first."""
        memos = known(self.memos)
        for memo in memos:
            if memo.create_zuora_refund:
                return memo
        if not memos:
            raise FactMissing("credit memo", "the refund is applied to none")
        return memos[0]

    @property
    def customer(self) -> Customer:
        """The NetSuite customer."""
        return known(self.customer_fact)

    @property
    def payment(self) -> Payment:
        """The Zuora payment that the memo names."""
        payment = known(self.payment_fact)
        if payment is None:
            raise FactMissing("Zuora payment", "the memo names none that exists")
        return payment

    @property
    def status(self) -> Status:
        """What the refund's Integration Status means."""
        return self.policy.status.meaning(self.refund.status_text)

    @property
    def claim(self) -> Claim | None:
        """Who is at this refund, when its status says that somebody is."""
        if self.status is not Status.CREATING:
            return None
        note = read_claim(self.refund.claim_note)
        return note or Claim("", self.refund.modified)

    @property
    def claimed_by_us(self) -> bool:
        """Whether the claim in NetSuite is this desk's own."""
        claim = self.claim
        return claim is not None and bool(self.desk.id) and claim.desk == self.desk.id
