"""The watch: the invariants, asked at every change of the world and at every line of every journal.

A violation is kept and not raised: a desk survives a fault of one row, so an exception could be swallowed.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from nsz_desk.domain.records import ZuoraRefund
from nsz_desk.engine.flow import edges
from nsz_desk.engine.ports import MEMO, REFUND, STATUS, ZUORA_ID, Written
from nsz_desk.engine.runner import FLOWS
from tests.fakes import FakeClock, FakeNetSuite, FakeZuora
from tests.simulation.faults import TAINT

LEGAL = {
    name: frozenset((state, outcome.value, target) for state, outcome, target in edges(flow))
    for name, flow in FLOWS.items()
}
MAKES = frozenset({"SYNC", "ALLOCATED"})  # kinds that can create
TOLD = frozenset({"complete", "review", "drift", "resynced"})  # words that mean the same in every table
FOREVER = float("inf")
QUIET = frozenset({"blocked", "busy", "stopped"})
DENIES = QUIET | {"refused", "unmade"}  # ends that say: nothing was made
EVIDENCE = frozenset({"made", "rejected", "not made"})
CONFIRMED = 900.0  # seconds for which a confirmed resync may cancel
LAG = 3700.0  # seconds: a search may be an hour behind, so this much is not known to anybody


@dataclass(slots=True)
class Sender:
    """Who sent a create: the episode, the dead refunds its plan lists, when, and whether the search was blind."""

    desk: str
    episode: str
    refund_id: str
    known_dead: tuple[str, ...]
    key: str
    answered: tuple[str, ...]
    at: float
    blind: bool


@dataclass
class Watch:
    """Asks I1, I2, I3, I4, I5, I7 and I8 on the spot; `violations` keeps what it finds, each with its name."""

    netsuite: FakeNetSuite
    zuora: FakeZuora
    clock: FakeClock
    violations: list[str] = field(default_factory=list)
    intents: set[object] = field(default_factory=set)
    died: dict[str, float] = field(default_factory=dict)
    ends: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # of each refund: (end, reason)
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    unanswered: dict[tuple[str, str], bool] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)  # of each episode's last create
    before: dict[tuple[str, str], bool] = field(default_factory=dict)  # the same, before the last create's intent
    visited: set[str] = field(default_factory=set)
    moves: set[tuple[str, str, str]] = field(default_factory=set)
    judged: dict[tuple[str, str], float] = field(default_factory=dict)  # when an episode's rules last held
    meddled: dict[str, float] = field(default_factory=dict)  # when somebody else last did something at a refund
    said: dict[tuple[str, str], float] = field(default_factory=dict)  # an episode's last line; a step reads after it
    verified: dict[str, float] = field(default_factory=dict)  # since when a desk has seen that a refund is live
    both: dict[tuple[str, str], float] = field(default_factory=dict)  # when an episode came to its post-check
    looked: dict[str, float] = field(default_factory=dict)  # the same, of the last one that ended complete
    windows: Counter[str] = field(default_factory=Counter)  # residual windows (W2) that were seen
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)  # of each episode
    undone: dict[tuple[str, str], str] = field(default_factory=dict)  # the Zuora refund that a resync is about
    confirmed: dict[tuple[str, str], float] = field(default_factory=dict)  # when a person said yes, in this process
    last_made: dict[str, str] = field(default_factory=dict)  # of each refund: how its last sync or split ended
    stolen: set[str] = field(default_factory=set)  # ids of a Zuora refund that two refunds linked at once, and theirs
    late: bool = False  # a request arrives for which nobody waits any more
    late_writes: dict[str, float] = field(default_factory=dict)  # NetSuite refunds: when one arrived last
    sender: Sender | None = None
    _made: int = 0

    def __post_init__(self) -> None:
        """Listen to both systems."""
        self.zuora.on_change, self.zuora.on_write = self.money, self.zuora_write
        self.netsuite.on_write = self.netsuite_write

    def hold(self, true: bool, what: str) -> None:
        """Keep a violation."""
        if not true:
            self.violations.append(what)

    # Zuora's side.

    def money(self) -> None:
        """I1 and I2 after every change of money, I5 for a new refund."""
        live: dict[str, str] = {}
        refunded = dict.fromkeys(self.zuora.known_payments, Decimal(0))
        for one in self.zuora.refunds.values():
            if one.dead:
                self.died.setdefault(one.id, self.clock.mono)
                continue
            refunded[str(one.payment_id)] += one.amount.amount
            if one.id.startswith("zr"):
                other = live.setdefault(one.integration_id, one.id)
                self.hold(other == one.id, f"I1: {other} and {one.id} are both live for {one.integration_id}")
        for key, bare in self.zuora.known_payments.items():
            self.hold(refunded[key] <= bare.amount.amount, f"I2: payment {key} is overdrawn")
        new = f"zr{self._made + 1}"
        if new in self.zuora.refunds:
            self._made += 1
            self._new(self.zuora.refunds[new])

    def _new(self, refund: ZuoraRefund) -> None:
        """A create took effect: I5, and no end has denied it before."""
        by = self.sender
        if by is None:
            return
        end = self.ended.get((by.desk, by.episode), "")
        if end == "refused" and by.key in self.zuora.keys.forgotten:
            self.windows["W2"] += 1  # a refused key's age is not known to other desks: the search adopts it later
        else:
            self.hold(end not in DENIES, f"R4: {refund.id} came into being after its episode ended {end}")
        now, judged = self.netsuite.refunds.get(by.refund_id), self.judged.get((by.desk, by.episode), 0.0)
        agrees = now is not None and now.voided is not True and now.amount == refund.amount
        seen = self.meddled.get(by.refund_id, judged) < judged
        self.hold(agrees or not seen, f"I3: {refund.id} made although NetSuite says {now}")
        overridden = [
            one.id
            for one in self.zuora.refunds.values()
            if one.dead
            and one.integration_id == refund.integration_id
            and one.id not in by.known_dead
            and self.died[one.id] < by.at - (0.0 if one.id in by.answered else LAG)
        ]
        self.hold(by.blind or not overridden, f"I5: {refund.id} made although a person cancelled {overridden}")

    def zuora_write(self, verb: str, args: tuple[Any, ...]) -> None:
        """I4: the intent of a create or mark is durable, with identical bytes."""
        if verb == "create_refund":
            call, key, track = args
            what: object = (call.method, call.path, call.body, key, track)
        elif verb == "mark_refund":
            what = (args[0], *sorted(args[1].items()))
            self._stolen(args[0], args[1].get("integration_id", ""))
        elif verb == "cancel_refund":
            what = ("cancel", args[0])
        else:
            what = ("apply", args[0], tuple((invoice, amount.plain()) for invoice, amount in args[1]))
        self.hold(what in self.intents, f"I4: no intent for {verb} {what}")

    def _stolen(self, zuora_id: str, refund_id: str) -> None:
        """W8: Zuora compares nothing when it writes, so two desks may link one refund to two at the same moment."""
        before = self.zuora.refunds[zuora_id].integration_id if zuora_id in self.zuora.refunds else ""
        if refund_id and before not in ("", refund_id):
            self.windows["W8"] += 1
            self.stolen |= {zuora_id, refund_id, before}

    def restarted(self, desk: str) -> None:
        """A yes of a person does not survive the process."""
        self.confirmed = {key: at for key, at in self.confirmed.items() if key[0] != desk}

    def netsuite_write(self, verb: str, args: tuple[Any, ...]) -> None:
        """I4 for NetSuite's writes; I3 and I7 when one says `Sync Complete`."""
        record, record_id, values, clear = args
        what = (record, record_id, *sorted(values.items()), *clear)
        self.hold(what in self.intents, f"I4: no intent for {verb} {what}")
        refund_id = record_id if record == REFUND else f"9{record_id[1:]}"
        if self.late:
            self.late_writes[refund_id] = self.clock.mono
        if ZUORA_ID in clear and not self.late:
            self._cleared(record, record_id)
        if values.get(STATUS) != "Sync Complete":
            return
        stamped = self.zuora.refunds.get(values[ZUORA_ID])
        if stamped is None:
            return  # deleted meanwhile: the post-check tells
        if self.late and stamped.dead:
            self.windows["W7"] += 1  # a stamp that arrives after another desk's resync: it is seen and told later
            return
        dead_before = stamped.dead and self.died[stamped.id] < self.verified.get(stamped.integration_id, 0.0)
        self.hold(not dead_before, f"I3: {record} {record_id} says complete over {stamped.id}, which was dead before")
        marked = stamped.transferred == "Yes" or stamped.id in self._being_undone()
        self.hold(marked, f"I7: {record} {record_id} says complete before {stamped.id} is marked")
        own = stamped.integration_id == refund_id or stamped.id in self.stolen
        self.hold(own, f"I3: {record} {record_id} stamped with another's {stamped.id}")

    def _cleared(self, record: str, record_id: str) -> None:
        """I5: nothing is cleared over a live refund."""
        records = self.netsuite.refunds if record == REFUND else self.netsuite.memos
        if record_id not in records:
            return
        stood = self.zuora.refunds.get(records[record_id].zuora_id)
        self.hold(stood is None or stood.dead, f"I5: {record} {record_id} is cleared, its refund is live")

    # The journals' side.

    def line(self, desk: str, line: Written) -> None:
        """I4, I7 and I8 at a line of a desk's journal."""
        event = line.event
        kind, detail, key = event.kind, event.detail, (desk, event.episode)
        if kind == "intent":
            self._intent(key, detail)
        elif kind == "episode_opened":
            self.kinds[key] = str(detail["table"])
            self.undone[key] = str(detail["plan"].get("zuora_refund_id", ""))
        elif kind == "outcome":
            self._outcome(key, detail)
            if detail["next"] == "verified":
                self.verified[event.refund_id] = self.said.get(key, self.clock.mono)
            if detail["next"] == "both":
                self.both[key] = self.clock.mono
        elif kind == "episode_ended":
            self._end(key, event.refund_id, str(detail["end"]), str(detail["reason"]))
        self.said[key] = self.clock.mono

    def _intent(self, key: tuple[str, str], detail: Any) -> None:
        if "key" in detail:
            self.intents.add((detail["method"], detail["url"], detail["body"], detail["key"], detail["track"]))
            self.before[key] = self.unanswered.get(key, False)
            self.unanswered[key] = True
        elif "payment" in detail:
            parts = tuple((one["invoice_id"], one["amount"]) for one in detail["parts"])
            self.intents.add(("apply", detail["payment"], parts))
        elif "method" in detail:
            self._cancel_intent(key, str(detail["zuora_refund"]))
        elif "zuora_refund" in detail:
            self.intents.add((detail["zuora_refund"], *sorted(detail["values"].items())))
        else:
            values, clear = sorted(detail["values"].items()), detail.get("clear", ())
            self.intents.add((detail["record"], detail["record_id"], *values, *clear))

    def _cancel_intent(self, key: tuple[str, str], zuora_id: str) -> None:
        """I5: only a resync that a person has just confirmed cancels, and only the refund it is about."""
        self.intents.add(("cancel", zuora_id))
        age = self.said.get(key, self.clock.mono) - self.confirmed.get(key, -FOREVER)
        own = self.kinds.get(key) == "RESYNC" and self.undone[key] == zuora_id
        self.hold(
            own and age <= CONFIRMED, f"I5: {zuora_id} is cancelled by {key}, {self.kinds.get(key)}, {age:.0f} s old"
        )

    def _outcome(self, key: tuple[str, str], detail: Any) -> None:
        move = (str(detail["state"]), str(detail["outcome"]), str(detail["next"]))
        self.hold(TAINT not in str(detail.get("reason")), f"I6: a secret stands in {move}")
        if move not in self.moves:
            self.hold(move in LEGAL[self.kinds[key]], f"I4: no such move {move}")
            self.moves.add(move)
            self.visited.add(move[2])
        if move[0] in ("ready", "again") and move[1] == "DONE":
            self.judged[key] = self.said.get(key, self.clock.mono)
        if move[0] in ("armed", "again armed"):
            said = self.answers.pop(key, move[1])  # what came back, whatever the core made of it
            self.unanswered[key] = self.before.get(key, False) if said == "NOT_SENT" else said == "NO_ANSWER"
        if move[2] in EVIDENCE:
            self.unanswered[key] = False

    def _end(self, key: tuple[str, str], refund_id: str, end: str, reason: str) -> None:
        kind = self.kinds.get(key, "SYNC")
        told = end if kind in MAKES or end in TOLD else f"{kind.lower()} {end}"
        self.ends.setdefault(refund_id, []).append((told, reason))
        self.ended[key] = end
        if kind in MAKES:
            self.last_made[refund_id] = end
        self.hold(TAINT not in reason, f"I6: a secret stands in the end of {refund_id}")
        self.hold(end not in QUIET or not self.unanswered.get(key), f"I8: an unanswered create of {refund_id} is {end}")
        if end == "complete":
            self.looked[refund_id] = self.both.get(key, 0.0)
            for one in self.zuora.refunds.values():
                if one.integration_id == refund_id and not one.dead and one.id.startswith("zr"):
                    shielded = one.transferred == "Ignore" and one.id in self._being_undone()
                    self.hold(
                        one.transferred == "Yes" or shielded, f"I7: {refund_id} is complete, {one.id} is not marked"
                    )

    def _being_undone(self) -> set[str]:
        """Zuora refunds whose resync is open."""
        return {zuora_id for key, zuora_id in self.undone.items() if zuora_id and key not in self.ended}

    # At the end.

    def told(self, refund_id: str) -> bool:
        """Whether some desk said that a person must look."""
        return any(end in ("review", "drift") for end, _ in self.ends.get(refund_id, ()))

    def stamps(self, refund_id: str, memo_id: str) -> None:
        """I3 when all is quiet: `Sync Complete` stands over a live refund of equal amount, or somebody was told."""
        refund, memo = self.netsuite.refunds.get(refund_id), self.netsuite.memos.get(memo_id)
        if refund is None or memo is None or refund.status_text != "Sync Complete" or self.told(refund_id):
            return
        stamped = self.zuora.refunds.get(refund.zuora_id)
        alive = stamped is not None and not stamped.dead and stamped.amount == refund.amount
        self.hold(alive, f"I3: {refund_id} is complete over {stamped}, and nobody was told")
        same = memo.zuora_id == refund.zuora_id and memo.status_text == "Sync Complete"
        self.hold(same, f"I3: {refund_id} is complete, its {MEMO} says {memo.status_text!r} {memo.zuora_id!r}")
