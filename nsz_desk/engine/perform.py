"""Perform effects on real ports: one call each, errors turned into replies, never a silent retry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from nsz_desk.domain.errors import Cancelled, Credentials, DeskError, NoAnswer, Unreachable
from nsz_desk.domain.records import ZuoraAccount, ZuoraRefund
from nsz_desk.engine.effects import Act, Effect, Reply, outcome_of
from nsz_desk.engine.flow import Outcome
from nsz_desk.engine.ports import Clock, Journal, NetSuite, Report, Zuora

T = TypeVar("T")
LAG = timedelta(minutes=75)  # the search may show an update up to an hour late
LOCKED_OUT = "Signing in was refused three times in a row."
BREAKER = 3  # refused sign-ins in a row: then nothing more is sent, or a system locks the login


@dataclass(slots=True)
class SharedReads:
    """What one run's episodes share: the tenant-wide listing, read on from its last time, and accounts.

    Several lanes use it at once; single dictionary writes are atomic, and a newer reading wins.
    """

    zuora: Zuora
    refunds: dict[str, ZuoraRefund] = field(default_factory=dict)
    since: datetime | None = None
    read_to: datetime | None = None
    known_accounts: dict[str, ZuoraAccount] = field(default_factory=dict)
    refused_sign_ins: int = 0
    silent: dict[str, str] = field(default_factory=dict)  # system -> why its last call got no answer

    @property
    def silence(self) -> str:
        """Why a system does not answer, "" while each answered when it was last asked."""
        return next(iter(list(self.silent.values())), "")

    @property
    def locked_out(self) -> bool:
        """Whether sign-ins were refused so often that nothing more may be sent in this run."""
        return self.refused_sign_ins >= BREAKER

    def updated_since(self, since: datetime, now: datetime) -> tuple[ZuoraRefund, ...]:
        """Every refund of the tenant updated since then; only what is new is asked for again."""
        covered = self.since is not None and self.read_to is not None and self.since <= since
        start = max(since, self.read_to - LAG) if covered and self.read_to else since
        for refund in self.zuora.refunds_updated_since(start):
            before = self.refunds.get(refund.id)
            if before is None or before.updated is None or refund.updated is None or refund.updated >= before.updated:
                self.refunds[refund.id] = refund
        if not covered:
            self.since = since
        self.read_to = now
        return tuple(
            refund for refund in list(self.refunds.values()) if refund.updated is None or refund.updated >= since
        )

    def accounts(self, ids: tuple[str, ...]) -> Mapping[str, ZuoraAccount]:
        """Accounts by id; an account does not change its place within a run."""
        missing = [key for key in ids if key not in self.known_accounts]
        if missing:
            self.known_accounts.update(self.zuora.accounts(missing))
        return {key: self.known_accounts[key] for key in ids if key in self.known_accounts}


@dataclass(frozen=True, slots=True)
class Performer:
    """One episode's hands: the ports it acts on."""

    netsuite: NetSuite
    zuora: Zuora
    journal: Journal
    clock: Clock
    report: Report
    shared: SharedReads

    def perform(self, effect: Effect) -> Any:
        """Do what the core asks and answer as it expects."""
        room, verb = effect.verb.split(".")
        if room == "clock":
            return self.clock.now() if verb == "now" else self.clock.sleep(*effect.args)
        if room == "report":
            return self._stopping()
        if room == "journal":
            return self.journal.append(*effect.args)
        return self._reply(room, verb, effect.args)

    def _call(self, room: str, verb: str) -> Callable[..., Any]:
        if verb == "refunds_updated_since":
            return lambda since: self.shared.updated_since(since, self.clock.now().wall)
        if verb == "accounts":
            return lambda ids: self.shared.accounts(tuple(ids))
        call: Callable[..., Any] = getattr(self.netsuite if room == "netsuite" else self.zuora, verb)
        return call

    def _heard(self, room: str, silence: str) -> None:
        if silence:
            self.shared.silent[room] = silence
        else:
            self.shared.silent.pop(room, None)

    def _reply(self, room: str, verb: str, args: tuple[Any, ...]) -> Reply[Any]:
        if self.shared.locked_out:
            error = Credentials(LOCKED_OUT, "Nothing more was sent in this run.", "Correct the secrets, then Finish.")
            return Reply(Outcome.NOT_SENT, None, error)
        try:
            value = self._call(room, verb)(*args)
        except DeskError as problem:
            refused = isinstance(problem, Credentials)
            self.shared.refused_sign_ins = self.shared.refused_sign_ins + 1 if refused else 0
            unheard = isinstance(problem, (Unreachable, NoAnswer)) and not (problem.code or problem.at or problem.wait)
            self._heard(room, problem.title if unheard else "")
            return Reply(outcome_of(problem), None, problem)
        self.shared.refused_sign_ins = 0
        if verb != "accounts":  # it may have been answered from what was read before
            self._heard(room, "")
        return Reply(Outcome.DONE, True if value is None else value)

    def _stopping(self) -> bool:
        try:
            self.report.check()
        except Cancelled:
            return True
        return False


def drive(act: Act[T], perform: Callable[[Effect], Any]) -> T:
    """Run a core generator to its end, performing each effect."""
    try:
        effect = next(act)
        while True:
            effect = act.send(perform(effect))
    except StopIteration as end:
        value: T = end.value
        return value
