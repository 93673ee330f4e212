"""
Hops: the next step of a way of reduced length 0 from a supply node to the root, remembered from search to search.

They are never trusted. Whoever follows them checks each step against what the network holds, so that a stale hop costs
time and never truth. With prices at their highest every node has such a way.
"""

import numba
import numpy as np

from matcher.kernels.live_network import NONE, LiveNetwork, Whole
from matcher.kernels.live_trial import BELOW, OLDEST, QUESTION, SEARCH, SETTLED, STATE, Trial

TO_ROOT, NOWHERE = -1, -2
"""Where a hop ends that does not end at a supply node."""


@numba.njit(cache=True, nogil=True)
def next_hop(net: LiveNetwork, trial: Trial, u: Whole) -> Whole:
    """The supply node that the next step of reduced length 0 leads to, `TO_ROOT`, or `NOWHERE` if there is no step."""
    if net.supplies[u].slack > 0:
        return np.int64(net.supplies[u].above)  # the root's number is that of `TO_ROOT`
    hop = trial.hops[u]
    if hop.taken == NONE or hop.question < trial.counts[OLDEST]:
        return np.int64(NOWHERE)
    if hop.taken <= BELOW:
        below = np.int64(BELOW - hop.taken)
        is_below = net.supplies[below].above == u and net.price[below] == net.price[u]
        return below if is_below else np.int64(NOWHERE)
    return _hop_by(net, u, np.int64(hop.need), np.int64(hop.taken), np.int64(hop.given))


@numba.njit(cache=True, nogil=True)
def _hop_by(net: LiveNetwork, u: Whole, n: Whole, taken: Whole, given: Whole) -> Whole:
    """As `next_hop`, by two pairs of a need. What lies within its row is what the network holds, whatever moved."""
    start = net.needs[n].row_start
    end = start + net.needs[n].row_length
    if taken < start or taken >= end or net.pairs[taken].supply != u or net.carried[taken].units == 0:
        return np.int64(NOWHERE)
    if given == NONE:
        return np.int64(TO_ROOT if net.need_price[n] == net.needs[n].unmet_cost else NOWHERE)
    if given < start or given >= end:
        return np.int64(NOWHERE)
    to = np.int64(net.pairs[given].supply)
    return to if net.pairs[given].cost + net.price[to] == net.need_price[n] else np.int64(NOWHERE)


@numba.njit(cache=True, nogil=True)
def leads_on(net: LiveNetwork, trial: Trial, u: Whole) -> bool:
    """Whether the hops lead from a supply node to the root, each step checked once in a state."""
    node: Whole = np.int64(u)
    while node >= 0 and trial.sound[node] != trial.counts[STATE] and trial.vain[node] != trial.counts[SEARCH]:
        trial.vain[node] = trial.counts[SEARCH]
        node = next_hop(net, trial, node)
    if node != TO_ROOT and (node < 0 or trial.sound[node] != trial.counts[STATE]):
        return False
    end = node
    node = np.int64(u)
    while node != end:
        trial.sound[node] = trial.counts[STATE]
        trial.vain[node] = 0
        node = next_hop(net, trial, node)
    return True


@numba.njit(cache=True, nogil=True)
def follow(net: LiveNetwork, trial: Trial, u: Whole, reached: Whole) -> Whole:
    """
    Follow the hops from a supply node to the root.

    Returns the last node on that way that the present search reached by at most ``reached``, ``u`` at least: from there
    on the way to the root meets no node by which the search came. `NONE` if the hops do not lead there.
    """
    if not leads_on(net, trial, u):
        return np.int64(NONE)
    last: Whole = np.int64(u)
    node: Whole = np.int64(u)
    while node != TO_ROOT:
        label = trial.supply_label[node]
        if label.search == trial.counts[SEARCH] and label.length <= reached:
            last = node
        node = next_hop(net, trial, node)
    return last


@numba.njit(cache=True, nogil=True)
def keep_hop(trial: Trial, u: Whole, n: Whole, taken: Whole, given: Whole) -> None:
    """Remember the next step from a supply node."""
    trial.hops[u].need = n
    trial.hops[u].taken = taken
    trial.hops[u].given = given
    trial.hops[u].question = trial.counts[QUESTION]


@numba.njit(cache=True, nogil=True)
def remember(net: LiveNetwork, trial: Trial, last: Whole) -> None:
    """Hops along the way found, after prices were raised."""
    node = np.int64(last)
    given = np.int64(NONE)
    while True:
        if node < 0:
            e = np.int64(trial.need_label[~node].via)
            if e == NONE:
                return
            keep_hop(trial, np.int64(net.pairs[e].supply), ~node, e, given)
            node = np.int64(net.pairs[e].supply)
        else:
            via = np.int64(trial.supply_label[node].via)
            if via == NONE:
                return
            if via >= 0:
                given = via
                node = ~np.int64(net.backs[net.carried[via].back].need)
            else:
                w = -2 - via
                if net.supplies[w].above != node:
                    keep_hop(trial, w, np.int64(NONE), BELOW - node, np.int64(NONE))
                node = w


@numba.njit(cache=True, nogil=True)
def remember_back(net: LiveNetwork, trial: Trial, last: Whole) -> None:
    """After units were sent: hops back towards the source from wherever what carries something leads back to it."""
    for i in range(trial.counts[SETTLED]):
        if trial.settled[i] >= 0:
            _hop_back(net, trial, np.int64(trial.settled[i]))
    if last >= 0:
        _hop_back(net, trial, last)


@numba.njit(cache=True, nogil=True)
def _hop_back(net: LiveNetwork, trial: Trial, u: Whole) -> None:
    via = np.int64(trial.supply_label[u].via)
    if via >= 0:
        n = np.int64(net.backs[net.carried[via].back].need)
        if net.carried[via].units > 0 and trial.need_label[n].via != NONE:
            keep_hop(trial, u, n, via, np.int64(trial.need_label[n].via))
    elif via != NONE and net.supplies[-2 - via].above == u:
        keep_hop(trial, u, np.int64(NONE), BELOW - (-2 - via), np.int64(NONE))
