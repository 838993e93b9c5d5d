"""Token-based authentication: the passport that signs one request.

Source: NetSuite help, "The Signature for Web Services and RESTlets"; checked with its published vector.
"""

import base64
import hashlib
import hmac
import secrets as chance
from dataclasses import dataclass
from datetime import datetime

from nsz_desk.settings.model import NetSuiteSecrets

ALGORITHM = "HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Passport:
    """What one request proves itself with; good for one request, a second try needs a new one."""

    account: str
    consumer_key: str
    token: str
    nonce: str
    timestamp: int
    signature: str

    def __repr__(self) -> str:
        """Without keys: this may stand in a traceback."""
        return f"Passport({self.account})"


def signature(parts: tuple[str, ...], consumer_secret: str, token_secret: str) -> str:
    """Sign (account, consumer key, token, nonce, timestamp): base64 of the HMAC-SHA256, nothing percent-encoded."""
    key = f"{consumer_secret}&{token_secret}".encode()
    return base64.b64encode(hmac.new(key, "&".join(parts).encode(), hashlib.sha256).digest()).decode("ascii")


def new_passport(account: str, secrets: NetSuiteSecrets, now: datetime, nonce: str = "") -> Passport:
    """Make a passport for one request. `account` as NetSuite shows it; `now` is aware; the nonce is made here."""
    nonce = nonce or chance.token_hex(16)  # letters and digits only, 6 to 64 of them
    stamp = int(now.timestamp())
    key, token = secrets.consumer_key.get_secret_value(), secrets.token.get_secret_value()
    parts = (account, key, token, nonce, str(stamp))
    signed = signature(parts, secrets.consumer_secret.get_secret_value(), secrets.token_secret.get_secret_value())
    return Passport(account, key, token, nonce, stamp, signed)
