"""From what both systems list to judged rows: facts are joined by id, and a missing one stays missing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from nsz_desk.domain.case import Desk, Policy, RefundCase, Sibling
from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import (
    CreditMemo,
    CustomerRefund,
    Kind,
    Payment,
    Period,
    ZuoraAccount,
    ZuoraRefund,
)
from nsz_desk.domain.status import Status
from nsz_desk.engine.janitor import Act, act, drift
from nsz_desk.engine.known_dead import buried
from nsz_desk.engine.ledger import FOR_A_PERSON
from nsz_desk.engine.lists import Row, row_of
from nsz_desk.engine.ports import NetSuite, NetSuiteFacts, NetSuiteListing, Report, Zuora
from nsz_desk.engine.results import Pending
from nsz_desk.engine.review_reasons import drifted, offers
from nsz_desk.rules.book import Verdict, judge

T = TypeVar("T")
DECIDE = "Review shows both records and what may be decided; the desk sends nothing by itself."
DAY = timedelta(days=1)
SOME_DAYS = timedelta(days=8)  # D.12 looks 7 days around the refund's date


@dataclass(slots=True)
class Sources:
    """What was read for one listing; each part is Unread when its system did not answer."""

    netsuite: NetSuiteListing
    payments: Mapping[str, Payment] | Unread
    accounts: Mapping[str, ZuoraAccount] | Unread
    refunds: tuple[ZuoraRefund, ...] | Unread
    netsuite_periods: tuple[Period, ...] | Unread
    zuora_periods: tuple[Period, ...] | Unread
    problems: list[str] = field(default_factory=list)


def attempt(what: str, read: Callable[[], T], problems: list[str]) -> T | Unread:
    """Read, or say why not; the rows that need it become UNKNOWN, the others go on."""
    try:
        return read()
    except DeskError as error:
        problems.append(f"{what}: {error.title}")
        return Unread(what, error.title)


def read_sources(netsuite: NetSuite, zuora: Zuora, policy: Policy, report: Report) -> Sources:
    """List both systems in few calls.

    Raises:
        DeskError: NetSuite's list itself could not be read.
    """
    report.progress(0, 5, "Reading refunds from NetSuite")
    listing = netsuite.pending(policy.cutover, report)
    report.check()
    problems: list[str] = []
    memos, customers = listing.memos.values(), listing.customers.values()
    named = sorted({memo.payment_id for memo in memos if memo.payment_id})
    report.progress(1, 5, "Reading payments from Zuora")
    payments = attempt("Zuora payments", lambda: zuora.payments(named), problems)
    found = payments.values() if not isinstance(payments, Unread) else ()
    ids = {payment.account_id for payment in found} | {one.zuora_id for one in customers if one.zuora_id}
    report.progress(2, 5, "Reading accounts from Zuora")
    accounts = attempt("Zuora accounts", lambda: zuora.accounts(sorted(ids)), problems)
    report.progress(3, 5, "Looking for refunds in Zuora")
    since = _earliest(listing)
    refunds = attempt("Zuora refunds", lambda: zuora.refunds_updated_since(since), problems)
    report.progress(4, 5, "Reading periods")
    return Sources(
        listing,
        payments,
        accounts,
        refunds,
        attempt("NetSuite periods", netsuite.periods, problems),
        attempt("Zuora periods", zuora.periods, problems),
        problems,
    )


def single_source(zuora: Zuora, facts: NetSuiteFacts, around: Sources) -> Sources:
    """The sources of one refund read by itself, beside what the list read already."""
    named = sorted({memo.payment_id for memo in facts.memos if memo.payment_id})
    customers = {} if isinstance(facts.customer, Unread) else {facts.customer.id: facts.customer}
    payments = attempt("Zuora payments", lambda: zuora.payments(named), around.problems)
    found = payments.values() if not isinstance(payments, Unread) else ()
    ids = {payment.account_id for payment in found} | {one.zuora_id for one in customers.values() if one.zuora_id}
    return Sources(
        NetSuiteListing((facts.refund,), {memo.id: memo for memo in facts.memos}, customers, facts.at),
        payments,
        attempt("Zuora accounts", lambda: zuora.accounts(sorted(ids)), around.problems),
        around.refunds,
        around.netsuite_periods,
        around.zuora_periods,
    )


def _earliest(listing: NetSuiteListing) -> datetime:
    """From when on Zuora refunds matter: one day before the oldest was made, eight before the oldest date."""
    made = [refund.created - DAY for refund in listing.refunds if refund.created]
    dated = [listing.at - (listing.at.date() - refund.date) - SOME_DAYS for refund in listing.refunds]
    return min([*made, *dated, listing.at - DAY])


class Judge:
    """Judges the rows of one listing; its indexes are built once."""

    def __init__(self, sources: Sources, policy: Policy, knowledge: Callable[[str], Desk]) -> None:
        """Index refunds by our id and by payment, pending refunds by payment and by memo."""
        self._s, self._policy, self._knowledge = sources, policy, knowledge
        self._by_id: dict[str, list[ZuoraRefund]] = defaultdict(list)
        self._by_payment: dict[str, list[ZuoraRefund]] = defaultdict(list)
        for refund in sources.refunds if not isinstance(sources.refunds, Unread) else ():
            if refund.integration_id:
                self._by_id[refund.integration_id].append(refund)
            if refund.payment_id:
                self._by_payment[refund.payment_id].append(refund)
        self._siblings: dict[tuple[str, str], list[Sibling]] = defaultdict(list)
        for netsuite_refund in sources.netsuite.refunds:
            self._index_sibling(netsuite_refund)

    def _index_sibling(self, refund: CustomerRefund) -> None:
        status = self._policy.status.meaning(refund.status_text)
        if status is Status.COMPLETE or refund.voided is True or refund.date < self._policy.cutover:
            return
        memos = self._memos(refund)
        if isinstance(memos, Unread):
            return
        flagged = [memo for memo in memos if memo.create_zuora_refund]
        payment_id = next((memo.payment_id for memo in flagged if memo.payment_id), "")
        sibling = Sibling(refund.id, refund.number, refund.amount, tuple(memo.id for memo in memos), payment_id)
        for memo in memos:
            self._siblings["memo", memo.id].append(sibling)
        if payment_id and not self._already_made(refund.id):
            self._siblings["payment", payment_id].append(sibling)

    def _already_made(self, refund_id: str) -> bool:
        """Its Zuora refund is live, so the payment's refunded total counts it already."""
        return any(not refund.dead for refund in self._by_id.get(refund_id, ()))

    def _memos(self, refund: CustomerRefund) -> tuple[CreditMemo, ...] | Unread:
        if isinstance(refund.applied, Unread):
            return refund.applied
        ids = [row.doc for row in refund.applied if row.kind is Kind.CREDIT_MEMO]
        missing = [key for key in ids if key not in self._s.netsuite.memos]
        if missing:
            return Unread("credit memo", f"memo {missing[0]} could not be read")
        return tuple(self._s.netsuite.memos[key] for key in ids)

    def case(self, refund: CustomerRefund) -> RefundCase:
        """The case of one refund of the listing."""
        s, memos = self._s, self._memos(refund)
        customer = s.netsuite.customers.get(refund.customer_id) or Unread("customer", "could not be read")
        memo = _first(memos)
        payment = self._payment(memo)
        key = memo.payment_id if memo else ""
        zuora_id = customer.zuora_id if not isinstance(customer, Unread) else ""
        desk = self._knowledge(refund.id)
        own = self._listed(self._by_id, refund.id)
        return RefundCase(
            refund=refund,
            memos=memos,
            customer_fact=customer,
            payment_fact=payment,
            account_fact=self._account(payment.account_id if isinstance(payment, Payment) else ""),
            customer_account_fact=self._account(zuora_id),
            own_refunds_fact=own if isinstance(own, Unread) else buried(own, desk.known_dead),
            payment_refunds_fact=self._listed(self._by_payment, payment.id if isinstance(payment, Payment) else ""),
            siblings_fact=self._others(refund.id, key, memos),
            netsuite_periods=s.netsuite_periods,
            zuora_periods=s.zuora_periods,
            policy=self._policy,
            now=s.netsuite.at,
            desk=desk,
        )

    def _payment(self, memo: CreditMemo | None) -> Payment | None | Unread:
        if isinstance(self._s.payments, Unread):
            return self._s.payments
        return self._s.payments.get(memo.payment_id) if memo else None

    def _account(self, key: str) -> ZuoraAccount | None | Unread:
        return self._s.accounts if isinstance(self._s.accounts, Unread) else self._s.accounts.get(key)

    def _listed(self, index: Mapping[str, list[ZuoraRefund]], key: str) -> tuple[ZuoraRefund, ...] | Unread:
        return self._s.refunds if isinstance(self._s.refunds, Unread) else tuple(index.get(key, ()))

    def _others(self, refund_id: str, payment_id: str, memos: tuple[CreditMemo, ...] | Unread) -> tuple[Sibling, ...]:
        keys = [("payment", payment_id)] if payment_id else []
        keys += [("memo", memo.id) for memo in memos] if not isinstance(memos, Unread) else []
        found = {other.refund_id: other for key in keys for other in self._siblings.get(key, ())}
        return tuple(other for key, other in found.items() if key != refund_id)

    def row(self, refund: CustomerRefund) -> Row:
        """The judged row of one refund."""
        case = self.case(refund)
        row = row_of(case, judge(case))
        if case.desk.open_episode.startswith(FOR_A_PERSON):
            return row_of(case, replace(row.judgement, next_step=DECIDE))
        if row.verdict is not Verdict.SYNCED or not (why := drift(row)):
            return row
        mend = "Finish writes it back." if act(row) is Act.ADOPT else offers(drifted(row))
        return row_of(case, replace(row.judgement, verdict=Verdict.IN_DOUBT, why=why, next_step=mend))


def _first(memos: tuple[CreditMemo, ...] | Unread) -> CreditMemo | None:
    if isinstance(memos, Unread) or not memos:
        return None
    return next((memo for memo in memos if memo.create_zuora_refund), memos[0])


def pending_of(sources: Sources, judge_: Judge, only: Iterable[str] | None = None) -> Pending:
    """All rows judged, newest date first and by number; `only` limits them to some ids."""
    wanted = set(only) if only is not None else None
    rows = [judge_.row(one) for one in sources.netsuite.refunds if wanted is None or one.id in wanted]
    rows.sort(key=_order)
    return Pending(
        tuple(rows),
        sources.netsuite.at,
        sources.netsuite.older,
        tuple(sources.problems),
        {row.id: row for row in rows},
    )


def _order(row: Row) -> tuple[date, str, str]:
    return row.case.refund.date, row.number, row.id
