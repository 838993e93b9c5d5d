"""The journal with the little that the engine must know of it by heart: what is open, what waits for a person."""

from dataclasses import dataclass, field
from datetime import date, datetime

from nsz_desk.engine.ports import Event, Journal, Written

ASIDE = "set aside"  # a person's decision to leave a row as it is
WAITS = frozenset({"review", "drift", ASIDE})
FOR_A_PERSON = "waits for a person"
GONE = frozenset({"voided", "orphan", "record gone"})  # reasons on which a person accepts that nothing is left
UNDONE = frozenset({"resynced", "undone"})
NO_ANSWER = "NO_ANSWER"
WATCHED = "cleared"  # a resync that only watches for late writes: its row is pending again

# States of an undo between its cancel and the proof that the payment pays what it paid before.
LOOSENED = frozenset({"shielded", "cancelling", "cancelled", "loose", "reapplying", "held apply"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an episode of a refund stands: open in a state, or ended, with the reason."""

    episode: str
    state: str
    reason: str
    since: datetime
    is_open: bool

    @property
    def words(self) -> str:
        """For people, "" when nothing is open that stands in the way and nobody is waited for."""
        if self.state == WATCHED or (not self.is_open and self.state not in WAITS):
            return ""
        what = "open" if self.is_open else FOR_A_PERSON
        why = f": {self.reason}" if self.reason else ""
        return f"{what} ({self.state}) since {self.since:%Y-%m-%d %H:%M} UTC{why}"


@dataclass(slots=True)
class Ledger:
    """Appends to the journal and keeps the projection; the projection is the replay of the lines.

    Of each refund it knows the episodes that are open, and those that ended since the last one was opened.
    """

    journal: Journal
    settings: Written | None = None  # the last line that tells how the desk was set
    run: Written | None = None  # the last line that began a run
    begun: set[str] = field(default_factory=set)  # refunds that an episode was opened for since then
    _of: dict[str, dict[str, Standing]] = field(default_factory=dict)  # refund -> episode -> standing
    _dead: dict[str, frozenset[str]] = field(default_factory=dict)  # refund -> Zuora refunds proved dead
    _ignored: dict[str, frozenset[str]] = field(default_factory=dict)  # refund -> Zuora refunds that are others
    _done: dict[str, str] = field(default_factory=dict)  # refund whose sync is complete -> its date
    silent: dict[str, datetime] = field(default_factory=dict)  # refund -> its last NetSuite write without an answer
    _sent: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # episode -> a NetSuite write under way
    _dates: dict[str, str] = field(default_factory=dict)  # refund -> its date in the last plan
    _pays: dict[str, str] = field(default_factory=dict)  # refund -> the payment of its last plan
    _alone: set[str] = field(default_factory=set)  # episodes that cancel one Zuora refund and undo nothing else
    _linking: dict[str, str] = field(default_factory=dict)  # refund -> its episode that links
    _linked: set[str] = field(default_factory=set)  # refunds that this desk put its id on a found Zuora refund for

    def __post_init__(self) -> None:
        """Replay what the journal holds."""
        for line in self.journal.lines():
            self._project(line)

    def append(self, event: Event) -> Written:
        """Write a line durably, then know it."""
        line = self.journal.append(event)
        self._project(line)
        return line

    def _project(self, line: Written) -> None:
        kind, detail, refund = line.event.kind, line.event.detail, line.event.refund_id
        self._listen(line)
        self._follow_link(line)
        if kind == "settings":
            self.settings = line
        elif kind == "run":
            self.run, self.begun = line, set()
        elif kind == "episode_opened":
            self.begun.add(refund)
            self._dates[refund] = str(detail["plan"]["date"])
            self._pays[refund] = str(detail["plan"]["payment_id"])
            if detail["plan"].get("kind") == "cancel":  # what waited goes on waiting until it was cancelled
                self._alone.add(line.event.episode)
            else:
                self._close(refund)
            self._put(line, str(detail["state"]), "begun", True)
        elif kind == "outcome":
            self._put(line, str(detail["next"]), str(detail.get("reason", "")), True)
            if "dead" in detail:
                self._dead[refund] = self.known_dead(refund) | {str(detail["dead"])}
        elif kind == "intent" and refund in self._of:
            self._put(line, str(detail["state"]), f"interrupted: {detail['what']}", True)
        elif kind == "episode_ended":
            if line.event.episode in self._alone and detail["end"] in UNDONE:
                self._close(refund)
            self._put(line, str(detail["end"]), str(detail.get("reason", "")), False)
            if line.event.episode not in self._alone:
                self._ended(refund, str(detail["end"]))
        elif kind == "decision":
            self._decided(line)

    def _listen(self, line: Written) -> None:
        """Which NetSuite writes went unanswered, or were cut off, and were not looked at late enough since."""
        event, episode = line.event, line.event.episode
        if event.kind == "sweep":
            self.silent.pop(event.refund_id, None)
        if event.kind in ("intent", "resumed", "outcome") and episode in self._sent:
            refund, at = self._sent.pop(episode)
            if event.kind != "outcome" or event.detail["outcome"] == NO_ANSWER:
                self.silent[refund] = max(at, self.silent.get(refund, at))
        if event.kind == "intent" and "record" in event.detail:
            self._sent[episode] = event.refund_id, line.at

    def _follow_link(self, line: Written) -> None:
        """Which refunds are linked: the values to put back are known; until it is undone or was given up."""
        kind, detail, refund = line.event.kind, line.event.detail, line.event.refund_id
        if kind == "episode_opened" and detail.get("table") == "LINK":
            self._linking[refund] = line.event.episode
        if refund not in self._linking:
            return
        own = self._linking[refund] == line.event.episode
        if own and "former_marks" in detail.get("memory", {}):
            self._linked.add(refund)
        undone = detail.get("end") in UNDONE and line.event.episode not in self._alone
        if kind == "episode_ended" and (undone or (own and detail["end"] in ("stopped", "busy"))):
            self._linked.discard(refund)

    def _ended(self, refund: str, end: str) -> None:
        if end == "complete":
            self._done.pop(refund, None)  # the latest stand last
            self._done[refund] = self._dates.get(refund, "")
        elif end in UNDONE:
            self._done.pop(refund, None)

    def _decided(self, line: Written) -> None:
        """A person's decision: it closes what waited, names foreign refunds, or sets the row aside."""
        refund, detail = line.event.refund_id, line.event.detail
        if detail.get("what") == "accept" and detail.get("about") in GONE:
            self._done.pop(refund, None)
        if detail.get("closes"):
            self._close(refund)
        if ignored := detail.get("ignored"):
            self._ignored[refund] = self.ignored(refund) | {str(key) for key in ignored}
        if detail.get("aside"):
            aside = Standing("", ASIDE, str(detail["reason"]), line.at, False)
            self._of.setdefault(refund, {})[ASIDE] = aside

    def _close(self, refund: str) -> None:
        """What has ended waits for nobody any more."""
        self._of[refund] = {key: one for key, one in self._of.get(refund, {}).items() if one.is_open}

    def _put(self, line: Written, state: str, reason: str, is_open: bool) -> None:
        standing = Standing(line.event.episode, state, reason, line.at, is_open)
        self._of.setdefault(line.event.refund_id, {})[line.event.episode] = standing

    @property
    def standings(self) -> dict[tuple[str, str], Standing]:
        """All standings by refund and episode."""
        return {(refund, key): one for refund, some in self._of.items() for key, one in some.items()}

    def known_dead(self, refund_id: str) -> frozenset[str]:
        """Its Zuora refunds that a resync of this desk saw cancelled: dead for ever, whatever a list shows."""
        return self._dead.get(refund_id, frozenset())

    def ignored(self, refund_id: str) -> frozenset[str]:
        """Zuora refunds of which a person said that they are others, not this one."""
        return self._ignored.get(refund_id, frozenset())

    def completed(self, since: date) -> tuple[str, ...]:
        """Refunds dated on or after `since` that this desk completed and did not undo, the latest first."""
        return tuple(refund for refund, day in reversed(self._done.items()) if day >= since.isoformat())

    def is_complete(self, refund_id: str) -> bool:
        """Whether this desk completed it and did not undo it."""
        return refund_id in self._done

    def is_linked(self, refund_id: str) -> bool:
        """Whether this desk linked it and did not undo that since."""
        return refund_id in self._linked

    def waiting(self, refund_id: str) -> tuple[Standing | None, Standing | None]:
        """What waits for a person, and what sets it aside: each None when there is none."""
        some = self._of.get(refund_id, {})
        waits = (one for key, one in reversed(some.items()) if one.words and key != ASIDE)
        return next(waits, None), some.get(ASIDE)

    def open_episodes(self) -> tuple[str, ...]:
        """Ids of the episodes that have not ended."""
        return tuple(one.episode for one in self.standings.values() if one.is_open)

    def has(self, refund_id: str, episode: str) -> bool:
        """Whether a line about that episode of a refund was written."""
        return episode in self._of.get(refund_id, {})

    def held(self, refund_id: str, state: str) -> str:
        """The open episode of a refund that rests in that state, "" when there is none."""
        some = self._of.get(refund_id, {}).values()
        return next((one.episode for one in some if one.is_open and one.state == state), "")

    def loose_beside(self, payment_id: str, refund_id: str) -> str:
        """Another refund's undo on the same payment whose money is not settled yet, in words; "" without one.

        What a cancel of ours loosens could not be told from it.
        """
        for other, some in self._of.items():
            if other == refund_id or self._pays.get(other) != payment_id:
                continue
            for one in some.values():
                if one.is_open and one.state in LOOSENED:
                    return f"the undo of refund {other} on the same payment is {one.words}. Finish that one first"
        return ""

    def words(self, refund_id: str) -> str:
        """What stands open about a refund, "" when nothing does."""
        return next((one.words for one in reversed(self._of.get(refund_id, {}).values()) if one.words), "")

    def open_words(self, refund_id: str) -> str:
        """As `words`, of open episodes alone: what only waits for a person's decision is left out."""
        some = reversed(self._of.get(refund_id, {}).values())
        return next((one.words for one in some if one.is_open and one.words), "")

    def episode(self, episode: str) -> tuple[Written, ...]:
        """All lines of one episode."""
        return self.journal.episode(episode)

    def of_refund(self, refund_id: str) -> tuple[Written, ...]:
        """All lines about one refund."""
        return self.journal.of_refund(refund_id)

    def lines(self, limit: int | None = None) -> tuple[Written, ...]:
        """All lines, or the last ones."""
        return self.journal.lines(limit)

    def verify(self) -> int:
        """Check the chain."""
        return self.journal.verify()
