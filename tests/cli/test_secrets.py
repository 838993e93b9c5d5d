"""Where secrets come from and where they never go."""

import json
from typing import Any

import pytest
from keyring import errors

from tests.cli.commands import Cli

TALKING = [("pending",), ("plan", "--ready"), ("sync", "--ready", "--yes"), ("recover",), ("history",), ("doctor",)]


@pytest.mark.parametrize("command", TALKING, ids=lambda one: one[0])
def test_without_a_keychain_every_talking_command_says_what_to_do(desk: Cli, command: tuple[str, ...]) -> None:
    """Code 2, and both ways out are named: a keychain, or the secrets for one run."""
    said = desk.run(*command)
    assert said.code == 2
    assert "no keychain that the desk trusts" in said.err
    assert "True now: Nothing was sent" in said.err
    assert "Secret Service" in said.err
    assert "--secrets-stdin" in said.err


def test_adding_a_profile_without_a_keychain_says_that_nothing_was_kept(cli: Cli) -> None:
    """The profile is saved all the same; the secrets go nowhere."""
    file = cli.home / "given.json"
    file.write_text(json.dumps(cli.announced["profile"]))
    added = cli.run(
        "profile", "add", "sim", "--from", str(file), "--secrets-stdin", stdin=json.dumps(cli.announced["credentials"])
    )
    assert added.code == 0
    assert "not kept" in added.out
    assert "--secrets-stdin" in added.out


def add_with_secrets(cli: Cli) -> Any:
    """Add the profile and give its secrets."""
    file = cli.home / "given.json"
    file.write_text(json.dumps(cli.announced["profile"]))
    given = json.dumps(cli.announced["credentials"])
    return cli.run("profile", "add", "sim", "--from", str(file), "--secrets-stdin", stdin=given)


def test_with_a_keychain_secrets_are_saved_read_back_used_and_removed(cli: Cli, ring: Any) -> None:
    """`profile add` says saved and read back; commands then need no secrets; `profile remove` leaves none."""
    added = add_with_secrets(cli)
    assert added.code == 0, added.err
    assert "saved and read back in Secret Service" in added.out
    assert set(ring.entries.values()) == set(cli.kept_secrets)
    assert cli.run("pending", "--json").code == 0
    told = cli.run("doctor", "--json")
    assert next(one for one in told.json["checks"] if one["id"] == "keychain")["answer"] == "ok"
    assert cli.run("profile", "remove", "sim").code == 0
    assert ring.entries == {}


def test_secrets_for_one_run_leave_the_keychain_alone(cli: Cli, ring: Any) -> None:
    """With --secrets-stdin the keychain is neither read nor written, even if it would fail."""
    add_with_secrets(cli)
    before = dict(ring.entries)
    ring.failure = errors.KeyringLocked("hush")
    assert cli.talk("pending").code == 0
    assert ring.entries == before


@pytest.mark.parametrize(
    ("failure", "words"), [(errors.KeyringLocked("hush"), "Unlock"), (errors.InitError("hush"), "allow the desk")]
)
def test_a_keychain_that_refuses_says_so_and_names_the_way_out(
    cli: Cli, ring: Any, failure: Exception, words: str
) -> None:
    """Locked or denied: code 2, its reason in our words, and the secrets for one run as a way out."""
    add_with_secrets(cli)
    ring.failure = failure
    for said in (cli.run("pending"), cli.run("doctor")):
        assert said.code == 2
        assert words in said.err
        assert "--secrets-stdin" in said.err
        assert "hush" not in said.err


def test_a_profile_whose_secrets_could_not_be_kept_is_saved_and_says_so(cli: Cli, ring: Any) -> None:
    """Wrong secrets or a locked keychain at `profile add`: what is saved and what is not is told apart."""
    ring.failure = errors.KeyringLocked("hush")
    said = add_with_secrets(cli)
    assert said.code == 2
    assert "Profile sim is saved, its secrets are not." in said.err
    assert "Unlock" in said.err
    assert "sim" in cli.run("profile", "list").out


def test_at_a_terminal_secrets_are_asked_for_unseen(cli: Cli, ring: Any) -> None:
    """Each one by name, with getpass, and they end in the keychain."""
    given = {system: cli.announced["credentials"][system] for system in ("netsuite", "zuora")}
    answers = {
        f"{system} {name.replace('_', ' ')}: ": value for system, some in given.items() for name, value in some.items()
    }
    cli.patch.setattr("getpass.getpass", answers.pop)
    file = cli.home / "given.json"
    file.write_text(json.dumps(cli.announced["profile"]))
    added = cli.run("profile", "add", "sim", "--from", str(file), terminal=True)
    assert (added.code, answers) == (0, {})
    assert set(ring.entries.values()) == set(cli.kept_secrets)


def test_a_profile_whose_secrets_were_never_kept_says_so(cli: Cli, ring: Any) -> None:
    """The keychain works but holds nothing for this profile."""
    cli.profile()
    said = cli.run("pending")
    assert said.code == 2
    assert "No secrets are kept for profile sim." in said.err
    assert "profile add" in said.err


def test_no_secret_ever_leaves(desk: Cli) -> None:
    """Not in anything printed by any command, nor in any file under the home: well, failing, and half way."""
    wrong = desk.announced["credentials"]
    wrong["zuora"]["client_secret"] += "x"
    desk.run("pending", "--json", "--secrets-stdin", stdin=json.dumps(wrong))
    desk.run("pending", "--secrets-stdin", stdin=json.dumps(wrong)[:-2])
    desk.run("pending", "--secrets-stdin", stdin=json.dumps(wrong | {wrong["netsuite"]["token"]: "x"}))
    for command in (*TALKING, ("profile", "list"), ("profile", "show")):
        for form in ((), ("--json",)):
            run = desk.run if command[0] == "profile" else desk.talk
            run(*command, *form)
    printed = "".join(desk.printed)
    assert len(printed) > 10_000
    files = list(desk.files())
    assert any(path.suffix == ".sqlite" for path, _ in files)
    for secret in desk.secrets:
        assert secret not in printed
        assert [path for path, content in files if secret.encode() in content] == []
