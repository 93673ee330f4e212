"""Our own exact solver: primal network simplex, part by part."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

import numpy as np

from matcher.backends.base import Backend
from matcher.backends.layout import Layout, Part, lay_out
from matcher.kernels import collect, simplex, start
from matcher.kernels.tree import NARROW_PRICE_LIMIT, Int32, Int64, Tree, UInt32, Values
from matcher.plan import Solution
from matcher.problem import Problem
from matcher.status import Status

THRESHOLDS = (10, 33, 200, 0)
"""An arc enters a stage only if it is better than the dearest pair divided by this; 0: any that helps.
Falling thresholds keep early pivots few and large."""

STOP_RATES = (8, 12, 16, 16)
"""A stage ends when fewer than one need in this many still pivots; a clean round would be wasted scans."""

BUDGET = 1 << 17
"""Needs scanned between two looks at the deadline: some 10 ms."""

ONE_RUN = 1 << 40


class _OutOfTime(Exception):  # noqa: N818 a signal between two functions of this file, not an error
    """The deadline has passed."""


class _Spilled(Exception):  # noqa: N818 likewise
    """A price has left the 32-bit range."""


@dataclass(slots=True)
class _Basis:
    """One part's tree and counters while it is worked on."""

    part: Part
    tree: Tree
    demand: Values
    room: Values
    hangs_from: UInt32
    hangs_cost: Int32
    hangs_arc: Int32
    counts: Int64
    optimal: bool = False


def solve_by_network_simplex(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
    """
    The optimum with prices that prove it; with a deadline, the best tree so far and a bound.

    Parts share nothing, so the answer does not depend on the number of threads.
    """
    expired = _clock(deadline_s)
    layout = lay_out(problem, seed)
    if expired():
        return _nothing(problem)

    def work(part: Part) -> _Basis:
        return _solve_part(problem, layout, part, expired)

    if threads > 1 and len(layout.parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            bases = list(pool.map(work, layout.parts))
    else:
        bases = [work(part) for part in layout.parts]
    return _collect(problem, layout, bases)


def _collect(problem: Problem, layout: Layout, bases: list[_Basis]) -> Solution:
    """Put the parts together; needs outside all parts stay unmet."""
    room = problem.n_needs + problem.n_resources
    pair, quantity = np.empty(room, np.int64), np.empty(room, np.int64)
    unmet = np.zeros(problem.n_needs, np.int64)
    unmet[layout.stranded] = problem.demand[layout.stranded]
    resource_price = np.zeros(problem.n_resources, np.int64)
    need_price = problem.unmet_cost.copy()
    used = 0
    for basis in bases:
        part = basis.part
        m = len(part.resource)
        used += collect.read_tree(
            part.need,
            problem.row_start,
            part.block_start,
            basis.demand,
            m,
            basis.tree.link,
            basis.tree.price,
            basis.hangs_from,
            basis.hangs_cost,
            basis.hangs_arc,
            pair[used:],
            quantity[used:],
            unmet,
            need_price,
        )
        # Before the optimum a price may be negative; at 0 it still proves a bound.
        resource_price[part.resource] = np.maximum(basis.tree.price[:m], 0)
    ascending = np.argsort(pair[:used])
    optimal = all(basis.optimal for basis in bases)
    if not optimal or not problem.capacity.all():
        _price_by_row(problem, resource_price, need_price)
    return Solution(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        pair=pair[ascending],
        quantity=quantity[ascending],
        unmet=unmet,
        resource_price=resource_price,
        need_price=need_price,
        pivots=int(sum(basis.counts[simplex.PIVOTS] for basis in bases)),
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


def _solve_part(problem: Problem, layout: Layout, part: Part, expired: Callable[[], bool]) -> _Basis:
    """Narrow values first; the few parts whose prices or sums are too large for them get wide ones."""
    if part.total_demand < NARROW_PRICE_LIMIT:
        try:
            return _improve(_plant(problem, part, wide=False), layout, expired)
        except _Spilled:
            pass
    return _improve(_plant(problem, part, wide=True), layout, expired)


def _plant(problem: Problem, part: Part, *, wide: bool) -> _Basis:
    value = np.int64 if wide else np.int32
    n, m = len(part.need), len(part.resource)
    basis = _Basis(
        part=part,
        tree=Tree.empty(m, wide=wide),
        demand=problem.demand[part.need].astype(value),
        # One unit more than all demand is as good as unlimited, and keeps sums small.
        room=np.minimum(part.capacity, part.total_demand + 1).astype(value),
        hangs_from=np.zeros(n, np.uint32),
        hangs_cost=np.zeros(n, np.int32),
        hangs_arc=np.zeros(n, np.int32),
        counts=np.zeros(simplex.N_COUNTS, np.int64),
    )
    tree = basis.tree
    basis.counts[simplex.FARTHEST] = start.plant(
        _by_falling_unmet_cost(problem.unmet_cost[part.need]),
        part.block_start,
        part.blocks,
        basis.demand,
        basis.room,
        tree.link,
        tree.order,
        tree.price,
        tree.slots,
        basis.hangs_from,
        basis.hangs_cost,
        basis.hangs_arc,
    )
    if not wide and basis.counts[simplex.FARTHEST] > NARROW_PRICE_LIMIT:
        raise _Spilled
    return basis


def _by_falling_unmet_cost(unmet_cost: Int64) -> Int32:
    """Dearest needs first, in 256 levels; within a level against the scanning order."""
    low, high = int(unmet_cost.min()), int(unmet_cost.max())
    level = ((high - unmet_cost[::-1]) * 256 // (high - low + 1)).astype(np.uint8)
    return (len(level) - 1 - np.argsort(level, kind="stable")).astype(np.int32)


def _improve(basis: _Basis, layout: Layout, expired: Callable[[], bool]) -> _Basis:
    """Stages of falling thresholds, tile by tile, then rounds over the whole part until one is clean."""
    part = basis.part
    try:
        cursor = part.tile_need[:-1].copy()
        for threshold, stop_rate in zip(THRESHOLDS, STOP_RATES, strict=True):
            least = layout.dearest_pair // threshold if threshold else 0
            for t in range(len(cursor)):
                span = (part.tile_need[t], part.tile_need[t + 1], part.tile_resource[t], part.tile_resource[t + 1])
                cursor[t] = _sweep(
                    basis, cursor[t], span, threshold=least, stop_rate=stop_rate, run=ONE_RUN, expired=expired
                )
        span = (0, len(part.need), 0, len(part.resource))
        _sweep(basis, 0, span, threshold=0, stop_rate=simplex.UNTIL_CLEAN, run=simplex.RUN, expired=expired)
        basis.optimal = True
    except _OutOfTime:
        pass
    return basis


def _sweep(
    basis: _Basis,
    cursor: int,
    span: tuple[int, int, int, int],
    *,
    threshold: int,
    stop_rate: int,
    run: int,
    expired: Callable[[], bool],
) -> int:
    tree = basis.tree
    while True:
        cursor, outcome = simplex.sweep(
            cursor, *span, threshold, stop_rate, run, BUDGET,
            basis.part.block_start, basis.part.blocks, basis.demand,
            tree.link, tree.order, tree.price, tree.slots,
            basis.hangs_from, basis.hangs_cost, basis.hangs_arc, basis.counts,
        )  # fmt: skip
        if outcome == simplex.SPILLED:
            raise _Spilled
        if outcome == simplex.DONE:
            return cursor
        if expired():
            raise _OutOfTime


NETWORK_SIMPLEX = Backend(name="network_simplex", run=solve_by_network_simplex, exact=True, interruptible=True)
