"""The named worlds a simulator can start with."""

from __future__ import annotations

from nsz_desk.simulator import scenario_demo, scenario_month_end
from nsz_desk.simulator.world import World

NAMES = ("demo", "month-end", "empty")


def build(scenario: str = "demo", *, refunds: int | None = None, seed: int = 1) -> World:
    """Build a world: the demo company, a month end of `refunds` (400) from `seed`, or nothing.

    Raises:
        ValueError: the scenario is unknown, or there are less than one refund.
    """
    world = World()
    if scenario == "demo":
        scenario_demo.fill(world)
    elif scenario == "month-end":
        if refunds is not None and refunds < 1:
            raise ValueError("a month end has at least one refund")
        scenario_month_end.fill(world, 400 if refunds is None else refunds, seed)
    elif scenario != "empty":
        raise ValueError(f"there is no scenario {scenario}; there are {', '.join(NAMES)}")
    return world
