"""Two desks at once: of one home the second is refused; of two homes neither makes a second refund."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.points import AFTER, Point
from tests.kill.processes import KILLED, KillableDesk, killable
from tests.story.programs import World, simulator
from tests.story.truth import doubles, wrongs

LONELY = 76 * 60  # seconds after which the claim of a desk that never came back is looked at


@pytest.fixture
def world() -> Iterator[World]:
    """A month end of 16 refunds, slow enough that two desks meet."""
    with simulator("--scenario", "month-end", "--refunds", "16", "--seed", "5", "--latency-ms", "10") as running:
        yield running


def test_of_one_home_the_second_desk_is_refused_and_a_dead_one_holds_nothing(tmp_path: Path, world: World) -> None:
    """While one syncs, Sync and Recover of the same home answer with exit code 2 and words; reading works.

    After `kill -9` the next Recover has the lock at once.
    """
    desk = killable(tmp_path, world)
    ready = desk.ready()
    first = desk.start("sync", "--ready", "--yes", "--json")
    _until_something_is_made(world, first.process.is_alive)
    for command in (("sync", "--ready", "--yes"), ("recover",)):
        second = desk.run(*command)
        assert second.code == 2, second.out
        assert f"Another desk (process {first.process.pid}) is working" in second.err
        assert "Nothing was sent" in second.err
    assert desk.run("history", "--json").code == 0
    assert first.kill(), "it had ended before the others were refused"
    assert desk.run("recover").code in (0, 1)
    desk.recovered()
    assert desk.run("sync", "--ready", "--yes").code == 0
    after = world.read()
    assert [wrong for refund in ready for wrong in wrongs(after, refund)] == []


def _until_something_is_made(world: World, alive: object) -> None:
    before = len(world.read()["zuora"]["refunds"])
    while len(world.read()["zuora"]["refunds"]) == before:
        assert callable(alive)
        assert alive(), "the batch ended before it made anything"


def test_two_desks_with_the_same_refunds_make_each_once(tmp_path: Path, world: World) -> None:
    """Both sync all that is ready at the same moment: one live refund each, and every other outcome says why."""
    desks = [killable(tmp_path / name, world) for name in ("one", "two")]
    ready = desks[0].ready()
    running = [desk.start("sync", "--ready", "--yes", "--json") for desk in desks]
    ended = [one.end() for one in running]
    assert doubles(world.read()) == []
    rows = [row for one in ended for row in json.loads(one.out)["results"]]
    assert {row["result"] for row in rows} <= {"complete", "skipped", "refused", "in_doubt"}
    assert all(row["reason"] for row in rows if row["result"] != "complete"), rows
    met = [row for row in rows if row["result"] != "complete" or "adopted" in row["reason"]]
    assert met, "the desks never met"
    assert not [row for row in met if "by hand" in row["reason"]], "a person would make what the other desk made"
    _quiet(desks)
    after = world.read()
    assert [wrong for refund in ready for wrong in wrongs(after, refund)] == []
    assert doubles(after) == []


def test_one_of_two_desks_dies_and_the_other_neither_repeats_nor_loses(tmp_path: Path, world: World) -> None:
    """The dead desk's fresh claim keeps the other away; the dead one's Recover finishes it."""
    one, two = (killable(tmp_path / name, world) for name in ("one", "two"))
    ready = one.ready()
    first, second = (desk.start("sync", "--ready", "--yes", "--json") for desk in (one, two))
    _until_something_is_made(world, first.process.is_alive)
    assert first.kill()
    assert second.end().code in (0, 1, 3)
    assert doubles(world.read()) == []
    _quiet([one, two])
    after = world.read()
    assert [wrong for refund in ready for wrong in wrongs(after, refund)] == []
    assert doubles(after) == []


def test_what_a_lost_desk_began_another_finishes_when_its_claim_is_old(tmp_path: Path, world: World) -> None:
    """The first desk never comes back: for 75 minutes its refund is busy, then another desk adopts what exists."""
    lost, other = (killable(tmp_path / name, world) for name in ("lost", "other"))
    made, claimed = lost.ready()[:2]
    assert lost.run("sync", made, "--yes", point=Point("create", AFTER)).code == KILLED
    assert lost.run("sync", claimed, "--yes", point=Point("claim", AFTER)).code == KILLED
    early = other.run("sync", made, claimed, "--yes", "--json")
    assert early.code == 3, early.out
    assert all("busy" in row["reason"] for row in early.json["results"]), early.out
    world.post("/clock", {"advance_seconds": LONELY})
    found = {row["id"]: row for row in other.run("recover", "--json").json["results"]}
    assert found[made]["result"] == "complete", found
    assert "not exist" in found[claimed]["reason"], found
    assert other.run("sync", claimed, "--yes").code == 0
    after = world.read()
    assert [*wrongs(after, made), *wrongs(after, claimed)] == []
    assert doubles(after) == []


def _quiet(desks: list[KillableDesk]) -> None:
    """Each recovers, syncs what is ready, and recovers again until nothing is open with either."""
    for desk in desks:
        desk.recovered()
        desk.run("sync", "--ready", "--yes")
    for desk in desks:
        desk.recovered()
