"""The credit memos of listed refunds: from lists where the account shows links there, else from whole records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import CreditMemo, CustomerRefund, Kind
from nsz_desk.engine.ports import Report
from nsz_desk.gateways.netsuite.fields import memo_lines_query, memo_query
from nsz_desk.gateways.netsuite.links import Lines, applications, lines_of, refunds_of_memo
from nsz_desk.gateways.netsuite.mapping import ROW, Mapper, readable
from nsz_desk.gateways.netsuite.names import Names
from nsz_desk.gateways.netsuite.records import Records
from nsz_desk.gateways.netsuite.searching import Searches, basic, by_id, by_line
from nsz_desk.gateways.netsuite.soap_read import Node
from nsz_desk.gateways.netsuite.soap_rows import Part
from nsz_desk.gateways.netsuite.whole import Whole
from nsz_desk.settings.model import NetSuiteSettings

NO_LINES = Unread("the lines of the credit memo", "NetSuite's list does not show them")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read about memos, by memo: lines, refunds that say they are applied, refunds found, voids, payments."""

    lines: Mapping[str, Lines]
    known: Mapping[str, set[str]]
    searched: Mapping[str, set[str]]
    voided: set[str]
    payments: Mapping[str, str | Unread]


@dataclass(frozen=True, slots=True)
class ListedMemos:
    """Reads memos."""

    settings: NetSuiteSettings
    records: Records
    searches: Searches
    names: Names
    mapper: Mapper
    whole: Whole

    def of_refunds(self, refunds: Iterable[CustomerRefund], report: Report) -> Mapping[str, CreditMemo]:
        """The memos that the refunds are applied to, by id; one that cannot be read is not among them.

        Raises:
            DeskError: a list could not be read.
        """
        known = known_refunds(refunds)
        if not known:
            return {}
        voided = self.whole.voided(known)
        report.check()
        with readable("the applied rows of credit memos"):
            lines = lines_of(self.searches.by_ids(memo_lines_query(), known, by_line))
        report.check()
        if not any(one.applied or one.applying for one in lines.values()):
            return self._whole_memos(known, voided)  # no links at all: this account does not show them in lists
        return self._listed(lines, known, voided, report)

    def _whole_memos(self, known: Mapping[str, set[str]], voided: set[str]) -> Mapping[str, CreditMemo]:
        records = self.records.many(("creditMemo", memo_id) for memo_id in known)
        nodes = {key: node for (_, key), node in records.items() if isinstance(node, Node)}
        return self.whole.memos(nodes, known, voided)

    def _listed(
        self, lines: Mapping[str, Lines], known: Mapping[str, set[str]], voided: set[str], report: Report
    ) -> Mapping[str, CreditMemo]:
        parts = [basic(row) for row in self.searches.by_ids(memo_query(self.settings), known, by_id)]
        report.check()
        searched = self.whole.refunds_of(known)
        self.names.load((part.ref("currency") for part in parts), ())
        payments = self.whole.payments(filter(None, map(self.mapper.reference, parts)))
        evidence = Evidence(lines, known, searched, voided, payments)
        return {part.ref("internalId"): self._memo(part.ref("internalId"), part, evidence) for part in parts}

    def _memo(self, memo_id: str, part: Part, evidence: Evidence) -> CreditMemo:
        own = evidence.lines.get(memo_id)
        shown = {link.doc for link in own.applying if link.kind is Kind.REFUND} if own else set()
        with readable(f"credit memo {memo_id}"):
            return self.mapper.memo(
                memo_id,
                part,
                ROW,
                items=own.items if own else NO_LINES,
                applied=applications([*own.applied, *own.applying], self.mapper.currency(part)) if own else NO_LINES,
                refunds=refunds_of_memo(evidence.known[memo_id], evidence.searched.get(memo_id, set()), shown),
                voided=memo_id in evidence.voided,
                payments=evidence.payments,
            )


def known_refunds(refunds: Iterable[CustomerRefund]) -> dict[str, set[str]]:
    """Which of the refunds say that they are applied to each memo."""
    known: dict[str, set[str]] = {}
    for refund in refunds:
        for row in refund.applied if not isinstance(refund.applied, Unread) else ():
            if row.kind is Kind.CREDIT_MEMO:
                known.setdefault(row.doc, set()).add(refund.id)
    return known
