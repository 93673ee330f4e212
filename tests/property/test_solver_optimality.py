"""The solver's objective equals that of independent codes, on every kind of problem."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.problem import Problem
from matcher.solve import solve
from matcher.status import Status
from tests.instances.city import VARIANTS
from tests.instances.peers import PEERS, solve_by_assignment, solve_by_component, solve_whole
from tests.instances.small import chain, problems, seeded
from tests.property.proof import show
from tests.property.settings import INSTANCES


def assert_optimal(problem: Problem, *, seed: int = 0) -> int:
    plan = solve(problem, seed=seed)
    assert plan.status is Status.OPTIMAL
    assert plan.certificate.proven
    assert {name: solve_whole(problem, peer) for name, peer in PEERS.items()} == dict.fromkeys(PEERS, plan.objective)
    show("core, plain", instances=1, plans=1, optimal=1, bounds=1)
    return plan.objective


@pytest.mark.parametrize("block", range(8))
def test_seeded_instances_have_the_objective_of_both_codes(block: int) -> None:
    for seed in range(block, INSTANCES, 8):
        problem = seeded(seed)
        assert assert_optimal(problem, seed=seed) == solve_by_component(problem, PEERS["pylmcf"])


@settings(max_examples=INSTANCES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(problems(), st.integers(0, 3))
def test_any_small_problem_has_the_objective_of_both_codes(problem: Problem, seed: int) -> None:
    assert_optimal(problem, seed=seed)


@settings(max_examples=INSTANCES, derandomize=True, deadline=None)
@given(problems(largest_quantity=3))
def test_any_small_problem_has_the_objective_of_an_assignment_of_units(problem: Problem) -> None:
    if problem.demand.sum():
        assert solve(problem).objective == solve_by_assignment(problem)


@settings(max_examples=INSTANCES, derandomize=True, deadline=None)
@given(problems(largest_quantity=2**31), st.integers(0, 3))
def test_quantities_beyond_32_bits_have_the_objective_of_both_codes(problem: Problem, seed: int) -> None:
    assert_optimal(problem, seed=seed)


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_row_of_the_sensitivity_table_has_the_objective_of_both_codes(variant: str) -> None:
    assert_optimal(VARIANTS[variant](1000))


@pytest.mark.parametrize(
    ("length", "step", "unmet_cost"),
    [(5, 3, 100), (300, 10**6, 10**8), (3000, 10**6, 2**30 - 1), (2000, 2**29, 2**30 - 1), (2000, 0, 1)],
)
@pytest.mark.parametrize("capacity", [1, 3])
def test_long_chains_have_the_objective_of_both_codes(length: int, step: int, unmet_cost: int, capacity: int) -> None:
    assert_optimal(chain(length, step=step, unmet_cost=unmet_cost, capacity=capacity))


@settings(max_examples=INSTANCES, derandomize=True, deadline=None)
@given(problems())
def test_prices_say_what_one_unit_more_is_worth_at_most(problem: Problem) -> None:
    plan = solve(problem)
    if not problem.n_resources:
        return
    capacity = problem.capacity.copy()
    capacity[0] += 1
    with_more = solve(
        Problem(
            demand=problem.demand,
            unmet_cost=problem.unmet_cost,
            capacity=capacity,
            row_start=problem.row_start,
            pair_resource=problem.pair_resource,
            pair_cost=problem.pair_cost,
        )
    )
    assert 0 <= plan.objective - with_more.objective <= plan.resource_price[0]
    assert np.all(plan.need_price <= problem.unmet_cost)
