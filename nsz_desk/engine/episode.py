"""One attempt to bring one NetSuite refund to an end: what is written down, and what lives for this run only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nsz_desk.domain.case import Desk, Policy
from nsz_desk.domain.facts import Unread
from nsz_desk.domain.records import Payment, Period, ZuoraRefund
from nsz_desk.engine import effects
from nsz_desk.engine.effects import Act
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.plan import Pair, Plan
from nsz_desk.engine.ports import Event, Line, Moment

KEY_LIFE = timedelta(hours=24)
REFUNDED_BEFORE = "refunded_before"  # in memory: the payment's refunded total before the first post
NOT_YET = "not yet"  # an answer that is no move: the time to wait for has not come


@dataclass(frozen=True, slots=True)
class Limits:
    """The protocol's times in seconds (section 1, Time limits), settings only where a setting exists."""

    claim_wait: float = 1.5
    backoff: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0)
    proof: float = 60.0  # judgement, search and cross-foot before a post
    burst: float = 300.0  # one walk along the key chain
    not_readable: tuple[float, ...] = (5.0, 25.0, 30.0)  # three reads over 60 s
    contrary: float = 180.0  # a contrary read after an unanswered PUT counts from here on
    apart: float = 60.0  # two searches that prove absence
    canary: float = 60.0
    short_wait: float = 10.0  # longer waits leave the episode open instead of blocking a lane
    look_again: float = 900.0
    confirmation: float = 900.0  # of a resync, and never across a restart
    apply_proof: float = 5.0  # claim and parts before a payment is applied again
    late_write: float = 960.0  # NetSuite may carry out a write that it did not answer
    search_lag: float = 4500.0
    behind: float = 7200.0  # totals that differ this long are a person's matter
    young: timedelta = timedelta(hours=20)  # a key is posted up to here
    old: timedelta = timedelta(hours=25)  # and certainly forgotten from here on


@dataclass(frozen=True, slots=True)
class Look:
    """A complete search with its cross-foot: ours, all of the payment, the payment by id."""

    ours: tuple[ZuoraRefund, ...]
    of_payment: tuple[ZuoraRefund, ...]
    payment: Payment
    at: Moment
    behind: str = ""  # why the cross-foot does not foot, "" when it does

    @property
    def live(self) -> tuple[ZuoraRefund, ...]:
        """Those with our id that are not dead; an unknown status word counts here, never as dead."""
        return tuple(refund for refund in self.ours if not refund.dead)

    @property
    def refunded(self) -> str:
        """The payment's refunded total as text for the memory."""
        return self.payment.refunded.plain()

    @property
    def dead_ids(self) -> frozenset[str]:
        """Ids of the dead refunds with our id."""
        return frozenset(refund.id for refund in self.ours if refund.dead)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step reports: the outcome, which alternative it leads to, and why, in words."""

    outcome: Outcome
    to: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Episode:
    """The working state of one episode. `memory` is JSON and is written with every line."""

    id: str
    kind: str
    plan: Plan
    pair: Pair
    policy: Policy
    desk: Desk
    limits: Limits
    netsuite_periods: tuple[Period, ...] | Unread
    zuora_periods: tuple[Period, ...] | Unread
    state: str
    memory: dict[str, Any] = field(default_factory=dict)
    canary: bool = False
    cut: str = ""  # where an earlier desk died in it, "" when none did
    # for this run only: proofs never survive it
    judged_at: Moment | None = None
    look: Look | None = None
    confirmed_at: Moment | None = None  # a resync: when a person said yes
    line: Line | None = None
    burst_at: Moment | None = None
    tries: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    attempt: int = 0
    pause: float = 0.0  # what Zuora asked to wait before the next try
    created: datetime | None = None
    server: tuple[datetime, float] | None = None

    @property
    def refund_id(self) -> str:
        """Internal id of the NetSuite customer refund."""
        return self.plan.refund_id

    @property
    def n(self) -> int:
        """Place in the key chain."""
        return int(self.memory.get("n", 0))

    @n.setter
    def n(self, value: int) -> None:
        """Move on in the key chain."""
        self.memory["n"] = value

    @property
    def zuora_id(self) -> str:
        """The Zuora refund that was made or adopted, "" before."""
        return str(self.memory.get("zuora_refund_id", ""))

    @property
    def adopt_only(self) -> bool:
        """Recovery of a row that this journal knows nothing of: adopt what exists, never create."""
        return bool(self.memory.get("adopt_only"))

    def count(self, what: str) -> int:
        """How often `what` happened in this run, counting this time."""
        self.tries[what] = self.tries.get(what, 0) + 1
        return self.tries[what]

    def event(self, kind: str, **detail: Any) -> Event:
        """A journal line of this episode, with the memory as it stands."""
        return Event(kind, self.refund_id, self.id, {**detail, "memory": dict(self.memory)})

    def server_time(self, moment: Moment) -> datetime:
        """NetSuite's clock now: its last answer's time moved on by the monotonic clock."""
        if self.server is None:
            return moment.wall
        at, mono = self.server
        return at + timedelta(seconds=moment.mono - mono)

    def first_post(self, n: int) -> datetime | None:
        """When K(n), as it lives now, was first posted, by Zuora's clock where it answered; None if never.

        A post after 24 hours began a new life of the key: Zuora had forgotten the earlier one.
        """
        times = sorted(datetime.fromisoformat(post["at"]) for post in self.memory.get("posts", []) if post["n"] == n)
        first = times[0] if times else None
        for at in times:
            first = at if first is None or at - first >= KEY_LIFE else first
        return first

    def proved(self, moment: Moment) -> bool:
        """Whether the keys before K(n) were passed in this very burst; otherwise they must be proved again."""
        return self.burst_at is not None and moment.mono - self.burst_at.mono <= self.limits.burst

    def last_post(self) -> datetime | None:
        """When any key was last posted."""
        times = [datetime.fromisoformat(post["at"]) for post in self.memory.get("posts", [])]
        return max(times) if times else None


Step = Callable[[Episode], Act[Answer]]


def intend(e: Episode, what: str, **detail: Any) -> Act[None]:
    """Write the durable intent before a write (rule R1)."""
    e.attempt += 1
    moment = yield from effects.now()
    sent = moment.wall.isoformat()
    yield from effects.record(e.event("intent", state=e.state, what=what, n=e.n, sent=sent, **detail))
