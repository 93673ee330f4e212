"""
The repairs of the live plan: shortest augmenting paths on reduced costs, each search no wider than it must be.

After an event some node gives more than it can, or has given up what it should: it has an excess or a deficit of units,
while every reduced cost still holds. `_route_excess` sends units along the cheapest way to the root (unmet, or idle in
some resource); `_fill_deficit` fetches them along the cheapest way from there. Both are Dijkstra's search, ended as
soon as the root is as near as whatever comes next, and both change the prices of nearer nodes by how much nearer they
are: the way found then has the reduced cost 0 and all others keep theirs at 0 or above, which is the proof (successive
shortest paths; Ahuja, Magnanti and Orlin, Network Flows, section 9.7).

Most steps have length 0, from a resource to those that it serves. They go on a stack instead of the heap.
"""

import numba
import numpy as np

from matcher.kernels.live_network import (
    AUGMENTATIONS,
    COST,
    DAMAGED,
    JOURNAL,
    JOURNAL_FULL,
    NONE,
    ROOT,
    SEARCHES,
    SETTLED,
    UNREACHED,
    VISITED,
    Int32,
    Int64,
    LiveNetwork,
    Records,
    Whole,
)


@numba.njit(cache=True, nogil=True)
def settle(net: LiveNetwork, node: Int32, units: Int64, longest_path: Whole) -> Whole:
    """
    Repair imbalances one after another: ``units`` above 0 are an excess of the node, below 0 a deficit.

    What is left of each is written back. `JOURNAL_FULL`: the journal may not hold another path of ``longest_path``
    pairs; the caller empties it and calls again. `DAMAGED`: a reduced cost is below 0 or a way carries nothing, which
    no state that can be proven has.
    """
    for i in range(len(node)):
        at = np.int64(node[i])
        while units[i] != 0:
            if net.counts[JOURNAL] + longest_path > len(net.journal):
                return JOURNAL_FULL
            if units[i] > 0:
                moved = _route_excess(net, at, units[i])
                units[i] -= moved
            else:
                moved = _fill_deficit(net, at, -units[i])
                units[i] += moved
            if moved <= 0:
                return DAMAGED
    return SETTLED


@numba.njit(cache=True, nogil=True)
def _route_excess(net: LiveNetwork, source: Whole, most: Whole) -> Whole:
    """Send units from a node along the cheapest way to the root, as many as it carries; returns them, 0 if damaged."""
    needs, supplies, pairs, backs = net.needs, net.supplies, net.pairs, net.backs
    need_price, price, need_label, supply_label = net.need_price, net.price, net.need_label, net.supply_label
    net.counts[SEARCHES] += 1
    search = net.counts[SEARCHES]
    waiting: Whole = 0
    stacked = 1
    settled = 0
    length = np.int64(0)
    nearest = np.int64(UNREACHED)
    last = np.int64(0)
    _start(net, source, search)
    while True:
        if stacked > 0:
            stacked -= 1
            node = np.int64(net.stack[stacked])
        elif waiting > 0:
            length = net.heap[0].length
            node = np.int64(net.heap[0].node)
            waiting = _heap_out(net.heap, waiting)
            if length >= nearest:
                break
            if _length(need_label, supply_label, node) != length:
                continue
        else:
            break
        if nearest <= length:
            break
        net.settled[settled] = node
        settled += 1
        if node < 0:
            need = needs[~node]
            so_far = length - need_price[~node]
            if so_far + need.unmet_cost < nearest:
                nearest = so_far + need.unmet_cost
                last = node
                if nearest < length:
                    return 0
            for e in range(np.uint64(need.row_start), np.uint64(need.row_start + need.row_length)):
                u = np.uint32(pairs[e].supply)
                reached = so_far + pairs[e].cost + price[u]
                if reached >= nearest or not _is_nearer(supply_label, u, search, reached):
                    continue
                if reached < length:  # a reduced cost below 0: Dijkstra's search would have no end
                    return 0
                _label(supply_label, u, search, reached, e)
                if supplies[u].slack > 0 and supplies[u].above == ROOT:
                    nearest = reached
                    last = np.int64(u)
                if reached == length:
                    net.stack[stacked] = u
                    stacked += 1
                else:
                    waiting = _wait(net.heap, waiting, reached, np.int64(u), need_label, supply_label)
            continue
        supply = supplies[node]
        if supply.slack > 0:
            upper = np.int64(supply.above)
            if upper == ROOT:
                nearest = length
                last = node
                break
            if _is_nearer(supply_label, upper, search, length):
                _label(supply_label, upper, search, length, -2 - node)
                net.stack[stacked] = upper
                stacked += 1
        below = np.int64(supply.first_below)
        while below != NONE:
            reached = length + price[below] - price[node]
            if reached < length:
                return 0
            if reached < nearest and _is_nearer(supply_label, below, search, reached):
                _label(supply_label, below, search, reached, -2 - node)
                if reached == length:
                    net.stack[stacked] = below
                    stacked += 1
                else:
                    waiting = _wait(net.heap, waiting, reached, below, need_label, supply_label)
            below = np.int64(supplies[below].next_below)
        for k in range(np.uint64(supply.column_start), np.uint64(supply.column_start + supply.column_used)):
            n = np.uint32(backs[k].need)
            if _is_nearer(need_label, n, search, length):
                _label(need_label, n, search, length, backs[k].pair)
                net.stack[stacked] = ~np.int64(n)
                stacked += 1
    net.counts[VISITED] += settled
    if nearest >= UNREACHED:
        return 0
    for i in range(settled):
        node = np.int64(net.settled[i])
        nearer = nearest - _length(need_label, supply_label, node)
        if nearer > 0:
            if node < 0:
                need_price[~node] += nearer
            else:
                price[node] += nearer
    units = min(most, _room_out(net, last))
    if units > 0:
        _push_out(net, last, units)
    net.counts[AUGMENTATIONS] += 1
    return units


@numba.njit(cache=True, nogil=True)
def _fill_deficit(net: LiveNetwork, target: Whole, most: Whole) -> Whole:
    """Fetch units from the root along the cheapest way to a node, as many as it carries; returns them, 0 if damaged."""
    needs, supplies, pairs, backs = net.needs, net.supplies, net.pairs, net.backs
    need_price, price, need_label, supply_label = net.need_price, net.price, net.need_label, net.supply_label
    net.counts[SEARCHES] += 1
    search = net.counts[SEARCHES]
    waiting: Whole = 0
    stacked = 1
    settled = 0
    length = np.int64(0)
    nearest = np.int64(UNREACHED)
    last = np.int64(0)
    _start(net, target, search)
    while True:
        if stacked > 0:
            stacked -= 1
            node = np.int64(net.stack[stacked])
        elif waiting > 0:
            length = net.heap[0].length
            node = np.int64(net.heap[0].node)
            waiting = _heap_out(net.heap, waiting)
            if length >= nearest:
                break
            if _length(need_label, supply_label, node) != length:
                continue
        else:
            break
        if nearest <= length:
            break
        net.settled[settled] = node
        settled += 1
        if node < 0:
            need = needs[~node]
            if need.unmet > 0:
                nearest = length
                last = node
                break
            for e in range(np.uint64(need.row_start), np.uint64(need.row_start + need.row_length)):
                if net.carried[e].units > 0:
                    u = np.uint32(pairs[e].supply)
                    if _is_nearer(supply_label, u, search, length):
                        _label(supply_label, u, search, length, e)
                        net.stack[stacked] = u
                        stacked += 1
            continue
        supply = supplies[node]
        so_far = length + price[node]
        upper = np.int64(supply.above)
        if upper == ROOT:
            if so_far < nearest:
                nearest = so_far
                last = node
                if nearest < length:
                    return 0
        else:
            reached = so_far - price[upper]
            if reached < length:
                return 0
            if reached < nearest and _is_nearer(supply_label, upper, search, reached):
                _label(supply_label, upper, search, reached, -2 - node)
                if reached == length:
                    net.stack[stacked] = upper
                    stacked += 1
                else:
                    waiting = _wait(net.heap, waiting, reached, upper, need_label, supply_label)
        below = np.int64(supply.first_below)
        while below != NONE:
            if supplies[below].slack > 0 and _is_nearer(supply_label, below, search, length):
                _label(supply_label, below, search, length, -2 - node)
                net.stack[stacked] = below
                stacked += 1
            below = np.int64(supplies[below].next_below)
        for k in range(np.uint64(supply.column_start), np.uint64(supply.column_start + supply.column_length)):
            n = np.uint32(backs[k].need)
            reached = so_far + backs[k].cost - need_price[n]
            if reached >= nearest or not _is_nearer(need_label, n, search, reached):
                continue
            if reached < length:
                return 0
            _label(need_label, n, search, reached, backs[k].pair)
            if needs[n].unmet > 0:
                nearest = reached
                last = ~np.int64(n)
            if reached == length:
                net.stack[stacked] = ~np.int64(n)
                stacked += 1
            else:
                waiting = _wait(net.heap, waiting, reached, ~np.int64(n), need_label, supply_label)
    net.counts[VISITED] += settled
    if nearest >= UNREACHED:
        return 0
    for i in range(settled):
        node = np.int64(net.settled[i])
        nearer = nearest - _length(need_label, supply_label, node)
        if nearer > 0:
            if node < 0:
                need_price[~node] -= nearer
            else:
                price[node] -= nearer
    units = min(most, _room_in(net, last))
    if units > 0:
        _fetch_in(net, last, units)
    net.counts[AUGMENTATIONS] += 1
    return units


@numba.njit(cache=True, nogil=True)
def give(net: LiveNetwork, e: Whole, units: Whole) -> None:
    """Put more units on a pair."""
    k = net.carried[e].back
    if net.carried[e].units == 0:
        u = net.pairs[e].supply
        _swap_back(net, k, net.supplies[u].column_start + net.supplies[u].column_used)
        net.supplies[u].column_used += 1
    net.carried[e].units += units
    net.counts[COST] += units * net.pairs[e].cost
    _note(net, e, units)


@numba.njit(cache=True, nogil=True)
def take(net: LiveNetwork, e: Whole, units: Whole) -> None:
    """Take units off a pair."""
    net.carried[e].units -= units
    if net.carried[e].units == 0:
        u = net.pairs[e].supply
        net.supplies[u].column_used -= 1
        _swap_back(net, net.carried[e].back, net.supplies[u].column_start + net.supplies[u].column_used)
    net.counts[COST] -= units * net.pairs[e].cost
    _note(net, e, -units)


@numba.njit(cache=True, nogil=True)
def price_need(net: LiveNetwork, n: Whole) -> Whole:
    """Price a need at its cheapest way, unmet included, and return it."""
    best: Whole = net.needs[n].unmet_cost
    for e in range(net.needs[n].row_start, net.needs[n].row_start + net.needs[n].row_length):
        best = min(best, net.pairs[e].cost + net.price[net.pairs[e].supply])
    net.need_price[n] = best
    return best


@numba.njit(cache=True, nogil=True)
def release(net: LiveNetwork, n: Whole, node: Int32, units: Int64) -> Whole:
    """
    After a need's price fell: take its units off every way that costs more now.

    Writes the imbalances that this leaves to ``node`` and ``units``, which have room for the row and one more; returns
    how many.
    """
    count = 0
    freed = np.int64(0)
    for e in range(net.needs[n].row_start, net.needs[n].row_start + net.needs[n].row_length):
        moved = net.carried[e].units
        u = net.pairs[e].supply
        if moved > 0 and net.pairs[e].cost + net.price[u] > net.need_price[n]:
            take(net, e, moved)
            node[count] = u
            units[count] = -moved
            count += 1
            freed += moved
    if net.needs[n].unmet > 0 and net.needs[n].unmet_cost > net.need_price[n]:
        freed += net.needs[n].unmet
        net.counts[COST] -= net.needs[n].unmet * net.needs[n].unmet_cost
        net.needs[n].unmet = 0
    if freed > 0:
        node[count] = ~n
        units[count] = freed
        count += 1
    return count


@numba.njit(cache=True, nogil=True)
def load(net: LiveNetwork, number: Int64, units: Int64) -> None:
    """Put a whole plan on pairs that carry nothing yet, without a journal."""
    for i in range(len(number)):
        give(net, net.place[number[i]], units[i])
        net.counts[JOURNAL] = 0


@numba.njit(cache=True, nogil=True)
def _start(net: LiveNetwork, node: Whole, search: Whole) -> None:
    if node < 0:
        net.need_label[~node].search = search
        net.need_label[~node].length = 0
        net.need_label[~node].via = NONE
    else:
        net.supply_label[node].search = search
        net.supply_label[node].length = 0
        net.supply_label[node].via = NONE
    net.stack[0] = node


@numba.njit(cache=True, nogil=True)
def _length(need_label: Records, supply_label: Records, node: Whole) -> Whole:
    length: Whole = need_label[~node].length if node < 0 else supply_label[node].length
    return length


@numba.njit(cache=True, nogil=True)
def _is_nearer(label: Records, i: Whole, search: Whole, reached: Whole) -> bool:
    """Whether this search knows no way to a node that is as short."""
    found: bool = label[i].search != search or reached < label[i].length
    return found


@numba.njit(cache=True, nogil=True)
def _label(label: Records, i: Whole, search: Whole, reached: Whole, via: Whole) -> None:
    label[i].search = search
    label[i].length = reached
    label[i].via = via


@numba.njit(cache=True, nogil=True)
def _wait(
    heap: Records, waiting: Whole, reached: Whole, node: Whole, need_label: Records, supply_label: Records
) -> Whole:
    """Put a node into the heap; returns how many there are then."""
    if waiting == len(heap):
        waiting = _purge(heap, waiting, need_label, supply_label)
    _heap_in(heap, waiting, reached, node)
    return waiting + 1


@numba.njit(cache=True, nogil=True)
def _purge(heap: Records, waiting: Whole, need_label: Records, supply_label: Records) -> Whole:
    """Drop entries that a shorter way has overtaken: of each node one at most remains, so there is room again."""
    kept = 0
    for i in range(waiting):
        if _length(need_label, supply_label, np.int64(heap[i].node)) == heap[i].length:
            heap[kept].length = heap[i].length
            heap[kept].node = heap[i].node
            kept += 1
    for i in range(kept):
        _heap_in(heap, i, heap[i].length, np.int64(heap[i].node))
    return kept


@numba.njit(cache=True, nogil=True)
def _heap_in(heap: Records, waiting: Whole, length: Whole, node: Whole) -> None:
    i = waiting
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent].length <= length:
            break
        heap[i].length = heap[parent].length
        heap[i].node = heap[parent].node
        i = parent
    heap[i].length = length
    heap[i].node = node


@numba.njit(cache=True, nogil=True)
def _heap_out(heap: Records, waiting: Whole) -> Whole:
    """Drop the nearest; returns how many remain."""
    waiting -= 1
    length = heap[waiting].length
    node = heap[waiting].node
    i = 0
    while 2 * i + 1 < waiting:
        child = 2 * i + 1
        if child + 1 < waiting and heap[child + 1].length < heap[child].length:
            child += 1
        if heap[child].length >= length:
            break
        heap[i].length = heap[child].length
        heap[i].node = heap[child].node
        i = child
    heap[i].length = length
    heap[i].node = node
    return waiting


@numba.njit(cache=True, nogil=True)
def _room_out(net: LiveNetwork, last: Whole) -> Whole:
    """Units that the way to the root by ``last`` carries."""
    room = np.int64(UNREACHED)
    node = np.int64(last)
    if node >= 0:
        room = net.supplies[node].slack
    while True:
        if node < 0:
            e = net.need_label[~node].via
            if e == NONE:
                return room
            room = min(room, net.carried[e].units)
            node = np.int64(net.pairs[e].supply)
        else:
            via = np.int64(net.supply_label[node].via)
            if via == NONE:
                return room
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    room = min(room, net.supplies[w].slack)
                node = w


@numba.njit(cache=True, nogil=True)
def _push_out(net: LiveNetwork, last: Whole, units: Whole) -> None:
    """Move units along the way to the root by ``last``."""
    node = np.int64(last)
    if node < 0:
        net.needs[~node].unmet += units
        net.counts[COST] += units * net.needs[~node].unmet_cost
    else:
        net.supplies[node].slack -= units
    while True:
        if node < 0:
            e = np.int64(net.need_label[~node].via)
            if e == NONE:
                return
            node = np.int64(net.pairs[e].supply)
            take(net, e, units)
        else:
            via = np.int64(net.supply_label[node].via)
            if via == NONE:
                return
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
                give(net, via, units)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    net.supplies[w].slack -= units
                else:
                    net.supplies[node].slack += units
                node = w


@numba.njit(cache=True, nogil=True)
def _room_in(net: LiveNetwork, last: Whole) -> Whole:
    """Units that the way from the root by ``last`` carries."""
    room = np.int64(UNREACHED)
    node = np.int64(last)
    if node < 0:
        room = net.needs[~node].unmet
    while True:
        if node < 0:
            e = net.need_label[~node].via
            if e == NONE:
                return room
            node = np.int64(net.pairs[e].supply)
        else:
            via = np.int64(net.supply_label[node].via)
            if via == NONE:
                return room
            if via >= 0:
                room = min(room, net.carried[via].units)
                node = ~np.int64(net.backs[net.carried[via].back].need)
            else:
                w = -2 - via
                if net.supplies[w].above != node:
                    room = min(room, net.supplies[node].slack)
                node = w


@numba.njit(cache=True, nogil=True)
def _fetch_in(net: LiveNetwork, last: Whole, units: Whole) -> None:
    """Move units along the way from the root by ``last``."""
    node = np.int64(last)
    if node < 0:
        net.needs[~node].unmet -= units
        net.counts[COST] -= units * net.needs[~node].unmet_cost
    else:
        net.supplies[node].slack += units
    while True:
        if node < 0:
            e = np.int64(net.need_label[~node].via)
            if e == NONE:
                return
            node = np.int64(net.pairs[e].supply)
            give(net, e, units)
        else:
            via = np.int64(net.supply_label[node].via)
            if via == NONE:
                return
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
                take(net, via, units)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    net.supplies[w].slack += units
                else:
                    net.supplies[node].slack -= units
                node = w


@numba.njit(cache=True, nogil=True)
def _swap_back(net: LiveNetwork, k: Whole, to: Whole) -> None:
    """Exchange two records of a column."""
    if k == to:
        return
    net.backs[k].need, net.backs[to].need = net.backs[to].need, net.backs[k].need
    net.backs[k].cost, net.backs[to].cost = net.backs[to].cost, net.backs[k].cost
    net.backs[k].pair, net.backs[to].pair = net.backs[to].pair, net.backs[k].pair
    net.carried[net.backs[k].pair].back = k
    net.carried[net.backs[to].pair].back = to


@numba.njit(cache=True, nogil=True)
def _note(net: LiveNetwork, e: Whole, units: Whole) -> None:
    net.journal[net.counts[JOURNAL]].pair = net.carried[e].number
    net.journal[net.counts[JOURNAL]].units = units
    net.counts[JOURNAL] += 1
