"""A small working Desk for the window: real rows, real plans, results that follow the amounts."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from nsz_desk.domain.allocation import Split
from nsz_desk.domain.case import Desk as Knowledge
from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import Barred, Cancelled, DeskError, Setup
from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.allocate import Allotment, Offer, allot, offer
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.link_offer import LinkChoice, LinkOffer, choose, link_offer, link_plan
from nsz_desk.engine.link_review import LinkReview, link_review
from nsz_desk.engine.outlook import LastRun
from nsz_desk.engine.plan import Batch, Pair, Plan, derive
from nsz_desk.engine.ports import CreateCall, Report
from nsz_desk.engine.results import BatchResult, Entry, Environment, Pending, Result, RowEvent, RowResult
from nsz_desk.engine.resync_compare import Comparison
from nsz_desk.engine.review import Review
from nsz_desk.engine.reviews import What
from nsz_desk.engine.route import Route
from tests.ui.cases import NOW, a_row, company
from tests.ui.fake_undoing import Undoing

PAIR = Pair("1234567_SB1", "tenant.10023", Route(settlement=True, crud=False))
STATES = (
    ("judged", "Both systems read again"),
    ("claimed", "Claimed in NetSuite"),
    ("made", "Created in Zuora"),
    ("stamped", "Written back"),
)


@dataclass
class FakeDesk:
    """Syncs at once. What the 12,400.00 refund meets is a Zuora refusal, the 99.00 one a lost answer."""

    cases: list[RefundCase] = field(default_factory=company)
    kind: str = "simulator"
    read_only: str = ""
    enabled: list[str] = field(default_factory=list)  # how sending was enabled
    pause: float = 0.0  # seconds per state
    spoil: bool = False  # let two amounts fail
    problems: tuple[str, ...] = ()
    fails: BaseException | None = None
    sent: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    opened: tuple[str, ...] = ()
    broken: bool = False
    last: LastRun | None = None
    due_at: datetime = NOW  # when what is open wants to be looked at
    looks: int = 0  # how often the desk looked by itself
    look_fails: BaseException | None = None
    look_says: tuple[RowResult, ...] = ()  # what a look finds in place of the end
    verified: int = 0
    idle_minutes: int = 15
    locked: int = 0  # how often it let go of tokens and secrets
    unlocked: int = 0
    vault_fails: DeskError | None = None
    undoing: Undoing = field(default_factory=Undoing)
    by_hand: tuple[ZuoraRefund, ...] = ()  # Zuora refunds that a person made
    reasons: list[str] = field(default_factory=list)  # of links taken back

    @property
    def environment(self) -> Environment:
        """Where it pretends to be."""
        real = self.kind != "simulator"
        return Environment(
            self.kind,
            "1234567_SB1",
            "tenant.10023",
            netsuite_app="https://1234567-sb1.app.netsuite.com" if real else "",
            zuora_ui="https://test.zuora.com" if real else "",
            netsuite_by="SOAP",
            zuora_by="Invoice Settlement on",
        )

    @property
    def sending(self) -> bool:
        """Production starts without."""
        return self.kind != "production" or bool(self.enabled)

    def enable_sending(self, how: str) -> None:
        """Remember how."""
        if not self.sending:
            self.enabled.append(how)

    def lock(self) -> None:
        """Let go, as often as it is asked."""
        self.locked += 1
        self.enabled.clear()

    def unlock(self) -> None:
        """Open again, unless the vault fails."""
        if self.vault_fails:
            raise self.vault_fails
        self.unlocked += 1

    def pending(self, report: Report) -> Pending:
        """The judged cases."""
        if self.fails:
            raise self.fails
        report.progress(0, len(self.cases), "Reading")
        rows = tuple(a_row(case) for case in self.cases)
        return Pending(rows, NOW, 3, self.problems, {row.id: row for row in rows})

    def plan(self, refund_ids: Sequence[str], report: Report) -> Batch:
        """Plans of ready cases; the others are refused with their reason."""
        rows = {case.refund.id: (case, a_row(case)) for case in self.cases}
        plans, refused = [], []
        for one in refund_ids:
            case, row = rows[one]
            if row.can_sync:
                plans.append(derive(PAIR, case))
            else:
                refused.append((one, row.number, row.judgement.why))
        return Batch(tuple(plans), tuple(refused))

    def sync(self, batch: Batch, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """Walk each plan through its states."""
        results = []
        stopped = False
        for plan in batch.plans:
            try:
                report.check()
            except Cancelled:
                stopped = True
            ended = self._skip(plan) if stopped else self._one(plan, on_row)
            on_row(RowEvent(plan.refund_id, "end", ended.reason, ended))
            results.append(ended)
        return BatchResult(tuple(results), batch.hash)

    def compare(self, refund_id: str, undone: str = "") -> Comparison:
        """As the undoing says."""
        return self.undoing.compare(self.cases, refund_id, undone)

    def plan_resync(self, refund_ids: Sequence[str], reason: str, report: Report, *, keep_memo: bool = False) -> Batch:
        """As the undoing says."""
        return self.undoing.plan(self.cases, refund_ids, reason, keep_memo)

    def plan_cancel(self, refund_id: str, zuora_id: str, reason: str, report: Report) -> Batch:
        """Nothing waits here, so that nothing is cancelled by itself."""
        return Batch((), ((refund_id, "", "There is no such Zuora refund."),))

    def resync(
        self, batch: Batch, report: Report, on_row: Callable[[RowEvent], None], *, then_sync: bool = False
    ) -> BatchResult:
        """As the undoing says."""
        return self.undoing.run(self.cases, batch, report, on_row)

    def allocation(self, refund_id: str, report: Report) -> Offer | Declined:
        """The real offer over the cases, without the invoices' dates and balances."""
        row = next(a_row(case) for case in self.cases if case.refund.id == refund_id)
        return offer(row, {}, route=PAIR.route.words)

    def allot(self, offered: Offer, parts: Split, how: str, why: str) -> Allotment | Declined:
        """As the real one."""
        return allot(PAIR, offered, parts, how, why)

    def allocate(self, allotment: Allotment, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """As a sync."""
        return self.sync(allotment.batch, report, on_row)

    def candidates(self, refund_id: str, report: Report) -> LinkOffer | Declined:
        """The real offer over the cases and what was made by hand."""
        return link_offer(next(a_row(case) for case in self.cases if case.refund.id == refund_id), self.by_hand)

    def choose_link(self, offered: LinkOffer, key: str) -> LinkChoice | Declined:
        """As the real one."""
        return choose(PAIR, offered, key)

    def link(self, choice: LinkChoice, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """As a sync; from then on it is linked."""
        done = self.sync(Batch((choice.plan,)), report, on_row)
        self._know(choice.plan.refund_id, linked=True)
        return done

    def link_review(self, plan: Plan, zuora_number: str = "") -> LinkReview:
        """As the real one."""
        return link_review(PAIR, plan, zuora_number)

    def plan_unlink(self, refund_id: str, reason: str) -> Plan | Declined:
        """The real link's plan, with nothing to put back; declined where nothing was linked."""
        case = next(case for case in self.cases if case.refund.id == refund_id)
        if not case.desk.linked:
            return Declined(refund_id, "", "This desk has not linked it.")
        return replace(link_plan(PAIR, case, case.refund.zuora_id), call=CreateCall("UNLINK", "r1", reason), stamps=())

    def unlink(self, plan: Plan, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """As a sync; the link is no more."""
        self.reasons.append(plan.call.body)
        done = self.sync(Batch((plan,)), report, on_row)
        self._know(plan.refund_id, linked=False)
        return done

    def _know(self, refund_id: str, *, linked: bool) -> None:
        for place, case in enumerate(self.cases):
            if case.refund.id == refund_id:
                self.cases[place] = replace(case, desk=replace(case.desk, linked=linked))

    def review_of(self, refund_id: str, report: Report) -> Review | Declined:
        """Nothing waits here; the stories decide on the real Desk."""
        return Declined(refund_id, "", "It waits for nobody's decision.")

    def decide(
        self,
        refund_id: str,
        what: What,
        reason: str,
        report: Report,
        on_row: Callable[[RowEvent], None],
        *,
        plan: Batch | None = None,
    ) -> BatchResult:
        """As `review_of`."""
        raise Barred(f"{what.value} is not open.", "Nothing was decided.", "Look again later.")

    def recover(self, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """Everything open is found and finished."""
        results = []
        for place, case in enumerate(self.cases):
            if case.desk.open_episode:
                self.cases[place] = _synced(replace(case, desk=Knowledge("desk-1")))
                reason = "Found in Zuora; written back."
                refund, found = case.refund, "R-00000088"
                ended = RowResult(refund.id, refund.number, Result.COMPLETE, "r1", reason, "", refund.amount, found)
                on_row(RowEvent(case.refund.id, "end", reason, ended))
                results.append(ended)
        self.opened = ()
        return BatchResult(tuple(results), "")

    def look(self, report: Report, on_row: Callable[[RowEvent], None]) -> BatchResult:
        """What is open comes to its end, unless the look fails or says something else."""
        self.looks += 1
        time.sleep(self.pause)
        if self.look_fails:
            raise self.look_fails
        return BatchResult(self.look_says, "") if self.look_says else self.recover(report, on_row)

    def due(self) -> datetime | None:
        """The given time while something is open."""
        return self.due_at if self.opened else None

    def last_run(self) -> LastRun | None:
        """As given."""
        return self.last

    def open_episodes(self) -> tuple[str, ...]:
        """Ids of what is open."""
        return self.opened

    def history(self, refund_id: str | None = None, limit: int | None = None) -> tuple[Entry, ...]:
        """What was done in this run."""
        return tuple(one for one in self.entries if refund_id in (None, one.refund_id))

    def verify(self) -> int:
        """As many lines as were written, unless the chain shall be broken."""
        self.verified += 1
        if self.broken:
            raise Setup("The journal's chain does not hold at line 7.")
        return len(self.entries)

    def _one(self, plan: Plan, on_row: Callable[[RowEvent], None]) -> RowResult:
        self.sent.append(plan.refund_id)
        for state, text in STATES:
            time.sleep(self.pause)
            on_row(RowEvent(plan.refund_id, state, text))
            self._write(plan, text, (("next", state), ("method", plan.call.method), ("url", plan.call.path)))
        number = f"R-{len(self.sent):08d}"
        if self.spoil and plan.amount.amount == 12400:
            reason = "Zuora refused: the payment is locked by a bank run."
            return self._result(plan, Result.FAILED, "", reason, "Wait until the run has ended, then send it again.")
        if self.spoil and plan.amount.amount == 99:
            reason = "Sent at 09:33 UTC, then no answer. Zuora may hold the refund or not."
            return self._result(
                plan, Result.IN_DOUBT, "", reason, "Finish: the desk searches Zuora by this refund's id."
            )
        place = next(at for at, case in enumerate(self.cases) if case.refund.id == plan.refund_id)
        self.cases[place] = _synced(self.cases[place])
        return self._result(plan, Result.COMPLETE, number, "", "")

    def _skip(self, plan: Plan) -> RowResult:
        return self._result(
            plan, Result.SKIPPED, "", "You stopped the run before its turn.", "Send it again when you like."
        )

    def _result(self, plan: Plan, result: Result, number: str, reason: str, step: str) -> RowResult:
        zuora = f"2c92ref{plan.refund_id}" if number else ""
        ends = {Result.COMPLETE: "complete", Result.IN_DOUBT: "held doubt", Result.FAILED: "refused"}
        detail = (("end", ends.get(result, "stopped")), ("reason", reason), ("Zuora refund", number))
        self._write(plan, f"Ended: {result.value}", detail, "episode_ended")
        return RowResult(plan.refund_id, plan.number, result, zuora, reason, step, plan.amount, number)

    def _write(self, plan: Plan, title: str, detail: tuple[tuple[str, str], ...], kind: str = "outcome") -> None:
        at = datetime(2026, 11, 22, 9, 33, tzinfo=UTC) + timedelta(seconds=len(self.entries))
        entry = Entry(
            len(self.entries) + 1,
            at,
            "m.keller on finance-01",
            plan.refund_id,
            f"{plan.number}: {title}",
            detail,
            kind,
        )
        self.entries.append(entry)


def _synced(case: RefundCase) -> RefundCase:
    done = replace(case.refund, status_text="Sync Complete", zuora_id=f"2c92ref{case.refund.id}")
    return replace(case, refund=done)
