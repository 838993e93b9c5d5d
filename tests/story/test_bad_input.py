"""What goes wrong at the two systems: each row has its cause, the truth in both systems, and a next step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nsz_desk import assembly
from nsz_desk.cli.commands import report
from nsz_desk.domain.errors import Credentials, DeskError, NoAnswer, Setup, Unreachable
from nsz_desk.engine.plan import Plan
from nsz_desk.engine.ports import Moment
from nsz_desk.engine.results import Result, RowResult
from tests.story.houses import House, house


@pytest.fixture
def there(tmp_path: Path) -> Iterator[House]:
    """A desk on the demo company."""
    with house(tmp_path) as found:
        yield found


def told(row: RowResult) -> None:
    """A row that is not complete says why and what to do."""
    assert row.reason
    assert row.next_step


@pytest.mark.parametrize(
    ("record", "change", "words"),
    [
        ("refunds", {"memo": "another text"}, "plan changed"),
        ("refunds", {"date": "2026-01-02"}, ""),
        ("refunds", {"method": "Barter"}, "D.6"),
        ("refunds", {"voided": True}, "D.8"),
    ],
    ids=["memo text", "date", "method", "voided"],
)
def test_a_refund_changed_between_listing_and_sync_is_refused(
    there: House, record: str, change: dict[str, Any], words: str
) -> None:
    """The plan is derived again right before the first write; a difference sends nothing to Zuora."""
    refund_id = there.ready(1)[0]
    batch = there.desk.plan([refund_id], report())
    there.post("/edit", {"system": "netsuite", "record": record, "id": refund_id, "set": change})
    row = there.desk.sync(batch, report(), lambda event: None).results[0]
    assert row.result is Result.REFUSED
    assert words in row.reason
    told(row)
    assert there.live(refund_id) == []


def test_a_memo_changed_between_listing_and_sync_is_refused(there: House) -> None:
    """Another payment on the memo is another plan."""
    refund_id, other = there.ready(2)
    batch = there.desk.plan([refund_id], report())
    memos = {one["id"]: one for one in there.world()["netsuite"]["credit_memos"]}
    payment = memos[there.memo_of(other)]["zuora_payment_id"]
    edit = {"system": "netsuite", "record": "credit_memos", "id": there.memo_of(refund_id)}
    there.post("/edit", edit | {"set": {"zuora_payment_id": payment}})
    row = there.desk.sync(batch, report(), lambda event: None).results[0]
    assert row.result is Result.REFUSED
    assert there.live(refund_id) == []


def test_a_second_live_refund_made_meanwhile_is_reported_in_the_same_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody makes one with our id right after ours: both numbers, do not pay out; the run goes no further."""
    with house(tmp_path, "month-end") as there:
        world = there.world()
        ready = there.desk.plan(there.ready(40), report()).plans
        doubled = next(plan for plan in ready if _has_room(world, plan))
        others = [plan.refund_id for plan in ready if plan.account_id != doubled.account_id][:2]
        create = there.desk.zuora.create_refund

        def twice(*arguments: Any) -> Any:
            made = create(*arguments)
            copy = {"payment_id": doubled.payment_id, "amount": doubled.amount.plain(), "date": doubled.date}
            copy |= {"type": "External", "method": doubled.method_type, "integration_id": doubled.refund_id}
            there.post("/edit", {"system": "zuora", "record": "refunds", "create": copy})
            return made

        monkeypatch.setattr(there.desk.zuora, "create_refund", twice)
        first, *rest = there.sync(doubled.refund_id, *others).results
        assert first.result is Result.IN_DOUBT
        assert "two live Zuora refunds" in first.reason
        assert "Do not pay out" in first.reason
        assert all(number in first.reason for number in (one["number"] for one in there.live(doubled.refund_id)))
        assert {row.result for row in rest} == {Result.SKIPPED}


def _has_room(world: dict[str, Any], plan: Plan) -> bool:
    """Whether another equal refund would fit into the payment."""
    payment = next(one for one in world["zuora"]["payments"] if one["id"] == plan.payment_id)
    return Decimal(payment["amount"]) >= 2 * plan.amount.amount and len(payment["invoices"]) == 1


@pytest.mark.parametrize("word", ["Pending", "Frobnicated"])
def test_an_unknown_status_word_is_never_taken_for_dead(there: House, word: str) -> None:
    """A refund of ours in a status nobody knows is a person's matter; nothing is sent."""
    refund_id = there.ready(1)[0]
    batch = there.desk.plan([refund_id], report())
    memo = next(m for m in there.world()["netsuite"]["credit_memos"] if m["id"] == there.memo_of(refund_id))
    mine = {"payment_id": memo["zuora_payment_id"], "amount": memo["amount"], "date": "2026-11-20", "type": "External"}
    mine |= {"method": "Check", "integration_id": refund_id}
    made = there.post("/edit", {"system": "zuora", "record": "refunds", "create": mine})
    key = made.get("id") or made["record"]["id"]
    there.post("/edit", {"system": "zuora", "record": "refunds", "id": key, "set": {"status": word}})
    row = there.desk.sync(batch, report(), lambda event: None).results[0]
    assert row.result in (Result.IN_DOUBT, Result.REFUSED)
    told(row)
    assert len([one for one in there.world()["zuora"]["refunds"] if one["integration_id"] == refund_id]) == 1


@pytest.mark.parametrize("kind", ["html", "truncate", "http_500", "http_503", "drop_answer"])
def test_an_unknown_outcome_of_a_create_is_finished_or_in_doubt_and_never_doubled(there: House, kind: str) -> None:
    """The first answer is nonsense; the same key brings the truth."""
    refund_id = there.ready(1)[0]
    there.post("/faults", [{"where": "zuora.create_refund", "kind": kind, "nth": 1, "effect": "after"}])
    row = there.sync_one(refund_id)
    assert row.result is Result.COMPLETE, row
    assert len(there.live(refund_id)) == 1


def test_a_create_that_never_answers_stays_in_doubt_and_other_rows_go_on(there: House) -> None:
    """No answer three times: open, explained, nothing new sent; recover finishes it when Zuora speaks again."""
    silent, other = there.ready(2)
    assert there.sync_one(other).result is Result.COMPLETE
    there.post("/faults", [{"where": "zuora.create_refund", "kind": "drop_request"}])
    row = there.sync_one(silent)
    assert row.result is Result.IN_DOUBT
    told(row)
    assert there.live(silent) == []
    again = there.sync_one(silent)
    assert again.result is Result.REFUSED  # an open doubt is inherited: nothing new beside it
    there.post("/faults", [])
    rows = {one.id: one for one in there.desk.recover(report(), lambda event: None).results}
    assert rows[silent].result is Result.COMPLETE
    assert len(there.live(silent)) == 1


def test_a_definite_no_of_zuora_is_failed_and_said_in_netsuite(there: House) -> None:
    """A locked period is refused twice under one key; NetSuite says Error Creating Refund; mended, it syncs."""
    refund_id = there.ready(1)[0]
    there.post("/faults", [{"where": "zuora.create_refund", "kind": "period_closed", "nth": 1}])
    row = there.sync_one(refund_id)
    assert row.result is Result.FAILED
    told(row)
    refund = next(one for one in there.world()["netsuite"]["refunds"] if one["id"] == refund_id)
    assert refund["integration_status"] == "Error Creating Refund"
    there.post("/faults", [])
    assert there.sync_one(refund_id).result is Result.COMPLETE
    assert len(there.live(refund_id)) == 1


@pytest.mark.parametrize("kind", ["html", "truncate", "http_500", "success_false"])
def test_a_search_that_does_not_answer_is_never_none_found(there: House, kind: str) -> None:
    """Lists that fail leave facts unknown: no row is ready, and the problem is said."""
    there.post("/faults", [{"where": "zuora.search", "kind": kind}])
    listed = there.desk.pending(report())
    assert listed.problems
    assert not [row for row in listed.rows if row.verdict.value == "ready"]


def test_a_missing_custom_field_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    """A script id that the account does not know is a matter of the settings."""
    fields = {"integration_status": "custbodynosuchfield"}
    with house(tmp_path, fields=fields) as there, pytest.raises(DeskError) as problem:
        there.desk.pending(report())
    assert "custbodynosuchfield" in str(problem.value)
    assert problem.value.message
    assert problem.value.hint


@pytest.mark.parametrize("system", ["netsuite", "zuora"])
def test_wrong_credentials_are_said_with_the_system_and_without_the_secret(tmp_path: Path, system: str) -> None:
    """The message names the system and what to do; the secret stands nowhere in it."""
    good = {
        "netsuite": {"consumer_key": "k", "consumer_secret": "s", "token": "t", "token_secret": "topsecret-1"},
        "zuora": {"client_id": "5f0c7a2e-93d1-4b8e-a6f4-2c7d10e9b835", "client_secret": "topsecret-2"},
    }
    with house(tmp_path) as there:
        real: Any = there.simulator.announcement()["credentials"]
    with house(tmp_path, credentials=real | {system: good[system]}) as there, pytest.raises(Credentials) as problem:
        there.desk.pending(report())
    text = str(problem.value)
    assert system in text.casefold()
    assert "topsecret" not in text
    assert problem.value.message
    assert problem.value.hint


def test_a_clock_that_is_wrong_is_named_as_a_possible_cause(there: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures carry the time; NetSuite says only "invalid login", the desk says more."""
    real = assembly.SystemClock.now

    def late(self: assembly.SystemClock) -> Moment:
        moment = real(self)
        return replace(moment, wall=moment.wall - timedelta(minutes=20))

    monkeypatch.setattr(assembly.SystemClock, "now", late)
    with pytest.raises(Credentials) as problem:
        there.desk.pending(report())
    assert "clock" in str(problem.value).casefold()


def test_a_host_that_does_not_answer_is_unreachable_and_nothing_was_sent(tmp_path: Path) -> None:
    """A stopped simulator is a wrong host: connect fails, and the message says that nothing left."""
    with house(tmp_path) as there:
        there.simulator.stop()
        with pytest.raises((Unreachable, NoAnswer)) as problem:
            there.desk.pending(report())
    assert isinstance(problem.value, Unreachable)
    assert problem.value.hint


def test_a_journal_that_cannot_be_written_stops_money_and_says_so(
    there: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the first line: nothing is sent to either system."""
    ids = there.ready(2)
    batch = there.desk.plan(ids, report())
    before = there.world()

    def full(event: object) -> None:
        raise Setup("The journal cannot be written: the disk is full.", "Nothing was sent.", "Free some space.")

    monkeypatch.setattr(there.desk.ledger.journal, "append", full)
    with pytest.raises(Setup):
        there.desk.sync(batch, report(), lambda event: None)
    after = there.world()
    assert before["zuora"]["refunds"] == after["zuora"]["refunds"]
    assert before["netsuite"]["refunds"] == after["netsuite"]["refunds"]
