"""What others do beside an effect: people in both web pages, the connector, the clock, the search, a lost disk."""

from collections.abc import Callable, Mapping

from tests.builders import money
from tests.simulation.worlds import HOUR, SimWorld

Act = Callable[[SimWorld, str], object]  # the refund is the one whose effect it stands beside


def _cancel(world: SimWorld, refund_id: str) -> None:
    for one in world.live(refund_id)[:1]:
        world.cancel(one)


def _resync(world: SimWorld, refund_id: str) -> None:
    """Cancelled and cleared by a person while a desk is at it: pending again."""
    if live := world.live(refund_id):
        world.cancel(live[0])
        world.clear(refund_id)


def _connector_cancelled(world: SimWorld, refund_id: str) -> None:
    """The connector made one some days ago, and a person cancelled it long before the desk looked."""
    if made := world.foreign(refund_id, ours=True):
        world.cancel(world.zuora.refunds[made])
        world.advance(2 * HOUR)


def _manual(world: SimWorld) -> list[str]:
    return [key for key, one in world.zuora.refunds.items() if not one.integration_id and not one.dead]


def _cancel_manual(world: SimWorld, refund_id: str) -> None:
    for key in _manual(world)[:1]:
        world.loosened.add(str(world.zuora.refunds[key].payment_id))
        world.zuora.cancel(key)


def _delete_manual(world: SimWorld, refund_id: str) -> None:
    for key in _manual(world)[:1]:
        world.loosened.add(str(world.zuora.refunds[key].payment_id))
        world.zuora.delete(key)


def _carry_back(world: SimWorld, refund_id: str) -> None:
    """The connector's other direction makes a second NetSuite refund of a live one that is not marked (W9)."""
    for one in world.live(refund_id):
        if one.transferred != "Yes":
            world.carried_back.add(refund_id)


def _delete_refund(world: SimWorld, refund_id: str) -> None:
    world.meddle(refund_id)
    world.netsuite.refunds.pop(refund_id, None)


def _to_expiry(world: SimWorld, refund_id: str) -> None:
    """Everybody sleeps to the second in which the oldest key is forgotten."""
    if ages := [one.since for one in world.zuora.keys.stored.values()]:
        world.advance(max(min(ages) + 24 * HOUR - world.clock.mono, 0.0))


def _repoint(world: SimWorld, refund_id: str) -> None:
    """The memo names another payment, on another account."""
    others = [key for key in world.zuora.known_payments if key != world.payment_of(refund_id)]
    if others:
        world.edit_memo(refund_id, payment_id=others[0], reference_zuora_id=others[0])


def _search(world: SimWorld, lag: float, *, blind: bool = False) -> None:
    world.zuora.search_lag, world.zuora.blind = lag, blind
    world.stale_until = world.clock.mono + HOUR


ACTS: Mapping[str, Act] = {
    "edit_memo": lambda w, r: w.edit(r, memo="Returned goods, twice"),
    "edit_amount": lambda w, r: w.edit(r, amount=money("99.00")),
    "edit_date": lambda w, r: w.edit(r, date=w.netsuite.refunds[r].date.replace(day=16)) if r in w.refunds else None,
    "void": lambda w, r: w.edit(r, voided=True),
    "delete_refund": _delete_refund,
    "repoint": _repoint,
    "manual_refund": lambda w, r: w.foreign(r, ours=False),
    "cancel_manual": _cancel_manual,
    "delete_manual": _delete_manual,
    "person_cancels": _cancel,
    "person_resyncs": _resync,
    "connector_creates": lambda w, r: w.foreign(r, ours=True),
    "connector_creates_wrong": lambda w, r: w.foreign(r, ours=True, less="10.00"),
    "connector_cancelled": _connector_cancelled,
    "connector_carries_back": _carry_back,
    "suspend_90s": lambda w, r: w.advance(90.0),
    "suspend_12h": lambda w, r: w.advance(12.5 * HOUR),
    "suspend_25h": lambda w, r: w.advance(25 * HOUR),
    "to_expiry": _to_expiry,
    "stale_search": lambda w, r: _search(w, HOUR),
    "blind_search": lambda w, r: _search(w, 0.0, blind=True),
}
