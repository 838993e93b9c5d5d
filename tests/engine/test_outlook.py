"""What is left of the last run, and when the desk looks again by itself."""

import contextlib
from datetime import timedelta

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
