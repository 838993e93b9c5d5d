"""The trees: every letter at every effect of a scenario. The command plays them whole; here a share of each."""

import pytest

from tests.simulation.trees import SCENARIOS, Plan, plans, run_tree, spots

SHARE, LONG, DEEP = 4, 16, 24  # so many-th schedules at depth 1, of the long scenarios, and of the deep trees


def share(name: str) -> int:
    """How thin a tree is cut here."""
    if "depth 1" not in name:
        return DEEP
    return LONG if name.startswith(("resync", "allocated", "link")) else SHARE


@pytest.mark.parametrize("plan", plans(nightly=False), ids=lambda plan: plan[0])
def test_no_fault_anywhere_breaks_an_invariant(plan: Plan) -> None:
    """I1 to I8, L1, L3 and, for a single fault, L2: what can be found out is found out without a person."""
    done = run_tree(plan, share(plan[0]))
    assert done.runs > 30
    assert done.failed == []


def test_a_scenario_is_what_its_name_says() -> None:
    """Each has a create, or must not have one: its key is about to expire, or it links; a resync has a cancel."""
    for name, schedule in SCENARIOS.items():
        verbs = {spot.verb for spot in spots(schedule)}
        assert ("zuora.create_refund" in verbs) == ("23.98" not in name and name != "link"), name
        assert ("zuora.cancel_refund" in verbs) == ("resync" in name or "split otherwise" in name), name
