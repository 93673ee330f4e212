"""All patterns of one resource whose worth is near the best: the columns of the closing programme."""

import numba
import numpy as np

from matcher.kernels.packing import Int64, Packing

TOO_MANY = -1

UNDECIDED, TAKEN, LEFT = 0, 1, 2


@numba.njit(cache=True, nogil=True)
def _table(sizes: Int64, worth: Int64, room: int) -> Int64:
    """Greatest worth of items ``i`` and later in each room, shape ``(n_items + 1, room + 1)``."""
    items = len(sizes)
    table = np.zeros((items + 1, room + 1), np.int64)
    for i in range(items - 1, -1, -1):
        d, w = sizes[i], worth[i]
        for k in range(room + 1):
            table[i, k] = table[i + 1, k]
            if k >= d:
                table[i, k] = max(table[i, k], table[i + 1, k - d] + w)
    return table


@numba.njit(cache=True, nogil=True)
def near_best(
    packing: Packing,
    r: int,
    worth: Int64,
    price: Int64,
    slack: int,
    out_pair: Int64,
    out_start: Int64,
    out_slack: Int64,
) -> tuple[int, int]:
    """
    Patterns worth at least the best less ``slack``, found depth first; the table of what later items can add prunes.

    Parameters
    ----------
    worth, price
        Of pairs and needs, as in `matcher.kernels.packing_prices.bound`.
    slack
        How much less than the best, > 0.
    out_pair, out_start, out_slack
        Out: pairs of pattern ``i`` are ``out_pair[out_start[i]:out_start[i + 1]]``; how much less it is worth.

    Returns
    -------
    tuple
        How many patterns, or ``TOO_MANY`` if they do not fit, and the best worth.
    """
    low, high = packing.column_start[r], packing.column_start[r + 1]
    column = packing.column_pair[low:high]
    room = packing.capacity[r]
    # A pair that loses more than the slack by itself is in no pattern near the best.
    kept = np.array([e for e in column if worth[e] - price[packing.pair_need[e]] >= -slack], dtype=np.int64)
    net = np.array([worth[e] - price[packing.pair_need[e]] for e in kept], dtype=np.int64)
    order = np.argsort(-net, kind="mergesort")
    kept, net = kept[order], net[order]
    sizes = np.array([packing.demand[packing.pair_need[e]] for e in kept], dtype=np.int64)
    table = _table(sizes, net, room)
    best = table[0, room]
    least = best - slack
    items = len(kept)
    state = np.zeros(items + 1, np.int8)
    picked = np.empty(items, np.int64)
    found, written, n_picked, have, i = 0, 0, 0, 0, 0
    out_start[0] = 0
    while i >= 0:
        if i == items:
            if found >= len(out_slack) or written + n_picked > len(out_pair):
                return TOO_MANY, best
            for j in range(n_picked):
                out_pair[written + j] = kept[picked[j]]
            written += n_picked
            out_slack[found] = best - have
            found += 1
            out_start[found] = written
            i -= 1
        elif state[i] == UNDECIDED:
            state[i] = TAKEN
            if sizes[i] <= room and have + net[i] + table[i + 1, room - sizes[i]] >= least:
                room -= sizes[i]
                have += net[i]
                picked[n_picked] = i
                n_picked += 1
                i += 1
                state[i] = UNDECIDED
        elif state[i] == TAKEN:
            state[i] = LEFT
            if n_picked > 0 and picked[n_picked - 1] == i:
                n_picked -= 1
                room += sizes[i]
                have -= net[i]
            if have + table[i + 1, room] >= least:
                i += 1
                state[i] = UNDECIDED
        else:
            i -= 1
    return found, best
