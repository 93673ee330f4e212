"""`solve` with side rules gives a plan like any other, with its stages."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.backends.whole_needs.solver import solve_whole_needs
from matcher.errors import MatcherError
from matcher.side_rules import Churn, no_side_rules
from matcher.solve import solve
from matcher.status import Status
from tests.instances.small import problem
from tests.instances.whole_city import whole_city

TWO_NEEDS = problem([[(0, 3), (1, 1)], [(0, 2)]], demand=[4, 2], capacity=[5, 2], unmet_cost=[50, 50])


def test_rules_that_ask_nothing_are_left_to_the_exact_core() -> None:
    assert solve(TWO_NEEDS, no_side_rules(TWO_NEEDS)).backend == "network_simplex"


def test_a_single_need_is_served_by_one_provider_and_the_stages_say_what_that_is_worth() -> None:
    rules = replace(no_side_rules(TWO_NEEDS), single=np.array([True, False]))
    plan = solve(TWO_NEEDS, rules)
    assert plan.status is Status.OPTIMAL
    assert plan.pair.tolist() == [0, 2]
    assert plan.quantity.tolist() == [3, 2]
    assert [(stage.code, stage.value, stage.bound) for stage in plan.stages] == [("class.0", 1, 1), ("cost", 63, 63)]
    assert plan.objective == plan.bound == 63
    assert plan.certificate.proven


def test_a_plan_of_the_core_that_keeps_every_side_rule_is_proven_by_prices() -> None:
    rules = replace(no_side_rules(TWO_NEEDS), whole=np.array([False, True]))
    plan = solve(TWO_NEEDS, rules)
    assert plan.status is Status.OPTIMAL
    assert plan.backend == "network_simplex"
    assert {stage.proven_by for stage in plan.stages} == {"prices"}


def test_many_whole_needs_are_packed_and_each_stage_has_a_bound() -> None:
    # What a first run compiles, which may take longer than any deadline, is compiled here.
    solve_whole_needs(*whole_city(60, 1), seed=0, threads=1, deadline_s=None)
    made, rules = whole_city(300, 1)
    plan = solve(made, rules, deadline_s=5)
    assert plan.backend == "whole_needs"
    assert [stage.proven_by for stage in plan.stages] == ["cut", "cut", "cut", "knapsacks"]
    assert all(stage.value >= stage.bound > 0 for stage in plan.stages[2:])


def test_pairings_that_cannot_be_kept_make_the_problem_infeasible() -> None:
    kept = Churn(pair=np.array([0, -1]), quantity=np.array([1, 1]), most=0)
    plan = solve(TWO_NEEDS, replace(no_side_rules(TWO_NEEDS), churn=kept))
    assert plan.status is Status.INFEASIBLE
    assert plan.unmet.tolist() == [4, 2]
    assert plan.stages == ()


def test_a_backend_that_takes_no_side_rules_says_which_one_does() -> None:
    rules = replace(no_side_rules(TWO_NEEDS), whole=np.array([True, False]))
    with pytest.raises(MatcherError, match=r"takes no side rules\. Maybe name none: .staged. does"):
        solve(TWO_NEEDS, rules, backend="greedy")
