"""Every named crash point times what the remote did; then the plain program recovers, and the world is compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.kill.points import AFTER, LINES, PARALLEL_POINTS, POINTS, READS, WRITES, Point
from tests.kill.processes import KILLED, KillableDesk, killable
from tests.kill.scale import ALL, REFUNDS
from tests.story.programs import simulator, untouched
from tests.story.truth import doubles, wrongs


@dataclass
class Company:
    """One simulator and one desk for all points of this module; each point takes refunds nobody touched yet."""

    desk: KillableDesk
    before: dict[str, Any]
    free: list[str]
    taken: list[str] = field(default_factory=list)

    def take(self, count: int) -> list[str]:
        """Ready refunds that no point has used."""
        some, self.free = self.free[:count], self.free[count:]
        assert len(some) == count, "the company is too small"
        self.taken += some
        return some


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A month end, its world noted before anything is sent."""
    with simulator("--scenario", "month-end", "--refunds", str(REFUNDS), "--seed", "11") as world:
        desk = killable(tmp_path_factory.mktemp("desk"), world)
        yield Company(desk, world.read(), desk.ready())


def standing(world: dict[str, Any], refund_id: str) -> dict[str, bool]:
    """Which writes of a sync the remote has done, by their names here."""
    refund = next(one for one in world["netsuite"]["refunds"] if one["id"] == refund_id)
    memo = next(one for one in world["netsuite"]["credit_memos"] if one["id"] == refund["applied_to"][0]["id"])
    made = [one for one in world["zuora"]["refunds"] if one["integration_id"] == refund_id]
    return {
        "claim": bool(refund["integration_status"]),
        "create": bool(made),
        "mark": any(one["transferred_to_accounting"] == "Yes" for one in made),
        "stamp refund": refund["integration_status"] == "Sync Complete",
        "stamp memo": memo["integration_status"] == "Sync Complete",
    }


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_killed_at_a_named_point_the_refund_is_finished_once(company: Company, point: Point) -> None:
    """The kill hits where it says; one Recover ends with exactly one live Zuora refund, stamped on both records.

    While the remote still works on the dead desk's request the end may come later: then there is never a second one.
    """
    first, second = company.take(2)
    world = company.desk.world
    world.post("/faults", [point.fault] if point.fault else [])
    killed = company.desk.run("sync", first, second, "--yes", point=point)
    assert killed.code == KILLED, killed.err
    there = world.read()
    if point.what in WRITES:
        assert standing(there, first)[point.what] is (point.when == AFTER and not point.fault)
    assert standing(there, second) == dict.fromkeys(WRITES, False), "the run's first refund goes alone"
    recovered = company.desk.run("recover", "--json")
    world.post("/faults", [])
    after = world.read()
    assert doubles(after) == []
    if not point.fault:
        assert recovered.code == 0, recovered.out
        assert wrongs(after, first) == []


@pytest.mark.parametrize("point", PARALLEL_POINTS if ALL else PARALLEL_POINTS[:4], ids=lambda point: point.name)
def test_killed_while_several_lanes_work_all_that_was_begun_is_finished(company: Company, point: Point) -> None:
    """The same points in the second refund that comes to them, while other lanes are at other steps."""
    some = company.take(4)
    killed = company.desk.run("sync", *some, "--yes", point=point)
    assert killed.code == KILLED, killed.err
    recovered = company.desk.run("recover", "--json")
    assert recovered.code == 0, recovered.out
    after = company.desk.world.read()
    assert doubles(after) == []
    begun = [one["id"] for one in after["netsuite"]["refunds"] if one["id"] in some and one["integration_status"]]
    assert [wrong for refund in begun for wrong in wrongs(after, refund)] == []


def test_afterwards_recover_and_sync_bring_everything_to_an_end(company: Company) -> None:
    """When all have died once: Recover until it is quiet, Sync what is ready; each has one live refund, nothing more.

    Refunds, memos and Zuora refunds that no point used stand as they stood.
    """
    company.desk.recovered()
    synced = company.desk.run("sync", *company.taken, "--yes", "--json")
    assert {row["result"] for row in synced.json["results"]} <= {"complete", "refused"}, synced.out
    company.desk.recovered(1)
    before, after = company.before, company.desk.world.read()
    assert [wrong for refund in company.taken for wrong in wrongs(after, refund)] == []
    assert doubles(after) == []
    memos = {one["id"]: one["applied_to"][0]["id"] for one in after["netsuite"]["refunds"] if one["applied_to"]}
    used = {memos[one] for one in company.taken}
    assert untouched(before["netsuite"]["refunds"], after["netsuite"]["refunds"], set(company.taken)) == []
    assert untouched(before["netsuite"]["credit_memos"], after["netsuite"]["credit_memos"], used) == []
    assert untouched(before["zuora"]["refunds"], after["zuora"]["refunds"], set()) == []
    assert len(after["zuora"]["refunds"]) - len(before["zuora"]["refunds"]) == len(company.taken)


def test_the_points_cover_every_line_of_a_sync(company: Company) -> None:
    """Every kind of line that an undisturbed sync writes is a crash point, and so is each of its writes."""
    (refund,) = company.take(1)
    assert company.desk.run("sync", refund, "--yes").code == 0
    lines = company.desk.run("history", refund, "--json").json["history"]
    kinds = [f"line {one['kind']} {one['detail'].get('state', '')}".strip() for one in lines]
    kinds = [one.replace("episode_opened ready", "episode_opened") for one in kinds]
    assert sorted(set(kinds)) == sorted(LINES)
    assert {point.what for point in POINTS} == {*LINES, *READS, *WRITES}
