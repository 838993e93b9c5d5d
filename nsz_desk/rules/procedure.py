"""Rules P.1 to P.4: how credit memo and refund must have been made in NetSuite."""

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import known
from nsz_desk.domain.records import Kind
from nsz_desk.rules.rule import Finding, failed, passed, rule


@rule(
    "P.1",
    "The memo was made for this refund alone, for the same customer, with its own items.",
    code="MEMO_NOT_STANDALONE",
    source="P.1",
)
def memo_is_standalone(case: RefundCase) -> Finding:
    """Not created from another transaction, same customer, at least one item line."""
    memo = case.memo
    if memo.created_from:
        return failed(
            f"Credit memo {memo.number} was created from transaction {memo.created_from}.",
            "Make a standalone credit memo for the refund.",
            created_from=memo.created_from,
        )
    if memo.customer_id != case.refund.customer_id:
        return failed(
            f"Credit memo {memo.number} belongs to another customer.",
            "Make the memo for the customer that is refunded.",
            memo_customer=memo.customer_id,
            refund_customer=case.refund.customer_id,
        )
    if known(memo.item_lines) < 1:
        return failed(f"Credit memo {memo.number} has no item lines.", "Add the items that are credited.", items=0)
    return passed(created_from="nothing", items=memo.item_lines)


@rule("P.2", "The memo is not applied to an invoice.", code="MEMO_APPLIED_TO_INVOICE", source="P.2")
def memo_not_on_invoice(case: RefundCase) -> Finding:
    """Only an invoice among the applied rows fails; the refund's own row is expected there."""
    memo = case.memo
    invoices = [row for row in known(memo.applied) if row.kind is Kind.INVOICE]
    if not invoices:
        return passed(invoices="none")
    named = ", ".join(row.doc for row in invoices)
    return failed(
        f"Credit memo {memo.number} is also applied to invoice {named}.",
        "Unapply the memo from the invoice, or make a memo for the refund alone.",
        invoices=named,
    )


@rule(
    "P.3",
    "The memo is flagged for Zuora and names the payment to refund against.",
    code="NO_PAYMENT_REFERENCE",
    source="P.3",
)
def memo_is_prepared(case: RefundCase) -> Finding:
    """Same facts as 1.d and 2.b; where 1.d failed it is not counted in the verdict."""
    memo = case.memo
    flag, payment = "ticked" if memo.create_zuora_refund else "not ticked", memo.payment_id or "blank"
    if memo.create_zuora_refund and memo.payment_id.strip():
        return passed(create_zuora_refund=flag, payment=payment)
    return failed(
        f"Create Zuora Refund is {flag}; Zuora Refund Payment ID is {payment}.",
        f"Tick Create Zuora Refund on memo {memo.number} and pick the payment.",
        create_zuora_refund=flag,
        payment=payment,
    )


@rule(
    "P.4",
    "The refund takes the memo's full amount and names no other transaction.",
    code="AMOUNT_NOT_MEMO_TOTAL",
    source="P.4",
)
def refund_takes_whole_memo(case: RefundCase) -> Finding:
    """Stricter than 2.a and 2.c: refund, applied row and memo total are one amount."""
    memo, refund = case.memo, case.refund
    rows = known(refund.applied)
    if len(rows) == 1 and rows[0].amount == memo.amount and refund.amount == memo.amount:
        return passed(refund=refund.amount, credit_memo=memo.amount)
    return failed(
        f"Refund {refund.amount}, credit memo {memo.number} {memo.amount}, applied rows: {len(rows)}.",
        "Refund the whole memo with one refund, and nothing else with it.",
        refund=refund.amount,
        credit_memo=memo.amount,
        rows=len(rows),
    )
