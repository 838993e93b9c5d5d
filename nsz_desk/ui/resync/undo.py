"""What the wizard knows of one refund, and of all of them: no Qt, so that every face of it reads the same."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nsz_desk.domain.money import Money
from nsz_desk.engine.lists import Row
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import Result, RowEvent, RowResult
from nsz_desk.engine.resync_compare import Comparison
from nsz_desk.engine.resync_plan import ResyncPlan
from nsz_desk.ui.badges import RESULTS, WAITING, Badge

LOOKING = Badge("Looking", "clock", "quiet")
CAN = Badge("Can be undone", "check", "ready")
CANNOT = Badge("Cannot", "stop", "blocked")
UNREAD = Badge("Not read", "unread", "blocked")
UNDOING = Badge("Undoing", "play", "accent")
MOST = 50  # refunds of one queue: each is compared, and each is walked on its own
CHECK_REASON = "not said yet"  # of the plan that is made only to learn whether there can be one


@dataclass(slots=True)
class Undo:
    """One refund on its way through the wizard.

    `against` says why it cannot be undone, `trouble` why it could not be looked at; `plan` is what would be sent.
    `states` are those of the table that it reached in the run, `said` the words of the last one; `now` is what both
    systems say after the run.
    """

    row: Row
    comparison: Comparison | None = None
    trouble: str = ""
    checked: bool = False
    against: str = ""
    plan: ResyncPlan | None = None
    states: tuple[str, ...] = ()
    said: str = ""
    result: RowResult | None = None
    started: bool = False
    now: Comparison | None = None
    trouble_now: str = ""

    @property
    def can(self) -> bool:
        """Whether it was looked at and has a plan: what was not seen is not undone."""
        return self.plan is not None and not self.trouble

    @property
    def complete(self) -> bool:
        """Whether it is undone."""
        return self.result is not None and self.result.result is Result.COMPLETE

    @property
    def undone_id(self) -> str:
        """The Zuora refund that the plan cancels."""
        return self.plan.zuora_id if self.plan else ""

    @property
    def name(self) -> str:
        """The refund for people."""
        return f"{self.row.number} · {self.row.customer or 'customer not known'} · {self.row.amount}"

    @property
    def badge(self) -> Badge:
        """Where it stands, as a word, a shape and a tone."""
        if self.result is not None:
            return RESULTS[self.result.result]
        if self.states:
            return UNDOING
        if self.trouble:
            return UNREAD
        if self.against:
            return CANNOT
        if self.started:
            return WAITING
        return CAN if self.plan else LOOKING

    @property
    def amount(self) -> Money:
        """What is undone: the Zuora refund's amount where it is known."""
        return self.plan.amount if self.plan else self.row.amount

    def hear(self, event: RowEvent) -> None:
        """Take what the run says of it."""
        if event.result is not None:
            self.result = event.result
        else:
            self.states = (*self.states, event.state)
        self.said = event.text


class Queue:
    """The refunds of one wizard, in the order in which they were chosen."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.undos = {row.id: Undo(row) for row in rows}
        self.batch = Batch(())
        self.keep_memo = False

    def __len__(self) -> int:
        return len(self.undos)

    @property
    def possible(self) -> tuple[Undo, ...]:
        """Those that can be undone."""
        return tuple(one for one in self.undos.values() if one.can)

    @property
    def all_checked(self) -> bool:
        """Whether it is known of every one whether it can be undone."""
        return all(one.checked or one.trouble for one in self.undos.values())

    def take_plans(self, batch: Batch) -> None:
        """Note each plan, and why a refund has none."""
        why = {refund_id: words for refund_id, _, words in batch.refused}
        plans = {plan.refund_id: plan for plan in batch.plans if isinstance(plan, ResyncPlan)}
        for key, undo in self.undos.items():
            if key in plans or key in why:
                undo.checked, undo.plan, undo.against = True, plans.get(key), why.get(key, "")
        self.batch = batch
        self.keep_memos(self.keep_memo)

    def keep_memos(self, keep: bool) -> None:
        """Leave the credit memos' fields as they are, or clear them too: part of every plan and its hash."""
        self.keep_memo = keep
        plans = [replace(one, keep_memo=keep) for one in self.batch.plans if isinstance(one, ResyncPlan)]
        self.batch = Batch(tuple(plans), self.batch.refused)
        for plan in plans:
            self.undos[plan.refund_id].plan = plan

    def begin(self) -> None:
        """The run begins."""
        for undo in self.possible:
            undo.started = True

    def hear(self, events: Iterable[RowEvent]) -> None:
        """Take what the run says."""
        for event in events:
            if event.refund_id in self.undos:
                self.undos[event.refund_id].hear(event)

    def end(self, results: Iterable[RowResult]) -> None:
        """Take the results."""
        for result in results:
            if result.id in self.undos:
                self.undos[result.id].result = result

    def ended(self, *kinds: Result) -> tuple[Undo, ...]:
        """Those whose run ended so."""
        return tuple(one for one in self.undos.values() if one.result and one.result.result in kinds)
