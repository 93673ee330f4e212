"""The work on one tree: stages of falling thresholds, then rounds until one is clean, with the deadline in view."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic

import numpy as np

from matcher.kernels import simplex
from matcher.kernels.tree import Chains, Int32, Int64, Tree
from matcher.problem import MAX_TOTAL

STAGES = ((10, 8), (33, 12), (200, 16))
"""(divisor, stop rate) of each stage. An arc enters only if it is better than the dearest pair cost divided by
the divisor: early pivots are then few and large. A stage ends when fewer than one need in ``stop rate`` still
pivots; a clean round would be wasted scans. Other choices near these are as good within 2 %."""

LAST_STAGE = (1 << 40, 50)
"""Without a threshold, where the tree is to be good but need not be optimal."""

BUDGET = 1 << 17
"""Needs scanned between two looks at the deadline: some 10 ms."""

ONE_RUN = 1 << 40


BUDGET_OF_FORESTS = 1 << 12
"""The same where a pivot may move a tree as large as the city."""


class Spilled(Exception):  # noqa: N818 a signal between functions, not an error
    """A price has left the 32-bit range: the tree must be given up."""


class _OutOfTime(Exception):  # noqa: N818 likewise
    """The deadline has passed."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """
    What a stage works through at a time.

    Parameters
    ----------
    needs
        First need of each tile, and the end.
    fixed
        Of each tile, the fixed nodes that offer their natural arcs beside its needs: first and end.
    all_fixed
        Those of the rounds over the whole part.
    """

    needs: tuple[int, ...]
    fixed: tuple[tuple[int, int], ...]
    all_fixed: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Which needs and fixed nodes are swept, from where on, and how; see `matcher.kernels.simplex.sweep`."""

    at_need: int
    needs: tuple[int, int]
    fixed: tuple[int, int]
    threshold: int
    stop_rate: int
    run: int


def clock(deadline_s: float | None) -> Callable[[], bool]:
    """Whether the deadline has passed."""
    if deadline_s is None:
        return lambda: False
    end = monotonic() + deadline_s
    return lambda: monotonic() >= end


def dearest_first(unmet_cost: Int64, demand: Int64, seed: int) -> Int32:
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


def improve(
    tree: Tree,
    chains: Chains | None,
    ranges: Ranges,
    dearest_pair: int,
    expired: Callable[[], bool],
    *,
    loosely: bool = False,
) -> bool:
    """
    Stages of falling thresholds, tile by tile, then rounds over the whole part until one is clean.

    ``loosely``: no such rounds, but one more stage. Returns whether the end was reached; if not loosely, the tree is
    optimal then, rather than the best there was time for.
    """
    tiles = list(pairwise(ranges.needs))
    at_need = [first for first, _ in tiles]
    try:
        for divisor, stop_rate in (*STAGES, LAST_STAGE) if loosely else STAGES:
            for t, needs in enumerate(tiles):
                how = _Sweep(at_need[t], needs, ranges.fixed[t], dearest_pair // divisor, stop_rate, ONE_RUN)
                at_need[t] = _sweep(tree, chains, how, expired)
        if loosely:
            return True
        whole = (ranges.needs[0], ranges.needs[-1])
        _sweep(tree, chains, _Sweep(0, whole, ranges.all_fixed, 0, simplex.UNTIL_CLEAN, simplex.RUN), expired)
    except _OutOfTime:
        return False
    return True


def _sweep(tree: Tree, chains: Chains | None, how: _Sweep, expired: Callable[[], bool]) -> int:
    """One sweep, in pieces between which the deadline is looked at; returns the need it ended at."""
    stand = np.zeros(simplex.N_STANDS, np.int64)
    stand[simplex.AT_NEED] = how.at_need
    stand[simplex.AT_RESOURCE] = how.fixed[0]
    budget = BUDGET if chains is None else BUDGET_OF_FORESTS
    while True:
        outcome = simplex.sweep(
            stand, *how.needs, *how.fixed, how.threshold, how.stop_rate, how.run, budget, tree, chains
        )
        if outcome == simplex.SPILLED:
            raise Spilled
        if outcome == simplex.DONE:
            return int(stand[simplex.AT_NEED])
        if expired():
            raise _OutOfTime
