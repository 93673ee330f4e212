"""Plans of whole needs keep the rules, and every stated bound holds against all plans there are."""

from hypothesis import given

from matcher.backends.whole_needs.solver import solve_whole_needs
from matcher.problem import Problem
from matcher.proofs.certify_whole_needs import certify_whole_needs
from matcher.side_rules import SideRules
from matcher.whole_needs import WholeNeedsAnswer
from tests.instances.whole_small import least_costs, whole_instances
from tests.property.settings import FIXED

Instance = tuple[Problem, SideRules]


def solved(instance: Instance) -> WholeNeedsAnswer:
    problem, rules = instance
    answer = solve_whole_needs(problem, rules, seed=0, threads=1, deadline_s=None)
    assert answer is not None
    return answer


@FIXED
@given(whole_instances())
def test_the_check_confirms_each_plan_and_its_proof(instance: Instance) -> None:
    assert certify_whole_needs(*instance, solved(instance)).violations == ()


@FIXED
@given(whole_instances())
def test_a_plan_is_one_of_all_plans_and_costs_what_it_says(instance: Instance) -> None:
    answer = solved(instance)
    assert answer.cost >= least_costs(*instance)[answer.class_unmet]


@FIXED
@given(whole_instances())
def test_no_plan_leaves_fewer_units_of_a_class_than_the_bound(instance: Instance) -> None:
    answer = solved(instance)
    plans = least_costs(*instance)
    for c, bound in enumerate(answer.class_bound):
        before = answer.class_unmet[:c]
        assert bound <= min(unmet[c] for unmet in plans if unmet[:c] == before)
    if answer.class_unmet == answer.class_bound:
        assert answer.class_unmet == min(plans)


@FIXED
@given(whole_instances())
def test_no_plan_with_the_same_units_by_class_costs_less_than_the_bound(instance: Instance) -> None:
    answer = solved(instance)
    assert answer.cost_bound <= least_costs(*instance)[answer.class_unmet] <= answer.cost
