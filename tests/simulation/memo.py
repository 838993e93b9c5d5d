"""Pure functions of the core remembered across schedules: the same few thousand facts are judged again and again.

Only values that compare equal share an answer, and every careful schedule (see `draw`) works without this.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.errors import DeskError
from nsz_desk.domain.facts import FactMissing
from nsz_desk.engine import judging, plan
from nsz_desk.engine.episode import Episode
from nsz_desk.engine.plan import Pair, Plan
from nsz_desk.rules.rule import Finding
from tests.simulation.patches import Patch, patched

SIZE = 20000  # entries; then everything is forgotten
Findings = tuple[tuple[Finding, ...], tuple[Finding, ...]]


class Memory:
    """Answers by facts; an error is an answer too."""

    def __init__(self) -> None:
        self.on = True
        self._kept: dict[Any, Any] = {}
        self._findings, self._changes = judging.rule_findings, judging.changes
        self._derive, self._stored = plan.derive, Plan.stored

    def ask(self, key: Any, answer: Callable[[], Any]) -> Any:
        """The kept answer, or a new one."""
        if not self.on:
            return answer()
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) > SIZE:
                self._kept.clear()
            try:
                kept = (answer(), None)
            except (DeskError, FactMissing) as error:
                kept = (None, error)
            self._kept[key] = kept
        if kept[1] is not None:
            raise kept[1]
        return kept[0]

    def facts(self, case: RefundCase) -> Any:
        """Everything in a case that these functions look at; the desk's overrides are empty in every schedule."""
        return (
            case.refund,
            case.memos,
            case.customer_fact,
            case.payment_fact,
            case.account_fact,
            case.customer_account_fact,
            case.own_refunds_fact,
            case.desk.ignored_refunds,
            case.desk.known_dead,
        )

    def rule_findings(self, case: RefundCase, also: Any = "") -> Findings:
        """As `judging.rule_findings`."""
        key = ("rules", self.facts(case), tuple(also))
        found: Findings = self.ask(key, lambda: self._findings(case, also))
        return found

    def changes(self, e: Episode, case: RefundCase) -> tuple[str, ...]:
        """As `judging.changes`."""
        key = ("changes", e.pair.route, e.plan, self.facts(case))
        found: tuple[str, ...] = self.ask(key, lambda: self._changes(e, case))
        return found

    def derive(self, pair: Pair, case: RefundCase, parts: Any = None, call: Any = None) -> Plan:
        """As `plan.derive`."""
        key = ("derive", pair.route, self.facts(case), parts, call)
        made: Plan = self.ask(key, lambda: self._derive(pair, case, parts, call))
        return made

    def stored(self, one: Plan) -> dict[str, Any]:
        """As `Plan.stored`; nobody changes what it answers."""
        made: dict[str, Any] = self.ask(("stored", one), lambda: self._stored(one))
        return made


_memories: dict[tuple[Any, ...], Memory] = {}  # one of each core: a mutant's answers are not the core's


def _memory() -> Memory:
    core = (judging.rule_findings, judging.changes, plan.derive, Plan.stored)
    if core not in _memories:
        _memories.clear()
        _memories[core] = Memory()
    return _memories[core]


@contextmanager
def remembering() -> Iterator[Memory]:
    """Install it for a while; what it knows stays for the next time."""
    memory = _memory()
    instead: tuple[Patch, ...] = (
        (judging, "rule_findings", memory.rule_findings),
        (judging, "changes", memory.changes),
        (plan, "derive", memory.derive),
        (Plan, "stored", lambda one: memory.stored(one)),
    )
    with patched(instead):
        yield memory
