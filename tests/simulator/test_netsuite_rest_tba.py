"""Token-based authentication over REST: the signature covers method, address, query and nonce."""

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from nsz_desk.simulator import netsuite_auth
from nsz_desk.simulator.netsuite_rest_auth import signature
from nsz_desk.simulator.server import Simulator
from tests.simulator.netsuite_rest_caller import SAMPLES, RestCaller, complaint, sample
from tests.simulator.zuora_caller import Reply

PATH = "/services/rest/record/v1/currency/1"


@pytest.fixture(scope="module")
def caller() -> Iterator[RestCaller]:
    """A caller of an empty company."""
    with Simulator("empty") as simulator, RestCaller(simulator) as caller:
        yield caller


def signed(
    caller: RestCaller, query: dict[str, str] | None = None, other: dict[str, str] | None = None
) -> dict[str, str]:
    """The pairs of an Authorization header for GET on PATH; `other` are signed in place of the right ones."""
    own = netsuite_auth.CREDENTIALS
    pairs = {
        "oauth_consumer_key": own["consumer_key"], "oauth_token": own["token"], "oauth_nonce": secrets.token_hex(10),
        "oauth_timestamp": str(int(time.time())), "oauth_signature_method": "HMAC-SHA256", "oauth_version": "1.0",
    } | (other or {})  # fmt: skip
    url = f"http://127.0.0.1:{caller.simulator.port}{PATH}"
    made = signature("GET", url, [*pairs.items(), *(query or {}).items()], own)
    return {"realm": "1234567_SB1"} | pairs | {"oauth_signature": made}


def ask(caller: RestCaller, pairs: dict[str, str], path: str = PATH) -> Reply:
    """Send the header."""
    header = "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in pairs.items())
    return caller.raw("GET", path, None, {"Authorization": header})


@pytest.mark.skipif(not SAMPLES.exists(), reason="the vendor's samples are not beside the project")
def test_the_published_signature_comes_out() -> None:
    """Our reading of the base string gives the vendor's value."""
    said: Any = sample("tba_rest_signature_vector")
    pairs = {"oauth_consumer_key": said["consumer_key"], "oauth_token": said["token"], "oauth_nonce": said["nonce"],
             "oauth_timestamp": said["timestamp"], "oauth_version": said["version"],
             "oauth_signature_method": said["signature_method"]}  # fmt: skip
    assert signature(said["method"], said["url"], pairs.items(), said) == said["expected_signature"]


def test_a_right_signature_opens_the_door_once(caller: RestCaller) -> None:
    """The same header again is a replay, so every retry must be signed anew."""
    pairs = signed(caller)
    assert ask(caller, pairs).status == 200
    assert complaint(ask(caller, pairs)) == (401, "INVALID_LOGIN")
    assert ask(caller, signed(caller)).status == 200


def test_the_query_is_signed(caller: RestCaller) -> None:
    """A query parameter belongs to the signature."""
    assert ask(caller, signed(caller, {"fields": "a b,c"}), f"{PATH}?fields=a%20b,c").status == 200
    assert ask(caller, signed(caller), f"{PATH}?fields=symbol").status == 401


@pytest.mark.parametrize(
    "wrong",
    [{"oauth_timestamp": "1508242306"}, {"oauth_timestamp": "soon"}, {"oauth_consumer_key": "0" * 64},
     {"oauth_token": "0" * 64}, {"oauth_version": "2.0"}, {"oauth_signature_method": "HMAC-SHA1"},
     {"oauth_nonce": ""}],
)  # fmt: skip
def test_a_wrong_part_is_refused_however_well_it_is_signed(caller: RestCaller, wrong: dict[str, str]) -> None:
    """Old times, strangers and dead algorithms get a 401."""
    assert complaint(ask(caller, signed(caller, other=wrong))) == (401, "INVALID_LOGIN")


@pytest.mark.parametrize("name", ["realm", "oauth_signature", "oauth_nonce", "oauth_token"])
def test_every_part_must_be_there_and_as_signed(caller: RestCaller, name: str) -> None:
    """Leaving one out, or changing it after signing, is refused."""
    pairs = signed(caller)
    assert ask(caller, {key: value for key, value in pairs.items() if key != name}).status == 401
    assert ask(caller, signed(caller) | {name: "x1234567"}).status == 401
