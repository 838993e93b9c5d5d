"""The passport: right by published vectors, new for each request, silent about its keys."""

from datetime import UTC, datetime

from pydantic import SecretStr

from nsz_desk.gateways.netsuite.auth import new_passport, signature
from nsz_desk.settings.model import NetSuiteSecrets

VECTOR_A = (
    "123456",
    "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
    "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
    "fjaLirsIcCGVZWzBX0pg",
    "1508242306",
)
SECRETS_A = (
    "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
    "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
)
VECTOR_B = (
    "1234567",
    "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
    "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
    "6obMKq0tmY8ylVOdEkA1",
    "1439829974",
)
SECRETS_B = (
    "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
    "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
)
KEYS = NetSuiteSecrets(
    consumer_key=SecretStr(VECTOR_A[1]),
    consumer_secret=SecretStr(SECRETS_A[0]),
    token=SecretStr(VECTOR_A[2]),
    token_secret=SecretStr(SECRETS_A[1]),
)


def test_the_published_vector_is_met() -> None:
    """The vendor's vector for the signature comes out."""
    assert signature(VECTOR_A, *SECRETS_A) == "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="


def test_the_recomputed_vector_is_met() -> None:
    """The inputs of the vendor's SOAP sample give what four public clients give, not what the sample prints."""
    assert signature(VECTOR_B, *SECRETS_B) == "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs="


def test_a_passport_signs_its_own_parts() -> None:
    """Account, keys, nonce and time go into the signature as they go onto the wire."""
    passport = new_passport("123456", KEYS, datetime.fromtimestamp(1508242306, UTC), VECTOR_A[3])
    assert passport.timestamp == 1508242306
    assert passport.signature == "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="


def test_two_passports_of_one_second_differ() -> None:
    """Each request has a nonce of its own, of letters and digits, 6 to 64 of them."""
    now = datetime(2026, 3, 20, tzinfo=UTC)
    first, second = (new_passport("123456", KEYS, now) for _ in range(2))
    assert first.nonce != second.nonce
    assert first.signature != second.signature
    assert first.nonce.isalnum()
    assert 6 <= len(first.nonce) <= 64


def test_a_passport_shows_no_key() -> None:
    """What might land in a log names the account only."""
    shown = repr(new_passport("123456", KEYS, datetime(2026, 3, 20, tzinfo=UTC)))
    assert shown == "Passport(123456)"
