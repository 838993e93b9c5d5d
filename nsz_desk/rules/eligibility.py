"""Rules 1.a to 1.d: which refunds are synced at all. A refund that misses one is skipped by the vendor."""

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import known
from nsz_desk.domain.money import Money
from nsz_desk.domain.status import Status
from nsz_desk.rules.rule import Finding, failed, passed, rule


@rule(
    "1.a",
    "The customer is known to Zuora: its Zuora Customer ID is filled.",
    code="CUSTOMER_NOT_SYNCED",
    source="1.a",
)
def customer_is_synced(case: RefundCase) -> Finding:
    """The customer's Zuora ID field is not empty."""
    customer = case.customer
    if customer.zuora_id.strip():
        return passed(customer=customer.name, zuora_id=customer.zuora_id)
    return failed(
        f"Customer {customer.name} has no Zuora Customer ID.",
        "Sync the customer to Zuora first, or enter its Zuora ID in NetSuite.",
        customer=customer.name,
    )


@rule(
    "1.b",
    "The refund is not done yet: its Integration Status is not Sync Complete.",
    code="ALREADY_SYNCED",
    source="1.b",
)
def not_synced_yet(case: RefundCase) -> Finding:
    """The status text, read with tolerance, does not mean complete."""
    text = case.refund.status_text or "blank"
    if case.status is Status.COMPLETE:
        return failed(
            f"Integration Status is {text}.",
            "Nothing to do; to sync it again, use Resync.",
            integration_status=text,
            zuora_id=case.refund.zuora_id or "blank",
        )
    note = "The last try ended in an error." if case.status is Status.ERROR else ""
    return passed(note, integration_status=text)


@rule(
    "1.c",
    "The whole refund is applied: nothing of it remains.",
    code="NOT_FULLY_APPLIED",
    source="1.c",
)
def fully_applied(case: RefundCase) -> Finding:
    """The total equals the sum of the applied rows."""
    rows = known(case.refund.applied)
    applied = Money(case.refund.amount.amount * 0, case.refund.amount.currency)
    for row in rows:
        applied = applied + row.amount if row.amount else applied
    remaining = case.refund.amount - applied
    if remaining.amount == 0:
        return passed(refund=case.refund.amount, applied=applied, remaining=remaining)
    return failed(
        f"{remaining} of the refund is not applied.",
        "Apply the whole refund to its credit memo in NetSuite.",
        refund=case.refund.amount,
        applied=applied,
        remaining=remaining,
    )


@rule(
    "1.d",
    "The credit memo it is applied to asks for a Zuora refund (Create Zuora Refund is ticked).",
    code="NOT_FLAGGED",
    source="1.d",
)
def memo_asks_for_refund(case: RefundCase) -> Finding:
    """Fails only if no applied memo is flagged; otherwise 2.a could never be seen to fail."""
    memos = known(case.memos)
    flagged = [memo.number for memo in memos if memo.create_zuora_refund]
    if flagged:
        return passed(flagged=", ".join(flagged))
    names = ", ".join(memo.number for memo in memos) or "none"
    return failed(
        "No credit memo of this refund has Create Zuora Refund ticked.",
        "Tick Create Zuora Refund on the credit memo, if Zuora is to know of this refund.",
        credit_memos=names,
    )
