"""The wizard's words: reasons, what is sent, what is true afterwards, and what cannot be undone. No Qt."""

from collections.abc import Iterable

from nsz_desk.engine.plan import Batch
from nsz_desk.engine.results import Environment
from nsz_desk.engine.resync_calls import after, calls_of
from nsz_desk.engine.resync_plan import ResyncPlan
from nsz_desk.ui.calls import calls_page
from nsz_desk.ui.figures import Figure
from nsz_desk.ui.resync.undo import Queue, Undo
from nsz_desk.ui.texts import count_text

STEPS = ("Compare", "Reason", "Review", "Run", "Result")
COMPARE, REASON, REVIEW, RUN, RESULT = range(5)
NO_GATEWAY = "This desk records external refunds; no gateway pays anybody, and none collects anything back."
FOR_EVER = "A cancel cannot be taken back. A refund that is needed again is made anew, under a new number."
REASONS = (
    "Wrong date",
    "Wrong amount",
    "Wrong payment or customer",
    "Wrong payment method",
    "Changed or voided in NetSuite",
    "Cancelled in Zuora by somebody else",
    "Synced by mistake",
    "Other",
)


def reason_text(code: str, note: str) -> str:
    """Code and note as they stand in the journal."""
    return f"{code}: {' '.join(note.split())}"


def title(queue: Queue) -> str:
    """The wizard's headline."""
    undos = tuple(queue.undos.values())
    return f"Resync {undos[0].name}" if len(undos) == 1 else f"Resync {count_text(len(undos), 'refund')}"


def can_work(undo: Undo) -> str:
    """In plain words whether it can be undone, "" while that is not known."""
    if undo.trouble:
        return f"It could not be looked at: {undo.trouble}"
    if undo.against:
        return f"It cannot be undone: {undo.against}"
    if undo.plan is None:
        return ""
    state = "gone or cancelled already" if undo.plan.already_dead else "can be cancelled"
    named = undo.plan.zuora_number or undo.plan.zuora_id
    return (
        f"It can work: {named} {state}, no other live refund carries this id, and no closed period speaks against it."
    )


def figures(batch: Batch) -> tuple[Figure, ...]:
    """What the batch amounts to."""
    plans = [plan for plan in batch.plans if isinstance(plan, ResyncPlan)]
    calls = sum(len(calls_of(plan)) for plan in plans)
    return (
        ("TO UNDO", (f"{len(plans):,}",), (f"{count_text(calls, 'write')} in all",)),
        ("SUM", [str(total) for total in batch.totals] or ("–",), ()),
        ("CUSTOMERS", (f"{len({plan.account_id for plan in plans}):,}",), ("Zuora accounts",)),
    )


def afterwards(batch: Batch) -> tuple[str, ...]:
    """What will be true; of several refunds in one sentence per fact."""
    plans = [plan for plan in batch.plans if isinstance(plan, ResyncPlan)]
    if len(plans) == 1:
        return after(plans[0])
    if not plans:
        return ()
    memos = "keep their fields" if plans[0].keep_memo else "are blank too"
    put_back = [plan for plan in plans if plan.reapply]
    said = ["Every Zuora refund here is Canceled; its number stays in the history for ever."]
    if put_back:
        said.append(f"{count_text(len(put_back), 'payment is', 'payments are')} applied as before the refund.")
    return (*said, f"Every NetSuite refund is blank and pending again; the credit memos {memos}.")


def calls_text(plan: ResyncPlan) -> str:
    """Every write in its order. Each foreign value stays on its line."""
    return calls_page(calls_of(plan), f"Reason: {plan.reason}", f"Plan {plan.hash}")


def run_text(batch: Batch, environment: Environment) -> str:
    """The Run button's own text."""
    return f"Undo {count_text(len(batch.plans), 'refund')} in {environment.word}"


def queue_text(undos: Iterable[Undo]) -> str:
    """How many of the queue can be undone, and how many are still looked at."""
    all_of_them = tuple(undos)
    can = sum(one.can for one in all_of_them)
    rest = sum(not (one.checked or one.trouble) for one in all_of_them)
    said = f"{can:,} of {count_text(len(all_of_them), 'refund')} can be undone"
    return f"{said}, {rest:,} still to look at." if rest else f"{said}."
