"""Undo, split, link and unlink by command, killed at every write (all of it: at every line too); then Recover."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.kill.around import STANDS, around
from tests.kill.company import JobsCompany, jobs_company
from tests.kill.jobs import JOBS, RESYNC, Begun, Death, Job, faults, undone
from tests.kill.points import AFTER, RUNNING_SECONDS, Point, named
from tests.kill.processes import KILLED
from tests.kill.scale import ALL, JOB_REFUNDS
from tests.story.programs import untouched
from tests.story.truth import doubles, wrongs

LATER = 200  # seconds after which an unanswered PUT that shows no effect is known to have had none
LATE = 1000  # after that no NetSuite write may still arrive
POINTS = [(job, point) for job in JOBS for point in job.all_points] if ALL else []


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsCompany]:
    """One company for all jobs."""
    with jobs_company(tmp_path_factory.mktemp("jobs"), JOB_REFUNDS) as found:
        yield found


def killed(company: JobsCompany, begun: Begun, point: Point) -> Death:
    """Run the command into its point; it dies there and nowhere else: the remote did that write, or not yet."""
    company.desk.world.post("/faults", [point.fault] if point.fault else [])
    said = company.desk.run(*begun.command, point=point)
    assert said.code == KILLED, f"{point.name}: {said.out}{said.err}"
    left = around(company.desk.world.read(), begun.refund_id)
    if point.what in STANDS:
        done = STANDS[point.what](begun.was, left)
        assert done is (point.when == AFTER and not point.fault), f"{point.name}: {left}"
    return Death(begun, point, left)


def arrived(company: JobsCompany, death: Death) -> Death:
    """The same when the remote has ended the dead desk's request: before that a later look would come too early.

    The claim of an undo that was given up meanwhile stays: it is a note, and nobody's after 75 minutes.
    """
    time.sleep(RUNNING_SECONDS)
    begun, left = death.begun, around(company.desk.world.read(), death.begun.refund_id)
    if begun.job is RESYNC and death.point.what == "claim":
        note = {"sync_date": left.refund["sync_date"]}
        begun = replace(begun, was=replace(begun.was, refund=begun.was.refund | note))
    return replace(death, begun=begun, left=left)


def finished(company: JobsCompany, deaths: list[Death]) -> list[str]:
    """Recover at once, and again when a silent PUT may be judged; what is wrong then, by point.

    The first Recover may say that it cannot tell yet; it must not make anything worse. What a remote carries out after
    all was over is mended, or a person is asked, when the desk looks after late writes.
    """
    company.desk.run("recover")
    company.desk.world.post("/faults", [])
    deaths = [arrived(company, one) if one.point.fault else one for one in deaths]
    assert doubles(company.desk.world.read()) == []
    wrong = _recovered(company, deaths, LATER)
    late = [one for one in deaths if one.point.fault and one.point.what == "claim"]
    return wrong if not wrong or not late else _recovered(company, deaths, LATE, asking=True)


def _recovered(company: JobsCompany, deaths: list[Death], later: float, *, asking: bool = False) -> list[str]:
    said = company.desk.run("recover", "--json", later=later)
    world = company.desk.world.read()
    assert doubles(world) == []
    rows = {row["id"]: row for row in said.json["results"]}
    asked = {key for key, row in rows.items() if asking and row["reason"].startswith("waits for a person")}
    company.asked |= asked
    left = [one for one in deaths if one.begun.refund_id not in asked]
    wrong = [f"{one.point.name}: {words}" for one in left for words in faults(one.begun, one.left, world)]
    open_rows = [rows[one.begun.refund_id] for one in left if one.begun.refund_id in rows]
    return wrong + [f"still open: {row}" for row in open_rows if row["verdict"] == "cannot_tell"]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_desk_dies_at_each_write_of_a_job(company: JobsCompany, job: Job) -> None:
    """Each time with another refund, and the kill hits where it says; what follows is the next test's matter."""
    some = company.begin(job, len(job.quick_points))
    company.deaths += [killed(company, begun, point) for begun, point in zip(some, job.quick_points, strict=True)]


def test_then_one_recover_brings_all_that_was_begun_to_an_end(company: JobsCompany) -> None:
    """An undo whose cancel had not happened is taken back; everything else is brought to its end, nothing twice."""
    deaths, company.deaths = company.deaths, []
    assert deaths
    assert finished(company, deaths) == []


@pytest.mark.parametrize(("job", "point"), POINTS, ids=lambda one: one.name)
def test_killed_at_one_point_recover_brings_it_to_its_end(company: JobsCompany, job: Job, point: Point) -> None:
    """Every write with each thing the remote may do, and every line, each with a Recover of its own."""
    (begun,) = company.begin(job, 1)
    assert finished(company, [killed(company, begun, point)]) == []


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_points_cover_every_line_of_a_job(company: JobsCompany, job: Job) -> None:
    """An undisturbed command leaves these lines and no others, and ends as one that was killed."""
    (begun,) = company.begin(job, 1)
    told = len(company.desk.lines(begun.refund_id))
    assert company.desk.run(*begun.command).code == 0
    events = [line.event for line in company.desk.lines(begun.refund_id)[told:]]
    kinds = {named("journal.append", (event,)) for event in events}
    assert kinds == set(job.lines)
    world = company.desk.world.read()
    there = around(world, begun.refund_id)
    assert (undone(begun, there) if job is RESYNC else faults(begun, there, world)) == []


def test_afterwards_what_was_undone_syncs_again_and_nobody_elses_records_changed(company: JobsCompany) -> None:
    """Recover is quiet; a refund that is blank again gets exactly one new Zuora refund; the rest stands as it stood."""
    company.desk.recovered(later=LATE, but=company.asked)
    there = company.desk.world.read()
    blank = [key for key in company.taken if not around(there, key).refund["zuora_id"]]
    again = company.desk.run("sync", *blank, "--yes", "--json")
    done = [row["id"] for row in again.json["results"] if row["result"] == "complete"]
    assert done, again.out
    before, after = company.before, company.desk.world.read()
    assert [wrong for key in done for wrong in wrongs(after, key)] == []
    assert doubles(after) == []
    mine = {around(before, key).memo["id"] for key in company.taken}
    assert untouched(before["netsuite"]["refunds"], after["netsuite"]["refunds"], set(company.taken)) == []
    assert untouched(before["netsuite"]["credit_memos"], after["netsuite"]["credit_memos"], mine) == []
    assert untouched(before["zuora"]["refunds"], after["zuora"]["refunds"], set()) == []
