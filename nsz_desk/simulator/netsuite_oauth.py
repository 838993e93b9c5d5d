"""NetSuite's OAuth 2.0 client credentials: certificates, the signed assertion, and the tokens given for it.

A certificate's ID (the assertion's `kid`) is the base64url SHA-256 of its public key. Times of assertions
and tokens are real ones, since a caller signs by its own clock; a certificate ends by the world's clock.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from nsz_desk.simulator.http_types import Answer, Request
from nsz_desk.simulator.netsuite_rest_replies import address_of, no_login, refused
from nsz_desk.simulator.world import World
from nsz_desk.simulator.zuora_json import dumps

PATH = "/services/rest/auth/oauth2/v1/token"
CLIENT_ID = "7a41c0e95d2f48b3a6e1908c57bd3f24e60a9d1c82574be3f0961dc8a35e7b40"
ROLE, ENTITY = "1028", "7"
LONGEST = 3600  # seconds between iat and exp
_SLACK = 60  # seconds by which a caller's clock may be ahead
_BEARER_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HASHES = {"ES256": (hashes.SHA256(), "secp256r1"), "ES384": (hashes.SHA384(), "secp384r1"),
           "ES512": (hashes.SHA512(), "secp521r1")}  # fmt: skip


class NoToken(Exception):
    """No token is given: the OAuth error code, the HTTP status, and why (which the answer does not say)."""

    def __init__(self, error: str, status: int, why: str) -> None:
        """Keep what the answer will say."""
        super().__init__(why)
        self.error, self.status = error, status


@cache
def own_key() -> ec.EllipticCurvePrivateKey:
    """The private key of the certificate every world begins with: the same at each start, and no secret."""
    number = int.from_bytes(hashlib.sha256(b"the simulator's own key, made up").digest())
    return ec.derive_private_key(number % 2**255, ec.SECP256R1())


@cache
def own_certificate() -> str:
    """The certificate of `own_key` as PEM, valid from yesterday for two years, the longest NetSuite allows."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "simulator")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own_key().public_key())
    made = made.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=730))
    return made.sign(own_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def own_key_pem() -> str:
    """`own_key` as PKCS #8 PEM, as a desk keeps it."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return own_key().private_bytes(encoding, form, serialization.NoEncryption()).decode()


def certificate_id(pem: str) -> str:
    """The ID under which a certificate (PEM) is registered; ValueError when it is none."""
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return _base64url(hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).digest())


def credentials() -> dict[str, str]:
    """What an administrator hands to the desk, and the desk's own private key."""
    return {"client_id": CLIENT_ID, "certificate_id": certificate_id(own_certificate()), "private_key": own_key_pem()}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


@dataclass(frozen=True, slots=True)
class Assertion:
    """A JWT taken apart: header, claims, what was signed, and the signature (r and s behind each other)."""

    header: dict[str, object]
    claims: dict[str, object]
    signed: bytes
    signature: bytes

    @classmethod
    def read(cls, text: str) -> Assertion:
        """Take a compact JWT apart; NoToken when it is none."""
        try:
            head, body, signature = text.split(".")
            header, claims = json.loads(_unbase64url(head)), json.loads(_unbase64url(body))
            if not isinstance(header, dict) or not isinstance(claims, dict):
                raise ValueError("not objects")
            return cls(header, claims, f"{head}.{body}".encode(), _unbase64url(signature))
        except ValueError as exc:
            raise NoToken("invalid_request", 400, f"the assertion is no JWT: {exc}") from exc


@dataclass(slots=True)
class BearerTokens:
    """The access tokens given out; they survive a reset of the world. `now` and `wall` count real seconds."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    _ends: dict[str, float] = field(default_factory=dict)
    _used: dict[str, float] = field(default_factory=dict)  # jti -> exp
    _guard: threading.Lock = field(default_factory=threading.Lock)
    given: int = 0

    def give(self, world: World, request: Request) -> Answer:
        """Answer POST to the token address."""
        try:
            claims = self._checked(world, request)
        except NoToken as no:
            if world.netsuite.token_refusal == "rest":
                return refused(no_login())
            return Answer(no.status, dumps({"error": no.error}), "application/json;charset=UTF-8")
        seconds = world.netsuite.token_seconds
        token = _access_token(world, str(claims["iss"]), int(self.wall()), seconds)
        with self._guard:
            self._ends[token] = self.now() + seconds
            self.given += 1
        body = {"access_token": token, "expires_in": str(seconds), "token_type": "Bearer"}
        return Answer(200, dumps(body), "application/json;charset=UTF-8", {"Cache-Control": "no-store"})

    def accept(self, token: str) -> bool:
        """Tell whether this token was given and still lives."""
        return self._ends.get(token, 0.0) > self.now()

    def revoke_all(self) -> None:
        """Let every token die now."""
        self._ends.clear()

    def _checked(self, world: World, request: Request) -> dict[str, object]:
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials":
            raise NoToken("unsupported_grant_type", 400, "only client credentials are served")
        if form.get("client_assertion_type") != _BEARER_TYPE or "client_assertion" not in form:
            raise NoToken("invalid_request", 400, "no assertion")
        assertion = Assertion.read(form["client_assertion"])
        _check_signature(world, assertion)
        _check_claims(assertion.claims, f"{address_of(request)}{PATH}", self.wall())
        self._use_once(assertion.claims)
        return assertion.claims

    def _use_once(self, claims: dict[str, object]) -> None:
        """Refuse a `jti` seen before; remember this one for as long as its assertion could be replayed."""
        if "jti" not in claims:
            return
        name, now = str(claims["jti"]), self.wall()
        with self._guard:
            self._used = {jti: end for jti, end in self._used.items() if end > now}
            if name in self._used:
                raise NoToken("invalid_grant", 400, "the assertion was used before")
            self._used[name] = float(str(claims["exp"]))


def _check_signature(world: World, assertion: Assertion) -> None:
    """Refuse an assertion that no living registered certificate vouches for."""
    account, kid = world.netsuite, assertion.header.get("kid")
    try:
        registered = {certificate_id(pem): pem for pem in account.certificates or [own_certificate()]}
    except ValueError as exc:
        raise NoToken("invalid_client", 401, "what is registered is no certificate") from exc
    if not isinstance(kid, str) or kid not in registered or kid in account.revoked_certificates:
        raise NoToken("invalid_client", 401, "the certificate is unknown or revoked")
    certificate = x509.load_pem_x509_certificate(registered[kid].encode())
    if not certificate.not_valid_before_utc <= world.now() <= certificate.not_valid_after_utc:
        raise NoToken("invalid_client", 401, "the certificate has expired")
    key = certificate.public_key()
    digest, curve = _HASHES.get(str(assertion.header.get("alg")), (None, ""))
    if digest is None or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != curve:
        raise NoToken("invalid_client", 401, "the algorithm does not fit the certificate's key")
    half = (key.curve.key_size + 7) // 8
    if len(assertion.signature) != 2 * half:
        raise NoToken("invalid_client", 401, "the signature has a wrong length")
    r, s = (int.from_bytes(part) for part in (assertion.signature[:half], assertion.signature[half:]))
    try:
        key.verify(encode_dss_signature(r, s), assertion.signed, ec.ECDSA(digest))
    except InvalidSignature as exc:
        raise NoToken("invalid_client", 401, "the signature is wrong") from exc


def _check_claims(claims: dict[str, object], address: str, now: float) -> None:
    scope, audience = claims.get("scope"), claims.get("aud")
    scopes = scope.replace(" ", "").split(",") if isinstance(scope, str) else scope
    if claims.get("iss") != CLIENT_ID:
        raise NoToken("invalid_client", 401, "no such integration")
    if not isinstance(scopes, list) or "rest_webservices" not in scopes:
        raise NoToken("invalid_scope", 400, "the scope must name rest_webservices")
    if address not in (audience if isinstance(audience, list) else [audience]):
        raise NoToken("invalid_grant", 400, f"the audience is not {address}")
    issued, ends = claims.get("iat"), claims.get("exp")
    if not _is_number(issued) or not _is_number(ends):
        raise NoToken("invalid_request", 400, "iat and exp are numbers")
    start, end = float(str(issued)), float(str(ends))
    if start > now + _SLACK or end <= now or not 0 < end - start <= LONGEST:
        raise NoToken("invalid_grant", 400, "the assertion is not valid now, or for longer than an hour")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _access_token(world: World, client: str, now: int, seconds: int) -> str:
    """A token in the form NetSuite gives: a JWT that names role, entity, application and account."""
    claims = {
        "sub": f"{ROLE};{ENTITY}", "aud": [f"{secrets.token_hex(8).upper()};{world.netsuite.account}", client],
        "scope": ["rest_webservices"], "iss": "https://system.netsuite.com", "oit": now, "exp": now + seconds,
        "iat": now, "jti": f"{world.netsuite.account}.a.{secrets.token_hex(16)}_{now * 1000}",
    }  # fmt: skip
    parts = [_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "RS256"}, claims)]
    return ".".join([*parts, _base64url(secrets.token_bytes(256))])  # callers cannot check the signature anyway
