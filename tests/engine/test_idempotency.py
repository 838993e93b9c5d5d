"""The key chain: golden values, worked out apart from the program, that no desk may ever change.

The digests were made with another tool: printf '%s' '1234567_SB1|tenant.1/-|901' | sha256sum
gives b7ad4035cb5141123da2d8072330ff7c followed by 32 more digits, of which the key does not speak.
"""

import hashlib

import pytest

from nsz_desk.engine.idempotency import account, fingerprint, key, tenant


@pytest.mark.parametrize(
    ("a", "z", "refund", "n", "expected"),
    [
        ("1234567_SB1", "tenant.1/-", "901", 0, "nsrf:b7ad4035cb5141123da2d8072330ff7c:0"),
        ("1234567_SB1", "tenant.1/-", "901", 1, "nsrf:b7ad4035cb5141123da2d8072330ff7c:1"),
        ("1234567", "tenant.10023/E-1", "4711", 0, "nsrf:23917dc6bf2886c2d6fb5a2f9f2c3ded:0"),
        ("TSTDRV1", "tenant.1/-", "1", 12, "nsrf:183e0d87aa4dfab55b5ca35af887c346:12"),
    ],
)
def test_the_keys_are_the_golden_ones(a: str, z: str, refund: str, n: int, expected: str) -> None:
    """A change here would let a desk of the new version pay what one of the old version has paid."""
    assert key(a, z, refund, n) == expected


def test_a_key_is_the_documented_formula() -> None:
    """nsrf:, 32 hex digits of SHA-256 over A|Z|R, and n."""
    digest = hashlib.sha256(b"1234567|tenant.9/entity.2|55").hexdigest()
    assert key("1234567", "tenant.9/entity.2", "55", 3) == "nsrf:" + digest[:32] + ":3"


def test_a_key_is_short_enough_and_only_n_tells_the_places_of_a_chain_apart() -> None:
    """At most 48 characters; refunds, accounts and tenants each change the digest."""
    chain = [key("1234567_SB1", "tenant.1/-", "901", n) for n in (0, 1, 999_999_999)]
    assert max(map(len, chain)) <= 48
    assert len({one.rsplit(":", 1)[0] for one in chain}) == 1
    others = {key("1234567", "tenant.1/-", "901", 0), key("1234567_SB1", "tenant.2/-", "901", 0)}
    others |= {key("1234567_SB1", "tenant.1/-", "902", 0), chain[0]}
    assert len(others) == 4


@pytest.mark.parametrize("text", ["1234567-sb1", "1234567_SB1", " 1234567-Sb1 ", "1234567_sb1"])
def test_every_way_to_write_an_account_gives_one_canonical_id(text: str) -> None:
    """Two desks with differently typed profiles walk the same chain."""
    assert account(text) == "1234567_SB1"


@pytest.mark.parametrize("text", ["", " ", "12|34", "12/34", "account 1", "1234567.SB1", "１２３４"])
def test_what_is_no_account_id_is_refused(text: str) -> None:
    """No key is made of it."""
    with pytest.raises(ValueError, match="not a NetSuite account id"):
        account(text)


def test_a_tenant_without_entities_has_a_dash() -> None:
    """Z is tenant and entity."""
    assert tenant("tenant.1", "") == tenant(" tenant.1 ", "-") == "tenant.1/-"
    assert tenant("tenant.1", "entity.7") == "tenant.1/entity.7"


@pytest.mark.parametrize(("name", "entity"), [("", "-"), ("a|b", "-"), ("a/b", "-"), ("a", "x|y"), ("a", "x/y")])
def test_what_is_no_tenant_is_refused(name: str, entity: str) -> None:
    """A separator inside a part would let two pairs share a chain."""
    with pytest.raises(ValueError, match="not a Zuora tenant"):
        tenant(name, entity)


@pytest.mark.parametrize("refund", ["", "0", "007", "-1", "9 01", " 901", "901\n", "9a", "٣", "1e3", "901|0"])
def test_what_is_no_internal_id_is_refused(refund: str) -> None:
    """Decimal digits, no blank, no leading zero: else one refund would have two chains."""
    with pytest.raises(ValueError, match="not a NetSuite internal id"):
        key("1234567", "tenant.1/-", refund, 0)


@pytest.mark.parametrize(("a", "z", "n"), [("12|3", "t/-", 0), ("123", "t|/-", 0), ("123", "t/-", -1)])
def test_a_separator_or_a_negative_place_is_refused(a: str, z: str, n: int) -> None:
    """A and Z hold no |, and n counts from 0."""
    with pytest.raises(ValueError, match="n counts from 0"):
        key(a, z, "901", n)


def test_the_fingerprint_is_six_digits_that_tell_desks_apart() -> None:
    """People compare it over the telephone; it changes with account, tenant and route."""
    one = fingerprint("1234567_SB1", "tenant.1/-", "off/crud")
    assert one == "4119ae"
    assert one != fingerprint("1234567_SB1", "tenant.1/-", "on/crud")
    assert one != fingerprint("1234567_SB1", "tenant.2/-", "off/crud")
