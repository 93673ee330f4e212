"""Our own exact solver: primal network simplex; a plain problem part by part, the complete one as one tree."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.backends.base import Backend
from matcher.backends.forest_simplex import solve_with_forests
from matcher.backends.layout import Layout, Part, lay_out
from matcher.backends.stages import Ranges, Spilled, clock, dearest_first, improve
from matcher.kernels import collect, start
from matcher.kernels.tree import FARTHEST, NARROW_PRICE_LIMIT, PIVOTS, Int64, Tree, empty_tree
from matcher.plan import Solution
from matcher.problem import Problem
from matcher.status import Status


@dataclass(frozen=True, slots=True)
class _Found:
    """One part's tree when the work on it ended."""

    part: Part
    tree: Tree
    optimal: bool


def solve_by_network_simplex(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
    """
    The optimum with prices that prove it; with a deadline, the best tree so far and a bound.

    Parts share nothing, so the answer does not depend on the number of threads. With common limits or costs of groups
    there is one part and one thread.
    """
    expired = clock(deadline_s)
    if problem.n_limits or problem.n_groups:
        return solve_with_forests(problem, seed, expired)
    layout = lay_out(problem, seed)
    if expired():
        return _nothing(problem)

    def work(part: Part) -> _Found:
        return _solve_part(problem, layout, part, expired)

    if threads > 1 and len(layout.parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(work, layout.parts))
    else:
        found = [work(part) for part in layout.parts]
    return _collect(problem, found, layout.stranded)


def _collect(problem: Problem, found: list[_Found], stranded: Int64) -> Solution:
    """Put the parts together; the stranded needs, in none of them, stay unmet."""
    room = problem.n_needs + problem.n_resources
    pair, quantity = np.empty(room, np.int64), np.empty(room, np.int64)
    unmet = np.zeros(problem.n_needs, np.int64)
    unmet[stranded] = problem.demand[stranded]
    resource_price = np.zeros(problem.n_resources, np.int64)
    need_price = problem.unmet_cost.copy()
    used = 0
    for one in found:
        need, resource = one.part.need, one.part.resource
        used += collect.read_tree(
            need, problem.row_start, len(resource), one.tree, pair[used:], quantity[used:], unmet, need_price
        )
        # Before the optimum a price may be negative; at 0 it still proves a bound.
        resource_price[resource] = np.maximum(one.tree.price[: len(resource)], 0)
    ascending = np.argsort(pair[:used])
    optimal = all(one.optimal for one in found)
    if not optimal or not problem.capacity.all():
        _price_by_row(problem, resource_price, need_price)
    return Solution(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        pair=pair[ascending],
        quantity=quantity[ascending],
        unmet=unmet,
        resource_price=resource_price,
        need_price=need_price,
        pivots=int(sum(one.tree.counts[PIVOTS] for one in found)),
    )


def _nothing(problem: Problem) -> Solution:
    """No plan in time: everything unmet, bounded by what it would cost if nothing were scarce."""
    resource_price = np.zeros(problem.n_resources, np.int64)
    need_price = np.empty(problem.n_needs, np.int64)
    _price_by_row(problem, resource_price, need_price)
    return Solution(
        status=Status.NO_SOLUTION,
        pair=np.empty(0, np.int64),
        quantity=np.empty(0, np.int64),
        unmet=problem.demand.copy(),
        resource_price=resource_price,
        need_price=need_price,
    )


def _price_by_row(problem: Problem, resource_price: Int64, need_price: Int64) -> None:
    collect.price_by_row(
        problem.row_start,
        problem.pair_resource,
        problem.pair_cost,
        problem.unmet_cost,
        problem.capacity,
        resource_price,
        need_price,
    )


def _solve_part(problem: Problem, layout: Layout, part: Part, expired: Callable[[], bool]) -> _Found:
    """Narrow values first; the few parts whose prices or sums are too large for them get wide ones."""
    every = 0, len(part.resource)
    ranges = Ranges(tuple(part.tile_need.tolist()), tuple(pairwise(part.tile_resource.tolist())), every)
    if part.total_demand < NARROW_PRICE_LIMIT:
        try:
            tree = _plant(problem, part, layout.seed, wide=False)
            return _Found(part, tree, improve(tree, None, ranges, layout.dearest_pair, expired))
        except Spilled:
            pass
    tree = _plant(problem, part, layout.seed, wide=True)
    return _Found(part, tree, improve(tree, None, ranges, layout.dearest_pair, expired))


def _plant(problem: Problem, part: Part, seed: int, *, wide: bool) -> Tree:
    demand = problem.demand[part.need]
    tree = empty_tree(part.blocks, part.block_start, demand, len(part.resource) + 1, wide=wide)
    # One unit more than all demand is as good as unlimited, and keeps sums small.
    room = np.minimum(part.capacity, part.total_demand + 1).astype(tree.demand.dtype)
    start.plant(dearest_first(problem.unmet_cost[part.need], demand, seed), room, tree)
    if not wide and tree.counts[FARTHEST] > NARROW_PRICE_LIMIT:
        raise Spilled
    return tree


NETWORK_SIMPLEX = Backend(
    name="network_simplex",
    run=solve_by_network_simplex,
    exact=True,
    interruptible=True,
    takes_limits=True,
    takes_shortfall=True,
)
