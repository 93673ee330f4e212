"""Parts so small that all their plans can be gone through, need by need."""

import numpy as np

from matcher.kernels.packing import NOBODY, Int64, Packing

MOST_STEPS = 30_000
"""Needs times pairs of a need times room vectors at most: a tenth of a second."""

Worth = tuple[int, ...]
"""Units served of each class, in order, then the gain: compared as it stands."""


def best_of_all(packing: Packing) -> Int64 | None:
    """
    Pair of each need or -1: most units of each class, in order, then most gain; None if the part is too large.

    After each need only the best way to each vector of rooms left is kept.
    """
    # In logarithms: the product of many capacities is beyond any number.
    steps = np.log(packing.capacity + 1.0).sum() + np.log(len(packing.pair_need))
    if steps > np.log(MOST_STEPS):
        return None
    nothing: Worth = (0,) * (len(packing.step) + 1)
    reached: dict[tuple[int, ...], Worth] = {tuple(packing.capacity.tolist()): nothing}
    came: list[dict[tuple[int, ...], tuple[tuple[int, ...], int]]] = []
    for n in range(len(packing.demand)):
        before, reached = reached, {}
        led: dict[tuple[int, ...], tuple[tuple[int, ...], int]] = {}
        for room, worth in before.items():
            for e, left, more in [(NOBODY, room, worth), *_ways(packing, n, room, worth)]:
                if left not in reached or more > reached[left]:
                    reached[left] = more
                    led[left] = (room, e)
        came.append(led)
    choice = np.full(len(packing.demand), NOBODY, np.int64)
    room = max(reached, key=lambda left: (reached[left], left))
    for n in range(len(packing.demand) - 1, -1, -1):
        room, choice[n] = came[n][room]
    return choice


def _ways(packing: Packing, n: int, room: tuple[int, ...], worth: Worth) -> list[tuple[int, tuple[int, ...], Worth]]:
    """Pairs over which a need can be served from these rooms, with the rooms left and the worth then."""
    d, c = int(packing.demand[n]), int(packing.need_class[n])
    ways = []
    for e in range(int(packing.row_start[n]), int(packing.row_start[n + 1])):
        r = int(packing.pair_resource[e])
        if room[r] >= d:
            more = list(worth)
            more[c] += d
            more[-1] += int(packing.gain[e])
            ways.append((e, (*room[:r], room[r] - d, *room[r + 1 :]), tuple(more)))
    return ways
