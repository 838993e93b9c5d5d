"""Profiles and secrets for the settings' tests: the contract's own example."""

import json
from typing import Any

from nsz_desk.settings.file import parse_profile
from nsz_desk.settings.model import Profile, Secrets
from nsz_desk.settings.vault import secrets_from_json

PROFILE: dict[str, Any] = {
    "kind": "simulator",
    "netsuite": {
        "interface": "soap",
        "account": "1234567_SB1",
        "url": "http://127.0.0.1:8123",
        "version": "2025_2",
        "user_zone": "America/New_York",
        "claim_note_field": "sync_date",
        "calls_at_once": 2,
    },
    "zuora": {
        "url": "http://127.0.0.1:8123",
        "tenant": "tenant.10023",
        "entity": "-",
        "invoice_settlement": "off",
        "unapply_route": "crud",
        "transaction_field": True,
        "transaction_separator": " ",
    },
    "cutover": "2026-01-01",
    "lanes": 4,
    "claim_wait_seconds": 0.05,
    "status": {"creating": "Creating Refund", "complete": "Sync Complete", "error": "Error Creating Refund"},
    "methods": {"Check": "Check", "Wire Transfer": "WireTransfer", "Credit Card (external)": "CreditCard"},
}
SECRETS = {
    "netsuite": {"consumer_key": "ck-1", "consumer_secret": "cs-2", "token": "to-3", "token_secret": "ts-4"},
    "zuora": {"client_id": "7f9c1c1e-0000-4000-8000-0123456789ab", "client_secret": "zs-6"},
}
VALUES = [value for block in SECRETS.values() for value in block.values()]


def profile(**changes: Any) -> Profile:
    """The example with top-level changes."""
    return parse_profile(json.dumps(PROFILE | changes))


def secrets(**netsuite: str) -> Secrets:
    """The example with changes in the NetSuite block."""
    return secrets_from_json(json.dumps(SECRETS | {"netsuite": SECRETS["netsuite"] | netsuite}))
