"""The network goes away in the middle of a batch and comes back: nothing twice, nothing lost, no hand needed."""

import time
from pathlib import Path

import pytest

from tests.kill.processes import killable
from tests.kill.scale import OUTAGE_SECONDS
from tests.story.programs import World, simulator
from tests.story.truth import doubles, wrongs

LOST_BEFORE, LOST_AFTER = "drop_request", "drop_answer"
PLACES = (
    "netsuite.search",
    "netsuite.get",
    "netsuite.update",
    "zuora.token",
    "zuora.search",
    "zuora.get_refund",
    "zuora.get_payment",
    "zuora.create_refund",
    "zuora.update_refund",
)


def outage(world: World, kind: str) -> None:
    """Close every connection, before the request is read or after it was done."""
    world.post("/faults", [{"where": where, "kind": kind} for where in PLACES])


@pytest.mark.parametrize("kind", [LOST_BEFORE, LOST_AFTER], ids=["requests lost", "answers lost"])
def test_an_outage_in_the_middle_of_a_batch_ends_well(tmp_path: Path, kind: str) -> None:
    """No connection lives from the middle of the batch on. What was begun stays in doubt, the rest was not started.

    After the outage Recover finishes what was begun and Sync takes the rest: each has one live refund.
    """
    with simulator("--scenario", "month-end", "--refunds", "9", "--seed", "9", "--latency-ms", "10") as world:
        desk = killable(tmp_path, world)
        ready = desk.ready()
        before = len(world.read()["zuora"]["refunds"])
        batch = desk.start("sync", "--ready", "--yes", "--json")
        while len(world.read()["zuora"]["refunds"]) < before + 3:
            assert batch.process.is_alive(), "the batch ended before the outage"
        outage(world, kind)
        began = time.monotonic()
        said = batch.end()
        assert said.code == 1, said.out
        results = {row["id"]: row for row in said.json["results"]}
        assert len(results) == len(ready)
        assert {row["result"] for row in results.values()} <= {"complete", "in_doubt", "skipped"}, said.out
        assert any(row["result"] == "in_doubt" for row in results.values()), said.out
        assert all(row["reason"] for row in results.values())
        silent = desk.run("recover", "--json")
        assert silent.code in (1, 2), "there was no network to recover over"
        time.sleep(max(0.0, OUTAGE_SECONDS - (time.monotonic() - began)))
        world.post("/faults", [])
        assert doubles(world.read()) == []
        desk.recovered()
        desk.run("sync", "--ready", "--yes")
        desk.recovered()
        after = world.read()
        assert [wrong for refund in ready for wrong in wrongs(after, refund)] == []
        assert doubles(after) == []
