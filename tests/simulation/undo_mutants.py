"""Guards of resync, and of what may be written down, switched off one at a time; see `mutants`."""

from collections.abc import Callable, Mapping
from typing import Any

from nsz_desk.domain.records import Payment
from nsz_desk.engine import resync_cancel, resync_clear, resync_look, resync_restore, runner
from nsz_desk.engine.effects import Act, Reply
from nsz_desk.engine.episode import Answer, Episode
from nsz_desk.engine.flow import Outcome
from tests.simulation.patches import Patch
from tests.simulation.trees import SCENARIOS

DONE = Outcome.DONE
SETTLED = SCENARIOS["resync, then sync, Invoice Settlement"]
UNDO_TREES = (
    SETTLED,
    SCENARIOS["resync, then sync"],
    SCENARIOS["allocated, undone, split otherwise"],
    SCENARIOS["link"],
)
real_standing = resync_restore.standing


def _never_over(e: Episode) -> Act[str]:
    """A yes of yesterday, or of before a restart, is a yes."""
    yield from ()
    return ""


def _believed(answer: Answer) -> Callable[[Episode], Act[Answer]]:
    def step(e: Episode) -> Act[Answer]:
        yield from ()
        e.memory["gone"] = True
        return answer

    return step


def _parts_alone(e: Episode, payment: Payment) -> str:
    """Whose money lies on the invoices is not asked."""
    e.memory.pop(resync_look.LOOSE_BEFORE, None)
    return real_standing(e, payment)


def _talkative(reply: Reply[Any]) -> str:
    """An error is told with everything that stands behind it."""
    return f"{reply.error} ({reply.error.__cause__})" if reply.error else ""


UNDO_MUTANTS: Mapping[str, Callable[[], tuple[Patch, ...]]] = {
    "confirmation: it never ends": lambda: (
        (resync_look, "over", _never_over),
        (resync_cancel, "over", _never_over),
    ),
    "resync order: cleared without a cancel": lambda: (
        (runner.STEPS, "shielded", _believed(Answer(DONE, reason="skipped"))),
        (runner.STEPS, "cancelling", _believed(Answer(DONE, reason="believed"))),
    ),
    "cancel: its answer is believed": lambda: (
        (runner.STEPS, "cancelling", _believed(Answer(DONE, reason="believed"))),
    ),
    "shield: it is not taken down": lambda: ((runner.STEPS, "unshielding", _believed(Answer(DONE, reason="skipped"))),),
    "apply again: skipped": lambda: ((runner.STEPS, "loose", _believed(Answer(DONE, reason="it is applied already"))),),
    "apply again: skipped, and not read back": lambda: (
        (runner.STEPS, "loose", _believed(Answer(DONE, reason="it is applied already"))),
        (runner.STEPS, "reapplying", _believed(Answer(DONE, reason="believed"))),
    ),
    "apply again: whose money is loose is not asked": lambda: ((resync_restore, "standing", _parts_alone),),
    "late write: nobody watches for it": lambda: (
        (resync_clear, "_late_until", lambda e: None),
        (runner.STEPS, "cleared", _believed(Answer(DONE, reason="believed"))),
    ),
    "secrets: what stands behind an error is told": lambda: ((Reply, "reason", property(_talkative)),),
}
