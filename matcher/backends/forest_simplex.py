"""The complete core by network simplex: one tree over pairs, common limits and groups of needs."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from matcher.backends.forest_layout import ForestLayout, lay_out_forests, shut_resources
from matcher.backends.stages import Ranges, Spilled, dearest_first, improve
from matcher.forests import at_leaves, sums_above
from matcher.kernels import collect
from matcher.kernels.forest_start import plant_forest, price_tree
from matcher.kernels.tree import FARTHEST, NARROW_PRICE_LIMIT, PIVOTS, Chains, Int64, Tree, empty_tree
from matcher.plan import Solution
from matcher.problem import Problem
from matcher.status import Status


def solve_with_forests(problem: Problem, seed: int, expired: Callable[[], bool]) -> Solution:
    """The optimum with prices that prove it; with a deadline, the best tree so far and a bound."""
    layout = lay_out_forests(problem, seed)
    if expired() or not len(layout.need):
        return _nothing(problem, optimal=not len(layout.need))
    tree, optimal = _solve(problem, layout, seed, expired)
    return _read(problem, layout, tree, optimal=optimal)


STEEPER = 3
"""The groups' costs come in by factors of this, from 0 to what they are. With 2 or 5 it takes as long."""


def _solve(problem: Problem, layout: ForestLayout, seed: int, expired: Callable[[], bool]) -> tuple[Tree, bool]:
    """
    Narrow values first; prices or sums too large for them get wide ones.

    Costs of groups come in gently: first none, then as many as a third of the dearest pair, then steeper. Where all is
    tied together by fairness pivots are dear, and so they are few: 1.4 times faster than at once if fairness is
    weighed, 2 times if it is strict (10,000 needs).
    """
    every = 0, len(layout.above)
    cuts = tuple(layout.tile_need.tolist())
    ranges = Ranges(cuts, tuple(every for _ in pairwise(cuts)), every)
    if int(problem.demand.sum()) + 1 < NARROW_PRICE_LIMIT:
        try:
            return _grow(problem, layout, ranges, seed, expired, wide=False)
        except Spilled:
            pass
    return _grow(problem, layout, ranges, seed, expired, wide=True)


def _grow(
    problem: Problem,
    layout: ForestLayout,
    ranges: Ranges,
    seed: int,
    expired: Callable[[], bool],
    *,
    wide: bool,
) -> tuple[Tree, bool]:
    """A tree from the first basis to the last; and whether that is optimal."""
    tree, chains = _plant(problem, layout, seed, wide=wide)
    dearest_pair = int(problem.pair_cost.max(initial=0))
    optimal = False
    for slope in _slopes(layout.slope, dearest_pair):
        last = slope is layout.slope
        now = chains._replace(slope=slope)
        price_tree(tree, now)
        if not wide and tree.counts[FARTHEST] > NARROW_PRICE_LIMIT:
            raise Spilled
        reached = improve(tree, now, ranges, dearest_pair, expired, loosely=not last)
        optimal = last and reached
        if not reached:
            break
    return tree, optimal


def _slopes(slope: Int64, dearest_pair: int) -> list[Int64]:
    """The groups' costs from none to all, steeper and steeper."""
    steepest = int(slope.max(initial=0))
    growing = [slope]
    divisor = 1
    while steepest // divisor > max(dearest_pair // STEEPER, 1):
        divisor *= STEEPER
        growing.append(slope // divisor)
    if steepest:
        growing.append(np.zeros_like(slope))
    return growing[::-1]


def _plant(problem: Problem, layout: ForestLayout, seed: int, *, wide: bool) -> tuple[Tree, Chains]:
    demand = problem.demand[layout.need]
    tree = empty_tree(layout.blocks, layout.block_start, demand, len(layout.above), wide=wide)
    chains = layout.chains()
    # One unit more than all demand is as good as unlimited, and keeps sums small.
    room = np.minimum(layout.capacity, int(problem.demand.sum()) + 1)
    plant_forest(dearest_first(problem.unmet_cost[layout.need], demand, seed), room, tree, chains)
    return tree, chains


def _read(problem: Problem, layout: ForestLayout, tree: Tree, *, optimal: bool) -> Solution:
    """From the tree to the caller's pairs, quantities and prices."""
    room = problem.n_needs + problem.n_resources
    pair, quantity = np.empty(room, np.int64), np.empty(room, np.int64)
    unmet = problem.demand.copy()
    unmet[layout.need] = 0
    need_price = problem.unmet_cost.copy()
    used = collect.read_tree(layout.need, problem.row_start, layout.root, tree, pair, quantity, unmet, need_price)
    ascending = np.argsort(pair[:used])
    price = tree.price[: len(layout.above)].astype(np.int64)
    own = price - price[layout.above]
    resource_price = np.zeros(problem.n_resources, np.int64)
    limit_price = np.zeros(problem.n_limits, np.int64)
    # Before the optimum a price may be negative; at 0 it still proves a bound.
    resource_price[layout.resource] = np.maximum(own[: len(layout.resource)], 0)
    limit_price[layout.limit] = np.maximum(own[len(layout.resource) : layout.root], 0)
    group_price = own[layout.root + 1 :][::-1].copy()
    if not optimal or shut_resources(problem).any() or len(layout.need) < problem.n_needs:
        need_price = _price_by_row(problem, resource_price, limit_price, group_price)
    return Solution(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        pair=pair[ascending],
        quantity=quantity[ascending],
        unmet=unmet,
        resource_price=resource_price,
        need_price=need_price,
        limit_price=limit_price,
        group_price=group_price,
        pivots=int(tree.counts[PIVOTS]),
    )


def _nothing(problem: Problem, *, optimal: bool) -> Solution:
    """Everything unmet, bounded by what it would cost if nothing were scarce and every group's first unit its last."""
    resource_price = np.zeros(problem.n_resources, np.int64)
    limit_price = np.zeros(problem.n_limits, np.int64)
    group_price = np.zeros(0, np.int64)
    if problem.shortfall is not None:
        group_price = problem.shortfall.cost[problem.shortfall.segment_start[:-1]]
    need_price = _price_by_row(problem, resource_price, limit_price, group_price)
    return Solution(
        status=Status.OPTIMAL if optimal else Status.NO_SOLUTION,
        pair=np.empty(0, np.int64),
        quantity=np.empty(0, np.int64),
        unmet=problem.demand.copy(),
        resource_price=resource_price,
        need_price=need_price,
        limit_price=limit_price,
        group_price=group_price,
    )


def _price_by_row(problem: Problem, resource_price: Int64, limit_price: Int64, group_price: Int64) -> Int64:
    """
    Price each need at its cheapest way; returns the prices.

    Where a resource is shut, what shuts it (itself, or the lowest limit of capacity 0 above it) is priced so high that
    no need goes that way; that costs the bound nothing. ``resource_price`` and ``limit_price`` are changed in place.
    """
    unmet = problem.unmet_cost
    if problem.shortfall is not None:
        unmet = unmet + at_leaves(problem.shortfall.of_need, sums_above(problem.shortfall.above, group_price))
    along = resource_price.copy()
    limits = problem.limits
    if limits is not None:
        along += at_leaves(limits.of_resource, sums_above(limits.above, limit_price))
    shut = shut_resources(problem)
    asked = along.copy()
    need_price = np.empty(problem.n_needs, np.int64)
    collect.price_by_row(
        problem.row_start, problem.pair_resource, problem.pair_cost, unmet, 1 - shut.astype(np.int64), asked, need_price
    )
    rise = asked - along
    own = shut & (problem.capacity == 0)
    resource_price[own] += rise[own]
    if limits is not None:
        by_limit = np.flatnonzero(shut & ~own)
        np.maximum.at(
            limit_price, _lowest_shut(limits.above, limits.capacity)[limits.of_resource[by_limit]], rise[by_limit]
        )
    return need_price


def _lowest_shut(above: np.ndarray, capacity: Int64) -> Int64:
    """Of each limit, itself if its capacity is 0, else the next above that is so, shape ``(n_limits,)``."""
    found = np.arange(len(above))
    open_ones = np.flatnonzero((capacity > 0) & (above >= 0))
    found[open_ones] = above[open_ones]
    while True:
        further = found[found]
        if np.array_equal(further, found):
            return found
        found = further
