"""kill -9 in the middle of a batch: the next start finishes what was begun and makes nothing twice."""

import signal
import time
from pathlib import Path

import pytest

from tests.story.programs import Program, simulator
from tests.story.truth import doubles, wrongs


@pytest.mark.parametrize(
    ("interface", "refunds", "made"), [("profile", "40", 7), ("profile_rest", "18", 3)], ids=["soap", "rest"]
)
def test_a_batch_that_was_killed_is_finished_by_recover(
    tmp_path: Path, interface: str, refunds: str, made: int
) -> None:
    """Killed while refunds are under way; recover finishes them, the rest syncs, each has one live refund."""
    with simulator("--scenario", "month-end", "--refunds", refunds, "--seed", "3", "--latency-ms", "15") as world:
        world.said["profile"] = world.said[interface]
        program = Program(tmp_path, world)
        program.profile()
        ready = {row["id"] for row in program.run("pending", "--filter", "ready", "--json").json["refunds"]}
        batch = program.start("sync", "--ready", "--yes", "--json")
        until = time.monotonic() + 120
        while len([one for one in world.read()["zuora"]["refunds"] if one["integration_id"] in ready]) < made:
            assert time.monotonic() < until
            assert batch.poll() is None, batch.communicate()
            time.sleep(0.05)
        batch.send_signal(signal.SIGKILL)
        batch.communicate()
        stopped = world.read()
        unfinished = [one for one in stopped["netsuite"]["refunds"] if one["integration_status"] == "Creating Refund"]
        assert unfinished, "the kill came too late to prove anything"
        recovered = program.run("recover", "--json")
        assert {row["result"] for row in recovered.json["results"]} == {"complete"}, recovered.out
        history = program.run("history", unfinished[0]["id"], "--json").json["history"]
        assert history[0]["kind"] == "episode_opened"
        rest = program.run("sync", "--ready", "--yes", "--json")
        assert rest.code == 0, rest.out
        after = world.read()
        assert [wrong for key in ready for wrong in wrongs(after, key)] == []
        assert doubles(after) == []
