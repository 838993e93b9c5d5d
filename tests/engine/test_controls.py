"""Caps per currency, production's typed total, and a desk that only reads until sending is enabled."""

from decimal import Decimal

import pytest

from nsz_desk.domain.errors import Barred
from nsz_desk.domain.money import Money
from nsz_desk.engine.controls import is_typed, over_caps, total_to_type
from nsz_desk.engine.results import Result
from tests.engine.worlds import World
from tests.fakes import ReportNever

TOTALS = (Money(Decimal("1234.50"), "EUR"), Money(Decimal("99000"), "JPY"), Money(Decimal("1234.5"), "USD"))


def test_a_sum_above_its_cap_is_named_with_both() -> None:
    """Equal to the cap is allowed; a currency without a cap has none."""
    caps = {"EUR": Decimal("1234.49"), "USD": Decimal("1234.50")}
    assert over_caps(TOTALS, caps) == "1,234.50 EUR is above the cap of 1,234.49 EUR."
    assert over_caps(TOTALS, {}) == ""


def test_the_total_to_type_is_the_largest_number() -> None:
    """One total is asked for, whatever the currencies are worth."""
    assert total_to_type(TOTALS) == TOTALS[1]
    assert total_to_type(()) is None


@pytest.mark.parametrize("text", ["1234.50", "1,234.50", " 1,234.50 usd ", "1234.50 USD"])
def test_a_total_may_be_typed_as_people_write_it(text: str) -> None:
    """With or without grouping and currency."""
    assert is_typed(text, TOTALS[2])


@pytest.mark.parametrize("text", ["", "1234", "1234.5", "1234.51", "1.234,50", "1234.50 EUR", "yes", "1234.50 USD USD"])
def test_another_total_is_not_it(text: str) -> None:
    """Not nearly, not in another currency, not in a form that could mean something else."""
    assert not is_typed(text, TOTALS[2])


def test_a_run_above_its_cap_sends_nothing_and_a_smaller_one_does() -> None:
    """The refusal comes before the run's first line; the cap is of a run's sum, not of a refund."""
    world = World()
    world.add(2)
    desk = world.desk()
    both = world.plan(desk, "901", "902")
    desk.caps = {"USD": max(plan.amount.amount for plan in both.plans)}
    with pytest.raises(Barred, match="above the cap"):
        world.run(desk, both)
    assert world.creates() == []
    assert list(desk.ledger.lines()) == []
    assert world.run(desk, world.plan(desk, "901")).results[0].result is Result.COMPLETE


def test_production_reads_only_until_sending_is_enabled() -> None:
    """Nothing is sent, synced or recovered before; how it was enabled stands in the journal, once."""
    world = World()
    desk = world.desk()
    desk.sending = False
    plan = world.plan(desk, "901")
    with pytest.raises(Barred, match="only reads"):
        world.run(desk, plan)
    with pytest.raises(Barred):
        desk.recover(ReportNever(), world.told.append)
    assert world.creates() == []
    for _ in range(2):
        desk.enable_sending("typed total")
    assert world.run(desk, plan).results[0].result is Result.COMPLETE
    lines = [line.event for line in desk.ledger.lines() if line.event.kind == "sending_enabled"]
    assert [line.detail for line in lines] == [{"how": "typed total"}]
