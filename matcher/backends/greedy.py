"""An honest baseline: what a careful person does by hand, to show what the optimum is worth."""

import numpy as np
import numpy.typing as npt

from matcher.backends.base import Backend
from matcher.forests import at_leaves, sums_above
from matcher.kernels.greedy import serve_in_order
from matcher.plan import Solution
from matcher.problem import Problem
from matcher.status import Status


def solve_greedily(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
    """
    Needs by falling unmet cost, in the given order within one cost, each from the cheapest with room below all limits.

    Its prices are those of a world without scarcity: a need's price is its cheapest way to be met, a group's that of
    its first unit short, those of resources and limits are 0. They prove a bound, rarely optimality. What groups lack
    together does not weigh with it. Seed, threads and deadline are not used.
    """
    del seed, threads, deadline_s
    order = np.argsort(-problem.unmet_cost, kind="stable")
    room, above = problem.capacity.copy(), np.full(problem.n_resources, -1, np.int32)
    if problem.limits is not None:
        room = np.concatenate([room, problem.limits.capacity])
        above = np.concatenate([problem.limits.of_resource, problem.limits.above])
        above[above >= 0] += problem.n_resources
    group_price = first_units(problem)
    quantity = np.zeros(problem.n_pairs, np.int64)
    unmet = np.zeros(problem.n_needs, np.int64)
    serve_in_order(
        order,
        problem.row_start,
        problem.pair_resource,
        problem.pair_cost,
        problem.unmet_cost,
        problem.demand,
        room,
        above,
        quantity,
        unmet,
    )
    pair = np.flatnonzero(quantity)
    return Solution(
        status=Status.FEASIBLE,
        pair=pair,
        quantity=quantity[pair],
        unmet=unmet,
        resource_price=np.zeros(problem.n_resources, np.int64),
        need_price=cheapest_way(problem, group_price),
        limit_price=np.zeros(problem.n_limits, np.int64),
        group_price=group_price,
    )


def first_units(problem: Problem) -> npt.NDArray[np.int64]:
    """What the first unit short costs each group, shape ``(n_groups,)``."""
    if problem.shortfall is None:
        return np.zeros(0, np.int64)
    return problem.shortfall.cost[problem.shortfall.segment_start[:-1]]


def cheapest_way(problem: Problem, group_price: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Cheapest of each need's pairs and of leaving it unmet at the groups' prices, shape ``(n_needs,)``."""
    price = problem.unmet_cost.copy()
    if problem.shortfall is not None:
        price += at_leaves(problem.shortfall.of_need, sums_above(problem.shortfall.above, group_price))
    filled = np.flatnonzero(np.diff(problem.row_start))
    if len(filled):
        # Only rows with pairs have a start of their own, as reduceat wants.
        cheapest = np.minimum.reduceat(problem.pair_cost, problem.row_start[filled])
        price[filled] = np.minimum(price[filled], cheapest)
    return price


GREEDY = Backend(
    name="greedy", run=solve_greedily, exact=False, interruptible=False, takes_limits=True, takes_shortfall=True
)
