"""The cheapest ways through the residual network are what optima differ by, with limits and fairness too."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matcher.advice.residual import NO_WAY, Residual
from matcher.advice.what_if import forced, most_units, part_around
from matcher.errors import MatcherError
from matcher.problem import Problem
from matcher.solve import solve
from matcher.status import Status
from tests.instances.complete import KINDS, complete_problems
from tests.instances.complete_peers import complete_network, given_beforehand
from tests.instances.peers import by_ortools
from tests.instances.small import problems
from tests.property.proof import show
from tests.property.settings import FIXED

ANY = settings(FIXED, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])


def check(problem: Problem) -> None:
    plan = solve(problem)
    residual = Residual(problem, plan)
    saved = residual.from_node(residual.root).length
    for n in range(problem.n_needs):
        ways = residual.to_node(n)
        if int(problem.demand[n]):
            demand = problem.demand.copy()
            demand[n] -= 1
            optimum = by_ortools(complete_network(replace(problem, demand=demand)))
            assert -int(saved[n]) == plan.objective - optimum
        for pair in range(int(problem.row_start[n]), int(problem.row_start[n + 1])):
            way = int(ways.length[residual.first_resource + int(problem.pair_resource[pair])])
            most = most_units(problem, pair)
            assert (way < NO_WAY) == (most > 0)
            if not most:
                continue
            one = by_ortools(complete_network(given_beforehand(problem, pair, 1))) - plan.objective
            assert way == one, "what is paid on the pair itself is in neither"
            part = part_around(problem, n)
            inside = int(np.searchsorted(part.pairs, pair))
            whole = solve(forced(part.problem, inside, most)).objective - solve(part.problem).objective
            show("core, limits and fairness", losses=2)
            assert whole == by_ortools(complete_network(given_beforehand(problem, pair, most))) - plan.objective


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_forced_or_given_from_outside_is_worth_what_two_optima_differ_by(kind: str) -> None:
    @ANY
    @given(complete_problems(KINDS[kind]))
    def tried(problem: Problem) -> None:
        check(problem)

    tried()


@ANY
@given(problems())
def test_the_same_holds_without_limits_and_groups(problem: Problem) -> None:
    check(problem)


def test_a_plan_that_is_not_proven_optimal_has_no_exact_losses() -> None:
    problem = Problem(
        demand=np.array([2, 2]),
        unmet_cost=np.array([50, 90]),
        capacity=np.array([2]),
        row_start=np.array([0, 1, 2]),
        pair_resource=np.array([0, 0]),
        pair_cost=np.array([1, 60]),
    )
    stopped = replace(solve(problem), status=Status.FEASIBLE)
    with pytest.raises(MatcherError, match="only an optimal one"):
        Residual(problem, stopped)
