"""The commands that keep connections: keys and certificates, duplicate, export, import, remove."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from keyring import errors

from nsz_desk.assembly import open_desk
from nsz_desk.connections import connections
from nsz_desk.gateways.netsuite.certificate import belongs
from nsz_desk.settings.vault import KeyringVault
from nsz_desk.simulator.netsuite_oauth import certificate_id
from tests.cli.commands import Cli


def over_rest(cli: Cli) -> None:
    """A profile for REST as the simulator prints it, without secrets."""
    cli.save(cli.announced["profile_rest"], "books")


def make_key(cli: Cli, *more: str) -> tuple[str, Any]:
    """Make a key; answers its certificate (PEM) and what the command said."""
    file = cli.home / "books.pem"
    made = cli.run("profile", "key", "books", "--out", str(file), "--json", *more)
    assert made.code == 0, made.err
    return file.read_text(), made.json


def register(cli: Cli, *certificates: str) -> None:
    """What the administrator does."""
    cli.simulator.world.netsuite.certificates = list(certificates)


def use(cli: Cli, certificate_id: str, **more: object) -> Any:
    """Take the key into use with the id that NetSuite shows."""
    given = {"netsuite_rest": {"certificate_id": certificate_id}, **more}
    return cli.run("profile", "key", "books", "--use", "--secrets-stdin", "--json", stdin=json.dumps(given))


def connected(cli: Cli) -> str:
    """A connection over REST with a key of the desk's own, in use; answers its certificate."""
    over_rest(cli)
    pem, _ = make_key(cli)
    register(cli, pem)
    secrets = cli.announced["credentials"]
    rest = {"certificate_id": certificate_id(pem), "client_id": secrets["netsuite_rest"]["client_id"]}
    used = use(cli, certificate_id(pem), netsuite_rest=rest, zuora=secrets["zuora"])
    assert used.code == 0, used.err
    return pem


def test_a_mapping_is_chosen_by_command_and_the_doctor_sees_it(cli: Cli) -> None:
    """Methods, fields and the word on the connector; what is no script id is refused, and nothing changes."""
    over_rest(cli)
    chosen = ("--method", "Barter=Other", "--method", "Cash=", "--connector-off-by", "Ada Lovelace")
    told = cli.run("profile", "map", "books", *chosen, "--json")
    assert told.code == 0, told.err
    assert told.json["methods"]["Barter"] == "Other"
    assert "Cash" not in told.json["methods"]
    assert told.json["connector_off"]["by"] == "Ada Lovelace"
    answers = {one["id"]: one for one in cli.talk("doctor", "--json").json["checks"]}
    assert answers["connector_sync"]["answer"] == "ok"
    assert "Ada Lovelace" in answers["connector_sync"]["found"]
    assert "Cash" in answers["methods"]["found"]
    before = cli.run("profile", "show", "books", "--json").json
    wrong = cli.run("profile", "map", "books", "--field", "zuora_id=memo")
    assert (wrong.code, "script id" in wrong.err) == (2, True)
    assert cli.run("profile", "map", "books", "--field", "no_such=custbody1").code == 2
    assert cli.run("profile", "show", "books", "--json").json == before
    assert cli.run("profile", "map", "books").out.splitlines()[-1].startswith("The connector's refund sync is off")


def test_from_a_key_to_a_listed_refund(cli: Cli, ring: Any) -> None:
    """The key is made in the keychain, its certificate registered, its id tested; then the list is there by REST."""
    pem = connected(cli)
    assert cli.run("pending", "--json").json["refunds"]
    told = cli.run("profile", "key", "books", "--json").json
    assert (told["in_use"]["days_left"], told["waiting"]) == (729, None)
    line = next(one for one in cli.run("doctor", "--json").json["checks"] if one["id"] == "certificate")
    assert (line["answer"], line["found"][:13]) == ("ok", "729 days left")
    key = KeyringVault(ring).load("books").netsuite_rest
    assert key is not None
    assert belongs(pem, key.private_key)
    assert "next_key" not in " ".join(service for service, _ in ring.entries)
    words = cli.run("profile", "key", "books").out
    assert "Certificate in use: 729 days left; last day" in words


def test_the_private_key_stands_nowhere_but_in_the_keychain(cli: Cli, ring: Any) -> None:
    """Not in the certificate's file, the profile, the journal, or anything printed."""
    connected(cli)
    cli.run("pending", "--json")
    key = KeyringVault(ring).load("books").netsuite_rest
    assert key is not None
    canaries = key.private_key.get_secret_value().splitlines()[1:-1]
    assert all(len(line) > 30 for line in canaries)
    texts = "".join(cli.printed) + "".join(content.decode("latin-1") for _, content in cli.files())
    assert [line for line in canaries if line in texts] == []


def test_a_renewal_leaves_the_old_key_at_work_until_the_new_one_is_let_in(cli: Cli, ring: Any) -> None:
    """A wrong id or one that is not registered yet changes nothing; the right one changes over."""
    old = connected(cli)
    pem, said = make_key(cli)
    assert (said["in_use"]["days_left"], said["waiting"]["days_left"]) == (729, 729)
    assert pem != old
    assert cli.run("pending", "--json").code == 0
    for wrong in ("nobody-knows-it", certificate_id(pem)):
        refused = use(cli, wrong)
        assert refused.code == 2
        assert "refused the sign-in" in refused.err
        assert "The key in use stays as it is." in refused.err
        assert cli.run("pending", "--json").code == 0
    register(cli, old, pem)
    used = use(cli, certificate_id(pem))
    assert used.code == 0, used.err
    assert (used.json["in_use"]["pem"].strip(), used.json["waiting"]) == (pem.strip(), None)
    register(cli, pem)
    assert cli.run("pending", "--json").code == 0


def test_a_new_key_used_for_this_run_only_goes_on_waiting_in_the_keychain(cli: Cli, ring: Any) -> None:
    """The window's box "for this run only" must not take a registered key away with the program."""
    old = connected(cli)
    pem, _ = make_key(cli)
    register(cli, old, pem)
    before, held = dict(ring.entries), connections()
    given = {"netsuite_rest.certificate_id": certificate_id(pem)}
    assert "this run only" in held.keep("books", held.shelf.load("books"), given, new=False, this_run=True)
    assert belongs(pem, held.secrets("books").netsuite_rest.private_key)  # type: ignore[union-attr]
    assert ring.entries == before
    netsuite = held.shelf.load("books").netsuite
    assert (netsuite.certificate, netsuite.next_certificate) == (old.strip(), pem.strip())


def test_one_secret_can_be_changed_alone(cli: Cli, ring: Any) -> None:
    """The others, and the certificate that belongs to the key, stay as they are kept."""
    pem = connected(cli)
    held = connections()
    held.keep("books", held.shelf.load("books"), {"zuora.client_secret": "newer"}, new=False)
    kept = held.secrets("books")
    assert kept.zuora.client_secret.get_secret_value() == "newer"
    assert kept.netsuite_rest is not None
    assert belongs(pem, kept.netsuite_rest.private_key)
    assert held.shelf.load("books").netsuite.certificate == pem.strip()


def test_a_key_that_waits_is_told_again_and_another_only_when_asked_for(cli: Cli, ring: Any) -> None:
    """The certificate that the administrator has already stays good; --again throws it away."""
    over_rest(cli)
    first, _ = make_key(cli)
    assert make_key(cli)[0] == first
    assert "A new key waits" in cli.run("profile", "key", "books").out
    assert make_key(cli, "--again")[0] != first


def test_no_key_is_made_where_it_cannot_be_kept(cli: Cli) -> None:
    """Without a keychain it would be gone with the program, and its certificate would be worth nothing."""
    over_rest(cli)
    file = cli.home / "books.pem"
    said = cli.run("profile", "key", "books", "--out", str(file))
    assert said.code == 2
    assert "No key was made" in said.err
    assert not file.exists()


def test_a_locked_keychain_makes_no_key_and_says_so(cli: Cli, ring: Any) -> None:
    """Nothing waits afterwards."""
    over_rest(cli)
    ring.failure = errors.KeyringLocked("hush")
    said = cli.run("profile", "key", "books", "--out", str(cli.home / "books.pem"))
    assert said.code == 2
    assert "Unlock it" in said.err
    ring.failure = None
    assert cli.run("profile", "key", "books", "--json").json["waiting"] is None


@pytest.mark.parametrize("form", ["--out", "--use"])
def test_tokens_have_no_key(cli: Cli, ring: Any, form: str) -> None:
    """A profile over SOAP says what it is reached with."""
    cli.profile("books")
    more = [str(cli.home / "x.pem")] if form == "--out" else ["--secrets-stdin"]
    said = cli.run("profile", "key", "books", form, *more, stdin='{"netsuite_rest": {"certificate_id": "x"}}')
    assert said.code == 2
    assert not (cli.home / "x.pem").exists()


def test_at_a_terminal_the_certificate_id_is_asked_for(cli: Cli, ring: Any) -> None:
    """Unseen, as all secrets; what is left blank stays as it is kept."""
    connected(cli)
    pem, _ = make_key(cli)
    register(cli, pem)
    answers = {"certificate id: ": certificate_id(pem)}
    cli.patch.setattr("getpass.getpass", lambda prompt: answers.pop(prompt, ""))
    used = cli.run("profile", "key", "books", "--use", terminal=True)
    assert (used.code, answers) == (0, {}), used.err


def test_at_a_terminal_a_key_may_be_left_to_be_made(cli: Cli, ring: Any) -> None:
    """Blank at `profile add`: the profile is saved alone, and the command that makes a key is named."""
    file = cli.home / "given.json"
    file.write_text(json.dumps(cli.announced["profile_rest"]))
    cli.patch.setattr("getpass.getpass", lambda _prompt: "")
    added = cli.run("profile", "add", "books", "--from", str(file), terminal=True)
    assert added.code == 0, added.err
    assert "`profile key NAME --out FILE`" in added.out
    assert ring.entries == {}


def test_a_certificate_in_its_last_days_is_named_by_the_doctor(cli: Cli, ring: Any, monkeypatch: Any) -> None:
    """A warning with the remedy below thirty days, a problem once it has ended."""
    pem = connected(cli)
    ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
    assert (ends - datetime.now(UTC)).days == 729
    for days, answer in ((29, "warning"), (-1, "problem")):
        monkeypatch.setattr("nsz_desk.gateways.netsuite.certificate.days_between", lambda _now, _end, n=days: n)
        said = cli.run("doctor", "--json")
        line = next(one for one in said.json["checks"] if one["id"] == "certificate")
        assert (line["answer"], said.code) == (answer, 0 if days > 0 else 1)
        assert "profile key NAME --out FILE" in line["remedy"]


@pytest.mark.parametrize(
    ("days", "words"), [(29, "REST, certificate 29 days left"), (30, "REST"), (-1, "REST, certificate ended")]
)
def test_the_desk_says_how_netsuite_is_reached_and_what_ends_soon(
    cli: Cli, ring: Any, monkeypatch: Any, days: int, words: str
) -> None:
    """The health line at the foot of the rail shows these words."""
    connected(cli)
    monkeypatch.setattr("nsz_desk.gateways.netsuite.certificate.days_between", lambda _now, _end: days)
    held = connections()
    with open_desk(held.shelf.load("books"), held.secrets("books"), held.places, writes=True) as desk:
        assert desk.environment.netsuite_by == words


def test_the_list_tells_interface_and_days_and_names_a_broken_file(cli: Cli, ring: Any) -> None:
    """One mistake does not hide the other connections."""
    connected(cli)
    cli.profile("tokens")
    (cli.home / "profiles" / "wrong.toml").write_text("kind = 7")
    books, tokens, wrong = cli.run("profile", "list", "--json").json["profiles"]
    assert (books["interface"], books["certificate_days_left"], books["last"]) == ("rest", 729, False)
    assert (tokens["interface"], tokens["certificate_days_left"], tokens["last"]) == ("soap", None, True)
    assert "are wrong" in wrong["problem"]
    words = cli.run("profile", "list").out
    assert "certificate: 729 days left" in words
    assert "wrong" in words


def test_a_duplicate_has_every_setting_and_no_secret(cli: Cli, ring: Any) -> None:
    """Under a name that is free; the secrets of the first stay its own."""
    connected(cli)
    held = dict(ring.entries)
    assert cli.run("profile", "duplicate", "books", "second", "--json").json["name"] == "second"
    one, other = (cli.run("profile", "show", name, "--json").json["profile"] for name in ("books", "second"))
    assert one["netsuite"].pop("certificate")
    assert other["netsuite"].pop("certificate") == ""
    assert one == other
    assert ring.entries == held
    again = cli.run("profile", "duplicate", "books", "second")
    assert again.code == 2
    assert "There is a connection second already." in again.err


def test_a_connection_over_soap_is_tried_over_rest_beside_it(cli: Cli, ring: Any) -> None:
    """Interface apart, the copy is the same desk; the one over SOAP stays as it is."""
    cli.profile("tokens")
    assert cli.run("profile", "duplicate", "tokens", "books", "--rest").code == 0
    one, other = (cli.run("profile", "show", name, "--json").json["profile"] for name in ("tokens", "books"))
    assert (one["netsuite"].pop("interface"), other["netsuite"].pop("interface")) == ("soap", "rest")
    assert one == other
    pem, _ = make_key(cli)
    register(cli, pem)
    secrets = cli.announced["credentials"]
    rest = {"certificate_id": certificate_id(pem), "client_id": secrets["netsuite_rest"]["client_id"]}
    assert use(cli, certificate_id(pem), netsuite_rest=rest, zuora=secrets["zuora"]).code == 0
    assert cli.run("pending", "--profile", "books", "--json").json["refunds"]


def test_an_export_goes_to_another_desk_without_a_secret(cli: Cli, ring: Any, tmp_path: Path) -> None:
    """To a file or standard output; it is imported under its own name or another, never over one that is there."""
    connected(cli)
    file = tmp_path / "books.toml"
    assert cli.run("profile", "export", "books", "--out", str(file)).code == 0
    assert cli.run("profile", "export", "books").out == file.read_text()
    texts = file.read_text()
    assert [secret for secret in ring.entries.values() if secret in texts] == []
    taken = cli.run("profile", "import", str(file))
    assert taken.code == 2
    assert "already" in taken.err
    secrets = cli.announced["credentials"]
    given = json.dumps({"netsuite_rest": secrets["netsuite_rest"], "zuora": secrets["zuora"]})
    register(cli)
    came = cli.run("profile", "import", str(file), "--name", "here", "--secrets-stdin", stdin=given)
    assert came.code == 0, came.err
    assert cli.run("pending", "--profile", "here", "--json").json["refunds"]


def test_a_hostile_import_saves_nothing(cli: Cli, ring: Any, tmp_path: Path) -> None:
    """A secret inside is named by its place and never printed; code 2."""
    file = tmp_path / "books.toml"
    file.write_text('nsz_desk_profile = 1\nname = "books"\n[profile.zuora]\nclient_secret = "canary-77"\n')
    said = cli.run("profile", "import", str(file), "--json")
    assert said.code == 2
    assert "profile.zuora.client_secret" in said.err
    assert "canary-77" not in said.err + said.out
    assert cli.run("profile", "list", "--json").json == {"profiles": []}


def test_remove_takes_secrets_and_waiting_keys_and_names_the_journal_that_stays(cli: Cli, ring: Any) -> None:
    """Nothing is left in the keychain; the journal's file is told and still there."""
    connected(cli)
    make_key(cli)
    cli.run("pending", "--json")
    assert cli.run("doctor").code == 0
    gone = cli.run("profile", "remove", "books", "--json").json
    assert ring.entries == {}
    assert gone["removed"] == "books"
    assert Path(gone["journal"]).exists()


@pytest.mark.parametrize(("typed", "code"), [("n", 3), ("", 3), ("y", 0)])
def test_at_a_terminal_remove_asks_first(cli: Cli, typed: str, code: int) -> None:
    """Anything but yes keeps the profile."""
    cli.profile("books")
    cli.patch.setattr("builtins.input", lambda _question: typed)
    assert cli.run("profile", "remove", "books", terminal=True).code == code
    assert ("books" in cli.run("profile", "list").out) is bool(code)
