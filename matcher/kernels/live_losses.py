"""
What the optimum would lose if a pair of the live plan were forced: for its first unit, and for as much as fits.

First unit: a unit forced onto pair (n, r) comes back from r to n along the cheapest way of the residual network, so the
loss is the length of that cycle, with the prices of the network

    cost[n, r] + price[r] - need_price[n] + min(way(r, n), way(r, root) + way(root, n)),

(Ahuja, Magnanti and Orlin, Network Flows, section 9.3). With the prices of the candidates at their highest way(r, root)
is 0, and one search backwards from n that ends at the root answers for all of them.

Whole: n is taken out of the plan once, and as many of its units as fit are forced onto one candidate after the other by
successive shortest ways (section 9.7). From one candidate to the next what was forced is not undone: the units that the
first one takes from others are handed on to the second, from there to where they came from, as far as that is nearer
than the root; what the second does not need is filled from the root. At each step no reduced cost is below 0, so when
no node has too much or too little the plan is optimal with these units forced. Where all candidates of a neighbourhood
push the same needs away, as where little is left, the long ways are found once and not for each of them.

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
    SPARE,
    SPARE_UNITS,
    STEPS,
    Trial,
    begin,
    change_state,
    has_room,
    price_need_at,
    take_back,
    tell_displaced,
)
from matcher.kernels.live_trial_hops import price_of_end, remember, remember_back
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
    take_back(net, trial)
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
    take_back(net, trial)
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
    take_back(net, trial)
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
    held = np.int64(NONE)
    held_units = np.int64(0)
    lost = base
    for i in np.argsort(bound, kind="mergesort"):
        if most[i] == 0:
            continue
        if bound[i] > least[k - 1]:
            break
        e = np.int64(pairs[i])
        ended, paid = _hand_on(net, trial, n, held, held_units, e, most[i])
        if ended != ANSWERED:
            return ended
        lost += paid
        held = e
        held_units = most[i]
        trial.counts[PRICED] += 1
        if lost <= least[k - 1]:
            loss[i] = lost
            _rank(least, lost)
            if not tell_displaced(net, trial, i):
                return NOTES_FULL
    return ANSWERED


@numba.njit(cache=True, nogil=True)
def _hand_on(
    net: LiveNetwork, trial: Trial, n: Whole, held: Whole, held_units: Whole, e: Whole, units: Whole
) -> tuple[Whole, Whole]:
    """
    Force units of a need onto a pair instead of those forced onto another, or onto none.

    Returns how it ended, and what the plan then costs more.
    """
    rest = net.needs[n].demand - units
    paid = units * net.pairs[e].cost
    before: Whole = np.int64(0)
    if held != NONE:
        before = net.needs[n].demand - held_units
        paid -= held_units * net.pairs[held].cost
        trial.counts[SPARE] = net.pairs[held].supply
        trial.counts[SPARE_UNITS] = held_units
        change_state(trial)
    ended, more = _send(net, trial, np.int64(net.pairs[e].supply), units)
    paid += more
    if ended == ANSWERED and rest > before:
        if net.need_price[n] == ABSENT:
            _price(net, trial, n, _cheapest(net, n))
        ended, more = _send(net, trial, ~np.int64(n), rest - before)
        paid += more
    spare = np.int64(trial.counts[SPARE])
    left = trial.counts[SPARE_UNITS]
    trial.counts[SPARE] = NONE
    trial.counts[SPARE_UNITS] = 0
    if ended == ANSWERED and left > 0:
        ended, more = _fetch(net, trial, spare, left)
        paid += more
    if ended == ANSWERED and rest < before:
        ended, more = _fetch(net, trial, ~np.int64(n), before - rest)
        paid += more
        if ended == ANSWERED and rest == 0:
            _price(net, trial, n, np.int64(ABSENT))
    return ended, paid


@numba.njit(cache=True, nogil=True)
def _send(net: LiveNetwork, trial: Trial, source: Whole, units: Whole) -> tuple[Whole, Whole]:
    """Send units from a node to the root or the spare node by the cheapest ways; how it ended, and what that costs."""
    paid = np.int64(0)
    while units > 0:
        nearest, last = way_out(net, trial, source)
        if nearest == BROKEN or nearest >= UNREACHED:
            return DAMAGED, paid
        room = min(units, room_out(net, trial, last))
        if room <= 0:
            return DAMAGED, paid
        if not has_room(trial, trial.counts[SETTLED] + NOTES_OF_STEP * trial.counts[STEPS]):
            return NOTES_FULL, paid
        price = net.price[source] if source >= 0 else net.need_price[~source]
        paid += room * (nearest + price - price_of_end(net, trial, last))
        if nearest > 0:
            raise_prices(net, trial, nearest)
        send_out(net, trial, last, room, room == units)
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
