"""From the tree back to the caller's pairs, quantities and prices."""

import numba
import numpy as np

from matcher.kernels.tree import LANES, Int32, Int64, Tree


@numba.njit(cache=True, nogil=True)
def read_tree(
    need_order: Int32,
    row_start: Int64,
    root: int,
    tree: Tree,
    pair: Int64,
    quantity: Int64,
    unmet: Int64,
    need_price: Int64,
) -> int:
    """
    Write the arcs that carry flow, each need's shortfall and its price.

    Pairs come in tree order; returns how many. Arcs are numbered from the part's first block.
    """
    last_fixed = len(tree.slots) - 2
    used = 0
    for i in range(len(need_order)):
        n = need_order[i]
        arc = np.int64(tree.hangs_arc[i])
        flow = np.int64(tree.demand[i])
        u = tree.hangs_from[i]
        if u > last_fixed:
            arc = np.int64(tree.link[u].arc)
            flow = np.int64(tree.link[u].flow)
        e = row_start[n] + arc - tree.block_start[i] * LANES
        need_price[n] = np.int64(tree.price[u]) + tree.hangs_cost[i]
        if e >= row_start[n + 1]:
            unmet[n] = flow
        elif flow > 0:
            pair[used] = e
            quantity[used] = flow
            used += 1
    for u in range(last_fixed + 1):
        if u == root or tree.link[u].parent <= last_fixed or tree.link[u].flow == 0:
            continue
        i = tree.link[tree.link[u].parent].need
        if u > root:
            unmet[need_order[i]] = tree.link[u].flow
            continue
        pair[used] = row_start[need_order[i]] + tree.link[u].arc - tree.block_start[i] * LANES
        quantity[used] = tree.link[u].flow
        used += 1
    return used


@numba.njit(cache=True, nogil=True)
def price_by_row(
    row_start: Int64,
    pair_resource: Int32,
    pair_cost: Int32,
    unmet_cost: Int64,
    capacity: Int64,
    resource_price: Int64,
    need_price: Int64,
) -> None:
    """
    Price each need at its cheapest way, and each resource without capacity so high that it never is that way.

    With any ``resource_price`` >= 0 of the others these prices prove a bound, whatever the plan.
    """
    for n in range(len(need_price)):
        best = unmet_cost[n]
        for e in range(row_start[n], row_start[n + 1]):
            r = pair_resource[e]
            if capacity[r] > 0:
                best = min(best, pair_cost[e] + resource_price[r])
        need_price[n] = best
        for e in range(row_start[n], row_start[n + 1]):
            r = pair_resource[e]
            if capacity[r] == 0:
                resource_price[r] = max(resource_price[r], best - pair_cost[e])
