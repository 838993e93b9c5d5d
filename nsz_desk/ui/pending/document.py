"""The review's words: what a batch amounts to, what will be true, and the exact calls of one plan, as text."""

from datetime import date

from nsz_desk.engine.plan import Batch, Plan
from nsz_desk.engine.ports import MEMO, REFUND, STATUS
from nsz_desk.engine.results import Environment
from nsz_desk.ui.calls import pretty
from nsz_desk.ui.figures import Figure
from nsz_desk.ui.texts import count_text, day_text, shown, shown_lines

NO_GATEWAY = "This records an external refund in Zuora; no gateway pays anybody."
RECORDS = {"zuora_refund": "Zuora refund", REFUND: "NetSuite customer refund", MEMO: "NetSuite credit memo"}


def figures(batch: Batch) -> tuple[Figure, ...]:
    """What the batch amounts to."""
    plans = batch.plans
    biggest = _biggest(plans)
    oldest = min((date.fromisoformat(plan.date) for plan in plans), default=None)
    return (
        ("REFUNDS", (f"{len(plans):,}",), (f"of {count_text(len({plan.payment_id for plan in plans}), 'payment')}",)),
        ("SUM", [str(total) for total in batch.totals] or ("–",), ()),
        ("CUSTOMERS", (f"{len({plan.account_id for plan in plans}):,}",), ("Zuora accounts",)),
        ("BIGGEST", [str(plan.amount) for plan in biggest] or ("–",), (" · ".join(plan.number for plan in biggest),)),
        ("OLDEST", (day_text(oldest) if oldest else "–",), ("refund date",)),
    )


def _biggest(plans: tuple[Plan, ...]) -> list[Plan]:
    most: dict[str, Plan] = {}
    for plan in plans:
        code = plan.amount.currency
        if code not in most or most[code].amount < plan.amount:
            most[code] = plan
    return [most[code] for code in sorted(most)]


def afterwards(batch: Batch) -> tuple[str, ...]:
    """What will be true when all went well."""
    status = next((value for plan in batch.plans for _, name, value in plan.stamps if name == STATUS), "complete")
    return (
        "Zuora holds one external refund for each row, with NetSuite's date and amount.",
        f"Each NetSuite refund and its credit memo say {status} and carry the Zuora refund's id.",
        "Both systems were read back, and the journal holds what was sent and answered.",
    )


def what_happens(batch: Batch, environment: Environment) -> str:
    """The first sentence of the review."""
    many = count_text(len(batch.plans), "NetSuite customer refund")
    return (
        f"The desk records {many} in Zuora ({environment.word}). Right before each first write both systems are "
        "read again; a refund whose plan has changed since is refused and nothing is sent for it."
    )


def send_text(batch: Batch, environment: Environment) -> str:
    """The Send button's own text."""
    return f"Send {count_text(len(batch.plans), 'refund')} to {environment.word}"


def calls_text(plan: Plan) -> str:
    """The create exactly as it is sent, then the fields that are written, in their order.

    Each foreign value stays on its line: a line break in a name must not look like a line of the plan.
    """
    after = [f"  {RECORDS.get(record, record)}: {name} := {value}" for record, name, value in plan.stamps]
    if plan.parts:
        after += ["", "From these invoices:", *(f"  {plan.named(invoice)}  {amount}" for invoice, amount in plan.parts)]
    if plan.known_dead:
        after += ["", f"Known and dead: {', '.join(plan.known_dead)}"]
    create = (shown(f"{plan.call.method} {plan.call.path}"), "", shown_lines(pretty(plan.call.body)), "")
    return "\n".join([*create, "Then, in this order:", *map(shown, after), "", f"Plan {plan.hash}"])
