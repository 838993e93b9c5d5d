"""A request gets in only with one right, fresh and unused token passport."""

import time

import pytest

from nsz_desk.simulator.netsuite_auth import signature
from tests.simulator.netsuite_envelopes import ask, passport, small_world
from tests.simulator.netsuite_envelopes import sign as sign_by_the_document

TIME = "<m:getServerTime/>"
VECTOR_A = (
    "123456",
    "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
    "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
    "fjaLirsIcCGVZWzBX0pg",
    "1508242306",
)
SECRETS_A = {
    "consumer_secret": "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
    "token_secret": "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
}
VECTOR_B = (
    "1234567",
    "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
    "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
    "6obMKq0tmY8ylVOdEkA1",
    "1439829974",
)
SECRETS_B = {
    "consumer_secret": "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
    "token_secret": "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
}


def test_the_published_vector_comes_out() -> None:
    """Check vector A, published by the vendor, gives the published signature."""
    assert signature(VECTOR_A, SECRETS_A) == "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="


def test_the_second_vector_comes_out_with_both_hashes() -> None:
    """Check vector B gives the recomputed values for SHA-256 and SHA-1."""
    assert signature(VECTOR_B, SECRETS_B) == "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs="
    assert signature(VECTOR_B, SECRETS_B, "sha1") == "xiuYvYndFGqTEdiY64/C5EjSvsY="


def test_the_tests_sign_by_the_document_too() -> None:
    """The signing function of these tests, written from the document, meets vector A as well."""
    secrets = f"{SECRETS_A['consumer_secret']}&{SECRETS_A['token_secret']}"
    assert sign_by_the_document(secrets, "&".join(VECTOR_A)) == "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="


@pytest.mark.parametrize("algorithm", ["HMAC-SHA256", "HMAC_SHA256", "HMAC-SHA1", "HMAC_SHA1"])
def test_every_spelling_of_the_algorithms_is_accepted(algorithm: str) -> None:
    """Hyphen or underscore, SHA-256 or SHA-1: a right signature gets in."""
    assert ask(small_world(), TIME, passport(algorithm=algorithm)).status == 200


@pytest.mark.parametrize(
    "header",
    [
        passport(signed="bm90IHRoZSBzaWduYXR1cmU="),
        passport(algorithm="PLAINTEXT"),
        passport(stamp=int(time.time()) - 40_000),
        passport(stamp=int(time.time()) + 40_000),
        passport(nonce="short"),
        passport(nonce="has-a-hyphen"),
    ],
)
def test_a_wrong_passport_is_an_invalid_login(header: str) -> None:
    """Signature, algorithm, time and nonce must all be right."""
    said = ask(small_world(), TIME, header)
    assert (said.status, said.fault_kind()) == (500, "invalidCredentialsFault")
    assert said.text("f:code") == "INVALID_LOGIN_ATTEMPT"


def test_the_account_counts_letter_by_letter() -> None:
    """The account is compared as NetSuite shows it: upper case, underscore."""
    assert ask(small_world(), TIME, passport(account="1234567_sb1")).fault_kind() == "invalidAccountFault"


def test_a_passport_works_once() -> None:
    """Sending the same bytes again is refused: a retry needs a new nonce."""
    world, header = small_world(), passport()
    assert ask(world, TIME, header).status == 200
    assert ask(world, TIME, header).fault_kind() == "invalidCredentialsFault"


def test_a_refused_passport_does_not_use_up_its_nonce() -> None:
    """Whoever guesses a signature cannot spoil the nonce for its owner."""
    world = small_world()
    assert ask(world, TIME, passport(nonce="abcdef123456", signed="d3Jvbmc=")).status == 500
    assert ask(world, TIME, passport(nonce="abcdef123456")).status == 200


def test_the_worlds_clock_does_not_age_a_passport() -> None:
    """Advancing the world by a day leaves signatures valid: they are checked against the real time."""
    world = small_world()
    world.advance(86_400)
    assert ask(world, TIME).status == 200


def test_no_passport_no_answer() -> None:
    """Without a passport even the time is refused."""
    assert ask(small_world(), TIME, "").fault_kind() == "invalidCredentialsFault"


@pytest.mark.parametrize(
    "extra", ["<m:applicationInfo><m:applicationId>x</m:applicationId></m:applicationInfo>", passport()]
)
def test_two_ways_to_log_in_are_ambiguous(extra: str) -> None:
    """An application id or a second passport beside the passport is refused."""
    said = ask(small_world(), TIME, passport() + extra)
    assert said.status == 500
    assert "Ambiguous authentication" in said.text("f:message")


def test_the_addresses_need_no_login() -> None:
    """GetDataCenterUrls answers anybody, for any account, and so proves nothing."""
    said = ask(small_world(), "<m:getDataCenterUrls><m:account>nobody</m:account></m:getDataCenterUrls>", "")
    assert said.status == 200
    assert said.text("c:webservicesDomain").startswith("http://")
    assert ask(small_world(), "<m:getDataCenterUrls><m:account/></m:getDataCenterUrls>", "").codes() == ["DATA_REQD"]


def test_every_request_is_counted() -> None:
    """Refused ones too: the count is of what came in."""
    world = small_world()
    ask(world, TIME)
    ask(world, TIME, "")
    assert world.calls["netsuite"] == 2
