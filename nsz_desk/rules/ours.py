"""Rules D.1 to D.15: the desk's own, each with its reason. D.8 to D.15 stand in `ours_records`."""

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import known
from nsz_desk.domain.money import Money, decimals
from nsz_desk.domain.status import Status
from nsz_desk.rules.rule import Finding, failed, passed, rule

COMMENT_LIMIT = 255


@rule(
    "D.1",
    "No Zuora refund carries this refund's id yet, and no try of unknown fate is open.",
    code="MAYBE_CREATED",
    reason="A second refund is the worst that can happen: what may exist is looked for first.",
)
def not_created_yet(case: RefundCase) -> Finding:
    """No live Zuora refund with our id; status is not Creating, unless the claim is our own."""
    ours = known(case.own_refunds_fact)
    live = [refund for refund in ours if not refund.dead]
    if live:
        named = ", ".join(f"{refund.number} ({refund.amount}, {refund.status})" for refund in live)
        return failed(
            f"Zuora already has {named} with this NetSuite id.",
            "Finish: the desk looks and finishes the write-back, or tells why not.",
            zuora_refunds=named,
        )
    if case.status is Status.CREATING and not case.claimed_by_us:
        claim = case.claim
        who = (claim.desk if claim else "") or "an unknown program"
        since = f"{claim.since:%Y-%m-%d %H:%M} UTC" if claim and claim.since else "an unknown time"
        return failed(
            f"{case.refund.status_text} by {who} since {since}; no Zuora refund with this id was found.",
            "Finish: the desk looks once more; then it is safe to sync.",
            integration_status=case.refund.status_text,
        )
    dead = ", ".join(refund.number for refund in ours)
    return passed(f"Cancelled before: {dead}." if dead else "", live_refunds="none")


@rule(
    "D.2",
    "All live refunds of the payment and this one fit into the payment.",
    code="EXCEEDS_REMAINING",
    reason="The vendor's 2.c compares with the payment's amount and forgets earlier refunds.",
)
def fits_into_rest(case: RefundCase) -> Finding:
    """What is refunded of the payment, other pending refunds on it, and this one, at most its amount."""
    payment, refund = case.payment, case.refund.amount
    others = [other for other in known(case.siblings_fact) if other.payment_id == case.memo.payment_id]
    pending = Money(refund.amount * 0, refund.currency)
    for other in others:
        pending = pending + other.amount
    refunded = payment.refunded
    for own in known(case.own_refunds_fact):  # a refund of its own that is live already is not counted twice
        refunded = refunded if own.dead or own.payment_id != payment.id else refunded - own.amount
    left = payment.amount - refunded
    facts: dict[str, object] = {
        "payment": payment.amount,
        "refunded": refunded,
        "other_pending": pending,
        "this": refund,
    }
    if pending + refund <= left:
        return passed(**facts)
    too_much = pending + refund - left
    also = f" and {pending} wait in other refunds" if others else ""
    return failed(
        f"{left} of payment {payment.number} is left{also}: {too_much} too much.",
        "Choose another payment, or lower the memo and the refund.",
        **facts,
    )


@rule(
    "D.3",
    "Refund, credit memo, payment and Zuora account have one currency.",
    code="CURRENCY_DIFFERS",
    reason="Amounts are compared as they stand; nothing in the vendor's rules checks the currency.",
)
def one_currency(case: RefundCase) -> Finding:
    """Compare the ISO codes."""
    account = known(case.account_fact)
    found = {
        "refund": case.refund.amount.currency,
        "credit_memo": case.memo.amount.currency,
        "payment": case.payment.amount.currency,
        "account": account.currency if account else "",
    }
    if len(set(found.values())) == 1:
        return passed(**found)
    words = ", ".join(f"{name.replace('_', ' ')} {code or 'none'}" for name, code in found.items())
    return failed(f"Currencies differ: {words}.", "Choose a payment in the refund's currency.", **found)


@rule(
    "D.4",
    "The amount is above zero and has no more decimals than its currency.",
    code="AMOUNT_NOT_VALID",
    reason="Zuora rounds or refuses other amounts; rounding makes the books differ.",
)
def amount_is_valid(case: RefundCase) -> Finding:
    """More than zero, exact in the currency's minor unit."""
    amount = case.refund.amount
    if amount.amount > 0 and amount.fits_currency():
        return passed(amount=amount)
    cause = f"{amount} is not above zero." if amount.amount <= 0 else f"{amount} has too many decimals."
    return failed(
        cause, f"Correct the amount: {amount.currency} has {decimals(amount.currency)} decimals.", amount=amount
    )


@rule(
    "D.5",
    "The refund date is not before the payment's date.",
    code="BEFORE_PAYMENT",
    reason="Zuora refuses a refund dated before its payment.",
)
def not_before_payment(case: RefundCase) -> Finding:
    """Compare the two dates."""
    refund, payment = case.refund.date, case.payment.date
    if refund >= payment:
        return passed(refund_date=refund, payment_date=payment)
    return failed(
        f"Refund date {refund} is before payment date {payment}.",
        "Correct the refund's date, or choose another payment.",
        refund_date=refund,
        payment_date=payment,
    )


@rule(
    "D.6",
    "The payment method has a Zuora MethodType.",
    code="METHOD_NOT_MAPPED",
    reason="Zuora requires a MethodType for external refunds and knows only its own names.",
)
def method_is_mapped(case: RefundCase) -> Finding:
    """The method's name is in the profile's mapping."""
    method = case.refund.method
    mapped = case.policy.methods.get(method)
    if mapped:
        return passed(method=method, zuora_method_type=mapped)
    return failed(
        f"Payment method {method or 'blank'} has no Zuora MethodType in the profile.",
        "Map the method in the profile, or choose a mapped method in NetSuite.",
        method=method or "blank",
    )


@rule(
    "D.7",
    "The memo text fits Zuora's comment.",
    code="COMMENT_CUT",
    reason="Zuora keeps 255 characters; the full text stays in the journal.",
)
def memo_fits_comment(case: RefundCase) -> Finding:
    """Never fails; a longer text is noted."""
    length = len(case.refund.memo.encode("utf-16-le")) // 2
    note = f"{length} characters: cut to {COMMENT_LIMIT} in Zuora, kept whole in the journal."
    return passed(note if length > COMMENT_LIMIT else "", characters=length)
