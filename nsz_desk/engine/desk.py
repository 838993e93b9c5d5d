"""The Desk: everything both faces can do, as plain methods. It builds nothing and knows no company."""

import gc
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from nsz_desk.domain import case as cases
from nsz_desk.domain.allocation import Split
from nsz_desk.domain.case import Policy
from nsz_desk.domain.errors import Barred, DeskError, Missing, Setup
from nsz_desk.domain.facts import FactMissing, Unread
from nsz_desk.domain.records import Payment
from nsz_desk.engine.allocate import Allotment, Offer, allot, memory_of, needs_split, offer
from nsz_desk.engine.batch import Run, RunSettings
from nsz_desk.engine.controls import over_caps
from nsz_desk.engine.declined import Declined
from nsz_desk.engine.episode import Limits
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.link_offer import LinkChoice, LinkOffer, choose, link_offer
from nsz_desk.engine.link_review import LinkReview, link_review
from nsz_desk.engine.link_run import link_episode, linked_number, plan_unlink, unlink_episode
from nsz_desk.engine.listing import Judge, Sources, attempt, pending_of, read_sources, single_source
from nsz_desk.engine.lists import Row
from nsz_desk.engine.locking import locked_gateways
from nsz_desk.engine.outlook import LastRun, due, last_run, overdue
from nsz_desk.engine.plan import Batch, Pair, Plan, derive
from nsz_desk.engine.ports import Clock, Event, Lanes, NetSuite, Report, Zuora
from nsz_desk.engine.recovery import recover, recover_open
from nsz_desk.engine.results import BatchResult, Entry, Environment, Pending, Result, RowEvent, RowResult
from nsz_desk.engine.resync_compare import NO_HINT, Comparison, Hint, compare
from nsz_desk.engine.resync_run import joined, plan_cancel, plan_resyncs, resync, skip_apply
from nsz_desk.engine.review import Review, chosen, decide, review_of
from nsz_desk.engine.reviews import What
from nsz_desk.engine.story import entry
from nsz_desk.engine.sweep import swept
from nsz_desk.engine.vanished import with_vanished
from nsz_desk.rules.book import Verdict

Hear = Callable[[RowEvent], None]


@dataclass(slots=True)
class Desk:
    """One desk on one pair of systems. Methods block; faces call them from a job."""

    environment: Environment
    pair: Pair
    policy: Policy
    limits: Limits
    desk_id: str
    netsuite: NetSuite
    zuora: Zuora
    ledger: Ledger
    clock: Clock
    lanes: Lanes
    new_id: Callable[[], str]
    read_only: str = ""
    caps: Mapping[str, Decimal] = field(default_factory=dict)  # currency -> the most that one run may move
    sending: bool = True  # production starts without
    idle_minutes: int = 0  # after which a window locks; 0: never
    sign_in: Callable[[], tuple[NetSuite, Zuora]] | None = None  # new gateways with the secrets of the vault
    tenant_checked: bool = field(default=False)
    _sources: Sources | None = None

    def pending(self, report: Report) -> Pending:
        """Read and judge every pending refund.

        Raises:
            DeskError: NetSuite could not be listed.
        """
        self._check_tenant()
        sources = read_sources(self.netsuite, self.zuora, self.policy, report)
        done = self.ledger.completed(self.policy.cutover)
        self._sources = with_vanished(self.netsuite, self.zuora, sources, done)
        return pending_of(self._sources, Judge(self._sources, self.policy, self._knowledge))

    def _check_tenant(self) -> None:
        """The tenant that answers must be the pinned one: it is part of every key."""
        if self.tenant_checked:
            return
        answers = self.zuora.tenant()
        if answers.tenant and f"{answers.tenant}/{answers.entity or '-'}" != self.pair.zuora:
            raise Setup(
                f"Another Zuora tenant answers: {answers.tenant}/{answers.entity or '-'}.",
                f"Nothing was sent; the profile is pinned to {self.pair.zuora}.",
                "Correct the address or the client in the profile.",
            )
        self.tenant_checked = True

    def _knowledge(self, refund_id: str) -> cases.Desk:
        dead = self.ledger.known_dead(refund_id)
        return cases.Desk(
            self.desk_id,
            self.ledger.words(refund_id),
            ignored_refunds=self.ledger.ignored(refund_id),
            known_dead=dead,
            linked=self.ledger.is_linked(refund_id) and not self.ledger.open_words(refund_id),
        )

    def plan(self, refund_ids: Sequence[str], report: Report) -> Batch:
        """The plans of these refunds as the facts stand now, and the reason for each that has none."""
        rows = self._rows(refund_ids, report)
        plans: list[Plan] = []
        refused: list[tuple[str, str, str]] = []
        for refund_id in dict.fromkeys(refund_ids):
            row = rows.get(refund_id)
            if row is None:
                refused.append((refund_id, "", "NetSuite has no customer refund with this id."))
            elif not row.can_sync:
                words = f"{row.verdict.value.replace('_', ' ')}: {row.judgement.why} {row.judgement.next_step}"
                refused.append((row.id, row.number, words.strip()))
            else:
                self._derive(row, plans, refused)
        return Batch(tuple(plans), tuple(refused))

    def _derive(self, row: Row, plans: list[Plan], refused: list[tuple[str, str, str]]) -> None:
        try:
            plans.append(derive(self.pair, row.case))
        except (FactMissing, DeskError) as problem:
            refused.append((row.id, row.number, str(problem)))

    def _rows(self, refund_ids: Sequence[str], report: Report) -> dict[str, Row]:
        """Fresh rows: the list read again, and refunds outside of it read one by one."""
        listed = self.pending(report)
        assert self._sources is not None  # noqa: S101 - pending has just set it
        rows = {refund_id: listed.by_id[refund_id] for refund_id in refund_ids if refund_id in listed.by_id}
        for refund_id in refund_ids:
            if refund_id not in rows and (row := self._single(refund_id, self._sources)):
                rows[refund_id] = row
        return rows

    def _single(self, refund_id: str, sources: Sources) -> Row | None:
        """A refund that the list does not hold (before the cutover, voided), judged on its own."""
        if not refund_id.isdigit():
            return None
        try:
            facts = self.netsuite.read(refund_id)
        except Missing:
            return None
        alone = single_source(self.zuora, facts, sources)
        return Judge(alone, self.policy, self._knowledge).row(facts.refund)

    def enable_sending(self, how: str) -> None:
        """A person lets money move on production, for as long as this program runs; the journal keeps how."""
        if not self.sending:
            self.ledger.append(Event("sending_enabled", "", "", {"how": how}))
            self.sending = True

    def lock(self) -> None:
        """Let go of both gateways, with tokens and secrets, and of the list; for a moment when nothing else runs.

        What needs them raises Barred until `unlock`. On production sending must be enabled again.
        """
        if self.sign_in is None:
            return
        self.netsuite, self.zuora = locked_gateways()
        self._sources = None
        self.sending = self.sending and self.environment.kind in ("simulator", "sandbox")
        gc.collect()  # a token in a cycle would live for long: cycles are rarely looked for

    def unlock(self) -> None:
        """Read the secrets from the vault again and make new gateways; the tenant is checked anew.

        Raises:
            DeskError: the vault is locked, or does not hold the secrets any more; the desk stays as it is.
        """
        if self.sign_in is not None:
            self.netsuite, self.zuora = self.sign_in()
            self.tenant_checked = False

    def refuse_over_caps(self, batch: Batch) -> None:
        """Refuse a run whose sum in a currency is above its cap.

        Raises:
            Barred: which sum, and which cap.
        """
        if words := over_caps(batch.totals, self.caps):
            raise Barred(words, "Nothing was sent.", "Send fewer refunds at once, or have the cap changed.")

    def sync(self, batch: Batch, report: Report, on_row: Hear) -> BatchResult:
        """Sync the approved plans, each its own episode, different accounts in parallel.

        `on_row` is called from the lanes' threads. Every plan is derived again before its first write.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written. Nothing was sent then.
        """
        self._may_write()
        self.refuse_over_caps(batch)
        return self._run(report, on_row).sync(batch)

    def allocation(self, refund_id: str, report: Report) -> Offer | Declined:
        """What there is to split of a refund: its payment with every invoice, and what the strategies propose.

        Raises:
            DeskError: a system did not answer.
        """
        row = self._rows([refund_id], report).get(refund_id)
        if row is None:
            return Declined(refund_id, "", "NetSuite has no customer refund with this id.")
        return self.allocation_of(row)

    def allocation_of(self, row: Row) -> Offer | Declined:
        """As `allocation`, for a row that was listed just now: the memo's lines and the invoices are read.

        Raises:
            DeskError: Zuora did not answer.
        """
        payment = row.case.payment_fact
        parts = payment.parts if isinstance(payment, Payment) and needs_split(row) else ()
        if isinstance(parts, Unread) or not parts:
            return offer(row, {}, route=self.pair.route.words)
        lines = attempt("credit memo's lines", lambda: self.netsuite.memo_lines(row.case.memo.id), [])
        invoices = self.zuora.invoices([part.invoice_id for part in parts])
        return offer(row, invoices, () if isinstance(lines, Unread) else lines, self.pair.route.words)

    def allot(self, offered: Offer, parts: Split, how: str, why: str) -> Allotment | Declined:
        """The plan of a split, to be approved; reads nothing."""
        return allot(self.pair, offered, parts, how, why)

    def choose_link(self, offered: LinkOffer, key: str) -> LinkChoice | Declined:
        """The plan of linking the Zuora refund of that id or number; reads nothing."""
        return choose(self.pair, offered, key)

    def allocate(self, allotment: Allotment, report: Report, on_row: Hear) -> BatchResult:
        """Sync a refund with the split that a person approved: looked at once more, then exactly that split.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written. Nothing was sent then.
        """
        self._may_write()
        self.refuse_over_caps(Batch((allotment.plan,)))
        run = self._run(report, on_row)
        episode = run.episode(allotment.plan, "ALLOCATED", "needs allocation", **memory_of(allotment))
        return run.single(episode, "allocate")

    def candidates(self, refund_id: str, report: Report) -> LinkOffer | Declined:
        """The Zuora refunds that may be the one that a person made by hand for this NetSuite refund.

        Raises:
            DeskError: a system did not answer.
        """
        row = self._rows([refund_id], report).get(refund_id)
        if row is None:
            return Declined(refund_id, "", "NetSuite has no customer refund with this id.")
        return self.candidates_of(row)

    def candidates_of(self, row: Row) -> LinkOffer | Declined:
        """As `candidates`, for a row that was listed just now: one call.

        Raises:
            DeskError: Zuora did not answer.
        """
        if words := self.ledger.open_words(row.id):
            return Declined(row.id, row.number, f"An earlier episode is {words}. Finish first.")
        if row.verdict is Verdict.BUSY or not row.account_id:
            return Declined(row.id, row.number, row.judgement.why or "The Zuora payment could not be read.")
        return link_offer(row, self.zuora.refunds_of_account(row.account_id))

    def link(self, choice: LinkChoice, report: Report, on_row: Hear) -> BatchResult:
        """Adopt the Zuora refund that a person picked: our id on it, then both systems as after a sync.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written. Nothing was sent then.
        """
        self._may_write()
        run = self._run(report, on_row)
        return run.single(link_episode(run, choice), "link")

    def plan_unlink(self, refund_id: str, reason: str) -> Plan | Declined:
        """The plan of taking a link of this desk back; reads the journal alone."""
        return plan_unlink(self.ledger, self.pair.texts, refund_id, reason)

    def link_review(self, plan: Plan, zuora_number: str = "") -> LinkReview:
        """The page of a link, or of a link taken back: every write in its order; reads the journal at most."""
        return link_review(self.pair, plan, zuora_number or linked_number(self.ledger, plan.refund_id))

    def unlink(self, plan: Plan, report: Report, on_row: Hear) -> BatchResult:
        """Put the former values back on the linked Zuora refund and free refund and memo in NetSuite.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written. Nothing was sent then.
        """
        self._may_write()
        run = self._run(report, on_row)
        return run.single(unlink_episode(run, plan), "unlink")

    def compare(self, refund_id: str, undone: str = "") -> Comparison:
        """Both systems side by side, before a resync: NetSuite now, Zuora now, and what it will be.

        `undone` is the Zuora refund that a resync has cancelled, for a look after it.

        Raises:
            DeskError: a system did not answer, or NetSuite has no such refund.
        """
        self._check_tenant()
        methods, hint = dict(self.policy.methods), self._hint(refund_id)
        return compare(self.netsuite, self.zuora, self.pair, methods, refund_id, self.lanes, hint, undone)

    def _hint(self, refund_id: str) -> Hint:
        """What the last list said this refund names, so that all of it can be read at once."""
        if self._sources is None:
            return NO_HINT
        listing = self._sources.netsuite
        refund = next((one for one in listing.refunds if one.id == refund_id), None)
        if refund is None or isinstance(refund.applied, Unread):
            return NO_HINT
        memos = (listing.memos.get(row.doc) for row in refund.applied)
        payment = next((memo.payment_id for memo in memos if memo and memo.payment_id), "")
        return Hint(refund.zuora_id.strip(), payment)

    def plan_resync(self, refund_ids: Sequence[str], reason: str, report: Report, *, keep_memo: bool = False) -> Batch:
        """The plan of undoing these refunds, and in plain words why one cannot be undone. Nothing is sent.

        Raises:
            Setup: there is no reason, or another tenant answers.
        """
        if not reason.strip():
            raise Setup("A resync needs a reason.", "Nothing was sent.", "Say why; it stands in the journal for ever.")
        self._check_tenant()
        return plan_resyncs(self._run(report, lambda event: None), refund_ids, reason.strip(), keep_memo)

    def plan_cancel(self, refund_id: str, zuora_id: str, reason: str, report: Report) -> Batch:
        """The plan of cancelling one live Zuora refund that carries this refund's id, by itself: a decision's plan.

        Raises:
            Setup: there is no reason, or another tenant answers.
        """
        if not reason.strip():
            raise Setup("A cancel needs a reason.", "Nothing was sent.", "Say why; it stands in the journal for ever.")
        self._check_tenant()
        return plan_cancel(self._run(report, lambda event: None), refund_id, zuora_id, reason.strip())

    def resync(self, batch: Batch, report: Report, on_row: Hear, *, then_sync: bool = False) -> BatchResult:
        """Undo the approved plans; calling this is the confirmation, which holds for 15 minutes and this run.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written. Nothing was sent then.
        """
        self._may_write()
        self.refuse_over_caps(batch)
        undone = resync(self._run(report, on_row), batch, self.clock.now())
        again = [row.id for row in undone.results if row.result is Result.COMPLETE]
        if not then_sync or not again:
            return undone
        return joined(undone, self.sync(self.plan(again, report), report, on_row))

    def skip_apply(self, refund_id: str, reason: str) -> None:
        """A person's decision for a resync that is held: leave the loosened money as it is; Recover then goes on.

        Raises:
            Setup: no resync of this refund waits there, or there is no reason.
        """
        self.refuse_read_only()
        skip_apply(self.ledger, refund_id, reason.strip())

    def review_of(self, refund_id: str, report: Report) -> Review | Declined:
        """Why a refund waits for a person, what both systems show now, and what may be decided. Reads only.

        Raises:
            DeskError: NetSuite could not be listed.
        """
        row = self._rows([refund_id], report).get(refund_id)
        return review_of(self._run(report, lambda event: None), refund_id, row)

    def decide(
        self,
        refund_id: str,
        what: What,
        reason: str,
        report: Report,
        on_row: Hear,
        *,
        plan: Batch | None = None,
    ) -> BatchResult:
        """Carry out a person's decision on evidence that is read again now. `plan` is an approved resync's.

        Raises:
            Barred: the decision is not open, and why; nothing was decided.
            Setup: no reason, a resync without an approved plan, or the desk is read-only.
        """
        self._may_write()
        row = self._rows([refund_id], report).get(refund_id)
        run = self._run(report, on_row)
        found = review_of(run, refund_id, row, self.limits.not_readable)
        if isinstance(found, Declined):
            return BatchResult((RowResult(refund_id, found.number, Result.REFUSED, "", found.why, "", None),), "")
        return decide(run, chosen(found, what, reason, plan), row)

    def recover(self, report: Report, on_row: Hear) -> BatchResult:
        """Finish or explain everything open in the journal, and what NetSuite shows as begun by nobody known."""
        self._may_write()
        listed = self.pending(report)
        done = recover(self._run(report, on_row), listed, self.pair)
        return BatchResult((*done.results, *self._swept(report, {row.id for row in done.results})), done.plan_hash)

    def _swept(self, report: Report, told: Container[str]) -> tuple[RowResult, ...]:
        """What late NetSuite writes have done, less what was `told` already; nothing is read when none is due."""
        ids = overdue(self.ledger, self.clock.now().wall, self.limits.late_write)
        if not ids:
            return ()
        try:
            rows = self._rows(ids, report)
        except DeskError:
            return ()  # it stays due
        return tuple(row for row in swept(self.ledger, ids, rows) if row.id not in told)

    def refuse_read_only(self) -> None:
        """Say at once, before anything is read or asked, that this desk moves no money.

        Raises:
            Setup: why.
        """
        if self.read_only:
            raise Setup(self.read_only, "Nothing was sent.", "Mend the cause, then start again.")

    def look(self, report: Report, on_row: Hear) -> BatchResult:
        """What the desk does by itself: go on with its own open episodes, and look after late writes; begin nothing.

        Raises:
            Setup: the desk is read-only, or the journal cannot be written.
        """
        self._may_write()
        done = recover_open(self._run(report, on_row))
        return BatchResult((*done.results, *self._swept(report, {row.id for row in done.results})), done.plan_hash)

    def due(self) -> datetime | None:
        """When an open episode, or a NetSuite write without an answer, wants to be looked at next (UTC); else None."""
        return due(self.ledger, self.clock.now().wall, self.limits.late_write)

    def last_run(self) -> LastRun | None:
        """What is left of the last run; None when there was none."""
        return last_run(self.ledger)

    def _may_write(self) -> None:
        self.refuse_read_only()
        if not self.sending:
            raise Barred(
                "This is production, and the desk only reads until sending is enabled for this run.",
                "Nothing was sent.",
                "Approve a run and type its total.",
            )
        self._check_tenant()

    def _run(self, report: Report, on_row: Hear) -> Run:
        sources = self._sources
        settings = RunSettings(
            self.pair,
            self.policy,
            self.limits,
            self.desk_id,
            sources.netsuite_periods if sources else attempt("NetSuite periods", self.netsuite.periods, []),
            sources.zuora_periods if sources else attempt("Zuora periods", self.zuora.periods, []),
        )
        return Run(
            settings, self.netsuite, self.zuora, self.ledger, self.clock, self.lanes, report, on_row, self.new_id
        )

    def open_episodes(self) -> tuple[str, ...]:
        """What is open from last time; a resync that only watches for late writes is not."""
        return tuple(one.episode for one in self.ledger.standings.values() if one.is_open and one.words)

    def history(self, refund_id: str | None = None, limit: int | None = None) -> tuple[Entry, ...]:
        """The journal's lines, of one refund or all, in words."""
        lines = self.ledger.of_refund(refund_id) if refund_id else self.ledger.lines(limit)
        return tuple(entry(line) for line in lines)

    def verify(self) -> int:
        """Check the journal's chain from its first line; answers how many lines it has.

        Raises:
            DeskError: a line was changed, moved or taken out.
        """
        return self.ledger.verify()

    def note(self, kind: str, **detail: str) -> None:
        """Write a line that belongs to no refund: a run, a change of settings."""
        self.ledger.append(Event(kind, "", "", detail))
