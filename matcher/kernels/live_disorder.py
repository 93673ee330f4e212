"""What the records of a live plan keep twice, compared."""

import numba
import numpy as np

from matcher.kernels.live_network import ABSENT, COST, ROOT, LiveNetwork, Whole


@numba.njit(cache=True, nogil=True)
def first_disorder(net: LiveNetwork, n_needs: Whole, n_supplies: Whole) -> tuple[Whole, Whole]:
    """
    The first contradiction in what is kept twice: (kind, where), or (0, 0) where there is none.

    Kinds: 1 a pair and its record in the column differ; 2 pairs that carry something do not come first; 3 idle units
    are not what is left; 4 a number does not lead to its pair; 5 the cost is not that of the plan; 6 a need that asks
    for nothing has a price, or one that asks has none; 7 a column holds another number of pairs than lead to it.
    """
    cost = np.int64(0)
    carried = np.zeros(n_supplies, np.int64)
    pairs = np.zeros(n_supplies, np.int64)
    for n in range(n_needs):
        cost += net.needs[n].unmet * net.needs[n].unmet_cost
        if (net.needs[n].demand == 0) != (net.need_price[n] == ABSENT):
            return 6, n
        for e in range(net.needs[n].row_start, net.needs[n].row_start + net.needs[n].row_length):
            kind = _disorder_of_pair(net, n, e)
            if kind > 0:
                return kind, e
            cost += net.carried[e].units * net.pairs[e].cost
            above = np.int64(net.pairs[e].supply)
            pairs[above] += 1
            while above != ROOT:
                carried[above] += net.carried[e].units
                above = np.int64(net.supplies[above].above)
    for u in range(n_supplies):
        if carried[u] + net.supplies[u].slack != net.supplies[u].capacity:
            return 3, u
        if pairs[u] != net.supplies[u].column_length or net.supplies[u].column_used > pairs[u]:
            return 7, u
    return (0, 0) if cost == net.counts[COST] else (5, 0)


@numba.njit(cache=True, nogil=True)
def _disorder_of_pair(net: LiveNetwork, n: Whole, e: Whole) -> Whole:
    k = net.carried[e].back
    back = net.backs[k]
    supply = net.supplies[net.pairs[e].supply]
    if net.place[net.carried[e].number] != e:
        return 4
    if back.pair != e or back.need != n or back.cost != net.pairs[e].cost:
        return 1
    if k < supply.column_start or k >= supply.column_start + supply.column_length:
        return 1
    return 0 if (k < supply.column_start + supply.column_used) == (net.carried[e].units > 0) else 2
