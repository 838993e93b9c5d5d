"""Token-based authentication: is a request's tokenPassport right, fresh and unused?

The base string is account, consumer key, token, nonce and timestamp joined by `&`, without any
percent-encoding; the key is consumer secret and token secret joined by `&`.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from xml.etree.ElementTree import Element

from nsz_desk.simulator.netsuite_xml import Refusal, child, children, local, namespace, text_of, urn, whole_number
from nsz_desk.simulator.world import World

CREDENTIALS = {
    "consumer_key": "5b1f0c9a7e3d42868d0f6a1c24be97534c8ad2e1907b36f5ce41a8d7035f9b62",
    "consumer_secret": "c07d3e95a1f84b62d9360e7bfa518c42e6931dbb4057a2fe8c1964d30ab7e58f",
    "token": "1e84ad5f6cb03972f0d58b41a7c92e630b7fd814e53a69c2d741b05e98f32ac6",
    "token_secret": "94a6be20d1c75f38e23b0947cd8f51a670e9d42bf5836c1a0bd7f9248e16c35d",
}
ALGORITHMS = {
    "HMAC-SHA256": "sha256",
    "HMAC_SHA256": "sha256",
    "HMAC-SHA1": "sha1",
    "HMAC_SHA1": "sha1",
}
TOLERANCE = 300  # seconds, either way
_NONCE = re.compile(r"[A-Za-z0-9]{6,64}")
_PARTS = ("account", "consumerKey", "token", "nonce", "timestamp")


def signature(parts: tuple[str, ...], secrets: dict[str, str], digest: str = "sha256") -> str:
    """Sign (account, consumer key, token, nonce, timestamp); base64 text. `digest` is sha256 or sha1."""
    key = f"{secrets['consumer_secret']}&{secrets['token_secret']}".encode()
    return base64.b64encode(hmac.new(key, "&".join(parts).encode(), getattr(hashlib, digest)).digest()).decode()


def check(world: World, header: Element | None, version: str, clock: Callable[[], float] = time.time) -> None:
    """Let the request pass, or raise the fault it earns. `clock` is the real one: a signature knows no other."""
    passport = _passport(header, version)
    parts = tuple(text_of(child(passport, name)) for name in _PARTS)
    account, consumer_key, token, nonce, stamp = parts
    if account != world.netsuite.account:
        raise _invalid("INVALID_ACCT", f"The account {account} is not known.", "invalidAccountFault")
    if (consumer_key, token) != (CREDENTIALS["consumer_key"], CREDENTIALS["token"]):
        raise _invalid()
    if not _signed(passport, parts):
        raise _invalid()
    if not fresh(world, nonce, stamp, clock()):
        raise _invalid()


def _passport(header: Element | None, version: str) -> Element:
    """The one tokenPassport of a header."""
    if header is None or not (found := children(header, "tokenPassport")):
        raise _invalid("WS_LOG_IN_REQD", "You must provide a token passport with every request.")
    extra = {local(node.tag) for node in header} & {"applicationInfo", "passport"}
    if extra or len(found) > 1:
        raise _invalid(
            "USER_ERROR",
            "Ambiguous authentication. The request header contains multiple authentication "
            "mechanisms. Use only one of them per request.",
            "unexpectedErrorFault",
        )
    if namespace(found[0].tag) != urn("platformMsgs", version):
        raise _invalid("WS_LOG_IN_REQD", "The token passport stands in a foreign namespace.")
    return found[0]


def _signed(passport: Element, parts: tuple[str, ...]) -> bool:
    given = child(passport, "signature")
    digest = ALGORITHMS.get(given.get("algorithm", "")) if given is not None else None
    if digest is None:
        return False
    return hmac.compare_digest(signature(parts, CREDENTIALS, digest).encode(), text_of(given).encode())


def fresh(world: World, nonce: str, stamp: str, now: float) -> bool:
    """Tell whether the timestamp is recent and the nonce new; remember it as long as it could be replayed."""
    seconds = whole_number(stamp)
    if not _NONCE.fullmatch(nonce) or seconds is None or abs(now - seconds) > TOLERANCE or nonce in world.ns_nonces:
        return False
    if len(world.ns_nonces) > 5_000:
        fresh = {used: at for used, at in world.ns_nonces.items() if now - at <= 2 * TOLERANCE}
        world.ns_nonces.clear()
        world.ns_nonces.update(fresh)
    world.ns_nonces[nonce] = now
    return True


def _invalid(
    code: str = "INVALID_LOGIN_ATTEMPT", message: str = "Invalid login attempt.", kind: str = "invalidCredentialsFault"
) -> Refusal:
    return Refusal(kind, code, message)
