"""Rule M.1: what the vendor leaves to a person."""

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import known
from nsz_desk.rules.rule import Finding, failed, passed, rule


@rule(
    "M.1",
    "A refund of only a part of a payment that was applied to several invoices is handled by a person.",
    code="PARTIAL_MULTI_INVOICE",
    source="M.1",
)
def no_partial_of_several_invoices(case: RefundCase) -> Finding:
    """Whole payment, or money of at most one invoice: the desk knows where it comes from.

    With Invoice Settlement a refund that fits into loose (unapplied) money touches no invoice.
    """
    payment, refund = case.payment, case.refund.amount
    parts = known(payment.parts)
    if len(parts) <= 1 or refund == payment.amount or refund <= payment.unapplied:
        return passed(refund=refund, payment=payment.amount, invoices=len(parts))
    return failed(
        f"{refund} of payment {payment.number} ({payment.amount}) is spread over {len(parts)} invoices.",
        "Allocate the amount over the invoices, or link a refund that was made by hand.",
        refund=refund,
        payment=payment.amount,
        invoices=len(parts),
    )
