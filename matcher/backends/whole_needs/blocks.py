"""Large parts are closed block by block: neighbouring resources with their needs and the unmet ones, all else fixed."""

import numpy as np

from matcher.backends.whole_needs.clock import Clock
from matcher.backends.whole_needs.closing import close
from matcher.backends.whole_needs.columns import Columns
from matcher.kernels.packing import NOBODY, Int64, Packing

WHOLE = 80
"""A part with at most this many resources is one block."""

BLOCK = 45
"""Resources in a block of a larger part."""

BLOCK_S = 10.0
"""Wall seconds for one block at most."""

ROUNDS = 4
"""Times that blocks cover the whole part at most; a round without any better plan is the last."""


def close_in_blocks(packing: Packing, worth: Int64, price: Int64, choice: Int64, *, seed: int, clock: Clock) -> Int64:
    """
    The best plan that closing finds, or the one given.

    Parameters
    ----------
    worth, price
        Of pairs and needs, as in `Pricing`.
    choice
        Pair of each need or -1, the plan to begin with.
    seed
        Decides where blocks begin.
    """
    m = len(packing.capacity)
    if m <= WHOLE:
        return close(Columns(packing, worth, price), price, choice, clock)
    rng = np.random.default_rng((seed, m))
    for _ in range(ROUNDS):
        before, open_resources = choice, np.ones(m, np.bool_)
        while open_resources.any() and not clock.expired():
            first = int(rng.choice(np.flatnonzero(open_resources)))
            block = around(packing, first)
            open_resources[block] = False
            limit = Clock.within(min(BLOCK_S, clock.left_s()))
            choice = _close_block(packing, worth, price, choice, block=block, clock=limit)
        if choice is before:
            break
    return choice


def around(packing: Packing, first: int) -> Int64:
    """The resource and those that share most needs with it, ascending."""
    shared = np.zeros(len(packing.capacity), np.int64)
    for e in packing.column_pair[packing.column_start[first] : packing.column_start[first + 1]]:
        n = packing.pair_need[e]
        np.add.at(shared, packing.pair_resource[packing.row_start[n] : packing.row_start[n + 1]], 1)
    nearest = np.argsort(-shared, kind="stable")[:BLOCK]
    return np.sort(nearest[shared[nearest] > 0])


def _close_block(packing: Packing, worth: Int64, price: Int64, choice: Int64, *, block: Int64, clock: Clock) -> Int64:
    """The plan with the block's resources packed anew, or the same."""
    inside = np.zeros(len(packing.capacity), np.bool_)
    inside[block] = True
    met = choice >= 0
    free = ~met
    free[met] = inside[packing.pair_resource[choice[met]]]
    pair = np.flatnonzero(inside[packing.pair_resource] & free[packing.pair_need])
    if not len(pair):
        return choice
    need, pair_need = np.unique(packing.pair_need[pair], return_inverse=True)
    resource, pair_resource = np.unique(packing.pair_resource[pair], return_inverse=True)
    column_pair = np.argsort(pair_resource, kind="stable").astype(np.int64)
    small = Packing(
        demand=packing.demand[need],
        need_class=packing.need_class[need],
        capacity=packing.capacity[resource],
        row_start=np.searchsorted(pair_need, np.arange(len(need) + 1)).astype(np.int64),
        pair_need=pair_need.astype(np.int64),
        pair_resource=pair_resource.astype(np.int64),
        gain=packing.gain[pair],
        step=packing.step,
        column_start=np.searchsorted(pair_resource[column_pair], np.arange(len(resource) + 1)).astype(np.int64),
        column_pair=column_pair,
    )
    now = choice[need]
    start = np.where(now >= 0, np.searchsorted(pair, now), NOBODY)
    found = close(Columns(small, worth[pair], price[need]), price[need], start, clock)
    if found is start:
        return choice
    better = choice.copy()
    better[need] = np.where(found >= 0, pair[found], NOBODY)
    return better
