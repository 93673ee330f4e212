"""From the tree back to the caller's pairs, quantities and prices."""

import numba
import numpy as np

from matcher.kernels.tree import LANES, Int32, Int64, Records, Values

UNCONNECTED = -1


@numba.njit(cache=True, nogil=True)
def read_quantities(
    need_order: Int32,
    row_start: Int64,
    block_start: Int64,
    demand: Values,
    n_resources: int,
    link: Records,
    hangs_from: Int32,
    hangs_arc: Int32,
    pair: Int64,
    quantity: Int64,
    unmet: Int64,
) -> int:
    """
    Write the arcs that carry flow to ``pair`` and ``quantity``, and each need's shortfall to ``unmet``.

    Pairs come in tree order; returns how many. Arcs are numbered from the part's first block.
    """
    m = n_resources
    used = 0
    for i in range(len(need_order)):
        n = need_order[i]
        arc = np.int64(hangs_arc[i])
        flow = np.int64(demand[i])
        u = hangs_from[i]
        if u > m:
            arc = np.int64(link[u].arc)
            flow = np.int64(link[u].flow)
        e = row_start[n] + arc - block_start[i] * LANES
        if e >= row_start[n + 1]:
            unmet[n] = flow
        elif flow > 0:
            pair[used] = e
            quantity[used] = flow
            used += 1
    for r in range(m):
        above = link[r].parent
        if above > m and link[r].flow > 0:
            i = link[above].need
            pair[used] = row_start[need_order[i]] + link[r].arc - block_start[i] * LANES
            quantity[used] = link[r].flow
            used += 1
    return used


@numba.njit(cache=True, nogil=True)
def price_needs(
    row_start: Int64,
    pair_resource: Int32,
    pair_cost: Int32,
    unmet_cost: Int64,
    local_resource: Int32,
    resource_price: Int64,
    need_price: Int64,
) -> None:
    """
    Price each need at its cheapest way and each resource without capacity high enough never to be that way.

    With ``resource_price`` >= 0 of the others given, the prices prove a bound whatever the plan; at the
    optimum they equal the tree's.
    """
    for n in range(len(need_price)):
        best = unmet_cost[n]
        for e in range(row_start[n], row_start[n + 1]):
            r = pair_resource[e]
            if local_resource[r] != UNCONNECTED:
                best = min(best, pair_cost[e] + resource_price[r])
        need_price[n] = best
        for e in range(row_start[n], row_start[n + 1]):
            r = pair_resource[e]
            if local_resource[r] == UNCONNECTED:
                resource_price[r] = max(resource_price[r], best - pair_cost[e])
