"""One look at an account over SOAP: its list of fields, a page of refunds and of credit memos, a few whole records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from nsz_desk.domain.errors import Credentials, DeskError, Refused
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.ports import MEMO, REFUND
from nsz_desk.engine.survey import (
    CUSTOMER,
    LIST,
    TEXT,
    TICK_BOX,
    CustomField,
    FieldsFound,
    ListFound,
    PeriodsFound,
    Right,
    Seen,
    SignedIn,
)
from nsz_desk.gateways.http import no_answer
from nsz_desk.gateways.netsuite.caller import Caller
from nsz_desk.gateways.netsuite.codes import RIGHTS, Failure, error_of
from nsz_desk.gateways.netsuite.fields import KINDS, applied_query, memo_lines_query, memo_query, refund_query
from nsz_desk.gateways.netsuite.mapping import Mapper, readable
from nsz_desk.gateways.netsuite.names import StatusField
from nsz_desk.gateways.netsuite.queries import TransactionQuery
from nsz_desk.gateways.netsuite.records import Records, Ref
from nsz_desk.gateways.netsuite.results import Page, need_success
from nsz_desk.gateways.netsuite.searching import Searches, basic
from nsz_desk.gateways.netsuite.soap_open import Answer
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Row, Values
from nsz_desk.gateways.netsuite.soap_write import Messages
from nsz_desk.settings.model import NetSuiteSettings

BODY, ENTITY = "transactionBodyCustomField", "entityCustomField"
ENOUGH = 200  # lines: these show an application if the account's lists show any, and the methods and statuses in use
FEW = 20  # payment methods whose names are read
NAMES = {"String": TEXT, "Select": LIST, "MultiSelect": LIST, "Boolean": TICK_BOX, "Date": "date"}
NO_LINKS = "it does not tell what a refund is applied to, so each refund is read whole, which takes longer"
NOT_TOLD = Unread("rights", "NetSuite's SOAP interface tells neither the role nor what it may do")
NO_PAYMENT = "no credit memo that was looked at names a payment, so whether payments can be read is not known"
Labels = Mapping[str, str]  # script id in lower case -> label


@dataclass(slots=True)
class SoapSurvey:
    """Looks at one account; in order: `sign_in` first."""

    settings: NetSuiteSettings
    caller: Caller
    messages: Messages
    records: Records
    searches: Searches
    status: StatusField
    mapper: Mapper
    day: date
    _body: Labels | None = None
    _pages: dict[str, Page | DeskError] = field(default_factory=dict)
    _whole: Mapping[Ref, Node | Failure] = field(default_factory=dict)
    _samples: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> SignedIn:
        """See the protocol: the account's list of fields, because every answer tells the time; a refusal does, too."""
        try:
            self._body, at = self._listed(BODY)
        except (Refused, Credentials) as error:
            if error.at is None or (isinstance(error, Credentials) and error.code not in RIGHTS):
                raise
            at = error.at
        return SignedIn(at)

    def _listed(self, kind: str) -> tuple[Labels, datetime]:
        """Label by script id of all custom fields of a kind."""

        def take(answer: Answer) -> Labels:
            result = answer.content.child("getCustomizationIdResult")
            need_success(result, answer.at)
            if result is None:
                raise no_answer("NetSuite", "it answers without a result", answer.at)
            refs = result.rows("customizationRefList", "customizationRef")
            return {one.element.get("scriptId", "").casefold(): one.text("name") for one in refs}

        return self.caller.read(
            "getCustomizationId", lambda passport: self.messages.custom_fields(passport, kind), take
        )

    # -- what is read once
    def _page(self, record: str) -> Page | DeskError:
        """A page of refunds or credit memos with their lines."""
        if record not in self._pages:
            query = _with_lines(self.settings, record)
            try:
                self._pages[record] = self.searches.first(replace(query, since=self.day), ENOUGH)
            except DeskError as error:
                self._pages[record] = error
        return self._pages[record]

    def _rows(self, record: str) -> tuple[Row, ...]:
        page = self._page(record)
        return () if isinstance(page, DeskError) else page.rows

    def _read(self) -> Mapping[Ref, Node | Failure]:
        """In one call: a whole refund, memo, customer and payment, and the payment methods in use."""
        if not self._whole:
            refs = list(self._refs())
            try:
                self._whole = self.records.many(refs) if refs else {}
            except DeskError:
                self._whole = {}
        return self._whole

    def _refs(self) -> Iterator[Ref]:
        for record, kind in KINDS.items():
            if rows := self._rows(record):
                self._samples[record] = basic(rows[0]).ref("internalId")
                yield kind, self._samples[record]
        refunds = [basic(row) for row in self._rows(REFUND)]
        for kind, column, most in (("customer", "entity", 1), ("paymentMethod", "paymentMethod", FEW)):
            yield from [(kind, one) for one in dict.fromkeys(row.ref(column) for row in refunds) if one][:most]
        own = self.settings.fields.refund_payment_reference
        named = (found.internal_id for row in self._rows(MEMO) if (found := basic(row).custom(own)))
        yield from [("customerPayment", one) for one in named if one][:1]

    # -- the protocol
    def fields(self) -> FieldsFound:
        """See the protocol. The account's list of fields proves most; what a field is, only a record shows."""
        shown = {record: list(self._values(record)) for record in (REFUND, MEMO, CUSTOMER)}
        seen = _kinds(self._guessed(CUSTOMER), shown[CUSTOMER])
        listed = {REFUND: self._body, MEMO: self._body, CUSTOMER: None if seen else self._entity()}
        found = [one for record, labels in listed.items() for one in self._found(record, labels, shown[record])]
        return FieldsFound(tuple(found), frozenset(record for record, labels in listed.items() if labels is not None))

    def _entity(self) -> Labels | None:
        """The account's list of fields of customers; asked only where no customer shows the field."""
        try:
            return self._listed(ENTITY)[0]
        except DeskError:
            return None

    def _guessed(self, record: str) -> Labels:
        """The fields of the profile, for want of a list."""
        ids = self.settings.fields.model_dump()
        customer = ids.pop("customer_zuora_id")
        return dict.fromkeys([customer] if record == CUSTOMER else ids.values(), "")

    def _found(self, record: str, listed: Labels | None, shown: list[Values]) -> Iterator[CustomField]:
        """The fields that are listed; without a list those of the profile that some record shows."""
        labels = self._guessed(record) if listed is None else listed
        kinds = _kinds(labels, shown)
        for name, label in labels.items():
            if listed is not None or name in kinds:
                yield CustomField(record, name, label, kinds.get(name, ""))

    def _values(self, record: str) -> Iterator[Values]:
        """Whatever shows custom fields of a kind of record: rows, and one whole record."""
        if record == CUSTOMER:
            yield from (part for row in self._rows(REFUND) if (part := row.get("customerMainJoin")))
        else:
            yield from map(basic, self._rows(record))
        kind = {**KINDS, CUSTOMER: CUSTOMER}[record]
        yield from (node for (of, _), node in self._read().items() if of == kind and isinstance(node, Node))

    def lists(self) -> tuple[ListFound, ...]:
        """See the protocol."""
        return self._list("refunds", REFUND), self._list("credit memos", MEMO), self._payments()

    def _list(self, name: str, record: str) -> ListFound:
        page = self._page(record)
        if isinstance(page, DeskError):
            return ListFound(name, Unread(name, page.title))
        rows = [basic(row) for row in page.rows]
        whole = page.total == len(rows)  # a longer one is only counted with its lines
        name, count = (
            (name, len({row.ref("internalId") for row in rows})) if whole else (f"lines of {name}", page.total)
        )
        blind = record == REFUND and bool(rows) and not any(row.ref("appliedToTransaction") for row in rows)
        return ListFound(name, count, NO_LINKS if blind else "")

    def _payments(self) -> ListFound:
        found = next((node for (kind, _), node in self._read().items() if kind == "customerPayment"), None)
        if isinstance(found, Failure):
            return ListFound("customer payments", Unread("customer payments", error_of(found, None).title))
        return ListFound("customer payments", 1) if found else ListFound("customer payments", 0, NO_PAYMENT)

    def rights(self) -> tuple[Right, ...] | Unread:
        """See the protocol."""
        return NOT_TOLD

    def seen(self) -> Seen:
        """See the protocol. The values of a list are told whole."""
        rows = [basic(row) for record in (REFUND, MEMO) for row in self._rows(record)]
        own = self.settings.fields.integration_status
        held = [found for row in rows if (found := row.custom(own))]
        if held and held[0].kind != "Select":
            return Seen(self._methods(), dict.fromkeys((one.text for one in held), ""), status_is_list=False)
        try:
            values = self.status.values()
        except (Refused, Credentials):
            return Seen(self._methods(), status_is_list=False if not held else None)
        except DeskError:
            return Seen(self._methods())
        return Seen(self._methods(), {text: key for key, text in values.items()}, bool(values), every_status=True)

    def _methods(self) -> tuple[str, ...] | Unread:
        read = {key: node for (kind, key), node in self._read().items() if kind == "paymentMethod"}
        if any(isinstance(node, Failure) for node in read.values()) or isinstance(self._page(REFUND), DeskError):
            return Unread("payment methods", "their names could not be read")
        return tuple(sorted(node.text("name") for node in read.values() if isinstance(node, Node)))

    def periods(self) -> PeriodsFound | Unread:
        """See the protocol."""
        try:
            with readable("an accounting period"):
                found = [self.mapper.period(basic(row)) for row in self.searches.periods()]
        except DeskError as error:
            return Unread("periods", error.title)
        months = [one for one in found if one]
        return PeriodsFound(len(months), sum(one.is_open for one in months))

    def samples(self) -> Mapping[str, str]:
        """See the protocol."""
        self._read()
        return self._samples


def _with_lines(settings: NetSuiteSettings, record: str) -> TransactionQuery:
    """Refunds or credit memos as the desk lists them, and their lines and links in the same rows."""
    if record == REFUND:
        whole, lines = refund_query(settings), applied_query()
    else:
        whole, lines = memo_query(settings), memo_lines_query()
    return replace(whole, columns={**whole.columns, **lines.columns}, joins=lines.joins, main_line=None)


def _kinds(labels: Labels, shown: list[Values]) -> Mapping[str, str]:
    """What the fields are, as far as a record showed them with a value."""
    found = {}
    for name in labels:
        custom = next((one for node in shown if (one := node.custom(name))), None)
        if custom:
            found[name] = NAMES.get(custom.kind, custom.kind.lower())
    return found
