"""The trees: every letter at every effect of a scenario. The command plays them whole; here a share of each."""

import pytest

from tests.simulation.trees import SCENARIOS, Plan, plans, run_tree, spots

SHARE = 4  # every fourth schedule at depth 1, fewer of the deep ones


@pytest.mark.parametrize("plan", plans(nightly=False), ids=lambda plan: plan[0])
def test_no_fault_anywhere_breaks_an_invariant(plan: Plan) -> None:
    """I1 to I8, L1, L3 and, for a single fault, L2: what can be found out is found out without a person."""
    done = run_tree(plan, SHARE if "depth 1" in plan[0] else 24)
    assert done.runs > 30
    assert done.failed == []


def test_a_scenario_is_what_its_name_says() -> None:
    """Each has a create, or is the one that must not have one: its refund is in doubt or its key is about to expire."""
    for name, schedule in SCENARIOS.items():
        verbs = {spot.verb for spot in spots(schedule)}
        assert ("zuora.create_refund" in verbs) == ("23.98" not in name), name
