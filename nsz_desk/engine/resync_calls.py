"""The exact writes of a resync in their order, for the page on which a person approves it."""

from dataclasses import dataclass

from nsz_desk.engine.ports import MEMO
from nsz_desk.engine.resync_plan import ResyncPlan

RECORDS = {MEMO: "credit memo"}
WARNING = "A cancel cannot be taken back. No gateway pays or collects anything."


@dataclass(frozen=True, slots=True)
class CallLine:
    """One write: the system, what it does, and its body where it has one. `only_if` says when it is left out."""

    system: str
    what: str
    body: str = ""
    only_if: str = ""


def calls_of(plan: ResyncPlan) -> tuple[CallLine, ...]:
    """Every write, in this order; reads and the journal's lines lie between."""
    return (*_until_cancel(plan), *_put_back(plan), *(_clear(*clear) for clear in plan.clears))


def _until_cancel(plan: ResyncPlan) -> tuple[CallLine, ...]:
    if plan.already_dead:
        return ()
    named = plan.zuora_number or plan.zuora_id
    shield = CallLine(
        "Zuora", f"PUT {named}: transferred_to_accounting := Ignore", "", "it is back at Yes if not cancelled"
    )
    claim = CallLine("NetSuite", f"update customer refund {plan.refund_id}: claim in its note")
    cancel = CallLine("Zuora", f"{plan.call.method} {plan.call.path}", plan.call.body)
    return (claim, shield, cancel) if plan.shield else (claim, cancel)


def _put_back(plan: ResyncPlan) -> tuple[CallLine, ...]:
    if not plan.reapply:
        return ()
    lines = ", ".join(f"{amount.plain()} on {key}" for key, amount in plan.reapply)
    return (CallLine("Zuora", f"PUT /v1/payments/{plan.payment_id}/apply", lines, "the cancel left it loose"),)


def _clear(record: str, key: str, fields: tuple[str, ...]) -> CallLine:
    return CallLine("NetSuite", f"update {RECORDS.get(record, 'customer refund')} {key}: clear {', '.join(fields)}")


def after(plan: ResyncPlan) -> tuple[str, ...]:
    """What will be true, in sentences."""
    named = plan.zuora_number or plan.zuora_id
    memo = (
        f"credit memo {plan.memo_number} keeps its fields" if plan.keep_memo else f"credit memo {plan.memo_number} too"
    )
    said = [f"Zuora refund {named} is {'gone or dead already' if plan.already_dead else 'Canceled'}."]
    if plan.reapply:
        said.append(f"Payment {plan.payment_number} is applied as before the refund.")
    said.append(f"NetSuite refund {plan.number} is blank and pending again ({memo}).")
    return tuple(said)
