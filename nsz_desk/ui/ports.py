"""What the window asks of the Desk and of the lanes, as types. Both are handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # the start page is painted before the engine is loaded
    from datetime import datetime

    from nsz_desk.domain.allocation import Split
    from nsz_desk.engine.allocate import Allotment, Offer
    from nsz_desk.engine.declined import Declined
    from nsz_desk.engine.link_offer import LinkChoice, LinkOffer
    from nsz_desk.engine.link_review import LinkReview
    from nsz_desk.engine.outlook import LastRun
    from nsz_desk.engine.plan import Batch, Plan
    from nsz_desk.engine.ports import Report
    from nsz_desk.engine.results import BatchResult, Entry, Environment, Pending, RowEvent
    from nsz_desk.engine.resync_compare import Comparison
    from nsz_desk.engine.review import Review
    from nsz_desk.engine.reviews import What


T = TypeVar("T")
OnRow = Callable[["RowEvent"], None]


class Handle(Protocol):
    """A job under way."""

    def stop(self) -> None:
        """Ask it to end at its next safe stop."""


class Lanes(Protocol):
    """Where jobs run. All callbacks come in a worker thread."""

    def start(
        self,
        job: Callable[[Report], T],
        *,
        on_progress: Callable[[int, int, str], None],
        on_done: Callable[[T], None],
        on_failed: Callable[[BaseException], None],
    ) -> Handle:
        """Start a job and return at once."""


class Desk(Protocol):
    """The part of the Desk that the window uses. Every method may block and is called in a job only."""

    @property
    def environment(self) -> Environment:
        """Which two systems the desk is on; does not block."""

    @property
    def read_only(self) -> str:
        """Why money operations are refused, "" when they are not; does not block."""

    @property
    def sending(self) -> bool:
        """Whether money may move: production starts without; does not block."""

    def enable_sending(self, how: str) -> None:
        """A person lets money move for as long as this program runs."""

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a touch the window locks, 0: never; does not block."""

    def lock(self) -> None:
        """Let go of tokens and secrets; for a moment when no other job runs."""

    def unlock(self) -> None:
        """Read the secrets from the vault again; raises DeskError when it does not give them."""

    def pending(self, report: Report) -> Pending:
        """The judged list."""

    def plan(self, refund_ids: Sequence[str], report: Report) -> Batch:
        """The document to approve."""

    def sync(self, batch: Batch, report: Report, on_row: OnRow) -> BatchResult:
        """Do what was approved; `on_row` is called from worker threads."""

    def compare(self, refund_id: str, undone: str = "") -> Comparison:
        """Both systems side by side, before a resync, or after it with the Zuora refund that was undone."""

    def plan_resync(self, refund_ids: Sequence[str], reason: str, report: Report, *, keep_memo: bool = False) -> Batch:
        """The document of an undo, and why a refund cannot be undone."""

    def plan_cancel(self, refund_id: str, zuora_id: str, reason: str, report: Report) -> Batch:
        """The document of cancelling one of its live Zuora refunds by itself."""

    def resync(self, batch: Batch, report: Report, on_row: OnRow, *, then_sync: bool = False) -> BatchResult:
        """Undo what was approved."""

    def allocation(self, refund_id: str, report: Report) -> Offer | Declined:
        """What there is to split, and what the strategies propose."""

    def allot(self, offered: Offer, parts: Split, how: str, why: str) -> Allotment | Declined:
        """The plan of a split; does not block."""

    def allocate(self, allotment: Allotment, report: Report, on_row: OnRow) -> BatchResult:
        """Sync with exactly the split that was approved."""

    def candidates(self, refund_id: str, report: Report) -> LinkOffer | Declined:
        """The Zuora refunds that may be the one made by hand."""

    def choose_link(self, offered: LinkOffer, key: str) -> LinkChoice | Declined:
        """The plan of a link; does not block."""

    def link_review(self, plan: Plan, zuora_number: str = "") -> LinkReview:
        """The page of a link, or of a link taken back, to be approved; with a number it does not block."""

    def link(self, choice: LinkChoice, report: Report, on_row: OnRow) -> BatchResult:
        """Adopt the Zuora refund that was picked."""

    def plan_unlink(self, refund_id: str, reason: str) -> Plan | Declined:
        """The plan of taking a link of this desk back."""

    def unlink(self, plan: Plan, report: Report, on_row: OnRow) -> BatchResult:
        """Take a link back."""

    def review_of(self, refund_id: str, report: Report) -> Review | Declined:
        """Why a refund waits for a person, the evidence, and what may be decided."""

    def decide(
        self, refund_id: str, what: What, reason: str, report: Report, on_row: OnRow, *, plan: Batch | None = None
    ) -> BatchResult:
        """Carry out a decision on evidence that is read again; `plan` is an approved undo's."""

    def recover(self, report: Report, on_row: OnRow) -> BatchResult:
        """Finish or explain what is open."""

    def look(self, report: Report, on_row: OnRow) -> BatchResult:
        """Go on with this desk's own open episodes; adopt and begin nothing."""

    def due(self) -> datetime | None:
        """When an open episode wants to be looked at next (UTC); None when nothing is open."""

    def last_run(self) -> LastRun | None:
        """How far the refunds of the last run came; None when there was none."""

    def open_episodes(self) -> tuple[str, ...]:
        """What is open from last time."""

    def history(self, refund_id: str | None = None, limit: int | None = None) -> tuple[Entry, ...]:
        """The journal for people: of one refund, or the last `limit` lines of all."""

    def verify(self) -> int:
        """Check the journal's chain; answers how many lines it has, raises DeskError when it does not hold."""
