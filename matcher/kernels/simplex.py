"""
Primal network simplex on one part: price a need's row, let its best arc enter, keep the tree.

Reduced cost of the arc from need n to resource r: ``cost + tree.price[r] - tree.price[n]``; an arc below zero enters,
flow goes round the cycle it closes, and the last arc on that cycle to block leaves.

Common limits and groups of needs come in by ``chains``. Where it is None the compiler leaves out every line about
them: one text, two machine codes, and the plain problem pays nothing for the complete one.
"""

import numba
import numpy as np

from matcher.kernels.tree import (
    DEGENERATE,
    FARTHEST,
    LANES,
    NARROW_PRICE_LIMIT,
    NOWHERE,
    PIVOTS,
    SCANNED,
    SHIFTED,
    UNUSED,
    Chains,
    Int64,
    Node,
    Tree,
)

NONE = -1
UNLIMITED = 2**62

# Why `sweep` returned.
DONE, PAUSED, SPILLED = range(3)

# Where a sweep stands, kept by the caller so that a pause changes nothing.
AT_NEED, AT_RESOURCE, HITS, SEEN, CLEAN = range(5)
N_STANDS = 5

UNTIL_CLEAN = 0
"""As a stop rate: until no arc of the range is better than the threshold."""

NARROW_BYTES = 4

RUN = 64
"""Needs scanned one after another before the scan jumps: long enough for the memory to prefetch."""


@numba.njit(cache=True, nogil=True)
def sweep(
    stand: Int64,
    first_need: int,
    end_need: int,
    first_resource: int,
    end_resource: int,
    threshold: int,
    stop_rate: int,
    run: int,
    budget: int,
    tree: Tree,
    chains: Chains | None,
) -> int:
    """
    Pivot on a range of needs and resources until few arcs enter any more.

    A need offers the best arc of its row, a resource the arc of its unused capacity (with ``chains``: every fixed node
    its natural arc, groups in both directions, numbered by ``first_resource`` to ``end_resource``); one of each in
    turn, and the better one enters if it is better than ``-threshold``. Needs lie at random within their tile; beyond a
    tile they are visited in runs of ``run``, the runs in golden-ratio order over the range. Neighbours in
    turn would grow long subtrees (60 % more pivots when measured).

    ``stand`` says where to go on, and is brought up to date.

    Returns
    -------
    int
        DONE if fewer than one in ``stop_rate`` of a window of needs pivoted (UNTIL_CLEAN: if a whole round
        was clean), PAUSED after ``budget`` needs, SPILLED if a price left the narrow range and the tree
        must be given up.
    """
    last_fixed = np.uint32(len(tree.slots) - 2)
    length = end_need - first_need
    a_round = max(length, end_resource - first_resource)
    window = max(64, length // 16)
    runs = (length + run - 1) // run
    step = _golden_step(runs)
    n = stand[AT_NEED]
    rr = stand[AT_RESOURCE]
    hits = stand[HITS]
    seen = stand[SEEN]
    clean = stand[CLEAN]
    at_run = (n - first_need) // run
    scanned = 0
    outcome = PAUSED
    narrow = tree.price.itemsize == NARROW_BYTES
    while scanned < budget:
        scanned += 1
        clean += 1
        seen += 1
        tail = n
        tail_node = last_fixed
        head = last_fixed
        arc = UNUSED
        first_block = tree.block_start[n]
        need_price = tree.price[tree.hangs_from[n]] + tree.hangs_cost[n]
        reduced_cost = _least(first_block, tree.block_start[n + 1], tree) - need_price
        if reduced_cost < -threshold:
            arc = _find(reduced_cost + need_price, first_block, tree)
            head = tree.blocks[arc // LANES].resource[arc % LANES]
            hits += 1
        else:
            reduced_cost = -threshold
        if rr < end_resource:
            if chains is None:
                if tree.price[rr] < reduced_cost and tree.link[rr].parent != last_fixed:
                    tail = NONE
                    head = np.uint32(rr)
                    arc = UNUSED
                    reduced_cost = np.int64(tree.price[rr])
            else:
                offered, from_node, to_node = _natural_offer(np.uint32(rr), tree, chains)
                if offered < reduced_cost:
                    tail = NONE
                    tail_node = from_node
                    head = to_node
                    arc = UNUSED
                    reduced_cost = offered
            rr = rr + 1 if rr + 1 < end_resource else first_resource
        if reduced_cost < -threshold:
            pivot(tail, tail_node, head, arc, reduced_cost, tree, chains)
            clean = 0
            if narrow and tree.counts[FARTHEST] > NARROW_PRICE_LIMIT:
                outcome = SPILLED
                break
        n += 1
        if (n - first_need) % run == 0 or n == end_need:
            at_run += step
            if at_run >= runs:
                at_run -= runs
            n = first_need + at_run * run
        if stop_rate > 0:
            if seen == window:
                if hits * stop_rate < window:
                    outcome = DONE
                    break
                seen = 0
                hits = 0
        elif clean >= a_round:
            outcome = DONE
            break
    tree.counts[SCANNED] += scanned
    stand[AT_NEED] = n
    stand[AT_RESOURCE] = rr
    stand[HITS] = hits
    stand[SEEN] = seen
    stand[CLEAN] = clean
    return outcome


@numba.njit(cache=True, nogil=True)
def _least(lo: int, hi: int, tree: Tree) -> int:
    """
    Least cost + price over blocks lo to hi - 1.

    Written out with four running minima, which stay in registers: 20 % faster than a loop over the lanes.
    """
    a = b = c = d = UNLIMITED
    for k in range(lo, hi):
        cost = tree.blocks[k].cost
        to = tree.blocks[k].resource
        a = min(a, cost[0] + tree.price[to[0]])
        b = min(b, cost[1] + tree.price[to[1]])
        c = min(c, cost[2] + tree.price[to[2]])
        d = min(d, cost[3] + tree.price[to[3]])
        a = min(a, cost[4] + tree.price[to[4]])
        b = min(b, cost[5] + tree.price[to[5]])
        c = min(c, cost[6] + tree.price[to[6]])
        d = min(d, cost[7] + tree.price[to[7]])
    return min(a, b, c, d)


@numba.njit(cache=True, nogil=True)
def _find(best: int, lo: int, tree: Tree) -> int:
    """First arc from block lo on whose cost + price is ``best``; there is one."""
    b = lo
    while True:
        for k in range(LANES):
            if tree.blocks[b].cost[k] + tree.price[tree.blocks[b].resource[k]] == best:
                return b * LANES + k
        b += 1


@numba.njit(cache=True, nogil=True)
def _golden_step(runs: int) -> int:
    """A step near ``runs`` / 1.618 without a common divisor, so that every run is visited."""
    step = max(1, int(runs * 0.6180339887))
    while True:
        a, b = step, runs
        while b:
            a, b = b, a % b
        if a == 1:
            break
        step += 1
    return step if step < runs else runs - 1


@numba.njit(cache=True, nogil=True)
def _natural_offer(u: Node, tree: Tree, chains: Chains) -> tuple[int, Node, Node]:
    """
    Reduced cost of the fixed node's natural arc, and its ends in the direction of flow; 0 if it is no gain.

    A group is priced both ways: one unit more short, at the cost of its current segment, or one less, at that of the
    segment before. In the tree all these are 0 or more.
    """
    above = chains.above[u]
    if u < chains.root:
        return int(tree.price[u]) - int(tree.price[above]), above, u
    if u == chains.root:
        return 0, u, u
    k = chains.segment[u]
    fall = int(tree.price[above]) - int(tree.price[u])
    forward = int(chains.slope[k]) + fall
    if forward < 0:
        return forward, u, above
    if k > chains.first_segment[u]:
        return -int(chains.slope[k - 1]) - fall, above, u
    return 0, u, u


@numba.njit(cache=True, nogil=True)
def pivot(
    n: int, tail_node: Node, r: Node, entering: int, reduced_cost: int, tree: Tree, chains: Chains | None
) -> None:
    """
    Let the arc from need ``n`` (NONE: from ``tail_node``, a natural arc) to node ``r`` enter.

    Of the arcs that block, the last one met when the cycle is walked from its top in the direction of the
    new arc's flow leaves: the tree stays strongly feasible and the method cannot cycle.
    """
    last_fixed = np.uint32(len(tree.slots) - 2)
    s = tail_node
    leaf = False
    delta = UNLIMITED
    group = NOWHERE
    if n != NONE:
        s = tree.hangs_from[n]
        leaf = s <= last_fixed
        if leaf:
            delta = tree.demand[n]
    if chains is not None and n == NONE and max(s, r) > chains.root:
        group = max(s, r)
        delta = chains.room[group] if s == group else chains.width[chains.segment[group] - 1]
    leaving, delta, tail_side, join = _block(s, r, delta, tree, chains)
    tree.counts[PIVOTS] += 1
    if delta == 0:
        tree.counts[DEGENERATE] += 1
    if leaf and leaving == NOWHERE:  # the need moves as a whole: no link and no price changes
        if delta > 0:
            _push(s, r, join, delta, tree)
        tree.hangs_from[n] = r
        tree.hangs_arc[n] = entering
        tree.hangs_cost[n] = tree.blocks[entering // LANES].cost[entering % LANES]
        return
    if delta > 0:
        _push(s, r, join, delta, tree)
    flow = delta
    if chains is not None and group != NOWHERE:
        if s != group:  # backward: it enters at the upper end of the segment before
            _go_to_segment(group, chains.segment[group] - 1, chains)
            flow = chains.room[group] - delta
        elif leaving == NOWHERE:
            _go_to_segment(group, chains.segment[group] + 1, chains)
        if leaving == NOWHERE:  # its own segment ended first: the group stands at the other end, the tree as it was
            return
    if leaf:
        s = _grow(n, s, delta, tree)
    larger = max(leaving, tree.link[leaving].parent)
    if chains is not None and chains.root < larger <= last_fixed and tree.link[leaving].flow > 0:
        _go_to_segment(larger, chains.segment[larger] + 1, chains)  # it leaves at its segment's upper end
    if tail_side:
        _rehang(s, r, leaving, entering, flow, reduced_cost, tree)
    else:
        _rehang(r, s, leaving, entering, flow, -reduced_cost, tree)
    if larger > last_fixed:
        _shrink(larger, tree)


@numba.njit(cache=True, nogil=True)
def _go_to_segment(group: Node, k: int, chains: Chains) -> None:
    """The group stands in segment ``k``, or where it begins."""
    chains.segment[group] = k
    chains.room[group] = chains.width[k]


@numba.njit(cache=True, nogil=True)
def _block(s: Node, r: Node, limit: int, tree: Tree, chains: Chains | None) -> tuple[Node, int, bool, Node]:
    """
    Walk from both ends of the entering arc s -> r to where the paths meet.

    Returns the node whose arc to its parent blocks (NOWHERE: none below ``limit``), how much can flow, whether
    that node lies on the tail's side, and where the paths meet. On the tail's side the first to block is
    taken, on the head's side the last, and the head's side wins a tie.
    """
    p = s
    q = r
    ahead = tree.order[p].depth - tree.order[q].depth
    delta = limit
    leaving = NOWHERE
    tail_side = True
    while ahead > 0:
        above = tree.link[p].parent
        if p > above:
            if tree.link[p].flow < delta:
                delta = tree.link[p].flow
                leaving = p
        elif chains is not None:
            room = _room_left(above, tree.link[p].flow, tree, chains)
            if room < delta:
                delta = room
                leaving = p
        p = above
        ahead -= 1
    while ahead < 0:
        above = tree.link[q].parent
        if q < above:
            if tree.link[q].flow <= delta:
                delta = tree.link[q].flow
                leaving = q
                tail_side = False
        elif chains is not None:
            room = _room_left(q, tree.link[q].flow, tree, chains)
            if room <= delta:
                delta = room
                leaving = q
                tail_side = False
        q = above
        ahead += 1
    while p != q:  # in step: both chains of loads are under way at once
        above = tree.link[p].parent
        if p > above:
            if tree.link[p].flow < delta:
                delta = tree.link[p].flow
                leaving = p
                tail_side = True
        elif chains is not None:
            room = _room_left(above, tree.link[p].flow, tree, chains)
            if room < delta:
                delta = room
                leaving = p
                tail_side = True
        p = above
        above = tree.link[q].parent
        if q < above:
            if tree.link[q].flow <= delta:
                delta = tree.link[q].flow
                leaving = q
                tail_side = False
        elif chains is not None:
            room = _room_left(q, tree.link[q].flow, tree, chains)
            if room <= delta:
                delta = room
                leaving = q
                tail_side = False
        q = above
    return leaving, delta, tail_side, p


@numba.njit(cache=True, nogil=True)
def _room_left(tail: Node, flow: int, tree: Tree, chains: Chains) -> int:
    """How much more the tree arc out of ``tail`` can carry: only groups' segments have an end."""
    if chains.root < tail < len(tree.slots) - 1:
        return int(chains.room[tail]) - flow
    return UNLIMITED


@numba.njit(cache=True, nogil=True)
def _push(s: Node, r: Node, join: Node, delta: int, tree: Tree) -> None:
    """Send ``delta`` round the cycle of the entering arc s -> r, whose paths meet at ``join``."""
    p = s
    while p != join:
        above = tree.link[p].parent
        tree.link[p].flow += -delta if p > above else delta
        p = above
    q = r
    while q != join:
        above = tree.link[q].parent
        tree.link[q].flow += delta if q > above else -delta
        q = above


@numba.njit(cache=True, nogil=True)
def _grow(n: int, s: Node, delta: int, tree: Tree) -> Node:
    """Need n is about to be split: give it a slot below s; returns the slot."""
    u = np.uint32(tree.slots[tree.slots[0]])
    tree.slots[0] -= 1
    tree.link[u].parent = s
    tree.link[u].flow = tree.demand[n] - delta
    tree.link[u].arc = tree.hangs_arc[n]
    tree.link[u].need = n
    after = tree.order[s].next
    tree.order[u].depth = tree.order[s].depth + 1
    tree.order[u].next = after
    tree.order[u].previous = s
    tree.order[s].next = u
    tree.order[after].previous = u
    tree.price[u] = tree.price[s] + tree.hangs_cost[n]
    tree.hangs_from[n] = u
    tree.hangs_cost[n] = 0
    return u


@numba.njit(cache=True, nogil=True)
def _shrink(u: Node, tree: Tree) -> None:
    """The split need in slot u lost an arc: if one is left, it is a tree node no more."""
    after = tree.order[u].next
    if tree.order[after].depth > tree.order[u].depth:
        return
    before = tree.order[u].previous
    tree.order[before].next = after
    tree.order[after].previous = before
    n = tree.link[u].need
    arc = tree.link[u].arc
    tree.hangs_from[n] = tree.link[u].parent
    tree.hangs_arc[n] = arc
    tree.hangs_cost[n] = tree.blocks[arc // LANES].cost[arc % LANES]
    tree.slots[0] += 1
    tree.slots[tree.slots[0]] = u


@numba.njit(cache=True, nogil=True)
def _rehang(top: Node, new_parent: Node, leaving: Node, entering: int, flow: int, shift: int, tree: Tree) -> None:
    """
    Turn the part of the tree cut off above ``leaving`` upside down and hang it by ``top`` from ``new_parent``.

    Each node on the way from ``top`` to ``leaving`` brings what is left of its subtree: that run is cut out of
    the preorder list, shifted in price and depth, and chained to the runs before it.
    """
    current = top
    parent = new_parent
    arc = entering
    depth = tree.order[new_parent].depth + 1
    tail = NOWHERE
    farthest = tree.counts[FARTHEST]
    moved = 0
    while True:
        old_parent = tree.link[current].parent
        old_flow = tree.link[current].flow
        old_arc = tree.link[current].arc
        tree.link[current].parent = parent
        tree.link[current].flow = flow
        tree.link[current].arc = arc
        old_depth = tree.order[current].depth
        lift = depth - old_depth
        last = current
        u = current
        depth_u = old_depth + 1
        while depth_u > old_depth:
            shifted = tree.price[u] + shift
            farthest = max(farthest, abs(shifted))
            tree.price[u] = shifted
            tree.order[u].depth += lift
            last = u
            u = tree.order[u].next
            depth_u = tree.order[u].depth
            moved += 1
        before = tree.order[current].previous
        tree.order[before].next = u
        tree.order[u].previous = before
        if tail != NOWHERE:
            tree.order[tail].next = current
            tree.order[current].previous = tail
        tail = last
        if current == leaving:
            break
        parent = current
        flow = old_flow
        arc = old_arc
        current = old_parent
        depth += 1
    after = tree.order[new_parent].next
    tree.order[new_parent].next = top
    tree.order[top].previous = new_parent
    tree.order[tail].next = after
    tree.order[after].previous = tail
    tree.counts[FARTHEST] = farthest
    tree.counts[SHIFTED] += moved
