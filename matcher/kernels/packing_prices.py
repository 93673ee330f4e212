"""
Prices of whole needs, and the bound they prove.

With any price ``p >= 0`` of each need, no plan's worth exceeds ``sum p + sum over resources of the best pattern's worth
less its needs' prices``: the rule that a need is served once is relaxed at that price, and what remains is one
knapsack for each resource, solved exactly in integers. Subgradient steps look for the prices of the least bound.
"""

import numba
import numpy as np

from matcher.kernels.packing import Bytes, Float64, Int64, Packing

ROUND = 60
"""Steps with one target; after it the target is moved."""

PATIENCE = 20
"""Steps without a better bound after which the step is shortened and the search goes back to the best prices."""

SHORTER = 0.7
NEARER = 0.6
"""Factors of the step's length within a round and of the target's distance between rounds."""

TOO_LITTLE = 0.2
"""Share of the target's distance that a round must gain for the distance to stay."""

FRESH = 0.3
"""Share of the newest subgradient in the direction; the rest is the direction before, which damps the zigzag."""


@numba.njit(cache=True, nogil=True)
def _best_pattern(packing: Packing, r: int, worth: Int64, price: Int64, table: Int64, chosen: Bytes) -> np.int64:
    """
    Greatest worth of a pattern of one resource; its pairs are marked in ``chosen`` (by position in the columns).

    Row ``i`` of the table is the best of the first ``i`` useful items in each room. A row is made from the one before
    without branches, so that it is vectorised; where two rows differ, the item was taken.
    """
    low, high = packing.column_start[r], packing.column_start[r + 1]
    width = packing.capacity[r] + 1
    table[:width] = 0
    items = 0
    for i in range(low, high):
        e = packing.column_pair[i]
        n = packing.pair_need[e]
        w, d = worth[e] - price[n], packing.demand[n]
        chosen[i] = 1 if w > 0 and d < width else 0
        if not chosen[i]:
            continue
        before = table[items * width : (items + 1) * width]
        after = table[(items + 1) * width : (items + 2) * width]
        after[:d] = before[:d]
        above, below = after[d:], before[: width - d]
        kept = before[d:]
        for k in range(width - d):
            go = below[k] + w
            above[k] = max(kept[k], go)
        items += 1
    best = np.int64(table[(items + 1) * width - 1])
    k = width - 1
    for i in range(high - 1, low - 1, -1):
        if chosen[i]:
            items -= 1
            if table[(items + 1) * width + k] == table[items * width + k]:
                chosen[i] = 0
            else:
                k -= packing.demand[packing.pair_need[packing.column_pair[i]]]
    return best


@numba.njit(cache=True, nogil=True)
def bound(packing: Packing, worth: Int64, price: Int64, table: Int64, chosen: Bytes) -> np.int64:
    """
    No plan is worth more than this.

    Parameters
    ----------
    worth
        Of each pair, its class's price of all its units included, int64, shape ``(n_pairs,)``.
    price
        Of each need, int64, >= 0, shape ``(n_needs,)``.
    table
        Scratch, int64, shape ``((longest column + 1) * (most capacity + 1),)``.
    chosen
        Out: 1 for the pairs of each resource's best pattern, by position in ``column_pair``.
    """
    total = np.int64(0)
    for p in price:
        total += p
    for r in range(len(packing.capacity)):
        total += _best_pattern(packing, r, worth, price, table, chosen)
    return total


@numba.njit(cache=True, nogil=True)
def _step_length(
    packing: Packing, chosen: Bytes, exact: Float64, slope: Float64, direction: Float64, gap: float, shrink: float
) -> float:
    """Renew the direction from what the best patterns serve; returns the length of the step, 0 at an optimum."""
    slope[:] = 1.0
    for i in range(len(packing.column_pair)):
        if chosen[i]:
            slope[packing.pair_need[packing.column_pair[i]]] -= 1.0
    square = 0.0
    for n in range(len(slope)):
        if exact[n] <= 0 and slope[n] > 0:
            slope[n] = 0.0
        direction[n] = FRESH * slope[n] + (1 - FRESH) * direction[n]
        square += direction[n] * direction[n]
    return shrink * max(1.0, gap) / square if square > 1e-9 else 0.0  # noqa: PLR2004 nothing is out of balance


@numba.njit(cache=True, nogil=True)
def descend(
    packing: Packing,
    worth: Int64,
    best: Int64,
    distance: float,
    nearest: float,
    rounds: int,
    table: Int64,
    chosen: Bytes,
) -> tuple[np.int64, float]:
    """
    Subgradient rounds from the prices ``best``, which are changed in place; returns the best bound and the distance.

    Parameters
    ----------
    distance, nearest
        How far below the best bound the target lies, and the distance at which the search ends.
    rounds
        Rounds at most.
    """
    n_needs = len(best)
    price = best.copy()
    lowest = bound(packing, worth, price, table, chosen)
    slope, direction = np.zeros(n_needs), np.zeros(n_needs)
    for _ in range(rounds):
        if distance < nearest:
            break
        before = lowest
        target = lowest - distance
        exact = best.astype(np.float64)
        price[:] = best
        direction[:] = 0.0
        current = bound(packing, worth, price, table, chosen)
        shrink, stalled = 1.0, 0
        for _ in range(ROUND):
            length = _step_length(packing, chosen, exact, slope, direction, current - target, shrink)
            if length == 0.0:
                break
            for n in range(n_needs):
                exact[n] = max(0.0, exact[n] - length * direction[n])
                price[n] = np.int64(exact[n])
            current = bound(packing, worth, price, table, chosen)
            stalled += 1
            if current < lowest:
                lowest, stalled = current, 0
                best[:] = price
            elif stalled == PATIENCE:
                shrink *= SHORTER
                stalled = 0
                exact[:] = best
                price[:] = best
                direction[:] = 0.0
                current = bound(packing, worth, price, table, chosen)
        if before - lowest < TOO_LITTLE * distance:
            distance *= NEARER
    return lowest, distance
