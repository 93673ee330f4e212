"""The plan a careful person would make by hand: dearest needs first, each from the cheapest that has room."""

import numba
import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def serve_in_order(
    order: Int64,
    row_start: Int64,
    pair_resource: Int32,
    pair_cost: Int32,
    unmet_cost: Int64,
    demand: Int64,
    room: Int64,
    above: Int32,
    quantity: Int64,
    unmet: Int64,
) -> None:
    """
    Serve needs one after another from the cheapest resources with room, never dearer than leaving them unmet.

    Fills ``quantity`` (n_pairs,) and ``unmet`` (n_needs,), empties ``room`` (n_resources + n_limits,); all int64.
    ``above`` is the place in ``room`` of the limit above each resource and limit, -1 for none.
    """
    for n in order:
        left = demand[n]
        while left > 0:
            best = -1
            for e in range(row_start[n], row_start[n + 1]):
                if pair_cost[e] < unmet_cost[n] and (best < 0 or pair_cost[e] < pair_cost[best]):
                    u = np.int32(pair_resource[e])
                    while u >= 0 and room[u] > 0:
                        u = above[u]
                    if u < 0:
                        best = e
            if best < 0:
                break
            take = left
            u = np.int32(pair_resource[best])
            while u >= 0:
                take = min(take, room[u])
                u = above[u]
            quantity[best] += take
            u = np.int32(pair_resource[best])
            while u >= 0:
                room[u] -= take
                u = above[u]
            left -= take
        unmet[n] = left
