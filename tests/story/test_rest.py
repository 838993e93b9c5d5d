"""The desk over NetSuite's REST services, as a user would, in processes of its own: list, doctor, sync, undo."""

import json
from collections import Counter
from pathlib import Path

from tests.story.programs import Program, simulator
from tests.story.truth import doubles, wrongs


def over_rest(tmp_path: Path, program: Program) -> None:
    """Save the profile for REST exactly as the simulator prints it."""
    file = tmp_path / "rest.json"
    file.write_text(json.dumps(program.world.said["profile_rest"]))
    added = program.run("profile", "add", "rest", "--from", str(file), secrets=False)
    assert added.code == 0, added.err


def test_the_list_over_rest_is_the_list_over_soap_and_a_refund_goes_there_and_back(tmp_path: Path) -> None:
    """Every refund has the same facts and verdict by either interface; a sync and its undo leave the books right."""
    with simulator("--scenario", "demo") as world:
        program = Program(tmp_path, world)
        program.profile()
        soap = program.run("pending", "--json").json
        over_rest(tmp_path, program)
        said = program.run("pending", "--profile", "rest", "--json")
        assert said.code == 0, said.err
        assert said.json["refunds"] == soap["refunds"]
        verdicts = Counter(row["verdict"] for row in soap["refunds"])
        assert min(verdicts[word] for word in ("ready", "blocked", "synced")) > 1
        doctor = program.run("doctor", "--profile", "rest", "--json")
        assert doctor.code == 0, doctor.out
        assert not [one for one in doctor.json["checks"] if one["answer"] == "problem"]
        refund_id = next(row["id"] for row in soap["refunds"] if row["verdict"] == "ready")
        synced = program.run("sync", refund_id, "--yes", "--profile", "rest", "--json")
        assert (synced.code, synced.json["results"][0]["result"]) == (0, "complete"), synced.err
        assert wrongs(world.read(), refund_id) == []
        assert len(world.live(refund_id)) == 1
        undone = program.run("resync", refund_id, "--reason", "Wrong date", "--yes", "--profile", "rest", "--json")
        assert undone.code == 0, undone.out + undone.err
        assert world.live(refund_id) == []
        assert doubles(world.read()) == []
        refund = next(one for one in world.read()["netsuite"]["refunds"] if one["id"] == refund_id)
        assert (refund["integration_status"], refund["zuora_id"]) == ("", "")
        outputs = "".join(one.out + one.err for one in (said, doctor, synced, undone)).encode()
        left = outputs + b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
        secret = world.said["credentials"]["netsuite_rest"]
        jwt = "eyJ0eXAiOiAiSldUIiwg"  # how the desk's assertions and the simulator's tokens begin
        canaries = [secret["client_id"], *secret["private_key"].splitlines()[1:3], jwt]
        assert not [one for one in canaries if one.encode() in left]


def test_keys_for_soap_do_not_open_rest(tmp_path: Path) -> None:
    """The secrets must be those of the interface; the message names the block that is not there."""
    with simulator("--scenario", "demo") as world:
        world.said["credentials"].pop("netsuite_rest")
        program = Program(tmp_path, world)
        over_rest(tmp_path, program)
        said = program.run("pending", "--profile", "rest", "--json")
        assert said.code == 2
        assert "netsuite_rest" in said.err
