"""Claims, and the facts of a case that several rules share."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsz_desk.domain.case import Claim, Desk, claim_text, read_claim
from nsz_desk.domain.facts import FactMissing, Unread, known
from tests.builders import DESK, NOW, a_case, a_memo, a_refund, a_zuora_refund

SECONDS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))


@given(at=SECONDS, desk=st.from_regex(r"[A-Za-z0-9_.-]{1,30}( [a-z0-9]{1,8})?", fullmatch=True))
def test_a_claim_is_read_back_as_it_was_written(at: datetime, desk: str) -> None:
    """Whole seconds and the desk's id survive the note field, blanks around them or not."""
    assert read_claim(f" {claim_text(at, desk)}\n") == Claim(desk, at)


def test_a_claim_is_written_in_utc() -> None:
    """Whatever zone the clock is in."""
    assert claim_text(datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), DESK) == (
        "2026-02-28T23:00:00Z desk-1"
    )


@pytest.mark.parametrize(
    "note",
    ["", "2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z ", "2026-13-01T10:00:00Z x", "3/1/2026 10:00 am"],
)
def test_a_text_that_is_no_claim_is_none(note: str) -> None:
    """A sync date, a blank, a time without a desk, a month that does not exist."""
    assert read_claim(note) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_claim(note: str) -> None:
    """Anything may stand in that field."""
    claim = read_claim(note)
    assert claim is None or claim.desk


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(timedelta(0), True), (timedelta(minutes=74, seconds=59), True), (timedelta(minutes=75), False)],
)
def test_a_claim_is_fresh_for_75_minutes(age: timedelta, fresh: bool) -> None:
    """The boundary itself is not fresh; a claim without a time never is."""
    assert Claim("x", NOW - age).fresh(NOW) is fresh
    assert not Claim("x", None).fresh(NOW)


def test_a_claim_counts_only_while_the_status_says_creating() -> None:
    """A note left behind on a finished refund is no claim."""
    note = claim_text(NOW, "desk-9")
    assert a_case(refund=a_refund(claim_note=note)).claim is None
    case = a_case(refund=a_refund(claim_note=note, status_text="Creating Refund"))
    assert case.claim == Claim("desk-9", NOW)


def test_a_claim_without_a_note_is_as_old_as_the_record() -> None:
    """The connector writes no note: nobody's name, and the time of the last change."""
    case = a_case(refund=a_refund(status_text="Creating Refund...", claim_note=""))
    assert case.claim == Claim("", case.refund.modified)
    assert not case.claimed_by_us


def test_a_claim_is_ours_only_with_our_id() -> None:
    """Another desk's is not, and a desk without an id owns none."""
    refund = a_refund(status_text="Creating Refund", claim_note=claim_text(NOW, DESK))
    assert a_case(refund=refund, desk=Desk(DESK)).claimed_by_us
    assert not a_case(refund=refund, desk=Desk("desk-2")).claimed_by_us
    assert not a_case(refund=refund).claimed_by_us


def test_the_flagged_memo_is_the_one_to_refund() -> None:
    """Among several the first flagged one, else the first; without any the fact is missing."""
    plain, flagged = a_memo(id="1", create_zuora_refund=False), a_memo(id="2")
    assert a_case(memos=(plain, flagged)).memo is flagged
    assert a_case(memos=(plain,)).memo is plain
    with pytest.raises(FactMissing, match="credit memo"):
        _ = a_case(memos=()).memo


def test_a_fact_that_was_not_read_is_never_taken_for_none() -> None:
    """Asking for it raises, with what and why."""
    case = a_case(payment_fact=Unread("Zuora payment", "time-out"), customer_fact=Unread("customer", "no permission"))
    with pytest.raises(FactMissing, match="Zuora payment: time-out"):
        _ = case.payment
    with pytest.raises(FactMissing, match="customer: no permission"):
        _ = case.customer
    with pytest.raises(FactMissing, match="names none"):
        _ = a_case(payment_fact=None).payment
    assert known(()) == ()


@pytest.mark.parametrize(
    ("status", "live", "dead"),
    [
        ("Processed", True, False),
        ("Processing", True, False),
        ("processed", True, False),
        ("Canceled", False, True),
        ("Cancelled", False, True),
        ("Error", False, True),
        ("Pending", False, False),
        ("", False, False),
    ],
)
def test_a_zuora_refund_is_live_dead_or_neither(status: str, live: bool, dead: bool) -> None:
    """A word nobody knows is never dead: its money may count."""
    refund = a_zuora_refund(status=status)
    assert (refund.live, refund.dead) == (live, dead)
