"""Zuora in memory: payments whose totals follow their refunds, keys that replay, a search that may be stale."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import unquote

from nsz_desk.domain.errors import Missing, NoAnswer, Refused, Unreachable
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice, Payment, Period, ZuoraAccount, ZuoraRefund
from nsz_desk.engine.ports import CreateCall, Created, Line, Tenant
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults, Power
from tests.fakes.keys import Keys
from tests.fakes.totals import with_totals

T = TypeVar("T")
Write = Callable[[str, tuple[Any, ...]], None]


class FakeLine:
    """A connection for one create; `born` is when it was opened, by the monotonic clock."""

    def __init__(self, born: float = 0.0) -> None:
        self.open, self.born = True, born

    def close(self) -> None:
        """Close it for good."""
        self.open = False


class FakeZuora:
    """The Zuora port over dictionaries.

    `search_lag` is how many seconds the listings are behind, `blind` hides every refund from them;
    reading by id is always current. `on_write` sees every write before it happens, `fails` plans faults.
    """

    def __init__(self, clock: FakeClock, power: Power | None = None) -> None:
        self.clock, self.keys = clock, Keys(clock)
        self.fails = Faults(power or Power(), lambda: clock.mono)
        self.known_accounts: dict[str, ZuoraAccount] = {}
        self.known_payments: dict[str, Payment] = {}
        self.known_invoices: dict[str, Invoice] = {}  # balances before any refund
        self.applied_again: dict[str, dict[str, Decimal]] = {}  # payment -> invoice -> amount
        self.versions: dict[str, list[tuple[float, ZuoraRefund]]] = {}
        self.refunds: dict[str, ZuoraRefund] = {}  # every refund as it stands now
        self._totals: dict[str, tuple[object, bool, Payment]] = {}  # computed afresh after every change
        self._made = 0
        self.all_periods: tuple[Period, ...] = ()
        self.tenant_name = "tenant.1"
        self.has_ids: bool | None = True
        self.settlement, self.search_lag, self.blind = False, 0.0, False
        self.on_write: Write = lambda verb, args: None
        self.on_change: Callable[[], None] = lambda: None

    # What a person, the connector or a test does directly.

    def put(self, refund: ZuoraRefund) -> ZuoraRefund:
        """Make or change a refund now."""
        refund = replace(refund, created=refund.created or self.clock.wall, updated=self.clock.wall)
        self.versions.setdefault(refund.id, []).append((self.clock.mono, refund))
        self.refunds[refund.id] = refund
        self._totals.clear()
        self.on_change()
        return refund

    def delete(self, refund_id: str) -> None:
        """A person deletes a refund: reading it by id and every listing show nothing any more."""
        del self.versions[refund_id], self.refunds[refund_id]
        self._totals.clear()
        self.on_change()

    def cancel(self, refund_id: str) -> None:
        """A person cancels a refund."""
        self.put(replace(self.refunds[refund_id], status="Canceled"))

    def payment(self, key: str) -> Payment:
        """A payment with its totals as they stand now."""
        bare = self.known_payments[key]
        kept = self._totals.get(key)
        if kept is None or kept[0] is not bare or kept[1] is not self.settlement:
            of_payment = [one for one in self.refunds.values() if one.payment_id == key]
            again = self.applied_again.get(key, {})
            kept = self._totals[key] = (bare, self.settlement, with_totals(bare, of_payment, self.settlement, again))
        return kept[2]

    # The port.

    def tenant(self) -> Tenant:
        """Who answers."""
        return self._do("tenant", (), lambda: Tenant(self.tenant_name, "-", self.settlement))

    def shows_ids(self) -> bool | None:
        """Whether refunds carry the field, as the test set it."""
        return self._do("shows_ids", (), lambda: self.has_ids)

    def payments(self, ids: Iterable[str]) -> Mapping[str, Payment]:
        """Those that exist."""
        wanted = tuple(ids)
        return self._do("payments", wanted, lambda: {k: self.payment(k) for k in wanted if k in self.known_payments})

    def accounts(self, ids: Iterable[str]) -> Mapping[str, ZuoraAccount]:
        """Those that exist."""
        wanted = tuple(ids)
        known = self.known_accounts
        return self._do("accounts", wanted, lambda: {key: known[key] for key in wanted if key in known})

    def read_payment(self, key: str) -> Payment:
        """One payment by id."""
        return self._do("read_payment", (key,), lambda: self._payment(key))

    def _payment(self, key: str) -> Payment:
        if key not in self.known_payments:
            raise Missing(f"Zuora has no payment {key}.")
        return self.payment(key)

    def invoices(self, ids: Iterable[str]) -> Mapping[str, Invoice]:
        """Those that exist."""
        wanted = tuple(ids)
        return self._do("invoices", wanted, lambda: {k: self.invoice(k) for k in wanted if k in self.known_invoices})

    def read_invoice(self, invoice_id: str) -> Invoice:
        """One invoice by id."""
        return self._do("read_invoice", (invoice_id,), lambda: self.invoice(invoice_id))

    def invoice(self, key: str) -> Invoice:
        """An invoice as it stands now: what live refunds took of it is owed again; with IS also what dead ones did."""
        if key not in self.known_invoices:
            raise Missing(f"Zuora has no invoice {key}.")
        bare, owed = self.known_invoices[key], Decimal(0)
        owed -= sum((some.get(key, Decimal(0)) for some in self.applied_again.values()), Decimal(0))
        for refund in self.refunds.values():
            if self.settlement or not refund.dead:
                owed += sum((part.amount for invoice, part in refund.parts or () if invoice == key), Decimal(0))
        return replace(bare, balance=Money(bare.balance.amount + owed, bare.balance.currency))

    def _shown(self, wanted: Callable[[ZuoraRefund], bool]) -> tuple[ZuoraRefund, ...]:
        """What the search shows: each refund's newest version that is old enough."""
        if not self.search_lag and not self.blind:
            return tuple(one for one in self.refunds.values() if wanted(one))
        until = self.clock.mono - self.search_lag
        seen = [[one for at, one in versions if at <= until] for versions in self.versions.values()]
        return () if self.blind else tuple(one[-1] for one in seen if one and wanted(one[-1]))

    def refunds_of_account(self, account_id: str) -> tuple[ZuoraRefund, ...]:
        """Listing (a)."""
        return self._do(
            "refunds_of_account", (account_id,), lambda: self._shown(lambda one: one.account_id == account_id)
        )

    def refunds_updated_since(self, since: datetime) -> tuple[ZuoraRefund, ...]:
        """Listing (b)."""
        return self._do(
            "refunds_updated_since", (since,), lambda: self._shown(lambda one: (one.updated or since) >= since)
        )

    def read_refund(self, refund_id: str) -> ZuoraRefund:
        """One refund by id."""
        return self._do("read_refund", (refund_id,), lambda: self._refund(refund_id))

    def _refund(self, refund_id: str) -> ZuoraRefund:
        if refund_id not in self.versions:
            raise Missing(f"Zuora has no refund {refund_id}.")
        return self.refunds[refund_id]

    def open_line(self) -> Line:
        """A new connection."""
        return self._do("open_line", (), lambda: FakeLine(self.clock.mono))

    def create_refund(self, line: Line, call: CreateCall, key: str, track: str) -> Created:
        """Create once per key."""
        if not isinstance(line, FakeLine) or not line.open:
            raise Unreachable("The line is closed.", "Nothing was sent.")
        line.open = False
        args = (call, key, track)

        def effect() -> Created:
            self.on_write("create_refund", args)
            refund_id = self.keys.answer(key, call, lambda: self._make(call))
            return Created(refund_id, self.clock.wall)

        def stored(failure: Refused | NoAnswer) -> None:
            self.on_write("create_refund", args)
            self.keys.keep_failure(key, call, failure)

        return self.fails.call("create_refund", args, effect, stored)

    def _make(self, call: CreateCall) -> str:
        wanted = json.loads(call.body, parse_float=Decimal, parse_int=Decimal)
        crud = call.path.startswith("/v1/object/refund")
        payment_id = wanted["PaymentId"] if crud else unquote(call.path.split("/")[3])
        if payment_id not in self.known_payments:
            raise Refused(f"No payment {payment_id}.", code="53200040")
        payment = self.payment(payment_id)
        amount = Money(wanted["Amount" if crud else "totalAmount"], payment.amount.currency)
        if not Money(Decimal(0), amount.currency) < amount <= payment.refundable:
            raise Refused(f"{amount} is more than {payment.refundable}, which is left.", code="53200030")
        return self.put(self._refund_from(wanted, crud, payment, amount)).id

    def _refund_from(self, wanted: dict[str, Any], crud: bool, payment: Payment, amount: Money) -> ZuoraRefund:
        self._made += 1
        number = self._made
        lines = wanted.get("RefundInvoicePaymentData", {}).get("RefundInvoicePayment", []) if crud else []
        parts = [(line["InvoiceId"], Money(Decimal(line["RefundAmount"]), amount.currency)) for line in lines]
        parts += [(line["invoiceId"], Money(line["amount"], amount.currency)) for line in wanted.get("invoices", [])]
        if crud and not parts and not isinstance(payment.parts, tuple):
            raise AssertionError("the fake knows the parts of its payments")
        if crud and not parts and isinstance(payment.parts, tuple) and len(payment.parts) == 1:
            parts = [(payment.parts[0].invoice_id, amount)]
        return ZuoraRefund(
            id=f"zr{number}",
            number=f"R-{number:08}",
            account_id=payment.account_id,
            payment_id=payment.id,
            amount=amount,
            date=date.fromisoformat(wanted["RefundDate" if crud else "refundDate"]),
            type="External",
            method=wanted["MethodType" if crud else "methodType"],
            status="Processed",
            integration_id=wanted["IntegrationId__NS"],
            origin=wanted["Origin__NS"],
            sync_date="",
            transferred="No",
            created=None,
            updated=None,
            parts=tuple(parts),
        )

    def mark_refund(self, refund_id: str, values: Mapping[str, str]) -> None:
        """PUT fields of a refund."""
        args = (refund_id, dict(values))

        def effect() -> None:
            self.on_write("mark_refund", args)
            names = {"transferred_to_accounting": "transferred"}
            known = {names.get(name, name): text for name, text in values.items() if name != "transaction"}
            self.put(replace(self._refund(refund_id), **known))  # type: ignore[arg-type]

        self.fails.call("mark_refund", args, effect, lambda error: None)

    def cancel_refund(self, refund_id: str) -> None:
        """PUT: a Processed refund becomes Canceled; a period that is closed, or any other status, is a no."""
        args = (refund_id,)

        def effect() -> None:
            self.on_write("cancel_refund", args)
            refund = self._refund(refund_id)
            if refund.status != "Processed":
                raise Refused(f"A refund with status {refund.status} cannot be canceled.", code="53200030")
            if any(period.holds(refund.date) and not period.is_open for period in self.all_periods):
                raise Refused("The accounting period is closed.", code="53200030")
            self.cancel(refund_id)

        self.fails.call("cancel_refund", args, effect, lambda error: None)

    def apply_payment(self, payment_id: str, parts: Sequence[tuple[str, Money]]) -> None:
        """PUT: bind loose money to invoices; never more than is loose, or than an invoice owes."""
        args = (payment_id, tuple(parts))

        def effect() -> None:
            self.on_write("apply_payment", args)
            payment = self._payment(payment_id)
            if sum(amount.amount for _, amount in parts) > payment.unapplied.amount:
                raise Refused("More than is unapplied.", code="53200030")
            if any(amount > self.invoice(invoice).balance for invoice, amount in parts):
                raise Refused("More than the invoice owes.", code="53200030")
            again = self.applied_again.setdefault(payment_id, {})
            for invoice, amount in parts:
                again[invoice] = again.get(invoice, Decimal(0)) + amount.amount
            self._totals.clear()
            self.on_change()

        self.fails.call("apply_payment", args, effect, lambda error: None)

    def periods(self) -> tuple[Period, ...]:
        """The books' periods; none means that all are open."""
        return self._do("periods", (), lambda: self.all_periods)

    def _do(self, verb: str, args: tuple[Any, ...], effect: Callable[[], T]) -> T:
        return self.fails.call(verb, args, effect, lambda error: None)
