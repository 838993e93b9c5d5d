"""A Zuora refund that was made by hand, over sockets: shown, linked, unlinked, and two desks at once."""

from pathlib import Path
from typing import Any

import pytest

from tests.story.programs import Program, World, simulator
from tests.story.truth import doubles, wrongs

PART = "250.00"  # the demo's refund over three invoices


def by_hand(world: World, refund_id: str, **changes: object) -> dict[str, Any]:
    """What an accountant does in Zuora for a refund that the desk may not split: one refund, by hand."""
    content = world.read()
    refund = next(one for one in content["netsuite"]["refunds"] if one["id"] == refund_id)
    memo = next(one for one in content["netsuite"]["credit_memos"] if one["id"] == refund["applied_to"][0]["id"])
    made = {"payment_id": memo["zuora_payment_id"], "amount": refund["amount"], "date": refund["date"]}
    before = {one["id"] for one in content["zuora"]["refunds"]}
    world.post("/edit", {"system": "zuora", "record": "refunds", "create": made | changes})
    (new,) = [one for one in world.read()["zuora"]["refunds"] if one["id"] not in before]
    return dict(new)


def manual(program: Program) -> str:
    """A refund of 250.00 USD that needs a person."""
    rows = program.run("pending", "--filter", "manual", "--json").json["refunds"]
    return str(next(row["id"] for row in rows if row["amount"]["amount"] == PART))


@pytest.mark.parametrize("settlement", [True, False], ids=["settlement", "no settlement"])
def test_a_refund_made_by_hand_is_linked_and_unlinked(tmp_path: Path, settlement: bool) -> None:
    """Candidates with reasons, then both systems as after a sync; unlinked, everything of ours is gone again."""
    with simulator("--scenario", "demo") as world:
        world.post("/edit", {"system": "zuora", "record": "tenant", "set": {"invoice_settlement": settlement}})
        program = Program(tmp_path, world)
        pinned = {"invoice_settlement": "on" if settlement else "off"}
        program.profile(zuora=world.said["profile"]["zuora"] | pinned)
        refund_id = manual(program)
        assert program.run("link", refund_id, "--json").json["candidates"] == []
        made = by_hand(world, refund_id)
        shown = program.run("link", refund_id, "--json").json["candidates"]
        assert [one["number"] for one in shown] == [made["number"]]
        assert "no NetSuite id" in shown[0]["reasons"]
        asked = program.run("link", refund_id, "--zuora-refund", made["number"])
        assert asked.code == 3
        assert "No terminal" in asked.err
        said = program.run("link", refund_id, "--zuora-refund", made["number"], "--yes", "--json")
        assert (said.code, said.json["results"][0]["zuora_refund_id"]) == (0, made["id"]), said.out + said.err
        assert [one for one in wrongs(world.read(), refund_id) if not one.endswith(("comment", "method"))] == []
        assert doubles(world.read()) == []
        assert program.run("sync", refund_id, "--yes").code == 3
        off = program.run("unlink", refund_id, "--reason", "It belongs to another memo", "--json")
        assert off.code == 0, off.out + off.err
        assert world.live(refund_id) == []
        after = world.read()
        refund = next(one for one in after["netsuite"]["refunds"] if one["id"] == refund_id)
        memo = next(one for one in after["netsuite"]["credit_memos"] if one["id"] == refund["applied_to"][0]["id"])
        assert (refund["integration_status"], refund["zuora_id"]) == ("", "")
        assert (memo["integration_status"], memo["zuora_id"]) == ("", "")
        (hand,) = [one for one in after["zuora"]["refunds"] if one["id"] == made["id"]]
        assert (hand["status"], hand["integration_id"], hand["origin"], hand["sync_date"]) == ("Processed", "", "", "")
        lines = program.run("history", refund_id, "--json").json["history"]
        assert any("It belongs to another memo" in str(one) for one in lines)


def test_what_is_no_candidate_is_refused_with_its_reason(demo: Program) -> None:
    """Another amount, another payment, nothing at all: nothing is sent."""
    refund_id = manual(demo)
    less = by_hand(demo.world, refund_id, amount="100.00")
    before = demo.world.read()
    for key, words in ((less["number"], "its amount is 100.00 USD"), ("R-00000404", "has no refund R-00000404")):
        said = demo.run("link", refund_id, "--zuora-refund", key, "--yes", "--json")
        assert said.code == 3
        assert words in said.json["results"][0]["reason"]
    never = demo.run("unlink", refund_id, "--reason", "x", "--json")
    assert (never.code, never.json["results"][0]["result"]) == (3, "refused")
    assert demo.run("unlink", refund_id).code == 2
    after = demo.world.read()
    for system, records in (("zuora", "payments"), ("zuora", "refunds"), ("netsuite", "refunds")):
        assert after[system][records] == before[system][records]


def test_two_desks_that_link_different_refunds_are_told(tmp_path: Path) -> None:
    """The second desk's link ends where a person can see it; no NetSuite id is on two refunds in silence."""
    with simulator("--scenario", "demo") as world:
        desks = [Program(tmp_path / name, world) for name in ("one", "two")]
        for desk in desks:
            desk.home.mkdir()
            desk.profile()
        refund_id = manual(desks[0])
        made = [by_hand(world, refund_id), by_hand(world, refund_id)]
        started = [
            desk.start("link", refund_id, "--zuora-refund", one["id"], "--yes", "--json")
            for desk, one in zip(desks, made, strict=True)
        ]
        codes = []
        for process in started:
            process.communicate(timeout=240)
            codes.append(process.returncode)
        linked = world.live(refund_id)
        assert codes.count(0) <= 1
        assert len(linked) == 1 or codes == [1, 1]
        if 0 in codes:
            assert linked[0]["id"] == made[codes.index(0)]["id"]
