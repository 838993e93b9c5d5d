"""The plan of a resync: what is cancelled, applied again and cleared, and what speaks against it.

Only the Zuora refund that NetSuite names is ever cancelled. The document is derived again from fresh facts right
before the first write; a difference ends the resync, and nothing was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money, exact, sums
from nsz_desk.domain.records import CreditMemo, Payment, ZuoraRefund
from nsz_desk.engine.canonical import Json
from nsz_desk.engine.plan import NO_CALL, PEOPLE, Pair, Plan, names_of
from nsz_desk.engine.ports import MEMO, NOTE, REFUND, STATUS, ZUORA_ID, CreateCall, NetSuiteFacts
from nsz_desk.engine.route import Parts

REFUND_CLEARS = (STATUS, ZUORA_ID, NOTE)
MEMO_CLEARS = (STATUS, ZUORA_ID)


@dataclass(frozen=True, slots=True)
class Found:
    """The facts of a resync as they stand now, read by id but for `others`, which come from the search.

    `refund` is None where Zuora has none by that id any more; `others` are live refunds with our id but another one;
    `remembered` is the split that this desk's own create named. `target` is the Zuora refund to cancel where it is
    not simply the one that NetSuite names: then NetSuite is left as it is. `unfinished` are NetSuite refunds on the
    same payment that still name a dead Zuora refund while money of the payment is loose.
    """

    facts: NetSuiteFacts
    refund: ZuoraRefund | None
    payment: Payment
    others: tuple[ZuoraRefund, ...]
    remembered: Parts = ()
    target: str = ""
    unfinished: tuple[str, ...] = ()

    @property
    def taken(self) -> Parts:
        """What the refund took of each invoice, by invoice id; a dead one may tell nothing, then as remembered."""
        told = self.refund.parts if self.refund else None
        return tuple(sorted(self.remembered if told is None else told))

    @property
    def zuora_id(self) -> str:
        """The Zuora refund that is to be undone: the target, else the one that NetSuite names."""
        return self.target or self.facts.refund.zuora_id.strip()

    @property
    def dead(self) -> bool:
        """Whether there is nothing left to cancel."""
        return self.refund is None or self.refund.dead

    @property
    def memo(self) -> CreditMemo | None:
        """The credit memo that carries the same Zuora ID; else the flagged one; None without any."""
        memos = self.facts.memos
        same = next((memo for memo in memos if memo.zuora_id.strip() == self.zuora_id), None)
        return same or next((memo for memo in memos if memo.create_zuora_refund), memos[0] if memos else None)


@dataclass(frozen=True, slots=True)
class ResyncPlan(Plan):
    """One refund's resync. `parts` are what the Zuora refund took of each invoice, "" of `memo_id`: no memo.

    `applied` is what the payment pays of each invoice now and `loose` what of it stands on none, `reapply` what is
    applied again after the cancel.
    """

    zuora_id: str
    zuora_number: str
    already_dead: bool
    shield: bool
    applied: Parts
    loose: Money
    reapply: Parts
    keep_memo: bool
    reason: str
    alone: bool = field(default=False, kw_only=True)  # cancelled by itself: NetSuite is left as it is
    beside: tuple[str, ...] = field(default=(), kw_only=True)  # then: the live ones with this id that stay

    @property
    def clears(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """(record, id, fields) in the order in which they are cleared."""
        if self.alone:
            return ()
        refund = (REFUND, self.refund_id, REFUND_CLEARS)
        return (refund,) if self.keep_memo or not self.memo_id else (refund, (MEMO, self.memo_id, MEMO_CLEARS))

    def document(self) -> dict[str, Json]:
        """What is approved, as JSON."""
        return {
            "kind": "cancel" if self.alone else "resync",
            "netsuite_account": self.netsuite,
            "zuora_tenant": self.zuora,
            "refund_id": self.refund_id,
            "credit_memo_id": self.memo_id,
            "payment_id": self.payment_id,
            "zuora_refund_id": self.zuora_id,
            "already_dead": self.already_dead,
            "shield": self.shield,
            "method": self.call.method,
            "url": self.call.path,
            "body": self.call.body,
            "parts": _parts_json(self.parts),
            "applied": _parts_json(self.applied),
            "loose": self.loose.plain(),
            "reapply": _parts_json(self.reapply),
            "clears": [{"record": record, "id": key, "fields": list(fields)} for record, key, fields in self.clears],
            "keep_memo": self.keep_memo,
            "reason": self.reason,
            **({"beside": list(self.beside)} if self.alone else {}),
        }

    def stored(self) -> dict[str, Any]:
        """The whole plan as JSON for the journal."""
        people = {name: getattr(self, name) for name in (*PEOPLE, "zuora_number")}
        names = {"invoices": dict(self.names)}
        return {**self.document(), **people, **names, "amount": self.amount.json(), "hash": self.hash}


def _parts_json(parts: Parts) -> list[dict[str, str]]:
    return [{"invoice_id": key, "amount": amount.plain()} for key, amount in parts]


def load_resync(stored: Mapping[str, Any]) -> ResyncPlan:
    """The plan back from the journal."""
    money = Money(exact(stored["amount"]["amount"]), stored["amount"]["currency"])

    def parts(name: str) -> Parts:
        return tuple((one["invoice_id"], Money(exact(one["amount"]), money.currency)) for one in stored[name])

    return ResyncPlan(
        netsuite=stored["netsuite_account"],
        zuora=stored["zuora_tenant"],
        refund_id=stored["refund_id"],
        memo_id=stored["credit_memo_id"],
        payment_id=stored["payment_id"],
        call=CreateCall(stored["method"], stored["url"], stored["body"]),
        parts=parts("parts"),
        stamps=(),
        known_dead=(),
        ignored=(),
        amount=money,
        zuora_id=stored["zuora_refund_id"],
        zuora_number=stored["zuora_number"],
        already_dead=stored["already_dead"],
        shield=stored["shield"],
        applied=parts("applied"),
        loose=Money(exact(stored["loose"]), money.currency),
        reapply=parts("reapply"),
        keep_memo=stored["keep_memo"],
        reason=stored["reason"],
        names=tuple(stored.get("invoices", {}).items()),
        alone=stored["kind"] == "cancel",
        beside=tuple(stored.get("beside", ())),
        **{name: stored[name] for name in PEOPLE},
    )


def cancel_call(settlement: bool, zuora_id: str) -> CreateCall:
    """The cancel as it is sent; it never carries an Idempotency-Key. Source: zuora reference, section 5.1."""
    if settlement:
        return CreateCall("PUT", f"/v1/refunds/{zuora_id}/cancel", "{}")
    return CreateCall("PUT", f"/v1/object/refund/{zuora_id}", '{"Status": "Canceled"}')


def derive_resync(pair: Pair, found: Found, reason: str, keep_memo: bool) -> ResyncPlan:
    """The plan as the facts stand now; `hindrances` says whether it may be carried out."""
    refund, zuora, payment, memo = found.facts.refund, found.refund, found.payment, found.memo
    customer = found.facts.customer
    return ResyncPlan(
        netsuite=pair.netsuite,
        zuora=pair.zuora,
        refund_id=refund.id,
        memo_id=memo.id if memo else "",
        payment_id=payment.id,
        call=NO_CALL if found.dead else cancel_call(pair.route.settlement, found.zuora_id),
        parts=found.taken,
        stamps=(),
        known_dead=(),
        ignored=(),
        number=refund.number,
        memo_number=memo.number if memo else "",
        payment_number=payment.number,
        account_id=payment.account_id,
        customer="" if isinstance(customer, Unread) else customer.name,
        amount=zuora.amount if zuora else refund.amount,
        date=refund.date.isoformat(),
        method_type=zuora.method if zuora else "",
        zuora_id=found.zuora_id,
        zuora_number=zuora.number if zuora else "",
        already_dead=found.dead,
        shield=pair.shield and not found.dead,
        applied=applied(payment),
        loose=payment.unapplied,
        reapply=_reapply(pair, found),
        keep_memo=keep_memo or bool(found.target),
        reason=reason,
        names=names_of(payment),
        alone=bool(found.target),
        beside=tuple(sorted(f"{other.number} ({other.id})" for other in found.others)) if found.target else (),
    )


def applied(payment: Payment) -> Parts:
    """What a payment pays of each invoice now, by invoice id, without zeros; nothing where Zuora does not tell."""
    if isinstance(payment.parts, Unread):
        return ()
    return tuple(sorted((part.invoice_id, part.applied) for part in payment.parts if part.applied.amount))


def taken_text(parts: Parts, plan: Plan) -> str:
    """The parts in one line for people, with the invoices' numbers as the plan knows them."""
    return ", ".join(f"{amount} of {plan.named(key)}" for key, amount in parts) or "nothing"


def plus(parts: Parts, more: Parts) -> Parts:
    """Both together, amount by amount of each invoice."""
    keys = sorted({key for key, _ in (*parts, *more)})
    return tuple((key, sums(amount for k, amount in (*parts, *more) if k == key)[0]) for key in keys)


def _reapply(pair: Pair, found: Found) -> Parts:
    """What a cancel leaves loose and was on invoices before: only with Invoice Settlement.

    Of a refund that somebody else has cancelled it is proposed only while the payment still has that much loose.
    """
    parts = found.taken
    if not pair.route.settlement or not parts:
        return ()
    whole = sums(amount for _, amount in parts)[0]
    return () if found.dead and found.payment.unapplied < whole else parts
