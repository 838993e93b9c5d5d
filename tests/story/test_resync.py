"""Undoing a sync over sockets: both systems are as before, the old number is kept, and one new refund follows."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.cli.commands import report
from nsz_desk.rules.book import Verdict
from tests.story.houses import House, house
from tests.story.programs import Program, simulator, untouched
from tests.story.truth import wrongs

DAY = timedelta(hours=25).total_seconds()
SECONDS = ("updated",)  # what a cancel may change on a payment and an invoice


@pytest.fixture(params=["on", "off"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """The command line on the demo company, with and without Invoice Settlement."""
    with simulator("--scenario", "demo") as world:
        said = Program(tmp_path, world)
        on = request.param == "on"
        world.post("/edit", {"system": "zuora", "record": "tenant", "set": {"invoice_settlement": on}})
        zuora = {**world.said["profile"]["zuora"], "invoice_settlement": request.param}
        said.profile(zuora=zuora if on else {**zuora, "unapply_route": "crud"})
        yield said


def money_of(world: dict[str, Any]) -> list[dict[str, Any]]:
    """Every payment with its parts, and what customers owe, without times of change."""
    payments = world["zuora"]["payments"]
    return [{key: value for key, value in one.items() if key not in SECONDS} for one in payments]


def netsuite_of(world: dict[str, Any], refund_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A refund and its memo."""
    refund = next(one for one in world["netsuite"]["refunds"] if one["id"] == refund_id)
    memo_id = refund["applied_to"][0]["id"]
    return refund, next(one for one in world["netsuite"]["credit_memos"] if one["id"] == memo_id)


def ready_ids(program: Program) -> list[str]:
    """Ids of the refunds that are ready."""
    return [one["id"] for one in program.run("pending", "--filter", "ready", "--json").json["refunds"]]


def test_sync_resync_and_sync_again_by_command(program: Program) -> None:
    """Ignore, then Canceled; fields blank; payments as before; pending again; then exactly one new refund, twice."""
    first = ready_ids(program)[0]
    before = program.world.read()
    assert program.run("sync", first, "--yes").code == 0
    made = program.world.live(first)[0]
    said = program.run("resync", first, "--reason", "wrong date", "--yes", "--json")
    assert said.code == 0, said.out + said.err
    (result,) = said.json["results"]
    assert (result["result"], result["zuora_refund_id"], result["zuora_number"]) == ("complete", None, made["number"])
    assert set(result) >= {"id", "result", "zuora_refund_id", "reason"}
    after = program.world.read()
    assert program.world.live(first) == []
    dead = next(one for one in after["zuora"]["refunds"] if one["id"] == made["id"])
    assert (dead["status"], dead["transferred_to_accounting"]) == ("Canceled", "Ignore")
    refund, memo = netsuite_of(after, first)
    for record in (refund, memo):
        assert (record["integration_status"], record["zuora_id"]) == ("", "")
    assert refund["sync_date"] == ""
    assert money_of(after) == money_of(before)
    assert untouched(before["netsuite"]["refunds"], after["netsuite"]["refunds"], {first}) == []
    assert untouched(before["zuora"]["refunds"], after["zuora"]["refunds"], {made["id"]}) == []
    assert first in ready_ids(program)
    history = program.run("history", first, "--json").out
    assert made["number"] in history
    assert "wrong date" in history
    assert program.run("sync", first, "--yes").code == 0
    assert wrongs(program.world.read(), first) == []
    program.world.post("/clock", {"advance_seconds": DAY})
    again = program.run("resync", first, "--reason", "once more", "--then-sync", "--yes", "--json")
    assert again.code == 0, again.out + again.err
    live = program.world.live(first)
    assert [one["id"] for one in live] == [again.json["results"][0]["zuora_refund_id"]]
    assert wrongs(program.world.read(), first) == []
    of_it = [one for one in program.world.read()["zuora"]["refunds"] if one["integration_id"] == first]
    assert sorted(one["status"] for one in of_it) == ["Canceled", "Canceled", "Processed"]
    assert first not in [one["id"] for one in program.run("recover", "--json").json["results"]]


def test_a_resync_25_hours_later_and_a_sync_after_it(demo: Program) -> None:
    """The key of the dead refund is forgotten by then; still exactly one is live."""
    first = ready_ids(demo)[0]
    assert demo.run("sync", first, "--yes").code == 0
    demo.world.post("/clock", {"advance_seconds": DAY})
    assert demo.run("resync", first, "--reason", "wrong date", "--yes").code == 0
    demo.world.post("/clock", {"advance_seconds": DAY})
    assert demo.run("sync", first, "--yes").code == 0
    assert len(demo.world.live(first)) == 1
    assert wrongs(demo.world.read(), first) == []


def test_without_approval_or_reason_nothing_is_sent(demo: Program) -> None:
    """No terminal to ask at is a no; the plan is shown with its hash; another hash than the plan's is a no too."""
    first = ready_ids(demo)[0]
    demo.run("sync", first, "--yes")
    before = demo.world.read()
    asked = demo.run("resync", first, "--reason", "wrong date")
    assert asked.code == 3
    assert "Canceled" in asked.out
    assert "wrong date" in asked.out
    assert demo.run("resync", first, "--yes").code == 2
    assert demo.run("resync", first, "--reason", " ", "--yes").code == 2
    assert demo.run("resync", first, "--reason", "x", "--plan-hash", "0" * 64).code == 3
    after = demo.world.read()
    assert (after["netsuite"], after["zuora"]) == (before["netsuite"], before["zuora"])
    shown = asked.out.rsplit("plan hash ", 1)[1].strip()
    assert demo.run("resync", first, "--reason", "wrong date", "--plan-hash", shown).code == 0


def test_the_memo_can_be_kept(demo: Program) -> None:
    """Only the refund is cleared then."""
    first = ready_ids(demo)[0]
    demo.run("sync", first, "--yes")
    made = demo.world.live(first)[0]
    assert demo.run("resync", first, "--reason", "x", "--keep-memo", "--yes").code == 0
    refund, memo = netsuite_of(demo.world.read(), first)
    assert (refund["zuora_id"], memo["zuora_id"]) == ("", made["id"])


def test_a_closed_zuora_period_is_said_early_and_changes_nothing(demo: Program) -> None:
    """Exit 3, in plain words, with whom to call."""
    first = ready_ids(demo)[0]
    demo.run("sync", first, "--yes")
    before = demo.world.read()
    day = demo.world.live(first)[0]["date"]
    shut = {"id": "shut", "name": day, "start": day, "end": day, "status": "Closed"}
    demo.world.post("/edit", {"system": "zuora", "record": "periods", "create": shut})
    said = demo.run("resync", first, "--reason", "x", "--yes", "--json")
    assert said.code == 3, said.out + said.err
    assert "closed" in said.json["results"][0]["reason"]
    assert demo.world.read()["zuora"]["refunds"] == before["zuora"]["refunds"]


def test_a_payment_over_several_invoices_is_put_back_to_the_cent(tmp_path: Path) -> None:
    """A full refund of it took from every invoice; after the resync each pays what it paid."""
    with house(tmp_path) as home:
        chosen = next(one for one in home.ready(20) if len(parts_of(home, one)) > 1)
        before = money_of(home.world())
        balances = invoices_of(home, chosen)
        assert home.sync_one(chosen).result.value == "complete"
        assert invoices_of(home, chosen) != balances
        batch = home.desk.plan_resync([chosen], "wrong payment", report())
        assert home.desk.resync(batch, report(), lambda event: None).results[0].result.value == "complete"
        assert money_of(home.world()) == before
        assert invoices_of(home, chosen) == balances


@pytest.mark.parametrize("apply_by_hand", [False, True])
def test_a_refund_that_somebody_cancelled_is_cleared_with_proof(tmp_path: Path, apply_by_hand: bool) -> None:
    """The list shows the drift; nothing is cancelled; the payment is as before, whoever applied it again."""
    with house(tmp_path) as home:
        (first,) = home.ready(1)
        before = money_of(home.world())
        made = home.sync_one(first).zuora_refund_id
        zuora = home.desk.zuora
        parts = zuora.read_refund(made).parts or ()
        zuora.cancel_refund(made)
        if apply_by_hand:
            zuora.apply_payment(zuora.read_refund(made).payment_id or "", parts)
        row = home.desk.pending(report()).by_id[first]
        assert row.verdict is Verdict.IN_DOUBT
        assert row.judgement.next_step.startswith("Review offers: clear,")
        batch = home.desk.plan_resync([first], "cancelled by a colleague", report())
        done = home.desk.resync(batch, report(), lambda event: None, then_sync=True).results[0]
        assert done.result.value == "complete", done
        assert "cancelled before" in done.reason
        assert wrongs(home.world(), first) == []
        again = home.desk.plan_resync([first], "to look at the money", report())
        home.desk.resync(again, report(), lambda event: None)
        assert money_of(home.world()) == before


def parts_of(home: House, refund_id: str) -> list[dict[str, Any]]:
    """What the payment of a refund's memo is applied to."""
    world = home.world()
    _, memo = netsuite_of(world, refund_id)
    key = memo["zuora_payment_id"]
    payment = next(one for one in world["zuora"]["payments"] if key in (one["id"], one["number"]))
    return list(payment["invoices"])


def invoices_of(home: House, refund_id: str) -> dict[str, str]:
    """The balances of those invoices, asked of Zuora itself."""
    ids = [one["id"] for one in parts_of(home, refund_id)] or [str(key) for key in home.desk.zuora.invoices([])]
    return {key: one.balance.plain() for key, one in home.desk.zuora.invoices(ids).items()}


def test_the_comparison_needs_six_calls(tmp_path: Path) -> None:
    """Both systems side by side: every row in three columns, and what differs is marked."""
    with house(tmp_path) as home:
        (first,) = home.ready(1)
        home.sync_one(first)
        home.desk.compare(first)
        before = home.world()["calls"]
        found = home.desk.compare(first)
        after = home.world()["calls"]
        assert sum(after.values()) - sum(before.values()) <= 6
        assert [row.what for row in found.rows if row.differs] == []
        assert found.hindrances == ()
        home.post("/edit", {"system": "netsuite", "record": "refunds", "id": first, "set": {"date": "2026-11-01"}})
        assert [row.what for row in home.desk.compare(first).rows if row.differs] == ["Date"]
        assert json.dumps([row.after for row in found.rows])


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request"])
@pytest.mark.parametrize("where", ["zuora.cancel_refund", "zuora.update_refund", "netsuite.update"])
def test_a_lost_answer_over_sockets_ends_one_way_or_the_other(tmp_path: Path, where: str, kind: str) -> None:
    """Undone, or live and marked as before; never anything else, and recovery says so."""
    with house(tmp_path, backoff_seconds=[0.01, 0.01]) as home:
        (first,) = home.ready(1)
        home.sync_one(first)
        before = money_of(home.world())
        batch = home.desk.plan_resync([first], "wrong date", report())
        home.post("/faults", [{"where": where, "kind": kind, "nth": 1}])
        home.desk.resync(batch, report(), lambda event: None)
        home.post("/faults", [])
        home.desk.recover(report(), lambda event: None)
        world = home.world()
        refund, _ = netsuite_of(world, first)
        live = home.live(first)
        if live:
            open_states = {one.state for one in home.desk.ledger.standings.values() if one.is_open}
            assert open_states <= {"cancelling", "shielding"} or live[0]["transferred_to_accounting"] == "Yes"
            assert refund["zuora_id"] == live[0]["id"]
        else:
            assert refund["zuora_id"] == ""
            assert money_of(world) != before  # the synced refund's money is back
