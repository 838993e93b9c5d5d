"""One run: episodes of approved plans, each in the lane of its Zuora account; the first create goes alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from nsz_desk.domain.case import Desk, Policy
from nsz_desk.domain.errors import Cancelled, DeskError
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Period
from nsz_desk.engine.episode import Episode, Limits
from nsz_desk.engine.fault_words import place_of
from nsz_desk.engine.ledger import Ledger
from nsz_desk.engine.perform import LOCKED_OUT, Performer, SharedReads, drive
from nsz_desk.engine.plan import Batch, Pair, Plan
from nsz_desk.engine.ports import Clock, Event, Lanes, NetSuite, Report, Zuora
from nsz_desk.engine.results import BatchResult, Result, RowEvent, RowResult
from nsz_desk.engine.resync_plan import ResyncPlan
from nsz_desk.engine.runner import Walked, carried_over, open_episode, walk
from nsz_desk.engine.story import OPEN, result_of, state_words

WHY = {
    "LINK": "linked by a person",
    "UNLINK": "unlinked by a person",
    "SYNC": "synced by a person",
    "ALLOCATED": "split over invoices and synced by a person",
    "RESYNC": "undone by a person",
}
SILENT_ROWS = 3  # each has tried four times in half a minute by then
STOPPED = "Nothing was sent for this refund. Mend the cause, then sync it again."


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What every episode of a run shares."""

    pair: Pair
    policy: Policy
    limits: Limits
    desk_id: str
    netsuite_periods: tuple[Period, ...] | Unread
    zuora_periods: tuple[Period, ...] | Unread


@dataclass(slots=True)
class Run:
    """A batch on its way. `halted` stops new episodes: a failed canary, a duplicate, journal or credentials."""

    settings: RunSettings
    netsuite: NetSuite
    zuora: Zuora
    ledger: Ledger
    clock: Clock
    lanes: Lanes
    report: Report
    on_row: Callable[[RowEvent], None]
    new_id: Callable[[], str]
    results: dict[str, RowResult] = field(default_factory=dict)
    halted: str = ""
    total: int = 0
    _silent_rows: int = 0
    _performer: Performer | None = None

    def __post_init__(self) -> None:
        """One performer: the episodes of a run share the tenant-wide listing."""
        shared = SharedReads(self.zuora)
        self._performer = Performer(self.netsuite, self.zuora, self.ledger, self.clock, self.report, shared)

    @property
    def hands(self) -> Performer:
        """What the run's episodes act with."""
        assert self._performer is not None  # noqa: S101 - set when the run was made
        return self._performer

    def sync(self, batch: Batch) -> BatchResult:
        """Sync every plan; answers in the order of the plans, then the rows that had none."""
        self.total = len(batch.plans)
        ids = [plan.refund_id for plan in batch.plans]
        self.ledger.append(Event("run", "", "", {"what": "sync", "plan_hash": batch.hash, "ids": ids}))
        episodes = [self.episode(plan) for plan in batch.plans]
        rest = self._canary(episodes)
        self.lanes.run([(e.plan.account_id, self.job(e)) for e in rest])
        self._count_live(batch.plans)
        refused = [self._not_planned(*row) for row in batch.refused]
        done = [self.results[plan.refund_id] for plan in batch.plans]
        return BatchResult((*done, *refused), batch.hash)

    def episode(self, plan: Plan, kind: str = "SYNC", state: str = "ready", **memory: object) -> Episode:
        """A new episode of a plan; what earlier episodes posted under the same keys is remembered."""
        s = self.settings
        memory = {**carried_over(self.ledger.of_refund(plan.refund_id)), **memory}
        return Episode(
            self.new_id(),
            kind,
            plan,
            s.pair,
            s.policy,
            Desk(
                s.desk_id,
                ignored_refunds=frozenset(plan.ignored),
                known_dead=self.ledger.known_dead(plan.refund_id),
            ),
            s.limits,
            s.netsuite_periods,
            s.zuora_periods,
            state,
            dict(memory),
        )

    def single(self, e: Episode, what: str) -> BatchResult:
        """Run one episode of another kind than SYNC by itself."""
        self.total = 1
        self.ledger.append(Event("run", "", "", {"what": what, "plan_hash": e.plan.hash, "count": 1}))
        e.canary = True
        self.lanes.run([(e.plan.account_id, self.job(e))])
        self._count_live([e.plan])
        return BatchResult((self.results[e.refund_id],), e.plan.hash)

    def _canary(self, episodes: Sequence[Episode]) -> list[Episode]:
        """Run one after the other until a create was found by the search; the rest may go in parallel."""
        for at, e in enumerate(episodes):
            e.canary = True
            self.job(e)()
            if e.memory.get("not_in_search") and not self.halted:
                self.halted = "the search does not show the refund that was just made, so it cannot be trusted"
            if self.halted or e.memory.get("origin") == "created":
                return list(episodes[at + 1 :])
        return []

    def job(self, e: Episode, *, resumed: bool = False) -> Callable[[], None]:
        """The job that runs an episode and keeps its result."""

        def work() -> None:
            try:
                self.results[e.refund_id] = self.walk(e, resumed=resumed)
            except Exception as bug:  # a fault of the program stops this row, not the batch
                self.results[e.refund_id] = self._tell_end(self._faulty(e, bug))

        return work

    def _faulty(self, e: Episode, bug: Exception) -> RowResult:
        words = f"A fault in the program stopped this refund ({type(bug).__name__} in {place_of(bug)})."
        return RowResult(e.refund_id, e.plan.number, Result.IN_DOUBT, e.zuora_id, words, OPEN, e.plan.amount)

    def walk(self, e: Episode, *, resumed: bool = False) -> RowResult:
        """Run one episode and tell the face; an error of the journal halts the run."""
        if reason := self.halted or self._stop_asked():
            rests = result_of(e, Walked(e.state, f"Not looked at: {reason}"))  # an open doubt is never "skipped"
            return self._tell_end(rests if resumed else self._skipped(e, reason))
        # A way out of a review: only what is open stands in its way.
        leads_out = e.kind in ("RESYNC", "LINK", "UNLINK") or "decided" in e.memory
        standing = self.ledger.open_words(e.refund_id) if leads_out else self.ledger.words(e.refund_id)
        if standing and not resumed:
            return self._tell_end(self._doubt_inherited(e, standing))
        if e.kind == "RESYNC" and not resumed and (beside := self.ledger.loose_beside(e.plan.payment_id, e.refund_id)):
            return self._tell_end(self._skipped(e, f"{beside}."))
        try:
            walked = self._walk(e, resumed)
        except DeskError as error:  # the journal could not be written: an open intent is found at the next start
            self.halted = str(error)
            begun = self.ledger.has(e.refund_id, e.id)
            return self._tell_end(result_of(e, Walked(e.state, str(error))) if begun else self._skipped(e, str(error)))
        result = result_of(e, walked)
        if self.hands.shared.locked_out:
            self.halted = LOCKED_OUT
        self._count_silence(result)
        if walked.reason.startswith("duplicate"):
            self.halted = walked.reason
        return self._tell_end(result)

    def _count_silence(self, result: RowResult) -> None:
        """After a few refunds in a row that ended in silence the network is taken for dead: nothing new is begun."""
        silent = self.hands.shared.silence if result.result in (Result.SKIPPED, Result.IN_DOUBT) else ""
        self._silent_rows = self._silent_rows + 1 if silent else 0
        if self._silent_rows >= SILENT_ROWS and not self.halted:
            self.halted = f"{SILENT_ROWS} refunds in a row got no answer ({silent.rstrip('.')})"

    def _stop_asked(self) -> str:
        try:
            self.report.check()
        except Cancelled:
            return "the user stopped"
        return ""

    def _walk(self, e: Episode, resumed: bool) -> Walked:
        assert self._performer is not None  # noqa: S101 - set when the run was made
        if not resumed:
            drive(open_episode(e, _why(e)), self._performer.perform)
        elif e.cut:
            self.ledger.append(Event("resumed", e.refund_id, e.id, {"state": e.state, "cut": e.cut}))
        return drive(walk(e, self._teller(e)), self._performer.perform)

    def _teller(self, e: Episode) -> Callable[[str, str], None]:
        def tell(state: str, reason: str) -> None:
            self.on_row(RowEvent(e.refund_id, state, state_words(state)))

        return tell

    def _tell_end(self, result: RowResult) -> RowResult:
        self.on_row(RowEvent(result.id, result.result.value, result.reason, result))
        self.report.progress(len(self.results) + 1, self.total, result.number)
        return result

    def _skipped(self, e: Episode, why: str) -> RowResult:
        return RowResult(e.refund_id, e.plan.number, Result.SKIPPED, "", f"Not started: {why}", STOPPED, e.plan.amount)

    def _doubt_inherited(self, e: Episode, standing: str) -> RowResult:
        """An open doubt is inherited (R5): no new episode beside it."""
        return RowResult(
            e.refund_id,
            e.plan.number,
            Result.IN_DOUBT,
            "",
            f"An earlier sync is {standing}.",
            "Finish first; the desk sends nothing new beside it.",
            e.plan.amount,
        )

    def _not_planned(self, refund_id: str, number: str, why: str) -> RowResult:
        return RowResult(refund_id, number, Result.REFUSED, "", why, "Nothing was sent for it.", None)

    def _count_live(self, plans: Iterable[Plan]) -> None:
        """At the end of the batch: exactly one live Zuora refund for each that is complete."""
        done = [plan for plan in plans if self.results[plan.refund_id].result is Result.COMPLETE]
        if not done or self._performer is None:
            return
        try:
            found = self._performer.shared.updated_since(
                self._performer.shared.since or self.clock.now().wall, self.clock.now().wall
            )
        except DeskError:
            return  # each episode has looked by itself; the next start looks again
        for plan in done:
            live = [refund for refund in found if refund.integration_id == plan.refund_id and not refund.dead]
            if len(live) > 1:
                self._report_duplicate(plan, " and ".join(refund.number for refund in live))

    def _report_duplicate(self, plan: Plan, numbers: str) -> None:
        words = (
            f"duplicate: two live Zuora refunds {numbers} exist for NetSuite refund {plan.number}. "
            "Do not pay out. Cancel one."
        )
        old = self.results[plan.refund_id]
        self.ledger.append(Event("episode_ended", plan.refund_id, "", {"end": "review", "reason": words}))
        self.results[plan.refund_id] = RowResult(
            old.id, old.number, Result.IN_DOUBT, old.zuora_refund_id, words, "Cancel one in Zuora.", old.amount
        )


def _why(e: Episode) -> str:
    """Why an episode begins, for its first line in the journal."""
    if "decided" in e.memory:
        return f"decided by a person: {e.memory['decided']}"
    if isinstance(e.plan, ResyncPlan) and e.plan.alone:
        return "one Zuora refund cancelled by a person"
    return "looked at by Finish" if e.adopt_only else WHY[e.kind]
