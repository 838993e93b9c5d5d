"""The command `review`: what it prints, what it refuses, and its exit codes."""

import json
from typing import Any

import pytest

from nsz_desk.simulator.world_edit import edit
from tests.cli.commands import Cli

WHY = "agreed with the customer"


@pytest.fixture
def twice(desk: Cli) -> tuple[str, str]:
    """A refund that is ready, and the Zuora refund that somebody made of it, which is still pending there."""
    key = desk.ids("ready")[0]
    (plan,) = desk.talk("plan", key, "--json").json["plans"]
    body = json.loads(plan["document"]["body"])
    made = {"payment_id": plan["document"]["payment_id"], "amount": plan["amount"]["amount"], "date": plan["date"]}
    made |= {"type": "External", "method": body.get("methodType") or body["MethodType"], "integration_id": key}
    created = str(edit(desk.simulator.world, {"system": "zuora", "record": "refunds", "create": made})["id"])
    status(desk, created, "Pending")
    return key, created


def status(desk: Cli, zuora_id: str, word: str) -> None:
    """The Zuora refund's status changes."""
    edit(desk.simulator.world, {"system": "zuora", "record": "refunds", "id": zuora_id, "set": {"status": word}})


def opened(desk: Cli, key: str) -> tuple[str, set[str]]:
    """What the review is about, and which decisions are open."""
    said = desk.talk("review", key, "--json")
    assert said.code == 0, said.out + said.err
    found: dict[str, Any] = said.json
    assert all(one["open"] is not bool(one["missing"]) for one in found["decisions"])
    return found["about"], {one["decide"] for one in found["decisions"] if one["open"]}


def test_what_is_not_proved_is_not_open_and_what_is_proved_is_done(desk: Cli, twice: tuple[str, str]) -> None:
    """A pending one can only be set aside, and another decision is exit 3; once processed it is adopted."""
    key, made = twice
    assert opened(desk, key) == ("mismatch", {"set-aside"})
    text = desk.talk("review", key)
    assert "not open adopt" in text.out
    assert "differs in status" in text.out
    count = desk.made()
    barred = desk.talk("review", key, "--decide", "adopt", "--reason", WHY)
    assert (barred.code, "differs in status" in barred.err) == (3, True)
    status(desk, made, "Processed")
    done = desk.talk("review", key, "--decide", "adopt", "--reason", WHY, "--json")
    assert done.code == 0, done.out + done.err
    assert done.json["results"][0]["zuora_refund_id"] == made
    assert desk.made() == count
    history = desk.talk("history", key, "--json").json["history"]
    assert [one["detail"]["reason"] for one in history if one["kind"] == "decision"] == [WHY]


def test_a_row_that_waits_for_nobody_is_exit_3(desk: Cli) -> None:
    """In words, and as a result."""
    said = desk.talk("review", desk.ids("ready")[0], "--json")
    assert said.code == 3
    assert said.json["results"][0]["reason"] == "It waits for nobody's decision."


@pytest.mark.parametrize("words", [["--decide", "adopt"], ["--decide", "pay-it", "--reason", WHY]])
def test_a_decision_needs_a_reason_and_a_word_that_exists(desk: Cli, words: list[str]) -> None:
    """Wrong arguments are exit 2, before anything is read."""
    assert desk.run("review", "1", *words).code == 2
