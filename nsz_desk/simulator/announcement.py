"""What the simulator says about itself: addresses, credentials and the profiles that fit."""

from __future__ import annotations

from datetime import date

from nsz_desk.simulator import netsuite_auth, netsuite_oauth, zuora_rest
from nsz_desk.simulator.world import World

VERSION = "2025_2"
METHODS = {
    "Check": "Check",
    "Wire Transfer": "WireTransfer",
    "ACH": "ACH",
    "Cash": "Cash",
    "Credit Card (external)": "CreditCard",
    "Other": "Other",
}
_FIELDS = {
    "integration_status": "custbodyzuoraintegrationstatus",
    "zuora_id": "custbodyzuoraid",
    "sync_date": "custbodyzuorasyncdate",
    "create_zuora_refund": "custbodyzuoracreatezuorarefund",
    "refund_payment_id": "custbodyzuorarefundpaymentid",
    "refund_payment_reference": "custbodyzuorarefundpaymentreference",
    "customer_zuora_id": "custentityzuoraid",
}


def first_of_previous_month(today: date) -> date:
    """Return the first day of the month before `today`'s: the cutover of a new profile."""
    if today.month == 1:
        return date(today.year - 1, 12, 1)
    return date(today.year, today.month - 1, 1)


def announcement(world: World, port: int) -> dict[str, object]:
    """Describe the simulator that serves `world` on `port`, as the command prints it."""
    url = f"http://127.0.0.1:{port}"
    return {
        "netsuite_soap": f"{url}/services/NetSuitePort_{VERSION}",
        "netsuite_rest": url,
        "zuora": url,
        "control": url,
        "credentials": {
            "netsuite": dict(netsuite_auth.CREDENTIALS),
            "zuora": dict(zuora_rest.CREDENTIALS),
            "netsuite_rest": netsuite_oauth.credentials(),
        },
        "profile": _profile(world, url, "soap"),
        "profile_rest": _profile(world, url, "rest"),
    }


def _profile(world: World, url: str, interface: str) -> dict[str, object]:
    tenant = world.tenant
    return {
        "kind": "simulator",
        "netsuite": {
            "interface": interface,
            "account": world.netsuite.account,
            "url": url,
            "version": VERSION,
            "user_zone": world.netsuite.user_zone,
            "fields": dict(_FIELDS),
            "claim_note_field": "sync_date",
            "calls_at_once": 2,
        },
        "zuora": {
            "url": url,
            "tenant": f"tenant.{tenant.tenant_id}",
            "entity": tenant.entity_id or "-",
            "invoice_settlement": "on" if tenant.invoice_settlement else "off",
            "unapply_route": "unapply_and_refund" if tenant.unapply_and_refund else "crud",
            "transaction_field": tenant.transaction_field,
            "transaction_separator": " ",
        },
        "cutover": first_of_previous_month(world.now().date()).isoformat(),
        "lanes": 4,
        "claim_wait_seconds": 0.05,
        "backoff_seconds": [0.1, 0.2, 0.4, 0.8],
        "status": {"creating": "Creating Refund", "complete": "Sync Complete", "error": "Error Creating Refund"},
        "methods": dict(METHODS),
    }
