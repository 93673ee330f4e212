"""An honest baseline: what a careful person does by hand, to show what the optimum is worth."""

import numpy as np

from matcher.backends.base import Backend
from matcher.kernels.greedy import serve_in_order
from matcher.plan import Solution
from matcher.problem import Problem
from matcher.status import Status


def solve_greedily(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
    """
    Needs by falling unmet cost, in the given order within one cost, each from the cheapest with room.

    Its prices are those of a world without scarcity: a need's price is its cheapest way to be met, a
    resource's is 0. They prove a bound, rarely optimality. Seed, threads and deadline are not used.
    """
    del seed, threads, deadline_s
    order = np.argsort(-problem.unmet_cost, kind="stable")
    quantity = np.zeros(problem.n_pairs, np.int64)
    unmet = np.zeros(problem.n_needs, np.int64)
    serve_in_order(
        order,
        problem.row_start,
        problem.pair_resource,
        problem.pair_cost,
        problem.unmet_cost,
        problem.demand,
        problem.capacity.copy(),
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
        need_price=cheapest_way(problem),
    )


def cheapest_way(problem: Problem) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Cheapest of each need's pairs and of leaving it unmet, shape ``(n_needs,)``."""
    price = problem.unmet_cost.copy()
    filled = np.flatnonzero(np.diff(problem.row_start))
    if len(filled):
        # Only rows with pairs have a start of their own, as reduceat wants.
        cheapest = np.minimum.reduceat(problem.pair_cost, problem.row_start[filled])
        price[filled] = np.minimum(price[filled], cheapest)
    return price


GREEDY = Backend(name="greedy", run=solve_greedily, exact=False, interruptible=False)
