"""Whom an access token names. It is shown to people and compared with the profile; it proves nothing by itself.

Source: NetSuite help, section_158255317571 (access token, a JWT): `sub` is `role;entity`, `aud[0]` `app;account`.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from nsz_desk.gateways.http import read_json, scrub


@dataclass(frozen=True, slots=True)
class Identity:
    """Account, and the internal ids of role and user; "" where the token does not tell."""

    account: str = ""
    role: str = ""
    user: str = ""


def identity_of(bearer: str) -> Identity:
    """What a token tells; nothing for one that is no JWT."""
    claims = _claims(bearer)
    role, _, user = _first(claims.get("sub")).partition(";")
    account = _first(claims.get("aud")).rpartition(";")[2]
    return Identity(account.upper(), role if role.isdigit() else "", user if user.isdigit() else "")


def _claims(bearer: str) -> Mapping[str, object]:
    part = [*bearer.split("."), ""][1]
    try:
        claims = read_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _first(value: object) -> str:
    """A text, or the first of a list of texts."""
    one = value[0] if isinstance(value, list) and value else value
    return scrub(one) if isinstance(one, str) else ""
