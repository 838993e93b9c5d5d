"""What is left of the last run, and when the desk looks again by itself."""

import contextlib
from datetime import timedelta

from nsz_desk.domain.case import claim_text
from nsz_desk.engine.results import Result
from tests.engine.worlds import World
from tests.fakes import PowerCut, ReportNever


def three() -> World:
    """Three refunds of three accounts."""
    world = World()
    world.add(2)
    world.add(3)
    return world


def test_without_a_run_there_is_nothing_to_tell() -> None:
    """An empty journal."""
    desk = World().desk()
    assert desk.last_run() is None
    assert desk.due() is None


def test_after_a_run_all_are_done() -> None:
    """Nothing is open, nothing waits."""
    world = three()
    desk = world.desk()
    world.sync(desk, "901", "902", "903")
    last = desk.last_run()
    assert last is not None
    assert (last.done, last.open, last.not_started) == (("901", "902", "903"), (), ())
    assert desk.due() is None


def test_after_a_crash_the_counts_are_done_open_and_not_started() -> None:
    """Cut in the second create: one done, one open, one not started; the next desk knows it from the journal."""
    world = three()
    desk = world.desk()
    plan = world.plan(desk, "901", "902", "903")
    world.zuora.fails.fail("create_refund", 2, "crash_after")
    with contextlib.suppress(PowerCut):
        world.run(desk, plan)
    again = world.desk()
    last = again.last_run()
    assert last is not None
    assert (last.done, last.open, last.not_started) == (("901",), ("902",), ("903",))
    assert again.due() == world.clock.now().wall


def test_the_desk_goes_on_by_itself_with_its_own_episodes_only() -> None:
    """Look finishes what is open; it begins nothing and adopts nothing."""
    world = three()
    desk = world.desk()
    plan = world.plan(desk, "901", "902")
    world.zuora.fails.fail("create_refund", 2, "crash_after")
    with contextlib.suppress(PowerCut):
        world.run(desk, plan)
    world.foreign(integration_id="903", id="f3", number="R-F3", payment_id="p-3", account_id="acc-3")
    again = world.desk()
    again.pending(ReportNever())
    results = again.look(ReportNever(), lambda event: None).results
    assert [(one.id, one.result) for one in results] == [("902", Result.COMPLETE)]
    assert world.netsuite.refunds["903"].status_text == ""


def test_a_long_wait_says_until_when() -> None:
    """An answer that never comes: held, and looked at again later."""
    world = World()
    world.zuora.fails.fail("create_refund", 0, "drop_request")
    assert world.one().result is Result.IN_DOUBT
    desk = world.desk()
    due = desk.due()
    assert due is not None
    assert due > world.clock.now().wall - timedelta(seconds=1)


MINUTES_16 = timedelta(minutes=16)


def silent_claim(world: World) -> None:
    """The sync is complete, but the answer of its claim in NetSuite was lost."""
    world.netsuite.fails.fail("write_fields", 1, "drop_answer")
    assert world.one().result is Result.COMPLETE


def test_a_netsuite_write_without_an_answer_is_looked_at_16_minutes_later() -> None:
    """Also when all is complete: due then, read once, noted, and nothing is due any more."""
    world = World()
    sent = world.clock.now().wall
    silent_claim(world)
    desk = world.desk()
    due = desk.due()
    assert due is not None
    assert MINUTES_16 <= due - sent < MINUTES_16 + timedelta(minutes=1)
    reads = world.netsuite.fails.count("pending")
    assert desk.look(ReportNever(), world.told.append).results == ()
    assert world.netsuite.fails.count("pending") == reads
    world.clock.advance((due - world.clock.now().wall).total_seconds())
    assert desk.look(ReportNever(), world.told.append).results == ()
    assert world.netsuite.fails.count("pending") == reads + 1
    assert desk.due() is None
    assert world.desk().due() is None
    assert [line.event.detail["found"] for line in world.journal.lines() if line.event.kind == "sweep"] == [
        "as the desk left it"
    ]


def test_what_a_late_write_undid_is_told_and_repaired_by_recover_only() -> None:
    """The claim arrived after the stamps: the row is in doubt, nothing is written by the look itself."""
    world = World()
    silent_claim(world)
    live = world.live()[0]
    claim = claim_text(world.clock.now().wall, "desk-1")
    world.edit(status_text="Creating Refund", zuora_id="", claim_note=claim)
    world.clock.advance(MINUTES_16.total_seconds() + 1)
    desk = world.desk()
    writes = world.netsuite.fails.count("write_fields")
    (told,) = desk.look(ReportNever(), world.told.append).results
    assert (told.id, told.result) == ("901", Result.IN_DOUBT)
    assert told.reason
    assert told.next_step
    assert world.netsuite.fails.count("write_fields") == writes
    world.recover()
    world.assert_done()
    assert world.live()[0].id == live.id


def test_a_look_that_netsuite_does_not_answer_stays_due() -> None:
    """Nothing is noted; the next look asks again."""
    world = World()
    silent_claim(world)
    world.clock.advance(MINUTES_16.total_seconds() + 1)
    desk = world.desk()
    world.netsuite.fails.fail("pending", 1, "drop_request")
    assert desk.look(ReportNever(), world.told.append).results == ()
    assert desk.due() is not None
    desk.look(ReportNever(), world.told.append)
    assert desk.due() is None


def test_a_write_that_was_cut_off_counts_as_unanswered() -> None:
    """Cut in the stamp, taken up by the next desk: due 16 minutes after it was sent."""
    world = World()
    world.netsuite.fails.fail("write_fields", 2, "crash_after")
    with contextlib.suppress(PowerCut):
        world.one()
    assert world.recover().results[0].result is Result.COMPLETE
    due = world.desk().due()
    assert due is not None
    assert due - world.clock.now().wall > timedelta(minutes=14)


def test_writes_that_were_answered_leave_nothing_due() -> None:
    """The plain case."""
    world = World()
    assert world.one().result is Result.COMPLETE
    assert world.desk().due() is None
