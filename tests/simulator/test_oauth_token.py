"""The token endpoint: only a right, fresh assertion of a living certificate gives a token."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from nsz_desk.simulator.netsuite_oauth import certificate_id
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_rest_caller import SAMPLES, RestCaller, complaint, own_key, sample, signed

Parts = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def caller() -> Iterator[RestCaller]:
    """A caller of an empty company, signed in."""
    with Simulator("empty") as simulator, RestCaller(simulator) as caller:
        yield caller


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, days: int = 300) -> str:
    """A certificate of this key as PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(start).not_valid_after(start + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def register(caller: RestCaller, *pems: str, **more: object) -> None:
    """Register certificates as an administrator does."""
    caller.edit("netsuite", "account", set={"certificates": list(pems)} | more)


def test_a_right_assertion_gives_a_bearer_that_opens_the_door(caller: RestCaller) -> None:
    """The answer has the documented members, and the token is let in."""
    reply = caller.sign_in()
    assert (reply.status, reply.json["expires_in"], reply.json["token_type"].lower()) == (200, "3600", "bearer")
    assert caller.rest("GET", "record/v1/currency/1").status == 200


def test_the_token_names_role_entity_and_account(caller: RestCaller) -> None:
    """It is a JWT with `sub` as role;entity and `aud[0]` as application;account."""
    claims = json.loads(base64.urlsafe_b64decode(caller.token.split(".")[1] + "=="))
    assert claims["sub"].count(";") == 1
    assert claims["aud"][0].endswith(";1234567_SB1")
    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
def test_the_tokens_claims_are_those_of_the_vendors_sample(caller: RestCaller) -> None:
    """No claim is missing and none is made up."""
    claims = json.loads(base64.urlsafe_b64decode(caller.token.split(".")[1] + "=="))
    assert claims.keys() == sample("oauth2_access_token_payload_oracle_sample").keys()


@pytest.mark.parametrize("scope", ["rest_webservices", "restlets, rest_webservices", ["rest_webservices"]])
def test_the_scope_may_be_text_or_a_list(caller: RestCaller, scope: object) -> None:
    """The help page shows text, the vendor's program a list."""
    header, claims = caller.parts()
    assert caller.ask(signed(header, claims | {"scope": scope}, own_key(caller.simulator))).status == 200


WRONG: dict[str, tuple[Callable[[Parts], Parts], int, str]] = {
    "no algorithm": (lambda p: (p[0] | {"alg": "none"}, p[1]), 401, "invalid_client"),
    "another algorithm": (lambda p: (p[0] | {"alg": "ES384"}, p[1]), 401, "invalid_client"),
    "an RSA algorithm": (lambda p: (p[0] | {"alg": "PS256"}, p[1]), 401, "invalid_client"),
    "an unknown certificate": (lambda p: (p[0] | {"kid": "another"}, p[1]), 401, "invalid_client"),
    "no certificate": (lambda p: ({"typ": "JWT", "alg": "ES256"}, p[1]), 401, "invalid_client"),
    "a foreign integration": (lambda p: (p[0], p[1] | {"iss": "0" * 64}), 401, "invalid_client"),
    "another scope": (lambda p: (p[0], p[1] | {"scope": "restlets"}), 400, "invalid_scope"),
    "another audience": (lambda p: (p[0], p[1] | {"aud": "https://elsewhere.example/token"}), 400, "invalid_grant"),
    "the past": (lambda p: (p[0], p[1] | {"iat": p[1]["iat"] - 900, "exp": p[1]["iat"] - 600}), 400, "invalid_grant"),
    "the future": (lambda p: (p[0], p[1] | {"iat": p[1]["iat"] + 900, "exp": p[1]["iat"] + 960}), 400, "invalid_grant"),
    "too long a life": (lambda p: (p[0], p[1] | {"exp": p[1]["iat"] + 3601}), 400, "invalid_grant"),
    "no end": (lambda p: (p[0], p[1] | {"exp": None}), 400, "invalid_request"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_assertion_gives_no_token(caller: RestCaller, name: str) -> None:
    """One wrong thing in a rightly signed assertion is enough."""
    change, status, error = WRONG[name]
    reply = caller.ask(signed(*change(caller.parts()), own_key(caller.simulator)))
    assert (reply.status, reply.json) == (status, {"error": error})


def test_another_key_under_the_same_certificate_is_refused(caller: RestCaller) -> None:
    """The signature is verified, not only present."""
    reply = caller.ask(signed(*caller.parts(), ec.generate_private_key(ec.SECP256R1())))
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")


def test_a_changed_claim_breaks_the_signature(caller: RestCaller) -> None:
    """Nothing of the assertion can be exchanged after signing."""
    one, other = caller.assertion().split("."), caller.assertion().split(".")
    assert caller.ask(f"{one[0]}.{other[1]}.{one[2]}").status == 401


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30", "bm8.bm8.bm8", "e30.W10.e30", "é.é.é", "..."])
def test_what_is_no_jwt_is_a_bad_request(caller: RestCaller, text: str) -> None:
    """Garbage is answered, and never breaks the connection."""
    assert caller.ask(text).status in (400, 401)


def test_the_grant_must_be_client_credentials(caller: RestCaller) -> None:
    """Other grants are not served."""
    reply = caller.ask(caller.assertion(), grant_type="refresh_token")
    assert (reply.status, reply.json["error"]) == (400, "unsupported_grant_type")


def test_an_assertion_is_good_once(caller: RestCaller) -> None:
    """The same `jti` is refused the second time."""
    text = caller.assertion()
    assert caller.ask(text).status == 200
    assert caller.ask(text).json == {"error": "invalid_grant"}


@pytest.mark.parametrize(("curve", "alg", "digest"), [(ec.SECP256R1(), "ES256", hashes.SHA256()),
                                                      (ec.SECP384R1(), "ES384", hashes.SHA384()),
                                                      (ec.SECP521R1(), "ES512", hashes.SHA512())])  # fmt: skip
def test_a_registered_certificate_replaces_the_simulators_own(
    caller: RestCaller, curve: ec.EllipticCurve, alg: str, digest: hashes.HashAlgorithm
) -> None:
    """A key made elsewhere works once its certificate is registered; what was not registered does not."""
    key = ec.generate_private_key(curve)
    pem = certificate(key)
    header, claims = caller.parts()
    assert caller.ask(signed(header | {"kid": certificate_id(pem), "alg": alg}, claims, key, digest)).status == 401
    register(caller, pem)
    header, claims = caller.parts()
    assert caller.ask(signed(header | {"kid": certificate_id(pem), "alg": alg}, claims, key, digest)).status == 200
    assert caller.ask(caller.assertion()).status == 401


def test_a_revoked_certificate_gives_no_token_but_ends_none(caller: RestCaller) -> None:
    """What was given before lives on until it ends."""
    caller.edit("netsuite", "account", set={"revoked_certificates": [caller.parts()[0]["kid"]]})
    assert caller.ask(caller.assertion()).json == {"error": "invalid_client"}
    assert caller.rest("GET", "record/v1/currency/1").status == 200


def test_a_certificate_ends_by_the_worlds_clock(caller: RestCaller) -> None:
    """After its last day its key gives no token."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = certificate(key, days=10)
    register(caller, pem)
    header = caller.parts()[0] | {"kid": certificate_id(pem)}
    assert caller.ask(signed(header, caller.parts()[1], key)).status == 200
    caller.control("/clock", {"advance_seconds": 11 * 86_400})
    assert caller.ask(signed(header, caller.parts()[1], key)).status == 401


def test_an_rsa_certificate_does_not_vouch_for_an_ec_signature(caller: RestCaller) -> None:
    """Key and algorithm must belong together."""
    pem = certificate(rsa.generate_private_key(65537, 2048))
    register(caller, pem)
    header, claims = caller.parts()
    reply = caller.ask(signed(header | {"kid": certificate_id(pem)}, claims, own_key(caller.simulator)))
    assert reply.status == 401


def test_a_registered_text_that_is_no_certificate_vouches_for_nobody(caller: RestCaller) -> None:
    """It is answered, and never breaks the connection."""
    register(caller, "-----BEGIN CERTIFICATE-----")
    assert caller.ask(caller.assertion()).json == {"error": "invalid_client"}


def test_a_refused_sign_in_may_take_the_other_form(caller: RestCaller) -> None:
    """By a switch it is said as the record service says it."""
    caller.edit("netsuite", "account", set={"token_refusal": "rest"})
    assert complaint(caller.ask("a.b.c")) == (401, "INVALID_LOGIN")


def test_a_token_ends(caller: RestCaller) -> None:
    """A token that has lived its time, was taken back, or was never given opens nothing."""
    clock = [1000.0]
    tokens = caller.simulator.router.netsuite_tokens
    tokens.now = lambda: clock[0]
    caller.edit("netsuite", "account", set={"token_seconds": 120})
    assert caller.sign_in().json["expires_in"] == "120"
    clock[0] += 119
    assert caller.rest("GET", "record/v1/currency/1").status == 200
    clock[0] += 1
    assert complaint(caller.rest("GET", "record/v1/currency/1")) == (401, "INVALID_LOGIN")
    caller.sign_in()
    tokens.revoke_all()
    assert caller.rest("GET", "record/v1/currency/1").status == 401


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nobody", "Basic YTpi", "OAuth", "NLAuth x"])
def test_without_a_login_the_answer_is_the_vendors(caller: RestCaller, header: str) -> None:
    """The whole body equals the vendor's sample."""
    reply = caller.raw("GET", "/services/rest/record/v1/currency/1", None, {"Authorization": header})
    assert (reply.status, reply.json) == (401, sample("err_401_invalid_login"))


def test_signing_in_again_does_not_end_the_older_token(caller: RestCaller) -> None:
    """Several tokens live beside each other, and a reset of the world leaves them."""
    first = caller.token
    caller.sign_in()
    assert caller.token != first
    caller.control("/reset", {})
    for token in (first, caller.token):
        caller.token = token
        assert caller.rest("GET", "record/v1/currency/1").status == 200
