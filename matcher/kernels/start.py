"""The first basis: a greedy plan that is a strongly feasible tree as it stands."""

import numba
import numpy as np

from matcher.kernels.tree import LANES, NOWHERE, UNUSED, Int32, Int64, Records, UInt32, Values

NONE = -1

SHUT = 2**30
"""Added to the cost of a resource without room: above any cost, and the sum fits 32 bits."""


@numba.njit(cache=True, nogil=True)
def plant(
    order: Int32,
    block_start: Int64,
    blocks: Records,
    demand: Values,
    room: Values,
    link: Records,
    preorder: Records,
    price: Values,
    slots: Int32,
    hangs_from: UInt32,
    hangs_cost: Int32,
    hangs_arc: Int32,
) -> int:
    """
    Needs take, in the given order, the cheapest resource with room; returns the largest price, unsigned.

    Each step exhausts a need or a resource, so the arcs used form a spanning tree. On a tie the resource
    counts as exhausted and the need keeps an arc with flow 0 towards the root: the tree is strongly
    feasible, and no sequence of degenerate pivots can return to an earlier basis.

    ``room`` holds each resource's capacity and is emptied.
    """
    m = len(room)
    first_child = np.full(2 * m + 2, NONE, np.int32)
    sibling = np.full(2 * m + 2, NONE, np.int32)
    for k in range(m + 1):
        slots[k + 1] = 2 * m + 1 - k
    slots[0] = m + 1
    shut = np.zeros(m + 1, np.int32)
    least = np.empty(LANES, np.int32)
    for n in order:
        left = demand[n]
        slot = NONE
        while True:
            arc = _cheapest_with_room(block_start[n], block_start[n + 1], blocks, shut, least)
            r = blocks[arc // LANES].resource[arc % LANES]
            if r == m or left < room[r]:
                if r < m:
                    room[r] -= left
                if slot == NONE:
                    hangs_from[n] = r
                    hangs_arc[n] = arc
                    hangs_cost[n] = blocks[arc // LANES].cost[arc % LANES]
                else:
                    link[slot].flow = left
                    link[slot].parent = r
                    link[slot].arc = arc
                    sibling[slot] = first_child[r]
                    first_child[r] = slot
                break
            if slot == NONE:
                slot = slots[slots[0]]
                slots[0] -= 1
                link[slot].need = n
                hangs_from[n] = slot
                hangs_cost[n] = 0
            link[r].flow = room[r]
            link[r].parent = slot
            link[r].arc = arc
            sibling[r] = first_child[slot]
            first_child[slot] = r
            left -= room[r]
            room[r] = 0
            shut[r] = SHUT
    for r in range(m):
        if room[r] > 0:
            link[r].flow = room[r]
            link[r].parent = m
            link[r].arc = UNUSED
            sibling[r] = first_child[m]
            first_child[m] = r
    return _thread(m, blocks, first_child, sibling, link, preorder, price)


@numba.njit(cache=True, nogil=True)
def _cheapest_with_room(lo: int, hi: int, blocks: Records, shut: Int32, least: Int32) -> int:
    """The arc; "unmet" always has room."""
    for k in range(LANES):
        least[k] = blocks[lo].cost[k] + shut[blocks[lo].resource[k]]
    for b in range(lo + 1, hi):
        for k in range(LANES):
            least[k] = min(least[k], blocks[b].cost[k] + shut[blocks[b].resource[k]])
    best = least.min()
    lane = 0
    while least[lane] != best:
        lane += 1
    b = lo
    while blocks[b].cost[lane] + shut[blocks[b].resource[lane]] != best:
        b += 1
    return b * LANES + lane


@numba.njit(cache=True, nogil=True)
def _thread(
    m: int,
    blocks: Records,
    first_child: Int32,
    sibling: Int32,
    link: Records,
    preorder: Records,
    price: Values,
) -> int:
    """Preorder list, depths and prices from the child lists; returns the largest price, unsigned."""
    stack = np.empty(2 * m + 2, np.int32)
    stack[0] = m
    height = 1
    last = m
    largest = 0
    price[m] = 0
    link[m].parent = NOWHERE
    preorder[m].depth = 0
    while height > 0:
        height -= 1
        u = stack[height]
        preorder[last].next = u
        preorder[u].previous = last
        last = u
        if u != m:
            p = link[u].parent
            arc = link[u].arc
            cost = np.int64(0) if arc == UNUSED else np.int64(blocks[arc // LANES].cost[arc % LANES])
            far = price[p] + cost if u > p else price[p] - cost
            largest = max(largest, abs(far))
            price[u] = far
            preorder[u].depth = preorder[p].depth + 1
        child = first_child[u]
        while child != NONE:
            stack[height] = child
            height += 1
            child = sibling[child]
    preorder[last].next = m
    preorder[m].previous = last
    return largest
