"""NetSuite in memory: refunds, memos and customers, with the desk's three fields on the first two."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from nsz_desk.domain.allocation import MemoLine
from nsz_desk.domain.errors import Missing
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CreditMemo, Customer, CustomerRefund, Period
from nsz_desk.engine.ports import (
    MEMO,
    NOTE,
    REFUND,
    STATUS,
    ZUORA_ID,
    Fields,
    NetSuiteFacts,
    NetSuiteListing,
    Report,
)
from nsz_desk.engine.survey import (
    CUSTOMER,
    TEXT,
    CustomField,
    FieldsFound,
    ListFound,
    PeriodsFound,
    Right,
    Seen,
    SignedIn,
)
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults, Power

T = TypeVar("T")
Write = Callable[[str, tuple[Any, ...]], None]


class FakeNetSuite:
    """The NetSuite port over dictionaries. `on_write` sees every write before it happens, `fails` plans faults."""

    def __init__(self, clock: FakeClock, power: Power | None = None) -> None:
        self.clock = clock
        self.fails = Faults(power or Power(), lambda: clock.mono)
        self.refunds: dict[str, CustomerRefund] = {}
        self.memos: dict[str, CreditMemo] = {}
        self.customers: dict[str, Customer] = {}
        self.memo_notes: dict[str, str] = {}
        self.lines: dict[str, tuple[MemoLine, ...]] = {}
        self.field_list: tuple[CustomField, ...] = tuple(
            CustomField(record, "custbodyzuoraid", "Zuora ID", TEXT) for record in (REFUND, MEMO)
        )
        self.listed = frozenset({REFUND, MEMO, CUSTOMER})  # records of which all custom fields are known
        self.role = ""
        self.rights: tuple[Right, ...] | Unread = Unread("rights", "the books in memory have no roles")
        self.values = Seen(("Check",), {}, status_is_list=False)
        self.open_periods: tuple[Period, ...] = ()
        self.on_write: Write = lambda verb, args: None

    def pending(self, since: date, report: Report) -> NetSuiteListing:
        """Refunds since a date that are not voided, with the memos and customers they name."""
        return self._do("pending", (since,), lambda: self._listing(since))

    def _listing(self, since: date) -> NetSuiteListing:
        refunds = tuple(one for one in self.refunds.values() if one.date >= since and one.voided is not True)
        older = sum(1 for one in self.refunds.values() if one.date < since and not one.zuora_id)
        return NetSuiteListing(refunds, dict(self.memos), dict(self.customers), self.clock.wall, older)

    def read(self, refund_id: str) -> NetSuiteFacts:
        """One refund whole."""
        return self._do("read", (refund_id,), lambda: self._facts(refund_id))

    def glance(self, refund_id: str) -> NetSuiteFacts:
        """One refund and its memos, without what would need a search."""
        return self._do("glance", (refund_id,), lambda: self._glanced(refund_id))

    def _glanced(self, refund_id: str) -> NetSuiteFacts:
        facts, out = self._facts(refund_id), Unread("it", "a glance does not read it")
        refund = replace(facts.refund, applied=out, voided=out)
        memos = tuple(replace(memo, applied=out, refunds=out, voided=out) for memo in facts.memos)
        return NetSuiteFacts(refund, memos, out, facts.at)

    def _facts(self, refund_id: str) -> NetSuiteFacts:
        refund = self._get(self.refunds, refund_id)
        rows = () if isinstance(refund.applied, Unread) else refund.applied
        memos = tuple(self._get(self.memos, row.doc) for row in rows if row.doc in self.memos)
        customer = self.customers.get(refund.customer_id) or Unread("customer", "not found")
        return NetSuiteFacts(refund, memos, customer, self.clock.wall)

    def memo_lines(self, memo_id: str) -> tuple[MemoLine, ...]:
        """The lines that the test gave it."""
        return self._do("memo_lines", (memo_id,), lambda: self.lines.get(memo_id, ()))

    def read_fields(self, record: str, record_id: str) -> Fields:
        """The desk's three fields."""
        return self._do("read_fields", (record, record_id), lambda: self._fields(record, record_id))

    def _fields(self, record: str, record_id: str) -> Fields:
        if record == REFUND:
            refund = self._get(self.refunds, record_id)
            return Fields(refund.status_text, refund.zuora_id, refund.claim_note, self.clock.wall, refund.modified)
        memo = self._get(self.memos, record_id)
        return Fields(memo.status_text, memo.zuora_id, self.memo_notes.get(record_id, ""), self.clock.wall)

    def write_fields(self, record: str, record_id: str, values: Mapping[str, str], clear: Sequence[str]) -> datetime:
        """Set and clear fields of one record; all of them or none."""
        args = (record, record_id, dict(values), list(clear))
        return self._do("write_fields", args, lambda: self._write(record, record_id, values, clear))

    def _write(self, record: str, record_id: str, values: Mapping[str, str], clear: Sequence[str]) -> datetime:
        assert set(values) | set(clear) <= {STATUS, ZUORA_ID, NOTE}, "the desk writes three fields only"
        assert all(values.values()), "an empty text is no way to clear a field"
        new = {**values, **dict.fromkeys(clear, "")}
        if record == REFUND:
            refund = self._get(self.refunds, record_id)
            self.refunds[record_id] = replace(
                refund,
                status_text=new.get(STATUS, refund.status_text),
                zuora_id=new.get(ZUORA_ID, refund.zuora_id),
                claim_note=new.get(NOTE, refund.claim_note),
                modified=self.clock.wall,
            )
            return self.clock.wall
        memo = self._get(self.memos, record_id)
        self.memo_notes[record_id] = new.get(NOTE, self.memo_notes.get(record_id, ""))
        self.memos[record_id] = replace(
            memo, status_text=new.get(STATUS, memo.status_text), zuora_id=new.get(ZUORA_ID, memo.zuora_id)
        )
        return self.clock.wall

    def server_time(self) -> datetime:
        """The world's clock."""
        return self._do("server_time", (), lambda: self.clock.wall)

    def periods(self) -> tuple[Period, ...]:
        """The books' periods; none means that all are open."""
        return self._do("periods", (), lambda: self.open_periods)

    def survey(self, since: date) -> "FakeSurvey":
        """A look at what the test set."""
        return FakeSurvey(self)

    def _get(self, records: Mapping[str, T], record_id: str) -> T:
        if record_id not in records:
            raise Missing(f"NetSuite has no record {record_id}.", code="RCRD_DSNT_EXIST")
        return records[record_id]

    def _do(self, verb: str, args: tuple[Any, ...], effect: Callable[[], T]) -> T:
        def watched() -> T:
            if verb == "write_fields":
                self.on_write(verb, args)
            return effect()

        return self.fails.call(verb, args, watched, lambda error: None)


class FakeSurvey:
    """The survey of the books in memory; every question is a call that can be made to fail."""

    def __init__(self, books: FakeNetSuite) -> None:
        self._books = books

    def sign_in(self) -> SignedIn:
        """The world's clock; nobody by name."""
        return self._books._do("server_time", (), lambda: SignedIn(self._books.clock.wall, role=self._books.role))

    def fields(self) -> FieldsFound:
        """What the account has, as the test set it."""
        return self._books._do("fields", (), lambda: FieldsFound(self._books.field_list, self._books.listed))

    def lists(self) -> tuple[ListFound, ...]:
        """One list: the refunds."""
        return self._books._do("lists", (), lambda: (ListFound("refunds", len(self._books.refunds)),))

    def rights(self) -> tuple[Right, ...] | Unread:
        """As the test set them."""
        return self._books.rights

    def seen(self) -> Seen:
        """As the test set them."""
        return self._books._do("seen", (), lambda: self._books.values)

    def periods(self) -> PeriodsFound | Unread:
        """How many there are, and how many are open."""
        found = self._books._do("periods", (), lambda: self._books.open_periods)
        return PeriodsFound(len(found), sum(one.is_open for one in found))

    def samples(self) -> Mapping[str, str]:
        """The first refund and the first memo."""
        first = {REFUND: next(iter(self._books.refunds), ""), MEMO: next(iter(self._books.memos), "")}
        return {record: key for record, key in first.items() if key}
