"""The certificate's way in: the assertion is right, one token serves all threads, a refusal says what to do."""

import base64
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from nsz_desk.domain.errors import Credentials, NoAnswer, Setup
from nsz_desk.engine.ports import REFUND, STATUS, Moment
from nsz_desk.gateways.http import Http
from nsz_desk.gateways.netsuite.oauth import PATH, Token, Tokens, assertion, private_key
from nsz_desk.gateways.netsuite.rest import RestNetSuite
from nsz_desk.settings.model import NetSuiteRestSecrets, NetSuiteSettings
from nsz_desk.simulator.server import Simulator
from tests.gateways.netsuite_desk import Impatient, profile, rest, rest_secrets
from tests.gateways.raw_server import RawServer, answer

KEY = ec.generate_private_key(ec.SECP256R1())
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SECONDS = 60  # how far apart the two clocks of the tests may be


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    """A key as PKCS #8 PEM."""
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


SECRETS = NetSuiteRestSecrets.model_validate(
    {"client_id": "canary-client", "certificate_id": "canary-certificate", "private_key": pem(KEY)}
)


class Wound(Impatient):
    """A clock that a test winds on."""

    ahead = timedelta(0)

    def now(self) -> Moment:
        """Both clocks, wound on."""
        now = super().now()
        return Moment(now.wall + self.ahead, now.mono + self.ahead.total_seconds())


@pytest.fixture(scope="module")
def company() -> Iterator[Simulator]:
    """The demo company."""
    with Simulator("demo") as started:
        yield started


@pytest.fixture
def simulator(company: Simulator) -> Simulator:
    """The demo company as it was at the start."""
    company.router.reset()
    return company


def tokens_at(url: str, clock: Impatient | None = None, secrets: NetSuiteRestSecrets = SECRETS) -> Tokens:
    """Tokens from that address."""
    clock = clock or Impatient()
    settings = NetSuiteSettings(interface="rest", account="1", url=url)
    return Tokens(settings, secrets, Http(4, pause=clock.sleep), clock)


def tokens(simulator: Simulator, clock: Impatient | None = None, **changes: str) -> Tokens:
    """Tokens from the simulator."""
    return tokens_at(profile(simulator).netsuite.base, clock, rest_secrets(simulator, **changes))


def opened(part: str) -> Any:
    """A part of a JWT."""
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_an_assertion_says_who_asks_and_is_signed_by_the_key() -> None:
    """Header and claims are the documented ones; the signature holds by the public key, as ES256 wants it."""
    text = assertion("client", "certificate", "https://there/token", NOW, KEY)
    header, claims, signature = text.split(".")
    assert opened(header) == {"typ": "JWT", "alg": "ES256", "kid": "certificate"}
    told = opened(claims)
    assert (told["iss"], told["scope"], told["aud"]) == ("client", "rest_webservices", "https://there/token")
    assert told["iat"] == int(NOW.timestamp())
    assert 0 < told["exp"] - told["iat"] <= 3600
    raw = base64.urlsafe_b64decode(signature + "==")
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    KEY.public_key().verify(der, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_no_two_assertions_are_the_same() -> None:
    """One that was seen before is refused, so each has a number of its own, within the same second too."""
    made = [opened(assertion("c", "k", "https://there", NOW, KEY).split(".")[1])["jti"] for _ in range(50)]
    assert len(set(made)) == 50


@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("\n", " "), str.strip])
def test_a_key_may_be_pasted_on_one_line(change: Any) -> None:
    """Line breaks get lost where people paste."""
    found = private_key(change(pem(KEY)))
    assert found.private_numbers() == KEY.private_numbers()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary",
        "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 2048)),
    ],
    ids=["blank", "no PEM", "nonsense", "another curve", "RSA"],
)
def test_a_key_of_another_kind_is_refused_without_being_quoted(text: str) -> None:
    """Setup, before anything is sent; the words hold nothing of the key."""
    with pytest.raises(Setup, match=r"private key for NetSuite cannot be used") as caught:
        private_key(text)
    lines = [line for line in text.splitlines() if line and "PRIVATE" not in line]
    assert not any(line in str(caught.value) for line in lines)
    assert caught.value.__cause__ is None


def test_many_threads_share_one_token(simulator: Simulator) -> None:
    """However many ask at once, the server is asked once."""
    asked = tokens(simulator)
    before = simulator.router.netsuite_tokens.given
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait(5)
        return asked.token().bearer

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(set(found)) == 1
    assert simulator.router.netsuite_tokens.given - before == 1


def test_a_token_is_renewed_before_it_ends() -> None:
    """At 54 of 60 minutes the old one serves, at 56 there is a new one, though the old one still lived."""
    first, second = (answer(json.dumps({"access_token": one, "expires_in": "3600"}).encode()) for one in "ab")
    clock = Wound()
    with RawServer([first, second]) as server:
        asked = tokens_at(server.url, clock)
        found = []
        for minutes in (0, 54, 56, 57):
            clock.ahead = timedelta(minutes=minutes)
            found.append(asked.token().bearer)
    assert found == ["a", "a", "b", "b"]


def test_a_token_counts_as_old_by_either_clock() -> None:
    """A computer that slept stops one clock, a person who sets the time moves the other."""
    since = Moment(NOW, 1000.0)
    token = Token("t", 3600.0, since)
    hour = timedelta(hours=1)
    assert token.fresh(Moment(NOW + timedelta(minutes=5), 1300.0))
    for late in (Moment(NOW + hour, 1001.0), Moment(NOW, 4600.0), Moment(NOW - hour, 1001.0)):
        assert not token.fresh(late)


def test_a_token_that_dies_in_a_batch_is_replaced_once_for_all_threads(simulator: Simulator) -> None:
    """Reads and a write that meet a dead token go on with one new one; nobody sees an error."""
    desk = rest(simulator, calls_at_once=8)
    ids = list(simulator.world.refunds)[:8]
    desk.read_fields(REFUND, ids[0])
    simulator.router.netsuite_tokens.revoke_all()
    before = simulator.router.netsuite_tokens.given
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: desk.read_fields(REFUND, key), ids))
    assert simulator.router.netsuite_tokens.given - before == 1
    simulator.router.netsuite_tokens.revoke_all()
    desk.write_fields(REFUND, ids[0], {STATUS: "Creating Refund"}, [])
    assert simulator.world.refunds[ids[0]].integration_status == "Creating Refund"
    assert simulator.router.netsuite_tokens.given - before == 2


def test_a_server_that_takes_no_token_is_asked_twice_and_no_more() -> None:
    """A new token that is refused as well ends in Credentials, which points to the audit trail."""
    given = answer(json.dumps({"access_token": "t", "expires_in": "3600", "token_type": "Bearer"}).encode())
    no = answer(b'{"title":"Unauthorized","status":401,"o:errorDetails":[{"o:errorCode":"INVALID_LOGIN"}]}', 401)
    with RawServer([given, no, given, no]) as server:
        clock = Impatient()
        settings = NetSuiteSettings(interface="rest", account="1", url=server.url)
        desk = RestNetSuite(settings, SECRETS, clock=clock, http=Http(1, pause=clock.sleep))
        with pytest.raises(Credentials, match="does not accept the token") as caught:
            desk.read_fields(REFUND, "1")
    assert "Login Audit Trail" in caught.value.hint
    assert [one.split()[1].decode() for one in server.requests].count(PATH) == 2
    assert len(server.requests) == 4


@pytest.mark.parametrize("form", ["oauth", "rest"])
def test_a_foreign_certificate_is_refused_with_the_line_for_the_administrator(simulator: Simulator, form: str) -> None:
    """Whichever of the two forms of refusal comes: Credentials, with the page where certificates are mapped."""
    simulator.world.netsuite.token_refusal = form
    with pytest.raises(Credentials, match="invalid_client") as caught:
        tokens(simulator, certificate_id="somebody-elses").token()
    assert "OAuth 2.0 Client Credentials (M2M) Setup" in caught.value.hint
    assert "somebody-elses" not in str(caught.value)


def test_another_key_than_the_certificates_is_refused(simulator: Simulator) -> None:
    """The signature is what counts, not the ids."""
    with pytest.raises(Credentials, match="invalid_client"):
        tokens(simulator, private_key=pem(KEY)).token()


def test_a_revoked_certificate_is_refused(simulator: Simulator) -> None:
    """Revoked means no new token; the one that is held is the server's to refuse."""
    simulator.world.netsuite.revoked_certificates = [rest_secrets(simulator).certificate_id.get_secret_value()]
    with pytest.raises(Credentials, match="invalid_client"):
        tokens(simulator).token()


def test_a_clock_that_is_off_is_named_first(simulator: Simulator) -> None:
    """A computer ten minutes ahead signs assertions from the future; the hint says by how much it is off."""
    clock = Wound()
    clock.ahead = timedelta(minutes=10)
    with pytest.raises(Credentials, match="invalid_grant") as caught:
        tokens(simulator, clock).token()
    words = caught.value.hint.split()
    assert words[:4] == ["This", "computer's", "clock", "is"]
    assert abs(int(words[4]) - 600) <= SECONDS


def test_a_lost_answer_is_asked_for_again_with_another_assertion() -> None:
    """The first one may have been taken; the same number again would be refused."""
    given = answer(json.dumps({"access_token": "t", "expires_in": "3600", "token_type": "Bearer"}).encode())
    with RawServer([lambda line: line.close(), given]) as server:
        assert tokens_at(server.url).token().bearer == "t"
    sent = [one.partition(b"client_assertion=")[2] for one in server.requests]
    assert len(sent) == 2
    assert sent[0] != sent[1]


@pytest.mark.parametrize(
    ("body", "life"),
    [
        ({"access_token": "t", "expires_in": "1200"}, 1200.0),
        ({"access_token": "t", "expires_in": 1200}, 1200.0),
        ({"access_token": "t"}, 600.0),
        ({"access_token": "t", "expires_in": "-5"}, 600.0),
        ({"access_token": "t", "expires_in": "9" * 30}, 86400.0),
    ],
)
def test_how_long_a_token_lives_is_read_with_care(body: dict[str, object], life: float) -> None:
    """The service sends the seconds as a text; what cannot be read is taken for little, what is absurd for a day."""
    with RawServer([answer(json.dumps(body).encode())]) as server:
        assert tokens_at(server.url).token().life == life


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"access_token": "a b"}', b'{"access_token": ""}', b"<html>"])
def test_an_answer_without_a_token_that_can_be_sent_is_no_answer(body: bytes) -> None:
    """Nothing is guessed; a header must not be broken by it."""
    with RawServer([answer(body)]) as server, pytest.raises(NoAnswer):
        tokens_at(server.url).token()


def test_nothing_that_may_stand_in_a_traceback_shows_a_secret() -> None:
    """Neither the token nor the keys stand in what Python prints of them."""
    token = Token("canary-bearer", 1.0, Impatient().now())
    assert "canary" not in repr(token) + repr(SECRETS) + str(SECRETS)
