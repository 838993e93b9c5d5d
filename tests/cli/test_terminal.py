"""Hostile texts from both systems cannot move a terminal's cursor, fake a line, or stop a command."""

import json
import os
import subprocess
import sys
import unicodedata

import pytest

from tests.cli.commands import Cli

HOSTILE = [
    "\u202eevil\u202c Corp",
    "\x1b[2J\x1b[1;1HDone. complete",
    "two\nTrue now: all is paid",
    "tab\tand\rreturn",
    "<b>bold</b> &amp; =1+1",
    "x" * 300,
    "\u200b\u2066\ufeffinvisible",
    "Ünïcødé 漢字 🎉",
]
XML_CANNOT = "\x1b"  # an XML answer cannot carry it; Zuora's JSON can


def harmful(text: str) -> set[str]:
    """Control, direction, private and broken characters other than the line end."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_customers_name_is_only_text(desk: Cli, name: str) -> None:
    """Printed lists stay one line per refund; JSON keeps the name exactly, with escapes for what is harmful."""
    world = desk.simulator.world
    refund = world.refunds[desk.ids("ready")[0]]
    world.customers[refund.customer_id].name = name.replace(XML_CANNOT, "")
    plain = [desk.talk("pending"), desk.talk("plan", refund.id), desk.talk("sync", refund.id, "--yes")]
    for said in plain:
        assert said.code == 0, said.err
        assert harmful(said.out + said.err) == set()
        assert not any(line.startswith("True now: all is paid") for line in (said.out + said.err).splitlines())
    rows = [line for line in plain[0].out.splitlines() if f" {refund.id} " in line]
    assert len(rows) == 1
    listed = desk.talk("pending", "--json")
    assert harmful(listed.out) == set()
    (row,) = [one for one in listed.json["refunds"] if one["id"] == refund.id]
    assert " ".join(row["customer"].split()) == " ".join(name.replace(XML_CANNOT, "").split())


def test_a_refusal_in_zuoras_words_is_only_text(desk: Cli) -> None:
    """What Zuora says in a refusal reaches the terminal without its control characters."""
    refund_id = desk.ids("ready")[0]
    fault = {"where": "zuora.create_refund", "kind": "success_false", "nth": 1, "message": "no\x1b[2J\u202e way"}
    try:
        desk.simulator.router.faults.replace([fault])
    except (AttributeError, ValueError):
        pytest.skip("the simulator's faults cannot be given a message of their own")
    said = desk.talk("sync", refund_id, "--yes")
    assert said.code == 1
    assert harmful(said.out + said.err) == set()


def test_a_console_without_the_characters_does_not_stop_a_command(desk: Cli) -> None:
    """A pipe that speaks ASCII only gets escapes, and the code is still 0."""
    world = desk.simulator.world
    world.customers[world.refunds[desk.ids("ready")[0]].customer_id].name = "漢字 🎉"
    done = subprocess.run(
        [sys.executable, "-m", "nsz_desk", "pending", "--secrets-stdin"],
        input=json.dumps(desk.announced["credentials"]),
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict", "NSZ_DESK_HOME": str(desk.home)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "\\u6f22" in done.stdout
