"""Worlds in which refund 901 was synced, and what a person does to undo it."""

from collections.abc import Callable
from dataclasses import replace

from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Invoice, InvoicePart
from nsz_desk.engine.desk import Desk
from nsz_desk.engine.plan import Batch
from nsz_desk.engine.ports import Report
from nsz_desk.engine.results import RowEvent, RowResult
from tests.builders import a_part, usd
from tests.engine.worlds import World
from tests.fakes import PowerCut, ReportNever

REASON = "wrong date"


def synced(*, settlement: bool = True, invoices: int = 1, shield: bool = True) -> World:
    """Refund 901 is complete; with Invoice Settlement its payment has 150.00 left on its invoices."""
    world = World(settlement=settlement, crud=not settlement)
    world.pair = replace(world.pair, shield=shield)
    if invoices > 1:
        parts = (a_part(1, "60.00"), a_part(2, "40.00"))
        world.zuora.known_payments["p-1"] = replace(world.payment, amount=usd("100.00"), parts=parts)
    for part in parts_of(world):
        bill(world, part.invoice_id, part.applied)
    assert world.one().result.value == "complete"
    fresh(world)
    return world


def parts_of(world: World) -> tuple[InvoicePart, ...]:
    """The parts of the payment as it stands now."""
    parts = world.payment.parts
    assert isinstance(parts, tuple)
    return parts


def bill(world: World, key: str, paid: Money) -> None:
    """An invoice that the payment had paid in full."""
    whole = Invoice(key, key.upper(), "acc-1", world.payment.date, paid, usd("0.00"))
    world.zuora.known_invoices[key] = whole


def fresh(world: World) -> None:
    """Count effects from here."""
    world.power.count = 0
    world.power.trace.clear()
    world.oracle.writes = 0


def plan(world: World, desk: Desk, **more: bool) -> Batch:
    """The plan of undoing refund 901."""
    return desk.plan_resync(["901"], REASON, ReportNever(), **more)


def undo(
    world: World, desk: Desk | None = None, report: Report | None = None, *, then_sync: bool = False, **more: bool
) -> RowResult:
    """Plan and resync refund 901."""
    desk = desk or world.desk()
    batch = plan(world, desk, **more)
    return run(world, desk, batch, report, then_sync=then_sync)


def run(world: World, desk: Desk, batch: Batch, report: Report | None = None, *, then_sync: bool = False) -> RowResult:
    """Resync what was approved before."""
    done = desk.resync(batch, report or ReportNever(), world.told.append, then_sync=then_sync)
    assert world.oracle.violations == []
    assert "fault in the program" not in done.results[0].reason, done
    world.journal.verify()
    world.assert_exits()
    return done.results[0]


def cut(path: Callable[[], World], at: int, side: str) -> World:
    """The path's world after the power was cut at that effect of the resync."""
    world = path()
    desk = world.desk()
    batch = plan(world, desk)
    world.power.cut = (world.power.count + at, side)
    try:
        run(world, desk, batch)
    except PowerCut:
        return world
    raise AssertionError(f"the power was never cut: {path.__name__} has no effect {at}")


def effects_of(path: Callable[[], World]) -> int:
    """How many effects the resync has on this path when nobody cuts the power."""
    world = path()
    desk = world.desk()
    batch = plan(world, desk)
    start = world.power.count
    run(world, desk, batch)
    return world.power.count - start


def assert_undone(world: World, *, memo_kept: bool = False) -> None:
    """Nothing live, NetSuite blank, the payment exactly as before the refund."""
    assert world.live() == []
    assert (world.refund.status_text, world.refund.zuora_id, world.refund.claim_note) == ("", "", "")
    if not memo_kept:
        assert (world.memo.status_text, world.memo.zuora_id) == ("", "")
    assert_payment_as_before(world)


def assert_payment_as_before(world: World) -> None:
    """All of it is on its invoices again, nothing is loose, nothing refunded; the invoices owe nothing."""
    bare = world.zuora.known_payments["p-1"]
    now = world.payment
    assert (now.refunded, now.unapplied) == (bare.refunded, bare.unapplied)
    assert isinstance(bare.parts, tuple)
    applied = [(part.invoice_id, part.applied) for part in bare.parts]
    assert [(part.invoice_id, part.applied) for part in parts_of(world)] == applied
    for key, invoice in world.zuora.known_invoices.items():
        assert world.zuora.invoice(key).balance == invoice.balance


def assert_untouched(world: World) -> None:
    """The refund is live and marked, NetSuite still names it, and the claim is let go."""
    world.assert_done()
    assert "desk-1" not in world.refund.claim_note


class Hearing(list[RowEvent]):
    """A face in which something happens as soon as an episode reaches a state."""

    def __init__(self, state: str, act: Callable[[], object]) -> None:
        super().__init__()
        self.state, self.act = state, act

    def append(self, event: RowEvent) -> None:
        """Act the first time, then remember."""
        if event.state == self.state and self.state not in [one.state for one in self]:
            self.act()
        super().append(event)


def when(world: World, state: str, act: Callable[[], object]) -> None:
    """Something happens in the world as soon as the episode reaches a state."""
    world.told = Hearing(state, act)
