"""A part of a payment over several invoices, over sockets: the split that was approved is the one that is made."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.story.programs import Program, simulator
from tests.story.truth import doubles, wrongs

ROUTES = {
    "settlement, unapply and refund": (True, "unapply_and_refund"),
    "settlement, older create": (True, "crud"),
    "no settlement": (False, "crud"),
}


@pytest.fixture(params=list(ROUTES.values()), ids=list(ROUTES))
def routed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """The demo company on each of the routes."""
    settlement, route = request.param
    with simulator("--scenario", "demo") as world:
        edit = {"system": "zuora", "record": "tenant", "set": {"invoice_settlement": settlement}}
        world.post("/edit", edit)
        program = Program(tmp_path, world)
        zuora = world.said["profile"]["zuora"]
        program.profile(zuora=zuora | {"invoice_settlement": "on" if settlement else "off", "unapply_route": route})
        yield program


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo company to which nothing is ever sent: the refusals share it."""
    with simulator("--scenario", "demo") as world:
        program = Program(tmp_path_factory.mktemp("quiet"), world)
        program.profile()
        yield program


def manual(program: Program, at: int = 0) -> str:
    """One of the demo's refunds that ask for a split: 250.00 USD over three invoices, 123.45 EUR over five."""
    return str(program.run("pending", "--filter", "manual", "--json").json["refunds"][at]["id"])


def offered(program: Program, refund_id: str) -> Any:
    """What there is to split."""
    said = program.run("allocate", refund_id, "--json")
    assert said.code == 0, said.err
    return said.json


def applied(program: Program, payment_id: str) -> dict[str, Decimal]:
    """What is applied to each invoice of a payment."""
    payments = program.world.read()["zuora"]["payments"]
    (payment,) = [one for one in payments if one["id"] == payment_id]
    return {one["id"]: Decimal(one["applied"]) for one in payment["invoices"]}


def amounts(parts: list[Mapping[str, Any]]) -> dict[str, Decimal]:
    """A split as a mapping."""
    return {one["invoice_id"]: Decimal(one["amount"]["amount"]) for one in parts}


def test_exactly_the_approved_split_is_made_and_read_back(routed: Program) -> None:
    """On every route: one live refund with these parts, both systems stamped, every invoice as forecast."""
    refund_id = manual(routed, 1)
    offer = offered(routed, refund_id)
    rooms = {one["invoice_id"]: Decimal(one["room"]["amount"]) for one in offer["invoices"]}
    split = amounts(next(one["parts"] for one in offer["strategies"] if one["name"] == "pro-rata"))
    assert len(split) == 5
    assert sum(split.values()) == Decimal("123.45")
    assert routed.run("sync", refund_id, "--yes").code == 3  # never split without a person
    said = routed.run("allocate", refund_id, "--strategy", "pro-rata", "--yes", "--json")
    assert (said.code, said.json["results"][0]["result"]) == (0, "complete"), said.out + said.err
    (made,) = routed.world.live(refund_id)
    assert {one["id"]: Decimal(one["amount"]) for one in made["invoices"]} == split
    assert applied(routed, made["payment_id"]) == {key: room - split[key] for key, room in rooms.items()}
    assert wrongs(routed.world.read(), refund_id) == []
    assert doubles(routed.world.read()) == []
    again = routed.run("allocate", refund_id, "--strategy", "pro-rata", "--yes")
    assert again.code == 3
    assert len(routed.world.live(refund_id)) == 1


def test_a_split_by_hand_names_invoices_by_id_or_number(routed: Program) -> None:
    """One part alone of several invoices is named in the create too, or Zuora would choose for itself."""
    refund_id = manual(routed)
    one = offered(routed, refund_id)["invoices"][0]
    said = routed.run("allocate", refund_id, "--over", f"{one['number']}=200.00", "--json")
    assert said.code == 3
    assert "50.00 USD is still to be split" in said.json["results"][0]["reason"]
    two = offered(routed, refund_id)["invoices"][1]
    hand = ("--over", f"{one['number']}=199.99", "--over", f"{two['invoice_id']}=50.01")
    planned = routed.run("allocate", refund_id, *hand)
    assert planned.code == 3
    assert not routed.world.live(refund_id)
    said = routed.run("allocate", refund_id, *hand, "--yes", "--json")
    assert said.json["results"][0]["result"] == "complete", said.out
    (made,) = routed.world.live(refund_id)
    parts = {part["id"]: part["amount"] for part in made["invoices"]}
    assert parts == {one["invoice_id"]: "199.99", two["invoice_id"]: "50.01"}


def test_a_whole_split_on_one_invoice_is_named_in_the_create(routed: Program) -> None:
    """Zuora must not choose by a rule of its own when a person chose one of several invoices."""
    refund_id = manual(routed)
    lines = offered(routed, refund_id)["invoices"]
    roomy = max(lines, key=lambda line: Decimal(line["room"]["amount"]))
    said = routed.run("allocate", refund_id, "--over", f"{roomy['number']}=250.00", "--yes", "--json")
    assert said.json["results"][0]["result"] == "complete", said.out
    (made,) = routed.world.live(refund_id)
    assert [(part["id"], part["amount"]) for part in made["invoices"]] == [(roomy["invoice_id"], "250.00")]


def test_an_older_create_whose_lines_are_ignored_ends_at_a_person(tmp_path: Path) -> None:
    """Where a tenant takes another split than the one that was sent, the desk says so and stamps nothing."""
    with simulator("--scenario", "demo") as world:
        switch = {"crud_lines_under_settlement": "ignored"}
        world.post("/edit", {"system": "zuora", "record": "tenant", "set": switch})
        program = Program(tmp_path, world)
        program.profile(zuora=world.said["profile"]["zuora"] | {"unapply_route": "crud"})
        refund_id = manual(program)
        said = program.run("allocate", refund_id, "--strategy", "pro-rata", "--yes", "--json")
        assert said.code == 1
        row = said.json["results"][0]
        assert row["result"] == "in_doubt"
        assert row["reason"].startswith("allocation differs")
        refund = next(one for one in world.read()["netsuite"]["refunds"] if one["id"] == refund_id)
        assert refund["zuora_id"] == ""


@pytest.mark.parametrize(
    ("over", "code", "words"),
    [
        (["INV-0=250.00"], 3, "is not one that the payment was applied to"),
        (["{0}=250.00", "{0}=0.00"], 3, "stands twice"),
        (["{0}=250.01", "{1}=-0.01"], 3, "is not more than zero"),
        (["{0}=200.005", "{1}=49.995"], 3, "more decimals than USD has"),
        (["{2}=250.00"], 3, "is more than the 200.00 USD that is left of it"),
        (["{0}=250,00"], 2, "is not INVOICE=AMOUNT"),
        (["{0}=NaN"], 2, "is not INVOICE=AMOUNT"),
        (["{0}=2.5E2"], 2, "is not INVOICE=AMOUNT"),
    ],
)
def test_a_wrong_split_is_refused_and_nothing_is_sent(quiet: Program, over: list[str], code: int, words: str) -> None:
    """The reason is said, and neither system has heard anything."""
    content = quiet.world.read()
    (payment,) = [
        one for one in content["zuora"]["payments"] if one["amount"] == "1000.00" and len(one["invoices"]) == 3
    ]
    numbers = [one["id"] for one in sorted(payment["invoices"], key=lambda one: -Decimal(one["applied"]))]
    refund_id = next(
        one["id"] for one in content["netsuite"]["refunds"] if one["memo"] == "A quarter of three invoices"
    )
    said = quiet.run("allocate", refund_id, "--over", *(part.format(*numbers) for part in over), "--yes", "--json")
    assert said.code == code
    assert words in said.out + said.err
    now = quiet.world.read()
    for system, records in (("zuora", "payments"), ("zuora", "refunds"), ("netsuite", "refunds")):
        assert now[system][records] == content[system][records]


def test_the_journal_tells_split_approval_and_forecast(demo: Program) -> None:
    """An auditor reads who split what, by which strategy and why, and what was to become of each invoice."""
    refund_id = manual(demo)
    content = demo.world.read()
    refund = next(one for one in content["netsuite"]["refunds"] if one["id"] == refund_id)
    first, second = [one["number"] for one in offered(demo, refund_id)["invoices"]][:2]
    texts = {"item_lines": 2, "item_texts": [f"Half of {first}", f"{second}: half"]}
    memo = {"system": "netsuite", "record": "credit_memos", "id": refund["applied_to"][0]["id"], "set": texts}
    demo.world.post("/edit", memo)
    assert offered(demo, refund_id)["default"] == "memo-lines"
    said = demo.run("allocate", refund_id, "--strategy", "memo-lines", "--yes", "--json")
    assert said.code == 0, said.out + said.err
    assert [part["amount"]["amount"] for part in said.json["parts"]] == ["125.00", "125.00"]
    lines = demo.run("history", refund_id, "--json").json["history"]
    (split,) = [one for one in lines if "why" in one["detail"] and "lines" in one["detail"]]
    (approval,) = [one for one in lines if "forecast" in one["detail"]]
    assert "memo-lines" in split["title"]
    assert first in split["detail"]["why"]
    assert approval["detail"]["plan_hash"] == said.json["plan_hash"]
    assert "balance_after" in approval["detail"]["forecast"]
    assert approval["who"]
