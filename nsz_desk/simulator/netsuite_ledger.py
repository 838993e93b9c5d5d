"""What NetSuite's books say, derived from the world for the length of one request.

Refunds, memos and payments are seen through one shape, `Transaction`, so that searches and apply
lists need not know the kinds apart. The caller holds the world's lock.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from nsz_desk.simulator.world import Applied, NsMemo, NsPayment, NsRefund, World

KINDS = {  # the world's word for an applied transaction -> NetSuite's record type
    "credit_memo": "creditMemo",
    "invoice": "invoice",
    "customer_refund": "customerRefund",
    "deposit_application": "depositApplication",
    "journal": "journal",
}
TITLES = {
    "creditMemo": "Credit Memo",
    "invoice": "Invoice",
    "customerRefund": "Customer Refund",
    "customerPayment": "Payment",
    "depositApplication": "Deposit Application",
    "journal": "Journal",
}


@dataclass(slots=True)  # not frozen: a search may make a million of them, and freezing takes most of the time
class Transaction:
    """One transaction. `total` is positive or None (unknown); `record` is None for one the world does not hold."""

    kind: str
    id: str
    number: str
    customer_id: str
    currency: str
    date: date | None
    total: Decimal | None
    memo: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    subsidiary: str = "1"
    voided: bool = False
    applied: tuple[Applied, ...] = ()
    created_from: str = ""
    method: str = ""
    item_lines: int = 0
    record: NsRefund | NsMemo | NsPayment | None = None


def _refund(one: NsRefund) -> Transaction:
    return Transaction(
        "customerRefund", one.id, one.number, one.customer_id, one.currency, one.date, one.amount, one.memo,
        one.created, one.modified, one.subsidiary, one.voided, tuple(one.applied_to), method=one.method, record=one,
    )  # fmt: skip


def _memo(one: NsMemo) -> Transaction:
    return Transaction(
        "creditMemo", one.id, one.number, one.customer_id, one.currency, one.date, one.amount, one.memo,
        one.created, one.modified, one.subsidiary, one.voided, tuple(one.applied_to), one.created_from,
        item_lines=one.item_lines, record=one,
    )  # fmt: skip


def _payment(one: NsPayment) -> Transaction:
    return Transaction(
        "customerPayment", one.id, one.number, one.customer_id, one.currency, one.date, one.amount, record=one
    )


def _named_invoice(internal_id: str, memo: NsMemo) -> Transaction:
    return Transaction("invoice", internal_id, f"INV-{internal_id}", memo.customer_id, memo.currency, memo.date, None)


def _pays(refund: NsRefund) -> Iterator[tuple[str, Applied]]:
    """The memos that a live refund pays out, with the row each of them shows."""
    for link in refund.applied_to:
        if link.type == "credit_memo" and not refund.voided:
            yield link.doc, Applied(refund.id, "customer_refund", link.amount)


class Ledger:
    """The transactions of a world, and who is applied to whom."""

    def __init__(self, world: World) -> None:
        """Look at `world`; nothing is copied until it is asked for."""
        self.world = world

    def transactions(self, kinds: frozenset[str] | None) -> Iterator[Transaction]:
        """All transactions of these kinds (None: of every kind), each kind by its order in the world."""
        if kinds is None or "customerRefund" in kinds:
            yield from map(_refund, self.world.refunds.values())
        if kinds is None or "creditMemo" in kinds:
            yield from map(_memo, self.world.memos.values())
        if kinds is None or "customerPayment" in kinds:
            yield from map(_payment, self.world.ns_payments.values())
        if kinds is None or "invoice" in kinds:
            yield from self.invoices.values()

    def find(self, kind: str, internal_id: str) -> Transaction | None:
        """The transaction of this kind and internal id, None when there is none."""
        world = self.world
        if kind == "customerRefund":
            return _refund(refund) if (refund := world.refunds.peek(internal_id)) else None
        if kind == "creditMemo":
            return _memo(memo) if (memo := world.memos.peek(internal_id)) else None
        if kind == "customerPayment":
            return _payment(payment) if (payment := world.ns_payments.peek(internal_id)) else None
        return self._invoice(internal_id) if kind == "invoice" else None

    def _invoice(self, internal_id: str) -> Transaction | None:
        if internal_id in self.invoices:
            return self.invoices[internal_id]
        for key in self.world.memos.near("invoice", internal_id):
            memo = self.world.memos.peek(key)
            if memo and memo.created_from == internal_id:
                return _named_invoice(internal_id, memo)
        return None

    def other_end(self, link: Applied, mine: Transaction) -> Transaction:
        """The transaction an applied row points to; one the world does not hold is made up from its id."""
        kind = KINDS[link.type]
        return self.find(kind, link.doc) or Transaction(
            kind, link.doc, f"{TITLES[kind][:3].upper()}-{link.doc}", mine.customer_id, mine.currency, mine.date, None
        )

    @cached_property
    def _refunds_by_memo(self) -> dict[str, list[Applied]]:
        found: dict[str, list[Applied]] = defaultdict(list)
        for refund in self.world.refunds.kept.values():
            for memo_id, link in _pays(refund):
                found[memo_id].append(link)
        return found

    def refunds_of(self, memo_id: str) -> list[Applied]:
        """The live refunds that pay a credit memo out."""
        found = list(self._refunds_by_memo.get(memo_id, ()))
        for key in self.world.refunds.near("memo", memo_id):
            refund = self.world.refunds.peek(key)
            found += [link for paid, link in _pays(refund) if paid == memo_id] if refund else []
        return found

    def remaining(self, one: Transaction) -> Decimal | None:
        """What of a refund or memo is not applied yet; None for kinds nobody keeps that of."""
        if one.total is None or one.kind not in ("customerRefund", "creditMemo"):
            return None
        links = [*one.applied, *(self.refunds_of(one.id) if one.kind == "creditMemo" else ())]
        return one.total - sum((link.amount for link in links), Decimal(0))

    @cached_property
    def invoices(self) -> dict[str, Transaction]:
        """The invoices that written memos name: the world keeps no more of them than that."""
        found: dict[str, Transaction] = {}
        for memo in self.world.memos.kept.values():
            ids = [link.doc for link in memo.applied_to if link.type == "invoice"]
            for internal_id in [*ids, memo.created_from] if memo.created_from else ids:
                found[internal_id] = _named_invoice(internal_id, memo)
        return found
