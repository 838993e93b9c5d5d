"""The exact writes of a resync in their order, for the page on which a person approves it."""

from nsz_desk.engine.call_lines import CallLine, apply_call, mark_call, netsuite_line, zuora_line
from nsz_desk.engine.ports import NOTE, REFUND
from nsz_desk.engine.resync_plan import ResyncPlan

WARNING = "A cancel cannot be taken back. No gateway pays or collects anything."
OLDER = "/v1/object/"  # how the older calls begin: the tenant has no Invoice Settlement
FEW = 3  # invoices that a sentence names
CLAIM = "<claim of this desk>"


def calls_of(plan: ResyncPlan) -> tuple[CallLine, ...]:
    """Every write, in this order; reads and the journal's lines lie between."""
    return (*_until_cancel(plan), *_put_back(plan), *_clears(plan))


def _until_cancel(plan: ResyncPlan) -> tuple[CallLine, ...]:
    if plan.already_dead:
        return ()
    settlement = not plan.call.path.startswith(OLDER)
    ignore = mark_call(settlement, plan.zuora_id, {"transferred_to_accounting": "Ignore"})
    shield = zuora_line(ignore, "it is set back to Yes if the cancel is refused")
    claim = netsuite_line(REFUND, plan.refund_id, ((NOTE, CLAIM),))
    cancel = zuora_line(plan.call)
    claims = () if plan.alone else (claim,)
    return (*claims, shield, cancel) if plan.shield else (*claims, cancel)


def _put_back(plan: ResyncPlan) -> tuple[CallLine, ...]:
    if not plan.reapply:
        return ()
    return (zuora_line(apply_call(plan.payment_id, plan.reapply), "the cancel has left this money loose"),)


def _clears(plan: ResyncPlan) -> tuple[CallLine, ...]:
    return tuple(netsuite_line(record, key, tuple((name, "") for name in names)) for record, key, names in plan.clears)


def _alone(plan: ResyncPlan) -> tuple[str, ...]:
    count = len(plan.beside)
    stays = (
        f"{', '.join(plan.beside)} stay{'s' * (count == 1)} live." if count else "No live Zuora refund is left of it."
    )
    return stays, f"NetSuite refund {plan.number} and its credit memo are left as they are."


def _few(plan: ResyncPlan) -> str:
    """What is applied again, the first invoices by their numbers."""
    more = f" and {len(plan.reapply) - FEW} invoices more" if len(plan.reapply) > FEW else ""
    return ", ".join(f"{amount} to {plan.named(key)}" for key, amount in plan.reapply[:FEW]) + more


def after(plan: ResyncPlan) -> tuple[str, ...]:
    """What will be true, in sentences."""
    named = plan.zuora_number or plan.zuora_id
    memo = (
        f"credit memo {plan.memo_number} keeps its fields" if plan.keep_memo else f"credit memo {plan.memo_number} too"
    )
    said = [f"Zuora refund {named} is {'gone or dead already' if plan.already_dead else 'Canceled'}."]
    if plan.reapply:
        said.append(f"Payment {plan.payment_number} is applied as before the refund: {_few(plan)}.")
    if plan.alone:
        return (*said, *_alone(plan))
    said.append(f"NetSuite refund {plan.number} is blank and pending again ({memo}).")
    return tuple(said)
