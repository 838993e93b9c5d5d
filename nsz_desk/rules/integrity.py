"""Rules 2.a to 2.c: validations during the sync. A refund that fails one is a warning at the vendor's."""

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import known
from nsz_desk.domain.records import Kind, Payment, ZuoraAccount
from nsz_desk.rules.rule import Finding, failed, passed, rule


@rule(
    "2.a",
    "The refund is applied to one credit memo and to nothing else.",
    code="MULTIPLE_APPLICATIONS",
    source="2.a",
)
def one_credit_memo(case: RefundCase) -> Finding:
    """One applied row, and what it is applied to is a credit memo."""
    rows = known(case.refund.applied)
    named = ", ".join(f"{row.kind.value} {row.doc}" for row in rows) or "nothing"
    if len(rows) == 1 and rows[0].kind is Kind.CREDIT_MEMO:
        return passed(applied_to=named)
    return failed(
        f"The refund is applied to {named}.",
        "Make one refund for each credit memo and apply it to that memo alone.",
        applied_to=named,
    )


@rule("2.b", "That memo names a valid Zuora payment.", code="NO_PAYMENT_REFERENCE", source="2.b")
def memo_names_valid_payment(case: RefundCase) -> Finding:
    """Valid: filled, exists in Zuora, belongs to the customer's account or its parent or child, Processed."""
    memo = case.memo
    if not memo.payment_id.strip():
        return failed(
            f"Credit memo {memo.number} names no Zuora payment.",
            "Pick the payment to refund in Zuora Refund Payment Reference of the memo.",
            payment="blank",
        )
    payment = known(case.payment_fact)
    if payment is None:
        return failed(
            f"Zuora has no payment {memo.payment_id}.",
            "Pick a payment that exists in Zuora.",
            payment=memo.payment_id,
        )
    return _belongs_and_processed(case, payment)


def _belongs_and_processed(case: RefundCase, payment: Payment) -> Finding:
    account, customers = known(case.account_fact), known(case.customer_account_fact)
    if not _same_family(account, customers):
        owner = account.name if account else payment.account_id
        return failed(
            f"Payment {payment.number} belongs to another Zuora account: {owner}.",
            "Pick a payment of this customer's own account, its parent or its child.",
            payment=payment.number,
            account=owner,
            customer_account=customers.name if customers else case.customer.zuora_id or "blank",
        )
    if payment.status.casefold() != "processed":
        return failed(
            f"Payment {payment.number} is {payment.status}, not Processed.",
            "Wait until the payment is Processed, or pick another one.",
            payment=payment.number,
            status=payment.status,
        )
    return passed(payment=payment.number, status=payment.status, account=account.name if account else "")


def _same_family(one: ZuoraAccount | None, other: ZuoraAccount | None) -> bool:
    if one is None or other is None:
        return False
    return one.id == other.id or one.parent_id == other.id or other.parent_id == one.id


@rule("2.c", "The refund is not larger than the payment it refers to.", code="EXCEEDS_PAYMENT", source="2.c")
def refund_within_payment(case: RefundCase) -> Finding:
    """Compare with the payment's amount; what is left of it is D.2."""
    refund, payment = case.refund.amount, case.payment
    if refund <= payment.amount:
        return passed(refund=refund, payment=payment.amount)
    return failed(
        f"Refund {refund} is {refund - payment.amount} above payment {payment.number} of {payment.amount}.",
        f"Choose the payment that was really refunded on memo {case.memo.number}, or lower memo and refund.",
        refund=refund,
        payment=payment.amount,
    )
