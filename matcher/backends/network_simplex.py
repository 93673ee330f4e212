"""Our own exact solver: primal network simplex, part by part."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic

import numpy as np

from matcher.backends.base import Backend
from matcher.backends.layout import Layout, Part, lay_out
from matcher.kernels import collect, simplex, start
from matcher.kernels.tree import FARTHEST, NARROW_PRICE_LIMIT, PIVOTS, Int32, Int64, Tree, empty_tree
from matcher.plan import Solution
from matcher.problem import MAX_TOTAL, Problem
from matcher.status import Status

STAGES = ((10, 8), (33, 12), (200, 16))
"""(divisor, stop rate) of each stage. An arc enters only if it is better than the dearest pair cost divided by
the divisor: early pivots are then few and large. A stage ends when fewer than one need in ``stop rate`` still
pivots; a clean round would be wasted scans. Other choices near these are as good within 2 %."""

BUDGET = 1 << 17
"""Needs scanned between two looks at the deadline: some 10 ms."""

ONE_RUN = 1 << 40


class _OutOfTime(Exception):  # noqa: N818 a signal between two functions of this file, not an error
    """The deadline has passed."""


class _Spilled(Exception):  # noqa: N818 likewise
    """A price has left the 32-bit range."""


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Which needs and resources are swept, from where on, and how; see `matcher.kernels.simplex.sweep`."""

    at_need: int
    needs: tuple[int, int]
    resources: tuple[int, int]
    threshold: int
    stop_rate: int
    run: int


@dataclass(frozen=True, slots=True)
class _Found:
    """One part's tree when the work on it ended."""

    part: Part
    tree: Tree
    optimal: bool


def solve_by_network_simplex(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
    """
    The optimum with prices that prove it; with a deadline, the best tree so far and a bound.

    Parts share nothing, so the answer does not depend on the number of threads.
    """
    expired = _clock(deadline_s)
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
        used += collect.read_tree(need, problem.row_start, one.tree, pair[used:], quantity[used:], unmet, need_price)
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


def _clock(deadline_s: float | None) -> Callable[[], bool]:
    if deadline_s is None:
        return lambda: False
    end = monotonic() + deadline_s
    return lambda: monotonic() >= end


def _solve_part(problem: Problem, layout: Layout, part: Part, expired: Callable[[], bool]) -> _Found:
    """Narrow values first; the few parts whose prices or sums are too large for them get wide ones."""
    if part.total_demand < NARROW_PRICE_LIMIT:
        try:
            tree = _plant(problem, part, layout.seed, wide=False)
            return _Found(part, tree, _improve(tree, part, layout.dearest_pair, expired))
        except _Spilled:
            pass
    tree = _plant(problem, part, layout.seed, wide=True)
    return _Found(part, tree, _improve(tree, part, layout.dearest_pair, expired))


def _plant(problem: Problem, part: Part, seed: int, *, wide: bool) -> Tree:
    demand = problem.demand[part.need]
    tree = empty_tree(part.blocks, part.block_start, demand, len(part.resource), wide=wide)
    # One unit more than all demand is as good as unlimited, and keeps sums small.
    room = np.minimum(part.capacity, part.total_demand + 1).astype(tree.demand.dtype)
    start.plant(_dearest_first(problem.unmet_cost[part.need], demand, seed), room, tree)
    if not wide and tree.counts[FARTHEST] > NARROW_PRICE_LIMIT:
        raise _Spilled
    return tree


def _dearest_first(unmet_cost: Int64, demand: Int64, seed: int) -> Int32:
    """
    Needs by falling unmet cost, then falling demand, each in 256 levels; then at random.

    The large are placed whole and the small fill what is left. An order that follows the scanning order,
    either way round, would cost 10 to 25 % more pivots.
    """
    key = (_fall(unmet_cost) << 8 | _fall(demand)).astype(np.uint16)  # 16 bits: sorted in linear time
    order = np.random.default_rng((seed, 1)).permutation(len(key))
    return order[np.argsort(key[order], kind="stable")].astype(np.int32)


def _fall(values: Int64) -> Int64:
    """0 for the largest to 255 for the smallest."""
    low, high = int(values.min()), int(values.max())
    if high - low < MAX_TOTAL // 256:
        return (high - values) * 256 // (high - low + 1)
    return (high - values) // ((high - low) // 255 + 1)


def _improve(tree: Tree, part: Part, dearest_pair: int, expired: Callable[[], bool]) -> bool:
    """
    Stages of falling thresholds, tile by tile, then rounds over the whole part until one is clean.

    Returns whether the tree is optimal, rather than the best there was time for.
    """
    tiles = list(zip(pairwise(part.tile_need.tolist()), pairwise(part.tile_resource.tolist()), strict=True))
    at_need = [needs[0] for needs, _ in tiles]
    try:
        for divisor, stop_rate in STAGES:
            for t, (needs, resources) in enumerate(tiles):
                how = _Sweep(at_need[t], needs, resources, dearest_pair // divisor, stop_rate, ONE_RUN)
                at_need[t] = _sweep(tree, how, expired)
        whole = (0, len(part.need)), (0, len(part.resource))
        _sweep(tree, _Sweep(0, *whole, 0, simplex.UNTIL_CLEAN, simplex.RUN), expired)
    except _OutOfTime:
        return False
    return True


def _sweep(tree: Tree, how: _Sweep, expired: Callable[[], bool]) -> int:
    """One sweep, in pieces between which the deadline is looked at; returns the need it ended at."""
    stand = np.zeros(simplex.N_STANDS, np.int64)
    stand[simplex.AT_NEED] = how.at_need
    stand[simplex.AT_RESOURCE] = how.resources[0]
    while True:
        outcome = simplex.sweep(stand, *how.needs, *how.resources, how.threshold, how.stop_rate, how.run, BUDGET, tree)
        if outcome == simplex.SPILLED:
            raise _Spilled
        if outcome == simplex.DONE:
            return int(stand[simplex.AT_NEED])
        if expired():
            raise _OutOfTime


NETWORK_SIMPLEX = Backend(name="network_simplex", run=solve_by_network_simplex, exact=True, interruptible=True)
