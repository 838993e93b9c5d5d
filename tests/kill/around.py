"""All records around one NetSuite refund at one moment, and which writes they show to be done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.story.truth import LIVE

CHANGES = ("updated", "modified")  # times of change, which differ by nature
DONE = "Sync Complete"


@dataclass(frozen=True)
class Around:
    """All records around one NetSuite refund as they stand at one moment, without their times of change."""

    refund: dict[str, Any]
    memo: dict[str, Any]
    payment: dict[str, Any]
    made: list[dict[str, Any]]  # every Zuora refund of the payment

    @property
    def live(self) -> list[dict[str, Any]]:
        """Its live Zuora refunds with this NetSuite id."""
        return [one for one in self.made if one["integration_id"] == self.refund["id"] and one["status"] in LIVE]


def around(world: dict[str, Any], refund_id: str) -> Around:
    """Find them in the world."""
    refund = next(one for one in world["netsuite"]["refunds"] if one["id"] == refund_id)
    memo = next(one for one in world["netsuite"]["credit_memos"] if one["id"] == refund["applied_to"][0]["id"])
    payment = next(one for one in world["zuora"]["payments"] if one["id"] == memo["zuora_payment_id"])
    made = [one for one in world["zuora"]["refunds"] if one["payment_id"] == payment["id"]]
    return Around(_timeless(refund), _timeless(memo), _timeless(payment), [_timeless(one) for one in made])


def _timeless(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in CHANGES}


# Whether the remote has done a write, told from before the job and now.
STANDS: dict[str, Callable[[Around, Around], bool]] = {
    "claim": lambda was, now: now.refund["sync_date"] != was.refund["sync_date"],
    "create": lambda was, now: len(now.made) > len(was.made),
    "link": lambda was, now: bool(now.live),
    "mark": lambda was, now: any(one["transferred_to_accounting"] == "Yes" for one in now.live),
    "stamp refund": lambda was, now: now.refund["integration_status"] == DONE,
    "stamp memo": lambda was, now: now.memo["integration_status"] == DONE,
    "shield": lambda was, now: any(one["transferred_to_accounting"] == "Ignore" for one in now.made),
    "cancel": lambda was, now: any(one["status"] == "Canceled" for one in now.made),
    "apply": lambda was, now: not now.live and now.payment["unapplied"] == was.payment["unapplied"],
    "clear refund": lambda was, now: not now.refund["zuora_id"],
    "clear memo": lambda was, now: not now.memo["zuora_id"],
    "unlink": lambda was, now: not now.live,
}
