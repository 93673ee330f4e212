"""The same part with needs that may be divided: its exact prices start both the search and the bound."""

import numpy as np

from matcher.backends.network_simplex import solve_by_network_simplex
from matcher.kernels.packing import Int64, Packing
from matcher.problem import MAX_UNIT_COST, Problem


def divisible_prices(packing: Packing) -> tuple[Int64, Int64] | None:
    """
    Prices of the divisible optimum.

    Returns
    -------
    tuple or None
        What serving each need is worth beyond its cheapest way, int64, shape ``(n_needs,)``, and the reduced cost of
        each pair for the whole need, int64, shape ``(n_pairs,)``, both >= 0. None if costs leave the core's range.
    """
    demand = packing.demand[packing.pair_need]
    # Savings per unit are whole numbers: a gain is a sum over the units of one need.
    cost = -(packing.gain // demand)
    lowest = int(min(0, cost.min()))
    unmet_cost = packing.step[packing.need_class] - lowest
    if int(unmet_cost.max()) > MAX_UNIT_COST or int(cost.max()) - lowest > MAX_UNIT_COST:
        return None
    found = solve_by_network_simplex(
        Problem(
            demand=packing.demand,
            unmet_cost=unmet_cost,
            capacity=packing.capacity,
            row_start=packing.row_start,
            pair_resource=packing.pair_resource.astype(np.int32),
            pair_cost=(cost - lowest).astype(np.int32),
        ),
        seed=0,
        threads=1,
        deadline_s=None,
    )
    worth = packing.demand * (unmet_cost - found.need_price)
    price = found.need_price[packing.pair_need]
    reduced = demand * (cost - lowest + found.resource_price[packing.pair_resource] - price)
    return worth, reduced
