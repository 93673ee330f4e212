"""The first basis of a problem with forests: every fixed node on its natural arc, every need whole; and its prices."""

import numba
import numpy as np

from matcher.kernels.tree import FARTHEST, LANES, NOWHERE, PADDING_COST, UNUSED, Chains, Int32, Int64, Tree

NONE = -1


@numba.njit(cache=True, nogil=True)
def plant_forest(sequence: Int32, room: Int64, tree: Tree, chains: Chains) -> None:
    """
    Needs go, in the given ``sequence``, whole to the cheapest resource that has more room than they ask; else unmet.

    No resource, limit or segment is ever filled to the brim, so from every node a little more can flow to the root:
    the tree is strongly feasible. Prices are left to `price_tree`.

    ``room`` holds the capacity of each resource and limit, > 0, and is emptied.
    """
    n_fixed = len(chains.above)
    root = chains.root
    for k in range(n_fixed):
        tree.slots[k + 1] = 2 * n_fixed - 1 - k
    tree.slots[0] = n_fixed
    short = np.zeros(n_fixed, np.int64)
    for n in sequence:
        arc = _cheapest_with_more_room(n, room, tree, chains)
        u = int(tree.blocks[arc // LANES].resource[arc % LANES])
        tree.hangs_from[n] = u
        tree.hangs_arc[n] = arc
        tree.hangs_cost[n] = tree.blocks[arc // LANES].cost[arc % LANES]
        if u >= root:
            short[u] += tree.demand[n]
        while u < root:
            room[u] -= tree.demand[n]
            u = int(chains.above[u])
    for u in range(root):
        tree.link[u].flow = room[u]
    for u in range(n_fixed - 1, root, -1):  # groups, each after all below it
        short[chains.above[u]] += short[u]
        k = chains.first_segment[u]
        inside = short[u]
        while inside >= chains.width[k]:
            inside -= chains.width[k]
            k += 1
        chains.segment[u] = k
        chains.room[u] = chains.width[k]
        tree.link[u].flow = inside
    _thread(tree, chains)


@numba.njit(cache=True, nogil=True)
def _cheapest_with_more_room(n: int, room: Int64, tree: Tree, chains: Chains) -> int:
    """The arc; "unmet" always has room."""
    best = PADDING_COST
    arc = int(tree.block_start[n]) * LANES
    for b in range(tree.block_start[n], tree.block_start[n + 1]):
        for k in range(LANES):
            cost = int(tree.blocks[b].cost[k])
            if cost >= best:
                continue
            u = int(tree.blocks[b].resource[k])
            while u < chains.root and room[u] > tree.demand[n]:
                u = int(chains.above[u])
            if u >= chains.root:
                best = cost
                arc = b * LANES + k
    return arc


@numba.njit(cache=True, nogil=True)
def _thread(tree: Tree, chains: Chains) -> None:
    """Hang every fixed node from the one above it: preorder list and depths."""
    n_fixed = len(chains.above)
    root = chains.root
    first_child = np.full(n_fixed, NONE, np.int32)
    sibling = np.full(n_fixed, NONE, np.int32)
    for u in range(n_fixed):
        if u != root:
            sibling[u] = first_child[chains.above[u]]
            first_child[chains.above[u]] = u
    stack = np.empty(n_fixed, np.int32)
    stack[0] = root
    height = 1
    last = root
    tree.link[root].parent = NOWHERE
    tree.order[root].depth = 0
    while height > 0:
        height -= 1
        u = stack[height]
        tree.order[last].next = u
        tree.order[u].previous = last
        last = u
        if u != root:
            p = chains.above[u]
            tree.link[u].parent = p
            tree.link[u].arc = UNUSED
            tree.order[u].depth = tree.order[p].depth + 1
        child = first_child[u]
        while child != NONE:
            stack[height] = child
            height += 1
            child = sibling[child]
    tree.order[last].next = root
    tree.order[root].previous = last


@numba.njit(cache=True, nogil=True)
def price_tree(tree: Tree, chains: Chains) -> None:
    """Price all nodes of any tree anew, from the root down, and keep the largest price in ``counts``."""
    root = chains.root
    largest = 0
    tree.price[root] = 0
    u = int(tree.order[root].next)
    while u != root:
        p = int(tree.link[u].parent)
        arc = int(tree.link[u].arc)
        tail = max(u, p)
        cost = 0
        if arc != UNUSED:
            cost = int(tree.blocks[arc // LANES].cost[arc % LANES])
        elif tail > root:
            cost = int(chains.slope[chains.segment[tail]])
        price = int(tree.price[p]) + (cost if u > p else -cost)
        tree.price[u] = price
        largest = max(largest, abs(price))
        u = int(tree.order[u].next)
    tree.counts[FARTHEST] = largest
