"""Rules D.8 to D.15: the desk's own rules about voids, shared records, periods and contradictions."""

from collections.abc import Iterable
from datetime import timedelta

from nsz_desk.domain.case import RefundCase
from nsz_desk.domain.facts import Unread, known
from nsz_desk.domain.records import Period, ZuoraRefund
from nsz_desk.domain.status import Status
from nsz_desk.rules.rule import Finding, failed, passed, rule

NEAR = timedelta(days=7)


@rule(
    "D.8",
    "Neither the refund nor its credit memo is voided.",
    code="VOIDED",
    reason="A voided refund must not live on in Zuora.",
)
def not_voided(case: RefundCase) -> Finding:
    """Both records say whether they are voided."""
    refund, memo = known(case.refund.voided), known(case.memo.voided)
    if not refund and not memo:
        return passed(refund="valid", credit_memo="valid")
    what = "The refund" if refund else f"Credit memo {case.memo.number}"
    return failed(f"{what} is voided.", "Nothing to sync; make a new refund if one is due.", voided=what)


@rule(
    "D.9",
    "No other pending refund names the same memo, and the memo is applied once.",
    code="MEMO_SHARED",
    reason="One credit memo stands for one Zuora refund; two would be paid twice.",
)
def memo_is_not_shared(case: RefundCase) -> Finding:
    """Look at the other pending refunds and at every refund applied to the memo."""
    memo = case.memo
    pending = {other.refund_id: other.number for other in known(case.siblings_fact) if memo.id in other.memo_ids}
    applied = {other: other for other in known(memo.refunds) if other != case.refund.id}
    others = {**applied, **pending}
    if not others:
        return passed(other_refunds="none")
    named = ", ".join(others.values())
    return failed(
        f"Credit memo {memo.number} is also refunded by {named}.",
        "Void one of the refunds, or give each its own credit memo.",
        other_refunds=named,
    )


@rule(
    "D.10",
    "The memo's payment reference and payment id do not disagree.",
    code="PAYMENT_REFERENCE_DIFFERS",
    reason="People pick the reference, the sync reads the id; when they differ, one of them is wrong.",
)
def reference_agrees(case: RefundCase) -> Finding:
    """The Zuora ID of the picked NetSuite payment, where one was picked, is the id on the memo."""
    memo = case.memo
    picked = known(memo.reference_zuora_id)
    if picked is None or picked == memo.payment_id:
        return passed(picked=picked or "nothing", payment_id=memo.payment_id or "blank")
    if not picked:
        return passed("The picked NetSuite payment has no Zuora ID.", payment_id=memo.payment_id or "blank")
    return failed(
        f"The picked payment has Zuora ID {picked}, the memo's payment id is {memo.payment_id or 'blank'}.",
        f"Pick the payment again on memo {memo.number}, so that both agree.",
        picked=picked,
        payment_id=memo.payment_id or "blank",
    )


@rule(
    "D.11",
    "The refund date's accounting period is open in both books.",
    code="PERIOD_CLOSED",
    reason="A closed period refuses the refund, its cancellation or the write-back half way.",
)
def period_is_open(case: RefundCase) -> Finding:
    """A book whose periods cannot be read is a note. Overridable with a reason."""
    day, notes, closed = case.refund.date, [], []
    for book, periods in (("NetSuite", case.netsuite_periods), ("Zuora", case.zuora_periods)):
        if isinstance(periods, Unread):
            notes.append(f"{book}: periods not read ({periods.why}).")
        elif shut := _closed(periods, case):
            closed.append(f"{book} {shut.name}")
    if not closed:
        return passed(" ".join(notes), refund_date=day)
    if reason := case.desk.overrides.get("D.11"):
        return passed(f"Overridden: {reason}", refund_date=day, closed=", ".join(closed))
    return failed(
        f"Closed on {day}: {', '.join(closed)}.",
        "Open the period, change the refund date, or override with a reason.",
        refund_date=day,
        closed=", ".join(closed),
    )


def _closed(periods: Iterable[Period], case: RefundCase) -> Period | None:
    day = case.refund.date
    return next((period for period in periods if not period.is_open and period.holds(day)), None)


def near_twin(case: RefundCase, refund: ZuoraRefund) -> bool:
    """Whether a Zuora refund could be this very refund, made by hand: D.12's question."""
    return (
        not refund.integration_id
        and not refund.dead
        and refund.amount == case.refund.amount
        and abs(refund.date - case.refund.date) <= NEAR
        and refund.id not in case.desk.ignored_refunds
    )


@rule(
    "D.12",
    "No live Zuora refund without a NetSuite id looks like this one.",
    code="MAYBE_MADE_BY_HAND",
    reason="Same payment, same amount, within 7 days: somebody may have made it by hand.",
)
def not_made_by_hand(case: RefundCase) -> Finding:
    """Overridable with a reason: then it is another refund."""
    twins = [refund for refund in known(case.payment_refunds_fact) if near_twin(case, refund)]
    if not twins:
        return passed(look_alikes="none")
    named = ", ".join(f"{twin.number} of {twin.date} ({twin.amount})" for twin in twins)
    if reason := case.desk.overrides.get("D.12"):
        return passed(f"Overridden: {reason}", look_alikes=named)
    return failed(
        f"Zuora has {named} on this payment, without a NetSuite id.",
        "Link it if it is this refund, or say with a reason that it is another one.",
        look_alikes=named,
    )


@rule(
    "D.13",
    "The refund date is on or after the profile's cutover date.",
    code="BEFORE_CUTOVER",
    reason="Without a cutover, every refund ever made would be pending.",
)
def after_cutover(case: RefundCase) -> Finding:
    """Compare the two dates."""
    day, cutover = case.refund.date, case.policy.cutover
    if day >= cutover:
        return passed(refund_date=day, cutover=cutover)
    return failed(
        f"Refund date {day} is before the cutover {cutover}.",
        "Nothing to do; move the cutover in the profile if it should be synced.",
        refund_date=day,
        cutover=cutover,
    )


@rule(
    "D.14",
    "Other pending refunds on the same payment are known.",
    code="PAYMENT_SHARED",
    reason="They are synced one after the other, and D.2 counts them all.",
)
def payment_sharing_is_known(case: RefundCase) -> Finding:
    """Never fails; another pending refund on the payment is noted."""
    payment_id = case.memo.payment_id
    others = [other.number for other in known(case.siblings_fact) if payment_id and other.payment_id == payment_id]
    note = f"Also on this payment: {', '.join(others)}." if others else ""
    return passed(note, other_refunds=", ".join(others) or "none")


@rule(
    "D.15",
    "Integration Status and Zuora ID agree.",
    code="STATUS_CONTRADICTS_ID",
    reason="Complete without an id, or an id with a blank status, means that a write was lost.",
)
def status_agrees_with_id(case: RefundCase) -> Finding:
    """No Sync Complete without a Zuora ID, no Zuora ID with another status."""
    status, zuora_id = case.status, case.refund.zuora_id.strip()
    if (status is Status.COMPLETE) == bool(zuora_id):
        return passed(integration_status=case.refund.status_text or "blank", zuora_id=zuora_id or "blank")
    return failed(
        f"Integration Status is {case.refund.status_text or 'blank'}, Zuora ID is {zuora_id or 'blank'}.",
        "Finish: the desk looks in Zuora and says what is true.",
        integration_status=case.refund.status_text or "blank",
        zuora_id=zuora_id or "blank",
    )
