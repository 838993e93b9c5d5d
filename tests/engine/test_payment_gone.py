"""A resync whose payment is gone from Zuora after the cancel: both ways out, on proof, and every cut of the power."""

import pytest

from nsz_desk.engine.results import Result, RowResult
from nsz_desk.engine.reviews import What
from tests.engine.reviewing import WHY, decide, open_ones
from tests.engine.undoing import assert_undone, synced, undo, when
from tests.engine.worlds import World
from tests.fakes import PowerCut, ReportNever


def payment_gone() -> World:
    """The payment was deleted in Zuora right after a resync's cancel."""
    world = synced()
    when(world, "cancelled", lambda: world.zuora.known_payments.pop("p-1"))
    result = undo(world)
    assert result.reason.startswith("payment gone"), result
    return world


def test_a_payment_that_is_there_again_lets_the_resync_go_on() -> None:
    """Brought back with its loose money: the plan is approved once more, the money applied, NetSuite cleared."""
    kept = synced().zuora.known_payments["p-1"]
    world = payment_gone()
    assert open_ones(world) == {"skip-apply", "set-aside"}
    world.zuora.known_payments["p-1"] = kept
    assert open_ones(world) == {"go-on", "set-aside"}
    assert decide(world, What.GO_ON).result is Result.COMPLETE
    assert_undone(world)


def test_a_payment_that_stays_gone_leaves_netsuite_to_be_cleared() -> None:
    """Proved gone at three reads, none live on its account: NetSuite is cleared as approved, nothing is applied."""
    world = payment_gone()
    before = world.clock.mono
    assert gone_decided(world).result is Result.COMPLETE
    assert world.clock.mono - before >= 60
    assert (world.refund.zuora_id, world.memo.zuora_id) == ("", "")
    assert world.zuora.fails.count("apply_payment") == 0


def gone_decided(world: World) -> RowResult:
    """Decide that it stays gone."""
    done = world.desk().decide("901", What.SKIP_APPLY, WHY, ReportNever(), world.told.append)
    assert world.oracle.violations == []
    return done.results[0]


def test_a_live_refund_of_the_account_keeps_that_closed() -> None:
    """Somebody else made one for this id meanwhile: nothing is cleared over it."""
    world = payment_gone()
    world.foreign(id="f9", number="R-F9", integration_id="901", payment_id="p-9")
    assert "skip-apply" not in open_ones(world)


def test_after_a_cut_anywhere_a_gone_payment_s_undo_comes_to_its_end() -> None:
    """NetSuite is cleared or the decision is open again; never half cleared, nothing is ever applied."""
    whole = payment_gone()
    start = whole.power.count
    gone_decided(whole)
    for at in range(1, whole.power.count - start + 1):
        for side in ("before", "after"):
            world = payment_gone()
            world.power.cut = (world.power.count + at, side)
            with pytest.raises(PowerCut):
                gone_decided(world)
            world.power.cut = None
            for _ in range(4):
                world.clock.advance(240)
                world.desk().look(ReportNever(), world.told.append)
            if world.refund.zuora_id:
                assert gone_decided(world).result is Result.COMPLETE, (at, side)
            assert (world.refund.zuora_id, world.memo.zuora_id) == ("", ""), (at, side)
            assert world.zuora.fails.count("apply_payment") == 0
