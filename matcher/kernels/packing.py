"""
Needs that go wholly to one resource: how they, the resources and their pairs are stored for the compiled search.

Needs and resources of one part are numbered anew from 0. Quantities are in the part's own unit, the greatest common
divisor of its demands, so that tables over a resource's capacity are short.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

NOBODY = -1
"""In a choice: the need is served by nobody."""


class Packing(NamedTuple):
    """
    One part's needs, resources and pairs.

    Parameters
    ----------
    demand, need_class
        Of each need, int64, shape ``(n_needs,)``; demand > 0, class 0 most urgent.
    capacity
        Of each resource, int64, shape ``(n_resources,)``; a sum that its needs can fill exactly.
    row_start
        Pairs of need ``n`` are ``row_start[n]`` to ``row_start[n + 1] - 1``, int64, shape ``(n_needs + 1,)``.
    pair_need, pair_resource
        Ends of each pair, int64, shape ``(n_pairs,)``. A resource occurs once in a row.
    gain
        What serving the need over the pair saves against leaving it unmet, urgency aside, int64, shape ``(n_pairs,)``.
        It may be negative.
    step
        What a unit of each class is worth in the search, on top of the gain, int64, shape ``(n_classes,)``.
    column_start, column_pair
        Pairs of resource ``r`` are ``column_pair[column_start[r]:column_start[r + 1]]``, int64.
    """

    demand: Int64
    need_class: Int64
    capacity: Int64
    row_start: Int64
    pair_need: Int64
    pair_resource: Int64
    gain: Int64
    step: Int64
    column_start: Int64
    column_pair: Int64


class Desk(NamedTuple):
    """
    Storage of the search over two resources, for the largest two of a part.

    Parameters
    ----------
    layers
        Best worth of the first items for each (units on the first, units on the second), layer by layer, float32.
    need, first, second, side, size
        Of each item: its need, its pair with either resource or -1, the side it goes to (0 nobody, 1, 2), its units;
        int64.
    worth_first, worth_second
        Of each item on either side, float32.
    mark
        Item of each need, -1 for none, int64, shape ``(n_needs,)``.
    spare
        Unused units of each resource, int64, shape ``(n_resources,)``.
    holes, hole_at
        Resources with spare units, and where each stands among them, -1 for nowhere, int64.
    """

    layers: Float32
    need: Int64
    first: Int64
    second: Int64
    side: Int64
    size: Int64
    worth_first: Float32
    worth_second: Float32
    mark: Int64
    spare: Int64
    holes: Int64
    hole_at: Int64


def desk(packing: Packing) -> Desk:
    """Storage large enough for any two resources of the part."""
    n, m = len(packing.demand), len(packing.capacity)
    largest = np.sort(packing.capacity)[-2:] + 1
    cells = int(largest[0] * largest[-1])
    items = min(n, int(np.sort(np.diff(packing.column_start))[-2:].sum()))
    return Desk(
        layers=np.zeros(cells * (items + 1), np.float32),
        need=np.zeros(n, np.int64),
        first=np.zeros(n, np.int64),
        second=np.zeros(n, np.int64),
        side=np.zeros(n, np.int64),
        size=np.zeros(n, np.int64),
        worth_first=np.zeros(n, np.float32),
        worth_second=np.zeros(n, np.float32),
        mark=np.full(n, -1, np.int64),
        spare=np.zeros(m, np.int64),
        holes=np.zeros(m, np.int64),
        hole_at=np.full(m, -1, np.int64),
    )
