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
from matcher.kernels.tree import NARROW_PRICE_LIMIT, Int32, Int64, Tree, UInt32, Values
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
            return _improve(_plant(problem, part, layout.seed, wide=False), layout, expired)
        except _Spilled:
            pass
    return _improve(_plant(problem, part, layout.seed, wide=True), layout, expired)


def _plant(problem: Problem, part: Part, seed: int, *, wide: bool) -> _Basis:
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
        _dearest_first(problem.unmet_cost[part.need], problem.demand[part.need], seed),
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


def _improve(basis: _Basis, layout: Layout, expired: Callable[[], bool]) -> _Basis:
    """Stages of falling thresholds, tile by tile, then rounds over the whole part until one is clean."""
    part = basis.part
    tiles = list(zip(pairwise(part.tile_need.tolist()), pairwise(part.tile_resource.tolist()), strict=True))
    at_need = [needs[0] for needs, _ in tiles]
    try:
        for divisor, stop_rate in STAGES:
            threshold = layout.dearest_pair // divisor
            for t, (needs, resources) in enumerate(tiles):
                how = _Sweep(at_need[t], needs, resources, threshold, stop_rate, ONE_RUN)
                at_need[t] = _sweep(basis, how, expired)
        whole = _Sweep(0, (0, len(part.need)), (0, len(part.resource)), 0, simplex.UNTIL_CLEAN, simplex.RUN)
        _sweep(basis, whole, expired)
        basis.optimal = True
    except _OutOfTime:
        pass
    return basis


def _sweep(basis: _Basis, how: _Sweep, expired: Callable[[], bool]) -> int:
    """One sweep, in pieces between which the deadline is looked at; returns the need it ended at."""
    tree = basis.tree
    stand = np.zeros(simplex.N_STANDS, np.int64)
    stand[simplex.AT_NEED] = how.at_need
    stand[simplex.AT_RESOURCE] = how.resources[0]
    while True:
        outcome = simplex.sweep(
            stand, *how.needs, *how.resources, how.threshold, how.stop_rate, how.run, BUDGET,
            basis.part.block_start, basis.part.blocks, basis.demand,
            tree.link, tree.order, tree.price, tree.slots,
            basis.hangs_from, basis.hangs_cost, basis.hangs_arc, basis.counts,
        )  # fmt: skip
        if outcome == simplex.SPILLED:
            raise _Spilled
        if outcome == simplex.DONE:
            return int(stand[simplex.AT_NEED])
        if expired():
            raise _OutOfTime


NETWORK_SIMPLEX = Backend(name="network_simplex", run=solve_by_network_simplex, exact=True, interruptible=True)
