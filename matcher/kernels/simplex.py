"""
Primal network simplex on one part: price a need's row, let its best arc enter, keep the tree.

Reduced cost of the arc from need n to resource r: ``cost + price[r] - price[n]``; an arc below zero enters,
flow goes round the cycle it closes, and the last arc on that cycle to block leaves.
"""

import numba
import numpy as np

from matcher.kernels.tree import (
    LANES,
    NARROW_PRICE_LIMIT,
    NOWHERE,
    UNUSED,
    Int32,
    Int64,
    Node,
    Records,
    UInt32,
    Values,
)

NONE = -1
UNLIMITED = 2**62

# What `sweep` counts, and why it returned.
PIVOTS, DEGENERATE, SHIFTED, SCANNED, FARTHEST = range(5)
N_COUNTS = 5
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
    block_start: Int64,
    blocks: Records,
    demand: Values,
    link: Records,
    order: Records,
    price: Values,
    slots: Int32,
    hangs_from: UInt32,
    hangs_cost: Int32,
    hangs_arc: Int32,
    counts: Int64,
) -> int:
    """
    Pivot on a range of needs and resources until few arcs enter any more.

    Each need in turn offers the best arc of its row, each resource in turn the arc of its unused capacity;
    what is better than ``-threshold`` enters. Needs lie at random within their tile; beyond a tile they are
    visited in runs of ``run``, the runs in golden-ratio order over the range. Neighbours in turn would grow
    long subtrees (60 % more pivots when measured).

    ``stand`` says where to go on, and is brought up to date.

    Returns
    -------
    int
        DONE if fewer than one in ``stop_rate`` of a window of needs pivoted (UNTIL_CLEAN: if a whole round
        was clean), PAUSED after ``budget`` needs, SPILLED if a price left the narrow range and the tree
        must be given up.
    """
    m = np.uint32(len(slots) - 2)
    length = end_need - first_need
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
    narrow = price.itemsize == NARROW_BYTES
    while scanned < budget:
        lo = block_start[n]
        hi = block_start[n + 1]
        scanned += 1
        clean += 1
        seen += 1
        best = _least(lo, hi, blocks, price)
        need_price = price[hangs_from[n]] + hangs_cost[n]
        if best < need_price - threshold:
            arc = _find(best, lo, blocks, price)
            pivot(
                n, blocks[arc // LANES].resource[arc % LANES], arc, best - need_price,
                blocks, demand, link, order, price, slots, hangs_from, hangs_cost, hangs_arc, counts,
            )  # fmt: skip
            clean = 0
            hits += 1
        n += 1
        if (n - first_need) % run == 0 or n == end_need:
            at_run += step
            if at_run >= runs:
                at_run -= runs
            n = first_need + at_run * run
        if rr < end_resource:
            if price[rr] < -threshold and link[rr].parent != m:
                pivot(
                    NONE, np.uint32(rr), UNUSED, price[rr],
                    blocks, demand, link, order, price, slots, hangs_from, hangs_cost, hangs_arc, counts,
                )  # fmt: skip
                clean = 0
            rr += 1
            if rr == end_resource:
                rr = first_resource
        if narrow and counts[FARTHEST] > NARROW_PRICE_LIMIT:
            outcome = SPILLED
            break
        if stop_rate > 0:
            if seen == window:
                if hits * stop_rate < window:
                    outcome = DONE
                    break
                seen = 0
                hits = 0
        elif clean >= length:
            before = counts[PIVOTS]
            for q in range(first_resource, end_resource):
                if price[q] < 0 and link[q].parent != m:
                    pivot(
                        NONE, np.uint32(q), UNUSED, price[q],
                        blocks, demand, link, order, price, slots, hangs_from, hangs_cost, hangs_arc, counts,
                    )  # fmt: skip
            if counts[PIVOTS] == before:
                outcome = DONE
                break
            clean = 0
    counts[SCANNED] += scanned
    stand[AT_NEED] = n
    stand[AT_RESOURCE] = rr
    stand[HITS] = hits
    stand[SEEN] = seen
    stand[CLEAN] = clean
    return outcome


@numba.njit(cache=True, nogil=True)
def _least(lo: int, hi: int, blocks: Records, price: Values) -> int:
    """
    Least cost + price over blocks lo to hi - 1.

    Written out with four running minima, which stay in registers: 20 % faster than a loop over the lanes.
    """
    a = b = c = d = UNLIMITED
    for k in range(lo, hi):
        cost = blocks[k].cost
        to = blocks[k].resource
        a = min(a, cost[0] + price[to[0]])
        b = min(b, cost[1] + price[to[1]])
        c = min(c, cost[2] + price[to[2]])
        d = min(d, cost[3] + price[to[3]])
        a = min(a, cost[4] + price[to[4]])
        b = min(b, cost[5] + price[to[5]])
        c = min(c, cost[6] + price[to[6]])
        d = min(d, cost[7] + price[to[7]])
    return min(a, b, c, d)


@numba.njit(cache=True, nogil=True)
def _find(best: int, lo: int, blocks: Records, price: Values) -> int:
    """First arc from block lo on whose cost + price is ``best``; there is one."""
    b = lo
    while True:
        for k in range(LANES):
            if blocks[b].cost[k] + price[blocks[b].resource[k]] == best:
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
def pivot(
    n: int,
    r: Node,
    entering: int,
    reduced_cost: int,
    blocks: Records,
    demand: Values,
    link: Records,
    order: Records,
    price: Values,
    slots: Int32,
    hangs_from: UInt32,
    hangs_cost: Int32,
    hangs_arc: Int32,
    counts: Int64,
) -> None:
    """
    Let the arc from need ``n`` (NONE: the root, for unused capacity) to node ``r`` enter.

    Of the arcs that block, the last one met when the cycle is walked from its top in the direction of the
    new arc's flow leaves: the tree stays strongly feasible and the method cannot cycle.
    """
    m = np.uint32(len(slots) - 2)
    s = m
    leaf = False
    delta = UNLIMITED
    if n != NONE:
        s = hangs_from[n]
        leaf = s <= m
        if leaf:
            delta = demand[n]
    leaving, delta, tail_side, join = _block(s, r, delta, link, order)
    counts[PIVOTS] += 1
    if delta == 0:
        counts[DEGENERATE] += 1
    if leaf and leaving == NOWHERE:  # the need moves as a whole: no link and no price changes
        if delta > 0:
            _push(s, r, join, delta, link)
        hangs_from[n] = r
        hangs_arc[n] = entering
        hangs_cost[n] = blocks[entering // LANES].cost[entering % LANES]
        return
    if delta > 0:
        _push(s, r, join, delta, link)
    if leaf:
        s = _grow(n, s, delta, demand, link, order, price, slots, hangs_from, hangs_cost, hangs_arc)
    split = max(leaving, link[leaving].parent)
    if tail_side:
        _rehang(s, r, leaving, entering, delta, reduced_cost, link, order, price, counts)
    else:
        _rehang(r, s, leaving, entering, delta, -reduced_cost, link, order, price, counts)
    if split > m:
        _shrink(split, blocks, link, order, slots, hangs_from, hangs_cost, hangs_arc)


@numba.njit(cache=True, nogil=True)
def _block(s: Node, r: Node, limit: int, link: Records, order: Records) -> tuple[Node, int, bool, Node]:
    """
    Walk from both ends of the entering arc s -> r to where the paths meet.

    Returns the node whose arc to its parent blocks (NOWHERE: none below ``limit``), how much can flow, whether
    that node lies on the tail's side, and where the paths meet. On the tail's side the first to block is
    taken, on the head's side the last, and the head's side wins a tie.
    """
    p = s
    q = r
    ahead = order[p].depth - order[q].depth
    delta = limit
    leaving = NOWHERE
    tail_side = True
    while ahead > 0:
        above = link[p].parent
        if p > above and link[p].flow < delta:
            delta = link[p].flow
            leaving = p
        p = above
        ahead -= 1
    while ahead < 0:
        above = link[q].parent
        if q < above and link[q].flow <= delta:
            delta = link[q].flow
            leaving = q
            tail_side = False
        q = above
        ahead += 1
    while p != q:  # in step: both chains of loads are under way at once
        above = link[p].parent
        if p > above and link[p].flow < delta:
            delta = link[p].flow
            leaving = p
            tail_side = True
        p = above
        above = link[q].parent
        if q < above and link[q].flow <= delta:
            delta = link[q].flow
            leaving = q
            tail_side = False
        q = above
    return leaving, delta, tail_side, p


@numba.njit(cache=True, nogil=True)
def _push(s: Node, r: Node, join: Node, delta: int, link: Records) -> None:
    """Send ``delta`` round the cycle of the entering arc s -> r, whose paths meet at ``join``."""
    p = s
    while p != join:
        above = link[p].parent
        link[p].flow += -delta if p > above else delta
        p = above
    q = r
    while q != join:
        above = link[q].parent
        link[q].flow += delta if q > above else -delta
        q = above


@numba.njit(cache=True, nogil=True)
def _grow(
    n: int,
    s: Node,
    delta: int,
    demand: Values,
    link: Records,
    order: Records,
    price: Values,
    slots: Int32,
    hangs_from: UInt32,
    hangs_cost: Int32,
    hangs_arc: Int32,
) -> Node:
    """Need n is about to be split: give it a slot below s; returns the slot."""
    u = np.uint32(slots[slots[0]])
    slots[0] -= 1
    link[u].parent = s
    link[u].flow = demand[n] - delta
    link[u].arc = hangs_arc[n]
    link[u].need = n
    after = order[s].next
    order[u].depth = order[s].depth + 1
    order[u].next = after
    order[u].previous = s
    order[s].next = u
    order[after].previous = u
    price[u] = price[s] + hangs_cost[n]
    hangs_from[n] = u
    hangs_cost[n] = 0
    return u


@numba.njit(cache=True, nogil=True)
def _shrink(
    u: Node,
    blocks: Records,
    link: Records,
    order: Records,
    slots: Int32,
    hangs_from: UInt32,
    hangs_cost: Int32,
    hangs_arc: Int32,
) -> None:
    """The split need in slot u lost an arc: if one is left, it is a tree node no more."""
    after = order[u].next
    if order[after].depth > order[u].depth:
        return
    before = order[u].previous
    order[before].next = after
    order[after].previous = before
    n = link[u].need
    arc = link[u].arc
    hangs_from[n] = link[u].parent
    hangs_arc[n] = arc
    hangs_cost[n] = blocks[arc // LANES].cost[arc % LANES]
    slots[0] += 1
    slots[slots[0]] = u


@numba.njit(cache=True, nogil=True)
def _rehang(
    top: Node,
    new_parent: Node,
    leaving: Node,
    entering: int,
    flow: int,
    shift: int,
    link: Records,
    order: Records,
    price: Values,
    counts: Int64,
) -> None:
    """
    Turn the part of the tree cut off above ``leaving`` upside down and hang it by ``top`` from ``new_parent``.

    Each node on the way from ``top`` to ``leaving`` brings what is left of its subtree: that run is cut out of
    the preorder list, shifted in price and depth, and chained to the runs before it.
    """
    current = top
    parent = new_parent
    arc = entering
    depth = order[new_parent].depth + 1
    tail = NOWHERE
    farthest = counts[FARTHEST]
    moved = 0
    while True:
        old_parent = link[current].parent
        old_flow = link[current].flow
        old_arc = link[current].arc
        link[current].parent = parent
        link[current].flow = flow
        link[current].arc = arc
        old_depth = order[current].depth
        lift = depth - old_depth
        last = current
        u = current
        depth_u = old_depth + 1
        while depth_u > old_depth:
            shifted = price[u] + shift
            farthest = max(farthest, abs(shifted))
            price[u] = shifted
            order[u].depth += lift
            last = u
            u = order[u].next
            depth_u = order[u].depth
            moved += 1
        before = order[current].previous
        order[before].next = u
        order[u].previous = before
        if tail != NOWHERE:
            order[tail].next = current
            order[current].previous = tail
        tail = last
        if current == leaving:
            break
        parent = current
        flow = old_flow
        arc = old_arc
        current = old_parent
        depth += 1
    after = order[new_parent].next
    order[new_parent].next = top
    order[top].previous = new_parent
    order[tail].next = after
    order[after].previous = tail
    counts[FARTHEST] = farthest
    counts[SHIFTED] += moved
