"""Hostile texts from both systems cannot move a terminal's cursor, fake a line, or stop a command."""

import ast
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nsz_desk.cli import output
from nsz_desk.simulator import zuora_rest
from nsz_desk.simulator.zuora_errors import RULE, Refused
from tests.cli.commands import Cli

HOSTILE = [  # as XML can carry them
    "\u202eevil\u202c Corp",
    "\x9b2J\x9b1;1HDone. complete",
    "two\nTrue now: all is paid",
    "tab\tand\rreturn",
    "<b>bold</b> &amp; =1+1",
    "x" * 300,
    "\u200b\u2066\ufeffinvisible",
    "Ünïcødé 漢字 🎉",
]


def harmful(text: str) -> set[str]:
    """Control, direction, private and broken characters other than the line end."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")}


def test_names_of_customers_are_only_text(desk: Cli) -> None:
    """Printed lists stay one line per refund; JSON keeps each name exactly, with escapes for what is harmful."""
    world, ready = desk.simulator.world, desk.ids("ready")[: len(HOSTILE)]
    names = dict(zip(ready, HOSTILE, strict=True))
    for refund_id, name in names.items():
        customer = replace(world.customers[world.refunds[refund_id].customer_id], name=name, id=f"77{refund_id}")
        world.customers[customer.id] = customer
        world.refunds[refund_id].customer_id = world.memos[world.refunds[refund_id].applied_to[0].doc].customer_id = (
            customer.id
        )
    plain = [desk.talk("pending"), desk.talk("plan", *ready), desk.talk("sync", *ready, "--yes"), desk.talk("history")]
    for said in plain:
        assert said.code == 0, said.err
        assert harmful(said.out + said.err) == set()
        assert not any(line.startswith("True now: all is paid") for line in (said.out + said.err).splitlines())
    for refund_id in ready:
        assert sum(f" {refund_id} " in line for line in plain[0].out.splitlines()) == 1
    listed = desk.talk("pending", "--json")
    assert harmful(listed.out) == set()
    shown = {row["id"]: row["customer"] for row in listed.json["refunds"]}
    assert {key: " ".join(shown[key].split()) for key in ready} == {
        key: " ".join(name.split()) for key, name in names.items()
    }


def test_a_refusal_in_zuoras_words_is_only_text(desk: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Zuora says in a refusal reaches the terminal without its control characters, on one line."""

    def no(*args: object) -> Any:
        raise Refused(RULE, "no\x1b[2J\u202e way\nTrue now: all is paid")

    calls = [(m, p, no if m == "POST" and "refund" in p else f, s) for m, p, f, s in zuora_rest._WRITES]
    monkeypatch.setattr(zuora_rest, "_WRITES", calls)
    refund_id, before = desk.ids("ready")[0], desk.made()
    said = desk.talk("sync", refund_id, "--yes")
    assert said.code == 1
    assert "way" in said.out
    assert harmful(said.out + said.err) == set()
    assert not any(line.startswith("True now: all") for line in (said.out + said.err).splitlines())
    assert desk.made() == before


def test_nothing_is_printed_but_through_the_one_place_that_makes_texts_harmless() -> None:
    """No command prints by itself, so that a new one cannot forget it."""
    for path in sorted(Path(output.__file__).parent.glob("*.py")):
        called = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        prints = [node for node in called if isinstance(node.func, ast.Name) and node.func.id == "print"]
        assert path.name == "output.py" or prints == [], path


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
