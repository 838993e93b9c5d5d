"""What goes wrong is said with cause, effect and next step, with the contract's exit code, and nothing is sent."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.journal import connect
from nsz_desk.settings.file import folders
from nsz_desk.settings.instance import lock
from nsz_desk.settings.vault import KeyringVault, secrets_from_json
from tests.cli.commands import Cli, Said


def says(said: Said, *words: str) -> None:
    """Code 2, nothing but messages on standard error: the cause, what is true now, the next step."""
    assert said.code == 2, said
    lines = said.err.splitlines()
    assert any(line.startswith("True now: ") for line in lines)
    assert any(line.startswith("Next: ") for line in lines)
    for word in words:
        assert word in said.err


def test_without_approval_nothing_is_sent(desk: Cli) -> None:
    """No terminal, no --yes and no hash: the plan is shown, the code is 3, both worlds stay as they were."""
    refund_id, before = desk.ids("ready")[0], desk.made()
    said = desk.talk("sync", refund_id)
    assert said.code == 3
    assert "plan hash" in said.out
    assert "Nothing was sent." in said.err
    assert desk.made() == before
    assert desk.simulator.world.refunds[refund_id].integration_status == ""


@pytest.mark.parametrize(("typed", "code", "more"), [("yes\n", 0, 1), ("y\n", 3, 0), ("\n", 3, 0), ("no\n", 3, 0)])
def test_at_a_terminal_only_the_whole_word_approves(desk: Cli, ring: Any, typed: str, code: int, more: int) -> None:
    """The plan is shown and asked about; anything but yes sends nothing."""
    KeyringVault().save("sim", secrets_from_json(json.dumps(desk.announced["credentials"])))
    refund_id, before = desk.ids("ready")[0], desk.made()
    said = desk.run("sync", refund_id, stdin=typed, terminal=True)
    assert (said.code, desk.made() - before) == (code, more)
    assert "Send 1 refund" in said.out


def test_another_plan_hash_sends_nothing(desk: Cli) -> None:
    """The hash that was approved is not the one derived now, even with --yes; the right one syncs."""
    refund_id, before = desk.ids("ready")[0], desk.made()
    said = desk.talk("sync", refund_id, "--plan-hash", "0" * 64, "--yes", "--json")
    assert said.code == 3
    assert said.json["results"] == []
    assert desk.made() == before
    derived = said.json["plan_hash"]
    assert derived == desk.talk("plan", refund_id, "--json").json["plan_hash"]
    assert desk.talk("sync", refund_id, "--plan-hash", derived, "--json").code == 0
    assert desk.made() == before + 1


def test_unknown_ids_are_refused(desk: Cli) -> None:
    """By plan and by sync, each with the reason; nothing is sent."""
    asked, before = ["99999999", "NO-SUCH-NUMBER", "'; drop table", "../../etc/passwd", "9" * 400], desk.made()
    assert desk.talk("plan", *asked, "--json").code == 3
    said = desk.talk("sync", *asked, "--yes", "--json")
    assert said.code == 3
    assert [row["id"] for row in said.json["results"]] == asked
    assert {row["result"] for row in said.json["results"]} == {"refused"}
    assert all("no customer refund" in row["reason"] for row in said.json["results"])
    assert desk.made() == before


def test_a_blocked_refund_among_ready_ones_is_refused_and_the_others_are_synced(desk: Cli) -> None:
    """Each row has its own result; the code tells that something was refused."""
    ready, blocked = desk.ids("ready")[0], desk.ids("blocked")[0]
    said = desk.talk("sync", ready, blocked, "--yes", "--json")
    assert said.code == 3
    assert {row["id"]: row["result"] for row in said.json["results"]} == {ready: "complete", blocked: "refused"}


@pytest.mark.parametrize(
    ("system", "name", "words"),
    [("netsuite", "token_secret", "NetSuite does not accept the sign-in"), ("zuora", "client_secret", "Zuora refused")],
)
def test_wrong_credentials_say_cause_effect_and_next_step(desk: Cli, system: str, name: str, words: str) -> None:
    """A list is refused with code 2 and its document; the doctor, whose matter it is, calls it a problem."""
    wrong = desk.announced["credentials"]
    wrong[system][name] = "entirely-wrong"
    said = desk.run("pending", "--json", "--secrets-stdin", stdin=json.dumps(wrong))
    says(said, words)
    assert words in said.json["error"]
    assert said.json["next_step"]
    told = desk.run("doctor", "--json", "--secrets-stdin", stdin=json.dumps(wrong))
    assert told.code == 1
    answers = {one["id"]: one["answer"] for one in told.json["checks"]}
    assert (answers[f"{system}_reachable"], answers[f"{system}_signed_in"]) == ("ok", "problem")
    assert "entirely-wrong" not in "".join(desk.printed)


def test_a_host_that_is_not_there_is_said(desk: Cli) -> None:
    """Its address and that nothing was sent; the doctor goes on with the rest."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        content = desk.announced["profile"]
        content["netsuite"]["url"] = f"http://127.0.0.1:{unused.getsockname()[1]}"
        desk.save(content, "gone")
        says(desk.talk("pending"), "127.0.0.1 cannot be reached", "Nothing was sent")
        told = desk.talk("doctor", "--json")
    answers = {one["id"]: one["answer"] for one in told.json["checks"]}
    assert told.code == 1
    assert (answers["netsuite_reachable"], answers["netsuite_signed_in"]) == ("problem", "not_known")
    assert (answers["zuora_signed_in"], answers["tenant"], answers["journal"]) == ("ok", "ok", "ok")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"kind = ", b"kind = 'moon'\n", b""])
def test_an_unreadable_profile_is_named(desk: Cli, content: bytes) -> None:
    """Neither its commands nor the doctor start; the file or the fields are named."""
    (desk.home / "profiles" / "sim.toml").write_bytes(content)
    for command in ("pending", "doctor"):
        says(desk.talk(command), "sim")


def test_a_profile_that_is_not_there_is_named(cli: Cli) -> None:
    """Without any profile, and with a wrong name."""
    says(cli.talk("pending"), "There is no profile yet.")
    cli.profile()
    says(cli.talk("pending", "--profile", "other"), "There is no profile 'other'", "Profiles: sim")
    says(cli.run("profile", "show", "other"))
    says(cli.run("profile", "add", "x", "--from", str(cli.home / "nowhere.json")), "nowhere.json")
    says(cli.run("profile", "add", "../x", "--from", str(cli.home / "given.json")))


def test_a_file_in_the_place_of_the_journals_folder_is_said(desk: Cli) -> None:
    """The desk does not start, sends nothing, and names the place; the doctor shows it among its checks."""
    refund_id, before = desk.ids("ready")[0], desk.made()
    for path in sorted((desk.home / "journal").iterdir()):
        path.unlink()
    (desk.home / "journal").rmdir()
    (desk.home / "journal").write_text("in the way")
    says(desk.talk("sync", refund_id, "--yes"), str(desk.home / "journal"))
    assert desk.made() == before
    told = desk.talk("doctor", "--json")
    (check,) = [one for one in told.json["checks"] if one["id"] == "journal"]
    assert (told.code, check["answer"]) == (1, "problem")


def test_a_full_disk_is_said_and_nothing_is_sent(desk: Cli) -> None:
    """A line that cannot be written stops the refund before the first call that writes to either system."""
    refund_id, before = desk.ids("ready")[0], desk.made()
    path = next((desk.home / "journal").glob("*.sqlite"))
    pages = path.stat().st_size // 4096
    desk.patch.setattr(connect, "WRITING", (*connect.WRITING, f"max_page_count = {pages}"))
    said = desk.talk("sync", refund_id, "--yes")
    assert said.code in (1, 2), said
    assert "the disk is full" in said.out + said.err
    assert desk.made() == before
    assert desk.simulator.world.refunds[refund_id].integration_status == ""


def test_the_second_of_two_desks_is_told_who_works(desk: Cli) -> None:
    """While one desk may write, another one may read; it is told which process holds the account."""
    refund_id = desk.ids("ready")[0]
    with lock(folders().locks, "1234567_SB1"):
        says(desk.talk("sync", refund_id, "--yes"), "Another desk (process ", "1234567_SB1")
        says(desk.talk("recover"), "Another desk (process ")
        assert desk.talk("pending").code == 0
        assert desk.talk("doctor").code == 0
        assert desk.talk("plan", refund_id).code == 0
    assert desk.talk("sync", refund_id, "--yes").code == 0


def test_a_broken_journal_still_shows_its_history_but_sends_nothing(desk: Cli) -> None:
    """A flipped byte in the chain: history is read, sync says why it does not start, the doctor names the line."""
    refund_id = desk.ids("ready")[0]
    assert desk.talk("sync", refund_id, "--yes").code == 0
    path, before = next((desk.home / "journal").glob("*.sqlite")), desk.made()
    content = path.read_bytes()
    assert content.count(b"About") + content.count(b"episode_ended") > 0
    path.write_bytes(content.replace(b"episode_ended", b"episode_EnDeD", 1))
    assert desk.talk("history", "--json").code == 0
    other = desk.ids("ready")[0]
    says(desk.talk("sync", other, "--yes"))
    assert desk.made() == before
    assert desk.talk("doctor").code == 1


def _no_json(cli: Cli) -> Said:
    return cli.run("pending", "--secrets-stdin", stdin="not json")


def _empty(cli: Cli) -> Said:
    return cli.run("pending", "--secrets-stdin", stdin="")


def _half(cli: Cli) -> Said:
    return cli.run(
        "pending", "--secrets-stdin", stdin=json.dumps({"netsuite": cli.announced["credentials"]["netsuite"]})
    )


@pytest.mark.parametrize("ask", [_no_json, _empty, _half])
def test_secrets_that_are_none_are_refused_without_being_quoted(desk: Cli, ask: Callable[[Cli], Said]) -> None:
    """Wrong form of the secrets is code 2."""
    says(ask(desk), "secrets")


def test_profile_files_with_secrets_in_them_are_refused(cli: Cli, tmp_path: Path) -> None:
    """A profile holds none, so that none can end up in a file by mistake."""
    content = cli.announced["profile"] | {"secrets": cli.announced["credentials"]}
    file = tmp_path / "with-secrets.json"
    file.write_text(json.dumps(content))
    says(cli.run("profile", "add", "sim", "--from", str(file)), "secrets")
    assert not (cli.home / "profiles" / "sim.toml").exists()
