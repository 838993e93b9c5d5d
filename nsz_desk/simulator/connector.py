"""The vendor's own connector, which may act beside the desk: the other hand in the same money.

It carries live Zuora refunds whose TransferredToAccounting says neither Yes nor Ignore to NetSuite as
customer refunds, and syncs NetSuite refunds that wait. It works when told to (`POST /connector`), or
at every move of the world's clock when it is switched on.
"""

from __future__ import annotations

from decimal import Decimal

from nsz_desk.simulator import zuora_books as books
from nsz_desk.simulator.world import NsCustomer, NsMemo, NsRefund, World, ZRefund
from nsz_desk.simulator.zuora_errors import Refused
from nsz_desk.simulator.zuora_v1 import tenant_split

ACTS = ("carry_back", "sync")
DONE = ("Yes", "Ignore")
_METHODS = {"WireTransfer": "Wire Transfer", "CreditCard": "Credit Card (external)"}


class BadAct(ValueError):
    """An order to the connector that is none; the text says why."""


def read_acts(wanted: object, name: str) -> tuple[str, ...]:
    """Read true (both acts), false (none) or one act's name; BadAct otherwise."""
    if isinstance(wanted, bool):
        return ACTS if wanted else ()
    if wanted in ACTS:
        return (str(wanted),)
    raise BadAct(f"{name} is true, false, {' or '.join(ACTS)}")


def work(world: World, acts: tuple[str, ...]) -> dict[str, object]:
    """Do the acts; the ids made in NetSuite, the refunds synced, and the NetSuite refunds that Zuora refused."""
    answer: dict[str, object] = {"carried_back": [], "synced": [], "refused": []}
    if "carry_back" in acts:
        answer["carried_back"] = carry_back(world)
    if "sync" in acts:
        answer["synced"], answer["refused"] = sync(world)
    return answer


def carry_back(world: World) -> list[str]:
    """Make a NetSuite refund of every live Zuora refund that is not marked as transferred; mark it then."""
    waiting = [
        one.id
        for one in world.zuora_refunds.values()
        if one.status == "Processed" and one.transferred_to_accounting not in DONE
    ]
    return [_carried(world, world.zuora_refunds[key]) for key in waiting]


def _carried(world: World, refund: ZRefund) -> str:
    """Write the copy as the connector does: stamped as done, applied to nothing."""
    now, customer = world.now(), _customer(world, refund.account_id)
    number = world.serial("carried back")
    copy = NsRefund(
        str(600_000 + number), f"ZR-{refund.number}", customer.id if customer else "", refund.date, refund.amount,
        refund.currency, _METHODS.get(refund.method, refund.method), f"Zuora refund {refund.number}", now, now,
        integration_status="Sync Complete", zuora_id=refund.id, sync_date=f"{now:%Y-%m-%dT%H:%M:%SZ}",
    )  # fmt: skip
    world.refunds[copy.id] = copy
    refund.transferred_to_accounting, refund.integration_status = "Yes", "Sync Complete"
    refund.updated = now
    return copy.id


def _customer(world: World, account_id: str) -> NsCustomer | None:
    account = world.accounts.peek(account_id)
    known = world.customers.peek(account.integration_id) if account else None
    return known or next((one for one in world.customers.kept.values() if one.zuora_id == account_id), None)


def sync(world: World) -> tuple[list[str], list[str]]:
    """Sync every NetSuite refund that waits: refund in Zuora, stamps in NetSuite; which were done, which refused."""
    done, refused = [], []
    waiting = [one.id for one in world.refunds.values() if not (one.integration_status or one.zuora_id or one.voided)]
    for key in waiting:
        refund = world.refunds[key]
        memo = _only_memo(world, refund)
        if memo is None or not memo.create_zuora_refund:
            continue
        try:
            made = _synced(world, refund, memo)
        except Refused:
            refund.integration_status = "Error Creating Refund"
            refused.append(key)
            continue
        refund.integration_status = memo.integration_status = "Sync Complete"
        refund.zuora_id = memo.zuora_id = made.id
        refund.sync_date = made.sync_date
        refund.modified = memo.modified = world.now()
        done.append(key)
    return done, refused


def _only_memo(world: World, refund: NsRefund) -> NsMemo | None:
    memos = [link.doc for link in refund.applied_to if link.type == "credit_memo" and link.doc in world.memos]
    return world.memos[memos[0]] if len(memos) == 1 else None


def _synced(world: World, refund: NsRefund, memo: NsMemo) -> ZRefund:
    payment = books.find_payment(world, memo.zuora_payment_id)
    split = tenant_split(payment, refund.amount)
    if len(payment.applied) > 1 and sum(payment.applied.values(), Decimal(0)) != refund.amount:
        raise Refused(30, "A part of a payment over several invoices is synced by hand")
    marks = {"integration_id": refund.id, "origin": "NETSUITE", "transferred_to_accounting": "Yes",
             "sync_date": f"{world.now():%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
    method = refund.method.replace(" ", "") if refund.method != "Credit Card (external)" else "CreditCard"
    wish = books.Wish(
        payment=payment, amount=refund.amount, type="External", method=method, date=refund.date,
        comment=refund.memo[:255], taken=split, marks=marks, route="connector",
    )  # fmt: skip
    return books.create(world, wish)
