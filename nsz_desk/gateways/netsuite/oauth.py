"""OAuth 2.0 client credentials with a certificate: the signed assertion, and one token for all threads.

Source: NetSuite help, section_162755359851 and section_162790605110. The key is EC P-256 and signs as ES256; nothing
of it leaves this module but signatures.
"""

import base64
import json
import queue
import re
import secrets as chance
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key

from nsz_desk.domain.errors import Credentials, Setup
from nsz_desk.engine.ports import Clock, Moment
from nsz_desk.gateways.http import Http, Reply, no_answer, read_json, scrub
from nsz_desk.gateways.netsuite.caller import READ_TRIES, repeated
from nsz_desk.gateways.netsuite.rest_answers import content_of
from nsz_desk.settings.model import NetSuiteRestSecrets, NetSuiteSettings

PATH = "/services/rest/auth/oauth2/v1/token"
GRANT, SCOPE = "client_credentials", "rest_webservices"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VALID = 300  # seconds an assertion is good for; NetSuite allows an hour
EARLY = 300.0  # seconds before its end a token is renewed
UNKNOWN_LIFE = 600.0  # seconds assumed where the answer does not say how long it lives
TIMEOUT = (10.0, 30.0)
SKEWED = timedelta(seconds=60)  # a clock that far off may be why an assertion is refused
PEM = re.compile(r"-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----")
M2M = "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup"
HINTS = {
    "invalid_client": f"Check client id and certificate id. At {M2M} the certificate must stand, neither revoked nor"
    " expired (two years at most); a sandbox refresh removes it.",
    "invalid_grant": "Check that this computer's clock is right, and the account in the profile.",
    "invalid_scope": "The integration record must allow the scope REST web services.",
    "unauthorized_client": "The integration record must allow the client credentials (machine to machine) grant.",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, how long it lives (seconds) and since when."""

    bearer: str = field(repr=False)
    life: float
    since: Moment

    def fresh(self, now: Moment) -> bool:
        """Lives on for a while by both clocks: one of them may have slept or been set."""
        usable = self.life - min(EARLY, self.life / 2)
        ages = (now.mono - self.since.mono, (now.wall - self.since.wall).total_seconds())
        return all(0 <= age < usable for age in ages)


def private_key(pem: str) -> ec.EllipticCurvePrivateKey:
    """The key in a PEM (PKCS #8, not encrypted), also one that was pasted on a single line.

    Raises:
        Setup: it is none, or of another kind than EC P-256.
    """
    found = PEM.search(pem)
    try:
        key = load_der_private_key(base64.b64decode(found[1]), None) if found else None
    except (ValueError, TypeError, UnsupportedAlgorithm):  # without the words: they may quote what was read
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Setup(
            "The private key for NetSuite cannot be used.",
            "Nothing was sent.",
            "Enter the EC P-256 key whose certificate is mapped in NetSuite, as PEM that begins BEGIN PRIVATE KEY.",
        )
    return key


def assertion(client_id: str, certificate_id: str, url: str, now: datetime, key: ec.EllipticCurvePrivateKey) -> str:
    """A signed assertion (JWT, ES256) for the token address `url`; `now` is aware. Good for one request."""
    issued = int(now.timestamp())
    header = {"typ": "JWT", "alg": "ES256", "kid": certificate_id}
    claims = {"iss": client_id, "scope": SCOPE, "aud": url, "iat": issued, "exp": issued + VALID}
    claims["jti"] = chance.token_hex(16)
    text = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{_base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


class Tokens:
    """The current token. Only one thread fetches; the others wait and take what it got."""

    def __init__(self, settings: NetSuiteSettings, secrets: NetSuiteRestSecrets, http: Http, clock: Clock) -> None:
        """Fetch nothing yet.

        Raises:
            Setup: the private key cannot be used.
        """
        self._url, self._secrets, self._http, self._clock = settings.base + PATH, secrets, http, clock
        self._key = private_key(secrets.private_key.get_secret_value())
        # A queue of one is a lock that also holds what it guards.
        self._current: queue.Queue[Token | None] = queue.Queue(1)
        self._current.put(None)

    def token(self, instead_of: Token | None = None) -> Token:
        """A token that lives long enough and is not `instead_of`, which was refused.

        Raises:
            Credentials: NetSuite refused the sign-in.
            Unreachable, NoAnswer: no token came.
        """
        held = self._current.get()
        try:
            if held is None or held is instead_of or not held.fresh(self._clock.now()):
                held = None  # a refused or old token is gone even if no new one comes
                held = repeated(self._clock, READ_TRIES, self._ask)
            return held
        finally:
            self._current.put(held)

    def _ask(self) -> Token:
        """One request, with an assertion of its own: one that was seen before is refused."""
        since, secrets = self._clock.now(), self._secrets
        client, certificate = secrets.client_id.get_secret_value(), secrets.certificate_id.get_secret_value()
        signed = assertion(client, certificate, self._url, since.wall, self._key)
        form = {"grant_type": GRANT, "client_assertion_type": ASSERTION, "client_assertion": signed}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode(form).encode()
        reply = self._http.send("POST", self._url, headers=headers, body=body, timeout=TIMEOUT)
        if error := _refusal(reply):
            raise _refused(error, reply, since.wall)
        return _token(content_of(reply), since)


def _refusal(reply: Reply) -> str:
    """The OAuth error of a definite no, "" for any other answer."""
    if reply.status not in (400, 401, 403):
        return ""
    try:
        content = read_json(reply.body)
    except ValueError:
        return ""
    if isinstance(content, dict) and isinstance(error := content.get("error"), str):
        return scrub(error)
    return "invalid_client" if reply.status == 401 and isinstance(content, dict) else ""


def _refused(error: str, reply: Reply, now: datetime) -> Credentials:
    hint = HINTS.get(error, HINTS["invalid_client"])
    if reply.at and abs(now - reply.at) > SKEWED:
        hint = f"This computer's clock is {abs(now - reply.at).total_seconds():.0f} s off; set it right. {hint}"
    title = f"NetSuite refused the sign-in with the certificate: {error} (HTTP {reply.status})."
    return Credentials(title, "Nothing was read or changed.", hint, error, reply.at)


def _token(content: object, since: Moment) -> Token:
    bearer = content.get("access_token") if isinstance(content, dict) else None
    if not isinstance(bearer, str) or not bearer or not all("!" <= sign <= "~" for sign in bearer):
        raise no_answer("NetSuite", "the sign-in was answered without a token that can be sent")
    life = content.get("expires_in") if isinstance(content, dict) else None
    digits = str(life) if isinstance(life, str | int) and not isinstance(life, bool) else ""  # NetSuite sends a text
    seconds = float(digits) if digits.isascii() and digits.isdigit() and int(digits[:9]) > 0 else UNKNOWN_LIFE
    return Token(bearer, min(seconds, 86400.0), since)
