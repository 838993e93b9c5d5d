"""The order of verdicts: one test for each line of it, and what holds for every case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.domain.case import Desk, RefundCase, claim_text
from nsz_desk.domain.records import Kind
from nsz_desk.rules.book import RULES, Verdict, judge
from nsz_desk.rules.rule import Answer
from tests.builders import (
    DESK,
    NOW,
    a_case,
    a_customer,
    a_memo,
    a_payment,
    a_refund,
    a_sibling,
    a_zuora_refund,
    row,
    usd,
)
from tests.rules.examples import FAILING, GAP, OLD_CLAIM, PASSING, TWO_PARTS, UNREAD

OPEN = Desk(DESK, open_episode="In doubt since 12:00: Zuora did not answer.")
FRESH = claim_text(NOW - timedelta(minutes=10), "desk-9")
EVERY_CASE = [case for table in (PASSING, FAILING, UNREAD) for cases in table.values() for case in cases]


def creating(note: str, **changes: Any) -> RefundCase:
    """A refund that somebody is at."""
    return a_case(refund=a_refund(status_text="Creating Refund...", claim_note=note), **changes)


def test_the_default_case_is_ready() -> None:
    """Every rule holds, nothing is noted, nothing is to be done."""
    judgement = judge(a_case())
    assert judgement.verdict is Verdict.READY
    assert {finding.answer for finding in judgement.findings} == {Answer.PASS}
    assert (judgement.why, judgement.next_step, judgement.notes) == ("", "", ())


def test_an_open_episode_comes_first() -> None:
    """Even when NetSuite says that all is done: what was begun here is finished here."""
    done = a_refund(status_text="Sync Complete", zuora_id="r-1")
    for case in (a_case(desk=OPEN), a_case(refund=done, desk=OPEN), creating(FRESH, desk=OPEN)):
        judgement = judge(case)
        assert judgement.verdict is Verdict.IN_DOUBT
        assert judgement.why == OPEN.open_episode
        assert judgement.next_step


def test_complete_with_an_id_is_synced_whatever_the_rules_say() -> None:
    """A synced refund stays synced when its customer, memo or period changes later."""
    refund = a_refund(status_text="Sync Complete", zuora_id="r-1", voided=True)
    case = a_case(refund=refund, customer_fact=a_customer(zuora_id=""), own_refunds_fact=(a_zuora_refund(),))
    judgement = judge(case)
    assert (judgement.verdict, judgement.why) == (Verdict.SYNCED, "Synced as r-1.")


def test_complete_without_an_id_is_in_doubt() -> None:
    """D.15: a write was lost."""
    judgement = judge(a_case(refund=a_refund(status_text="Sync Complete", zuora_id=" ")))
    assert judgement.verdict is Verdict.IN_DOUBT
    assert judgement.why.startswith("D.15 ")


def test_a_fresh_claim_of_another_is_busy() -> None:
    """It says who and since when; a rule that fails at the same time does not matter yet."""
    for case in (creating(FRESH), creating(FRESH, customer_fact=a_customer(zuora_id=""))):
        judgement = judge(case)
        assert judgement.verdict is Verdict.BUSY
        assert "desk-9" in judgement.why
        assert "2026-03-20 11:50 UTC" in judgement.why
        assert judgement.next_step


def test_a_fresh_claim_without_a_name_is_another_program() -> None:
    """The connector leaves no note; the record's last change tells when."""
    case = creating("")
    recent = replace(case, refund=replace(case.refund, modified=NOW - timedelta(minutes=5)))
    judgement = judge(recent)
    assert judgement.verdict is Verdict.BUSY
    assert "another program" in judgement.why


def test_our_own_claim_is_not_busy() -> None:
    """The desk that judges again right before the write does not block itself."""
    assert judge(creating(claim_text(NOW, DESK), desk=Desk(DESK))).verdict is Verdict.READY


def test_an_old_claim_is_in_doubt_and_not_ready() -> None:
    """Creating of unknown fate is looked at first, and says who and since when."""
    judgement = judge(creating(OLD_CLAIM))
    assert judgement.verdict is Verdict.IN_DOUBT
    assert "desk-9" in judgement.why
    assert "2026-03-20 07:00 UTC" in judgement.why


def test_a_live_zuora_refund_with_our_id_is_in_doubt_even_if_the_row_is_not_selected() -> None:
    """D.1 comes before 1.x: money that exists is never hidden."""
    case = a_case(own_refunds_fact=(a_zuora_refund(),), customer_fact=a_customer(zuora_id=""))
    judgement = judge(case)
    assert judgement.verdict is Verdict.IN_DOUBT
    assert judgement.why.startswith("D.1 ")


@pytest.mark.parametrize("number", ["1.a", "1.c", "1.d", "D.13"])
def test_a_selection_rule_that_fails_means_not_selected(number: str) -> None:
    """Also when something else blocks or is not known: the vendor would skip the row silently."""
    for case in FAILING[number]:
        blocked = replace(case, zuora_periods=GAP, account_fact=GAP)
        for one in (case, blocked):
            judgement = judge(one)
            assert judgement.verdict is Verdict.NOT_SELECTED
            assert judgement.why.startswith(f"{number} ")


@pytest.mark.parametrize(
    "number", ["2.a", "2.b", "2.c", "P.1", "P.2", "P.3", "P.4", *(f"D.{n}" for n in (2, 3, 5, 6, 8, 9, 10, 11, 12))]
)
def test_any_other_rule_that_fails_blocks(number: str) -> None:
    """Each failing example is blocked, also when another fact is unknown."""
    for case in FAILING[number]:
        if judge(case).finding("1.d").answer is Answer.FAIL or judge(case).finding("1.c").answer is Answer.FAIL:
            continue  # that one is not selected
        lost = replace(case, customer_fact=GAP) if number == "D.2" else replace(case, own_refunds_fact=GAP)
        assert judge(case).verdict is Verdict.BLOCKED, case
        assert judge(lost).verdict is Verdict.BLOCKED, case


def test_a_bad_amount_blocks() -> None:
    """D.4, on a refund that is applied as it stands."""
    for case in FAILING["D.4"][:3]:
        judgement = judge(case)
        assert judgement.verdict is Verdict.BLOCKED
        assert judgement.why.startswith("D.4 ")


def test_p3_does_not_count_where_1d_failed() -> None:
    """A memo without the flag and without a payment: both rules fail, the verdict speaks of 1.d alone."""
    judgement = judge(a_case(memo=a_memo(create_zuora_refund=False)))
    assert judgement.finding("P.3").answer is Answer.FAIL
    assert judgement.verdict is Verdict.NOT_SELECTED
    assert judgement.why.startswith("1.d ")


def test_p3_counts_where_1d_holds() -> None:
    """Another memo is flagged, but it names no payment: 2.b and P.3 block."""
    memos = (a_memo(id="802", create_zuora_refund=False), a_memo(payment_id="", reference_zuora_id=None))
    judgement = judge(a_case(memos=memos))
    assert judgement.finding("1.d").answer is Answer.PASS
    assert judgement.finding("P.3").answer is Answer.FAIL
    assert judgement.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("number", [number for number in UNREAD if number not in ("2.c", "P.1", "1.c")])
def test_what_is_not_known_is_unknown_and_never_green(number: str) -> None:
    """Every missing fact alone, and also beside M.1: unknown comes before manual."""
    for case in UNREAD[number]:
        assert judge(case).verdict is Verdict.UNKNOWN
        if isinstance(case.payment_fact, type(a_payment())) and number != "M.1":
            assert judge(replace(case, payment_fact=a_payment(parts=TWO_PARTS))).verdict is Verdict.UNKNOWN


def test_a_partial_refund_of_several_invoices_is_manual() -> None:
    """M.1 alone: a person allocates it; whatever blocks comes before."""
    case = a_case(payment_fact=a_payment(parts=TWO_PARTS))
    judgement = judge(case)
    assert judgement.verdict is Verdict.MANUAL
    assert judgement.why.startswith("M.1 ")
    assert "Allocate" in judgement.next_step
    assert judge(replace(case, refund=a_refund(method="Barter"))).verdict is Verdict.BLOCKED


def test_error_creating_is_judged_like_blank_with_a_note() -> None:
    """It can be tried again, and says that it failed before."""
    judgement = judge(a_case(refund=a_refund(status_text="Error Creating Refund")))
    assert judgement.verdict is Verdict.READY
    assert judgement.notes == ("1.b The last try ended in an error.",)


def test_notes_do_not_stop_a_refund() -> None:
    """A long memo text, another refund on the payment, a book without periods, an override: ready, with notes."""
    case = a_case(
        refund=a_refund(memo="x" * 300),
        siblings_fact=(a_sibling(payment_id="p-1"),),
        zuora_periods=GAP,
        payment_refunds_fact=(a_zuora_refund(integration_id=""),),
        desk=Desk(DESK, overrides={"D.12": "that was for March"}),
    )
    judgement = judge(case)
    assert judgement.verdict is Verdict.READY
    assert [note.split()[0] for note in judgement.notes] == ["D.7", "D.11", "D.12", "D.14"]


def test_an_override_reaches_only_the_two_rules_that_allow_it() -> None:
    """A reason given for any other rule changes nothing."""
    everything = Desk(DESK, overrides={rule.id: "because" for rule in RULES})
    for number, cases in FAILING.items():
        for case in cases:
            answer = judge(replace(case, desk=everything)).finding(number).answer
            assert answer is (Answer.PASS if number in ("D.11", "D.12") else Answer.FAIL), number


FACTS = [
    "memos", "customer_fact", "payment_fact", "account_fact", "customer_account_fact",
    "own_refunds_fact", "payment_refunds_fact", "siblings_fact",
]  # fmt: skip


@given(case=st.sampled_from(EVERY_CASE), lost=st.sets(st.sampled_from(FACTS)))
def test_every_case_gets_one_judgement_and_green_means_all_rules_hold(case: RefundCase, lost: set[str]) -> None:
    """Whatever is read or not: all rules answer in page order, ready means PASS everywhere, and nothing is silent."""
    gaps: dict[str, Any] = dict.fromkeys(lost, GAP)
    judgement = judge(replace(case, **gaps))
    answers = {finding.answer for finding in judgement.findings}
    assert [finding.rule for finding in judgement.findings] == [rule.id for rule in RULES]
    assert (judgement.verdict is Verdict.READY) <= (answers == {Answer.PASS})
    assert judgement.verdict in (Verdict.READY, Verdict.SYNCED) or (judgement.why and judgement.next_step)
    if lost:
        assert judgement.verdict is not Verdict.READY


@given(case=st.sampled_from(EVERY_CASE))
def test_judging_twice_gives_the_same(case: RefundCase) -> None:
    """The rules have no memory and no clock of their own."""
    assert judge(case) == judge(case)


def test_a_refund_of_two_memos_is_blocked_by_2a() -> None:
    """One flagged memo among two: selected, and then refused, as the vendor does."""
    rows = (row(amount=usd("60.00")), row("802", amount=usd("40.00")))
    memos = (a_memo(amount=usd("60.00")), a_memo(id="802", create_zuora_refund=False, amount=usd("40.00")))
    judgement = judge(a_case(refund=a_refund(applied=rows), memos=memos))
    assert judgement.verdict is Verdict.BLOCKED
    assert judgement.why.startswith("2.a ")
    assert Kind.CREDIT_MEMO.value in judgement.why
