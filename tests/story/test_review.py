"""Decisions over sockets: what waits for a person is shown with its evidence, decided by command, and journalled."""

from typing import Any

from tests.story.programs import Program

WHY = "agreed with the customer"


def first_ready(program: Program) -> str:
    """A refund that is ready."""
    return str(program.run("pending", "--filter", "ready", "--json").json["refunds"][0]["id"])


def review(program: Program, refund_id: str) -> Any:
    """The review as a script reads it."""
    said = program.run("review", refund_id, "--json")
    assert said.code == 0, said.out + said.err
    return said.json


def opened(found: Any) -> set[str]:
    """The decisions that are open."""
    return {one["decide"] for one in found["decisions"] if one["open"]}


def cancel(program: Program, zuora_id: str) -> None:
    """A person cancels a refund in Zuora."""
    edit = {"system": "zuora", "record": "refunds", "id": zuora_id, "set": {"status": "Canceled"}}
    program.world.post("/edit", edit)


def test_a_refund_that_somebody_cancelled_is_cleared_and_synced_again(demo: Program) -> None:
    """Clear is open with its proof and cancels nothing; the next sync makes exactly one new refund."""
    refund = first_ready(demo)
    assert demo.run("sync", refund, "--yes").code == 0
    made = demo.world.live(refund)[0]
    cancel(demo, made["id"])
    found = review(demo, refund)
    assert found["about"] == "none live"
    assert opened(found) == {"clear", "set-aside"}
    assert any(made["number"] in sentence and "Canceled" in sentence for sentence in found["seen"])
    said = demo.run("review", refund, "--decide", "clear", "--reason", WHY, "--yes", "--json")
    assert (said.code, said.json["results"][0]["result"]) == (0, "complete"), said.out + said.err
    assert demo.run("sync", refund, "--yes").code == 0
    (again,) = demo.world.live(refund)
    assert again["id"] != made["id"]
    (line,) = [one for one in demo.run("history", refund, "--json").json["history"] if one["kind"] == "decision"]
    assert line["detail"]["reason"] == WHY


def test_one_of_two_live_refunds_is_cancelled_by_command(demo: Program) -> None:
    """It must be named; without --yes nothing is cancelled; then exactly that one is, and NetSuite stays as it is."""
    refund = first_ready(demo)
    assert demo.run("sync", refund, "--yes").code == 0
    (made,) = demo.world.live(refund)
    loose = next(one for one in demo.world.read()["zuora"]["refunds"] if not one["integration_id"])
    edit = {"system": "zuora", "record": "refunds", "id": loose["id"], "set": {"integration_id": refund}}
    demo.world.post("/edit", edit)
    found = review(demo, refund)
    assert found["about"] == "duplicate"
    offered = {one["zuora_refund_id"] for one in found["decisions"] if one["decide"] == "cancel"}
    assert offered == {made["id"], loose["id"]}
    asked = ("review", refund, "--decide", "cancel", "--reason", WHY)
    unnamed = demo.run(*asked, "--yes")
    assert (unnamed.code, "--zuora-refund" in unnamed.err) == (2, True)
    assert demo.run(*asked, "--zuora-refund", loose["number"]).code != 0
    assert len(demo.world.live(refund)) == 2
    said = demo.run(*asked, "--zuora-refund", loose["number"], "--yes", "--json")
    assert (said.code, said.json["results"][0]["result"]) == (0, "complete"), said.out + said.err
    assert [one["id"] for one in demo.world.live(refund)] == [made["id"]]
    assert demo.run("pending", "--json").code == 0
