"""From NetSuite's fields to the desk's records. What cannot be read is refused or Unread, never guessed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Application, CreditMemo, Customer, CustomerRefund, Period
from nsz_desk.engine.ports import NOTE, ZUORA_ID, Fields
from nsz_desk.gateways.http import no_answer, scrub
from nsz_desk.gateways.netsuite.fields import script_id
from nsz_desk.gateways.netsuite.soap_read import Custom
from nsz_desk.gateways.netsuite.soap_rows import Values
from nsz_desk.gateways.netsuite.values import amount, business_date, instant, tick
from nsz_desk.settings.model import NetSuiteSettings

Rows = tuple[Application, ...] | Unread
BOOK = "NetSuite"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the same facts are called in a list's row and in a whole record."""

    customer: str
    memo_customer: str
    created: str
    amount: str


ROW = Shape("entity", "entity", "dateCreated", "fxAmount")
RECORD = Shape("customer", "entity", "createdDate", "total")


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn a text that is not what it should be into an answer that says nothing certain.

    Raises:
        NoAnswer: naming what cannot be read.
    """
    try:
        yield
    except ValueError as error:
        raise no_answer("NetSuite", f"{what} cannot be read: {scrub(error)}") from error


class CodesAndMethods(Protocol):
    """Names behind internal ids, over whichever interface."""

    def currency(self, internal_id: str) -> str:
        """The ISO code of a currency. Raises ValueError."""

    def method(self, internal_id: str) -> str:
        """The name of a payment method, "" for none."""


class StatusTexts(Protocol):
    """Integration Status as text, over whichever interface."""

    script_id: str

    def text(self, custom: Custom | None) -> str:
        """The status as text, "" when blank."""


class Mapper:
    """Makes records of one account."""

    def __init__(
        self,
        settings: NetSuiteSettings,
        user_zone: ZoneInfo | None,
        names: CodesAndMethods,
        status: StatusTexts,
        moment: Callable[[str], datetime | None] = instant,
    ) -> None:
        """Use these names. Dates come as midnight of `user_zone`; None: as plain days. `moment` reads a time."""
        self._settings, self._zone, self._names, self._status = settings, user_zone, names, status
        self._moment = moment

    def currency(self, node: Values) -> str:
        """The ISO code of a transaction's currency. Raises ValueError."""
        return self._names.currency(node.ref("currency"))

    def refund(
        self, refund_id: str, node: Values, shape: Shape, applied: Rows, voided: bool | Unread
    ) -> CustomerRefund:
        """A customer refund. Raises ValueError."""
        return CustomerRefund(
            id=refund_id,
            number=node.text("tranId"),
            customer_id=node.ref(shape.customer),
            date=self._day(node.text("tranDate")),
            amount=Money(amount(node.text(shape.amount)), self.currency(node)),
            method=self._names.method(node.ref("paymentMethod")),
            memo=node.words("memo"),
            status_text=self._status.text(node.custom(self._status.script_id)),
            zuora_id=self._text(node, script_id(self._settings, ZUORA_ID)),
            claim_note=self._text(node, script_id(self._settings, NOTE)),
            created=self._maybe(node.text(shape.created)),
            modified=self._maybe(node.text("lastModifiedDate")),
            applied=applied,
            voided=voided,
            subsidiary=node.ref("subsidiary"),
        )

    def memo(
        self,
        memo_id: str,
        node: Values,
        shape: Shape,
        *,
        items: int | Unread,
        applied: Rows,
        refunds: tuple[str, ...] | Unread,
        voided: bool | Unread,
        payments: Mapping[str, str | Unread],
    ) -> CreditMemo:
        """A credit memo; `payments` are the Zuora IDs of NetSuite payments. Raises ValueError."""
        fields = self._settings.fields
        picked = self.reference(node)
        return CreditMemo(
            id=memo_id,
            number=node.text("tranId"),
            customer_id=node.ref(shape.memo_customer),
            amount=Money(amount(node.text(shape.amount)), self.currency(node)),
            create_zuora_refund=self._tick(node, fields.create_zuora_refund),
            payment_id=self._text(node, fields.refund_payment_id),
            reference_zuora_id=payments.get(picked, _no_payment(picked)) if picked else None,
            status_text=self._status.text(node.custom(self._status.script_id)),
            zuora_id=self._text(node, fields.zuora_id),
            created_from=node.ref("createdFrom"),
            item_lines=items,
            applied=applied,
            refunds=refunds,
            voided=voided,
        )

    def reference(self, node: Values) -> str:
        """The internal id of the NetSuite payment that a memo names, "" for none."""
        custom = node.custom(self._settings.fields.refund_payment_reference)
        return (custom.internal_id or custom.text) if custom else ""

    def payment_zuora_id(self, node: Values) -> str:
        """The Zuora ID of a customer payment."""
        return self._text(node, self._settings.fields.zuora_id)

    def customer(self, customer_id: str, node: Values) -> Customer:
        """A customer."""
        name = next((text for n in ("altName", "companyName", "entityId") if (text := node.text(n))), customer_id)
        return Customer(customer_id, name, self._text(node, self._settings.fields.customer_zuora_id))

    def fields(self, node: Values, at: datetime) -> Fields:
        """The desk's fields of a whole refund or memo. Raises ValueError."""
        settings = self._settings
        return Fields(
            status=self._status.text(node.custom(self._status.script_id)),
            zuora_id=self._text(node, script_id(settings, ZUORA_ID)),
            note=self._text(node, script_id(settings, NOTE)),
            at=at,
            modified=self._maybe(node.text("lastModifiedDate")),
        )

    def period(self, node: Values) -> Period | None:
        """A month's accounting period; None for years, quarters and adjustments. Raises ValueError."""
        if any(text and tick(text) for text in map(node.text, ("isYear", "isQuarter", "isAdjust"))):
            return None
        start, end = (self._day(node.text(name)) for name in ("startDate", "endDate"))
        return Period(BOOK, node.text("periodName"), start, end, not tick(node.text("closed")))

    def _text(self, node: Values, field: str) -> str:
        """A text field; one that turns out to be a list shows the name of its choice."""
        custom = node.custom(field) if field else None
        return (custom.text or custom.name or custom.internal_id) if custom else ""

    def _day(self, text: str) -> date:
        return business_date(text, self._zone) if self._zone else date.fromisoformat(text)

    def _maybe(self, text: str) -> datetime | None:
        return self._moment(text) if text else None

    def _tick(self, node: Values, field: str) -> bool:
        custom = node.custom(field)
        return custom is not None and tick(custom.text)


def _no_payment(picked: str) -> Unread:
    return Unread("the picked payment", f"NetSuite does not show payment {picked}")
