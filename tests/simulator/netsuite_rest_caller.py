"""A small caller of the simulator's NetSuite REST services, written from the vendor's documents."""

from __future__ import annotations

import base64
import json
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from nsz_desk.simulator.server import Simulator
from tests.simulator.zuora_caller import Caller, Reply

SAMPLES = Path(__file__).parents[3] / "shared" / "vendor" / "netsuite-rest-samples"
TOKEN = "/services/rest/auth/oauth2/v1/token"
GRANT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


def sample(name: str) -> Any:
    """One of the vendor's samples."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def unpadded(raw: bytes) -> str:
    """Base64url without its padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def own_key(simulator: Simulator) -> ec.EllipticCurvePrivateKey:
    """The private key that the simulator announces."""
    said: Any = simulator.announcement()["credentials"]
    key = serialization.load_pem_private_key(said["netsuite_rest"]["private_key"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def signed(
    header: dict[str, Any],
    claims: dict[str, Any],
    key: ec.EllipticCurvePrivateKey,
    digest: hashes.HashAlgorithm | None = None,
) -> str:
    """A JWT, signed as ES256 (or with another digest and curve)."""
    text = ".".join(unpadded(json.dumps(part).encode()) for part in (header, claims))
    half = (key.curve.key_size + 7) // 8
    numbers = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(digest or hashes.SHA256())))
    return f"{text}.{unpadded(b''.join(number.to_bytes(half) for number in numbers))}"


class RestCaller(Caller):
    """Calls NetSuite over REST with a bearer token."""

    def sign_in(self, **_other: str) -> Reply:
        """Ask for a token and keep it."""
        reply = self.ask(self.assertion())
        self.token = reply.json.get("access_token", "")
        return reply

    def parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A right header and right claims."""
        said: Any = self.simulator.announcement()
        own, now = said["credentials"]["netsuite_rest"], int(time.time())
        header = {"typ": "JWT", "alg": "ES256", "kid": own["certificate_id"]}
        claims = {"iss": own["client_id"], "scope": "rest_webservices", "aud": said["netsuite_rest"] + TOKEN,
                  "iat": now, "exp": now + 300, "jti": uuid.uuid4().hex}  # fmt: skip
        return header, claims

    def assertion(self) -> str:
        """A right assertion."""
        return signed(*self.parts(), own_key(self.simulator))

    def ask(self, assertion: str, **form: str) -> Reply:
        """Ask for a token with this assertion."""
        body = urlencode(GRANT | {"client_assertion": assertion} | form).encode()
        return self.raw("POST", TOKEN, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def rest(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """Call `path` (behind /services/rest/) with the token."""
        sent = {"Authorization": f"Bearer {self.token}"} | {key.replace("_", "-"): headers[key] for key in headers}
        return self.raw(method, f"/services/rest/{path}", None if body is None else json.dumps(body).encode(), sent)

    def read(self, path: str) -> Any:
        """A record that must be there."""
        reply = self.rest("GET", f"record/v1/{path}")
        assert reply.status == 200, reply.body
        return reply.json

    def patch(self, path: str, body: object, check: str = "Error") -> Reply:
        """Change a record."""
        return self.rest("PATCH", f"record/v1/{path}", body, X_NetSuite_PropertyNameValidation=check)

    def query(self, text: str, *parameters: object, window: str = "") -> Reply:
        """Ask SuiteQL."""
        body = {"q": text, "params": list(parameters)}
        return self.rest("POST", f"query/v1/suiteql{window}", body, Prefer="transient")

    def rows(self, text: str, *parameters: object) -> list[dict[str, str]]:
        """The rows of a query that must be answered, without their links."""
        reply = self.query(text, *parameters)
        assert reply.status == 200, reply.body
        return [{name: value for name, value in row.items() if name != "links"} for row in reply.json["items"]]


def complaint(reply: Reply) -> tuple[int, str]:
    """Status and error code of an error answer."""
    return reply.status, reply.json["o:errorDetails"][0]["o:errorCode"]
