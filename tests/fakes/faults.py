"""What can go wrong with a call, planned ahead; and the power, which can be cut at any effect."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nsz_desk.domain.errors import Credentials, DeskError, KeyMismatch, NoAnswer, Refused, Unreachable

T = TypeVar("T")


class PowerCut(BaseException):
    """The process is gone. No error of the program: nothing may catch it."""


@dataclass
class Power:
    """Counts every effect of the whole world, and cuts the power before or after the one chosen.

    `trace` names the effects in order. After a cut the power is back: the next process starts.
    """

    count: int = 0
    cut: tuple[int, str] | None = None
    trace: list[str] = field(default_factory=list)

    def before(self, what: str) -> None:
        """An effect is about to happen."""
        self.count += 1
        self.trace.append(what)
        self._cut("before")

    def after(self) -> None:
        """It has happened; nobody has heard of it yet."""
        self._cut("after")

    def _cut(self, side: str) -> None:
        if self.cut == (self.count, side):
            self.cut = None
            raise PowerCut(f"{side} effect {self.count}: {self.trace[-1]}")


@dataclass
class Faults:
    """The planned faults of one system, and all calls made to it as (verb, arguments).

    `how` is one of drop_request (no effect, no answer), drop_answer (effect, no answer), zombie (no answer;
    the effect comes `later` seconds on), not_sent, refused (with `code`; a create stores it under its key),
    login (credentials), unclear (a failure of unknown fate, stored under the key), crash_before, crash_after.
    """

    power: Power
    now: Callable[[], float]
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    planned: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    zombies: list[tuple[float, Callable[[], Any]]] = field(default_factory=list)
    later: float = 120.0
    counts: dict[str, int] = field(default_factory=dict)  # kept beside `calls`: schedules ask it at every call
    quiet: bool = False  # nothing is planned or remembered here: the simulation does both by itself

    def fail(self, verb: str, nth: int, how: str, code: str = "") -> None:
        """Let the nth call of `verb` from now on go wrong; nth 0 means every one."""
        self.planned[verb, nth and self.count(verb) + nth] = (how, code)

    def heal(self) -> None:
        """No planned fault is left."""
        self.planned.clear()

    def count(self, verb: str) -> int:
        """How often `verb` was called."""
        return self.counts.get(verb, 0)

    def of(self, verb: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of `verb`."""
        return [args for called, args in self.calls if called == verb]

    def wake(self) -> None:
        """Requests that were under way arrive when their time has come."""
        due = [act for at, act in self.zombies if at <= self.now()]
        self.zombies = [(at, act) for at, act in self.zombies if at > self.now()]
        for act in due:
            try:
                act()
            except (Refused, NoAnswer, KeyMismatch):
                continue  # nobody waits for this answer any more

    def call(self, verb: str, args: tuple[Any, ...], effect: Callable[[], T], stored: Callable[..., None]) -> T:
        """Do `effect` as the planned fault allows; `stored` keeps a failure that Zuora would store."""
        if self.quiet:
            return effect()
        if self.zombies:
            self.wake()
        self.power.before(verb)
        self.calls.append((verb, args))
        nth = self.counts[verb] = self.counts.get(verb, 0) + 1
        how, code = self.planned.get((verb, nth)) or self.planned.get((verb, 0)) or ("", "")
        try:
            self._instead(verb, how, code, effect, stored)
            value = effect()
        except DeskError:
            self.power.after()
            raise
        self.power.after()
        if how == "crash_after":
            raise PowerCut(f"after {verb}")
        if how == "drop_answer":
            raise NoAnswer("The connection broke.", "Whether it happened is not known.")
        return value

    def _instead(self, verb: str, how: str, code: str, effect: Callable[[], Any], stored: Callable[..., None]) -> None:
        """Raise where the effect does not happen now."""
        if not how:
            return
        if how == "crash_before":
            raise PowerCut(f"before {verb}")
        if how == "zombie":
            self.zombies.append((self.now() + self.later, effect))
        if how in ("drop_request", "zombie"):
            raise NoAnswer("The connection broke.", "Whether it happened is not known.")
        if how == "not_sent":
            raise Unreachable("No connection.", "Nothing was sent.")
        if how == "login":
            raise Credentials("The login was refused.", "Nothing was done.", code=code)
        if how == "refused":
            stored(Refused("Refused on request.", "Nothing changed.", code=code or "53200030"))
            raise Refused("Refused on request.", "Nothing changed.", code=code or "53200030")
        if how == "unclear":
            stored(NoAnswer("Server error.", "Whether it happened is not known.", code="unclear:500"))
            raise NoAnswer("Server error.", "Whether it happened is not known.", code="unclear:500")
