"""Who asks, over REST: a bearer token, or token-based authentication signed by HMAC-SHA256 (OAuth 1.0a).

The realm is the account as NetSuite shows it and no part of what is signed; query parameters are, the body
is not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote

from nsz_desk.simulator.http_types import Request
from nsz_desk.simulator.netsuite_auth import CREDENTIALS, fresh
from nsz_desk.simulator.netsuite_oauth import BearerTokens
from nsz_desk.simulator.netsuite_rest_replies import address_of, no_login
from nsz_desk.simulator.world import World

_PAIR = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*')
_NAMES = {"realm", "oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature_method",
          "oauth_version", "oauth_signature"}  # fmt: skip


def check(world: World, tokens: BearerTokens, request: Request, clock: Callable[[], float] = time.time) -> None:
    """Let the request pass, or raise the refusal it earns."""
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        if not tokens.accept(rest.strip()):
            raise no_login()
    elif kind.lower() == "oauth":
        _check_signed(world, request, rest, clock())
    else:
        raise no_login()


def signature(method: str, url: str, parameters: Iterable[tuple[str, str]], secrets: dict[str, str]) -> str:
    """The HMAC-SHA256 signature of a request as base64 text; `url` has no query, `parameters` are unquoted."""
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in parameters)
    base = "&".join([method.upper(), _quoted(url), _quoted("&".join(f"{name}={value}" for name, value in pairs))])
    key = f"{_quoted(secrets['consumer_secret'])}&{_quoted(secrets['token_secret'])}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")


def _check_signed(world: World, request: Request, text: str, now: float) -> None:
    found = [_PAIR.fullmatch(part) for part in text.split(",")]
    given = {match[1]: unquote(match[2]) for match in found if match is not None}
    if None in found or len(given) != len(found) or set(given) != _NAMES:
        raise no_login()
    fixed = (given["realm"], given["oauth_consumer_key"], given["oauth_token"])
    if fixed != (world.netsuite.account, CREDENTIALS["consumer_key"], CREDENTIALS["token"]):
        raise no_login()
    if (given["oauth_signature_method"], given["oauth_version"]) != ("HMAC-SHA256", "1.0"):
        raise no_login()
    signed = [(name, value) for name, value in given.items() if name not in ("realm", "oauth_signature")]
    signed += [(name, value) for name, values in request.query.items() for value in values]
    right = signature(request.method, f"{address_of(request)}{request.path}", signed, CREDENTIALS)
    if not hmac.compare_digest(right.encode(), given["oauth_signature"].encode()):
        raise no_login()
    if not fresh(world, given["oauth_nonce"], given["oauth_timestamp"], now):
        raise no_login()
