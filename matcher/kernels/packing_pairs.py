"""
Search over plans of whole needs: two resources at a time are packed anew, exactly.

The needs on either of the two, and the unmet needs around them, are put on the first, on the second or on nobody by
dynamic programming over (units on the first, units on the second). Noise on what each choice is worth, falling from
step to step, makes it an annealing in which every move is the best of thousands and every plan on the way is feasible.
A move that would serve less by class, the most urgent first, is refused: worth alone is not lexicographic when needs
are indivisible.
"""

import numba
import numpy as np

from matcher.kernels.packing import NOBODY, Desk, Float32, Float64, Int64, Packing

FIRST, SECOND = 1, 2

CLOSED = -1e30
"""Worth of an item where it may not go: never taken."""


@numba.njit(cache=True, nogil=True)
def _row(
    here: Float32, smaller: Float32, worth_first: np.float32, worth_second: np.float32, d: int, after: Float32
) -> None:
    """
    One row of the next layer: stay, come from a row that is ``d`` units smaller, or from ``d`` cells before.

    Free of branches, so that it is vectorised.
    """
    for v in range(min(d, len(here))):
        stay, go = here[v], smaller[v] + worth_first
        after[v] = go if go > stay else stay  # noqa: FURB136 max of floats looks for NaN
    if d >= len(here):
        return
    upper, upper_smaller, before, upper_after = here[d:], smaller[d:], here[: len(here) - d], after[d:]
    for v in range(len(upper)):
        stay, go, shift = upper[v], upper_smaller[v] + worth_first, before[v] + worth_second
        most = go if go > stay else stay  # noqa: FURB136
        upper_after[v] = shift if shift > most else most  # noqa: FURB136


@numba.njit(cache=True, nogil=True)
def _pack_two(items: int, room_first: int, room_second: int, desk: Desk) -> None:
    """
    Fill ``desk.side`` with the choice of greatest worth.

    Layer ``i`` holds the best of the first ``i`` items for each (units on the first, units on the second). All layers
    are kept: where two of them agree the item was left out, so no choice needs to be written down beside them. In
    single precision a vector holds twice as many cells; both together made a step five times as fast.
    """
    width = room_second + 1
    cells = (room_first + 1) * width
    layers = desk.layers
    layers[:cells] = 0.0
    closed = np.float32(CLOSED)
    for i in range(items):
        d = desk.size[i]
        worth_first, worth_second = desk.worth_first[i], desk.worth_second[i]
        before = layers[i * cells : (i + 1) * cells]
        after = layers[(i + 1) * cells : (i + 2) * cells]
        for u in range(room_first + 1):
            here = before[u * width : (u + 1) * width]
            there = after[u * width : (u + 1) * width]
            if u >= d:
                _row(here, before[(u - d) * width : (u - d + 1) * width], worth_first, worth_second, d, there)
            else:
                _row(here, here, closed, worth_second, d, there)
    u, v = room_first, room_second
    for i in range(items - 1, -1, -1):
        best = layers[(i + 1) * cells + u * width + v]
        d = desk.size[i]
        if best == layers[i * cells + u * width + v]:
            desk.side[i] = 0
        elif u >= d and best == layers[i * cells + (u - d) * width + v] + desk.worth_first[i]:
            desk.side[i] = FIRST
            u -= d
        else:
            desk.side[i] = SECOND
            v -= d


@numba.njit(cache=True, nogil=True)
def _gather(packing: Packing, a: int, b: int, choice: Int64, reduced: Int64, prune: int, desk: Desk) -> int:
    """
    Items of the two resources: needs on either, and unmet needs over pairs whose reduced cost is at most ``prune``.

    Returns how many.
    """
    items = 0
    for side in (FIRST, SECOND):
        r = a if side == FIRST else b
        for i in range(packing.column_start[r], packing.column_start[r + 1]):
            e = packing.column_pair[i]
            n = packing.pair_need[e]
            if choice[n] >= 0:
                holder = packing.pair_resource[choice[n]]
                if holder not in (a, b):
                    continue
            elif reduced[e] > prune:
                continue
            if desk.mark[n] < 0:
                desk.mark[n] = items
                desk.need[items] = n
                desk.size[items] = packing.demand[n]
                desk.first[items] = -1
                desk.second[items] = -1
                items += 1
            if side == FIRST:
                desk.first[desk.mark[n]] = e
            else:
                desk.second[desk.mark[n]] = e
    for i in range(items):
        desk.mark[desk.need[i]] = -1
    return items


@numba.njit(cache=True, nogil=True)
def _weigh(packing: Packing, items: int, heat: float, desk: Desk) -> None:
    """Worth of each item on either side: its gain, its units' urgency, and noise of standard deviation ``heat``."""
    for i in range(items):
        n = desk.need[i]
        urgency = packing.step[packing.need_class[n]] * packing.demand[n]
        desk.worth_first[i] = CLOSED
        desk.worth_second[i] = CLOSED
        if desk.first[i] >= 0:
            desk.worth_first[i] = packing.gain[desk.first[i]] + urgency + heat * np.random.normal()  # noqa: NPY002
        if desk.second[i] >= 0:
            desk.worth_second[i] = packing.gain[desk.second[i]] + urgency + heat * np.random.normal()  # noqa: NPY002


@numba.njit(cache=True, nogil=True)
def _change(packing: Packing, items: int, choice: Int64, served: Int64, desk: Desk) -> int:
    """
    Units served more of each class, into ``served``; returns what the choice gains more.

    A move that swaps the sides was made by the caller: ``desk.side`` speaks of ``desk.first`` and ``desk.second``.
    """
    served[:] = 0
    more = 0
    for i in range(items):
        n = desk.need[i]
        if choice[n] >= 0:
            served[packing.need_class[n]] -= packing.demand[n]
            more -= packing.gain[choice[n]]
        if desk.side[i] > 0:
            served[packing.need_class[n]] += packing.demand[n]
            more += packing.gain[desk.first[i] if desk.side[i] == FIRST else desk.second[i]]
    return more


@numba.njit(cache=True, nogil=True)
def _first_change(served: Int64) -> int:
    """Sign of the first class that changes, 0 if none does."""
    for change in served:
        if change != 0:
            return 1 if change > 0 else -1
    return 0


@numba.njit(cache=True, nogil=True)
def _keep_hole(r: int, n_holes: int, desk: Desk) -> int:
    """Enter the resource among those with spare units, or strike it out; returns how many there are."""
    at = desk.hole_at[r]
    if desk.spare[r] > 0 and at < 0:
        desk.holes[n_holes] = r
        desk.hole_at[r] = n_holes
        return n_holes + 1
    if desk.spare[r] == 0 and at >= 0:
        last = desk.holes[n_holes - 1]
        desk.holes[at] = last
        desk.hole_at[last] = at
        desk.hole_at[r] = -1
        return n_holes - 1
    return n_holes


@numba.njit(cache=True, nogil=True)
def _apply(packing: Packing, a: int, b: int, items: int, choice: Int64, desk: Desk) -> None:
    """Take the move over into the plan."""
    desk.spare[a] = packing.capacity[a]
    desk.spare[b] = packing.capacity[b]
    for i in range(items):
        n = desk.need[i]
        if desk.side[i] == 0:
            choice[n] = NOBODY
        elif desk.side[i] == FIRST:
            choice[n] = desk.first[i]
            desk.spare[a] -= packing.demand[n]
        else:
            choice[n] = desk.second[i]
            desk.spare[b] -= packing.demand[n]


@numba.njit(cache=True, nogil=True)
def search(
    packing: Packing,
    near_start: Int64,
    near: Int64,
    reduced: Int64,
    prune: int,
    heats: Float64,
    hole_share: float,
    seed: int,
    choice: Int64,
    best: Int64,
    score: Int64,
    desk: Desk,
) -> None:
    """
    One step for each entry of ``heats``.

    Parameters
    ----------
    near_start, near
        Resources that share a need with each resource, as rows.
    reduced, prune
        Reduced cost of each pair at the divisible optimum, and the most with which an unmet need is still looked at.
    heats
        Standard deviation of the noise at each step.
    hole_share
        How often the first resource is one with spare units, 0 to 1.
    choice
        Pair of each need or -1, changed in place.
    best
        The best choice met, changed in place; first by class, then by gain.
    score
        In and out: gain of ``choice``, gain of ``best`` and whether ``best`` is level with ``choice`` by class.
    """
    np.random.seed(seed)  # noqa: NPY002 compiled code has no generator objects; the state is the thread's own
    m = len(packing.capacity)
    served = np.zeros(len(packing.step), np.int64)
    desk.spare[:] = packing.capacity
    desk.hole_at[:] = -1
    for e in choice:
        if e >= 0:
            desk.spare[packing.pair_resource[e]] -= packing.demand[packing.pair_need[e]]
    n_holes = 0
    for r in range(m):
        n_holes = _keep_hole(r, n_holes, desk)
    for heat in heats:
        if n_holes > 0 and np.random.random() < hole_share:  # noqa: NPY002
            a = desk.holes[np.random.randint(n_holes)]  # noqa: NPY002
        else:
            a = np.random.randint(m)  # noqa: NPY002
        b = a
        if near_start[a] < near_start[a + 1]:
            b = near[np.random.randint(near_start[a], near_start[a + 1])]  # noqa: NPY002
        if packing.capacity[a] > packing.capacity[b]:
            a, b = b, a
        items = _gather(packing, a, b, choice, reduced, prune, desk)
        _weigh(packing, items, heat, desk)
        if a == b:
            # Alone in its neighbourhood: the second side is closed.
            desk.worth_second[:items] = CLOSED
            _pack_two(items, packing.capacity[a], 0, desk)
        else:
            _pack_two(items, packing.capacity[a], packing.capacity[b], desk)
        more = _change(packing, items, choice, served, desk)
        sign = _first_change(served)
        if sign < 0:
            continue
        _apply(packing, a, b, items, choice, desk)
        n_holes = _keep_hole(a, n_holes, desk)
        n_holes = _keep_hole(b, n_holes, desk)
        score[0] += more
        if sign > 0 or score[0] > score[1]:
            score[1] = score[0]
            best[:] = choice
