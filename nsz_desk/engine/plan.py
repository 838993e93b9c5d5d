"""The plan: the document a person approves, its canonical JSON and its hash.

The hash holds no clock, no key number and no header, so that every desk derives the same one.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import Unread, known
from nsz_desk.domain.money import Money, exact, sums
from nsz_desk.domain.records import Payment
from nsz_desk.domain.status import StatusTexts
from nsz_desk.engine.canonical import Json, canonical, sha256
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, CreateCall
from nsz_desk.engine.route import Parts, Route, comment, create_call, parts_of

Names = tuple[tuple[str, str], ...]
NEW_ID = "<Zuora refund id>"
NOW = "<time of the write>"
PEOPLE = ("number", "memo_number", "payment_number", "account_id", "customer", "date", "method_type")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two systems a desk works on: A and Z of the key chain, and the route the profile pins."""

    netsuite: str
    zuora: str
    route: Route
    texts: StatusTexts = StatusTexts()
    transaction_field: bool = True
    transaction_separator: str = " "
    shield: bool = True  # a resync sets Transferred to Accounting to Ignore before it cancels


@dataclass(frozen=True, slots=True)
class Plan:
    """One refund's plan. The fields after `ignored` are for people and the lanes, not in the hash."""

    netsuite: str
    zuora: str
    refund_id: str
    memo_id: str
    payment_id: str
    call: CreateCall
    parts: Parts
    stamps: tuple[tuple[str, str, str], ...]  # (record, field, value)
    known_dead: tuple[str, ...]
    ignored: tuple[str, ...]
    number: str
    memo_number: str
    payment_number: str
    account_id: str
    customer: str
    amount: Money
    date: str
    method_type: str
    names: Names = field(default=(), kw_only=True)  # what people call the payment's invoices: (id, number)

    def named(self, invoice_id: str) -> str:
        """What people call an invoice of the payment: its number, its id without one."""
        return dict(self.names).get(invoice_id) or invoice_id

    def document(self) -> dict[str, Json]:
        """What is approved, as JSON."""
        return {
            "netsuite_account": self.netsuite,
            "zuora_tenant": self.zuora,
            "refund_id": self.refund_id,
            "credit_memo_id": self.memo_id,
            "payment_id": self.payment_id,
            "method": self.call.method,
            "url": self.call.path,
            "body": self.call.body,
            "parts": [{"invoice_id": key, "amount": amount.plain()} for key, amount in self.parts],
            "stamps": [{"record": record, "field": field, "value": value} for record, field, value in self.stamps],
            "known_dead": sorted(self.known_dead),
            "ignored_refund_ids": sorted(self.ignored),
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical document."""
        return sha256(canonical(self.document()))

    @property
    def day(self) -> datetime.date:
        """The refund's date."""
        return datetime.date.fromisoformat(self.date)

    def stored(self) -> dict[str, Any]:
        """The whole plan as JSON for the journal."""
        people = {name: getattr(self, name) for name in PEOPLE}
        names = {"invoices": dict(self.names)}
        return {**self.document(), **people, **names, "amount": self.amount.json(), "hash": self.hash}


def names_of(payment: Payment) -> Names:
    """Id and number of every invoice of a payment whose number is told."""
    if isinstance(payment.parts, Unread):
        return ()
    return tuple((part.invoice_id, part.invoice_number) for part in payment.parts if part.invoice_number)


def load(stored: Mapping[str, Any]) -> Plan:
    """The plan back from the journal."""
    money = Money(exact(stored["amount"]["amount"]), stored["amount"]["currency"])
    return Plan(
        netsuite=stored["netsuite_account"],
        zuora=stored["zuora_tenant"],
        refund_id=stored["refund_id"],
        memo_id=stored["credit_memo_id"],
        payment_id=stored["payment_id"],
        call=CreateCall(stored["method"], stored["url"], stored["body"]),
        parts=tuple((part["invoice_id"], Money(exact(part["amount"]), money.currency)) for part in stored["parts"]),
        stamps=tuple((stamp["record"], stamp["field"], stamp["value"]) for stamp in stored["stamps"]),
        known_dead=tuple(stored["known_dead"]),
        ignored=tuple(stored["ignored_refund_ids"]),
        amount=money,
        names=tuple(stored.get("invoices", {}).items()),
        **{name: stored[name] for name in PEOPLE},
    )


NO_CALL = CreateCall("", "", "")  # an adoption creates nothing


def derive(pair: Pair, case: RefundCase, parts: Parts | None = None, call: CreateCall | None = None) -> Plan:
    """The plan of a case as its facts stand now; `parts` is a split that a person approved.

    `call` stands in for the create of the route: an adoption, which creates nothing, needs no route.

    Raises:
        FactMissing: a fact the plan needs could not be read.
        Setup: no single create call fits.
    """
    refund, memo, payment = case.refund, case.memo, case.payment
    split = parts_of(refund, payment) if parts is None else tuple(sorted(parts))
    method = case.policy.methods.get(refund.method, "")
    dead = {other.id for other in known(case.own_refunds_fact) if other.dead} | case.desk.known_dead
    return Plan(
        netsuite=pair.netsuite,
        zuora=pair.zuora,
        refund_id=refund.id,
        memo_id=memo.id,
        payment_id=payment.id,
        call=create_call(pair.route, refund, payment, method, split) if call is None else call,
        parts=split,
        stamps=_stamps(pair, case),
        known_dead=tuple(sorted(dead)),
        ignored=tuple(sorted(case.desk.ignored_refunds)),
        number=refund.number,
        memo_number=memo.number,
        payment_number=payment.number,
        account_id=payment.account_id,
        customer=case.customer.name,
        amount=refund.amount,
        date=refund.date.isoformat(),
        method_type=method,
        names=names_of(payment),
    )


def _stamps(pair: Pair, case: RefundCase) -> tuple[tuple[str, str, str], ...]:
    """What is written beside the create: Zuora's own marks first, then the refund, then the memo."""
    transaction = comment(f"{case.customer.name}{pair.transaction_separator}{case.refund.date.isoformat()}")
    return (
        ("zuora_refund", "transferred_to_accounting", "Yes"),
        ("zuora_refund", "sync_date", NOW),
        *((("zuora_refund", "transaction", transaction),) if pair.transaction_field else ()),
        (REFUND, STATUS, pair.texts.complete),
        (REFUND, ZUORA_ID, NEW_ID),
        (REFUND, NOTE, NOW),
        (MEMO, STATUS, pair.texts.complete),
        (MEMO, ZUORA_ID, NEW_ID),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Plans that are reviewed and approved together, and the rows that cannot be planned, with the reason."""

    plans: tuple[Plan, ...]
    refused: tuple[tuple[str, str, str], ...] = ()  # (refund id, number, why)

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical documents of all plans, by refund id; one plan's is its own hash."""
        if len(self.plans) == 1:
            return self.plans[0].hash
        documents = [plan.document() for plan in sorted(self.plans, key=lambda plan: int(plan.refund_id))]
        return sha256(canonical(documents))

    @property
    def totals(self) -> tuple[Money, ...]:
        """Sum per currency."""
        return sums(plan.amount for plan in self.plans)


def differences(old: Plan, new: Plan) -> tuple[str, ...]:
    """What changed between the approved plan and the one derived now, in words."""
    before, after = old.document(), new.document()
    return tuple(f"{name}: {before[name]} -> {after[name]}" for name in before if before[name] != after[name])
