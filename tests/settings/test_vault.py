"""The vault: only keychains on the list, saved means read back, and no message ever holds a secret."""

import json
import os
import traceback
from typing import Any

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from pydantic import SecretStr

from nsz_desk.domain.errors import Credentials, DeskError, Setup
from nsz_desk.settings import vault
from nsz_desk.settings.vault import KeyringVault, MemoryVault, Vault, secrets_from_json
from tests.settings.profiles import SECRETS, VALUES, secrets


class Ring(KeyringBackend):
    """A keychain in memory that can fail; `trusted` makes one that carries the name of a real one."""

    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None
        self.fails_after = 0
        self.cuts = False

    def _touch(self) -> None:
        if self.failure is not None:
            if self.fails_after == 0:
                raise self.failure
            self.fails_after -= 1

    def get_password(self, service: str, username: str) -> str | None:
        """Look up."""
        self._touch()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep, perhaps cut."""
        self._touch()
        self.entries[service, username] = password[:3] if self.cuts else password

    def delete_password(self, service: str, username: str) -> None:
        """Delete, as real ones do: an absent entry is an error."""
        self._touch()
        if (service, username) not in self.entries:
            raise errors.PasswordDeleteError("not found")
        del self.entries[service, username]


def trusted() -> Any:
    """A ring that passes for the Secret Service."""
    return type("Keyring", (Ring,), {"__module__": "keyring.backends.SecretService"})()


def untyped(kind: Any) -> Any:
    """An instance of a class that ships no types."""
    return kind()


def all_text(error: BaseException) -> str:
    """Everything that a log or a dialog could print of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)


@pytest.mark.parametrize("make", [MemoryVault, lambda: KeyringVault(trusted())])
def test_secrets_come_back_and_go(make: Any) -> None:
    """Saved per profile, replaced by a later save, gone after remove; removing twice is fine."""
    held: Vault = make()
    held.save("one", secrets())
    held.save("two", secrets(token="other"))
    held.save("one", secrets(token="newer"))
    assert held.load("one") == secrets(token="newer")
    assert held.load("two") == secrets(token="other")
    held.remove("one")
    held.remove("one")
    with pytest.raises(Setup, match="No secrets are kept for profile one"):
        held.load("one")
    assert held.load("two") == secrets(token="other")
    assert held.describe()


@pytest.mark.parametrize("make", [MemoryVault, lambda: KeyringVault(trusted())])
def test_a_new_key_waits_beside_the_one_in_use(make: Any) -> None:
    """Saving or failing to save the secrets leaves it; it is forgotten alone, or with the whole profile."""
    held: Vault = make()
    assert held.next_key("one") is None
    held.save_next_key("one", SecretStr("k1"))
    held.save_next_key("one", SecretStr("k2"))
    held.save("one", secrets())
    assert held.next_key("one") == SecretStr("k2")
    held.forget_next_key("one")
    held.forget_next_key("one")
    assert held.next_key("one") is None
    assert held.load("one") == secrets()
    held.save_next_key("one", SecretStr("k3"))
    held.remove("one")
    assert held.next_key("one") is None


def test_a_key_that_waits_outlives_a_failed_save_of_the_secrets() -> None:
    """Its certificate may be with the administrator already."""
    ring = trusted()
    held = KeyringVault(ring)
    held.save_next_key("one", SecretStr("k1"))
    ring.cuts = True
    with pytest.raises(Setup, match="something else"):
        held.save("one", secrets())
    assert held.next_key("one") == SecretStr("k1")


def test_each_secret_is_an_entry_of_its_own() -> None:
    """Named after profile and secret, so that no entry grows beyond what Windows keeps."""
    ring = trusted()
    KeyringVault(ring).save("main", secrets())
    expected = {
        f"nsz-desk/main/{block}.{name}": value for block, held in SECRETS.items() for name, value in held.items()
    }
    assert {service: value for (service, _), value in ring.entries.items()} == expected


@pytest.mark.parametrize(
    "backend",
    [
        Ring(),
        untyped(null.Keyring),
        untyped(fail.Keyring),
        type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})(),
    ],
)
def test_a_backend_that_is_not_on_the_list_is_refused(backend: KeyringBackend) -> None:
    """Whatever it calls itself, plain text, null and fail among them."""
    with pytest.raises(Setup, match="not one the desk trusts"):
        KeyringVault(backend)


def test_a_chain_of_backends_is_refused() -> None:
    """A chain may hold one that writes plain text."""
    with pytest.raises(Setup, match="not one the desk trusts"):
        KeyringVault(untyped(chainer.ChainerBackend))


def test_the_environment_does_not_choose_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTHON_KEYRING_BACKEND names the null backend, and a plain one is set in keyring: neither is asked."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", Ring())
    monkeypatch.setattr(vault, "ALLOWED", {(Ring.__module__, "Ring"): "Test ring"})
    assert isinstance(KeyringVault()._backend, Ring)
    assert KeyringVault()._backend is not keyring.core._keyring_backend


def test_the_best_usable_backend_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that do not load or say they are not usable are passed over; the highest priority wins."""
    names = {(__name__, name): name for name in ("Missing", "Unusable", "Ring", "Better")}
    monkeypatch.setattr(vault, "ALLOWED", names)
    assert KeyringVault().describe() == "Better"
    monkeypatch.setattr(vault, "ALLOWED", {(__name__, "Unusable"): "Unusable"})
    with pytest.raises(Setup, match="no keychain"):
        KeyringVault()


class Better(Ring):
    """One that is preferred."""

    priority = 7


class Unusable(Ring):
    """One whose daemon does not run."""

    @property
    def priority(self) -> int:  # type: ignore[override]
        """Never called on an instance; on the class it is no number."""
        return 0


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (errors.KeyringLocked("hush-hush"), Credentials),
        (errors.InitError("hush-hush"), Credentials),
        (errors.PasswordSetError("hush-hush"), Credentials),
        (errors.NoKeyringError("hush-hush"), Setup),
        (ConnectionError("hush-hush"), Setup),
    ],
)
def test_a_keychain_that_refuses_or_fails_is_said_in_plain_words(failure: Exception, kind: type[DeskError]) -> None:
    """Locked or denied is Credentials, missing or broken is Setup, for every verb; its own words stay out."""
    ring = trusted()
    held = KeyringVault(ring)
    ring.failure = failure
    for verb in (lambda: held.save("one", secrets()), lambda: held.load("one"), lambda: held.remove("one")):
        with pytest.raises(kind) as caught:
            verb()
        assert "hush" not in all_text(caught.value)
        assert caught.value.hint


def test_saved_is_said_only_when_it_was_read_back() -> None:
    """A keychain that cuts a value makes save fail, and nothing of the profile stays."""
    ring = trusted()
    ring.cuts = True
    with pytest.raises(Setup, match="gave back something else") as caught:
        KeyringVault(ring).save("one", secrets())
    assert ring.entries == {}
    assert not any(value in all_text(caught.value) for value in VALUES)


def test_a_save_that_fails_half_way_leaves_no_mixture() -> None:
    """When the keychain fails once in the middle, old and new secrets do not stand side by side."""
    ring = trusted()
    held = KeyringVault(ring)
    held.save("one", secrets())
    real = ring.set_password

    def fails_at_token(service: str, username: str, password: str) -> None:
        if service.endswith(".token"):
            raise errors.PasswordSetError("denied")
        real(service, username, password)

    ring.set_password = fails_at_token
    with pytest.raises(Credentials):
        held.save("one", secrets(consumer_key="new"))
    assert ring.entries == {}


def test_a_save_that_fails_once_leaves_the_secrets_of_before() -> None:
    """A renewal that the keychain refuses in its middle does not cost the key that works."""
    ring = trusted()
    held = KeyringVault(ring)
    held.save("one", secrets())
    real, failures = ring.set_password, [errors.PasswordSetError("denied")]

    def fails_once(service: str, username: str, password: str) -> None:
        if service.endswith(".token") and failures:
            raise failures.pop()
        real(service, username, password)

    ring.set_password = fails_once
    with pytest.raises(Credentials):
        held.save("one", secrets(consumer_key="new", token="newer"))
    assert failures == []
    assert held.load("one") == secrets()


@pytest.mark.parametrize("value", ["", "x" * 1201])
def test_a_secret_that_is_empty_or_too_long_is_refused_before_anything_is_written(value: str) -> None:
    """Windows would cut it without a word; the earlier secrets stay."""
    ring = trusted()
    held = KeyringVault(ring)
    held.save("one", secrets())
    keys = secrets().netsuite
    assert keys is not None
    long = secrets().model_copy(update={"netsuite": keys.model_copy(update={"token": SecretStr(value)})})
    with pytest.raises(Setup, match=r"netsuite\.token (is empty|has more than 1,200 characters)"):
        held.save("one", long)
    assert held.load("one") == secrets()


def test_incomplete_entries_are_named() -> None:
    """When somebody deleted one entry by hand, load says which one is missing."""
    ring = trusted()
    held = KeyringVault(ring)
    held.save("one", secrets())
    del ring.entries["nsz-desk/one/zuora.client_secret", "one"]
    with pytest.raises(Setup, match=r"zuora\.client_secret is missing"):
        held.load("one")


def test_pasted_blanks_are_dropped() -> None:
    """A line break copied with a secret does not become part of it."""
    read = secrets_from_json(
        "\ufeff" + json.dumps({**SECRETS, "zuora": {"client_id": " a \n", "client_secret": "b\t"}})
    )
    assert (read.zuora.client_id.get_secret_value(), read.zuora.client_secret.get_secret_value()) == ("a", "b")


SECRET = "hush-hush-1234"
WRONG = [
    ("{" + SECRET, "not a JSON object"),
    (json.dumps([SECRET]), "not a JSON object"),
    (json.dumps(SECRET), "not a JSON object"),
    (json.dumps({"netsuite": SECRET, "zuora": SECRETS["zuora"]}), "netsuite is not text"),
    (json.dumps(SECRETS | {"zuora": {"client_id": SECRET}}), r"zuora\.client_secret is missing"),
    (json.dumps(SECRETS | {"zuora": {"client_id": SECRET, "client_secret": [SECRET]}}), r"client_secret is not text"),
    (json.dumps(SECRETS | {"zuora": {"client_id": SECRET, "client_secret": "  "}}), r"client_secret is empty"),
    (json.dumps(SECRETS | {"zuora": SECRETS["zuora"] | {SECRET: "x"}}), r"zuora\.\(an unknown name\) has no place"),
    (json.dumps({"zuora": {SECRET: SECRET}}), "netsuite is missing"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_mistake_in_the_secrets_is_named_without_quoting_them(text: str, words: str) -> None:
    """Every form of wrong input raises Setup; neither the error nor its trace holds a value, or a pasted name."""
    with pytest.raises(Setup, match=words) as caught:
        secrets_from_json(text)
    assert SECRET not in all_text(caught.value)


def test_secrets_do_not_show_when_printed() -> None:
    """Neither repr nor text nor JSON of the secrets holds a value."""
    shown = repr(secrets()) + str(secrets()) + secrets().model_dump_json()
    assert not any(value in shown for value in VALUES)


@pytest.mark.skipif(not os.environ.get("NSZ_REAL_KEYRING"), reason="needs an unlocked keychain: NSZ_REAL_KEYRING=1")
def test_the_real_keychain_keeps_secrets() -> None:
    """Against the system's own keychain: save, load, remove."""
    held = KeyringVault()
    held.save("nsz-desk-test", secrets())
    try:
        assert held.load("nsz-desk-test") == secrets()
    finally:
        held.remove("nsz-desk-test")
    with pytest.raises(Setup):
        held.load("nsz-desk-test")


def test_keys_for_rest_alone_are_enough_and_come_back() -> None:
    """A connection over REST has no keys for SOAP; with neither, those for SOAP are said to be missing."""
    rest = {"client_id": "c", "certificate_id": "k", "private_key": "p" * 300}
    alone = secrets_from_json(json.dumps({"zuora": SECRETS["zuora"], "netsuite_rest": rest}))
    assert alone.netsuite is None
    held = KeyringVault(trusted())
    held.save("one", alone)
    assert held.load("one") == alone
    held.save("one", secrets())
    assert held.load("one").netsuite_rest is None
    held.remove("one")
    with pytest.raises(Setup, match=r"netsuite_rest\.private_key is missing"):
        secrets_from_json(json.dumps({"zuora": SECRETS["zuora"], "netsuite_rest": {"client_id": "c"}}))


def test_keys_for_the_other_interface_are_not_kept() -> None:
    """Of both kinds only those in use are handed on; the only ones there are stay, whatever they are."""
    rest = {"client_id": "c", "certificate_id": "k", "private_key": "p"}
    both = secrets_from_json(json.dumps(SECRETS | {"netsuite_rest": rest}))
    assert both.used_by("soap") == secrets()
    assert both.used_by("rest").netsuite is None
    assert both.used_by("rest").netsuite_rest == both.netsuite_rest
    assert secrets().used_by("rest") == secrets()
