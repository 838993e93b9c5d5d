"""The columns of every list, as data: the window, the command line and the exports read the same tuples."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.engine.canonical import Json
from nsz_desk.rules.book import Judgement, Verdict
from nsz_desk.rules.rule import Answer


@dataclass(frozen=True, slots=True)
class Row:
    """One pending refund as the lists show it, with the case and the judgement behind it."""

    id: str
    number: str
    customer: str
    amount: Money
    memo_number: str
    payment: str
    account_id: str
    status: str
    case: RefundCase
    judgement: Judgement

    @property
    def verdict(self) -> Verdict:
        """The verdict of all rules."""
        return self.judgement.verdict

    @property
    def can_sync(self) -> bool:
        """Ready; or an old claim is all that speaks against it, and Zuora shows no refund of it.

        Such a row is synced only when a person names it; the search decides again before anything is sent.
        """
        return self.verdict is Verdict.READY or self.only_an_old_claim()

    @property
    def can_undo(self) -> bool:
        """Synced, or drifted since: it names a Zuora refund, and no episode of this desk is open for it."""
        named = bool(self.case.refund.zuora_id.strip()) and not self.case.desk.open_episode
        return named and (self.verdict is Verdict.SYNCED or (self.verdict is Verdict.IN_DOUBT and not self.can_sync))

    @property
    def may_be_linked(self) -> bool:
        """A refund made by hand may exist for it: it waits for a person (M.1), or Zuora has a look-alike (D.12)."""
        twin = any(one.rule == "D.12" and one.answer is Answer.FAIL for one in self.judgement.findings)
        return twin or self.verdict is Verdict.MANUAL

    @property
    def can_unlink(self) -> bool:
        """This desk linked it to a Zuora refund that a person had made, and the link still stands."""
        return self.case.desk.linked and self.verdict in (Verdict.SYNCED, Verdict.IN_DOUBT)

    @property
    def may_be_decided(self) -> bool:
        """In doubt for more than an old claim, or beside a look-alike (D.12): a person may have to decide."""
        twin = any(one.rule == "D.12" and one.answer is Answer.FAIL for one in self.judgement.findings)
        return twin or (self.verdict is Verdict.IN_DOUBT and not self.can_sync)

    def only_an_old_claim(self, waived: frozenset[str] = frozenset()) -> bool:
        """Whether an old claim that left nothing in Zuora is all that speaks against it, but for the rules `waived`."""
        if self.verdict is not Verdict.IN_DOUBT or self.case.desk.open_episode:
            return False
        asked = [one for one in self.judgement.findings if one.rule != "D.1" and one.rule not in waived]
        own = self.case.own_refunds_fact
        none_live = not isinstance(own, Unread) and all(refund.dead for refund in own)
        return none_live and all(one.answer is Answer.PASS for one in asked)


def row_of(case: RefundCase, judgement: Judgement) -> Row:
    """The row of a case; what could not be read is shown as a blank."""
    memos = () if isinstance(case.memos, Unread) else case.memos
    payment = None if isinstance(case.payment_fact, Unread) else case.payment_fact
    customer = case.customer_fact.name if not isinstance(case.customer_fact, Unread) else ""
    return Row(
        id=case.refund.id,
        number=case.refund.number,
        customer=customer,
        amount=case.refund.amount,
        memo_number=", ".join(memo.number for memo in memos),
        payment=payment.number if payment else next((memo.payment_id for memo in memos if memo.payment_id), ""),
        account_id=payment.account_id if payment else "",
        status=case.refund.status_text,
        case=case,
        judgement=judgement,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key in JSON and settings, title, what kind of value it is, and the native value.

    `kind` is one of verdict, text, money, date; it decides alignment and format in each face.
    """

    key: str
    title: str
    kind: str
    value: Callable[[Row], Any]
    tip: str = ""


PENDING: tuple[Column, ...] = (
    Column("verdict", "Verdict", "verdict", lambda row: row.verdict, "What all rules together say"),
    Column("number", "Refund", "text", lambda row: row.number, "NetSuite refund number"),
    Column("customer", "Customer", "text", lambda row: row.customer),
    Column("amount", "Amount", "money", lambda row: row.amount),
    Column("why", "Why", "text", lambda row: row.judgement.why, "The first reason, in page order"),
    Column("date", "Date", "date", lambda row: row.case.refund.date, "The refund's date; it goes to Zuora as it is"),
    Column("credit_memo", "Credit memo", "text", lambda row: row.memo_number),
    Column("payment", "Zuora payment", "text", lambda row: row.payment),
    Column("status", "Integration Status", "text", lambda row: row.status),
)


def row_json(row: Row) -> dict[str, Json]:
    """A row in the contract's form."""
    return {
        "id": row.id,
        "number": row.number,
        "date": row.case.refund.date.isoformat(),
        "customer": row.customer,
        "amount": row.amount.json(),
        "credit_memo": row.memo_number,
        "payment": row.payment,
        "status": row.status,
        "verdict": row.verdict.value,
        "why": row.judgement.why,
        "next_step": row.judgement.next_step,
        "findings": [
            {
                "rule": finding.rule,
                "answer": finding.answer.value,
                "facts": dict(finding.facts),
                "cause": finding.cause,
                "fix": finding.fix,
                "note": finding.note,
            }
            for finding in row.judgement.findings
        ],
    }
