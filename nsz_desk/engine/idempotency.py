"""The deterministic chain of Idempotency-Keys that every desk walks in the same order.

K(n) = "nsrf:" + hex(SHA-256(A|Z|R))[:32] + ":" + n, with A the NetSuite account, Z the Zuora tenant and
entity, R the internal id of the customer refund. Source: the protocol, "The key chain".
"""

import hashlib
import re


def account(text: str) -> str:
    """A, canonical: upper case, underscore (`1234567_SB1`).

    Raises:
        ValueError: not an account id.
    """
    name = text.strip().upper().replace("-", "_")
    if not re.fullmatch(r"[A-Z0-9_]+", name):
        raise ValueError(f"not a NetSuite account id: {text!r}")
    return name


def tenant(name: str, entity: str) -> str:
    """Z: tenant and entity, `/-` without entities.

    Raises:
        ValueError: blank, or with a `|` or `/` in it.
    """
    parts = (name.strip(), entity.strip() or "-")
    if not parts[0] or any("|" in part or "/" in part for part in parts):
        raise ValueError(f"not a Zuora tenant: {name!r}/{entity!r}")
    return "/".join(parts)


def key(a: str, z: str, refund_id: str, n: int) -> str:
    """K(n), at most 48 characters.

    Raises:
        ValueError: `refund_id` is no plain decimal id, or a part holds a `|`.
    """
    if not re.fullmatch(r"[1-9][0-9]*", refund_id):
        raise ValueError(f"not a NetSuite internal id: {refund_id!r}")
    if "|" in a or "|" in z or n < 0:
        raise ValueError("A and Z may not contain |, and n counts from 0")
    digest = hashlib.sha256(f"{a}|{z}|{refund_id}".encode()).hexdigest()
    return f"nsrf:{digest[:32]}:{n}"


def fingerprint(a: str, z: str, route: str) -> str:
    """Six characters that must be equal on every desk of a company."""
    return hashlib.sha256(f"{a}|{z}|{route}".encode()).hexdigest()[:6]
