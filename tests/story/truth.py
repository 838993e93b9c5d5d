"""What must be true in the world after a sync, told from the contract alone: no code of the program is used."""

from decimal import Decimal
from typing import Any

LIVE = ("Processed", "Processing")
METHODS = {"Credit Card (external)": "CreditCard", "Wire Transfer": "WireTransfer"}


def wrongs(world: dict[str, Any], refund_id: str, customer: str = "") -> list[str]:
    """Why a refund that is said to be complete is not, field by field of the mapping; empty when it is."""
    refund = next(one for one in world["netsuite"]["refunds"] if one["id"] == refund_id)
    live = [r for r in world["zuora"]["refunds"] if r["integration_id"] == refund_id and r["status"] in LIVE]
    if len(live) != 1:
        return [f"{refund_id}: {len(live)} live Zuora refunds"]
    made = live[0]
    memo_id = refund["applied_to"][0]["id"]
    memo = next(one for one in world["netsuite"]["credit_memos"] if one["id"] == memo_id)
    payment = next(one for one in world["zuora"]["payments"] if one["id"] == made["payment_id"])
    checks = {
        "amount": Decimal(made["amount"]) == Decimal(refund["amount"]) == Decimal(refund["applied_to"][0]["amount"]),
        "currency": made["currency"] == refund["currency"] == payment["currency"],
        "date": made["date"] == refund["date"],
        "payment": memo["zuora_payment_id"] in (payment["id"], payment["number"]),
        "method": made["method"] == METHODS.get(refund["method"], refund["method"]),
        "comment": made["comment"] == refund["memo"][:255],
        "type": made["type"] == "External",
        "status": made["status"] == "Processed",
        "origin": made["origin"] == "NETSUITE",
        "sync date in Zuora": bool(made["sync_date"]),
        "transferred to accounting": made["transferred_to_accounting"] == "Yes",
        "refund's Zuora id": refund["zuora_id"] == made["id"],
        "refund's status": refund["integration_status"] == "Sync Complete",
        "refund's sync date": bool(refund["sync_date"]),
        "memo's Zuora id": memo["zuora_id"] == made["id"],
        "memo's status": memo["integration_status"] == "Sync Complete",
        "refunded total": _total(world, payment["id"]) <= Decimal(payment["amount"]),
    }
    return [f"{refund_id}: {name}" for name, holds in checks.items() if not holds]


def _total(world: dict[str, Any], payment_id: str) -> Decimal:
    """What is refunded of a payment."""
    return sum(
        (
            Decimal(r["amount"])
            for r in world["zuora"]["refunds"]
            if r["payment_id"] == payment_id and r["status"] in LIVE
        ),
        Decimal(0),
    )


def doubles(world: dict[str, Any]) -> list[str]:
    """NetSuite ids that more than one live Zuora refund carries."""
    ids = [r["integration_id"] for r in world["zuora"]["refunds"] if r["integration_id"] and r["status"] in LIVE]
    return sorted({one for one in ids if ids.count(one) > 1})
