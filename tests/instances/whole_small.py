"""Small instances of whole needs, awkward on purpose, and all their plans by enumeration."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matcher.problem import Problem
from matcher.side_rules import SideRules
from tests.instances.small import problem
from tests.instances.whole_city import all_whole

CLASSES = 3

LeastCosts = Mapping[tuple[int, ...], int]


@st.composite
def whole_instances(draw: st.DrawFn) -> tuple[Problem, SideRules]:
    """Few needs and resources; ties, common divisors, empty rows, zeros, a resource twice in a row, near penalties."""
    n, r = draw(st.integers(0, 7)), draw(st.integers(1, 4))
    unit = draw(st.sampled_from([1, 1, 2, 5]))
    largest = draw(st.sampled_from([1, 4, 9]))
    dearest = draw(st.sampled_from([0, 3, 1000]))
    rows = [
        [(k, draw(st.integers(0, dearest))) for k in draw(st.lists(st.integers(0, r - 1), max_size=4))]
        for _ in range(n)
    ]
    need_class = [draw(st.integers(0, CLASSES - 1)) for _ in range(n)]
    extra = draw(st.sampled_from([0, dearest, 5 * dearest]))
    step = draw(st.sampled_from([0, 20 * dearest]))
    made = problem(
        rows,
        demand=[unit * draw(st.integers(0, largest)) for _ in range(n)],
        capacity=[draw(st.integers(0, 3 * unit * largest)) for _ in range(r)],
        unmet_cost=[step * (CLASSES - c) + draw(st.integers(0, extra)) for c in need_class],
    )
    return made, all_whole(made, np.array(need_class, np.int64))


def seeded_whole(seed: int) -> tuple[Problem, SideRules]:
    """Seven needs and three resources with nearly all pairs, two thirds of what is asked to give."""
    rng = np.random.default_rng(seed)
    n, r = 7, 3
    demand = rng.integers(1, 9, n)
    need_class = rng.integers(0, CLASSES, n)
    made = problem(
        [[(k, int(rng.integers(0, 100))) for k in range(r) if rng.random() < 0.8] for _ in range(n)],
        demand=demand.tolist(),
        capacity=rng.multinomial(int(demand.sum()) * 2 // 3, np.full(r, 1 / r)).tolist(),
        unmet_cost=(1000 * (CLASSES - need_class)).tolist(),
    )
    return made, all_whole(made, need_class)


def least_costs(made: Problem, rules: SideRules) -> LeastCosts:
    """Least cost of all plans, for each vector of units unmet by class."""
    n_classes = int(rules.need_class.max(initial=-1)) + 1
    states = {(tuple(made.capacity.tolist()), (0,) * n_classes): 0}
    for n in range(made.n_needs):
        d, c = int(made.demand[n]), int(rules.need_class[n])
        reached: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        for (room, unmet), cost in states.items():
            lacking = (*unmet[:c], unmet[c] + d, *unmet[c + 1 :])
            _keep_least(reached, (room, lacking), cost + d * int(made.unmet_cost[n]))
            for e in range(int(made.row_start[n]), int(made.row_start[n + 1])):
                r = int(made.pair_resource[e])
                if room[r] >= d:
                    left = (*room[:r], room[r] - d, *room[r + 1 :])
                    _keep_least(reached, (left, unmet), cost + d * int(made.pair_cost[e]))
        states = reached
    least: dict[tuple[int, ...], int] = {}
    for (_, unmet), cost in states.items():
        _keep_least(least, unmet, cost)
    return least


def _keep_least(costs: dict[Any, int], key: tuple[Any, ...], cost: int) -> None:
    costs[key] = min(cost, costs.get(key, cost))
