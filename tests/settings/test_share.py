"""Profiles that travel between computers, and hostile files that come in."""

import json
from typing import Any

import pytest
import tomli_w

from nsz_desk.domain.errors import Setup
from nsz_desk.settings.share import exported, read_shared
from tests.settings.profiles import PROFILE, profile
from tests.settings.test_vault import all_text

CANARY = "canary-8f2e"
PEM = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"


def with_certificates() -> Any:
    """The example with certificates of this desk's key."""
    return profile(netsuite=PROFILE["netsuite"] | {"certificate": PEM, "next_certificate": PEM})


def test_what_is_exported_comes_back_as_it_was_without_this_desks_certificates() -> None:
    """Name and every setting; the certificates stay with the key they belong to."""
    text = exported("books", with_certificates())
    assert "CERTIFICATE" not in text
    shared = read_shared("\ufeff" + text)
    assert (shared.name, shared.profile) == ("books", profile())


@pytest.mark.parametrize("dumps", [json.dumps, tomli_w.dumps], ids=["JSON", "TOML"])
def test_a_plain_profile_is_as_good(dumps: Any) -> None:
    """As `profile add` takes it, and as the simulator prints it; it proposes no name."""
    shared = read_shared(dumps(PROFILE))
    assert (shared.name, shared.profile) == ("", profile())


def form(**changes: Any) -> str:
    """An exported file with changes."""
    return json.dumps({"nsz_desk_profile": 1, "name": "books", "profile": PROFILE} | changes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind = [", "not valid TOML"),
        ('{"kind": ', r"not valid JSON \(line 1\)"),
        ("[" * 100_000, "not valid TOML"),
        ('{"a":' * 30_000, "not valid JSON"),
        ("", "no profile in the file"),
        ("x" * 300_000, "too large"),
        (form(nsz_desk_profile=2), "another version"),
        (form(nsz_desk_profile=True), "another version"),
        (form(nsz_desk_profile="1"), "another version"),
        (form(extra=1), "no part of a profile: extra"),
        (form(name="../books"), "cannot name a profile"),
        (form(name=7), "cannot name a profile"),
        (form(profile=None), "are wrong"),
        (form(profile=PROFILE | {"colour": "red"}), "colour: is no setting"),
        (form(profile=PROFILE | {"zuora": PROFILE["zuora"] | {"url": "https://evil.example"}}), "not on evil.example"),
        (form(profile=PROFILE | {"kind": "production"}), "https on port 443 is required"),
        (form(profile=PROFILE | {"netsuite": PROFILE["netsuite"] | {"certificate": "x"}}), "no certificate in PEM"),
    ],
)
def test_a_hostile_file_is_refused_by_name(text: str, words: str) -> None:
    """Broken, nested without end, too large, of another version, with unknown fields, or pointing elsewhere."""
    with pytest.raises(Setup, match=words):
        read_shared(text)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (PROFILE | {"secrets": {"zuora": {"client_secret": CANARY}}}, "secrets"),
        (PROFILE | {"zuora": PROFILE["zuora"] | {"client_secret": CANARY}}, "zuora.client_secret"),
        (PROFILE | {"netsuite": PROFILE["netsuite"] | {"Token_Secret": CANARY}}, "netsuite.Token_Secret"),
        (PROFILE | {"status": {"creating": f"-----BEGIN EC PRIVATE KEY-----{CANARY}"}}, "status.creating"),
        (PROFILE | {"lanes": [{"password": CANARY}]}, "lanes.password"),
        ({"nsz_desk_profile": 9, "private_key": CANARY}, "private_key"),
    ],
)
def test_a_secret_in_a_file_is_refused_and_never_quoted(content: Any, place: str) -> None:
    """Wherever it stands, before anything else is looked at; the place is named, and the value is in no text."""
    with pytest.raises(Setup, match="holds a secret") as refused:
        read_shared(json.dumps(content))
    assert place in refused.value.title
    assert CANARY not in all_text(refused.value)


def test_a_payment_method_may_be_called_token() -> None:
    """The names of an account's own payment methods are nobody's secrets."""
    methods = {"Token": "Other", "Password": "Other"}
    assert read_shared(form(profile=PROFILE | {"methods": methods})).profile.methods == methods
