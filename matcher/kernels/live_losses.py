"""
What the optimum would lose if a pair of the live plan were forced: for its first unit, and for as much as fits.

First unit: a unit forced onto pair (n, r) comes back from r to n along the cheapest way of the residual network, so the
loss is the length of that cycle, with the prices of the network

    cost[n, r] + price[r] - need_price[n] + min(way(r, n), way(r, root) + way(root, n)),

(Ahuja, Magnanti and Orlin, Network Flows, section 9.3). With the prices of the candidates at their highest way(r, root)
is 0, and one search backwards from n that ends at the root answers for all of them.

Whole: n is taken out of the plan once. From there as many of its units as fit are forced onto one candidate by
successive shortest ways (section 9.7), what is left of n is placed likewise, and all of it is taken back before the
next candidate. No way costs less than 0, so a candidate is given up once it has cost more than the k-th least loss.

Before that, what n saves when it is out, with all units at the present prices, bounds each loss from below (duality):
candidates whose bound exceeds the k-th least loss found are not priced.
"""

import numba
import numpy as np

from matcher.kernels.live_network import ABSENT, NONE, ROOT, UNREACHED, Int32, Int64, LiveNetwork, Whole
from matcher.kernels.live_trial import (
    PRICED,
    SEARCH,
    SETTLED,
    STEPS,
    Trial,
    begin,
    change_state,
    has_room,
    notes_so_far,
    price_need_at,
    take_back,
    tell_displaced,
)
from matcher.kernels.live_trial_hops import remember, remember_back
from matcher.kernels.live_trial_units import room_in, room_out, send_in, send_out
from matcher.kernels.live_trial_ways import BROKEN, length_of, lower_prices, raise_prices, way_in, way_out

IMPOSSIBLE, BEYOND = -1, -2
"""In place of a loss: not a unit fits; proven not to be among the least asked for."""

ANSWERED, NOTES_FULL, DAMAGED = range(3)
"""How a question ended."""
NOTES_OF_STEP = 6
"""Taken at most for each step of a way."""
NO_BOUND = 2**62
EVER = 2**40
"""Questions before this one whose hops are followed: all."""


@numba.njit(cache=True, nogil=True)
def fit(net: LiveNetwork, n: Whole, pairs: Int32, most: Int64) -> None:
    """Write how many units of a need fit on each of its pairs at most, whatever else is given up for them."""
    for i in range(len(pairs)):
        units = net.needs[n].demand
        above = np.int64(net.pairs[pairs[i]].supply)
        while above != ROOT:
            units = min(units, net.supplies[above].capacity)
            above = np.int64(net.supplies[above].above)
        most[i] = units


@numba.njit(cache=True, nogil=True)
def lose_first(net: LiveNetwork, trial: Trial, n: Whole, pairs: Int32, most: Int64, loss: Int64) -> Whole:
    """
    Loss of the first unit of each of a need's pairs.

    Parameters
    ----------
    n
        A need that asks for something.
    pairs
        Places of some of its pairs.
    most
        Units that fit on each.
    loss
        Written: the loss, or `IMPOSSIBLE`.

    Returns how it ended; the plan is as it was.
    """
    begin(trial, EVER)
    ended = _first(net, trial, n, pairs, most, loss)
    take_back(net, trial, 0)
    return ended


@numba.njit(cache=True, nogil=True)
def _first(net: LiveNetwork, trial: Trial, n: Whole, pairs: Int32, most: Int64, loss: Int64) -> Whole:
    ended = _raise_candidates(net, trial, pairs, most)
    if ended != ANSWERED:
        return ended
    search = trial.counts[SEARCH] + 1
    asked = 0
    for i in range(len(pairs)):
        u = net.pairs[pairs[i]].supply
        if most[i] > 0 and trial.asked[u] != search:
            trial.asked[u] = search
            asked += 1
    if asked == 0:
        loss[:] = IMPOSSIBLE
        return ANSWERED
    nearest, _ = way_in(net, trial, ~np.int64(n), asked)
    if nearest == BROKEN:
        return DAMAGED
    for i in range(len(pairs)):
        e = pairs[i]
        u = net.pairs[e].supply
        if most[i] == 0:
            loss[i] = IMPOSSIBLE
        elif net.carried[e].units > 0:
            loss[i] = 0
        else:
            back = nearest
            if trial.supply_label[u].search == search:
                back = min(back, length_of(trial, np.int64(u)))
            loss[i] = net.pairs[e].cost + net.price[u] - net.need_price[n] + back
    return ANSWERED


@numba.njit(cache=True, nogil=True)
def lose_first_of_supply(net: LiveNetwork, trial: Trial, u: Whole, pairs: Int32, most: Int64, loss: Int64) -> Whole:
    """
    As `lose_first` for pairs of one supply node: prices of their needs at their lowest, and one search forwards.

    Parameters
    ----------
    u
        A supply node.
    pairs, most, loss
        As in `lose_first`.
    """
    begin(trial, EVER)
    ended = _first_of_supply(net, trial, u, pairs, most, loss)
    take_back(net, trial, 0)
    return ended


@numba.njit(cache=True, nogil=True)
def _first_of_supply(net: LiveNetwork, trial: Trial, u: Whole, pairs: Int32, most: Int64, loss: Int64) -> Whole:
    for i in range(len(pairs)):
        if most[i] > 0:
            nearest, _ = way_in(net, trial, ~np.int64(net.backs[net.carried[pairs[i]].back].need), 0)
            if nearest == BROKEN or nearest >= UNREACHED:
                return DAMAGED
            if not has_room(trial, trial.counts[SETTLED]):
                return NOTES_FULL
            lower_prices(net, trial, nearest)
    if most.max() == 0:
        loss[:] = IMPOSSIBLE
        return ANSWERED
    nearest, _ = way_out(net, trial, u)
    if nearest == BROKEN or nearest >= UNREACHED:
        return DAMAGED
    search = trial.counts[SEARCH]
    for i in range(len(pairs)):
        e = pairs[i]
        n = net.backs[net.carried[e].back].need
        if most[i] == 0:
            loss[i] = IMPOSSIBLE
        elif net.carried[e].units > 0:
            loss[i] = 0
        else:
            back = nearest
            if trial.need_label[n].search == search:
                back = min(back, length_of(trial, ~np.int64(n)))
            loss[i] = net.pairs[e].cost + net.price[u] - net.need_price[n] + back
    return ANSWERED


@numba.njit(cache=True, nogil=True)
def _raise_candidates(net: LiveNetwork, trial: Trial, pairs: Int32, most: Int64) -> Whole:
    """Raise prices until each candidate has a way of length 0 to the root, which is its highest: no unit moves."""
    for i in range(len(pairs)):
        if most[i] == 0:
            continue
        nearest, last = way_out(net, trial, np.int64(net.pairs[pairs[i]].supply))
        if nearest == BROKEN or nearest >= UNREACHED:
            return DAMAGED
        if not has_room(trial, trial.counts[SETTLED]):
            return NOTES_FULL
        if nearest > 0:
            raise_prices(net, trial, nearest)
            remember_back(net, trial, np.int64(NONE))  # the way's own end leads on, and must go on doing so
        remember(net, trial, last)
    return ANSWERED


@numba.njit(cache=True, nogil=True)
def lose_whole(
    net: LiveNetwork,
    trial: Trial,
    n: Whole,
    pairs: Int32,
    most: Int64,
    k: Whole,
    limit: Whole,
    loss: Int64,
) -> Whole:
    """
    Loss of each of a need's pairs when as many units as fit are forced onto it.

    Parameters
    ----------
    n, pairs, most
        As in `lose_first`.
    k, limit
        How many of the least losses are wanted, at least 1, and above which none is.
    loss
        Written: the loss, `IMPOSSIBLE`, or `BEYOND` where it is proven to exceed the k-th least or the limit.

    Returns how it ended; the plan is as it was. What each priced pair changes of what needs lack is in the trial.
    """
    begin(trial, 0)  # which of several best plans displaces whom is not to depend on what was asked before
    ended = _whole(net, trial, n, pairs, most, k, limit, loss)
    take_back(net, trial, 0)
    return ended


@numba.njit(cache=True, nogil=True)
def _whole(
    net: LiveNetwork,
    trial: Trial,
    n: Whole,
    pairs: Int32,
    most: Int64,
    k: Whole,
    limit: Whole,
    loss: Int64,
) -> Whole:
    demand = net.needs[n].demand
    ended, base = _fetch(net, trial, ~np.int64(n), demand)
    if ended != ANSWERED:
        return ended
    _price(net, trial, n, np.int64(ABSENT))
    ended = _raise_candidates(net, trial, pairs, most)
    if ended != ANSWERED:
        return ended
    placed = _cheapest(net, n)
    bound = np.empty(len(pairs), np.int64)
    for i in range(len(pairs)):
        e = pairs[i]
        loss[i] = BEYOND if most[i] > 0 else IMPOSSIBLE
        bound[i] = base + most[i] * (net.pairs[e].cost + net.price[net.pairs[e].supply]) + (demand - most[i]) * placed
    least = np.full(k, limit, np.int64)
    begun = notes_so_far(trial)
    for i in np.argsort(bound, kind="mergesort"):
        if most[i] == 0:
            continue
        if bound[i] > least[k - 1]:
            break
        ended, lost = _force(net, trial, n, np.int64(pairs[i]), most[i], base, least[k - 1])
        if ended != ANSWERED:
            return ended
        trial.counts[PRICED] += 1
        if lost <= least[k - 1]:
            loss[i] = lost
            _rank(least, lost)
            if not tell_displaced(net, trial, i):
                return NOTES_FULL
        take_back(net, trial, begun)
    return ANSWERED


@numba.njit(cache=True, nogil=True)
def _force(
    net: LiveNetwork, trial: Trial, n: Whole, e: Whole, units: Whole, saved: Whole, enough: Whole
) -> tuple[Whole, Whole]:
    """
    Force units of a need that is out of the plan onto a pair, and place what is left of it.

    Parameters
    ----------
    saved
        What the plan costs more without the need, mostly below 0.
    enough
        Above it the loss need not be known.

    Returns how it ended, and the loss, or what it is at least where that is above ``enough``.
    """
    lost = saved + units * net.pairs[e].cost
    ended, paid = _send(net, trial, np.int64(net.pairs[e].supply), units, enough - lost)
    lost += paid
    rest = net.needs[n].demand - units
    if ended == ANSWERED and rest > 0 and lost <= enough:
        _price(net, trial, n, _cheapest(net, n))
        ended, paid = _send(net, trial, ~np.int64(n), rest, enough - lost)
        lost += paid
    return ended, lost


@numba.njit(cache=True, nogil=True)
def _send(net: LiveNetwork, trial: Trial, source: Whole, units: Whole, enough: Whole) -> tuple[Whole, Whole]:
    """Send units from a node to the root by the cheapest ways, until enough is paid; how it ended, and that."""
    paid = np.int64(0)
    while units > 0 and paid <= enough:
        nearest, last = way_out(net, trial, source)
        if nearest == BROKEN or nearest >= UNREACHED:
            return DAMAGED, paid
        room = min(units, room_out(net, trial, last))
        if room <= 0:
            return DAMAGED, paid
        if not has_room(trial, trial.counts[SETTLED] + NOTES_OF_STEP * trial.counts[STEPS]):
            return NOTES_FULL, paid
        price = net.price[source] if source >= 0 else net.need_price[~source]
        paid += room * (nearest + price)
        if nearest > 0:
            raise_prices(net, trial, nearest)
        send_out(net, trial, last, room)
        remember_back(net, trial, last)
        units -= room
    return ANSWERED, paid


@numba.njit(cache=True, nogil=True)
def _fetch(net: LiveNetwork, trial: Trial, target: Whole, units: Whole) -> tuple[Whole, Whole]:
    """Fetch units from the root to a node by the cheapest ways; how it ended, and what that costs, mostly below 0."""
    paid = np.int64(0)
    while units > 0:
        nearest, last = way_in(net, trial, target, np.int64(0))
        if nearest == BROKEN or nearest >= UNREACHED:
            return DAMAGED, paid
        room = min(units, room_in(net, trial, last))
        if room <= 0:
            return DAMAGED, paid
        if not has_room(trial, trial.counts[SETTLED] + NOTES_OF_STEP * trial.counts[STEPS]):
            return NOTES_FULL, paid
        price = net.price[target] if target >= 0 else net.need_price[~target]
        paid += room * (nearest - price)
        if nearest > 0:
            lower_prices(net, trial, nearest)
        send_in(net, trial, last, room)
        units -= room
    return ANSWERED, paid


@numba.njit(cache=True, nogil=True)
def _price(net: LiveNetwork, trial: Trial, n: Whole, price: Whole) -> None:
    """Price a need that begins or ceases to ask for something."""
    price_need_at(net, trial, n, price)
    change_state(trial)


@numba.njit(cache=True, nogil=True)
def _cheapest(net: LiveNetwork, n: Whole) -> Whole:
    """What a unit of a need would cost at the present prices, unmet included."""
    best: Whole = net.needs[n].unmet_cost
    for e in range(net.needs[n].row_start, net.needs[n].row_start + net.needs[n].row_length):
        best = min(best, net.pairs[e].cost + net.price[net.pairs[e].supply])
    return best


@numba.njit(cache=True, nogil=True)
def _rank(least: Int64, lost: Whole) -> None:
    """Put a loss among the least, in order."""
    i = len(least) - 1
    while i > 0 and least[i - 1] > lost:
        least[i] = least[i - 1]
        i -= 1
    least[i] = lost
