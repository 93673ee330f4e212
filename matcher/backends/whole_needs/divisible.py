"""The same part with needs that may be divided: its exact prices start both the search and the bound."""

from dataclasses import dataclass

import numpy as np

from matcher.backends.network_simplex import solve_by_network_simplex
from matcher.kernels.packing import Int64, Packing
from matcher.problem import MAX_UNIT_COST, Problem


@dataclass(frozen=True, slots=True)
class Divisible:
    """
    Prices of the divisible optimum.

    Parameters
    ----------
    worth
        What serving each need is worth beyond its cheapest way, int64, >= 0, shape ``(n_needs,)``.
    reduced
        Reduced cost of each pair for the whole need, int64, >= 0, shape ``(n_pairs,)``.
    most
        Greatest worth of any plan, units at the prices of their classes and gains together; of whole needs, too.
    """

    worth: Int64
    reduced: Int64
    most: int


def divisible(packing: Packing, class_price: Int64) -> Divisible | None:
    """
    The divisible optimum for given prices of the classes, or None if costs leave the core's range.

    Parameters
    ----------
    class_price
        Worth of a unit of each class in the packing's unit, int64, shape ``(n_classes,)``.
    """
    demand = packing.demand[packing.pair_need]
    # Savings per unit are whole numbers: a gain is a sum over the units of one need.
    cost = -(packing.gain // demand)
    lowest = int(min(0, cost.min()))
    unmet_cost = class_price[packing.need_class] - lowest
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
    return Divisible(worth, reduced, int(worth.sum()) + int((packing.capacity * found.resource_price).sum()))
