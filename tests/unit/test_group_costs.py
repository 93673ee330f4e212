"""A group's convex cost, within the shortfall that it can have."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.problem import Problem, ShortfallCosts
from matcher.proofs.group_costs import GroupCosts, shortfall_of_groups
from tests.instances.small import problem


@pytest.fixture
def made() -> Problem:
    """Two needs of 3 and 2 below one group each, both below a third; segments reach beyond what can be short."""
    plain = problem([[], []], demand=[3, 2], capacity=[], unmet_cost=[1, 1])
    return replace(
        plain,
        shortfall=ShortfallCosts(
            of_need=np.array([0, 1]),
            above=np.array([2, 2, -1]),
            segment_start=np.array([0, 2, 4, 7]),
            from_units=np.array([0, 1, 0, 9, 0, 4, 5]),
            cost=np.array([1, 10, 2, 20, 0, 100, 1000]),
        ),
    )


def test_segments_end_where_the_demand_below_a_group_does(made: Problem) -> None:
    assert GroupCosts.of(made).width.tolist() == [1, 2, 2, 0, 4, 1, 0]


def test_a_cost_is_the_sum_of_its_units_each_at_the_price_of_its_segment(made: Problem) -> None:
    costs = GroupCosts.of(made)
    short = shortfall_of_groups(made, np.array([3, 2]))
    assert short.tolist() == [3, 2, 5]
    assert costs.total(short) == (1 + 10 + 10) + (2 + 2) + 100
    assert costs.total(np.zeros(3, np.int64)) == 0


@pytest.mark.parametrize("price", [-5, 0, 1, 2, 7, 10, 11, 150, 10**6])
def test_the_conjugate_is_the_best_of_every_shortfall(made: Problem, price: int) -> None:
    costs = GroupCosts.of(made)
    best = 0
    for group, most in enumerate([3, 2, 5]):
        others = np.zeros(3, np.int64)
        others[group] = 1
        best += max(price * units - costs.total(units * others) for units in range(most + 1))
    assert costs.conjugate(np.full(3, price)) == best


def test_a_problem_without_groups_costs_nothing() -> None:
    costs = GroupCosts.of(problem([[]], demand=[3], capacity=[], unmet_cost=[1]))
    assert costs.total(np.zeros(0, np.int64)) == costs.conjugate(np.zeros(0, np.int64)) == 0
