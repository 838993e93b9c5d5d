"""Both systems side by side before a resync: what each says now, and what it will be. Reads by id only."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from nsz_desk.domain.errors import DeskError, Missing
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CreditMemo, Payment, ZuoraRefund
from nsz_desk.engine.plan import Names, Pair
from nsz_desk.engine.ports import Lanes, NetSuite, NetSuiteFacts, Zuora
from nsz_desk.engine.resync_hindrances import hindrances
from nsz_desk.engine.resync_plan import Found, ResyncPlan, applied, derive_resync, plus, taken_text
from nsz_desk.engine.route import Parts

T = TypeVar("T")
NOTHING = "–"  # a system that has no such field, or no such record


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact in three columns; `differs` when both systems tell it and do not agree."""

    what: str
    netsuite: str
    zuora: str
    after: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The document of the comparing page. `hindrances` are those that reads by id can tell; the plan knows all.

    `invoices` are the numbers of those invoices, by id, that Zuora told; it names none that a payment does not pay now.
    """

    refund_id: str
    number: str
    zuora_id: str
    zuora_number: str
    rows: tuple[Compared, ...]
    hindrances: tuple[str, ...]
    invoices: Names = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What the last list said a refund names: Zuora refund and payment, "" for none. Never shown, only followed."""

    zuora_id: str = ""
    payment: str = ""


NO_HINT = Hint()


def compare(
    netsuite: NetSuite,
    zuora: Zuora,
    pair: Pair,
    methods: dict[str, str],
    refund_id: str,
    lanes: Lanes,
    hint: Hint = NO_HINT,
    undone: str = "",
) -> Comparison:
    """Read refund, memo, Zuora refund and payment, and set them side by side.

    `undone` is the Zuora refund that a resync has cancelled: it is looked at although NetSuite names it no more.

    With a hint that still holds all are read at once, so that it takes as long as the slowest of them; without one
    Zuora is asked when NetSuite has answered.

    Raises:
        DeskError: a system did not answer; NetSuite has no such refund (`Missing`).
    """
    reads = _Reads(netsuite, zuora, lanes)
    guesses = [(reads.refund, hint.zuora_id), (reads.payment, hint.payment)]
    reads.at_once([(reads.facts, refund_id), *((read, key) for read, key in guesses if key)])
    facts = reads.facts(refund_id)
    zuora_id = facts.refund.zuora_id.strip() or undone
    named = next((memo.payment_id for memo in facts.memos if memo.payment_id), "")
    reads.at_once([(read, key) for read, key in ((reads.refund, zuora_id), (reads.payment, named)) if key])
    made = reads.refund(zuora_id) if zuora_id else None
    key = (made.payment_id if made else None) or named
    payment = reads.payment(key) if key else None
    if payment is None:
        gap = "It was never synced." if not zuora_id else "Its Zuora payment cannot be found."
        return Comparison(refund_id, facts.refund.number, zuora_id, "", _netsuite_rows(facts, None), (gap,))
    found = Found(facts, made, payment, (), target=undone)
    plan = derive_resync(pair, found, "", False)
    against = ("It was never synced: NetSuite shows no Zuora ID.",) if not zuora_id else _against(pair, found)
    rows = (*_both(facts, made, methods), *_netsuite_rows(facts, found.memo), *_zuora_rows(made, payment, plan))
    return Comparison(refund_id, facts.refund.number, zuora_id, plan.zuora_number, rows, against, plan.names)


Read = tuple[Callable[[str], object], str]


class _Reads:
    """Each record read once, several at once; an error comes when what it belongs to is asked for."""

    def __init__(self, netsuite: NetSuite, zuora: Zuora, lanes: Lanes) -> None:
        """Nothing is read yet."""
        self._netsuite, self._zuora, self._lanes = netsuite, zuora, lanes
        self._facts: dict[str, NetSuiteFacts | DeskError] = {}
        self._refunds: dict[str, ZuoraRefund | None | DeskError] = {}
        self._payments: dict[str, Payment | None | DeskError] = {}

    def at_once(self, reads: Sequence[Read]) -> None:
        """Read these in parallel; what was read already is not read again. Raises nothing."""

        def job(read: Callable[[str], object], key: str) -> Callable[[], None]:
            def work() -> None:
                with contextlib.suppress(DeskError):
                    read(key)

            return work

        self._lanes.run([(f"read {at}", job(read, key)) for at, (read, key) in enumerate(reads)])

    def facts(self, refund_id: str) -> NetSuiteFacts:
        """NetSuite's refund and memos."""
        return _kept(self._facts, refund_id, lambda: self._netsuite.glance(refund_id))

    def refund(self, zuora_id: str) -> ZuoraRefund | None:
        """A Zuora refund; None when there is none."""
        return _kept(self._refunds, zuora_id, lambda: _existing(lambda: self._zuora.read_refund(zuora_id)))

    def payment(self, key: str) -> Payment | None:
        """A payment by id or number, known by both from then on; None when there is none."""
        found = _kept(self._payments, key, lambda: _existing(lambda: self._zuora.read_payment(key)))
        if found is not None:
            self._payments.setdefault(found.id, found)
        return found


def _kept(kept: dict[str, T | DeskError], key: str, read: Callable[[], T]) -> T:
    if key not in kept:
        try:
            kept[key] = read()
        except DeskError as error:
            kept[key] = error
    value = kept[key]
    if isinstance(value, DeskError):
        raise value
    return value


def _existing(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Missing:
        return None


def _against(pair: Pair, found: Found) -> tuple[str, ...]:
    unread = Unread("periods", "not read for the comparison")
    return hindrances(pair, found, unread, unread)


def _both(facts: NetSuiteFacts, made: ZuoraRefund | None, methods: dict[str, str]) -> list[Compared]:
    refund = facts.refund
    told = [
        ("Amount", str(refund.amount), str(made.amount) if made else ""),
        ("Date", refund.date.isoformat(), made.date.isoformat() if made else ""),
        ("Payment method", methods.get(refund.method, refund.method), made.method if made else ""),
        ("NetSuite id in Zuora", refund.id, made.integration_id if made else ""),
    ]
    return [
        Compared(what, ours, theirs or NOTHING, ours, made is not None and ours != theirs)
        for what, ours, theirs in told
    ]


def _netsuite_rows(facts: NetSuiteFacts, memo: CreditMemo | None) -> tuple[Compared, ...]:
    refund, blank = facts.refund, "blank"
    rows = [
        Compared("Zuora ID", refund.zuora_id or blank, NOTHING, blank),
        Compared("Integration Status", refund.status_text or blank, NOTHING, blank),
        Compared("Sync Date", refund.claim_note or blank, NOTHING, blank),
    ]
    if memo is not None:
        odd = memo.zuora_id.strip() != refund.zuora_id.strip()
        rows += [
            Compared(f"Credit memo {memo.number}: Zuora ID", memo.zuora_id or blank, NOTHING, blank, odd),
            Compared(f"Credit memo {memo.number}: Integration Status", memo.status_text or blank, NOTHING, blank),
        ]
    return tuple(rows)


def _zuora_rows(made: ZuoraRefund | None, payment: Payment, plan: ResyncPlan) -> list[Compared]:
    name = f"Payment {payment.number}"
    back = payment.refunded - made.amount if made and not made.dead else payment.refunded
    marked = "Ignore" if plan.shield else (made.transferred if made else "")
    now = "cannot be read" if isinstance(payment.parts, Unread) else taken_text(applied(payment), plan)
    before = now if isinstance(payment.parts, Unread) else taken_text(_as_before(plan), plan)
    return [
        Compared(
            "Zuora refund", NOTHING, plan.zuora_number or "does not exist", plan.zuora_number or NOTHING, made is None
        ),
        Compared("Status in Zuora", NOTHING, made.status if made else NOTHING, "Canceled" if made else NOTHING),
        Compared("Transferred to Accounting", NOTHING, made.transferred if made else NOTHING, marked or NOTHING),
        Compared(f"{name}: refunded", NOTHING, str(payment.refunded), str(back)),
        Compared(f"{name}: applied to", NOTHING, now, before),
    ]


def _as_before(plan: ResyncPlan) -> Parts:
    """With Invoice Settlement the desk puts it back, without it the cancel does."""
    return plus(plan.applied, plan.reapply or (() if plan.already_dead else plan.parts))
