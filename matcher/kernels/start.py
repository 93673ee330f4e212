"""The first basis: a greedy plan that is a strongly feasible tree as it stands."""

import numba
import numpy as np

from matcher.kernels.tree import FARTHEST, LANES, NOWHERE, UNUSED, Int32, Tree, Values

NONE = -1

SHUT = 2**30
"""Added to the cost of a resource without room: above any cost, and the sum fits 32 bits."""


@numba.njit(cache=True, nogil=True)
def plant(sequence: Int32, room: Values, tree: Tree) -> None:
    """
    Needs take, in the given ``sequence``, the cheapest resource with room.

    Each step exhausts a need or a resource, so the arcs used form a spanning tree. On a tie the resource
    counts as exhausted and the need keeps an arc with flow 0 towards the root: the tree is strongly
    feasible, and no sequence of degenerate pivots can return to an earlier basis.

    ``room`` holds each resource's capacity and is emptied.
    """
    m = len(room)
    first_child = np.full(2 * m + 2, NONE, np.int32)
    sibling = np.full(2 * m + 2, NONE, np.int32)
    for k in range(m + 1):
        tree.slots[k + 1] = 2 * m + 1 - k
    tree.slots[0] = m + 1
    shut = np.zeros(m + 1, np.int32)
    for n in sequence:
        left = tree.demand[n]
        slot = NONE
        while True:
            arc = _cheapest_with_room(tree.block_start[n], tree.block_start[n + 1], shut, tree)
            r = tree.blocks[arc // LANES].resource[arc % LANES]
            if r == m or left < room[r]:
                if r < m:
                    room[r] -= left
                if slot == NONE:
                    tree.hangs_from[n] = r
                    tree.hangs_arc[n] = arc
                    tree.hangs_cost[n] = tree.blocks[arc // LANES].cost[arc % LANES]
                else:
                    tree.link[slot].flow = left
                    tree.link[slot].parent = r
                    tree.link[slot].arc = arc
                    sibling[slot] = first_child[r]
                    first_child[r] = slot
                break
            if slot == NONE:
                slot = tree.slots[tree.slots[0]]
                tree.slots[0] -= 1
                tree.link[slot].need = n
                tree.hangs_from[n] = slot
                tree.hangs_cost[n] = 0
            tree.link[r].flow = room[r]
            tree.link[r].parent = slot
            tree.link[r].arc = arc
            sibling[r] = first_child[slot]
            first_child[slot] = r
            left -= room[r]
            room[r] = 0
            shut[r] = SHUT
    for r in range(m):
        if room[r] > 0:
            tree.link[r].flow = room[r]
            tree.link[r].parent = m
            tree.link[r].arc = UNUSED
            sibling[r] = first_child[m]
            first_child[m] = r
    _thread(m, first_child, sibling, tree)


@numba.njit(cache=True, nogil=True)
def _cheapest_with_room(lo: int, hi: int, shut: Int32, tree: Tree) -> int:
    """The arc; "unmet" always has room."""
    # Two running minima over the halves of a block: the branches are seldom taken, so they cost little.
    best = other = 2 * SHUT
    arc = other_arc = lo * LANES
    for b in range(lo, hi):
        cost = tree.blocks[b].cost
        to = tree.blocks[b].resource
        for k in range(LANES // 2):
            here = cost[k] + shut[to[k]]
            if here < best:
                best = here
                arc = b * LANES + k
            there = cost[k + LANES // 2] + shut[to[k + LANES // 2]]
            if there < other:
                other = there
                other_arc = b * LANES + k + LANES // 2
    return arc if best <= other else other_arc


@numba.njit(cache=True, nogil=True)
def _thread(m: int, first_child: Int32, sibling: Int32, tree: Tree) -> None:
    """Preorder list, depths and prices from the child lists."""
    stack = np.empty(2 * m + 2, np.int32)
    stack[0] = m
    height = 1
    last = m
    largest = 0
    tree.price[m] = 0
    tree.link[m].parent = NOWHERE
    tree.order[m].depth = 0
    while height > 0:
        height -= 1
        u = stack[height]
        tree.order[last].next = u
        tree.order[u].previous = last
        last = u
        if u != m:
            p = tree.link[u].parent
            arc = tree.link[u].arc
            cost = np.int64(0) if arc == UNUSED else np.int64(tree.blocks[arc // LANES].cost[arc % LANES])
            far = tree.price[p] + cost if u > p else tree.price[p] - cost
            largest = max(largest, abs(far))
            tree.price[u] = far
            tree.order[u].depth = tree.order[p].depth + 1
        child = first_child[u]
        while child != NONE:
            stack[height] = child
            height += 1
            child = sibling[child]
    tree.order[last].next = m
    tree.order[m].previous = last
    tree.counts[FARTHEST] = largest
