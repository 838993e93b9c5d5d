"""Payments with what they are applied to: many in few calls for the list, one by id where money depends on it.

With Invoice Settlement a payment's parts tell only what is applied *now*. Which invoices it paid before it was
refunded comes from its account's refunds and their applications; where that cannot be read for a payment that
was refunded before, its parts are unread, so that no rule takes one remaining invoice for the only one.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from nsz_desk.domain.errors import Missing, NoAnswer, Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import LIVE, InvoicePart, Payment
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.zuora import lists
from nsz_desk.gateways.zuora.accounts import account_rows
from nsz_desk.gateways.zuora.mapping import (
    KEY,
    NO_SUCH_KEY,
    SHAPE_OF_ID,
    InvoicePaymentRow,
    InvoiceRow,
    PartRow,
    PaymentRow,
    RefundRow,
    by_key,
    read_row,
    read_rows,
)
from nsz_desk.gateways.zuora.rest import Rest

ZERO = Decimal(0)
PAID = dict[str, Decimal]  # amount by invoice id
ZOQL_PAYMENT = "Id, PaymentNumber, AccountId, Amount, RefundAmount, EffectiveDate, Status"
ZOQL_PAID = "Id, PaymentId, InvoiceId, Amount, RefundAmount"


class Part(NamedTuple):
    """A part of a payment before currency and invoice number are known."""

    invoice_id: str
    applied: Decimal
    refunded: Decimal | None


class Payments:
    """Reads payments; remembers invoice numbers and accounts' currencies, which do not change."""

    def __init__(self, rest: Rest, settlement: bool) -> None:
        """`settlement`: whether Invoice Settlement is on, as the profile pins it."""
        self._rest, self._settlement = rest, settlement
        self._invoice_numbers: dict[str, str] = {}
        self._currencies: dict[str, str] = {}  # by account

    def many(self, keys: Iterable[str]) -> dict[str, Payment]:
        """Payments by id or number, those that exist, keyed by what was asked for; raises as `Rest.get`."""
        wanted = sorted(set(keys))
        found = by_key({row.id: row for row in self.rows(wanted)}, wanted)
        for key in wanted:
            if key not in found and KEY.fullmatch(key) and (row := self._one_row_or_none(key)):
                found[key] = row
        rows = {row.id: row for row in found.values()}
        parts = self._parts_now(rows) if self._settlement else self._paid(rows)
        self._learn_numbers(
            {part.invoice_id for some in parts.values() if not isinstance(some, Unread) for part in some}
        )
        made = {key: self._record(row, parts[key]) for key, row in rows.items()}
        return {key: made[row.id] for key, row in found.items()}

    def one(self, key: str) -> Payment:
        """One payment as it stands now, by id. Raises `Missing` and as `Rest.get`."""
        row = self._one_row(key)
        if not self._settlement:
            return self._record(row, self._paid({row.id: row})[row.id])
        return self._record(row, _invoice_parts(row, self._parts_of(row.id)))

    def rows(self, keys: Sequence[str]) -> list[PaymentRow]:
        """Payments by id or number as a search shows them; one that the search does not show may still exist."""
        if not self._settlement:
            try:
                return self._queried(keys, f"{ZOQL_PAYMENT}, Currency")
            except Refused:
                return self._queried(keys, ZOQL_PAYMENT)  # its accounts know the currency
        found = []
        for field, some in _by_field(keys, "id", "paymentnumber"):
            try:
                found += lists.object_list_by_keys(self._rest, "payments", field, some)
            except Refused:
                continue  # not filterable here: they are read one by one
        rows, wanted = read_rows(PaymentRow, found), frozenset(keys)
        return [row for row in rows if (row.refunded is not None and row.id in wanted) or row.number in wanted]

    def _queried(self, keys: Sequence[str], fields: str) -> list[PaymentRow]:
        found = []
        for column, some in _by_field(keys, "Id", "PaymentNumber"):
            found += lists.zoql_by_keys(self._rest, fields, "Payment", column, some)
        return read_rows(PaymentRow, found)

    def _one_row(self, key: str) -> PaymentRow:
        if not KEY.fullmatch(key):
            raise Missing("Zuora has no such payment.", "Nothing was changed by this call.", "Check the payment id.")
        if self._settlement:
            return read_row(PaymentRow, self._rest.get(f"/v1/payments/{key}"))
        if not SHAPE_OF_ID.fullmatch(key):
            rows = lists.zoql_by_keys(self._rest, "Id", "Payment", "PaymentNumber", [key])
            if len(rows) != 1:
                raise Missing("Zuora has no such payment.", "Nothing was changed by this call.", "Check its number.")
            key = str(rows[0].get("Id", ""))
        return read_row(PaymentRow, self._rest.get(f"/v1/object/payment/{key}", flag=""))

    def _one_row_or_none(self, key: str) -> PaymentRow | None:
        try:
            return self._one_row(key)
        except Refused as error:
            if isinstance(error, Missing) or error.code[-2:] in NO_SUCH_KEY:
                return None
            raise

    def _record(self, row: PaymentRow, parts: tuple[Part, ...] | Unread) -> Payment:
        currency = self.currency(row)
        made: tuple[InvoicePart, ...] | Unread
        if isinstance(parts, Unread):
            made = parts
        else:
            made = tuple(
                InvoicePart(
                    part.invoice_id,
                    self._invoice_numbers.get(part.invoice_id, ""),
                    Money(part.applied, currency),
                    None if part.refunded is None else Money(part.refunded, currency),
                )
                for part in parts
            )
        unapplied = (row.unapplied or ZERO) if self._settlement else ZERO
        return Payment(
            id=row.id,
            number=row.number,
            account_id=row.account_id,
            date=row.day,
            amount=Money(row.amount, currency),
            refunded=Money(refunded_total(row, self._settlement), currency),
            unapplied=Money(unapplied, currency),
            status=row.status,
            parts=made,
        )

    def currency(self, row: PaymentRow) -> str:
        """The payment's currency, its account's where the call does not tell it."""
        return self.currency_of(row.currency, row.account_id)

    def currency_of(self, told: str, account_id: str) -> str:
        """The currency that was told of a payment or invoice, else its account's."""
        if told:
            return told.upper()
        self.learn_currencies([account_id])
        if not self._currencies.get(account_id):
            raise no_answer("Zuora", "a currency is not told")
        return self._currencies[account_id]

    def learn_currencies(self, account_ids: Iterable[str]) -> None:
        """Read the currencies of accounts that are not known yet, in few calls."""
        if missing := sorted(set(account_ids) - self._currencies.keys()):
            found = account_rows(self._rest, self._settlement, missing)
            self._currencies.update({key: row.currency.upper() for key, row in found.items() if row.currency})

    def _paid(self, rows: Mapping[str, PaymentRow]) -> dict[str, tuple[Part, ...] | Unread]:
        """Without Invoice Settlement: invoice payments, each with what was refunded of it."""
        asked = lists.zoql_by_keys(self._rest, ZOQL_PAID, "InvoicePayment", "PaymentId", rows)
        found: dict[str, list[Part]] = {key: [] for key in rows}
        for paid in read_rows(InvoicePaymentRow, asked):
            if paid.payment_id not in found:
                raise no_answer("Zuora", "a list does not match its filter")
            refunded = paid.refunded or ZERO
            found[paid.payment_id].append(Part(paid.invoice_id, paid.amount - refunded, refunded))
        return {key: tuple(sorted(some, key=lambda part: part.invoice_id)) for key, some in found.items()}

    def _parts_now(self, rows: Mapping[str, PaymentRow]) -> dict[str, tuple[Part, ...] | Unread]:
        """With Invoice Settlement: what is applied now, and the invoices refunded before."""
        seen = self._parts_in_bulk(rows)
        before, told = self._refunded_before([row for row in rows.values() if refunded_total(row, True) > 0])
        found: dict[str, tuple[Part, ...] | Unread] = {}
        for key, row in rows.items():
            some = seen.get(key)
            if some is None or not _adds_up(row, some):
                some = self._parts_of(key)
            parts = _invoice_parts(row, some)
            found[key] = parts if isinstance(parts, Unread) else _with_history(row, parts, before.get(key), told)
        return found

    def _parts_in_bulk(self, rows: Mapping[str, PaymentRow]) -> dict[str, list[PartRow]]:
        try:
            asked = lists.object_list_by_keys(self._rest, "payment-parts", "paymentid", rows)
        except Refused:
            return {}  # whether this filter exists is documented nowhere
        found: dict[str, list[PartRow]] = {key: [] for key in rows}
        for part in read_rows(PartRow, asked):
            if part.payment_id not in found:
                return {}  # the filter was ignored
            found[part.payment_id].append(part)
        return found

    def _parts_of(self, key: str) -> list[PartRow]:
        return read_rows(PartRow, lists.v1_list(self._rest, f"/v1/payments/{key}/parts", "parts"))

    def _refunded_before(self, rows: Sequence[PaymentRow]) -> tuple[dict[str, PAID], bool]:
        """What live refunds took, per payment and invoice; False when it could not be read."""
        try:
            asked = lists.object_list_by_keys(
                self._rest,
                "refunds",
                "accountid",
                (row.account_id for row in rows),
                [("expand[]", "refundapplications")],
            )
        except (Refused, NoAnswer):
            return {}, False
        found: dict[str, PAID] = {}
        for refund in read_rows(RefundRow, asked):
            if refund.status.casefold() in LIVE:
                for one in refund.applications or ():
                    paid = found.setdefault(one.payment_id, {})
                    paid[one.invoice_id] = paid.get(one.invoice_id, ZERO) + one.amount
        return found, True

    def _learn_numbers(self, ids: Iterable[str]) -> None:
        """Numbers are for people only: one that cannot be read stays blank."""
        missing = [key for key in ids if key not in self._invoice_numbers]
        try:
            found = (
                lists.object_list_by_keys(self._rest, "invoices", "id", missing)
                if self._settlement
                else lists.zoql_by_keys(self._rest, "Id, InvoiceNumber", "Invoice", "Id", missing)
            )
        except Refused:
            return
        self._invoice_numbers.update({row.id: row.number for row in read_rows(InvoiceRow, found)})


def refunded_total(row: PaymentRow, settlement: bool) -> Decimal:
    """The payment's refunded total; where none is given, amount less applied, unapplied and credit balance.

    Raises:
        NoAnswer: neither is told.
    """
    if row.refunded is not None:
        return row.refunded
    if not settlement:
        return ZERO  # the query language leaves out what is null
    if row.applied is None or row.unapplied is None:
        raise no_answer("Zuora", "a payment's refunded total is not told")
    return row.amount - row.applied - row.unapplied - (row.credit or ZERO)


def _by_field(keys: Iterable[str], of_ids: str, of_numbers: str) -> list[tuple[str, list[str]]]:
    """The keys with the field that each is to be searched in."""
    found: dict[str, list[str]] = {of_ids: [], of_numbers: []}
    for key in keys:
        found[of_ids if SHAPE_OF_ID.fullmatch(key) else of_numbers].append(key)
    return list(found.items())


def _adds_up(row: PaymentRow, parts: Iterable[PartRow]) -> bool:
    """Whether the applied parts are what the payment says it is applied to."""
    applied = sum((part.amount for part in parts if part.invoice_id or part.debit_memo_id), ZERO)
    return row.applied is None or applied == row.applied


def _invoice_parts(row: PaymentRow, parts: Sequence[PartRow]) -> tuple[Part, ...] | Unread:
    if not _adds_up(row, parts):
        return Unread("parts of the payment", "they do not add up to what the payment is applied to")
    if any(part.debit_memo_id for part in parts):
        return Unread("parts of the payment", "a part is applied to a debit memo, which the desk does not split")
    found: PAID = {}
    for part in parts:
        if part.invoice_id and part.amount:
            found[part.invoice_id] = found.get(part.invoice_id, ZERO) + part.amount
    return tuple(Part(key, amount, None) for key, amount in sorted(found.items()))


def _with_history(
    row: PaymentRow, parts: tuple[Part, ...], before: PAID | None, told: bool
) -> tuple[Part, ...] | Unread:
    """Add what was refunded before: an invoice whose money is all refunded still counts as one that was paid."""
    total = refunded_total(row, True)
    if total == 0:
        return tuple(Part(part.invoice_id, part.applied, ZERO) for part in parts)
    if not told or sum((before or {}).values(), ZERO) != total:
        return Unread("parts of the payment", "it was refunded before, and from which invoices cannot be read")
    now = {part.invoice_id: part.applied for part in parts}
    past = {key: amount for key, amount in (before or {}).items() if key}
    return tuple(Part(key, now.get(key, ZERO), past.get(key, ZERO)) for key in sorted(now.keys() | past.keys()))
