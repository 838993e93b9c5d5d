"""The Book: all rules in page order, and from their findings to one verdict."""

from dataclasses import dataclass
from enum import Enum

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.status import Status
from nsz_desk.rules import eligibility, integrity, manual, ours, ours_records, procedure
from nsz_desk.rules.rule import Answer, Finding, Rule

RULES: tuple[Rule, ...] = (
    eligibility.customer_is_synced,
    eligibility.not_synced_yet,
    eligibility.fully_applied,
    eligibility.memo_asks_for_refund,
    integrity.one_credit_memo,
    integrity.memo_names_valid_payment,
    integrity.refund_within_payment,
    procedure.memo_is_standalone,
    procedure.memo_not_on_invoice,
    procedure.memo_is_prepared,
    procedure.refund_takes_whole_memo,
    manual.no_partial_of_several_invoices,
    ours.not_created_yet,
    ours.fits_into_rest,
    ours.one_currency,
    ours.amount_is_valid,
    ours.not_before_payment,
    ours.method_is_mapped,
    ours.memo_fits_comment,
    ours_records.not_voided,
    ours_records.memo_is_not_shared,
    ours_records.reference_agrees,
    ours_records.period_is_open,
    ours_records.not_made_by_hand,
    ours_records.after_cutover,
    ours_records.payment_sharing_is_known,
    ours_records.status_agrees_with_id,
)
BY_ID = {rule.id: rule for rule in RULES}
OVERRIDABLE = frozenset({"D.11", "D.12"})
IN_DOUBT = ("D.1", "D.15")


class Verdict(Enum):
    """What a row is, for the person who looks at the list."""

    READY = "ready"
    BLOCKED = "blocked"
    MANUAL = "manual"
    UNKNOWN = "unknown"
    IN_DOUBT = "in_doubt"
    BUSY = "busy"
    SYNCED = "synced"
    NOT_SELECTED = "not_selected"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every rule's finding in page order, the verdict, and the reason in one line."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    why: str
    next_step: str

    def finding(self, rule_id: str) -> Finding:
        """The finding of one rule."""
        return next(finding for finding in self.findings if finding.rule == rule_id)

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of rules that hold but are worth a look."""
        return tuple(f"{finding.rule} {finding.note}" for finding in self.findings if finding.note)


def judge(case: RefundCase) -> Judgement:
    """Let every rule answer, then take the first verdict that applies (order: the design page)."""
    findings = tuple([rule(case) for rule in RULES])
    verdict, why, step = _verdict(case, findings)
    return Judgement(verdict, findings, why, step)


def _verdict(case: RefundCase, findings: tuple[Finding, ...]) -> tuple[Verdict, str, str]:
    open_ = [finding for finding in findings if finding.answer is not Answer.PASS]
    fails = {finding.rule: finding for finding in open_ if finding.answer is Answer.FAIL}
    unknown = [finding for finding in open_ if finding.answer is Answer.UNKNOWN]
    if case.desk.open_episode:
        return Verdict.IN_DOUBT, case.desk.open_episode, "Finish: the desk looks and finishes what was begun."
    if case.status is Status.COMPLETE and case.refund.zuora_id.strip():
        return Verdict.SYNCED, f"Synced as {case.refund.zuora_id}.", ""
    if busy := _busy(case):
        return Verdict.BUSY, busy, "Wait until the other desk has finished, then refresh."
    if doubts := [fails[number] for number in IN_DOUBT if number in fails]:
        return Verdict.IN_DOUBT, _line(doubts[0]), doubts[0].fix
    blocking = _blocking(fails)
    for verdict, group in (
        (Verdict.NOT_SELECTED, [one for one in fails.values() if one.rule.startswith("1.") or one.rule == "D.13"]),
        (Verdict.BLOCKED, blocking),
        (Verdict.UNKNOWN, unknown),
        (Verdict.MANUAL, [one for one in fails.values() if one.rule.startswith("M.")]),
    ):
        if group:
            return verdict, _line(group[0]), group[0].fix
    return Verdict.READY, "", ""


def _blocking(fails: dict[str, Finding]) -> list[Finding]:
    """Fails that block: P.3 states the same fact as 1.d and does not count where that failed."""
    return [
        finding
        for number, finding in fails.items()
        if number[0] in "2PD" and number != "D.13" and not (number == "P.3" and "1.d" in fails)
    ]


def _busy(case: RefundCase) -> str:
    """Words when a fresh claim of somebody else stands in NetSuite, else ""."""
    claim = case.claim
    if claim is None or case.claimed_by_us or not claim.fresh(case.now):
        return ""
    who = claim.desk or "another program"
    return f"{who} is at it since {claim.since:%Y-%m-%d %H:%M} UTC."


def _line(finding: Finding) -> str:
    return f"{finding.rule} {finding.cause}"
