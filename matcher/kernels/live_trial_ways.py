"""
Cheapest ways to and from the root within a trial, and the prices that they allow.

The searches are those of `live_paths`, on labels of the trial's own and with notes of what they write. A search to the
root also ends at any node from which remembered hops lead there: with prices at their highest it looks little further
than to where units sent before it have cut the ways off.
"""

import numba
import numpy as np

from matcher.kernels.live_network import NONE, ROOT, UNREACHED, LiveNetwork, Records, Whole
from matcher.kernels.live_trial import SEARCH, SETTLED, VISITED, Trial, change_state, price_need_at, price_supply_at
from matcher.kernels.live_trial_hops import follow, leads_on

BROKEN = -1
"""Length that tells of a reduced cost below 0, which no state that can be proven has."""


@numba.njit(cache=True, nogil=True)
def way_out(net: LiveNetwork, trial: Trial, source: Whole) -> tuple[Whole, Whole]:
    """
    The cheapest way from a node to the root: reduced length, and last node that it was reached by.

    From a supply node that the search ends at, hops lead on. `UNREACHED` where there is no way; `BROKEN`.
    """
    needs, supplies, pairs, backs = net.needs, net.supplies, net.pairs, net.backs
    need_price, price, need_label, supply_label = net.need_price, net.price, trial.need_label, trial.supply_label
    search = _begin(trial, source)
    if source >= 0 and leads_on(net, trial, source):
        return 0, source
    waiting: Whole = 0
    stacked = 1
    settled = 0
    length = np.int64(0)
    nearest = np.int64(UNREACHED)
    last: Whole = np.int64(NONE)
    while True:
        if stacked > 0:
            stacked -= 1
            node = np.int64(trial.stack[stacked])
        elif waiting > 0:
            length = trial.heap[0].length
            node = np.int64(trial.heap[0].node)
            waiting = _heap_out(trial.heap, waiting)
            if length >= nearest:
                break
            if length_of(trial, node) != length:
                continue
        else:
            break
        if nearest <= length:
            break
        trial.settled[settled] = node
        settled += 1
        if node < 0:
            need = needs[~node]
            so_far = length - need_price[~node]
            if so_far + need.unmet_cost < nearest:
                nearest = so_far + need.unmet_cost
                last = node
                if nearest < length:
                    return BROKEN, NONE
            for e in range(np.uint64(need.row_start), np.uint64(need.row_start + need.row_length)):
                u = np.uint32(pairs[e].supply)
                reached = so_far + pairs[e].cost + price[u]
                if reached >= nearest or not _is_nearer(supply_label, u, search, reached):
                    continue
                if reached < length:
                    return BROKEN, NONE
                _label(supply_label, u, search, reached, e)
                end = follow(net, trial, np.int64(u), reached)
                if end != NONE:
                    nearest = np.int64(supply_label[end].length)
                    last = end
                elif reached == length:
                    trial.stack[stacked] = u
                    stacked += 1
                else:
                    waiting = _wait(trial, waiting, reached, np.int64(u))
            continue
        supply = supplies[node]
        if supply.slack > 0:
            upper = np.int64(supply.above)
            if _is_nearer(supply_label, upper, search, length):
                _label(supply_label, upper, search, length, -2 - node)
                trial.stack[stacked] = upper
                stacked += 1
        below = np.int64(supply.first_below)
        while below != NONE:
            reached = length + price[below] - price[node]
            if reached < length:
                return BROKEN, NONE
            if reached < nearest and _is_nearer(supply_label, below, search, reached):
                _label(supply_label, below, search, reached, -2 - node)
                end = follow(net, trial, below, reached)
                if end != NONE:
                    nearest = np.int64(supply_label[end].length)
                    last = end
                elif reached == length:
                    trial.stack[stacked] = below
                    stacked += 1
                else:
                    waiting = _wait(trial, waiting, reached, below)
            below = np.int64(supplies[below].next_below)
        for k in range(np.uint64(supply.column_start), np.uint64(supply.column_start + supply.column_used)):
            n = np.uint32(backs[k].need)
            if _is_nearer(need_label, n, search, length):
                _label(need_label, n, search, length, backs[k].pair)
                trial.stack[stacked] = ~np.int64(n)
                stacked += 1
    _end(trial, settled)
    return nearest, last


@numba.njit(cache=True, nogil=True)
def way_in(net: LiveNetwork, trial: Trial, target: Whole, asked: Whole) -> tuple[Whole, Whole]:
    """
    The cheapest way from the root to a node: reduced length, and last node that it was reached by, backwards.

    Ends also once ``asked`` of the supply nodes that the trial is asked about are settled; the length is then not less
    than what is returned. `UNREACHED` where there is no way; `BROKEN`.
    """
    needs, supplies, pairs, backs = net.needs, net.supplies, net.pairs, net.backs
    need_price, price, need_label, supply_label = net.need_price, net.price, trial.need_label, trial.supply_label
    search = _begin(trial, target)
    waiting: Whole = 0
    stacked = 1
    settled = 0
    length = np.int64(0)
    nearest = np.int64(UNREACHED)
    last = np.int64(NONE)
    while True:
        if stacked > 0:
            stacked -= 1
            node = np.int64(trial.stack[stacked])
        elif waiting > 0:
            length = trial.heap[0].length
            node = np.int64(trial.heap[0].node)
            waiting = _heap_out(trial.heap, waiting)
            if length >= nearest:
                break
            if length_of(trial, node) != length:
                continue
        else:
            break
        if nearest <= length:
            break
        trial.settled[settled] = node
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
                        trial.stack[stacked] = u
                        stacked += 1
            continue
        if trial.asked[node] == search:
            asked -= 1
            if asked == 0:
                nearest = min(nearest, length)
                break
        supply = supplies[node]
        so_far = length + price[node]
        upper = np.int64(supply.above)
        if upper == ROOT:
            if so_far < nearest:
                nearest = so_far
                last = node
                if nearest < length:
                    return BROKEN, NONE
        else:
            reached = so_far - price[upper]
            if reached < length:
                return BROKEN, NONE
            if reached < nearest and _is_nearer(supply_label, upper, search, reached):
                _label(supply_label, upper, search, reached, -2 - node)
                if reached == length:
                    trial.stack[stacked] = upper
                    stacked += 1
                else:
                    waiting = _wait(trial, waiting, reached, upper)
        below = np.int64(supply.first_below)
        while below != NONE:
            if supplies[below].slack > 0 and _is_nearer(supply_label, below, search, length):
                _label(supply_label, below, search, length, -2 - node)
                trial.stack[stacked] = below
                stacked += 1
            below = np.int64(supplies[below].next_below)
        for k in range(np.uint64(supply.column_start), np.uint64(supply.column_start + supply.column_length)):
            n = np.uint32(backs[k].need)
            reached = so_far + backs[k].cost - need_price[n]
            if reached >= nearest or not _is_nearer(need_label, n, search, reached):
                continue
            if reached < length:
                return BROKEN, NONE
            _label(need_label, n, search, reached, backs[k].pair)
            if needs[n].unmet > 0:
                nearest = reached
                last = ~np.int64(n)
            elif reached == length:
                trial.stack[stacked] = ~np.int64(n)
                stacked += 1
            else:
                waiting = _wait(trial, waiting, reached, ~np.int64(n))
    _end(trial, settled)
    return nearest, last


@numba.njit(cache=True, nogil=True)
def raise_prices(net: LiveNetwork, trial: Trial, nearest: Whole) -> None:
    """After a search to the root: every node nearer than it is dearer by how much nearer it is."""
    for i in range(trial.counts[SETTLED]):
        node = np.int64(trial.settled[i])
        nearer = nearest - length_of(trial, node)
        if nearer > 0:
            if node < 0:
                price_need_at(net, trial, ~node, net.need_price[~node] + nearer)
            else:
                price_supply_at(net, trial, node, net.price[node] + nearer)


@numba.njit(cache=True, nogil=True)
def lower_prices(net: LiveNetwork, trial: Trial, nearest: Whole) -> None:
    """After a search from the root: every node nearer than it is cheaper by how much nearer it is."""
    change_state(trial)
    for i in range(trial.counts[SETTLED]):
        node = np.int64(trial.settled[i])
        nearer = nearest - length_of(trial, node)
        if nearer > 0:
            if node < 0:
                price_need_at(net, trial, ~node, net.need_price[~node] - nearer)
            else:
                price_supply_at(net, trial, node, net.price[node] - nearer)


@numba.njit(cache=True, nogil=True)
def length_of(trial: Trial, node: Whole) -> Whole:
    """Length of the shortest way that the search knows to a node it has labelled."""
    length: Whole = trial.need_label[~node].length if node < 0 else trial.supply_label[node].length
    return length


@numba.njit(cache=True, nogil=True)
def _begin(trial: Trial, node: Whole) -> Whole:
    trial.counts[SEARCH] += 1
    trial.counts[SETTLED] = 0
    search: Whole = trial.counts[SEARCH]
    if node < 0:
        _label(trial.need_label, ~node, search, 0, NONE)
    else:
        _label(trial.supply_label, node, search, 0, NONE)
    trial.stack[0] = node
    return search


@numba.njit(cache=True, nogil=True)
def _end(trial: Trial, settled: Whole) -> None:
    trial.counts[SETTLED] = settled
    trial.counts[VISITED] += settled


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
def _wait(trial: Trial, waiting: Whole, reached: Whole, node: Whole) -> Whole:
    """Put a node into the heap; returns how many there are then."""
    if waiting == len(trial.heap):
        waiting = _purge(trial, waiting)
    _heap_in(trial.heap, waiting, reached, node)
    return waiting + 1


@numba.njit(cache=True, nogil=True)
def _purge(trial: Trial, waiting: Whole) -> Whole:
    """Drop entries that a shorter way has overtaken: of each node one at most remains, so there is room again."""
    kept = 0
    for i in range(waiting):
        if length_of(trial, np.int64(trial.heap[i].node)) == trial.heap[i].length:
            trial.heap[kept].length = trial.heap[i].length
            trial.heap[kept].node = trial.heap[i].node
            kept += 1
    for i in range(kept):
        _heap_in(trial.heap, i, trial.heap[i].length, np.int64(trial.heap[i].node))
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
