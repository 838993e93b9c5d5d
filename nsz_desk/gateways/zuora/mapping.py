"""Zuora's wire shapes, checked strictly at the door, and the records made of them.

Three dialects tell the same fields under different names: v1 (`refundDate`), Object Query (`refundDate`, other
dates) and the older calls with their query language (`RefundDate`). Unknown fields are ignored.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from nsz_desk.domain.money import Money, exact
from nsz_desk.domain.records import Period, ZuoraAccount, ZuoraRefund
from nsz_desk.gateways.http import no_answer

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")  # ids and numbers; nothing else is put into a path or a query
ID = re.compile(r"[A-Za-z0-9]{15,64}")  # an id as an answer names it
SHAPE_OF_ID = re.compile(r"[0-9a-fA-F]{32}")  # a key of any other shape is taken for a number
NO_SUCH_KEY = frozenset({"20", "23", "27", "40"})  # categories that answer a key which cannot be one
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?")


def _amount(value: object) -> object:
    """An amount as it was written: a JSON number or text with a decimal; never a float, never a bool."""
    if isinstance(value, str):
        return exact(value)
    if isinstance(value, bool | float) or not isinstance(value, int | Decimal):
        raise ValueError("not an amount")
    return Decimal(value)


def _text(value: object) -> object:
    return "" if value is None else value


def _day(value: object) -> object:
    """A business date: its first ten characters; it never passes through a time zone."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d(?!\d)", value):
        return date.fromisoformat(value[:10])
    raise ValueError("not a date")


def _transferred(value: object) -> object:
    """`true` reads Yes, `false` and null read No; texts stay as they are."""
    if value is None or isinstance(value, bool):
        return "Yes" if value else "No"
    return value


_names = AliasChoices  # of the dialects
Amount = Annotated[Decimal, BeforeValidator(_amount)]
MaybeAmount = Annotated[Decimal | None, BeforeValidator(lambda value: None if value is None else _amount(value))]
Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
Transferred = Annotated[str, BeforeValidator(_transferred)]


class Wire(BaseModel):
    """A row of an answer: strict types, unknown fields ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Application(Wire):
    """What a refund took from one invoice (or from loose money) of one payment."""

    payment_id: Text = Field("", validation_alias=_names("paymentId"))
    invoice_id: Text = Field("", validation_alias=_names("invoiceId"))
    amount: Amount = Field(validation_alias=_names("applyAmount"))


class Finance(Wire):
    """The part of a v1 refund that tells how it stands with accounting."""

    transferred: Transferred = Field("No", validation_alias=_names("transferredToAccounting"))


class RefundRow(Wire):
    """A refund in any of the dialects."""

    id: str = Field(validation_alias=_names("id", "Id"), pattern=rf"^{ID.pattern}$")
    number: Text = Field("", validation_alias=_names("number", "refundNumber", "RefundNumber"))
    account_id: Text = Field("", validation_alias=_names("accountId", "AccountId"))
    payment_id: Text = Field("", validation_alias=_names("paymentId"))
    amount: Amount = Field(validation_alias=_names("amount", "Amount"))
    currency: Text = Field("", validation_alias=_names("currency"))
    day: Day = Field(validation_alias=_names("refundDate", "RefundDate"))
    type: Text = Field("", validation_alias=_names("type", "Type"))
    method: Text = Field("", validation_alias=_names("methodType", "MethodType"))
    status: str = Field(validation_alias=_names("status", "Status"))
    integration_id: Text = Field("", validation_alias=_names("IntegrationId__NS"))
    origin: Text = Field("", validation_alias=_names("Origin__NS"))
    sync_date: Text = Field("", validation_alias=_names("SyncDate__NS"))
    transferred: Transferred = Field(
        "No", validation_alias=_names("transferredToAccounting", "TransferredToAccounting")
    )
    finance: Finance | None = Field(None, validation_alias=_names("financeInformation"))
    created: Text = Field("", validation_alias=_names("createdDate", "CreatedDate"))
    updated: Text = Field("", validation_alias=_names("updatedDate", "UpdatedDate"))
    applications: list[Application] | None = Field(None, validation_alias=_names("refundApplications"))


class PaymentRow(Wire):
    """A payment in any of the dialects."""

    id: str = Field(validation_alias=_names("id", "Id"), pattern=rf"^{ID.pattern}$")
    number: Text = Field("", validation_alias=_names("number", "paymentNumber", "PaymentNumber"))
    account_id: str = Field(validation_alias=_names("accountId", "AccountId"))
    amount: Amount = Field(validation_alias=_names("amount", "Amount"))
    refunded: MaybeAmount = Field(None, validation_alias=_names("refundAmount", "RefundAmount"))
    applied: MaybeAmount = Field(None, validation_alias=_names("appliedAmount", "AppliedAmount"))
    unapplied: MaybeAmount = Field(None, validation_alias=_names("unappliedAmount", "UnappliedAmount"))
    credit: MaybeAmount = Field(
        None, validation_alias=_names("creditBalanceAmount", "appliedCreditBalanceAmount", "AppliedCreditBalanceAmount")
    )
    currency: Text = Field("", validation_alias=_names("currency", "Currency"))
    day: Day = Field(validation_alias=_names("effectiveDate", "EffectiveDate"))
    status: str = Field(validation_alias=_names("status", "Status"))


class PartRow(Wire):
    """What a payment is applied to now: an invoice, a debit memo, or nothing."""

    payment_id: Text = Field("", validation_alias=_names("paymentId"))
    invoice_id: Text = Field("", validation_alias=_names("invoiceId"))
    debit_memo_id: Text = Field("", validation_alias=_names("debitMemoId"))
    amount: Amount = Field(validation_alias=_names("amount"))


class InvoicePaymentRow(Wire):
    """Without Invoice Settlement: what a payment paid of an invoice, and what was refunded of that."""

    id: str = Field(validation_alias=_names("Id"))
    payment_id: str = Field(validation_alias=_names("PaymentId"))
    invoice_id: str = Field(validation_alias=_names("InvoiceId"))
    amount: Amount = Field(validation_alias=_names("Amount"))
    refunded: MaybeAmount = Field(None, validation_alias=_names("RefundAmount"))


class RefundLineRow(Wire):
    """Without Invoice Settlement: what a refund took of an invoice payment."""

    refund_id: str = Field(validation_alias=_names("RefundId"))
    invoice_payment_id: Text = Field("", validation_alias=_names("InvoicePaymentId"))
    invoice_id: Text = Field("", validation_alias=_names("InvoiceId"))
    amount: Amount = Field(validation_alias=_names("RefundAmount"))


class AccountRow(Wire):
    """An account in any of the dialects."""

    id: str = Field(validation_alias=_names("id", "Id"), pattern=rf"^{ID.pattern}$")
    number: Text = Field("", validation_alias=_names("accountNumber", "AccountNumber"))
    name: Text = Field("", validation_alias=_names("name", "Name"))
    currency: Text = Field("", validation_alias=_names("currency", "Currency"))
    parent_id: Text = Field("", validation_alias=_names("parentId", "ParentId"))

    def record(self) -> ZuoraAccount:
        """The account as the house knows it."""
        return ZuoraAccount(self.id, self.number, self.name, self.currency.upper(), self.parent_id)


class InvoiceRow(Wire):
    """An invoice's id and number."""

    id: str = Field(validation_alias=_names("id", "Id"))
    number: Text = Field("", validation_alias=_names("invoiceNumber", "InvoiceNumber"))


class WholeInvoiceRow(InvoiceRow):
    """An invoice with its date and its balance, in any of the dialects."""

    account_id: Text = Field("", validation_alias=_names("accountId", "AccountId"))
    day: Day = Field(validation_alias=_names("invoiceDate", "InvoiceDate"))
    amount: Amount = Field(validation_alias=_names("amount", "Amount"))
    balance: Amount = Field(validation_alias=_names("balance", "Balance"))
    currency: Text = Field("", validation_alias=_names("currency", "Currency"))


class PeriodRow(Wire):
    """An accounting period."""

    name: Text = Field("", validation_alias=_names("name"))
    start: Day = Field(validation_alias=_names("startDate"))
    end: Day = Field(validation_alias=_names("endDate"))
    status: str = Field(validation_alias=_names("status"))

    def record(self) -> Period:
        """The period; only the word Open counts as open."""
        return Period("Zuora", self.name, self.start, self.end, self.status.casefold() == "open")


R = TypeVar("R", bound=Wire)


def read_row(shape: type[R], row: object) -> R:
    """Check a row. Raises `NoAnswer` that names the fields, never their content."""
    try:
        return shape.model_validate(row)
    except ValidationError as error:
        names = sorted({str(part) for fault in error.errors(include_input=False) for part in fault["loc"]})
        what = shape.__name__.removesuffix("Row").lower()
        raise no_answer("Zuora", f"a {what} cannot be read ({', '.join(names)[:100]})") from None


def read_rows(shape: type[R], rows: Iterable[object]) -> list[R]:
    """Check many rows; raises as `read_row`."""
    return [read_row(shape, row) for row in rows]


def moment(text: str, bare_is_utc: bool = False) -> datetime | None:
    """A time of any dialect as UTC; one without an offset is None, or taken as UTC where asked for.

    In which zone v1 writes times without an offset is documented nowhere.
    """
    found = _WHEN.fullmatch(text.strip())
    if not found or not (found[4] or bare_is_utc):
        return None
    offset = "+00:00" if found[4] in (None, "Z") else found[4]
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}.{(found[3] or '0')[:6]:0<6}{offset}").astimezone(UTC)
    except ValueError:
        return None


Parts = tuple[tuple[str, Money], ...]


def refund(row: RefundRow, currency: str, payment_id: str | None = None, parts: Parts | None = None) -> ZuoraRefund:
    """The refund as the house knows it; what its applications tell is taken where nothing better is given."""
    told = {one.payment_id for one in row.applications or () if one.payment_id}
    sole = next(iter(told)) if len(told) == 1 else None
    if parts is None and row.applications:
        parts = application_parts(row.applications, row.amount, currency)
    return ZuoraRefund(
        id=row.id,
        number=row.number,
        account_id=row.account_id,
        payment_id=payment_id or row.payment_id or sole,
        amount=Money(row.amount, currency),
        date=row.day,
        type=row.type,
        method=row.method,
        status=row.status,
        integration_id=row.integration_id.strip(),
        origin=row.origin,
        sync_date=row.sync_date,
        transferred=row.finance.transferred if row.finance else row.transferred,
        created=moment(row.created, bare_is_utc=True),
        updated=moment(row.updated),
        parts=parts,
    )


def application_parts(rows: Iterable[Application], whole: Decimal, currency: str) -> Parts | None:
    """Amounts per invoice; None when the rows do not add up to the refund, as some are then not seen."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.invoice_id] = found.get(row.invoice_id, Decimal(0)) + row.amount
    if sum(found.values()) != whole:
        return None
    return tuple((key, Money(amount, currency)) for key, amount in sorted(found.items()) if key)


def by_key(rows: Mapping[str, R], keys: Iterable[str], number: str = "number") -> dict[str, R]:
    """Rows by the key they were asked for with: their id or their number."""
    numbers = {getattr(row, number): row for row in rows.values() if getattr(row, number)}
    return {key: row for key in keys if (row := rows.get(key) or numbers.get(key)) is not None}
