"""One of several live Zuora refunds, a wrong one or an orphan is cancelled by itself; every cut of the power."""

from collections.abc import Callable, Iterator

import pytest

from nsz_desk.domain.errors import Barred, Setup
from nsz_desk.engine.ports import Event
from nsz_desk.engine.results import Result, RowResult
from nsz_desk.engine.resync_plan import ResyncPlan, load_resync
from nsz_desk.engine.reviews import What
from nsz_desk.rules.book import Verdict
from tests.builders import usd
from tests.engine.reviewing import WHY, open_ones, review
from tests.engine.undoing import bill, fresh, parts_of, synced
from tests.engine.worlds import HOUR, World
from tests.fakes import PowerCut, ReportNever

MINUTE = 60.0
Path = Callable[[], World]


def two_live() -> World:
    """The desk's own refund zr1, which NetSuite names, and f2, which somebody else made for the same id."""
    world = World(settlement=True, crud=False)
    for part in parts_of(world):
        bill(world, part.invoice_id, part.applied)
    assert world.one().result is Result.COMPLETE
    parts = (("inv-1", usd("100.00")),)
    world.foreign(id="f2", number="R-F2", integration_id="901", transferred="Yes", parts=parts)
    world.recover()
    fresh(world)
    return world


def before_the_stamp() -> World:
    """Two live ones of which NetSuite names none: the first look found them."""
    world = World(settlement=True, crud=False)
    bill(world, "inv-1", usd("250.00"))
    for key in ("1", "2"):
        parts = (("inv-1", usd("100.00")),)
        world.foreign(id=f"f{key}", number=f"R-F{key}", integration_id="901", transferred="Yes", parts=parts)
    world.recover()
    fresh(world)
    return world


def cancel(world: World, zuora_id: str, what: What = What.CANCEL) -> RowResult:
    """Approve the plan of cancelling that one, and decide."""
    desk = world.desk()
    plan = desk.plan_cancel("901", zuora_id, WHY, ReportNever())
    done = desk.decide("901", what, WHY, ReportNever(), world.told.append, plan=plan)
    assert world.oracle.violations == []
    world.journal.verify()
    return done.results[0]


def status(world: World, zuora_id: str) -> str:
    """What Zuora says of it."""
    return world.zuora.refunds[zuora_id].status


@pytest.mark.parametrize(("path", "goes", "stays"), [(two_live, "f2", "zr1"), (before_the_stamp, "f2", "f1")])
def test_one_of_two_is_cancelled_and_the_other_stays(path: Path, goes: str, stays: str) -> None:
    """Only the named one; its money is applied as before; NetSuite is not touched; nothing is created."""
    world = path()
    creates, fields = len(world.creates()), (world.refund, world.memo)
    assert "cancel" in open_ones(world)
    result = cancel(world, goes)
    assert result.result is Result.COMPLETE, result
    assert "NetSuite was left as it is" in result.reason
    assert (status(world, goes), status(world, stays)) == ("Canceled", "Processed")
    assert [(part.invoice_id, part.applied) for part in parts_of(world)] == [("inv-1", usd("150.00"))]
    assert (world.refund, world.memo) == fields
    assert len(world.creates()) == creates
    world.recover()
    assert world.desk().pending(ReportNever()).by_id["901"].verdict is Verdict.SYNCED
    world.assert_done()


def test_the_one_that_netsuite_names_may_go_too_and_the_other_is_relinked() -> None:
    """The person keeps the other one: NetSuite names a dead one then, and relinking is open."""
    world = two_live()
    assert cancel(world, "zr1").result is Result.COMPLETE
    assert world.refund.zuora_id == "zr1"
    assert review(world).key == "another Zuora ID"
    assert "relink" in open_ones(world)


def test_the_plan_says_what_stays_and_its_hash_knows_it() -> None:
    """Another one that dies between approval and run is a changed plan: nothing is cancelled."""
    world = two_live()
    desk = world.desk()
    plan = desk.plan_cancel("901", "f2", WHY, ReportNever())
    (one,) = plan.plans
    assert isinstance(one, ResyncPlan)
    assert one.beside == ("R-00000001 (zr1)",)
    assert one.clears == ()
    assert load_resync(one.stored()) == one
    world.foreign(id="f3", number="R-F3", integration_id="901", transferred="Yes", amount=usd("10.00"))
    done = desk.decide("901", What.CANCEL, WHY, ReportNever(), world.told.append, plan=plan).results[0]
    assert done.result is Result.REFUSED
    assert "plan changed" in done.reason
    assert world.zuora.fails.count("cancel_refund") == 0


def test_it_is_not_open_while_only_one_is_live() -> None:
    """The last one is not cancelled as a duplicate; the evidence is read again at the decision."""
    world = two_live()
    desk = world.desk()
    plan = desk.plan_cancel("901", "f2", WHY, ReportNever())
    world.zuora.cancel("zr1")
    with pytest.raises(Barred):
        desk.decide("901", What.CANCEL, WHY, ReportNever(), world.told.append, plan=plan)
    assert status(world, "f2") == "Processed"


def test_a_plan_of_another_kind_approves_nothing() -> None:
    """Neither a resync's plan a cancel, nor the other way round; without a plan nothing either."""
    world = two_live()
    desk = world.desk()
    with pytest.raises(Setup, match="approved"):
        desk.decide("901", What.CANCEL, WHY, ReportNever(), world.told.append)
    with pytest.raises(Setup, match="reason"):
        desk.plan_cancel("901", "f2", "  ", ReportNever())
    assert world.zuora.fails.count("cancel_refund") == 0


def test_a_wrong_one_that_netsuite_does_not_name_is_cancelled_and_the_row_is_pending_again() -> None:
    """Its amount is another one: after the cancel a new plan lists it as dead, and one right refund is made."""
    world = World(settlement=True, crud=False)
    bill(world, "inv-1", usd("250.00"))
    parts = (("inv-1", usd("90.00")),)
    world.foreign(id="f1", number="R-F1", integration_id="901", amount=usd("90.00"), parts=parts)
    world.recover()
    assert review(world).key == "mismatch"
    assert {"cancel"} <= open_ones(world)
    assert cancel(world, "f1").result is Result.COMPLETE
    assert status(world, "f1") == "Canceled"
    assert world.one().result is Result.COMPLETE
    world.assert_done()


def test_an_orphan_of_a_voided_refund_is_cancelled() -> None:
    """NetSuite voided it after the sync: the Zuora refund goes, nobody writes into NetSuite."""
    world = synced()
    world.edit(voided=True)
    assert (review(world).key, open_ones(world)) == ("voided", {"cancel", "set-aside"})
    writes = world.netsuite.fails.count("write_fields")
    assert cancel(world, "zr1").result is Result.COMPLETE
    assert status(world, "zr1") == "Canceled"
    assert world.netsuite.fails.count("write_fields") == writes
    assert [part.applied for part in parts_of(world)] == [usd("250.00")]
    assert "901" not in world.desk().pending(ReportNever()).by_id


def deleted() -> World:
    """The refund was deleted in NetSuite while it was being undone, right before its Zuora refund was to be cancelled.

    f2 is what is left of it in Zuora.
    """
    world = World(settlement=True, crud=False)
    bill(world, "inv-1", usd("250.00"))
    parts = (("inv-1", usd("100.00")),)
    world.foreign(id="f2", number="R-F2", integration_id="901", transferred="Yes", parts=parts)
    plan = world.plan(world.desk(), "901")
    assert plan.plans == ()  # it carries our id already
    words = "record gone: NetSuite has no such refund any more"
    made_up = {"table": "SYNC", "state": "ready", "why": "", "memory": {}}
    stored = World(settlement=True, crud=False).plan(None, "901").plans[0].stored()
    world.journal.append(Event("episode_opened", "901", "lost", {**made_up, "plan": stored}))
    world.journal.append(Event("episode_ended", "901", "lost", {"end": "review", "reason": words}))
    del world.netsuite.refunds["901"]
    fresh(world)
    return world


def test_an_orphan_of_a_deleted_refund_is_cancelled() -> None:
    """There is no record to write to: the Zuora refund goes, its money is applied as before."""
    world = deleted()
    assert review(world).key == "record gone"
    assert "cancel" in open_ones(world)
    assert cancel(world, "f2").result is Result.COMPLETE
    assert status(world, "f2") == "Canceled"
    assert [part.applied for part in parts_of(world)] == [usd("250.00")]
    assert world.netsuite.fails.count("write_fields") == 0


def test_an_orphan_s_cancel_survives_every_cut() -> None:
    """Cancelled with its money in its place, or as it was and open again."""
    for at, side, world in each_cut(deleted):
        world.recover_until_quiet(pause=4 * MINUTE)
        if status(world, "f2") == "Processed":
            world.clock.advance(HOUR)
            assert cancel(world, "f2").result is Result.COMPLETE, (at, side)
        world.recover_until_quiet(pause=4 * MINUTE)
        assert [part.applied for part in parts_of(world)] == [usd("250.00")], (at, side)
        assert world.desk().open_episodes() == ()


def effects_of(path: Path) -> int:
    """How many effects the decision has when nobody cuts the power."""
    world = path()
    desk = world.desk()
    plan = desk.plan_cancel("901", "f2", WHY, ReportNever())
    before = world.power.count
    desk.decide("901", What.CANCEL, WHY, ReportNever(), world.told.append, plan=plan)
    return world.power.count - before


def each_cut(path: Path) -> Iterator[tuple[int, str, World]]:
    """The world after a cut before and after every effect of the decision."""
    for at in range(1, effects_of(path) + 1):
        for side in ("before", "after"):
            world = path()
            desk = world.desk()
            plan = desk.plan_cancel("901", "f2", WHY, ReportNever())
            world.power.cut = (world.power.count + at, side)
            with pytest.raises(PowerCut):
                desk.decide("901", What.CANCEL, WHY, ReportNever(), world.told.append, plan=plan)
            world.power.cut = None
            yield at, side, world


@pytest.mark.parametrize("path", [two_live, before_the_stamp], ids=lambda path: path.__name__)
def test_after_a_cut_anywhere_the_other_one_is_live_and_the_money_is_in_its_place(path: Path) -> None:
    """Either nothing was cancelled, or that one is and its money is applied again; never both, never half."""
    stays = "zr1" if path is two_live else "f1"
    for at, side, world in each_cut(path):
        where = (at, side, world.power.trace[-1])
        world.recover_until_quiet(pause=4 * MINUTE)
        assert world.desk().open_episodes() == (), where
        assert status(world, stays) == "Processed", where
        applied = [part.applied for part in parts_of(world)]
        assert applied == [usd("150.00" if status(world, "f2") == "Canceled" else "50.00")], where
        assert world.zuora.refunds["f2"].transferred == ("Ignore" if status(world, "f2") == "Canceled" else "Yes"), (
            where
        )
        if status(world, "f2") == "Processed":
            world.clock.advance(2 * HOUR)
            assert cancel(world, "f2").result is Result.COMPLETE, where
        world.recover_until_quiet(pause=4 * MINUTE)
        world.assert_done()
