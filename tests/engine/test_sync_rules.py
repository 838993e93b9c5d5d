"""A rule that fails before or after the approval, or a plan that has changed: nothing is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from nsz_desk.domain.facts import Unread
from nsz_desk.domain.money import Money
from nsz_desk.domain.records import Application, Kind
from nsz_desk.engine.results import Result
from tests.builders import a_part, a_period, row, usd
from tests.engine.worlds import World

HAPPY = "judged free claiming claimed armed made verified marked stamped both complete".split()


def closed(world: World) -> None:
    """March is closed in Zuora."""
    world.zuora.all_periods = (a_period("Zuora", is_open=False),)


def on_payment(**changes: object) -> Callable[[World], None]:
    """The payment is another one."""

    def change(world: World) -> None:
        world.zuora.known_payments["p-1"] = replace(world.zuora.known_payments["p-1"], **changes)  # type: ignore[arg-type]

    return change


def other_refund(world: World) -> None:
    """160.00 of the 250.00 went another way."""
    world.foreign(amount=usd("160.00"), integration_id="")


def half_a_cent(world: World) -> None:
    """An amount that dollars do not have."""
    world.edit(amount=usd("100.005"), applied=(row(amount=usd("100.005")),))
    world.edit_memo(amount=usd("100.005"))


def eur(amount: str) -> Money:
    """Euros."""
    return Money(Decimal(amount), "EUR")


BLOCKS: dict[str, Callable[[World], None]] = {
    "1.a": lambda world: world.netsuite.customers.update(
        {"501": replace(world.netsuite.customers["501"], zuora_id="")}
    ),
    "1.c": lambda world: world.edit(applied=(row(amount=usd("90.00")),)),
    "1.d": lambda world: world.edit_memo(create_zuora_refund=False),
    "2.a": lambda world: world.edit(applied=(row(amount=usd("60.00")), Application("77", Kind.INVOICE, usd("40.00")))),
    "2.b": on_payment(status="Canceled"),
    "2.c": on_payment(amount=usd("99.00"), parts=(a_part(1, "99.00"),)),
    "P.1": lambda world: world.edit_memo(created_from="inv-7"),
    "P.2": lambda world: world.edit_memo(applied=(row("77", Kind.INVOICE, usd("1.00")),)),
    "P.4": lambda world: world.edit_memo(amount=usd("120.00")),
    "M.1": on_payment(parts=(a_part(1, "150.00"), a_part(2, "100.00"))),
    "D.2": other_refund,
    "D.3": on_payment(amount=eur("250"), refunded=eur("0"), unapplied=eur("0"), parts=()),
    "D.4": half_a_cent,
    "D.5": on_payment(date=date(2026, 3, 16)),
    "D.6": lambda world: world.edit(method="Barter"),
    "D.8": lambda world: world.edit(voided=True),
    "D.9": lambda world: world.edit_memo(refunds=("901", "955")),
    "D.10": lambda world: world.edit_memo(reference_zuora_id="p-9"),
    "D.11": closed,
    "D.13": lambda world: world.edit(date=date(2025, 12, 31)),
}


@pytest.mark.parametrize("rule", BLOCKS)
def test_a_failing_rule_makes_no_plan(rule: str) -> None:
    """The row is refused with the rule's number, and nothing is written anywhere."""
    world = World()
    BLOCKS[rule](world)
    result = world.one()
    assert result.result is Result.REFUSED
    expected = {"D.3": "2.c", "M.1": "M.1"}.get(rule, rule)
    assert expected in result.reason or rule in result.reason, result.reason
    assert world.oracle.writes == 0
    assert world.creates() == []


@pytest.mark.parametrize("rule", BLOCKS)
def test_a_rule_that_fails_after_the_approval_blocks_before_the_first_write(rule: str) -> None:
    """Judged when listed, and again right before: the plan of a minute ago is not enough."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    BLOCKS[rule](world)
    if rule == "D.11":
        desk = world.desk()
        world.plan(desk, "901")
    result = world.run(desk, plan).results[0]
    assert result.result in (Result.REFUSED, Result.SKIPPED), result
    assert world.oracle.writes == 0


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"memo": "Other words"}, "body"),
        ({"date": date(2026, 3, 16)}, "stamps"),
        ({"method": "Cash"}, "body"),
    ],
)
def test_a_changed_plan_is_refused_and_says_what_changed(what: dict[str, object], said: str) -> None:
    """NetSuite was edited between the approval and the run: exit 3, nothing sent."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.edit(**what)
    result = world.run(desk, plan).results[0]
    assert result.result is Result.REFUSED
    assert result.reason.startswith("plan changed: ")
    assert said in result.reason
    assert world.oracle.writes == 0


def test_a_payment_moved_to_another_account_is_a_changed_plan() -> None:
    """It would run in the wrong lane."""
    world = World()
    world.add(2)
    desk = world.desk()
    plan = world.plan(desk, "901")
    on_payment(account_id="acc-2")(world)
    world.zuora.known_accounts["acc-2"] = replace(world.zuora.known_accounts["acc-2"], parent_id="acc-1")
    result = world.run(desk, plan).results[0]
    assert (result.result, world.oracle.writes) == (Result.REFUSED, 0)
    assert "another account" in result.reason


def test_a_fact_that_cannot_be_read_blocks_nothing_and_sends_nothing() -> None:
    """UNKNOWN is never green: the run tries again, then ends stopped."""
    world = World()
    desk = world.desk()
    plan = world.plan(desk, "901")
    world.edit(voided=Unread("void", "not allowed"))
    result = world.run(desk, plan).results[0]
    assert (result.result, world.states()) == (Result.SKIPPED, ["ready"] * 5)
    assert "D.8" in result.reason
    assert world.oracle.writes == 0


def test_a_third_refund_that_does_not_fit_is_refused_with_its_siblings() -> None:
    """Three of 100.00 on a payment of 250.00: all three say so before anything is sent."""
    world = World()
    for n in (2, 3):
        world.add(n, payment="p-1")
    done = world.sync(None, "901", "902", "903")
    assert [one.result for one in done.results] == [Result.REFUSED] * 3
    assert all("D.2" in one.reason for one in done.results)
    assert world.creates() == []
