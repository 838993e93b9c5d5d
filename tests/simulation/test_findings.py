"""What the simulation found in the core, as the smallest story of each."""

from dataclasses import replace
from typing import Any

from nsz_desk.engine.ports import MEMO
from tests.builders import usd
from tests.engine.worlds import World
from tests.simulation.faults import Fault
from tests.simulation.play import play
from tests.simulation.trees import BASE


def test_an_amount_that_was_edited_after_the_create_is_told() -> None:
    """NetSuite says 99.00 when both records are read back: drift, never a quiet `complete`."""
    world = World()

    watch = world.netsuite.on_write

    def edit_late(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if args[0] == MEMO:
            world.edit(amount=usd("99.00"))

    world.netsuite.on_write = edit_late
    result = world.one()
    assert result.result.value == "in_doubt"
    assert "99.00" in result.reason


def test_a_void_after_the_create_is_told() -> None:
    """A refund that is void in NetSuite and live in Zuora is a person's matter."""
    world = World()
    watch = world.netsuite.on_write

    def void_late(verb: str, args: tuple[Any, ...]) -> None:
        watch(verb, args)
        if args[0] == MEMO:
            world.edit(voided=True)

    world.netsuite.on_write = void_late
    assert "voided" in world.one().reason


def test_a_refund_deleted_while_its_claim_is_read_back_comes_to_an_end() -> None:
    """It was tried again for ever; now the judgement tells a person that the record is gone."""
    faults = (Fault("netsuite.read_fields", 1, "delete_refund"),)
    played = play(replace(BASE, faults=faults))
    assert played.violations == []
    assert [end for end, _ in played.world.watch.ends["901"]] == ["review"]
