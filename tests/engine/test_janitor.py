"""The janitor's table: each row of it, and that every pair that can occur stands in it."""

from datetime import timedelta
from typing import Any

import pytest

from nsz_desk.domain.case import Desk, claim_text
from nsz_desk.domain.facts import Unread
from nsz_desk.engine.janitor import JANITOR, Act, Says, Seen, act, drift, says, seen
from nsz_desk.engine.lists import Row, row_of
from nsz_desk.rules.book import judge
from tests.builders import NOW, a_case, a_memo, a_refund, a_zuora_refund, usd

FRESH = claim_text(NOW - timedelta(minutes=5), "desk-2")
OLD = claim_text(NOW - timedelta(hours=2), "desk-2")
NETSUITE: dict[Says, dict[str, Any]] = {
    Says.BLANK: {},
    Says.ERROR: {"status_text": "Error Creating Refund"},
    Says.FRESH_CLAIM: {"status_text": "Creating Refund", "claim_note": FRESH},
    Says.OLD_CLAIM: {"status_text": "Creating Refund...,", "claim_note": OLD},
    Says.ID_WITHOUT_STATUS: {"zuora_id": "z-1"},
    Says.COMPLETE_WITHOUT_ID: {"status_text": "Sync Complete"},
    Says.COMPLETE: {"status_text": "sync complete.", "zuora_id": "z-1"},
}
MINE = {"id": "z-1", "integration_id": "901", "amount": usd("100.00"), "status": "Processed", "transferred": "Yes"}
ZUORA: dict[Seen, Any] = {
    Seen.UNREAD: Unread("Zuora refunds", "no answer"),
    Seen.NONE: (a_zuora_refund(**MINE | {"status": "Canceled"}),),
    Seen.AGREES: (a_zuora_refund(**MINE),),
    Seen.UNMARKED: (a_zuora_refund(**MINE | {"transferred": "No"}),),
    Seen.HALF: (a_zuora_refund(**MINE),),
    Seen.OTHER_ID: (a_zuora_refund(**MINE | {"id": "z-2"}),),
    Seen.DIFFERS: (a_zuora_refund(**MINE | {"amount": usd("99.00")}),),
    Seen.VOIDED: (a_zuora_refund(**MINE),),
    Seen.SEVERAL: (a_zuora_refund(**MINE), a_zuora_refund(**MINE | {"id": "z-2", "status": "Pending"})),
}
WITH_ID = (Says.ID_WITHOUT_STATUS, Says.COMPLETE)


def possible(what: Says, there: Seen) -> bool:
    """Another id needs an id in NetSuite, a blank memo is only looked at behind a complete refund."""
    if there is Seen.OTHER_ID:
        return what in WITH_ID
    return what is Says.COMPLETE if there is Seen.HALF else True


def a_row(what: Says, there: Seen) -> Row:
    """A judged row in which NetSuite says one thing and the search shows another."""
    stamped = {"status_text": "Sync Complete", "zuora_id": "z-1"} if what is Says.COMPLETE else {}
    memo = a_memo(**({} if there is Seen.HALF else stamped))
    refund = a_refund(**NETSUITE[what] | {"voided": there is Seen.VOIDED})
    case = a_case(refund=refund, memo=memo, own_refunds_fact=ZUORA[there], now=NOW, desk=Desk("desk-1"))
    return row_of(case, judge(case))


PAIRS = [(what, there) for what in Says for there in Seen if possible(what, there)]


@pytest.mark.parametrize(("what", "there"), PAIRS, ids=lambda one: one.name)
def test_every_pair_is_read_as_it_stands_and_has_its_row(what: Says, there: Seen) -> None:
    """The readings come back from records, and the table answers without a default."""
    row = a_row(what, there)
    assert (says(row), seen(row)) == (what, there)
    assert act(row) is JANITOR[what, there]


def test_the_table_has_no_row_for_what_cannot_be() -> None:
    """A row nobody can reach would be a row nobody tests."""
    assert {pair for pair in JANITOR if not possible(*pair)} == set()


def test_nothing_that_creates_is_among_the_acts() -> None:
    """A search that shows none is safe or nothing, never an order to create."""
    assert {JANITOR[what, Seen.NONE] for what in Says} <= {Act.SAFE, Act.NOTHING, Act.ASK, Act.WAIT}


def test_an_answer_that_did_not_come_never_proves_anything() -> None:
    """Unread is later, whatever NetSuite says."""
    assert {JANITOR[what, Seen.UNREAD] for what in Says} == {Act.LATER}


@pytest.mark.parametrize(
    ("there", "says_so"),
    [
        (Seen.AGREES, False),
        (Seen.UNREAD, False),
        (Seen.NONE, True),
        (Seen.UNMARKED, True),
        (Seen.HALF, True),
        (Seen.OTHER_ID, True),
        (Seen.VOIDED, True),
        (Seen.DIFFERS, True),
        (Seen.SEVERAL, True),
    ],
)
def test_drift_is_said_of_complete_refunds_only_when_it_is_seen(there: Seen, says_so: bool) -> None:
    """A person's cancellation, a lost mark or stamp, another id; never a search that did not answer."""
    assert bool(drift(a_row(Says.COMPLETE, there))) is says_so
    assert drift(a_row(Says.BLANK, Seen.NONE)) == ""
