"""Who is connected with whom, and the rows of arcs in the order in which they are scanned."""

import numba
import numpy as np

from matcher.kernels.tree import LANES, PADDING_COST, Int32, Int64, Records

UNCONNECTED = -1


@numba.njit(cache=True, nogil=True)
def label_components(
    row_start: Int64, pair_resource: Int32, capacity: Int64, resource_label: Int32, need_label: Int32
) -> int:
    """
    Connected components of needs and resources, by union-find over the resources.

    Fills ``resource_label`` and ``need_label`` with labels 0, 1, … in order of the first need of each; a
    resource without capacity or without a pair, and a need without a pair that could serve it, get
    UNCONNECTED. Returns the number of components.
    """
    above = np.empty(len(capacity), np.int32)
    for r in range(len(capacity)):
        above[r] = r
    touched = np.zeros(len(capacity), np.bool_)
    for n in range(len(row_start) - 1):
        lo = row_start[n]
        hi = row_start[n + 1]
        if lo == hi:
            continue
        # Once components have grown together nearly every row hangs from one root: seen by a loop without
        # branches, which the compiler turns into vector code (three times faster).
        common = above[pair_resource[lo]]
        differs = 0
        for e in range(lo, hi):
            differs |= above[np.uint32(pair_resource[e])] ^ common
        if differs == 0 and touched[common]:
            continue
        top = -1
        for e in range(lo, hi):
            r = pair_resource[e]
            if capacity[r] == 0:
                continue
            touched[r] = True
            while above[r] != r:  # path halving keeps the chains short
                above[r] = above[above[r]]
                r = above[r]
            if top < 0:
                top = r
            elif r < top:
                above[top] = r
                top = r
            else:
                above[r] = top
    return _number(above, touched, row_start, pair_resource, resource_label, need_label)


@numba.njit(cache=True, nogil=True)
def _number(
    above: Int32, touched: Records, row_start: Int64, pair_resource: Int32, resource_label: Int32, need_label: Int32
) -> int:
    label = np.full(len(above), UNCONNECTED, np.int32)
    found = 0
    for n in range(len(row_start) - 1):
        need_label[n] = UNCONNECTED
        for e in range(row_start[n], row_start[n + 1]):
            r = pair_resource[e]
            if touched[r]:
                while above[r] != r:
                    r = above[r]
                if label[r] == UNCONNECTED:
                    label[r] = found
                    found += 1
                need_label[n] = label[r]
                break
    for r in range(len(above)):
        top = r
        while above[top] != top:
            top = above[top]
        resource_label[r] = label[top] if touched[r] else UNCONNECTED
    return found


@numba.njit(cache=True, nogil=True)
def count_blocks(need_order: Int32, row_start: Int64, block_start: Int64) -> None:
    """Fills ``block_start``: blocks of the i-th need in scanning order, its arc "unmet" included."""
    filled = 0
    for i in range(len(need_order)):
        n = need_order[i]
        block_start[i] = filled
        filled += (row_start[n + 1] - row_start[n] + LANES) // LANES
    block_start[len(need_order)] = filled


@numba.njit(cache=True, nogil=True)
def fill_blocks(
    position: Int32,
    unmet_node: Int32,
    padding_node: int,
    local_resource: Int32,
    row_start: Int64,
    pair_resource: Int32,
    pair_cost: Int32,
    unmet_cost: Int64,
    block_start: Int64,
    blocks: Records,
) -> None:
    """
    Lay out every need's arcs in blocks, lane by lane in the caller's order, "unmet" last.

    Needs are read in the caller's order and written at their ``position``: whole rows are scattered, which
    takes half the time of gathering them. "Unmet" ends at the need's ``unmet_node``; pairs whose
    ``local_resource`` is UNCONNECTED become padding, which ends at ``padding_node`` (below 0: where "unmet" does).
    """
    for n in range(len(position)):
        i = position[n]
        if i == UNCONNECTED:
            continue
        b = block_start[i]
        top = unmet_node[n]
        nowhere = top if padding_node < 0 else padding_node
        lo = row_start[n]
        hi = row_start[n + 1]
        while lo + LANES <= hi:  # whole blocks apart: a loop of fixed length becomes vector code
            for k in range(LANES):
                r = local_resource[np.uint32(pair_resource[lo + k])]
                there = r != UNCONNECTED
                blocks[b].cost[k] = pair_cost[lo + k] if there else PADDING_COST
                blocks[b].resource[k] = r if there else nowhere
            lo += LANES
            b += 1
        lane = 0
        for e in range(lo, hi):
            r = local_resource[pair_resource[e]]
            there = r != UNCONNECTED
            blocks[b].cost[lane] = pair_cost[e] if there else PADDING_COST
            blocks[b].resource[lane] = r if there else nowhere
            lane += 1
        blocks[b].cost[lane] = unmet_cost[n]
        blocks[b].resource[lane] = top
        for k in range(lane + 1, LANES):
            blocks[b].cost[k] = PADDING_COST
            blocks[b].resource[k] = nowhere
