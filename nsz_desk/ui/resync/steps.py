"""The steps of one resync as a person follows them: what is done, what is under way, where it stopped. No Qt.

A step is told from the state of the RESYNC table that the episode reached; the states on the good way have an order.
"""

from dataclasses import dataclass

from nsz_desk.engine.results import Result
from nsz_desk.engine.resync_plan import ResyncPlan
from nsz_desk.ui.badges import WAITING, Badge
from nsz_desk.ui.resync.undo import Undo

WAY = (
    "confirmed", "planned", "mine", "shielding", "shielded", "cancelling", "cancelled", "loose", "reapplying",
    "settled", "clearing", "refund cleared", "cleared", "resynced",
)  # fmt: skip
DONE = Badge("Done", "check", "ready")
NOW = Badge("Now", "play", "accent")
STOPPED = Badge("Stopped here", "stop", "blocked")
DOUBT = Badge("In doubt", "question", "doubt")
LEFT_OUT = Badge("Not done", "minus", "quiet")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the system, what is done there, where it stands, and the desk's words of it."""

    key: str
    system: str
    what: str
    badge: Badge
    said: str = ""


def steps_of(undo: Undo) -> tuple[Step, ...]:
    """The steps of a refund's plan, each with its state as of now."""
    if undo.plan is None:
        return ()
    lines = _lines(undo.plan)
    reached = max((WAY.index(state) for state in undo.states if state in WAY), default=0)
    done = sum(reached >= WAY.index(until) for until, _, _ in lines)
    if undo.result is not None and undo.result.result is Result.COMPLETE:
        done = len(lines)
    return tuple(
        Step(until, system, what, _badge(undo, place, done), undo.said if place == done else "")
        for place, (until, system, what) in enumerate(lines)
    )


def _badge(undo: Undo, place: int, done: int) -> Badge:
    if place < done:
        return DONE
    if undo.result is None:
        return NOW if place == done and undo.states else WAITING
    if place > done:
        return LEFT_OUT
    return DOUBT if undo.result.result is Result.IN_DOUBT else STOPPED


def _lines(plan: ResyncPlan) -> list[tuple[str, str, str]]:
    """(state with which it is done, system, what), in the order of the protocol."""
    named = plan.zuora_number or plan.zuora_id
    lines = [("cancelled" if plan.already_dead else "planned", "Both", "Read again; all must be as approved")]
    if not plan.already_dead:
        lines.append(("mine", "NetSuite", f"Claim customer refund {plan.number}"))
        if plan.shield:
            lines.append(("shielded", "Zuora", f"{named}: Transferred to Accounting to Ignore"))
        lines.append(("cancelled", "Zuora", f"Cancel {named}, then read it: it must say Canceled"))
    if plan.reapply:
        lines.append(("settled", "Zuora", f"Apply payment {plan.payment_number} again as before, read it back"))
    lines.append(("refund cleared", "NetSuite", f"Clear customer refund {plan.number}, read it back"))
    if len(plan.clears) > 1:
        lines.append(("cleared", "NetSuite", f"Clear credit memo {plan.memo_number}, read it back"))
    return lines
